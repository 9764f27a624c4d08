"""Keep which case covers what a trigger called for that began nothing."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0019_shipped_policies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Covering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coverings",
                        to="escalations.episode",
                    ),
                ),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coverings",
                        to="escalations.judgement",
                    ),
                ),
            ],
            options={
                "verbose_name": "trigger covered",
                "verbose_name_plural": "triggers covered",
                "constraints": [
                    models.UniqueConstraint(fields=("judgement", "episode"), name="covering_once")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="covering",
            trigger=pgtrigger.compiler.Trigger(
                name="covering_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="837fec85715dd897294cb9bbf7ecee06b8c9adac",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_covering_append_only_8d2a9",
                    table="escalations_covering",
                    when="BEFORE",
                ),
            ),
        ),
    ]

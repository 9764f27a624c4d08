"""Keep for which parts and plants a level was proposed beside a case of named parts."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0020_what_other_cases_cover"),
        ("suppliers", "0018_where_rejects_were_made_and_what_they_cost"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalledFor",
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
                        related_name="called_for",
                        to="escalations.episode",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="suppliers.part",
                    ),
                ),
                (
                    "plant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="suppliers.plant",
                    ),
                ),
            ],
            options={
                "verbose_name": "part called for",
                "verbose_name_plural": "parts called for",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("episode", "part", "plant"),
                        name="called_for_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calledfor",
            trigger=pgtrigger.compiler.Trigger(
                name="called_for_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f31686058818c9134677dbfd0b382050ecd8703d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_called_for_append_only_f033f",
                    table="escalations_calledfor",
                    when="BEFORE",
                ),
            ),
        ),
    ]

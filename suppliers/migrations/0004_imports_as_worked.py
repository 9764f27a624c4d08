"""What working imports need: errors as codes, random file keys, mapping by field."""

import django.db.models.deletion
import suppliers.models.imports
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('suppliers', '0003_shipped_tiers'),
    ]

    operations = [
        migrations.AddField(
            model_name='importbatch',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RemoveField(model_name='importbatch', name='error'),
        migrations.AddField(
            model_name='importbatch',
            name='error',
            field=models.JSONField(blank=True, null=True, verbose_name='error'),
        ),
        migrations.AlterField(
            model_name='importbatch',
            name='file',
            field=models.FileField(blank=True, upload_to=suppliers.models.imports.key_of_upload, verbose_name='file'),
        ),
        migrations.AlterField(
            model_name='importbatch',
            name='mapping',
            field=models.JSONField(blank=True, default=dict, verbose_name='mapping'),
        ),
        migrations.AlterField(
            model_name='importrow',
            name='outcome',
            field=models.CharField(choices=[('valid', 'Valid'), ('duplicate', 'Duplicate'), ('conflict', 'Conflict'), ('rejected', 'Rejected')], max_length=12, verbose_name='outcome'),
        ),
        migrations.AddIndex(
            model_name='importbatch',
            index=models.Index(fields=['sha256'], name='import_batch_sha256'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['valid', 'duplicate', 'conflict', 'rejected'])), name='import_row_outcome_known'),
        ),
    ]

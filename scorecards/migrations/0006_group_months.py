"""The months of supplier groups, summed from their suppliers' months."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('scorecards', '0005_audit_of_deletions'),
        ('suppliers', '0005_api_tokens_and_audit'),
    ]

    operations = [
        migrations.RunSQL((SQL / 'group_month.sql').read_text(), 'DROP VIEW scorecards_groupmonth'),
        migrations.CreateModel(
            name='GroupMonth',
            fields=[
                ('received_qty', models.DecimalField(decimal_places=3, default=0, max_digits=15, verbose_name='received')),
                ('counted_qty', models.DecimalField(decimal_places=3, default=0, max_digits=15, verbose_name='counted')),
                ('provisional_qty', models.DecimalField(decimal_places=3, default=0, max_digits=15, verbose_name='of which provisional')),
                ('suspect_qty', models.DecimalField(decimal_places=3, default=0, max_digits=15, verbose_name='suspect')),
                ('defects', models.DecimalField(decimal_places=3, default=0, max_digits=15, verbose_name='defects')),
                ('opportunities', models.DecimalField(decimal_places=3, default=0, max_digits=24, verbose_name='opportunities')),
                ('incidents', models.IntegerField(default=0, verbose_name='incidents')),
                ('weighted_incidents', models.IntegerField(default=0, verbose_name='weighted incidents')),
                ('lines_promised', models.IntegerField(default=0, verbose_name='lines promised')),
                ('lines_on_time', models.IntegerField(default=0, verbose_name='lines on time')),
                ('returned_qty', models.DecimalField(decimal_places=7, default=0, max_digits=22, verbose_name='returned')),
                ('returned_provisional_qty', models.DecimalField(decimal_places=7, default=0, max_digits=22, verbose_name='of which provisional')),
                ('parts_in_field', models.DecimalField(decimal_places=3, default=0, max_digits=15, verbose_name='parts in field')),
                ('parts_in_field_given', models.DecimalField(decimal_places=3, default=0, max_digits=15, verbose_name='of which reported')),
                ('pk', models.CompositePrimaryKey('group', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
            ],
            options={
                'db_table': 'scorecards_groupmonth',
                'managed': False,
            },
        ),
    ]

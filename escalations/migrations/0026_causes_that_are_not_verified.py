"""Take the verification back from 8Ds of which a step up to D6 is not accepted."""

from django.db import migrations

NO_LONGER = """
UPDATE escalations_eightd AS report SET verified_at = NULL
WHERE verified_at IS NOT NULL
  AND (
    SELECT count(*) FILTER (WHERE discipline IN ('d1', 'd2', 'd3', 'd4', 'd5', 'd6')) < 6
      AND count(*) FILTER (WHERE discipline IN ('d1', 'd2', 'd3', 'short')) < 4
    FROM escalations_eightdstep
    WHERE eight_d_id = report.id AND state = 'accepted'
  )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0025_stop_of_shipments"),
    ]

    operations = [migrations.RunSQL(NO_LONGER, migrations.RunSQL.noop)]

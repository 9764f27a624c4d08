"""Write down for what was entered before events existed what it covers, and its entry."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations


def write_down(apps: Apps, _schema: Any) -> None:
    """Add the parts of the breach and the first event."""
    shipping = apps.get_model("escalations", "ControlledShipping")
    scope = apps.get_model("escalations", "ShippingScope")
    event = apps.get_model("escalations", "ShippingEvent")
    part, plant = apps.get_model("suppliers", "Part"), apps.get_model("suppliers", "Plant")
    for found in shipping.objects.filter(shipping_events=None).select_related("episode"):
        event.objects.create(
            shipping=found,
            number=1,
            action="enter",
            to_state="entered",
            at=found.episode.raised_at,
        )
        for row in found.facts:
            named = part.objects.filter(number=row["part"]).first()
            where = plant.objects.filter(code=row["plant"]).first()
            if named is not None:
                scope.objects.get_or_create(shipping=found, part=named, plant=where)


class Migration(migrations.Migration):
    dependencies = [("escalations", "0008_controlled_shipping_for_both_sides")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]

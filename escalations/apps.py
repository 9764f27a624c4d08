"""Registers the app with Django."""

from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    """Configuration of the escalations app."""

    name = "escalations"

    def ready(self) -> None:
        """Tell the lower apps, which may not import from here, what they ask and whom they tell."""
        from escalations import owed
        from escalations.bell import ring_rejects
        from escalations.queries.cases import open_cases
        from escalations.queries.eight_d_clocks import steps_owed
        from escalations.queries.holds import business_holds
        from escalations.queries.owed_cases import owed_on_cases
        from escalations.queries.owed_disputes import owed_on_disputes
        from escalations.queries.owed_eight_d import owed_on_eight_ds
        from escalations.queries.owed_imports import owed_on_imports
        from escalations.queries.owed_late import owed_on_late_rejects
        from escalations.queries.owed_plants import owed_on_new_plants
        from escalations.queries.owed_shipping import owed_on_shipping
        from escalations.queries.owed_sign_offs import owed_on_sign_offs
        from escalations.queries.owed_signals import owed_on_signals
        from escalations.queries.owed_targets import owed_on_targets
        from escalations.queries.rules import thresholds_in_force
        from escalations.queries.stops import stops
        from escalations.services.telling_disputes import tell_of_dispute
        from escalations.services.telling_sign_offs import tell_of_sign_off
        from escalations.services.telling_signals import tell_of_signals
        from scorecards import announcements as scorecard_announcements
        from scorecards import cases, responsiveness, thresholds
        from suppliers import announcements
        from suppliers import holds as supplier_holds

        announcements.hear_of_facts(ring_rejects)
        announcements.hear_of_disputes(tell_of_dispute)
        scorecard_announcements.hear_of_sign_offs(tell_of_sign_off)
        scorecard_announcements.hear_of_signals(tell_of_signals)
        cases.register(open_cases)
        cases.register_stops(stops)
        supplier_holds.register(business_holds)
        responsiveness.register(steps_owed)
        for provider in (
            owed_on_cases,
            owed_on_eight_ds,
            owed_on_shipping,
            owed_on_new_plants,
            owed_on_disputes,
            owed_on_sign_offs,
            owed_on_targets,
            owed_on_imports,
            owed_on_late_rejects,
            owed_on_signals,
        ):
            owed.register(provider)
        thresholds.register(thresholds_in_force)

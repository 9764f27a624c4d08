"""Policies and their versions as pages and API show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from escalations.models import Policy, PolicyVersion, Rule
from escalations.rule_wording import rule_sentence
from scorecards.periods import Month


@dataclass(frozen=True, kw_only=True)
class VersionShown:
    """A version with its rules in sentences."""

    row: PolicyVersion
    sentences: Sequence[str]

    @property
    def first_month(self) -> Month | None:
        """The first month it judges; None for every month."""
        return None if self.row.applies_from is None else Month.of(self.row.applies_from)


@dataclass(frozen=True, kw_only=True)
class PolicyShown:
    """A policy with its versions, the newest first."""

    row: Policy
    versions: Sequence[VersionShown]

    @property
    def newest(self) -> VersionShown | None:
        """The newest version; none before the first is saved."""
        return self.versions[0] if self.versions else None


def policies_with_versions() -> Any:
    """Return the policies with versions and rules, those in force first."""
    rules = Prefetch("rules", Rule.objects.order_by("position"))
    versions = PolicyVersion.objects.select_related("created_by").prefetch_related(rules)
    newest_first = Prefetch("versions", versions.order_by("-number"))
    rows = Policy.objects.prefetch_related(newest_first)
    return rows.order_by("-active", "subject", "name", "pk")


def shown(policy: Policy) -> PolicyShown:
    """Return the policy as pages show it; it was fetched with its versions."""
    return PolicyShown(
        row=policy,
        versions=[
            VersionShown(row=row, sentences=[rule_sentence(rule) for rule in row.rules.all()])
            for row in policy.versions.all()
        ],
    )

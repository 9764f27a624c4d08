"""Policies: scopes and guards as judged, versions, the editor, the dry run."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import Episode, Judgement, Policy, PolicyVersion, Rule
from escalations.rule_wording import rule_sentence
from escalations.services.policies import PolicyChangedError, put_in_force, save_version
from escalations.services.policy_dry_run import dry_run_policy
from escalations.services.runs import evaluate_published
from scorecards.queries.overview import supplier_overview
from scorecards.rollup import drain
from scorecards.services.publication import publish_month
from suppliers.models import Supplier, User
from tests.escalations.facts import AT, OCTOBER, evaluated, external
from tests.factories import PartFactory, PlantFactory, RejectFactory

pytestmark = pytest.mark.django_db


def ppm_rule(**fields: Any) -> Rule:
    defaults = {
        "kind": "ppm",
        "metric": "external_ppm",
        "window": "month",
        "comparator": "above",
        "threshold_ppm": Decimal(50),
        "level": "8d",
    }
    return Rule(**(defaults | fields))


def in_force(manager: User, *rules: Rule) -> PolicyVersion:
    return save_version(
        policy=Policy.objects.get(name="Default"),
        rules=rules,
        applies_from=None,
        reason="For this test.",
        seen=1,
        by=manager,
        at=AT,
    )


def cases() -> list[tuple[str, str | None, str | None]]:
    rows = Episode.objects.order_by("number")
    return [
        (
            episode.level,
            episode.plant and episode.plant.code,
            episode.part and episode.part.number,
        )
        for episode in rows.select_related("plant", "part")
    ]


def test_each_plant_and_each_part_is_judged_by_itself(
    supplier_a: Supplier, quality_manager: User
) -> None:
    plant, part = PlantFactory(code="NORD"), PartFactory(number="P-1")
    external(supplier_a, counted=7, received=100_000, plant=plant, part=part)
    external(supplier_a, received=1_000_000)  # the supplier as a whole is at 6 PPM
    in_force(
        quality_manager,
        ppm_rule(),
        ppm_rule(scope="supplier_plant"),
        ppm_rule(scope="supplier_part", level="cs1"),
    )
    evaluated()
    assert cases() == [("8d", "NORD", None), ("cs1", None, "P-1")]
    plant_case = Episode.objects.get(plant=plant)
    assert plant_case.eightd.facts[0]["plant"] == "NORD"
    assert Judgement.objects.filter(fired=False, plant=None, part=None).count() == 1
    assert not evaluated().changed


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"min_received": Decimal(200_000)}, "too_little_received"),
        ({"min_rejects": Decimal(8)}, "too_few_rejects"),
        ({"confidence": Decimal("0.95")}, "not_shown"),
        ({"confidence": Decimal("0.95"), "or_incidents": 3, "incident_months": 6}, "not_shown"),
        ({"confidence": Decimal("0.95"), "or_incidents": 2, "incident_months": 6}, "fired"),
        ({"comparator": "at_or_above", "threshold_ppm": Decimal(70)}, "fired"),
    ],
)
def test_guards_are_judged(
    supplier_a: Supplier, quality_manager: User, fields: dict[str, Any], reason: str
) -> None:
    external(supplier_a, counted=6, received=100_000)
    external(supplier_a, counted=1, month=OCTOBER)
    in_force(quality_manager, ppm_rule(**fields))
    evaluated()
    assert Judgement.objects.get().reason == reason
    assert Episode.objects.exists() is (reason == "fired")


def test_volume_guarded_policy_spares_the_small_and_finds_the_repeated(
    supplier_a: Supplier, supplier_b: Supplier
) -> None:
    put_in_force(policy=Policy.objects.get(name="Volume-guarded"))
    external(supplier_a, counted=1, received=3_000)  # 333 PPM by chance
    external(supplier_b, counted=60, received=400_000)  # 150 PPM, shown
    assert {episode.supplier for episode in evaluated().raised} == {supplier_b}
    assert Judgement.objects.filter(supplier=supplier_a, reason="not_shown").count() == 2
    external(supplier_a, counted=1, month=OCTOBER.minus(1))  # the second incident
    assert {episode.supplier for episode in evaluated().raised} == {supplier_a}


def test_published_months_keep_their_policy_when_another_is_put_in_force(
    supplier_a: Supplier, supplier_b: Supplier, sqe: User
) -> None:
    september = OCTOBER.minus(1)
    external(supplier_a, counted=1, received=3_000, month=september)  # 333 PPM by chance
    external(supplier_b, received=3_000, month=september)
    drain(at=AT)
    publish_month(month=september, by=sqe, at=AT)
    evaluate_published(now=lambda: AT)
    assert Episode.objects.count() == 2
    external(supplier_b, counted=1, received=3_000)
    put_in_force(policy=Policy.objects.get(name="Volume-guarded"))
    assert not evaluated().changed  # what was published stands, and chance explains October
    assert set(Episode.objects.values_list("state", flat=True)) == {"open"}
    judged_by = Judgement.objects.filter(early=False).values_list(
        "month", "rule__version__policy__name"
    )
    assert set(judged_by) == {
        (september.first_day, "Default"),
        (OCTOBER.first_day, "Volume-guarded"),
    }
    publish_month(month=OCTOBER, by=sqe, at=AT)
    evaluate_published(now=lambda: AT)
    assert Episode.objects.count() == 2


def test_earlier_months_keep_their_version(supplier_a: Supplier, quality_manager: User) -> None:
    version = in_force(quality_manager, ppm_rule(level="cs1"))
    PolicyVersion.objects.create(
        policy=version.policy, number=3, applies_from=OCTOBER.first_day, reason="Stricter."
    )
    Rule.objects.create(
        version=PolicyVersion.objects.get(number=3, policy=version.policy),
        position=1,
        kind="ppm",
        metric="external_ppm",
        window="month",
        comparator="above",
        threshold_ppm=60,
        level="cs2",
    )
    external(supplier_a, counted=7, received=100_000, month=OCTOBER.minus(1))
    external(supplier_a, counted=7, received=100_000)
    evaluated()
    assert [(level, *_rest) for level, *_rest in cases()] == [
        ("cs1", None, None),
        ("cs2", None, None),
    ]


def test_months_are_shown_against_the_thresholds_that_judge_them(
    supplier_a: Supplier, quality_manager: User, sqe_client: Client
) -> None:
    """A version for November on leaves October's pages, figures and scorecards as they are."""
    november = OCTOBER.plus(1)
    save_version(
        policy=Policy.objects.get(name="Default"),
        rules=[ppm_rule(threshold_ppm=Decimal(60))],
        applies_from=november,
        reason="Sixty from now on.",
        seen=1,
        by=quality_manager,
        at=AT,
    )
    for month in (OCTOBER, november):
        external(supplier_a, counted=7, received=100_000, month=month)
    drain(at=AT)
    shown = [
        (
            view.escalation_policy_version,
            [limit.threshold_ppm for limit in view.external.thresholds],
        )
        for view in (
            supplier_overview(supplier=supplier_a, month=month) for month in (OCTOBER, november)
        )
    ]
    fifty, sixty, hundred = Decimal(50), Decimal(60), Decimal(100)
    assert shown == [(1, [fifty, hundred]), (2, [sixty])]
    for month, levels in ((OCTOBER, ["50", "100"]), (november, ["60"])):
        for page in (f"/suppliers/?month={month}", f"/suppliers/{supplier_a.code}/?month={month}"):
            text = sqe_client.get(page).content.decode()
            assert ("about 60 PPM" in text or "8D &gt; 60" in text) is ("60" in levels), page


def test_saving_over_somebody_elses_version_is_refused(quality_manager: User) -> None:
    in_force(quality_manager, ppm_rule())
    with pytest.raises(PolicyChangedError):
        in_force(quality_manager, ppm_rule())


def typed(policy: Policy, **changed: Any) -> dict[str, Any]:
    """What the editor sends back when one rule is kept as it stands."""
    data = {
        "rule-TOTAL_FORMS": "1",
        "rule-INITIAL_FORMS": "1",
        "rule-MIN_NUM_FORMS": "1",
        "rule-MAX_NUM_FORMS": "40",
        "rule-0-metric": "external_ppm",
        "rule-0-window": "month",
        "rule-0-comparator": "above",
        "rule-0-threshold_ppm": "75",
        "rule-0-level": "8d",
        "rule-0-scope": "supplier_part",
        "rule-0-tier_levels": ["1"],
        "rule-0-approval_role": "sqe",
        "applies_from": "2026-10",
        "seen": str(policy.versions.count()),
        "reason": "Parts by themselves, from October on.",
    }
    return data | changed


def test_editor_offers_levels_and_windows_in_the_readers_language(
    quality_manager: User, client: Client
) -> None:
    User.objects.filter(pk=quality_manager.pk).update(language="de")
    quality_manager.refresh_from_db()
    client.force_login(quality_manager)
    for name in ("Default", "Immediate"):
        policy = Policy.objects.get(name=name)
        page = client.get(reverse("policy_draft", args=[policy.pk])).content.decode()
        assert "Kontrollierter Versand Stufe 1" in page
        assert "Controlled shipping level 1" not in page
        assert "8D request" not in page


def test_editor_explains_tries_and_saves_a_new_version(
    quality_manager_client: Client, sqe_client: Client, supplier_a: Supplier
) -> None:
    policy = Policy.objects.get(name="Default")
    address = reverse("policy_draft", args=[policy.pk])
    window = Rule.objects.filter(version__policy=policy)[0].window
    page = quality_manager_client.get(address).content.decode()
    assert "External PPM (month) strictly above 50: 8D request." in page
    assert sqe_client.get(address).status_code == 403
    data = typed(policy, **{"rule-0-window": window})
    explained = quality_manager_client.post(address, data | {"do": "explain"}).content.decode()
    assert "Each part of a supplier is judged by itself. Only suppliers of tier 1." in explained
    assert "It is only proposed; to be approved by: Supplier-quality engineer." in explained
    one_more = quality_manager_client.post(address, data | {"do": "add"}).content.decode()
    assert "Rule 2" in one_more
    assert 'value="75"' in one_more
    tried = quality_manager_client.post(address, data | {"do": "try"}).content.decode()
    assert "No month is published yet" in tried
    assert policy.versions.count() == 1
    saved = quality_manager_client.post(address, data | {"do": "save"})
    assert saved.status_code == 302
    version = policy.versions.get(number=2)
    (rule,) = version.rules.all()
    assert (rule.scope, rule.threshold_ppm, rule.tier_levels) == (
        "supplier_part",
        Decimal(75),
        [1],
    )
    assert policy.versions.get(number=1).rules.count() == 4
    refused = quality_manager_client.post(address, data | {"do": "save"})
    assert "Somebody saved another version meanwhile" in refused.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"rule-0-metric": "warranty_ppm", "rule-0-scope": "supplier_plant"},
            "A warranty return names no plant",
        ),
        ({"rule-0-confidence_pct": "100"}, "more than 50 and less than 100"),
        ({"rule-0-or_incidents": "2"}, "Write both: how many incidents"),
        ({"rule-0-threshold_ppm": ""}, "This field is required"),
        ({"reason": "short"}, "Give a reason of at least"),
        ({"rule-0-DELETE": "on"}, "Keep at least one rule"),
        ({"applies_from": "October"}, "Write a month like 2026-03"),
        ({"rule-TOTAL_FORMS": "many"}, "Keep at least one rule"),
    ],
)
def test_editor_says_what_is_wrong_and_keeps_what_was_typed(
    quality_manager_client: Client, changed: dict[str, Any], said: str
) -> None:
    policy = Policy.objects.get(name="Default")
    window = Rule.objects.filter(version__policy=policy)[0].window
    data = typed(policy, **{"rule-0-window": window, "do": "save"}) | changed
    answer = quality_manager_client.post(reverse("policy_draft", args=[policy.pk]), data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert policy.versions.count() == 1


def test_editor_of_single_rejects(quality_manager_client: Client) -> None:
    policy = Policy.objects.get(name="Immediate")
    address = reverse("policy_draft", args=[policy.pk])
    data = {
        "rule-TOTAL_FORMS": "1",
        "rule-INITIAL_FORMS": "1",
        "rule-0-kind": "incident",
        "rule-0-scope": "supplier",
        "rule-0-level": "8d",
        "rule-0-min_incidents": "3",
        "applies_from": "2026-10",
        "seen": "2",
        "reason": "Three sortings within a month.",
        "do": "save",
    }
    refused = quality_manager_client.post(address, data).content.decode()
    assert "Choose the severity" in refused
    assert "within how many days" in refused
    data |= {"rule-0-severity": "sorting", "rule-0-within_days": "30"}
    assert quality_manager_client.post(address, data).status_code == 302
    rule = Rule.objects.get(version__policy=policy, version__number=3)
    assert rule_sentence(rule) == (
        "3 incidents of severity “Sorting” within 30 days: 8D request at once."
    )


def test_dry_run_says_what_would_differ(
    client: Client, supplier_a: Supplier, supplier_b: Supplier, sqe: User
) -> None:
    external(supplier_a, counted=1, received=3_000)
    external(supplier_b, counted=60, received=400_000)
    RejectFactory(supplier=supplier_b, severity="line_stop", detected_on=OCTOBER.first_day)
    drain(at=AT)
    publish_month(month=OCTOBER, by=sqe, at=AT)
    evaluated()
    guarded = list(Rule.objects.filter(version__policy__name="Volume-guarded"))
    tried = dry_run_policy(rules=guarded, suppliers=Supplier.objects.visible_to(sqe))
    found = [(row.line.supplier, row.line.level, row.verdict) for row in tried.differences]
    assert found == [
        (supplier_a, "cs1", "would not be raised"),
        (supplier_a, "8d", "would not be raised"),
        (supplier_b, "cs1", "as it was"),
        (supplier_b, "8d", "as it was"),
    ]
    before = Judgement.objects.count()
    client.force_login(sqe)
    immediate = Policy.objects.get(name="Immediate")
    page = client.get(reverse("policy_dry_run", args=[immediate.pk])).content.decode()
    assert supplier_b.code in page
    answer = client.get(f"/api/v1/policies/{immediate.pk}/dry-run/").json()
    assert [(row["supplier"], row["metric"], row["would"]) for row in answer["differences"]] == [
        (supplier_b.code, "incident", ["2026-10"])
    ]
    assert Judgement.objects.count() == before
    listed = client.get("/api/v1/policies/").json()["results"]
    assert {row["name"]: row["active"] for row in listed} == {
        "Default": True,
        "Volume-guarded": False,
        "Immediate": True,
    }


def test_policy_of_ones_own_begins_as_another_and_is_put_in_force(
    quality_manager_client: Client, member_a_client: Client
) -> None:
    source = Policy.objects.get(name="Volume-guarded")
    address = reverse("new_policy")
    taken = quality_manager_client.post(address, {"source": source.pk, "name": "default"})
    assert taken.status_code == 422
    quality_manager_client.post(address, {"source": source.pk, "name": "Ours"})
    ours = Policy.objects.get(name="Ours")
    assert ours.versions.get().rules.count() == 4
    quality_manager_client.post(reverse("policy_in_force", args=[ours.pk]))
    active = Policy.objects.filter(active=True).order_by("name")
    assert list(active.values_list("name", flat=True)) == ["Immediate", "Ours"]
    assert member_a_client.get(reverse("policies")).status_code == 404
    assert member_a_client.get("/api/v1/policies/").json()["results"] == []

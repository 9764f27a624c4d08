"""Pages of single records: what each counts and why, who decided, what was changed."""

from decimal import Decimal

import pytest
from django.test import Client

from scorecards.models import CountedReject, CountingPolicy
from suppliers.enums import CountingRule, DeliveryKind, PartPhase
from suppliers.models import Reject, Supplier
from tests.factories import (
    DefectCodeFactory,
    DisputeFactory,
    ImportBatchFactory,
    RejectVerdictFactory,
    SupplierPartFactory,
    WarrantyReturnFactory,
    WarrantyVerdictFactory,
)
from tests.scorecards.facts import OCTOBER, decide, deliver, suspect


def html_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def reject_page(client: Client, reject: Reject) -> str:
    return html_of(client, f"/rejects/{reject.pk}/")


def counts(reject: Reject) -> Decimal:
    counted: Decimal = CountedReject.objects.get(pk=reject.pk).counted_qty
    return counted


def test_undecided_reject_explains_its_extrapolation(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = suspect(supplier_a, 100, checked_qty=10, confirmed_qty=2)
    html = reject_page(sqe_client, reject)
    assert counts(reject) == 20
    assert ">20<" in html
    assert "Of 10 checked, 2 pieces confirmed; this share of what is suspect (100 pieces)" in html
    assert "Nobody has decided this reject yet." in html


def test_undecided_reject_without_check_counts_all(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = suspect(supplier_a, 30)
    assert counts(reject) == 30
    assert "All that is suspect counts: 30 pieces." in reject_page(sqe_client, reject)


def test_rule_of_the_policy_in_force_is_the_one_explained(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    CountingPolicy.objects.create(version=2, provisional="found_only", reason="Tried it out.")
    reject = suspect(supplier_a, 100, checked_qty=10, confirmed_qty=2)
    assert counts(reject) == 2
    assert "What is confirmed so far counts: 2 pieces." in reject_page(sqe_client, reject)


def test_newest_verdict_counts_and_all_are_kept(sqe_client: Client, supplier_a: Supplier) -> None:
    reject = decide(supplier_a, 8)
    RejectVerdictFactory(
        reject=reject,
        number=2,
        supplier_qty=3,
        own_qty=1,
        confirmed_qty=4,
        released_qty=4,
        reason="Half was within the drawing.",
    )
    html = reject_page(sqe_client, reject)
    assert counts(reject) == 3
    assert "By the newest verdict (no. 2) the supplier" in html
    assert "Measured again." in html
    assert "Half was within the drawing." in html


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (CountingRule.INCIDENT, "one per incident"),
        (CountingRule.WHOLE_LOT, "counts the whole lot"),
    ],
)
def test_defect_code_that_counts_otherwise_says_so(
    sqe_client: Client, supplier_a: Supplier, rule: str, sentence: str
) -> None:
    reject = suspect(supplier_a, 5, defect_code=DefectCodeFactory(counts=rule))
    assert sentence in reject_page(sqe_client, reject)


def test_records_outside_the_ppm_say_why(sqe_client: Client, supplier_a: Supplier) -> None:
    sample = deliver(supplier_a, 10, kind=DeliveryKind.SAMPLE)
    of_sample = suspect(supplier_a, 2, delivery=sample, part=sample.part)
    pilot = deliver(supplier_a, 10, kind=DeliveryKind.PRE_SERIES)
    of_pilot = suspect(supplier_a, 2, delivery=pilot, part=pilot.part)
    early = SupplierPartFactory(supplier=supplier_a, phase=PartPhase.PRE_SERIES)
    kept_out = SupplierPartFactory(supplier=supplier_a, counts_in_ppm=False)
    for reject, sentence in (
        (of_sample, "samples and replacement deliveries stay out"),
        (of_pilot, "pre-series parts stay out"),
        (suspect(supplier_a, 2, part=early.part), "pre-series parts stay out"),
        (suspect(supplier_a, 2, part=kept_out.part), "this supplier&#x27;s part is kept out"),
    ):
        assert counts(reject) == 0
        assert sentence in reject_page(sqe_client, reject)
    page = html_of(sqe_client, f"/deliveries/{sample.pk}/")
    assert "samples and replacement deliveries stay out" in page


def test_correction_of_a_fact_shows_before_and_after(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = suspect(supplier_a, 100)
    Reject.objects.filter(pk=reject.pk).update(suspect_qty=40)
    Reject.objects.filter(pk=reject.pk).update(suspect_qty=25, lot="L-9")
    html = reject_page(sqe_client, reject)
    assert "Suspect: 100 → 40" in html
    assert "Suspect: 40 → 25" in html
    assert "Lot: — → L-9" in html
    assert html.index("40 → 25") < html.index("100 → 40")


def test_supplier_reads_nothing_of_whom_the_record_was_before(
    sqe_client: Client, member_b_client: Client, supplier_a: Supplier, supplier_b: Supplier
) -> None:
    reject = suspect(supplier_a, 7_654)
    Reject.objects.filter(pk=reject.pk).update(suspect_qty=5_432)
    Reject.objects.filter(pk=reject.pk).update(supplier=supplier_b, suspect_qty=40)
    Reject.objects.filter(pk=reject.pk).update(suspect_qty=25)
    inside, outside = (reject_page(client, reject) for client in (sqe_client, member_b_client))
    assert "Suspect: 40 → 25" in inside
    assert "Suspect: 40 → 25" in outside
    for secret in (supplier_a.code, "7,654", "5,432"):  # no time of day is written like these
        assert secret in inside
        assert secret not in outside


def test_unchanged_fact_says_so_and_names_its_import(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    batch = ImportBatchFactory(filename="march.csv")
    delivery = deliver(supplier_a, 10, batch=batch)
    html = html_of(sqe_client, f"/deliveries/{delivery.pk}/")
    assert "Unchanged since it was recorded." in html
    assert "import of march.csv" in html


def test_reversal_leads_to_what_it_reverses(sqe_client: Client, supplier_a: Supplier) -> None:
    first = deliver(supplier_a, 10)
    back = deliver(supplier_a, 4, plant=first.plant, part=first.part, reverses=first)
    html = html_of(sqe_client, f"/deliveries/{back.pk}/")
    assert "−4" in html
    assert f"/deliveries/{first.pk}/" in html


def test_disputed_reject_shows_the_dispute_and_still_counts(
    sqe_client: Client, supplier_a: Supplier
) -> None:
    reject = suspect(supplier_a, 9)
    DisputeFactory(reject=reject, supplier=supplier_a, statement="Crushed on the road.")
    html = reject_page(sqe_client, reject)
    assert "Crushed on the road." in html
    assert "disputed" in html
    assert counts(reject) == 9


def test_return_counts_the_accepted_share(sqe_client: Client, supplier_a: Supplier) -> None:
    returned = WarrantyReturnFactory(
        supplier=supplier_a, received_on=OCTOBER.first_day, quantity=Decimal(8)
    )
    address = f"/returns/{returned.pk}/"
    assert "100 % of 8 pieces" in html_of(sqe_client, address)
    WarrantyVerdictFactory(warranty_return=returned, accepted_pct=Decimal("62.50"))
    html = html_of(sqe_client, address)
    assert "The newest verdict accepts 62.5 % of 8 pieces." in html
    assert ">5<" in html


def test_supplier_reads_its_own_records_without_links_into_the_oem(
    member_a_client: Client, supplier_a: Supplier
) -> None:
    html = reject_page(member_a_client, decide(supplier_a, 2))
    assert 'href="/parts/' not in html
    assert 'href="/suppliers/?' not in html
    assert 'href="/suppliers/ALFA-4711/' in html

"""Who may open what: one line for every address of the product.

A new page is one line in `ADDRESSES`:

    page("supplier", INSIDERS | SUPPLIERS, code=lambda side: side.supplier.code)

- the name as `reverse` takes it;
- the roles that are let in; supplier roles only ever with objects of their own supplier;
- its arguments: constants, or functions of a `Side` (tests/access/world.py) that name an object
  which belongs to a supplier. Add the object to the world when it is of a new kind.

`action` is the same for an address that takes POST only; `page(…, posts=True)` takes both. Whoever
is not let in gets: nobody logged in → the log-in page (API: 401), outsiders → 404, insiders → 403.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.access.world import Side

INSIDERS = frozenset({"sqe", "quality_manager", "buyer", "auditor", "administrator"})
QUALITY = frozenset({"sqe", "quality_manager", "administrator"})
MANAGERS = frozenset({"quality_manager", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})
ANSWERING = frozenset({"sqe", "quality_manager"})
SUPPLIERS = frozenset({"member_a", "admin_a", "member_b"})
OUTSIDERS = SUPPLIERS | {"stranger"}
PEOPLE = INSIDERS | OUTSIDERS
EVERYBODY = PEOPLE | {"nobody"}

Argument = Callable[[Side], Any] | str


@dataclass(frozen=True, kw_only=True)
class Address:
    """One line of the table."""

    name: str
    open_to: frozenset[str]
    methods: frozenset[str]
    arguments: dict[str, Argument] = field(default_factory=dict)
    is_allauths: bool = False
    posts_open_to: frozenset[str] | None = None
    query: str = ""

    @property
    def is_api(self) -> bool:
        """Whether it answers programs, which are not sent to a log-in page."""
        return self.name.startswith("api_") or self.name == "healthz"

    def open_for(self, method: str) -> frozenset[str]:
        """Return who is let in with a method; some read what others may write."""
        writes = method == "POST" and self.posts_open_to is not None
        return self.posts_open_to or frozenset() if writes else self.open_to

    @property
    def names_an_object(self) -> bool:
        """Whether its address contains something that belongs to a supplier."""
        return any(callable(argument) for argument in self.arguments.values())

    def of(self, side: Side) -> dict[str, Any]:
        """Return the arguments that name an object of that side."""
        return {
            name: argument(side) if callable(argument) else argument
            for name, argument in self.arguments.items()
        }

    def absent(self, side: Side) -> dict[str, Any]:
        """Return arguments of the same kind that name nothing."""
        return {
            name: nothing_like(argument(side)) if callable(argument) else argument
            for name, argument in self.arguments.items()
        }


def nothing_like(value: Any) -> Any:
    """Return a value of the same kind that no object has."""
    return 10**9 if isinstance(value, int) else "NO-SUCH-THING"


def page(
    name: str,
    open_to: frozenset[str],
    *,
    posts: bool = False,
    needs: str = "",
    **arguments: Argument,
) -> Address:
    """Return the line of a page; `posts` for one that also takes a form, `needs` a query."""
    methods = frozenset({"GET", "POST"} if posts else {"GET"})
    return Address(name=name, open_to=open_to, methods=methods, arguments=arguments, query=needs)


def both(
    name: str, open_to: frozenset[str], posts_open_to: frozenset[str], **arguments: Argument
) -> Address:
    """Return the line of an address that some read and others write."""
    return Address(
        name=name,
        open_to=open_to,
        methods=frozenset({"GET", "POST"}),
        posts_open_to=posts_open_to,
        arguments=arguments,
    )


def account(name: str, open_to: frozenset[str], **arguments: Argument) -> Address:
    """Return the line of a page of allauth's, which knows best what it answers."""
    return Address(
        name=name, open_to=open_to, methods=frozenset(), arguments=arguments, is_allauths=True
    )


def action(name: str, open_to: frozenset[str], **arguments: Argument) -> Address:
    """Return the line of something that is only done, never looked at."""
    return Address(name=name, open_to=open_to, methods=frozenset({"POST"}), arguments=arguments)


def code(side: Side) -> Any:
    """Return the supplier's code."""
    return side.supplier.code


def episode(side: Side) -> Any:
    """Return the number of an escalation."""
    return side.episode.number


def shipping(side: Side) -> Any:
    """Return the number of a controlled shipping."""
    return side.shipping.number


def eight_d(side: Side) -> Any:
    """Return the number of an 8D."""
    return side.eight_d.number


def message(side: Side) -> Any:
    """Return the id of a message about the supplier."""
    return side.message.pk


def dispute(side: Side) -> Any:
    """Return the id of a dispute."""
    return side.dispute.pk


def batch(side: Side) -> Any:
    """Return the id of an import."""
    return side.batch.pk


def group(side: Side) -> Any:
    """Return the id of the group that the supplier belongs to."""
    return side.supplier.groups.get().group_id


def defect_code(side: Side) -> Any:
    """Return the code of what was wrong with the supplier's parts."""
    return side.reject.defect_code.code


def commodity(side: Side) -> Any:
    """Return the commodity of the supplier's part."""
    return side.part.commodity


SCORECARD: Any = {"code": code, "month": "2026-03"}
FIGURE: Any = {"code": code, "metric": "external_ppm", "month": "2026-03"}
ANY_FIGURE: Any = {"metric": "external_ppm", "month": "2026-03"}
CSV: Any = {"form": "csv"}
ROWS: Any = {"rows": "rejects", "form": "csv"}

ADDRESSES = (
    # the application itself
    page("livez", EVERYBODY),
    page("readyz", EVERYBODY),
    page("healthz", ADMINISTRATOR),
    # log-in
    account("account_login", EVERYBODY),
    account("account_logout", EVERYBODY),
    account("account_inactive", EVERYBODY),
    account("account_signup", EVERYBODY),
    account("account_reauthenticate", PEOPLE),
    page("account_email", PEOPLE),
    account("account_email_verification_sent", EVERYBODY),
    account("account_change_password", PEOPLE),
    account("account_set_password", PEOPLE),
    account("account_reset_password", EVERYBODY),
    account("account_reset_password_done", EVERYBODY),
    account("account_reset_password_from_key", EVERYBODY, uidb36="1", key="x-y"),
    account("account_reset_password_from_key_done", EVERYBODY),
    account("account_confirm_login_code", EVERYBODY),
    account("account_confirm_email", EVERYBODY, key="x"),
    # pages
    page("home", PEOPLE),
    page("our_quality", SUPPLIERS),
    page("suppliers", INSIDERS),
    page("suppliers_export", INSIDERS, form="csv"),
    page("supplier", INSIDERS | SUPPLIERS, code=code),
    page("control", INSIDERS | SUPPLIERS, code=code, metric="external_ppm"),
    page("control_export", INSIDERS | SUPPLIERS, code=code, metric="external_ppm", form="csv"),
    page("control_pdf", INSIDERS | SUPPLIERS, code=code, metric="external_ppm"),
    action("propose_baseline", QUALITY, code=code, metric="warranty_ppm"),
    action("mark_point", QUALITY, pk=lambda side: side.proposal.pk, month="2026-03"),
    action("accept_baseline", QUALITY, pk=lambda side: side.proposal.pk),
    action("withdraw_baseline", QUALITY, pk=lambda side: side.proposal.pk),
    page("signals", INSIDERS),
    page("workbench", PEOPLE, posts=True),
    page("workbench_converters", PEOPLE),
    page("workbench_boards", PEOPLE),
    page("compare", INSIDERS),
    page("compare_export", INSIDERS, form="csv"),
    action("see_signal", QUALITY, pk=lambda side: side.signal.pk),
    page("figure", INSIDERS | SUPPLIERS, **FIGURE),
    page("figure_rows_export", INSIDERS | SUPPLIERS, **FIGURE, rows="deliveries", form="csv"),
    page("tier_figure", INSIDERS, slug="1", **ANY_FIGURE),
    page("tier_figure_rows_export", INSIDERS, slug="1", **ANY_FIGURE, **ROWS),
    page("group_figure", INSIDERS, slug=group, **ANY_FIGURE),
    page("group_figure_rows_export", INSIDERS, slug=group, **ANY_FIGURE, **ROWS),
    page("plant_figure", INSIDERS, slug=lambda side: side.plant.code, **ANY_FIGURE),
    page(
        "plant_figure_rows_export",
        INSIDERS,
        slug=lambda side: side.plant.code,
        **ANY_FIGURE,
        **ROWS,
    ),
    page("part_figure", INSIDERS, slug=lambda side: side.part.number, **ANY_FIGURE),
    page(
        "part_figure_rows_export",
        INSIDERS,
        slug=lambda side: side.part.number,
        **ANY_FIGURE,
        **ROWS,
    ),
    page("commodity_figure", INSIDERS, slug=commodity, **ANY_FIGURE),
    page("commodity_figure_rows_export", INSIDERS, slug=commodity, **ANY_FIGURE, **ROWS),
    page("defect_code_figure", INSIDERS, slug=defect_code, **ANY_FIGURE),
    page("defect_code_figure_rows_export", INSIDERS, slug=defect_code, **ANY_FIGURE, **ROWS),
    page("all_figure", INSIDERS, **ANY_FIGURE),
    page("all_figure_rows_export", INSIDERS, **ANY_FIGURE, **ROWS),
    page("supplier_delivery_months", INSIDERS | SUPPLIERS, code=code, month="2026-03"),
    page(
        "supplier_delivery_months_export",
        INSIDERS | SUPPLIERS,
        code=code,
        month="2026-03",
        form="csv",
    ),
    page("tier_delivery_months", INSIDERS, slug="1", month="2026-03"),
    page("tier_delivery_months_export", INSIDERS, slug="1", month="2026-03", form="csv"),
    page("all_delivery_months", INSIDERS, month="2026-03"),
    page("all_delivery_months_export", INSIDERS, month="2026-03", form="csv"),
    page("supplier_causes", INSIDERS | SUPPLIERS, code=code, month="2026-03"),
    page("supplier_causes_table", INSIDERS | SUPPLIERS, code=code, month="2026-03", form="csv"),
    page("supplier_causes_records", INSIDERS | SUPPLIERS, code=code, month="2026-03", form="csv"),
    *(
        page(f"{kind}_causes{what}", INSIDERS, slug=slug, month="2026-03", **form)
        for kind, slug in (
            ("tier", "1"),
            ("plant", lambda side: side.plant.code),
            ("part", lambda side: side.part.number),
            ("commodity", commodity),
        )
        for what, form in (("", {}), ("_table", CSV), ("_records", CSV))
    ),
    page("performance", INSIDERS | SUPPLIERS, code=code, kind="on-time", month="2026-03"),
    page(
        "performance_rows",
        INSIDERS | SUPPLIERS,
        code=code,
        kind="incidents",
        month="2026-03",
        form="csv",
    ),
    page("supplier_build_months", INSIDERS | SUPPLIERS, code=code, month="2026-03"),
    page(
        "supplier_build_months_export",
        INSIDERS | SUPPLIERS,
        code=code,
        month="2026-03",
        form="csv",
    ),
    page(
        "part_build_months",
        INSIDERS,
        number=lambda side: side.part.number,
        month="2026-03",
    ),
    page(
        "part_build_months_export",
        INSIDERS,
        number=lambda side: side.part.number,
        month="2026-03",
        form="csv",
    ),
    page("two_periods", INSIDERS | SUPPLIERS, code=code),
    page("groups", INSIDERS),
    page("group", INSIDERS, pk=group),
    page("reject", INSIDERS | SUPPLIERS, pk=lambda side: side.reject.pk),
    page("delivery", INSIDERS | SUPPLIERS, pk=lambda side: side.delivery.pk),
    page("warranty_return", INSIDERS | SUPPLIERS, pk=lambda side: side.warranty_return.pk),
    page("counting_policy", INSIDERS),
    action("change_counting_policy", frozenset({"quality_manager", "administrator"})),
    page("targets", INSIDERS),
    page("target_new", QUALITY, posts=True),
    page("supplier_targets", INSIDERS | SUPPLIERS, code=code),
    action("acknowledge_target", SUPPLIERS, pk=lambda side: side.target.pk),
    page("schemes", INSIDERS),
    page("scheme_draft", frozenset({"quality_manager", "administrator"}), posts=True),
    # people
    both(
        "people",
        INSIDERS | SUPPLIERS,
        posts_open_to=QUALITY | {"admin_a"},
        code=code,
    ),
    # decisions and disputes
    page("reject_new", QUALITY, posts=True),
    page("reject_sorting", QUALITY, posts=True, pk=lambda side: side.reject.pk),
    page("reject_details", QUALITY, posts=True, pk=lambda side: side.reject.pk),
    page("reject_decide", QUALITY, posts=True, pk=lambda side: side.reject.pk),
    page("return_decide", QUALITY, posts=True, pk=lambda side: side.warranty_return.pk),
    page("reject_dispute", SUPPLIERS, posts=True, pk=lambda side: side.reject.pk),
    page("return_dispute", SUPPLIERS, posts=True, pk=lambda side: side.warranty_return.pk),
    page("disputes", INSIDERS | SUPPLIERS),
    page("disputes_export", INSIDERS | SUPPLIERS),
    page("dispute", INSIDERS | SUPPLIERS, pk=dispute),
    page("dispute_figure", INSIDERS | SUPPLIERS, pk=dispute),
    action("dispute_review", ANSWERING, pk=dispute),
    page("dispute_answer", ANSWERING, posts=True, pk=dispute),
    page("dispute_appeal", SUPPLIERS, posts=True, pk=dispute),
    page("reject_evidence", QUALITY, posts=True, pk=lambda side: side.reject.pk),
    page("return_evidence", QUALITY, posts=True, pk=lambda side: side.warranty_return.pk),
    page("dispute_evidence", ANSWERING | SUPPLIERS, posts=True, pk=dispute),
    page("evidence", INSIDERS | SUPPLIERS, pk=lambda side: side.evidence.pk),
    page("tiers", INSIDERS),
    page("plants", INSIDERS),
    page("plant", INSIDERS, code=lambda side: side.delivery.plant.code),
    page("parts", INSIDERS),
    page("commodities", INSIDERS),
    page("defect_codes", INSIDERS),
    *(
        page(f"{name}_export", INSIDERS, form="csv")
        for name in ("plants", "parts", "commodities", "defect_codes")
    ),
    page("part", INSIDERS, number=lambda side: side.delivery.part.number),
    page("months", INSIDERS),
    action("publish_months", QUALITY),
    page("month", INSIDERS, month="2026-03"),
    page("scorecard", INSIDERS | SUPPLIERS, **SCORECARD),
    page("scorecard_pdf", INSIDERS | SUPPLIERS, **SCORECARD),
    action("sign_off", SUPPLIERS, **SCORECARD),
    action("query_reply", QUALITY, **SCORECARD),
    page("sign_offs", INSIDERS),
    page("month_zip", INSIDERS, month="2026-03"),
    page("month_export", INSIDERS, month="2026-03", form="csv"),
    action("publish_one", QUALITY, **SCORECARD),
    action("restate", QUALITY, **SCORECARD),
    page("line_dispute", SUPPLIERS, posts=True, **SCORECARD, metric="external_ppm"),
    page("dispute_line", INSIDERS | SUPPLIERS, pk=lambda side: side.line_dispute.pk),
    # escalations
    page("today", QUALITY),
    page("profile", PEOPLE, posts=True),
    page("my_suppliers", frozenset({"buyer", "quality_manager", "administrator"})),
    page("supplier_owed", INSIDERS | SUPPLIERS, code=code),
    page("escalations", INSIDERS | SUPPLIERS),
    page("case_new", ANSWERING, posts=True),
    page("evaluation", INSIDERS),
    action("evaluate_now", QUALITY),
    page("supplier_escalations", INSIDERS | SUPPLIERS, code=code),
    page("episode", INSIDERS | SUPPLIERS, number=episode),
    action("decide_episode", ANSWERING, number=episode),
    # controlled shipping
    page("shippings", INSIDERS | SUPPLIERS),
    page("shippings_export", INSIDERS | SUPPLIERS, form="csv"),
    page("shipping_new", ANSWERING, posts=True),
    page("shipping", INSIDERS | SUPPLIERS, number=shipping),
    page("shipping_terms", ANSWERING, posts=True, number=shipping),
    action("shipping_send", ANSWERING, number=shipping),
    action("shipping_confirm", ANSWERING | SUPPLIERS, number=shipping),
    action("shipping_exit", ANSWERING, number=shipping),
    action("shipping_escape", ANSWERING, number=shipping),
    action("shipping_plant", ANSWERING, number=shipping),
    action("shipping_withdraw", frozenset({"quality_manager"}), number=shipping),
    page("shipping_log", ANSWERING | SUPPLIERS, posts=True, number=shipping),
    action("shipping_log_file", ANSWERING | SUPPLIERS, number=shipping),
    page("shipping_log_export", INSIDERS | SUPPLIERS, number=shipping, form="csv"),
    page("shipping_letter", INSIDERS | SUPPLIERS, number=shipping, kind="entry"),
    action("propose_level", ANSWERING, number=episode),
    page("policies", INSIDERS),
    page("policy", INSIDERS, pk="1"),
    page("new_policy", MANAGERS, posts=True),
    page("policy_draft", MANAGERS, posts=True, pk="1"),
    page("policy_dry_run", INSIDERS, pk="1"),
    action("policy_in_force", MANAGERS, pk="1"),
    # 8D
    page("eight_d_in_time", INSIDERS | SUPPLIERS, code=code, month="2026-03"),
    page("eight_d_in_time_rows", INSIDERS | SUPPLIERS, code=code, month="2026-03", form="csv"),
    page("eight_ds", INSIDERS | SUPPLIERS),
    page("eight_ds_export", INSIDERS | SUPPLIERS),
    both("eight_d_clocks", INSIDERS, posts_open_to=MANAGERS),
    page("eight_d", INSIDERS | SUPPLIERS, number=eight_d),
    page("eight_d_pdf", INSIDERS | SUPPLIERS, number=eight_d),
    page("eight_d_json", INSIDERS | SUPPLIERS, number=eight_d),
    page("eight_d_import", ANSWERING | SUPPLIERS, posts=True, number=eight_d),
    page("eight_d_score", ANSWERING | SUPPLIERS, posts=True, number=eight_d),
    action("eight_d_extension", ANSWERING | SUPPLIERS, number=eight_d),
    action("eight_d_extension_answer", ANSWERING, number=eight_d),
    action("decide_eight_d", ANSWERING, number=eight_d),
    page(
        "eight_d_file",
        INSIDERS | SUPPLIERS,
        number=eight_d,
        pk=lambda side: side.eight_d_file.pk,
    ),
    both(
        "eight_d_step",
        INSIDERS | SUPPLIERS,
        posts_open_to=ANSWERING | SUPPLIERS,
        number=eight_d,
        discipline="d2",
    ),
    action("eight_d_review", ANSWERING, number=eight_d, discipline="d1"),
    page("eight_d_files", ANSWERING | SUPPLIERS, posts=True, number=eight_d, discipline="d2"),
    page(
        "eight_d_revision",
        INSIDERS | SUPPLIERS,
        number=eight_d,
        discipline="d1",
        revision="1",
    ),
    page("messages", INSIDERS),
    page("message", INSIDERS, pk=message),
    page("message_html", INSIDERS, pk=message),
    page("message_attachment", INSIDERS, pk=message),
    action("retry_message", QUALITY, pk=message),
    action("discard_message", QUALITY, pk=message),
    # imports: of all suppliers, open to those who answer for the data
    page("imports", QUALITY),
    page("import_new", QUALITY, posts=True),
    page("import_batch", QUALITY, pk=batch),
    action("import_map", QUALITY, pk=batch),
    action("import_confirm", QUALITY, pk=batch),
    action("import_discard", QUALITY, pk=batch),
    action("import_finish", QUALITY, pk=batch),
    action("import_conflicts", QUALITY, pk=batch),
    action("import_undo", QUALITY, pk=batch),
    page("import_mappings", QUALITY),
    page("import_mapping", QUALITY, posts=True, pk=lambda side: side.mapping.pk),
    action("import_delete_mapping", QUALITY, pk=lambda side: side.mapping.pk),
    action("import_save_mapping", QUALITY, pk=batch),
    page("import_mend", QUALITY, pk=batch),
    page("import_problems", QUALITY, pk=batch),
    # API
    page("api_schema", PEOPLE),
    page("api_nothing", frozenset()),
    page("api_supplier-list", PEOPLE),
    page("api_supplier-detail", INSIDERS | SUPPLIERS, code=code),
    page("api_delivery-list", PEOPLE),
    page("api_delivery-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.delivery.pk),
    both("api_reject-list", PEOPLE, posts_open_to=QUALITY),
    action("api_reject-sorting", QUALITY, pk=lambda side: side.reject.pk),
    action("api_reject-details", QUALITY, pk=lambda side: side.reject.pk),
    action("api_reject-decide", QUALITY, pk=lambda side: side.reject.pk),
    action("api_reject-dispute", SUPPLIERS, pk=lambda side: side.reject.pk),
    action("api_return-decide", QUALITY, pk=lambda side: side.warranty_return.pk),
    action("api_return-dispute", SUPPLIERS, pk=lambda side: side.warranty_return.pk),
    page("api_dispute-list", PEOPLE),
    page("api_dispute-detail", INSIDERS | SUPPLIERS, pk=dispute),
    action("api_dispute-answer", ANSWERING, pk=dispute),
    action("api_dispute-appeal", SUPPLIERS, pk=dispute),
    action("api_reject-attach", QUALITY, pk=lambda side: side.reject.pk),
    action("api_return-attach", QUALITY, pk=lambda side: side.warranty_return.pk),
    action("api_dispute-attach", ANSWERING | SUPPLIERS, pk=dispute),
    page("api_evidence-list", PEOPLE),
    page("api_evidence-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.evidence.pk),
    page("api_evidence-file", INSIDERS | SUPPLIERS, pk=lambda side: side.evidence.pk),
    page("api_reject-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.reject.pk),
    page("api_return-list", PEOPLE),
    page("api_return-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.warranty_return.pk),
    page("api_figure-list", PEOPLE),
    page("api_arithmetic-list", PEOPLE, needs="metric=external_ppm&scope=all&month=2026-03"),
    page(
        "api_arithmetic-rows",
        PEOPLE,
        needs="metric=external_ppm&scope=all&month=2026-03&rows=rejects",
    ),
    page("api_build_month-list", PEOPLE, needs="month=2026-03"),
    page("api_build_month-table", PEOPLE, needs="month=2026-03"),
    page("api_build_month-rows", PEOPLE, needs="month=2026-03&built=2026-02&mis=3"),
    page("api_delivery_month-list", PEOPLE, needs="month=2026-03"),
    page("api_delivery_month-table", PEOPLE, needs="month=2026-03"),
    page(
        "api_performance-detail",
        INSIDERS | SUPPLIERS,
        needs="kind=on-time&month=2026-03",
        code=code,
    ),
    page("api_cause-detail", INSIDERS | SUPPLIERS, needs="month=2026-03", code=code),
    page("api_cause-rows", INSIDERS | SUPPLIERS, needs="month=2026-03", code=code),
    page("api_cause-table", INSIDERS | SUPPLIERS, needs="month=2026-03", code=code),
    page(
        "api_peers-detail",
        INSIDERS | SUPPLIERS,
        needs="metric=external_ppm&month=2026-03",
        code=code,
    ),
    page(
        "api_performance-rows",
        INSIDERS | SUPPLIERS,
        needs="kind=incidents&month=2026-03",
        code=code,
    ),
    both("api_target-list", PEOPLE, posts_open_to=QUALITY),
    page("api_target-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.target.pk),
    page("api_scorecard-list", PEOPLE),
    both("api_baseline-list", PEOPLE, posts_open_to=QUALITY),
    action("api_baseline-points", QUALITY, pk=lambda side: side.signal.baseline_id),
    action("api_baseline-acceptance", QUALITY, pk=lambda side: side.signal.baseline_id),
    action("api_baseline-withdrawal", QUALITY, pk=lambda side: side.signal.baseline_id),
    action("api_signal-seen", QUALITY, pk=lambda side: side.signal.pk),
    page("api_baseline-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.signal.baseline_id),
    page("api_signal-list", PEOPLE),
    page("api_signal-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.signal.pk),
    action("api_scorecard-dispute", SUPPLIERS, pk=lambda side: side.scorecard.pk),
    page("api_shipping-list", PEOPLE),
    page("api_shipping-detail", INSIDERS | SUPPLIERS, number=shipping),
    Address(
        name="api_shipping-log",
        open_to=INSIDERS | SUPPLIERS,
        methods=frozenset({"GET", "POST"}),
        arguments={"number": shipping},
        posts_open_to=ANSWERING | SUPPLIERS,
    ),
    action("api_shipping-confirm", ANSWERING | SUPPLIERS, number=shipping),
    page("api_shipping-letter", INSIDERS | SUPPLIERS, number=shipping, kind="entry"),
    page("api_policy-list", PEOPLE),
    page("api_policy-detail", INSIDERS, pk="1"),
    page("api_policy-dry-run", INSIDERS, pk="1"),
    both("api_episode-list", PEOPLE, posts_open_to=ANSWERING),
    page("api_episode-detail", INSIDERS | SUPPLIERS, number=episode),
    page(
        "api_eight_d_in_time-detail",
        INSIDERS | SUPPLIERS,
        needs="month=2026-03",
        code=code,
    ),
    page("api_eight_d-list", PEOPLE),
    page("api_eight_d-detail", INSIDERS | SUPPLIERS, number=eight_d),
    action("api_eight_d-step", ANSWERING | SUPPLIERS, number=eight_d, discipline="d2"),
    action("api_eight_d-submit", ANSWERING | SUPPLIERS, number=eight_d, discipline="d2"),
    action("api_eight_d-review", ANSWERING, number=eight_d, discipline="d1"),
    page("api_scorecard-detail", INSIDERS | SUPPLIERS, pk=lambda side: side.scorecard.pk),
)

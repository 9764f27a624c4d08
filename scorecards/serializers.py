"""How figures and scorecards are asked for and written in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from scorecards.enums import METRICS, ProvisionalRule, ScopeKind
from scorecards.formulas.peers import Place
from scorecards.formulas.rates import FigureState
from scorecards.metrics import Metric
from scorecards.models import Baseline, BaselinePoint, ChartSignal, Scorecard
from scorecards.periods import InvalidMonthError, Month, Window
from scorecards.queries.by_build_month import MONTHS_IN_SERVICE
from scorecards.queries.performance_figure import PerformanceKind
from scorecards.queries.rows import DENOMINATOR, NUMERATOR, RowKind
from scorecards.spreadsheets import FileForm
from suppliers.models import Supplier
from suppliers.resources import QuantityField, visible_suppliers

FIGURE_STATES = [state.value for state in FigureState]
# As in the addresses of pages: centuries with cars.
EARLIEST, LATEST = 1900, 2200
WINDOWS = [window.value for window in Window]
PERFORMANCE_KINDS = [kind.value for kind in PerformanceKind]
# What a supplier's figures can be narrowed to.
NARROWING = ("plant", "part", "commodity", "defect_code")


class MonthField(serializers.CharField):
    """A calendar month, written like 2026-03."""

    def to_internal_value(self, data: Any) -> Any:
        """Read the month."""
        try:
            return Month.parse(super().to_internal_value(data))
        except InvalidMonthError as error:
            raise serializers.ValidationError(_("Write a month like 2026-03.")) from error

    def to_representation(self, value: Any) -> str:
        """Write the month of its first day."""
        return str(Month.of(value))


class FigureQuery(serializers.Serializer[Any]):
    """Which figures: of which metric, about what, over which window, for which months."""

    metric = serializers.ChoiceField(choices=METRICS, default=Metric.EXTERNAL_PPM.value)
    scope = serializers.ChoiceField(choices=ScopeKind.choices, default=ScopeKind.SUPPLIER.value)
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(required=False, help_text="One month; by default the newest with data.")
    supplier = serializers.CharField(required=False, help_text="Only what this supplier delivered.")
    plant = serializers.CharField(required=False, help_text="With scope=plant: only this plant.")
    part = serializers.CharField(required=False, help_text="With scope=part: only this part.")
    commodity = serializers.CharField(required=False, help_text="With scope=commodity: only it.")
    defect_code = serializers.CharField(
        required=False, help_text="With scope=defect_code: its code."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from` and `to`, which Python does not take as names."""
        first = MonthField(required=False, help_text="First of several months.")
        last = MonthField(required=False, help_text="Last of several months.")
        return {**super().get_fields(), "from": first, "to": last}

    def validate_supplier(self, code: str) -> Supplier:
        """Return the supplier; unknown and not visible are the same."""
        supplier = visible_suppliers(self.context["request"]).filter(code=code).first()
        if supplier is None:
            raise serializers.ValidationError(_("No supplier with this code."))
        return supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse parameters that contradict each other."""
        if "month" in attrs and ("from" in attrs or "to" in attrs):
            raise serializers.ValidationError({"month": [_("Give a month, or from and to.")]})
        if "from" in attrs and "to" in attrs and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"from": [_("It is later than “to”.")]})
        for name in NARROWING:
            if name in attrs and attrs["scope"] != name:
                message = _("It narrows figures of scope=%(name)s only.") % {"name": name}
                raise serializers.ValidationError({name: [message]})
        return attrs


class ArithmeticQuery(serializers.Serializer[Any]):
    """Which figure to take apart: the parameters of one figure, with what names its scope."""

    metric = serializers.ChoiceField(choices=METRICS, default=Metric.EXTERNAL_PPM.value)
    scope = serializers.ChoiceField(choices=ScopeKind.choices, default=ScopeKind.SUPPLIER.value)
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(help_text="The window's last month, like 2026-03.")
    supplier = serializers.CharField(
        required=False,
        help_text="The supplier; with scope=plant, part, commodity or defect_code only what it"
        " delivered.",
    )
    plant = serializers.CharField(required=False, help_text="With scope=plant: its code.")
    part = serializers.CharField(required=False, help_text="With scope=part: its number.")
    commodity = serializers.CharField(required=False, help_text="With scope=commodity: its name.")
    defect_code = serializers.CharField(
        required=False,
        help_text="With scope=defect_code: its code; over all received (of the supplier if named).",
    )
    tier = serializers.IntegerField(required=False, help_text="With scope=tier: its level.")
    group = serializers.CharField(required=False, help_text="With scope=group: its name.")

    validate_supplier = FigureQuery.validate_supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand what names the scope and refuse what names another."""
        scope = attrs["scope"]
        if scope != ScopeKind.ALL and scope not in attrs:
            raise serializers.ValidationError({scope: [_("Say which one.")]})
        for name in (*NARROWING, "tier", "group"):
            if name in attrs and scope != name:
                message = _("It is for scope=%(name)s only.") % {"name": name}
                raise serializers.ValidationError({name: [message]})
        if scope == ScopeKind.ALL and "supplier" in attrs:
            alone = _("All suppliers are all; ask for scope=supplier.")
            raise serializers.ValidationError({"supplier": [alone]})
        return attrs


class ArithmeticRowsQuery(ArithmeticQuery):
    """The same, and which rows."""

    rows = serializers.ChoiceField(
        choices=[kind.value for kind in RowKind],
        help_text="rejects or deliveries of external PPM, returns or in-field of warranty PPM.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse rows of another metric."""
        attrs = super().validate(attrs)
        metric = Metric(attrs["metric"])
        kinds = [NUMERATOR[metric].value, DENOMINATOR[metric].value]
        if attrs["rows"] not in kinds:
            message = _("Its rows are %(kinds)s.") % {"kinds": ", ".join(kinds)}
            raise serializers.ValidationError({"rows": [message]})
        return attrs


class BuildMonthsQuery(serializers.Serializer[Any]):
    """Whose warranty by build month: a supplier's, a part's, both together, or everybody's."""

    month = MonthField(help_text="What was known at the end of this month, like 2026-03.")
    supplier = serializers.CharField(required=False, help_text="The supplier.")
    part = serializers.CharField(required=False, help_text="The part's number.")

    validate_supplier = FigureQuery.validate_supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say whose it is as figures do; the table looks years back, and warranty is of today."""
        if not EARLIEST <= attrs["month"].year < LATEST:
            raise serializers.ValidationError({"month": [_("Write a month like 2026-03.")]})
        named = [kind for kind in (ScopeKind.PART, ScopeKind.SUPPLIER) if kind.value in attrs]
        scope = (named or [ScopeKind.ALL])[0]
        return {**attrs, "scope": scope.value, "metric": Metric.WARRANTY_PPM.value}


class BuildMonthsFileQuery(BuildMonthsQuery):
    """The same, and the kind of file."""

    form = serializers.ChoiceField(choices=[form.value for form in FileForm], default="csv")


class BuildMonthsRowsQuery(BuildMonthsQuery):
    """The same, and which cell."""

    built = MonthField(help_text="The month in which the parts were built.")
    mis = serializers.ChoiceField(
        choices=[str(limit) for limit in MONTHS_IN_SERVICE], help_text="Months in service."
    )


class DeliveryMonthsQuery(serializers.Serializer[Any]):
    """Whose rejects by delivery month: a supplier's, a part's, both together, a tier's, all."""

    month = MonthField(help_text="What was detected in the twelve months until this one.")
    supplier = serializers.CharField(required=False, help_text="The supplier.")
    part = serializers.CharField(required=False, help_text="The part's number.")
    tier = serializers.IntegerField(required=False, help_text="The tier's level, alone.")

    validate_supplier = FigureQuery.validate_supplier

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Say whose it is as figures do; the table looks a year back."""
        if not EARLIEST <= attrs["month"].year < LATEST:
            raise serializers.ValidationError({"month": [_("Write a month like 2026-03.")]})
        if "tier" in attrs and attrs.keys() & {"part", "supplier"}:
            alone = _("A tier is all of its suppliers and parts; leave these out.")
            raise serializers.ValidationError({"tier": [alone]})
        order = (ScopeKind.TIER, ScopeKind.PART, ScopeKind.SUPPLIER)
        scope = next((kind for kind in order if kind.value in attrs), ScopeKind.ALL)
        return {**attrs, "scope": scope.value, "metric": Metric.EXTERNAL_PPM.value}


class DeliveryMonthsFileQuery(DeliveryMonthsQuery):
    """The same, and the kind of file."""

    form = serializers.ChoiceField(choices=[form.value for form in FileForm], default="csv")


class DeliveryMonthSerializer(serializers.Serializer[Any]):
    """What was received in a month, and what of it counts as rejected until the table's end."""

    delivered = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    provisional = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=FIGURE_STATES)


class DeliveryMonthsSerializer(serializers.Serializer[Any]):
    """Rejects by delivery month; months, `unplaced` and `outside` add up to `numerator`."""

    scope_kind = serializers.ChoiceField(choices=ScopeKind.choices)
    scope = serializers.CharField()
    month = serializers.CharField()
    delivery_months = DeliveryMonthSerializer(many=True)
    unplaced = serializers.CharField(help_text="Counted pieces that name no delivery.")
    outside = serializers.CharField(help_text="Of deliveries before the first month.")
    numerator = serializers.CharField(help_text="Of rolling twelve months by day of detection.")


class PerformanceQuery(serializers.Serializer[Any]):
    """Which figure beside the PPMs, over which window."""

    kind = serializers.ChoiceField(choices=PERFORMANCE_KINDS)
    window = serializers.ChoiceField(choices=WINDOWS, default=Window.MONTH.value)
    month = MonthField(help_text="The window's last month, like 2026-03.")


class PeersQuery(serializers.Serializer[Any]):
    """Which figure of comparable suppliers, up to which month."""

    metric = serializers.ChoiceField(choices=METRICS)
    month = MonthField(help_text="The last of twelve months; a running one gives the one before.")


class QuartilesSerializer(serializers.Serializer[Any]):
    """PPMs that a quarter, half and three quarters are at or below, in bands (5, 10, 20, 50 …)."""

    lower = serializers.CharField()
    median = serializers.CharField()
    upper = serializers.CharField()


class PeersSerializer(serializers.Serializer[Any]):
    """A supplier beside the others of its tier, of other groups than its own."""

    supplier = serializers.CharField()
    metric = serializers.ChoiceField(choices=METRICS)
    window = serializers.CharField()
    month = serializers.CharField()
    quartiles = QuartilesSerializer(
        allow_null=True, help_text="Null below five peers of three groups that have a figure."
    )
    own_ppm = serializers.CharField(allow_null=True)
    quarter = serializers.ChoiceField(
        choices=[place.value for place in Place],
        allow_null=True,
        help_text="From the best, read off the bands, which may tell no more than a half or "
        "the middle; null without quartiles or without an own figure.",
    )


class PerformanceMonthSerializer(serializers.Serializer[Any]):
    """Counts and value of a month, or of the window."""

    month = serializers.CharField()
    numerator = serializers.CharField(help_text="Lines on time, or weight of incidents.")
    denominator = serializers.CharField(help_text="Lines promised, or pieces received.")
    value = serializers.CharField(allow_null=True, help_text="Null without a denominator.")
    unit = serializers.ChoiceField(choices=["percent", "per_billion"])


class PerformanceSerializer(PerformanceMonthSerializer):
    """Deliveries on time or the incident rate taken apart."""

    supplier = serializers.CharField()
    kind = serializers.ChoiceField(choices=PERFORMANCE_KINDS)
    window = serializers.ChoiceField(choices=WINDOWS)
    formula = serializers.CharField()
    months = PerformanceMonthSerializer(many=True)
    counting_policy = serializers.IntegerField(help_text="Version of the policy in force.")
    on_time_early_days = serializers.IntegerField()
    on_time_late_days = serializers.IntegerField()
    rows_numerator = serializers.CharField(help_text="Sum of the rows that the asking user sees.")
    rows_denominator = serializers.CharField()
    agrees = serializers.BooleanField()
    rows = serializers.CharField(help_text="Address of the rows.")


class PerformanceRowSerializer(serializers.Serializer[Any]):
    """A promised line, or an issue with its weight; `id` is that of its own endpoint."""

    id = serializers.IntegerField()
    record = serializers.CharField()
    on = serializers.CharField()
    promised_on = serializers.CharField(allow_null=True)
    severity = serializers.CharField(allow_null=True)
    plant = serializers.CharField()
    part = serializers.CharField()
    counted = serializers.CharField(help_text="1 for on time and 0 for not; or the weight.")


class BuildCellSerializer(serializers.Serializer[Any]):
    """Returns within so many months in service, of the pieces built in a month."""

    months_in_service = serializers.IntegerField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=FIGURE_STATES)
    mature = serializers.BooleanField()
    rows = serializers.CharField(allow_null=True)


class BuildMonthSerializer(serializers.Serializer[Any]):
    """One row of the table."""

    built = serializers.CharField()
    received = serializers.CharField()
    cells = BuildCellSerializer(many=True)


class BuildMonthsSerializer(serializers.Serializer[Any]):
    """Warranty by build month and months in service; `totals` are over mature months only."""

    scope_kind = serializers.ChoiceField(choices=ScopeKind.choices)
    scope = serializers.CharField()
    month = serializers.CharField()
    field_lag_months = serializers.IntegerField()
    build_months = BuildMonthSerializer(many=True)
    totals = BuildCellSerializer(many=True)
    derived = serializers.CharField()
    unplaced = serializers.CharField()
    older = serializers.CharField()


class MonthCountsSerializer(serializers.Serializer[Any]):
    """One month of a window."""

    month = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    provisional = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=FIGURE_STATES)


class SupplierShareSerializer(serializers.Serializer[Any]):
    """What one supplier adds to a figure of several."""

    supplier = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    value = serializers.CharField(allow_null=True)


class CountingSerializer(serializers.Serializer[Any]):
    """The counting policy in force."""

    version = serializers.IntegerField()
    provisional = serializers.ChoiceField(choices=ProvisionalRule.choices)
    warranty_months = serializers.IntegerField()
    field_lag_months = serializers.IntegerField()


class ThresholdSerializer(serializers.Serializer[Any]):
    """A threshold and whether the exact counts pass it."""

    level = serializers.CharField()
    threshold_ppm = serializers.CharField()
    comparator = serializers.CharField()
    window = serializers.CharField()
    passed = serializers.BooleanField()
    verdict = serializers.CharField(help_text="above_shown, below_shown, undecided or no_data.")


class EscalationPolicySerializer(serializers.Serializer[Any]):
    """The escalation policy in force for the supplier."""

    policy = serializers.CharField()
    version = serializers.IntegerField()
    thresholds = ThresholdSerializer(many=True)


class DisputedSerializer(serializers.Serializer[Any]):
    """How much of the numerator is disputed, and the PPM without it."""

    quantity = serializers.CharField()
    value_without = serializers.CharField(allow_null=True)


class RowsSumSerializer(serializers.Serializer[Any]):
    """Rows of one kind: their sum, what they must add up to, and where they are."""

    kind = serializers.CharField()
    total = serializers.CharField(help_text="Sum of the rows that the asking user sees.")
    figure = serializers.CharField(help_text="What the figure holds.")
    agrees = serializers.BooleanField()
    rows = serializers.CharField(help_text="Address of the rows.")


class ContributingRowSerializer(serializers.Serializer[Any]):
    """A row behind a figure with what it counts; `id` is that of its own endpoint."""

    id = serializers.IntegerField(allow_null=True)
    record = serializers.CharField()
    on = serializers.CharField()
    supplier = serializers.CharField()
    plant = serializers.CharField(allow_null=True)
    part = serializers.CharField(allow_null=True)
    counted = serializers.CharField()
    provisional = serializers.CharField()
    decided = serializers.BooleanField(allow_null=True)
    disputed = serializers.BooleanField()


class RangeSerializer(serializers.Serializer[Any]):
    """The exact two-sided 95 % range that the counts are compatible with."""

    lower_ppm = serializers.CharField()
    upper_ppm = serializers.CharField()


class FigureSerializer(serializers.Serializer[Any]):
    """A PPM with its counts: numerator, denominator and value are exact decimals as text."""

    scope_kind = serializers.ChoiceField(choices=ScopeKind.choices)
    scope = serializers.CharField(help_text="Code, number or name of what the figure is about.")
    month = serializers.CharField(help_text="The window's last month, like 2026-03.")
    window = serializers.ChoiceField(choices=WINDOWS)
    metric = serializers.ChoiceField(choices=METRICS)
    numerator = serializers.CharField(help_text="Counted pieces, or accepted returns.")
    denominator = serializers.CharField(help_text="Received pieces, or parts in field.")
    provisional = serializers.CharField(help_text="Part of the numerator nobody has decided yet.")
    value = serializers.CharField(
        allow_null=True, help_text="PPM to six decimals; null without a denominator."
    )
    state = serializers.ChoiceField(choices=FIGURE_STATES)
    range = RangeSerializer(allow_null=True)
    sentence = serializers.CharField(help_text="What the counts show, in plain words.")
    arithmetic = serializers.CharField(help_text="Address at which the figure is taken apart.")


class ArithmeticSerializer(FigureSerializer):
    """A figure taken apart: formula, months, suppliers, rules, and the sums of its rows."""

    arithmetic = None  # type: ignore[assignment]  # it would lead here
    formula = serializers.CharField()
    months = MonthCountsSerializer(many=True)
    suppliers = SupplierShareSerializer(many=True)
    counting_policy = CountingSerializer()
    escalation_policy = EscalationPolicySerializer(allow_null=True)
    target_ppm = serializers.CharField(allow_null=True)
    disputed = DisputedSerializer(allow_null=True)
    rows = RowsSumSerializer(many=True)
    page = serializers.CharField(
        allow_null=True, help_text="The page that shows the same, where the user may open it."
    )


class ScorecardSerializer(serializers.ModelSerializer[Scorecard]):
    """A version of a supplier's published month; of several the highest is in force."""

    supplier = serializers.CharField(source="supplier.code")
    month = MonthField()

    class Meta:
        model = Scorecard
        fields = (
            "id",
            "supplier",
            "month",
            "version",
            "published_at",
            "cut_off_at",
            "reason",
            "difference",
            "score",
            "grade",
            "sha256",
        )


class ScorecardDetailSerializer(ScorecardSerializer):
    """The same with everything that was frozen; `sha256` is the hash of its canonical JSON."""

    class Meta(ScorecardSerializer.Meta):
        fields = (*ScorecardSerializer.Meta.fields, "snapshot")  # type: ignore[assignment]  # longer


class BaselinePointSerializer(serializers.ModelSerializer[BaselinePoint]):
    """A month of a baseline as it was counted when it was proposed."""

    month = MonthField()
    counted = QuantityField()
    volume = QuantityField()

    class Meta:
        model = BaselinePoint
        fields = ("month", "counted", "volume", "excluded", "cause")


class BaselineSerializer(serializers.ModelSerializer[Baseline]):
    """A version of control limits; of one supplier (or part) and metric one is in force."""

    supplier = serializers.CharField(source="supplier.code")
    part = serializers.CharField(source="part.number", allow_null=True, default=None)
    first_month = MonthField()
    last_month = MonthField()
    counted = QuantityField()
    volume = QuantityField()
    points = BaselinePointSerializer(many=True)

    class Meta:
        model = Baseline
        fields = (
            "id",
            "supplier",
            "part",
            "metric",
            "version",
            "state",
            "first_month",
            "last_month",
            "kind",
            "method",
            "counted",
            "volume",
            "sigma_z",
            "accepted_at",
            "reason",
            "ended_at",
            "points",
        )


class ChartSignalSerializer(serializers.ModelSerializer[ChartSignal]):
    """A month that signals; a notice to look, never an escalation."""

    supplier = serializers.CharField(source="baseline.supplier.code")
    part = serializers.CharField(source="baseline.part.number", allow_null=True, default=None)
    metric = serializers.CharField(source="baseline.metric")
    month = MonthField()
    counted = QuantityField()
    volume = QuantityField()

    class Meta:
        model = ChartSignal
        fields = (
            "id",
            "baseline",
            "supplier",
            "part",
            "metric",
            "month",
            "kind",
            "counted",
            "volume",
            "raised_at",
            "gone_at",
            "seen_at",
        )

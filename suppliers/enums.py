"""The closed vocabularies of suppliers, facts and decisions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    """What a person may do; supplier roles are tied to one supplier."""

    SQE = "sqe", _("Supplier-quality engineer")
    QUALITY_MANAGER = "quality_manager", _("Quality manager")
    BUYER = "buyer", _("Buyer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    SUPPLIER_MEMBER = "supplier_member", _("Supplier member")
    SUPPLIER_ADMIN = "supplier_admin", _("Supplier administrator")


SUPPLIER_ROLES = frozenset({Role.SUPPLIER_MEMBER, Role.SUPPLIER_ADMIN})
INTERNAL_ROLES = frozenset(Role) - SUPPLIER_ROLES


class Responsibility(TextChoices):
    """For what an OEM employee answers at one supplier."""

    SQE = "sqe", _("Supplier quality")
    BUYER = "buyer", _("Purchasing")


class DefectCategory(TextChoices):
    """Families of defect codes."""

    DIMENSIONAL = "dimensional", _("Dimensional")
    VISUAL = "visual", _("Visual")
    FUNCTIONAL = "functional", _("Functional")
    MATERIAL = "material", _("Material")
    PACKAGING = "packaging", _("Label or packaging")
    DOCUMENTATION = "documentation", _("Documentation")
    OTHER = "other", _("Other")


class CountingRule(TextChoices):
    """How a reject of a defect code enters the PPM numerator."""

    PIECES = "pieces", _("Pieces")
    INCIDENT = "incident", _("One per incident")
    WHOLE_LOT = "whole_lot", _("Whole lot")


class PartPhase(TextChoices):
    """Whether a supplier part is in serial production."""

    SERIAL = "serial", _("Serial")
    PRE_SERIES = "pre_series", _("Pre-series")


class DeliveryKind(TextChoices):
    """Why parts arrived; only serial receipts enter the PPM denominator by default."""

    SERIAL = "serial", _("Serial")
    PRE_SERIES = "pre_series", _("Pre-series")
    SAMPLE = "sample", _("Sample")
    REPLACEMENT = "replacement", _("Replacement")


class DetectionPoint(TextChoices):
    """Where a reject was found."""

    INCOMING = "incoming", _("Incoming inspection")
    LINE = "line", _("Production line")
    ZERO_KM = "zero_km", _("Zero kilometres")


class Severity(TextChoices):
    """What a reject did to the customer; weights are in the incident rate."""

    SORTING = "sorting", _("Sorting")
    LINE_DISTURBANCE = "line_disturbance", _("Line disturbance")
    LINE_STOP = "line_stop", _("Line stop")
    CUSTOMER_PLANT = "customer_plant", _("Customer plant")
    FIELD = "field", _("Field")


class WarrantyOutcome(TextChoices):
    """What the analysis of a returned part said."""

    CONFIRMED = "confirmed", _("Confirmed")
    NO_TROUBLE_FOUND = "no_trouble_found", _("No trouble found")
    NOT_SUPPLIER = "not_supplier", _("Not the supplier's")


class DisputeReason(TextChoices):
    """Why a supplier disagrees with a record."""

    NOT_OUR_PART = "not_our_part", _("Not our part")
    NOT_OUR_RESPONSIBILITY = "not_our_responsibility", _("Not our responsibility")
    QUANTITY = "quantity", _("Quantity")
    DUPLICATE = "duplicate", _("Duplicate")
    TRANSPORT_DAMAGE = "transport_damage", _("Transport damage")
    DRAWING = "drawing", _("Drawing")
    NO_TROUBLE_FOUND = "no_trouble_found", _("No trouble found")


class DisputeState(TextChoices):
    """Where a dispute stands."""

    OPEN = "open", _("Open")
    UNDER_REVIEW = "under_review", _("Under review")
    UPHELD = "upheld", _("Upheld")
    PARTLY_UPHELD = "partly_upheld", _("Partly upheld")
    REJECTED = "rejected", pgettext_lazy("dispute", "Rejected")
    APPEALED = "appealed", _("Appealed")
    FINAL = "final", _("Final")


class DisputeAction(TextChoices):
    """What can be done with a dispute."""

    OPEN = "open", _("Dispute")
    REVIEW = "review", _("Take into review")
    ESCALATE = "escalate", _("Pass to the quality manager")
    UPHOLD = "uphold", _("Uphold")
    UPHOLD_PARTLY = "uphold_partly", _("Uphold partly")
    REJECT = "reject", _("Reject")
    APPEAL = "appeal", _("Appeal")


class DisputeOutcome(TextChoices):
    """How a dispute was answered."""

    UPHELD = "upheld", _("Upheld")
    PARTLY_UPHELD = "partly_upheld", _("Partly upheld")
    REJECTED = "rejected", pgettext_lazy("dispute", "Rejected")


class ImportKind(TextChoices):
    """What a file can hold."""

    SUPPLIERS = "suppliers", _("Suppliers")
    PARTS = "parts", _("Parts")
    DELIVERIES = "deliveries", _("Deliveries")
    REJECTS = "rejects", _("Rejects")
    WARRANTY_RETURNS = "warranty_returns", _("Warranty returns")
    FIELD_POPULATION = "field_population", _("Parts in field")


class ImportState(TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("Waiting to be read")
    MAPPING = "mapping", _("Columns to be mapped")
    READY = "ready", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Waiting to be loaded")
    DONE = "done", _("Loaded")
    FAILED = "failed", _("Could not be read")
    DISCARDED = "discarded", _("Discarded")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class ImportOutcome(TextChoices):
    """What becomes of a row of a file."""

    VALID = "valid", _("Valid")
    DUPLICATE = "duplicate", _("Duplicate")
    CONFLICT = "conflict", _("Conflict")
    # nothing is wrong with the row itself: it names something that is not known here
    UNMAPPED = "unmapped", _("Unmapped")
    REJECTED = "rejected", pgettext_lazy("row", "Rejected")


class ConflictDecision(TextChoices):
    """What a person decided about a row whose key is stored with other values."""

    KEEP = "keep", _("Keep what is stored")
    REPLACE = "replace", _("Replace by the file's values")


class TokenScope(TextChoices):
    """What an API token may read and write; the user's own rights always apply as well."""

    SUPPLIERS = "suppliers", _("Suppliers")
    FACTS = "facts", _("Deliveries, rejects and returns")
    FIGURES = "figures", _("Figures and scorecards")
    CASES = "cases", _("Escalation cases")
    DECISIONS = "decisions", _("Recording rejects, verdicts and disputes")
    HEALTH = "health", _("State of the application")

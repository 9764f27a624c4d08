"""Attaching files to a step of an 8D, by the rules of all evidence."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from escalations.eight_d_workflow import WRITABLE, Discipline, ForbiddenStepError, StepState
from escalations.models import EightD, EightDFile
from escalations.services.eight_d_moves import demand_open, demand_writer, locked
from suppliers.models import User
from suppliers.services.evidence import check_files, digest_of, shown_name


@transaction.atomic
def attach(
    *,
    eight_d: EightD,
    discipline: Discipline,
    files: Sequence["File[bytes]"],
    by: User,
    at: datetime,
) -> list[EightDFile]:
    """Keep files with a step that is being written; return the new ones.

    A file that the step has already, by its content, changes nothing.

    Raises:
        ValidationError: on `attachments`, without a file or when one is not accepted.
        ForbiddenStepError: the step is in review or accepted, or the 8D is closed.
    """
    found = locked(eight_d)
    demand_open(found)
    demand_writer(found, by)
    state = found.steps.filter(discipline=discipline.value).values_list("state", flat=True).first()
    if state is not None and StepState(state) not in WRITABLE:
        raise ForbiddenStepError("nothing is attached to a step that was submitted")
    if not files:
        raise ValidationError({"attachments": _("Attach at least one file.")})
    try:
        types = check_files(files)
    except ValidationError as error:
        raise ValidationError({"attachments": error.messages}) from error
    kept = set(found.files.filter(discipline=discipline.value).values_list("sha256", flat=True))
    new = []
    for file, content_type in zip(files, types, strict=True):
        digest = digest_of(file)
        if digest in kept:
            continue
        kept.add(digest)
        new.append(
            EightDFile.objects.create(
                eight_d=found,
                discipline=discipline.value,
                file=file,
                name=shown_name(file),
                content_type=content_type,
                size_bytes=file.size,
                sha256=digest,
                uploaded_by=by,
                uploaded_at=at,
            )
        )
    return new

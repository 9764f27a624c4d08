"""Tables whose rows stay as they were written."""

import pgtrigger


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE of a table whose rows stay as they were written.

    Args:
        name: of the first of the two triggers, ending in `append_only`.
    """
    return [
        pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete),
        never_emptied(f"{name.removesuffix('append_only')}never_emptied"),
    ]


def never_emptied(name: str) -> pgtrigger.Trigger:
    """Refuse TRUNCATE of a table, which triggers on rows do not see."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION 'Cannot empty table %', TG_TABLE_NAME;",
    )

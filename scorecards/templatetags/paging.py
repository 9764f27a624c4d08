"""Addresses of the pages of a list."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def page_address(
    context: template.Context, number: int, parameter: str = "", anchor: str = ""
) -> str:
    """Return the address of another page of a list; what else was asked for is kept."""
    query = context["request"].GET.copy()
    query[parameter or "page"] = str(number)
    return f"?{query.urlencode()}{f'#{anchor}' if anchor else ''}"

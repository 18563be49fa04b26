"""``{% say "key" name=value %}``: a text in the page's language; ``{{ id|ltr }}``: kept left to right."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bayyina.typeset.numbers import write_number
from bayyina.web.frame.wording import said

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: dict[str, Any], key: str, **values: object) -> str:
    """The text of a key; values are escaped like any other text."""
    return said(key, str(context["lang"]), **values)


@register.simple_tag(takes_context=True)
def number(context: dict[str, Any], value: int) -> str:
    """A number in the digits of the page's language."""
    return write_number(value, str(context["lang"]))


@register.filter
def ltr(value: object) -> SafeString:
    """An id, date or digest, set from left to right in either language."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)

"""``{% say "key" name=value %}``: a text in the page's language; ``{{ id|ltr }}``: kept left to right."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bayyina.errors import BayyinaError
from bayyina.typeset.numbers import write_number
from bayyina.web.frame.wording import code_words, said, sentence_words
from bayyina.web.refusals import told, told_text

register = template.Library()

_PLACE = re.compile(r"(row|pages|page|line|message|time|region|capture) (\d[\d:.,-]*)")
"""What the program itself calls a place in a source."""


@register.simple_tag(takes_context=True)
def say(context: dict[str, Any], key: str, **values: object) -> str:
    """The text of a key; values are escaped like any other text."""
    return said(key, str(context["lang"]), **values)


@register.simple_tag(takes_context=True)
def number(context: dict[str, Any], value: int) -> str:
    """A number in the digits of the page's language."""
    return write_number(value, str(context["lang"]))


@register.simple_tag(takes_context=True)
def code(context: dict[str, Any], group: str, value: object) -> SafeString:
    """What people read for a code of the program."""
    text = code_words(group, str(value), str(context["lang"]))
    return format_html('<bdi dir="auto">{}</bdi>', text)


@register.simple_tag(takes_context=True)
def sentence(context: dict[str, Any], value: object) -> SafeString:
    """One of the program's own reasons, in the page's language."""
    text = sentence_words(str(value), str(context["lang"]))
    return format_html('<bdi dir="auto">{}</bdi>', text)


@register.simple_tag(takes_context=True)
def place_in(context: dict[str, Any], locator: object) -> SafeString:
    """The place in a source; the program's own words, such as ``row 3``, in the page's language."""
    lang = str(context["lang"])
    parts = ("" if locator is None else str(locator)).split(", ")
    if lang != "en":
        parts = [_place_words(part, lang) for part in parts]
    return format_html('<bdi dir="auto">{}</bdi>', ("، " if lang == "ar" else ", ").join(parts))


def _place_words(part: str, lang: str) -> str:
    found = _PLACE.fullmatch(part)
    return part if found is None else said(f"place_{found[1]}", lang, row=apart(found[2]))


@register.inclusion_tag("frame/refusal.html", takes_context=True)
def refusal(context: dict[str, Any], error: BayyinaError | str) -> dict[str, Any]:
    """Why something was refused, in the page's language; of a job its kept words."""
    lang = str(context["lang"])
    found = told_text(error, lang) if isinstance(error, str) else told(error, lang)
    return {"told": found, "lang": lang}


@register.filter
def minute(value: object) -> str:
    """A time of the log to the minute."""
    return str(value)[:16].replace("T", " ")


@register.filter
def plain(value: float) -> str:
    """A number for a script or a drawing: the same in every language."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


@register.filter
def apart(value: object) -> str:
    """A time, name or id inside a sentence, kept from left to right by marks, not by an element."""
    return f"\u2066{value}\u2069"


@register.filter
def ltr(value: object) -> SafeString:
    """An id, date or digest, set from left to right in either language."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)

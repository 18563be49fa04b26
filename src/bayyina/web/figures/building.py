"""A figure by choosing: what is chosen becomes a question that can be read and changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.permissions import require
from bayyina.errors import InputError
from bayyina.reporting.wording import group_key_in_words
from bayyina.web.frame.asking import Asking, asking

STATES: Final = ("held", "disappeared", "released", "dead", "located", "identified")
"""States of people; the one that needs a rule is given the usual one."""

RULE: Final = "under arrest-20-days"

ACTS: Final = (
    "Arrest", "Detention", "Transfer", "Sighting", "Torture", "Death", "Execution", "Release",
    "Sentence", "ReportedDisappearance",
)  # fmt: skip
"""Types of which a person has a record."""

KEYS: Final = ("year", "month", "governorate", "sex", "age_class", "demographic", "party", "source")
"""Keys that divide a figure."""

_DAY: Final = re.compile(r"\d{4}(-\d{2}){0,2}")


@require_GET
def build(request: HttpRequest) -> HttpResponse:
    """The choices; what was chosen leads to the question and its answer."""
    who = asking(request)
    require(who.at_work, "count")
    if request.GET.get("unit"):
        return HttpResponseRedirect(f"/figures/?q={quote(chosen_query(request.GET), safe='')}")
    vocabulary, lang = who.at_work.vocabulary, who.lang
    words = {
        "units": sorted(
            ((name, unit.noun(5, lang)) for name, unit in vocabulary.units.items()),
            key=lambda one: (one[0] != "persons", one[1]),
        ),
        "states": [(one, who.says(f"state_of_{one}")) for one in STATES],
        "acts": [
            (one, vocabulary.types[one].label[lang]) for one in ACTS if one in vocabulary.types
        ],
        "parties": sorted(
            ((code, str(one.label[lang])) for code, one in vocabulary.groups.items()),
            key=lambda one: one[1],
        ),
        "places": _governorates(who),
        "sexes": _terms(who, "sexes"),
        "ages": _terms(who, "age_classes"),
        "keys": [(one, group_key_in_words(one, lang)) for one in KEYS],
    }
    return render(request, "figures/build.html", words)


def chosen_query(chosen: Mapping[str, str]) -> str:
    """The question that the choices make; the engine refuses what cannot be counted.

    Raises:
        InputError: a choice is no word of a question.
    """
    unit = _word(chosen, "unit")
    parts = ["count", unit]
    state = _word(chosen, "state") if unit == "persons" else ""
    party, act, place = _word(chosen, "party"), _word(chosen, "act"), _word(chosen, "place")
    if state:
        parts.append(state)
        if party and state in ("held", "disappeared", "released") and not act:
            parts += ["by", party]
            party = ""
    conditions = []
    inner = [f"{key}={value}" for key, value in (("by", party), ("place", place)) if value]
    if act and unit == "persons":
        conditions.append(f"{act}({', '.join(inner)})" if inner else act)
    else:
        conditions += inner
    conditions += [f"{k}={_word(chosen, k)}" for k in ("sex", "age_class") if _word(chosen, k)]
    if conditions:
        parts += ["with", " and ".join(conditions)]
    first, last = _date(chosen, "from"), _date(chosen, "to")
    if first or last:
        parts += ["in", first if first == last else f"{first or '..'}/{last or '..'}"]
    keys = list(dict.fromkeys(key for key in (_word(chosen, "by"), _word(chosen, "by2")) if key))
    if keys:
        parts += ["by", ", ".join(keys)]
    if _date(chosen, "as_of"):
        parts += ["as of", _date(chosen, "as_of")]
    if state == "disappeared":
        parts.append(RULE)
    return " ".join(parts)


def _word(chosen: Mapping[str, str], name: str) -> str:
    text = chosen.get(name, "").strip()
    if text and not re.fullmatch(r"[\w.-]{1,80}", text):
        raise InputError(
            "This cannot be chosen.", hint="Choose one of the list.", code="bad-choice"
        )
    return text


def _date(chosen: Mapping[str, str], name: str) -> str:
    text = chosen.get(name, "").strip()
    if text and not _DAY.fullmatch(text):
        raise InputError(f"{text} is not a day.", hint="Write it as 2024-02-21.", code="not-a-day")
    return text


def _terms(who: Asking, name: str) -> list[tuple[str, str]]:
    found = who.at_work.vocabulary.term_lists[name]
    return [(code, found.label(code, who.lang)) for code in found.terms]


def _governorates(who: Asking) -> list[tuple[str, str]]:
    places = who.at_work.gazetteer.of_level("governorate")
    named = [(one.code, one.label(who.lang)) for one in places]
    return sorted(named, key=lambda one: one[1])

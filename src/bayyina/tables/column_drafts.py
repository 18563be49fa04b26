"""What one column of a list may state: a drafted rule, or a doubt in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bayyina.model.label_folding import fold_label
from bayyina.model.places import LEVELS, Gazetteer
from bayyina.model.vocabulary import Property, TermList, Vocabulary
from bayyina.tables.cell_readers import CellReader
from bayyina.tables.column_samples import ColumnSample
from bayyina.tables.header_words import HeaderWords, Meaning
from bayyina.tables.mapping_parts import ColumnRule, ListFacts
from bayyina.tables.problems import UNRECOGNISED
from bayyina.tables.toml_writing import inline

_LIST: Final = ListFacts(
    name="",
    asserted_on=None,
    file_name=None,
    release="partial",
    unique_rows=False,
    fictional=False,
    origin="",
    lang=None,
    unknown_when=(),
    sheet=None,
    repeated_key="keep_aside",
)
_MOST_WRONG: Final = 0.5
"""Share of texts that may be unreadable before a column is not used."""
_MOST_WORDS: Final = 40
"""Different words of a column that may stand in a draft."""
_MOST_CODES: Final = 30
"""Codes of a list of terms that are named in a draft."""
_UNCLEAR_ORDER: Final = (
    "dates such as 03/04/2012 are read day first; if the list writes the month first, "
    'say date = ["%m/%d/%Y"]'
)
_SEXES: Final[Mapping[str, str]] = {
    "hombre": "male", "varon": "male", "v": "male", "h": "male", "masculino": "male", "homme": "male",
    "masculin": "male", "mujer": "female", "femenino": "female", "femme": "female", "feminin": "female",
}  # fmt: skip
_SPANISH_MALE: Final = frozenset({"v", "h", "varon", "hombre"})
_LEVEL_WORDS: Final[Mapping[str, str]] = {
    "governorate": "governorate", "محافظه": "governorate", "province": "governorate",
    "district": "district", "منطقه": "district", "subdistrict": "subdistrict", "ناحيه": "subdistrict",
}  # fmt: skip
_NATIONAL: Final = frozenset({"national", "وطني", "هويه", "identity", "dni", "cedula"})
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?")
_SLUG = re.compile(r"[a-z][a-z0-9]*(?: [a-z0-9]+)*")


@dataclass
class ColumnDraft:
    """A drafted rule for one column."""

    column: str
    """Header."""
    type: str | None = None
    """Record type it speaks of; None when that is not clear."""
    property: str = ""
    """Property."""
    spec: dict[str, object] = field(default_factory=dict)
    """The rule as it stands in a mapping."""
    remark: str = ""
    """What a person should look at."""
    doubt: str = ""
    """Why it is not used."""
    skeleton: str = ""
    """Texts that cannot be read, as a table ``values`` for a person to fill in."""


class Drafter:
    """Drafts columns one after the other; a property is given once."""

    def __init__(
        self,
        row_type: str,
        act_types: tuple[str, ...],
        words: HeaderWords,
        vocabulary: Vocabulary,
        gazetteer: Gazetteer,
        samples: Sequence[ColumnSample],
    ) -> None:
        self._point = _point_columns(samples, words)
        self._types = (row_type, *act_types)
        self._words = words
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer
        self._given: set[tuple[str, str, str | None]] = set()

    def draft(self, sample: ColumnSample) -> ColumnDraft:
        """Draft the rule of a column."""
        draft = ColumnDraft(sample.name)
        if not sample.filled:
            return draft
        part = self._part_of_point(sample)
        meaning = part or self._words.meaning(sample.name, self._types) or self._point_in(sample)
        prop = self._property(meaning)
        if meaning is None or prop is None:
            if sample.is_points:
                draft.doubt = f"No record of type {self._types[0]} has a position of its own."
            return draft
        draft.type, draft.property = meaning.type, meaning.property
        draft.spec = {"to": meaning.property, **self._details(sample, prop)}
        if part is not None:
            draft.spec["as"] = self._point[sample.name]
        elif not meaning.is_exact:
            draft.doubt = f"Perhaps {inline(draft.spec)} of {meaning.type}."
        if not draft.doubt:
            self._finish(draft, sample, prop)
        return draft

    def draft_place(self, sample: ColumnSample, act_type: str, *, is_only: bool) -> ColumnDraft:
        """Draft a column with a place as that of an act, when most of its texts are places.

        Where the list speaks of several acts, the draft is a proposal for a person only.
        """
        draft = ColumnDraft(sample.name)
        folded, _ = self._words.language(sample.name)
        meaning = Meaning(act_type, "place", is_exact=True)
        prop = self._property(meaning)
        if not sample.filled or folded not in self._words.bare_places or prop is None:
            return draft
        draft.type, draft.property = act_type, "place"
        draft.spec = {"to": "place", **self._details(sample, prop)}
        if not is_only:
            draft.doubt = (
                f"Perhaps {inline(draft.spec)} of {act_type}, which stands beside it; "
                "there are several acts."
            )
            return draft
        draft.remark = f"{act_type} is the only act here; is this its place?"
        self._finish(draft, sample, prop)
        return draft

    def _property(self, meaning: Meaning | None) -> Property | None:
        if meaning is None:
            return None
        return self._vocabulary.types[meaning.type].properties.get(meaning.property)

    def _part_of_point(self, sample: ColumnSample) -> Meaning | None:
        """Latitude and longitude of a site in two columns."""
        row = self._types[0]
        has_point = "position" in self._vocabulary.types[row].properties
        if has_point and sample.name in self._point:
            return Meaning(row, "position", is_exact=True)
        return None

    def _point_in(self, sample: ColumnSample) -> Meaning | None:
        """Latitude and longitude of a site in one column."""
        row = self._types[0]
        if sample.is_points and "position" in self._vocabulary.types[row].properties:
            return Meaning(row, "position", is_exact=True)
        return None

    def _finish(self, draft: ColumnDraft, sample: ColumnSample, prop: Property) -> None:
        """Try the rule on the texts, and see that no property is given twice."""
        place = (draft.type or "", draft.property, _variant(draft))
        if place in self._given:
            draft.doubt = f"`{draft.property}` of {draft.type} has a column already."
            return
        if "as" not in draft.spec or draft.spec["as"] in LEVELS:
            self._try(draft, sample, prop)
        if not draft.doubt:
            self._given.add(place)
            if prop.type == "date" and sample.has_unclear_dates():
                _add_remark(draft, _UNCLEAR_ORDER)
            if sample.is_list and "split" not in draft.spec and prop.type != "geopoint":
                _add_remark(draft, f"some cells hold several values, {draft.property} takes one")

    def _try(self, draft: ColumnDraft, sample: ColumnSample, prop: Property) -> None:
        read = CellReader(_rule(draft), prop, self._vocabulary, self._gazetteer, _LIST)
        tried = sample.tried
        wrong = sum(bool(read(text).problems) for text in tried)
        if wrong > _MOST_WRONG * len(tried):
            draft.doubt = (
                f"Perhaps {inline(draft.spec)} of {draft.type}, but most of its texts cannot "
                f"be read as {prop.type}."
            )
            draft.skeleton = self._skeleton(sample, prop, tried)
        elif wrong:
            unread = [text for text in tried if read(text).problems]
            draft.skeleton = self._skeleton(sample, prop, unread)
            draft.remark = f"{wrong} of {len(tried)} different texts cannot be read; " + (
                draft.remark or "they are kept as they are written"
            )

    def _skeleton(self, sample: ColumnSample, prop: Property, unread: Sequence[str]) -> str:
        """Texts that cannot be read, each to be given a word of the vocabulary.

        Only of columns that hold few words: no text that could tell of a person is quoted.
        """
        if prop.type != "term" or prop.of is None or len(sample.texts) > _MOST_WORDS:
            return ""
        codes = list(self._vocabulary.term_lists[prop.of].terms)
        known = ", ".join(codes[:_MOST_CODES]) + (" …" if len(codes) > _MOST_CODES else "")
        return f"values = {inline(dict.fromkeys(unread, UNRECOGNISED))}  # words to put: {known}"

    def _details(self, sample: ColumnSample, prop: Property) -> dict[str, object]:
        """Give what a rule says beside its property."""
        details: dict[str, object] = {}
        if prop.type in {"text", "name"}:
            _, lang = self._words.language(sample.name)
            if lang or sample.is_arabic:
                details["lang"] = lang or "ar"
        elif prop.type == "date":
            if formats := sample.day_month_order():
                details["date"] = list(formats)
        elif prop.type == "term" and prop.of is not None:
            if values := _values(sample, self._vocabulary.term_lists[prop.of]):
                details["values"] = values
        elif prop.type == "place":
            level = next((_LEVEL_WORDS[w] for w in _folded_words(sample) if w in _LEVEL_WORDS), "")
            if level:
                details["as"] = level
        elif prop.type == "identifier":
            details["scheme"] = _scheme(sample.name)
        if prop.multiple and sample.is_list:
            details["split"] = "|"
        return details


def _add_remark(draft: ColumnDraft, remark: str) -> None:
    draft.remark = f"{remark}; {draft.remark}" if draft.remark else remark


def _point_columns(samples: Sequence[ColumnSample], words: HeaderWords) -> dict[str, str]:
    """Find the two columns that hold a point: one of each, both in numbers, or none."""
    found: dict[str, str] = {}
    for part, names in (("latitude", words.latitudes), ("longitude", words.longitudes)):
        for sample in samples:
            if fold_label(sample.name) in names and all(map(_DEGREES.fullmatch, sample.tried)):
                found.setdefault(part, sample.name if sample.filled else "")
    both = len(set(found.values()) - {""}) == len(found) == 2
    return {column: part for part, column in found.items()} if both else {}


def _variant(draft: ColumnDraft) -> str | None:
    """What tells two columns of one property apart: language, part, scheme."""
    for name in ("lang", "as", "scheme"):
        if name in draft.spec:
            return str(draft.spec[name])
    return None


def _rule(draft: ColumnDraft) -> ColumnRule:
    spec = draft.spec
    values = spec.get("values")
    formats = spec.get("date")
    return ColumnRule(
        column=draft.column,
        property=draft.property,
        values=tuple(values.items()) if isinstance(values, dict) else (),
        formats=tuple(formats) if isinstance(formats, list) else (),
        split="|" if "split" in spec else None,
        reading_as=str(spec["as"]) if "as" in spec else None,
        scheme=str(spec["scheme"]) if "scheme" in spec else None,
    )


def _values(sample: ColumnSample, terms: TermList) -> dict[str, str]:
    """Give the words of the column that the vocabulary does not know but we do."""
    if terms.name != "sexes":
        return {}
    folded = {fold_label(text): text for text in sample.texts if len(text) <= 20}
    values = {text: _SEXES[word] for word, text in folded.items() if word in _SEXES}
    if "m" in folded and _SPANISH_MALE & folded.keys():
        # In Spanish M is "mujer" beside V or H, elsewhere it is "masculino".
        values[folded["m"]] = UNRECOGNISED
    return values


def _folded_words(sample: ColumnSample) -> list[str]:
    return fold_label(sample.name).split()


def _scheme(column: str) -> str:
    words = fold_label(column).split()
    if _NATIONAL & set(words):
        return "national-no"
    folded = " ".join(words)
    return folded.replace(" ", "-") if _SLUG.fullmatch(folded) else "list-no"

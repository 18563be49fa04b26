"""The list of exhibits as a page: what is relied on, who says it, which files, how to check it.

Each exhibit is a record. The custody annex gives, for every statement of it, the entry of the
custody log that took it in, the leaf that this entry commits to, and the proof file that shows both to
somebody who has neither the records nor this program's word for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bayyina.reporting.submissions.form_file import Wording
from bayyina.reporting.wording import phrase
from bayyina.typeset.blocks import (
    Block,
    Code,
    Column,
    FactSheet,
    Heading,
    Inlines,
    ItemList,
    Page,
    Paragraph,
    Styled,
    Table,
    Text,
    Value,
)
from bayyina.typeset.languages import LANGUAGES

_ROW: Final = re.compile(r"row (\d+)")

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "List of exhibits",
        "summary": "Made on {} from the records as they stood after {} entries of the custody log.",
        "note": "Statements stand as their sources gave them. A list of exhibits says what was "
        "relied on and that it has not changed since it was recorded; whether it is true is for "
        "people to decide. Sealed statements left out: {}.",
        "untold": "A death is recorded of which the family has not been told: {}. This list is for "
        "the body that it was made for, and not to be made public.",
        "exhibits": "Exhibits",
        "exhibit": "Exhibit {}",
        "statements of": "Statements of ",
        "per source": "Lists, papers and pseudonyms",
        "what": "What",
        "value": "As stated",
        "source": "Source",
        "statement": "Statement",
        "blurred": "generalised",
        "row": "row {}",
        "none": "Nothing of this record may be listed.",
        "files": "Evidence files",
        "files note": "Digests as recorded when the bytes were taken in; `sha256sum FILE` gives the "
        "same for unchanged bytes.",
        "no files": "No statement listed here rests on a file in the archive.",
        "item": "Item",
        "name": "Name",
        "kind": "Kind",
        "size": "Size in bytes",
        "digest": "SHA-256",
        "no digest": "not recorded",
        "sources": "Sources",
        "id": "Id",
        "custody": "Annex: custody",
        "custody note": "Each statement is a leaf of a Merkle tree, whose root stands in an entry of "
        "the log; the checkpoint below is signed over all entries. `bayyina log check-proof FILE --key KEY` "
        "checks a proof file without the records.",
        "size of log": "Entries of the log",
        "key": "Key of the log",
        "checkpoint": "Checkpoint",
        "entry": "Entry",
        "recorded": "Recorded",
        "by": "By",
        "leaf": "Digest of the leaf",
        "proof": "Proof file",
        "per statement": "Statements in the custody log",
    },
    "ar": {
        "title": "قائمة المستندات المعروضة",
        "summary": "أعدت بتاريخ {} من السجلات كما كانت بعد {} من قيود سجل الحيازة.",
        "note": "الإفادات كما أعطتها مصادرها. تقول القائمة علام استند وأنه لم يتغير منذ سجل؛ أما صحته "
        "فيقررها الناس. إفادات مختومة تركت: {}.",
        "untold": "سجلت وفاة لم تبلغ بها العائلة: {}. هذه القائمة للجهة التي أعدت لها ولا تنشر.",
        "exhibits": "المستندات",
        "exhibit": "مستند {}",
        "statements of": "إفادات السجل ",
        "per source": "القوائم والأوراق والأسماء المستعارة",
        "what": "البيان",
        "value": "كما قيل",
        "source": "المصدر",
        "statement": "الإفادة",
        "row": "السطر {}",
        "blurred": "معمم",
        "none": "لا يجوز إدراج شيء من هذا السجل.",
        "files": "ملفات الأدلة",
        "files note": "البصمات كما سجلت عند إدخال الملفات؛ والأمر `sha256sum FILE` يعطي البصمة نفسها "
        "ما دام الملف لم يتغير.",
        "no files": "لا تستند أي إفادة هنا إلى ملف في الأرشيف.",
        "item": "المادة",
        "name": "الاسم",
        "kind": "النوع",
        "size": "الحجم بالبايت",
        "digest": "SHA-256",
        "no digest": "غير مسجلة",
        "sources": "المصادر",
        "id": "الرقم",
        "custody": "ملحق: الحيازة",
        "custody note": "كل إفادة ورقة في شجرة ميركل، وجذر الشجرة في قيد من السجل، ونقطة التحقق أدناه "
        "موقعة على القيود كلها. والأمر `bayyina log check-proof FILE --key KEY` يفحص ملف الإثبات من دون السجلات.",
        "size of log": "قيود السجل",
        "key": "مفتاح السجل",
        "checkpoint": "نقطة التحقق",
        "entry": "القيد",
        "recorded": "وقت التسجيل",
        "by": "من قبل",
        "leaf": "بصمة الورقة",
        "proof": "ملف الإثبات",
        "per statement": "الإفادات في سجل الحيازة",
    },
}  # fmt: skip


@dataclass(frozen=True)
class ExhibitStatement:
    """One statement of an exhibit, with its place in the custody log."""

    id: str
    """Id of the statement."""

    property: Wording
    """What is stated."""

    said: Wording
    """What was said."""

    is_blurred: bool
    """Whether something wider stands in place of what was said."""

    source: str
    """Short id of the source; empty without one."""

    locator: str
    """Where in the source."""

    evidence: str
    """Short id of the evidence item that it rests on; empty without one."""

    entry: int
    """Index of the log's entry that took it in."""

    recorded_at: str
    """When, RFC 3339, UTC."""

    recorded_by: str
    """Handle of who recorded it."""

    leaf: str
    """SHA-256 of its leaf (RFC 6962, 2.1), hex."""

    proof: str
    """Path of its proof file below the list; empty where none may be given."""


@dataclass(frozen=True)
class Exhibit:
    """A record that is relied on."""

    mark: str
    """Its number in the list, such as ``E-1``."""

    record: str
    """Short id."""

    type: str
    """Its type in the vocabulary."""

    label: Wording
    """The name of its type."""

    statements: tuple[ExhibitStatement, ...]
    """What is stated, sealed statements left out."""


@dataclass(frozen=True)
class ExhibitFile:
    """An evidence item that exhibits rest on."""

    item: str
    """Short id of its record."""

    name: str
    """Its title or file name, as recorded; empty without one."""

    kind: Wording | None
    """What kind of file it is."""

    size: int | None
    """Bytes, if recorded."""

    sha256: str
    """Digest of its bytes as recorded; empty without one."""

    exhibits: tuple[str, ...]
    """Marks of the exhibits that rest on it."""


@dataclass(frozen=True)
class ExhibitSource:
    """Who says it."""

    id: str
    """Short id."""

    name: str
    """Name of the list, or pseudonym; never who a confidential source is."""


@dataclass(frozen=True)
class ExhibitList:
    """A whole list."""

    day: Wording
    """When it was made."""

    exhibits: tuple[Exhibit, ...]
    """The records relied on."""

    files: tuple[ExhibitFile, ...]
    """Evidence items that they rest on."""

    sources: tuple[ExhibitSource, ...]
    """Who says it."""

    withheld: int
    """Sealed statements left out."""

    untold: tuple[str, ...]
    """Short ids of records of a death of which the family was not told."""

    custody_size: int
    """Entries of the log."""

    checkpoint: str
    """The signed note over them."""

    log_key: str
    """The key that the note is checked with."""


def exhibit_page(exhibits: ExhibitList, lang: str, *, is_fictional: bool) -> Page:
    """The list in a language."""
    words = _WORDS[lang]
    order = (lang, *(code for code in LANGUAGES if code != lang))
    summary = words["summary"].format(exhibits.day.in_language(lang), exhibits.custody_size)
    return Page(
        lang=lang,
        title=words["title"],
        blocks=tuple(_blocks(exhibits, lang)),
        summary=(Text(summary),),
        banner=tuple((code, phrase("fictional", code)) for code in order) if is_fictional else (),
        footer=words["title"],
    )


def _blocks(exhibits: ExhibitList, lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    yield Paragraph((Text(words["note"].format(exhibits.withheld)),))
    if exhibits.untold:
        between = "، " if lang == "ar" else ", "
        text = words["untold"].format(between.join(exhibits.untold))
        yield Paragraph((Styled((Text(text),), strong=True),))
    yield Heading(2, (Text(words["exhibits"]),))
    for one in exhibits.exhibits:
        yield from _exhibit(one, lang)
    yield Heading(2, (Text(words["files"]),))
    yield from _files(exhibits.files, lang)
    if exhibits.sources:
        yield Heading(2, (Text(words["sources"]),))
        yield Table(
            (Text(words["per source"]),),
            _columns(words, "id", "name"),
            tuple(((Code(one.id),), (Value(one.name),)) for one in exhibits.sources),
        )
    yield from _custody(exhibits, lang)


def _exhibit(one: Exhibit, lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    title = f"{words['exhibit'].format(one.mark)}: {one.label.in_language(lang)} "
    yield Heading(3, (Text(title), Code(one.record)))
    if not one.statements:
        yield Paragraph((Text(words["none"]),))
        return
    yield Table(
        (Text(words["statements of"]), Code(one.record)),
        _columns(words, "what", "value", "source", "statement"),
        tuple(_line(line, lang) for line in one.statements),
    )


def _place_in_source(locator: str, row: str) -> Text | Value:
    """Where in the source; the program's own ``row 3`` in the page's language."""
    found = _ROW.fullmatch(locator)
    return Text(row.format(found.group(1))) if found else Value(locator)


def _line(line: ExhibitStatement, lang: str) -> tuple[Inlines, ...]:
    words = _WORDS[lang]
    said: Inlines = (Value(line.said.in_language(lang)),)
    if line.is_blurred:
        said = (*said, Text(f" ({words['blurred']})"))
    source: Inlines = (Code(line.source),) if line.source else ()
    if line.locator:
        source = (*source, Text(" "), _place_in_source(line.locator, words["row"]))
    if line.evidence:
        source = (*source, Text(" "), Code(line.evidence))
    return ((Text(line.property.in_language(lang)),), said, source, (Code(line.id),))


def _files(files: Sequence[ExhibitFile], lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    if not files:
        yield Paragraph((Text(words["no files"]),))
        return
    yield Paragraph(_with_code(words["files note"]))
    for one in files:
        facts: list[tuple[str, Inlines]] = [
            (words["item"], (Code(one.item), Text(" "), Value(" ".join(one.exhibits))))
        ]
        if one.name:
            facts.append((words["name"], (Value(one.name),)))
        if one.kind is not None:
            facts.append((words["kind"], (Text(one.kind.in_language(lang)),)))
        if one.size is not None:
            facts.append((words["size"], (Value(str(one.size)),)))
        digest: Inlines = (Code(one.sha256),) if one.sha256 else (Text(words["no digest"]),)
        facts.append((words["digest"], digest))
        yield FactSheet(tuple(facts))


def _custody(exhibits: ExhibitList, lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    yield Heading(2, (Text(words["custody"]),))
    yield Paragraph(_with_code(words["custody note"]))
    yield FactSheet(
        (
            (words["size of log"], (Value(str(exhibits.custody_size)),)),
            (words["key"], (Code(exhibits.log_key),)),
            (words["checkpoint"], (Code(exhibits.checkpoint.strip()),)),
        )
    )
    lines = [line for one in exhibits.exhibits for line in one.statements]
    if lines:
        yield Heading(3, (Text(words["per statement"]),))
        yield ItemList(tuple((Paragraph(tuple(_place(line, words))),) for line in lines))


def _place(line: ExhibitStatement, words: Mapping[str, str]) -> Iterator[Text | Value | Code]:
    yield Code(line.id)
    yield Text(f" – {words['entry']} ")
    yield Value(str(line.entry))
    yield Text(f" – {words['recorded']} ")
    yield Value(line.recorded_at)
    yield Text(f" – {words['by']} ")
    yield Value(line.recorded_by)
    yield Text(f"\n{words['leaf']}: ")
    yield Code(line.leaf)
    if line.proof:
        yield Text(f"\n{words['proof']}: ")
        yield Code(line.proof)


def _with_code(text: str) -> Inlines:
    """A text whose parts between back-quotes are to be typed."""
    return tuple(
        Code(part) if index % 2 else Text(part) for index, part in enumerate(text.split("`"))
    )


def _columns(words: Mapping[str, str], *names: str) -> tuple[Column, ...]:
    return tuple(Column((Text(words[name]),)) for name in names)

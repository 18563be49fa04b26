"""Packages that carry digests or forms: ProofMode, Tella and the like, KoBo and ODK.

A ragged table is never read by the place of its columns: ProofMode's tables drop fields, so
that columns shift. A digest and a name that stand in one row, or in one JSON object, belong
together; that is all that is taken.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final
from zipfile import ZipFile

from bayyina.media.chats import looks_like_telegram, read_telegram
from bayyina.media.form_tables import MEDIA_NAME, tables_of_forms
from bayyina.media.markup import Element, read_json, read_xml
from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text
from bayyina.media.telegram_pages import PAGE, looks_like_pages, read_pages
from bayyina.media.texts import decode_text
from bayyina.media.whatsapp import looks_like_whatsapp, read_whatsapp
from bayyina.media.zip_archives import Budget, digest_of, list_archive, open_archive, read_member

SMALL: Final = 4 << 20
MAX_CHAT: Final = 64 << 20
MAX_LISTS: Final = 300
MAX_TEXTS: Final = 3_000
"""Texts of one package that are looked at for chats."""

MAX_FORMS: Final = 2_000
MAX_COMPARED: Final = 100_000
"""Digests of one package's lists that are compared with its files."""

MAX_NAMED: Final = 200
"""Names of one kind that are told."""

_DIGEST: Final = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_LISTS: Final = (".csv", ".json", ".txt")
_PRIVATE: Final = re.compile(r"mac|ipv4|ipv6|deviceid|cellinfo|imei|network", re.IGNORECASE)
"""Names of ProofMode's fields that tell of the person who took the picture."""

_INSTANCE: Final = re.compile(r"instanceid$", re.IGNORECASE)


@dataclass(frozen=True)
class FormSubmission:
    """One filled form."""

    form: str
    """Identifier of the form."""

    version: str
    """Version of the form; may be empty."""

    instance: str
    """Identifier of the submission, such as ``uuid:...``."""

    answers: Mapping[str, str]
    """Answers by the path of the question."""

    attachments: tuple[str, ...]
    """Answers that name a file which is there."""

    missing: tuple[str, ...]
    """Answers that look like the name of a file which is not there."""


def read_package(path: Path) -> dict[str, Any]:
    """What a ZIP carries besides files: digests that are listed, a chat, filled forms.

    Raises:
        DamagedFileError: its directory cannot be read.
        FileLimitError: it inflates beyond the limits.
    """
    with path.open("rb") as file, open_archive(file) as archive:
        listing = list_archive(archive)
        if listing.is_bomb:
            raise FileLimitError("The archive would inflate beyond the limits.")
        names = [info.filename for info in listing.members]
        limits: list[str] = []
        found: dict[str, Any] = {}
        found.update(_listed_digests(archive, names, limits))
        chats = list(_chats(archive, names, limits))
        if chats:
            found["chats"] = chats
        forms = [*_forms(archive, names, limits), *_tables(archive, names, limits)]
        if forms:
            found["forms"] = forms
        if limits:
            found["limit"] = " ".join(dict.fromkeys(limits))
        signed = [name for name in names if name.endswith((".asc", ".sig"))]
        if signed:
            keys = any(n.endswith("pubkey.asc") for n in names)
            known = "key in the package, not checked here" if keys else "key unknown"
            found["signatures"] = f"{len(signed)} present; {known}"
        return found


def _listed_digests(archive: ZipFile, names: list[str], limits: list[str]) -> dict[str, Any]:
    """Digests that the package's own lists give for its files, computed anew."""
    digests = _Digests(archive, names)
    private: set[str] = set()
    lists = [n for n in names if n.lower().endswith(_LISTS)]
    if len(lists) > MAX_LISTS:
        limits.append(f"Of {len(lists):,} lists the first {MAX_LISTS} were read for digests.")
    for listed in lists[:MAX_LISTS]:
        if archive.getinfo(listed).file_size > SMALL:
            limits.append("A list that may hold digests is longer than is read.")
            continue
        text = decode_text(read_member(archive, listed, SMALL)).text
        private.update(m[0].lower() for m in _PRIVATE.finditer(text.partition("\n")[0]))
        for row in rows_of(listed, text):
            said = {value.lower() for value in _DIGEST.findall(" ".join(row))}
            if said and not digests.compare(listed, row, said):
                limits.append(f"More than {MAX_COMPARED:,} digests are listed; the rest was not compared.")  # fmt: skip
                break
    found: dict[str, Any] = {"checked": digests.checked, "mismatches": digests.wrong}
    if digests.more_wrong:
        found["mismatches_not_named"] = digests.more_wrong
    if private:
        found["tells_of_the_documenter"] = sorted(private)
    return found


class _Digests:
    """Compares digests of lists with those of the files that they name."""

    def __init__(self, archive: ZipFile, names: Iterable[str]) -> None:
        self._archive, self._budget = archive, Budget()
        self._known: dict[str, str | None] = {}
        self._by_name: dict[str, list[str]] = {}
        for name in names:
            self._by_name.setdefault(PurePosixPath(name).name, []).append(name)
        self._compared = 0
        self.checked = 0
        self.wrong: list[str] = []
        self.more_wrong = 0

    def compare(self, listed: str, row: Iterable[str], said: set[str]) -> bool:
        """Compare what a row says of a file; False when there were too many already."""
        for cell in row:
            named = [name for name in self._named(cell) if name != listed]
            if not named:
                continue
            self._compared += len(named)
            if self._compared > MAX_COMPARED:
                return False
            self.checked += 1
            if not any(self._digest(name) in said for name in named):
                self._differs(named[0], listed)
        return True

    def _named(self, cell: str) -> list[str]:
        """Files that a cell can mean: by its whole path if one fits, else by the name alone."""
        path = cell.strip().replace("\\", "/").strip("/")
        alike = self._by_name.get(PurePosixPath(path).name, []) if path else []
        if len(alike) < 2 or "/" not in path:
            return alike
        return [name for name in alike if ("/" + name).endswith("/" + path)] or alike

    def _digest(self, name: str) -> str | None:
        if name not in self._known:
            self._known[name] = digest_of(self._archive, name, "sha256", self._budget)
        return self._known[name]

    def _differs(self, name: str, listed: str) -> None:
        if len(self.wrong) >= MAX_NAMED:
            self.more_wrong += 1
            return
        self.wrong.append(f"{plain_text(name, 200)}: sha256 in {plain_text(listed, 200)}")


def rows_of(name: str, text: str) -> Iterator[list[str]]:
    """Texts that belong together: the cells of a row, or the values of a JSON object."""
    if not name.lower().endswith(".json"):
        csv.field_size_limit(SMALL)
        try:
            yield from csv.reader(io.StringIO(text, newline=""))
        except csv.Error:
            yield from ([line] for line in text.splitlines())
        return
    try:
        waiting = [read_json(text.encode("utf-8"))]
    except (DamagedFileError, FileLimitError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield [str(v) for v in value.values() if isinstance(v, str | int | float)]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _chats(archive: ZipFile, names: list[str], limits: list[str]) -> Iterator[dict[str, Any]]:
    yield from _pages(archive, names)
    texts = [n for n in names if n.lower().endswith((".txt", "result.json"))]
    if len(texts) > MAX_TEXTS:
        limits.append(f"Of {len(texts):,} texts the first {MAX_TEXTS:,} were looked at for chats.")
    for name in texts[:MAX_TEXTS]:
        size = archive.getinfo(name).file_size
        if size > MAX_CHAT:
            limits.append(f"A text that may be a chat has more than the {MAX_CHAT} bytes that are read.")  # fmt: skip
        elif size:
            data = read_member(archive, name, MAX_CHAT)
            yield from chats_in(data, name, (other for other in names if other != name))


def _pages(archive: ZipFile, names: list[str]) -> Iterator[dict[str, Any]]:
    """Chats as pages: those of one folder belong together, in the order of their numbers."""
    folders: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        match = PAGE.search(name)
        if match and archive.getinfo(name).file_size <= MAX_CHAT:
            folder = name.rpartition("/")[0]
            folders.setdefault(folder, []).append((int(match[1] or 1), name))
    for numbered in folders.values():
        budget, pages = MAX_CHAT, list[bytes]()
        for _, name in sorted(numbered):
            if archive.getinfo(name).file_size > budget:
                raise FileLimitError(f"The pages of a chat have more than {MAX_CHAT} bytes.")
            pages.append(read_member(archive, name, budget))
            budget -= len(pages[-1])
        if looks_like_pages(pages[0]):
            own = {name for _, name in numbered}
            yield read_pages(pages, beside=[n for n in names if n not in own]).document()


def chats_in(data: bytes, name: str, beside: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What is said of the chats in a text, page or JSON file; nothing where there is none."""
    if name.lower().endswith(".html"):
        if looks_like_pages(data):
            yield read_pages([data], beside=beside).document()
        return
    if name.lower().endswith(".json"):
        try:
            value = read_json(data, MAX_CHAT)
        except (DamagedFileError, FileLimitError):
            return
        if looks_like_telegram(value):
            yield from (chat.document() for chat in read_telegram(value, beside=beside))
        return
    if not _may_be_chat(data):
        return
    text, note = decode_text(data)
    if looks_like_whatsapp(text):
        chat = read_whatsapp(text, beside=beside)
        yield replace(chat, notes=(*chat.notes, *([note] if note else []))).document()


def _may_be_chat(data: bytes) -> bool:
    """Whether the beginning is worth reading the whole: it reads as a chat's lines."""
    return looks_like_whatsapp(decode_text(data[: 1 << 16]).text)


def _forms(archive: ZipFile, names: list[str], limits: list[str]) -> Iterator[dict[str, Any]]:
    folders: dict[str, set[str]] = {}
    for name in names:
        folder, _, short = name.rpartition("/")
        folders.setdefault(folder, set()).add(short)
    files = [n for n in names if n.lower().endswith(".xml")]
    if len(files) > MAX_FORMS:
        limits.append(f"Of {len(files):,} XML files the first {MAX_FORMS:,} were read as forms.")
    for name in files[:MAX_FORMS]:
        if archive.getinfo(name).file_size > SMALL:
            limits.append("An XML file that may be a form is longer than is read.")
            continue
        folder = name.rpartition("/")[0]
        try:
            form = read_form(read_member(archive, name, SMALL), folders[folder])
        except (DamagedFileError, FileLimitError):
            continue
        if form:
            yield form_document(form)


def _tables(archive: ZipFile, names: list[str], limits: list[str]) -> Iterator[dict[str, Any]]:
    """Tables of submissions as ODK Central and KoBo export them, with their attachments."""
    media = {PurePosixPath(n).name for n in names if not n.lower().endswith(".csv")}
    tables: dict[str, list[list[str]]] = {}
    for name in [n for n in names if n.lower().endswith(".csv")][:MAX_LISTS]:
        if archive.getinfo(name).file_size > MAX_CHAT:
            limits.append("A table that may hold forms is longer than is read.")
            continue
        text = decode_text(read_member(archive, name, MAX_CHAT)).text
        tables[PurePosixPath(name).stem] = list(cells_of(text))
    yield from tables_of_forms(tables, media)


def cells_of(text: str) -> Iterator[list[str]]:
    """Rows of a table separated by commas, semicolons or tabs, whichever its header has most of."""
    header = text.partition("\n")[0]
    mark = max(",;\t", key=header.count)
    csv.field_size_limit(SMALL)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    except csv.Error:
        return


def read_form(data: bytes, beside: Iterable[str]) -> FormSubmission | None:
    """A filled form in the XML of OpenRosa (KoBo, ODK); None where it is none.

    Raises:
        DamagedFileError: it is no XML.
        FileLimitError: it is larger or deeper than is read.
    """
    root = read_xml(data)
    answers = dict(_answers(root, ""))
    instance = next((v for path, v in answers.items() if _INSTANCE.search(path)), "")
    if not instance or not (root.attributes.get("id") or root.attributes.get("version")):
        return None
    there = beside if isinstance(beside, set) else {PurePosixPath(name).name for name in beside}
    files = [v for v in answers.values() if v in there or MEDIA_NAME.fullmatch(v)]
    return FormSubmission(
        form=root.attributes.get("id") or root.name,
        version=root.attributes.get("version", ""),
        instance=instance,
        answers=answers,
        attachments=tuple(v for v in files if v in there),
        missing=tuple(v for v in files if v not in there),
    )


def _answers(root: Element, _parent: str) -> Iterator[tuple[str, str]]:
    waiting = [(child, child.name) for child in reversed(root.children)]
    seen: dict[str, int] = {}
    while waiting:
        element, path = waiting.pop()
        if not element.children:
            seen[path] = seen.get(path, 0) + 1
            name = path if seen[path] == 1 else f"{path}[{seen[path]}]"
            yield name, element.text.strip()
        waiting.extend((child, f"{path}/{child.name}") for child in reversed(element.children))


def form_document(form: FormSubmission) -> dict[str, Any]:
    """A form without its answers, which may be about people."""
    return {
        "form": plain_text(form.form, 200),
        "version": plain_text(form.version, 100),
        "instance": plain_text(form.instance, 200),
        "questions": len(form.answers),
        "answered": sum(bool(v) for v in form.answers.values()),
        "attachments": _names(form.attachments),
        "attachments_missing": _names(form.missing),
    }


def _names(names: Iterable[str]) -> list[str]:
    """Each name once, and not without end."""
    return [plain_text(name, 200) for name in list(dict.fromkeys(names))[:MAX_NAMED]]


def proof_beside(path: Path) -> dict[str, Any] | None:
    """ProofMode's files beside a picture, and whether their digest is that of the picture.

    The signature's key is no person's: it was made by the program on the device.
    """
    folder = path.parent
    digest = hashlib.sha256()
    candidates = [folder / f"{path.name}{end}" for end in (".proof.csv", ".proof.json")]
    lists = [name for name in candidates if _is_file(name)]
    has_signature = _is_file(folder / f"{path.name}.asc")
    if not lists:
        return None
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    found: dict[str, Any] = {"checked": 0, "mismatches": []}
    for listed in lists:
        if listed.stat().st_size > SMALL:
            continue
        text = listed.read_text(encoding="utf-8", errors="replace")
        said = {value.lower() for value in _DIGEST.findall(text)}
        found["checked"] += 1
        if digest.hexdigest() not in said:
            found["mismatches"].append(f"{path.name}: sha256 in {listed.name}")
        private = {m[0].lower() for m in _PRIVATE.finditer(text.partition("\n")[0])}
        if private:
            found["tells_of_the_documenter"] = sorted(private)
    found["signature"] = "present, key unknown" if has_signature else "none"
    return found


def _is_file(path: Path) -> bool:
    """Whether there is such a file; none can have a name that the system finds too long."""
    try:
        return path.is_file()
    except OSError:
        return False

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
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final
from zipfile import ZipFile

from bayyina.media.chats import (
    looks_like_telegram,
    looks_like_whatsapp,
    read_telegram,
    read_whatsapp,
)
from bayyina.media.markup import Element, read_json, read_xml
from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text
from bayyina.media.telegram_pages import PAGE, looks_like_pages, read_pages
from bayyina.media.zip_archives import Budget, digest_of, list_archive, open_archive, read_member

SMALL: Final = 4 << 20
MAX_CHAT: Final = 64 << 20
MAX_LISTS: Final = 300
_DIGEST: Final = re.compile(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_LISTS: Final = (".csv", ".json", ".txt")
_PRIVATE: Final = re.compile(r"mac|ipv4|ipv6|deviceid|cellinfo|imei|network", re.IGNORECASE)
"""Names of ProofMode's fields that tell of the person who took the picture."""

_INSTANCE: Final = re.compile(r"instanceid$", re.IGNORECASE)


_MEDIA_NAME: Final = re.compile(
    r"[^/\\\n]{1,200}\.(?:jpe?g|png|heic|mp4|m4a|mp3|3gp|amr|wav|ogg|pdf)", re.IGNORECASE
)
"""An answer that is the name of a file."""


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
        found: dict[str, Any] = {}
        found.update(_listed_digests(archive, names))
        chats = list(_chats(archive, names))
        if chats:
            found["chats"] = chats
        forms = [*_forms(archive, names), *_tables(archive, names)]
        if forms:
            found["forms"] = forms
        signed = [name for name in names if name.endswith((".asc", ".sig"))]
        if signed:
            keys = any(n.endswith("pubkey.asc") for n in names)
            known = "key in the package, not checked here" if keys else "key unknown"
            found["signatures"] = f"{len(signed)} present; {known}"
        return found


def _listed_digests(archive: ZipFile, names: list[str]) -> dict[str, Any]:
    """Digests that the package's own lists give for its files, computed anew."""
    budget = Budget()
    digests: dict[str, str | None] = {}
    by_name: dict[str, list[str]] = {}
    for name in names:
        by_name.setdefault(PurePosixPath(name).name, []).append(name)
    checked = 0
    wrong: list[str] = []
    private: set[str] = set()
    for listed in [n for n in names if n.lower().endswith(_LISTS)][:MAX_LISTS]:
        if archive.getinfo(listed).file_size > SMALL:
            continue
        text = read_member(archive, listed, SMALL).decode("utf-8", "replace")
        private.update(m[0].lower() for m in _PRIVATE.finditer(text.partition("\n")[0]))
        for row in rows_of(listed, text):
            said = {value.lower() for value in _DIGEST.findall(" ".join(row))}
            for name in _named(row, by_name) if said else ():
                if name == listed:
                    continue
                if name not in digests:
                    digests[name] = digest_of(archive, name, "sha256", budget)
                checked += 1
                if digests[name] not in said:
                    wrong.append(f"{plain_text(name, 200)}: sha256 in {plain_text(listed, 200)}")
    found: dict[str, Any] = {"checked": checked, "mismatches": wrong}
    if private:
        found["tells_of_the_documenter"] = sorted(private)
    return found


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


def _named(row: Iterable[str], by_name: Mapping[str, list[str]]) -> Iterator[str]:
    for cell in row:
        short = PurePosixPath(cell.strip().replace("\\", "/")).name
        yield from by_name.get(short, ())


def _chats(archive: ZipFile, names: list[str]) -> Iterator[dict[str, Any]]:
    yield from _pages(archive, names)
    for name in names:
        lowered = name.lower()
        if not lowered.endswith((".txt", "result.json")):
            continue
        if archive.getinfo(name).file_size > MAX_CHAT:
            continue
        data = read_member(archive, name, MAX_CHAT)
        beside = [other for other in names if other != name]
        yield from chats_in(data, name, beside)


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
    text = data.decode("utf-8-sig", "replace")
    if looks_like_whatsapp(text):
        yield read_whatsapp(text, beside=beside).document()


def _forms(archive: ZipFile, names: list[str]) -> Iterator[dict[str, Any]]:
    for name in [n for n in names if n.lower().endswith(".xml")][:2_000]:
        if archive.getinfo(name).file_size > SMALL:
            continue
        folder = name.rpartition("/")[0]
        beside = [n for n in names if n.rpartition("/")[0] == folder and n != name]
        try:
            form = read_form(read_member(archive, name, SMALL), beside)
        except (DamagedFileError, FileLimitError):
            continue
        if form:
            yield form_document(form)


def _tables(archive: ZipFile, names: list[str]) -> Iterator[dict[str, Any]]:
    """Tables of submissions as ODK Central and KoBo export them, with their attachments."""
    media = {PurePosixPath(n).name for n in names if not n.lower().endswith(".csv")}
    for name in [n for n in names if n.lower().endswith(".csv")][:MAX_LISTS]:
        if archive.getinfo(name).file_size > MAX_CHAT:
            continue
        text = read_member(archive, name, MAX_CHAT).decode("utf-8-sig", "replace")
        rows = rows_of(name, text)
        header = next(rows, [])
        columns = [n for n, title in enumerate(header) if _INSTANCE.search(title.strip())]
        columns += [n for n, title in enumerate(header) if title in ("KEY", "_uuid")]
        if not columns:
            continue
        found: dict[str, Any] = {
            "form": plain_text(PurePosixPath(name).stem, 200),
            "submissions": 0,
        }
        named: list[str] = []
        for row in rows:
            if len(row) > columns[0] and row[columns[0]].strip():
                found["submissions"] += 1
                named.extend(cell.strip() for cell in row if _MEDIA_NAME.fullmatch(cell.strip()))
        found["attachments"] = [plain_text(n, 200) for n in named if n in media]
        found["attachments_missing"] = [plain_text(n, 200) for n in named if n not in media]
        yield found


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
    there = {PurePosixPath(name).name for name in beside}
    files = [v for v in answers.values() if v in there or _MEDIA_NAME.fullmatch(v)]
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
        "attachments": list(form.attachments),
        "attachments_missing": list(form.missing),
    }


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

"""From files to the parts of a vocabulary.

The shipped vocabulary lies beside this module: one file for each record type in
``types/`` and each term list in ``lists/``, and files of ``groups/``, ``facilities/`` and
``units/``. A user's file has the same shapes, several of them in one file if need be
(separated by ``---``), and ``extends: NAME`` to add to what exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from bayyina.errors import FileUnreadableError, VocabularyError
from bayyina.model.findings import Finding
from bayyina.model.plain_files import plain_file
from bayyina.model.vocabulary import reading_terms, reading_types
from bayyina.model.vocabulary.building import Parts, build
from bayyina.model.vocabulary.drafting import Drafts
from bayyina.model.vocabulary.faults import Entry, Fault, suggestion
from bayyina.model.yaml_reading import YamlMap, YamlSyntaxError, read_yaml

SHIPPED = Path(__file__).parent
"""Folder of the shipped vocabulary."""

FOLDERS = ("types", "lists", "groups", "facilities", "units")
"""Folders of the shipped vocabulary, in the order in which they are read."""

_READERS = {
    "type": reading_types.read_type,
    "list": reading_terms.read_list,
    "groups": reading_terms.read_groups,
    "facilities": reading_terms.read_facilities,
    "units": reading_terms.read_units,
}


def load_parts(extensions: Sequence[Path] = (), *, shipped: Path = SHIPPED) -> Parts:
    """Read the shipped files, then the extensions, and check the whole.

    Raises:
        FileUnreadableError: an extension is absent or not UTF-8.
        VocabularyError: something is wrong; the message names file and line of the first
            fault and says how many more there are.
    """
    return parts_of([(str(path), read_text(path)) for path in extensions], shipped=shipped)


def parts_of(files: Sequence[tuple[str, str]], *, shipped: Path = SHIPPED) -> Parts:
    """Check the shipped files with extensions given as (name, text).

    Raises:
        VocabularyError: something is wrong, as for ``load_parts``.
    """
    parts, faults = parse(tuple(files), shipped)
    if faults:
        more = len(faults) - 1
        rest = f" There are {more} more faults in these files." if more else ""
        hint = f"Correct the file, then try again.{rest}"
        raise VocabularyError(str(faults[0]), hint=hint)
    return parts


def check_extension(path: Path) -> list[Finding]:
    """Everything that is wrong in a user's vocabulary file; empty when it can be used."""
    _, faults = parse(((str(path), read_text(path)),), SHIPPED)
    return [
        Finding(fault.line, f"{_capital(fault.message)}.")
        if fault.file == str(path)
        else Finding(None, str(fault))
        for fault in sorted(faults, key=lambda fault: fault.line)
    ]


def read_text(path: Path) -> str:
    """The text of a small file.

    Raises:
        FileUnreadableError: it is absent, a folder, or not UTF-8.
    """
    try:
        return plain_file(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise FileUnreadableError(
            f"{path.name} cannot be read: {reason}.", hint="Check the path and its permissions."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileUnreadableError(
            f"{path.name}, line {line}: this is not UTF-8 text.", hint="Save it as UTF-8."
        ) from error


@lru_cache(maxsize=8)
def parse(extensions: tuple[tuple[str, str], ...], shipped: Path) -> tuple[Parts, list[Fault]]:
    """The parts and faults of the shipped files and of extensions given as (name, text).

    Cached per process: the same texts give the same parts.
    """
    drafts = Drafts()
    for folder in FOLDERS:
        for path in sorted((shipped / folder).glob("*.yaml")):
            _read_file(f"{folder}/{path.name}", read_text(path), drafts)
    for name, text in extensions:
        _read_file(name, text, drafts)
    parts = build(drafts)
    return parts, drafts.faults.found


def _read_file(file: str, text: str, drafts: Drafts) -> None:
    try:
        documents = read_yaml(text)
    except YamlSyntaxError as error:
        drafts.faults.add(file, error.line, error.reason)
        return
    if not documents:
        drafts.faults.add(file, 1, "the file is empty")
    for document in documents:
        if isinstance(document, YamlMap):
            entry = Entry(document, file=file, what="the document", faults=drafts.faults)
            _read_document(entry, drafts)
        else:
            drafts.faults.add(file, 1, "this is not a mapping of keys to values")


def _read_document(entry: Entry, drafts: Drafts) -> None:
    version = entry.content.get("version", 1)
    if version != 1:
        entry.fault("has a `version` that is not known here: this program reads version 1")
    if "extends" in entry.content:
        _extend(entry, drafts)
        return
    for key, reader in _READERS.items():
        if key in entry.content:
            reader(entry, drafts)
            return
    keys = ", ".join(f"`{key}`" for key in (*_READERS, "extends"))
    entry.fault(f"does not say what it defines: it needs one of {keys}")


def _extend(entry: Entry, drafts: Drafts) -> None:
    name = entry.text("extends")
    if name in drafts.types:
        reading_types.extend_type(entry, drafts, name)
    elif name in drafts.lists:
        reading_terms.extend_list(entry, drafts, name)
    elif name == "groups":
        reading_terms.extend_groups(entry, drafts)
    elif name is not None:
        near = suggestion(name, [*drafts.types, *drafts.lists, "groups"])
        entry.fault(f"extends `{name}`, which does not exist{near}", "extends")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

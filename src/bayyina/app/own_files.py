"""A workspace folder's own vocabulary, standards and methodologies, as texts and as rules.

The same rules can be made from the files as they lie in the folder and from texts that the
custody log holds of them, so that a figure can be asked again under what held before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bayyina.errors import FileUnreadableError
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.documentation_standard import DocumentationStandard, built_in_standards
from bayyina.standards.methodology import Methodology, built_in_methodologies

MARKER = "workspace.json"
"""File that makes a folder a workspace."""

VOCABULARY = "vocabulary"
"""Folder with the workspace's own ``*.vocabulary.yaml`` files."""

STANDARDS = "standards"
"""Folder with the workspace's own ``*.standard.toml`` files."""

METHODOLOGIES = "methodologies"
"""Folder with the workspace's own ``*.methodology.toml`` files."""

PATTERNS: Mapping[str, str] = {
    VOCABULARY: "*.vocabulary.yaml",
    STANDARDS: "*.standard.toml",
    METHODOLOGIES: "*.methodology.toml",
}
"""What the workspace's own files are called in each folder."""


class OwnWords(NamedTuple):
    """What a set of own files comes to, with what is shipped."""

    vocabulary: Vocabulary
    """What can be said."""

    standards: dict[str, DocumentationStandard]
    """Documentation standards by name."""

    methodologies: dict[str, Methodology]
    """Rules of counting by name."""


def own_vocabulary(folder: Path | None) -> Vocabulary:
    """The shipped vocabulary with the extensions of the workspace in ``folder``, if it is one."""
    return Vocabulary.load(tuple(_paths(folder, VOCABULARY)))


def own_standards(folder: Path | None) -> dict[str, DocumentationStandard]:
    """The shipped documentation standards and those of the workspace in ``folder``, by name."""
    names: list[str | Path] = [*built_in_standards(), *_paths(folder, STANDARDS)]
    return {loaded.name: loaded for loaded in map(DocumentationStandard.load, names)}


def own_methodologies(folder: Path | None) -> dict[str, Methodology]:
    """The shipped methodologies and those of the workspace in ``folder``, by name."""
    names: list[str | Path] = [*built_in_methodologies(), *_paths(folder, METHODOLOGIES)]
    return {loaded.name: loaded for loaded in map(Methodology.load, names)}


def own_texts(folder: Path | None) -> dict[str, str]:
    """The workspace's own files, verbatim, by ``FOLDER/NAME`` in order of these.

    Raises:
        FileUnreadableError: one cannot be opened, or is not UTF-8.
    """
    return {name: _read(path) for name, path in own_paths(folder).items()}


def own_paths(folder: Path | None) -> dict[str, Path]:
    """Where the workspace's own files lie, by ``FOLDER/NAME`` in order of these."""
    return {f"{kind}/{path.name}": path for kind in PATTERNS for path in _paths(folder, kind)}


def text_digest(text: str) -> str:
    """SHA-256 (hex) over a file's text as it lies on the disk."""
    return hashlib.sha256(text.encode()).hexdigest()


def words_of(texts: Mapping[str, str]) -> OwnWords:
    """What own files, given as texts by name, come to together with what is shipped.

    Raises:
        VocabularyError: the vocabulary files do not fit together.
        SmallFileError: a standard or a methodology does not follow its format.
    """
    standards = [
        *map(DocumentationStandard.load, built_in_standards()),
        *(DocumentationStandard.parse(x, label=n) for n, x in _of_kind(texts, STANDARDS)),
    ]
    methodologies = [
        *map(Methodology.load, built_in_methodologies()),
        *(Methodology.parse(x, label=n) for n, x in _of_kind(texts, METHODOLOGIES)),
    ]
    return OwnWords(
        Vocabulary.parse(_of_kind(texts, VOCABULARY)),
        {rules.name: rules for rules in standards},
        {rules.name: rules for rules in methodologies},
    )


def _of_kind(texts: Mapping[str, str], kind: str) -> list[tuple[str, str]]:
    """Names and texts of one folder's files, as their readers want them."""
    return [
        (name, text.removeprefix("\ufeff"))
        for name, text in sorted(texts.items())
        if name.startswith(f"{kind}/")
    ]


def _paths(folder: Path | None, kind: str) -> list[Path]:
    """The files of one of the workspace's own folders; none where it is no workspace."""
    if folder is None or not (folder / MARKER).is_file():
        return []
    return sorted((folder / kind).glob(PATTERNS[kind]))


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise FileUnreadableError(
            f"{path.name} cannot be read: {error.strerror or 'it cannot be opened'}.",
            hint="Check the path and its permissions.",
        ) from error
    except UnicodeDecodeError as error:
        raise FileUnreadableError(
            f"{path.name} is not UTF-8 text.", hint="Save it as UTF-8."
        ) from error

"""A workspace folder's own vocabulary and methodologies, read without opening the workspace."""

from __future__ import annotations

from pathlib import Path

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


def own_vocabulary(folder: Path | None) -> Vocabulary:
    """The shipped vocabulary with the extensions of the workspace in ``folder``, if it is one."""
    if folder is None or not (folder / MARKER).is_file():
        return Vocabulary.load()
    return Vocabulary.load(tuple(sorted((folder / VOCABULARY).glob("*.vocabulary.yaml"))))


def own_standards(folder: Path | None) -> dict[str, DocumentationStandard]:
    """The shipped documentation standards and those of the workspace in ``folder``, by name."""
    paths: list[Path] = []
    if folder is not None and (folder / MARKER).is_file():
        paths = sorted((folder / STANDARDS).glob("*.standard.toml"))
    names: list[str | Path] = [*built_in_standards(), *paths]
    return {loaded.name: loaded for loaded in map(DocumentationStandard.load, names)}


def own_methodologies(folder: Path | None) -> dict[str, Methodology]:
    """The shipped methodologies and those of the workspace in ``folder``, by name."""
    paths: list[Path] = []
    if folder is not None and (folder / MARKER).is_file():
        paths = sorted((folder / METHODOLOGIES).glob("*.methodology.toml"))
    names: list[str | Path] = [*built_in_methodologies(), *paths]
    return {loaded.name: loaded for loaded in map(Methodology.load, names)}

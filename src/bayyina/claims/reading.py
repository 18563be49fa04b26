"""Reading claims files, one or several together, and the published ones that are shipped."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from bayyina.claims.claim_set import ClaimSet, make_claim_set
from bayyina.claims.words import Words
from bayyina.errors import SmallFileError
from bayyina.model.findings import Finding
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.model.yaml_reading import YamlSyntaxError, line_at, read_yaml
from bayyina.standards.claims_content import check_claims_content
from bayyina.standards.claims_file import ClaimsFile
from bayyina.standards.file_reading import findings_of, read_text
from bayyina.standards.shapes import read_shape

SUFFIX: Final = ".claims.yaml"

Lines = list[int | None]


@cache
def shipped_words() -> Words:
    """The shipped vocabulary and places, for comparing scopes."""
    return Words(Vocabulary.load(), Gazetteer.load())


def published_names() -> tuple[str, ...]:
    """Names of the published claims that are shipped as data."""
    folder = resources.files("bayyina.claims").joinpath("published")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(n.removesuffix(SUFFIX) for n in names if n.endswith(SUFFIX)))


def read_claims(names: Sequence[str | Path], words: Words | None = None) -> ClaimSet:
    """Claims of files, or of shipped claims by name, read together.

    Raises:
        FileUnreadableError: a file is absent, far too large, or not UTF-8.
        SmallFileError: a file is no sound claims file, or two files use one id.
    """
    words = words or shipped_words()
    texts = [(_label(name), _text(name)) for name in names]
    with _without_collection():
        return _made_of(texts, words)


def _made_of(texts: Sequence[tuple[str, str]], words: Words) -> ClaimSet:
    contents = [(label, *read_content(text, label, words.vocabulary)) for label, text in texts]
    _refuse_doubles(contents)
    return make_claim_set(contents, words)


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for garbage while very many small objects are made, none of which is any."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _label(name: str | Path) -> str:
    return name.name if isinstance(name, Path) else name


def _text(name: str | Path) -> str:
    if isinstance(name, str) and name in published_names():
        entry = resources.files("bayyina.claims").joinpath("published", f"{name}{SUFFIX}")
        return entry.read_text(encoding="utf-8")
    return read_text(Path(name))


def read_content(text: str, label: str, vocabulary: Vocabulary) -> tuple[ClaimsFile, Lines]:
    """A claims file's content and the line of each claim.

    Raises:
        SmallFileError: it is not sound; the first fault is told, the others are counted.
    """
    content, lines, faults = _read(text, vocabulary)
    if content is None or faults:
        first = faults[0]
        where = f"{label}, line {first.line}" if first.line else label
        more = len(faults) - 1
        hint = (
            f"There {'is' if more == 1 else 'are'} {more} more; see `bayyina check`."
            if more
            else ""
        )
        raise SmallFileError(f"{where}: {first.message}", hint=hint)
    return content, lines


def _read(text: str, vocabulary: Vocabulary) -> tuple[ClaimsFile | None, Lines, list[Finding]]:
    try:
        documents = read_yaml(text)
    except YamlSyntaxError as error:
        reason = f"This is not YAML as it is used here: {error.reason}."
        return None, [], [Finding(error.line, reason)]
    if len(documents) != 1:
        return None, [], [Finding(None, "The file must hold exactly one YAML document.")]
    document = documents[0]
    content, misfits = read_shape(ClaimsFile, document)
    if content is not None:
        misfits = list(check_claims_content(content, vocabulary))
    if content is None or misfits:
        return None, [], findings_of(misfits, lambda where: line_at(document, where))
    lines: Lines = [line_at(document, ("claims", i)) for i in range(len(content.claims))]
    return content, lines, []


def _refuse_doubles(contents: Iterable[tuple[str, ClaimsFile, Lines]]) -> None:
    seen: dict[str, str] = {}
    for label, content, _ in contents:
        for claim in content.claims:
            if claim.id in seen:
                raise SmallFileError(
                    f"{label}: the id {claim.id} is already used in {seen[claim.id]}.",
                    hint="Give every claim of files that are checked together an id of its own.",
                )
            seen[claim.id] = label

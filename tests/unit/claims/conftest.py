"""Claims written as people write them, and what the checker says of them. All FICTIONAL."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from bayyina.claims.checking import check_claims
from bayyina.claims.claim_set import ClaimSet, make_claim_set
from bayyina.claims.findings import ClaimFinding
from bayyina.claims.reading import read_content, shipped_words

Found = set[tuple[str, str, frozenset[str]]]


def read(text: str, *more: str) -> ClaimSet:
    """Claims of one or several files' texts, without the head that every file has."""
    words = shipped_words()
    contents = []
    for number, body in enumerate((text, *more)):
        content, lines = read_content(f"version: 1\n{body}", f"file {number}", words.vocabulary)
        contents.append((f"file {number}", content, lines))
    return make_claim_set(contents, words)


def summary(findings: Iterable[ClaimFinding]) -> Found:
    """Class, kind and claims of findings."""
    return {(f.grade, f.kind, frozenset(f.claims)) for f in findings}


@pytest.fixture
def findings_of() -> Callable[..., Found]:
    """What the checker finds in claims given as lines of YAML."""

    def find(*lines: str, relations: str = "") -> Found:
        body = "claims:\n" + "\n".join(f"  - {{{line}}}" for line in lines)
        return summary(
            check_claims(read(body + (f"\nrelations:\n{relations}" if relations else "")))
        )

    return find

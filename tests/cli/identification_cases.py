"""How ``identify`` and ``certificates`` are used in the tests of JSON documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bayyina.app.identifying_reading import BODY, IDENTIFICATION
from bayyina.app.matching_certificates import DOCUMENT, MATCH
from tests.app.identification_cases import ids, take_papers, take_people_and_bodies
from tests.cli.conftest import Program

Words = list[str | Path]


def with_bodies(program: Program) -> dict[str, list[str]]:
    """People, bodies and papers, taken in once; ids by record type."""
    workspace = program.opened()
    if not ids(workspace, BODY):
        take_people_and_bodies(workspace, program.folder)
        take_papers(workspace, program.folder)
    kinds = ("Person", "AnteMortemProfile", BODY, DOCUMENT, IDENTIFICATION, MATCH)
    found = {kind: ids(workspace, kind) for kind in kinds}
    workspace.store.close()
    return found


def words_of_propose(program: Program) -> Words:
    found = with_bodies(program)
    body = found[BODY][len(found[IDENTIFICATION])]
    person = found["Person"][-4]
    cited = f"distinctive_mark={found['AnteMortemProfile'][0]}"
    return ["identify", "propose", body, person, "--line", cited]


def words_of_match(program: Program) -> Words:
    found = with_bodies(program)
    paper = found[DOCUMENT][len(found[MATCH])]
    return ["certificates", "propose", paper, found["Person"][-4], "--line", f"names_agree={paper}"]


def after_bodies(*words: str) -> Callable[[Program], Words]:
    def given(program: Program) -> Words:
        with_bodies(program)
        return list(words)

    return given


def words_of_board(program: Program) -> Words:
    program(*words_of_match(program))
    return ["certificates", "board"]


IDENTIFICATION_CASES: dict[str, Callable[[Program], Words]] = {
    "identify group": after_bodies("identify", "group"),
    "identify board": after_bodies("identify", "board", "--lang", "ar"),
    "identify candidates": after_bodies("identify", "candidates"),
    "identify propose": words_of_propose,
    "identify settle": after_bodies("identify", "settle"),
    "identify known": after_bodies("identify", "known"),
    "identify faces": lambda _: ["identify", "faces"],
    "certificates candidates": after_bodies("certificates", "candidates"),
    "certificates propose": words_of_match,
    "certificates board": words_of_board,
    "certificates settle": after_bodies("certificates", "settle"),
}
"""How each command is used."""

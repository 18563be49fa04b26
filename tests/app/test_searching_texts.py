"""Words of texts are found in either language, and nothing that is sealed or withheld."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bayyina.app.entering import enter_report
from bayyina.app.kept_warm import keep_warm, let_go
from bayyina.app.searching_texts import find_texts, text_kinds
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.figures.text_index import TextIndex, folded_words, match_of, snippet_of
from tests.app.conftest import Bench, quiet
from tests.app.test_entering import REPORT

TOLD = (
    "اعتُقِلَ من المدرسة الثانويّة وأُخِذَ إلى جهة مجهولة",
    "Taken from the Café near the market, by men in uniform",
)


def texts() -> TextIndex:
    return TextIndex((n, "Act", "stated_reason", text) for n, text in enumerate(TOLD))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("مدرسه", [0]),  # without the article, with another ending
        ("المدرسة جهة", [0]),
        ("اعتقل", [0]),
        ("cafe", [1]),
        ("MARKET men", [1]),
        ('"men in uniform"', [1]),
        ('"uniform in men"', []),
        ("unif*", [1]),
        ("unif", []),
        ("مدرسة market", []),
        ('"', []),
        ("*", []),
        ("men OR nothing) AND", []),
        ("NEAR(men market)", [1]),
    ],
)
def test_words_are_found_as_people_write_them(asked: str, found: list[int]) -> None:
    assert [hit.record for hit in texts().find(asked, 10)] == found


def test_what_is_found_is_shown_with_what_stands_around_it() -> None:
    before, word, after = snippet_of(TOLD[0], "مدرسه")
    assert word == "المدرسة"
    assert before + word + after == TOLD[0]
    assert snippet_of("x " * 200 + "market", "market")[0].startswith("…")
    assert folded_words("والمدرسة بالسوق للجيش") == folded_words("مدرسه سوق جيش")
    assert match_of("' ; DROP TABLE texts") == '"drop" AND "table" AND "texts"'


@pytest.fixture
def told(bench: Bench) -> Iterator[Bench]:
    keep_warm(bench.amal.folder)
    act = dict(REPORT.act) | {"stated_reason": TOLD[0]}
    enter_report(bench.amal, REPORT._replace(act=act))
    yield bench
    let_go(bench.amal.folder)


def test_texts_of_the_workspace_are_kept_in_step(told: Bench) -> None:
    (one,) = find_texts(told.amal, "المدرسه الثانويه", quiet)
    assert (one.property, one.is_shown) == ("stated_reason", True)
    assert find_texts(told.amal, "market", quiet) == []
    act = dict(REPORT.act) | {"stated_reason": TOLD[1]}
    enter_report(told.amal, REPORT._replace(act=act, person={"name": "تاء"}))
    assert len(find_texts(told.amal, "market", quiet)) == 1
    let_go(told.amal.folder)  # as a command, which reads everything anew
    assert len(find_texts(told.amal, "market", quiet)) == 1
    assert len(find_texts(told.amal, "مدرسة", quiet)) == 1
    with pytest.raises(InputError, match="too long"):
        find_texts(told.amal, "x" * 500, quiet)
    with pytest.raises(PermissionRefusedError):
        find_texts(told.member("viewer", "viewer"), "market", quiet)


def test_sealed_kinds_are_not_read_at_all(bench: Bench) -> None:
    kinds = text_kinds(bench.amal.vocabulary)
    assert ("Testimony", "text") in kinds
    for sealed in (("Testimony", "interviewer"), ("Consent", "note"), ("EvidenceItem", "digest")):
        assert sealed not in kinds

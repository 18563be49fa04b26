"""Names of files that may tell of somebody, and those that tell of nobody."""

from __future__ import annotations

import pytest

from bayyina.app.file_names import plain_name, plain_path
from bayyina.app.row_sealing import ending_of
from bayyina.disclosure.protected_people import protection
from bayyina.model.drafts import ValueDraft
from bayyina.model.vocabulary import Vocabulary

HOME = "/" + "home"
"""Where the folders of people lie."""

TELLING = (
    "Testimony Maryam X.pdf",
    "شهادة مريم.pdf",
    "0944123456.jpg",
    f"{HOME}/someone/IMG_1.jpg",
    r"\xe3\xd1\xed\xe3.pdf",
    "scan of Alif.pdf",
)
PLAIN = (
    "IMG-20130512-WA0003.jpg",
    "VID_20130512_123456.mp4",
    "20130512123456.jpg",
    "a.jpg",
    "copy of a.jpg",
    "شهادة وفاة.pdf",
    "صورة ٢٠١٣.jpg",
    r"\xd5\xe6\xd1\xc9",
    "scan 12 page 3.pdf",
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


def test_names_that_may_tell_of_somebody(vocabulary: Vocabulary) -> None:
    rules = protection(vocabulary)
    for names, expected in ((TELLING, True), (PLAIN, False)):
        for name in names:
            assert rules.tells_in_name(name) == expected, name
            draft = ValueDraft("file_name", name)
            assert rules.seals("EvidenceItem", draft, is_protected=False) == expected


def test_bytes_of_a_name_are_read_as_old_systems_wrote_them(vocabulary: Vocabulary) -> None:
    rules = protection(vocabulary)
    for word, expected in (("مريم", True), ("صورة", False)):
        draft = ValueDraft("file_name_bytes", word.encode("cp1256").hex())
        assert rules.seals("EvidenceItem", draft, is_protected=False) == expected


def test_what_stands_in_place_of_a_name(vocabulary: Vocabulary) -> None:
    assert plain_name(vocabulary, "/somewhere/Maryam X.PDF") == "file.pdf"
    assert plain_name(vocabulary, r"C:\Users\Maryam\IMG_1.jpg") == "IMG_1.jpg"
    assert plain_path(vocabulary, "/pictures/IMG_1.jpg") == "/pictures/IMG_1.jpg"
    assert plain_path(vocabulary, f"{HOME}/maryam/a.jpg") == "a.jpg"
    assert [ending_of(name) for name in ("x.Maryam", "no ending", "a.tar", ".pdf")] == [
        "", "", ".tar", "",
    ]  # fmt: skip

"""Whose identity is sealed, and which values: the rules, asked of rows."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest

from bayyina.disclosure.protected_people import (
    Bounds,
    Protection,
    month_around,
    protection,
    read_protection,
)
from bayyina.disclosure.watched_properties import FILE
from bayyina.errors import SmallFileError
from bayyina.model.drafts import RecordDraft, ValueDraft
from bayyina.model.vocabulary import Vocabulary

SAID_ON = "2023-08-31"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


@pytest.fixture(scope="module")
def rules(vocabulary: Vocabulary) -> Protection:
    return protection(vocabulary)


def day(name: str, lo: str | None, hi: str | None = None) -> ValueDraft:
    return ValueDraft(name, lo or hi or "", lo, hi or lo)


def years(name: str, lo: int | None, hi: int | None) -> ValueDraft:
    return ValueDraft(name, "age", num_lo=lo, num_hi=hi)


def person(*values: ValueDraft) -> RecordDraft:
    return RecordDraft("Person", "P", (ValueDraft("name", "Somebody"), *values))


def act(kind: str, *values: ValueDraft, link: str = "victim", to: str = "P") -> RecordDraft:
    return RecordDraft(kind, f"P/{kind}:1", values, ((link, to),))


def paper(text: str, kind: str = "Document", name: str = "text") -> RecordDraft:
    return RecordDraft(kind, f"P/{kind}:9", (ValueDraft(name, text),), (("about", "P"),))


ARREST = day("date", "2013-05-12")

CHILDREN: list[tuple[str, Sequence[RecordDraft], bool]] = [
    ("nothing is known", [person(), act("Arrest", ARREST)], False),
    ("born long before", [person(day("birth_date", "1990-02-01")), act("Arrest", ARREST)], False),
    (
        "seventeen at the act",
        [person(day("birth_date", "1995-05-13")), act("Arrest", ARREST)],
        True,
    ),
    (
        "eighteen on that day",
        [person(day("birth_date", "1995-05-12")), act("Arrest", ARREST)],
        False,
    ),
    (
        "born in a year of which a part counts",
        [person(day("birth_date", "1995-01-01", "1995-12-31")), act("Arrest", ARREST)],
        True,
    ),
    (
        "an act that may have been before",
        [
            person(day("birth_date", "1994-01-01")),
            act("Arrest", day("date", "2011-01-01", "2013-12-31")),
        ],
        True,
    ),
    ("still a child on the day of the list", [person(day("birth_date", "2010-01-01"))], True),
    ("grown up by the day of the list", [person(day("birth_date", "2005-08-31"))], False),
    ("an age of the person", [person(years("age", 12, 12))], True),
    ("an age at the act", [person(), act("Death", years("age", 17, 17))], True),
    ("an age that may be a child's", [person(), act("Death", years("age", 17, 25))], True),
    ("an age of grown-ups", [person(), act("Death", years("age", 18, 18))], False),
    ("at most so old", [person(), act("Death", years("age", None, 15))], True),
    ("at most so old, and perhaps not", [person(), act("Death", years("age", None, 60))], False),
    ("a group", [person(), act("Arrest", ValueDraft("age_class", "child"))], True),
    ("the other group", [person(), act("Arrest", ValueDraft("age_class", "adult"))], False),
    ("a survivor", [person(), act("Torture", ValueDraft("methods", "rape"))], True),
    (
        "a survivor by a word above",
        [person(), act("Torture", ValueDraft("methods", "sexual_violence"))],
        True,
    ),
    ("tortured otherwise", [person(), act("Torture", ValueDraft("methods", "falaqa"))], False),
    (
        "a survivor in words that the list does not know",
        [
            person(),
            act("Torture", ValueDraft("methods", "unrecognised", original="They RAPED her")),
        ],
        True,
    ),
    (
        "a survivor in Arabic words that the list does not know",
        [
            person(),
            act("Torture", ValueDraft("methods", "unrecognised", original="تم اغتصابها مراراً")),
        ],
        True,
    ),
    (
        "other words that the list does not know",
        [person(), act("Torture", ValueDraft("methods", "unrecognised", original="hung up"))],
        False,
    ),
    ("a survivor in a paper about them", [person(), paper("she was assaulted; عنف جنسي")], True),
    ("a nationality in a paper", [person(), paper("الجنسية: سورية")], False),
    ("marked", [person(ValueDraft("protected", "yes"))], True),
    ("marked as not", [person(ValueDraft("protected", "no"))], False),
    ("a witness", [person(), act("Testimony", link="witness")], True),
    ("who was seen", [person(), act("Sighting", link="victim")], False),
    ("whose family it is", [person(), act("FamilyContact", link="person")], False),
    ("a member of a family", [person(), act("FamilyContact", link="contact")], True),
]


@pytest.mark.parametrize(
    ("records", "expected"), [case[1:] for case in CHILDREN], ids=[case[0] for case in CHILDREN]
)
def test_whose_identity_is_sealed(
    rules: Protection, records: Sequence[RecordDraft], expected: bool
) -> None:
    found = rules.protected(records, SAID_ON)
    assert ("P" in found) == expected
    assert expected or not found


def test_what_is_written_of_acts_of_somebody_protected_is_sealed(rules: Protection) -> None:
    note = ValueDraft("note", "They took Somebody from school")
    shows = RecordDraft(
        "EvidenceItem", "E", (ValueDraft("victim_named", "Somebody"),), (("shows", "P"),)
    )
    rows = [person(years("age", 12, 12)), act("Arrest", ARREST, note), shows]
    assert rules.protected(rows, SAID_ON) == {"P", "P/Arrest:1", "E"}
    for kind, name in (("Arrest", "note"), ("Sighting", "note"), ("EvidenceItem", "victim_named")):
        assert rules.seals(kind, ValueDraft(name, "x"), is_protected=True)
        assert not rules.seals(kind, ValueDraft(name, "x"), is_protected=False)
    assert not rules.seals("Torture", ValueDraft("methods", "rape"), is_protected=True)


@pytest.mark.parametrize(
    ("kind", "name", "text", "expected"),
    [
        ("ClinicalEvaluation", "finding", "Scars of the genital region", True),
        ("ClinicalEvaluation", "finding", "تعرّض للاغتصاب", True),
        ("ClinicalEvaluation", "finding", "تعرض لاغتصاب متكرر", True),
        ("ClinicalEvaluation", "finding", "Scars of the left arm", False),
        ("Torture", "note", "اعتداءات جنسية", True),
        ("Torture", "note", "عنف جنسي", True),
        ("Torture", "note", "اغتـصاب في الفرع", True),
        ("Torture", "note", "تم اِغْتِصَابها", True),
        ("Torture", "note", "ＲＡＰＥＤ", True),
        ("Torture", "note", "ra\u200bped, sex\u00adually", True),
        ("Torture", "note", "الإعتداء الجـنـسي", True),
        ("Torture", "note", "هتك\n عرض", True),
        ("Torture", "note", "Vergewaltigung", True),
        ("Arrest", "note", "raped on the way", True),
        ("Arrest", "note", "taken at a checkpoint", False),
        ("Torture", "stated_reason", "asked of rape", False),
    ],
)
def test_an_account_of_sexual_violence_protects_whom_it_is_about(
    rules: Protection, kind: str, name: str, text: str, expected: bool
) -> None:
    link = "person" if kind == "ClinicalEvaluation" else "victim"
    rows = [person(), act(kind, ValueDraft(name, text), link=link)]
    found = rules.protected(rows, SAID_ON)
    assert found == ({"P", f"P/{kind}:1"} if expected else frozenset())
    assert rules.seals(kind, ValueDraft(name, text), is_protected=True)


TELL = (
    "forced to undress", "a strip-search", "gang  rape", "(anal) bleeding", "He was impaled.", "CRSV",
    "agression sexuelle", "cinsel saldırı", "Çıplak bırakıldı", "onun ırzına geçtiler", "destdirêjî",
    "شلّحوهم وتركوهم عراة", "اعتدى عليها الحارس", "مسّوا بشرفها", "كشف العذرية", "ضربوه على خُصيتيه", "لاقە کرد",
    "أُدخلت عصا", "كان بالزلط", "ناكوها", "فقدت عذريتها",
)  # fmt: skip
"""What people write, and what international texts call it, in several languages."""

TELL_NOTHING = (
    "grapes and drapery by the parapet", "the trapezius muscle", "a manuscript of Hanush",
    "in the basement by the canal", "analysis", "شخصيته قوية", "زنازين الفرع", "وزنه 60", "حشرجة الموت",
    "قضيب حديد", "نسبيا", "مؤخرة السيارة", "ميكانيكي وتكنيك", "hung by the wrists",
)  # fmt: skip
"""What holds the same letters and says something else."""


@pytest.mark.parametrize("kind", ["note", "paper", "task"])
def test_the_words_of_testimonies_are_known_and_others_are_not(
    rules: Protection, kind: str
) -> None:
    def told(text: str) -> bool:
        if kind == "note":
            return "P" in rules.protected([person(ValueDraft("note", text))], SAID_ON)
        made = paper(text) if kind == "paper" else paper(text, "Task", "what")
        return "P" in rules.protected([person(), made], SAID_ON)

    assert [text for text in TELL if not told(text)] == []
    assert [text for text in TELL_NOTHING if told(text)] == []


def test_a_paper_file_or_task_that_is_about_nobody_is_protected_by_itself(
    rules: Protection,
) -> None:
    for kind, name in (("Document", "text"), ("EvidenceItem", "note"), ("Task", "what")):
        for text, expected in (("she was raped there", {"X"}), ("a list of names", set())):
            record = RecordDraft(kind, "X", (ValueDraft(name, text),))
            assert rules.protected([person(), record], SAID_ON) == expected, kind
        assert rules.seals(kind, ValueDraft(name, "x"), is_protected=True)


def test_a_workspace_adds_words_of_its_own_as_aliases_of_a_method(tmp_path: Path) -> None:
    file = tmp_path / "own.vocabulary.yaml"
    file.write_text(
        "extends: torture_methods\naliases:\n  rape: {en: [taken to the garden], ar: [جلسة القهوة]}\n",
        encoding="utf-8",
    )
    own = protection(Vocabulary.load((file,)))
    shipped = protection(Vocabulary.load())
    for text in ("They were Taken to the Garden.", "بعد جلسةِ القهوة"):
        for made in ([person(ValueDraft("note", text))], [person(), paper(text)]):
            assert "P" in own.protected(made, SAID_ON), text
            assert "P" not in shipped.protected(made, SAID_ON), text


def test_an_alias_of_which_next_to_nothing_is_left_protects_nobody(tmp_path: Path) -> None:
    file = tmp_path / "own.vocabulary.yaml"
    file.write_text(
        'extends: torture_methods\naliases:\n  rape: {ar: ["نـــــ", "ـــــ"]}\n', encoding="utf-8"
    )
    own = protection(Vocabulary.load((file,)))
    for text, expected in (("نجار من حمص", frozenset()), ("اُغتُصبت", frozenset({"P"}))):
        assert own.protected([person(ValueDraft("note", text))], SAID_ON) == expected


def test_a_note_on_somebody_that_tells_of_sexual_violence_protects_them(rules: Protection) -> None:
    for note, expected in (("اُغتُصبت", frozenset({"P"})), ("a baker", frozenset())):
        assert rules.protected([person(ValueDraft("note", note))], SAID_ON) == expected


def test_papers_about_somebody_protected_are_sealed_and_relatives_are_not(
    rules: Protection,
) -> None:
    child = person(years("age", 12, 12))
    paper = RecordDraft(
        "Document", "P/Document:1", (ValueDraft("named", "Somebody"),), (("about", "P"),)
    )
    certificate = RecordDraft("Document", "P/Document:2", (ValueDraft("named", "Somebody"),))
    death = RecordDraft(
        "Death", "P/Death:1", (), (("victim", "P"), ("certificate", "P/Document:2"))
    )
    father = RecordDraft("Person", "F", (ValueDraft("name", "Father"),))
    related = RecordDraft("Relationship", "R", (), (("person", "P"), ("related_to", "F")))
    elsewhere = RecordDraft("Document", "D", (ValueDraft("named", "Other"),), (("about", "F"),))
    rows = [child, paper, certificate, death, father, related, elsewhere]
    found = rules.protected(rows, SAID_ON)
    assert found >= {"P", "P/Document:1", "P/Document:2"}
    assert not found & {"F", "D"}


def test_what_of_somebody_is_sealed(rules: Protection) -> None:
    def sealed(kind: str, draft: ValueDraft, *, of_protected: bool = True) -> bool:
        return rules.seals(kind, draft, is_protected=of_protected)

    for name in ("name", "name.kunya", "name.mother", "identifier", "register_number", "note"):
        assert sealed("Person", ValueDraft(name, "x"))
        assert not sealed("Person", ValueDraft(name, "x"), of_protected=False)
    for name in ("sex", "residence", "age", "occupation"):
        assert not sealed("Person", ValueDraft(name, "x"))
    assert not sealed("Arrest", ValueDraft("place", "SY04"))
    for kind, name in (
        ("Source", "identity"),
        ("FamilyContact", "phone"),
        ("FamilyContact", "note"),
        ("Testimony", "witness"),
        ("EvidenceItem", "brought_by"),
    ):
        assert sealed(kind, ValueDraft(name, "x"), of_protected=False), (kind, name)
    for name in ("person", "consent", "consent_for"):
        assert not sealed("FamilyContact", ValueDraft(name, "x"))


@pytest.mark.parametrize(
    ("lo", "hi", "is_sealed", "stays"),
    [
        ("2005-03-09", "2005-03-09", True, ("2005-03-01", "2005-03-31")),
        ("2004-02-10", "2004-02-12", True, ("2004-02-01", "2004-02-29")),
        ("2005-03-01", "2005-03-31", False, ("2005-03-01", "2005-03-31")),
        ("2005-01-01", "2005-12-31", False, ("2005-01-01", "2005-12-31")),
        ("2005-03-15", "2006-03-14", True, ("2005-03-01", "2006-03-31")),
        (None, "2005-03-09", True, (None, "2005-03-31")),
        (None, None, False, (None, None)),
    ],
)
def test_of_a_day_of_birth_the_month_stays(
    rules: Protection,
    lo: str | None,
    hi: str | None,
    is_sealed: bool,
    stays: tuple[str | None, str | None],
) -> None:
    draft = ValueDraft("birth_date", "x", lo, hi)
    assert rules.seals("Person", draft, is_protected=True) == is_sealed
    assert rules.stays("Person", draft) == stays == month_around(lo, hi)
    assert rules.stays("Person", ValueDraft("name", "x", lo, hi)) == Bounds(None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Person.birth_date"', '"Person.born"'),
        ('"Act.date"', '"Act.place"'),
        ('"name.kunya"', '"kunya"'),
        ('"Testimony.witness"', '"Testimony.interviewer"'),
        ('month_stays = ["birth_date"]', 'month_stays = ["name"]'),
        ('"FamilyContact.consent"', '"FamilyContact.agreed"'),
    ],
)
def test_a_rule_about_something_that_is_not_there_is_refused(
    vocabulary: Vocabulary, old: str, new: str
) -> None:
    text = files("bayyina.disclosure").joinpath(FILE)
    written = text.read_text(encoding="utf-8")
    assert old in written
    with pytest.raises(SmallFileError, match="the vocabulary does not have"):
        read_protection(written.replace(old, new), vocabulary)

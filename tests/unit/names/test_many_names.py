"""Many names at once: the same numbers, quickly; retrieval; the other script."""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

import numpy as np
import pytest

from bayyina.names import batches, matching, words
from bayyina.names.alignment import encode, encode_all, group_table
from bayyina.names.batches import compare_many, decide_many, like_words, score_many
from bayyina.names.comparing import compare_names, compare_tokens
from bayyina.names.matching import match_names
from bayyina.names.normal_forms import normal_form, script_of
from bayyina.names.origins import arabic_origin
from bayyina.names.romanizing import romanize
from bayyina.names.spelling_models import spelling_models
from tests.unit.names.syrian_names import NOT_SAME, SAME

PAIRS = SAME + NOT_SAME


@pytest.fixture
def always_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "FEW", 0)


def test_compiled_and_interpreted_give_the_same(always_compiled: None) -> None:
    alone = [compare_names(a, b) for a, b in PAIRS]
    assert score_many(PAIRS).tolist() == [found.score for found in alone]
    assert decide_many(PAIRS) == [(found.score, found.decision) for found in alone]
    assert compare_many(PAIRS) == alone
    words = [(a.split()[0], b.split()[0]) for a, b in PAIRS if a and b]
    assert like_words(words).tolist() == [compare_tokens(a, b) for a, b in words]


def test_nothing_gives_nothing() -> None:
    assert score_many([]).size == 0
    assert decide_many([]) == []
    assert like_words([]).size == 0
    assert list(match_names(["خالد"], [], 5)) == [[]]
    assert list(match_names([], ["خالد"], 5)) == []
    assert list(match_names(["", "خالد"], ["", "؟"], 5)) == [[], []]


def invented(count: int) -> list[str]:
    """Names of three parts out of invented ones."""
    draw = random.Random(11)
    parts = [name.split() for name, _ in SAME if script_of(name) == "arabic" and "ال" not in name]
    words = sorted({word for part in parts for word in part if len(word) > 2})
    return [" ".join(draw.sample(words, 3)) for _ in range(count)]


def test_the_index_finds_what_comparing_all_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = [b for _, b in SAME] + invented(1500)
    queries = [a for a, _ in SAME[:20]]
    whole = list(match_names(queries, candidates, 3))
    monkeypatch.setattr(matching, "WHOLE", 0)
    indexed = list(match_names(queries, candidates, 3))
    assert [found[0] for found in indexed] == [found[0] for found in whole]
    assert all(found[0].score >= found[-1].score for found in whole)


def test_equal_candidates_are_one_and_equal_scores_keep_their_order() -> None:
    candidates = ["Omar Zaza", "Khaled Kandil", "Khaled  Kandil", "Khaled Kandil"]
    (found,) = match_names(["Khaled Kandil"], candidates, 5)
    assert [match.candidate for match in found[:2]] == ["Khaled Kandil", "Khaled  Kandil"]
    assert found[0].score == found[1].score == 1


def test_one_name_in_very_many_rows_costs_no_square() -> None:
    started = time.process_time()
    found = list(match_names(["خالد قنديل"] * 20_000, ["Khaled Kandil"] * 20_000, 1))
    assert len(found) == 20_000
    assert found[0] == found[-1]
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("محمد", "Muhammad"),
        ("خالد الخطيب", "Khalid al-Khatib"),
        ("Youssef", "يوسف"),
        ("عبد الرحمن", "Abdulrahman"),
    ],
)
def test_names_are_spelled_in_the_other_script(name: str, first: str) -> None:
    found = romanize(name)
    assert found[0].text == first
    assert abs(sum(spelling.score for spelling in found) - 1) < 0.01
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("كنفاني", "Kanafani"),
        ("الكواكبي", "al-Kawakibi"),
        ("القوتلي", "al-Quwatli"),
        ("زيتونة", "Zaytuna"),
        ("الطنطاوي", "al-Tantawi"),
        ("الشيشكلي", "al-Shishakli"),
        ("بكداش", "Bakdash"),
        ("قواص", "Qawas"),
        ("فلحوط", "Falhout"),
        ("كيالي", "Kayali"),
    ],
)
def test_words_of_no_list_have_their_usual_spelling(name: str, usual: str) -> None:
    assert usual in [spelling.text for spelling in romanize(name)]


@pytest.mark.parametrize(
    ("name", "first"),
    [("Şivan", "شيفان"), ("Doğan", "دوغان"), ("Şêrko", "شيركو"), ("Hêvî", "هيفي")],
)
def test_marks_of_turkish_and_kurdish_are_read(name: str, first: str) -> None:
    assert romanize(name)[0].text == first


def test_c_is_j_beside_turkish_letters_alone() -> None:
    assert "ج" in romanize("Öcalan")[0].text
    assert "ج" not in romanize("Marcos")[0].text


@pytest.mark.parametrize("name", ["زعيتر", "بوظو", "الجاجة", "Zuaiter", "Kandil", "ظاظا"])
def test_any_name_has_spellings_that_are_like_it(name: str) -> None:
    found = romanize(name, 3)
    assert len(found) == 3
    assert compare_names(name, found[0].text).score > 0.4


@pytest.mark.parametrize("name", ["", "😀", "Сергей", "محمدx", "123"])
def test_what_cannot_be_spelled_has_no_spelling(name: str) -> None:
    assert romanize(name) == []


def words_of(path: Path) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if len(row) > 1:
                a, b = normal_form(row[0]), normal_form(row[1])
                if " " not in a + b and (script_of(a), script_of(b)) == ("arabic", "latin"):
                    found.setdefault(a, set()).add(b)
    return {a: sorted(forms) for a, forms in sorted(found.items())}


@pytest.mark.data
def test_names_of_three_parts_from_a_list_that_nothing_was_learned_from(test_data: Path) -> None:
    words = words_of(test_data / "records" / "gaza_moh" / "dict_ar_en.csv")
    draw = random.Random(3)
    true, wrong = [], []
    for _ in range(2000):
        parts = draw.sample(sorted(words), 4)
        right = [draw.choice(words[part]) for part in parts]
        place = draw.randrange(3)
        if words[parts[place]] == words[parts[3]]:
            continue
        changed = [*right[:3]]
        changed[place] = right[3]
        true.append((" ".join(parts[:3]), " ".join(right[:3])))
        wrong.append((" ".join(parts[:3]), " ".join(changed)))
    scores, others = score_many(true), score_many(wrong)
    limit = np.sort(others)[::-1][int(0.005 * len(others))]
    recall = float((scores > limit).mean())
    assert recall >= 0.90, "fewer names are found across the scripts"


@pytest.mark.data
def test_single_words_find_their_romanisation_first(test_data: Path) -> None:
    lines = (test_data / "linkage" / "arabic" / "google_ar2en_eval.txt").read_text("utf-8")
    rows = [line.split("\t") for line in lines.splitlines()]
    candidates = [b for _, b in rows]
    found = match_names([a for a, _ in rows[:300]], candidates, 1)
    first = [
        bool(matches) and matches[0].candidate == b
        for matches, (_, b) in zip(found, rows, strict=False)
    ]
    assert sum(first) / 300 >= 0.94


@pytest.mark.parametrize(
    ("name", "usual"),
    [("بيترسون", "Peterson"), ("هوفمان", "Hoffman"), ("ميتشل", "Mitchel")],
)
def test_european_names_are_spelled_by_what_was_learned(name: str, usual: str) -> None:
    assert usual in [spelling.text for spelling in romanize(name)]
    assert arabic_origin(name) < -0.5 < arabic_origin("عيسمي")


def test_one_spelling_is_the_first_of_many() -> None:
    for name in ("بيترسون", "القواص", "حمشو", "Hoffmann"):
        several = romanize(name, 8)
        assert romanize(name, 1)[0].text == several[0].text
        assert len({one.text for one in several}) == len(several) == 8


def test_words_cut_all_at_once_are_as_cut_one_by_one() -> None:
    """Groups of letters of many words are those of each, of any script and length."""
    dice = random.Random(7)
    letters = ("ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژڤگ", "abcdefghijklmnopqrstuvwxyz'9", "ابjabcдз")
    spelled = (
        "".join(dice.choices(dice.choice(letters), k=dice.randrange(46))) for _ in range(900)
    )
    forms = list(dict.fromkeys(words.word_of(text).form for text in spelled))
    for model in spelling_models():
        for inventory in (model.first, model.second):
            codes, sizes = encode_all(forms, group_table(inventory))
            each = [encode(form, inventory) for form in forms]
            assert sizes.tolist() == [len(one) for one in each]
            assert (codes == np.concatenate(each)).all()

"""Numbers on cards along a set: what leaves the run is pointed out, and what runs is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bayyina.media.card_readings import CardCollector, CardTableError, read_cards
from bayyina.media.card_series import CardReading, CardShot, card_findings, split_number
from bayyina.media.findings import indicator
from bayyina.media.results import OK, FileReport

START = datetime(2013, 5, 1, 8, tzinfo=UTC)


def shots(*numbers: int | str, each: int = 1, branch: str = "215") -> list[CardShot]:
    """Photographs without counter or clock, so many of each card."""
    wanted = [number for number in numbers for _ in range(each)]
    return [
        CardShot(place, CardReading(str(number), branch)) for place, number in enumerate(wanted)
    ]


def found(given: list[CardShot]) -> list[tuple[int, str]]:
    return sorted((place, seen.sentence) for place, seen in card_findings(given))


def test_numbers_that_run_with_the_files_have_nothing_to_point_out() -> None:
    assert found(shots(*range(1001, 1021), each=4)) == []
    assert (
        found(shots(*range(1001, 3001, 100))) == []
    )  # a run with gaps everywhere is no unbroken one


def test_a_number_that_leaves_the_run_is_named() -> None:
    (one,) = card_findings(shots(1001, 1002, 1003, 1950, 1004, 1005, 1006))
    place, seen = one
    assert (place, seen.sentence, seen.numbers["number"]) == (3, "order", 1950)
    made = indicator(seen, "ab")
    assert made.finding["en"] == (
        "Along 7 photographs by the order of the files, the detainee number on the card in this"
        " one (1950) leaves the run of the others."
    )
    assert "ترتيب الملفات" in made.finding["ar"]
    assert "رقم المعتقل" in made.finding["ar"]
    assert made.false_alarm_rate is None
    assert "no series to measure on" in made.reference_set["en"]
    assert "غير مقيسة" in made.reference_set["ar"]
    assert len(made.explanations["en"]) == len(made.explanations["ar"]) >= 4


def test_a_gap_in_an_unbroken_run_is_named_once_though_a_card_was_misread() -> None:
    numbers = [n for n in range(1001, 1031) if n not in (1010, 1011)]
    given = shots(*numbers[:20], 9999, *numbers[20:], each=2)
    named = [(seen.sentence, seen.numbers["number"]) for _, seen in card_findings(given)]
    assert sorted(named) == [("gap", 1012), ("order", 9999), ("order", 9999)]


def test_a_number_that_stands_at_different_times_is_named() -> None:
    given = [
        CardShot(n, CardReading(str(1001 + n // 3)), taken=START + timedelta(minutes=n))
        for n in range(9)
    ]
    assert found(given) == []
    late = CardShot(9, CardReading("1001"), taken=START + timedelta(days=40))
    assert found([*given, late]) == [(9, "apart")]
    (_, seen), = card_findings([*given, late])  # fmt: skip
    assert (seen.numbers["others"], seen.numbers["days"]) == (3, 40.0)


def test_the_cameras_counter_goes_before_clock_and_file_order() -> None:
    given = [
        CardShot(9 - n, CardReading(str(1001 + n)), 9_995 + n if n < 5 else n - 4,
                 START + timedelta(minutes=n))
        for n in range(10)
    ]  # fmt: skip
    assert found(given) == []
    given[3] = given[3]._replace(card=CardReading("1950"))
    (place, seen), = card_findings(given)  # fmt: skip
    assert (place, seen.numbers["basis"]) == (6, "the camera's counter")
    timed = [shot._replace(counter=None) for shot in given]
    assert [seen.numbers["basis"] for _, seen in card_findings(timed)] == ["the camera's clock"]


def test_branches_cameras_and_forewords_are_counted_apart() -> None:
    one, other = shots(*range(1001, 1011)), shots(*range(1, 11), branch="227")
    mixed = [
        shot._replace(place=2 * at + side)
        for side, series in enumerate((one, other))
        for at, shot in enumerate(series)
    ]
    assert found(mixed) == []
    assert found(shots("J 5", "J 6", "1001", "J 7", "J 8", "1002", "J9")) == []
    lenses = [shot._replace(camera=f"Camera {shot.place % 2}") for shot in mixed]
    assert found(lenses) == []


def test_examination_numbers_go_on_across_branches() -> None:
    given = [CardShot(n, CardReading("", ("215", "227")[n % 2], str(50 + n))) for n in range(8)]
    assert found(given) == []
    given[4] = given[4]._replace(card=CardReading("", "215", "900"))
    named = [(p, s.sentence, s.numbers["what"]) for p, s in card_findings(given)]
    assert named == [(4, "order", "examination number")]


def test_numbers_that_do_not_run_or_are_few_give_no_outliers() -> None:
    assert found(shots(5, 1, 9, 3, 7, 2, 8, 4, 6, 10)) == []
    assert found(shots(1005, 1005, 1005, 1005, 1002)) == []
    assert found([]) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("٠١٠٢٠", ("", 1020)), ("J/ 12", ("j/", 12)), ("?", None), ("", None), ("12a", None),
     ("9" * 16, ("9", 999_999_999_999_999))],
)  # fmt: skip
def test_the_number_that_ends_a_text(text: str, said: tuple[str, int] | None) -> None:
    assert split_number(text) == said


def table(folder: Path, text: str) -> Path:
    file = folder / "cards.csv"
    file.write_text(text, encoding="utf-8")
    return file


def report(path: Path | str) -> FileReport:
    return FileReport(str(path), f"digest of {path}", "image/jpeg", OK, "")


def test_rows_are_laid_to_files_by_path_or_by_name(tmp_path: Path) -> None:
    rows = "".join(f"{'a/' if n % 2 else ''}{n}.jpg,{1000 + n},215\n" for n in range(10))
    cards = read_cards(table(tmp_path, f"Path,Number,Branch\n{rows}gone.jpg,1,\nodd.jpg,?,215\n"))
    assert cards["a/3.jpg"] == CardReading("1003", "215")
    collector = CardCollector({**cards, "a/3.jpg": CardReading("7000", "215")}, tmp_path)
    for n in range(10):
        folder = tmp_path / "a" if n % 2 else tmp_path / "elsewhere"
        collector.add(n, report(folder / f"{n}.jpg"))
    collector.add(10, report(tmp_path / "odd.jpg"))
    (named,) = collector.indicators().items()
    assert (named[0], named[1][0].method) == (3, "series-cards")
    assert named[1][0].input_sha256 == f"digest of {tmp_path / 'a' / '3.jpg'}"
    assert collector.unmatched() == ["gone.jpg"]
    assert collector.without_number() == ["odd.jpg"]


def test_a_name_that_two_files_have_is_told_and_a_copy_is_not(tmp_path: Path) -> None:
    collector = CardCollector({"1.jpg": CardReading("5")}, tmp_path)
    first = report(tmp_path / "b" / "1.jpg")
    collector.add(0, first)
    collector.add(1, FileReport(str(tmp_path / "c" / "1.jpg"), first.sha256, None, OK, ""))
    assert collector.ambiguous() == []
    collector.add(2, report(tmp_path / "d" / "1.jpg"))
    assert collector.ambiguous() == ["1.jpg"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,number\na.jpg,1\n", "no column path"),
        ("path,card\na.jpg,1\n", "no column number"),
        ("path,number\n,1\n", "names no photograph"),
        ("path,number\na.jpg,1\na.jpg,2\n", "other numbers"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(CardTableError, match=said) as refused:
        read_cards(table(tmp_path, text))
    assert refused.value.hint

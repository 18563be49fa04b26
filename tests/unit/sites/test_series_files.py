"""Series are read from any usual CSV; what cannot be read is said in one sentence."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from bayyina.errors import FileUnreadableError, InputError
from bayyina.sites.day_texts import read_days
from bayyina.sites.scenes import FICTIONAL
from bayyina.sites.series_files import read_series

DAYS = [date(2020, 1, 1) + timedelta(days=6 * i) for i in range(40)]


def written(tmp_path: Path, text: str | bytes, name: str = "series.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "form",
    ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y%m%dT102031Z", "%Y-%m-%dT10:20:31.5Z",
     "%Y-%m-%d 10:20:31+03:00", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%b %d, %Y", "%Y%j"],
)  # fmt: skip
def test_days_are_read_in_any_usual_form(form: str) -> None:
    assert read_days([day.strftime(form) for day in DAYS]) == DAYS


def test_arabic_digits_are_digits() -> None:
    assert read_days(["٢٠٢٠-٠٣-٠٤"]) == [date(2020, 3, 4)]


def test_days_and_months_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="told apart"):
        read_days(["03/04/2020", "01/02/2020", "05/06/2020", "02/01/2020"])


def test_what_is_no_day_is_nothing() -> None:
    assert read_days(["2020-02-30", "soon", "2020-366", "2020-02-29"]) == [
        None,
        None,
        None,
        date(2020, 2, 29),
    ]


def test_bands_clearness_and_control_are_told_apart(tmp_path: Path) -> None:
    rows = [f"{day},{i},{2 * i},{i % 2},{i - 1},x" for i, day in enumerate(DAYS)]
    text = "Date,red,nir,clear,control_RED,sensor\n" + "\n".join(rows)
    series = read_series(written(tmp_path, text))
    assert series.bands == ("red", "nir")
    assert series.weights.tolist() == [float(i % 2) for i in range(40)]
    assert series.control is not None
    assert series.control[:, 0].tolist() == [float(i - 1) for i in range(40)]
    assert np.isnan(series.control[:, 1]).all()
    assert series.notes == ("Columns without numbers were left out: sensor.",)


@pytest.mark.parametrize(
    ("cell", "weight"),
    [("1", 1.0), ("0", 0.0), ("0.25", 0.25), ("true", 1.0), ("No", 0.0), ("", 0.0), ("nan", 0.0)],
)
def test_clearness_in_words_and_numbers(tmp_path: Path, cell: str, weight: float) -> None:
    text = f"date,red,clear\n2020-01-01,1,{cell}\n2020-01-02,2,1\n"
    assert read_series(written(tmp_path, text)).weights[0] == weight


def test_classes_of_a_product_say_what_is_clear(tmp_path: Path) -> None:
    rows = "".join(f"{735600 + k},{k},{k % 5},8\n" for k in range(20))
    series = read_series(written(tmp_path, "dates,red,qa,sensor\n" + rows))
    assert series.bands == ("red",)
    assert series.days[0] == date(2015, 1, 2).toordinal()
    assert series.weights.tolist() == [1.0, 1.0, 0.0, 0.0, 0.0] * 4
    text = "date,red,SCL\n2020-01-01,1,4\n2020-01-02,2,9\n2020-01-03,3,11\n"
    assert read_series(written(tmp_path, text)).weights.tolist() == [1.0, 0.0, 0.0]
    text = "date,red,clear,qa\n2020-01-01,1,0,0\n2020-01-02,2,1,4\n"
    assert read_series(written(tmp_path, text)).weights.tolist() == [0.0, 1.0]


def test_missing_values_of_any_spelling_are_missing(tmp_path: Path) -> None:
    cells = ["", "NA", "nan", "null", "-9999", "inf", "1e300", "cloudy"]
    text = "date,red\n" + "\n".join(f"{d},{c}" for d, c in zip(DAYS, cells, strict=False))
    series = read_series(written(tmp_path, text + f"\n{DAYS[20]},5\n"))
    assert np.isnan(series.values[:8, 0]).all()
    assert series.values[8, 0] == 5
    assert series.notes == ("1 cells that are no numbers were left out.",)


def test_semicolons_with_decimal_commas_tabs_and_byte_order_marks(tmp_path: Path) -> None:
    plain = "date;red;nir\n2020-01-01;0,25;1\n2020-01-07;0,5;2\n"
    assert read_series(written(tmp_path, plain)).values[:, 0].tolist() == [0.25, 0.5]
    tabs = plain.replace(";", "\t").replace(",", ".")
    assert read_series(written(tmp_path, "\ufeff" + tabs)).values[1].tolist() == [0.5, 2.0]
    assert read_series(written(tmp_path, tabs.encode("utf-16"))).values[1].tolist() == [0.5, 2.0]


def test_rows_without_a_day_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [f"{day if i % 4 else '?'},{i}" for i, day in enumerate(DAYS)]
    series = read_series(written(tmp_path, "date,red\n" + "\n".join(rows)))
    assert len(series.days) == 30
    assert series.notes == ("10 rows without a readable date were left out.",)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", FileUnreadableError, "is empty"),
        ("\n \n", FileUnreadableError, "is empty"),
        (bytes(range(256)), FileUnreadableError, "no text"),
        ("when,red\n2020-01-01,1\n", FileUnreadableError, "no column `date`"),
        ("date\n2020-01-01\n", InputError, "values of a band"),
        ("date,red\n2020-01-01,a\n", InputError, "values of a band"),
        ("date,control_red\n2020-01-01,1\n", InputError, "values of a band"),
        ("date,red\nx,1\ny,2\n2020-01-01,3\n", InputError, "dates cannot be read"),
        ("date,red,red\n2020-01-01,1,2\n", InputError, "more than once"),
        ("date,red,clear\n2020-01-01,1,-3\n", InputError, "no weights"),
        ("date,red\n01/02/2020,1\n05/06/2020,2\n02/03/2020,3\n", InputError, "told apart"),
    ],
)
def test_what_is_no_series_is_refused_in_one_sentence(
    tmp_path: Path, text: str | bytes, error: type[InputError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        read_series(written(tmp_path, text))
    assert caught.value.message.endswith(".")
    assert caught.value.hint


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match="cannot be read"):
        read_series(tmp_path / "none.csv")
    with pytest.raises(FileUnreadableError, match="cannot be read"):
        read_series(tmp_path)


def test_rubbish_never_breaks_out(tmp_path: Path) -> None:
    made = random.Random(5)
    signs = 'date,red;\t"\n0123456789-.eE٣ x\x00/:'
    for _ in range(300):
        text = "date,red\n" + "".join(made.choices(signs, k=made.randrange(80)))
        said = None
        try:
            read_series(written(tmp_path, text))
        except InputError as error:
            said = error.message
        assert said is None or said.endswith(".")


def test_the_mark_of_an_invented_series_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = "date,red\n2024-01-01,0.1\n2024-01-06,0.2\n"
    path.write_text(f"# {FICTIONAL}\n{rows}", "utf-8")
    assert FICTIONAL in read_series(path).notes
    path.write_text(f"# a comment\n{rows}", "utf-8")
    assert read_series(path).notes == ()

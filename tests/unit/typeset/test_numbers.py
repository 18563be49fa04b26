import pytest

from bayyina.errors import InputError
from bayyina.model.partial_dates import read_date, write_date
from bayyina.typeset.languages import language_of
from bayyina.typeset.numbers import month_name, plural_category, write_digits, write_number


@pytest.mark.parametrize(
    ("lang", "numerals", "written"),
    [
        ("en", "latn", "15,051"),
        ("ar", "latn", "15,051"),
        ("ar", "arab", "١٥٬٠٥١"),
        ("en", "arab", "15,051"),
    ],
)
def test_numbers_are_grouped_in_the_digits_asked_for(lang, numerals, written):
    assert write_number(15051, lang, numerals) == written


def test_years_are_not_grouped():
    assert write_digits("31 آب 2023", "ar", "arab") == "٣١ آب ٢٠٢٣"
    assert write_digits("2023", "ar") == "2023"


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_months_are_those_of_written_dates(month, lang):
    assert write_date(read_date(f"2013-{month:02}"), lang) == f"{month_name(month, lang)} 2013"


@pytest.mark.parametrize(
    ("number", "category"),
    [(0, "zero"), (1, "one"), (2, "two"), (6, "few"), (17, "many"), (100, "other"), (190, "many")],
)
def test_arabic_has_six_plural_categories(number, category):
    assert plural_category(number, "ar") == category


def test_unknown_language_and_digits_are_refused():
    with pytest.raises(InputError, match="'fr'"):
        language_of("fr")
    with pytest.raises(InputError, match="roman"):
        write_number(1, "ar", "roman")

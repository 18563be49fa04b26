import re
import xml.etree.ElementTree as ET

import pytest
import vl_convert

from bayyina.errors import InputError
from bayyina.typeset.charts import Bar, BarChart, chart_svg

NAMESPACE = "{http://www.w3.org/2000/svg}"


def bars(*labelled, possible=0):
    return tuple(Bar(label, value, f"{value:,}", value + possible) for label, value in labelled)


def places(svg):
    """Text and horizontal place of every text of a drawing, transformations added up."""
    found = {}

    def walk(element, x):
        shift = re.match(r"translate\(([-0-9.]+)", element.get("transform", ""))
        x += float(shift.group(1)) if shift else 0.0
        if element.tag == f"{NAMESPACE}text" and element.text:
            found[element.text] = x
        for child in element:
            walk(child, x)

    walk(ET.fromstring(svg), 0.0)  # noqa: S314
    return found


def test_every_bar_has_its_name_and_number():
    svg = chart_svg(BarChart("en", bars(("Homs", 1200), ("Hama", 34)), is_upright=False))
    assert {"Homs", "Hama", "1,200", "34"} <= set(places(svg))


def test_time_runs_with_the_script():
    years = bars(("2011", 4), ("2012", 9), ("2013", 2))
    english = places(chart_svg(BarChart("en", years, is_upright=True)))
    arabic = places(chart_svg(BarChart("ar", years, is_upright=True)))
    assert english["2011"] < english["2012"] < english["2013"]
    assert arabic["2011"] > arabic["2012"] > arabic["2013"]


def test_names_stand_on_the_side_where_reading_begins():
    rows = (("دمشق", 7), ("حلب", 5))
    english = places(chart_svg(BarChart("en", bars(*rows), is_upright=False)))
    arabic = places(chart_svg(BarChart("ar", bars(*rows), is_upright=False)))
    assert english["دمشق"] < english["7"]
    assert arabic["دمشق"] > arabic["7"]


def test_a_month_of_two_words_is_written_in_two_lines():
    months = bars(("كانون الثاني", 3), ("شباط", 1))
    assert {"كانون", "الثاني", "شباط"} <= set(
        places(chart_svg(BarChart("ar", months, is_upright=True)))
    )


def test_uncertain_bars_get_a_line_to_what_is_possible():
    certain = chart_svg(BarChart("en", bars(("a", 5)), is_upright=False))
    uncertain = chart_svg(BarChart("en", bars(("a", 5), possible=3), is_upright=False))
    assert uncertain.count("mark-rule") == certain.count("mark-rule") + 1


def test_hostile_names_stay_text():
    name = "</text><script>x</script> 監\u202e"
    svg = chart_svg(BarChart("en", bars((name, 5)), is_upright=False))
    assert "<script" not in svg
    assert "</text><script>x</script> [U+76E3]\ufffd" in places(svg)


def test_the_same_chart_gives_the_same_bytes():
    chart = BarChart("ar", bars(("دمشق", 7), ("غير معروف", 1)), is_upright=False)
    assert chart_svg(chart) == chart_svg(chart)


def test_a_chart_of_zeros_is_drawn():
    assert "0" in places(chart_svg(BarChart("en", bars(("2011", 0)), is_upright=True)))


def test_a_chart_without_bars_is_refused():
    with pytest.raises(InputError, match="at least one bar"):
        chart_svg(BarChart("en", (), is_upright=True))


def test_no_specification_is_given_an_address(monkeypatch):
    """The drawing engine is told that no address is allowed, and gets all data inside."""
    asked = []

    def record(specification, **options):
        asked.append((specification, options))
        return '<svg width="1" height="1"></svg>'

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", record)
    chart_svg(BarChart("en", bars(("a", 1)), is_upright=True))
    [(specification, options)] = asked
    assert options["allowed_base_urls"] == []
    assert list(specification["data"]) == ["name"]
    assert list(specification["datasets"]) == [specification["data"]["name"]]
    assert "url" not in str(specification).replace(specification["$schema"], "")


def test_the_engine_refuses_addresses():
    specification = {"data": {"url": "http://127.0.0.1:9/x.csv"}, "mark": "bar", "encoding": {}}
    with pytest.raises(ValueError, match="not allowed"):
        vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])

"""Targets: what may be asked for, what follows from it, and what is refused."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.errors import BayyinaError, FileUnreadableError, InputError
from bayyina.scenario import ScenarioFigure, october_2023, read_targets, resolve_targets
from bayyina.scenario.cells import Cells, cells_of, scale_cells, targets_of

PUBLISHED = october_2023().published()


def test_the_published_figures_do_not_contradict_each_other() -> None:
    assert resolve_targets() == PUBLISHED
    assert targets_of(cells_of(PUBLISHED)) == PUBLISHED


def test_every_figure_has_both_languages_and_a_place_in_the_report() -> None:
    scenario = october_2023()
    ids = [figure.id for figure in scenario.figures]
    assert len(set(ids)) == len(ids)
    for figure in scenario.figures:
        assert figure.section in scenario.sections
        assert figure.source in scenario.sources
        assert figure.query.startswith("count ")
        assert "known at" in figure.query
        for text in (figure.title, figure.note or figure.title):
            assert all(text[lang].strip() for lang in ("en", "ar"))
        if figure.part_of:
            assert ids.index(figure.part_of) < ids.index(figure.id)


def test_no_number_of_the_report_stands_anywhere_else_in_the_product() -> None:
    package = Path(__file__).parents[3] / "src" / "bayyina"
    large = [n for n in PUBLISHED.values() if n > 800 and n != 2021]  # 2021 is a year as well
    numbers = {f"{n}" for n in large} | {f"{n:,}" for n in large} | {f"{n:_}" for n in large}
    for path in [*package.rglob("*.py"), *package.rglob("*.toml")]:
        # the example of two lists that is refused holds the published overlap; nothing counts from it
        if path.name not in ("october_2023.toml", "examples.toml"):
            text = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert not numbers & set(re.findall(r"\d[\d,_]*\d", text)), path


@pytest.mark.parametrize(
    ("targets", "named"),
    [
        ({"held": 100, "disappeared": 101}, ("held", "disappeared")),
        ({"torture-deaths": 10, "torture-deaths-children": 11}, ("torture-deaths-children",)),
        (
            {"disappeared": 9, "held": 10, "held-children": 8, "disappeared-children": 5},
            ("disappeared", "held", "held-children", "disappeared-children"),
        ),
        (
            {"death-sentences": 9, "sentences-commuted": 3, "sentences-carried-out": 5},
            ("death-sentences", "sentences-commuted", "sentences-carried-out"),
        ),
        (
            {"identified-already-known": 100, "torture-deaths": 110, "torture-deaths-2023": 20},
            ("identified-already-known", "torture-deaths", "torture-deaths-2023"),
        ),
        ({"order-released": 247, "order-arrests": 246}, ("order-released", "order-arrests")),
        ({"held-women": 5000, "disappeared-women": 5739}, ("held-women", "disappeared-women")),
    ],
)
def test_a_contradiction_is_one_sentence_that_names_the_figures(
    targets: dict[str, int], named: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        resolve_targets(targets)
    assert "\n" not in str(caught.value)
    message = caught.value.message
    assert all(f"'{name}'" in message for name in named)
    assert set(re.findall(r"'([^']+)'", message)) <= targets.keys()


def test_men_cannot_be_more_among_the_disappeared_than_among_the_held() -> None:
    targets = {
        "held": 10,
        "held-children": 5,
        "held-women": 4,
        "disappeared": 5,
        "disappeared-children": 1,
        "disappeared-women": 1,
    }
    with pytest.raises(InputError, match=r"'disappeared' - .* larger than 'held' - "):
        resolve_targets(targets)


@pytest.mark.parametrize("value", [-1, 1.5, "12", True, None, 10_000_001])
def test_a_value_that_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="'held'"):
        resolve_targets({"held": value})  # type: ignore[dict-item]


def test_an_unknown_figure_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(InputError, match="Did you mean 'held-women'"):
        resolve_targets({"held-woman": 3})


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_no_positive_number_is_refused(scale: float) -> None:
    with pytest.raises(InputError, match="scale"):
        resolve_targets(scale=scale)


def test_what_is_left_out_follows_from_what_is_given() -> None:
    half = resolve_targets({"held": 67819})
    assert half["held-children"] == 1846
    assert half["disappeared"] == 48051
    assert half["torture-deaths"] == 15051
    assert resolve_targets({"sentences-commuted": 100})["death-sentences"] == 100 + 7872
    assert resolve_targets({"death-sentences": 10000})["sentences-commuted"] == 4696
    assert resolve_targets({"death-sentences": 10000})["sentences-carried-out"] == 5304
    bodies = resolve_targets({"photographed-bodies": 20, "identified-already-known": 2})
    assert bodies["bodies-identified"] == 2 + bodies["identified-not-known"] <= 20


@given(st.sampled_from([f for f in october_2023().figures if not f.part_of]), st.data())
def test_any_whole_can_be_set_alone(figure: ScenarioFigure, data: st.DataObject) -> None:
    value = data.draw(st.integers(0, 20000))
    assert resolve_targets({figure.id: value})[figure.id] == value


@pytest.mark.parametrize(
    ("targets", "grown"),
    [
        ({"held": 903, "held-children": 900, "disappeared": 902}, {"disappeared-children": 899}),
        ({"held": 903, "held-women": 900, "disappeared": 902}, {"disappeared-women": 899}),
        ({"disappeared-children": 200000}, {"held-children": 200000}),
        ({"torture-deaths-children": 20000}, {"torture-deaths": 20000}),
        ({"torture-deaths": 9, "torture-deaths-2023": 9}, {"identified-already-known": 0}),
    ],
)
def test_what_is_left_out_grows_or_shrinks_until_everything_holds(
    targets: dict[str, int], grown: dict[str, int]
) -> None:
    completed = resolve_targets(targets)
    assert targets.items() <= completed.items()
    assert grown.items() <= completed.items()
    assert targets_of(cells_of(completed)) == completed


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    known=st.integers(0, 5000),
    numbers=st.lists(st.one_of(st.integers(0, 5), st.integers(0, 5000)), min_size=24, max_size=24),
    kept=st.sets(st.sampled_from(sorted(PUBLISHED))),
)
def test_any_part_of_consistent_targets_is_completed(
    known: int, numbers: list[int], kept: set[str]
) -> None:
    cells = _cells_from(numbers)
    cells["bodies"]["known"] = min(known, cells["deaths"]["man-earlier"])
    given_part = {name: n for name, n in targets_of(cells).items() if name in kept}
    completed = resolve_targets(given_part)
    assert given_part.items() <= completed.items()
    assert targets_of(cells_of(completed)) == completed
    assert all(n >= 0 for family in cells_of(completed).values() for n in family.values())
    assert completed["identified-already-known"] <= (
        completed["torture-deaths"] - completed["torture-deaths-2023"]
    )


@given(
    known=st.integers(0, 200),
    factor=st.floats(0.001, 3),
    numbers=st.lists(st.integers(0, 5000), min_size=24, max_size=24),
)
def test_scaling_keeps_every_sum_and_every_limit(
    known: int, factor: float, numbers: list[int]
) -> None:
    cells = _cells_from(numbers)
    cells["bodies"]["known"] = min(known, cells["deaths"]["man-earlier"])
    targets = targets_of(cells)
    assert cells_of(resolve_targets(targets)).keys() == cells.keys()
    scaled = resolve_targets(targets, scale=factor)
    assert resolve_targets(scaled) == scaled
    for whole in ("torture-deaths", "held", "death-sentences", "order-arrests"):
        assert abs(scaled[whole] - targets[whole] * factor) <= 0.5 + 1e-6


def _cells_from(numbers: list[int]) -> Cells:
    """Fill the published families of cells with other numbers."""
    values = iter([*numbers, *numbers])
    cells = {
        family: {name: next(values) for name in members}
        for family, members in cells_of(PUBLISHED).items()
    }
    people = sum(cells["order-people"].values())
    released = min(people, cells["order-outcomes"]["released"])
    lost = min(people - released, cells["order-outcomes"]["disappeared"])
    outcomes = {"released": released, "disappeared": lost, "held": people - released - lost}
    return {**cells, "order-outcomes": outcomes}


def test_scaled_totals_are_the_rounded_totals() -> None:
    scaled = scale_cells(cells_of(PUBLISHED), 0.5)
    assert targets_of(scaled)["held"] == 67819
    assert targets_of(scaled)["torture-deaths"] == 7526


def test_targets_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "targets.json"
    path.write_text(json.dumps({"held": 1200}), encoding="utf-8")
    assert read_targets(path) == {"held": 1200}


@pytest.mark.parametrize("text", ["", "held: 3", "[1]", '{"held": "3"}', '{"hold": 3}'])
def test_a_targets_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "targets.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BayyinaError) as caught:
        read_targets(path)
    assert caught.value.exit_status == 2


def test_a_targets_file_that_is_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match="cannot be read"):
        read_targets(tmp_path / "none.json")

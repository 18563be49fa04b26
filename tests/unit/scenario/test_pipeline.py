"""From the raw files through the product's own reader and engine to the figures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.scenario import Truth, invent, october_2023, resolve_targets, write_lists
from bayyina.scenario.sampling import read_data
from bayyina.scenario.writing import LISTS
from bayyina.tables.mapping import Mapping
from tests.unit.scenario.pipeline import Pipeline
from tests.unit.scenario.raw_lists import count_raw
from tests.unit.scenario.test_lists import CASES, changed

SCALE = 0.02


def count(pipeline: Pipeline, folder: Path) -> dict[str, int]:
    with pipeline.engine(folder) as engine:
        return {one.id: engine.count(one.query).value for one in october_2023().figures}


@pytest.fixture(scope="module")
def truth() -> Truth:
    return invent(scale=SCALE)


@pytest.fixture(scope="module")
def pipeline(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    pipeline = Pipeline()
    pipeline.take(write_lists(tmp_path_factory.mktemp("lists"), truth=truth))
    return pipeline


def test_the_figures_are_the_targets(pipeline: Pipeline, tmp_path: Path) -> None:
    assert count(pipeline, tmp_path) == resolve_targets(scale=SCALE)


def test_figures_with_vague_dates_have_a_range(pipeline: Pipeline, tmp_path: Path) -> None:
    with pipeline.engine(tmp_path) as engine:
        for one in ("torture-deaths", "held"):
            query = next(figure.query for figure in october_2023().figures if figure.id == one)
            certain, possible = engine.count(query).range
            assert certain < possible


def test_what_was_told_later_is_not_known_in_october(pipeline: Pipeline, tmp_path: Path) -> None:
    query = "count persons with Death(manner=torture, by=syrian-government-to-2024) in 2011-03/2022"
    with pipeline.engine(tmp_path) as engine:
        october = engine.count(f"{query} known at 2023-10-10").value
        february = engine.count(f"{query} known at 2024-02-22").value
    assert october < february


@pytest.mark.slow
def test_the_figures_are_those_published(tmp_path: Path) -> None:
    pipeline = Pipeline()
    pipeline.take(write_lists(tmp_path / "lists"))
    assert count(pipeline, tmp_path / "snapshot") == october_2023().published()


@pytest.mark.parametrize(
    "targets",
    [
        {"held": 700, "disappeared": 300, "torture-deaths": 90, "order-arrests": 40},
        {"death-sentences": 200, "sentences-commuted": 199, "held": 60, "photographed-bodies": 9},
    ],
)
def test_other_targets_are_reproduced(tmp_path: Path, targets: dict[str, int]) -> None:
    small = {"torture-deaths": 50, "held": 100, "death-sentences": 40, "photographed-bodies": 80}
    small |= {"certificates-not-notified": 12}
    pipeline = Pipeline()
    pipeline.take(write_lists(tmp_path / "lists", targets={**small, **targets}, seed=5))
    assert count(pipeline, tmp_path / "snapshot") == resolve_targets({**small, **targets})


def test_changed_truth_moves_the_figures_as_the_raw_files_do(truth: Truth, tmp_path: Path) -> None:
    for case in (
        "disappeared people are released",
        "held people die under torture",
        "the dead died at the hands of others",
        "commuted sentences were carried out",
        "families were notified",
        "people arrested since the order are released",
    ):
        fits, change, _ = CASES[case]
        unchanged: Callable[..., bool] = fits
        truth = changed(truth, unchanged, change, 1)
    bodies = [body for body in truth.bodies if body.state == "identified"][:2]
    withdrawn = {body.number: replace(body, state="withdrawn") for body in bodies}
    truth = replace(truth, bodies=tuple(withdrawn.get(b.number, b) for b in truth.bodies))
    pipeline = Pipeline()
    pipeline.take(write_lists(tmp_path / "lists", truth=truth))
    computed = count(pipeline, tmp_path / "snapshot")
    assert computed == count_raw(tmp_path / "lists")
    before = resolve_targets(scale=SCALE)
    assert sum(computed[name] != before[name] for name in computed) >= 10


# How the lists fit the product


def test_every_row_is_accounted_for_and_wrong_rows_are_named(pipeline: Pipeline) -> None:
    for report in pipeline.read.values():
        assert report.statuses["kept_aside"] >= 2
        assert report.statuses["accepted"] > report.statuses["kept_aside"]
    found = {code for report in pipeline.read.values() for code in report.problems}
    assert found >= {
        "key-missing",
        "key-duplicate",
        "too-few-cells",
        "too-many-cells",
        "date-unreadable",
        "place-unrecognised",
        "encoding-repaired",
        "term-unrecognised",
        "group-unrecognised",
    }


@pytest.mark.parametrize("one", LISTS, ids=lambda one: one.slug)
def test_every_mapping_fits_its_list(one: object) -> None:
    package = Path(__file__).parents[3] / "src" / "bayyina" / "scenario" / "mappings"
    slug, title, header = one.slug, one.title, one.header  # type: ignore[attr-defined]
    mapping = Mapping.load(package / f"{slug}.mapping.toml", Vocabulary.load())
    mapping.check_header(header)
    assert mapping.fictional
    assert mapping.facts.name == title
    assert mapping.facts.origin.startswith("FICTIONAL")


def test_groups_and_places_are_written_as_the_vocabulary_reads_them() -> None:
    vocabulary, gazetteer = Vocabulary.load(), Gazetteer.load()
    parties = read_data("parties.toml")
    for kind in ("government", "others"):
        for code, group in parties[kind].items():
            is_government = vocabulary.is_group_within(code, "syrian-government-to-2024")
            assert is_government == (kind == "government")
            assert {vocabulary.read_group(text) for text in (*group["ar"], *group["en"])} == {code}
    manners = vocabulary.term_lists["manners_of_death"]
    assert all(manners.read(code) == code for code in parties["other_manners"])
    places = read_data("places.toml")
    for lang in ("ar", "en"):
        for code, texts in places[lang].items():
            found = [gazetteer.read(text, "governorate") for text in texts]
            assert [place and place.code for place in found] == [code] * len(texts)
        for text in places["unknown"][lang]:
            assert gazetteer.read(text, "governorate") is None

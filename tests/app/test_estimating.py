"""Who is on which list among the people that a figure counts."""

from __future__ import annotations

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.estimating import OPEN_STATES, capture_histories
from bayyina.app.importing import import_list
from bayyina.app.source_origins import origins_by_name
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.study import Settings, make_study
from bayyina.figures.query_tree import STATES
from bayyina.tables.mapping import Mapping
from tests.app.conftest import Bench, quiet

LIST = """
version = 1
[list]
name = "{name}"
asserted_on = {day}
release = "partial"
fictional = true
{origin}
[row]
record = "Person"
key = "id"
[columns]
shared = {{ to = "identifier", scheme = "shared" }}
sex = {{ to = "sex", values = {{ M = "male", F = "female" }} }}
[[acts]]
type = "Death"
when = {{ column = "death" }}
always = true
[acts.columns]
manner = {{ to = "manner", values = {{ t = "torture", s = "shelling" }} }}
place = {{ to = "place", as = "governorate" }}
"""

HEADER = "id,shared,sex,death,manner,place"
HOMS, ALEPPO = "Homs", "Aleppo"


def person(number: int, *, manner: str = "t", place: str = HOMS, death: str = "2013-05") -> str:
    return f"FICT-{number},{number},{'MF'[number % 2]},{death},{manner},{place}"


def take(bench: Bench, name: str, rows: list[str], *, origin: str = "") -> None:
    file = bench.folder / "list.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    stated = f'origin = "{origin}"' if origin else ""
    text = LIST.format(name=name, day="2023-08-31", origin=stated)
    import_list(
        bench.amal,
        file=file,
        mapping=Mapping.parse(text, bench.amal.vocabulary),
        report=bench.folder / "rows.csv",
        progress=quiet,
        dry_run=False,
        confirm_withdrawals=False,
    )


@pytest.fixture
def lists(bench: Bench) -> Bench:
    """Three lists and a copy: 1-6 tortured to death, 7 killed by shelling."""
    take(bench, "First", [person(n) for n in (1, 2, 3)] + [person(7, manner="s")])
    take(bench, "Second", [person(n) for n in (2, 3, 4)], origin="Committee")
    take(bench, "Copy", [person(n, place=ALEPPO) for n in (5,)], origin="Committee")
    take(bench, "Third", [person(n, place="") for n in (3, 5, 6)])
    return bench


QUERY = "count persons with Death(manner=torture)"


def counts(captures):
    table = captures.table
    rows = (tuple(int(bit) for bit in row) for row in table.histories)
    return table.lists, dict(zip(rows, table.counts.tolist(), strict=True))


def test_people_are_counted_once_however_many_lists_name_them(lists):
    captures = capture_histories(lists.amal, QUERY, quiet)
    names, found = counts(captures)
    assert names == ("Committee", "First", "Third")
    assert found == {
        (0, 1, 0): 1,
        (1, 1, 0): 1,
        (1, 1, 1): 1,
        (1, 0, 0): 1,
        (1, 0, 1): 1,
        (0, 0, 1): 1,
    }
    assert captures.table.documented == count_figure(lists.amal, QUERY, quiet).value == 6
    assert captures.inputs["query"] == QUERY
    assert captures.inputs["linkage_method"] == "shared-identifiers"


def test_copies_of_one_origin_are_one_list(lists):
    origins = origins_by_name(lists.amal)
    assert origins == {
        "First": "First", "Second": "Committee", "Copy": "Committee", "Third": "Third",
    }  # fmt: skip
    captures = capture_histories(lists.amal, QUERY, quiet)
    codes = [note.code for note in captures.notes]
    assert codes == ["lists-of-one-origin", "linkage-taken-as-certain"]
    assert captures.notes[0].detail == {"lists": ("Copy", "Second")}


def test_lists_can_be_chosen(lists):
    names, found = counts(capture_histories(lists.amal, QUERY, quiet, lists=("First", "Third")))
    assert names == ("First", "Third")
    assert found == {(1, 0): 2, (1, 1): 1, (0, 1): 2}
    with pytest.raises(InputError, match="Fourth"):
        capture_histories(lists.amal, QUERY, quiet, lists=("Fourth",))


def test_keys_divide_and_who_is_in_no_group_is_kept_apart(lists):
    captures = capture_histories(lists.amal, QUERY, quiet, by=("governorate",))
    assert captures.by == ("governorate",)
    sizes = {stratum.key: stratum.table.documented for stratum in captures.strata}
    assert sum(sizes.values()) == 5
    assert captures.unplaced is not None
    assert captures.unplaced.documented == 1
    in_query = capture_histories(lists.amal, f"{QUERY} by governorate", quiet)
    assert [s.key for s in in_query.strata] == [s.key for s in captures.strata]


def test_states_that_people_enter_and_leave_are_known():
    assert {"held", "disappeared", "released", "located"} == OPEN_STATES
    assert set(STATES) >= OPEN_STATES


def test_deaths_are_a_closed_population(lists):
    assert not capture_histories(lists.amal, "count persons dead", quiet).is_open


def test_people_held_are_no_closed_population(bench):
    rows = [f"FICT-{n},Alif {n},M,1990,2013-05,Homs,held," for n in range(1, 6)]
    bench.take_in(*rows)
    captures = capture_histories(bench.amal, "count persons held", quiet)
    assert captures.is_open
    study = make_study(captures, Declared(), Settings("loglinear"))
    assert [reason.code for reason in study.answer.reasons] == ["open-population", "one-list"]


@pytest.mark.parametrize(
    ("query", "more", "word"),
    [
        ("count deaths", {}, "persons"),
        (QUERY, {"by": ("source",)}, "lists already"),
        (QUERY, {"by": ("nothing",)}, "nothing"),
        ("count persons with Death(manner=judicial_execution)", {}, "nobody"),
        ("count", {}, "unit"),
    ],
)
def test_questions_that_cannot_be_estimated(lists, query, more, word):
    with pytest.raises(BayyinaError, match=word):
        capture_histories(lists.amal, query, quiet, **more)


def test_only_who_may_count_may_estimate(lists):
    intruder = lists.member("intruder", "auditor")
    with pytest.raises(PermissionRefusedError):
        capture_histories(intruder, QUERY, quiet)

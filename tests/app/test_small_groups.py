"""Who may not read records learns of no small group by counting, whatever the door or the trick."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bayyina.app.coding_methods import coded_methods
from bayyina.app.counting import count_figure, digest_figure, open_figure
from bayyina.app.estimating import capture_histories
from bayyina.app.permissions import ONLY
from bayyina.app.small_groups import STEP, is_plain, is_sensitive, sees_small_groups
from bayyina.app.workspace import Workspace
from bayyina.errors import PermissionRefusedError, QueryError
from bayyina.figures.query import read_query
from bayyina.figures.query_words import QueryWords
from tests.app.conftest import Bench, quiet

LIST = """
version = 1
[list]
name = "A list"
asserted_on = 2023-08-31
release = "partial"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = { to = "name", lang = "en" }
born = { to = "birth_date" }
[[acts]]
type = "Torture"
when = { column = "arrest" }
columns = { place = { to = "place" }, method = { to = "methods" } }
"""
HEADER = "id,name,born,arrest,place,method"
SEALED = "count persons with Torture(methods=sexual_violence)"
CHILDREN = "count acts_of_torture with age_class=child"


def people() -> list[str]:
    """Six survivors in one governorate and one in another, and twelve others; two are children."""
    made = []
    for number in range(19):
        method = "sexual_violence" if number < 7 else "beating"
        place = "Duma" if number != 6 else "Hama"
        born = "2005" if number in (8, 9) else "1980"
        made.append(f"FICT-{number},Name {number} Invented,{born},2013-05-10,{place},{method}")
    return made


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("few"))
    bench.take_in(*people(), header=HEADER, mapping=LIST.replace("{", "{{").replace("}", "}}"))
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def viewer(counted: Bench) -> Workspace:
    return counted.member("vera", "viewer")


def test_who_reads_records_sees_every_number(counted: Bench) -> None:
    figure = count_figure(counted.amal, f"{SEALED} by governorate", quiet)
    assert sorted(group.value for group in figure.groups) == [1, 6]
    assert figure.coarse == 0
    assert "coarse" not in figure.to_json()


def test_a_group_of_one_is_neither_counted_nor_named(viewer: Workspace) -> None:
    figure = count_figure(viewer, f"{SEALED} by governorate", quiet)
    assert [group.value for group in figure.groups] == [5]
    assert (figure.value, figure.range, figure.comparator) == (5, (5, 5), "at least")
    assert figure.to_json()["coarse"] == STEP
    assert all(count % STEP == 0 for count in figure.verification.values())
    assert count_figure(viewer, CHILDREN, quiet).value == 0  # two; none is told alike
    assert count_figure(viewer, f"{CHILDREN} in 2012", quiet).value == 0


def test_what_is_not_sensitive_is_counted_to_the_last_record(viewer: Workspace) -> None:
    assert count_figure(viewer, "count persons with Torture by governorate", quiet).value == 19
    assert count_figure(viewer, "count persons with Torture(place=Hama)", quiet).value == 1


@pytest.mark.parametrize(
    "query",
    [
        f"{SEALED} and birth_date!=1980",
        f"{SEALED} and not birth_date=1980",
        "count persons with not Torture(methods=sexual_violence)",
        "count persons with Torture(methods!=beating)",
        "count persons with Torture(methods in (beating, sexual_violence))",
        "count persons with Torture(methods=sexual_violence, place=Hama)",
        "count persons with Torture(methods=sexual_violence) or Torture(place=Hama)",
        f"{SEALED} in 2013-05",
        f"{SEALED} in 2013-01-01/2013-05-09",
        f"{SEALED} as of 2013-05-09",
        f"{SEALED} known at 2023-08-30",
        f"{SEALED} recorded at 1",
        f"{SEALED} lenient",
        f"{SEALED} linked none",
        'count persons with name="Name 6 Invented" and Torture(place=Hama)',
        "count acts_of_torture by age_class, governorate, sex",
        "count persons with birth_date<1990-01-01",
        "count persons with Torture(age_class!=child)",
    ],
)
def test_questions_that_could_be_subtracted_are_refused(viewer: Workspace, query: str) -> None:
    with pytest.raises(QueryError, match="could be worked out") as told:
        count_figure(viewer, query, quiet)
    assert told.value.code == "small-groups"


def test_no_two_answers_differ_by_less_than_the_step(viewer: Workspace) -> None:
    values = {0}
    for query in (
        SEALED, f"{SEALED} by governorate", f"{SEALED} by year", f"{SEALED} by sex",
        "count persons with Torture by methods", "count acts_of_torture by methods",
        f"{SEALED} in 2013", CHILDREN, "count acts_of_torture by age_class",
        "count persons with Torture by source",
    ):  # fmt: skip
        figure = count_figure(viewer, query, quiet)
        values |= {figure.value, *figure.range, figure.unknown, *figure.verification.values()}
        values |= {number for group in figure.groups for number in (group.value, *group.range)}
    assert all(value % STEP == 0 for value in values)


def test_no_other_door_tells_it(viewer: Workspace) -> None:
    with pytest.raises(QueryError):  # the numbers of one record are soon tried
        digest_figure(viewer, f"{SEALED} by governorate", quiet)
    with pytest.raises(PermissionRefusedError):
        list(open_figure(viewer, SEALED, quiet))
    with pytest.raises(PermissionRefusedError):
        coded_methods(viewer, quiet)
    with pytest.raises(QueryError):
        capture_histories(viewer, SEALED, quiet)
    with pytest.raises(QueryError):
        capture_histories(viewer, "count persons with Torture", quiet, by=["age_class"])


def test_administrators_and_tokens_for_counting_alone_are_told_no_more(counted: Bench) -> None:
    rita = counted.member("rita", "administrator")
    assert count_figure(rita, SEALED, quiet).value == 5
    limited = counted.amal.member._replace(roles=f"{counted.amal.member.roles} {ONLY}count")
    assert not sees_small_groups(limited)
    # a role for one case opens the records of that case, and no others
    scoped = counted.amal.member._replace(roles="viewer verifier@HAMA")
    assert not sees_small_groups(scoped)


def test_every_property_that_is_sealed_or_restricted_is_sensitive(viewer: Workspace) -> None:
    vocabulary = viewer.vocabulary
    words = QueryWords(vocabulary, viewer.gazetteer)

    def sensitive(text: str) -> bool:
        return is_sensitive(read_query(text, words), vocabulary)

    assert sensitive("count persons with ethnicity=x")
    assert sensitive("count persons with identifier=1")
    assert sensitive("count persons with Torture(physical_consequences=x)")
    assert sensitive("count persons with protected=yes")
    assert sensitive("count persons with not (Death or Torture(methods=beating))")
    assert not sensitive("count persons with Death(manner=torture) by year")
    assert not sensitive("count persons held by sex, governorate")
    assert sensitive("count persons held by sex, age_class")
    assert is_plain(read_query("count persons held by sex, age_class", words))
    for name, unit in vocabulary.units.items():
        if vocabulary.types[unit.record].level in ("restricted", "sealed"):
            assert sensitive(f"count {name}")

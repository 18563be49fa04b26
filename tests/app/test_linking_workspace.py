"""Linking the people of a workspace: logged, undone, rewound, erased, never against what is known."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from bayyina.app.counting import count_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.erasing import erase_record
from bayyina.app.linking import LinkOrder, LinkRun, link_workspace
from bayyina.app.linking_answers import list_answers, rows_of_list
from bayyina.app.linking_people import read_workspace_people
from bayyina.app.record_reading import read_record
from bayyina.app.rows import LinkRow, RecordRow, RunRow
from bayyina.app.snapshots import snapshot_folder
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

MAPPING = """
version = 1
[list]
name = "{name}"
asserted_on = {{asserted_on}}
release = "{{release}}"
fictional = true
{more}
[row]
record = "Person"
key = "id"
[columns]
name = {{{{ to = "name", lang = "ar" }}}}
born = {{{{ to = "birth_date" }}}}
[[acts]]
type = "Death"
when = {{{{ column = "death" }}}}
"""

GIVEN = [
    "محمد",
    "أحمد",
    "خالد",
    "عمر",
    "علي",
    "حسن",
    "يوسف",
    "سامر",
    "باسل",
    "أيمن",
    "بلال",
    "زياد",
    "طارق",
    "فراس",
    "قاسم",
    "كريم",
    "مازن",
    "مالك",
    "ناصر",
    "نبيل",
]
FAMILY = [
    "الحلبي",
    "النجار",
    "الخطيب",
    "العلي",
    "الأسعد",
    "الصباغ",
    "الحداد",
    "القصاب",
    "البيطار",
    "الزعبي",
    "الشامي",
    "المصري",
]


def people(count: int, seed: int = 3) -> list[tuple[str, str, str]]:
    """Invented people: name, day of birth, day of death."""
    rng = random.Random(seed)
    return [
        (
            f"{rng.choice(GIVEN)} {rng.choice(GIVEN)} {rng.choice(FAMILY)}",
            f"19{rng.randint(50, 95)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
            f"201{rng.randint(2, 8)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        )
        for _ in range(count)
    ]


def take(
    bench: Bench, name: str, rows: Sequence[tuple[str, str, str]], *, more: str = "", first: int = 0
) -> None:
    lines = [f"FICT-{name}-{n},{a},{b},{c}" for n, (a, b, c) in enumerate(rows, first)]
    bench.take_in(*lines, header="id,name,born,death", mapping=MAPPING.format(name=name, more=more))


@pytest.fixture
def linked(bench: Bench) -> Bench:
    """Two lists of 120 and 60 people; the second holds 40 of the first."""
    everybody = people(140)
    take(bench, "A", everybody[:120])
    take(bench, "B", everybody[80:140])
    return bench


def link(workspace: Workspace, **words: object) -> LinkRun:
    return link_workspace(workspace, LinkOrder(**words), quiet)  # type: ignore[arg-type]


def count(workspace: Workspace, clauses: str = "") -> int:
    return count_figure(workspace, f"count persons {clauses}".strip(), quiet).value


def person(workspace: Workspace, key: str) -> str:
    row = next(r for r in workspace.store.find(RecordRow, "list_key", [key]))
    return workspace.short_id(row.number)


def others_of(workspace: Workspace, key: str) -> list[str]:
    """Records of other lists that a record of list B is, or may be."""
    rows = {row["key"]: row for row in rows_of_list(workspace, "B", quiet)}
    return rows[key]["others"].split()


def test_a_run_is_what_its_entry_commits_to(linked: Bench) -> None:
    dana = linked.member("dana", "analyst")  # not cleared: to open names is an entry of its own
    check_change(dana, "link", lambda: link(dana))
    assert verify_workspace(linked.amal, progress=quiet).ok


def test_people_of_two_lists_are_counted_once_and_lists_are_answered(linked: Bench) -> None:
    assert count(linked.amal) == 180
    run = link(linked.amal)
    assert run.whole
    assert run.decisions["strict"] >= 38
    assert 138 <= count(linked.amal) <= 142
    assert count(linked.amal, "linked none") == count(linked.amal, "linked reviewed") == 180
    assert count(linked.amal, "linked lenient") <= count(linked.amal, "linked strict")
    found = {one["list"]: one for one in list_answers(linked.amal, quiet)}
    assert (found["B"]["rows"], found["A"]["rows"]) == (60, 120)
    assert abs(found["B"]["known"] - 40) <= 2
    assert found["B"]["known"] + found["B"]["new"] + found["B"]["to_review"] == found["B"]["people"]
    rows = {row["key"]: row for row in rows_of_list(linked.amal, "B", quiet)}
    assert rows["FICT-B-0"]["answer"] == "known"
    assert rows["FICT-B-0"]["others"] == person(linked.amal, "FICT-A-80")
    assert rows["FICT-B-59"]["answer"] == "new"
    with pytest.raises(InputError, match="no list named"):
        rows_of_list(linked.amal, "C", quiet)


def test_a_figure_names_its_run_and_can_be_rewound(linked: Bench) -> None:
    size = linked.amal.store.log_size()
    run = link(linked.amal)
    linked_at = linked.amal.store.log_size()
    figure = count_figure(linked.amal, "count persons", quiet)
    assert figure.linkage["run"] == run.run
    assert figure.linkage["threshold"] == "strict"
    assert count(linked.amal, f"recorded at {size}") == 180
    undo_batch(linked.amal, batch=run.batch or 0)
    after = count_figure(linked.amal, "count persons", quiet)
    assert after.value == 180
    assert "run" not in after.linkage
    assert count(linked.amal, f"recorded at {linked_at}") == figure.value


def test_a_later_list_is_linked_with_what_is_there(linked: Bench) -> None:
    link(linked.amal)
    before = count(linked.amal)
    assert link(linked.amal).batch is None
    take(linked, "C", [*people(140)[:20], *people(10, seed=9)])
    run = link(linked.amal)
    assert not run.whole
    assert run.new_rows == 30
    assert before + 8 <= count(linked.amal) <= before + 12
    found = {one["list"]: one for one in list_answers(linked.amal, quiet)}
    assert abs(found["C"]["known"] - 20) <= 2
    whole = link(linked.amal, anew=True)
    assert abs(count(linked.amal) - (before + 10)) <= 2
    undo_batch(linked.amal, batch=whole.batch or 0)
    assert before + 8 <= count(linked.amal) <= before + 12  # the runs before hold again


def test_who_is_known_to_be_two_is_never_joined(bench: Bench) -> None:
    twice = people(80)
    take(bench, "A", [*twice, *twice], more="unique_rows = true")
    take(bench, "B", twice[:20])
    run = link(bench.amal)
    assert run.rows == 180
    assert count(bench.amal, "linked lenient") >= 160
    one = person(bench.amal, "FICT-B-3")
    assert read_record(bench.amal, one)["same_as"] == []  # nobody has looked at the link
    same = others_of(bench.amal, "FICT-B-3")[0]
    judge_pair(bench.amal, record_a=one, record_b=same, verdict="different", reasons="two")
    assert same not in others_of(bench.amal, "FICT-B-3")
    link(bench.amal, anew=True)
    assert same not in others_of(bench.amal, "FICT-B-3")
    link(bench.amal, anew=True, unique=("B",))
    with pytest.raises(InputError, match="no list named"):
        link(bench.amal, anew=True, unique=("Z",))


def test_the_civil_register_tells_namesakes_apart(bench: Bench) -> None:
    with_register = MAPPING.replace(
        'born = {{{{ to = "birth_date" }}}}',
        'place = {{{{ to = "register_place" }}}}\nnumber = {{{{ to = "register_number" }}}}',
    )
    header = "id,name,place,number,death"
    mine = people(120)
    for name, part in (("A", mine[:90]), ("B", mine[60:])):
        first = 0 if name == "A" else 60
        rows = [
            f"FICT-{name}-{n},{a},دوما,{1000 + n * 7}," for n, (a, _, _) in enumerate(part, first)
        ]
        bench.take_in(*rows, header=header, mapping=with_register.format(name=name, more=""))
    run = link(bench.amal)
    assert run.decisions["strict"] >= 28
    read = read_workspace_people(bench.amal, quiet)
    assert read.rows.columns["register"][0] == "1000"
    assert set(read.rows.columns["register_place"]) == {"دوما"}


def test_no_name_stands_in_a_run_or_its_links(linked: Bench) -> None:
    run = link(linked.amal, keyed=True)
    assert run.decisions["strict"] >= 36
    words = {word for name, _, _ in people(140) for word in name.split()}
    texts = [row.parameters for row in linked.amal.store.scan(RunRow)]
    texts += [str(tuple(row)) for row in linked.amal.store.scan(LinkRow)]
    assert texts
    assert not [word for word in words for text in texts if word in text]
    names = [word.encode() for word in words]
    links = snapshot_folder(linked.amal).glob("links-*.parquet")
    assert not [name for path in links for name in names if name in path.read_bytes()]
    take(linked, "C", people(5, seed=11))
    with pytest.raises(InputError, match="compared names in another way"):
        link(linked.amal)


def test_the_same_rows_give_the_same_links(linked: Bench) -> None:
    one, other = (
        [tuple(row)[1:3] + tuple(row)[4:] for row in linked.amal.store.scan(LinkRow)
         if row.number >> 32 == link(linked.amal, anew=True).batch]
        for _ in range(2)
    )  # fmt: skip
    assert one == other


def test_an_erased_person_leaves_no_levels(linked: Bench) -> None:
    run = link(linked.amal)
    erased = person(linked.amal, "FICT-B-1")
    for handle in ("eman", "farid"):
        member = linked.member(handle, "data-protection")
        erase_record(member, record_id=erased, reason="objection", progress=quiet)
    rows = [row for row in linked.amal.store.scan(LinkRow) if row.levels is None]
    assert rows
    assert verify_workspace(linked.amal, progress=quiet).ok
    assert count_figure(linked.amal, "count persons", quiet).linkage["run"] == run.run


def test_who_may_link_and_within_which_thresholds(linked: Bench) -> None:
    with pytest.raises(PermissionRefusedError):
        link(linked.member("gina", "viewer"))
    from_zero = LinkOrder().thresholds._replace(lenient=0.99)
    with pytest.raises(InputError, match="threshold"):
        link(linked.amal, thresholds=from_zero)


def test_nobody_to_link(bench: Bench) -> None:
    run = link(bench.amal)
    assert run.batch is None
    assert json.dumps(run.to_json())
    take(bench, "A", people(1))
    assert link(bench.amal).rows == 1

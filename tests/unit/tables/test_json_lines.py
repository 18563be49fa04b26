"""JSON Lines and JSON lists: flattening, broken lines, lists longer than memory should hold."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.tables import encodings, problems
from bayyina.tables.flattening import flatten, split_items
from bayyina.tables.reading import open_table

PEOPLE = [
    {"id": 1, "name": {"ar": "سامر", "en": "Samer"}, "jobs": ["baker", "a|b"], "age": 20.50},
    {
        "id": 2,
        "name": {"ar": None},
        "seen": [{"on": "2012", "by": "x"}, {"on": "2013"}],
        "ok": True,
    },
]


def test_objects_become_columns_and_lists_one_cell(write) -> None:
    for name, text in (
        ("list.json", json.dumps(PEOPLE, indent=2)),
        ("list.jsonl", "\n".join(json.dumps(person, ensure_ascii=False) for person in PEOPLE)),
    ):
        table = open_table(write(text, name))
        assert table.kind == name.split(".")[1]
        assert table.header == (
            "id", "name.ar", "name.en", "jobs", "age", "seen.on", "seen.by", "ok",
        )  # fmt: skip
        assert list(table.rows()) == [
            (1, ("1", "سامر", "Samer", r"baker|a\|b", "20.5", "", "", ""), ()),
            (2, ("2", "", "", "", "", "2012|2013", "x|", "true"), ()),
        ]
        assert table.row_count_hint == 2


def test_numbers_stay_as_they_are_written(write) -> None:
    table = open_table(
        write('{"a": 12.0, "b": 007e1}\n{"a": 12345678901234567890123}\n', "a.jsonl")
    )
    rows = list(table.rows())
    assert rows[0][2][0].code == problems.JSON_UNREADABLE
    assert rows[1][1] == ("12345678901234567890123",)


def test_a_broken_line_is_kept_aside_and_the_others_are_read(write) -> None:
    text = '{"id": 1}\n\n{"id": 2, "id": 3}\n[1]\n{"id": \n{"id": 4, "": 5}\n{"id": 6}\n'
    rows = list(open_table(write(text, "a.jsonl")).rows())
    assert [(number, [p.code for p in found]) for number, _, found in rows] == [
        (1, []),
        (3, [problems.JSON_UNREADABLE]),
        (4, [problems.JSON_UNREADABLE]),
        (5, [problems.JSON_UNREADABLE]),
        (6, [problems.JSON_UNREADABLE]),
        (7, []),
    ]
    assert rows[1][1] == ('{"id": 2, "id": 3}',)


def test_a_jsonl_line_in_windows_1256_is_repaired(write) -> None:
    lines = [json.dumps({"name": "سامر محمود"}, ensure_ascii=False)] * 3
    data = "\n".join(lines).encode() + b"\n" + lines[0].encode("windows-1256")
    rows = list(open_table(write(data, "a.jsonl")).rows())
    assert {cells for _, cells, _ in rows} == {("سامر محمود",)}
    assert [p.code for p in rows[-1][2]] == [problems.ENCODING_REPAIRED]


def test_halves_of_characters_and_nul_from_escapes_are_reported(write) -> None:
    text = r'{"a": "x\ud800y", "b": "1\u00002"}'
    ((_, cells, found),) = open_table(write(text + "\n", "a.jsonl")).rows()
    assert cells == ("x\ufffdy", "12")
    assert {p.code for p in found} == {problems.ENCODING_DAMAGED, problems.NUL_REMOVED}


def test_a_long_list_is_read_piece_by_piece(write, monkeypatch) -> None:
    monkeypatch.setattr(encodings, "CHUNK", 97)
    people = [
        {"id": str(n), "name": f"سامر {n}", "tags": ["a", "b" * (n % 50)]} for n in range(500)
    ]
    table = open_table(write(json.dumps(people, ensure_ascii=False), "a.json"))
    assert [cells[:2] for _, cells, _ in table.rows()] == [
        (person["id"], person["name"]) for person in people
    ]


def test_a_json_list_is_recognised_without_its_name(write) -> None:
    assert open_table(write('[\n {"id": 1}\n]', "export.txt")).kind == "json"
    assert open_table(write('{"id": 1}\n{"id": 2}\n', "export.txt")).kind == "jsonl"
    assert open_table(write("[id],{name}\n1,2\n", "export.txt")).kind == "csv"


@settings(max_examples=100, derandomize=True, deadline=None)
@given(items=st.lists(st.text(min_size=1).filter(lambda text: text.strip() == text), max_size=6))
def test_items_of_a_list_come_back_from_their_cell(items: list[str]) -> None:
    kept = [item for item in items if not item.endswith("\\")]
    assert split_items(flatten({"a": kept})["a"]) == kept

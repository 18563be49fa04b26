"""Site files with register members, and the checklist of steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bayyina.model.vocabulary import Vocabulary
from bayyina.sites.published import published_sites
from bayyina.standards import check_small_file
from bayyina.standards.schemas import schema_of_kind
from bayyina.standards.site_steps import load_steps
from tests.app.site_cases import site, write_site


def findings(folder: Path, content: dict[str, Any]) -> list[str]:
    return [one.message for one in check_small_file(write_site(folder, content))[1]]


def test_the_shipped_files_and_the_case_of_the_tests_are_sound(tmp_path: Path) -> None:
    schema = schema_of_kind("site")
    for path in (*published_sites(), write_site(tmp_path, site())):
        assert check_small_file(path) == ("site", [])
        jsonschema.validate(json.loads(path.read_text("utf-8")), schema)
    assert len(published_sites()) == 5


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("fictional", "yes", "true or false"),
        ("sources", {"a": {"kind": "witness"}}, "name"),
        ("sources", {"a": {"name": "A", "kind": "ghost"}}, "source_kinds"),
        ("sources", {"a": {"name": "A", "origin": "b"}}, "no source"),
        ("claims", [{"property": "state"}], "missing"),
        ("facilities", [{"id": "x", "values": {"size": 3}, "source": "worker", "locator": "1"}], "Facility"),
        ("facilities", [{"id": "X y", "values": {"name": "n"}, "source": "worker", "locator": "1"}], "written"),
        ("acts", 3, "list"),
    ],
)  # fmt: skip
def test_faults_are_named(tmp_path: Path, member: str, value: object, words: str) -> None:
    found = findings(tmp_path, site(**{member: value}))
    assert any(words in message for message in found), found


def test_an_act_is_there_once(tmp_path: Path) -> None:
    content = site()
    content["properties"]["acts"] *= 2
    assert any("twice" in message for message in findings(tmp_path, content))


def test_a_site_without_a_position_has_the_geometry_null(tmp_path: Path) -> None:
    content = site()
    content["geometry"] = None
    assert findings(tmp_path, content) == []
    del content["geometry"]
    assert findings(tmp_path, content)


def test_each_step_is_a_term_and_asked_for_by_a_named_protocol() -> None:
    checklist = load_steps()
    steps = [step for phase in checklist.phases for step in phase.steps]
    assert {step.step for step in steps} == set(Vocabulary.load().term_lists["site_steps"].terms)
    assert len({step.step for step in steps}) == len(steps)
    known = {one.id for one in checklist.protocols}
    assert all(set(step.protocols) <= known for step in steps)

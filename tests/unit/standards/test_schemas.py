"""The JSON Schemas are valid, describe every field, and agree with the reader."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import jsonschema
import pytest
import yaml

from bayyina.errors import SmallFileError
from bayyina.model.vocabulary.loading import FOLDERS, SHIPPED
from bayyina.model.yaml_reading import read_yaml
from bayyina.standards import schema_of_kind
from bayyina.standards.claims_file import ClaimsFile
from bayyina.standards.documentation_standard import FOLDER as STANDARDS
from bayyina.standards.documentation_standard import DocumentationStandard
from bayyina.standards.methodology import FOLDER as METHODOLOGIES
from bayyina.standards.methodology import Methodology
from bayyina.standards.order_file import OrderFile
from bayyina.standards.schemas import KINDS, field_notes, schema_of
from bayyina.standards.shapes import Spec, fields_of, path_text, read_shape

VALIDATOR = jsonschema.Draft202012Validator


def fits(kind: str, data: object) -> bool:
    return bool(VALIDATOR(schema_of_kind(kind)).is_valid(data))


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str) -> None:
    schema = schema_of_kind(kind)
    VALIDATOR.check_schema(schema)
    assert schema["$id"] == f"urn:bayyina:schema:{kind}:1"
    assert schema["description"]


@pytest.mark.parametrize("shape", [Methodology, DocumentationStandard, ClaimsFile, OrderFile])
def test_every_field_is_described(shape: type) -> None:
    seen: set[type] = set()

    def walk(one: Any) -> None:
        if dataclasses.is_dataclass(one) and one not in seen:
            seen.add(one)  # type: ignore[arg-type]
            assert set(field_notes(one)) >= {f.name for f in fields_of(one)}, one  # type: ignore[arg-type]
            for field in fields_of(one):  # type: ignore[arg-type]
                walk(field.type)
        for inner in getattr(one, "__args__", ()):
            walk(inner)

    walk(shape)
    assert len(seen) >= 4


def test_shipped_files_fit_their_schemas() -> None:
    for path in METHODOLOGIES.glob("*.toml"):
        assert fits("methodology", tomllib.loads(path.read_text(encoding="utf-8")))
    for path in STANDARDS.glob("*.toml"):
        assert fits("standard", tomllib.loads(path.read_text(encoding="utf-8")))
    schema, count = VALIDATOR(schema_of_kind("vocabulary")), 0
    for folder in FOLDERS:
        for path in (SHIPPED / folder).glob("*.yaml"):
            (document,) = read_yaml(path.read_text(encoding="utf-8"))
            assert schema.is_valid(document), path.name
            count += 1
    assert count > 90


def test_wrong_files_do_not_fit() -> None:
    good = {"name": "a", "child_under": 18}
    assert fits("methodology", good)
    assert not fits("methodology", {**good, "child_under": 0})
    assert not fits("methodology", {**good, "name": "A b"})
    assert not fits("methodology", {**good, "disappeared": {"after_days": 1}})
    assert not fits("methodology", {**good, "colour": 1})
    assert not fits("vocabulary", {"type": "X", "label": {"en": "X"}})
    assert not fits("site", {"type": "Feature", "geometry": {}, "properties": {}})


ORDERS: list[dict[str, Any]] = [
    {"version": 1, "case": {"id": "c", "title": "t"}, "steps": [{"type": "order", "date": "2023"}]},
    {"version": 1, "case": {"id": "c"}, "steps": []},
    {
        "version": 1,
        "case": {"id": "c", "title": {"en": "t"}},
        "steps": [{"type": "x", "date": "1"}],
    },
    {
        "version": 1,
        "case": {"id": "C d", "title": "t"},
        "steps": [{"type": "order", "date": "2023"}],
    },
    {"case": {"id": "c", "title": "t"}, "steps": [{"type": "order", "date": "2023"}]},
]


@pytest.mark.parametrize("data", ORDERS)
def test_reader_and_schema_agree(data: dict[str, Any]) -> None:
    order, misfits = read_shape(OrderFile, data)
    assert (order is not None) == (not misfits) == fits("order", data)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SmallFileError, match="no schema of “poem”"):
        schema_of_kind("poem")


def test_a_field_may_bear_another_name_in_the_file() -> None:
    votes = schema_of_kind("order")["properties"]["measures"]["items"]["properties"]["votes"]
    assert set(votes["properties"]) == {"for", "against"}


@dataclasses.dataclass(frozen=True)
class Leaf:
    """A leaf."""

    kind: Literal["green", "brown"]
    """Its colour."""

    size: Annotated[float, Spec(least=0)] = 1.0
    """How large it is."""


@dataclasses.dataclass(frozen=True)
class Tree:
    """A tree."""

    leaves: Annotated[tuple[Leaf, ...], Spec(filled=True)]
    """Its leaves."""

    grown: Leaf | int | None = None
    """A leaf, or a number."""


def test_shapes_are_read_with_paths() -> None:
    tree, misfits = read_shape(Tree, {"leaves": [{"kind": "green"}], "grown": 3})
    assert tree == Tree((Leaf("green"),), 3)
    assert misfits == []
    _, misfits = read_shape(
        Tree,
        {"leaves": [{"kind": "green", "size": -1}, {"kind": "red"}], "grown": {"kind": "gren"}},
    )
    assert [path_text(misfit.path) for misfit in misfits] == [
        "leaves 1, size",
        "leaves 2, kind",
        "grown, kind",
    ]
    assert read_shape(Tree, [])[1][0].message == "must be a table of keys and values"
    assert read_shape(Tree, {"leaves": []})[1][0].message == "must not be empty"
    not_a_number = {"leaves": [{"kind": "green", "size": float("nan")}]}
    assert read_shape(Tree, not_a_number)[1][0].message == "must be a number"
    assert schema_of(Tree)["properties"]["leaves"]["minItems"] == 1


def test_yaml_of_our_reader_is_yaml(tmp_path: Path) -> None:
    """What the reader accepts, PyYAML accepts too (their scalars differ on purpose)."""
    for path in (SHIPPED / "types").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        (ours,) = read_yaml(text)
        assert isinstance(ours, dict)
        assert list(yaml.safe_load(text)) == list(ours)

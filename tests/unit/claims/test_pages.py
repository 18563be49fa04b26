"""The pages about claims say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from bayyina.claims.checking import check_claims
from bayyina.claims.findings import kinds, rule_text
from bayyina.claims.reading import published_names, read_claims
from bayyina.standards.claims_file import Claim
from bayyina.standards.shapes import fields_of

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "claims.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "check-published-numbers.md").read_text(encoding="utf-8")


def example(page: str, folder: Path) -> Path:
    """The first file of claims that a page shows."""
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    path = folder / "example.claims.yaml"
    path.write_text(found[1], encoding="utf-8")
    return path


def test_every_rule_key_and_shipped_name_is_on_the_page() -> None:
    for kind in kinds():
        assert f"| `{kind}` | {rule_text(kind)} |" in REFERENCE
    for field in fields_of(Claim):
        if field.key not in ("id", "note"):
            assert f"`{field.key}`" in REFERENCE, field.key
    for name in published_names():
        assert f"| `{name}` |" in REFERENCE


def test_the_example_of_the_reference_can_be_read(tmp_path: Path) -> None:
    found = check_claims(read_claims([example(REFERENCE, tmp_path)]))
    assert {f.kind for f in found} == {"citation-does-not-fit"}


def test_the_example_of_the_how_to_gives_what_it_says(tmp_path: Path) -> None:
    path = example(HOW_TO, tmp_path)
    (one,) = check_claims(read_claims([path]))
    assert one.detail["en"] in HOW_TO
    path.write_text(
        path.read_text(encoding="utf-8").replace("id: total,", "id: total, complete: true,"),
        encoding="utf-8",
    )
    (one,) = check_claims(read_claims([path]))
    assert one.grade == "contradiction"

"""Reading claims files: sound ones with their lines, and what is refused. FICTIONAL."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.claims.findings import kinds, rule_text
from bayyina.claims.reading import published_names, read_claims
from bayyina.errors import FileUnreadableError, SmallFileError
from bayyina.standards.small_files import check_small_file

HEAD = "version: 1\nclaims:\n"
CLAIM = "  - {{id: {}, value: 1, unit: persons, what: {{act: Death}}, source: {{document: a}}}}\n"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_claims_know_their_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, "two.claims.yaml", HEAD + CLAIM.format("x") + CLAIM.format("y"))
    facts = read_claims([path])
    assert [(c.id, c.file, c.line) for c in facts.claims] == [
        ("x", "two.claims.yaml", 3),
        ("y", "two.claims.yaml", 4),
    ]


def test_files_are_read_together_and_share_no_id(tmp_path: Path) -> None:
    one = written(tmp_path, "one.claims.yaml", HEAD + CLAIM.format("x"))
    two = written(tmp_path, "two.claims.yaml", HEAD + CLAIM.format("y"))
    assert [c.id for c in read_claims([one, two]).claims] == ["x", "y"]
    with pytest.raises(SmallFileError, match="the id x is already used in one"):
        read_claims([one, one])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + CLAIM.format("x").replace("persons", "perssons"), "line 3: .*did you mean"),
        (HEAD + CLAIM.format("x").replace("unit:", "unnit:"), "line 3: .*not a known key"),
        (HEAD + CLAIM.format("x") + CLAIM.format("x"), "line 4: .*already the id"),
        ("version: 1\nclaims: []\n", "line 2: .*must not be empty"),
        ("version: 1\n", "is missing"),
        ("- 1\n- 2\n", "must be a table"),
        ("", "exactly one YAML document"),
        ("version: 1\nclaims: [\n", "not YAML"),
        (HEAD + CLAIM.format("x").replace("value: 1", "value: {best: 3}"), "a `low` or a `high`"),
        (
            HEAD + CLAIM.format("x").replace("value: 1", "value: {low: 1, high: 2, best: 3}"),
            "outside its range",
        ),
        (HEAD + CLAIM.format("x").replace("value: 1", "value: not stated"), "can be “not stated”"),
        (
            HEAD + CLAIM.format("x").replace("value: 1", "value: 1, between: [x, z]"),
            "names no claim",
        ),
        (HEAD + CLAIM.format("x").replace("value: 1", "value: 1, between: [x]"), "must name two"),
        (
            HEAD + CLAIM.format("x").replace("value: 1, ", "date: XXXX-02-30, event: {type: A}, "),
            "no such day in any year",
        ),
        (HEAD + CLAIM.format("x").replace("value: 1", "value: 1, period: XXXX-02"), "EDTF"),
    ],
)
def test_what_is_refused_is_refused_alike_by_both_checks(
    tmp_path: Path, text: str, words: str
) -> None:
    path = written(tmp_path, "bad.claims.yaml", text)
    with pytest.raises(SmallFileError, match=words) as caught:
        read_claims([path])
    _, findings = check_small_file(path)
    assert findings
    assert findings[0].message in caught.value.message
    assert caught.value.message.startswith("bad.claims.yaml")
    more = len(findings) - 1
    assert (str(more) in caught.value.hint) == bool(more)


def test_words_that_are_nobodys_are_kept_and_slips_are_not(tmp_path: Path) -> None:
    own = HEAD + CLAIM.format("x").replace(
        "what: {act: Death}",
        "what: {act: Displacement, by: a militia, cause: flood, place: Ardania}",
    ).replace("persons", "households")
    path = written(tmp_path, "own.claims.yaml", own)
    assert check_small_file(path) == ("claims", [])
    assert read_claims([path]).claims[0].scope.key.act == "displacement"
    for slip in ("Dealth", "Deth"):
        path = written(tmp_path, "slip.claims.yaml", own.replace("Displacement", slip))
        with pytest.raises(SmallFileError, match="did you mean"):
            read_claims([path])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match="cannot be read"):
        read_claims([tmp_path / "none.claims.yaml"])
    with pytest.raises(FileUnreadableError, match="cannot be read"):
        read_claims(["no-such-name"])


def test_each_shipped_file_is_sound_by_itself() -> None:
    assert len(published_names()) >= 7
    for name in published_names():
        assert read_claims([name]).claims


def test_every_kind_of_finding_has_a_rule_and_words_in_both_languages() -> None:
    assert len(kinds()) >= 35
    for kind in kinds():
        assert rule_text(kind).endswith(".")

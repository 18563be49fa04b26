"""Each kind of output leaves out what its recipient may not have: one refused witness, every door."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from pypdf import PdfReader

from bayyina.app.checking_release import check_release
from bayyina.app.consenting import give_consent, withdraw_consent
from bayyina.app.evidence_about import Bringing
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_reading import copy_out
from bayyina.app.evidence_viewing import viewable_item
from bayyina.app.exporting import FORMATS, export_records
from bayyina.app.facility_sheets import facility_sheet
from bayyina.app.listing_exhibits import write_exhibits
from bayyina.app.person_papers import write_dossier, write_letter
from bayyina.app.proving import prove_statement
from bayyina.app.record_pages import read_records
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.submitting import prepare_submission
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError
from tests.app.conftest import Bench, quiet
from tests.app.test_consenting import source_of
from tests.app.test_submitting import HEADER, MAPPING, STATE

WITNESS = MAPPING.replace("Invented inquiries of families", "What an invented witness told")
FAMILY = "FICT-1,,Fulan al-Fulani,2023-12-20,Homs,,,given,un_bodies,x,,"
TOLD = f"FICT-1,,Told Bywitness,2023-11-11,Hama,{STATE},asked the WITNESSWORD,,,,,"


class Case:
    """A person of whom a family and a witness told."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.workspace = bench, bench.amal
        bench.take_in(FAMILY, header=HEADER, mapping=MAPPING)
        done = bench.take_in(TOLD, header=HEADER, mapping=WITNESS)
        self.source = source_of(self.workspace, done.batch or 0)
        self.family, self.told = self.ids("Person")

    def ids(self, record_type: str) -> list[str]:
        rows = self.workspace.store.find(RecordRow, "record_type", [record_type])
        return [self.workspace.short_id(row.number) for row in rows]

    def refuse(self, *uses: str) -> None:
        give_consent(
            self.workspace,
            informant=self.source,
            uses=uses,
            explained_by="amal",
            explained_in="ar",
            refused=True,
        )


@pytest.fixture
def case(bench: Bench) -> Case:
    return Case(bench)


def text_of(folder: Path) -> str:
    """Every byte below a folder as text, PDFs read."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".pdf":
            parts += [page.extract_text() for page in PdfReader(path).pages]
        elif path.is_file():
            parts.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(parts)


def exhibits(workspace: Workspace, case: Case, out: Path) -> object:
    return write_exhibits(workspace, [case.told], quiet, languages=("en", "ar"), out_folder=out)


def dossier(workspace: Workspace, case: Case, out: Path) -> object:
    return write_dossier(workspace, case.told, languages=("en", "ar"), out_folder=out)


def letter(workspace: Workspace, case: Case, out: Path) -> object:
    return write_letter(workspace, case.told, languages=("en", "ar"), out_folder=out)


@pytest.mark.parametrize(
    ("write", "use"), [(exhibits, "court"), (dossier, "analyse"), (letter, "share")]
)
def test_papers_leave_out_what_a_witness_refused(
    case: Case, tmp_path: Path, write: Callable[[Workspace, Case, Path], object], use: str
) -> None:
    write(case.workspace, case, tmp_path / "before")
    assert "Bywitness" in text_of(tmp_path / "before")
    case.refuse(use)
    # A letter of which not even the name may be used would say that nothing is known: it is refused.
    refused = pytest.raises(CheckFailedError, match="not even the name")
    with refused if write is letter else nullcontext():
        write(case.workspace, case, tmp_path / "after")
    assert "Bywitness" not in text_of(tmp_path / "after")


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_of_an_export_holds_it(case: Case, tmp_path: Path, form: str) -> None:
    case.refuse("court")
    for recipient, is_there in (("internal", True), ("court", False)):
        out = tmp_path / f"{recipient}.{form}"
        export_records(case.workspace, form=form, out=out, progress=quiet, recipient=recipient)
        if form in ("csv", "json-ld", "ftm", "ftm-statements"):
            assert ("Bywitness" in out.read_text(encoding="utf-8")) is is_there


def test_all_records_in_pages_are_told_without_what_was_taken_back(case: Case) -> None:
    def told() -> str:
        return json.dumps(read_records(case.workspace)[0], ensure_ascii=False)

    assert "Bywitness" in told()
    case.refuse("court")
    assert "Bywitness" in told()  # who works here may have it still
    case.refuse("statistics")
    assert "Bywitness" not in told()
    assert "Fulan al-Fulani" in told()


def test_a_form_for_a_body_is_filled_without_it_and_says_so(case: Case, tmp_path: Path) -> None:
    give_consent(
        case.workspace, informant=case.told, uses=["un"], explained_by="amal", explained_in="ar"
    )

    def prepare(folder: str) -> tuple[str, list[str]]:
        done = prepare_submission(
            case.workspace,
            form="wgeid",
            person=case.told,
            languages=("en",),
            out_folder=tmp_path / folder,
        )
        assert done.submission.refusal is None
        return text_of(tmp_path / folder), [one["rule"] for one in done.left_out]

    text, _ = prepare("before")
    assert "Bywitness" in text
    case.refuse("un")
    text, rules = prepare("after")
    assert "Bywitness" not in text
    assert "refused" in rules


def test_a_newer_answer_of_the_person_stands_above_the_family_s_field(
    case: Case, tmp_path: Path
) -> None:
    def refusal() -> str:
        done = prepare_submission(
            case.workspace,
            form="wgeid",
            person=case.family,
            languages=("en",),
            out_folder=tmp_path / "out",
        )
        return done.submission.refusal.code if done.submission.refusal else ""

    assert refusal() == ""
    withdraw_consent(case.workspace, informant=case.family, uses=["un"], progress=quiet)
    assert refusal() == "consent-withdrawn"


def test_a_sheet_of_a_facility_and_a_proof_ask_too(case: Case) -> None:
    workspace = case.workspace
    names = {term: pair[1] for pair, term in workspace.store.terms().items()}
    row = next(
        one
        for one in workspace.store.scan(StatementRow)
        if names[one.term] == "steps_taken" and "WITNESSWORD" in (one.value or "")
    )
    statement = workspace.statement_id(row.number)
    assert "WITNESSWORD" in prove_statement(workspace, statement)
    case.refuse("analyse")
    with pytest.raises(CheckFailedError, match="may not be handed out"):
        prove_statement(workspace, statement)
    sheet = facility_sheet(workspace, "Sednaya", quiet)
    assert sheet.acts == 0


def test_a_file_whose_giver_took_consent_back_is_not_handed_out(
    bench: Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0 FICTIONAL" * 9)
    found = add_evidence(
        bench.amal,
        paths=[folder],
        report=tmp_path / "files.csv",
        bringing=Bringing(),
        progress=quiet,
    )
    (item,) = (one.id for one in found.lines)
    assert item
    copied = copy_out(bench.amal, item, out=tmp_path / "copy", reason="to look")[1]
    done = withdraw_consent(bench.amal, informant=item, progress=quiet)
    assert copied in {one.batch for one in done.affected}
    for act in (
        lambda: copy_out(bench.amal, item, out=tmp_path / "again", reason="to look"),
        lambda: viewable_item(bench.amal, item),
    ):
        with pytest.raises((CheckFailedError, InputError)):
            act()
    assert not (tmp_path / "again").exists()


def test_each_removal_is_explained_and_none_says_what_it_removes(case: Case) -> None:
    case.refuse("court")
    removals = check_release(case.workspace, [case.told], "court")
    assert {one["rule"] for one in removals} == {"refused"}
    assert all(one["reason"]["en"] and one["reason"]["ar"] for one in removals)
    assert "Bywitness" not in json.dumps(removals)
    with pytest.raises(InputError):
        check_release(case.workspace, ["FICT-99-1"], "court")
    with pytest.raises(InputError):
        check_release(case.workspace, [case.told], "nobody")

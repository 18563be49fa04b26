"""Bundles made from a workspace, checked by us, by their own verifier and by independent tools."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import bagit
import pyrage
import pytest
from pypdf import PdfReader
from rocrate.rocrate import ROCrate

from bayyina.app.bundling import BundleOrder, MadeBundle, create_bundle
from bayyina.app.deciding import judge_pair
from bayyina.app.evidence_about import Bringing
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_checking import check_evidence
from bayyina.app.kept_stamps import log_verifier
from bayyina.app.rows import RecordRow
from bayyina.bundle.sealing import seal_folder
from bayyina.bundle.verifying import Trusted, VerifiedBundle, verify_bundle
from bayyina.custody.entries import Entry
from bayyina.custody.notes import Ed25519Verifier
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import HEADER, MAPPING, ROWS, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change


def said(found: VerifiedBundle) -> list[str]:
    return [f"{one.number} {one.name}: {one.detail}" for one in found.report.checks if not one.ok]


def standalone(folder: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-I", folder / "verify_bundle.py", folder, "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if found["ok"] else 1)
    return found


def make(bench: Bench, **order: Any) -> list[MadeBundle]:
    out = bench.folder / "out"
    return create_bundle(
        bench.amal,
        BundleOrder(**{"title": "FICTIONAL case", "whole_case": True, **order}),
        out=out / "full",
        redacted=out / "redacted",
        progress=quiet,
    )


@pytest.fixture
def bundles(bench: Bench) -> list[MadeBundle]:
    bench.take_in(*ROWS)
    (bench.folder / "out").mkdir()
    return make(bench)


def test_a_bundle_holds_by_every_tool(bench: Bench, bundles: list[MadeBundle]) -> None:
    key = log_verifier(bench.amal)
    for made in bundles:
        folder = made.written.folder
        found = verify_bundle(folder, Trusted(keys=(key,)))
        assert found.report.ok, said(found)
        assert verify_bundle(folder).report.ok
        alone = standalone(folder, "--key", key.vkey)
        assert alone["ok"], alone
        assert bagit.Bag(str(folder)).validate()


def test_the_redacted_set_names_the_full_one(bench: Bench) -> None:
    mapping = MAPPING.replace("sex = {{", 'faith = {{ to = "religion", lang = "en" }}\nsex = {{')
    bench.take_in(f"{ROWS[0]},invented", header=f"{HEADER},faith", mapping=mapping)
    (bench.folder / "out").mkdir()
    bundles = make(bench)
    full, redacted = (
        json.loads((one.written.folder / "data/bundle.json").read_text()) for one in bundles
    )
    assert full["definition_sha256"] == redacted["definition_sha256"]
    assert redacted["full_set_manifest_sha256"] == bundles[0].written.manifest
    assert (full["set"], redacted["set"]) == ("full", "redacted")
    hidden = 0
    all_mine, all_theirs = (records_of(one.written.folder) for one in reversed(bundles))
    assert set(redacted["records"]) == all_mine.keys()
    for record, mine in all_mine.items():
        theirs = all_theirs[record]
        shown = {one["id"] for one in theirs["statements"]}
        assert {one["id"] for one in mine["withheld"]} <= shown
        hidden += len(mine["withheld"])
    assert hidden == bundles[1].withheld > 0


def test_no_name_of_staff_leaves(bench: Bench, bundles: list[MadeBundle]) -> None:
    for made in bundles:
        for path in sorted((made.written.folder / "data").rglob("*")):
            if path.is_file():
                text = path.read_bytes().lower()
                assert b'"amal"' not in text, path
                assert str(bench.folder).encode() not in text, path


def test_what_was_corrected_withdrawn_or_undone_is_there_too(bench: Bench) -> None:
    bench.take_in(ROWS[0], ROWS[1])
    bench.take_in(
        ROWS[0].replace("1990", "1991"), asserted_on="2023-09-30", release="complete", confirm=True
    )
    out = bench.folder / "out"
    create_bundle(bench.amal, BundleOrder("FICTIONAL", whole_case=True), out=out, progress=quiet)
    states = [one["state"] for record in records_of(out).values() for one in record["statements"]]
    assert {"stands", "superseded", "withdrawn"} <= set(states)
    assert verify_bundle(out).report.ok


def records_of(bundle: Path) -> dict[str, dict[str, Any]]:
    """The records of a bundle by id."""
    return {
        record["id"]: record
        for path in sorted((bundle / "data/records").glob("*.json"))
        for record in json.loads(path.read_text())["records"]
    }


def evidence(bench: Bench, **said: Any) -> dict[str, str]:
    """Take in three files with equal and odd names; ids by file name."""
    folder = bench.folder / "files"
    folder.mkdir(exist_ok=True)
    (folder / "IMG_1.JPG").write_bytes(b"\xff\xd8\xff\xe0 FICTIONAL picture" * 99)
    (folder / "صورة \u202e.jpg").write_bytes(b"\xff\xd8\xff\xe0 FICTIONAL other" * 5_000)
    (folder / "empty").write_bytes(b"")
    found = add_evidence(
        bench.amal,
        paths=[folder],
        report=bench.folder / "files.csv",
        bringing=Bringing(**said),
        progress=quiet,
    )
    return {Path(one.path).name: one.id or "" for one in found.lines}


def test_evidence_files_travel_as_they_came(bench: Bench) -> None:
    ids = evidence(bench)
    check_evidence(bench.amal, progress=quiet)
    out = bench.folder / "out"
    (made,) = create_bundle(
        bench.amal, BundleOrder("FICTIONAL", ids=tuple(ids.values())), out=out, progress=quiet
    )
    assert made.evidence == 3
    assert verify_bundle(out).report.ok, said(verify_bundle(out))
    assert standalone(out)["ok"]
    document = json.loads((out / "data/bundle.json").read_text())
    for one in document["evidence"]:
        original = (bench.folder / "files" / one["original_name"]).read_bytes()
        assert (out / one["path"]).read_bytes() == original
        assert one["path"].isascii()
        assert Path(one["path"]).name.startswith(one["sha256"])
    assert len(document["custody_gaps"]) == 3
    premis = (out / "data/premis.xml").read_text()
    assert premis.count("<eventType>ingestion</eventType>") == 3
    assert premis.count("<eventType>fixity check</eventType>") == 3
    assert "dissemination" in premis
    assert "SHA-512" not in premis  # it was not made at intake


@pytest.mark.parametrize(
    ("told", "purpose", "leaves"),
    [
        ({}, "courts", True),
        ({"consent": "given", "consent_for": ("courts",)}, "courts", True),
        ({"consent": "given", "consent_for": ("courts",)}, "un_bodies", False),
        ({"consent": "refused"}, "courts", False),
        ({"consent": "withdrawn"}, "courts", False),
        ({"sealed": True}, "courts", False),
    ],
)
def test_consent_and_seals_hold_files_back(
    bench: Bench, told: dict[str, Any], purpose: str, leaves: bool
) -> None:
    ids = evidence(bench, brought_by="FICTIONAL bringer", **told)
    out = bench.folder / "out"
    order = BundleOrder("FICTIONAL", ids=tuple(ids.values()), purpose=purpose)
    (made,) = create_bundle(bench.amal, order, out=out, progress=quiet)
    assert made.evidence == (3 if leaves else 0)
    assert verify_bundle(out).report.ok
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert b"FICTIONAL bringer" not in everything
    assert (b"FICTIONAL picture" in everything) is leaves


def test_a_bundle_is_one_entry_of_the_log(bench: Bench) -> None:
    bench.take_in(*ROWS)
    order = BundleOrder("FICTIONAL", whole_case=True)
    out = bench.folder / "out"
    check_change(
        bench.amal,
        "create-bundle",
        lambda: create_bundle(bench.amal, order, out=out, progress=quiet),
    )
    position = bench.amal.store.log_size() - 1
    entry = Entry.from_bytes(next(bench.amal.store.entries(first=position)).data)
    manifest = (out / "manifest-sha256.txt").read_bytes()
    assert entry.details["manifest"] == hashlib.sha256(manifest).hexdigest()


def test_who_may_not_and_what_cannot_be(bench: Bench) -> None:
    bench.take_in(*ROWS)
    out = bench.folder / "b"
    viewer = bench.member("vic", "viewer")
    with pytest.raises(PermissionRefusedError):
        create_bundle(viewer, BundleOrder("x", whole_case=True), out=out, progress=quiet)
    for order in (
        BundleOrder("x"),
        BundleOrder("x", ids=("FICT-9-9",)),
        BundleOrder("x", ids=("nonsense",)),
        BundleOrder("x", whole_case=True, level="secret"),
        BundleOrder("x", whole_case=True, purpose="fun"),
        BundleOrder("x", whole_case=True, query="count persons"),
    ):
        with pytest.raises(InputError):
            create_bundle(bench.amal, order, out=out, progress=quiet)
    out.mkdir()
    with pytest.raises(InputError, match="there already"):
        create_bundle(bench.amal, BundleOrder("x", whole_case=True), out=out, progress=quiet)
    assert sorted(path.name for path in bench.folder.iterdir()) == [
        "b",
        "list.csv",
        "rows.csv",
        "ws",
    ]


def test_a_sealed_file_opens_with_age_alone(bench: Bench, bundles: list[MadeBundle]) -> None:
    identity = pyrage.x25519.Identity.generate()
    (bench.folder / "key").write_text(str(identity))
    out = bench.folder / "bundle.tar.age"
    seal_folder(bundles[0].written.folder, out, [str(identity.to_public())])
    assert b"FICT-1" not in out.read_bytes()
    opened = bench.folder / "opened"
    opened.mkdir()
    plain = subprocess.run(
        ["age", "-d", "-i", bench.folder / "key", out], capture_output=True, check=True
    )
    subprocess.run(["tar", "x", "-C", opened], input=plain.stdout, check=True)
    assert verify_bundle(opened / "full").report.ok
    with pytest.raises(InputError):
        seal_folder(bundles[0].written.folder, bench.folder / "x.age", ["age1nonsense"])
    assert not (bench.folder / "x.age").exists()


def test_tools_of_others_agree(bundles: list[MadeBundle]) -> None:
    folder = bundles[0].written.folder
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "-c", "--quiet", "--strict", manifest], cwd=folder, check=True)
    subprocess.run(["sha512sum", "-c", "--quiet", "manifest-sha512.txt"], cwd=folder, check=True)
    crate = ROCrate(folder / "data")
    assert crate.root_dataset["name"] == "FICTIONAL case"
    payload = {str(path.relative_to(folder / "data")) for path in (folder / "data").rglob("*.*")}
    described = {one.id for one in crate.get_by_type("File")}
    assert described == payload - {"bundle.json", "ro-crate-metadata.json"}
    premis = ET.fromstring((folder / "data/premis.xml").read_bytes())  # noqa: S314 - our own
    assert premis.tag == "{http://www.loc.gov/premis/v3}premis"
    for page in ("VERIFY.en.html", "VERIFY.ar.html"):
        text = (folder / page).read_text()
        assert "sha256sum -c" in text
        assert "http" not in text.replace("http-equiv", "")
    assert PdfReader(folder / "VERIFY.ar.pdf").pages


def test_a_payload_that_was_made_again_is_found_by_the_log(
    bench: Bench, bundles: list[MadeBundle]
) -> None:
    """Somebody who rewrites files and all manifests still lacks the log's key."""
    folder = bundles[0].written.folder
    for path in sorted((folder / "data/records").glob("*.json")):
        path.write_text(path.read_text().replace('"male"', '"female"'))
    seal_again(folder)
    assert bagit.Bag(str(folder)).validate()
    found = verify_bundle(folder)
    broken = {check.number for check in found.report.checks if not check.ok}
    assert {11, 12} <= broken
    assert not {1, 2, 3, 4, 5, 6, 7, 8, 9, 10} & broken
    assert not standalone(folder)["ok"]
    wrong = Ed25519Verifier(bench.amal.identity.origin, bytes(32))
    assert not verify_bundle(folder, Trusted(keys=(wrong,))).report.ok


def test_a_bundle_without_its_proofs_is_not_judged_as_a_bag(bundles: list[MadeBundle]) -> None:
    folder = bundles[0].written.folder
    (folder / "data/bundle.json").unlink()
    seal_again(folder)
    found = verify_bundle(folder)
    assert found.is_bundle
    assert not found.report.ok
    plain = verify_bundle(folder.parent / "redacted", Trusted())
    assert plain.report.ok


def seal_again(folder: Path) -> None:
    """Make all manifests again, and what bundle.json says of files, as a forger would."""
    document = folder / "data/bundle.json"
    if document.exists():
        said = json.loads(document.read_text())
        for name, facts in said["files"].items():
            data = (folder / name).read_bytes()
            facts.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
        document.write_bytes(
            (json.dumps(said, ensure_ascii=True, indent=1, sort_keys=True) + "\n").encode()
        )
    payload = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    octets = sum(path.stat().st_size for path in payload)
    info = folder / "bag-info.txt"
    lines = [line for line in info.read_text().splitlines() if "Oxum" not in line]
    info.write_text("\n".join([*lines, f"Payload-Oxum: {octets}.{len(payload)}"]) + "\n")
    for kind in ("", "tag"):
        for algorithm in ("sha256", "sha512"):
            files = (
                payload
                if not kind
                else sorted(
                    path
                    for path in folder.rglob("*")
                    if path.is_file()
                    and path not in payload
                    and not path.name.startswith("tagmanifest")
                )
            )
            text = "".join(
                f"{hashlib.new(algorithm, path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
                for path in files
            )
            (folder / f"{kind}manifest-{algorithm}.txt").write_text(text)


def test_a_person_comes_with_acts_and_with_records_of_the_same_person(bench: Bench) -> None:
    bench.take_in(ROWS[0], ROWS[1])
    people = [
        bench.amal.short_id(row.number)
        for row in bench.amal.store.find(RecordRow, "record_type", ["Person"])
    ]
    judge_pair(
        bench.amal, record_a=people[0], record_b=people[1], verdict="same", reasons="FICTIONAL"
    )
    out = bench.folder / "out"
    order = BundleOrder("FICTIONAL", ids=(people[0],))
    create_bundle(bench.amal, order, out=out, progress=quiet)
    document = json.loads((out / "data/bundle.json").read_text())
    types = [records_of(out)[one]["type"] for one in document["records"]]
    assert set(people) <= set(document["records"])
    assert {"Arrest", "Death", "Source"} <= set(types)


@pytest.mark.parametrize("name", ["READ-THIS-FIRST.html", "custody/entry-2.json", "bag-info.txt"])
def test_what_is_put_beside_the_payload_is_named(bundles: list[MadeBundle], name: str) -> None:
    """The log does not commit to files beside the payload: bundle.json says what they are."""
    folder = bundles[0].written.folder
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("Contact-Name: another\n")
    seal_again(folder)
    assert bagit.Bag(str(folder)).validate()
    found = verify_bundle(folder)
    broken = {check.number: check.detail for check in found.report.checks if not check.ok}
    assert name in broken[9]
    alone = standalone(folder)
    assert not alone["ok"]
    assert any(name in check["detail"] for check in alone["checks"])


def test_a_sealed_name_of_a_file_is_not_told_and_none_is_passed_off_for_it(bench: Bench) -> None:
    file = bench.folder / "Testimony of FICTIONAL Salim.txt"
    file.write_text("FICTIONAL")
    found = add_evidence(
        bench.amal, paths=[file], report=bench.folder / "f.csv", bringing=Bringing(), progress=quiet
    )
    out = bench.folder / "out"
    order = BundleOrder("FICTIONAL", ids=(found.lines[0].id or "",))
    create_bundle(bench.amal, order, out=out, progress=quiet)
    (one,) = json.loads((out / "data/bundle.json").read_text())["evidence"]
    assert one["original_name"] == ""
    assert one["path"].endswith(".txt")
    premis = (out / "data/premis.xml").read_text()
    assert f"<originalName>{one['record']}" not in premis
    assert "Salim" not in premis
    assert verify_bundle(out).report.ok
    assert standalone(out)["ok"]


def test_a_sealed_name_of_a_file_is_told_in_an_encrypted_set_that_asks_for_it(bench: Bench) -> None:
    file = bench.folder / "Testimony of FICTIONAL Salim.txt"
    file.write_text("FICTIONAL")
    found = add_evidence(
        bench.amal, paths=[file], report=bench.folder / "f.csv", bringing=Bringing(), progress=quiet
    )
    out, twin = bench.folder / "out", bench.folder / "twin"
    order = BundleOrder("FICTIONAL", ids=(found.lines[0].id or "",), original_names=True)
    with pytest.raises(InputError, match="only into an encrypted bundle"):
        create_bundle(bench.amal, order, out=out, progress=quiet)
    assert not out.exists()
    create_bundle(bench.amal, order, out=out, redacted=twin, recipients=1, progress=quiet)
    (one,) = json.loads((out / "data/bundle.json").read_text())["evidence"]
    assert one["original_name"] == file.name
    assert f"<originalName>{file.name}</originalName>" in (out / "data/premis.xml").read_text()
    assert all("Salim" not in path.read_text("utf-8", "replace") for path in twin.rglob("*.*"))
    assert verify_bundle(out).report.ok
    assert "open-sealed" in [row.action for row in bench.amal.store.batches()]

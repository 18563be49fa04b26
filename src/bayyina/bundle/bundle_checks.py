"""Checks 8 to 13 of a bundle: its form, its log, its statements, its evidence files.

(8) It has exactly the form in which bundles are written. (9) ``bundle.json`` accounts for every
file. (10) The log's key signed the checkpoint. (11) The log committed to this very bundle.
(12) Every statement that is shown stands in the log. (13) Evidence files are those whose
digests statements state.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from bayyina.bundle.bag_names import shown
from bayyina.bundle.bag_reading import MANIFEST
from bayyina.bundle.bag_writing import ALGORITHMS, DECLARATION, info_bytes, manifest_bytes
from bayyina.bundle.contents import (
    ENTRY,
    ENTRY_PROOF,
    FORMAT,
    STATES,
    bag_info,
    definition_digest,
)
from bayyina.bundle.opened import OpenedBundle, list_of, object_of, text_of
from bayyina.custody.entries import Entry
from bayyina.custody.findings import DAMAGED, DELETED, EDITED, INSERTED, Check, Finding, outcome
from bayyina.custody.notes import read_note
from bayyina.custody.proofs import EntryProof
from bayyina.errors import CustodyError

ACTION: Final = "create-bundle"
"""Action of the entry that commits to a bundle."""

_MANIFESTS = frozenset(f"{kind}manifest-{one}.txt" for kind in ("", "tag") for one in ALGORITHMS)
_ALWAYS = frozenset({"bagit.txt", "bag-info.txt", ENTRY, ENTRY_PROOF})
"""Files beside the payload that are made after ``bundle.json`` and cannot stand in it."""


def check_form(bundle: OpenedBundle) -> Check:
    """(8) Manifests, declaration and names are exactly as bundles are written."""
    bag, faults = bundle.bag, []
    faults += [
        _fault(text, "unusual, and in no bundle") for some in bag.warnings.values() for text in some
    ]
    present = {one.name for one in bag.manifests}
    faults += [
        _fault(name, "it belongs to every bundle", DELETED) for name in sorted(_MANIFESTS - present)
    ]
    faults += [
        _fault(name, "it belongs to no bundle", INSERTED) for name in sorted(present - _MANIFESTS)
    ]
    for manifest in bag.manifests:
        expected = manifest_bytes((d, _ascii(path)) for path, d in manifest.digests.items())
        faults += _same(bundle, manifest.name, expected, "not written as bundles write it")
    faults += _same(bundle, "bagit.txt", DECLARATION, "not written as bundles write it")
    if "fetch.txt" in bag.listing.sizes:
        faults.append(_fault("fetch.txt", "it belongs to no bundle", INSERTED))
    beside = {n for n in bag.listing.sizes if not n.startswith("data/") and not _is_tag_list(n)}
    for manifest in bag.manifests:
        if manifest.is_tag:
            why = f"{manifest.name} does not list it"
            faults += [_fault(n, why, INSERTED) for n in sorted(beside - manifest.digests.keys())]
    faults += [_fault(name, "an empty folder belongs to no bundle", INSERTED)
               for name in bag.listing.empty_folders()]  # fmt: skip
    labels = dict(bag.info)
    if labels.get("Bayyina-Bundle") != FORMAT or len(labels) != len(bag.info):
        faults.append(_fault("bag-info.txt", "it does not name the form of this bundle", EDITED))
    return outcome(8, "the bundle has the form of a bundle", f"Form {FORMAT}.", faults)


def check_account(bundle: OpenedBundle) -> Check:
    """(9) ``bundle.json`` names every file with its size and digest."""
    document, faults = bundle.document, []
    if document.get("format") != FORMAT:
        faults.append(_fault("data/bundle.json", "it is not of a form that this program knows"))
    stated, sizes = object_of(document.get("files")), bundle.bag.listing.sizes
    payload = {name for name in bundle.bag.payload if name != "data/bundle.json"}
    faults += [_fault(n, "bundle.json names it", DELETED) for n in sorted(stated.keys() - payload)]
    faults += [
        _fault(n, "bundle.json does not name it", INSERTED) for n in sorted(payload - stated.keys())
    ]
    for name in sorted(payload & stated.keys()):
        one, actual = object_of(stated[name]), bundle.bag.actual.get(name, {})
        if one.get("size") != sizes[name] or one.get("sha256") != actual.get("sha256"):
            faults.append(_fault(name, "not the file that bundle.json names", EDITED))
    beside = object_of(document.get("beside"))
    for name, digest in beside.items():
        if bundle.bag.actual.get(name, {}).get("sha256") != digest:
            faults.append(_fault(name, "not the file that bundle.json names", EDITED))
    known = {*beside, *_MANIFESTS, *_ALWAYS}
    faults += [
        _fault(n, "bundle.json does not name it", INSERTED)
        for n in sorted(sizes.keys() - known)
        if not n.startswith("data/")
    ]
    info = bag_info(*(text_of(document.get(name)) for name in ("origin", "made_at", "set")))
    octets = sum(sizes[name] for name in bundle.bag.payload)
    expected = info_bytes(info, octets, len(bundle.bag.payload))
    faults += _same(bundle, "bag-info.txt", expected, "not what follows from bundle.json")
    try:
        if definition_digest(object_of(document.get("definition"))) != document.get(
            "definition_sha256"
        ):
            faults.append(_fault("data/bundle.json", "its definition has another digest", EDITED))
    except CustodyError:
        faults.append(_fault("data/bundle.json", "its definition is not canonical", EDITED))
    named = {text_of(name) for name in object_of(document.get("records")).values()}
    faults += [
        _fault(n, "bundle.json names records in it", DELETED) for n in sorted(named - payload)
    ]
    return outcome(9, "bundle.json accounts for every file", f"{len(stated):,} files.", faults)


def check_log_key(bundle: OpenedBundle, *, is_given: bool) -> Check:
    """(10) The log's key signed the checkpoint."""
    name = "the log's key signed the checkpoint"
    place = "data/log/checkpoint.txt"
    try:
        note = bundle.text(place)
        found = bundle.checkpoint(note)
    except CustodyError as error:
        return outcome(10, name, "", [_fault(place, error.message.rstrip("."))])
    signed = {(one.name, one.key_id) for one in read_note(note).signatures}
    faults = [
        _fault(place, "one of the log's keys did not sign it")
        for one in bundle.verifiers
        if (one.name, one.key_id) not in signed
    ]
    source = "The key was given from elsewhere." if is_given else "The key came with the bundle."
    held = f"{found.origin}, {found.size:,} entries, {len(bundle.verifiers)} keys. {source}"
    return outcome(10, name, held, faults)


def check_committed(bundle: OpenedBundle) -> Check:
    """(11) An entry of the log names this bundle's manifest."""
    name = "the log committed to this bundle"
    try:
        data = bundle.bytes_of(ENTRY)
        proof = EntryProof.from_text(bundle.text(ENTRY_PROOF))
        entry: Entry = bundle.entry(proof, data)
        actual = hashlib.sha256(bundle.bytes_of("manifest-sha256.txt", 1 << 30)).hexdigest()
    except CustodyError as error:
        return outcome(11, name, "", [_fault(ENTRY, error.message.rstrip("."))])
    if entry.action != ACTION or entry.details.get("manifest") != actual:
        why = "the entry is about another bundle, or the manifest was changed"
        return outcome(11, name, "", [_fault("manifest-sha256.txt", why, EDITED)])
    return outcome(11, name, f"Entry {proof.index}, of {entry.time}.", [])


def check_statements(bundle: OpenedBundle) -> tuple[Check, dict[str, dict[str, Any]]]:
    """(12) Statements and determinations stand in the log; the rows of statements by id."""
    faults: list[Finding] = []
    rows: dict[str, dict[str, Any]] = {}
    found: dict[str, str] = {}
    decisions = 0
    for path in [name for name in bundle.bag.payload if name.startswith("data/records/")]:
        try:
            records = list_of(bundle.json(path).get("records"))
        except CustodyError as error:
            faults.append(_fault(path, error.message.rstrip(".")))
            continue
        for record in map(object_of, records):
            name = text_of(record.get("id"))
            if name in found:
                faults.append(_fault(path, f"{shown(name)} stands in it twice", INSERTED))
            found[name] = path
            for one in map(object_of, list_of(record.get("statements"))):
                faults += _statement(bundle, path, one, rows)
            for one in map(object_of, list_of(record.get("determinations"))):
                decisions += 1
                faults += _shown_row(bundle, path, one, "determination")
    faults += _misplaced(found, object_of(bundle.document.get("records")))
    held = f"{len(rows):,} statements and {decisions:,} decisions."
    name = "every statement and decision that is shown stands in the log"
    return outcome(12, name, held, faults), rows


def _misplaced(found: dict[str, str], named: dict[str, Any]) -> list[Finding]:
    """Records that do not stand where ``bundle.json`` says."""
    faults = []
    for record in sorted(found.keys() | named.keys()):
        here, there = found.get(record, ""), text_of(named.get(record))
        if not here:
            faults.append(_fault(there, f"{shown(record)} is not in it", DELETED))
        elif here != there:
            faults.append(
                _fault(here, f"bundle.json does not name {shown(record)} in it", INSERTED)
            )
    return faults


def check_evidence(bundle: OpenedBundle, rows: dict[str, dict[str, Any]]) -> Check:
    """(13) Each evidence file has the digest that a statement in the log states."""
    faults, count = [], 0
    named = set()
    for one in map(object_of, list_of(bundle.document.get("evidence"))):
        count += 1
        path, digest = text_of(one.get("path")), text_of(one.get("sha256"))
        named.add(path)
        if bundle.bag.actual.get(path, {}).get("sha256") != digest:
            faults.append(_fault(path, "not the digest that bundle.json states", EDITED))
        row = rows.get(text_of(one.get("digest_statement")))
        if row is None or row.get("value") != digest or row.get("property") != "digest":
            faults.append(_fault(path, "no statement in the log states its digest"))
    strays = [n for n in bundle.bag.payload if n.startswith("data/evidence/") and n not in named]
    faults += [
        _fault(name, "bundle.json does not name it as evidence", INSERTED) for name in strays
    ]
    return outcome(13, "evidence files are those of the log", f"{count:,} files.", faults)


def _statement(
    bundle: OpenedBundle, path: str, one: dict[str, Any], rows: dict[str, dict[str, Any]]
) -> list[Finding]:
    name = text_of(one.get("id"))
    if one.get("state") not in STATES:
        return [_fault(path, f"{shown(name)} has a state that is none")]
    faults = _shown_row(bundle, path, one, "statement")
    if not faults:
        rows[name] = object_of(one.get("row"))
    return faults


def _shown_row(bundle: OpenedBundle, path: str, one: dict[str, Any], kind: str) -> list[Finding]:
    """What is wrong with a row that a record shows with its proof."""
    name = text_of(one.get("id"))
    try:
        row, _ = bundle.row(text_of(one.get("proof")))
    except CustodyError as error:
        return [_fault(path, f"{shown(name)}: {error.message.rstrip('.')}")]
    shown_row = {key: value for key, value in row.items() if key not in ("kind", "salt")}
    number = row.get("number", 0)
    end = f"-{number >> 32}-{number & 0xFFFFFFFF}"
    if row.get("kind") != kind or shown_row != one.get("row") or not name.endswith(end):
        return [_fault(path, f"{shown(name)} is not what its proof shows", EDITED)]
    return []


def _same(bundle: OpenedBundle, name: str, expected: bytes, why: str) -> list[Finding]:
    try:
        actual = bundle.bytes_of(name, 1 << 30)
    except CustodyError as error:
        return [_fault(name, error.message.rstrip("."))]
    return [] if actual == expected else [_fault(name, why, EDITED)]


def _is_tag_list(name: str) -> bool:
    match = MANIFEST.fullmatch(name)
    return bool(match and match.group(1))


def _ascii(path: str) -> str:
    return path.encode("ascii", "backslashreplace").decode()


def _fault(name: str, why: str, change: str = DAMAGED) -> Finding:
    return Finding(change, shown(name), None, None, None, shown(why))

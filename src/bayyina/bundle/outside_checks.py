"""Checks 14 to 17 of a bundle: witnesses, time-stamps, calendars, and the descriptions.

(14) Witnesses cosigned the checkpoint. (15) Time-stamps of authorities hold. (16) Calendar
proofs match the headers that came with them. (17) PREMIS and RO-Crate describe these files.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from bayyina.bundle.bag_names import shown
from bayyina.bundle.crate import NAME as CRATE_NAME
from bayyina.bundle.limits import AUTHORITY, HEADER, NO_STAMP, NO_WITNESS, ONE_AUTHORITY, Limit
from bayyina.bundle.opened import OpenedBundle, list_of, object_of, text_of
from bayyina.bundle.premis import NAMESPACE
from bayyina.custody.cosignatures import cosignatures
from bayyina.custody.findings import DAMAGED, EDITED, Check, Finding, outcome
from bayyina.custody.open_time_stamps import (
    CONTRADICTS,
    MATCHES,
    OpenTimeStamp,
    fits,
    judge,
    read_open_time_stamp,
)
from bayyina.custody.time_stamps import NEEDED_AUTHORITIES, Chain, read_chain, verify_time_stamp
from bayyina.errors import CustodyError

_FOLDER = re.compile(r"data/(witnesses|time-stamps|calendars)/([^/]+)/")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def check_witnesses(bundle: OpenedBundle, limits: list[Limit]) -> Check:
    """(14) Each known witness cosigned a checkpoint that the bundle's own continues."""
    name = "witnesses cosigned the log"
    folders = _folders(bundle, "witnesses")
    if not bundle.witnesses:
        limits.append(NO_WITNESS)
        return Check(14, name, True, "No witness is named.", asked=False)
    faults, told = [], list[str]()
    signed: set[str] = set()
    for folder in folders:
        try:
            note = bundle.text(f"{folder}/checkpoint.txt")
            checkpoint = bundle.continued(note, bundle.text(f"{folder}/consistency.txt"))
            found = cosignatures(note, bundle.witnesses)
        except CustodyError as error:
            faults.append(_fault(f"{folder}/checkpoint.txt", error.message))
            continue
        signed.update(one.name for one in found)
        told += [
            f"{one.name}: {checkpoint.size:,} entries at {one.time:%Y-%m-%dT%H:%M:%SZ}"
            for one in found
        ]
    faults += [
        _fault("data/witnesses", f"the witness {one.name} cosigned no checkpoint that is here")
        for one in bundle.witnesses
        if one.name not in signed
    ]
    return outcome(14, name, f"{'; '.join(told)}.", faults)


def check_stamps(bundle: OpenedBundle, outside: Chain | None, limits: list[Limit]) -> Check:
    """(15) Time-stamps, each of a checkpoint that the bundle's own continues."""
    name = "time-stamps of authorities hold"
    folders = _folders(bundle, "time-stamps")
    if not folders:
        limits.append(NO_STAMP)
        return Check(15, name, True, "There is none.", asked=False)
    faults, told, roots = [], [], set()
    for folder in folders:
        try:
            note = bundle.text(f"{folder}/checkpoint.txt")
            checkpoint = bundle.continued(note, bundle.text(f"{folder}/consistency.txt"))
            parts = [bundle.bytes_of(f"{folder}/chain.pem")]
            if f"{folder}/revoked.pem" in bundle.bag.listing.sizes:
                parts.append(bundle.bytes_of(f"{folder}/revoked.pem"))
            chain = _trusted(read_chain(parts), outside)
            stamp = verify_time_stamp(bundle.bytes_of(f"{folder}/token.tsr"), note.encode(), chain)
        except CustodyError as error:
            faults.append(_fault(f"{folder}/token.tsr", error.message))
            continue
        roots.add(stamp.organisation)
        told.append(
            f"{stamp.authority}: {checkpoint.size:,} entries at {stamp.time:%Y-%m-%dT%H:%M:%SZ} "
            f"(revocation: {stamp.revocation})"
        )
    if outside is None:
        limits.append(AUTHORITY)
    if len(roots) < NEEDED_AUTHORITIES:
        limits.append(ONE_AUTHORITY)
    return outcome(15, name, f"{'; '.join(told)}.", faults)


def check_calendars(bundle: OpenedBundle, limits: list[Limit]) -> Check:
    """(16) OpenTimestamps proofs; what is pending shows nothing, and is no failure."""
    name = "calendar proofs match their block headers"
    folders = _folders(bundle, "calendars")
    if not folders:
        return Check(16, name, True, "There is none.", asked=False)
    faults, told = [], []
    for folder in folders:
        proof = f"{folder}/checkpoint.txt.ots"
        try:
            note = bundle.text(f"{folder}/checkpoint.txt")
            bundle.continued(note, bundle.text(f"{folder}/consistency.txt"))
            stamp = _calendar_proof(bundle.bytes_of(proof), note)
            verdicts = judge(stamp, _headers(bundle.json(f"{folder}/headers.json")))
        except CustodyError as error:
            faults.append(_fault(proof, error.message))
            continue
        for state, attestation, time in verdicts:
            when = f", {time:%Y-%m-%dT%H:%M:%SZ}" if time else ""
            told.append(f"{attestation.kind} {attestation.detail}: {state}{when}")
            if state == CONTRADICTS:
                faults.append(_fault(proof, f"block {attestation.detail} {state}"))
        if any(one.state == MATCHES for one in verdicts) and HEADER not in limits:
            limits.append(HEADER)
    return outcome(16, name, f"{'; '.join(told)}.", faults)


def check_descriptions(bundle: OpenedBundle) -> Check:
    """(17) PREMIS and RO-Crate name these files with these digests."""
    faults = _premis(bundle) + _crate(bundle)
    held = "PREMIS and RO-Crate describe these files."
    return outcome(17, "descriptions agree with the payload", held, faults)


def _premis(bundle: OpenedBundle) -> list[Finding]:
    name = "data/premis.xml"
    try:
        root = _xml(bundle.bytes_of(name, 256 << 20))
    except (CustodyError, ParseError, ValueError, RecursionError) as error:
        return [_fault(name, error.message if isinstance(error, CustodyError) else "no XML")]
    stated = {
        one.text for one in root.iter(f"{{{NAMESPACE}}}messageDigest") if one.text is not None
    }
    return _compared(bundle, name, stated)


def _xml(data: bytes) -> Element:
    """The root of an XML text in UTF-8 without a document type, so without entities."""
    if not data.startswith(_DECLARATION) or _ENTITIES.search(data):
        raise CustodyError("It is not XML as bundles write it.")
    return fromstring(data)  # noqa: S314 - see above


def _calendar_proof(data: bytes, note: str) -> OpenTimeStamp:
    stamp = read_open_time_stamp(data)
    if stamp.is_weak or not fits(stamp, note.encode()):
        raise CustodyError("The proof is not about this checkpoint, or its digest is weak.")
    return stamp


def _crate(bundle: OpenedBundle) -> list[Finding]:
    name = f"data/{CRATE_NAME}"
    try:
        graph = list_of(bundle.json(name).get("@graph"))
    except CustodyError as error:
        return [_fault(name, error.message)]
    entities = {text_of(one.get("@id")): one for one in map(object_of, graph)}
    files = {key: one for key, one in entities.items() if one.get("@type") == "File"}
    faults = [
        _fault(name, f"it does not describe {path} as it is", EDITED)
        for path, one in files.items()
        if bundle.bag.actual.get(f"data/{path}", {}).get("sha256") != one.get("sha256")
    ]
    parts: list[Any] = list_of(object_of(entities.get("./")).get("hasPart"))
    listed = {text_of(object_of(one).get("@id")) for one in parts}
    if CRATE_NAME not in entities or listed != files.keys():
        faults.append(_fault(name, "its root does not list its files", EDITED))
    evidence = {p for p in files if p.startswith("evidence/")}
    return faults + _compared(bundle, name, {text_of(files[p].get("sha256")) for p in evidence})


def _compared(bundle: OpenedBundle, name: str, stated: set[str]) -> list[Finding]:
    evidence = list_of(bundle.document.get("evidence"))
    known = {text_of(object_of(one).get("sha256")) for one in evidence}
    return [] if stated == known else [_fault(name, "it does not list the evidence files", EDITED)]


def _folders(bundle: OpenedBundle, kind: str) -> list[str]:
    found = set()
    for path in bundle.bag.payload:
        match = _FOLDER.match(path)
        if match and match.group(1) == kind:
            found.add(str(PurePosixPath("data", kind, match.group(2))))
    return sorted(found)


def _trusted(chain: Chain, outside: Chain | None) -> Chain:
    """The chain, with only such roots as were given from elsewhere, if any were."""
    if outside is None:
        return chain
    return Chain((*chain.others, *outside.certificates), (*chain.revoked, *outside.revoked))


def _headers(document: dict[str, Any]) -> dict[int, bytes]:
    try:
        return {int(height): bytes.fromhex(text) for height, text in document.items()}
    except (ValueError, TypeError) as error:
        raise CustodyError("The block headers cannot be read.") from error


def _fault(name: str, why: str, change: str = DAMAGED) -> Finding:
    return Finding(change, shown(name), None, None, None, shown(why.rstrip(".")))

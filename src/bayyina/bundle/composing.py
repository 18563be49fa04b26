"""Writing a bundle: the payload from its content, then what stands beside it.

The payload's manifest is committed to by an entry of the log, which the caller appends; the
entry and its proof go beside the payload. So whoever has the log's key has a signature over
every file of the payload, and through ``bundle.json`` over the pages and the verifier too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.bundle.bag_writing import BagWriter, Block, PayloadFile, SideBySide, bytes_blocks
from bayyina.bundle.contents import (
    ENTRY,
    ENTRY_PROOF,
    FORMAT,
    BundleContent,
    BundledFile,
    BundledRecord,
    BundledStatement,
    bag_info,
    definition_digest,
)
from bayyina.bundle.crate import NAME as CRATE_NAME
from bayyina.bundle.crate import crate_json
from bayyina.bundle.digest_lanes import Lanes
from bayyina.bundle.json_files import json_file
from bayyina.bundle.limits import LIMITS, NO_STAMP, NO_WITNESS, as_document
from bayyina.bundle.premis import premis_xml
from bayyina.bundle.sha256_pairs import SHA256
from bayyina.bundle.sha512_lanes import SHA512
from bayyina.bundle.verify_page import VerifyFacts, verify_page
from bayyina.custody.time_stamps import read_chain, verify_time_stamp
from bayyina.typeset.documents import typst_pdf
from bayyina.typeset.html_pages import html_page
from bayyina.typeset.typst_pages import typst_document

VERIFIER: Final = "verify_bundle.py"
"""The one-file verifier beside the payload."""

BUNDLE_NAME: Final = "bundle.json"
"""What the bundle says of itself."""

LANGUAGES: Final = ("en", "ar")
"""Languages of the page."""

SIDE_BY_SIDE: Final = 256 << 20
"""Bytes of evidence from which on it pays to prepare digesting several files at once."""

RECORDS_A_FILE: Final = 100
"""Records that stand in one file: few files are handled sooner, and one can still be read."""

_SUFFIX_LENGTH = 5
_TYPES = {
    ".json": "application/json",
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".pem": "application/x-pem-file",
    ".tsr": "application/timestamp-reply",
    ".ots": "application/vnd.opentimestamps.ots",
}


@dataclass(frozen=True)
class LoggedBundle:
    """The entry that commits to a bundle, and its proof."""

    entry: bytes
    """Bytes of the entry."""

    proof: str
    """C2SP tlog-proof of the entry."""


@dataclass(frozen=True)
class WrittenBundle:
    """A bundle that was written."""

    folder: Path
    """Where."""

    manifest: str
    """SHA-256 (hex) of ``manifest-sha256.txt``."""

    files: int
    """Files of the payload."""

    size: int
    """Bytes of the payload."""


Log = Callable[[str], LoggedBundle]
"""Appends the entry about the payload's manifest, whose SHA-256 (hex) is given."""


def write_bundle(
    out: Path, content: BundleContent, log: Log, progress: Callable[[int], None] | None = None
) -> WrittenBundle:
    """Write a bundle.

    Args:
        out: The folder, which must not be there yet.
        content: What it holds.
        log: Appends the entry about it, once its payload is on the disk.
        progress: Told how many files of the payload are written.

    Raises:
        InputError: the folder is there, or a file is not what its record says.
        StorageError: the disk refused; nothing is left behind.
    """
    with BagWriter(out) as writer:
        paths = {one.sha256: evidence_path(one) for one in content.files}
        distinct = {one.sha256: one for one in content.files}
        evidence = [PayloadFile(paths[d], one.open, d) for d, one in distinct.items()]
        is_large = sum(one.size for one in distinct.values()) >= SIDE_BY_SIDE
        with writer.adding(evidence, progress, _side_by_side if is_large else None):
            writer.add(_record_files(content.records))
            writer.add(_parts(content))
            writer.add([_text("premis.xml", premis_xml(content, paths))])
            tags = _tags(content, has_files=bool(paths))
            # What evidence files should be is known beforehand, so the two lists of all files
            # are made while they are written; they are made again if one is not as long as said.
            accounts = _Accounts(content, paths, tags)
            expected = {f"data/{paths[d]}": (one.size, d) for d, one in distinct.items()}
            own = {one.path: (one.size, one.sha256) for one in writer.written.values()}
            made = accounts.make({**own, **expected})
        found = {one.path: (one.size, one.sha256) for one in writer.written.values()}
        if found != {**own, **expected}:
            made = accounts.make(found)
        writer.add([_text(CRATE_NAME, made.crate), _text(BUNDLE_NAME, made.document)])
        manifest = writer.write_manifests()
        logged = log(manifest)
        for name, data in tags.items():
            writer.add_tag(name, data)
        writer.add_tag(ENTRY, logged.entry)
        writer.add_tag(ENTRY_PROOF, logged.proof.encode())
        writer.finish(bag_info(content.origin, content.made_at, content.set))
        sizes = [one.size for one in writer.written.values()]
        return WrittenBundle(out, manifest, len(sizes), sum(sizes))


class _Made(NamedTuple):
    """The two files that list all files."""

    crate: bytes
    """``ro-crate-metadata.json``."""

    document: bytes
    """``bundle.json``."""


class _Accounts:
    """Makes the files that list all files of the payload."""

    def __init__(
        self, content: BundleContent, paths: Mapping[str, str], tags: Mapping[str, bytes]
    ) -> None:
        self._content = content
        self._types = {paths[one.sha256]: one.media_type for one in content.files}
        self._document = _document(content, paths, tags)

    def make(self, files: Mapping[str, tuple[int, str]]) -> _Made:
        """Both files, from size and SHA-256 by path from the bag's folder."""
        crate = crate_json(self._content, _described(files, self._types))
        name, digest = f"data/{CRATE_NAME}", hashlib.sha256(crate).hexdigest()
        listed = {**files, name: (len(crate), digest)}
        account = {path: {"size": size, "sha256": sha} for path, (size, sha) in listed.items()}
        return _Made(crate, json_file({**self._document, "files": account}))


def evidence_path(file: BundledFile) -> str:
    """Where an evidence file lies below ``data/``: its digest, and its ending where that is plain."""
    _, dot, ending = file.original_name.rpartition(".")
    ending = ending.lower()
    is_plain = bool(dot) and ending.isascii() and ending.isalnum() and len(ending) <= _SUFFIX_LENGTH
    return f"evidence/{file.sha256}" + (f".{ending}" if is_plain else "")


def _record_files(records: Sequence[BundledRecord]) -> list[PayloadFile]:
    """The files of the records' statements, decisions and proofs."""
    starts = range(0, len(records), RECORDS_A_FILE)
    return [
        PayloadFile(
            _record_path(start), partial(_record_blocks, records[start : start + RECORDS_A_FILE])
        )
        for start in starts
    ]


def _record_path(position: int) -> str:
    """The file of the record at a position, below ``data/``."""
    return f"records/{position // RECORDS_A_FILE + 1:05d}.json"


def _record_blocks(records: Sequence[BundledRecord], _: bytearray) -> Iterator[bytes]:
    """The bytes of a file of records: a line for each."""
    yield json_file({"records": list(map(_record, records))})


def _parts(content: BundleContent) -> list[PayloadFile]:
    """The log's checkpoint and keys, cosignatures, time-stamps, calendar proofs."""
    keys = {"log": list(content.log_keys), "witnesses": list(content.witness_keys)}
    parts = [
        _text("log/checkpoint.txt", content.checkpoint.encode()),
        _text("log/keys.json", json_file(keys)),
    ]
    for number, cosigned in enumerate(content.cosigned, 1):
        folder = f"witnesses/{number}"
        parts += [
            _text(f"{folder}/checkpoint.txt", cosigned.checkpoint.encode()),
            _text(f"{folder}/consistency.txt", cosigned.consistency.encode()),
        ]
    for number, stamp in enumerate(content.stamps, 1):
        folder = f"time-stamps/{number}"
        parts += [
            _text(f"{folder}/checkpoint.txt", stamp.checkpoint.encode()),
            _text(f"{folder}/token.tsr", stamp.token),
            _text(f"{folder}/chain.pem", stamp.chain),
            _text(f"{folder}/consistency.txt", stamp.consistency.encode()),
        ]
        if stamp.revoked:
            parts.append(_text(f"{folder}/revoked.pem", stamp.revoked))
    for number, calendar in enumerate(content.calendars, 1):
        folder = f"calendars/{number}"
        headers = {str(height): text for height, text in calendar.headers.items()}
        parts += [
            _text(f"{folder}/checkpoint.txt", calendar.checkpoint.encode()),
            _text(f"{folder}/checkpoint.txt.ots", calendar.proof),
            _text(f"{folder}/headers.json", json_file(headers)),
            _text(f"{folder}/consistency.txt", calendar.consistency.encode()),
        ]
    return parts


def _record(record: BundledRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "type": record.type,
        "statements": list(map(_statement, record.statements)),
        "withheld": [{"id": one.id, "leaf": one.leaf, "why": one.why} for one in record.withheld],
        "determinations": list(map(_statement, record.determinations)),
        "files": list(record.files),
    }


def _statement(one: BundledStatement) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "row": dict(one.row),
        "proof": one.proof,
        **({"shown": one.shown} if one.shown else {}),
    }


def _described(
    files: Mapping[str, tuple[int, str]], types: Mapping[str, str]
) -> dict[str, tuple[int, str, str]]:
    """Size, digest and media type of what is written, by path below ``data/``."""
    found = {}
    for whole, (size, digest) in files.items():
        path = whole.removeprefix("data/")
        suffix = f".{path.rpartition('.')[2]}"
        kind = types.get(path) or _TYPES.get(suffix, "application/octet-stream")
        found[path] = (size, digest, kind)
    return found


def _document(
    content: BundleContent,
    paths: Mapping[str, str],
    tags: Mapping[str, bytes],
) -> dict[str, Any]:
    """``bundle.json``, but for its account of files."""
    records = content.records
    return {
        "format": FORMAT,
        "title": content.title,
        "origin": content.origin,
        "fictional": content.fictional,
        "made_at": content.made_at,
        "set": content.set,
        "definition": dict(content.definition),
        "definition_sha256": definition_digest(content.definition),
        "full_set_manifest_sha256": content.twin,
        "records": {
            one.id: f"data/{_record_path(position)}" for position, one in enumerate(records)
        },
        "statements": sum(len(one.statements) for one in records),
        "withheld": sum(len(one.withheld) for one in records),
        "redactions": [asdict(one) for one in content.redactions],
        "absent": list(content.absent),
        "evidence": [_evidence(one, paths[one.sha256]) for one in content.files],
        "custody_gaps": [asdict(one) for one in content.gaps],
        "staff": [dict(one) for one in content.staff],
        "beside": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(tags.items())},
        "not_shown": as_document(_limits(content)),
    }


def _evidence(file: BundledFile, path: str) -> dict[str, Any]:
    return {
        "path": f"data/{path}",
        "sha256": file.sha256,
        "size": file.size,
        "type": file.media_type,
        "original_name": "" if file.name_withheld else file.original_name,
        "record": file.record,
        "digest_statement": file.digest_statement,
        "derived_from": file.derived_from,
        "tool": file.tool,
    }


def _limits(content: BundleContent) -> list[Any]:
    limits = list(LIMITS)
    if not content.witness_keys:
        limits.append(NO_WITNESS)
    if not content.stamps:
        limits.append(NO_STAMP)
    return limits


def _tags(content: BundleContent, *, has_files: bool) -> dict[str, bytes]:
    """The pages and the verifier, by name."""
    facts = VerifyFacts(
        content.title,
        content.origin,
        content.made_at,
        content.set,
        content.fictional,
        content.log_keys,
        [
            (f"data/time-stamps/{number}", _seconds(one.token, one.checkpoint, one.chain))
            for number, one in enumerate(content.stamps, 1)
        ],
        has_files,
        _limits(content),
    )
    tags = {VERIFIER: files("bayyina.bundle").joinpath("standalone.py").read_bytes()}
    time = dt.datetime.fromisoformat(content.made_at)
    for lang in LANGUAGES:
        page = verify_page(facts, lang)
        tags[f"VERIFY.{lang}.html"] = html_page(page).encode()
        document = typst_document(page)
        tags[f"VERIFY.{lang}.pdf"] = typst_pdf(document.source, assets=document.assets, time=time)
    return tags


def _seconds(token: bytes, checkpoint: str, chain: bytes) -> int:
    stamp = verify_time_stamp(token, checkpoint.encode(), read_chain([chain]))
    return int(stamp.time.timestamp())


@cache
def _side_by_side() -> SideBySide | None:
    """Compiled once a process; what the processor can do for one message only is done so."""
    pairs, lanes = Lanes.made(SHA256), Lanes.made(SHA512)
    if pairs is None and lanes is None:
        return None
    first = partial(_one_by_one, "sha256") if pairs is None else pairs.digests
    second = partial(_one_by_one, "sha512") if lanes is None else lanes.digests
    return lambda some: list(zip(first(some), second(some), strict=True))


def _one_by_one(algorithm: str, messages: Sequence[Block]) -> list[str]:
    return [hashlib.new(algorithm, one).hexdigest() for one in messages]


def _text(path: str, data: bytes) -> PayloadFile:
    return PayloadFile(path, bytes_blocks(data))

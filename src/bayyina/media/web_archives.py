"""Web archives verified on arrival: WARC and ARC by their own digests, WACZ by its package.

WACZ (specs.webrecorder.net, 1.2.0) is a ZIP of archives, indexes and pages with a list of
digests; the list's digest may be signed. A signature says who archived and when, not that the
server sent it. Numbered as they are checked: (1) every resource that is listed is there and
has its digest and length; (2) nothing in the named folders is unlisted; (3) the digest of the
list; (4) the signature over it; (5) each index line points at a record of that address.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from bayyina.media.markup import read_json
from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text
from bayyina.media.web_records import Record, read_records, wrong_digests
from bayyina.media.zip_archives import (
    Budget,
    digest_of,
    list_archive,
    open_archive,
    read_member,
)

SMALL: Final = 8 << 20
MAX_INDEX: Final = 64 << 20
MAX_ARCHIVE: Final = 512 << 20
FOLDERS: Final = ("archive/", "indexes/", "pages/")


def read_warc(path: Path) -> dict[str, Any]:
    """The records of a web archive and whether their digests fit.

    Raises:
        FileLimitError: it holds more than is read.
    """
    with path.open("rb") as file:
        return _records(read_records(file))


def _records(records: Iterator[Record]) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    found: dict[str, Any] = {"mismatches": [], "faults": [], "addresses": []}
    checked, dates = 0, []
    try:
        for record in records:
            kinds[record.kind] += 1
            count, wrong = wrong_digests(record)
            checked += count
            found["mismatches"].extend(f"record {sum(kinds.values())}: {name}" for name in wrong)
            if record.date:
                dates.append(record.date)
            if record.kind == "response" and len(found["addresses"]) < 200:
                found["addresses"].append(plain_text(record.address, 500))
    except DamagedFileError as error:
        found["faults"].append(error.message)
    found.update(records=dict(kinds), checked=checked)
    found.update(first_date=min(dates, default=None), last_date=max(dates, default=None))
    return found


def read_wacz(path: Path) -> dict[str, Any]:
    """The package's own description, and what of it does not fit.

    Raises:
        DamagedFileError: there is no description of the package.
        FileLimitError: it holds more than is read.
    """
    with path.open("rb") as file, open_archive(file) as archive:
        listing = list_archive(archive)
        if listing.is_bomb:
            raise FileLimitError("The web archive would inflate beyond the limits.")
        names = [info.filename for info in listing.members]
        raw = read_member(archive, "datapackage.json", SMALL)
        package = read_json(raw)
        if not isinstance(package, dict):
            raise DamagedFileError("The package's description is none.")
        found: dict[str, Any] = {
            "wacz_version": package.get("wacz_version"),
            "title": package.get("title") or (package.get("metadata") or {}).get("title"),
            "created": package.get("created"),
            "software": package.get("software"),
            "mismatches": [],
            "bad_signatures": [],
            "faults": [],
            "checked": 0,
        }
        _resources(archive, names, package, found)
        _signature(archive, names, raw, found)
        _indexes(archive, names, found)
    return found


def _resources(
    archive: ZipFile, names: list[str], package: Mapping[str, Any], found: dict[str, Any]
) -> None:
    """Checks (1) and (2)."""
    budget = Budget()
    listed = set()
    for resource in package.get("resources") or []:
        if not isinstance(resource, dict) or not resource.get("path"):
            found["faults"].append("A resource of the package has no path.")
            continue
        name = str(resource["path"])
        listed.add(name)
        stats = resource.get("stats") if isinstance(resource.get("stats"), dict) else {}
        said = str(resource.get("hash") or (stats or {}).get("hash") or "")
        algorithm, mark, value = said.partition(":")
        if not mark:
            algorithm, value = str(resource.get("hashing") or "sha256"), said
        found["checked"] += 1
        if algorithm not in ("sha256", "sha512", "sha1", "md5", "sha224"):
            found["mismatches"].append(f"{name}: unknown digest")
            continue
        digest = digest_of(archive, name, algorithm, budget)
        length = resource.get("bytes", (stats or {}).get("bytes"))
        if digest is None:
            found["mismatches"].append(f"{name}: missing or broken")
        elif digest != value.lower() or archive.getinfo(name).file_size != length:
            found["mismatches"].append(f"{name}: {algorithm} or length")
    unlisted = [n for n in names if n.startswith(FOLDERS) and n not in listed]
    found["mismatches"].extend(f"{name}: not in the list" for name in unlisted[:100])
    found["checked"] += len(unlisted)


def _signature(archive: ZipFile, names: list[str], raw: bytes, found: dict[str, Any]) -> None:
    """Checks (3) and (4)."""
    if "datapackage-digest.json" not in names:
        found["signature"] = "none"
        return
    document = read_json(read_member(archive, "datapackage-digest.json", SMALL))
    if not isinstance(document, dict):
        found["faults"].append("The list's own digest cannot be read.")
        return
    digest = hashes.Hash(hashes.SHA256())
    digest.update(raw)
    actual = "sha256:" + digest.finalize().hex()
    found["checked"] += 1
    if document.get("hash") != actual:
        found["mismatches"].append("datapackage.json: digest")
    signed = document.get("signedData")
    if not isinstance(signed, dict):
        found["signature"] = "none"
        return
    found["signed_by"] = signed.get("domain") or "an anonymous key"
    found["signed_at"] = signed.get("created")
    found["time_stamp"] = "present, not checked here" if signed.get("timeSignature") else "none"
    if signed.get("hash") != actual:
        found["bad_signatures"].append("the signed digest is another")
    found["certificates"] = _chain(signed)
    found["signature"] = _verified(signed)
    if found["signature"] != "fits":
        found["bad_signatures"].append(found["signature"])


def _verified(signed: Mapping[str, Any]) -> str:
    """Whether the signature is the key's; the key's certificate is not judged here."""
    try:
        signature = base64.b64decode(str(signed.get("signature") or ""), validate=True)
        key = _key(signed)
        # the signature is over the text of the digest, with its label (wacz-auth 0.1.0)
        message = str(signed.get("hash") or "").encode("utf-8")
        if isinstance(key, ec.EllipticCurvePublicKey):
            if len(signature) == 2 * ((key.key_size + 7) // 8):
                signature = _der(signature)
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            return "its kind of key is not known"
    except InvalidSignature:
        return "the signature does not fit"
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        return "the signature or its key cannot be read"
    return "fits"


def _chain(signed: Mapping[str, Any]) -> list[str]:
    """Names of the certificates' issuers, for a person to judge; no list of roots is kept here."""
    try:
        text = str(signed.get("domainCert") or "").encode("ascii", "replace")
        chain = x509.load_pem_x509_certificates(text) if text else []
        return [plain_text(certificate.issuer.rfc4514_string(), 200) for certificate in chain]
    except ValueError:
        return []


def _key(signed: Mapping[str, Any]) -> Any:
    if signed.get("domainCert"):
        chain = x509.load_pem_x509_certificates(
            str(signed["domainCert"]).encode("ascii", "replace")
        )
        return chain[0].public_key()
    return load_der_public_key(base64.b64decode(str(signed.get("publicKey") or "")))


def _der(raw: bytes) -> bytes:
    """Two numbers side by side, as browsers sign, in the form that is verified."""

    def number(part: bytes) -> bytes:
        short = part.lstrip(b"\0") or b"\0"
        short = b"\0" + short if short[0] & 0x80 else short
        return b"\x02" + bytes([len(short)]) + short

    half = len(raw) // 2
    body = number(raw[:half]) + number(raw[half:])
    return b"\x30" + bytes([len(body)]) + body


def _indexes(archive: ZipFile, names: list[str], found: dict[str, Any]) -> None:
    """Check (5), and the records' own digests."""
    places: dict[str, dict[int, str]] = {}
    archives = {}
    for name in [n for n in names if n.startswith("archive/")][:200]:
        if archive.getinfo(name).file_size > MAX_ARCHIVE:
            raise FileLimitError("An archive in the package is larger than is read.")
        data = io.BytesIO(read_member(archive, name, MAX_ARCHIVE))
        records: list[Record] = []
        seen = _records(_keeping(read_records(data), records))
        archives[name] = {k: seen[k] for k in ("records", "first_date", "last_date")}
        found["mismatches"].extend(f"{name}, {wrong}" for wrong in seen["mismatches"])
        found["checked"] += seen["checked"]
        found["faults"].extend(f"{name}: {fault}" for fault in seen["faults"])
        places[name.rpartition("/")[2]] = {r.offset: r.address for r in records}
    found["archives"] = archives
    for name in [n for n in names if n.startswith("indexes/") and "cdx" in n]:
        for line in _index_lines(archive, name, found):
            found["checked"] += 1
            place = places.get(str(line.get("filename")), {})
            if place.get(int(line.get("offset") or 0)) != line.get("url"):
                found["mismatches"].append(f"{name}: {plain_text(str(line.get('url')), 200)}")


def _keeping(records: Iterator[Record], kept: list[Record]) -> Iterator[Record]:
    for record in records:
        kept.append(record._replace(block=b""))
        yield record


def _index_lines(archive: ZipFile, name: str, found: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    data = read_member(archive, name, MAX_INDEX)
    if name.endswith(".gz"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(MAX_INDEX + 1)
        except (OSError, EOFError, zlib.error):
            found["faults"].append(f"{name} cannot be inflated.")
            return
        if len(data) > MAX_INDEX:
            raise FileLimitError("An index of the web archive is larger than is read.")
    for line in data.decode("utf-8", "replace").splitlines():
        _, mark, text = line.partition(" {")
        try:
            value = json.loads("{" + text) if mark else None
        except (ValueError, RecursionError):
            found["faults"].append(f"A line of {name} cannot be read.")
            continue
        if isinstance(value, dict) and str(value.get("offset", "0")).isdigit():
            yield value

"""The indicators of one file, from what the steps found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from bayyina.media.findings import Seen, indicator
from bayyina.media.metadata_checks import metadata_findings
from bayyina.media.results import Indicator
from bayyina.media.writers import table_origin, written_by

Facts = Mapping[str, Any]
UNTRUSTED: Final = frozenset({"signingCredential.untrusted", "cawg.x509.credential.untrusted"})
"""Codes that say only that no list of trusted signers was given, which is so here always."""

STRUCTURES: Final = (
    "jpeg",
    "png",
    "tiff",
    "boxes",
    "zip",
    "markup",
    "pdf",
    "office",
    "warc",
    "wacz",
)


def indicators_of(facts: Facts, sha256: str, now: datetime) -> tuple[Indicator, ...]:
    """Everything that a person should look at in one file; the same facts give the same."""
    return tuple(indicator(seen, sha256) for seen in seen_in(facts, now))


def seen_in(facts: Facts, now: datetime) -> Iterator[Seen]:
    """What each method saw."""
    tags, jpeg = part(facts, "exiftool"), part(facts, "jpeg")
    yield from _types(facts)
    yield from _faults(facts)
    yield from _trailing(facts)
    if jpeg or part(facts, "picture") or part(facts, "boxes"):
        yield from written_by(tags, jpeg)
        yield from table_origin(tags, jpeg)
        yield from metadata_findings(tags, size_of(facts), now)
    yield from _measured(facts)
    yield from _copies(facts)
    yield from _provenance(facts)
    yield from _documents(facts)
    yield from _archives(facts)


def part(facts: Facts, name: str) -> Mapping[str, Any]:
    """What one step found, or nothing."""
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}


def size_of(facts: Facts) -> tuple[int, int] | None:
    """Columns and rows of the picture."""
    for name in ("jpeg", "png", "picture"):
        found = part(facts, name)
        if found.get("width") and found.get("height"):
            return int(found["width"]), int(found["height"])
    return None


def _types(facts: Facts) -> Iterator[Seen]:
    types = part(facts, "types")
    numbers = {name: types.get(name) for name in ("libmagic", "structure", "extension")}
    if types.get("best") == "application/x-empty":
        return
    if types.get("conflicts"):
        yield Seen("type-disagreement", "conflict", numbers, {})
    elif types.get("extension") and not types.get("libmagic") and not types.get("structure"):
        yield Seen("type-disagreement", "unknown", numbers, {})


def _faults(facts: Facts) -> Iterator[Seen]:
    faults = [str(f) for name in STRUCTURES for f in part(facts, name).get("faults") or []]
    if faults:
        numbers = {"faults": " ".join(faults[:5]), "count": len(faults)}
        yield Seen("structure-fault", "faults", numbers, {})


def _trailing(facts: Facts) -> Iterator[Seen]:
    for name in ("jpeg", "png"):
        found = part(facts, name)
        if found.get("trailing_bytes"):
            what = found.get("trailing") or "other bytes"
            numbers = {"bytes": found["trailing_bytes"], "what": what}
            yield Seen("trailing-data", "trailing", numbers, {})


def _measured(facts: Facts) -> Iterator[Seen]:
    """Methods that measure in the child and leave only a number against a threshold."""
    compression = part(facts, "recompression")
    if compression.get("score", 0) > compression.get("threshold", float("inf")):
        parameters = {k: compression[k] for k in ("threshold", "side", "coefficients")}
        numbers = {"score": compression["score"], "by_coefficient": compression["by_coefficient"]}
        yield Seen("re-compression", "periodic", numbers, parameters)
    thumbnail = part(facts, "thumbnail")
    if thumbnail.get("likeness", 1) < thumbnail.get("threshold", 0):
        numbers = {"likeness": thumbnail["likeness"], "width": thumbnail["width"]}
        parameters = {"threshold": thumbnail["threshold"], "side": thumbnail["side"]}
        yield Seen("thumbnail-mismatch", "differs", numbers, parameters)


def _copies(facts: Facts) -> Iterator[Seen]:
    """Regions that are alike, where that was asked for."""
    pairs = part(facts, "copies").get("pairs") or []
    if pairs:
        left, top, width, height = pairs[0]["region"]
        to_left, to_top = pairs[0]["again_at"]
        numbers = {
            "count": len(pairs), "first": f"{width} x {height} @ {left}, {top}",
            "second": f"{to_left}, {to_top}", "pairs": pairs,
        }  # fmt: skip
        yield Seen(
            "copied-regions", "pairs", numbers, part(facts, "copies").get("parameters") or {}
        )


def _provenance(facts: Facts) -> Iterator[Seen]:
    found = part(facts, "c2pa")
    if not found:
        return
    if "codes" not in found:
        numbers = {"sdk": found.get("sdk_version"), "state": found.get("state")}
        yield Seen("provenance-codes", "unreadable", numbers, {"remote_manifest_fetch": False})
        return
    failures = Counter(found["codes"].get("failure") or {})
    failures.update(found.get("ingredient_failures") or {})
    failures.update(found.get("recorded_of_ingredients") or {})
    codes = sorted(set(failures) - UNTRUSTED)
    if codes:
        numbers = {"sdk": found.get("sdk_version"), "codes": codes, "counts": dict(failures)}
        yield Seen("provenance-codes", "failure", numbers, {"remote_manifest_fetch": False})


def _documents(facts: Facts) -> Iterator[Seen]:
    places = ("pdf", "office", "markup")
    what = [str(one) for name in places for one in part(facts, name).get("active") or []]
    if what:
        yield Seen("active-content", "holds", {"what": what}, {})
    unseen = [str(one) for name in places for one in part(facts, name).get("unseen") or []]
    if unseen:
        by = part(facts, "office").get("changed_by") or None
        yield Seen("unseen-content", "holds", {"what": unseen, "authors": by}, {})
    revisions = part(facts, "pdf").get("revisions") or []
    if len(revisions) > 1:
        producers = [r.get("producer") for r in revisions if isinstance(r, Mapping)]
        named = list(dict.fromkeys(str(p) for p in producers if p))
        numbers = {"count": len(revisions), "producers": named or None}
        yield Seen("document-revisions", "revisions", numbers, {})


def _archives(facts: Facts) -> Iterator[Seen]:
    listing = part(facts, "zip")
    kinds = [str(n.get("kind")) for n in listing.get("notes") or [] if isinstance(n, Mapping)]
    kinds += ["inflates beyond the limits"] if listing.get("limit") else []
    if kinds:
        what = list(dict.fromkeys(kinds))
        yield Seen("archive-dangers", "holds", {"what": what, "counts": dict(Counter(kinds))}, {})
    for name in ("wacz", "warc", "package", "proofmode"):
        found = part(facts, name)
        wrong = found.get("mismatches") or []
        if wrong:
            numbers = {"count": len(wrong), "checked": found.get("checked"), "which": wrong}
            yield Seen("digest-mismatch", "differs", numbers, {})
        if found.get("bad_signatures"):
            numbers = {"which": found["bad_signatures"]}
            yield Seen("digest-mismatch", "signature", numbers, {})

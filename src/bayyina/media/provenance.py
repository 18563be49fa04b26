"""C2PA provenance as the library reports it: raw codes, the library's version, no network.

What a library calls valid changes between its versions (a genuine capture of 2023 is reported
with a mismatch by a library of 2026), so the codes are kept as they are. ``verify`` settings:
remote manifests and certificate status are never fetched.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

try:
    import c2pa
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    c2pa = None

SETTINGS: Final = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
TYPES: Final = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/tiff", "image/gif", "image/svg+xml",
        "image/heic", "image/heif", "image/avif", "image/x-adobe-dng", "video/mp4",
        "video/quicktime", "video/x-msvideo", "audio/mp4", "audio/wav", "audio/mpeg",
        "application/pdf",
    }
)  # fmt: skip
"""Types in which the library looks for a manifest."""

SEARCHED: Final = 64 << 20
"""Bytes that are searched for the marks of a manifest before the library is asked."""


def read_provenance(path: Path, kind: str) -> dict[str, Any] | None:
    """What the library says about the file's manifest; None when there is none.

    The absence of a manifest means nothing: most cameras write none, most programs strip it.
    """
    if c2pa is None or kind not in TYPES:
        return None
    is_searched = kind != "application/pdf" and path.stat().st_size <= SEARCHED
    if is_searched and not _may_hold_manifest(path):
        return None  # most files: the library need not look at them
    try:
        with (
            c2pa.Context(c2pa.Settings.from_dict(SETTINGS)) as context,
            path.open("rb") as stream,
            c2pa.Reader(kind, stream, context=context) as reader,
        ):
            report = json.loads(reader.json())
    except c2pa.C2paError as error:
        return _refused(error) if _may_hold_manifest(path) else None
    return _summary(report)


def _may_hold_manifest(path: Path) -> bool:
    """Whether the marks of a manifest stand in the file, so that an error is about one."""
    tail = b""
    with path.open("rb") as file:
        for _ in range(SEARCHED >> 20):
            piece = file.read(1 << 20)
            if b"c2pa" in tail + piece or b"dcterms:provenance" in tail + piece:
                return True
            if not piece:
                return False
            tail = piece[-20:]
    return False


def _refused(error: Exception) -> dict[str, Any] | None:
    """An error of the library: no manifest at all, or one that it cannot read."""
    name = type(error).__name__.lstrip("_").removeprefix("C2pa")
    words = str(error)
    if "ManifestNotFound" in name or "ManifestNotFound" in words or "no JUMBF" in words:
        return None
    if "NotSupported" in name or "not supported" in words or "unsupported type" in words:
        return None
    remote = "remote" in words.lower() or "Remote" in name
    return {
        "sdk_version": c2pa.sdk_version(),
        "state": "remote manifest, not fetched" if remote else "unreadable",
        "error": name,
    }


def _summary(report: dict[str, Any]) -> dict[str, Any]:
    results = report.get("validation_results") or {}
    active = results.get("activeManifest") or {}
    manifests = report.get("manifests") or {}
    return {
        "sdk_version": c2pa.sdk_version(),
        "state": report.get("validation_state"),
        "codes": {
            outcome: dict(Counter(entry.get("code", "") for entry in active.get(outcome) or []))
            for outcome in ("success", "informational", "failure")
        },
        "ingredient_failures": _ingredient_failures(results),
        "recorded_of_ingredients": _recorded(manifests),
        "active_manifest": report.get("active_manifest"),
        "manifests": [
            {
                "label": label,
                "claim_generator": manifest.get("claim_generator")
                or manifest.get("claim_generator_info"),
                "signature": manifest.get("signature_info"),
                "actions": _actions(manifest),
                "ingredients": [i.get("title") for i in manifest.get("ingredients") or []],
            }
            for label, manifest in list(manifests.items())[:50]
        ],
    }


def _ingredient_failures(results: dict[str, Any]) -> dict[str, int]:
    """Failures in the manifests that this one builds on: the state alone does not tell of them."""
    counts: Counter[str] = Counter()
    for delta in results.get("ingredientDeltas") or []:
        failures = (delta.get("validationDeltas") or {}).get("failure") or []
        counts.update(entry.get("code", "") for entry in failures)
    return dict(counts)


def _recorded(manifests: dict[str, Any]) -> dict[str, int]:
    """Failures of ingredients that their makers recorded when they took them in."""
    counts: Counter[str] = Counter()
    for manifest in manifests.values():
        for ingredient in manifest.get("ingredients") or []:
            counts.update(str(e.get("code", "")) for e in ingredient.get("validation_status") or [])
    return dict(counts)


def _actions(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for assertion in manifest.get("assertions") or []:
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            data = assertion.get("data") or {}
            found.extend(str(action.get("action")) for action in data.get("actions") or [])
    return found[:100]

"""Whether a folder is a whole and unchanged bag (RFC 8493): checks 1 to 7 of a bundle.

(1) The folder holds plain files only. (2) ``bagit.txt`` declares a bag. (3) Manifests can be
read and name nothing outside. (4) The payload is complete. (5) Payload files have their
digests. (6) Tag files have theirs. (7) ``bag-info.txt`` and ``fetch.txt`` agree with the
payload.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bayyina.bundle.bag_names import SYSTEM_FILES, NameBook, clashes, encoded, shown
from bayyina.bundle.bag_reading import (
    MANIFEST,
    Declaration,
    Manifest,
    read_declaration,
    read_fetch,
    read_info,
    read_manifest,
    read_oxum,
)
from bayyina.bundle.digests import ALGORITHMS, digest_files
from bayyina.bundle.folder_listing import Listing, list_folder
from bayyina.custody.findings import (
    DAMAGED,
    DELETED,
    EDITED,
    INSERTED,
    NOT_CHECKED,
    Check,
    Finding,
    outcome,
)

GIANT = 1 << 30
"""Bytes beyond what ``Payload-Oxum`` states from which files are not read."""

NAMES = (
    "the folder holds plain files only",
    "bagit.txt declares a bag",
    "manifests can be read and name nothing outside",
    "the payload is complete",
    "payload files have their digests",
    "tag files have their digests",
    "bag-info.txt and fetch.txt agree with the payload",
)
"""Names of the checks, by number from 1."""


@dataclass
class Bag:
    """A folder as it was read, with what its digests turned out to be."""

    folder: Path
    """Where it is."""

    listing: Listing
    """Its files."""

    declaration: Declaration
    """What ``bagit.txt`` says."""

    manifests: list[Manifest]
    """Payload manifests and tag manifests, by name."""

    info: list[tuple[str, str]] = field(default_factory=list)
    """Labels and values of ``bag-info.txt``."""

    not_read: frozenset[str] = frozenset()
    """Files of the payload that were left unread, because it is far larger than it should be."""

    actual: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Digests that files have, by path and algorithm."""

    checks: list[Check] = field(default_factory=list)
    """Checks 1 to 7."""

    warnings: dict[int, list[str]] = field(default_factory=dict)
    """What is unusual and no fault, by number of the check."""

    @property
    def payload(self) -> list[str]:
        """Paths of the payload's files, in order."""
        return sorted(name for name in self.listing.sizes if name.startswith("data/"))


def check_bag(
    folder: Path,
    *,
    always: Iterable[str] = (),
    progress: Callable[[int, int | None, str], None] | None = None,
    meanwhile: Callable[[Bag], None] | None = None,
) -> Bag:
    """Check a bag.

    Args:
        folder: The bag.
        always: Algorithms by which every payload file is digested, whatever manifests there are.
        progress: Told files read.
        meanwhile: What can be checked while files are read: it gets the bag without digests.

    Raises:
        FileUnreadableError: it is no folder.
    """
    listing = list_folder(folder)
    sizes = listing.sizes
    declaration = read_declaration(folder, is_there="bagit.txt" in sizes)
    names = sorted(name for name in sizes if "/" not in name and MANIFEST.fullmatch(name))
    bag = Bag(
        folder, listing, declaration, [read_manifest(folder, one, declaration) for one in names]
    )
    for number in range(1, len(NAMES) + 1):
        bag.warnings[number] = []
    _safe_names(bag)
    _declared(bag)
    _readable(bag)
    resolved = _Resolved(bag)
    _complete(bag, resolved)
    wanted = _wanted_digests(bag, resolved, tuple(always))
    total = len(wanted)
    tell = None if progress is None else lambda done: progress(done, total, "files read")
    beside = None if meanwhile is None else partial(meanwhile, bag)
    for result in digest_files(bag.folder, wanted, tell, beside):
        bag.actual[result.path] = result.digests
    _payload_digests(bag, resolved)
    _tag_digests(bag, resolved)
    _agrees(bag, resolved)
    return bag


class _Resolved:
    """Which file each entry of each manifest means."""

    def __init__(self, bag: Bag) -> None:
        book = NameBook(bag.listing.sizes)
        self.files: dict[tuple[str, str], str] = {}
        self.missing: list[tuple[Manifest, str]] = []
        self.excused: set[str] = set()
        self.warnings: list[str] = []
        self.listed: dict[str, set[str]] = {}
        self.wanted: dict[str, set[str]] = {}
        for manifest in bag.manifests:
            known = self.listed.setdefault(manifest.name, set())
            for path in manifest.digests:
                name, warning = book.find(path)
                if warning:
                    self.warnings.append(warning)
                if name is None:
                    self._miss(bag, manifest, path)
                    continue
                self.files[manifest.name, path] = name
                known.add(name)
                if manifest.algorithm in ALGORITHMS:
                    self.wanted.setdefault(name, set()).add(manifest.algorithm)

    def _miss(self, bag: Bag, manifest: Manifest, path: str) -> None:
        if path.rpartition("/")[2].lower() in SYSTEM_FILES and not bag.declaration.is_strict:
            self.excused.add(path)
            self.warnings.append(f"{shown(path)}: a file of a file manager, which is not there")
        else:
            self.missing.append((manifest, path))


def _safe_names(bag: Bag) -> None:
    """(1) Nothing but plain files and folders; names that clash are told."""
    bag.warnings[1] = [
        f"{shown(one)} and {shown(other)} are one name to some file systems"
        for one, other in clashes(bag.listing.sizes)
    ]
    bag.warnings[1] += [
        f"{shown(name)} is an empty folder, which no manifest can list"
        for name in bag.listing.empty_folders()
        if name != "data"
    ]
    held = f"{len(bag.listing.sizes):,} files, no link among them."
    bag.checks.append(outcome(1, NAMES[0], held, bag.listing.faults))


def _declared(bag: Bag) -> None:
    """(2) The declaration, the payload's folder, and a manifest."""
    faults = list(bag.declaration.faults)
    if "data" not in bag.listing.folders:
        faults.append(Finding(DAMAGED, "data", None, None, None, "there is no payload folder"))
    if not any(not one.is_tag for one in bag.manifests):
        why = "there is no manifest of the payload"
        faults.append(Finding(DAMAGED, "manifest", None, None, None, why))
    held = f"It is a bag of version {bag.declaration.version}."
    bag.checks.append(outcome(2, NAMES[1], held, faults))


def _readable(bag: Bag) -> None:
    """(3) Manifests."""
    faults = [finding for one in bag.manifests for finding in one.faults]
    bag.warnings[3] = [text for one in bag.manifests for text in one.warnings]
    held = ", ".join(one.name for one in bag.manifests) + "."
    bag.checks.append(outcome(3, NAMES[2], held, faults))


def _complete(bag: Bag, resolved: _Resolved) -> None:
    """(4) Every listed file is there, and every file is listed."""
    faults = []
    for manifest, path in resolved.missing:
        if not manifest.is_tag:
            faults.append(_lost(manifest, path))
    payload = [one for one in bag.manifests if not one.is_tag]
    listed = [resolved.listed[one.name] for one in payload]
    for name in bag.payload:
        holders = sum(name in known for known in listed)
        if holders == 0:
            why = "no manifest lists it"
            faults.append(Finding(INSERTED, shown(name), None, None, None, why))
        elif holders < len(listed):
            lacking = [
                m.name for m, known in zip(payload, listed, strict=True) if name not in known
            ]
            why = f"{', '.join(lacking)} does not list it"
            if bag.declaration.is_strict:
                faults.append(Finding(INSERTED, shown(name), None, None, None, why))
            else:
                bag.warnings[4].append(f"{shown(name)}: {why}")
    bag.warnings[4] += resolved.warnings
    bag.checks.append(outcome(4, NAMES[3], f"{len(bag.payload):,} files.", faults))


def _lost(manifest: Manifest, path: str) -> Finding:
    return Finding(DELETED, shown(path), None, None, None, f"{manifest.name} lists it")


def _wanted_digests(
    bag: Bag, resolved: _Resolved, always: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...]]]:
    """Files with all algorithms that are needed for each, so that each is read once."""
    wanted = {name: set(some) for name, some in resolved.wanted.items()}
    for name in bag.payload:
        wanted.setdefault(name, set()).update(always)
    left_out = bag.not_read = _too_much(bag, set(resolved.wanted), must_state=bool(always))
    return [
        (name, tuple(sorted(some)))
        for name, some in sorted(wanted.items())
        if some and name not in left_out
    ]


def _too_much(bag: Bag, listed: Collection[str], *, must_state: bool) -> frozenset[str]:
    """Payload files that are not read, so that nobody is held up by what cannot belong here.

    Of a payload that is much larger than the bag itself states: what no manifest lists, then the
    largest, until the rest is about as large. Files of such a size that no manifest lists, and all
    such files of a bag that does not state its size where it must.
    """
    info = [name for name in ("bag-info.txt", "package-info.txt") if name in bag.listing.sizes]
    if info:
        bag.info, _ = read_info(bag.folder, info[0], bag.declaration)
    stated, _ = read_oxum(bag.info)
    sizes = {name: bag.listing.sizes[name] for name in bag.payload}
    is_unknown = must_state and not stated
    left_out = {
        name for name, size in sizes.items() if size > GIANT and (is_unknown or name not in listed)
    }
    if stated:
        most = max(one for one, _ in stated) + GIANT
        octets = sum(size for name, size in sizes.items() if name not in left_out)
        for name in sorted(sizes, key=lambda one: (one in listed, -sizes[one])):
            if octets <= most:
                break
            if name not in left_out:
                left_out.add(name)
                octets -= sizes[name]
    return frozenset(left_out)


def _compare(bag: Bag, resolved: _Resolved, *, tags: bool) -> list[Finding]:
    faults = []
    for manifest in bag.manifests:
        if manifest.is_tag is not tags or manifest.algorithm not in ALGORITHMS:
            continue
        for path, digest in manifest.digests.items():
            name = resolved.files.get((manifest.name, path))
            if name is None:
                continue
            actual = bag.actual.get(name, {}).get(manifest.algorithm)
            if actual is None:
                why = f"{_unread(bag, name)} ({manifest.name})"
                faults.append(Finding(NOT_CHECKED, shown(name), None, None, None, why))
            elif actual != digest:
                why = f"not the digest in {manifest.name}"
                faults.append(Finding(EDITED, shown(name), None, None, None, why))
    return faults


def _unread(bag: Bag, name: str) -> str:
    """Why a file has no digest."""
    if name in bag.not_read:
        return f"{shown(name)} was not read: bag-info.txt states no payload that is so large"
    return "it could not be read"


def _payload_digests(bag: Bag, resolved: _Resolved) -> None:
    """(5) Payload files have the digests that manifests state."""
    faults = _compare(bag, resolved, tags=False)
    used = ", ".join(one.algorithm for one in bag.manifests if not one.is_tag)
    bag.checks.append(outcome(5, NAMES[4], f"{len(bag.payload):,} files by {used}.", faults))


def _tag_digests(bag: Bag, resolved: _Resolved) -> None:
    """(6) Tag files have the digests that tag manifests state, and none is gone."""
    tags = [one for one in bag.manifests if one.is_tag]
    faults = [_lost(manifest, path) for manifest, path in resolved.missing if manifest.is_tag]
    faults += _compare(bag, resolved, tags=True)
    if not tags:
        bag.warnings[6].append("there is no tag manifest, so tag files are not protected")
    held = (
        f"{len(set().union(*(resolved.listed[one.name] for one in tags)) if tags else ())} files."
    )
    bag.checks.append(outcome(6, NAMES[5], held, faults))


def _agrees(bag: Bag, resolved: _Resolved) -> None:
    """(7) The number of files and octets, and what was to be fetched."""
    faults: list[Finding] = []
    for name in ("bag-info.txt", "package-info.txt"):
        if name in bag.listing.sizes:
            bag.info, found = read_info(bag.folder, name, bag.declaration)
            if bag.declaration.is_strict:
                faults += found
            else:
                bag.warnings[7] += [str(one) for one in found]
    stated, is_read = read_oxum(bag.info)
    actual = (sum(bag.listing.sizes[name] for name in bag.payload), len(bag.payload))
    words = f"{actual[1]:,} files of {actual[0]:,} bytes"
    if not is_read or any(one != actual for one in stated):
        why = f"Payload-Oxum does not say what is there: {words}"
        if resolved.excused:
            bag.warnings[7].append(why)
        else:
            faults.append(Finding(EDITED, "bag-info.txt", None, None, None, why))
    if "fetch.txt" in bag.listing.sizes:
        faults += _fetched(bag, resolved)
    bag.checks.append(outcome(7, NAMES[6], f"{words}.", faults))


def _fetched(bag: Bag, resolved: _Resolved) -> list[Finding]:
    """Files that the bag says are elsewhere: they must be here and in a manifest."""
    paths, faults = read_fetch(bag.folder, bag.declaration)
    known = {path for manifest in bag.manifests for path in manifest.digests}
    present = set(resolved.files.values())
    for path in paths:
        if path not in known and encoded(path) not in known:
            why = "fetch.txt names it and no manifest does"
            faults.append(Finding(INSERTED, shown(path), None, None, None, why))
        elif path not in present and path not in bag.listing.sizes:
            why = "it was to be fetched; nothing is fetched here"
            faults.append(Finding(DELETED, shown(path), None, None, None, why))
    return faults

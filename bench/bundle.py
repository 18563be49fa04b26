"""Bundles: exporting them against ``cp``, checking them against ``bagit`` with two processes.

The export reads each file as the product does: from a vault, where it lies encrypted. Its peer
copies the same files in the clear. What is gathered from the database before that is not in it:
``python -m bench.bundle --whole`` measures ``bundle create`` from its first look at a workspace.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.app.bundling import BundleOrder, create_bundle
from bayyina.app.evidence_adding import add_evidence
from bayyina.bundle.bag_writing import Block
from bayyina.bundle.composing import LoggedBundle, write_bundle
from bayyina.bundle.contents import (
    FULL,
    BundleContent,
    BundledFile,
    BundledRecord,
    BundledStatement,
)
from bayyina.bundle.digests import digest_files
from bayyina.custody.canonical import read_canonical
from bayyina.custody.checkpoints import Checkpoint, sign_checkpoint
from bayyina.custody.entries import Entry, TreeHead
from bayyina.custody.leaves import StatementLeaves
from bayyina.custody.merkle import leaf_hash, root
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.proofs import EntryProof, RowProof
from bayyina.vault.blob_reading import item_parts
from bayyina.vault.folder_store import FolderStore
from bayyina.vault.identifying import identify_by_beginning
from bayyina.vault.taking import take_in
from bench.vault import new_workspace, quiet

FILES = int(os.environ.get("BAYYINA_BENCH_FILES", "5000"))
"""Evidence files, each with one proved statement of its digest; the goals are for 5,000."""

SIZE = 200_000
"""Bytes of each."""

ROUNDS = 3
"""Measurements of each, alternating; the median counts."""

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "bayyina-fictional/00000000-0000-7000-8000-000000000000"
ACTOR = UUID(int=(0x7 << 76) | (2 << 62) | 1)
TIME = "2026-11-21T12:00:00.000Z"


def main() -> None:
    """Run and print."""
    if "--whole" in sys.argv[1:]:
        whole()
        return
    base = Path(os.environ.get("BAYYINA_BENCH_FOLDER", tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix="bayyina-bundle-", dir=base) as name:
        folder = Path(name)
        files = make_files(folder / "files")
        content, log = make_content(files, into_vault(folder / "vault", files))
        number = count()
        exports = {
            "cp -r + sync": lambda: copied(folder / "files", folder / f"copy{next(number)}"),
            "bundle": lambda: written(folder / f"bundle{next(number)}", content, log),
        }
        times = measured(exports)
        print(f"Export of {FILES:,} files of {SIZE:,} bytes with {FILES:,} proofs")
        show(times, "cp -r + sync", "bundle", 1.3)
        written(folder / "bundle", content, log)
        checks = {
            "bagit, 2 processes": lambda: peer(folder / "bundle"),
            "bundle verify": lambda: checked(folder / "bundle"),
        }
        print("Checking that bundle: manifests, proofs, the log's entry")
        show(measured(checks), "bagit, 2 processes", "bundle verify", 1.15)


def whole() -> None:
    """The command's work from its first look at a workspace: rows, proofs of all, the bundle."""
    base = Path(os.environ.get("BAYYINA_BENCH_FOLDER", tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix="bayyina-bundle-", dir=base) as name:
        folder = Path(name)
        make_files(folder / "files")
        workspace = new_workspace(folder / "workspace")
        report = folder / "report.csv"
        add_evidence(workspace, paths=[folder / "files"], report=report, progress=quiet)
        os.sync()
        wall, busy = time.perf_counter(), time.process_time()
        order = BundleOrder("", whole_case=True)
        (made,) = create_bundle(workspace, order, out=folder / "bundle", progress=quiet)
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
        print(
            f"bundle create of {made.evidence:,} files and {made.statements + made.withheld:,} "
            f"proofs: {wall:.2f} s, {busy:.2f} s of processor time"
        )
        workspace.store.close()


def make_files(folder: Path) -> list[Path]:
    """Files of random bytes."""
    folder.mkdir()
    paths = []
    for number in range(FILES):
        path = folder / f"{number:05d}.jpg"
        path.write_bytes(os.urandom(SIZE))
        paths.append(path)
    return paths


def into_vault(folder: Path, files: list[Path]) -> list[Callable[[bytearray], Iterator[Block]]]:
    """Seal files into a vault; what reads each of them."""
    staged = folder / "staged"
    staged.mkdir(parents=True)
    store = FolderStore(folder / "blobs")
    taken = [take_in(path, staged, identify=identify_by_beginning) for path in files]
    store.adopt([(one.keys.address, one.staged) for one in taken])
    return [lambda room, keys=one.keys: item_parts(store, keys, room) for one in taken]


def make_content(
    files: list[Path], readers: Sequence[Callable[[bytearray], Iterator[Block]]]
) -> tuple[BundleContent, Callable[[str], LoggedBundle]]:
    """A log of one batch whose statements state the files' digests."""
    wanted = [(str(path), ("sha256",)) for path in files]
    digests = [
        one.digests["sha256"]
        for one in digest_files(Path("/"), [(p.lstrip("/"), a) for p, a in wanted])
    ]
    batch = UUID("0197a5b0-0000-7000-8000-000000000000")
    leaves = StatementLeaves(batch=batch, recorded_at=TIME, recorded_by=ACTOR)
    lines = [
        leaves.encode(
            (1 << 32) | n,
            (1 << 32) | n,
            "EvidenceItem",
            "digest",
            digest,
            *[None] * 12,
            os.urandom(32).hex(),
        )
        for n, digest in enumerate(digests)
    ]
    hashes = [leaf_hash(line) for line in lines]
    entry = Entry(
        "add-evidence",
        ACTOR,
        batch,
        1,
        "main",
        {},
        TIME,
        TIME,
        {"statement": TreeHead(len(lines), root(hashes))},
    )
    data = entry.to_bytes()
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, leaf_hash(data)), KEY)
    _, paths = _all_paths(hashes)
    proofs = [
        RowProof(line, n, tuple(paths[n]), data, EntryProof(0, (), note))
        for n, line in enumerate(lines)
    ]
    records, evidence = [], []
    made = zip(files, digests, proofs, readers, strict=True)
    for n, (path, digest, proof, reader) in enumerate(made):
        row = {k: v for k, v in read_canonical(proof.leaf).items() if k not in ("kind", "salt")}
        one = BundledStatement(f"FICT-S-1-{n}", "stands", row, proof.to_text())
        records.append(BundledRecord(f"FICT-1-{n}", "EvidenceItem", (one,), files=(digest,)))
        evidence.append(
            BundledFile(digest, SIZE, "image/jpeg", path.name, f"FICT-1-{n}", reader, one.id)
        )
    key = Ed25519Verifier(ORIGIN, KEY.public_key().public_bytes_raw())
    content = BundleContent(
        "FICTIONAL",
        ORIGIN,
        True,
        "2026-11-21T12:00:00+00:00",
        {},
        FULL,
        note,
        [key.vkey],
        [],
        records,
        evidence,
    )

    def log(manifest: str) -> LoggedBundle:
        made = Entry(
            "create-bundle", ACTOR, batch, 2, "main", {"manifest": manifest}, TIME, TIME, {}
        ).to_bytes()
        both = [leaf_hash(data), leaf_hash(made)]
        signed = sign_checkpoint(Checkpoint(ORIGIN, 2, root(both)), KEY)
        return LoggedBundle(made, EntryProof(1, (both[0],), signed).to_text())

    return content, log


def _all_paths(hashes: list[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """The root of a tree and the inclusion proofs of all its leaves."""
    if len(hashes) == 1:
        return hashes[0], [[]]
    middle = 1 << ((len(hashes) - 1).bit_length() - 1)
    left, first = _all_paths(hashes[:middle])
    right, second = _all_paths(hashes[middle:])
    return root([left, right]), [[*p, right] for p in first] + [[*p, left] for p in second]


def emptied(folder: Path) -> None:
    """Empty what earlier rounds wrote, so that memory and disk are free again.

    Nothing is removed before all is measured: file systems are slow to make files while many were
    just deleted.
    """
    for made in (*folder.glob("copy*"), *folder.glob("bundle*")):
        for path in made.rglob("*"):
            if path.is_file():
                os.truncate(path, 0)


def copied(source: Path, target: Path) -> None:
    """What the export is measured against."""
    emptied(target.parent)
    os.sync()
    start = time.perf_counter()
    subprocess.run(["cp", "-r", source, target], check=True)
    os.sync()
    TIMES.append(time.perf_counter() - start)


def written(out: Path, content: BundleContent, log: Callable[[str], LoggedBundle]) -> None:
    """Write the bundle."""
    emptied(out.parent)
    os.sync()
    start = time.perf_counter()
    write_bundle(out, content, log)
    TIMES.append(time.perf_counter() - start)


def peer(folder: Path) -> None:
    """The reference tool, as a process of its own work."""
    code = "import bagit, sys; bagit.Bag(sys.argv[1]).validate(processes=2)"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, folder], check=True)
    TIMES.append(time.perf_counter() - start)


def checked(folder: Path) -> None:
    """Our check, as a process too."""
    code = (
        "import sys; from pathlib import Path; from bayyina.bundle.verifying import verify_bundle; "
    )
    code += "sys.exit(not verify_bundle(Path(sys.argv[1])).report.ok)"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, folder], check=True)
    TIMES.append(time.perf_counter() - start)


TIMES: list[float] = []


def measured(jobs: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Median seconds of each job, the jobs taking turns."""
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, do in jobs.items():
            TIMES.clear()
            do()
            found[name].append(TIMES[-1])
    return {name: statistics.median(times) for name, times in found.items()}


def show(times: dict[str, float], other: str, own: str, goal: float) -> None:
    """Print the times and their ratio."""
    for name, seconds in times.items():
        print(f"  {name:22} {seconds:7.2f} s")
    ratio = times[own] / times[other]
    print(f"  ratio {ratio:.2f} (goal: at most {goal}) {'met' if ratio <= goal else 'MISSED'}")


if __name__ == "__main__":
    main()

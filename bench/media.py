"""Near-duplicates against their peers, and the false-alarm rates of the indicators.

``python -m bench.media`` prints the tables. ``python -m bench.media --rates`` looks into the
reference sets again and prints the rates as they stand in ``media/reference_rates.json``.

Pictures to hash are made here: smooth shapes with noise, saved as JPEG of 12 megapixels. The
peer of the hash is pdqhash on the fully decoded picture; the peer of the search is faiss'
exhaustive index. Both sides see the same input in the same run; the middle of three counts.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
import sys
import tarfile
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bayyina.media.compression_traces import second_compression
from bayyina.media.hamming import all_pairs
from bayyina.media.inspecting import inspect_files
from bayyina.media.jpeg_structure import read_jpeg
from bayyina.media.pictures import hash_picture
from bayyina.media.plain_data import DamagedFileError, FileLimitError
from bayyina.media.results import FileReport
from bench.media_series import camera_files, series_rates, series_table
from bench.running import data_folder

try:
    import faiss
except ImportError:
    faiss = None
try:
    import pdqhash
except ImportError:
    pdqhash = None

HASHES = 54_000
RADIUS = 31
HASH_GOAL, SEARCH_GOAL = 12.0, 1.2
QUALITIES = (95, 90, 80, 70)


def timed(work: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    """Seconds of the middle round, and what the last gave."""
    seconds, made = [], None
    for _ in range(rounds):
        start = time.perf_counter()
        made = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), made


def large_pictures(folder: Path, count: int = 4) -> list[Path]:
    """JPEGs of 4000 x 3000 pixels, about 3.6 MB each: shapes of all sizes, and noise."""
    made = []
    for seed in range(count):
        numbers = np.random.default_rng(seed)
        shapes = np.zeros((3000, 4000, 3))
        for parts, weight in ((12, 1.0), (48, 0.4), (200, 0.2), (800, 0.1)):
            coarse = numbers.integers(0, 255, (parts * 3 // 4, parts, 3), dtype=np.uint8)
            large = Image.fromarray(coarse).resize((4000, 3000), Image.Resampling.BICUBIC)
            shapes += weight * np.asarray(large)
        noisy = shapes / 1.7 + numbers.normal(0, 8, shapes.shape)
        path = folder / f"made-{seed}.jpg"
        Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(path, quality=90)
        made.append(path)
    return made


def full_hash(path: Path) -> str:
    """The peer: decode all of it, then hash."""
    with Image.open(path) as picture:
        vector, _ = pdqhash.compute(np.asarray(picture.convert("RGB")))
    return np.packbits(np.asarray(vector, np.uint8)).tobytes().hex()


def apart(one: str, other: str) -> int:
    """Bits that differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def hashing() -> None:
    """PDQ with draft decoding against full decoding."""
    with tempfile.TemporaryDirectory() as name:
        pictures = large_pictures(Path(name))
        ours, mine = timed(lambda: [hash_picture(path).pdq for path in pictures])
        if pdqhash is None:
            print("pdqhash is not installed (group peers): no ratio.")
            print(f"PDQ of 12 megapixels: {len(pictures) / ours:.1f} pictures/s")
            return
        peer, theirs = timed(lambda: [full_hash(path) for path in pictures])
    bits = max(apart(a, b) for a, b in zip(theirs, mine, strict=True))
    print(f"PDQ of {len(pictures)} JPEGs of 12 megapixels, one core")
    print(
        f"  pdqhash, full decoding       {len(pictures) / peer:8.1f} pictures/s, one way to lay it"
    )
    print(f"  Bayyina, draft decoding      {len(pictures) / ours:8.1f} pictures/s, all eight ways")
    print(f"  at most {bits} bits apart")
    print(f"  ratio {peer / ours:.1f} (goal at least {HASH_GOAL:.0f})")


def made_hashes(count: int, seed: int = 1) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Random hashes, a fifth of them near copies of others."""
    numbers = np.random.default_rng(seed)
    hashes = numbers.integers(0, 2**64, (count, 4), dtype=np.uint64)
    copies = count // 5
    hashes[:copies] = hashes[copies : 2 * copies]
    for row in range(copies):
        for bit in numbers.choice(256, numbers.integers(0, 36), replace=False):
            hashes[row, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return hashes


def faiss_pairs(hashes: np.ndarray[Any, np.dtype[np.uint64]]) -> set[tuple[int, int]]:
    """The peer's answer: every pair, the lower row first."""
    rows = hashes.view(np.uint8).reshape(len(hashes), 32)
    index = faiss.IndexBinaryFlat(256)
    index.add(rows)
    limits, _, found = index.range_search(rows, RADIUS + 1)
    first = np.repeat(np.arange(len(hashes)), np.diff(limits.astype(np.int64)))
    kept = first < found
    return set(zip(first[kept].tolist(), found[kept].tolist(), strict=True))


def searching() -> None:
    """All pairs within the radius, against faiss' exhaustive index."""
    hashes = made_hashes(HASHES)
    all_pairs(hashes[:2_000], RADIUS)  # compiles
    ours, pairs = timed(lambda: all_pairs(hashes, RADIUS))
    mine = set(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    print(f"\nAll pairs of {HASHES:,} hashes within {RADIUS} bits, one thread: {len(mine):,} pairs")
    print(f"  Bayyina {ours:7.2f} s")
    if faiss is None:
        print("  faiss is not installed (group peers): no ratio.")
        return
    faiss.omp_set_num_threads(1)
    peer, theirs = timed(lambda: faiss_pairs(hashes))
    recall = len(mine & theirs) / max(len(theirs), 1)
    print(f"  faiss   {peer:7.2f} s, {len(theirs):,} pairs")
    print(f"  ratio {ours / peer:.2f} (goal at most {SEARCH_GOAL}), recall {recall:.4f} (goal 1)")


def reference() -> None:
    """Distance to the hashes that the makers of PDQ publish."""
    folder = data_folder() / "evidence" / "pdq"
    if not folder.is_dir():
        print("\nThe reference hashes are not on this machine; nothing was compared.")
        return
    with (folder / "PDQMD5TestData.csv").open(encoding="utf-8", newline="") as file:
        rows = [(r["FilePath"].rpartition("data/")[2], r["Hash"]) for r in csv.DictReader(file)]
    distances = [
        apart(hash_picture(folder / name).pdq, said)
        for name, said in rows
        if len(said) == 64 and (folder / name).is_file()
    ]
    print(f"\nReference hashes: {len(distances)} pictures, at most {max(distances)} bits (goal 10)")


# ----- rates -----


def methods_of(paths: Iterable[Path]) -> tuple[int, Counter[str]]:
    """How many files were looked into, and in how many each method saw something."""
    seen: Counter[str] = Counter()
    reports: dict[str | None, FileReport] = {r.sha256: r for r in inspect_files(paths)}
    for report in reports.values():
        seen.update({indicator.method for indicator in report.indicators})
    return len(reports), seen


def rates() -> dict[str, Any]:
    """Rates on the reference sets, as ``media/reference_rates.json`` keeps them."""
    root = data_folder() / "evidence"
    found: dict[str, Any] = {}

    def keep(methods: Iterable[str], paths: list[Path], name: str) -> None:
        files, seen = methods_of(paths)
        for method in methods:
            found[method] = {"set": name, "files": files, "flagged": seen[method]}

    cameras = camera_files(root)
    keep(
        ("type-disagreement", "structure-fault", "trailing-data", "written-by", "table-origin",
         "metadata-structure", "re-compression", "thumbnail-mismatch"),
        cameras,
        "cameras",
    )  # fmt: skip
    letters = ("C", "CA", "CACA", "CACAICAICICA", "CAI", "CAICA", "CAICAI", "CI", "CICA",
               "CICACACA", "CII")  # fmt: skip
    signed = [root / "c2pa-public-testfiles" / f"adobe-20220124-{name}.jpg" for name in letters]
    signed.append(root / "c2pa-public-testfiles" / "truepic-20230212-camera.jpg")
    keep(("provenance-codes",), signed, "signed")
    sound = [root / "wacz" / f"valid{n}.wacz" for n in ("_example_1", "_example_2", "_signed_example_1")]  # fmt: skip
    sound += [root / "warc" / name for name in ("example.warc", "example.warc.gz", "example.arc", "example.arc.gz", "example-resource.warc.gz", "example-iana.org-chunked.warc", "post-test.warc.gz")]  # fmt: skip
    keep(("digest-mismatch",), sound, "web-archives")
    found |= series_rates(root)
    found["series-cards"] = {"set": "no-cards", "files": 0, "flagged": 0}
    return {"measured_with": "python -m bench.media --rates", "methods": found}


def twice_saved() -> None:
    """How many second savings the re-compression method finds, by quality."""
    scores: dict[int, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        again = Path(name) / "again.jpg"
        for path in camera_files(data_folder() / "evidence"):
            try:
                once = second_compression(path, read_jpeg(path.read_bytes()).document())
            except (DamagedFileError, FileLimitError):
                continue
            if once is None:
                continue
            scores[0].append(once["score"] > once["threshold"])
            picture = Image.open(path).convert("RGB")
            for quality in QUALITIES:
                picture.save(again, quality=quality)
                structure = read_jpeg(again.read_bytes()).document()
                twice = second_compression(again, structure)
                scores[quality].append(bool(twice and twice["score"] > twice["threshold"]))
    print("\nRe-compression: files saved once by their camera, then again unchanged")
    print(f"  once    flagged {np.mean(scores[0]):6.1%} of {len(scores[0])}")
    for quality in QUALITIES:
        print(f"  at {quality}   flagged {np.mean(scores[quality]):6.1%}")


def png_suite() -> None:
    """The suite of PNG files: which are called broken."""
    archive = data_folder() / "evidence" / "pngsuite" / "pngsuite.tar.gz"
    if not archive.is_file():
        return
    with tempfile.TemporaryDirectory() as name, tarfile.open(archive) as tar:
        tar.extractall(name, filter="data")
        reports = list(inspect_files(sorted(Path(name).rglob("*.png"))))
    said = Counter((Path(r.path).name[0] == "x", r.outcome) for r in reports)
    print(f"\nPNG suite (broken by design, outcome): {dict(said)}")


def main() -> None:
    """Print the tables, or with ``--rates`` the rates."""
    if "--rates" in sys.argv:
        out = io.StringIO()
        json.dump(rates(), out, ensure_ascii=False, indent=2)
        print(out.getvalue())
        return
    hashing()
    searching()
    reference()
    if (data_folder() / "evidence").is_dir():
        series_table()
        twice_saved()
        png_suite()


if __name__ == "__main__":
    main()

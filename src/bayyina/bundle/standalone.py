#!/usr/bin/env python3
"""Checks a bundle of records and evidence, without the program that made it.

    python3 verify_bundle.py FOLDER [--key KEY] [--witness KEY] [--json]

This is one file that can be read from top to bottom. It needs Python 3.9 or newer and the package
``cryptography``; time-stamp tokens are given to the program ``openssl``. It opens files in FOLDER only,
follows no link, and contacts no network. Each check either holds, FAILED, or was NOT CHECKED; the bundle
holds only if every check that applies does. Exit status: 0 holds, 1 does not, 2 wrong use.

The log's KEY should reach you by another way than the bundle: otherwise you learn that the bundle agrees
with itself, and not whose it is. The formats: BagIt (RFC 8493), Merkle trees (RFC 6962), signed notes,
checkpoints, cosignatures and proofs (c2sp.org), time-stamps (RFC 3161).
"""
# fmt: off
# ruff: noqa: ANN001, ANN002, ANN201, ANN202, ANN204, T201, S603, RUF005, TRY301, E401, I001
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False, disallow-untyped-calls=False

from __future__ import annotations
import argparse, base64, calendar, contextlib, hashlib, json, re, shutil, stat, subprocess, sys, time
from pathlib import Path
try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("This needs the package cryptography: python3 -m pip install cryptography")

MANIFESTS = ("manifest-sha256.txt", "manifest-sha512.txt")
TAG_MANIFESTS = ("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
LATER = ("custody/entry.tlog-proof", "custody/entry.json", "bagit.txt", "bag-info.txt")
INFO = ("Bagging-Date: {made_at:.10}\nBag-Software-Agent: Bayyina\nBayyina-Bundle: bayyina-bundle/v1\n"
        "External-Identifier: {origin}\nInternal-Sender-Description: {set} set\nPayload-Oxum: {0}.{1}\n")

class Wrong(Exception):  # noqa: N818 - short, and read by people
    """Something does not hold."""

class NotChecked(Exception):  # noqa: N818
    """Something that the check needs is not at hand."""

class Folder:
    """The files of a bundle; everything is read through here."""

    def __init__(self, root):
        self.root, self.sizes, self.odd, self.digests, self.lengths, waiting = root, {}, [], {}, {}, [root]
        while waiting:
            here, inside = waiting[-1], sorted(waiting.pop().iterdir())
            self.odd += [] if inside else [f"{here.relative_to(root).as_posix()} (empty folder)"]
            for path in inside:
                name, mode = path.relative_to(root).as_posix(), path.lstat().st_mode
                if stat.S_ISDIR(mode):
                    waiting.append(path)
                elif stat.S_ISREG(mode):
                    self.sizes[name] = path.lstat().st_size
                else:
                    self.odd.append(name)
        with contextlib.suppress(Wrong, LookupError, TypeError, ValueError, AttributeError, OverflowError):
            self.lengths = {n: int(one["size"]) for n, one in self.json("data/bundle.json")["files"].items()}

    def read(self, name, most=256 << 20):
        """The bytes of a small file."""
        if self.sizes.get(name, most + 1) > most:
            raise Wrong(f"{name} is missing, or too long")
        return (self.root / name).read_bytes()

    def json(self, name):
        """The object in a JSON file."""
        try:
            value = json.loads(self.read(name))
        except (ValueError, RecursionError):
            raise Wrong(f"{name} is not JSON") from None
        if not isinstance(value, dict):
            raise Wrong(f"{name} is not a JSON object")
        return value

    def text(self, name):
        """The text of a small file."""
        return utf8(self.read(name, 4 << 20), name)

    def digest(self, name):
        """SHA-256 and SHA-512 of a file, read once; of no giant that bundle.json is silent of."""
        if name not in self.sizes:
            raise Wrong(f"{name} is missing")
        if name not in self.digests and self.sizes[name] <= max(1 << 30, self.lengths.get(name, 0)):
            first, second = hashlib.sha256(), hashlib.sha512()
            with (self.root / name).open("rb") as stream:
                for block in iter(lambda: stream.read(1 << 20), b""):
                    [one.update(block) for one in (first, second)]  # type: ignore[func-returns-value]
            self.digests[name] = (first.hexdigest(), second.hexdigest())
        return self.digests.get(name, ("", ""))

def utf8(data, name):
    """The text of some bytes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong(f"{name} is not text") from None

def manifest(folder, name):
    """Digests by path; the file must be written exactly as bundles write it."""
    text = utf8(folder.read(name), name)
    found = dict(reversed(line.split("  ", 1)) for line in text.splitlines() if "  " in line)
    if "".join(f"{digest}  {path}\n" for path, digest in sorted(found.items())) != text:
        raise Wrong(f"{name} is not written as bundles write it")
    if not all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]*", path) for path in found):
        raise Wrong(f"{name} names a file that no bundle has")
    return found

def check_bag(folder):
    """Every file is listed, and every listed file is there and unchanged."""
    if folder.odd:
        raise Wrong("links, devices or empty folders: " + ", ".join(folder.odd[:9]))
    if folder.read("bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        raise Wrong("bagit.txt is not that of a BagIt 1.0 bag")
    faults, payload = [], {name for name in folder.sizes if name.startswith("data/")}
    beside = folder.sizes.keys() - payload - set(TAG_MANIFESTS)
    for names, expected in ((MANIFESTS, payload), (TAG_MANIFESTS, beside)):
        for which, name in enumerate(names):
            listed = manifest(folder, name)
            faults += [f"{one} is missing" for one in sorted(listed.keys() - expected)]
            faults += [f"{one} is not listed in {name}" for one in sorted(expected - listed.keys())]
            for one in sorted(expected & listed.keys()):
                if folder.digest(one)[which] != listed[one]:
                    faults.append(f"{one} {'was changed' if one in folder.digests else 'is too long'} ({name})")
    if faults:
        raise Wrong("; ".join(dict.fromkeys(faults)))
    return f"{len(payload)} files of the payload, {len(beside)} beside it"

def check_account(folder, document):
    """bundle.json, the log's view of the bundle, names the same files."""
    stated, beside = document["files"], document["beside"]
    payload = {name for name in folder.sizes if name.startswith("data/")}
    others = folder.sizes.keys() - payload.union(MANIFESTS, TAG_MANIFESTS, LATER)
    faults = [f"{name} is not the file that bundle.json names"
              for name in sorted(payload - {"data/bundle.json"} | stated.keys())
              if name not in payload
              or stated.get(name) != {"size": folder.sizes[name], "sha256": folder.digest(name)[0]}]
    faults += [f"{name} is not the file that bundle.json names" for name in sorted(others | beside.keys())
               if name not in folder.sizes or folder.digest(name)[0] != beside.get(name)]
    octets = sum(folder.sizes[name] for name in payload)
    if folder.read("bag-info.txt") != INFO.format(octets, len(payload), **document).encode():
        faults.append("bag-info.txt is not what follows from bundle.json")
    if hashlib.sha256(canonical(document["definition"])).hexdigest() != document["definition_sha256"]:
        faults.append("the definition has another digest")
    if faults:
        raise Wrong("; ".join(faults))
    return f"{len(stated)} files, {document['set']} set"

def canonical(value):
    """Canonical JSON (RFC 8785), for texts, integers, lists and objects."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

def b64(text):
    """Bytes of base64 in its one canonical form."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong("not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Wrong("base64 that is not canonical")
    return data

def leaf_hash(data):
    """Hash of a leaf (RFC 6962)."""
    return hashlib.sha256(b"\x00" + data).digest()

def node_hash(left, right):
    """Hash of a node (RFC 6962)."""
    return hashlib.sha256(b"\x01" + left + right).digest()

def inclusion_root(current, index, size, path):
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Wrong("the tree has no such leaf")
    node, last = index, size - 1
    for sibling in path:
        if last == 0:
            raise Wrong("an inclusion proof is too long")
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Wrong("an inclusion proof is too short")
    return current

def check_consistency(size1, size2, root1, root2, path):
    """The second tree continues the first (RFC 9162, 2.1.4.2); nothing follows from size 0."""
    if not 0 < size1 <= size2:
        raise Wrong("there is no consistency proof between these sizes")
    if size1 == size2:
        if path or root1 != root2:
            raise Wrong("two checkpoints of one size differ")
        return
    node, last, steps = size1 - 1, size2 - 1, list(path)
    while node & 1:
        node, last = node >> 1, last >> 1
    if not node:
        steps.insert(0, root1)
    if not steps:
        raise Wrong("a consistency proof is too short")
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise Wrong("a consistency proof is too long")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last or (first, second) != (root1, root2):
        raise Wrong("a later checkpoint does not continue an earlier one")

def read_key(text):
    """Name, algorithm, public key and key id of a key in its exchanged form."""
    name, _, rest = text.strip().partition("+")
    stated, _, encoded = rest.partition("+")
    data = b64(encoded)
    known = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8]
    if not name or known != stated or len(data) != {1: 33, 4: 33, 6: 1313}.get(data[0]):
        raise Wrong("a key is damaged, or of an unknown kind")
    return name, data[0], data[1:], bytes.fromhex(stated)

def signatures(note):
    """The text of a signed note, and its signatures as (name, key id, signature)."""
    body, separator, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not separator or lines.pop() != "" or not 0 < len(lines) <= 64:
        raise Wrong("not a signed note")
    found = []
    for line in lines:
        mark, name, encoded = (line.split(" ") + ["", ""])[:3]
        data = b64(encoded)
        if mark != "\u2014" or len(data) < 5 or line.count(" ") != 2:
            raise Wrong("a signature line is not in its form")
        found.append((name, data[:4], data[4:]))
    return body + "\n", found

def checkpoint(note, origin, keys):
    """Size and root of a checkpoint that one of the log's keys signed."""
    text, found = signatures(note)
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or lines[0] != origin or not re.fullmatch(r"0|[1-9]\d{0,17}", lines[1]):
        raise Wrong("not a checkpoint of this log")
    mine = [(public, signature) for name, algorithm, public, identity in keys for other, one, signature in found
            if algorithm == 1 and (name, identity) == (other, one) and name == origin]
    for public, signature in mine:
        ed25519(public, signature, text.encode())
    if not mine:
        raise Wrong("the checkpoint is not signed by the log's key")
    return int(lines[1]), b64(lines[2])

def ed25519(public, signature, data):
    """Check a signature."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except Exception:  # noqa: BLE001 - whatever the library says, it does not hold
        raise Wrong("a signature does not hold") from None

def read_path(lines):
    """The index and hashes of a proof."""
    match = re.fullmatch(r"index (0|[1-9]\d{0,17})", lines[0]) if lines else None
    if not match:
        raise Wrong("not a proof")
    return int(match.group(1)), [b64(line) for line in lines[1:]]

class Log:
    """The log, as far as its checkpoint and proofs show it."""

    def __init__(self, folder, origin, keys):
        self.folder, self.origin, self.keys, self.known, self.notes = folder, origin, keys, {}, {}

    def checkpoint(self, note):
        """A checkpoint; each is checked once."""
        if note not in self.notes:
            self.notes[note] = checkpoint(note, self.origin, self.keys)
        return self.notes[note]

    def entry(self, proof, data):
        """The entry that a C2SP tlog-proof places in the log."""
        if (proof, data) not in self.known:
            head, _, note = proof.partition("\n\n")
            lines = head.split("\n")
            if lines[0] != "c2sp.org/tlog-proof@v1":
                raise Wrong("not a tlog-proof")
            index, path = read_path(lines[1:])
            size, root = self.checkpoint(note)
            if inclusion_root(leaf_hash(data), index, size, path) != root:
                raise Wrong("an entry does not stand in the log")
            fields = json.loads(data)
            if canonical(fields) != data or fields.get("v") != 1:
                raise Wrong("an entry is not in its form")
            self.known[(proof, data)] = fields
        return self.known[(proof, data)]

    def row(self, text):
        """The row that a row proof shows."""
        head, _, tail = text.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != "bayyina.row-proof/v1" or lines[1][:5] != "leaf " or lines[-1][:6] != "entry ":
            raise Wrong("not a row proof")
        leaf, entry = lines[1][5:].encode(), self.entry(tail, lines[-1][6:].encode())
        index, path = read_path(lines[2:-1])
        row = json.loads(leaf)
        tree = entry["trees"][row["kind"]]
        if canonical(row) != leaf or inclusion_root(leaf_hash(leaf), index, tree["n"], path).hex() != tree["root"]:
            raise Wrong("a row does not stand in its entry")
        fits = row["number"] == (entry["batch_number"] << 32) | index
        if row["kind"] == "statement":
            fits = fits and (row["batch"], row["recorded_at"], row["recorded_by"]) == (
                entry["batch"], entry["opened"], entry["actor"])
        if not fits:
            raise Wrong("a row says other things of its batch than the entry")
        return {key: value for key, value in row.items() if key not in ("kind", "salt")}, row["kind"]

def check_key(folder, log, given):
    """The log's key signed the checkpoint."""
    came = "was given" if given else "CAME WITH THE BUNDLE"
    return f"{log.checkpoint(folder.text('data/log/checkpoint.txt'))[0]} entries; the key {came}"

def check_entry(folder, log):
    """The log names this bundle's manifest."""
    entry = log.entry(folder.text(LATER[0]), folder.read(LATER[1]))
    digest = folder.digest("manifest-sha256.txt")[0]
    if entry["action"] != "create-bundle" or entry["details"].get("manifest") != digest:
        raise Wrong("the log's entry is about another bundle")
    return f"logged at {entry['time']}"

def check_rows(folder, log, document, rows):
    """Every statement and decision that is shown has a proof."""
    faults, count, found = [], 0, {}
    for path in sorted(name for name in folder.sizes if name.startswith("data/records/")):
        for record in folder.json(path)["records"]:
            if record["id"] in found or document["records"].get(record["id"]) != path:
                faults.append(f"{record['id']}: bundle.json does not name it in {path}")
            found[record["id"]] = path
            for kind, name in (("statement", "statements"), ("determination", "determinations")):
                for one in record[name]:
                    count += 1
                    try:
                        row, actual = log.row(one["proof"])
                        end = f"-{row['number'] >> 32}-{row['number'] & 0xFFFFFFFF}"
                        if actual != kind or row != one["row"] or not one["id"].endswith(end):
                            raise Wrong("is not what its proof shows")
                        rows[one["id"]] = row
                    except (Wrong, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
                        faults.append(f"{record['id']}, {one.get('id')}: {error}")
    faults += [f"{record} is missing" for record in document["records"] if record not in found]
    if faults:
        raise Wrong("; ".join(faults))
    return f"{count} statements and decisions"

def check_evidence(folder, document, rows):
    """Evidence files have the digests that statements state."""
    for one in document["evidence"]:
        row = rows.get(one["digest_statement"], {})
        if folder.digest(one["path"])[0] != one["sha256"] or row.get("value") != one["sha256"]:
            raise Wrong(f"{one['path']} is not the file that the log names")
    named = {one["path"] for one in document["evidence"]}
    stray = [name for name in folder.sizes if name.startswith("data/evidence/") and name not in named]
    if stray:
        raise Wrong(f"{stray[0]} is not named as evidence")
    return f"{len(named)} files"

def check_witnesses(folder, log, keys, places):
    """Each witness cosigned a checkpoint that this one continues (C2SP cosignature/v1)."""
    told = []
    notes = [signatures(older(folder, log, place)) for place in places]
    for name, algorithm, public, identity in keys:
        mine = [(text, signature) for text, found in notes for other, one, signature in found
                if (other, one) == (name, identity)]
        if not mine:
            raise Wrong(f"the witness {name} did not cosign")
        if algorithm != 4:
            raise NotChecked(f"the key of {name} is not of a kind that this file can check")
        for text, signature in mine:
            seconds = int.from_bytes(signature[:8], "big")
            ed25519(public, signature[8:], f"cosignature/v1\ntime {seconds}\n{text}".encode())
            told.append(f"{name} at {seconds}")
    return ", ".join(told)

def older(folder, log, place):
    """The stamped checkpoint's text, once it is shown that the bundle's checkpoint continues it."""
    note = folder.text(f"{place}/checkpoint.txt")
    head, _, newer = folder.text(f"{place}/consistency.txt").partition("\n\n")
    (size1, root1), (size2, root2) = log.checkpoint(note), log.checkpoint(newer)
    lines = head.split("\n")
    if lines[0] != f"old {size1}" or newer != folder.text("data/log/checkpoint.txt"):
        raise Wrong(f"{place}: the consistency proof is about other checkpoints")
    check_consistency(size1, size2, root1, root2, [b64(line) for line in lines[1:]])
    return note

def check_stamps(folder, log, places):
    """Time-stamp tokens, by openssl, as of the time that each states."""
    told = []
    for place in places:
        older(folder, log, place)
        program = shutil.which("openssl")
        if program is None:
            raise NotChecked("the program openssl is not installed")
        said = run(program, "ts", "-reply", "-in", folder.root / place / "token.tsr", "-text")
        match = re.search(r"^Time stamp: (.+)$", said, re.MULTILINE)
        if not match:
            raise Wrong(f"{place}/token.tsr is not a time-stamp")
        seconds = gmt_seconds(match.group(1))
        chain = folder.root / place / "chain.pem"
        run(program, "ts", "-verify", "-data", folder.root / place / "checkpoint.txt", "-in",
            folder.root / place / "token.tsr", "-CAfile", chain, "-untrusted", chain,
            "-attime", str(seconds))
        told.append(match.group(1))
    return ", ".join(told)

def gmt_seconds(text):
    """Seconds since 1970 of a time as openssl prints it: ``Nov 21 15:00:00.5 2026 GMT``."""
    return calendar.timegm(time.strptime(re.sub(r"\.\d+", "", text.strip()), "%b %d %H:%M:%S %Y GMT"))

def run(*command):
    """What a program says; it must end well."""
    done = subprocess.run([str(part) for part in command], capture_output=True, timeout=60,
                          check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        place = next(str(part) for part in command if str(part).endswith(".tsr"))
        raise Wrong(f"openssl does not accept {place}: {done.stderr.decode('utf-8', 'replace')[-200:]}")
    return done.stdout.decode("utf-8", "replace")

def verify(root, given_keys, given_witnesses):
    """All checks as (name, outcome, words), and what the bundle does not show."""
    folder, results = Folder(root), []
    limits: list[str] = []

    def take(name, do, *arguments):
        try:
            results.append((name, "holds", do(*arguments)))
        except NotChecked as error:
            results.append((name, "NOT CHECKED", str(error)))
        except (Wrong, KeyError, TypeError, ValueError, AttributeError, IndexError, OSError,
                RecursionError, subprocess.SubprocessError) as error:
            results.append((name, "FAILED", str(error) or type(error).__name__))

    def places(kind):
        return sorted({"/".join(n.split("/")[:3]) for n in folder.sizes if n.startswith(f"data/{kind}/")})

    take("every file is there and unchanged", check_bag, folder)
    if folder.odd:
        return results, limits
    try:
        document = folder.json("data/bundle.json")
        own = folder.json("data/log/keys.json")
        limits = [str(one) for one in document["not_shown"]["en"]]
        keys = [read_key(one) for one in given_keys or own["log"]]
        witnesses = [read_key(one) for one in given_witnesses or own["witnesses"]]
        log = Log(folder, str(document["origin"]), keys)
    except (Wrong, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        return [*results, ("the bundle can be read", "FAILED", str(error))], limits
    rows: dict[str, dict[str, object]] = {}
    take("bundle.json accounts for every file", check_account, folder, document)
    take("the log's key signed the checkpoint", check_key, folder, log, given_keys)
    take("the log committed to this bundle", check_entry, folder, log)
    take("statements and decisions stand in the log", check_rows, folder, log, document, rows)
    take("evidence files are those of the log", check_evidence, folder, document, rows)
    if witnesses:
        take("witnesses cosigned the log", check_witnesses, folder, log, witnesses, places("witnesses"))
    if places("time-stamps"):
        take("time-stamps hold", check_stamps, folder, log, places("time-stamps"))
    for place in places("calendars"):
        take("a calendar's checkpoint is continued", lambda one: older(folder, log, one)[:0], place)
        limits.append(f"Anything by {place}: check it with an OpenTimestamps program.")
    return results, limits

def main():
    """The command."""
    parser = argparse.ArgumentParser(description="Checks a bundle of records and evidence.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", action="append", default=[], help="the log's public key")
    parser.add_argument("--witness", action="append", default=[], help="a witness's public key")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    _ = options.folder.is_dir() or parser.error(f"{options.folder} is not a folder")
    try:
        results, limits = verify(options.folder, options.key, options.witness)
    except OSError as error:
        results, limits = [("the folder can be read", "FAILED", str(error))], []
    holds = all(outcome == "holds" for _, outcome, _ in results)
    if options.json:
        checks = [{"number": n, "name": a, "outcome": b, "detail": c}
                  for n, (a, b, c) in enumerate(results, 1)]
        print(json.dumps({"ok": holds, "checks": checks, "not_proved": limits}))
    else:
        for number, (name, outcome, words) in enumerate(results, 1):
            print(f"{number:>3}  {outcome:11}  {name}: {ascii(words)[1:-1]}")
        print("The bundle holds." if holds else "The bundle does NOT hold, or was not fully checked.")
        print("\nWhat it does not show:", *(f"  - {ascii(one)[1:-1]}" for one in limits), sep="\n")
    return 0 if holds else 1

if __name__ == "__main__":
    sys.exit(main())

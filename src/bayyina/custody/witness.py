"""The role of a witness: cosigning another group's checkpoints, each of which continues the last.

What was cosigned last is on the disk before the cosignature is given out, and is read and
written under a lock: a witness never cosigns two histories of one log, whatever happens to
the machine. Two checkpoints of one size with different roots are kept as evidence.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from filelock import FileLock, Timeout

from bayyina.custody.checkpoints import Checkpoint, open_checkpoint
from bayyina.custody.cosignatures import Cosigner, cosign, verifier_from_vkey
from bayyina.custody.merkle import verify_consistency
from bayyina.custody.notes import Verifier
from bayyina.custody.witness_requests import WitnessRequest
from bayyina.errors import BusyError, CustodyError, InputError, StorageError

COSIGNED: Final = "cosigned"
"""The witness has cosigned."""

UNKNOWN_LOG: Final = "unknown-log"
"""No key of this log is trusted."""

NOT_SIGNED: Final = "not-signed"
"""No trusted key of the log signed the checkpoint."""

OTHER_SIZE: Final = "other-size"
"""The request does not go on from what was cosigned last; the answer says from where."""

INCONSISTENT: Final = "inconsistent"
"""The checkpoint does not continue what was cosigned last."""

UNREADABLE: Final = "unreadable"
"""The file is no checkpoint and no request."""

_WAIT = 10.0


class Answer(NamedTuple):
    """What a witness answers."""

    outcome: str
    """``COSIGNED`` or why not."""

    origin: str
    """The log; empty if it cannot be told."""

    size: int
    """Size of the checkpoint."""

    last_size: int
    """Size that this witness cosigned last, before this."""

    note: str
    """The checkpoint with the cosignature; empty if there is none."""

    detail: str
    """One sentence."""


@dataclass(frozen=True)
class Witness:
    """A witness with its memory on the disk."""

    folder: Path
    """Where it keeps the logs' keys and what it cosigned."""

    def trust(self, vkey: str) -> str:
        """Trust a log's key from now on; the log's origin.

        Raises:
            InputError: it is no key.
            StorageError: the disk refused.
        """
        try:
            verifier = verifier_from_vkey(vkey)
        except CustodyError as error:
            raise InputError(
                f"The log's key cannot be used: {error.message}",
                hint="Give it as the log's people gave it to you.",
            ) from error
        with self._locked():
            known = self._read(verifier.name)
            keys = list(dict.fromkeys([*known.get("keys", []), vkey.strip()]))
            self._write(verifier.name, {**known, "origin": verifier.name, "keys": keys})
        return verifier.name

    def answer(self, text: str, cosigner: Cosigner) -> Answer:
        """Cosign the checkpoint in a request, or say why not.

        Args:
            text: A C2SP add-checkpoint request, or a checkpoint alone.
            cosigner: The witness's key, with the time.

        Raises:
            BusyError: another process is answering and does not end.
            StorageError: what would be cosigned cannot be kept; nothing is cosigned.
        """
        try:
            request = WitnessRequest.from_text(text)
            claimed = request.checkpoint
        except CustodyError as error:
            return Answer(UNREADABLE, "", 0, 0, "", error.message)
        with self._locked():
            return self._judged(request, claimed, cosigner)

    def logs(self) -> list[tuple[str, int]]:
        """Origin of every trusted log, and the size that was cosigned last."""
        found = []
        for path in sorted(self._logs.glob("*.json")):
            state = self._load(path)
            found.append((str(state.get("origin", "")), int(state.get("size", 0))))
        return found

    def _judged(self, request: WitnessRequest, claimed: Checkpoint, cosigner: Cosigner) -> Answer:
        known = self._read(claimed.origin)
        last, root = int(known.get("size", 0)), bytes.fromhex(known.get("root", ""))

        def no(outcome: str, detail: str) -> Answer:
            return Answer(outcome, claimed.origin, claimed.size, last, "", detail)

        keys: list[Verifier] = [verifier_from_vkey(one) for one in known.get("keys", [])]
        if not keys:
            return no(UNKNOWN_LOG, "No key of this log is trusted; trust it with --trust KEY.")
        try:
            open_checkpoint(request.note, claimed.origin, keys)
        except CustodyError as error:
            return no(NOT_SIGNED, error.message)
        if claimed.size == last and last and claimed.root == root:
            return self._cosigned(request, claimed, last, cosigner)
        if claimed.size == last and last:
            self._keep_conflict(claimed, str(known.get("note", "")), request.note)
            return no(
                INCONSISTENT,
                f"The log has signed two different checkpoints of size {last}, so it told two "
                "stories. Both are kept under conflicts.",
            )
        if request.old_size != last:
            return no(OTHER_SIZE, f"Ask for a proof from size {last}, which was cosigned last.")
        if last:
            try:
                verify_consistency(last, claimed.size, root, claimed.root, request.proof)
            except CustodyError as error:
                self._keep_conflict(claimed, str(known.get("note", "")), request.to_text())
                return no(
                    INCONSISTENT,
                    f"It is not shown that this checkpoint continues the one of size {last}, which "
                    f"was cosigned ({error.message.rstrip('.')}). Either the proof is wrong or the "
                    "log told two stories; what came is kept under conflicts.",
                )
        return self._cosigned(request, claimed, last, cosigner)

    def _cosigned(
        self, request: WitnessRequest, claimed: Checkpoint, last: int, cosigner: Cosigner
    ) -> Answer:
        """Remember, and then cosign."""
        note = cosign(request.note, [cosigner])
        known = self._read(claimed.origin)
        state = {"size": claimed.size, "root": claimed.root.hex(), "note": request.note}
        self._write(claimed.origin, {**known, **state})
        detail = f"Cosigned at size {claimed.size}."
        return Answer(COSIGNED, claimed.origin, claimed.size, last, note, detail)

    def _keep_conflict(self, claimed: Checkpoint, first: str, second: str) -> None:
        """Keep what was cosigned and what came, for a person to compare.

        Two checkpoints of one size show that the log told two stories. A request whose proof
        does not hold shows that only if a right proof cannot be had.
        """
        name = hashlib.sha256(f"{first}\n{second}".encode()).hexdigest()[:16]
        path = self.folder / "conflicts" / f"{_name(claimed.origin)}-{claimed.size}-{name}.txt"
        _write_file(path, f"{first}\n\n----\n\n{second}\n")

    @property
    def _logs(self) -> Path:
        return self.folder / "logs"

    def _read(self, origin: str) -> dict[str, Any]:
        path = self._logs / f"{_name(origin)}.json"
        return self._load(path) if path.exists() else {}

    def _load(self, path: Path) -> dict[str, Any]:
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            bytes.fromhex(state.get("root", ""))
        except (OSError, ValueError, AttributeError) as error:
            raise StorageError(
                f"What the witness remembers in {path} cannot be read; nothing was cosigned.",
                hint="Restore the file from a copy; without it two histories could be cosigned.",
            ) from error
        return dict(state)

    def _write(self, origin: str, state: dict[str, Any]) -> None:
        text = json.dumps(state, ensure_ascii=False, sort_keys=True) + "\n"
        _write_file(self._logs / f"{_name(origin)}.json", text)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "lock")
            lock.acquire(timeout=_WAIT)
        except Timeout as error:
            raise BusyError("Another process is working as this witness.") from error
        except OSError as error:
            raise _refused(self.folder, error) from error
        try:
            yield
        finally:
            lock.release()


def cosigned_lines(note: str) -> str:
    """The signature lines of a note, as a witness answers over a network."""
    return "".join(f"{line}\n" for line in note.rpartition("\n\n")[2].split("\n") if line)


def cosigner_at(name: str, key: Ed25519PrivateKey, time: datetime) -> Cosigner:
    """A witness's key at a time.

    Raises:
        InputError: the name cannot stand in a note.
    """
    if not name or "+" in name or any(map(str.isspace, name)) or len(name) > 255:
        raise InputError(
            f"{name!r} cannot be the name of a witness.",
            hint="Use an address without scheme, such as witness.example.org/1.",
        )
    return Cosigner(name, key, time)


def _name(origin: str) -> str:
    return hashlib.sha256(origin.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _write_file(path: Path, text: str) -> None:
    """Write a file so that it is whole, and on the disk, when this returns."""
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
        if hasattr(os, "O_DIRECTORY"):
            handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be written: {error.strerror or 'the disk refused'}; nothing was cosigned.",
        hint="Check the folder, its rights and its space.",
    )

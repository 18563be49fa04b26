"""Signed decisions: what exactly is signed, and the rule of two people.

A determination (verified, identified, released …) and an erasure take effect when two
people have signed, each with a key of their own. What is signed names the workspace, the
row, the signer's key and the row's salt: a signature can be moved nowhere, and once the
record is erased nobody can try texts against it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.canonical import canonical_json
from bayyina.custody.outside_decisions import body_of_row
from bayyina.errors import CustodyError, PermissionRefusedError
from bayyina.keys.signing import DETERMINATION, ERASURE, OUTSIDE, is_signed, sign

NEEDED_PEOPLE = 2
"""People who must agree before a determination or an erasure takes effect."""

EARLIER = "earlier-practice"
"""Stands in place of a standard where a decision was brought from an earlier practice; one
person brings it."""


@dataclass(frozen=True)
class Determination:
    """What a person signs when deciding something about a record."""

    origin: str
    """Origin of the workspace's log."""

    number: int
    """Number of the determination's row."""

    record: int
    """The record decided about."""

    decision: str
    """What is decided, such as ``verified``."""

    verdict: str
    """``for`` or ``against``."""

    standard: str
    """The standard that it meets."""

    reasons: str
    """The signer's reasons."""

    member: int
    """Number of the signer's member row."""

    key: bytes
    """The signer's Ed25519 public key."""

    salt: str
    """The row's salt."""

    purpose = DETERMINATION

    @property
    def body(self) -> bytes:
        """The canonical bytes."""
        return canonical_json({**vars(self), "key": self.key.hex()})

    @property
    def outside_body(self) -> bytes | None:
        """The bytes that were signed without the workspace; None where it was signed in it."""
        return body_of_row(
            origin=self.origin,
            record=self.record,
            decision=self.decision,
            verdict=self.verdict,
            standard=self.standard,
            reasons=self.reasons,
            key=self.key,
        )


@dataclass(frozen=True)
class Erasure:
    """What a person signs when agreeing that a record be erased."""

    origin: str
    """Origin of the workspace's log."""

    number: int
    """Number of the erasure's row."""

    erased: int
    """The record whose key is destroyed."""

    rows: int
    """How many rows close with it."""

    digest: str
    """``erasure_digest`` over their leaves."""

    reason: str
    """A code, never a text about the person."""

    member: int
    """Number of the signer's member row."""

    key: bytes
    """The signer's Ed25519 public key."""

    salt: str
    """The row's salt, from the batch's key."""

    purpose = ERASURE

    @property
    def body(self) -> bytes:
        """The canonical bytes."""
        return canonical_json({**vars(self), "key": self.key.hex()})


@dataclass(frozen=True)
class SignedDecision:
    """A decision with its signature and the person behind the account."""

    person: str
    """Stable name of the person's account: the handle."""

    decision: Determination | Erasure
    """What was signed."""

    signature: bytes
    """Ed25519 signature."""

    def is_genuine(self) -> bool:
        """Whether the key named in the decision made the signature."""
        decision = self.decision
        if isinstance(decision, Determination):
            outside = decision.outside_body
            if outside is not None:
                return is_signed(decision.key, OUTSIDE, outside, self.signature)
        return is_signed(decision.key, decision.purpose, decision.body, self.signature)


def erasure_digest(rows: Iterable[tuple[str, int, bytes]]) -> str:
    """SHA-256 (hex) over the leaf hashes of the rows that an erasure closes.

    The rows are given as (kind, number, leaf hash), in any order; they count in order of
    kind and number. So a row cannot be passed off later as one that was erased.
    """
    return sha256(b"".join(value for _, _, value in sorted(rows))).hexdigest()


def sign_decision(decision: Determination | Erasure, key: Ed25519PrivateKey) -> bytes:
    """The signature over a decision.

    Raises:
        CustodyError: the decision names another key than the one that is to sign.
    """
    if key.public_key().public_bytes_raw() != decision.key:
        raise CustodyError("A decision must be signed with the key that it names.")
    return sign(key, decision.purpose, decision.body)


def check_two_people(
    decisions: Sequence[SignedDecision], *, entered_by: Collection[str]
) -> tuple[str, ...]:
    """Check that two people decided the same thing, and give their names.

    (1) There are decisions, all about the same thing. (2) Every signature holds.
    (3) There are two different people. (4) No key serves two people. (5) None of them
    entered the record.

    Args:
        decisions: All decisions that are to count together.
        entered_by: Everybody who entered the record or statements of it; for an erasure,
            which has no such rule, nobody.

    Raises:
        CustodyError: they are not about the same thing, or a signature does not hold.
        PermissionRefusedError: the people are not two, or one of them entered the record.
    """
    # (1)
    if len({_subject(signed.decision) for signed in decisions}) != 1:
        raise CustodyError("The decisions are none, or not about the same thing.")
    # (2)
    for signed in decisions:
        if not signed.is_genuine():
            raise CustodyError(
                f"The signature of {signed.person} on decision {signed.decision.number} "
                "does not hold."
            )
    # (3)
    people = tuple(dict.fromkeys(signed.person for signed in decisions))
    if len(people) < NEEDED_PEOPLE:
        raise PermissionRefusedError(
            f"Only {people[0]} has decided this: it needs {NEEDED_PEOPLE} different people.",
            hint="Ask a second person to decide, with an account and a key of their own.",
        )
    # (4)
    owners: dict[bytes, str] = {}
    for signed in decisions:
        owner = owners.setdefault(signed.decision.key, signed.person)
        if owner != signed.person:
            raise PermissionRefusedError(
                f"{owner} and {signed.person} signed with one and the same key.",
                hint="Each person needs a key of their own.",
            )
    # (5)
    for person in people:
        if person in entered_by:
            raise PermissionRefusedError(
                f"{person} entered the record and so cannot decide about it.",
                hint="Ask somebody who did not enter it.",
            )
    return people


def _subject(decision: Determination | Erasure) -> tuple[object, ...]:
    """What decisions that count together must share."""
    if isinstance(decision, Erasure):
        return ("erasure", decision.origin, decision.erased, decision.rows, decision.digest)
    return (
        "determination",
        decision.origin,
        decision.record,
        decision.decision,
        decision.verdict,
        decision.standard,
    )

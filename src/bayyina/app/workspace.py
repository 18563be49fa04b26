"""A workspace: what every use case works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.app.ports import Clock, ObjectStores, Store
from bayyina.app.rows import MemberRow, batch_of, position_of
from bayyina.custody.ids import item_id
from bayyina.keys.sealing import Opener
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary


@dataclass(frozen=True)
class Identity:
    """What a workspace is, fixed when it is made."""

    uuid: str
    """UUIDv7 of the workspace."""

    name: str
    """What its people call it."""

    fictional: bool
    """Everything in it is invented; it never exchanges data with a real one."""

    created_at: str
    """RFC 3339, UTC."""

    @property
    def prefix(self) -> str:
        """First part of short ids."""
        return "FICT" if self.fictional else "R"

    @property
    def origin(self) -> str:
        """Origin line of the log's checkpoints."""
        return f"bayyina-fictional/{self.uuid}" if self.fictional else f"bayyina/{self.uuid}"


@dataclass(frozen=True)
class UnlockedKeys:
    """Private keys of the member at work, in memory only."""

    personal: Ed25519PrivateKey = field(repr=False)
    """Signs determinations."""

    case_key: bytes = field(repr=False)
    """Wraps record and batch keys (32 bytes)."""

    log: Ed25519PrivateKey = field(repr=False)
    """Signs checkpoints."""

    marks: bytes = field(repr=False)
    """What keyed marks derive from: the first case key, whatever keys replaced it (32 bytes)."""

    next_log: tuple[Ed25519PrivateKey, ...] = field(default=(), repr=False)
    """Signs besides, in the one change that replaces the key that signs checkpoints."""

    opener: Opener = field(default_factory=lambda: Opener(()), repr=False, compare=False)
    """Opens what the member was cleared for when the workspace was opened. Ask
    ``clearances.opener_of`` for it: a clearance can be taken back meanwhile."""

    evidence: bytes | None = field(default=None, repr=False, compare=False)
    """Opens the bytes of evidence (32 bytes); None for whoever was not given it. Ask
    ``evidence_keys.evidence_key_of`` for it: it can be taken back or replaced meanwhile."""


@dataclass(frozen=True)
class Workspace:
    """The bundle of ports and facts that every use case is given."""

    folder: Path
    """Where its files are."""

    identity: Identity
    """What it is."""

    store: Store
    """Rows, log and jobs."""

    clock: Clock
    """Where the time comes from."""

    vocabulary: Vocabulary
    """What can be said in it."""

    gazetteer: Gazetteer
    """The places that it knows."""

    member: MemberRow
    """Who is at work."""

    actor: str
    """UUID of that member, as it stands in entries."""

    keys: UnlockedKeys
    """That member's unlocked keys."""

    object_stores: ObjectStores | None = None
    """Opens object storage that the vault's settings name; None where only folders can be used."""

    def short_id(self, number: int) -> str:
        """A record's id as people write it, such as ``R-12-345``."""
        return f"{self.identity.prefix}-{batch_of(number)}-{position_of(number)}"

    def statement_id(self, number: int) -> str:
        """A statement's id as people write it, such as ``R-S-12-345``; never a record's."""
        return f"{self.identity.prefix}-S-{batch_of(number)}-{position_of(number)}"

    def uuid_of(self, batch_uuid: str, number: int) -> str:
        """The UUIDv7 of the row ``number`` that came with the batch ``batch_uuid``."""
        return str(item_id(UUID(batch_uuid), position_of(number)))

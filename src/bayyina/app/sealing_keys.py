"""Sealing keys of cases in the store: whose public half seals, and who was given the private half.

A sealing key is a row of kind ``case`` whose code is that of the case with ``/sealed`` behind
it, and whose title states the public half. What a person was given is a row of kind
``case_key``; the newest one of a person and a key holds, and one that wraps nothing takes the
clearance back.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.app.ports import Store
from bayyina.app.rows import CaseKeyRow, CaseRow, LoggedRow, MemberRow
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.keys.case_keys import open_case_key, wrap_case_key
from bayyina.keys.sealing import Opener, key_id, marks_key

FIRST_CASE: Final = "main"
"""Code of the case that a workspace begins with."""

KIND: Final = "x25519:"
"""What the title of a sealing key's row begins with; the public half follows in hex."""

R = TypeVar("R", bound=LoggedRow)


class RowAdder(Protocol):
    """What rows are added to: a change."""

    def add(self, kind: type[R], *, salted_by: bytes | None = None, **columns: Any) -> R:
        """Add a row; the answer carries its number."""
        ...


_CODE: Final = re.compile(r"(?P<case>.+)/sealed(?:\.[0-9]+)?")


class SealingKey(NamedTuple):
    """A sealing key as the store knows it."""

    number: int
    """Number of its row."""

    code: str
    """Code of its row, which is also the place that its private half is wrapped for."""

    case: str
    """Code of the case that it seals for."""

    public: bytes
    """Its public half (32 bytes)."""


def is_sealing_code(code: str) -> bool:
    """Whether the code of a row of kind ``case`` is that of a sealing key, and not of a case."""
    return _CODE.fullmatch(code) is not None


def sealing_keys(store: Store) -> list[SealingKey]:
    """All sealing keys, the oldest first."""
    found = []
    for row in store.scan(CaseRow):
        match = _CODE.fullmatch(row.code)
        if match is not None and row.title.startswith(KIND):
            public = bytes.fromhex(row.title.removeprefix(KIND))
            found.append(SealingKey(row.number, row.code, match["case"], public))
    return found


def sealing_key(store: Store, case: str = FIRST_CASE) -> SealingKey | None:
    """The key that seals for a case now: its newest, or that of the first case if it has none."""
    keys = sealing_keys(store)
    own = [key for key in keys if key.case == case]
    first = [key for key in keys if key.case == FIRST_CASE]
    return next(reversed(own or first), None)


def sealing_keys_by_case(store: Store) -> dict[str, bytes]:
    """Public half of the newest sealing key of each case that has one of its own."""
    return {key.case: key.public for key in sealing_keys(store)}


def sealing_public(store: Store, case: str = FIRST_CASE) -> bytes | None:
    """The public half that seals for a case now; None in a workspace without one."""
    key = sealing_key(store, case)
    return None if key is None else key.public


def given_keys(store: Store, member: MemberRow) -> dict[str, bytes]:
    """Wrapped private halves that a member was given and that were not taken back, by code.

    What was wrapped for a key that the person no longer has counts no longer.
    """
    codes = {key.number: key.code for key in sealing_keys(store)}
    if not codes:
        return {}
    people = {row.number: row for row in store.scan(MemberRow)}
    given: dict[str, bytes] = {}
    for row in store.scan(CaseKeyRow):
        owner = people.get(row.member)
        if row.case in codes and owner is not None and owner.handle == member.handle:
            fits = owner.box_public == member.box_public
            given[codes[row.case]] = bytes.fromhex(row.wrapped) if fits else b""
    return {code: wrapped for code, wrapped in given.items() if wrapped}


def is_cleared(store: Store, member: MemberRow, case: str = FIRST_CASE) -> bool:
    """Whether a member was given the private half of the key that seals for a case now."""
    key = sealing_key(store, case)
    return key is not None and key.code in given_keys(store, member)


def open_given(store: Store, member: MemberRow, box: X25519PrivateKey) -> Opener:
    """What opens the values that a member is cleared for; what does not open is left out."""
    keys = []
    for code, wrapped in given_keys(store, member).items():
        try:
            secret = open_case_key(wrapped, box, place=code)
        except BayyinaError:
            continue
        keys.append(X25519PrivateKey.from_private_bytes(secret))
    return Opener(keys)


def opener_of(workspace: Workspace) -> Opener:
    """What opens the values that the member at work is cleared for; opens nothing otherwise.

    The store is asked each time, so a clearance that was taken back ends at once.
    """
    held = workspace.keys.opener
    if not held.keys:
        return held
    codes = given_keys(workspace.store, workspace.member)
    standing = {key_id(key.public) for key in sealing_keys(workspace.store) if key.code in codes}
    if standing >= held.keys.keys():
        return held
    return Opener([key for name, key in held.keys.items() if name in standing])


def marks_key_of(workspace: Workspace) -> bytes | None:
    """The key with which whoever is cleared marks sealed identifiers; None for everybody else.

    It is that of the first case's oldest sealing key, so that marks stay the same when the
    sealing key is changed.
    """
    held = opener_of(workspace).keys
    for known in sealing_keys(workspace.store):
        if known.case == FIRST_CASE:
            key = held.get(key_id(known.public))
            return None if key is None else marks_key(key)
    return None


def add_sealing_key(
    writer: RowAdder, key: X25519PrivateKey, code: str, member: MemberRow
) -> SealingKey:
    """Add a sealing key to a change, and give it to a member."""
    public = key.public_key().public_bytes_raw()
    row = writer.add(CaseRow, code=code, title=KIND + public.hex())
    made = SealingKey(row.number, code, code.partition("/")[0], public)
    give_key(writer, made, key, member)
    return made


def give_key(writer: RowAdder, known: SealingKey, key: X25519PrivateKey, member: MemberRow) -> None:
    """Wrap the private half of a sealing key to a member."""
    wrapped = wrap_case_key(
        key.private_bytes_raw(), bytes.fromhex(member.box_public), place=known.code
    )
    writer.add(CaseKeyRow, case=known.number, member=member.number, wrapped=wrapped.hex())


def no_sealing_key() -> InputError:
    """Why a value that has to be sealed cannot be written."""
    return InputError(
        "This workspace was made before values were sealed and has no sealing key yet.",
        hint="An administrator makes one with `bayyina people seal-key`; nothing was changed.",
        code="no-sealing-key",
    )

"""Making a workspace, and unlocking one: identity, first member, case key, log key."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.app.changes import change
from bayyina.app.clocks import milliseconds, write_time
from bayyina.app.evidence_keys import add_evidence_key, give_evidence, open_evidence
from bayyina.app.live import setting
from bayyina.app.members import member_uuid, working_members
from bayyina.app.permissions import FIRST_ROLES
from bayyina.app.ports import Clock, Store
from bayyina.app.rows import CaseKeyRow, CaseRow, MemberRow, SettingRow, row_number
from bayyina.app.sealing_keys import add_sealing_key, open_given
from bayyina.app.workspace import Identity, UnlockedKeys, Workspace
from bayyina.custody.ids import new_batch_id
from bayyina.errors import InputError, KeyLockedError, WorkspaceError
from bayyina.keys.case_keys import open_case_key, wrap_case_key
from bayyina.keys.personal import PersonalKey
from bayyina.keys.record_keys import KeyWrap, new_key
from bayyina.keys.sealing import Opener, new_sealing_key
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary

FIRST_CASE = "main"
"""Code of the case that a workspace begins with."""

MARKS_PLACE = 1
"""The first case key is wrapped under a later one like the key of a record with this number."""

LOG_KEY_PLACE = 0
"""The log's private key is wrapped like the key of a record with this number; no record has it."""


@dataclass(frozen=True)
class Equipment:
    """What a workspace is opened with, apart from its rows."""

    folder: Path
    """Where its files are."""

    store: Store
    """Rows, log and jobs."""

    clock: Clock
    """Where the time comes from."""

    vocabulary: Vocabulary
    """What can be said."""

    gazetteer: Gazetteer
    """The places known."""


def found_workspace(
    equipment: Equipment,
    *,
    name: str,
    handle: str,
    person_name: str,
    key: PersonalKey,
    fictional: bool,
) -> Workspace:
    """Make a workspace in an empty store; its first member has all first roles.

    Raises:
        WorkspaceError: the store holds a workspace already.
        InputError: the handle cannot be used.
    """
    check_handle(handle)
    store, now = equipment.store, equipment.clock.now()
    if store.log_size():
        raise WorkspaceError("There is a workspace already.", hint="Choose another folder.")
    identity = Identity(str(new_batch_id(milliseconds(now))), name, fictional, write_time(now))
    log_key, case_key, sealing = Ed25519PrivateKey.generate(), new_key(), new_sealing_key()
    evidence = new_key()
    member = MemberRow(
        row_number(1, 0),
        handle,
        person_name,
        key.public.sign.hex(),
        key.public.box.hex(),
        " ".join(FIRST_ROLES),
    )
    workspace = Workspace(
        equipment.folder,
        identity,
        store,
        equipment.clock,
        equipment.vocabulary,
        equipment.gazetteer,
        member,
        "",
        UnlockedKeys(
            key.sign, case_key, log_key, case_key, opener=Opener([sealing]), evidence=evidence
        ),
    )
    with change(workspace, "init") as writer:
        written = writer.add(MemberRow, **_columns(member))
        case = writer.add(CaseRow, code=FIRST_CASE, title=name)
        wrapped = wrap_case_key(case_key, key.public.box, place=FIRST_CASE)
        writer.add(CaseKeyRow, case=case.number, member=written.number, wrapped=wrapped.hex())
        add_sealing_key(writer, sealing, f"{FIRST_CASE}/sealed", written)
        give_evidence(writer, add_evidence_key(writer, store, evidence), evidence, written)
        for title, text in _settings(identity, log_key, case_key, equipment.vocabulary):
            writer.add(SettingRow, name=title, text=text)
        writer.finish({"vocabulary": equipment.vocabulary.digest})
        actor = writer.actor
    return _with_actor(workspace, written, actor)


def unlock_workspace(
    equipment: Equipment, *, person: str | None, unlock: Callable[[str], PersonalKey]
) -> Workspace:
    """The workspace of a store, with one member at work.

    ``unlock`` gives the personal key of a handle.

    Raises:
        WorkspaceError: the store holds no workspace.
        InputError: there is no such member, or several and none was named.
        KeyLockedError: the key does not belong to the member, or opens nothing.
    """
    store = equipment.store
    identity = _identity(equipment)
    member = _chosen(working_members(store), person)
    key = unlock(member.handle)
    if key.public.sign.hex() != member.sign_public:
        raise KeyLockedError(
            f"The key file of {member.handle} is not the key that the workspace knows.",
            hint="Use the key file that was made for this workspace.",
        )
    keys = _unlocked(store, _case_key(store, member, key), key.sign)
    opener, evidence = open_given(store, member, key.box), open_evidence(store, member, key.box)
    keys = replace(keys, opener=opener, evidence=evidence)
    return _at_work(equipment, identity, member, keys)


def work_under_case_key(
    equipment: Equipment, member: MemberRow, case_key: bytes, personal: Ed25519PrivateKey
) -> Workspace:
    """The workspace with a member at work whose case key is at hand, and who is not cleared.

    Raises:
        WorkspaceError: the store holds no workspace.
        CustodyError: the case key is not the one that the workspace is kept under now.
    """
    keys = _unlocked(equipment.store, case_key, personal)
    return _at_work(equipment, _identity(equipment), member, keys)


def _identity(equipment: Equipment) -> Identity:
    text = setting(equipment.store, "identity")
    if text is None:
        raise WorkspaceError(
            f"{equipment.folder} holds no workspace.", hint="Make one with `bayyina init`."
        )
    content = json.loads(text)
    return Identity(content["uuid"], content["name"], content["fictional"], content["created_at"])


def _unlocked(store: Store, case_key: bytes, personal: Ed25519PrivateKey) -> UnlockedKeys:
    seed = KeyWrap(case_key).open_record(
        LOG_KEY_PLACE, bytes.fromhex(setting(store, "log_key") or "")
    )
    log_key = Ed25519PrivateKey.from_private_bytes(seed)
    return UnlockedKeys(personal, case_key, log_key, marks_key(store, case_key))


def _at_work(
    equipment: Equipment, identity: Identity, member: MemberRow, keys: UnlockedKeys
) -> Workspace:
    return Workspace(
        equipment.folder,
        identity,
        equipment.store,
        equipment.clock,
        equipment.vocabulary,
        equipment.gazetteer,
        member,
        member_uuid(equipment.store, member),
        keys,
    )


DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)
"""Names that are no files on Windows, whatever ending they have."""


def check_handle(handle: str) -> None:
    """Refuse a handle that could not be the name of a key file, on any system.

    Raises:
        InputError: it is not made of Latin letters, digits and hyphens, begins with a hyphen, or
            is the name of a device.
    """
    plain = handle.replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and len(handle) <= 40) or handle[0] == "-":
        raise InputError(
            f"{handle!r} cannot be a handle.",
            hint="Use up to 40 Latin letters, digits and hyphens, such as amal-k.",
        )
    if handle.casefold() in DEVICES:
        raise InputError(
            f"{handle!r} cannot be a handle: it is the name of a device on Windows, where no file "
            "can be called so.",
            hint="Use another one, such as amal-k.",
        )


def check_folder_name(name: str) -> None:
    """Refuse the name of a new workspace's folder that Windows takes for a device or changes.

    Raises:
        InputError: it is the name of a device, ends with a dot or blank, or holds a character that no
            file may have there.
    """
    stem = name.partition(".")[0].rstrip(" ").casefold()
    is_odd = (
        name != name.strip()
        or name.endswith(".")
        or any(one in '<>:"|?*\\' or ord(one) < 32 for one in name)
    )
    if name not in ("", ".", "..") and (stem in DEVICES or is_odd):
        raise InputError(
            f"{name!r} cannot be the name of a workspace's folder: not every system can have it.",
            hint='Use letters, digits and hyphens; no blank or dot at the end, none of <>:"|?*, no '
            "name of a device such as con or nul.",
        )


def marks_key(store: Store, case_key: bytes) -> bytes:
    """What keyed marks derive from: the first case key, which later ones hand on.

    Raises:
        CustodyError: the setting was changed.
    """
    wrapped = setting(store, "marks_key")
    if wrapped is None:
        return case_key
    return KeyWrap(case_key).open_record(MARKS_PLACE, bytes.fromhex(wrapped))


def _settings(
    identity: Identity, log_key: Ed25519PrivateKey, case_key: bytes, vocabulary: Vocabulary
) -> list[tuple[str, str]]:
    described = {
        "uuid": identity.uuid,
        "name": identity.name,
        "fictional": identity.fictional,
        "created_at": identity.created_at,
    }
    wrapped = KeyWrap(case_key).wrap_record(LOG_KEY_PLACE, log_key.private_bytes_raw())
    return [
        ("identity", json.dumps(described, ensure_ascii=False, sort_keys=True)),
        ("log_public_key", log_key.public_key().public_bytes_raw().hex()),
        ("log_key", wrapped.hex()),
        ("vocabulary", vocabulary.digest),
    ]


def _columns(row: MemberRow) -> dict[str, Any]:
    columns = row._asdict()
    columns.pop("number")
    return columns


def _with_actor(workspace: Workspace, member: MemberRow, actor: str) -> Workspace:
    return Workspace(
        workspace.folder,
        workspace.identity,
        workspace.store,
        workspace.clock,
        workspace.vocabulary,
        workspace.gazetteer,
        member,
        actor,
        workspace.keys,
    )


def _chosen(members: list[MemberRow], person: str | None) -> MemberRow:
    handles = ", ".join(row.handle for row in members)
    if person is None:
        if len(members) == 1:
            return members[0]
        raise InputError(
            "The workspace has several members, and it was not said who is at work.",
            hint=f"Say it with --as or BAYYINA_PERSON: {handles}.",
        )
    for row in members:
        if row.handle == person:
            return row
    raise InputError(f"{person} is not a member of this workspace.", hint=f"Members: {handles}.")


def _case_key(store: Store, member: MemberRow, key: PersonalKey) -> bytes:
    cases = {row.number for row in store.scan(CaseRow) if "/" not in row.code}
    for row in reversed(list(store.scan(CaseKeyRow))):
        if row.case not in cases:
            continue
        owner = store.find(MemberRow, "number", [row.member])
        if owner and owner[0].sign_public == member.sign_public:
            return open_case_key(bytes.fromhex(row.wrapped), key.box, place=FIRST_CASE)
    raise KeyLockedError(
        f"No case key was given to {member.handle}.",
        hint="Ask a custodian of the case to add you.",
    )

"""``bayyina keys``: who holds which keys, replacing them, recovery by shares."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bayyina.app.evidence_key_rotating import rotate_evidence_key
from bayyina.app.key_rotating import (
    REASONS,
    Rotation,
    rotate_case_key,
    rotate_log_key,
    rotate_sealing_key,
)
from bayyina.app.key_status import EvidenceHolders, KeyStatus, key_status
from bayyina.app.recovering import Recovery, make_shares, recover_clearance, withdraw_shares
from bayyina.app.share_pages import write_share_pages
from bayyina.cli.opening import read_passphrase, read_secret, type_passphrase, workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.cli.share_reading import read_shares
from bayyina.db.key_files import (
    bind_key_file,
    change_passphrase,
    renew_member_key,
    rescue_workspace,
    signer,
    unbind_key_file,
)
from bayyina.errors import KeyLockedError

KINDS = ("case-key", "evidence-key", "sealing-key", "log-key")
"""Keys that can be replaced."""


@click.group()
def keys() -> None:
    """Keys of the workspace: who holds them, replacing them, recovery by shares."""


@keys.command("status")
@json_option
def status(as_json: bool) -> None:
    """Say who holds which keys, what shares there are, and how they were used."""
    with workspace_at_work() as workspace:
        state = key_status(workspace)
    show(state.to_json(), _state(state), as_json=as_json)


def _state(state: KeyStatus) -> str:
    lines = [f"Case key: since {state.case_key_since}; held by {', '.join(state.case_key_people)}."]
    if state.former:
        lines.append(
            f"  Also held by {', '.join(state.former)}, no longer members: `bayyina keys rotate "
            "case-key --reason member-left`."
        )
    lines += _evidence_lines(state.evidence)
    lines += [
        f"Sealing key {one.code}: opened by {', '.join(one.people) or 'nobody'}."
        for one in state.sealing
    ]
    lines += [
        f"  Somebody who is cleared no longer for {case} held it: `bayyina keys rotate "
        f"sealing-key --case {case} --reason member-left`."
        for case in state.former_cleared
    ]
    if state.shares is None:
        lines.append("Recovery shares: none. Make them with `bayyina keys shares make`.")
    else:
        one = state.shares
        lines.append(
            f"Recovery shares: set {one.set}, {one.needed} of {one.of}, made {one.made}; they open "
            f"{', '.join(one.codes)}."
        )
    for done in state.recoveries:
        holds = "" if done.signed else " THE SIGNATURES DO NOT HOLD."
        lines.append(
            f"Shares {', '.join(map(str, done.shares))} used at {done.time} for {done.handle}, "
            f"signed by {' and '.join(done.people)}: {done.reason}.{holds}"
        )
    return "\n".join(lines)


def _evidence_lines(state: EvidenceHolders) -> list[str]:
    command = "`bayyina keys rotate evidence-key --reason"
    if state.code is None:
        lines = ["Evidence key: none yet; the next intake makes it."]
    else:
        held = ", ".join(state.people) or "nobody"
        items = counted(state.items, "item")
        lines = [f"Evidence key {state.code}: held by {held}; {items} under it."]
    if state.waiting:
        lines.append(
            f"  Whose roles need it, and who do not hold it: {', '.join(state.waiting)}. Somebody who "
            f"holds it gives it: {command} routine`."
        )
    if state.former:
        lines.append(f"  Also held once by {', '.join(state.former)}: {command} member-left`.")
    if state.earlier:
        lines.append(
            f"  {counted(state.earlier, 'item')} taken in before there was an evidence key: every "
            f"member's case key opens them: {command} routine`."
        )
    return lines


@keys.command("rotate")
@click.argument("what", type=click.Choice(KINDS))
@click.option("--reason", required=True, metavar="CODE", help=f"Why: {', '.join(REASONS)}.")
@click.option("--case", default="main", show_default=True, help="Case of the sealing key.")
@json_option
def rotate(what: str, reason: str, case: str, as_json: bool) -> None:
    """Replace the case-key (opens records), evidence-key (bytes of evidence), sealing-key (of new sealed values) or log-key.

    What somebody copied before stays open to them: no replacement takes that back.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        if what == "case-key":
            done = rotate_case_key(workspace, reason=reason, progress=progress)
        elif what == "evidence-key":
            done = rotate_evidence_key(workspace, reason=reason, progress=progress)
        elif what == "sealing-key":
            done = rotate_sealing_key(workspace, reason=reason, case=case)
        else:
            done = rotate_log_key(workspace, reason=reason)
    show(done.to_json(), _rotated(done), as_json=as_json)


def _rotated(done: Rotation) -> str:
    if done.what == "log-key":
        return (
            f"The log is signed with a new key (batch {done.batch}). The checkpoint that announces it "
            "is signed with both: give it to whoever keeps checkpoints (bayyina log checkpoint)."
        )
    lines = [f"Replaced (batch {done.batch}); held by {', '.join(done.people)}."]
    if done.what == "case-key":
        lines.append(
            f"The keys of {counted(done.records, 'record')} and {done.batches:,} batches were wrapped anew. "
            "Whoever is signed in elsewhere signs in again; tokens have to be made anew."
        )
    elif done.what == "evidence-key":
        lines.append(
            f"{counted(done.records, 'item')} of evidence: the key is given to every member whose roles "
            "read evidence or take it in. Look at who that is. Whoever is signed in elsewhere signs in "
            "again; tokens for evidence have to be made anew."
        )
    else:
        lines.append("What was sealed before stays open to whoever held the key before.")
    if done.shares:
        lines.append("The recovery shares open it too.")
    if done.traces_left:
        lines.append(
            "Old wrapped keys are still in the database's files, because another program was using "
            "them. End it, and give the command again with --reason routine."
        )
    return "\n".join(lines)


@keys.group("shares")
def shares() -> None:
    """Recovery shares: on paper, with people who trust each other little."""


@shares.command("make")
@click.option("--of", "of", type=click.IntRange(2, 255), required=True, help="How many shares.")
@click.option("--threshold", type=click.IntRange(2, 255), required=True, help="How many suffice.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    help="New folder for one page a share, to be printed and then deleted; shown if not given.",
)
@json_option
def make(of: int, threshold: int, into: Path | None, as_json: bool) -> None:
    """Make shares of what opens this workspace; those of an earlier set open nothing any more.

    They are shown once and kept nowhere. Give each to another person, on paper.
    """
    with workspace_at_work() as workspace:
        made = make_shares(workspace, of=of, needed=threshold)
        files = () if into is None else write_share_pages(made.shares, into)
    document = {
        "set": made.set.set_id,
        "of": of,
        "needed": threshold,
        "batch": made.batch,
        "files": [str(path) for path in files],
        "shares": [] if files else [share.text for share in made.shares],
    }
    lines = [f"Set {made.set.set_id}: {counted(of, 'share')}, any {threshold} of which suffice."]
    if files:
        lines += [f"  {path}" for path in files]
        lines.append("Print each, give it to its holder, then delete the files.")
    else:
        lines += [f"{share.index}: {share.text}" for share in made.shares]
        lines.append("They are not shown again. Write each down and give it to its holder.")
    show(document, "\n".join(lines), as_json=as_json)


@shares.command("withdraw")
@json_option
def withdraw(as_json: bool) -> None:
    """Let the shares that there are open nothing that comes later."""
    with workspace_at_work() as workspace:
        batch = withdraw_shares(workspace)
    text = (
        f"Withdrawn (batch {batch}). If enough of them may be in wrong hands, replace the case "
        "key and the sealing key as well: bayyina keys rotate."
    )
    show({"batch": batch}, text, as_json=as_json)


@keys.command("recover")
@click.argument("given", metavar="SHARE...", nargs=-1, required=True)
@click.option("--for", "handle", required=True, metavar="HANDLE", help="Member to be cleared.")
@click.option("--with", "other", required=True, metavar="HANDLE", help="The second person.")
@click.option(
    "--with-passphrase-file",
    type=click.Path(path_type=Path),
    help="File with the second person's passphrase; asked for if not given.",
)
@click.option("--reason", required=True, help="Why; it stands in the log.")
@json_option
def recover(
    given: tuple[str, ...],
    handle: str,
    other: str,
    with_passphrase_file: Path | None,
    reason: str,
    as_json: bool,
) -> None:
    """Clear a member with shares: two people sign with their own keys; neither has to be cleared.

    SHARE is the text of a share, a file that holds one, or - to type it unseen.
    """
    found = read_shares(given)
    folder = Path(click.get_current_context().find_root().obj["workspace"])
    with workspace_at_work() as workspace:
        passphrase = _second_passphrase(other, with_passphrase_file)
        second = signer(folder, other, passphrase)
        done = recover_clearance(
            workspace, shares=found, second=second, handle=handle, reason=reason
        )
    show(_recovery(done), _recovered(done), as_json=as_json)


@keys.command("rescue")
@click.argument("given", metavar="SHARE...", nargs=-1, required=True)
@click.option("--for", "handle", required=True, metavar="HANDLE", help="Member with a lost key.")
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path),
    help="File with the passphrase of the new key; asked for if not given.",
)
@click.option("--reason", required=True, help="Why; it stands in the log.")
@json_option
def rescue(
    given: tuple[str, ...],
    handle: str,
    new_passphrase_file: Path | None,
    reason: str,
    as_json: bool,
) -> None:
    """Give a member a new key with shares alone, when nobody can open the workspace any more."""
    found = read_shares(given)
    folder = Path(click.get_current_context().find_root().obj["workspace"])
    passphrase = new_passphrase(handle, new_passphrase_file)
    done = rescue_workspace(
        folder, shares=found, handle=handle, passphrase=passphrase, reason=reason
    )
    show(_recovery(done), _recovered(done), as_json=as_json)


@keys.command("passphrase")
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path),
    help="File with the new passphrase; asked for if not given.",
)
@json_option
def passphrase(new_passphrase_file: Path | None, as_json: bool) -> None:
    """Lock your own key file with another passphrase.

    Copies of the file that were made before still open with the old one: replace them.
    """
    settings = click.get_current_context().find_root().obj
    with workspace_at_work() as workspace:
        handle = workspace.member.handle
    old = old_passphrase(handle)
    new = new_passphrase(handle, new_passphrase_file)
    change_passphrase(Path(settings["workspace"]), handle, old=old, new=new)
    text = (
        f"The key file of {handle} opens with the new passphrase. Copies of it that were made "
        "before open with the old one: make new copies, and destroy those."
    )
    show({"handle": handle}, text, as_json=as_json)


@keys.command("bind")
@click.option(
    "--copy",
    type=click.Path(path_type=Path),
    help="New file for a copy that the passphrase alone opens: for a safe, elsewhere.",
)
@json_option
def bind(copy: Path | None, as_json: bool) -> None:
    """Bind your own key file to the security key (FIDO2) that is plugged in; touch it twice.

    From then on the file opens with the passphrase and a touch together, on this computer
    or wherever the security key is plugged in.
    """
    settings = click.get_current_context().find_root().obj
    folder = Path(settings["workspace"])
    with workspace_at_work() as workspace:
        handle = workspace.member.handle
    if sys.stderr.isatty():
        click.echo("Touch the security key when it blinks, twice.", err=True)
    bind_key_file(folder, handle, old_passphrase(handle), copy=copy)
    text = f"The key file of {handle} opens with the passphrase and this security key together."
    if copy is None:
        text += (
            " If the security key is lost, you need a new key: `bayyina keys renew`. Copies of the "
            "file that were made before open with the passphrase alone."
        )
    else:
        text += f" {copy} opens with the passphrase alone: put it into a safe, elsewhere."
    show({"handle": handle, "bound": True}, text, as_json=as_json)


@keys.command("unbind")
@json_option
def unbind(as_json: bool) -> None:
    """Let the passphrase alone open your own key file again; it takes the security key once more."""
    settings = click.get_current_context().find_root().obj
    with workspace_at_work() as workspace:
        handle = workspace.member.handle
    unbind_key_file(Path(settings["workspace"]), handle, old_passphrase(handle))
    text = f"The key file of {handle} opens with the passphrase alone."
    show({"handle": handle, "bound": False}, text, as_json=as_json)


@keys.command("renew")
@click.argument("handle")
@click.option("--reason", required=True, metavar="CODE", help=f"Why: {', '.join(REASONS)}.")
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path),
    help="File with the member's new passphrase; asked for if not given.",
)
@json_option
def renew(handle: str, reason: str, new_passphrase_file: Path | None, as_json: bool) -> None:
    """Give the member HANDLE, who lost their key or its passphrase, a new key in a new file.

    They type their new passphrase themselves. Who is cleared has to clear them again.
    """
    with workspace_at_work() as workspace:
        chosen = new_passphrase(handle, new_passphrase_file)
        renew_member_key(workspace, handle=handle, passphrase=chosen, reason=reason)
    text = (
        f"{handle} goes on with a new key, in people/{handle}.key; the old one opens nothing new. If "
        "somebody else may have it: bayyina keys rotate case-key --reason key-stolen."
    )
    show({"handle": handle}, text, as_json=as_json)


def _second_passphrase(handle: str, file: Path | None) -> str:
    if file is not None:
        return read_secret(file, f"The passphrase of {handle}")
    if sys.stdin.isatty():
        return type_passphrase(handle, is_new=False)
    raise KeyLockedError(
        f"The passphrase of {handle} is missing.", hint="Give --with-passphrase-file."
    )


def new_passphrase(handle: str, file: Path | None) -> str:
    """The passphrase of a new key: from a file, or typed twice.

    Raises:
        KeyLockedError: there is nobody to ask.
    """
    if file is not None:
        return read_secret(file, "The new passphrase")
    if sys.stdin.isatty():
        return type_passphrase(handle, is_new=True)
    raise KeyLockedError("The new passphrase is missing.", hint="Give --new-passphrase-file.")


def old_passphrase(handle: str) -> str:
    """The passphrase of a key as it is.

    Raises:
        KeyLockedError: there is nobody to ask.
    """
    passphrase = read_passphrase(handle)
    if passphrase is None:
        raise KeyLockedError(
            f"The key of {handle} is locked and there is nobody to ask for the passphrase.",
            hint="Set BAYYINA_PASSPHRASE_FILE to a file that holds it, or BAYYINA_PASSPHRASE.",
        )
    return passphrase


def _recovery(done: Recovery) -> dict[str, object]:
    return {
        "handle": done.handle,
        "codes": list(done.codes),
        "people": list(done.people),
        "shares": list(done.shares),
        "batch": done.batch,
    }


def _recovered(done: Recovery) -> str:
    return (
        f"{done.handle} can open {', '.join(done.codes)} now (batch {done.batch}), signed by "
        f"{' and '.join(done.people)}. The shares that were used have been seen together: make "
        "new ones with `bayyina keys shares make`, and replace the keys if anybody else saw them."
    )

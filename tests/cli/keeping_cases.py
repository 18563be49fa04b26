"""How the commands of ``keys``, ``tokens``, ``backup`` and ``lock`` are used where every command is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Program

Words = list[str | Path]


def made_backup(program: Program) -> Path:
    """A backup of the workspace."""
    number = len(list(program.folder.glob("backups-*")))
    answer = program("backup", "create", program.folder / f"backups-{number}", "--json")
    assert answer.status == 0, answer.err
    return Path(answer.document["file"])


def words_of_restore(program: Program) -> Words:
    number = len(list(program.folder.glob("restored-*")))
    key = program.workspace / "people" / "amal.key"
    into = program.folder / f"restored-{number}"
    return ["backup", "restore", made_backup(program), "--into", into, "--key", key]


def words_of_backup(program: Program) -> Words:
    return ["backup", "create", made_backup(program).parent.with_suffix(".more")]


def words_of_backup_verify(program: Program) -> Words:
    return ["--as", "amal", "backup", "verify", made_backup(program)]


def made_shares(program: Program) -> list[str]:
    """The texts of two recovery shares, which suffice."""
    answer = program("keys", "shares", "make", "--of", "2", "--threshold", "2", "--json")
    assert answer.status == 0, answer.err
    return list(answer.document["shares"])


def words_of_shares_withdraw(program: Program) -> Words:
    made_shares(program)
    return ["keys", "shares", "withdraw"]


def renewed(program: Program) -> Path:
    """Badr goes on with a new key, whose passphrase is as before; a file with it."""
    secret = program.file("their-passphrase", "amal\n")
    words: Words = ["--reason", "key-lost", "--new-passphrase-file", secret]
    answer = program("keys", "renew", "badr", *words)
    assert answer.status == 0, answer.err
    return secret


def words_of_recover(program: Program) -> Words:
    """Badr, who was cleared with the key that he lost, is cleared again by shares."""
    words: Words = ["--with", "badr", "--with-passphrase-file", renewed(program)]
    shares = made_shares(program)
    return ["keys", "recover", *shares, "--for", "badr", *words, "--reason", "a test"]


def words_of_bind(program: Program) -> Words:
    renewed(program)
    return ["--as", "badr", "keys", "bind"]


def words_of_unbind(program: Program) -> Words:
    assert program(*words_of_bind(program)).status == 0
    return ["--as", "badr", "keys", "unbind"]


def words_of_rescue(program: Program) -> Words:
    """A member's key is lost, and nobody else can open the workspace."""
    secret = program.file("rescued", "rescued\n")
    words: Words = ["--for", "badr", "--new-passphrase-file", secret, "--reason", "a test"]
    return ["keys", "rescue", *made_shares(program), *words]


def words_of_renew(program: Program) -> Words:
    secret = program.file("renewed", "renewed\n")
    return ["keys", "renew", "badr", "--reason", "key-lost", "--new-passphrase-file", secret]


def words_of_passphrase(program: Program) -> Words:
    renewed(program)
    after = program.file("after", "another\n")
    return ["--as", "badr", "keys", "passphrase", "--new-passphrase-file", after]


def words_of_tokens_withdraw(program: Program) -> Words:
    made = program("tokens", "make", "to be ended", "--for", "count", "--json")
    return ["tokens", "withdraw", made.document["id"]]


KEEPING_CASES: dict[str, Callable[[Program], Words]] = {
    "keys status": lambda _: ["keys", "status"],
    "keys rotate": lambda _: ["keys", "rotate", "case-key", "--reason", "routine"],
    "keys shares make": lambda _: ["keys", "shares", "make", "--of", "3", "--threshold", "2"],
    "keys shares withdraw": words_of_shares_withdraw,
    "keys recover": words_of_recover,
    "keys rescue": words_of_rescue,
    "keys renew": words_of_renew,
    "keys bind": words_of_bind,
    "keys unbind": words_of_unbind,
    "keys passphrase": words_of_passphrase,
    "tokens make": lambda _: ["tokens", "make", "counts", "--for", "count"],
    "tokens list": lambda _: ["tokens", "list"],
    "tokens withdraw": words_of_tokens_withdraw,
    "lock": lambda _: ["lock"],
    "backup create": words_of_backup,
    "backup verify": words_of_backup_verify,
    "backup restore": words_of_restore,
}
"""Commands that keep a workspace safe, and how each is used."""

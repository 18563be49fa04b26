"""How ``consent``, ``tasks``, ``hold``, ``notification`` and ``release`` are used in the tests of documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bayyina.app.legal_holds import RUN
from bayyina.app.rows import DeterminationRow, MemberRow, RecordRow, RunRow
from bayyina.db.opening import enroll
from tests.app.conftest import CHEAP
from tests.cli.conftest import PASSPHRASE, Program

Words = list[str | Path]

RISK = ("--risk", "the source is safe")


def short_ids(program: Program, record_type: str) -> list[str]:
    """Short ids of the records of a type."""
    workspace = program.opened()
    rows = workspace.store.find(RecordRow, "record_type", [record_type])
    found = [workspace.short_id(row.number) for row in rows]
    workspace.store.close()
    return found


def person(program: Program) -> str:
    return short_ids(program, "Person")[0]


def words_of_give(program: Program) -> Words:
    words = ["--for", "court", "--explained-by", "amal", "--language", "ar"]
    return ["consent", "give", person(program), *words]


def words_of_add(program: Program) -> Words:
    words = ["--kind", "feedback", "--what", "call", "--by", "2024-03-01"]
    return ["tasks", "add", person(program), *words]


def words_of_done(program: Program) -> Words:
    assert program(*words_of_add(program)).status == 0
    return ["tasks", "done", short_ids(program, "Task")[-1], "--outcome", "called"]


def words_of_list(program: Program) -> Words:
    assert program(*words_of_add(program)).status == 0
    return ["tasks", "list", "--all"]


def words_of_objection(program: Program) -> Words:
    return ["objection", person(program), "--reasons", "no", "--received-by", "amal"]


def guard(program: Program) -> None:
    """Give amal and badr the role that may hold."""
    for handle, role in (("amal", "administrator"), ("badr", "verifier")):
        words = ["people", "roles", handle, "--role", role, "--role", "data-protection"]
        program(*words)


def words_of_place(program: Program) -> Words:
    guard(program)
    return ["hold", "place", "--whole", "--ground", "request", "--reference", "FICT-188"]


def words_of_lift(program: Program) -> Words:
    workspace = program.opened()
    runs = [row for row in workspace.store.scan(RunRow) if row.run_kind == RUN]
    workspace.store.close()
    if not runs:
        assert program(*words_of_place(program)).status == 0
    (hold,) = program("hold", "list", "--json").document["holds"]
    handle = "badr" if hold["lifting"] else "amal"
    return ["--as", handle, "hold", "lift", hold["id"], "--reasons", "over"]


def words_of_holds(program: Program) -> Words:
    assert program(*words_of_place(program)).status == 0
    return ["hold", "list"]


def decisions(program: Program) -> list[DeterminationRow]:
    """Everything that was decided, and a second verifier to decide."""
    workspace = program.opened()
    if not workspace.store.find(MemberRow, "handle", ["chams"]):
        enroll(
            workspace,
            handle="chams",
            name="Chams",
            roles=("verifier",),
            passphrase=PASSPHRASE,
            cost=CHEAP,
        )
    found = list(workspace.store.scan(DeterminationRow))
    workspace.store.close()
    return found


def words_of_propose(program: Program) -> Words:
    death = short_ids(program, "Death")[len(decisions(program))]
    return ["--as", "badr", "notification", "propose", death, *RISK]


def words_of_agree(program: Program) -> Words:
    death = short_ids(program, "Death")[len(decisions(program)) // 2]
    words = ["--as", "badr", "notification", "propose", death, *RISK]
    assert program(*words).status == 0
    return ["--as", "chams", "notification", "agree", death, *RISK]


def words_of_record(program: Program) -> Words:
    words = words_of_agree(program)
    assert program(*words).status == 0
    return ["notification", "record", str(words[4]), "--on", "2023-09-01"]


def words_of_tellings(program: Program) -> Words:
    return ["notification", "list", "--all"]


def words_of_name(_program: Program) -> Words:
    words = ["--kind", "court", "--en", "Court A", "--ar", "المحكمة أ"]
    return ["release", "name", "court-a", *words]


def words_of_check(program: Program) -> Words:
    return ["release", "check", *short_ids(program, "Death"), "--for", "public"]


def words_of_consents(program: Program) -> Words:
    assert program(*words_of_give(program)).status == 0
    return ["consent", "show"]


RELEASE_CASES: dict[str, Callable[[Program], Words]] = {
    "consent give": words_of_give,
    "consent withdraw": lambda program: ["consent", "withdraw", person(program)],
    "consent show": words_of_consents,
    "objection": words_of_objection,
    "tasks add": words_of_add,
    "tasks done": words_of_done,
    "tasks list": words_of_list,
    "hold place": words_of_place,
    "hold lift": words_of_lift,
    "hold list": words_of_holds,
    "notification propose": words_of_propose,
    "notification agree": words_of_agree,
    "notification record": words_of_record,
    "notification list": words_of_tellings,
    "release recipients": lambda _: ["release", "recipients"],
    "release name": words_of_name,
    "release check": words_of_check,
}
"""How each command is used."""

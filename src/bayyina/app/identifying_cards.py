"""Photographs grouped into bodies by the numbers on the cards that they show.

A photograph is an evidence item of which somebody read the card. Photographs whose cards bear
the same branch and detainee number show one body, unless their examination numbers differ: then
they stay apart and are told as a conflict. What could not be read is told and grouped with
nothing. Images, bodies, people and cases are counted apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.identifying_reading import BODY, values_of
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.figures.case_rows import CaseRow, reading_cases
from bayyina.model.digits import plain_text
from bayyina.model.drafts import ValueDraft

ACTION: Final = "group-photographs"
"""What the log calls a grouping."""

ITEM: Final = "EvidenceItem"
_CARD: Final = ("card_branch_number", "card_number", "card_examination_number")
_OF_BODY: Final = ("branch_number", "body_number", "examination_number")
_KEY: Final = "card:"


class Card(NamedTuple):
    """The numbers on a card; empty where one could not be read."""

    branch: str
    """Number of the branch that held the person."""

    detainee: str
    """Number of the detainee there."""

    examination: str
    """Number of the examination."""

    @property
    def is_readable(self) -> bool:
        """Whether it tells one body from others: a detainee number counts within a branch."""
        return bool(self.branch and self.detainee)


class Conflict(NamedTuple):
    """Photographs or bodies whose cards do not fit together."""

    code: str
    """``readings_differ``, ``examination_differs``, ``same_card`` or ``linked_elsewhere``."""

    records: tuple[int, ...]
    """Records that it is about."""

    card: Card
    """The numbers, as far as they are clear."""


@dataclass
class Grouping:
    """What grouping came to."""

    images: int = 0
    """Photographs whose cards somebody looked at."""

    unreadable: list[int] = field(default_factory=list)
    """Those whose card does not tell a body."""

    bodies: int = 0
    """Bodies that stand after it, those from lists among them."""

    made: dict[Card, list[int]] = field(default_factory=dict)
    """New bodies, with their photographs."""

    added: dict[int, list[int]] = field(default_factory=dict)
    """Bodies that stood and have new photographs."""

    conflicts: list[Conflict] = field(default_factory=list)
    """What does not fit together."""

    batch: int | None = None
    """The batch; None where nothing was written."""

    def to_json(self, workspace: Workspace) -> dict[str, Any]:
        """The document of ``identify group``."""
        short = workspace.short_id
        return {
            "images": self.images,
            "bodies": self.bodies,
            "new_bodies": [
                {**card._asdict(), "photographs": [short(n) for n in images]}
                for card, images in self.made.items()
            ],
            "more_photographs": {short(n): len(images) for n, images in self.added.items()},
            "unreadable": [short(number) for number in self.unreadable],
            "conflicts": [
                {"code": one.code, "records": [short(n) for n in one.records], **one.card._asdict()}
                for one in self.conflicts
            ],
            "batch": self.batch,
        }


def group_photographs(
    workspace: Workspace, progress: Progress, *, dry_run: bool = False
) -> Grouping:
    """Group photographs by their cards; with ``dry_run`` only say what would be done.

    Raises:
        PermissionRefusedError: the member may not take records in.
    """
    require(workspace, "import")
    with reading_cases(refresh_snapshot(workspace, progress), workspace.vocabulary) as reader:
        items = _by_record(reader.statements([ITEM]))
        bodies = _by_record(reader.statements([BODY]))
    done = Grouping()
    cards = _cards_of_items(items, done)
    _sort(cards, bodies, done)
    done.bodies = len(bodies) + len(done.made)
    if not dry_run and (done.made or done.added):
        with change(workspace, ACTION) as writer:
            _write(workspace, writer, done)
            writer.finish({"bodies": len(done.made), "photographs": _written(done)})
            done.batch = writer.batch
    return done


def card_of(rows: Sequence[CaseRow], names: Sequence[str]) -> tuple[Card, bool]:
    """The card that statements give, and whether any number of it is read in two ways."""
    read = []
    differ = False
    for name in names:
        numbers = {number for text in values_of(rows, name) if (number := number_on(text))}
        differ = differ or len(numbers) > 1
        read.append(numbers.pop() if len(numbers) == 1 else "")
    return Card(*read), differ


def number_on(text: str) -> str:
    """A number as it is compared: digits 0-9 without what stands before and after them."""
    plain = "".join(plain_text(text).split()).casefold()
    return plain.lstrip("0") or plain if plain.isdecimal() else plain


def _cards_of_items(items: Mapping[int, Sequence[CaseRow]], done: Grouping) -> dict[int, Card]:
    """The card of each photograph whose numbers are clear."""
    cards = {}
    for record, rows in items.items():
        if not any(row.property in _CARD for row in rows):
            continue
        done.images += 1
        card, differ = card_of(rows, _CARD)
        if differ:
            done.conflicts.append(Conflict("readings_differ", (record,), card))
        if card.is_readable:
            cards[record] = card
        else:
            done.unreadable.append(record)
    return cards


def _sort(
    cards: Mapping[int, Card], bodies: Mapping[int, Sequence[CaseRow]], done: Grouping
) -> None:
    """Lay every photograph to a body that stands, or to a new one."""
    standing: dict[tuple[str, str], list[tuple[int, Card]]] = defaultdict(list)
    linked: dict[int, int] = {}
    for body, rows in bodies.items():
        card, differ = card_of(rows, _OF_BODY)
        if differ:
            done.conflicts.append(Conflict("readings_differ", (body,), card))
        if card.is_readable:
            standing[card[:2]].append((body, card))
        linked |= {int(text): body for text in values_of(rows, "images") if text.isdecimal()}
    fresh: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for image, card in sorted(cards.items()):
        fresh[card[:2]][card.examination].append(image)
    for pair in sorted({*standing, *fresh}):
        _sort_card(pair, standing.get(pair, []), fresh.get(pair, {}), linked, done)


def _sort_card(
    pair: tuple[str, str],
    bodies: Sequence[tuple[int, Card]],
    images: Mapping[str, Sequence[int]],
    linked: Mapping[int, int],
    done: Grouping,
) -> None:
    """All photographs and bodies of one branch and detainee number."""
    numbers = {card.examination for _, card in bodies} | set(images)
    known = sorted(number for number in numbers if number)
    together = tuple(body for body, _ in bodies)
    everything = (*together, *(one for found in images.values() for one in found))
    if len(known) > 1:
        done.conflicts.append(Conflict("examination_differs", everything, Card(*pair, "")))
    by_number: dict[str, list[int]] = defaultdict(list)
    for body, card in bodies:
        by_number[card.examination or (known[0] if len(known) == 1 else "")].append(body)
    for own in by_number.values():
        if len(own) > 1:
            done.conflicts.append(Conflict("same_card", tuple(own), Card(*pair, "")))
    grouped: dict[str, list[int]] = defaultdict(list)
    for number, found in images.items():
        if number or len(known) < 2:
            grouped[number or (known[0] if known else "")] += found
        else:
            done.unreadable += found
    for number, found in sorted(grouped.items()):
        home = by_number.get(number, [])
        elsewhere = tuple(one for one in found if linked.get(one, 0) not in (0, *home))
        if elsewhere:
            done.conflicts.append(Conflict("linked_elsewhere", elsewhere, Card(*pair, number)))
        new = [one for one in found if one not in linked]
        if new and home:
            done.added.setdefault(home[0], []).extend(new)
        elif new:
            done.made[Card(*pair, number)] = new


def _write(workspace: Workspace, writer: ChangeWriter, done: Grouping) -> None:
    store = workspace.store
    writer.describe_list(None, None)
    for card, images in done.made.items():
        number, key = writer.add_record(BODY, None, _KEY + "/".join(card))
        drafts = [ValueDraft(name, text) for name, text in zip(_OF_BODY, card, strict=True) if text]
        for draft in [*drafts, *_links(images)]:
            writer.add_statement(number, key, BODY, draft, None)
    batches = live_batches(store)
    for row in store.find(RecordRow, "number", sorted(done.added)):
        if batch_of(row.number) in batches:
            for draft in _links(done.added[row.number]):
                writer.add_statement(row.number, writer.record_key(row), BODY, draft, None)


def _links(images: Iterable[int]) -> list[ValueDraft]:
    return [ValueDraft("images", str(image)) for image in images]


def _written(done: Grouping) -> int:
    return sum(map(len, (*done.made.values(), *done.added.values())))


def _by_record(rows: Iterable[CaseRow]) -> dict[int, list[CaseRow]]:
    found: dict[int, list[CaseRow]] = defaultdict(list)
    for row in rows:
        found[row.record].append(row)
    return dict(found)

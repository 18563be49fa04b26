"""Methods of torture as accounts tell them: in how many, for what purpose, where, by whom.

An account is what one person's record tells through one origin. Sources that copy one origin
are one origin, and of an origin's copies the one with the most people counts: a list that three
organisations published holds no account thrice. A method below the threshold is not denied; it
stands apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bayyina.app.consent_book import ConsentBook
from bayyina.app.counting import open_engine
from bayyina.app.linked_records import same_as_any
from bayyina.app.live import live_batches, live_statements
from bayyina.app.output_decisions import refuse_hidden
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.small_groups import READS, sees_small_groups
from bayyina.app.source_origins import origins_by_name
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import Figure
from bayyina.model.vocabulary import UNRECOGNISED

TORTURE: Final = "Torture"
"""Type of the records that hold accounts of torture."""

METHODS: Final = "torture_methods"
"""The list of methods and their types."""

DETAILS: Final = ("purpose", "place", "by")
"""Properties of an act that are told beside its methods."""

DEFAULT_ACCOUNTS: Final = 3
"""Independent accounts that a method needs to stand among the corroborated, if not said."""


@dataclass(frozen=True)
class CodedMethod:
    """A method, or a whole type of them, in the accounts."""

    code: str
    """Its code in the vocabulary."""

    accounts: int
    """Independent accounts that name it."""

    origins: int
    """Independent origins that they come through."""

    acts: int
    """Acts of torture with it: the figure."""

    query: str
    """The question that the figure answers."""

    purposes: Mapping[str, int]
    """Acts by stated purpose."""

    places: Mapping[str, int]
    """Acts by governorate of the place as stated."""

    bodies: Mapping[str, int]
    """Acts by responsible group as stated."""


@dataclass(frozen=True)
class CodedType:
    """A type of methods."""

    code: str
    """Its code in the vocabulary."""

    stated_count: int | None
    """Methods of the type in the published source; None where the source gives no number."""

    is_sealed: bool
    """Whether its methods are counted together only, so that nobody is found through them."""

    whole: CodedMethod
    """The type with all its methods."""

    corroborated: tuple[CodedMethod, ...]
    """Methods with enough independent accounts, the most told first."""

    below: tuple[CodedMethod, ...]
    """Methods with fewer."""


@dataclass(frozen=True)
class CodedMethods:
    """What the accounts tell of methods."""

    threshold: int
    """Independent accounts that a method needs."""

    types: tuple[CodedType, ...]
    """The types, in the order of the vocabulary."""

    unrecognised: int
    """Statements of a method that is not in the vocabulary."""


@dataclass(frozen=True)
class _Telling:
    """An act of torture as it is told."""

    person: int
    """Whose it is; the act itself where no person is named."""

    methods: Mapping[str, frozenset[int]]
    """Sources by method."""

    values: Mapping[str, frozenset[str]]
    """Values by property."""


def coded_methods(
    workspace: Workspace, progress: Progress, *, accounts: int = DEFAULT_ACCOUNTS
) -> CodedMethods:
    """The methods that accounts tell of, with how many independent accounts tell of each.

    Args:
        workspace: Where the accounts are.
        progress: Told types counted.
        accounts: Independent accounts that a method needs to be corroborated.

    Raises:
        InputError: the threshold is below one.
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    if not sees_small_groups(workspace.member):  # it tells of single accounts
        require(workspace, READS)
    if accounts < 1:
        raise InputError(f"A threshold of {accounts} accounts is none.", hint="Give 1 or more.")
    told, unrecognised = _told(workspace)
    terms = workspace.vocabulary.term_lists[METHODS]
    roots = [code for code, term in terms.terms.items() if term.parent is None]
    types = []
    with open_engine(workspace, progress) as engine:
        coder = _Coder(workspace, engine, told)
        counted = {
            code: {"query": asked.query, "value": asked.value, "groups": []}
            for code, asked in ((one, coder.figure(one)) for one in roots)
        }
        refuse_hidden(workspace, engine, counted)
        for done, root in enumerate(roots):
            progress(done, len(roots), "types of methods counted")
            types.append(_typed(workspace, root, coder, accounts))
        progress(len(roots), len(roots), "types of methods counted")
    return CodedMethods(accounts, tuple(types), unrecognised)


def _typed(workspace: Workspace, root: str, coder: _Coder, accounts: int) -> CodedType:
    terms = workspace.vocabulary.term_lists[METHODS]
    is_sealed = terms.terms[root].level == "sealed"
    beneath = () if is_sealed else (c for c in coder.seen if c != root and terms.is_within(c, root))
    methods = sorted(
        (coder.coded(code) for code in beneath), key=lambda one: (-one.accounts, one.code)
    )
    return CodedType(
        code=root,
        stated_count=terms.terms[root].stated_count,
        is_sealed=is_sealed,
        whole=coder.coded(root, with_details=not is_sealed),
        corroborated=tuple(one for one in methods if one.accounts >= accounts),
        below=tuple(one for one in methods if one.accounts < accounts),
    )


class _Coder:
    """Counts accounts of methods."""

    def __init__(
        self, workspace: Workspace, engine: FigureEngine, told: Sequence[_Telling]
    ) -> None:
        self._terms = workspace.vocabulary.term_lists[METHODS]
        self._engine = engine
        self._told = told
        self._origins = _origins(workspace, told)
        self._gazetteer = workspace.gazetteer
        self._figures: dict[str, Figure] = {}
        self.seen = sorted({code for one in told for code in one.methods})
        """Methods that are told of."""

    def figure(self, code: str) -> Figure:
        """How many acts of torture name a method, or one beneath it."""
        if code not in self._figures:
            asked = f"count acts_of_torture with methods={code}"
            self._figures[code] = self._engine.count(asked)
        return self._figures[code]

    def coded(self, code: str, *, with_details: bool = True) -> CodedMethod:
        """What is told of a method and of all beneath it."""
        figure = self.figure(code)
        people: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        details: dict[str, Counter[str]] = {name: Counter() for name in DETAILS}
        for one in self._told:
            sources = self._sources(one, code)
            for source in sources:
                people[self._origins[source]][source].add(one.person)
            if sources and with_details:
                for name, counter in details.items():
                    values = one.values.get(name, frozenset())
                    counter.update({self._coarse(v) for v in values} if name == "place" else values)
        return CodedMethod(
            code=code,
            accounts=sum(max(map(len, copies.values())) for copies in people.values()),
            origins=len(people),
            acts=figure.value,
            query=figure.query,
            purposes=_ordered(details["purpose"]),
            places=_ordered(details["place"]),
            bodies=_ordered(details["by"]),
        )

    def _coarse(self, place: str) -> str:
        """The governorate of a place: a finer one could lead to whoever was tortured there."""
        known = self._gazetteer.get(place) is not None
        return (self._gazetteer.ancestor(place, "governorate") if known else None) or place

    def _sources(self, one: _Telling, code: str) -> set[int]:
        return {
            source
            for method, sources in one.methods.items()
            if self._terms.is_within(method, code)
            for source in sources
        }


def _told(workspace: Workspace) -> tuple[list[_Telling], int]:
    """Every act of torture as it is told, and how many methods could not be read."""
    store = workspace.store
    batches = live_batches(store)
    kinds = sorted(workspace.vocabulary.kinds_of(TORTURE))
    numbers = [
        row.number
        for row in store.find(RecordRow, "record_type", kinds)
        if batch_of(row.number) in batches
    ]
    names = {term: name for (_, name), term in store.terms().items()}
    by_record: dict[int, list[StatementRow]] = defaultdict(list)
    for row in live_statements(store, numbers, batches):
        by_record[row.record].append(row)
    told, unread = [], 0
    book = ConsentBook(workspace)
    silent = same_as_any(workspace, book.people_of(book.silenced()))
    for number, rows in sorted(by_record.items()):
        one = _telling(number, rows, names)
        if one.person in silent:  # who took back being counted is in no list of methods either
            continue
        told.append(one)
        unread += sum(r.value == UNRECOGNISED and names[r.term] == "methods" for r in rows)
    return told, unread


def _telling(number: int, rows: Sequence[StatementRow], names: Mapping[int, str]) -> _Telling:
    methods: dict[str, set[int]] = defaultdict(set)
    values: dict[str, set[str]] = defaultdict(set)
    person = number
    for row in rows:
        name, value = names[row.term], row.value
        if not value or value == UNRECOGNISED:
            continue
        if name == "methods":
            methods[value].add(number if row.source is None else row.source)
        elif name == "victim" and value.isdecimal():
            person = int(value)
        else:
            values[name].add(value)
    return _Telling(
        person,
        {code: frozenset(sources) for code, sources in methods.items()},
        {name: frozenset(found) for name, found in values.items()},
    )


def _origins(workspace: Workspace, told: Sequence[_Telling]) -> dict[int, str]:
    """The origin that each source goes back to; a source without a name is its own."""
    store = workspace.store
    sources = {s for one in told for found in one.methods.values() for s in found}
    names = {term: name for (_, name), term in store.terms().items()}
    called: dict[int, str] = {}
    for row in live_statements(store, sorted(sources), live_batches(store)):
        if row.value and names[row.term] in ("name", "list_name"):
            called.setdefault(row.record, row.value)
    roots = origins_by_name(workspace)
    return {
        source: roots.get(called[source], called[source]) if source in called else f"#{source}"
        for source in sources
    }


def _ordered(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))

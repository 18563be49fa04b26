"""Citations, terms and other statements: what does not fit a text, an event or one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import ids_of, listed
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.reference import (
    Citation,
    basis_of,
    exclusive_types,
    folded_type,
    misfit_of,
    read_citation,
    subject_of,
    treaty_action,
)
from bayyina.claims.rules.dates import told_apart
from bayyina.model.label_folding import fold_label

LEGAL_BASIS = "legal basis"
TERM = "term"

MATTERS = ("for", "about", "matter", "purpose", "subject", "power")
"""Keys under which an event says what an article is cited for."""

TEXTS = ("instrument", "statute", "treaty", "law", "text")
"""Keys under which an event says which text is cited."""

TERMS = ("term", "described_as", "wording", "finding", "verb")
"""Keys under which an event says which word is used for it."""


def find_in_statements(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about statements that are neither numbers nor dates."""
    groups: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for claim in facts.claims:
        says = claim.claim.says
        cited = _cited_in_event(claim)
        if cited is not None:
            groups[fold_label(cited[0]), LEGAL_BASIS].append(claim)
        elif says is not None:
            groups[fold_label(says.about), fold_label(says.aspect)].append(claim)
    for (about, aspect), claims in groups.items():
        if aspect == LEGAL_BASIS:
            yield from _citations(about, claims)
        elif aspect != TERM:
            yield from _statements(claims, facts)


def _citations(matter: str, claims: Sequence[Stated]) -> Iterator[ClaimFinding]:
    cited = [(claim, read_citation(_said(claim))) for claim in claims]
    known = [(claim, citation) for claim, citation in cited if citation is not None]
    wrong: set[str] = set()
    for claim, citation in known:
        made = _misfit(matter, claim, citation)
        if made is not None:
            wrong.add(claim.id)
            yield made
    for (one, first), (other, second) in combinations(known, 2):
        if first.is_within(second) or second.is_within(first):
            continue
        yield finding(
            "citations-differ",
            "contradiction" if len({one.id, other.id} & wrong) == 1 else "doubt",
            (one.id, other.id),
            "likely",
            one=one.named(),
            other=other.named(),
            about=matter,
        )


def _misfit(matter: str, claim: Stated, citation: Citation) -> ClaimFinding | None:
    bases = [basis for basis in basis_of(matter) if basis.instrument == citation.instrument]
    if not bases or any(citation.is_within(b) or b.is_within(citation) for b in bases):
        return None
    subject = subject_of(citation)
    return finding(
        "citation-does-not-fit",
        "contradiction" if subject is not None else "doubt",
        (claim.id,),
        "certain" if subject is not None else "likely",
        variant="" if subject is not None else "unlisted",
        claim=claim.named(),
        cited=citation.text,
        subject=subject or "",
        about=matter,
        basis=", ".join(basis.text for basis in bases),
    )


def _said(claim: Stated) -> str:
    if claim.claim.says is not None:
        return claim.claim.says.value
    cited = _cited_in_event(claim)
    return cited[1] if cited is not None else ""


def _cited_in_event(claim: Stated) -> tuple[str, str] | None:
    """Matter and article of a claim that cites a text under ``event`` or ``what``."""
    said = claim.claim.event or claim.claim.what or {}
    matter = next((said[key] for key in MATTERS if key in said), None)
    text = next((said[key] for key in TEXTS if key in said), None)
    if "article" not in said or matter is None or text is None:
        return None
    return str(matter), f"{text} {said['article']}"


def _statements(claims: Sequence[Stated], facts: ClaimSet) -> Iterator[ClaimFinding]:
    by_value: dict[str, list[Stated]] = defaultdict(list)
    for claim in claims:
        by_value[fold_label(_said(claim))].append(claim)
    firsts = [group[0] for group in by_value.values()]
    apart = [a for a, b in combinations(firsts, 2) if facts.are_kept_apart(a, b)]
    if len(firsts) > 1 and not apart:
        concerned = sorted(claims, key=lambda c: c.position)
        says = concerned[0].claim.says
        yield finding(
            "statements-differ",
            "doubt",
            ids_of(concerned),
            "possible",
            claims_=listed(concerned),
            about=says.about if says is not None else "",
            aspect=says.aspect if says is not None else "",
        )


def find_in_terms(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about words that do not fit the event they are used for."""
    for claim in facts.claims:
        yield from _term(claim)
        yield from _treaty(claim)
    yield from _exclusive(facts)


def _term(claim: Stated) -> Iterator[ClaimFinding]:
    event = claim.claim.event or {}
    said = claim.claim.says
    in_event = next((str(event[key]) for key in TERMS if key in event), None)
    term, kind = claim.claim.term or in_event, str(event.get("type", ""))
    if said is not None and fold_label(said.aspect) == TERM:
        term, kind = said.value, said.about.split(":")[0]
    misfit = misfit_of(term, kind) if term else None
    if term and misfit is not None:
        yield finding(
            "term-does-not-fit",
            "contradiction",
            (claim.id,),
            "certain",
            claim=claim.named(),
            term=term,
            means=misfit.means,
            event=misfit.event,
        )


def _treaty(claim: Stated) -> Iterator[ClaimFinding]:
    """A state that acceded did not ratify, whatever a text says."""
    event = claim.claim.event or {}
    action = treaty_action([str(word) for word in event.values()])
    kind = str(event.get("type", ""))
    if action is None or not exclusive_types(kind, action[0]):
        return
    yield finding(
        "treaty-action-wrong",
        "contradiction",
        (claim.id,),
        "certain",
        claim=claim.named(),
        said=folded_type(kind),
        real=folded_type(action[0]),
        day=action[1],
    )


def _exclusive(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Two types of which one event has only one: a ratification that is an accession."""
    groups: dict[frozenset[tuple[str, str]], list[Stated]] = defaultdict(list)
    for claim in facts.claims:
        if claim.claim.event is not None:
            told = told_apart(claim)
            kind = told.pop("type", "")
            if told and any(exclusive_types(kind, k) for k in _EXCLUSIVE):
                groups[frozenset(told.items())].append(claim)
    for claims in groups.values():
        for one, other in combinations(claims, 2):
            kinds = [str((c.claim.event or {}).get("type", "")) for c in (one, other)]
            judged = any(made for c in (one, other) for made in _treaty(c))
            excluded = exclusive_types(*kinds) and not judged
            if excluded and not facts.are_kept_apart(one, other):
                yield finding(
                    "event-types-exclude",
                    "contradiction",
                    (one.id, other.id),
                    "likely",
                    one=one.named(),
                    other=other.named(),
                    first=kinds[0],
                    second=kinds[1],
                )


_EXCLUSIVE = ("Ratification", "Accession", "Warrant", "Conviction")

"""Holding the database's own figures against claims that others published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from bayyina.app.counting import open_engine
from bayyina.app.own_files import own_methodologies
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.numbers import are_close
from bayyina.claims.queries import NotAskable, Question, question_of, variants
from bayyina.claims.rules.differing import DIMENSIONS
from bayyina.errors import QueryError

Verdict = Literal["agrees", "explained", "differs", "not asked"]

EXPLAINS: Final = 0.005
"""A question with one dimension changed explains a claim when its answer is this near to it."""

WIDEST: Final = 0.25
"""Share of the certain records beyond which possible ones explain nothing."""

OTHERS: Final = {
    "known_at": {"en": "what became known after the publication", "ar": "ما عُرف بعد النشر"},
    "act": {"en": "the state that is counted (held or disappeared)", "ar": "الحالة المعدودة"},
    "rounding": {"en": "rounding", "ar": "التقريب"},
    "possible": {
        "en": "records whose dates or places are partial",
        "ar": "سجلات تواريخها أو أماكنها جزئية",
    },
    "query": {"en": "the question that the editor of the claims gave", "ar": "سؤال محرّر الادعاءات"},
}
"""Dimensions beside those of scopes, as sentences name them."""


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """What the database answers when one dimension of the question is changed."""

    dimension: str
    """The dimension."""

    query: str
    """The question."""

    value: int
    """The answer."""


@dataclass(frozen=True, slots=True)
class ComparedClaim:
    """A published number beside the database's own."""

    claim: Stated
    """The claim."""

    verdict: Verdict
    """Whether the two agree, and if not, whether one dimension explains it."""

    query: str
    """The question put to the database; empty when none could be put."""

    value: int | None
    """The database's answer."""

    range: tuple[int, int] | None
    """Records certainly and possibly counted."""

    dimension: str
    """The dimension that explains the difference; empty where none does or need be."""

    others: tuple[OtherAnswer, ...]
    """Answers to the question with one dimension changed."""

    reason: str
    """Why nothing was asked; empty otherwise."""

    def dimension_text(self, lang: str) -> str:
        """The explaining dimension in words; empty without one."""
        words = OTHERS.get(self.dimension) or DIMENSIONS.get(self.dimension)
        return words[lang] if words is not None else self.dimension


def compare_claims(
    workspace: Workspace, facts: ClaimSet, progress: Progress
) -> list[ComparedClaim]:
    """Each figure among the claims beside the database's answer to the same question.

    Raises:
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    rules = tuple(own_methodologies(workspace.folder))
    with open_engine(workspace, progress) as engine:

        def ask(query: str) -> tuple[int, tuple[int, int]]:
            figure = engine.count(query)
            return figure.value, figure.range

        figures = [c for c in facts.claims if c.number is not None]
        compared = []
        for done, stated in enumerate(figures):
            progress(done, len(figures), "claims compared")
            compared.append(_compare(stated, facts, ask, rules))
        return compared


Ask = Callable[[str], tuple[int, tuple[int, int]]]


def _compare(stated: Stated, facts: ClaimSet, ask: Ask, rules: tuple[str, ...]) -> ComparedClaim:
    try:
        question: Question | None = question_of(stated, facts.words)
    except NotAskable as reason:
        if stated.claim.query is None:
            return ComparedClaim(stated, "not asked", "", None, None, "", (), str(reason))
        question = None
    query = stated.claim.query or (question.text if question is not None else "")
    try:
        value, bounds = ask(query)
    except QueryError as error:
        return ComparedClaim(stated, "not asked", query, None, None, "", (), error.message)
    if _agrees(stated, value):
        return ComparedClaim(stated, "agrees", query, value, bounds, "", (), "")
    others = tuple(_other_answers(question, query, ask, rules)) if question is not None else ()
    near = [o for o in others if _explains(stated, value, o.value)]
    inside = _is_possible(stated, bounds)
    rounded = _is_rounded(stated, value)
    dimension = (
        "rounding" if rounded else near[0].dimension if near else "possible" if inside else ""
    )
    verdict: Verdict = "explained" if dimension else "differs"
    return ComparedClaim(stated, verdict, query, value, bounds, dimension, others, "")


def _other_answers(
    question: Question, asked: str, ask: Ask, rules: tuple[str, ...]
) -> Iterator[OtherAnswer]:
    changed = [("query", question)] if question.text != asked else []
    for dimension, other in (*changed, *variants(question, rules)):
        try:
            value, _ = ask(other.text)
        except QueryError:
            continue  # a question that only this variant cannot put explains nothing
        yield OtherAnswer(dimension, other.text, value)


def _agrees(stated: Stated, value: int) -> bool:
    number = stated.number
    if number is None:
        return False
    if number.is_exact:
        return value == number.stated
    return number.lo <= value <= number.hi


def _explains(stated: Stated, asked: int, other: int) -> bool:
    """Whether an answer comes to the published number, and much nearer than the one asked for."""
    if stated.number is None:
        return False
    published = stated.number.stated
    if _agrees(stated, other):
        return True
    nearer = abs(other - published) <= abs(asked - published) / 2
    return nearer and are_close(other, published, EXPLAINS)


def _is_rounded(stated: Stated, value: int) -> bool:
    """Whether the published number is the database's own, rounded to its last digit."""
    if stated.number is None or stated.number.stated != int(stated.number.stated):
        return False
    published = int(stated.number.stated)
    place = 1
    while published and published % (place * 10) == 0:
        place *= 10
    return place > 1 and place < published and round(value / place) * place == published


def _is_possible(stated: Stated, bounds: tuple[int, int]) -> bool:
    """Whether partial dates and places leave room for the number, and not for just any."""
    number = stated.number
    if number is None or not bounds[0] <= number.stated <= bounds[1]:
        return False
    return bounds[0] < bounds[1] <= bounds[0] * (1 + WIDEST)

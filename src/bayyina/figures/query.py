"""Reading figure queries.

The grammar is published in ``docs/reference/figure-query.md``; each method of ``_Reader``
reads one of its rules.

>>> # count persons with Death(manner=torture) in 2011-03/2023-10 by year
"""

from __future__ import annotations

from bayyina.errors import QueryError
from bayyina.figures.query_tokens import Token, cut
from bayyina.figures.query_tree import (
    AXES,
    DERIVED_KEYS,
    LINKED,
    STATES,
    Act,
    And,
    Comparison,
    Condition,
    Not,
    Or,
    Query,
    State,
)
from bayyina.figures.query_words import (
    IDENTIFICATION,
    QueryWords,
    read_day,
    read_interval,
    read_size,
    unknown,
)
from bayyina.figures.relations import person_link

CLAUSES = (
    "with",
    "in",
    "on",
    "by",
    "as",
    "known",
    "recorded",
    "under",
    "linked",
    "strict",
    "lenient",
)
"""Words that begin a clause."""

_KEYWORDS = frozenset({*CLAUSES, "count", "and", "or", "not", "of", "at"})
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def read_query(text: str, words: QueryWords) -> Query:
    """The query that ``text`` states.

    Args:
        text: One line, such as ``count bodies identified by already_known``.
        words: What its words may be.

    Raises:
        QueryError: it cannot be read; the message says where and what was expected.
    """
    return _Reader(cut(text), words).query()


class _Reader:
    """Reads the tokens of one query from left to right."""

    def __init__(self, tokens: list[Token], words: QueryWords) -> None:
        self._tokens = tokens
        self._words = words
        self._at = 0
        self._unit = ""
        self._seen: dict[str, Token] = {}
        self._keys: list[Token] = []
        self._group_or_key: Token | None = None
        self._parts: dict[str, object] = {}

    def query(self) -> Query:
        """Query = "count" unit [state] {clause}."""
        self._expect("count")
        self._unit = self._words.unit(self._word("a unit"))
        state = self._state()
        while self._here.kind != "end":
            self._clause()
        condition: Condition | None = self._parts.get("condition")  # type: ignore[assignment]
        self._check_times()
        keys = self._checked_keys(state, condition)
        return Query(self._unit, state, keys=keys, **self._parts)  # type: ignore[arg-type]

    def _state(self) -> State | None:
        """State = ("held" | "disappeared" | "released") ["by" group] | other state."""
        if self._here.text not in STATES:
            return None
        name = self._words.state(self._next(), self._unit)
        if not (self._is("by") and name in ("held", "disappeared", "released")):
            return State(name)
        follows = self._tokens[self._at + 1]
        is_group = self._words.vocabulary.read_group(follows.text) is not None
        if follows.kind == "word" and (follows.text in DERIVED_KEYS or not is_group):
            self._group_or_key = follows
            return State(name)
        self._next()
        return State(name, self._words.group(self._word("a group")))

    def _clause(self) -> None:
        token = self._next()
        readers = {
            "with": self._with,
            "in": self._in,
            "on": self._on,
            "by": self._by,
            "as": self._as_of,
            "known": self._known_at,
            "recorded": self._recorded_at,
            "under": self._under,
            "linked": self._linked,
            "strict": self._strict,
            "lenient": self._lenient,
        }
        reader = readers.get(token.text) if token.kind == "word" else None
        if reader is None:
            raise unknown("a clause (" + ", ".join(CLAUSES) + ")", token, [*CLAUSES, *STATES])
        if token.text in self._seen:
            raise QueryError(
                f"Position {token.position}: {token} stands a second time.",
                hint="Each clause may stand once; join conditions with `and` or `or`.",
            )
        self._seen[token.text] = token
        reader()

    def _with(self) -> None:
        self._parts["condition"] = self._condition()

    def _in(self) -> None:
        self._parts["interval"] = read_interval(self._word("a date or an interval"))

    def _on(self) -> None:
        token = self._word("occurred or documented")
        if token.text not in AXES:
            raise unknown("occurred or documented", token, AXES)
        self._parts["axis"] = token.text

    def _by(self) -> None:
        self._keys.append(self._key())
        while self._takes(","):
            self._keys.append(self._key())

    def _key(self) -> Token:
        """A key; ``by`` is the name of a property too."""
        return self._next() if self._is("by") else self._word("a key")

    def _as_of(self) -> None:
        self._expect("of")
        self._parts["as_of"] = read_day(self._word("a day"))

    def _known_at(self) -> None:
        self._expect("at")
        self._parts["known_at"] = read_day(self._word("a day"))

    def _recorded_at(self) -> None:
        self._expect("at")
        token = self._word("a day, or a number of log entries")
        size = read_size(token)
        if size is None:
            self._parts["recorded_at"] = read_day(token)
        else:
            self._parts["recorded_size"] = size

    def _under(self) -> None:
        self._parts["methodology"] = self._words.methodology(self._word("a methodology"))

    def _linked(self) -> None:
        """What joins people; ``strict`` and ``lenient`` are words of the grammar elsewhere."""
        token = self._next()
        if token.kind != "word" or token.text not in LINKED:
            raise unknown(f"what joins people ({', '.join(LINKED)})", token, LINKED)
        self._parts["linked"] = token.text

    def _strict(self) -> None:
        self._not_both()

    def _lenient(self) -> None:
        self._not_both()
        self._parts["lenient"] = True

    def _not_both(self) -> None:
        if "strict" in self._seen and "lenient" in self._seen:
            later = max(self._seen["strict"].position, self._seen["lenient"].position)
            raise QueryError(
                f"Position {later}: a figure is either strict or lenient, not both.",
                hint="Leave one of them out; strict is what holds otherwise.",
            )

    def _condition(self) -> Condition:
        """Condition = conjunction {"or" conjunction}."""
        parts = [self._conjunction()]
        while self._takes("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Or(_flat(parts, Or))

    def _conjunction(self) -> Condition:
        """Conjunction = factor {"and" factor}."""
        parts = [self._factor()]
        while self._takes("and"):
            parts.append(self._factor())
        return parts[0] if len(parts) == 1 else And(_flat(parts, And))

    def _factor(self) -> Condition:
        """Factor = "not" factor | "(" condition ")" | act | comparison."""
        if self._takes("not"):
            return Not(self._factor())
        if self._takes("("):
            inside = self._condition()
            self._expect(")")
            return inside
        token = self._name("a record type, a property, `not` or `(`")
        if self._is_operator():
            return self._comparison(token, self._words.vocabulary.units[self._unit].record)
        return self._act(token)

    def _act(self, token: Token) -> Act:
        """Act = type ["(" comparison {"," comparison} ")"]."""
        name = self._words.act(token, self._unit)
        comparisons: list[Comparison] = []
        if self._takes("("):
            comparisons.append(self._inner_comparison(name))
            while self._takes(","):
                comparisons.append(self._inner_comparison(name))
            self._expect(")")
        return Act(name, tuple(comparisons))

    def _inner_comparison(self, record: str) -> Comparison:
        return self._comparison(self._name(f"a property of {record}"), record)

    def _comparison(self, name: Token, record: str) -> Comparison:
        """Comparison = property (operator value | "in" "(" value {"," value} ")")."""
        if self._is("in"):
            self._next()
            self._expect("(")
            values = [self._value()]
            while self._takes(","):
                values.append(self._value())
            self._expect(")")
            return self._words.comparison(name, "in", values, record)
        token = self._next()
        if token.kind != "sign" or token.text not in _OPERATORS:
            raise QueryError(
                f"Position {token.position}: expected = after `{name.text}`, not {token}."
            )
        return self._words.comparison(name, token.text, [self._value()], record)

    def _value(self) -> Token:
        token = self._next()
        if token.kind not in ("word", "text"):
            raise QueryError(f"Position {token.position}: expected a value, not {token}.")
        return token

    def _checked_keys(self, state: State | None, condition: Condition | None) -> tuple[str, ...]:
        rows = [self._words.vocabulary.units[self._unit].record]
        rows += leading_types(condition)
        if state is not None:
            rows += [IDENTIFICATION] if state.name == "identified" else self._custody_types()
        keys = tuple(
            self._words.key(token, self._unit, rows, or_group=token is self._group_or_key)
            for token in self._keys
        )
        for i, token in enumerate(self._keys):
            if keys[i] in keys[:i]:
                raise QueryError(f"Position {token.position}: the key {token} stands twice.")
        return keys

    def _custody_types(self) -> list[str]:
        vocabulary = self._words.vocabulary
        return [
            record_type.name
            for record_type in vocabulary.types.values()
            if (record_type.custody or record_type.clarifies)
            and person_link(vocabulary, record_type.name) is not None
        ]

    def _check_times(self) -> None:
        if "known" in self._seen and "recorded_at" in self._parts:
            later = max(self._seen["known"].position, self._seen["recorded"].position)
            raise QueryError(
                f"Position {later}: a figure is `known at` or `recorded at` a day, not both.",
                hint="known at: what sources had said; recorded at: what stood in the log. "
                "Beside `known at`, name the size of the log instead: recorded at 42.",
            )

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _is(self, text: str) -> bool:
        return self._here.kind in ("word", "sign") and self._here.text == text

    def _is_operator(self) -> bool:
        """Whether an operator stands here."""
        follows = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        is_set = self._is("in") and follows.kind == "sign" and follows.text == "("
        return is_set or (self._here.kind == "sign" and self._here.text in _OPERATORS)

    def _takes(self, text: str) -> bool:
        if self._is(text):
            self._next()
            return True
        return False

    def _expect(self, text: str) -> None:
        token = self._next()
        if token.kind not in ("word", "sign") or token.text != text:
            raise QueryError(f"Position {token.position}: expected `{text}`, not {token}.")

    def _name(self, wanted: str) -> Token:
        """A name; a word of the grammar is one when an operator follows, as in ``by=…``."""
        token = self._next()
        if token.kind == "word" and (token.text not in _KEYWORDS or self._is_operator()):
            return token
        raise QueryError(f"Position {token.position}: expected {wanted}, not {token}.")

    def _word(self, wanted: str) -> Token:
        token = self._next()
        if token.kind == "text" or (token.kind == "word" and token.text not in _KEYWORDS):
            return token
        raise QueryError(f"Position {token.position}: expected {wanted}, not {token}.")


def leading_types(condition: Condition | None) -> list[str]:
    """Record types whose records divide a figure: those of acts outside every ``not``."""
    if isinstance(condition, Act):
        return [condition.type]
    if isinstance(condition, And | Or):
        return [name for part in condition.parts for name in leading_types(part)]
    return []


def _flat(parts: list[Condition], kind: type[And | Or]) -> tuple[Condition, ...]:
    """Parts in which nothing of the same kind is nested."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else [part])
    return tuple(flat)

"""Methods by independent accounts; sentences and the union of executed and killed."""

from __future__ import annotations

from datetime import date

import pytest

from bayyina.app.coding_methods import CodedMethod, CodedMethods, coded_methods
from bayyina.app.deciding import judge_pair
from bayyina.app.following_sentences import Scope, Sentences, follow_sentences
from bayyina.app.rows import RecordRow
from bayyina.errors import InputError, QueryError
from tests.app.conftest import Bench, quiet

ACCOUNTS = """
version = 1
[list]
name = "NAME"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
ORIGIN
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
[[acts]]
type = "Torture"
when = {{ column = "when" }}
columns = {{ method = {{ to = "methods" }}, why = {{ to = "purpose" }}, place = {{ to = "place", as = "governorate" }}, by = {{ to = "by", as = "group" }} }}
"""
HEADER = "id,name,when,method,why,place,by"
STATE = "syrian-government-to-2024"


def accounts(bench: Bench, name: str, *rows: str, origin: str = "") -> None:
    """A list of accounts: (person, method) or whole rows."""
    mapping = ACCOUNTS.replace("NAME", name)
    mapping = mapping.replace("ORIGIN", f'origin = "{origin}"' if origin else "")
    bench.take_in(*rows, header=HEADER, mapping=mapping)


def row(number: int, method: str, why: str = "confession") -> str:
    return f"FICT-{number},Somebody {number},2013-05,{method},{why},Homs,{STATE}"


def found(bench: Bench, threshold: int = 3) -> CodedMethods:
    return coded_methods(bench.amal, quiet, accounts=threshold)


def methods(coded: CodedMethods, *, below: bool = False) -> dict[str, CodedMethod]:
    return {
        one.code: one
        for kind in coded.types
        for one in (kind.below if below else kind.corroborated)
    }


def test_the_types_keep_the_numbers_of_the_source(bench: Bench) -> None:
    coded = found(bench)
    stated = [kind.stated_count for kind in coded.types]
    assert stated == [41, 6, 8, 11, None, 11, None, 4]
    assert sum(filter(None, stated)) == 81  # 83 in the source: two types carry no number
    assert all(kind.whole.accounts == 0 for kind in coded.types)


def test_methods_stand_by_their_accounts(bench: Bench) -> None:
    rows = [row(1, "dulab"), row(2, "dulab", "punishment"), row(3, "dulab"), row(4, "falaqa")]
    accounts(bench, "Interviews", *rows)
    coded = found(bench)
    dulab = methods(coded)["dulab"]
    assert (dulab.accounts, dulab.origins, dulab.acts) == (3, 1, 3)
    assert dulab.query == "count acts_of_torture with methods=dulab"
    assert dulab.purposes == {"confession": 2, "punishment": 1}
    assert dulab.bodies == {STATE: 3}
    assert sum(dulab.places.values()) == 3
    assert set(methods(coded, below=True)) == {"falaqa"}
    assert set(methods(found(bench, 1))) == {"dulab", "falaqa"}
    assert next(kind for kind in coded.types if kind.code == "physical").whole.accounts == 4


def test_copies_of_one_origin_are_one_account(bench: Bench) -> None:
    accounts(bench, "Book", row(1, "dulab"))
    accounts(bench, "Newspaper", row(1, "dulab"), origin="Book")
    accounts(bench, "Website", row(1, "dulab"), row(2, "dulab"), origin="Book")
    dulab = methods(found(bench, 1))["dulab"]
    assert (dulab.accounts, dulab.origins, dulab.acts) == (2, 1, 4)
    accounts(bench, "Own interviews", row(7, "dulab"))
    dulab = methods(found(bench, 3))["dulab"]
    assert (dulab.accounts, dulab.origins) == (3, 2)


def test_sexual_violence_is_counted_together_only(bench: Bench) -> None:
    accounts(bench, "Interviews", *(row(n, "rape") for n in range(1, 5)))
    sealed = next(kind for kind in found(bench).types if kind.code == "sexual_violence")
    assert sealed.is_sealed
    assert sealed.whole.accounts == 4
    assert (sealed.corroborated, sealed.below) == ((), ())
    assert (sealed.whole.places, sealed.whole.bodies, sealed.whole.purposes) == ({}, {}, {})


def test_unknown_words_and_thresholds(bench: Bench) -> None:
    accounts(bench, "Interviews", row(1, "something else"))
    assert found(bench).unrecognised == 1
    with pytest.raises(InputError, match="threshold"):
        found(bench, 0)


FATES = """
version = 1
[list]
name = "Invented fates"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
[[acts]]
type = "Sentence"
if = {{ column = "outcome", is_not = [""] }}
when = {{ column = "issued" }}
columns = {{ outcome = {{ to = "outcome" }}, penalty = {{ to = "penalty" }} }}
[[acts]]
type = "Execution"
if = {{ column = "executed", is_not = [""] }}
when = {{ column = "executed" }}
columns = {{ body = {{ to = "by", as = "group" }} }}
[[acts]]
type = "Death"
if = {{ column = "tortured", is_not = [""] }}
when = {{ column = "tortured" }}
columns = {{ manner = {{ to = "manner" }} }}
"""
FATE = "id,name,issued,outcome,penalty,executed,body,tortured,manner"
ROWS = (
    f"FICT-1,One,2012,carried out,death,2013-01,{STATE},,",
    f"FICT-2,Two,2012,carried out,death,2013-02,{STATE},,",
    "FICT-3,Three,2012,commuted,death,,,,",
    "FICT-4,Four,2012,issued,death,,,,",
    "FICT-5,Five,,,,,,2013-05,torture",
    "FICT-6,Six,,,,,,2013-06,torture",
    "FICT-7,Seven,,,,,,2014-06,torture",
)


def followed(bench: Bench, scope: Scope | None = None) -> Sentences:
    return follow_sentences(bench.amal, scope or Scope(), quiet)


def test_sentences_add_up_and_the_union_is_a_range(bench: Bench) -> None:
    bench.take_in(*ROWS, header=FATE, mapping=FATES)
    result = followed(bench)
    outcomes = {name: figure.value for name, figure in result.outcomes.items() if figure.value}
    assert (result.issued.value, outcomes) == (4, {"carried_out": 2, "commuted": 1, "issued": 1})
    assert result.unsettled == 0
    assert [(g.key["by"], g.value) for g in result.bodies.groups] == [(STATE, 2)]
    assert (result.union.low, result.union.high) == (3, 5)
    in_2013 = followed(bench, Scope("2013"))
    assert (in_2013.union.low, in_2013.union.high) == (2, 4)
    early = followed(bench, Scope(known_at=date(2020, 1, 1)))
    assert (early.issued.value, early.union.high) == (0, 0)


def test_records_that_say_so_narrow_the_union(bench: Bench) -> None:
    bench.take_in(*ROWS, header=FATE, mapping=FATES)
    people = [r.number for r in bench.amal.store.scan(RecordRow) if r.record_type == "Person"]
    one, five = (bench.amal.short_id(people[at]) for at in (0, 4))
    judge_pair(bench.amal, record_a=one, record_b=five, verdict="same", reasons="same mother")
    union = followed(bench).union
    assert union.both.value == 1
    assert (union.low, union.high) == (3, 4)


def test_what_cannot_be_asked_is_refused(bench: Bench) -> None:
    for scope in (Scope("last year"), Scope(party="nobody at all")):
        with pytest.raises(QueryError):
            followed(bench, scope)
    with pytest.raises(InputError, match="quotation"):
        followed(bench, Scope('2013" by sex "'))

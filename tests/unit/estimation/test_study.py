"""A whole estimation: strata, people without a stratum, sensitivity, and what it says."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayyina.estimation
from bayyina.errors import InputError
from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.captures import make_captures
from bayyina.estimation.imputation import imputed_strata
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal
from bayyina.estimation.sentences import LANGUAGES, reason_in_words
from bayyina.estimation.strata import Unanswered, add_strata
from bayyina.estimation.study import Settings, make_study

SETTINGS = Settings("loglinear", seed=3)
HISTORIES = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1) if a + b + c]


def expected(size, chances):
    """Counts of each history among ``size`` people whom independent lists catch."""
    found = {}
    for history in HISTORIES:
        share = 1.0
        for bit, chance in zip(history, chances, strict=True):
            share *= chance if bit else 1 - chance
        found[history] = round(size * share)
    return found


def divided(**sizes):
    counted: dict[Any, int] = {
        ((name,), history): count
        for name, size in sizes.items()
        for history, count in expected(size, (0.3, 0.4, 0.35)).items()
    }
    return make_captures(("A", "B", "C"), counted, by=("year",), inputs={})


def test_strata_add_up():
    study = make_study(divided(x=1000, y=3000), Declared(), SETTINGS)
    answer = study.answer
    parts = [part.answer for part in study.strata if isinstance(part.answer, Estimate)]
    assert len(parts) == len(study.strata)
    assert isinstance(answer, Estimate)
    assert answer.documented == sum(part.documented for part in parts)
    assert answer.median == pytest.approx(sum(part.median for part in parts), rel=0.01)
    assert answer.median == pytest.approx(4000, rel=0.02)
    widths = [part.interval[1] - part.interval[0] for part in parts]
    width = answer.interval[1] - answer.interval[0]
    assert np.hypot(widths[0], widths[1]) < width < sum(widths)
    assert answer.method == "strata"
    kinds = [variant.kind for variant in study.variants]
    assert "not-divided" in kinds
    assert kinds.count("list-left-out") == 3


def test_one_stratum_that_cannot_be_estimated_refuses_the_sum():
    counted: dict[Any, int] = {(("x",), h): n for h, n in expected(1000, (0.3, 0.4, 0.35)).items()}
    counted.update({(("y",), history): 9 for history in ((1, 0, 0), (0, 1, 0), (0, 0, 1))})
    captures = make_captures(("A", "B", "C"), counted, by=("year",), inputs={})
    study = make_study(captures, Declared(), SETTINGS)
    assert isinstance(study.answer, Refusal)
    assert study.answer.reasons[0].code == "stratum-refused"
    assert study.answer.reasons[0].detail == {"stratum": "y", "because": "no-overlap", "people": 27}
    assert isinstance(study.strata[0].answer, Estimate)


def test_a_thin_stratum_is_named():
    counted: dict[Any, int] = {(("x",), h): n for h, n in expected(900, (0.3, 0.4, 0.35)).items()}
    counted[("z",), (1, 1, 1)] = 4
    captures = make_captures(("A", "B", "C"), counted, by=("year",), inputs={})
    study = make_study(captures, Declared(), SETTINGS)
    assert [reason.code for reason in study.answer.reasons] == ["stratum-thin"]
    assert "z" in study.sentence["ar"]


def with_a_stratum_of_singletons(people: int):
    captures = divided(w=1000, x=1000, y=3000, z=2000)
    counted: dict[Any, int] = {
        (stratum.key, tuple(row)): int(count)
        for stratum in captures.strata
        for row, count in zip(stratum.table.histories.tolist(), stratum.table.counts, strict=True)
    }
    for history in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        counted[("alone",), history] = people
    return make_captures(("A", "B", "C"), counted, by=("year",), inputs={})


def test_a_small_stratum_without_an_estimate_is_imputed_with_its_uncertainty():
    captures = with_a_stratum_of_singletons(60)
    study = make_study(captures, Declared(), SETTINGS)
    whole = study.answer
    assert isinstance(whole, Estimate)
    (alone,) = [part.answer for part in study.strata if part.key == ("alone",)]
    assert isinstance(alone, Refusal)
    parts = [part.answer for part in study.strata if isinstance(part.answer, Estimate)]
    assert whole.documented == sum(part.documented for part in parts) + 180
    ratios = [part.undocumented / part.documented for part in parts]
    undocumented = whole.undocumented - sum(part.undocumented for part in parts)
    assert 0.7 * min(ratios) * 180 < undocumented < 1.5 * max(ratios) * 180
    (said,) = [reason for reason in study.cautions if reason.code == "strata-imputed"]
    assert said.detail == {"strata": ("alone",), "people": 180}
    assert "without an estimate of their own" in study.sentence["en"]
    assert "لا تقدير لها" in study.sentence["ar"]


def test_imputing_a_stratum_widens_the_sum_more_than_knowing_it():
    parts = [
        part.answer
        for part in make_study(divided(w=1000, x=1000, y=3000), Declared(), SETTINGS).strata
    ]
    known = [part for part in parts if isinstance(part, Estimate)]
    unknown = Refusal(known[0].documented, "best", ("A",), (), Diagnostics(), 1, "")
    both = add_strata([*known, known[0]])
    imputed = add_strata(known, [Unanswered("w", unknown)])
    assert imputed.documented == both.documented
    widths = [whole.interval[1] - whole.interval[0] for whole in (both, imputed)]
    assert widths[1] > widths[0]
    assert np.isfinite(imputed.mean)


def test_strata_without_an_estimate_must_not_carry_the_sum():
    study = make_study(with_a_stratum_of_singletons(900), Declared(), SETTINGS)
    assert isinstance(study.answer, Refusal)
    assert [reason.code for reason in study.answer.reasons] == ["stratum-refused"]


def test_the_sum_says_what_the_method_of_its_strata_assumes():
    study = make_study(
        divided(x=1000, y=3000), Declared(), Settings("graphs", with_sensitivity=False)
    )
    assert "within each stratum the lists drew" in study.sentence["en"]
    assert "independent of each other once the others are known" in study.sentence["en"]


def with_unplaced():
    captures = divided(x=1000, y=3000)
    counted: dict[Any, int] = {
        (stratum.key, tuple(row)): int(count)
        for stratum in captures.strata
        for row, count in zip(stratum.table.histories.tolist(), stratum.table.counts, strict=True)
    }
    counted.update({(None, history): 25 for history in HISTORIES})
    return make_captures(("A", "B", "C"), counted, by=("year",), inputs={})


def test_people_without_a_stratum_are_placed_many_times():
    captures = with_unplaced()
    draws = imputed_strata(captures, seed=1, draws=8)
    for strata in draws:
        assert sum(part.table.documented for part in strata) == captures.table.documented
    assert len({strata[0].table.digest for strata in draws}) > 1
    again = imputed_strata(captures, seed=1, draws=8)
    assert [s[0].table.digest for s in again] == [s[0].table.digest for s in draws]
    study = make_study(captures, Declared(), Settings("loglinear", with_sensitivity=False))
    assert study.spread is not None
    assert study.spread.documented == (captures.table.documented,) * 2
    assert study.answer.documented == captures.table.documented
    assert "stratum-missing" in [reason.code for reason in study.cautions]


def test_progress_is_told_of_every_table():
    told = []
    captures = divided(x=1000, y=3000)
    make_study(captures, Declared(), SETTINGS, progress=lambda *step: told.append(step))
    assert [step[0] for step in told] == list(range(1, len(told) + 1))
    assert len(told) >= 3  # both strata, and nothing divided
    told.clear()
    whole = make_captures(
        ("A", "B", "C"),
        {(None, history): 50 for history in HISTORIES},
        by=("year",),
        inputs={},
    )
    study = make_study(whole, Declared(), SETTINGS, progress=lambda *step: told.append(step))
    assert [step[:2] for step in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {reason.code for reason in study.cautions} == {"strata-unknown", "not-calibrated"}


def test_lists_are_left_out_one_by_one_and_the_dependence_is_swept():
    counts: dict[Any, int] = {((), h): n for h, n in expected(2000, (0.3, 0.4, 0.35)).items()}
    four: dict[Any, int] = {((), (*h, d)): n // 2 for (_, h), n in counts.items() for d in (0, 1)}
    captures = make_captures(("A", "B", "C", "D"), four, inputs={})
    study = make_study(captures, Declared(), SETTINGS)
    answer = study.answer
    assert isinstance(answer, Estimate)
    swept = {v.what["factor"]: v for v in study.variants if v.kind == "dependence"}
    doubled, halved = swept[2.0], swept[0.5]
    assert doubled.median is not None
    assert halved.interval is not None
    assert doubled.median - answer.documented == pytest.approx(2 * answer.undocumented)
    assert halved.interval[1] - answer.documented == pytest.approx(
        answer.undocumented_interval[1] / 2
    )
    left = [v for v in study.variants if v.kind == "list-left-out"]
    assert [v.what["list"] for v in left] == ["A", "B", "C", "D"]


def test_the_sweep_is_what_the_odds_ratio_of_all_lists_does():
    """A population whose lists depend on each other only all together, by a factor of two."""
    cells = expected(8000, (0.3, 0.4, 0.35))
    hidden = 8000 * 0.7 * 0.6 * 0.65
    counted: dict[Any, int] = {((), h): n for h, n in cells.items()}
    captures = make_captures(("A", "B", "C"), counted, inputs={})
    study = make_study(captures, Declared(), SETTINGS)
    swept = {v.what["factor"]: v for v in study.variants if v.kind == "dependence"}
    truth = sum(cells.values()) + 2 * hidden
    assert swept[2.0].median == pytest.approx(truth, rel=0.01)


def test_the_documented_count_comes_first_and_the_range_with_its_condition():
    study = make_study(divided(x=1000, y=3000), Declared(), SETTINGS)
    words = study.sentence["en"]
    assert words.startswith(f"{study.answer.documented:,} people are documented")
    assert "given that" in words
    assert "Between" in words
    assert study.sentence["ar"].startswith("عدد الموثقين")
    assert "بافتراض" in study.sentence["ar"]
    for lang in LANGUAGES:
        assert "{" not in study.sentence[lang]


def test_the_same_seed_says_the_same():
    one, two = (make_study(with_unplaced(), Declared(), SETTINGS).sentence for _ in range(2))
    assert one == two


def reason_codes():
    """Every code of a reason that a module of the package gives."""
    found = set()
    for path in Path(bayyina.estimation.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Reason", "note"):
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found.add(code.value)
    return sorted(found)


@pytest.mark.parametrize("code", reason_codes())
def test_every_reason_has_a_sentence_in_both_languages(code):
    for lang in LANGUAGES:
        words = reason_in_words(Reason(code, {}), lang)
        assert code not in words
        assert words.endswith((".", "؛"))


def test_names_with_braces_stay_as_they_are():
    assert "{people}" in reason_in_words(Reason("one-list", {"list": "{people}"}), "en")


def test_too_many_strata_are_a_mistake():
    counted: dict[Any, int] = {((str(n),), (1, 1, 1)): 1 for n in range(500)}
    with pytest.raises(InputError, match="500 strata"):
        make_captures(("A", "B", "C"), counted, by=("id",), inputs={})


def test_tables_of_strata_without_a_list_are_estimated_from_the_others():
    counted: dict[Any, int] = {
        ((("x",)), (*h, 0)): n for h, n in expected(900, (0.3, 0.4, 0.35)).items()
    }
    counted[("x",), (1, 0, 0, 0)] += 1
    counted.update({(("y",), (*h, 1)): n for h, n in expected(900, (0.3, 0.4, 0.35)).items()})
    counted.update({(("y",), (*h, 0)): 2 * n for h, n in expected(900, (0.3, 0.4, 0.35)).items()})
    captures = make_captures(("A", "B", "C", "D"), counted, by=("year",), inputs={})
    study = make_study(captures, Declared(), Settings("loglinear", with_sensitivity=False))
    assert isinstance(study.strata[0].answer, Estimate)
    assert study.strata[0].answer.lists == ("A", "B", "C")
    assert isinstance(captures.table, CaptureTable)


def test_the_sentence_says_on_which_lists_the_estimate_hangs():
    counted: dict[Any, int] = {
        (None, (*history, 0)): n for history, n in expected(900, (0.3, 0.4, 0.35)).items()
    }
    counted[None, (0, 0, 0, 1)] = 30
    captures = make_captures(("A", "B", "C", "D"), counted, inputs={})
    study = make_study(captures, Declared(), SETTINGS)
    assert "Without D the middle is" in study.sentence["en"]
    assert (
        "Without any one of these lists nothing could be estimated: A, B, C."
        in (study.sentence["en"])
    )
    assert "A، B، C" in study.sentence["ar"]
    assert "between" not in study.sentence["en"].split("Without D")[1].split("Without any")[0]


def test_a_long_row_of_reasons_is_cut_in_the_sentence_alone():
    counted: dict[Any, int] = {
        ((f"s{n}",), history): 20
        for n in range(9)
        for history in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0))
    }
    captures = make_captures(("A", "B", "C"), counted, by=("place",), inputs={})
    study = make_study(captures, Declared(), SETTINGS)
    assert isinstance(study.answer, Refusal)
    assert len(study.answer.reasons) == 9
    assert "s4" in study.sentence["en"]
    assert "s5" not in study.sentence["en"]
    assert "more reasons (4)" in study.sentence["en"]

"""How like two words are, and how much two names lose: plain functions over arrays.

They run interpreted for one pair of names and compiled for many (``batches``), so both give
the same numbers. The likeness of two words is a logistic curve over the best sum of weights
of letter groups and the number of letters; what the lists of common names know, and a
feminine ending against a bare consonant, then raise or lower it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bayyina.names.alignment import GROUP, IMPOSSIBLE, LONGEST_WORD
from bayyina.names.spelling_models import ACROSS, ARABIC, LATIN, OTHER
from bayyina.names.words import CONSONANT, FEMININE, MOST_ENTRIES

LISTED_SAME = 0.97
"""Least likeness of two spellings of one name of the lists."""

LISTED_OTHER = 0.05
"""What is left of the likeness of spellings of two different names of the lists."""

NEAR, LISTED_NEAR = 0.9, 0.2
"""Latin spellings of two names of the lists that are so alike (Nasser, Nassar) stay in doubt."""

OTHER_GENDER = 0.05
"""What is left of the likeness of a name and its feminine form."""

NICKNAME = 0.3
"""Least likeness of a nickname and a name that it may stand for."""

OTHER_READING = 0.98
"""Likeness of words that are equal but for the article, or in the way a letter sounds."""

INITIAL = 0.7
"""Likeness of an initial and a word that begins with it."""

KNOTS = np.array([0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.0])
"""Likenesses of a part ..."""

LOST = np.array([0.62, 0.52, 0.42, 0.28, 0.18, 0.12, 0.06, 0.02, 0.0])
"""... and what they take from the score; straight lines between."""

LOST_IN_TWO = 1.25
"""How much more a part of a name of two parts takes."""

LOST_BY_ABSENT = np.array([0.0, 0.45, 0.21, 0.09])
"""What a part takes that one name does not state, by the parts of the shorter (3: and more)."""

LOST_WITHOUT_GIVEN = 0.25
"""What it takes further that the given name is the one not stated."""

LOST_BY_TWO_TURNED, LOST_BY_TURN, LOST_BY_ORDER = 0.22, 0.06, 0.35
"""What another order takes: two parts exchanged, the family name moved, any other."""

CLASSES_APART = 5
"""Classes of consonants in which two spellings of one name never differ."""

JOINED, JOINED_FROM = 0.95, 0.9
"""What is left of the likeness of two names that are alike only as one word, and from where."""

UNDECIDED, LISTS_AGREE, LISTS_DIFFER, LISTS_NICKNAME = 0, 1, 2, 3
"""What the lists of common names say about two words."""


def best_sum(first: Any, second: Any, weights: Any, table: Any) -> float:
    """The highest sum of weights over all ways to set two words against each other.

    Args:
        first: codes of the first word, shape (n, GROUP).
        second: codes of the second word, shape (m, GROUP).
        weights: by number of the group on either side; 0 is the empty group.
        table: space for (n + 1, m + 1) sums at least; its content is overwritten.
    """
    n, m = first.shape[0], second.shape[0]
    for i in range(n + 1):
        for j in range(m + 1):
            best = 0.0 if i == 0 and j == 0 else IMPOSSIBLE
            for p in range(min(i, GROUP) + 1):
                x = 0
                if p:
                    x = first[i - p, p - 1]
                    if x < 0:
                        continue
                for q in range(min(j, GROUP) + 1):
                    if p == 0 and q == 0:
                        continue
                    y = 0
                    if q:
                        y = second[j - q, q - 1]
                        if y < 0:
                            continue
                    total = table[i - p, j - q] + weights[x, y]
                    best = max(best, total)
            table[i, j] = best
    return float(table[n, m])


def overlap(first: Any, second: Any) -> bool:
    """Whether two rows of numbers, each ended by -1, have one in common."""
    for i in range(MOST_ENTRIES):
        if first[i] < 0:
            return False
        for j in range(MOST_ENTRIES):
            if first[i] == second[j]:
                return True
    return False


def listed(a: int, b: int, words: Any) -> int:
    """What the lists say about two words; ``UNDECIDED`` where one is not in them."""
    entries, meant = words.entries, words.meant
    if overlap(entries[a], entries[b]):
        return LISTS_AGREE
    if overlap(meant[a], entries[b]) or overlap(meant[b], entries[a]):
        return LISTS_NICKNAME
    if entries[a, 0] < 0 or entries[b, 0] < 0:
        return UNDECIDED
    return LISTS_DIFFER


def may_sound_alike(a: int, b: int) -> bool:
    """Whether two sets of consonant classes leave any chance; spares most of the alignments.

    Spellings of one name differ in few classes (a letter read in two ways, one left out), so
    sets that differ in ``CLASSES_APART`` classes, or share none, are of different names.
    """
    apart, count = a ^ b, 0
    while apart:
        apart &= apart - 1
        count += 1
    return count < CLASSES_APART and (count < 3 or (a & b) != 0)


def spelled_likeness(a: int, b: int, words: Any, models: Any, table: Any) -> float:
    """Likeness of two words by their letters alone, 0 to 1."""
    one, two = words.script[a], words.script[b]
    if one == OTHER or two == OTHER or not may_sound_alike(words.sounds[a], words.sounds[b]):
        return 0.0
    if one == two:
        kind, groups = one, words.within
    else:
        kind, groups = ACROSS, words.across
        if one != ARABIC:
            a, b = b, a
    first = groups[words.start[a] : words.start[a + 1]]
    second = groups[words.start[b] : words.start[b + 1]]
    total = best_sum(first, second, models.weights[kind], table)
    constants = models.constants[kind]
    letters = first.shape[0] + second.shape[0]
    level = constants[0] + constants[1] * total + constants[2] * letters
    return float(1.0 / (1.0 + math.exp(-max(-40.0, min(30.0, level)))))


def likeness(a: int, b: int, words: Any, models: Any, table: Any) -> float:
    """Likeness of two words, 0 to 1; symmetric; 1 for equal normal forms."""
    if words.identity[a] == words.identity[b]:
        return 1.0
    said = listed(a, b, words)
    alike = best_reading(a, b, words, models, table)
    if said == LISTS_AGREE:
        return max(alike, LISTED_SAME) + (1.0 - max(alike, LISTED_SAME)) * 0.9 * alike
    if said == LISTS_NICKNAME:
        return max(alike, NICKNAME)
    if said == LISTS_DIFFER:
        is_near = alike >= NEAR and words.script[a] == LATIN and words.script[b] == LATIN
        return LISTED_NEAR if is_near else LISTED_OTHER * alike
    if (
        words.ending[a] != words.ending[b]
        and words.ending[a] + words.ending[b] == FEMININE + CONSONANT
    ):
        alike *= OTHER_GENDER
    return alike


def best_reading(a: int, b: int, words: Any, models: Any, table: Any) -> float:
    """The likeness by letters of the readings that are most alike; below 1."""
    alike = 0.0
    second_a, second_b = words.reading[a], words.reading[b]
    have_both = second_a != a and second_b != b
    for x in (a, second_a):
        for y in (b, second_b):
            # Where both have a second reading, like is set against like.
            if not (have_both and (x == a) != (y == b)):
                if words.identity[x] == words.identity[y]:
                    return OTHER_READING
                alike = max(alike, spelled_likeness(x, y, words, models, table))
            if second_b == b:
                break
        if second_a == a:
            break
    first_a, first_b = words.first[a], words.first[b]
    if (first_a < 0 or first_b < 0) and abs(first_a) == abs(first_b):
        alike = max(alike, INITIAL)
    return min(alike, 0.9999)


def lost_by(alike: float) -> float:
    """What a part of this likeness takes from the score of names of three parts and more."""
    for knot in range(1, KNOTS.shape[0]):
        if alike <= KNOTS[knot]:
            span = (alike - KNOTS[knot - 1]) / (KNOTS[knot] - KNOTS[knot - 1])
            return float(LOST[knot - 1] + span * (LOST[knot] - LOST[knot - 1]))
    return 0.0


def place_units(short: int, long: int, likes: Any, best: Any, choice: Any, partner: Any) -> None:
    """Give each unit of the shorter name a unit of the longer, at the least loss in all.

    Args:
        short: units of the shorter name.
        long: units of the longer name.
        likes: likeness of each unit of the shorter with each of the longer.
        best: space, (MOST_UNITS + 1, 2 ** MOST_UNITS).
        choice: space of the same shape, integers.
        partner: result, for each unit of the shorter the place in the longer.
    """
    masks = 1 << long
    for mask in range(masks):
        best[0, mask] = 0.0 if mask == 0 else 1e9
    for i in range(short):
        for mask in range(masks):
            best[i + 1, mask] = 1e9
        for mask in range(masks):
            if best[i, mask] >= 1e9:
                continue
            for j in range(long):
                if mask & (1 << j):
                    continue
                # Of equal losses, the one that keeps the order.
                total = best[i, mask] + lost_by(likes[i, j]) + 0.001 * abs(i - j)
                if total < best[i + 1, mask | (1 << j)]:
                    best[i + 1, mask | (1 << j)] = total
                    choice[i + 1, mask | (1 << j)] = j
    end = 0
    for mask in range(masks):
        if best[short, mask] < best[short, end] or best[short, end] >= 1e9:
            end = mask
    for i in range(short, 0, -1):
        partner[i - 1] = choice[i, end]
        end &= ~(1 << choice[i, end])


def lost_by_order(short: int, partner: Any) -> float:
    """What another order of the parts takes: little where only the family name moved."""
    breaks, last = 0, -1
    for i in range(short):
        breaks += 1 if partner[i] < last else 0
        last = partner[i]
    if breaks == 0:
        return 0.0
    is_turned = breaks == 1 and partner[short - 1] < partner[0]
    if short == 2:
        return LOST_BY_TWO_TURNED
    first_moved = is_turned and (partner[0] == short - 1 or partner[short - 1] == 0)
    is_family_moved = first_moved and (
        (partner[0] > partner[1]) or (partner[short - 2] > partner[short - 1])
    )
    return LOST_BY_TURN if is_family_moved else LOST_BY_ORDER


def lost_by_absence(short: int, long: int, partner: Any) -> float:
    """What parts take that only one name states; more where it is the given name."""
    absent = long - short
    if absent == 0:
        return 0.0
    each = LOST_BY_ABSENT[min(short, 3)]
    has_given = False
    for i in range(short):
        has_given = has_given or partner[i] == 0
    return float(min(0.5, each * absent)) + (0.0 if has_given else LOST_WITHOUT_GIVEN)


def scale_of(short: int) -> float:
    """How much more a part counts in a name of two parts than in one of three."""
    return LOST_IN_TWO if short == 2 else 1.0


def fill_likes(short: Any, long: Any, words: Any, models: Any, table: Any, likes: Any) -> None:
    """The likeness of each unit of the shorter name with each of the longer."""
    for i in range(short.shape[0]):
        for j in range(long.shape[0]):
            likes[i, j] = likeness(short[i], long[j], words, models, table)


def score_units(short: int, long: int, likes: Any, best: Any, choice: Any, partner: Any) -> float:
    """The score of two names from the likeness of their units; ``partner`` as a by-product."""
    place_units(short, long, likes, best, choice, partner)
    if short == 1 and long == 1:
        return float(likes[0, 0])
    lost = lost_by_order(short, partner) + lost_by_absence(short, long, partner)
    for i in range(short):
        lost += scale_of(short) * lost_by(likes[i, partner[i]])
    return max(0.0, 1.0 - lost)


def score_pair(one: Any, two: Any, words: Any, models: Any, spaces: Any) -> float:
    """The score of two names by their units, 0 to 1.

    Args:
        one: numbers of the units of the first name, at least one.
        two: numbers of the units of the second name, at least one.
        words: ``WordArrays``.
        models: ``ModelArrays``.
        spaces: ``Spaces``; ``likes`` and ``partner`` hold the reasons afterwards.
    """
    if one.shape[0] > two.shape[0]:
        one, two = two, one
    fill_likes(one, two, words, models, spaces.table, spaces.likes)
    return score_units(
        one.shape[0], two.shape[0], spaces.likes, spaces.best, spaces.choice, spaces.partner
    )


def are_joinable(units_a: Any, units_b: Any, letters_a: Any, letters_b: Any) -> Any:
    """Whether names of different numbers of units may be one name written as one word.

    Takes numbers or arrays: units of either name, letters of either name as one word.
    """
    longest = np.minimum(np.maximum(letters_a, letters_b), LONGEST_WORD)
    apart = np.abs(letters_a - letters_b)
    return (units_a != units_b) & (letters_a > 0) & (letters_b > 0) & (apart <= 0.35 * longest)


def score_pairs(
    first: Any,
    second: Any,
    units: Any,
    start: Any,
    kunya: Any,
    words: Any,
    models: Any,
    spaces: Any,
    scores: Any,
) -> None:
    """Write the scores of pairs of names by number; see ``batches.NameTable`` for the arrays."""
    for k in range(first.shape[0]):
        a, b = first[k], second[k]
        one, two = units[start[a] : start[a + 1]], units[start[b] : start[b + 1]]
        if one.shape[0] == 0 or two.shape[0] == 0:
            continue
        if not (kunya[a] and kunya[b]):
            one = one[1:] if kunya[a] and one.shape[0] > 2 else one
            two = two[1:] if kunya[b] and two.shape[0] > 2 else two
        scores[k] = score_pair(one, two, words, models, spaces)

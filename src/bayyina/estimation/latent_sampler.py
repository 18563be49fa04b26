"""One chain of the latent class model, compiled, with everybody's class and the number integrated out.

The model (Manrique-Vallier, Biometrics 72, 2016): people belong to classes; within a
class lists are independent, with uniform chances; class weights follow a truncated
stick-breaking Dirichlet process whose concentration is Gamma(1/4, 1/4); the population has
a prior proportional to 1/N. His sampler moves everybody's class and the number of
undocumented people in turn with weights and chances, and crawls.

Here both are summed out: given weights w and chances, the counts have the likelihood
prod_s p_s^{n_s} / (1 - p_0)^n with p_s the probability of history s, and the number of undocumented
people, given n documented, is negative binomial. What is left is a smooth density
of the logits of sticks and chances, which Hamiltonian dynamics cross in long strides
(Neal, Handbook of Markov Chain Monte Carlo, 2011). A step costs the same for a hundred
people as for a million.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bayyina.estimation.compiling import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def lists_of(codes: Ints, lists: int) -> Ints:
    """The lists of each history, so that work grows with them and not with all lists.

    Args:
        codes: (m,) histories as bit masks.
        lists: number L of lists.

    Returns:
        Array (m, 1 + L): how many lists, then their positions, then zeros.
    """
    found = np.zeros((len(codes), 1 + lists), dtype=np.int64)
    for row, code in zip(found, codes.tolist(), strict=True):
        on = [j for j in range(lists) if code >> j & 1]
        row[0] = len(on)
        row[1 : 1 + len(on)] = on
    return found


@compiled
def log_density(
    place: Floats, members: Ints, counts: Floats, lists: int, classes: int, slope: Floats
) -> tuple[float, float]:
    """Log posterior density and its slope.

    Args:
        place: (1 + (K-1) + L K,): log of the concentration, logits of the sticks, logits of the
            chances by list, class by class.
        members: (m, 1 + L) the lists of each history, as :func:`lists_of` gives them.
        counts: (m,) people with each.
        lists: number L of lists.
        classes: number K of classes.
        slope: same shape as ``place``, receives the slope.

    Returns:
        The log density up to a constant, and the probability of being on no list.
    """
    documented = counts.sum()
    alpha = math.exp(place[0])
    value = 0.25 * place[0] - 0.25 * alpha
    slope[0] = 0.25 - 0.25 * alpha
    weights = np.empty(classes)
    sticks = np.empty(classes)
    odds = np.empty((lists, classes))
    gained = np.empty((lists, classes))
    chances = np.empty((classes, lists))
    base = np.empty(classes)
    stick = 1.0
    for k in range(classes - 1):
        logit = place[1 + k]
        part = 1.0 / (1.0 + math.exp(-logit))
        log_part = -math.log1p(math.exp(-logit))
        log_rest = log_part - logit
        sticks[k] = part
        weights[k] = stick * part
        stick *= 1.0 - part
        value += place[0] + alpha * log_rest + log_part
        slope[0] += 1.0 + alpha * log_rest
        slope[1 + k] = (1.0 - part) - alpha * part
    weights[classes - 1] = stick
    none = 0.0
    for k in range(classes):
        product = weights[k]
        for j in range(lists):
            odd = math.exp(place[classes + k * lists + j])
            off = 1.0 / (1.0 + odd)
            odds[j, k] = odd
            chances[k, j] = odd * off
            product *= off
            value += math.log(odd * off * off)
            gained[j, k] = 1.0 - 2.0 * odd * off
        base[k] = product
        none += product
    listed = max(1.0 - none, 1e-300)
    value -= documented * math.log(listed)
    totals = np.empty(classes)
    for k in range(classes):
        totals[k] = documented * base[k] / listed
    shares = np.empty(classes)
    # why: the classes are the inner loop, so that the processor takes several at a time.
    for s in range(len(members)):
        for k in range(classes):
            shares[k] = base[k]
        for i in range(1, 1 + members[s, 0]):
            j = members[s, i]
            for k in range(classes):
                shares[k] *= odds[j, k]
        whole = 0.0
        for k in range(classes):
            whole += shares[k]
        whole = max(whole, 1e-300)
        value += counts[s] * math.log(whole)
        for k in range(classes):
            shares[k] = counts[s] * shares[k] / whole
            totals[k] += shares[k]
        for i in range(1, 1 + members[s, 0]):
            j = members[s, i]
            for k in range(classes):
                gained[j, k] += shares[k]
    after = 0.0
    for k in range(classes - 1, -1, -1):
        for j in range(lists):
            slope[classes + k * lists + j] = gained[j, k] - totals[k] * chances[k, j]
        if k < classes - 1:
            slope[1 + k] += totals[k] * (1.0 - sticks[k]) - sticks[k] * after
        after += totals[k]
    return value, none


@compiled
def swap_neighbours(place: Floats, lists: int, classes: int) -> bool:
    """Offers each class to change places with the next, weight and chances together.

    The likelihood does not change, and neither does the prior of the sticks: with a and b
    the parts that the two take of the stick that is left, the sticks are a and b / (1 - a),
    and (1 - a)(1 - b / (1 - a)) is symmetric; the change of variables leaves the ratio
    (1 - a) / (1 - b). Without such moves a chain stays with the order it began with
    (Papaspiliopoulos and Roberts, Biometrika 95, 2008).

    Returns:
        Whether anything was moved.
    """
    moved = False
    for k in range(classes - 2):
        first = 1.0 / (1.0 + math.exp(-place[1 + k]))
        second = (1.0 - first) / (1.0 + math.exp(-place[2 + k]))
        if not 1e-12 < second < 1.0 - 1e-12 or not 1e-12 < first < 1.0 - 1e-12:
            continue
        if np.random.random() * (1.0 - second) < 1.0 - first:
            moved = True
            place[1 + k] = math.log(second / (1.0 - second))
            part = first / (1.0 - second)
            rest = max(1.0 - part, 1e-12)
            place[2 + k] = math.log(part / rest)
            for j in range(lists):
                at = classes + k * lists + j
                place[at], place[at + lists] = place[at + lists], place[at]
    return moved


@compiled
def run_chain(
    seed: int,
    members: Ints,
    counts: Floats,
    lists: int,
    classes: int,
    start: Floats,
    burn: int,
    warming: int,
    kept: int,
    steps: int,
) -> tuple[Floats, float]:
    """Runs one chain from a starting place.

    While it warms up, the counts are felt little and then more and more, so that the chain is
    not caught by the first peak that it meets. Then the length of a step is fitted to
    four acceptances in five, and twice the scale of each coordinate to its spread so far.

    Args:
        seed: of the random numbers.
        members: (m, 1 + L) the lists of each history, as :func:`lists_of` gives them.
        counts: (m,) people with each.
        lists: number of lists.
        classes: K, at which the Dirichlet process is cut off.
        start: place to start from, as in :func:`log_density`.
        burn: trajectories thrown away.
        warming: how many of them warm up; with 0 the chain stays near where it starts.
        kept: trajectories whose end is kept.
        steps: most steps in a trajectory; each takes a random number of them.

    Returns:
        Probability of being on no list (kept,), and the share of trajectories accepted.
    """
    np.random.seed(seed)
    size = len(start)
    place = start.copy()
    trial = place.copy()
    slope = np.empty(size)
    trial_slope = np.empty(size)
    speed = np.empty(size)
    scale = np.ones(size)
    mean = np.zeros(size)
    square = np.zeros(size)
    gathered = 0
    felt = np.empty(len(counts))
    value, none = log_density(place, members, counts, lists, classes, slope)
    length = 0.05
    found = np.empty(kept)
    accepted = 0
    for turn in range(burn + kept):
        if turn <= warming:
            heat = min(1.0, 0.02 + turn / warming) if warming else 1.0
            for s in range(len(counts)):
                felt[s] = counts[s] * heat
            value, none = log_density(place, members, felt, lists, classes, slope)
        kinetic = 0.0
        for i in range(size):
            speed[i] = np.random.normal()
            kinetic += 0.5 * speed[i] * speed[i]
            trial[i] = place[i]
            trial_slope[i] = slope[i]
        number = 1 + int(np.random.random() * steps)
        jitter = length * (0.8 + 0.4 * np.random.random())
        trial_value, trial_none = value, none
        for _ in range(number):
            for i in range(size):
                speed[i] += 0.5 * jitter * scale[i] * trial_slope[i]
                trial[i] += jitter * scale[i] * speed[i]
                if abs(trial[i]) > 30.0:
                    trial[i] = 30.0 if trial[i] > 0 else -30.0
            trial_value, trial_none = log_density(trial, members, felt, lists, classes, trial_slope)
            for i in range(size):
                speed[i] += 0.5 * jitter * scale[i] * trial_slope[i]
            if not trial_value > value - 1e6:
                break
        after = 0.0
        for i in range(size):
            after += 0.5 * speed[i] * speed[i]
        chance = min(1.0, math.exp(min(0.0, trial_value - after - value + kinetic)))
        if np.random.random() < chance:
            value, none = trial_value, trial_none
            for i in range(size):
                place[i] = trial[i]
                slope[i] = trial_slope[i]
            if turn >= burn:
                accepted += 1
        if swap_neighbours(place, lists, classes):
            value, none = log_density(place, members, felt, lists, classes, slope)
        if turn < burn:
            length *= math.exp((chance - 0.8) * 2.0 / math.sqrt(turn + 10.0))
            if turn > warming:
                gathered += 1
                for i in range(size):
                    change = place[i] - mean[i]
                    mean[i] += change / gathered
                    square[i] += change * (place[i] - mean[i])
                if turn in (burn // 2, burn * 3 // 4):
                    for i in range(size):
                        fresh = math.sqrt((square[i] + 5.0) / (gathered + 5.0))
                        scale[i] = fresh
                        mean[i] = 0.0
                        square[i] = 0.0
                    gathered = 0
                    length = 0.3
        else:
            found[turn - burn] = none
    return found, accepted / kept

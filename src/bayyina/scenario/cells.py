"""Groups that do not overlap, from which every figure is a plain sum.

Figures overlap (children among the disappeared among the held). Cells do not: everyone
who is invented for a figure belongs to one cell of each family. Scaling works on cells,
so that whatever held between figures still holds afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping

Cells = dict[str, dict[str, int]]
"""Family of cells to cell to number of people (or sentences, certificates, bodies)."""


def cells_of(targets: Mapping[str, int]) -> Cells:
    """Return the cells that give these targets, which must not contradict each other."""
    return {
        "deaths": _death_cells(targets),
        "held": _held_cells(targets),
        "sentences": _sentence_cells(targets),
        "certificates": {"not-notified": targets["certificates-not-notified"]},
        "bodies": _body_cells(targets),
        "order-killed": {"killed": targets["order-killed"]},
        "order-people": _order_people(targets),
        "order-outcomes": _order_outcomes(targets),
    }


def _death_cells(targets: Mapping[str, int]) -> dict[str, int]:
    child = targets["torture-deaths-children"]
    woman = targets["torture-deaths-women"]
    man = targets["torture-deaths"] - child - woman
    recent_child = targets["torture-deaths-2023-children"]
    recent_adult = targets["torture-deaths-2023"] - recent_child
    # why: the source names no woman among those of 2023; women fill up only what men cannot
    recent_woman = max(0, recent_adult - man)
    recent_man = recent_adult - recent_woman
    return {
        "child-2023": recent_child,
        "woman-2023": recent_woman,
        "man-2023": recent_man,
        "child-earlier": child - recent_child,
        "woman-earlier": woman - recent_woman,
        "man-earlier": man - recent_man,
    }


def _held_cells(targets: Mapping[str, int]) -> dict[str, int]:
    child, woman = targets["held-children"], targets["held-women"]
    lost_child, lost_woman = targets["disappeared-children"], targets["disappeared-women"]
    man = targets["held"] - child - woman
    lost_man = targets["disappeared"] - lost_child - lost_woman
    return {
        "child-disappeared": lost_child,
        "woman-disappeared": lost_woman,
        "man-disappeared": lost_man,
        "child-acknowledged": child - lost_child,
        "woman-acknowledged": woman - lost_woman,
        "man-acknowledged": man - lost_man,
    }


def _sentence_cells(targets: Mapping[str, int]) -> dict[str, int]:
    named = ("executed-children", "executed-women", "executed-servicemen")
    return {
        "commuted": targets["sentences-commuted"],
        "executed-child": targets["executed-children"],
        "executed-woman": targets["executed-women"],
        "executed-serviceman": targets["executed-servicemen"],
        "executed-man": targets["sentences-carried-out"] - sum(targets[name] for name in named),
    }


def _body_cells(targets: Mapping[str, int]) -> dict[str, int]:
    settled = targets["bodies-identified"] + targets["identifications-being-verified"]
    return {
        "known": targets["identified-already-known"],
        "not-known": targets["identified-not-known"],
        "verifying": targets["identifications-being-verified"],
        "unidentified": targets["photographed-bodies"] - settled,
    }


def _order_people(targets: Mapping[str, int]) -> dict[str, int]:
    child, woman = targets["order-arrests-children"], targets["order-arrests-women"]
    return {"child": child, "woman": woman, "man": targets["order-arrests"] - child - woman}


def _order_outcomes(targets: Mapping[str, int]) -> dict[str, int]:
    released, lost = targets["order-released"], targets["order-disappeared"]
    return {
        "released": released,
        "disappeared": lost,
        "held": targets["order-arrests"] - released - lost,
    }


def targets_of(cells: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return the figures that these cells add up to."""
    deaths, held, sentences = cells["deaths"], cells["held"], cells["sentences"]
    bodies, people, outcomes = cells["bodies"], cells["order-people"], cells["order-outcomes"]
    executed = {name: n for name, n in sentences.items() if name.startswith("executed-")}
    identified = bodies["known"] + bodies["not-known"]
    return {
        "torture-deaths": sum(deaths.values()),
        "torture-deaths-children": deaths["child-2023"] + deaths["child-earlier"],
        "torture-deaths-women": deaths["woman-2023"] + deaths["woman-earlier"],
        "torture-deaths-2023": sum(n for name, n in deaths.items() if name.endswith("-2023")),
        "torture-deaths-2023-children": deaths["child-2023"],
        "held": sum(held.values()),
        "held-children": held["child-disappeared"] + held["child-acknowledged"],
        "held-women": held["woman-disappeared"] + held["woman-acknowledged"],
        "disappeared": sum(n for name, n in held.items() if name.endswith("-disappeared")),
        "disappeared-children": held["child-disappeared"],
        "disappeared-women": held["woman-disappeared"],
        "death-sentences": sum(sentences.values()),
        "sentences-commuted": sentences["commuted"],
        "sentences-carried-out": sum(executed.values()),
        "executed-children": executed["executed-child"],
        "executed-women": executed["executed-woman"],
        "executed-servicemen": executed["executed-serviceman"],
        "certificates-not-notified": cells["certificates"]["not-notified"],
        "photographed-bodies": sum(bodies.values()),
        "bodies-identified": identified,
        "identified-already-known": bodies["known"],
        "identified-not-known": bodies["not-known"],
        "identifications-being-verified": bodies["verifying"],
        "order-killed": cells["order-killed"]["killed"],
        "order-arrests": sum(people.values()),
        "order-arrests-children": people["child"],
        "order-arrests-women": people["woman"],
        "order-released": outcomes["released"],
        "order-disappeared": outcomes["disappeared"],
    }


def scale_cells(cells: Mapping[str, Mapping[str, int]], factor: float) -> Cells:
    """Return the cells multiplied by a factor; each family's total is the rounded total."""
    scaled = {family: _scaled_family(members, factor) for family, members in cells.items()}
    earlier = sum(n for name, n in scaled["deaths"].items() if name.endswith("-earlier"))
    surplus = max(0, scaled["bodies"]["known"] - earlier)
    scaled["bodies"]["known"] -= surplus
    scaled["bodies"]["not-known"] += surplus
    return scaled


def _scaled_family(members: Mapping[str, int], factor: float) -> dict[str, int]:
    """Scale by largest remainder; ties go to the cell named first."""
    exact = {name: n * factor for name, n in members.items()}
    whole = {name: int(value) for name, value in exact.items()}
    missing = int(sum(members.values()) * factor + 0.5) - sum(whole.values())
    by_remainder = sorted(exact, key=lambda name: whole[name] - exact[name])
    for name in by_remainder[:missing]:
        whole[name] += 1
    return whole

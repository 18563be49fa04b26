"""The October 2023 scenario: invented lists whose counts are what was published.

``write_lists`` writes raw lists of people who do not exist, in the forms in which
documentation groups keep lists, with their mappings. Imported and counted, they give the
published figures, or whatever targets were set. Nothing outside this package knows a
number.
"""

from bayyina.scenario.figures import Scenario, ScenarioFigure, october_2023
from bayyina.scenario.people import Truth
from bayyina.scenario.targets import read_targets, resolve_targets
from bayyina.scenario.truth_files import read_truth_file, write_truth_file
from bayyina.scenario.writing import SEED, ListFile, invent, write_lists

__all__ = [
    "SEED",
    "ListFile",
    "Scenario",
    "ScenarioFigure",
    "Truth",
    "invent",
    "october_2023",
    "read_targets",
    "read_truth_file",
    "resolve_targets",
    "write_lists",
    "write_truth_file",
]

"""Methodologies and documentation standards: rules as data, evaluated with reasons.

A methodology says how things are counted (who is a child, when somebody counts as
disappeared); a documentation standard says what evidence a decision needs. Both are small
files that a lawyer can read; none that is shipped bears the name of an organisation.
"""

from bayyina.standards.documentation_standard import (
    DocumentationStandard,
    EvidenceLine,
    LineSet,
    check_standard,
)
from bayyina.standards.evaluation import Evaluation, Reason, evaluate, evaluate_people
from bayyina.standards.methodology import (
    CountRule,
    DisappearedRule,
    Methodology,
    built_in_methodologies,
    check_methodology,
)
from bayyina.standards.schemas import schema_of_kind
from bayyina.standards.small_files import CHECKERS, check_small_file, kind_of

__all__ = [
    "CHECKERS",
    "CountRule",
    "DisappearedRule",
    "DocumentationStandard",
    "Evaluation",
    "EvidenceLine",
    "LineSet",
    "Methodology",
    "Reason",
    "built_in_methodologies",
    "check_methodology",
    "check_small_file",
    "check_standard",
    "evaluate",
    "evaluate_people",
    "kind_of",
    "schema_of_kind",
]

"""The vocabulary: record types, properties, terms, groups and units, as data.

The words lie beside this package as YAML files that a lawyer can read; a user's files
extend them. The vocabulary checks itself on load and names file and line of every fault.

>>> vocabulary = Vocabulary.load()
>>> vocabulary.types["Death"].properties["manner"].of
'manners_of_death'
"""

from bayyina.model.vocabulary.elements import (
    LANGUAGES,
    LEVELS,
    PROPERTY_TYPES,
    QUANTITY_UNITS,
    UNREADABLE,
    UNRECOGNISED,
    Constraint,
    Group,
    KnownFacility,
    Label,
    Property,
    RecordType,
    Term,
    TermList,
    Unit,
    is_stricter,
)
from bayyina.model.vocabulary.loading import check_extension
from bayyina.model.vocabulary.whole import Vocabulary

__all__ = [
    "LANGUAGES",
    "LEVELS",
    "PROPERTY_TYPES",
    "QUANTITY_UNITS",
    "UNREADABLE",
    "UNRECOGNISED",
    "Constraint",
    "Group",
    "KnownFacility",
    "Label",
    "Property",
    "RecordType",
    "Term",
    "TermList",
    "Unit",
    "Vocabulary",
    "check_extension",
    "is_stricter",
]

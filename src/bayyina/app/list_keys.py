"""Ids of a list that tell who is meant: a list without numbers is often known by names."""

from __future__ import annotations

from bayyina.app.list_writing import has_links
from bayyina.disclosure.protected_people import protection
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.mapping import Mapping

NAME = "name"
"""Type of properties that hold a name."""


def telling_keys(mapping: Mapping, vocabulary: Vocabulary) -> frozenset[str]:
    """Blocks of a mapping whose ids are made of columns that hold names, or what is sealed.

    Ids stand in clear with every record, so a keyed mark is put in their place. Not in lists
    whose rows name each other by their ids.
    """
    if has_links(mapping):
        return frozenset()
    rules = protection(vocabulary)
    found = set()
    for block in (mapping.row, *mapping.blocks):
        if block.key is None or block.key.of_content:
            continue
        properties = vocabulary.types[block.type].properties
        told = {
            rule.column
            for rule in block.columns
            if rule.property in rules.by_level.get(block.type, frozenset())
            or (
                rule.property in rules.identity.get(block.type, frozenset())
                and properties[rule.property].type == NAME
            )
        }
        if told.intersection(block.key.columns):
            found.add(block.id)
    return frozenset(found)

"""Figures: ask, see the rule, open the records."""

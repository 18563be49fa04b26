"""Bayyina: records that a court, a UN body or a family can rely on."""

__version__ = "0.1.0"

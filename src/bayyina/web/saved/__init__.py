"""Saved searches: one's own and those that are shared."""

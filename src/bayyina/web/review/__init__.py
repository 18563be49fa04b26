"""Pairs of people that the linkage is unsure of, side by side."""

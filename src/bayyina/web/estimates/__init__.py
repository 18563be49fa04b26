"""Estimates of how many people no list holds, or why there is none."""

"""Bundles for courts, UN bodies and other groups: made in the background, checked, taken along."""

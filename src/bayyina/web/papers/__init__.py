"""Documents about a facility or a person: looked at, written, taken along."""

"""Western digits with a point, as in reports, CSV files and queries (``typeset.numbers``)."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3

"""Reports from definitions: prose in two languages, figures that open, charts with their tables.

``definitions`` reads a ``*.report.md``; ``checking`` says what is wrong with one; ``building`` writes
the web page, the PDF, the CSV files and the machine-readable twin. Numbers come in as
figure results; nothing here counts.
"""

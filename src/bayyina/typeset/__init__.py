"""Pages, charts and documents from data, the same in Arabic and in English.

``blocks`` is what a page holds; ``html_pages`` and ``typst_pages`` write it; ``documents``
makes the PDF; ``charts`` draws bars as SVG. Nothing here knows what is being counted, and
nothing contacts a network.
"""

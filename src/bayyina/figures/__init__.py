"""Figures: questions in a line of text, answered with bounds from a columnar snapshot.

``engine.FigureEngine`` counts, ``query.read_query`` reads the language,
``snapshot_writing.SnapshotWriter`` keeps the snapshot, ``results.Figure`` is the answer.
"""

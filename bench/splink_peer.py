"""Splink on the same rows: run as a program of its own, so that it may live elsewhere.

``python splink_peer.py KIND IN.parquet OUT.parquet``: KIND is ``historical`` (the model of
Splink's own demonstration of these data) or ``releases`` (two lists with name, sex, age and date
of birth, configured by its guidance: names split, Jaro-Winkler levels, term frequencies, u by
random sampling, m by EM on two blocking rules, links at 0.95). Prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

NAME_RULES = (
    ("first_name", "surname"),
    ("surname", "dob"),
    ("first_name", "dob"),
)
HISTORICAL_RULES = (
    *NAME_RULES,
    ("postcode_fake", "first_name"),
    ("postcode_fake", "surname"),
    ("dob", "birth_place"),
    ("substr(postcode_fake,1,3)", "dob"),
    ("substr(postcode_fake,1,3)", "first_name"),
    ("substr(postcode_fake,1,3)", "surname"),
    ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
)
RELEASE_RULES = (*NAME_RULES, ("first_name", "middle"), ("middle", "surname"))


def link(kind: str, source: str, result: str) -> dict[str, Any]:
    """Link and write ``unique_id, cluster_id``; gives times and the number of pairs."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    begin = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("set threads=2")
    api = DuckDBAPI(connection)
    rows = connection.sql(f"select * from '{source}'").arrow()
    rows = rows.read_all() if hasattr(rows, "read_all") else rows
    if kind == "historical":
        tables = [rows]
        rules = HISTORICAL_RULES
        comparisons = [
            cl.ForenameSurnameComparison(
                "first_name", "surname", forename_surname_concat_col_name="both_names"
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.LevenshteinAtThresholds("postcode_fake", 2),
            cl.JaroWinklerAtThresholds("birth_place", 0.9).configure(
                term_frequency_adjustments=True
            ),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ]
        sure = (
            ("first_name", "surname", "dob"),
            ("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            ("dob", "postcode_fake"),
        )
    else:
        tables = [
            rows.filter([value == name for value in rows["list"].to_pylist()]) for name in "AB"
        ]
        rules = RELEASE_RULES
        comparisons = [
            cl.JaroWinklerAtThresholds("first_name", [0.9]).configure(
                term_frequency_adjustments=True
            ),
            cl.JaroWinklerAtThresholds("middle", [0.9, 0.8]).configure(
                term_frequency_adjustments=True
            ),
            cl.JaroWinklerAtThresholds("surname", [0.9]).configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.LevenshteinAtThresholds("age", 1),
        ]
        sure = (("first_name", "middle", "surname", "dob"),)
    settings = SettingsCreator(
        link_type="dedupe_only" if kind == "historical" else "link_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        comparisons=comparisons,
    )
    named = [api.register(t, dataset_display_name=f"t{n}") for n, t in enumerate(tables)]
    linker = Linker(named[0] if len(named) == 1 else named, settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in sure], recall=0.6
    )
    training.estimate_u_using_random_sampling(max_pairs=5e6)
    training.estimate_parameters_using_expectation_maximisation(
        block_on("first_name", "surname"), estimate_without_term_frequencies=True
    )
    training.estimate_parameters_using_expectation_maximisation(
        block_on("dob"), estimate_without_term_frequencies=True
    )
    trained = time.perf_counter()
    pairs = linker.inference.predict(threshold_match_probability=0.01)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.95)
    found = clusters.as_duckdbpyrelation()
    found.project("unique_id, cluster_id").write_parquet(result)
    return {"seconds": time.perf_counter() - begin, "training": trained - begin}


if __name__ == "__main__":
    print(json.dumps(link(*sys.argv[1:4])))

"""Every command answers in words and in one JSON document of the shape that is published."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from PIL import Image

from bayyina.app.job_kinds import VERIFY_LOG, runner
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.cli.all_documents import DOCUMENTS
from bayyina.sites.rasters import Grid, write_raster
from scripts.cli_page import json_command_names
from scripts.json_schemas import file_name
from tests.app.conftest import ROWS
from tests.app.site_cases import site, write_series, write_site
from tests.app.test_submitting import HEADER as FAMILY_HEADER
from tests.app.test_submitting import MAPPING as FAMILIES
from tests.app.test_submitting import WHOLE
from tests.cli.conftest import Program
from tests.cli.evidence_cases import EVIDENCE_CASES
from tests.cli.identification_cases import IDENTIFICATION_CASES
from tests.cli.keeping_cases import KEEPING_CASES
from tests.cli.people_cases import PEOPLE_CASES
from tests.cli.release_cases import RELEASE_CASES
from tests.local_authority import LocalAuthority
from tests.made_calendars import pending_proof
from tests.unit.sites.made_scenes import Place, every, site_file, stacked

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
CORRECTED = ROWS[1].replace("Ba Two", "Ba Too")
QUERY = "count persons with Death by sex"
COUNTS = "A,B,C,n\n1,0,0,90\n0,1,0,70\n0,0,1,80\n1,1,0,30\n1,0,1,35\n0,1,1,25\n1,1,1,12\n"


def closed(schema: Any) -> Any:
    """The schema with nothing allowed beside what it describes."""
    if isinstance(schema, dict):
        made = {name: closed(part) for name, part in schema.items()}
        if "properties" in made:
            made.setdefault("additionalProperties", False)
        return made
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


def check_shape(command: str, document: Any) -> None:
    """The document is what the published schema describes, and holds nothing else."""
    schema = json.loads((REFERENCE / file_name(command)).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, closed(deepcopy(schema)))


def first_ids(program: Program) -> tuple[str, str, str]:
    """Short ids of two people and of a statement about the first."""
    workspace = program.opened()
    people = [r.number for r in workspace.store.scan(RecordRow) if r.record_type == "Person"]
    statement = workspace.store.find(StatementRow, "record", people[:1])[0]
    ids = [workspace.short_id(number) for number in people[:2]]
    ids.append(workspace.statement_id(statement.number))
    workspace.store.close()
    return ids[0], ids[1], ids[2]


def queue_job(program: Program) -> None:
    workspace = program.opened()
    runner(workspace).enqueue(VERIFY_LOG, {})
    workspace.store.close()


Words = list[str | Path]


def words_of_import(program: Program) -> Words:
    return ["import", program.list_file(CORRECTED), "--mapping", program.mapping()]


def words_of_init(program: Program) -> Words:
    number = len(list(program.folder.glob("new*")))
    return ["init", program.folder / f"new{number}", "--person", "amal", "--fictional"]


def words_of_check(program: Program) -> Words:
    return ["check", program.mapping()]


def words_of_undo(program: Program) -> Words:
    program("import", program.list_file(CORRECTED), "--mapping", program.mapping())
    workspace = program.opened()
    newest = [row.batch for row in workspace.store.batches() if row.action == "import"][-1]
    workspace.store.close()
    return ["undo", str(newest), "--reason", "a test"]


def words_of_judge(program: Program) -> Words:
    one, two, _ = first_ids(program)
    return ["judge", one, two, "different", "--reasons", "two ids"]


def words_of_determine(program: Program) -> Words:
    workspace = program.opened()
    deaths = [r.number for r in workspace.store.scan(RecordRow) if r.record_type == "Death"]
    ids = [workspace.short_id(number) for number in deaths]
    workspace.store.close()
    decided = program.everything()[0]["determination"]
    words = ["--standard", "death-two-sources", "--decision", "disputed"]
    lines = ["--line", f"list_entry={ids[len(decided)]}", "--reasons", "one list alone"]
    return ["--as", "badr", "determine", ids[len(decided)], *words, *lines]


def words_of_erase(program: Program) -> Words:
    record, _, _ = first_ids(program)
    agreed = {row[5] for row in program.everything()[0]["erasure"]}
    person, roles = (("badr", ()), ("amal", ("administrator",)))[len(agreed)]
    words = [word for role in (*roles, "data-protection") for word in ("--role", role)]
    assert program("people", "roles", person, *words).status == 0
    return ["--as", person, "erase", record, "--reason", "objection"]


def words_of_check_proof(program: Program) -> Words:
    key = program("log", "checkpoint", "--json").document["key"]
    file = program.folder / "statement.proof"
    assert program("log", "proof", first_ids(program)[2], "--out", file).status == 0
    return ["log", "check-proof", file, "--key", key]


def words_of_witness(program: Program) -> Words:
    state = program.folder / f"witness-{len(list(program.folder.glob('witness-*')))}"
    made = program("log", "witness", "--state", state, "--new", "witness.example.org/1")
    assert made.status == 0, made.err
    key = program("log", "checkpoint", "--json").document["key"]
    request = program.folder / "request.txt"
    assert program("log", "checkpoint", "--since", "0", "--out", request).status == 0
    return ["log", "witness", "--state", state, "--trust", key, request]


def words_of_cosigned(program: Program) -> Words:
    words = words_of_witness(program)
    key = program(*words, "--json").document["key"]
    return ["log", "cosigned", f"{words[-1]}.cosigned", "--witness", key]


def words_of_stamp(program: Program) -> Words:
    folder = program.folder / f"authority-{len(list(program.folder.glob('authority-*')))}"
    authority = LocalAuthority(folder)
    request, answer = program.folder / "r.tsq", program.folder / "a.tsr"
    assert program("log", "stamp-request", "--out", request).status == 0
    answer.write_bytes(authority.answer(request.read_bytes()))
    return ["log", "stamp", answer, "--chain", folder / "root.pem"]


def words_of_calendar(program: Program) -> Words:
    file = program.folder / "checkpoint.txt"
    assert program("log", "checkpoint", "--out", file).status == 0
    file.with_suffix(".ots").write_bytes(pending_proof(file.read_bytes()))
    return ["log", "calendar", file.with_suffix(".ots")]


def words_of_tiles(program: Program) -> Words:
    number = len(list(program.folder.glob("tiles-*")))
    return ["log", "tiles", "--out", program.folder / f"tiles-{number}"]


def words_of_bundle_create(program: Program) -> Words:
    number = len(list(program.folder.glob("bundle-*")))
    return ["bundle", "create", "--case", "--out", program.folder / f"bundle-{number}"]


def words_of_bundle_verify(program: Program) -> Words:
    words = words_of_bundle_create(program)
    assert program(*words).status == 0
    return ["bundle", "verify", words[-1]]


def words_of_cancel(program: Program) -> Words:
    queue_job(program)
    return ["jobs", "cancel", str(len(program.everything()[-1]))]


def words_of_run(program: Program) -> Words:
    queue_job(program)
    return ["jobs", "run"]


def words_of_compare(program: Program) -> Words:
    rng = np.random.default_rng(1)
    ground = rng.normal(1000, 100, size=(3, 40, 40)).cumsum(axis=1).cumsum(axis=2)
    grid = Grid(40, 40, "EPSG:32637", (10, 0, 250_000, 0, -10, 3_730_000), is_projected=True)
    files = [program.folder / name for name in ("before.tif", "after.tif")]
    for file in files:
        write_raster(file, (ground[0] / ground.max()).astype("float32"), grid, {})
    return ["sites", "compare", *files]


def words_of_scan(program: Program) -> Words:
    days = every(date(2021, 1, 5), date(2021, 12, 1), 16)
    stack = stacked(
        Place(days, course=lambda day: float(day > days[10])), program.folder / "scenes"
    )
    return ["sites", "scan", stack, "--site", site_file(program.folder / "place.geojson")]


def words_of_pairs(program: Program) -> Words:
    pairs = program.file("pairs.tsv", "id\ta\tb\n1\tخالد قنديل\tKhaled Kandil\n")
    return ["names", "compare", "--pairs", pairs, "--out", program.folder / "scored.tsv"]


def words_of_match(program: Program) -> Words:
    candidates = program.file("candidates.txt", "Khaled Kandil\nOmar Kandil\n")
    return ["names", "match", program.file("queries.txt", "خالد قنديل\n"), candidates]


def words_of_link(program: Program) -> Words:
    people = program.folder / "people.csv"
    people.write_text("id,name,born\n1,Ba One,1990\n2,Ba One,1990\n3,Da Two,1980\n", "utf-8")
    results: Words = [
        "--pairs",
        program.folder / "pairs.csv",
        "--clusters",
        program.folder / "who.csv",
    ]
    return ["link", people, "--id", "id", "--name", "name", "--birth", "born", *results]


def words_of_submit(program: Program) -> Words:
    mapping = FAMILIES.format(asserted_on="2024-02-01", release="partial")
    program.file("families.mapping.toml", mapping)
    rows = program.file("families.csv", f"{FAMILY_HEADER}\n{WHOLE}\n")
    program("import", rows, "--mapping", program.folder / "families.mapping.toml")
    workspace = program.opened()
    people = [row for row in workspace.store.scan(RecordRow) if row.record_type == "Person"]
    person = workspace.short_id(max(row.number for row in people))
    workspace.store.close()
    return ["submit", "wgeid", person, "--as-of", "2024-02-21"]


def words_of_date(program: Program) -> list[str | Path]:
    path = program.folder / "site.csv"
    rows = [
        f"20{k // 12 + 10}-{k % 12 + 1:02d}-07,{2000 + k * 37 % 50 + 900 * (k > 40)}"
        for k in range(90)
    ]
    path.write_text("date,red\n" + "\n".join(rows), encoding="utf-8")
    return ["sites", "date", path]


def built_report(program: Program) -> Path:
    """The twin of a report that was built; once for a workspace, which is quicker."""
    if found := sorted((program.workspace / "reports").rglob("annual-arrests*.json")):
        return found[0]
    answer = program("report", "build", "annual-arrests", "--lang", "en", "--json")
    assert answer.status == 0, answer.err
    return Path(answer.document["twin"])


def words_of_publish(program: Program) -> Words:
    return ["report", "publish", built_report(program), "--reasons", "looked", "--recipient", "X"]


def words_of_estimating_lists(program: Program) -> Words:
    people = [
        f"{n},Name{chr(97 + n % 26)} Second{n // 26} Family{n % 7},19{n % 60 + 40}"
        for n in range(90)
    ]
    lists: Words = []
    for label, skip in zip("abc", (2, 3, 5), strict=True):
        rows = [row for n, row in enumerate(people) if n % skip]
        lists.append(program.file(f"list-{label}.csv", "\n".join(["id,name,born", *rows]) + "\n"))
    roles = ["--id", "id", "--name", "name", "--birth", "born", "--no-sensitivity"]
    return ["estimate-lists", *lists, *roles]


def link_pairs(program: Program) -> str:
    """Pairs of people brought from a file; the id of one pair."""
    pairs = (
        "id_a,id_b,score,decision,reasons\nFICT-1,FICT-2,0.7,same,x\nFICT-2,FICT-3,0.4,unsure,x\n"
    )
    words: Words = [
        "--from",
        program.file("pairs.csv", pairs),
        "--of",
        "Register of invented arrests",
    ]
    answer = program("link", *words)
    assert answer.status == 0, answer.err
    return ":".join(first_ids(program)[:2])


def words_of_decide(program: Program) -> Words:
    return ["review", "decide", link_pairs(program), "same", "--reason", "one life"]


def words_of_batch(program: Program) -> Words:
    text = f"id,verdict,reason\n{link_pairs(program)},different,two lives\n"
    return ["review", "batch", program.file("decisions.csv", text)]


def words_of_show(program: Program) -> Words:
    return ["review", "show", link_pairs(program)]


def words_of_sample(program: Program) -> Words:
    link_pairs(program)
    return ["review", "sample", "--size", "2"]


def words_of_next(program: Program) -> Words:
    link_pairs(program)
    return ["review", "next"]


def words_of_history(program: Program) -> Words:
    assert program(*words_of_decide(program)).status == 0
    return ["review", "history"]


def register_site(program: Program) -> Path:
    path = write_site(program.folder, site())
    assert program("sites", "register", path).status == 0
    return path


def words_of_register(program: Program) -> Words:
    return ["sites", "register", register_site(program)]


def words_of_site_list(program: Program) -> Words:
    register_site(program)
    return ["sites", "list"]


def words_of_site(program: Program) -> Words:
    register_site(program)
    return ["sites", "show", "invented-one"]


def words_of_watch(program: Program) -> Words:
    register_site(program)
    series = write_series(program.folder / "watched.csv", "2024-02-10")
    return ["sites", "watch", "invented-one", series]


def words_of_site_report(program: Program) -> Words:
    register_site(program)
    return ["sites", "report", "invented-one", "--lang", "en", "--out", program.folder / "page"]


def made_picture(program: Program) -> Path:
    """A picture with a name that no terminal should show as it is."""
    path = program.folder / "line\nbreak.png"
    Image.fromarray(np.arange(64 * 64 * 3, dtype=np.uint8).reshape(64, 64, 3)).save(path)
    return path


CASES: dict[str, Callable[[Program], Words]] = {
    "init": words_of_init,
    "doctor": lambda _: ["doctor"],
    "check": words_of_check,
    "import": words_of_import,
    "import --suggest": lambda program: ["import", program.list_file(*ROWS), "--suggest"],
    "undo": words_of_undo,
    "figures count": lambda _: ["figures", "count", QUERY],
    "figures open": lambda _: ["figures", "open", QUERY],
    "figures digest": lambda _: ["figures", "digest", QUERY],
    "report list": lambda _: ["report", "list"],
    "report publish": words_of_publish,
    "report compare": lambda program: ["report", "compare", built_report(program)],
    "estimate": lambda program: ["estimate", program.file("c.csv", COUNTS), "--no-sensitivity"],
    "media inspect": lambda program: ["media", "inspect", made_picture(program)],
    "media near": lambda program: ["media", "near", made_picture(program)],
    "names compare": lambda _: ["names", "compare", "خالد قنديل", "Khaled Kandil"],
    "names compare --pairs": words_of_pairs,
    "names match": words_of_match,
    "names romanize": lambda _: ["names", "romanize", "خالد قنديل"],
    "log verify": lambda _: ["log", "verify"],
    "log checkpoint": lambda _: ["log", "checkpoint"],
    "log proof": lambda program: ["log", "proof", first_ids(program)[2]],
    "log check-proof": words_of_check_proof,
    "log show": lambda _: ["log", "show"],
    "log witness": words_of_witness,
    "log cosigned": words_of_cosigned,
    "log stamp-request": lambda program: [
        "log",
        "stamp-request",
        "--out",
        program.folder / "r.tsq",
    ],
    "log stamp": words_of_stamp,
    "log calendar": words_of_calendar,
    "log outside": lambda _: ["log", "outside"],
    "log tiles": words_of_tiles,
    "bundle create": words_of_bundle_create,
    "bundle verify": words_of_bundle_verify,
    "determine": words_of_determine,
    "judge": words_of_judge,
    "erase": words_of_erase,
    "seal": lambda _: ["seal", "--due"],
    "people list": lambda _: ["people", "list"],
    "record": lambda program: ["record", first_ids(program)[0]],
    "find": lambda _: ["find", "ba two"],
    "own-files": lambda _: ["own-files", "--record"],
    "sites compare": words_of_compare,
    "sites date": words_of_date,
    "sites scan": words_of_scan,
    "sites register": words_of_register,
    "sites list": words_of_site_list,
    "sites show": words_of_site,
    "sites watch": words_of_watch,
    "sites report": words_of_site_report,
    "sites throughput": lambda _: [
        *("sites", "throughput", "--trucks", "2", "--times-a-week", "2"),
        *("--bodies", "150-600", "--continuity", "at-times"),
    ],
    "submit": words_of_submit,
    "facility": lambda _: ["facility", "Sednaya", "--lang", "en"],
    "matrix": lambda _: ["matrix", "torture-elements", "--lang", "en"],
    "dossier": lambda program: ["dossier", first_ids(program)[0], "--lang", "ar"],
    "exhibits": lambda program: ["exhibits", *first_ids(program)[:2], "--lang", "ar"],
    "letter": lambda program: ["letter", first_ids(program)[0], "--lang", "ar"],
    "methods": lambda _: ["methods", "--accounts", "2"],
    "sentences": lambda _: ["sentences", "--in", "2011-03/2023-10"],
    "estimate-lists": words_of_estimating_lists,
    "export": lambda program: ["export", "csv", "--out", program.folder / "out.csv"],
    "orders list": lambda _: ["orders", "list"],
    "orders status": lambda _: ["orders", "status", "--as-of", "2024-02-21"],
    "orders report": lambda _: ["orders", "report", "--as-of", "2024-02-21"],
    "orders calendar": lambda program: [
        *("orders", "calendar", "icj-178", "--as-of", "2021-01-01"),
        *("--out", program.folder / "deadlines.ics"),
    ],
    "claims compare": lambda _: ["claims", "compare", "press-release-2023-06", "snhr-2023-10"],
    "claims check": lambda _: ["claims", "check", "series", "--lang", "ar"],
    "kept-aside": lambda _: ["kept-aside"],
    "link": words_of_link,
    "review state": lambda _: ["review", "state"],
    "review next": words_of_next,
    "review show": words_of_show,
    "review decide": words_of_decide,
    "review batch": words_of_batch,
    "review history": words_of_history,
    "review sample": words_of_sample,
    **EVIDENCE_CASES,
    **PEOPLE_CASES,
    **IDENTIFICATION_CASES,
    **KEEPING_CASES,
    **RELEASE_CASES,
    "practice": lambda program: ["practice", "--folder", str(program.folder / "practice")],
    "jobs list": lambda _: ["jobs", "list"],
    "jobs run": words_of_run,
    "jobs cancel": words_of_cancel,
}
"""How each command is used here; ``demo``, ``report build``, ``serve`` and ``sites demo`` have tests of their own."""


@pytest.mark.parametrize("command", CASES)
def test_a_command_answers_in_words_and_in_one_document(filled: Program, command: str) -> None:
    in_words = filled(*CASES[command](filled))
    assert in_words.status == 0, in_words.err
    assert in_words.out.strip()
    assert in_words.err == ""
    with pytest.raises(json.JSONDecodeError):
        json.loads(in_words.out)
    as_json = filled(*CASES[command](filled), "--json")
    assert as_json.status == 0, as_json.err
    assert as_json.err == ""
    check_shape(command, as_json.document)


def test_the_first_of_two_people_is_told_that_another_one_is_needed(filled: Program) -> None:
    record, _, _ = first_ids(filled)
    first = filled(*words_of_erase(filled))
    assert "nothing is gone yet" in first.out
    assert "A second person with the role data-protection" in first.out
    second = filled(*words_of_erase(filled), "--json")
    assert (second.document["state"], second.document["needed"]) == ("erased", 0)
    left = filled("--as", "badr", "record", record, "--json")
    assert left.status == 2  # data protection reads no records
    assert filled("people", "roles", "badr", "--role", "analyst").status == 0
    left = filled("--as", "badr", "record", record, "--json")
    check_shape("record", left.document)
    assert left.document["erased"]["reason"] == "objection"
    assert "erased" in filled("--as", "badr", "record", record).out


def test_every_command_has_a_document_and_a_case() -> None:
    commands = {name.removeprefix("bayyina ") for name in json_command_names()}
    variants = {name for name in DOCUMENTS if " --" in name}
    assert commands == set(DOCUMENTS) - {"error"} - variants
    assert set(DOCUMENTS) == {*CASES, "error", "demo", "report build", "serve", "sites demo"}
    stored = {path.name for path in (REFERENCE / "schemas").iterdir()}
    assert stored == {file_name(command).removeprefix("schemas/") for command in DOCUMENTS}

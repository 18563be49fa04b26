"""Run by ``test_core_without_django.py`` in an environment of its own: uses the core on plain files.

Prints one JSON document with what it found. Any attempt to reach a network ends it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import bayyina
from bayyina.custody.checkpoints import Checkpoint, log_origin, sign_checkpoint
from bayyina.custody.entries import Entry, TreeHead
from bayyina.custody.ids import new_batch_id
from bayyina.custody.leaves import StatementLeaves
from bayyina.custody.merkle import inclusion_proof, leaf_hash, root
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.proofs import EntryProof, RowProof, verify_row_proof
from bayyina.errors import BayyinaError, CustodyError
from bayyina.figures.query import read_query
from bayyina.figures.query_words import QueryWords
from bayyina.keys.salts import salt
from bayyina.model.partial_dates import read_date
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.methodology import built_in_methodologies
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import open_table

FORBIDDEN = ("django", "click", "typer", "rich", "psycopg", "requests", "httpx", "urllib3")

LIST = "no,name,born,status\n1,Invented One,شباط 2012,died\n2,Invented Two,13 Ramadan 1433,\n"

MAPPING = """
version = 1
[list]
name = "Invented list"
asserted_on = 2023-08-31
fictional = true
[row]
record = "Person"
key = "no"
[columns]
name = { to = "name", lang = "en" }
born = { to = "birth_date" }
[[acts]]
type = "Death"
if = { column = "status", is = ["died"] }
"""


def read_list(vocabulary: Vocabulary, gazetteer: Gazetteer) -> dict[str, object]:
    """Rows of a list become drafts of statements."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text(LIST, encoding="utf-8")
        table = open_table(path)
        mapping = Mapping.parse(MAPPING, vocabulary)
        reader = RowReader(mapping, table.header, vocabulary, gazetteer)
        rows = [reader.read(*row) for row in table.rows()]
    births = [v.value for row in rows for v in row.records[0].values if v.property == "birth_date"]
    return {"types": [r.type for row in rows for r in row.records], "births": births}


def prove_statement() -> dict[str, object]:
    """A statement is logged, proved and checked; a changed one is refused."""
    origin = log_origin(UUID(int=7), fictional=True)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    batch, member = new_batch_id(1_700_000_000_000), UUID(int=9)
    opened = "2023-11-14T22:13:20.000Z"
    encoder = StatementLeaves(batch=batch, recorded_at=opened, recorded_by=member)
    numbers = [1 << 32 | n for n in range(5)]
    leaves = [
        encoder.encode(
            number, 1 << 32, "Person", "birth_date", f"201{n}", None, None, None, None, None,
            None, None, None, f"row {n}", None, "2023-08-31", None,
            salt(bytes(32), "statement", number),
        )
        for n, number in enumerate(numbers)
    ]  # fmt: skip
    hashes = [leaf_hash(leaf) for leaf in leaves]
    entry = Entry(
        action="import", actor=member, batch=batch, batch_number=1, case="", details={},
        opened=opened, time=opened, trees={"statement": TreeHead(len(hashes), root(hashes))},
    ).to_bytes()  # fmt: skip
    log = [leaf_hash(b"earlier"), leaf_hash(entry)]
    note = sign_checkpoint(Checkpoint(origin, len(log), root(log)), key)
    in_log = EntryProof(1, tuple(inclusion_proof(log, 1)), note)
    proof = RowProof(leaves[3], 3, tuple(inclusion_proof(hashes, 3)), entry, in_log).to_text()
    verifiers = [Ed25519Verifier(origin, key.public_key().public_bytes_raw())]
    proved = verify_row_proof(proof, origin=origin, verifiers=verifiers)
    try:
        verify_row_proof(proof.replace("2013", "2014"), origin=origin, verifiers=verifiers)
    except CustodyError:
        refused = True
    else:
        refused = False
    return {"value": proved.row["value"], "changed_is_refused": refused}


def read_question(vocabulary: Vocabulary, gazetteer: Gazetteer) -> str:
    """A figure query in canonical form."""
    names = built_in_methodologies()
    text = "count persons held as of 2023-08-31 under arrest-20-days by sex"
    return str(read_query(text, QueryWords(vocabulary, gazetteer, names)))


def code_of_refusal(text: str) -> str:
    """How the program calls what is wrong with a date that is none."""
    try:
        read_date(text)
    except BayyinaError as error:
        return error.code
    return "read"


def refuse_network(event: str, _arguments: object) -> None:
    """An audit hook: the core reaches nobody."""
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind"}:
        raise RuntimeError(f"the core used the network: {event}")


def main() -> None:
    """Do the job."""
    sys.addaudithook(refuse_network)
    vocabulary, gazetteer = Vocabulary.load(), Gazetteer.load()
    found = {
        "installed_in": str(Path(bayyina.__file__).parent),
        "forbidden": [name for name in FORBIDDEN if find_spec(name)],
        "date": str(read_date("أيار ٢٠١٣").edtf),
        "unreadable": code_of_refusal("the day before"),
        "types": len(vocabulary.types),
        "place": gazetteer.read("حلب", "governorate").code,  # type: ignore[union-attr]
        "list": read_list(vocabulary, gazetteer),
        "proof": prove_statement(),
        "query": read_question(vocabulary, gazetteer),
        "loaded": sorted(set(FORBIDDEN) & set(sys.modules)),
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=True))


if __name__ == "__main__":
    main()

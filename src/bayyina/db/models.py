"""The tables of a workspace. Columns are those of the rows in ``bayyina.app.rows``.

Logged tables are append-only; their rows are explained, column by column, in
``bayyina.app.rows``. There are no foreign keys: numbers point within the log, the log is
what keeps them honest, and a million rows an import must not pay for a second check.
"""

from __future__ import annotations

from django.db import models


class Record(models.Model):
    """A record exists (RecordRow)."""

    number = models.BigIntegerField(primary_key=True)
    record_type = models.TextField()
    source = models.BigIntegerField(null=True)
    list_key = models.TextField(null=True)  # noqa: DJ001 - absent is not empty
    wrapped_key = models.BinaryField(null=True)

    class Meta:
        """Found by a list's own id when the list is imported again."""

        db_table = "record"
        indexes = [models.Index(fields=["list_key"], name="record_list_key")]


class Term(models.Model):
    """Number of a pair (record type, property): statements carry it instead of two texts."""

    id = models.IntegerField(primary_key=True)
    record_type = models.TextField()
    property = models.TextField()

    class Meta:
        """One number a pair."""

        db_table = "term"
        constraints = [
            models.UniqueConstraint(fields=["record_type", "property"], name="term_pair")
        ]


class Statement(models.Model):
    """One fact from one source (StatementRow)."""

    number = models.BigIntegerField(primary_key=True)
    record = models.BigIntegerField()
    term = models.IntegerField()
    value = models.TextField(null=True)  # noqa: DJ001
    date_lo = models.CharField(max_length=10, null=True)  # noqa: DJ001
    date_hi = models.CharField(max_length=10, null=True)  # noqa: DJ001
    num_lo = models.BigIntegerField(null=True)
    num_hi = models.BigIntegerField(null=True)
    original = models.TextField(null=True)  # noqa: DJ001
    lang = models.CharField(max_length=35, null=True)  # noqa: DJ001
    source = models.BigIntegerField(null=True)
    evidence = models.BigIntegerField(null=True)
    locator = models.TextField(null=True)  # noqa: DJ001
    certainty = models.TextField(null=True)  # noqa: DJ001
    asserted_on = models.CharField(max_length=10, null=True)  # noqa: DJ001
    supersedes = models.BigIntegerField(null=True)

    class Meta:
        """Read by record."""

        db_table = "statement"
        indexes = [models.Index(fields=["record"], name="statement_record")]


class Closure(models.Model):
    """A statement no longer stands (ClosureRow)."""

    number = models.BigIntegerField(primary_key=True)
    statement = models.BigIntegerField()
    reason = models.TextField()
    asserted_on = models.CharField(max_length=10, null=True)  # noqa: DJ001

    class Meta:
        """Read by statement."""

        db_table = "closure"
        indexes = [models.Index(fields=["statement"], name="closure_statement")]


class ListedRow(models.Model):
    """What a release of a list held under one of its ids (ListRow)."""

    number = models.BigIntegerField(primary_key=True)
    source = models.BigIntegerField()
    key = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.TextField()
    record = models.BigIntegerField(null=True)
    cells = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        """Found by key when a list is imported again."""

        db_table = "list_row"
        indexes = [models.Index(fields=["key"], name="list_row_key")]


class Member(models.Model):
    """A person who works in this workspace (MemberRow)."""

    number = models.BigIntegerField(primary_key=True)
    handle = models.TextField()
    name = models.TextField()
    sign_public = models.CharField(max_length=64)
    box_public = models.CharField(max_length=64)
    roles = models.TextField()

    class Meta:
        """Few rows."""

        db_table = "member"


class Case(models.Model):
    """The scope under which record keys are wrapped (CaseRow)."""

    number = models.BigIntegerField(primary_key=True)
    code = models.TextField()
    title = models.TextField()

    class Meta:
        """Few rows."""

        db_table = "case_file"


class CaseKey(models.Model):
    """The case key, wrapped for one custodian (CaseKeyRow)."""

    number = models.BigIntegerField(primary_key=True)
    case = models.BigIntegerField()
    member = models.BigIntegerField()
    wrapped = models.TextField()

    class Meta:
        """Few rows."""

        db_table = "case_key"


class Judgement(models.Model):
    """Whether two records are about the same somebody (JudgementRow)."""

    number = models.BigIntegerField(primary_key=True)
    record_a = models.BigIntegerField()
    record_b = models.BigIntegerField()
    verdict = models.TextField()
    score = models.TextField(null=True)  # noqa: DJ001
    reasons = models.TextField()
    member = models.BigIntegerField()

    class Meta:
        """Read by record."""

        db_table = "judgement"
        indexes = [
            models.Index(fields=["record_a"], name="judgement_a"),
            models.Index(fields=["record_b"], name="judgement_b"),
        ]


class Determination(models.Model):
    """A signed decision about a record (DeterminationRow)."""

    number = models.BigIntegerField(primary_key=True)
    record = models.BigIntegerField()
    decision = models.TextField()
    verdict = models.TextField()
    standard = models.TextField()
    reasons = models.TextField()
    member = models.BigIntegerField()
    signature = models.TextField()

    class Meta:
        """Read by record."""

        db_table = "determination"
        indexes = [models.Index(fields=["record"], name="determination_record")]


class Setting(models.Model):
    """A named text of the workspace (SettingRow)."""

    number = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    text = models.TextField()

    class Meta:
        """Few rows."""

        db_table = "setting"


class Closing(models.Model):
    """A batch that no longer stands (ClosingRow)."""

    number = models.BigIntegerField(primary_key=True)
    closed_batch = models.BigIntegerField()
    reason = models.TextField()

    class Meta:
        """Few rows."""

        db_table = "closing"


class Run(models.Model):
    """A computation that figures rest on (RunRow)."""

    number = models.BigIntegerField(primary_key=True)
    run_kind = models.TextField()
    parameters = models.TextField()
    digest = models.TextField()

    class Meta:
        """Few rows."""

        db_table = "run"


class Erasure(models.Model):
    """A signed agreement that a record be erased (ErasureRow)."""

    number = models.BigIntegerField(primary_key=True)
    erased = models.BigIntegerField()
    rows = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    reason = models.TextField()
    member = models.BigIntegerField()
    signature = models.TextField()

    class Meta:
        """Few rows."""

        db_table = "erasure"


class Link(models.Model):
    """What a run of the linkage says of two records (LinkRow)."""

    number = models.BigIntegerField(primary_key=True)
    record_a = models.BigIntegerField()
    record_b = models.BigIntegerField()
    run = models.BigIntegerField()
    decision = models.TextField()
    odds = models.BigIntegerField()
    levels = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        """Read by record."""

        db_table = "link"
        indexes = [
            models.Index(fields=["record_a"], name="link_a"),
            models.Index(fields=["record_b"], name="link_b"),
        ]


class Batch(models.Model):
    """A change set (BatchRow)."""

    batch = models.BigAutoField(primary_key=True)
    uuid = models.CharField(max_length=36, unique=True)
    action = models.TextField()
    opened_at = models.TextField()
    actor = models.CharField(max_length=36)
    wrapped_key = models.BinaryField()
    entry = models.BigIntegerField(null=True, unique=True)
    entry_time = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        """One an entry."""

        db_table = "batch"


class Entry(models.Model):
    """One entry of the custody log (EntryRow)."""

    position = models.BigIntegerField(primary_key=True)
    data = models.BinaryField()

    class Meta:
        """Append-only."""

        db_table = "entry"


class Tile(models.Model):
    """Neighbouring hashes of a Merkle tree (TileRow)."""

    id = models.BigAutoField(primary_key=True)
    tree = models.BigIntegerField()
    kind = models.TextField()
    level = models.IntegerField()
    position = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        """One row a tile."""

        db_table = "tile"
        constraints = [
            models.UniqueConstraint(fields=["tree", "kind", "level", "position"], name="tile_place")
        ]


class Checkpoint(models.Model):
    """A signed checkpoint (CheckpointRow)."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()

    class Meta:
        """Append-only."""

        db_table = "checkpoint"


class Job(models.Model):
    """Background work (JobRow)."""

    job = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    parameters = models.TextField()
    state = models.TextField()
    done = models.BigIntegerField()
    total = models.BigIntegerField()
    message = models.TextField()
    worker = models.TextField()
    beat = models.TextField()
    result = models.TextField()
    actor = models.TextField()
    created_at = models.TextField()

    class Meta:
        """Not logged: about the machine, not about evidence."""

        db_table = "job"

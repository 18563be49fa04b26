"""A vocabulary that contradicts itself names file and line; an extension only adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.errors import FileUnreadableError, VocabularyError
from bayyina.model.vocabulary import Vocabulary, check_extension

LABEL = "label: {en: New, ar: جديد}"

FAULTS = {
    "syntax": ("type: [Bad\n", 2, "expected"),
    "tab": ("type: Bad\n\tlabel: x\n", 2, "tab character"),
    "empty": ("# nothing\n", 1, "he file is empty"),
    "not a mapping": ("- a\n- b\n", 1, "not a mapping"),
    "says nothing": ("colour: blue\n", 1, "does not say what it defines"),
    "key twice": (f"type: Bad\n{LABEL}\ntype: Bad\n", 3, "`type` is given twice"),
    "alias of YAML": ("type: &a Bad\nlabel: *a\n", 1, "nchors (&name)"),
    "unknown key": (f"type: Bad\n{LABEL}\nparent: Act\n", 3, "unknown key `parent`"),
    "version": (f"version: 9\nlist: new\n{LABEL}\n", 1, "version"),
    "type name": (f"type: bad_name\n{LABEL}\n", 1, "starts with a capital"),
    "type twice": (f"type: Death\n{LABEL}\n", 1, "already defined in types/Death.yaml, line"),
    "unknown parent": (f"type: Bad\nis: Acts\n{LABEL}\n", 1, "did you mean `Act`?"),
    "cycle of types": (
        f"type: One\nis: Two\n{LABEL}\n---\ntype: Two\nis: One\n{LABEL}\n",
        1,
        "kind of itself: One → Two → One",
    ),
    "no label": ("type: Bad\nis: Act\n", 1, "has no `label`"),
    "label in one language": ("type: Bad\nlabel: {en: New}\n", 2, "lacks the language `ar`"),
    "label in a third language": (
        "type: Bad\nlabel: {en: New, ar: جديد, fr: Nouveau}\n",
        2,
        "unknown key `fr`",
    ),
    "custody": (f"type: Bad\n{LABEL}\ncustody: stop\n", 3, "unknown `custody`: `stop`"),
    "clarifies": (f"type: Bad\n{LABEL}\nclarifies: guilt\n", 3, "can clarify only"),
    "about": (f"type: Bad\nis: Act\n{LABEL}\nabout: date\n", 1, "not one of its links"),
    "type level": (f"type: Bad\n{LABEL}\nlevel: secret\n", 3, "unknown `level`"),
    "type flag": (f"type: Bad\n{LABEL}\nonce: no\n", 3, "`true` or `false`"),
    "huridocs as a number": (f"type: Bad\n{LABEL}\nhuridocs: 30101000000\n", 3, "quoted digits"),
    "property name": (
        f"type: Bad\n{LABEL}\nproperties:\n  Bad Name: {{type: text, {LABEL}}}\n",
        4,
        "small letters",
    ),
    "property type": (
        f"type: Bad\n{LABEL}\nproperties:\n  colour: {{type: string, {LABEL}}}\n",
        4,
        "unknown `type`: `string`",
    ),
    "property without type": (
        f"type: Bad\n{LABEL}\nproperties:\n  colour: {{{LABEL}}}\n",
        4,
        "has no `type`",
    ),
    "property without label": (
        f"type: Bad\n{LABEL}\nproperties:\n  colour: {{type: text}}\n",
        4,
        "has no `label`",
    ),
    "property key": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: text, {LABEL}, lable: x}}\n",
        4,
        "did you mean `label`?",
    ),
    "unknown list": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: term, of: colour, {LABEL}}}\n",
        4,
        "chooses from `colour`, which does not exist",
    ),
    "term without list": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: term, {LABEL}}}\n",
        4,
        "needs the term list",
    ),
    "list of a text": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: text, of: sexes, {LABEL}}}\n",
        4,
        "belongs to properties of the type `term`",
    ),
    "link to nothing": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: link, {LABEL}}}\n",
        4,
        "needs the record types",
    ),
    "link to unknown": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: link, to: Persn, {LABEL}}}\n",
        4,
        "did you mean `Person`?",
    ),
    "target of a text": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: text, to: Person, {LABEL}}}\n",
        4,
        "belongs to properties of the type `link`",
    ),
    "unit of a text": (
        f"type: Bad\n{LABEL}\nproperties:\n  c: {{type: text, unit: years, {LABEL}}}\n",
        4,
        "belongs to properties of the type `quantity`",
    ),
    "refined to another type": (
        f"type: Bad\nis: Act\n{LABEL}\nproperties:\n  date: {{type: text}}\n",
        5,
        "but it inherits `date`",
    ),
    "level lowered": (
        f"type: Bad\nis: Record\n{LABEL}\nproperties:\n  identifier: {{level: public}}\n",
        5,
        "lowers the level",
    ),
    "constraint of an unknown property": (
        f"type: Bad\nis: Act\n{LABEL}\nconstraints:\n  - not_after: [date, datum]\n",
        5,
        "not one of its properties",
    ),
    "constraint between other types": (
        f"type: Bad\nis: Act\n{LABEL}\nconstraints:\n  - at_most: [date, documented_on]\n",
        5,
        "compares the type quantity or number",
    ),
    "constraint of another kind": (
        f"type: Bad\n{LABEL}\nconstraints:\n  - equal: [a, b]\n",
        4,
        "at_most",
    ),
    "list twice": (
        f"list: sexes\n{LABEL}\nterms: {{x: {{{LABEL}}}}}\n",
        1,
        "use `extends: sexes`",
    ),
    "list without terms": (f"list: new\n{LABEL}\n", 1, "has no terms"),
    "term code": (
        f"list: new\n{LABEL}\nterms:\n  Bad Code: {{{LABEL}}}\n",
        4,
        "needs a code of small letters",
    ),
    "term with a reserved code": (
        f"list: new\n{LABEL}\nterms:\n  unrecognised: {{{LABEL}}}\n",
        4,
        "cannot have this code",
    ),
    "term under unknown": (
        f"list: new\n{LABEL}\nterms:\n  one: {{is: two, {LABEL}}}\n",
        4,
        "stands under `two`, which does not exist",
    ),
    "cycle of terms": (
        (
            f"list: new\n{LABEL}\nterms:\n  one: {{is: two, {LABEL}}}\n"
            "  two: {is: one, label: {en: Other, ar: آخر}}\n"
        ),
        4,
        "under itself: one → two → one",
    ),
    "ambiguous label": (
        (
            f"list: new\n{LABEL}\nterms:\n  one: {{label: {{en: Same, ar: واحد}}}}\n"
            "  two: {label: {en: SAME, ar: اثنان}}\n"
        ),
        5,
        "is written like `one`",
    ),
    "more terms than stated": (
        (
            f"list: new\n{LABEL}\nterms:\n  one: {{stated_count: 0, {LABEL}}}\n"
            "  two: {is: one, label: {en: Two, ar: اثنان}}\n"
        ),
        4,
        "has 1 narrower terms",
    ),
    "term that is nothing": (f"list: new\n{LABEL}\nterms:\n  one:\n", 4, "nothing under `one`"),
    "group validity inverted": (
        (
            f"groups:\n  new:\n    {LABEL}\n    kind: state\n    valid_from: 2024-12-08\n"
            "    valid_to: 2011-03-15\n"
        ),
        6,
        "ends before it begins",
    ),
    "group day": (
        f"groups:\n  new:\n    {LABEL}\n    kind: state\n    valid_to: 2024-13-08\n",
        5,
        "needs a day such as",
    ),
    "group parent": (
        f"groups:\n  new: {{{LABEL}, kind: state, parent: mid-9}}\n",
        2,
        "stands under `mid-9`",
    ),
    "cycle of groups": (
        (
            f"groups:\n  one: {{{LABEL}, kind: state, parent: two}}\n"
            "  two: {label: {en: Two, ar: اثنان}, kind: state, parent: one}\n"
        ),
        2,
        "under itself",
    ),
    "group kind": (f"groups:\n  new: {{{LABEL}, kind: gang}}\n", 2, "unknown `kind`: `gang`"),
    "group without kind": (f"groups:\n  new: {{{LABEL}}}\n", 2, "has no `kind`"),
    "group twice": (
        f"groups:\n  isis: {{{LABEL}, kind: non_state}}\n",
        2,
        "already defined in groups/parties.yaml, line",
    ),
    "group written like another": (
        "groups:\n  new: {label: {en: Daesh, ar: جديد}, kind: non_state}\n",
        2,
        "is written like `isis`",
    ),
    "branch number twice": (
        f"groups:\n  new: {{{LABEL}, kind: state, number: '215'}}\n",
        2,
        "is written like `mid-215`",
    ),
    "facility kind": (
        f"facilities:\n  new: {{{LABEL}, kind: castle}}\n",
        2,
        "not a term of `facility_kinds`",
    ),
    "facility group": (
        f"facilities:\n  new: {{{LABEL}, kind: prison, group: mid-9}}\n",
        2,
        "which is not a group",
    ),
    "unit of unknown": (
        (
            "units:\n  horses:\n    record: Horse\n    label: {en: {one: horse, other: horses}, "
            "ar: {one: أ, two: ب, few: ج, many: د, other: ه}}\n"
        ),
        2,
        "counts `Horse`",
    ),
    "unit filter": (
        (
            "units:\n  horses:\n    record: Document\n    where: {kind: horse}\n"
            "    label: {en: {one: horse, other: horses}, "
            "ar: {one: أ, two: ب, few: ج, many: د, other: ه}}\n"
        ),
        2,
        "not a term of `document_kinds`",
    ),
    "unit plural": (
        (
            "units:\n  horses:\n    record: Document\n"
            "    label: {en: {one: horse, other: horses}, ar: {one: أ, other: ه}}\n"
        ),
        4,
        "lacks the plural forms two, few, many",
    ),
    "extends unknown": ("extends: torture_method\n", 1, "did you mean `torture_methods`?"),
    "extension redefines a term": (
        f"extends: sexes\nterms:\n  male: {{{LABEL}}}\n",
        3,
        "already defined in lists/sexes.yaml, line",
    ),
    "extension redefines a property": (
        f"extends: Death\nproperties:\n  manner: {{type: text, {LABEL}}}\n",
        3,
        "may not redefine any",
    ),
    "extension redefines an inherited property": (
        f"extends: Death\nproperties:\n  date: {{type: text, {LABEL}}}\n",
        3,
        "already defined in types/Act.yaml, line",
    ),
    "extension redefines a property beneath": (
        f"extends: Act\nproperties:\n  manner: {{type: text, {LABEL}}}\n",
        3,
        "already defined in types/Death.yaml, line",
    ),
    "extension deletes": ("extends: sexes\ndelete: [male]\n", 2, "unknown key `delete`"),
    "extension spells what is not there": (
        "extends: sexes\naliases:\n  other: {en: [o]}\n",
        2,
        "which it does not have",
    ),
    "extension spells ambiguously": (
        "extends: sexes\naliases:\n  male: {en: [female]}\n",
        3,
        "is written like `female`",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_names_file_and_line(name: str, tmp_path: Path) -> None:
    text, line, words = FAULTS[name]
    path = tmp_path / "wrong.vocabulary.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.load([path])
    findings = check_extension(path)
    assert (line, True) in [(found.line, words in found.message) for found in findings], findings
    assert caught.value.message.startswith(f"{path}, line ")
    assert caught.value.exit_status == 2


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.vocabulary.yaml"
    path.write_text("extends: sexes\nterms:\n  a: {}\n  b: {}\n  c: {}\n", encoding="utf-8")
    assert [found.line for found in check_extension(path)] == [3, 4, 5]
    with pytest.raises(VocabularyError) as caught:
        Vocabulary.load([path])
    assert "2 more faults" in caught.value.hint


EXTENSION = """
version: 1
extends: torture_methods
terms:
  wet_blanket:
    is: physical
    label: {en: Wet blanket, ar: البطانية المبللة}
    aliases: {en: [soaked blanket]}
aliases:
  falaqa: {en: [bastinado], ar: [الفلكة]}
---
extends: Person
properties:
  tribe: {type: text, label: {en: Tribe, ar: العشيرة}, level: restricted}
---
extends: groups
aliases:
  sdf: {ar: [قوات سوريا الديموقراطية]}
---
groups:
  brigade-9: {label: {en: Brigade 9, ar: اللواء التاسع}, kind: state, parent: syrian-army}
---
list: weather
label: {en: Weather, ar: الطقس}
terms:
  rain: {label: {en: Rain, ar: مطر}}
---
type: Interrogation
is: Act
label: {en: Interrogation, ar: استجواب}
properties:
  weather: {type: term, of: weather, label: {en: Weather, ar: الطقس}}
---
units:
  interrogations:
    record: Interrogation
    label: {en: {one: interrogation, other: interrogations},
            ar: {one: استجواب, two: استجوابان, few: استجوابات, many: استجواباً, other: استجواب}}
"""


def test_an_extension_adds_terms_spellings_properties_types_groups_and_units(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ours.vocabulary.yaml"
    path.write_text(EXTENSION, encoding="utf-8")
    assert check_extension(path) == []
    shipped, extended = Vocabulary.load(), Vocabulary.load([path])
    methods = extended.term_lists["torture_methods"]
    assert methods.read("Soaked blanket") == "wet_blanket"
    assert methods.is_within("wet_blanket", "physical")
    assert methods.read("bastinado") == methods.read("الفلكة") == "falaqa"
    assert extended.types["Person"].properties["tribe"].level == "restricted"
    assert extended.read_group("قوات سوريا الديموقراطية") == "sdf"
    assert extended.is_group_within("brigade-9", "syrian-government-to-2024")
    assert extended.types["Interrogation"].properties["victim"].to == ("Person",)
    assert extended.units["interrogations"].record == "Interrogation"
    assert extended.digest != shipped.digest
    assert Vocabulary.load([path]).digest == extended.digest
    assert shipped.term_lists["torture_methods"].read("bastinado") is None
    assert "tribe" not in shipped.types["Person"].properties


def test_extensions_see_those_before_them(tmp_path: Path) -> None:
    first, second = tmp_path / "1.vocabulary.yaml", tmp_path / "2.vocabulary.yaml"
    first.write_text(f"list: weather\n{LABEL}\nterms: {{rain: {{{LABEL}}}}}\n", encoding="utf-8")
    second.write_text(
        "extends: weather\nterms: {sun: {label: {en: Sun, ar: شمس}}}\n", encoding="utf-8"
    )
    assert set(Vocabulary.load([first, second]).term_lists["weather"].terms) == {"rain", "sun"}
    with pytest.raises(VocabularyError, match="extends `weather`"):
        Vocabulary.load([second, first])


def test_a_file_that_is_not_there_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match=r"none\.yaml cannot be read"):
        Vocabulary.load([tmp_path / "none.yaml"])
    path = tmp_path / "latin.yaml"
    path.write_bytes("# caf\n# é\n".encode("latin-1"))
    with pytest.raises(FileUnreadableError, match="line 2: this is not UTF-8"):
        check_extension(path)

"""The shipped vocabulary: complete, in both languages, and what its questions answer."""

from __future__ import annotations

import csv
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import LANGUAGES, LEVELS, PROPERTY_TYPES, Vocabulary
from bayyina.model.vocabulary.loading import FOLDERS, SHIPPED, load_parts, parse

DESIGN_TYPES = (
    "Person",
    "Relationship",
    "AnteMortemProfile",
    "FamilyContact",
    "Arrest",
    "Detention",
    "Transfer",
    "Sighting",
    "ReportedDisappearance",
    "Torture",
    "Death",
    "Sentence",
    "Commutation",
    "Execution",
    "Release",
    "DeathRegistration",
    "FamilyNotification",
    "Burial",
    "Exhumation",
    "Relocation",
    "Handover",
    "SiteDisturbance",
    "Involvement",
    "Group",
    "Place",
    "Facility",
    "Site",
    "Source",
    "Testimony",
    "Consent",
    "Task",
    "EvidenceItem",
    "Document",
    "DocumentExamination",
    "CertificateMatch",
    "PhotographedBody",
    "HumanRemains",
    "SampleReference",
    "Identification",
    "ClinicalEvaluation",
    "Proceeding",
    "Warrant",
    "Order",
    "Measure",
    "Claim",
)
ABSTRACT_TYPES = {"Record", "Act"}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load()


def test_every_type_of_the_design_is_there_and_no_other(vocabulary: Vocabulary) -> None:
    concrete = {name for name, kind in vocabulary.types.items() if not kind.abstract}
    assert concrete == set(DESIGN_TYPES)
    assert set(vocabulary.types) - concrete == ABSTRACT_TYPES


def test_each_type_has_a_file_of_its_own_with_the_reason(vocabulary: Vocabulary) -> None:
    for name in vocabulary.types:
        text = (SHIPPED / "types" / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# why: ")
    for name in vocabulary.term_lists:
        text = (SHIPPED / "lists" / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# why: ")


def test_everything_has_a_label_in_both_languages(vocabulary: Vocabulary) -> None:
    labels = [kind.label for kind in vocabulary.types.values()]
    labels += [p.label for kind in vocabulary.types.values() for p in kind.properties.values()]
    labels += [terms.title for terms in vocabulary.term_lists.values()]
    labels += [t.label for terms in vocabulary.term_lists.values() for t in terms.terms.values()]
    labels += [group.label for group in vocabulary.groups.values()]
    labels += [facility.label for facility in vocabulary.facilities.values()]
    assert len(labels) > 1000
    for label in labels:
        assert set(label) == set(LANGUAGES)
        assert label["en"].strip() == label["en"] != ""
        assert any("\u0600" <= letter <= "\u06ff" for letter in label["ar"]), label
        assert any(letter.isascii() and letter.isalpha() for letter in label["en"]), label


def test_units_have_every_plural_form(vocabulary: Vocabulary) -> None:
    for unit in vocabulary.units.values():
        assert set(unit.label["en"]) == {"one", "other"}
        assert set(unit.label["ar"]) == {"one", "two", "few", "many", "other"}
    persons = vocabulary.units["persons"]
    assert [persons.noun(n, "en") for n in (0, 1, 2)] == ["persons", "person", "persons"]
    nouns = [persons.noun(n, "ar") for n in (0, 1, 2, 3, 10, 11, 99, 100, 103, 111)]
    assert nouns == [
        "شخص",
        "شخص",
        "شخصان",
        "أشخاص",
        "أشخاص",
        "شخصاً",
        "شخصاً",
        "شخص",
        "أشخاص",
        "شخصاً",
    ]


def test_properties_are_of_known_types_and_levels(vocabulary: Vocabulary) -> None:
    for kind in vocabulary.types.values():
        for prop in kind.properties.values():
            assert prop.type in PROPERTY_TYPES
            assert prop.level in LEVELS
            assert (prop.of is not None) == (prop.type == "term")
            assert bool(prop.to) == (prop.type == "link")


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "Person",
            (
                "name name.given name.father name.grandfather name.family name.mother name.kunya "
                "name.nickname sex birth_date age birth_place identifier nationality occupation "
                "marital_status category register_place register_number note"
            ),
        ),
        ("Death", "victim date place facility by age age_class documented_on note"),
        ("Death", "manner stated_cause"),
        ("Arrest", "acknowledged"),
        ("Detention", "last_confirmed"),
        ("ReportedDisappearance", "information_refused denied"),
        ("Torture", "methods"),
        ("Sentence", "court penalty outcome"),
        ("Identification", "body person state basis"),
        ("Document", "kind about signed_by received_on family_notified"),
        ("PhotographedBody", "body_number branch_number examination_number branch photographs"),
        ("Site", "kind state place position person_count exhumed_count identified_count"),
        ("Source", "name origin released_on list_name"),
    ],
)
def test_names_that_others_rely_on(vocabulary: Vocabulary, kind: str, names: str) -> None:
    assert set(names.split()) <= set(vocabulary.types[kind].properties)


def test_acts_say_what_they_do_to_custody(vocabulary: Vocabulary) -> None:
    effects = {name: kind.custody for name, kind in vocabulary.types.items() if kind.custody}
    assert effects == {
        "Arrest": "start",
        "Detention": "start",
        "Transfer": "start",
        "Release": "end",
        "Death": "end",
        "Execution": "end",
    }
    assert {name for name, kind in vocabulary.types.items() if kind.once} == {
        "Death",
        "Execution",
    }
    clarifying = {name: set(kind.clarifies) for name, kind in vocabulary.types.items()}
    assert clarifying["Release"] == {"fate", "whereabouts"}
    assert clarifying["DeathRegistration"] == set()  # a registry entry clarifies nothing
    assert clarifying["Sighting"] == set()


def test_identities_and_contacts_are_sealed(vocabulary: Vocabulary) -> None:
    def level(kind: str, name: str) -> str:
        return vocabulary.types[kind].properties[name].level

    assert level("Source", "identity") == level("Source", "contact") == "sealed"
    assert level("Testimony", "witness") == level("Testimony", "interviewer") == "sealed"
    assert level("Sighting", "witness") == "sealed"
    own = vocabulary.types["FamilyContact"].own_properties
    assert {level("FamilyContact", name) for name in own} == {"sealed"}
    assert level("Person", "identifier") == "restricted"


def test_sexual_violence_is_sealed_by_its_terms(vocabulary: Vocabulary) -> None:
    methods = vocabulary.types["Torture"].properties["methods"]
    assert vocabulary.level_of(methods, "falaqa") == "internal"
    assert vocabulary.level_of(methods, "rape") == "sealed"
    assert vocabulary.level_of(methods, "sexual_violence") == "sealed"
    note = vocabulary.types["Torture"].properties["note"]
    assert vocabulary.level_of(note, "rape") == "internal"


def test_the_eight_types_of_torture_carry_the_numbers_of_the_source(
    vocabulary: Vocabulary,
) -> None:
    methods = vocabulary.term_lists["torture_methods"]
    top = {code: t.stated_count for code, t in methods.terms.items() if t.parent is None}
    assert top == {
        "physical": 41,
        "medical_negligence_and_imprisonment_conditions": 6,
        "sexual_violence": 8,
        "psychological_and_degradation": 11,
        "labor": None,
        "military_hospitals": 11,
        "dissociation": None,
        "stages_of_execution": 4,
    }
    assert sum(count or 0 for count in top.values()) == 81  # of the 83 that it says there are
    assert all(t.uncertain for t in methods.terms.values() if t.parent is not None)


def test_a_serviceman_is_who_the_source_says(vocabulary: Vocabulary) -> None:
    definition = vocabulary.term_lists["person_categories"].terms["serviceman"].definition
    assert definition is not None
    assert "defected or deserted" in definition["en"]
    assert "joined an armed opposition faction" in definition["en"]


def test_groups_have_dates_and_parents(vocabulary: Vocabulary) -> None:
    old = vocabulary.groups["syrian-government-to-2024"]
    new = vocabulary.groups["syrian-authorities-from-2024"]
    assert (old.kind, old.valid_to) == ("state", "2024-12-08")
    assert (new.kind, new.valid_from) == ("state", "2024-12-08")
    directorates = {
        code
        for code in ("military-intelligence", "air-force-intelligence", "general-intelligence")
        if vocabulary.groups[code].parent == old.code
    } | {"political-security"}
    assert len(directorates) == 4
    assert vocabulary.is_group_within("mid-215", "military-intelligence")
    assert vocabulary.is_group_within("mid-215", old.code)
    assert not vocabulary.is_group_within("mid-215", new.code)
    assert not vocabulary.is_group_within("sdf", old.code)
    assert not vocabulary.is_group_within("no-such-group", old.code)
    assert "mid-215" in vocabulary.groups_within(old.code)
    assert {vocabulary.group_kind(code) for code in ("sdf", "isis", "hts", "opposition-sna")} == {
        "non_state"
    }
    assert vocabulary.group_kind("unidentified") == "unknown"
    assert vocabulary.group_kind("russian-forces") == "state"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("syrian-government-to-2024", "syrian-government-to-2024"),
        ("Syrian Regime Forces", "syrian-government-to-2024"),
        ("قوّات النظام السوري", "syrian-government-to-2024"),
        ("SDF", "sdf"),
        ("قوات سوريا الديموقراطية", None),
        ("داعش", "isis"),
        ("Branch 215", "mid-215"),
        ("٢١٥", "mid-215"),
        ("الفرع 251", "gid-251"),
        ("al-Khatib", "gid-251"),
        ("فرع فلسطين", "mid-235"),
        ("nobody in particular", None),
        ("", None),
    ],
)
def test_groups_are_read_in_both_languages(
    vocabulary: Vocabulary, text: str, code: str | None
) -> None:
    assert vocabulary.read_group(text) == code


def test_terms_are_read_by_code_label_or_alias(vocabulary: Vocabulary) -> None:
    manners = vocabulary.term_lists["manners_of_death"]
    for text in ("torture", "Torture", "UNDER TORTURE", "تعذيب", "التعذيب", "تحت التّعذيب"):
        assert manners.read(text) == "torture"
    assert manners.read("إعدام ميداني") == "summary_execution"
    assert manners.is_within("summary_execution", "execution")
    assert manners.ancestors("summary_execution") == ("execution",)
    assert manners.read("heart attack") is None
    assert manners.label("torture", "ar") == "تعذيب"
    assert manners.label("not-there", "en") == "not-there"


def test_facilities_stand_under_groups(vocabulary: Vocabulary) -> None:
    assert vocabulary.read_facility("Saydnaya") == "sednaya-prison"
    assert vocabulary.read_facility("صيدنايا") == "sednaya-prison"
    group = vocabulary.facilities["sednaya-prison"].group
    assert group is not None
    assert vocabulary.is_group_within(group, "syrian-government-to-2024")


def test_facilities_lie_in_places_of_the_gazetteer(vocabulary: Vocabulary) -> None:
    gazetteer = Gazetteer.load()
    places = {code: f.place for code, f in vocabulary.facilities.items() if f.place is not None}
    assert places["sednaya-prison"] == "SY030401"
    assert all(gazetteer.get(place) is not None for place in places.values()), places


def test_labels_of_values(vocabulary: Vocabulary) -> None:
    death = vocabulary.types["Death"].properties
    assert vocabulary.label_of(death["manner"], "torture", "ar") == "تعذيب"
    assert vocabulary.label_of(death["by"], "isis", "en") == "ISIS"
    assert vocabulary.label_of(death["facility"], "sednaya-prison", "en") == "Sednaya prison"
    assert vocabulary.label_of(death["facility"], "a cellar", "en") == "a cellar"
    assert vocabulary.label_of(death["stated_cause"], "verbatim", "en") == "verbatim"


def test_kinds_and_links(vocabulary: Vocabulary) -> None:
    acts = vocabulary.kinds_of("Act")
    assert "Death" in acts
    assert "Identification" in acts
    assert "Person" not in acts
    assert "Act" not in acts
    assert vocabulary.types["Death"].is_a("Record")
    assert vocabulary.types["Identification"].links_to("PhotographedBody") == ("body",)
    assert vocabulary.types["Death"].about == "victim"
    assert vocabulary.types["Identification"].about == "body"


def test_site_counts_are_constrained(vocabulary: Vocabulary) -> None:
    pairs = {(c.kind, c.properties) for c in vocabulary.types["Site"].constraints}
    assert ("at_most", ("exhumed_count", "person_count")) in pairs
    assert ("at_most", ("identified_count", "exhumed_count")) in pairs
    inherited = {c.properties for c in vocabulary.types["Detention"].constraints}
    assert ("date", "last_confirmed") in inherited


def test_units_count_what_they_name(vocabulary: Vocabulary) -> None:
    units = {name: (unit.record, dict(unit.filter)) for name, unit in vocabulary.units.items()}
    assert units["persons"] == ("Person", {})
    assert units["certificates"] == ("Document", {"kind": "death_certificate"})
    assert units["bodies"] == ("PhotographedBody", {})
    assert units["photographs"] == ("EvidenceItem", {"kind": "photograph"})
    for name in ("deaths", "arrests", "sentences", "documents", "sites", "sources", "releases"):
        assert name in units


def test_loading_is_cached() -> None:
    assert Vocabulary.load().types is Vocabulary.load().types


def test_the_digest_is_the_same_in_every_process(vocabulary: Vocabulary) -> None:
    script = "from bayyina.model.vocabulary import Vocabulary; print(Vocabulary.load().digest)"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        found = subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        assert found.stdout.strip() == vocabulary.digest


def test_the_digest_depends_on_content_and_not_on_files(
    vocabulary: Vocabulary, tmp_path: Path
) -> None:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
        texts = [
            path.read_text(encoding="utf-8") for path in sorted((SHIPPED / folder).glob("*.yaml"))
        ]
        merged = "\n---\n".join(texts)
        (tmp_path / folder / "all.yaml").write_text(f"# moved\n{merged}", encoding="utf-8")
    assert _vocabulary_of(tmp_path).digest == vocabulary.digest
    units = tmp_path / "units" / "all.yaml"
    changed = units.read_text(encoding="utf-8").replace("one: person,", "one: human being,")
    units.write_text(changed, encoding="utf-8")
    parse.cache_clear()
    assert _vocabulary_of(tmp_path).digest != vocabulary.digest


def _vocabulary_of(folder: Path) -> Vocabulary:
    parts = load_parts(shipped=folder)
    return Vocabulary(
        parts.types,
        parts.term_lists,
        parts.groups,
        parts.facilities,
        parts.units,
        parts.group_index,
        parts.facility_index,
    )


def test_it_can_be_handed_to_another_process(vocabulary: Vocabulary) -> None:
    copy = pickle.loads(pickle.dumps(vocabulary))  # noqa: S301 - our own bytes
    assert copy.digest == vocabulary.digest
    assert copy.read_group("Branch 215") == "mid-215"


def test_huridocs_codes_are_of_the_lists_they_name(vocabulary: Vocabulary, test_data: Path) -> None:
    folder = test_data / "records" / "huridocs_microthesauri"
    codes: dict[int, set[str]] = {}
    with (folder / "huridocs_microthesauri_terms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            codes.setdefault(int(row["list_code"]), set()).add(row["huri_code"])
    with (folder / "huridocs_data_dictionary.csv").open(encoding="utf-8", newline="") as file:
        fields = {row["field_number"] for row in csv.DictReader(file)}
    for terms in vocabulary.term_lists.values():
        for term in terms.terms.values():
            if term.huridocs is not None:
                assert terms.huridocs_list is not None, terms.name
                assert term.huridocs in codes[terms.huridocs_list], (terms.name, term.code)
    for group in vocabulary.groups.values():
        assert group.huridocs is None or group.huridocs in codes[24], group.code
    types_of_acts, records = codes[4], fields
    for kind in vocabulary.types.values():
        assert kind.huridocs is None or kind.huridocs in types_of_acts | records, kind.name
        for prop in kind.properties.values():
            assert prop.huridocs is None or prop.huridocs in fields, (kind.name, prop.name)

"""Persons found in the loaded exports: spelling and class come from there, a homonym is never chosen."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from diagnostics import intake, school
from diagnostics.intake.lookup import known_as
from diagnostics.intake.message import Message
from diagnostics.model import Export, Identity, Kind, Loaded, Origin, Person, Profile, Record, Relation
from diagnostics.school import School
from diagnostics.settings import Settings

NOW = datetime(2026, 9, 14, 10)


def record(
    export: str, line: int, surname: str, given: str, profile: Profile, division: str = "", **ids: str
) -> Record:
    return Record(
        origin=Origin(export, line),
        profile=profile,
        surname=surname,
        given_names=given,
        division=division,
        ids=ids,
        birth_date="2012-03-0" + str(line % 9 + 1) if profile is Profile.ELEVE else "",
    )


def export(name: str, kind: Kind, records: list[Record], relations: list[Relation] | None = None) -> Export:
    return Export(
        id=name,
        file=f"{name}.csv",
        kind=kind,
        records=tuple(records),
        relations=tuple(relations or ()),
        records_read=len(records),
        records_kept=len(records),
        made_on="2026-09-03",
    )


def identity(number: int, surname: str, given: str, profile: Profile = Profile.ELEVE, division: str = "") -> Identity:
    one = record("siecle", number, surname, given, profile, division)
    return Identity(
        id=f"i{number}",
        profile=profile,
        surname=surname,
        given_names=given,
        birth_date=one.birth_date,
        division=division,
        records=(one,),
    )


PUPILS = (
    identity(1, "KERVELLA", "Maëlys", division="4A"),
    identity(2, "MARTIN", "Lucas", division="5B"),
    identity(3, "MARTIN", "Lucas", division="3C"),
    identity(4, "OUATTARA", "Awa", division="6D"),
    identity(5, "KERVELLA", "Yann", Profile.PARENT),
)


@pytest.mark.parametrize(
    "person",
    [
        Person(surname="Kervella", given_names="Maelys"),
        Person(surname="Maëlys", given_names="Kervella"),
        Person(surname="kervela", given_names="maelys"),
        Person(surname="K.", given_names="Maëlys", profile=Profile.ELEVE, division="4A"),
        Person(given_names="Maëlys", profile=Profile.ELEVE, division="4e A"),
    ],
)
def test_a_person_is_found_whatever_the_order_and_spelling(person: Person) -> None:
    known, doubts = known_as(person, PUPILS)
    assert known.identity == "i1"
    assert (known.surname, known.given_names, known.profile) == ("KERVELLA", "Maëlys", Profile.ELEVE)
    assert doubts == ()


def test_a_homonym_is_never_chosen() -> None:
    known, doubts = known_as(Person(surname="Martin", given_names="Lucas"), PUPILS)
    assert known.identity == ""
    assert {one.id for one in doubts} == {"i2", "i3"}


def test_the_class_tells_homonyms_apart() -> None:
    known, doubts = known_as(
        Person(surname="Martin", given_names="Lucas", profile=Profile.ELEVE, division="3C"), PUPILS
    )
    assert known.identity == "i3"
    assert doubts == ()


def test_a_parent_is_never_taken_for_a_pupil() -> None:
    known, _ = known_as(Person(surname="Kervella", profile=Profile.PARENT), PUPILS)
    assert known.identity == "i5"
    assert known_as(Person(surname="Ouattara", given_names="Awa", profile=Profile.ENSEIGNANT), PUPILS)[0].identity == ""


def test_a_given_name_alone_names_nobody() -> None:
    known, doubts = known_as(Person(given_names="Awa"), PUPILS)
    assert known.identity == ""
    assert len(doubts) <= 1


@pytest.fixture(scope="module")
def loaded() -> School:
    pupils = [
        record("siecle", 2, "KERVELLA", "Maëlys", Profile.ELEVE, "4A", eleve_id="11"),
        record("siecle", 3, "OUATTARA", "Awa", Profile.ELEVE, "6D", eleve_id="12"),
        record("siecle", 4, "BELLEC", "Tom", Profile.ELEVE, "5B", eleve_id="13"),
    ]
    parents = [
        record("resp", 2, "BELLEC", "Karim", Profile.PARENT, personne_id="91"),
        record("resp", 3, "BELLEC", "Karim", Profile.PARENT, personne_id="92"),
    ]
    parents.append(record("resp", 5, "ROSEL", "Antonio", Profile.PARENT, personne_id="95"))
    accounts = [
        record("ent", 2, "KERVELLA", "Maëlys", Profile.ELEVE, "4A", eleve_id="11", uid="u1", idpn="7"),
        record("ent", 4, "BELLEC", "Tom", Profile.ELEVE, "5B", eleve_id="13", uid="u3"),
    ]
    tie = Relation(
        pupil=("eleve_id", "13"),
        guardian=("personne_id", "92"),
        level="legal",
        kinship="20",
        origin=Origin("resp", 3),
    )
    step = Relation(
        pupil=("eleve_id", "13"),
        guardian=("personne_id", "95"),
        level="legal",
        kinship="38",
        origin=Origin("resp", 5),
    )
    exports = (
        export("siecle", Kind.SIECLE_ELEVES, pupils),
        export("resp", Kind.SIECLE_RESPONSABLES, parents, [tie, step]),
        export("ent", Kind.ENT_ANNUAIRE, accounts),
    )
    return school.analyse(Loaded(exports=exports), settings=Settings(), decisions={}, now=NOW)


def cut(text: str, where: School | None) -> Message:
    return intake.split(intake.read(text.encode(), name="message"), school=where, settings=Settings(), now=NOW)


def test_the_exports_complete_what_the_message_says(loaded: School) -> None:
    (incident,) = cut("kervella maelys ne passe pas de l'ENT à Pronote", loaded).incidents
    (person,) = incident.persons
    assert (person.surname, person.given_names, person.division) == ("KERVELLA", "Maëlys", "4A")
    assert person.identity


def test_without_exports_the_text_is_enough(loaded: School) -> None:
    text = "Maëlys Kervella (4A) ne passe pas de l'ENT à Pronote"
    alone, known = cut(text, None), cut(text, loaded)
    assert [one.category for one in alone.incidents] == [one.category for one in known.incidents]
    assert alone.incidents[0].persons[0].identity == ""


def test_the_data_contradict_a_symptom(loaded: School) -> None:
    message = cut("Maëlys Kervella (4A) n'existe pas dans l'annuaire de l'ENT", loaded)
    (incident,) = message.incidents
    assert incident.category == "ANN-01"
    said = message.findings[incident.id]
    assert any(link == "contredit" and "ent.csv" in why for _, link, why in said)


def test_the_finding_that_explains_the_symptom_is_tied_to_it(loaded: School) -> None:
    message = cut("Awa Ouattara (6D) n'existe pas dans l'annuaire de l'ENT", loaded)
    (incident,) = message.incidents
    finding = next((one for one in loaded.findings if one.id == incident.finding), None)
    assert finding is not None
    assert finding.category == incident.category


def test_a_known_child_tells_which_homonymous_parent_is_meant(loaded: School) -> None:
    text = "M. Karim Bellec (papa de Tom Bellec, 5B) a perdu son mot de passe EduConnect"
    (incident,) = cut(text, loaded).incidents
    father = next(person for person in incident.persons if person.given_names == "Karim")
    assert father.identity
    ids = [one.ids for one in loaded.identity_of[father.identity].records]
    assert {"personne_id": "92"} in ids


def test_a_homonym_is_asked_about(loaded: School) -> None:
    message = cut("M. Karim Bellec (parent) a perdu son mot de passe EduConnect", loaded)
    (incident,) = message.incidents
    assert incident.persons[0].identity == ""
    assert any("Karim Bellec" in question for question in incident.missing)
    assert len(message.homonyms["Karim Bellec"]) == 2


def test_the_guardian_spoken_of_by_the_childs_name_is_looked_up(loaded: School) -> None:
    (incident,) = cut("Le père de Tom Bellec (5B) a perdu son mot de passe EduConnect", loaded).incidents
    father = next(person for person in incident.persons if person.profile is Profile.PARENT)
    assert (father.surname, father.given_names) == ("BELLEC", "Karim")
    ids = [one.ids for one in loaded.identity_of[father.identity].records]
    assert {"personne_id": "92"} in ids
    (other,) = cut("La mère de Tom Bellec (5B) a perdu son mot de passe EduConnect", loaded).incidents
    assert [person.surname for person in other.persons if person.profile is Profile.PARENT] == [""]


def test_a_name_with_a_slip_in_small_letters_is_found(loaded: School) -> None:
    (incident,) = cut("ouatara awa 6D ne passe pas de l'ENT à Pronote", loaded).incidents
    assert [person.surname for person in incident.persons] == ["OUATTARA"]


def test_somebody_of_whom_no_export_says_anything_is_said_to_be_unknown(loaded: School) -> None:
    message = cut("Margaux Perrot (5A) ne passe pas de l'ENT à Pronote", loaded)
    (incident,) = message.incidents
    assert any("Aucune fiche au nom de" in why for _, _, why in message.findings[incident.id])


def test_a_name_of_use_is_shown_as_the_message_writes_it() -> None:
    one = identity(11, "MARCHAND", "Hélène", Profile.ENSEIGNANT)
    known = msgspec.structs.replace(one, records=(msgspec.structs.replace(one.records[0], usage_name="BARSAC"),))
    found, _ = known_as(Person(surname="Barsac", given_names="Hélène"), (known,))
    assert (found.surname, found.identity) == ("BARSAC", "i11")


def test_the_title_before_a_surname_excludes_the_other_sex() -> None:
    both = (identity(12, "VALNAC", "Philippe", Profile.PARENT), identity(13, "VALNAC", "Christine", Profile.PARENT))
    assert known_as(Person(surname="Valnac"), both)[0].identity == ""
    assert known_as(Person(surname="Valnac", profile=Profile.PARENT), both, sex="M")[0].identity == "i12"


def test_candidates_of_two_exports_that_show_as_many_are_all_proposed() -> None:
    def seen(number: int, name: str) -> Identity:
        one = identity(number, "VALNAC", "Philippe", Profile.PARENT)
        return msgspec.structs.replace(
            one, records=(msgspec.structs.replace(one.records[0], origin=Origin(name, number)),)
        )

    four = (seen(21, "siecle"), seen(22, "siecle"), seen(23, "educonnect"), seen(24, "educonnect"))
    person, doubts = known_as(Person(surname="Valnac", given_names="Philippe"), four)
    assert not person.identity
    assert {one.id for one in doubts} == {"i21", "i22", "i23", "i24"}


def test_a_child_of_another_surname_is_found_by_the_guardian_who_is_named(loaded: School) -> None:
    (incident,) = cut("M. Rosel n'a qu'un enfant sur EduConnect : Léa, pas Tom.", loaded).incidents
    assert {("BELLEC", "Tom"), ("ROSEL", "Antonio")} <= {(one.surname, one.given_names) for one in incident.persons}
    assert all(one.surname != "BELLEC" for one in incident.persons if one.given_names == "Léa")

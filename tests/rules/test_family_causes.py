"""Two sheets of one guardian: which cause is told."""

from __future__ import annotations

import msgspec
from clean_school import changed, of, records, same, with_records

from diagnostics.model import Export, Kind, Profile, Record
from diagnostics.school import School


def second_sheet(**facts: str) -> tuple[Record, School]:
    """A mother's sheet made again for a newcomer of 6e who bears the elder's surname."""
    pupils = {r.ids["eleve_id"]: r for r in records(Kind.SIECLE_ELEVES, Profile.ELEVE) if r.division[:1] in "345"}
    guardians = {r.ids["personne_id"]: r for r in of(Kind.SIECLE_RESPONSABLES).records}
    tie = next(
        t
        for t in of(Kind.SIECLE_RESPONSABLES).relations
        if t.level == "legal"
        and t.pupil[1] in pupils
        and guardians[t.guardian[1]].extra.get("mail")
        and guardians[t.guardian[1]].extra.get("phone")
        and guardians[t.guardian[1]].extra.get("address")
        and [u.guardian for u in of(Kind.SIECLE_RESPONSABLES).relations].count(t.guardian) == 1
    )
    elder, mother = pupils[tie.pupil[1]], guardians[tie.guardian[1]]
    division = next(r.division for r in records(Kind.SIECLE_ELEVES, Profile.ELEVE) if r.division.startswith("6"))
    newcomer = msgspec.structs.replace(
        elder,
        origin=msgspec.structs.replace(elder.origin, line=99_100),
        given_names="Ysoline",
        birth_date="2015-02-03",
        division=division,
        groups=(),
        ids={"eleve_id": "7654321", "ine": "123456780ZZ"},
    )
    again = msgspec.structs.replace(
        mother,
        origin=msgspec.structs.replace(mother.origin, line=99_101),
        ids={"personne_id": "7654322"},
        extra={**mother.extra, **facts},
    )

    def tied(export: Export) -> Export:
        more = msgspec.structs.replace(tie, pupil=(tie.pupil[0], "7654321"), guardian=(tie.guardian[0], "7654322"))
        export = with_records(same, [again])(export)
        return msgspec.structs.replace(export, relations=(*export.relations, more))

    school = changed((Kind.SIECLE_ELEVES, with_records(same, [newcomer])), (Kind.SIECLE_RESPONSABLES, tied))
    return mother, school


def test_one_address_and_a_sibling_who_arrives_are_enough_beside_the_name() -> None:
    mother, school = second_sheet(phone="0700000001", mail="autre@exemple.invalid")
    found = next(f for f in school.findings if f.category == "SIE-02")
    assert {p.surname for p in found.persons} == {mother.surname}
    assert "différents" in found.cause


def test_an_identical_second_sheet_is_not_said_to_differ() -> None:
    _, school = second_sheet()
    found = next(f for f in school.findings if f.category == "SIE-02")
    assert "à l'identique" in found.cause

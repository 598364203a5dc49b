"""Accounts of other schools: whose they are said to be, and what is said of their owners."""

from __future__ import annotations

import msgspec
from clean_school import categories, changed, extra, of, only, records, same, who, with_records

from diagnostics.model import Export, Kind, Profile, Record


def neighbours(count: int) -> list[Record]:
    """Accounts of a whole other school, more pupils than here."""
    models = of(Kind.ENT_ANNUAIRE).records
    return [
        msgspec.structs.replace(
            models[0],
            origin=msgspec.structs.replace(models[0].origin, line=9000 + i),
            profile=Profile.ENSEIGNANT if i % 12 == 0 else Profile.ELEVE,
            surname=f"VOISINARD{'ABCDEFGHIJKLMNOP'[i % 16]}{'ABCDEFGHIJKLMNOP'[i // 16]}",
            given_names="Ysoline",
            birth_date="",
            ids={"uid": f"VVV{i:05}", "login": f"voisin{i}"},
            extra={"main_school": "Lycée des Voisins", "status": "Opérationnel"},
        )
        for i in range(count)
    ]


def test_an_export_of_two_schools_says_nothing_of_the_larger_other_one() -> None:
    school = changed((Kind.ENT_ANNUAIRE, with_records(same, neighbours(200))))
    assert categories(school) == []


def test_a_pupil_whom_the_directory_alone_places_elsewhere_is_still_attached_there() -> None:
    pupil = records(Kind.ENT_ANNUAIRE, Profile.ELEVE)[7]
    school = changed(
        (Kind.ENT_ANNUAIRE, with_records(lambda r: extra(r, main_school="CLG-AILLEURS-ac-LOIN") if r is pupil else r))
    )
    finding = only(school)
    assert finding.category == "ANN-12"
    assert len(finding.persons) == 1
    assert ("CLG-AILLEURS-ac-LOIN") in {e.value for e in finding.evidence}


def test_a_school_listed_beside_another_is_not_elsewhere() -> None:
    pupil = records(Kind.ENT_ANNUAIRE, Profile.ELEVE)[7]
    both = f"{pupil.extra['main_school']}, Lycée des Voisins"
    school = changed((Kind.ENT_ANNUAIRE, with_records(lambda r: extra(r, main_school=both) if r is pupil else r)))
    assert categories(school) == []


def test_a_teacher_of_another_school_known_of_the_ent_only_has_no_course_here() -> None:
    teacher = records(Kind.ENT_ANNUAIRE, Profile.ENSEIGNANT)[0]

    def is_hers(record: Record) -> bool:
        return (record.surname, record.profile) == (teacher.surname, Profile.ENSEIGNANT)

    def gone(export: Export) -> Export:
        idents = {(name, value) for r in export.records if is_hers(r) for name, value in r.ids.items()}
        services = [
            msgspec.structs.replace(s, teachers=tuple(t for t in s.teachers if t not in idents))
            for s in export.services
        ]
        kept = tuple(r for r in export.records if not is_hers(r))
        return msgspec.structs.replace(export, records=kept, services=tuple(services))

    school = changed(
        (Kind.STS_EMP, gone),
        (Kind.EDT_CLAIR, gone),
        (
            Kind.ENT_ANNUAIRE,
            with_records(lambda r: extra(r, main_school="Lycée des Voisins") if is_hers(r) else r),
        ),
    )
    finding = only(school)
    assert finding.category == "PRN-13"
    assert {surname for surname, _ in who(finding)} == {teacher.surname}

"""Staff are named as everybody knows them: by the usage name that STS-Web states."""

from __future__ import annotations

import msgspec
from clean_school import changed, records, with_records

from diagnostics.model import Kind, Profile, Record


def test_a_teacher_is_named_by_her_usage_name_in_persons_and_evidence() -> None:
    account = next(r for r in records(Kind.ENT_ANNUAIRE, Profile.ENSEIGNANT) if r.birth_date and r.surname.isalpha())

    def married(record: Record) -> Record:
        if (record.surname, record.profile) != (account.surname, Profile.ENSEIGNANT):
            return record
        return msgspec.structs.replace(record, usage_name=record.surname, surname="NAISSANCIERE")

    def mistyped(record: Record) -> Record:
        if (record.surname, record.profile) != (account.surname, Profile.ENSEIGNANT):
            return record
        return msgspec.structs.replace(record, surname=record.surname[:2] + record.surname[3:])

    school = changed((Kind.STS_EMP, with_records(married)), (Kind.EDT_CLAIR, with_records(mistyped)))
    found = next(f for f in school.findings if f.category == "ANN-06")
    assert {p.surname for p in found.persons} == {account.surname}
    assert "NAISSANCIERE" not in {e.value for e in found.evidence}

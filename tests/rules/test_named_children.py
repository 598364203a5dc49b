"""Children whom an account names without identifier: a stranger's child is an alarm, a namesake is not."""

from __future__ import annotations

import msgspec
from clean_school import Change, categories, changed, only, records, same, who, with_records

from diagnostics.model import Kind, Profile, Record


def family() -> tuple[Record, list[Record]]:
    """A guardian of EduConnect, and the pupils of SIECLE who are no kin by name."""
    guardian = next(r for r in records(Kind.EDUCONNECT_RESPONSABLES, Profile.PARENT) if len(r.children) == 1)
    pupils = [
        r
        for r in records(Kind.SIECLE_ELEVES, Profile.ELEVE)
        if r.surname not in guardian.children[0] and r.surname != guardian.surname and not r.extra.get("exit_date")
    ]
    return guardian, pupils


def naming(guardian: Record, child: str) -> Change:
    """The guardian's rows name one more child."""

    def alter(record: Record) -> Record:
        hers = (record.surname, record.given_names, record.profile)
        if hers == (guardian.surname, guardian.given_names, Profile.PARENT) and record.children:
            return msgspec.structs.replace(record, children=(*record.children, child))
        return record

    return with_records(alter)


def lonely(pupils: list[Record]) -> Record:
    """A pupil whose given name and surname nobody else bears."""
    names = [(r.surname, r.given_names) for r in pupils]
    return next(r for r in pupils if names.count((r.surname, r.given_names)) == 1)


def test_educonnect_names_a_stranger_s_child() -> None:
    guardian, pupils = family()
    child = lonely(pupils)
    school = changed((Kind.EDUCONNECT_RESPONSABLES, naming(guardian, f"{child.surname} {child.given_names}")))
    finding = only(school)
    assert finding.category == "SEC-01"
    assert (child.surname, child.given_names) in who(finding)
    assert "EduConnect" in finding.summary


def test_the_file_of_identifiers_names_a_stranger_s_child_in_either_order() -> None:
    guardian, pupils = family()
    child = lonely(pupils)
    identifiers = next(
        r
        for r in records(Kind.ENT_IDENTIFIANTS, Profile.PARENT)
        if r.surname == guardian.surname and r.given_names.casefold()[0] == guardian.given_names.casefold()[0]
    )
    for written in (f"{child.surname} {child.given_names}", f"{child.given_names} {child.surname}"):
        finding = only(changed((Kind.ENT_IDENTIFIANTS, naming(identifiers, written))))
        assert finding.category == "SEC-01"


def test_a_child_s_name_borne_by_two_pupils_ties_nobody() -> None:
    guardian, pupils = family()
    child = lonely(pupils)
    twin = msgspec.structs.replace(
        child,
        origin=msgspec.structs.replace(child.origin, line=99_000),
        birth_date="2011-01-02",
        ids={"ine": "999999999ZZ", "eleve_id": "987654"},
    )
    school = changed(
        (Kind.SIECLE_ELEVES, with_records(same, [twin])),
        (Kind.EDUCONNECT_RESPONSABLES, naming(guardian, f"{child.surname} {child.given_names}")),
    )
    assert "SEC-01" not in categories(school)


def test_a_second_account_of_one_name_and_class_is_a_double_not_a_leaver() -> None:
    names = [(r.surname, r.given_names) for r in records(Kind.SIECLE_ELEVES, Profile.ELEVE)]
    pupil = next(
        r
        for r in records(Kind.ENT_ANNUAIRE, Profile.ELEVE)
        if r.division and names.count((r.surname, r.given_names)) == 1
    )
    second = msgspec.structs.replace(
        pupil,
        origin=msgspec.structs.replace(pupil.origin, line=99_001),
        birth_date="",
        ids={"uid": "ZZZ99999", "login": "second.compte"},
    )

    def undated(record: Record) -> Record:
        return msgspec.structs.replace(record, birth_date="")

    finding = only(changed((Kind.ENT_ANNUAIRE, with_records(undated, [second]))))
    assert finding.category == "ANN-05"
    assert who(finding) == {(pupil.surname, pupil.given_names)}

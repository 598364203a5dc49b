"""What has one cause is said once."""

from __future__ import annotations

import msgspec
from clean_school import changed, only, records, with_records

from diagnostics.model import Kind, Profile, Record


def strangers() -> tuple[Record, Record]:
    """Two pupils of the directory who share nothing."""
    pupils = records(Kind.ENT_ANNUAIRE, Profile.ELEVE)
    one = pupils[3]
    other = next(
        r for r in pupils if r.surname[0] != one.surname[0] and r.given_names[0] != one.given_names[0] and r.division
    )
    return one, other


def is_hers(record: Record, account: Record) -> bool:
    mine = (record.surname, record.given_names, record.profile)
    return mine == (account.surname, account.given_names, account.profile)


def test_an_account_that_bears_another_s_pronote_identifier_is_one_alarm() -> None:
    one, other = strangers()

    def crossed(record: Record) -> Record:
        if record is one:
            return msgspec.structs.replace(record, ids={**record.ids, "idpn": other.ids["idpn"]})
        return record

    finding = only(changed((Kind.ENT_ANNUAIRE, with_records(crossed))))
    assert finding.category == "SEC-01"
    assert len(finding.persons) == 2


def test_two_swapped_accounts_in_pronote_are_one_alarm() -> None:
    one, other = strangers()
    uids = {one.ids["uid"]: other.ids["uid"], other.ids["uid"]: one.ids["uid"]}

    def swapped(record: Record) -> Record:
        uid = record.ids.get("uid", "")
        return msgspec.structs.replace(record, ids={**record.ids, "uid": uids[uid]}) if uid in uids else record

    finding = only(changed((Kind.PRONOTE_LISTE, with_records(swapped))))
    assert finding.category == "SEC-01"
    assert len(finding.persons) == 2


def test_a_short_file_of_identifiers_is_one_finding_for_all_profiles() -> None:
    def few(record: Record) -> Record | None:
        return record if record.profile not in {Profile.ELEVE, Profile.PARENT} or record.origin.line % 9 == 0 else None

    school = changed((Kind.ENT_IDENTIFIANTS, with_records(few)))
    assert [f.category for f in school.findings].count("ANN-13") == 1

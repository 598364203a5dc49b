"""Keys that survive a reload, accounts merged over exports, and the humans behind the records."""

from __future__ import annotations

from matching_cases import account, accounts_export, crowd, export, person

from diagnostics import matching
from diagnostics.matching.search import find
from diagnostics.model import Export, Kind, Profile, Record

ONE = ("BRELLAN", "Aubin", "2013-02-14", "6A")


def test_a_key_survives_a_reload_where_only_the_place_changes() -> None:
    first = person(*ONE, ids={"ine": "123456789AB", "eleve_id": "801"})
    later = person("BRELLAN-CORMET", "Aubin", "2013-02-14", "5B", ids={"ine": "123456789ab", "eleve_id": "977"})
    assert matching.record_key(first, Kind.SIECLE_ELEVES) == matching.record_key(later, Kind.SIECLE_ELEVES)


def test_keys_of_two_softwares_and_of_two_profiles_differ() -> None:
    record = person(*ONE, ids={"ine": "123456789AB"})
    keys = {matching.record_key(record, kind) for kind in (Kind.SIECLE_ELEVES, Kind.EDT_CLAIR, Kind.PRONOTE_LISTE)}
    assert len(keys) == 3
    adult = person(*ONE, profile=Profile.PARENT)
    assert matching.record_key(adult, Kind.PRONOTE_LISTE) != matching.record_key(person(*ONE), Kind.PRONOTE_LISTE)


def test_an_account_has_one_key_in_every_export_of_the_ent() -> None:
    record = account("AAA00001", *ONE)
    assert matching.record_key(record, Kind.ENT_IDENTIFIANTS) == matching.record_key(record, Kind.ENT_ANNUAIRE)


def test_records_that_share_a_key_are_told_apart_by_what_they_state() -> None:
    rows = [person("BRELLAN", "Aubin", division="6A"), person("BRELLAN", "Aubin", division="4B")]
    keys = matching.unique_keys(rows, Kind.PRONOTE_LISTE)
    assert len(set(keys)) == 2
    assert matching.unique_keys(rows[::-1], Kind.PRONOTE_LISTE) == keys[::-1]
    # A homonym who comes later changes the key: a decision is asked again rather than given to the wrong one.
    assert matching.unique_keys(rows[:1], Kind.PRONOTE_LISTE)[0] not in keys


def test_rows_that_state_the_very_same_get_distinct_keys() -> None:
    rows = [person("BRELLAN", "Aubin"), person("BRELLAN", "Aubin")]
    assert len(set(matching.unique_keys(rows, Kind.PRONOTE_LISTE))) == 2


def test_accounts_of_several_exports_are_one_when_they_share_an_identifier() -> None:
    listed = export(Kind.ENT_IDENTIFIANTS, [account("AAA00001", "BRELLAN", "Aubin", ids={"jointure": "ACA$77"})])
    directory = export(Kind.ENT_ANNUAIRE, [account("AAA00001", "BRELLAN", "Aubin")])
    fed = export(Kind.AAF, [person(*ONE, ids={"jointure": "0077"}), person("CORMET", "Zoé", ids={"jointure": "78"})])
    found = matching.accounts((fed, directory, listed))
    assert len(found) == 2
    assert found[0] is listed.records[0] or found[1] is listed.records[0]
    assert matching.accounts((fed, directory, listed), against=directory.file) == directory.records


def test_what_another_account_export_states_counts_for_the_account() -> None:
    listed = export(
        Kind.ENT_IDENTIFIANTS, [account(f"AAA0000{n}", "BRELLAN", "Aubin", ids={"jointure": str(n)}) for n in (1, 2)]
    )
    fed = export(
        Kind.AAF,
        [
            person("BRELLAN", "Aubin", "2013-02-14", ids={"jointure": "1"}),
            person("BRELLAN", "Aubin", "2011-11-30", ids={"jointure": "2"}),
        ],
    )
    [link] = matching.match((export(Kind.SIECLE_ELEVES, [person(*ONE)]), listed, fed))
    assert link.account is listed.records[0]


def school() -> tuple[Export, Export, Export]:
    others = crowd(20)
    siecle = export(
        Kind.SIECLE_ELEVES,
        [
            person(*ONE, ids={"ine": "123456789AB"}),
            person("NOUVEL", "Zoé", "2013-03-04", "6B", ids={"ine": "987654321AB"}),
        ]
        + [person(*other) for other in others],
    )
    edt = export(
        Kind.EDT_CLAIR,
        [
            person("BRELLAN", "Aubin", "2013-02-15", "6B", ids={"ine": "123456789AB"}),
            person("NOUVEL", "Zoé", "2013-03-04"),
        ],
    )
    ent = accounts_export(account("AAA00001", *ONE), *(account(f"ZZZ{n:05}", *o) for n, o in enumerate(others)))
    return siecle, edt, ent


def of(record: Record, exports: tuple[Export, ...]) -> tuple[Record, ...]:
    found = matching.identities(exports, matching.match(exports))
    assert sum(len(identity.records) for identity in found) == sum(len(e.records) for e in exports)
    assert len({identity.id for identity in found}) == len(found)
    return next(identity.records for identity in found if any(r is record for r in identity.records))


def test_the_records_of_one_human_are_together_over_all_exports() -> None:
    exports = school()
    assert {r.origin.line for r in of(exports[0].records[0], exports)} == {e.records[0].origin.line for e in exports}


def test_contradictions_stay_visible() -> None:
    exports = school()
    found = matching.identities(exports, matching.match(exports))
    one = next(identity for identity in found if identity.surname == "BRELLAN")
    said = {contradiction.field: {value for value, _ in contradiction.values} for contradiction in one.contradictions}
    assert said == {"naissance": {"2013-02-14", "2013-02-15"}, "classe": {"6A", "6B"}}
    assert (one.birth_date, one.division) == ("2013-02-14", "6A")


def test_a_human_without_account_is_one_when_exports_say_the_very_same() -> None:
    exports = school()
    assert len(of(exports[0].records[1], exports)) == 2


def test_a_weak_link_never_joins() -> None:
    siecle, _, ent = school()
    undated = export(Kind.PRONOTE_LISTE, [person("NOUVEL", "Zoé")])
    assert len(of(undated.records[0], (siecle, undated, ent))) == 1


def test_one_identifier_on_two_humans_joins_nobody() -> None:
    siecle = export(Kind.SIECLE_ELEVES, [person(*ONE, ids={"ine": "123456789AB"})])
    edt = export(Kind.EDT_CLAIR, [person("CORMET", "Faustine", "2011-07-08", ids={"ine": "123456789AB"})])
    assert len(matching.identities((siecle, edt), ())) == 2


def test_identities_do_not_depend_on_the_order_of_exports() -> None:
    exports = school()
    links = matching.match(exports)
    first = {identity.id for identity in matching.identities(exports, links)}
    assert {identity.id for identity in matching.identities(exports[::-1], links[::-1])} == first


def test_search_finds_whatever_the_order_and_the_spelling() -> None:
    held = (
        account("AAA00001", "DE LA BRELLE", "Hélène", "2013-02-14", "6A", ids={"login": "helene.brelle"}),
        account("AAA00002", "CORMET", "Elzéar", "2012-07-08", "5B", ids={"ine": "123456789AB"}),
        account("AAA00003", "CORMET", "Faustine", "2011-07-08", "4B"),
    )
    for query, uid in (
        ("helene brelle", "AAA00001"), ("brelle hel", "AAA00001"), ("delabrelle", "AAA00001"), ("brele", "AAA00001"),
        ("14/02/2013", "AAA00001"), ("helene.brelle", "AAA00001"), ("cormet 5b", "AAA00002"),
        ("123456789ab", "AAA00002"), ("aaa00003", "AAA00003"), ("faustine cormett", "AAA00003"),
    ):  # fmt: skip
        assert find(held, query)[0].account.ids["uid"] == uid, query
    assert len(find(held, "cormet")) == 2
    assert find(held, "") == ()
    assert find(held, "personne dutout ici") == ()


def test_two_exports_without_common_identifier_are_laid_upon_each_other() -> None:
    others = crowd(20)
    directory = export(
        Kind.ENT_ANNUAIRE,
        [account("AAA00001", "BRELLAN", "Aubin"), *(account(f"ZZZ{n:05}", *o[:2]) for n, o in enumerate(others))],
    )
    fed = export(
        Kind.AAF,
        [person(*ONE, ids={"jointure": "77"}), *(person(*o, ids={"jointure": f"9{n}"}) for n, o in enumerate(others))],
    )
    assert len(matching.accounts((directory, fed))) == 21
    # Two of that name in one of them: nobody can say which is which.
    twice = export(Kind.AAF, [*fed.records, person("BRELLAN", "Aubin", "2011-11-30", ids={"jointure": "78"})])
    assert len(matching.accounts((directory, twice))) == 23
    links = matching.match((export(Kind.SIECLE_ELEVES, [person(*ONE)]), directory, fed))
    assert links[0].account is directory.records[0]


def test_one_jointure_may_name_a_pupil_and_a_guardian() -> None:
    pupil = person(*ONE, ids={"jointure": "77"})
    guardian = person("BRELLAN", "Bertille", profile=Profile.PARENT, ids={"jointure": "77"})
    fed = export(Kind.AAF, [pupil, guardian])
    assert len(matching.accounts((fed,))) == 2
    assert matching.record_key(pupil, Kind.AAF) != matching.record_key(guardian, Kind.AAF)
    [link] = matching.match((export(Kind.EDT_CLAIR, [person(*ONE, ids={"jointure": "77"})]), fed))
    assert link.account is fed.records[0]

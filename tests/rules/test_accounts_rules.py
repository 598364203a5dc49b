"""ANN, EDU, PRN and SEC: who is locked out, doubled, misplaced or in a stranger's account."""

from __future__ import annotations

import pytest
from rules_builders import ELSEWHERE, Town, calm_town

from diagnostics.model import Kind, Profile
from diagnostics.rules.states import State, fold_state
from diagnostics.settings import Settings


def names(town: Town, category: str) -> list[str]:
    return sorted(town.said().get(category, []))


# -- ANN -----------------------------------------------------------------------------------------------------------


def test_a_pupil_and_a_mother_without_account_are_two_findings_by_profile() -> None:
    town = calm_town()
    child = town.pupil("ABSENTIN", "Lou")
    mother = town.guardian("ABSENTIN", "Rita", child)
    for who in (child, mother):
        town.drop(who, "ent", "educonnect", "educonnect_resp")
    found = town.findings("ANN-01")
    assert sorted([p.profile for p in f.persons] for f in found) == [[Profile.ELEVE], [Profile.PARENT]]
    assert {p.given_names for f in found for p in f.persons} == {"Lou", "Rita"}
    assert all(f.severity == 1 and f.evidence for f in found)


def test_a_newcomer_of_less_than_48_hours_is_a_wait_and_not_a_loss() -> None:
    town = calm_town()
    child = town.pupil("RECENTE", "Ana")
    town.guardian("RECENTE", "Eve", child)
    town.row("siecle", child).extra["entry_date"] = "2025-11-17"
    for who in (child, "RECENTE Eve resp"):
        town.drop(who, "ent", "educonnect", "educonnect_resp")
    found = town.findings("ANN-01")
    assert [f.severity for f in found] == [3, 3]
    assert all("48 h" in f.cause for f in found)


def test_an_absence_with_an_incomplete_record_says_what_is_missing() -> None:
    town = calm_town()
    child = town.pupil("MANQUEL", "Ode")
    town.guardian("MANQUEL", "Pia", child)
    town.row("siecle", child).ids.pop("ine")
    town.drop(child, "ent", "educonnect")
    (found,) = town.findings("ANN-01")
    assert "incomplète" in found.cause
    assert any(e.field == "INE" for e in found.evidence)


def test_an_export_of_the_ent_that_lacks_nearly_everyone_is_one_finding() -> None:
    town = calm_town()
    for row in list(town.rows["siecle"][2:]):
        town.drop(row.who, "ent")
    (found,) = [f for f in town.findings("ANN-01") if not f.persons]
    assert "10 des 12 élèves" in found.summary


def test_an_account_of_the_older_export_that_is_gone_has_vanished() -> None:
    town = calm_town()
    child = town.pupil("DISPARUE", "Nora")
    mother = town.guardian("DISPARUE", "Lila", child)
    town.table("ancien", Kind.ENT_ANNUAIRE, superseded_by="ent", made_on="2025-11-02")
    town.rows["ancien"] = list(town.rows["ent"])
    town.drop(mother, "ent")
    (found,) = town.findings("ANN-02")
    assert [p.given_names for p in found.persons] == ["Lila"]
    assert "02/11/2025" in found.evidence[0].field
    assert "EDU-06" not in town.said()


def test_a_pupil_who_left_has_not_vanished() -> None:
    town = calm_town()
    gone = town.pupil("PARTIE", "Iris")
    town.row("siecle", gone).extra["exit_date"] = "2025-10-20"
    town.table("ancien", Kind.ENT_ANNUAIRE, superseded_by="ent", made_on="2025-10-02")
    town.rows["ancien"] = list(town.rows["ent"])
    town.drop(gone, "ent", "edt", "educonnect")
    assert town.findings() == []


def test_a_teacher_of_sts_without_account_and_a_substitute_not_in_sts() -> None:
    town = calm_town()
    new = town.teacher("NOUVELON", "Ida")
    substitute = town.teacher("SUPPLEE", "Bob")
    town.drop(new, "ent")
    town.drop(substitute, "ent", "sts")
    assert names(town, "ANN-03") == ["NOUVELON Ida", "SUPPLEE Bob"]
    assert len(town.findings("ANN-03")) == 2


def test_a_rejected_account_explains_the_absence_and_each_reason_is_a_finding() -> None:
    town = calm_town()
    people = [town.teacher("REJETEE", "Ivy"), town.teacher("REFUSE", "Max"), town.teacher("RECALE", "Guy")]
    town.table("rejets", Kind.ENT_REJETS)
    reasons = ("Clé MENESR$1234567 déjà utilisée", "Clé MENESR$7654321 déjà utilisée", "Date de naissance absente")
    for who, reason in zip(people, reasons, strict=True):
        row = town.row("sts", who)
        town.drop(who, "ent")
        town.add("rejets", who, Profile.ENSEIGNANT, row.surname, row.given, row.birth, "", {}, {"reason": reason})
    found = town.findings("ANN-04")
    assert sorted(len(f.persons) for f in found) == [1, 2]
    assert "ANN-03" not in town.said()


def test_a_local_account_beside_the_official_one_is_a_double() -> None:
    town = calm_town()
    who = town.teacher("DOUBLARD", "Kim")
    town.add(
        "ent",
        "local",
        Profile.ENSEIGNANT,
        "DOUBLARD",
        "Kim",
        "",
        "",
        {"uid": "QLOCAL", "login": "kim"},
        {"directory": "Annuaire ENT", "function": "ENSEIGNEMENT"},
    )
    (found,) = town.findings("ANN-05")
    assert [p.surname for p in found.persons] == ["DOUBLARD"]
    assert {e.record.ids["uid"] for e in found.evidence if e.record} == {"QLOCAL", town.row("ent", who).ids["uid"]}
    assert not {"PRN-01", "ANN-07"} & town.said().keys()


@pytest.mark.parametrize(
    ("export", "field", "value"),
    [
        ("edt", "surname", "CORRIGEZ"),
        ("edt", "birth", "2013-12-04"),
        ("edt", "given", "Basilio"),
        ("ent", "surname", "CORIGE"),
    ],
)
def test_an_identity_that_differs_names_the_tool_at_fault(export: str, field: str, value: str) -> None:
    town = calm_town()
    child = town.pupil("CORRIGE", "Basile", "2013-04-12")
    town.guardian("CORRIGE", "Olga", child)
    setattr(town.row(export, child), field, value)
    (found,) = town.findings("ANN-06")
    assert {"edt": "EDT", "ent": "ENT"}[export] in found.summary
    values = [e.value for e in found.evidence]
    assert any(v.startswith(value) or "04/12/2013" in v for v in values)


def test_when_all_others_agree_siecle_is_at_fault() -> None:
    town = calm_town()
    child = town.pupil("ORIGINE", "Ugo", "2013-04-12")
    town.guardian("ORIGINE", "Alix", child)
    town.row("siecle", child).birth = "2013-04-13"
    (found,) = town.findings("ANN-06")
    assert "SIECLE" in found.summary


def test_former_pupils_and_teachers_are_normal_until_toussaint() -> None:
    town = calm_town()
    pupil, teacher = town.pupil("ANCIENNE", "Jo"), town.teacher("ANCIEN", "Al", courses=())
    town.drop(pupil, "siecle", "edt", "educonnect")
    town.drop(teacher, "sts", "edt")
    for name in town.kinds:
        town.facts[name]["made_on"] = "2025-09-20"
    found = town.findings("ANN-07")
    assert {p.surname for f in found for p in f.persons} == {"ANCIENNE", "ANCIEN"}
    assert all(f.severity == 3 and "Normal jusqu'à la Toussaint" in f.cause for f in found)


def test_a_missing_function_is_seen_when_colleagues_state_theirs() -> None:
    town = calm_town()
    for given in ("Ana", "Bob", "Cid"):
        extra = {"function": "" if given == "Cid" else "VIE SCOLAIRE", "directory": "AAF"}
        town.add("ent", given, Profile.NON_ENSEIGNANT, "SURVEILLE", given, "", "", {"uid": f"Q{given}"}, extra)
    assert names(town, "ANN-09") == ["SURVEILLE Cid"]


def test_a_pupil_whose_account_is_elsewhere() -> None:
    town = calm_town()
    child = town.pupil("TRANSFERT", "Eli")
    town.guardian("TRANSFERT", "Ines", child)
    town.row("ent", child).school = ELSEWHERE
    town.row("ent", child).division = ""
    assert names(town, "ANN-12") == ["TRANSFERT Eli"]
    assert not {"ANN-15", "PRN-01", "ANN-01"} & town.said().keys()


def test_an_almost_empty_file_of_identifiers() -> None:
    town = calm_town()
    town.table("identifiants", Kind.ENT_IDENTIFIANTS)
    town.rows["identifiants"] = [row for row in town.rows["ent"] if row.profile is Profile.ELEVE][:2]
    assert {f.category for f in town.findings()} == {"ANN-13"}


def test_phones_changed_in_the_ent_and_not_in_siecle() -> None:
    town = calm_town()
    first, second = town.rows["responsables"][:2]
    town.table("tel", Kind.TABLEAU, meta={"list": "telephones_mis_a_jour"})
    town.add("tel", first.who, Profile.PARENT, first.surname, first.given, extra={"phone": "0639980000"})
    town.add("tel", second.who, Profile.PARENT, second.surname, second.given, extra={"phone": second.extra["phone"]})
    assert names(town, "ANN-14") == [f"{first.surname} {first.given}"]


def test_a_pupil_in_another_class_in_one_tool() -> None:
    town = calm_town()
    pupils = [row.who for row in town.rows["siecle"] if row.division == "5A"]
    town.row("ent", pupils[0]).division = "6B"
    town.row("edt", pupils[1]).division = "6B"
    found = town.findings("ANN-15")
    assert sorted(f.summary.split(" dans ")[2].split(" ")[0] for f in found) == ["EDT", "l'ENT"]
    assert all(len(f.persons) == 1 for f in found)


# -- EDU -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Actif", State.ACTIVE),
        ("À activer", State.NOT_ACTIVATED),
        ("Non activé", State.NOT_ACTIVATED),
        ("Inactif", State.IDLE),
        ("Compte verrouillé", State.LOCKED),
        ("bloqué", State.LOCKED),
        ("Identifiants expirés", State.EXPIRED),
        ("Désactivé", State.REMOVED),
        ("???", State.UNKNOWN),
        ("", State.UNKNOWN),
    ],
)
def test_states_are_folded(written: str, state: State) -> None:
    assert fold_state(written) is state


def test_accounts_that_let_nobody_in_by_state_and_the_school_has_its_own_words() -> None:
    town = calm_town()
    pupils = [row.who for row in town.rows["siecle"]]
    town.row("educonnect", pupils[0]).extra["state"] = "Bloqué"
    town.row("educonnect", pupils[1]).extra["state"] = "Gelé"
    asleep = town.row("educonnect", pupils[2]).extra
    asleep |= {"state": "À activer", "last_login": "", "last_notice": "2025-08-01"}
    assert sorted(len(f.persons) for f in town.findings("EDU-05")) == [1, 1, 1]
    assert any("plus de trois mois" in f.summary for f in town.findings("EDU-05"))
    town.settings = Settings(states={"Gelé": "bloque"})
    assert sorted(len(f.persons) for f in town.findings("EDU-05")) == [1, 2]


def test_educonnect_lets_in_and_the_ent_does_not_know() -> None:
    town = calm_town()
    child = town.pupil("CONNUE", "Ada")
    town.guardian("CONNUE", "Zita", child)
    town.drop(child, "ent")
    assert names(town, "EDU-06") == ["CONNUE Ada"]
    assert "ANN-01" not in town.said()


def test_a_guardian_with_two_accounts_and_one_who_lacks_a_child() -> None:
    town = calm_town()
    one, two = town.pupil("SCINDE", "Ali"), town.pupil("SCINDE", "Bea", "2012-01-02", "6B")
    mother = town.guardian("SCINDE", "Mona", one, two)
    account = town.row("educonnect_resp", mother)
    account.children = ("SCINDE Ali",)
    assert [len(f.evidence) for f in town.findings("EDU-04")] == [2]
    second = town.add(
        "educonnect_resp", mother, Profile.PARENT, "SCINDE", "Mona", "", "", {"educonnect": "g.zz"}, dict(account.extra)
    )
    second.children = ("SCINDE Bea",)
    (found,) = town.findings("EDU-04")
    assert "2 comptes EduConnect" in found.summary


def test_a_pupil_of_a_listed_class_without_educonnect() -> None:
    town = calm_town()
    child = town.pupil("SANSCOMPTE", "Ivo")
    town.guardian("SANSCOMPTE", "Ema", child)
    town.drop(child, "educonnect")
    assert names(town, "EDU-05") == ["SANSCOMPTE Ivo"]
    town.rows["educonnect"] = [row for row in town.rows["educonnect"] if row.division == "6B"]
    assert town.findings("EDU-05") == []


def test_a_pupil_with_a_local_account_uses_the_wrong_door() -> None:
    town = calm_town()
    who = town.rows["siecle"][0].who
    town.row("ent", who).extra["directory"] = "Annuaire ENT"
    town.row("ent", who).ids.pop("jointure")
    assert len(town.findings("EDU-10")) == 1


# -- PRN -----------------------------------------------------------------------------------------------------------


def test_missing_pronote_identifiers_are_one_finding_a_profile() -> None:
    town = calm_town()
    pupils = [row.who for row in town.rows["ent"] if row.profile is Profile.ELEVE][:3]
    mother = next(row.who for row in town.rows["ent"] if row.profile is Profile.PARENT)
    for who in (*pupils, mother):
        town.row("ent", who).ids.pop("idpn")
    assert sorted(len(f.persons) for f in town.findings("PRN-01")) == [1, 3]


def test_a_whole_profile_without_identifier_is_one_finding_on_the_import() -> None:
    town = calm_town()
    for row in town.rows["ent"]:
        if row.profile is Profile.PARENT:
            row.ids.pop("idpn")
    town.table("ent", Kind.ENT_ANNUAIRE, columns=("Nom", "Identifiant Pronote"))
    (found,) = town.findings("PRN-01", "PRN-05")
    assert found.category == "PRN-05"
    assert not found.persons


def test_an_empty_cas_identifier_in_the_list_of_pronote() -> None:
    town = calm_town()
    town.table("liste", Kind.PRONOTE_LISTE, columns=("Élève", "Identifiant CAS"))
    for row in town.rows["ent"]:
        row.ids.pop("idpn")
    for row in town.rows["siecle"]:
        ids = {"ine": row.ids["ine"], "uid": town.row("ent", row.who).ids["uid"]}
        town.add("liste", row.who, Profile.ELEVE, row.surname, row.given, row.birth, row.division, ids)
    town.rows["liste"][4].ids.pop("uid")
    assert names(town, "PRN-01") == [f"{town.rows['liste'][4].surname} {town.rows['liste'][4].given}"]


def test_a_mother_whose_identifier_is_of_a_rebuilt_base() -> None:
    town = calm_town()
    for row in [r for r in town.rows["ent"] if r.profile is Profile.PARENT]:
        town.add("edt", row.who, Profile.PARENT, row.surname, row.given, "", "", {"ident": "r" + row.ids["uid"]})
        town.rows["edt"][-1].ids["idpn"] = row.ids["idpn"]
    row = next(r for r in town.rows["ent"] if r.profile is Profile.PARENT)
    row.ids["idpn"] = "OLDOLDOLD"
    assert names(town, "PRN-02") == [f"{row.surname} {row.given}"]


def test_shared_teachers_with_and_without_courses() -> None:
    town = calm_town()
    busy = town.teacher("PARTAGE", "Ana")
    idle = town.teacher("PARTAGE", "Bob", courses=())
    town.table("rappro", Kind.ENT_RAPPROCHEMENTS)
    for who in (busy, idle):
        row = town.row("ent", who)
        row.school = ELSEWHERE
        row.ids.pop("idpn")
        source = town.row("edt", who)
        town.add("rappro", who, Profile.ENSEIGNANT, source.surname, source.given, source.birth)
    town.drop(idle, "sts")
    said = town.said()
    assert said["PRN-13"] == ["PARTAGE Bob"]
    assert sorted(said["EDT-01"]) == ["PARTAGE Ana", "PARTAGE Bob"]
    assert not {"PRN-01", "PRN-03"} & set(said)
    assert {"établissement principal"} <= {e.field for f in town.findings("EDT-01") for e in f.evidence}


# -- homonyms ------------------------------------------------------------------------------------------------------


def namesakes(*, kept: int, tool: str) -> Town:
    """Two mothers of one name with a child each; of the accounts of a tool, the first ``kept`` are left, nobody's."""
    town = calm_town()
    mothers = [
        town.guardian("PAREILLE", "Ida", town.pupil(f"ENFANT{n}", "Zoé", birth, "5A"))
        for n, birth in ((1, "2013-01-05"), (2, "2013-11-25"))
    ]
    export = {"ent": "ent", "educonnect": "educonnect_resp"}[tool]
    for who in mothers[kept:]:
        town.drop(who, export)
    for who in mothers:
        if tool == "ent":
            town.row("responsables", who).undecided = tuple(mothers[:kept])
            town.row("educonnect_resp", who).undecided = tuple(mothers[:kept])
            # With its children, the account would be that of their mother.
            town.relations["ent"] = []
        elif who in mothers[:kept]:
            town.row("educonnect_resp", who).undecided = tuple(mothers)
    return town


@pytest.mark.parametrize(("tool", "category"), [("ent", "EDU-06"), ("educonnect", "EDU-05")])
def test_of_two_namesakes_and_one_account_the_program_says_that_one_lacks_it_and_not_who(
    tool: str, category: str
) -> None:
    (found,) = namesakes(kept=1, tool=tool).findings(category)
    assert [(p.surname, p.given_names) for p in found.persons] == [("PAREILLE", "Ida")] * 2
    assert "l'un d'eux n'en a pas" in found.summary
    assert "à choisir" in {e.value for e in found.evidence}


@pytest.mark.parametrize("tool", ["ent", "educonnect"])
def test_two_namesakes_with_an_account_each_are_only_to_be_told_apart(tool: str) -> None:
    assert not [f for f in namesakes(kept=2, tool=tool).findings() if "s'appellent" in f.summary]


# -- SEC -----------------------------------------------------------------------------------------------------------


def test_a_child_in_the_account_of_a_namesake_of_its_father() -> None:
    town = calm_town()
    mine, other = town.pupil("ÉGARE", "Noa"), town.pupil("AUTRUI", "Sam", "2012-04-04", "6B")
    town.guardian("ÉGARE", "Léna", mine)
    father = town.guardian("NAMESAKE", "Amir", mine, kinship="20", sex="M")
    stranger = town.guardian("NAMESAKE", "Amir", other, kinship="20", sex="M")
    town.relations["ent"] = [r for r in town.relations["ent"] if r.guardian[1] != town.row("ent", father).ids["uid"]]
    assert town.findings("SEC-01") == []
    town.hang(mine, stranger)
    (found,) = town.findings("SEC-01")
    assert {p.given_names for p in found.persons} == {"Noa", "Amir"}
    assert found.severity == 1


def test_crossed_pronote_identifiers_are_one_finding_with_both() -> None:
    town = calm_town()
    one, two = town.pupil("CROISE", "Ulysse"), town.pupil("TRAVERSE", "Nadège", "2012-09-09", "6B")
    for child, given in ((one, "Pia"), (two, "Rosa")):
        town.guardian(town.row("siecle", child).surname, given, child)
    first, second = town.row("ent", one).ids, town.row("ent", two).ids
    first["idpn"], second["idpn"] = second["idpn"], first["idpn"]
    (found,) = town.findings("SEC-01")
    assert {p.surname for p in found.persons} == {"CROISE", "TRAVERSE"}
    assert "PRN-01" not in town.said()

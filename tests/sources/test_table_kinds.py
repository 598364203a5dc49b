"""Each family of tables: recognised by content, with the identifiers, links and facts that it gives."""

from __future__ import annotations

import pytest
from tabular import UAI, notes, only, read, source

from diagnostics import safety
from diagnostics.model import Kind, Profile
from diagnostics.sources.columns import understand
from diagnostics.sources.tables import looks_like_table, read_table_source, unmapped

IDENTIFIANTS = (
    "rne;uid;classe;profil;prenom;nom;login;mot de passe;cle de jointure;uid pere;uid mere;uid tuteur1;uid tuteur2;"
    "prenom enfant;nom enfant"
)
ADDRESS = ";adresse;code postal;ville;pays"
SECRET = "Xy7k2Pq9"


def identifiants(columns: str) -> str:
    wide = columns.endswith("pays")
    tail = ";1 RUE X;31000;TOULOUSE;FRANCE" if wide else ""
    return (
        f"{columns}\n"
        f"{UAI};QAA00001;5A;Eleve;Aurele;TESTARD;aurele.testard;{SECRET};MENESR$1000001;QAA00002;QAA00003;;;;{tail}\n"
        f"{UAI};QAA00002;;Tuteur;Luc;TESTARD;luc.testard;Mot de passe déjà modifié par utilisateur;AC-X$1000002;;;;;"
        f"Aurele;TESTARD{tail}\n"
        f"{UAI};QAA00002;;Tuteur;Luc;TESTARD;luc.testard;>>>>;AC-X$1000002;;;;;Zoe;TESTARD{tail}\n"
        f"{UAI};QAA00003;;Professeur;Ida;ESSAI;ida.essai;;;;;;;;{tail}\n"
    )


@pytest.mark.parametrize("columns", [IDENTIFIANTS, IDENTIFIANTS + ADDRESS])
def test_identifiants_give_accounts_links_and_children_but_no_password(columns: str) -> None:
    export = read(identifiants(columns))
    assert (export.kind, export.school, export.records_read, export.records_kept) == (Kind.ENT_IDENTIFIANTS, UAI, 4, 4)
    pupil, guardian, teacher = export.records
    assert (pupil.profile, pupil.division, dict(pupil.ids)) == (
        Profile.ELEVE,
        "5A",
        {"login": "aurele.testard", "uid": "QAA00001", "jointure": "1000001"},
    )
    assert guardian.children == ("TESTARD Aurele", "TESTARD Zoe")
    assert guardian.profile is Profile.PARENT
    assert (pupil.extra["activated"], guardian.extra["activated"], "activated" in teacher.extra) == (
        "non",
        "oui",
        False,
    )
    assert [(r.pupil, r.guardian, r.kinship) for r in export.relations] == [
        (("uid", "QAA00001"), ("uid", "QAA00002"), "20"),
        (("uid", "QAA00001"), ("uid", "QAA00003"), "10"),
    ]
    assert SECRET not in repr(export)
    assert "modifié" not in repr(export.records)


def test_identifiants_without_class_are_read_by_header() -> None:
    old = "rne;uid;profil;prenom;nom;login;mot de passe;cle de jointure"
    export = read(f"{old}\n{UAI};QAA00001;Eleve;Aurele;TESTARD;a.testard;{SECRET};1000001\n")
    assert export.kind is Kind.ENT_IDENTIFIANTS
    assert (only(export).surname, only(export).division) == ("TESTARD", "")


def test_one_uid_with_two_names_makes_two_records_and_a_warning() -> None:
    row = f"{UAI};QAA00001;5A;Eleve;%s;%s;login;;;;;;;;\n"
    export = read(f"{IDENTIFIANTS}\n" + row % ("Aurele", "TESTARD") + row % ("Zoe", "GARCON"))
    assert len(export.records) == 2
    assert notes(export, "identifiant")


def test_annuaire_with_its_trailing_separator() -> None:
    export = read(
        "Civilité;Nom;Prénom;Profil;Login;Identifiant ENT;Etablissement;\n"
        "Mme;TESTARD;Maëlle;Professeur;maelle.testard;QAA12345;Collège des Essais;\n"
    )
    teacher = only(export)
    assert export.kind is Kind.ENT_ANNUAIRE
    assert (teacher.profile, teacher.sex, dict(teacher.ids)) == (
        Profile.ENSEIGNANT,
        "F",
        {"login": "maelle.testard", "uid": "QAA12345"},
    )
    assert dict(teacher.extra) == {"civility": "Mme", "main_school": "Collège des Essais"}


def test_annuaire_with_everything_the_screen_knows_in_any_order() -> None:
    export = read(
        "Identifiant Pronote;Prenom;Nom;Statut;Profil;Etablissement principal;Annuaire d'origine;Fonction;Discipline;"
        "Identifiant ENT\n"
        f"AAAABBBBCCCC1234;Ida;ESSAI;Opérationnel;Non enseignant;COLLEGE DES ESSAIS {UAI};AAF;CPE;EDUCATION;QAA00009\n"
    )
    staff = only(export)
    assert export.kind is Kind.ENT_ANNUAIRE
    assert (staff.profile, staff.school) == (Profile.NON_ENSEIGNANT, UAI)
    assert dict(staff.ids) == {"uid": "QAA00009", "idpn": "AAAABBBBCCCC1234"}
    assert dict(staff.extra) == {
        "status": "Opérationnel",
        "directory": "AAF",
        "function": "CPE",
        "discipline": "EDUCATION",
        "main_school": f"COLLEGE DES ESSAIS {UAI}",
    }


def test_the_search_screen_of_the_directory_pasted() -> None:
    export = read(
        "2 résultats\nTout sélectionner\n"
        "Nom\tPrénom\tProfil\tStatut\tEtablissement principal\tActions\t\n"
        "TESTARD\tZoé\tÉlève\tOpérationnel\tCLG-DES ESSAIS-ac-X\t\t\n"
    )
    assert (export.kind, only(export).profile) == (Kind.ENT_ANNUAIRE, Profile.ELEVE)


def test_rejected_accounts_keep_everything_verbatim_but_the_password() -> None:
    export = read(
        "Profil;Nom;Prénom;Etat AAF;mot de passe;Motif de rejet\n"
        f"Enseignant;TESTARD;Ida;;{SECRET};Doublon de clé de jointure\nÉlève;;;KO;;Nom absent\n"
    )
    assert (export.kind, export.records_kept) == (Kind.ENT_REJETS, 2)
    first, second = export.records
    assert first.extra["reason"] == "Doublon de clé de jointure"
    assert (
        first.extra["raw"]
        == "Profil : Enseignant ; Nom : TESTARD ; Prénom : Ida ; Motif de rejet : Doublon de clé de jointure"
    )
    assert second.extra["raw"] == "Profil : Élève ; Etat AAF : KO ; Motif de rejet : Nom absent"
    assert SECRET not in repr(export)


def test_a_reason_with_separators_in_it_keeps_its_account() -> None:
    export = read("Profil;Nom;Prénom;Motif de rejet\nÉlève;TESTARD;Zoé;INE absent; date de naissance absente\n")
    assert only(export).extra["reason"] == "INE absent; date de naissance absente"


def test_a_column_called_message_is_a_reason_only_when_it_holds_reasons() -> None:
    rejected = read("Nom;Prénom;Message\nTESTARD;Ida;Personne introuvable dans l'annuaire\n")
    plain = read("Nom;Prénom;Message\nTESTARD;Ida;rappeler jeudi\n")
    assert (rejected.kind, plain.kind) == (Kind.ENT_REJETS, Kind.TABLEAU)


def test_the_reason_for_leaving_a_school_is_no_rejection() -> None:
    export = read(
        "Nom de famille;Prénom 1;Division;Date de sortie;Motif de sortie\nTESTARD;Zoé;5A;01/02/2026;Déménagement\n"
    )
    assert export.kind is Kind.SIECLE_CSV
    assert (only(export).extra["exit_date"], only(export).extra["exit_reason"]) == ("2026-02-01", "Déménagement")


def test_rapprochements_as_pasted_from_the_screen() -> None:
    export = read(
        "### Gestion vie scolaire\n- Rapprochements\n32 enseignants reconnus dans l'établissement\n\n"
        "2 enseignants non reconnus dans l'établissement\n\nNom Prénom\tCode source\tDate de naissance\tIdentifier\n"
        "TESTARD Luc\tLuc\\$TESTARD\\$1974-10-02\t02/10/1974\tCliquer sur parcourir\n"
        "LE CŒUR Jean Marc\tLE CŒUR$Jean Marc$\t\tCliquer sur parcourir\n\nAnnuler\n\nContinuer\n"
    )
    assert (export.kind, dict(export.meta)["unrecognised"]) == (Kind.ENT_RAPPROCHEMENTS, "2")
    assert [(r.profile, r.surname, r.given_names, r.birth_date) for r in export.records] == [
        (Profile.ENSEIGNANT, "TESTARD", "Luc", "1974-10-02"),
        (Profile.ENSEIGNANT, "LE CŒUR", "Jean Marc", ""),
    ]
    assert export.records[0].ids["code_source"] == "Luc$TESTARD$1974-10-02"


def test_codes_source_alone_are_rapprochements() -> None:
    export = read("Luc$TESTARD$1974-10-02\nZoé$GARÇON$2013-02-01\n")
    assert [(r.surname, r.birth_date) for r in export.records] == [("TESTARD", "1974-10-02"), ("GARÇON", "2013-02-01")]


def test_educonnect_pupils() -> None:
    export = read(
        "Élève;Classe;Identifiant;Mot de passe;Adr. mail;État du compte;Dernière information;Dernière connexion\n"
        f"TESTARD Aurèle;5A;a.testard10;{SECRET};;Actif;Non renseigné;09/10/2024\n"
    )
    pupil = only(export)
    assert (export.kind, pupil.profile, pupil.division) == (Kind.EDUCONNECT_ELEVES, Profile.ELEVE, "5A")
    assert dict(pupil.ids) == {"educonnect": "a.testard10"}
    assert dict(pupil.extra) == {"state": "Actif", "last_login": "2024-10-09", "activated": "non"}
    assert SECRET not in repr(export)


@pytest.mark.parametrize(
    "table",
    [
        "Responsable;Élève(s) rattaché(s);Identifiant;Adr. mail;État du compte;Dernière connexion\n"
        "Mme TESTARD Ida;TESTARD Aurèle (5A), GARÇON Zoé (3B);i.testard2;i@x.fr;Non activé;\n",
        "Nom;Prénom;Enfants;Identifiant;Adr. mail;État du compte;Dernière connexion\n"
        "TESTARD;Ida;TESTARD Aurèle (5A), GARÇON Zoé (3B);i.testard2;i@x.fr;Non activé;\n",
    ],
)
def test_educonnect_guardians_are_known_by_their_children(table: str) -> None:
    export = read(table)
    guardian = only(export)
    assert (export.kind, guardian.profile) == (Kind.EDUCONNECT_RESPONSABLES, Profile.PARENT)
    assert (guardian.surname, guardian.given_names) == ("TESTARD", "Ida")
    assert guardian.children == ("TESTARD Aurèle", "GARÇON Zoé")
    assert guardian.extra["children_divisions"] == "5A ; 3B"
    assert (guardian.ids["educonnect"], guardian.extra["state"]) == ("i.testard2", "Non activé")


def test_the_account_of_a_guardian_list_is_the_guardians_even_when_the_pupil_comes_first() -> None:
    export = read(
        "Élève;Classe;Responsable;Identifiant;État du compte;Dernière information\n"
        "TESTARD Aurèle;5A;TESTARD Ida;i.testard2;Actif;01/09/2025\n"
    )
    guardian = only(export)
    assert (guardian.given_names, guardian.children, guardian.ids["educonnect"]) == (
        "Ida",
        ("TESTARD Aurèle",),
        "i.testard2",
    )


def test_pronote_list_with_title_names_in_one_cell_guardians_and_total() -> None:
    export = read(
        "\ufeffÉlèves de la classe 5A\t\t\t\t\t\n"
        "Élève\tNé(e) le\tClasse\tIdentifiant CAS\tResponsable 1\tResponsable 2\n"
        "DE LA TESTE Jean-Marc\t14/02/2013\t5A\tQAA00001\tMme DE LA TESTE Ida\tM. et Mme ESSAI\n"
        "ESSAI Zoé\t15/03/2013\t5A\t\t\t\n2 élèves\t\t\t\t\t\n"
    )
    assert (export.kind, export.records_read) == (Kind.PRONOTE_LISTE, 2)
    pupil, guardian, unlinked = export.records
    assert (pupil.surname, pupil.given_names, pupil.birth_date, pupil.ids["uid"]) == (
        "DE LA TESTE",
        "Jean-Marc",
        "2013-02-14",
        "QAA00001",
    )
    assert (guardian.profile, guardian.surname, guardian.children) == (
        Profile.PARENT,
        "DE LA TESTE",
        ("DE LA TESTE Jean-Marc",),
    )
    assert "uid" not in unlinked.ids
    assert [r.pupil for r in export.relations] == [("uid", "QAA00001")]
    assert notes(export, "couple")


def test_guardians_and_children_listed_in_one_cell_are_told_apart() -> None:
    pupils = read("Élève;Classe;Né(e) le;Responsables\nTESTARD Zoé;5A;01/02/2013;M. TESTARD Luc, Mme ESSAI Ida\n")
    assert [(r.surname, r.given_names, r.sex) for r in pupils.records[1:]] == [
        ("TESTARD", "Luc", "M"),
        ("ESSAI", "Ida", "F"),
    ]
    assert len({r.ids["ident"] for r in pupils.records[1:]}) == 2
    guardians = read("Responsable;Enfants;Identifiant CAS\nESSAI Ida;TESTARD Zoé (5C) et TESTARD Léo 6D;QAA00002\n")
    assert only(guardians).children == ("TESTARD Zoé", "TESTARD Léo")
    assert only(guardians).extra["children_divisions"] == "5C ; 6D"


def test_pronote_calls_nom_a_column_of_whole_names() -> None:
    export = read(
        "Nom;Né(e) le;Sexe;E-mail;Heures manquées;;Entrée;Sortie\n;;;;Toutes;Mes cours;;\n"
        '"TESTARD Jason";"27/06/1999";"M";"j@x.fr";"90h00 (3)";"00h00";"Début d\'année";""\n'
        '"LE CŒUR Zoé";"25/02/2001";"F";"";"";"-";"";""\n'
    )
    assert export.kind is Kind.PRONOTE_LISTE
    assert [(r.surname, r.given_names) for r in export.records] == [("TESTARD", "Jason"), ("LE CŒUR", "Zoé")]
    assert export.records_read == 2


def test_the_usual_given_name_never_replaces_the_given_name() -> None:
    export = read("Nom;Prénom d'usage;Né(e) le;Prénom;Classe de rattachement\nTESTARD;Lou;01/02/2013;Louise;5A\n")
    assert (only(export).given_names, only(export).division) == ("Louise", "5A")


def test_pronote_teachers_are_told_by_the_title_of_the_column() -> None:
    export = read("Professeur;Identifiant CAS;Matière\nTESTARD Ida;QAA00003;ANGLAIS\n")
    assert (export.kind, only(export).profile) == (Kind.PRONOTE_LISTE, Profile.ENSEIGNANT)


SIECLE = (
    "Nom de famille;Prénom 1;Prénom 2;Prénom 3;Date de naissance;INE;N° interne;Division;Nom de famille repr. légal;"
    "Prénom repr. légal;Courriel repr. légal;Nom de famille autre repr. légal;Prénom autre repr. légal;"
    "Courriel autre repr. légal;Ligne 3 Adresse financ.;Commune resp. financ."
)


def test_siecle_extraction_gives_pupils_guardians_and_links() -> None:
    export = read(
        f"{SIECLE}\n"
        "TESTARD;Aurèle;Jean;;14/02/2013;123456789ab;812345;5A;TESTARD;Ida;ida@x.fr;ESSAI;Luc;;RUE X;TOULOUSE\n"
        "TESTARD;Zoé;;;15/03/2015;;812346;3B;TESTARD;Ida;ida@x.fr;;;;;\n"
    )
    assert (export.kind, export.records_read, export.records_kept) == (Kind.SIECLE_CSV, 2, 2)
    pupils = [r for r in export.records if r.profile is Profile.ELEVE]
    guardians = [r for r in export.records if r.profile is Profile.PARENT]
    assert (pupils[0].ids["ine"], pupils[0].other_given_names) == ("123456789AB", "Jean")
    assert [(g.surname, g.given_names, g.children) for g in guardians] == [
        ("TESTARD", "Ida", ("TESTARD Aurèle", "TESTARD Zoé")),
        ("ESSAI", "Luc", ("TESTARD Aurèle",)),
    ]
    assert [(r.pupil, r.level, r.rank) for r in export.relations] == [
        (("eleve_id", "812345"), "legal", "1"),
        (("eleve_id", "812345"), "legal", "2"),
        (("eleve_id", "812346"), "legal", "1"),
    ]
    assert export.relations[0].guardian == export.relations[2].guardian


def test_guardians_of_one_name_without_mail_nor_phone_are_not_merged() -> None:
    export = read(
        "Nom de famille;Prénom 1;Division;Nom de famille resp. légal1;Prénom resp. légal1;Nom de famille resp. légal2\n"
        "TESTARD;Aurèle;5A;TESTARD;Ida;\nTESTARD;Zoé;3B;TESTARD;Ida;\n"
    )
    assert len([r for r in export.records if r.profile is Profile.PARENT]) == 2


def test_onde_guardians_with_repeated_children_and_short_rows() -> None:
    child = '"Nom d\'usage enfant";"Nom de famille enfant";"Prénom enfant";"Classes enfants"'
    export = read(
        '"Civilité Responsable";"Nom usage responsable";"Nom responsable";"Prénom responsable";"CP responsable";'
        f'"Courriel";{child};{child}\n'
        '"Mme";;"TESTARD";"Ida";"31000";;;"ESSAI";"Luc";"CE2";;"ESSAI";"Zoé";"CM1"\n'
        '"M.";;"GARÇON";"Théo";"31000";;;"GARÇON";"Léa";"TPS"\n'
    )
    assert (export.kind, dict(export.meta)) == (Kind.TABLEAU, {"software": "ONDE"})
    assert [(r.surname, r.children, r.extra["children_divisions"]) for r in export.records] == [
        ("TESTARD", ("ESSAI Luc", "ESSAI Zoé"), "CE2 ; CM1"),
        ("GARÇON", ("GARÇON Léa",), "TPS"),
    ]
    assert all(r.profile is Profile.PARENT for r in export.records)


def test_onde_pupils() -> None:
    export = read(
        '"Nom Elève";"Nom d\'usage Elève";"Prénom Elève";"Date naissance";"Sexe";"Adresse1";" Cycle";"Niveau";'
        '"Classe"\n'
        '"TESTARD";"ESSAI";"Théo";"2013-02-14";"H";;"CYCLE II";"CE1";"CE1 A"\n'
    )
    pupil = only(export)
    assert (pupil.usage_name, pupil.birth_date, pupil.sex, pupil.division) == ("ESSAI", "2013-02-14", "M", "CE1 A")


def test_edifice_export_tells_activation_by_the_missing_code() -> None:
    export = read(
        '\ufeff"Id";"Id Siecle";"Type";"Nom";"Prénom";"Login";"Alias de login";"Code d\'activation";"Fonction(s)";'
        '"Structure(s)";"Classe(s)";"Enfant(s)";"Parent(s)"\n'
        '"id-1";"812345";"Élève";"TESTARD";"Zoé";"zoe.testard";"";"abc123";"";"Collège";"5A";"";"TESTARD Ida"\n'
        '"id-2";"";"Parent";"TESTARD";"Ida";"ida.testard";"";"";"";"Collège";"";"TESTARD Zoé";""\n'
    )
    pupil, guardian = export.records
    assert export.kind is Kind.EDIFICE
    assert (pupil.extra["activated"], guardian.extra["activated"]) == ("non", "oui")
    assert guardian.children == ("TESTARD Zoé",)
    assert "abc123" not in repr(export)


def test_edifice_templates_tell_their_profile_by_their_columns() -> None:
    base = "externalid;Prénom*;Nom*"
    for columns, profile in (
        ("Classe;Date de naissance*", Profile.ELEVE),
        ("Childexternalid*;Childexternalid", Profile.PARENT),
        ("date de naissance;fonction;classe", Profile.ENSEIGNANT),
        ("date de naissance;fonction", Profile.NON_ENSEIGNANT),
        ("Classes;date de naissance", Profile.AUTRE),
    ):
        export = read(f"{base};{columns}\nE1;Ida;TESTARD{';' * (columns.count(';') + 1)}\n")
        assert (export.kind, only(export).profile) == (Kind.EDIFICE, profile)
    linked = read(f"{base};Childexternalid*;Childexternalid\nR1;Ida;TESTARD;S1;S2\n")
    assert [(r.pupil, r.guardian) for r in linked.relations] == [
        (("jointure", "S1"), ("jointure", "R1")),
        (("jointure", "S2"), ("jointure", "R1")),
    ]


def test_itop_accounts_and_password_files() -> None:
    accounts = read(
        "Guid;Nom;Prénom;Profil;Classes;Groupe;Naissance\ng1;TESTARD;Zoé;National_1;0310000Z$1L1;;01/02/2009\n"
    )
    assert (accounts.kind, only(accounts).profile, only(accounts).division) == (Kind.ITOP, Profile.ELEVE, "1L1")
    passwords = read(
        "Nom;Prénom;Login;Numéro de jointure;Mot de passe;Email;Classe;Etat;Date de désactivation\n"
        f"TESTARD;Zoé;zoe.testard;MENESR$12345;{SECRET};z@x.fr;6 A;Actif;\n"
    )
    assert (passwords.kind, only(passwords).ids["jointure"]) == (Kind.ITOP, "12345")
    assert SECRET not in repr(passwords)


def test_atos_has_no_header_and_its_passwords_are_dropped() -> None:
    rows = f"eleve,Zoé,TESTARD,z.testard,5A,{SECRET}\nparent,Ida,TESTARD,i.testard,,{SECRET}\n"
    export = read(("\ufeff" + rows).encode("utf-16-le"))
    assert export.kind is Kind.ATOS
    assert [(r.profile, r.surname, r.origin.line) for r in export.records] == [
        (Profile.ELEVE, "TESTARD", 1),
        (Profile.PARENT, "TESTARD", 2),
    ]
    assert SECRET not in repr(export)


def test_pix_and_scribe_templates() -> None:
    pix = read(
        "Identifiant unique*;Premier prénom*;Nom de famille*;Date de naissance (jj/mm/aaaa)*;Division*\n"
        "123456789AB;Zoé;TESTARD;01/02/2009;5A\n"
    )
    assert (pix.meta["software"], only(pix).ids["ine"], only(pix).birth_date) == ("Pix", "123456789AB", "2009-02-01")
    scribe = read(
        f"CLASSE;NOM;PRENOM;LOGIN;MOT DE PASSE;NUMERO ELEVE;INE\n5A;TESTARD;Zoé;zt;{SECRET};4711;123456789AB\n"
    )
    assert (scribe.meta["software"], only(scribe).ids["elenoet"]) == ("EOLE Scribe", "4711")


def test_phones_changed_in_the_ent() -> None:
    export = read("Téléphones mis à jour\nNom;Prénom;Ancien numéro;Nouveau numéro\nTESTARD;Ida;0500000000;0600000000\n")
    assert export.meta["list"] == "telephones_mis_a_jour"
    assert (only(export).profile, only(export).extra["phone"]) == (Profile.PARENT, "0600000000")


def test_absence_statistics_are_refused_for_what_they_are() -> None:
    table = (
        "Classe;Élève;½ j. d'absences comptabilisées;½ j. d'absences non justifiées comptabilisées;\n"
        "5A;TESTARD Zoé;2;1;\n"
    )
    assert looks_like_table(source(table.encode("cp1252")))
    with pytest.raises(safety.Refusal, match="pas un fichier de comptes"):
        read_table_source(source(table.encode("cp1252")))


@pytest.mark.parametrize(
    "header", ["NOM;PRENOM;CLASSE;TYPE ABS;JUSTIFIE;MOTIF;DATE DU", "Année;Matricule;Élève;Classe;Date;Justifiée;Motif"]
)
def test_lists_of_absences_with_their_reason_are_no_rejected_accounts(header: str) -> None:
    with pytest.raises(safety.Refusal, match="pas un fichier de comptes"):
        read_table_source(source(f"{header}\n" + ";".join("x" for _ in header.split(";")) + "\n"))


@pytest.mark.parametrize(
    "title",
    ["MotDePasse", "mdp", "Mot de passe provisoire", "Password", "Code activation", "MOT_DE_PASSE", "MdP initial"],
)
def test_passwords_are_dropped_whatever_their_title(title: str) -> None:
    export = read(f"Nom;Prénom;{title};Motif de rejet\nTESTARD;Zoé;{SECRET};Doublon\n")
    assert SECRET not in repr(export)
    shown = unmapped(source(f"Nom;Prénom;{title};Truc\nTESTARD;Zoé;{SECRET};x\n"))
    assert SECRET not in repr(shown)


def test_onde_teachers_are_no_pupils() -> None:
    export = read(
        '"Civilité";"Nom usage";"Nom";"Prénom";"Courriel";"Directeur";"Classe"\n"MME";;"TESTARD";"Ida";;"non";"CP"\n'
    )
    assert only(export).profile is Profile.ENSEIGNANT


def test_any_table_of_names_is_read() -> None:
    export = read("Nom,Prénom,Remarque\nTESTARD,Zoé,arrive lundi\n")
    assert (export.kind, only(export).profile) == (Kind.TABLEAU, Profile.INCONNU)
    whole = read("Nom Prénom;Classe\nTESTARD Zoé;5A\n")
    assert (only(whole).surname, only(whole).profile) == ("TESTARD", Profile.ELEVE)
    reverse = read("Prénom Nom;Classe\nZoé de La Preuve;5A\n")
    assert (only(reverse).surname, only(reverse).given_names) == ("de La Preuve", "Zoé")


def test_a_comma_between_surname_and_given_name_is_no_letter() -> None:
    export = read('"Nom, Prénom",Classe\n"TESTARD, Zoé",5A\n"De la test, Jean-Marc",5B\n')
    found = [(r.surname, r.given_names) for r in export.records]
    assert found == [("TESTARD", "Zoé"), ("De la test", "Jean-Marc")]


def test_a_list_of_names_one_to_a_line() -> None:
    export = read("Nom Prénom\nTESTARD Zoé\nESSAI Luc\nGARÇON Théo\n")
    assert [r.surname for r in export.records] == ["TESTARD", "ESSAI", "GARÇON"]


def test_classes_of_a_teacher_are_a_list_and_of_a_pupil_a_class() -> None:
    export = read('Nom;Prénom;Profil;Classes\nESSAI;Ida;Professeur;"5A, 5B"\nTESTARD;Zoé;Elève;"5A, 5ANGGR1"\n')
    teacher, pupil = export.records
    assert (teacher.division, teacher.groups) == ("", ("5A", "5B"))
    assert (pupil.division, pupil.groups) == ("5A", ("5ANGGR1",))


@pytest.mark.parametrize(
    ("written", "profile"),
    [
        ("Eleve", Profile.ELEVE), ("National_1", Profile.ELEVE), ("Student", Profile.ELEVE), ("ELV", Profile.ELEVE),
        ("Tuteur", Profile.PARENT), ("Relative", Profile.PARENT), ("Responsables légaux", Profile.PARENT),
        ("Professeur", Profile.ENSEIGNANT), ("Teacher", Profile.ENSEIGNANT), ("Enseignante", Profile.ENSEIGNANT),
        ("Non enseignant", Profile.NON_ENSEIGNANT), ("Personnel de vie scolaire", Profile.NON_ENSEIGNANT),
        ("Personnel de collectivité", Profile.COLLECTIVITE), ("Agent territorial", Profile.COLLECTIVITE),
        ("Invité", Profile.AUTRE), ("Parent d'élève élu", Profile.PARENT), ("Zorglub", Profile.INCONNU),
    ],
)  # fmt: skip
def test_wordings_of_profiles_are_folded(written: str, profile: Profile) -> None:
    assert only(read(f"Nom;Prénom;Profil\nTESTARD;Zoé;{written}\n")).profile is profile


@pytest.mark.parametrize(
    ("title", "meaning"),
    [
        ("Date de naissance (JJ/MM/AAAA)", ("date_naissance", "")),
        ("2e responsable", ("nom_prenom", "resp2")),
        ("1er responsable", ("nom_prenom", "resp1")),
        ("Nom R2", ("nom", "resp2")),
        ("Lien avec l'enfant", ("lien", "")),
        ("Tuteur", ("", "")),
        ("Tuteur légal 1 - Nom", ("nom", "tuteur1")),
        ("Mail professionnel", ("mel", "")),
    ],
)
def test_titles_say_whose_column_they_are(title: str, meaning: tuple[str, str]) -> None:
    assert understand(title)[:2] == meaning


PUPILS_OF_PRONOTE = (
    "Élèves;Encouragement/Valorisation;Né(e) le;Sexe;Adresse E-mail;Entrée;Sortie;;Classe de rattachement;Tuteur;"
    "Cnx Ele.;Cnx Resp.;Option 1;Régime\n"
)


def test_a_pupil_list_of_pronote_makes_no_guardian_of_a_mentor_and_no_date_of_words() -> None:
    export = read(
        PUPILS_OF_PRONOTE
        + '"TESTARD Zoé";"";"12/03/2013";"F";"z@x.invalid";"Début d\'année";"";"";"";"ESSAI Ida";"";"";"ANG";"EXT"\n'
        + '"DE LA TEST Luc";"";"13/03/2013";"M";"";"03/11/2026";"Fin d\'année";"";"";"";"";"";"";""\n'
    )
    assert [(r.profile, r.surname) for r in export.records] == [
        (Profile.ELEVE, "TESTARD"),
        (Profile.ELEVE, "DE LA TEST"),
    ]
    assert [dict(r.extra) for r in export.records] == [
        {"mail": "z@x.invalid", "regime": "EXT"},
        {"entry_date": "2026-11-03"},
    ]
    assert not export.relations


def test_second_titles_under_a_header_state_nobody() -> None:
    export = read(
        "Nom;Né(e) le;Sexe;E-mail;Heures manquées;;Entrée;Sortie\n;;;;Toutes;Mes cours;;\n"
        '"TESTARD Zoé";"27/06/2013";"F";"";"90h00 (3)";"00h00";"";""\n'
    )
    record = only(export)
    assert (record.surname, record.profile, record.birth_date) == ("TESTARD", Profile.ELEVE, "2013-06-27")


def test_a_list_that_begins_with_guardians_is_theirs() -> None:
    export = read(
        "Responsables;Élèves;Classe;Tél. port.;E-mail\nMme TESTARD Ida;TESTARD Zoé;5A;0600000000;i@exemple.invalid\n"
        "M. ESSAI Luc;ESSAI Théo, ESSAI Lou;5A, 6B;;\n"
    )
    ida, luc = export.records
    assert (ida.profile, ida.surname, ida.children, ida.extra["phone"]) == (
        Profile.PARENT, "TESTARD", ("TESTARD Zoé",), "0600000000",
    )  # fmt: skip
    assert (luc.children, luc.extra["children_divisions"]) == (("ESSAI Théo", "ESSAI Lou"), "5A ; 6B")
    pupil = read("Responsable;Élève;Né(e) le\nTESTARD Ida;TESTARD Zoé;12/03/2013\n").records[0]
    assert (pupil.profile, pupil.birth_date) == (Profile.ELEVE, "2013-03-12")


def test_accounts_of_educonnect_that_nothing_tells_are_of_no_profile() -> None:
    titles = "Nom;Prénom;Identifiant;Adr. mail;État du compte;Dernière information;Dernière connexion"
    export = read(f"{titles}\nTESTARD;Ida;i.testard1;;Actif;;\n")
    assert (export.kind, only(export).profile, only(export).extra["state"]) == (Kind.TABLEAU, Profile.INCONNU, "Actif")
    assert notes(export, "profil")

"""Import reports of the ENT, tables told from messages, columns named by agents."""

from __future__ import annotations

import pytest
from tabular import UAI, only, read, source

from diagnostics.model import Kind, Profile
from diagnostics.sources.tables import looks_like_table, unmapped

HISTORY = (
    "Vous êtes ici : Données de vie scolaire > Bilans d'import d'emploi du temps\n\nRetour\n\n"
    "Le tableau ci-dessous reprend l'historique des imports d'emploi du temps en indiquant pour chacun d'eux leur"
    " statut d'avancement, avec la possibilité d'en visualiser le détail.\n\n"
    "Date\tStatut\tAuto\tEtablissement\tFichiers importés\tBilan\n"
    f"17/05/2026 à 08:30\t✓ Import réalisé avec succès\tOui\t{UAI}\tEDT_2015_1463498681146.xml\t\n"
    f"16/05/2026 à 18:54\t✗ Rejet - Double du fichier d'import\tNon\t{UAI}\tBilan de l'import\t\n"
    f"demain\tImport réalisé avec succès\tOui\t{UAI}\ta.xml\t\n"
)
PRELIMINARY = """### Bilan préliminaire d'import des données de vie scolaire sauvegardées après validation :

- Matières
  - 0 matière ajoutée
- - 2 alternances ajoutées
- Services d'enseignement
  - 194 services d'enseignement modifiés dont 3 incomplets
- Séances
  - 6 749 séances en moins depuis l'import précédent
- Enseignants / Cours
  - 34 enseignants dont les cours ont été importés
  - 2 enseignants dont les cours n'ont pas été importés
    - TESTARD Luc
    - Ida$ESSAI$1974-10-02
- Gestion des classes et groupes d'option
  - O classe et groupe d'option avec des enseignants à ajouter
- Ecart depuis l'import précédent : 4 annulations de cours en plus
[Télécharger le bilan](#)
"""


def test_the_history_of_imports() -> None:
    export = read(HISTORY)
    assert (export.kind, export.school, export.records_read, export.records_kept) == (Kind.ENT_BILANS, UAI, 3, 2)
    first, second = export.runs
    assert (first.when, first.status, first.auto, first.file) == (
        "2026-05-17T08:30:00",
        "Import réalisé avec succès",
        True,
        "EDT_2015_1463498681146.xml",
    )
    assert (second.status, second.auto, second.file, second.report) == (
        "Rejet - Double du fichier d'import",
        False,
        "",
        "Bilan de l'import",
    )
    assert [(r.line, r.column) for r in export.refused] == [(10, "Date")]


def test_the_history_pasted_without_its_header() -> None:
    rows = HISTORY.splitlines()[7:9]
    assert len(read("\n".join(rows)).runs) == 2


def test_the_preliminary_report_with_its_lost_titles_and_misread_zeros() -> None:
    export = read(PRELIMINARY)
    counts = {(c.group, c.label): c.value for c in export.counts}
    assert export.kind is Kind.ENT_BILAN_PRELIMINAIRE
    assert counts == {
        ("Matières", "matière ajoutée"): 0,
        ("Alternances", "alternances ajoutées"): 2,
        ("Services d'enseignement", "services d'enseignement modifiés"): 194,
        ("Services d'enseignement", "dont incomplets"): 3,
        ("Séances", "séances en moins depuis l'import précédent"): 6749,
        ("Enseignants / Cours", "enseignants dont les cours ont été importés"): 34,
        ("Enseignants / Cours", "enseignants dont les cours n'ont pas été importés"): 2,
        ("Gestion des classes et groupes d'option", "classe et groupe d'option avec des enseignants à ajouter"): 0,
        ("Annulations de cours", "Ecart depuis l'import précédent : annulations de cours en plus"): 4,
    }
    lost = next(c for c in export.counts if "n'ont pas" in c.label)
    assert lost.names == ("TESTARD Luc", "Ida$ESSAI$1974-10-02")
    teacher = only(export)
    assert (teacher.profile, teacher.surname, teacher.birth_date) == (Profile.ENSEIGNANT, "ESSAI", "1974-10-02")


@pytest.mark.parametrize(
    "message",
    [
        "Bonjour,\n\nLouane en 5C, Timéo en 6D, et leur père, n'ont plus accès à Pronote.\n\nMerci,\nG. Essai\n",
        "Objet : comptes\nNom, prénom, classe : voir ci-dessous\nTESTARD Zoé, 5A\nESSAI Luc, 5B\nCordialement",
        "Bonjour, voici la liste :\nNom;Prénom;Classe\nTESTARD;Zoé;5A\nESSAI;Luc;5B\nBien cordialement",
        "Import refusé ce matin. 34 enseignants dont les cours ont été importés, 2 non.\nMerci de regarder.",
        "Margaux Essai impossible à accéder à pronot (élève)",
        "Pouvez-vous créer ces comptes ?\nNom;Prénom;Classe\nTESTARD;Zoé;5A\nESSAI;Luc;5B\n",
        "Nom\tPrénom\tClasse\nTESTARD\tZoé\t5A\nESSAI\tLuc\t5B\nJe les attends depuis lundi.\n",
        "",
        "   \n\n",
    ],
)
def test_messages_are_not_tables_even_with_commas_or_a_list_inside(message: str) -> None:
    assert not looks_like_table(source(message))


@pytest.mark.parametrize(
    "table",
    [
        "Nom;Prénom\nTESTARD;Zoé\n",
        "Nom,Prénom\nTESTARD,Zoé",
        "Nom Prénom\tCode source\nTESTARD Zoé\tZoé$TESTARD$2013-02-01\n",
        HISTORY,
        PRELIMINARY,
        "Salle;Capacité;Étage\nS12;30;1\nS13;28;2\n",
        "eleve,Zoé,TESTARD,zt,5A,x\nparent,Ida,TESTARD,it,,y\n",
    ],
)
def test_tables_and_reports_are_tables(table: str) -> None:
    assert looks_like_table(source(table))
    assert looks_like_table(source(table.encode("utf-16")))


def test_unknown_columns_are_shown_once_and_the_mapping_remembered() -> None:
    content = "Patro;Petit nom;Mot de passe;Truc\nTESTARD;Zoé;s3cret;x\nESSAI;Luc;s3cret;y\n"
    shown = unmapped(source(content))
    assert shown is not None
    assert shown.needed
    assert shown.columns == ("Patro", "Petit nom", "Mot de passe", "Truc")
    assert shown.guessed == ("", "", "mdp", "")
    assert shown.rows[0] == ("TESTARD", "Zoé", "•••", "x")
    mapping = {shown.signature: {"Patro": "nom", "Petit nom": "prenom", "Truc": "ignorer"}}
    export = read(content, mapping=mapping)
    assert [(r.surname, r.given_names) for r in export.records] == [("TESTARD", "Zoé"), ("ESSAI", "Luc")]
    assert "s3cret" not in repr(export)


def test_the_mapping_outranks_the_synonyms_and_names_guardians() -> None:
    content = "Nom;Prénom;Contact\nTESTARD;Zoé;TESTARD Ida\nESSAI;Luc;ESSAI Léo\n"
    shown = unmapped(source(content))
    assert shown is not None
    assert not shown.needed
    export = read(content, mapping={shown.signature: {"Contact": "resp1.nom_prenom"}})
    assert [r.surname for r in export.records if r.profile is Profile.PARENT] == ["TESTARD", "ESSAI"]


def test_a_table_without_header_is_named_by_its_columns() -> None:
    content = "TESTARD;Zoé;01/02/2013\nESSAI;Luc;03/04/2013\n"
    shown = unmapped(source(content))
    assert shown is not None
    assert (shown.line, shown.columns) == (0, ("colonne 1", "colonne 2", "colonne 3"))
    mapping = {shown.signature: {"colonne 1": "nom", "colonne 2": "prenom", "colonne 3": "date_naissance"}}
    export = read(content, mapping=mapping)
    assert [(r.surname, r.birth_date, r.origin.line) for r in export.records] == [
        ("TESTARD", "2013-02-01", 1),
        ("ESSAI", "2013-04-03", 2),
    ]


def test_nothing_is_asked_when_every_column_is_known() -> None:
    assert unmapped(source("Nom;Prénom;Classe\nTESTARD;Zoé;5A\n")) is None
    assert unmapped(source(PRELIMINARY)) is None


def test_a_screen_saved_as_a_web_page_is_a_table() -> None:
    page = (
        "<html><head><style>td{}</style></head><body><p>1 enseignant non reconnu dans l'établissement</p>\n"
        "<table><tr><th>Nom Prénom</th><th>Code source</th><th>Date de naissance</th></tr>\n"
        "<tr><td>TESTARD&nbsp;Luc</td><td>Luc$TESTARD$1974-10-02</td><td>02/10/1974</td></tr></table></body></html>"
    )
    export = read(page)
    assert looks_like_table(source(page))
    assert (export.kind, only(export).surname, only(export).origin.line) == (Kind.ENT_RAPPROCHEMENTS, "TESTARD", 3)


@pytest.mark.parametrize("title", ["Enseignants", "Élèves", "Personnels"])
def test_the_title_above_a_pasted_screen_is_not_its_header(title: str) -> None:
    table = (
        f"{title}\nNom Prénom\tCode source\tDate de naissance\tIdentifier\n"
        "TESTARD Luc\tLuc$TESTARD$1974-10-02\t02/10/1974\tParcourir\n"
    )
    assert looks_like_table(source(table))
    export = read(table)
    assert (export.kind, only(export).surname, only(export).birth_date) == (
        Kind.ENT_RAPPROCHEMENTS, "TESTARD", "1974-10-02",
    )  # fmt: skip


def test_a_list_of_names_under_a_title_is_still_a_list() -> None:
    content = "Enseignants\nTESTARD Luc\nESSAI Zoé\n"
    assert looks_like_table(source(content))
    assert [record.surname for record in read(content).records] == ["TESTARD", "ESSAI"]


def test_a_screen_pasted_with_spaces_between_its_cells_is_read() -> None:
    table = (
        "Enseignants\nNom Prénom Code source Date de naissance Identifier\n"
        "LE TESTARD Jean Luc Jean Luc$LE TESTARD$1974-10-02 02/10/1974 Parcourir\n"
        "ESSAI Zoé Zoé$ESSAI$ Parcourir\n"
    )
    assert looks_like_table(source(table))
    export = read(table)
    assert export.kind is Kind.ENT_RAPPROCHEMENTS
    assert [(r.surname, r.given_names, r.birth_date, r.ids["code_source"], r.origin.line) for r in export.records] == [
        ("LE TESTARD", "Jean Luc", "1974-10-02", "Jean Luc$LE TESTARD$1974-10-02", 3),
        ("ESSAI", "Zoé", "", "Zoé$ESSAI$", 4),
    ]


def test_a_markdown_table_is_read_without_its_rule() -> None:
    export = read("| Nom | Prénom | Classe |\n|-----|--------|--------|\n| TESTARD | Zoé | 5A |\n")
    assert (only(export).surname, only(export).division) == ("TESTARD", "5A")


def test_a_line_that_counts_several_things_is_as_many_counts_and_an_initial_ends_no_name() -> None:
    text = (
        "Bilan préliminaire de l'import\n"
        "Matières : 8 ajoutées\n"
        "Services d'enseignement : 12 ajoutés, 3 modifiés, 140 supprimés (dont 9 incomplets)\n"
        "Séances : 12 en plus, 6 749 en moins\n"
        "Enseignants dont les cours n'ont pas été importés : 2\n"
        "VALMIR N.\n"
        "CORDANT Ugo\n"
        "Les cours de ces enseignants sont ignorés.\n"
    )
    export = read(text)
    counts = {count.label: (count.value, count.names) for count in export.counts}
    assert counts["Séances en plus"][0] == 12
    assert counts["Séances en moins"][0] == 6749
    assert counts["Services d'enseignement supprimés"][0] == 140
    assert counts["Services d'enseignement incomplets"][0] == 9
    assert counts["Enseignants dont les cours n'ont pas été importés"] == (2, ("VALMIR N.", "CORDANT Ugo"))

"""The ENT (Skolengo): identifiers, directory, import screens, history, rejected accounts (formats.md §6)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from anyascii import anyascii

from diagnostics.demo_school.people import slug
from diagnostics.demo_school.views import ACCOUNT_PROFILES, Exports, Row
from diagnostics.demo_school.writers_siecle import french
from diagnostics.model import Profile
from diagnostics.text import code_source

IDENTIFIERS = (
    "rne", "uid", "classe", "profil", "prenom", "nom", "login", "mot de passe", "cle de jointure", "uid pere",
    "uid mere", "uid tuteur1", "uid tuteur2", "prenom enfant", "nom enfant", "adresse", "code postal", "ville",
    "pays",
)  # fmt: skip
IDENTIFIER_PROFILES = {
    Profile.ELEVE: "Eleve",
    Profile.PARENT: "Tuteur",
    Profile.ENSEIGNANT: "Professeur",
    Profile.NON_ENSEIGNANT: "Personnel",
    Profile.COLLECTIVITE: "Personnel de collectivite",
    Profile.AUTRE: "Autre",
}
PASSWORD_CHANGED = "Mot de passe déjà modifié par utilisateur"
PASSWORD_FAKE = "DEMO-0000"
DIRECTORY = (
    "Civilité", "Nom", "Prénom", "Profil", "Login", "Identifiant ENT", "Etablissement", "Groupes", "Statut", "Classe",
    "Fonction", "Date de naissance", "Annuaire d'origine", "Identifiant Pronote",
)  # fmt: skip
OLD_DIRECTORY_AGE = timedelta(days=10)


def table(rows: Iterable[Sequence[str]], encoding: str, *, delimiter: str = ";") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode(encoding, "replace")


def plain(value: str) -> str:
    """The file of identifiers has no accents."""
    return anyascii(value)


def identifiers(exports: Exports) -> bytes:
    """One line a person, one line a child for guardians; 19 columns, latin-1."""
    school = exports.school
    ours = [row for row in exports.accounts if row.extra["uai"] == school.uai][:: exports.listed_every]
    children: dict[str, list[Row]] = {}
    pupils = {row.person: row for row in ours if row.person.profile is Profile.ELEVE}
    for pupil, links in exports.tutors.items():
        for _, uid in links:
            if pupil in pupils:
                children.setdefault(uid, []).append(pupils[pupil])
    rows: list[Sequence[str]] = [IDENTIFIERS]
    for row in ours:
        seen = children.get(row.ids["uid"], [])
        rows += [identifier_line(exports, row, child) for child in seen] or [identifier_line(exports, row, None)]
    return table(rows, "latin-1")


def identifier_line(exports: Exports, row: Row, child: Row | None) -> list[str]:
    school, person = exports.school, row.person
    links = dict(exports.tutors.get(person, ()))
    street, postcode, town = person.family.address if person.family else ("", "", "")
    last = row.ids["uid"][-1]
    return [
        school.uai,
        row.ids["uid"],
        row.division,
        IDENTIFIER_PROFILES[person.profile],
        plain(row.given),
        plain(row.surname),
        row.ids["login"],
        PASSWORD_FAKE if last in "01" else PASSWORD_CHANGED,
        row.ids.get("jointure", ""),
        *(links.get(role, "") for role in ("pere", "mere", "tuteur1", "tuteur2")),
        plain(child.given) if child else "",
        plain(child.surname) if child else "",
        plain(street.upper()),
        postcode,
        plain(town.upper()),
        "FRANCE" if town else "",
    ]


def directory_line(row: Row) -> list[str]:
    return [
        "M." if row.sex == "M" else "Mme",
        row.surname,
        row.given,
        ACCOUNT_PROFILES[row.person.profile],
        row.ids["login"],
        row.ids["uid"],
        row.extra["school"],
        ", ".join(row.groups),
        row.extra["state"],
        row.division,
        row.extra["function"],
        french(row.birth),
        row.extra["directory"],
        row.ids.get("idpn", ""),
        "",
    ]


def directory(exports: Exports) -> bytes:
    rows = sorted(exports.accounts, key=lambda r: (r.surname, r.given, r.ids["uid"]))
    return table([[*DIRECTORY, ""], *map(directory_line, rows)], "utf-8")


def older_directory(exports: Exports) -> bytes:
    """The short export of some days before: eight columns, a few accounts more, the groups of that day."""
    rows = exports.accounts + exports.vanished
    rows.sort(key=lambda r: (r.surname, r.given, r.ids["uid"]))
    short = []
    for row in rows:
        groups = [*row.groups, *exports.typed_groups.get(row.person, ())]
        short.append([*directory_line(row)[:7], ", ".join(groups), ""])
    return table([[*DIRECTORY[:8], ""], *short], "utf-8")


def unrecognised(rows: list[Row], everyone: list[Row], word: str) -> bytes:
    """One screen of « Rapprochements » as an agent copies it: the counters, the advice, the table."""
    lines = [
        f"{len(everyone) - len(rows)} {word} reconnus dans l'établissement",
        f"{len(rows)} {word} non reconnus dans l'établissement",
        f"Certains {word} déclarés dans vos fichiers n'ont pas été reconnus dans l'ENT.",
        "Nom Prénom\tCode source\tDate de naissance\tIdentifier",
    ]
    for row in rows:
        source = code_source(row.given, row.surname, row.birth)
        lines.append(f"{row.surname} {row.given}\t{source}\t{french(row.birth)}\tCliquer sur parcourir Parcourir")
    return ("\n".join(lines) + "\n").encode()


def report(exports: Exports) -> bytes:
    """The « bilan préliminaire » of the import, as copied from the screen (knowledge.md §2.5)."""
    lost = [row for row in exports.unrecognised if row.person.profile is Profile.ENSEIGNANT]
    divisions = [exports.edt_divisions[code] for code in exports.not_imported]
    lines = [
        "Bilan préliminaire d'import des données de vie scolaire sauvegardées après validation :",
        "Matières",
        counted(0, "matière ajoutée", "matières ajoutées"),
        counted(0, "matière modifiée", "matières modifiées"),
        "Services d'enseignement",
        counted(len(exports.school.services), "service d'enseignement modifié", "services d'enseignement modifiés")
        + " dont 0 incomplet",
        "Séances",
        counted(exports.fewer_sessions, "séance", "séances") + " en moins depuis l'import précédent",
        "Classes / Services d'enseignement",
        counted(len(exports.edt_divisions) - len(divisions), "classe", "classes")
        + " dont les services ont été importés",
        counted(len(divisions), "classe", "classes") + " dont les services n'ont pas été importés",
        *divisions,
        "Groupes d'option / Services d'enseignement",
        counted(len(exports.edt_groups), "groupe", "groupes") + " d'option dont les services ont été importés",
        "Enseignants / Cours",
        counted(len(exports.edt_teachers) - len(lost), "enseignant", "enseignants")
        + " dont les cours ont été importés",
        counted(len(lost), "enseignant", "enseignants") + " dont les cours n'ont pas été importés",
        *(f"{row.surname} {row.given}" for row in lost),
        "Gestion des classes et groupes d'option",
        counted(0, "groupe d'option à créer", "groupes d'option à créer"),
        counted(0, "groupe d'option à renommer", "groupes d'option à renommer"),
    ]
    return ("\n".join(lines) + "\n").encode()


def counted(number: int, one: str, several: str) -> str:
    return f"{number} {several if number > 1 else one}"


def phones(exports: Exports) -> bytes:
    """The ENT's list « Téléphones mis à jour » (knowledge.md §2.4)."""
    rows = [[row.surname, row.given, "Tuteur", number] for row, number in exports.phones]
    return table([["Nom", "Prénom", "Profil", "Téléphone"], *rows], "utf-8")


def history(exports: Exports) -> bytes:
    lines = ["Date\tStatut\tAuto\tEtablissement\tFichiers importés\tBilan"]
    for run in sorted(exports.runs, key=lambda r: r.when, reverse=True):
        mark = "✓" if run.status.startswith("Import") else "✗"
        lines.append(
            f"{run.when:%d/%m/%Y à %H:%M}\t{mark} {run.status}\t{'Oui' if run.auto else 'Non'}\t"
            f"{exports.school.uai}\t{run.file}\t{run.report}"
        )
    return ("\n".join(lines) + "\n").encode()


def rejected(exports: Exports) -> bytes:
    header = ["Profil", "Nom", "Prénom", "Date de naissance", "Classe", "Clé de jointure", "Motif de rejet"]
    rows = [
        [
            ACCOUNT_PROFILES[row.person.profile],
            row.surname,
            row.given,
            french(row.birth),
            row.division,
            row.ids.get("jointure", ""),
            reason,
        ]
        for row, reason in exports.rejected
    ]
    return table([header, *rows], "latin-1")


def files(exports: Exports) -> dict[str, bytes]:
    school = exports.school
    before: date = school.today - OLD_DIRECTORY_AGE
    written = {
        f"ENT-Identifiants-{school.uai}.csv": identifiers(exports),
        f"annuaire_{school.uai}_{school.today.isoformat()}.csv": directory(exports),
        f"annuaire_{school.uai}_{before.isoformat()}.csv": older_directory(exports),
        "bilans_import.txt": history(exports),
        "bilan_preliminaire.txt": report(exports),
    }
    for profile, word, everyone in (
        (Profile.ENSEIGNANT, "enseignants", exports.edt_teachers),
        (Profile.ELEVE, "élèves", exports.edt_pupils),
    ):
        rows = [row for row in exports.unrecognised if row.person.profile is profile]
        if rows:
            written[f"rapprochements_{slug(word)}.txt"] = unrecognised(rows, everyone, word)
    if exports.phones:
        written["telephones_mis_a_jour.csv"] = phones(exports)
    if exports.rejected:
        written[f"comptes_rejetes_{school.uai}.csv"] = rejected(exports)
    return written

"""Lists of EduConnect's administration and of PRONOTE (formats.md §7 and §9): the columns of their screens."""

from __future__ import annotations

from diagnostics.demo_school.views import Exports, latin9, official
from diagnostics.demo_school.writers_ent import table
from diagnostics.demo_school.writers_siecle import french

NEVER = "Non renseigné"
STATE_COLUMNS = ("Identifiant", "Adr. mail", "État du compte", "Dernière information", "Dernière connexion")


def educonnect_pupils(exports: Exports) -> bytes:
    header = ["Élève", "Classe", *STATE_COLUMNS]
    rows = [
        [
            f"{row.surname} {row.given}",
            row.division,
            row.ids["educonnect"],
            row.extra["mail"],
            row.extra["state"],
            french(row.extra["last_notice"]) or NEVER,
            french(row.extra["last_login"]) or NEVER,
        ]
        for row in sorted(exports.educonnect_pupils, key=lambda r: (r.division, r.surname, r.given))
    ]
    return table([header, *rows], "utf-8-sig")


def educonnect_guardians(exports: Exports) -> bytes:
    header = ["Nom", "Prénom", "Élève(s) rattaché(s)", *STATE_COLUMNS]
    divisions = {row.person: row.division for row in exports.siecle_pupils}
    rows = []
    for row in sorted(exports.educonnect_guardians, key=lambda r: (r.surname, r.given, r.ids["educonnect"])):
        children = [
            f"{official(pupil.shown_surname)} {latin9(pupil.given)} ({divisions.get(pupil, pupil.division)})"
            for pupil in exports.educonnect_children.get(row.ids["educonnect"], ())
        ]
        rows.append(
            [
                row.surname,
                row.given,
                ", ".join(children),
                row.ids["educonnect"],
                row.extra["mail"],
                row.extra["state"],
                french(row.extra["last_notice"]) or NEVER,
                french(row.extra["last_login"]) or NEVER,
            ]
        )
    return table([header, *rows], "utf-8-sig")


def pronote_pupils(exports: Exports) -> bytes:
    """The list of pupils as it is on PRONOTE's screen: a title, one cell for the name, a total."""
    school = exports.school
    linked = {row.ids["idpn"]: row.ids["uid"] for row in exports.accounts if row.ids.get("idpn")}
    header = ["Élève", "Né(e) le", "Sexe", "Classe", "Groupes", "Numéro national", "Identifiant CAS"]
    rows: list[list[str]] = [[f"Liste des élèves - {school.name} - {school.today:%d/%m/%Y}"] + [""] * 6, header]
    everyone = sorted(exports.pronote_pupils, key=lambda r: (r.surname, r.given))
    rows += [
        [
            f"{row.surname} {row.given}",
            french(row.birth),
            "G" if row.sex == "M" else "F",
            exports.edt_divisions.get(row.division, row.division),
            ", ".join(row.groups),
            row.ids.get("ine", ""),
            linked.get(row.ids.get("idpn", ""), ""),
        ]
        for row in everyone
    ]
    rows.append([f"{len(everyone)} élèves"] + [""] * 6)
    return table(rows, "utf-8-sig")


def files(exports: Exports) -> dict[str, bytes]:
    school = exports.school
    return {
        f"educonnect_eleves_{school.uai}.csv": educonnect_pupils(exports),
        f"educonnect_responsables_{school.uai}.csv": educonnect_guardians(exports),
        "Liste des élèves PRONOTE.csv": pronote_pupils(exports),
    }

"""EDT: the clear ``ExportEmploiDuTemps`` and the encrypted envelope that is really handed over (formats.md §4)."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from xml.sax.saxutils import escape

from diagnostics.demo_school.people import ALL_SUBJECTS, Person, School
from diagnostics.demo_school.views import Exports, Row

INNER = "http://www.index-education.com/exportemploidutemps"
ENVELOPE = "http://www.index-education.com/conteneurexportchiffre"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
WEEKS = (1 << 44) - 2
"""Bit mask of the weeks of a year (formats.md §4.2)."""
PLACES = 20
PLACE_MINUTES = 30
RSA_BYTES = 256
ENTITIES = {'"': "&quot;"}


def attributes(**values: str) -> str:
    return "".join([f' {name}="{escape(value, ENTITIES)}"' for name, value in values.items()])


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def grid() -> list[str]:
    lines = [f'<GrilleHoraire NombrePlacesParJour="{PLACES}" DureePlace="{PLACE_MINUTES}">', "<JoursOuvres>"]
    lines += [f"<Jour>{day}</Jour>" for day in range(1, 6)]
    lines += ["</JoursOuvres>", "<PlacesParJour>"]
    for place in range(PLACES):
        start, end = (f"{8 + (place + n) // 2:02d}:{30 * ((place + n) % 2):02d}:00" for n in (0, 1))
        lines.append(f"<Place{attributes(Numero=str(place), LibelleHeureDebut=start, LibelleHeureFin=end)}/>")
    return [*lines, "</PlacesParJour>", "</GrilleHoraire>"]


def teacher_element(school: School, row: Row) -> str:
    values = attributes(
        Ident=row.ids["ident"],
        Nom=row.surname,
        Prenom=row.given,
        DateNaissance=row.birth,
        CodePostal=school.postcode,
        IDSTS=row.ids.get("sts_id", ""),
        IDPN=row.ids.get("idpn", ""),
        IDCAS="",
    )
    return f"<Professeur{values}/>"


def pupil_lines(exports: Exports, row: Row, classes: dict[str, int], parts: dict[Person, list[int]]) -> list[str]:
    school, pupil = exports.school, row.person
    span = attributes(DateEntree=f"{school.year}-09-01", DateSortie=f"{school.year + 1}-08-31")
    values = attributes(
        Ident=row.ids["ident"],
        Nom=row.surname,
        Prenom=row.given,
        DateNaissance=row.birth,
        Sexe="Masculin" if row.sex == "M" else "Feminin",
        NumeroNational=row.ids.get("ine", ""),
        IDSconet=row.ids.get("eleve_id", ""),
        IDEtablissement="",
        IDPN=row.ids.get("idpn", ""),
        IDCAS="",
    )
    lines = [f"<Eleve{values}>"]
    street, postcode, town = pupil.family.address if pupil.family else ("", "", "")
    for rank, guardian in exports.edt_guardians.get(pupil, []):
        values = attributes(
            Ident=guardian.ids["ident"],
            RespLegal=rank,
            Nom=guardian.surname,
            Prenom=guardian.given,
            Civilite="Mme" if guardian.sex == "F" else "M.",
            Adresse1=street,
            CodePostal=postcode,
            Ville=town.upper(),
            IDPN=guardian.ids.get("idpn", ""),
        )
        lines.append(f"<Responsable{values}/>")
    if row.division:
        lines.append(f'<Classe Ident="{classes[row.division]}"{span}/>')
        lines += [f'<PartieDeClasse Ident="{ident}"{span}/>' for ident in parts.get(pupil, ())]
    lines.append("</Eleve>")
    return lines


def clear(exports: Exports) -> bytes:
    """The document inside the envelope, as EDT writes it in clear for the partners that ask for it."""
    school = exports.school
    subjects = {s.code: n for n, s in enumerate(ALL_SUBJECTS, 2)}
    classes = {code: n for n, code in enumerate(exports.edt_divisions, 2)}
    groups = {code: n for n, code in enumerate(exports.edt_groups, 2)}
    parts: dict[Person, list[int]] = {}
    for part in exports.edt_parts:
        for pupil in part.pupils:
            parts.setdefault(pupil, []).append(part.ident)
    schema = f'xsi:schemaLocation="{INNER} http://telechargement.index-education.com/export/ExportEmploiDuTemps.xsd"'
    year = attributes(
        DateDebut=f"{school.year}-09-01",
        DateFin=f"{school.year + 1}-08-31",
        DatePremierJourSemaine1=monday(school.start).isoformat(),
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<ExportEmploiDuTemps xmlns="{INNER}" {XSI} {schema} Version="1.1" UAI="{school.uai}">',
        f"<AnneeScolaire{year}/>",
        *grid(),
        "<Matieres>",
        *(f"<Matiere{attributes(Ident=str(subjects[s.code]), Code=s.short, Libelle=s.label)}/>" for s in ALL_SUBJECTS),
        "</Matieres>",
        "<Professeurs>",
        *(teacher_element(school, row) for row in exports.edt_teachers),
        "</Professeurs>",
        "<Classes>",
    ]
    for code, name in exports.edt_divisions.items():
        lines.append(f"<Classe{attributes(Ident=str(classes[code]), Nom=name)}>")
        lines += [f'<PartieDeClasse Ident="{p.ident}"/>' for p in exports.edt_parts if p.division == code]
        lines.append("</Classe>")
    for number, name in enumerate(exports.edt_doubled, len(classes) + 2):
        lines.append(f"<Classe{attributes(Ident=str(number), Nom=name)}/>")
    lines += ["</Classes>", "<Groupes>"]
    for code in exports.edt_groups:
        lines.append(f"<Groupe{attributes(Ident=str(groups[code]), Nom=code)}>")
        lines += [f'<PartieDeClasse Ident="{p.ident}"/>' for p in exports.edt_parts if p.group == code]
        lines.append("</Groupe>")
    lines += ["</Groupes>", "<Salles>"]
    lines += [f'<Salle Ident="{15_500 + n}" Nom="S{n:02d}"/>' for n in range(1, len(classes) + 4)]
    lines += ["</Salles>", "<Eleves>"]
    for row in exports.edt_pupils:
        lines += pupil_lines(exports, row, classes, parts)
    lines += ["</Eleves>", "<Cours>", *course_lines(exports, subjects, classes, groups), "</Cours>"]
    lines.append("</ExportEmploiDuTemps>")
    return "\r\n".join([*lines, ""]).replace("’", "'").encode("utf-8")


def course_lines(
    exports: Exports, subjects: dict[str, int], classes: dict[str, int], groups: dict[str, int]
) -> list[str]:
    lines = []
    idents = {row.person: row.ids["ident"] for row in exports.edt_teachers}
    for course in exports.edt_courses:
        service = course.service
        if service.is_group and not course.part and service.structure not in groups:
            continue
        values = attributes(Jour=str(course.day), NumeroPlaceDebut=str(course.place), NombrePlaces=str(course.length))
        lines.append(f'<Cours{values}><Matiere Ident="{subjects[service.subject.code]}"/>')
        lines += [f'<Professeur Ident="{idents[t]}" Semaines="{WEEKS}"/>' for t in service.teachers if t in idents]
        if course.part:
            lines.append(f'<PartieDeClasse Ident="{course.part.ident}" Semaines="{WEEKS}"/>')
        elif service.is_group:
            lines.append(f'<Groupe Ident="{groups[service.structure]}" Semaines="{WEEKS}"/>')
        else:
            lines.append(f'<Classe Ident="{classes[service.structure]}" Semaines="{WEEKS}"/>')
        lines.append("</Cours>")
    return lines


def envelope(school: School, partner: str, made: str, size: int) -> bytes:
    """An encrypted export: only the partner can open it, so its content is random bytes of the true size."""

    def noise(count: int) -> str:
        encoded = base64.b64encode(school.rng.randbytes(count)).decode()
        return "\n".join(encoded[i : i + 76] for i in range(0, len(encoded), 76))

    schema = (
        f'xsi:schemaLocation="{ENVELOPE} http://telechargement.index-education.com/export/ConteneurExportChiffre.xsd"'
    )
    keys = "".join(f'<PARTENAIRE NOM="{name}">{noise(RSA_BYTES)}</PARTENAIRE>' for name in ("INDEXEDUCATION", partner))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<EXPORT_INDEX_EDUCATION xmlns="{ENVELOPE}" {XSI} {schema}>'
        f"<VERSION>1.0</VERSION><LOGICIEL>EDT Réseau-EDT {school.year} - 0.2.9</LOGICIEL><CLES>{keys}</CLES>"
        f"<CONTENU>{noise(size)}</CONTENU><VERIFICATION>{noise(32)}</VERIFICATION>"
        f"<DATEHEURE>{made}</DATEHEURE><UAI>{school.uai}</UAI>"
        f"<NOMETABLISSEMENT>{escape(school.name)}</NOMETABLISSEMENT>"
        f"<CODEPOSTALVILLE>{school.postcode}</CODEPOSTALVILLE></EXPORT_INDEX_EDUCATION>"
    ).encode()


def identifiers(exports: Exports) -> bytes:
    """The identifiers that Pronote gives the ENT, in clear, for one person in ``listed_every`` (formats.md §5)."""
    people = (("Professeur", exports.edt_teachers), ("Eleve", exports.edt_pupils))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<ExportIdentifiantsPronote UAI="{exports.school.uai}">']
    for name, rows in people:
        lines.append(f"<{name}s>")
        for row in rows[:: exports.listed_every]:
            values = attributes(
                Nom=row.surname, Prenom=row.given, DateNaissance=row.birth, IDPN=row.ids.get("idpn", "")
            )
            lines.append(f"<{name}{values}/>")
        lines.append(f"</{name}s>")
    return "\r\n".join([*lines, "</ExportIdentifiantsPronote>", ""]).encode()


def files(exports: Exports) -> dict[str, bytes]:
    school = exports.school
    inner = clear(exports)
    day = (school.today - timedelta(days=3)).isoformat()
    written = {
        f"EDT_To_KOSMOS_{school.uai}_en_clair.xml": inner,
        f"EDT_To_KOSMOS_{school.uai}.xml": envelope(school, "KOSMOS", f"{day}T10:19:08.486+02:00", len(inner) // 9),
    }
    if exports.listed_every > 1:
        written[f"IdPN_To_KOSMOS_{school.uai}.xml"] = identifiers(exports)
    if exports.wrong_partner:
        later = (school.today - timedelta(days=1)).isoformat()
        name = f"EDT_To_LACLASSE_{school.uai}.xml"
        written[name] = envelope(school, "LaclasseCom", f"{later}T17:02:41.120+02:00", len(inner) // 9)
    return written

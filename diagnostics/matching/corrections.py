"""What the agent leaves with: what to type in the ENT's import screen, and what to correct at the source.

The ENT is a mirror (knowledge.md §1, flow): an error is corrected where the value is born – SIECLE for pupils and
guardians, STS-Web or the staff file for teachers – or where it was typed again – EDT, PRONOTE. What the academic
directory feeds (ENT, EduConnect) corrects itself after the next exchange and gives no line here.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from diagnostics import text
from diagnostics.matching import keys
from diagnostics.matching.classes import ClassLevel, compare_divisions, normal
from diagnostics.matching.names import SAME, Level, compare_given, compare_surnames
from diagnostics.matching.people import WALLS, Wall, sex_of
from diagnostics.model import (
    PROFILE_LABELS,
    VERDICT_LABELS,
    Export,
    Identity,
    Kind,
    Link,
    Profile,
    Record,
    Struct,
    Verdict,
)
from diagnostics.safety import csv_cell

IMPORT_KINDS = (Kind.ENT_RAPPROCHEMENTS, Kind.EDT_CLAIR)
"""Exports whose persons the import screen asks for, best first: the screen itself says whom it does not know."""
AUTHORITIES: Mapping[Wall, tuple[Kind, ...]] = {
    Wall.PUPIL: (Kind.SIECLE_ELEVES, Kind.SIECLE_CSV),
    Wall.GUARDIAN: (Kind.SIECLE_RESPONSABLES,),
    Wall.STAFF: (Kind.STS_EMP,),
}
"""Whose statement holds (knowledge.md §1)."""
TYPED_AGAIN = frozenset({Kind.EDT_CLAIR, Kind.EDT_COURS, Kind.PRONOTE_LISTE, Kind.UDT, Kind.IMPORT_ELEVES, Kind.LSU})
"""Software of the school where persons are typed, or imported once and then live their own life."""
FED = frozenset({Kind.AAF, Kind.ENT_IDENTIFIANTS, Kind.ENT_ANNUAIRE, Kind.EDUCONNECT_ELEVES,
                 Kind.EDUCONNECT_RESPONSABLES, Kind.GAR})  # fmt: skip
TIMETABLE, DIRECTORY = "EDT et PRONOTE", "l’annuaire"
"""The two voices independent of the authority: EDT and PRONOTE share one base, the ENT and EduConnect one feed."""
DOUBT = "à vérifier sur pièce"
"""Beginning of the reason of a value that the base that holds states alone against the others."""
WHOLE_CLASS = 5
WHOLE_CLASS_SHARE = 0.7
"""Pupils of a class, in number and share, beyond whom another class code is a matter of the class, not of them."""
SCREENS: Mapping[tuple[Kind, Wall], tuple[str, str]] = {
    (Kind.SIECLE_ELEVES, Wall.PUPIL): ("SIECLE Base élèves", "Fiches élèves › identité"),
    (Kind.SIECLE_RESPONSABLES, Wall.GUARDIAN): ("SIECLE Base élèves", "Fiches élèves › responsables"),
    (Kind.STS_EMP, Wall.STAFF): ("STS-Web", "Enseignants et personnels (agent du rectorat : service de gestion)"),
    (Kind.EDT_CLAIR, Wall.PUPIL): ("EDT", "Élèves › liste › fiche d’identité"),
    (Kind.EDT_CLAIR, Wall.GUARDIAN): ("EDT", "Élèves › fiche › responsables"),
    (Kind.EDT_CLAIR, Wall.STAFF): ("EDT", "Professeurs › liste › fiche d’identité"),
    (Kind.PRONOTE_LISTE, Wall.PUPIL): ("PRONOTE", "Ressources › Élèves › Dossier › Identité"),
    (Kind.PRONOTE_LISTE, Wall.GUARDIAN): ("PRONOTE", "Ressources › Élèves › Dossier › Responsables"),
    (Kind.PRONOTE_LISTE, Wall.STAFF): ("PRONOTE", "Ressources › Professeurs › Fiche"),
}
SOFTWARE: Mapping[Kind, str] = {
    Kind.EDT_CLAIR: "EDT", Kind.EDT_COURS: "EDT", Kind.PRONOTE_LISTE: "PRONOTE", Kind.UDT: "UDT",
    Kind.IMPORT_ELEVES: "EDT", Kind.LSU: "PRONOTE", Kind.SIECLE_ELEVES: "SIECLE Base élèves",
    Kind.SIECLE_CSV: "SIECLE Base élèves", Kind.SIECLE_RESPONSABLES: "SIECLE Base élèves", Kind.STS_EMP: "STS-Web",
}  # fmt: skip
NAMES = "Nom et prénom"
FAR = frozenset({Level.DIFFERENT, Level.UNKNOWN})
FIELD_TITLES = {"nom": "Nom", "prénom": "Prénom", "naissance": "Date de naissance", "sexe": "Sexe", "classe": "Classe",
                "ine": "INE"}  # fmt: skip


class ToType(Struct, frozen=True, kw_only=True):
    """A line of « Rapprochements »: the person the screen shows, the account to choose."""

    code_source: str
    person: str
    birth_date: str
    profile: str
    account: str
    """Identifiant ENT, or what the export gives in its place."""
    login: str
    account_name: str
    school: str
    decided_by: str


class Waiting(Struct, frozen=True, kw_only=True):
    """A person of the import screen for whom there is no account to choose yet, or none at all."""

    person: str
    birth_date: str
    profile: str
    verdict: str
    """« à confirmer » or « absent »."""
    why: str
    """What keeps the verdict open, or what to expect instead of an account."""


class Correction(Struct, frozen=True, kw_only=True):
    """A value to change at the source."""

    software: str
    screen: str
    person: str
    profile: str
    division: str
    field: str
    now: str
    wanted: str
    because: str
    file: str
    line: int


WAITING_HEADER = ("Personne", "Naissance", "Profil", "Verdict", "Pourquoi")
TO_TYPE_HEADER = ("Code source", "Personne", "Naissance", "Profil", "Identifiant ENT", "Login", "Compte",
                  "Établissement", "Décidé par")  # fmt: skip
CORRECTION_HEADER = ("Logiciel", "Écran", "Personne", "Profil", "Classe", "Champ", "Valeur actuelle", "Valeur voulue",
                     "Pourquoi", "Fichier", "Ligne")  # fmt: skip


def to_type(links: Iterable[Link], exports: Iterable[Export]) -> tuple[ToType, ...]:
    """Lines for the import screen: the persons it does not know whose account is certain.

    Without a « Rapprochements » table, the persons of the timetable whose name or birth date is not written as the
    account's: the ENT recognises the others by itself (formats.md §4.2).
    """
    found = []
    asked, on_screen = _on_screen(links, exports)
    for link in on_screen:
        record, account = link.record, link.account
        if link.verdict is not Verdict.CERTAIN or account is None:
            continue
        if asked is Kind.EDT_CLAIR and _recognised(record, account):
            continue
        found.append(
            ToType(
                code_source=record.ids.get("code_source", "")
                or text.code_source(record.given_names, record.surname, record.birth_date),
                person=_name(record),
                birth_date=text.french_date(record.birth_date),
                profile=PROFILE_LABELS[record.profile],
                account=account.ids.get("uid", "") or account.ids.get("jointure", ""),
                login=account.ids.get("login", ""),
                account_name=_name(account),
                school=account.extra.get("main_school", "") or account.school,
                decided_by=link.decided_by,
            )
        )
    return tuple(sorted(found, key=lambda row: (row.profile, text.fold(row.person), row.code_source)))


def waiting(links: Iterable[Link], exports: Iterable[Export]) -> tuple[Waiting, ...]:
    """The other persons of the import screen: to confirm first, or without account, each with why."""
    _, on_screen = _on_screen(links, exports)
    found = [
        Waiting(
            person=_name(link.record),
            birth_date=text.french_date(link.record.birth_date),
            profile=PROFILE_LABELS[link.record.profile],
            verdict=VERDICT_LABELS[link.verdict],
            why=(link.expected if link.verdict is Verdict.ABSENT else "") or link.why,
        )
        for link in on_screen
        if link.verdict is not Verdict.CERTAIN and link.record.profile is not Profile.PARENT
    ]
    return tuple(sorted(found, key=lambda row: (row.verdict, row.profile, text.fold(row.person), row.birth_date)))


def _on_screen(links: Iterable[Link], exports: Iterable[Export]) -> tuple[Kind | None, list[Link]]:
    """The export that says whom the import screen asks for, and its links; guardians are never asked for."""
    kinds = {export.id: export.kind for export in keys.active(exports)}
    asked = next((kind for kind in IMPORT_KINDS if kind in kinds.values()), None)
    return asked, [link for link in links if asked and kinds.get(link.record.origin.export) is asked]


def at_source(identities: Iterable[Identity], exports: Iterable[Export]) -> tuple[Correction, ...]:
    """Values that the records of one human contradict each other on, each with where it is to be changed."""
    active = {export.id: export for export in keys.active(exports)}
    known = tuple(identities)
    found: dict[tuple[str, ...], Correction] = {}
    for identity in known:
        if identity.contradictions:
            for row in _corrections(identity, active):
                found.setdefault((row.software, row.person, row.field, row.now, row.wanted, row.division), row)
    rows = _by_class(found.values(), Counter(i.division for i in known if i.profile is Profile.ELEVE))
    return tuple(sorted(rows, key=lambda r: (r.software, r.screen, text.fold(r.person), r.field, r.now)))


def _by_class(rows: Iterable[Correction], sizes: Mapping[str, int]) -> Iterable[Correction]:
    """The rows, those that give most of a class another code made one for each software."""
    moved: dict[tuple[str, frozenset[str]], list[Correction]] = {}
    for row in rows:
        if row.field == FIELD_TITLES["classe"]:
            moved.setdefault((row.division, frozenset((row.now, row.wanted))), []).append(row)
        else:
            yield row
    for (division, codes), told in moved.items():
        pupils = len({row.person for row in told})
        if pupils < max(WHOLE_CLASS, WHOLE_CLASS_SHARE * sizes.get(division, 0)):
            yield from told
            continue
        # Each side may be told to take the other's code: of two directions, only that of the base that holds.
        together = [row for row in told if not row.because.startswith(DOUBT)] or told
        whole = f"toute la classe {division} ({pupils} élèves)"
        why = f"{' et '.join(sorted(codes))} : un seul code partout"
        for row in {row.software: row for row in together}.values():
            yield msgspec.structs.replace(row, person=whole, profile="", division="", because=why)


def _corrections(identity: Identity, exports: Mapping[str, Export]) -> Iterable[Correction]:
    wall = WALLS[identity.profile]
    stated = [(record, exports[record.origin.export]) for record in identity.records if record.origin.export in exports]
    kinds = AUTHORITIES.get(wall, ())
    authority = next(((r, e) for kind in kinds for r, e in stated if e.kind is kind), None)
    if authority is None:
        return
    holder, source = authority
    for record, export in stated:
        turned = _turned(holder, record)
        if turned and export.kind in TYPED_AGAIN:
            now = _names((record.surname, record.given_names))
            yield _row(identity, wall, record, export, NAMES, now, _names(turned), "nom et prénom inversés")
    straight = [(record, export) for record, export in stated if _turned(holder, record) is None]
    for field in FIELD_TITLES:
        right = _value(holder, field)
        heard = straight if field in {"nom", "prénom"} else stated
        others = [(value, r, e) for r, e in heard if (value := _value(r, field)) and not _agree(field, holder, r)]
        if not right or not others:
            continue
        if doubt := _outvoted(field, others):
            why = f"{DOUBT} : {TIMETABLE} et {DIRECTORY} disent autre chose"
            yield _row(identity, wall, holder, source, field, right, doubt, why)
            continue
        for value, record, export in others:
            if export.kind in TYPED_AGAIN:
                why = f"{SOFTWARE.get(source.kind, source.label)} fait foi"
                yield _row(identity, wall, record, export, field, value, _wanted(field, holder, record), why)


def _turned(authority: Record, record: Record) -> tuple[str, str] | None:
    """The surname and given name to type when a record has them in each other's place, None when it has not."""
    if compare_given(record.surname, authority.given_names) is not Level.EXACT:
        return None
    forms = [form for form in (authority.usage_name, authority.surname) if form]
    found = next((form for form in forms if compare_surnames(record.given_names, form) is Level.EXACT), "")
    return (found, authority.given_names) if found else None


def _names(names: tuple[str, str]) -> str:
    return "nom {}, prénom {}".format(*names)


def _outvoted(field: str, others: Sequence[tuple[str, Record, Export]]) -> str:
    """The value that the timetable and the directory agree on against the authority, "" when they do not."""
    voices: dict[str, set[str]] = {TIMETABLE: set(), DIRECTORY: set()}
    spelt: dict[str, str] = {}
    for value, _, export in others:
        voice = TIMETABLE if export.kind in TYPED_AGAIN else DIRECTORY if export.kind in FED else ""
        if voice:
            key = _key(field, value)
            voices[voice].add(key)
            spelt[key] = min(value, spelt.get(key, value))
    shared = voices[TIMETABLE] & voices[DIRECTORY]
    return spelt[min(shared)] if shared else ""


def _value(record: Record, field: str) -> str:
    if field == "nom":
        return record.surname or record.usage_name
    if field == "sexe":
        return sex_of(record)
    if field == "ine":
        return keys.hard_id(record, "ine")
    return {"prénom": record.given_names, "naissance": record.birth_date, "classe": record.division}[field]


def _key(field: str, value: str) -> str:
    if field == "classe":
        return normal(value)[1]
    return text.fold(value).replace(" ", "") if field in {"nom", "prénom"} else value


def _agree(field: str, authority: Record, record: Record) -> bool:
    """Whether a record says of a field what the authority does, in any of its names."""
    value, right = _value(record, field), _value(authority, field)
    if not value or not right:
        return True
    if field == "nom":
        forms = [form for form in (authority.surname, authority.usage_name) if form]
        return any(
            compare_surnames(mine, form) is Level.EXACT
            for form in forms
            for mine in (record.surname, record.usage_name)
            if mine
        )
    if field == "prénom":
        return compare_given(value, right) is Level.EXACT
    if field == "classe":
        return compare_divisions(value, right) is ClassLevel.EXACT
    return value == right


def _wanted(field: str, authority: Record, record: Record) -> str:
    """The authority's value; of its two surnames, the one that the record comes near, else the one that is used."""
    if field != "nom" or not authority.usage_name:
        return _value(authority, field)
    birth, usage = (compare_surnames(record.surname, name) for name in (authority.surname, authority.usage_name))
    return authority.surname if usage in FAR and birth not in FAR else authority.usage_name


def _row(
    identity: Identity, wall: Wall, record: Record, export: Export, field: str, now: str, wanted: str, because: str
) -> Correction:
    software, screen = SCREENS.get(
        (export.kind, wall), (SOFTWARE.get(export.kind, export.file), "fiche de la personne")
    )
    dates = field == "naissance"
    return Correction(
        software=software,
        screen=screen,
        person=f"{identity.surname} {identity.given_names}".strip(),
        profile=PROFILE_LABELS[identity.profile],
        division=identity.division,
        field=FIELD_TITLES.get(field, field),
        now=text.french_date(now) if dates else now,
        wanted=text.french_date(wanted) if dates else wanted,
        because=because,
        file=export.label,
        line=record.origin.line,
    )


def _recognised(record: Record, account: Record) -> bool:
    """Whether the ENT recognises the person by itself: same surname, given name and birth date (formats.md §4.2)."""
    surname = any(
        compare_surnames(record.surname, form) is Level.EXACT for form in (account.surname, account.usage_name) if form
    )
    same_date = not record.birth_date or not account.birth_date or record.birth_date == account.birth_date
    return surname and same_date and compare_given(record.given_names, account.given_names) in SAME


def _name(record: Record) -> str:
    return f"{record.surname} {record.given_names}".strip()


def to_type_text(rows: Sequence[ToType]) -> str:
    """The list as text to keep beside the screen."""
    if not rows:
        return "Rien à saisir dans l’écran « Rapprochements »."
    lines = [f"Écran « Rapprochements » de l’import : {_count(len(rows), 'compte')} à choisir"]
    for profile in dict.fromkeys(row.profile for row in rows):
        lines += ["", profile.capitalize() + "s"]
        for row in rows:
            if row.profile == profile:
                where = f", {row.school}" if row.school else ""
                login = f" ({row.login})" if row.login else ""
                lines.append(f"  {row.code_source}  →  {row.account_name}, {row.account}{login}{where}")
    return "\n".join(lines)


def waiting_text(rows: Sequence[Waiting]) -> str:
    """Whom the import screen asks for and nobody can choose an account for yet; "" when there is none."""
    lines: list[str] = []
    for verdict, title in ((Verdict.REVIEW, "à confirmer d’abord"), (Verdict.ABSENT, "sans compte")):
        chosen = [row for row in rows if row.verdict == VERDICT_LABELS[verdict]]
        if chosen:
            lines += ["", f"{_count(len(chosen), 'personne')} {title}"]
        said: dict[str, list[str]] = {}
        for row in chosen:
            who = ", ".join(part for part in (row.person, row.profile, row.birth_date) if part)
            said.setdefault(row.why, []).append(who)
        for why, people in said.items():
            lines += [f"  {people[0]} : {why}"] if len(people) == 1 else [f"  {why} :", *(f"    {p}" for p in people)]
    return "\n".join(lines[1:])


def at_source_text(rows: Sequence[Correction]) -> str:
    """The corrections as text, software by software and screen by screen."""
    if not rows:
        return "Rien à corriger à la source."
    lines = [f"{_count(len(rows), 'valeur')} à corriger à la source"]
    for software, screen in dict.fromkeys((row.software, row.screen) for row in rows):
        lines += ["", f"{software} › {screen}"]
        for row in rows:
            if (row.software, row.screen) == (software, screen):
                who = ", ".join(part for part in (row.person, row.profile, row.division) if part)
                lines.append(f"  {who} : {row.field} « {row.now} » → « {row.wanted} » ({row.because})")
    return "\n".join(lines)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"


def to_type_rows(rows: Iterable[ToType]) -> list[tuple[str, ...]]:
    """Header and lines of the CSV file."""
    return [TO_TYPE_HEADER, *(
        (r.code_source, r.person, r.birth_date, r.profile, r.account, r.login, r.account_name, r.school, r.decided_by)
        for r in rows
    )]  # fmt: skip


def waiting_rows(rows: Iterable[Waiting]) -> list[tuple[str, ...]]:
    """Header and lines of the CSV file."""
    return [WAITING_HEADER, *((r.person, r.birth_date, r.profile, r.verdict, r.why) for r in rows)]


def at_source_rows(rows: Iterable[Correction]) -> list[tuple[str, ...]]:
    """Header and lines of the CSV file."""
    return [CORRECTION_HEADER, *(
        (r.software, r.screen, r.person, r.profile, r.division, r.field, r.now, r.wanted, r.because, r.file,
         str(r.line) if r.line else "")
        for r in rows
    )]  # fmt: skip


def files(accounts: Sequence[ToType], values: Sequence[Correction], others: Sequence[Waiting] = ()) -> dict[str, bytes]:
    """The lists as files, by name: text to read, CSV for a spreadsheet; the persons without account when some are."""
    without = {
        "personnes_sans_compte.txt": waiting_text(others).encode(),
        "personnes_sans_compte.csv": as_csv(waiting_rows(others)).encode(),
    }
    return (without if others else {}) | {
        "comptes_a_choisir.txt": to_type_text(accounts).encode(),
        "comptes_a_choisir.csv": as_csv(to_type_rows(accounts)).encode(),
        "corrections.txt": at_source_text(values).encode(),
        "corrections.csv": as_csv(at_source_rows(values)).encode(),
    }


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """CSV that French spreadsheets open: semicolons, a byte-order mark, no cell that runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()

"""Attachments made from the exports: the rows of the persons concerned, the needed columns, everything else removed.

Passwords never reach this room (they are dropped on reading). What remains is masked by ``masking`` and cleared of
everybody else by ``register``; cells are guarded against formulas; the file opens in Excel (UTF-8 with a BOM, ``;``).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from diagnostics.model import KIND_LABELS, PROFILE_LABELS, Attachment, Export, Incident, Kind, Record
from diagnostics.safety import clean, csv_cell
from diagnostics.text import fold, french_date, header
from diagnostics.tickets import masking
from diagnostics.tickets.library import Template, Wanted
from diagnostics.tickets.register import Redactor, Register

CSV_TYPE = "text/csv"
DEFAULT_COLUMNS = ("profil", "nom", "nom_usage", "prenom", "classe")
TABLE = "tableau"
WHOLE_ROW = "ligne"
"""Column of a template that asks for the rest of the row as read: the support of rejected accounts needs it."""
RELATIVE = re.compile(r"ENFANT|PERE|MERE|TUTEUR|RESPONSABLE|PARENT|REPRESENTANT|LEGAL")
"""Titles of columns that describe somebody else on the person's row."""
STATE, SIECLE = "etat", frozenset({Kind.SIECLE_ELEVES, Kind.SIECLE_RESPONSABLES, Kind.SIECLE_CSV})
"""The state of an account; what SIECLE calls so is that of a pupil's schooling."""
MAX_RUNS = 10
"""Last import runs kept when the evidence names none."""

Reader = Callable[[Record], str]
COLUMNS: Mapping[str, tuple[str, str, Reader]] = {
    "profil": ("Profil", "", lambda r: PROFILE_LABELS[r.profile]),
    "nom": ("Nom", "", lambda r: r.surname),
    "nom_usage": ("Nom d'usage", "", lambda r: r.usage_name),
    "prenom": ("Prénom", "", lambda r: r.given_names),
    "naissance": ("Date de naissance", "birth_date", lambda r: french_date(r.birth_date)),
    "classe": ("Classe", "", lambda r: r.division),
    "groupes": ("Groupes", "", lambda r: ", ".join(r.groups)),
    "uai": ("UAI", "", lambda r: r.school),
    "ine": ("INE", "ine", lambda r: r.ids.get("ine", "")),
    "identifiant_ent": ("Identifiant ENT", "", lambda r: r.ids.get("uid", "")),
    "login": ("Login", "login", lambda r: r.ids.get("login", "")),
    "identifiant_pronote": ("Identifiant Pronote", "idpn", lambda r: r.ids.get("idpn", "")),
    "educonnect": ("Identifiant EduConnect", "educonnect", lambda r: r.ids.get("educonnect", "")),
    "jointure": ("Clé de jointure", "", lambda r: r.ids.get("jointure", "")),
    "code_source": ("Code source", "code_source", lambda r: r.ids.get("code_source", "")),
    "personne_id": ("PERSONNE_ID", "", lambda r: r.ids.get("personne_id", "")),
    "eleve_id": ("ELEVE_ID", "", lambda r: r.ids.get("eleve_id", "")),
    "sts_id": ("Id STS", "", lambda r: r.ids.get("sts_id", "")),
    "etat": ("État", "", lambda r: r.extra.get("state") or r.extra.get("status", "")),
    "origine": ("Annuaire d'origine", "", lambda r: r.extra.get("directory", "")),
    "fonction": ("Fonction", "", lambda r: r.extra.get("function", "")),
    "discipline": ("Discipline", "", lambda r: r.extra.get("discipline", "")),
    "entree": ("Entrée", "", lambda r: french_date(r.extra.get("entry_date", ""))),
    "sortie": ("Sortie", "", lambda r: french_date(r.extra.get("exit_date", ""))),
    "connexion": ("Dernière connexion", "", lambda r: french_date(r.extra.get("last_login", ""))),
    "notification": ("Dernière information", "", lambda r: french_date(r.extra.get("last_notice", ""))),
    "portable": ("Téléphone", "phone", lambda r: r.extra.get("phone", "")),
    "courriel": ("Courriel", "mail", lambda r: r.extra.get("mail", "")),
    "adresse": ("Adresse", "address", lambda r: r.extra.get("address", "")),
    "motif": ("Motif", "", lambda r: r.extra.get("reason", "")),
    "niveau": ("Niveau de responsabilité", "", lambda r: r.extra.get("level", "")),
}
"""By column name of the templates: title, sort of datum to mask, value of a record."""


def extracts(
    incident: Incident,
    template: Template,
    register: Register,
    records: Sequence[Record],
    redactor: Redactor,
) -> tuple[tuple[Wanted, Attachment], ...]:
    """The attachments that the exports can give, each with what it answers in the template.

    ``records`` are those of the persons concerned and nobody else. One file for each wanted attachment, with the
    rows of every export of its kinds, so that a support compares them at a glance.
    """
    made: list[tuple[Wanted, Attachment]] = []
    for wanted in template.attachments:
        if not wanted.kinds:
            continue
        # What is wanted as a picture first is of structures: rows of persons would not be it.
        rows = [record for record in records if _kind(register, record) in wanted.kinds and wanted.accept[0] == TABLE]
        content = (
            _table(rows, template, register, redactor)
            if rows
            else _without_persons(incident, wanted, register, redactor)
        )
        if content:
            sources = _sources(rows, register) or "relevé des exports"
            name = f"{wanted.key}.csv"
            about = f"{wanted.label} ({sources})"
            made.append((wanted, Attachment(name=name, content=content, media_type=CSV_TYPE, about=about)))
    return tuple(made)


def _kind(register: Register, record: Record) -> str:
    export = register.exports.get(record.origin.export)
    return str(export.kind) if export else ""


def _sources(rows: Iterable[Record], register: Register) -> str:
    labels = {KIND_LABELS[Kind(kind)] for record in rows if (kind := _kind(register, record))}
    return ", ".join(sorted(labels))


def _order(register: Register, record: Record) -> tuple[str, str, str, int]:
    return (fold(record.surname), fold(record.given_names), _kind(register, record), record.origin.line)


def _table(rows: Sequence[Record], template: Template, register: Register, redactor: Redactor) -> bytes:
    columns = [name for name in template.columns or DEFAULT_COLUMNS if name in COLUMNS]
    ordered = sorted(rows, key=lambda record: _order(register, record))
    others = [
        other_cells(record, template.unmasked, redactor) if WHOLE_ROW in template.columns else {} for record in ordered
    ]
    ours = {header(COLUMNS[name][0]): name for name in columns}
    added = list(dict.fromkeys(title for cells in others for title in cells if header(title) not in ours))
    lines = []
    for record, cells in zip(ordered, others, strict=True):
        # What the row as read calls as we do fills our column, when nothing was understood of it.
        unread = {ours[header(title)]: value for title, value in cells.items() if header(title) in ours}
        lines.append(
            [_source(register, record), str(record.origin.line or "")]
            + [
                ""
                if name == STATE and _kind(register, record) in SIECLE
                else cell(name, record, template.unmasked, redactor) or unread.get(name, "")
                for name in columns
            ]
            + [cells.get(title, "") for title in added]
        )
    titles = ["Source", "Ligne", *(COLUMNS[name][0] for name in columns), *added]
    kept = [number for number in range(len(titles)) if number < 2 or any(line[number] for line in lines)]
    return table([titles[number] for number in kept], [[line[number] for number in kept] for line in lines])


def other_cells(record: Record, unmasked: Collection[str], redactor: Redactor) -> dict[str, str]:
    """The other columns of the row as read (``extra["raw"]``, « titre : valeur ; … »), masked and cleared.

    A column that describes a relative is dropped whole; one that repeats a column of ours is not given twice.
    """
    ours = {fold(value) for value in (record.surname, record.usage_name, record.given_names, record.division)}
    ours |= {fold(value) for value in (record.school, record.birth_date, french_date(record.birth_date))}
    ours |= {fold(value) for value in (*record.ids.values(), record.extra.get("reason", ""))}
    found: dict[str, str] = {}
    for part in record.extra.get("raw", "").split(" ; "):
        title, mark, value = part.partition(" : ")
        if not mark or RELATIVE.search(fold(title)) or fold(value) in ours:
            continue
        sort = masking.sort_of(title)
        safe = masking.mask(sort, value, unmasked) if sort else masking.scrub(redactor.redact(value), unmasked)
        if safe:
            found[clean(title)] = safe
    return found


def _source(register: Register, record: Record) -> str:
    export = register.exports.get(record.origin.export)
    return KIND_LABELS[export.kind] + (f" du {french_date(export.made_on)}" if export.made_on else "") if export else ""


def cell(name: str, record: Record, unmasked: Collection[str], redactor: Redactor) -> str:
    """One cell: read, masked when the template does not need it, and cleared of everybody else."""
    _, sort, read = COLUMNS[name]
    value = clean(read(record))
    if sort:
        return masking.mask(sort, value, unmasked)
    if name in ("profil", "nom", "nom_usage", "prenom", "classe", "uai", "entree", "sortie"):
        return value
    return masking.scrub(redactor.redact(value), unmasked)


def _without_persons(incident: Incident, wanted: Wanted, register: Register, redactor: Redactor) -> bytes:
    """Import runs, counts or names of structures that the evidence quotes: tables that hold no person."""
    cited = {(item.origin.export, item.origin.line) for item in incident.evidence}
    chosen = [export for export in register.exports.values() if export.kind in wanted.kinds]
    quoted = {item.origin.export for item in incident.evidence}
    if not any(export.id in quoted for export in chosen) and not wanted.required(incident.category):
        return b""
    # The report that shows the anomaly, and not the history of the imports, when the evidence says which.
    chosen = [export for export in chosen if export.id in quoted and export.counts] or chosen
    runs = [row for export in chosen for row in _runs(export, cited)]
    if runs:
        return table(["Date", "Statut", "Automatique", "Fichier importé", "Bilan"], _cleared(runs, redactor))
    counts = [
        [count.group, count.label, "" if count.value is None else str(count.value), ", ".join(count.names)]
        for export in chosen
        for count in export.counts
    ]
    if counts:
        titles = ["Rubrique", "Compte", "Valeur", "Cités"][: 4 if any(row[-1] for row in counts) else 3]
        return table(titles, [row[: len(titles)] for row in _cleared(counts, redactor)])
    if incident.persons:
        return b""
    structures = [
        [KIND_LABELS[export.kind], str(item.origin.line or ""), item.field, item.value]
        for export in chosen
        for item in incident.evidence
        if item.origin.export == export.id and item.record is None and not masking.sort_of(item.field)
    ]
    return table(["Source", "Ligne", "Élément", "Valeur"], _cleared(structures, redactor)) if structures else b""


def _cleared(rows: Iterable[Sequence[str]], redactor: Redactor) -> list[list[str]]:
    return [[masking.scrub(redactor.redact(value)) for value in row] for row in rows]


def _runs(export: Export, cited: Collection[tuple[str, int]]) -> list[list[str]]:
    named = [run for run in export.runs if (run.origin.export, run.origin.line) in cited]
    kept = named or sorted(export.runs, key=lambda run: run.when, reverse=True)[:MAX_RUNS]
    return [
        [french_date(run.when), run.status, {True: "oui", False: "non", None: ""}[run.auto], run.file, run.report]
        for run in kept
    ]


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV that Excel opens by double click and in which no cell can act."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([csv_cell(clean(value)) for value in row] for row in (titles, *rows))
    return text.getvalue().encode("utf-8-sig")

"""What a set of exports says together: other schools, other years, stale or doubled files, and which one wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from diagnostics import text
from diagnostics.model import KIND_LABELS, Export, Kind, Note

STALE_DAYS = 30
"""Age from which an export may miss the arrivals and departures of a month."""
YEAR_BEGINS = 8
YEAR_PREPARED = 7
"""In July and August the exports of the year that ends and of the one that begins are both normal."""
WHOLE_SCHOOL = 3
"""Exports of one school from which it is there on purpose: said once for all, not file by file."""
SAME_PEOPLE = 0.3
"""Share of the smaller list found in the larger one from which both state the same people."""
ACCOUNTS = frozenset({Kind.ENT_IDENTIFIANTS, Kind.ENT_ANNUAIRE})
WHOLE = frozenset({
    Kind.SIECLE_ELEVES, Kind.SIECLE_RESPONSABLES, Kind.SIECLE_STRUCTURES, Kind.SIECLE_NOMENCLATURE,
    Kind.SIECLE_COMMUNS, Kind.SIECLE_GEOGRAPHIQUE, Kind.SIECLE_ETABLISSEMENTS, Kind.STS_EMP, Kind.EMP_STS,
    Kind.EDT_CLAIR, Kind.EDT_CHIFFRE, Kind.EDT_COURS, Kind.UDT,
})  # fmt: skip
"""Exports that always state a whole school: the newer one replaces the older one without looking at their people."""


def settle(exports: Sequence[Export], today: date, *, keep_older: bool = False) -> tuple[Export, ...]:
    """The exports with what is odd about each among the others; older ones are marked as replaced."""
    settled = _doubles(exports)
    if not keep_older:
        settled = _replaced(settled)
    settled = _schools(settled)
    settled = _years(settled, today)
    if not keep_older:
        settled = _strangers(settled)
    settled = _stale(settled, today)
    return tuple(_directions(settled))


def noted(export: Export, code: str, sentence: str, *, warning: bool = False) -> Export:
    note = Note(code=code, text=sentence, warning=warning)
    return msgspec.structs.replace(export, notes=(*export.notes, note))


def _doubles(exports: Sequence[Export]) -> list[Export]:
    """The same content given twice: the first one is analysed."""
    first: dict[str, list[Export]] = {}
    out = []
    for export in exports:
        twins = first.setdefault(export.sha256, [])
        place = (export.file, export.member)
        twin = next((t for t in twins if (t.file, t.member) != place and t.kind == export.kind), None)
        if twin is not None and export.sha256:
            export = noted(export, "doublon", f"Même contenu que « {twin.label} » : analysé une seule fois.")
            export = msgspec.structs.replace(export, superseded_by=twin.id)
        else:
            twins.append(export)
        out.append(export)
    return out


def _replaced(exports: list[Export]) -> list[Export]:
    """An export beside a newer one of the same kind, school and people is not analysed."""
    newest = sorted((e for e in exports if not e.superseded_by), key=_age, reverse=True)
    replaced: dict[str, Export] = {}
    kept: dict[Kind, list[Export]] = {}
    for export in newest:
        rivals = kept.setdefault(export.kind, [])
        by = next((rival for rival in rivals if _replaces(rival, export)), None)
        if by is None:
            rivals.append(export)
        else:
            replaced[export.id] = by
    out = []
    for export in exports:
        if by := replaced.get(export.id):
            when = f" du {text.french_date(by.made_on)}" if by.made_on else ""
            how = " (d'après la date des fichiers)" if "fichier" in (by.made_from, export.made_from) else ""
            sentence = f"« {by.label} »{when} est plus récent{how} : celui-ci n'est pas analysé."
            if "incomplet" in export.meta and "incomplet" not in by.meta:
                sentence = f"« {by.label} »{when} est complet, celui-ci est coupé ou vide : il n'est pas analysé."
            export = noted(export, "plus_recent", sentence)
            export = msgspec.structs.replace(export, superseded_by=by.id)
        out.append(export)
    return out


def _age(export: Export) -> tuple[bool, int, str, str, int, str, str]:
    """Order from the one to drop to the one to keep; the last fields only make it stable."""
    day, _, hour = export.made_on.partition("T")
    return (
        "incomplet" not in export.meta, export.school_year or 0, day, hour, export.records_kept, export.file,
        export.member,
    )  # fmt: skip


def _replaces(newer: Export, older: Export) -> bool:
    if newer.sha256 == older.sha256 or newer.meta.get("category") != older.meta.get("category"):
        return False
    if "Delta" in (newer.meta.get("mode"), older.meta.get("mode")):
        return False
    if newer.school and older.school and newer.school != older.school:
        return False
    dated = (newer.school_year, newer.made_on) != (older.school_year, older.made_on)
    if newer.kind in WHOLE and newer.school == older.school and newer.school and (dated or not newer.records):
        return _program(newer) == _program(older)
    mine, other = _people(newer), _people(older)
    smaller = min(len(mine), len(other))
    return smaller > 0 and len(mine & other) >= SAME_PEOPLE * smaller and _fields(newer) >= _fields(older)


def _program(export: Export) -> tuple[str, ...]:
    """Who wrote an envelope and for whom: those of EDT and of PRONOTE are two files, not two versions of one; one of
    which nothing says what it holds replaces none and is replaced by none that says it."""
    if export.kind is not Kind.EDT_CHIFFRE:
        return ()
    program = text.fold(export.meta.get("software", "")).partition(" ")[0]
    return program, export.meta.get("partners", ""), export.meta.get("guessed", "")


def _people(export: Export) -> frozenset[tuple[str, str]]:
    return frozenset((text.fold(record.surname), text.fold(record.given_names)) for record in export.records)


def _fields(export: Export) -> frozenset[str]:
    """Columns of a table: a list with fewer columns does not replace one that says more."""
    return frozenset(text.header(column) for column in export.columns if column)


def usual(values: Iterable[str | int | None]) -> str | int | None:
    """The value stated by strictly more exports than any other, None when there is none."""
    counts = Counter(value for value in values if value).most_common(2)
    if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
        return None
    return counts[0][0]


def _schools(exports: list[Export]) -> list[Export]:
    counts = Counter(export.school for export in exports if not export.superseded_by and export.school)
    main = usual(export.school for export in exports if not export.superseded_by)
    said = False
    out = []
    for export in exports:
        if export.school and not text.uai_is_valid(export.school):
            sentence = f"L'UAI « {export.school} » n'est pas valable (lettre de contrôle) : vérifiez l'établissement."
            export = noted(export, "uai", sentence, warning=True)
        if export.school and len(counts) > 1 and export.school != main:
            whole = counts[export.school] >= WHOLE_SCHOOL
            if main and not whole:
                sentence = (
                    f"Export de l'établissement {export.school}, alors que la plupart sont de {main} : retirez-le s'il"
                    " n'a rien à faire ici."
                )
                export = noted(export, "uai", sentence, warning=True)
            elif not said:
                sentence = f"Plusieurs établissements dans ce dossier ({', '.join(sorted(counts))}) : est-ce voulu ?"
                export = noted(export, "uai", sentence, warning=True)
                said = True
        out.append(export)
    return out


def _strangers(exports: list[Export]) -> list[Export]:
    """Exports of a school of which no other software holds the people: slipped in, they would make everybody of it
    missing from the ENT. Those of two schools that share an ENT (a cité scolaire) find their people there and stay."""
    active = [export for export in exports if export.analysed]
    main = usual(export.school for export in active)
    accounts = [export for export in active if export.kind in ACCOUNTS and export.records]
    if not main or not accounts:
        return exports
    people = {export.id: _people(export) for export in active}
    by_software: dict[str, set[tuple[str, str]]] = {}
    for export in active:
        by_software.setdefault(_software(export), set()).update(people[export.id])

    def known_elsewhere(export: Export) -> bool:
        mine = people[export.id]
        return any(
            len(mine & others) >= SAME_PEOPLE * len(mine)
            for software, others in by_software.items()
            if software != _software(export)
        )

    foreign = {
        export.id: known_elsewhere(export) for export in active if export.school not in ("", main) and people[export.id]
    }
    schools = {export.school for export in active if foreign.get(export.id)}
    out = []
    for export in exports:
        if export.analysed and export.school not in ("", main, *schools) and foreign and not foreign.get(export.id):
            sentence = (
                f"Export de l'établissement {export.school}, dont aucun autre fichier n'a les personnes : mis à part."
                " S'il est bien des vôtres, ajoutez les comptes ENT de cet établissement."
            )
            others = tuple(note for note in export.notes if note.code != "uai")
            export = msgspec.structs.replace(export, set_aside=True, notes=others)
            export = noted(export, "uai", sentence, warning=True)
        out.append(export)
    return out


def _software(export: Export) -> str:
    """The software an export comes from: the first word of its kind."""
    return export.kind.value.partition("_")[0]


def years_of(today: date) -> frozenset[int]:
    """School years (first calendar year) whose exports are normal on a day."""
    current = today.year if today.month >= YEAR_BEGINS else today.year - 1
    if today.month == YEAR_PREPARED:
        return frozenset({current, current + 1})
    return frozenset({current, current - 1}) if today.month == YEAR_BEGINS else frozenset({current})


def _years(exports: list[Export], today: date) -> list[Export]:
    main = usual(export.school_year for export in exports if not export.superseded_by)
    normal = years_of(today)
    out = []
    for export in exports:
        year = export.school_year
        if year and isinstance(main, int) and year != main:
            sentence = f"Année scolaire {_span(year)}, alors que les autres exports sont de {_span(main)}"
            if year < main and not export.superseded_by:
                sentence += " : mis à part, ses absents et ses classes ne sont pas ceux d'aujourd'hui. Refaites-le"
                export = msgspec.structs.replace(export, set_aside=True)
            export = noted(export, "annee", f"{sentence}.", warning=True)
        elif year and year not in normal:
            sentence = f"Année scolaire {_span(year)}, alors que nous sommes en {_span(max(normal))}."
            export = noted(export, "annee", sentence, warning=True)
        out.append(export)
    return out


def _span(year: int) -> str:
    return f"{year}-{year + 1}"


def _stale(exports: list[Export], today: date) -> list[Export]:
    days = {export.id: _day(export.made_on) for export in exports}
    newest = max((day for export in exports if (day := days[export.id]) and day <= today), default=None)
    out = []
    for export in exports:
        day = days[export.id]
        source = " (d'après la date du fichier)" if export.made_from == "fichier" else ""
        when = text.french_date(export.made_on[:10])
        if export.superseded_by or day is None or any(note.code == "annee" for note in export.notes):
            pass
        elif newest and (newest - day).days > STALE_DAYS:
            gap = (newest - day).days
            sentence = f"Export du {when}{source}, {gap} jours avant le plus récent des autres : refaites-le."
            export = noted(export, "perime", sentence, warning=True)
        elif (today - day).days > STALE_DAYS:
            sentence = f"Export du {when}{source}, vieux de {(today - day).days} jours : il peut ne plus être à jour."
            export = noted(export, "perime", sentence)
        elif (day - today).days > 1:
            export = noted(export, "perime", f"Export daté du {when}{source}, dans le futur : vérifiez la date.")
        out.append(export)
    return out


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _directions(exports: list[Export]) -> list[Export]:
    """EDT's file for STS-Web given in place of STS-Web's file for EDT, the usual mistake (formats.md §0.2)."""
    active = [export for export in exports if not export.superseded_by]
    staff = {e.school: {record.ids.get("sts_id", "") for record in e.records} for e in active if e.kind is Kind.STS_EMP}
    out = []
    for export in exports:
        if export.kind is Kind.EMP_STS and not export.superseded_by:
            if export.school not in staff:
                notes = tuple(
                    msgspec.structs.replace(note, warning=True) if note.code == "sens" else note
                    for note in export.notes
                )
                export = msgspec.structs.replace(export, notes=notes)
            else:
                known = staff[export.school]
                named = {value for service in export.services for _, value in service.teachers}
                if unknown := sorted(named - known):
                    sentence = (
                        f"{len(unknown)} numéro(s) d'enseignant absent(s) de {KIND_LABELS[Kind.STS_EMP]} :"
                        f" {', '.join(unknown[:10])}. Ces agents manquent dans STS-Web, ou l'export est plus ancien."
                    )
                    export = noted(export, "numeros", sentence, warning=True)
        out.append(export)
    return out

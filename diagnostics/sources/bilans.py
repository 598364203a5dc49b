"""« Bilans d'import » and « Bilan préliminaire » of the ENT (formats.md §6.3, knowledge.md §2.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .. import text
from ..model import Count, ImportRun, Origin, Profile, Record, RefusedRow
from . import cells as cell
from .columns import Column
from .layout import Layout

YES = frozenset({"OUI", "YES", "TRUE", "VRAI", "1", "AUTO", "AUTOMATIQUE", "X", "O"})
NO = frozenset({"NON", "NO", "FALSE", "FAUX", "0", "MANUEL", "N"})
STATUS_MARKS = re.compile(r"^[\s✓✔✗✘×☑☒✅❌•·*-]+")
STATUS = re.compile(r"\b(IMPORT|REJET|ECHEC|SUCCES|ERREUR|ATTENTE|COURS|INTERROMPU|ANNULE|TERMINE)\w*")

GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Matières", re.compile(r"\bMATIERES?\b")),
    ("Périodes de fermeture", re.compile(r"\bPERIODES? DE FERMETURE\b")),
    ("Alternances", re.compile(r"\bALTERNANCES?\b")),
    ("Gestion des classes et groupes d'option", re.compile(r"\b(?:A CREER|A RENOMMER|A AJOUTER|A SUPPRIMER)\b")),
    ("Groupes d'option / Services d'enseignement", re.compile(r"\bGROUPES? D OPTION\b.*\bSERVICES?\b")),
    ("Classes / Services d'enseignement", re.compile(r"\bCLASSES?\b.*\bSERVICES?\b")),
    ("Enseignants / Cours", re.compile(r"\bENSEIGNANTS?\b.*\bCOURS\b")),
    ("Services d'enseignement", re.compile(r"\bSERVICES? D ENSEIGNEMENT\b")),
    ("Séances", re.compile(r"\bSEANCES?\b")),
    ("Remplacements", re.compile(r"\bREMPLACEMENTS?\b")),
    ("Annulations de cours", re.compile(r"\bANNULATIONS?\b")),
    ("Cours exceptionnels", re.compile(r"\bCOURS EXCEPTIONNELS?\b")),
    ("Reconnaissance", re.compile(r"\bRECONNUE?S?\b")),
)
"""The groups of the screen, told by the words of a line: pasted text often loses the group titles."""
BULLET = re.compile(r"^[\s>]*(?:[-–•▪◦*#·]+\s*|o\s+(?=[\dO]))+", re.IGNORECASE)
NUMBER = r"(\d{1,3}(?:[ .\u202f]\d{3})+|\d+|O(?=\s+[a-zé]))"
MAX_LINE = 2_000
"""Characters looked at of one line."""
PLAIN_NUMBER = re.compile(r"[0-9]{1,9}")
COUNT_FIRST = re.compile(rf"{NUMBER}\s+(\D.*)")
COUNT_LAST = re.compile(rf"(.*?)\s*:\s*{NUMBER}(?:\s+(\D.*))?")
SERIES = re.compile(r"([^:;\d]{3,60}?)\s*:\s*(\d[^:;(,]*(?:,[^:;(,]*)+)(\(.*\))?")
"""One line that counts several things: « Séances : 12 en plus, 6 749 en moins »."""
INCOMPLETE = re.compile(r"\bdont\s+(\d+|O)\s+(incompl[eè]te?s?)", re.IGNORECASE)
INITIAL = re.compile(r"[^\W\d_](?:\.-?[^\W\d_])?\.")
"""« MONTDOUX N. »: a full stop that ends no sentence."""
TITLE = re.compile(r"\bBILAN\b.*\b(?:PRELIMINAIRE|IMPORT|DONNEES)\b")
MESSAGE = re.compile(r"(?:BONJOUR|BONSOIR|(?:BIEN )?CORDIALEMENT|MERCI|MADAME|MONSIEUR)\b")
LONG_LINE = 5
"""Spaces of a line that is neither a title nor a name."""
NOT_DONE = re.compile(r"\b(N ONT PAS ETE|NON (?:RECONNU|IMPORTE)|N A PAS ETE)\w*")
MENU = frozenset({
    "TELECHARGER LE BILAN", "ANNULER", "ANNULER L IMPORT", "VALIDER CET IMPORT", "CONTINUER", "ACCUEIL", "RETOUR",
    "MATIERES", "RAPPROCHEMENTS", "BILANS D IMPORT", "INSPECTIONS", "APPARTENANCES", "GESTION DU TEMPS",
    "SERVICES ENSEIGNEMENT", "GESTION VIE SCOLAIRE", "VALIDER",
})  # fmt: skip


# -- history ------------------------------------------------------------------------------------------------------


def is_history(layout: Layout) -> bool:
    own = layout.own()
    return (
        "date" in own
        and "etat" in own
        and bool(own & {"auto", "fichier", "bilan"})
        and not own & {"nom", "nom_prenom", "prenom"}
    )


def headerless_history(first_rows: Sequence[tuple[int, list[str]]]) -> Layout | None:
    """Rows of the history pasted without their header."""
    kept = [row for _, row in first_rows if len(row) >= 3]
    if not kept or len(kept) * 10 < len(first_rows) * 7:
        return None
    good = sum(bool("T" in cell.moment(r[0]) and STATUS.search(text.fold(r[1]))) for r in kept)
    if good * 10 < len(kept) * 8:
        return None
    names = ("date", "etat", "auto", "etablissement", "fichier", "bilan")
    labels = ("Date", "Statut", "Auto", "Etablissement", "Fichiers importés", "Bilan")
    columns = tuple(Column(i, labels[i], names[i]) for i in range(6))
    return Layout(header_line=0, labels=labels, columns=columns, sample=tuple(tuple(r) for r in kept[:50]))


def read_run(layout: Layout, row: Sequence[str], origin: Origin) -> ImportRun | RefusedRow:
    """One line of the history."""

    def value(name: str) -> str:
        return next(
            (row[c.index] for c in layout.columns if c.name == name and c.index < len(row) and row[c.index]), ""
        )

    when = cell.moment(value("date"))
    status = STATUS_MARKS.sub("", value("etat"))
    if not when and not status:
        return RefusedRow(line=origin.line, column="Date", reason="ni date ni statut d'import lisibles")
    if not when and value("date"):
        reason = f"date illisible : « {value('date')[:40]} »"
        return RefusedRow(line=origin.line, column="Date", reason=reason)
    file, report = value("fichier"), value("bilan")
    if file and not report and text.fold(file).startswith("BILAN"):
        file, report = "", file
    answer = text.fold(value("auto"))
    return ImportRun(
        when=when,
        status=status,
        auto=True if answer in YES else False if answer in NO else None,
        school=text.find_uai(value("uai") or value("etablissement")),
        file=file,
        report=report,
        origin=origin,
    )


# -- preliminary report -------------------------------------------------------------------------------------------


def looks_preliminary(lines: Iterable[str]) -> bool:
    """Whether a text is a bilan, and neither a message that quotes two lines of one nor a guide that shows one."""
    counted = long = 0
    titled = False
    for line in (strip_bullet(line) for line in lines):
        folded = text.fold(line)
        if not folded:
            continue
        if MESSAGE.match(folded):
            return False
        titled = titled or bool(TITLE.search(folded))
        if _count(line) and group_of(folded):
            counted += 1
        elif folded.count(" ") >= LONG_LINE:
            long += 1
    return (counted >= 4 or (counted >= 2 and titled)) and counted >= long


def strip_bullet(line: str) -> str:
    """A line of a report without what decorates it; a line out of scale is cut, it counts nothing."""
    return re.sub(r"\s+", " ", BULLET.sub("", line[:MAX_LINE]).replace("**", "").strip(" \t|"))


def group_of(folded: str) -> str:
    return next((name for name, pattern in GROUPS if pattern.search(folded)), "")


def number(value: str) -> int:
    """``6 749`` → 6749; a capital O is a zero misread."""
    digits = re.sub(r"\D", "", value)[:12]
    return int(digits) if digits else 0


def read_preliminary(lines: Iterable[str], export: str) -> tuple[tuple[Count, ...], tuple[Record, ...]]:
    """(counts of a bilan, each with the names listed under it; the persons whose code source is written)."""
    counts: list[Count] = []
    records: list[Record] = []
    names: list[str] = []
    group = ""

    def close() -> None:
        if counts and names:
            last = counts.pop()
            counts.append(
                Count(group=last.group, label=last.label, value=last.value, names=tuple(names), origin=last.origin)
            )
        names.clear()

    for line_number, raw in enumerate(lines, 1):
        line = strip_bullet(raw)
        folded = text.fold(line)
        if not folded or (folded in MENU and not group_title(folded)):
            continue
        origin = Origin(export, line_number)
        if several := _series(line):
            close()
            found = group_of(folded) or group
            counts += [Count(group=found, label=label, value=value, origin=origin) for label, value in several]
        elif counted := _count(line):
            close()
            label, value = counted
            label, listed = _names_after(label)
            found = group_of(text.fold(label)) or group
            if match := INCOMPLETE.search(label):
                part = Count(group=found, label="dont incomplets", value=number(match[1]), origin=origin)
                counts.append(part)
                label = INCOMPLETE.sub("", label).strip()
            counts.append(Count(group=found, label=label, value=value, origin=origin))
            names.extend(listed)
        elif title := group_title(folded):
            close()
            group = title
        elif counts and NOT_DONE.search(text.fold(counts[-1].label)) and _is_name(line):
            names.append(line)
        about = counts[-1].label if counts else group
        found_codes = text.CODE_SOURCE.finditer(line.replace("\\$", "$"))
        records += [_person(m, about, origin) for m in found_codes if m[1].strip() and m[2].strip()]
    close()
    return tuple(counts), tuple(records)


def _person(match: re.Match[str], about: str, origin: Origin) -> Record:
    folded = text.fold(about)
    profile = Profile.ENSEIGNANT if "ENSEIGNANT" in folded else Profile.ELEVE if "ELEVE" in folded else Profile.INCONNU
    given, surname = match[1].strip(), match[2].strip()
    if text.is_upper(given) and not text.is_upper(surname):
        given, surname = surname, given
    return Record(
        origin=origin,
        profile=profile,
        surname=surname,
        given_names=given,
        birth_date=match[3] or "",
        ids={"code_source": match[0].strip()},
    )


def group_title(folded: str) -> str:
    """The group that a line without a number announces, "" when it is no title."""
    if any(c.isdigit() for c in folded) or len(folded) > 60:
        return ""
    if folded.startswith("GESTION DES CLASSES"):
        return GROUPS[3][0]
    found = group_of(folded)
    return found if found and len(folded) <= len(found) + 12 else ""


def _series(line: str) -> tuple[tuple[str, int], ...]:
    """« Séances : 12 en plus, 6 749 en moins » → (« Séances en plus », 12), (« Séances en moins », 6749)."""
    match = SERIES.fullmatch(line)
    if not match:
        return ()
    head = match[1].strip()
    parts = re.findall(r"(\d[\d  \u202f]*)\s+([^\d,;()]+)", f"{match[2]} {match[3] or ''}".replace("(dont", " "))
    return tuple((f"{head} {words.strip()}", number(value)) for value, words in parts) if len(parts) > 1 else ()


def _count(line: str) -> tuple[str, int] | None:
    """(label, number) of « 12 matières ajoutées », « Séances en moins : 12 », « Séances;en moins;12 »."""
    parts = [part.strip() for part in re.split(r"[;\t|]", line) if part.strip()]
    numbers = [part for part in parts if PLAIN_NUMBER.fullmatch(part)]
    if len(parts) > 1 and len(numbers) == 1:
        return " ".join(part for part in parts if part != numbers[0]), int(numbers[0])
    if match := COUNT_FIRST.fullmatch(line):
        return match[2].strip(), number(match[1])
    if (match := COUNT_LAST.fullmatch(line)) and len(match[1]) > 2 and not cell.day(line.split(":", 1)[1].strip()):
        label = match[1].strip()
        return (f"{label} : {match[3].strip()}" if match[3] else label), number(match[2])
    return None


def _names_after(label: str) -> tuple[str, tuple[str, ...]]:
    """« … n'ont pas été importés : TESTARD Paul, … » → label and names."""
    if NOT_DONE.search(text.fold(label)) and ":" in label:
        head, _, tail = label.partition(":")
        listed = tuple(part.strip() for part in re.split(r"[,;]", tail) if _is_name(part.strip()))
        if listed:
            return head.strip(), listed
    return label, ()


def _is_name(line: str) -> bool:
    if text.CODE_SOURCE.search(line):
        return True
    parts = line.split()
    return (
        1 <= len(parts) <= 6
        and len(line) <= 60
        and not line.endswith((":", "?"))
        and (not line.endswith(".") or bool(INITIAL.fullmatch(parts[-1])))
        and any(map(str.isalpha, line))
    )

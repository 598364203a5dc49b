"""What was odd in a table and did not prevent reading it, in French."""

from __future__ import annotations

from collections.abc import Sequence

from .. import safety
from ..model import Kind, Note
from . import encoding
from .layout import Layout
from .persons import PersonReader
from .rows import Breakage
from .titles import CANONICAL

CAUSES = {
    encoding.CP1252: "Windows-1252 (« Ã© » pour « é »)",
    encoding.MAC: "Mac Roman (« √© » pour « é »)",
    encoding.DOS: "DOS (« ├® » pour « é »)",
}
SHOWN = 12
"""Titles or words listed in one note."""


def of_text(damage: encoding.Damage) -> list[Note]:
    """Notes on the text itself."""
    notes = []
    for codec, lines in damage.repaired.items():
        notes.append(
            Note(
                code="encodage",
                text=f"Accents abîmés avant de nous parvenir : un texte UTF-8 a été ouvert comme du {CAUSES[codec]}"
                f" puis enregistré. Réparé sur {counted(lines, 'ligne')}.",
                line=lines[0],
                warning=True,
            )
        )
    if damage.mojibake:
        told = (
            f"{counted(damage.mojibake, 'ligne')} avec des accents abîmés (« Ã© » pour « é ») dans un fichier sain : le"
            " nom est déjà abîmé dans le logiciel d'où vient l'export."
        )
        notes.append(Note(code="encodage", text=told, line=damage.mojibake[0], warning=True))
    if damage.lost:
        told = f"{counted(damage.lost, 'ligne')} avec des accents perdus (« \ufffd ») : irréparable, refaites l'export."
        notes.append(Note(code="encodage", text=told, line=damage.lost[0], warning=True))
    if damage.other_lines:
        told = f"Deux encodages dans le fichier : {counted(damage.other_lines, 'ligne')} hors de l'UTF-8, lues à part."
        notes.append(Note(code="encodage", text=told, line=damage.other_lines[0]))
    if damage.controls:
        told = f"{counted(damage.controls, 'ligne')} avec des caractères de commande, montrés par « · »."
        notes.append(Note(code="encodage", text=told, line=damage.controls[0]))
    return notes


def of_rows(reader: PersonReader, breakage: Breakage, found: Layout) -> list[Note]:
    """Notes on rows and values."""
    notes = []

    def note(code: str, told: str, lines: Sequence[int] = (), warning: bool = False) -> None:
        notes.append(Note(code=code, text=told, line=lines[0] if lines else 0, warning=warning))

    if not reader.read:
        note("vide", "Aucune personne sous la ligne de titres : l'export est vide ?", [found.header_line], warning=True)
    if reader.reading.doubt:
        note("profil", reader.reading.doubt, [found.header_line], warning=True)
    if lines := breakage.mended:
        told = f"{counted(lines, 'ligne')} avec un guillemet en trop, ignoré : la ligne a bien toutes ses colonnes."
        note("guillemet", told, lines, warning=True)
    if lines := reader.fitting.broken_lines:
        told = f"{counted(lines, 'ligne')} coupée{'s' if len(lines) > 1 else ''} par un retour à la ligne : recollée"
        note("retour", told + ("s." if len(lines) > 1 else "."), lines, warning=True)
    if lines := breakage.cut_values:
        note("valeur_longue", f"Valeur de plus de {safety.MAX_VALUE} caractères : coupée.", lines, warning=True)
    if times := reader.fitting.repeated_headers:
        note("entete", f"En-tête répété {times} fois dans le tableau : ignoré.")
    if times := reader.fitting.totals:
        note("total", f"Lignes de total ou de titre dans le tableau, non comptées : {times}.")
    if dates := reader.bad_dates:
        line, value = dates[0]
        told = f"Dates de naissance illisibles, laissées vides : {len(dates)} (ligne {line} : « {value[:20]} »)."
        note("date", told, [line], warning=True)
    if reader.excel.american:
        note(
            "excel",
            "Dates au format américain (mois/jour/année) dans tout le fichier : remises en ordre.",
            warning=True,
        )
    if lines := reader.shared_uid:
        told = "Un même identifiant ENT sert à deux noms différents : les deux fiches sont gardées."
        note("identifiant", told, lines, warning=True)
    if reader.unknown_profiles:
        words = ", ".join(f"« {word} »" for word, _ in reader.unknown_profiles.most_common(SHOWN))
        note("profil", f"Profils non reconnus : {words}.", warning=True)
    if lines := reader.guardians.couples:
        told = f"Deux responsables dans une seule case ({counted(lines, 'ligne')}) : ils ne peuvent être séparés."
        note("couple", told, lines)
    return notes + of_columns(reader, found)


def of_columns(reader: PersonReader, found: Layout) -> list[Note]:
    """Notes on titles: not read, twice there, missing."""
    notes = []
    unknown = [c.label for c in found.columns if c.label and not c.name and c.role != "payeur"]
    if unknown and reader.reading.kind is not Kind.ENT_REJETS:
        listed = ", ".join(f"« {label[:40]} »" for label in unknown[:SHOWN])
        more = f" et {len(unknown) - SHOWN} autres" if len(unknown) > SHOWN else ""
        notes.append(Note(code="colonnes", text=f"Colonnes non lues : {listed}{more}.", line=found.header_line))
    untitled = [
        c
        for c in found.columns
        if not c.label and not c.name and any(c.index < len(r) and r[c.index] for r in found.sample)
    ]
    if untitled:
        numbers = ", ".join(str(c.index + 1) for c in untitled[:SHOWN])
        told = f"Colonnes sans titre, non lues : n° {numbers}."
        notes.append(Note(code="colonnes", text=told, line=found.header_line, warning=True))
    seen: set[str] = set()
    for column in found.columns:
        if column.role or column.name not in {"nom", "prenom", "nom_prenom", "date_naissance", "ine", "uid"}:
            continue
        if column.name in seen:
            told = f"Deux colonnes pour « {CANONICAL[column.name]} » : la première est lue."
            notes.append(Note(code="colonnes", text=told, line=found.header_line, warning=True))
        seen.add(column.name)
    return notes


def counted(lines: Sequence[int], noun: str) -> str:
    """``3 lignes``."""
    return f"{len(lines)} {noun}{'s' if len(lines) > 1 else ''}"

"""Forms, on several lines or pasted on one: which label names the sender, a title, a person, or what is wrong."""

from __future__ import annotations

import re
from itertools import pairwise

from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.parts import Line, Part, Piece
from diagnostics.text import fold

FIELD = re.compile(r"^\s*([A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’ /()°-]{1,38}?)\s*(?::(?=\s|$)\s*|\t+\s*|$)")
TEXT_FIELDS = frozenset({
    "DESCRIPTION", "DETAIL", "DETAILS", "MESSAGE", "DEMANDE", "PROBLEME", "PROBLEME_RENCONTRE", "COMMENTAIRE",
    "COMMENTAIRES", "INCIDENT", "CORPS", "TEXTE", "CONTENU", "SYMPTOME", "SYMPTOMES", "EXPLICATION", "EXPLICATIONS",
    "QUESTION", "DESCRIPTION_DU_PROBLEME", "DESCRIPTION_DE_L_INCIDENT", "DESCRIPTION_DETAILLEE",
    "NATURE_DU_PROBLEME", "CONSTAT", "PRECISIONS", "VOTRE_DEMANDE", "VOTRE_MESSAGE", "DESCRIPTIF",
    "DETAIL_DE_LA_DEMANDE",
})  # fmt: skip
TITLE_FIELDS = frozenset({
    "OBJET", "SUJET", "TITRE", "SUBJECT", "ACTION_A_FAIRE", "RESUME", "INTITULE", "OBJET_DE_LA_DEMANDE",
})  # fmt: skip
PLAIN_FIELDS = frozenset({
    "ETABLISSEMENT", "UAI", "RNE", "NOM", "PRENOM", "DATE", "HEURE", "TELEPHONE", "TEL", "MAIL", "MEL", "EMAIL",
    "COURRIEL", "PROFIL", "FONCTION", "CLASSE", "PIECES_JOINTES", "PIECE_JOINTE", "PJ", "PRIORITE", "URGENCE",
    "CATEGORIE", "SERVICE", "DEMANDEUR", "EMETTEUR", "AUTEUR", "CONTACT", "NAVIGATEUR", "VERSION", "VILLE",
    "ACADEMIE", "NUMERO", "N", "CANAL", "TYPE", "STATUT", "APPEL", "NOM_PRENOM", "NOM_ET_PRENOM", "SITE", "LIEU",
    "FICHIERS_JOINTS", "FICHIER_JOINT", "DE", "DEMANDE_PAR", "DECLARANT", "SIGNALE_PAR", "SAISI_PAR",
    "ADRESSE_MAIL", "PROF_PRINCIPAL", "PROFESSEUR_PRINCIPAL", "PP", "REFERENT",
    "CODE_UAI", "TICKET", "REFERENCE", "QUALITE",
})  # fmt: skip
PERSON_FIELDS = frozenset({
    "NOM_DE_FAMILLE", "ENFANT", "ENFANTS", "ELEVE", "ELEVES", "FAMILLE", "RESPONSABLE", "PARENT", "USAGER",
    "ELEVE_CONCERNE", "ELEVES_CONCERNES", "PERSONNE_CONCERNEE", "PERSONNES_CONCERNEES", "RESPONSABLE_LEGAL",
})  # fmt: skip
"""Fields that name whom a form is about, when their value is no sentence."""
LABEL_HEADS = frozenset({
    "NOM", "PRENOM", "ETABLISSEMENT", "TELEPHONE", "MAIL", "COURRIEL", "ADRESSE", "FONCTION", "DATE", "PIECES",
    "TYPE", "NUMERO",
})  # fmt: skip
"""First words of labels that describe the sender or the form: « Nom du demandeur », « Date du constat »."""
INLINE_LABEL = re.compile(
    r"(?:(?<=\s)|^)(?:Objet|Sujet|Titre|Description|D[ée]tails?|Demandeur|[ÉE]metteur|[ÉE]tablissement|UAI|RNE|"
    r"Nom(?: de (?:l['’](?:[ée]l[eè]ve|enfant)|famille))?|Pr[ée]nom(?: de l['’](?:[ée]l[eè]ve|enfant))?|Probl[eè]me|"
    r"[ÉEée]l[eè]ve|Enfants?|Responsable|Souci|Constat|Demande|"
    r"Fonction|Profil|Classe|T[ée]l[ée]phone|Mail|Courriel|Priorit[ée]|Cat[ée]gorie|Service|Pi[eè]ces? jointes?|PJ|"
    r"Date|Action [àa] faire|Message|Nom du demandeur|Navigateur|Contact|Symptômes?|Demand[ée]e? par|"
    r"Signal[ée] par)\s*:\s",
)
TELLING = re.compile(
    r"\b(?:n['’]\w+|ne|pas|plus|impossible|bloqu\w+|perdu\w*|oubli\w+|absent\w*|erreur|souci|probl[eè]me|compte|acc[eè]s|"
    r"mdp|mot de|pronote|educonnect|ent)\b",
    re.IGNORECASE,
)
OTHER_LABEL = re.compile(r"(?<=[;|/]\s)[A-ZÀ-Ý][\w'’ ]{2,28}?\s?:\s")
"""Any label after a separator, in a line that holds others."""
TOLD_WORDS = 7
"""Words from which the value of a plain field may tell a trouble."""
BETWEEN = " \t/|;,–-"
"""What stands between the fields of a form pasted on one line."""
RULE_INSIDE = re.compile(r"\s(?=-{3,}\s)")


def fields_apart(row: Line) -> list[Line]:
    cuts = [match.start() for match in INLINE_LABEL.finditer(row.text)]
    if len(cuts) < 2:
        return [row]
    cuts = sorted({*cuts, *(match.start() for match in OTHER_LABEL.finditer(row.text))})
    bounds = [0, *[cut for cut in cuts if cut], len(row.text)]
    return [row.part(first, first + len(row.text[first:last].rstrip(BETWEEN))) for first, last in pairwise(bounds)]


def take_line(row: Line, found: list[Piece]) -> None:
    """A line of the body: a field of a form gives up its label, and its value is text, title or mere field."""
    match = FIELD.match(row.text)
    part = (
        field_part(fold(match[1]), row.text[match.end() :])
        if match and (match.end() < len(row.text) or ":" in match[0])
        else None
    )
    if match is None or part is None:
        found.append(Piece(row.start, row.end, Part.BODY))
        return
    label, start = fold(match[1]), row.start + match.end()
    found.append(Piece(row.start, start, Part.FIELD, label))
    if start < row.end:
        take_value(row, start, part, label, found)


def take_value(row: Line, start: int, part: Part, label: str, found: list[Piece]) -> None:
    """A field's value; a title in which people have drawn rules (« … ----- … ») tells matters after the first one."""
    ruled = RULE_INSIDE.search(row.text, start - row.start) if part is Part.TITLE else None
    if ruled is None:
        found.append(Piece(start, row.end, part, label))
        return
    found.append(Piece(start, row.start + ruled.start(), part, label))
    found.append(Piece(row.start + ruled.end(), row.end, Part.BODY, label))


def field_part(label: str, value: str) -> Part | None:
    key = label.replace(" ", "_")
    if key in PERSON_FIELDS and not TELLING.search(value):
        return Part.FIELD
    if key in TEXT_FIELDS:
        return Part.BODY
    if key in TITLE_FIELDS:
        return Part.TITLE
    if key in PLAIN_FIELDS:
        # « Tel : Mme X. Mot de passe perdu. » is a note, no phone number.
        return Part.BODY if len(value.split()) >= TOLD_WORDS and TELLING.search(value) else Part.FIELD
    # « Nom du demandeur » labels a field; « Prénom erroné » tells a trouble.
    told = " " in label and "panne" in cues_in(keyed(label).keys)
    return Part.FIELD if label.split(" ")[0] in LABEL_HEADS and not told else None

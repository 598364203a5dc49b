"""Sets apart what is not the message: greetings, signatures, quotes, forward headers, disclaimers. Nothing is lost."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from diagnostics.text import fold


class Part(enum.StrEnum):
    """What a piece of a message is."""

    BODY = "corps"
    TITLE = "objet"
    GREETING = "salutation"
    CLOSING = "formule"
    SIGNATURE = "signature"
    QUOTE = "citation"
    HEADER = "en-tête"
    FIELD = "champ"
    DISCLAIMER = "mention"


@dataclass(frozen=True)
class Piece:
    """A half-open range of the text and what it is."""

    start: int
    end: int
    part: Part
    label: str = ""
    """For a form's field: its folded name."""


GREETING = re.compile(
    r"\s*(?:re[- ]?)?(?:bonjour|bonsoir|salut|slt|bjr|hello|coucou|cc|hi|madame|monsieur|mesdames|messieurs|mme|m\.|"
    r"ch[eè]re?s?|ch[eè]r·e·s)\b(?:[^\n,!.:;?]{0,60}?)(?:[,!]\s*|\s*$)",
    re.IGNORECASE,
)
GREETING_WORDS = frozenset(
    [
        "BONJOUR",
        "BONSOIR",
        "SALUT",
        "SLT",
        "BJR",
        "HELLO",
        "COUCOU",
        "CC",
        "HI",
        "RE",
        "MADAME",
        "MONSIEUR",
        "MESDAMES",
        "MESSIEURS",
        "MME",
        "M",
        "MLLE",
        "CHER",
        "CHERE",
        "CHERS",
        "CHERES",
        "COLLEGUE",
        "COLLEGUES",
        "TOUS",
        "TOUTES",
        "A",
        "ET",
        "LE",
        "LA",
        "LES",
        "L",
        "SERVICE",
        "INFORMATIQUE",
        "EQUIPE",
        "SUPPORT",
        "ASSISTANCE",
        "PRINCIPAL",
        "PRINCIPALE",
        "PROVISEUR",
        "PROVISEURE",
        "DIRECTEUR",
        "DIRECTRICE",
        "DOCUMENTALISTE",
        "REFERENT",
        "REFERENTE",
        "NUMERIQUE",
        "ENT",
        "DE",
        "DU",
        "AU",
        "AUX",
    ]
)
CLOSING = re.compile(
    r"\s*(?:(?:bien |tr[eè]s )?cordialement|cdt|cdlt|bien [aà] (?:vous|toi)|bonne (?:journ[ée]e|soir[ée]e|fin de|r[ée]ception|semaine)|"
    r"bon(?:ne)? (?:week|we\b|apr[eè]s)|merci(?! de\b)|salutations|respectueusement|sinc[eè]res?|avec mes|amicalement|"
    r"bises|a\+|@\+|[aà] (?:bient[oô]t|plus)\b|je vous (?:remercie|prie)|veuillez|dans l.attente|en vous remerciant|"
    r"par avance|d.avance|vous remerciant)",
    re.IGNORECASE,
)
CLOSING_WORDS = 14
"""A closing formula is short; a longer line that opens with « merci » asks for something."""
REPLY = re.compile(
    r"^\s*(?:>\s*)?(?:Le\b.{4,120}?\ba [ée]crit\s*:?|On\b.{4,120}\bwrote:|-{2,}\s*(?:Message d.origine|Original Message)\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
FORWARD = re.compile(
    r"^\s*(?:>\s*)?(?:-{2,}\s*)?(?:(?:D[ée]but du )?message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|Forwarded message|Begin forwarded message)\b",
    re.IGNORECASE,
)
HEADER_LINE = re.compile(
    r"^\s*(?:>\s*)?\*?(De|From|Exp[ée]diteur|Envoy[ée](?: le)?|Sent|Date|[ÀA]|To|Pour|Cc|Cci|Objet|Subject|Sujet|R[ée]pondre [àa])\*?\s*:\s*\*?",
    re.IGNORECASE,
)
FIELD = re.compile(r"^\s*([A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’ /()°-]{1,38}?)\s*(?::\s|:$|\t+)\s*")
TEXT_FIELDS = frozenset(
    [
        "DESCRIPTION",
        "DETAIL",
        "DETAILS",
        "MESSAGE",
        "DEMANDE",
        "PROBLEME",
        "PROBLEME RENCONTRE",
        "COMMENTAIRE",
        "INCIDENT",
    ]
    + ["COMMENTAIRES", "CORPS", "TEXTE", "CONTENU", "SYMPTOME", "SYMPTOMES", "EXPLICATION", "EXPLICATIONS", "QUESTION"]
    + ["DESCRIPTION DU PROBLEME", "DESCRIPTION DE L INCIDENT", "NATURE DU PROBLEME", "CONSTAT", "PRECISIONS"]
)
TITLE_FIELDS = frozenset(["OBJET", "SUJET", "TITRE", "SUBJECT", "ACTION A FAIRE", "RESUME", "INTITULE"])
PLAIN_FIELDS = frozenset(
    [
        "ETABLISSEMENT",
        "UAI",
        "RNE",
        "NOM",
        "PRENOM",
        "DATE",
        "HEURE",
        "TELEPHONE",
        "TEL",
        "MAIL",
        "MEL",
        "EMAIL",
        "COURRIEL",
    ]
    + [
        "PROFIL",
        "FONCTION",
        "CLASSE",
        "PIECES JOINTES",
        "PIECE JOINTE",
        "PJ",
        "PRIORITE",
        "URGENCE",
        "CATEGORIE",
        "SERVICE",
    ]
    + [
        "DEMANDEUR",
        "EMETTEUR",
        "AUTEUR",
        "CONTACT",
        "NAVIGATEUR",
        "VERSION",
        "VILLE",
        "ACADEMIE",
        "NUMERO",
        "N",
        "CANAL",
    ]
    + [
        "TYPE",
        "STATUT",
        "APPEL",
        "NOM PRENOM",
        "NOM ET PRENOM",
        "SITE",
        "LIEU",
        "FICHIERS JOINTS",
        "FICHIER JOINT",
        "DE",
    ]
)
DISCLAIMER = re.compile(
    r"ce (?:message|courriel|mail)[^.]{0,80}(?:confidentiel|strictement|destin[ée])|n.imprimez|avant d.imprimer|"
    r"pensez [àa] l.environnement|sauf mention contraire|envoy[ée] (?:de|depuis) mon|provenance : courrier|sent from my|"
    r"t[ée]l[ée]charger outlook|get outlook|absence de virus|virus-free|confidential",
    re.IGNORECASE,
)
SIGNATURE_MARK = re.compile(r"^\s*(?:--|__|—|–|\*{2,})\s*$")
PHONE = re.compile(r"(?:\+33|0)\s?[1-9](?:[\s.-]?\d{2}){4}")
FINITE = re.compile(
    r"\b(?:est|sont|a|ont|ai|avons|avez|n['’]\w+|ne|pas|peut|peuvent|peux|pouvons|veut|doit|faut|fait|voit|voient|re[cç]oi\w*|arriv\w+|"
    r"appara\w+|manqu\w+|affich\w+|refus\w+|fonctionn\w+|marche(?:nt|r)?|dispara\w+|[ée]t(?:é|ait|aient)|sera|suis|sommes|reste\w*|"
    r"impossible|absent\w*|erreur|perdu\w*|bloqu\w+|vide\w*|rejet\w*|demand\w+|connect\w+|acc[eè]s)\b",
    re.IGNORECASE,
)
BULLETED = re.compile(r"\s*(?:[-*•–>+]|\d{1,2}\s?[).°/-])\s*\S")
SIGNATURE_LINE_WORDS = 9
SIGNATURE_LINES = 3
"""Lines without any formula before them that may be a signature: name, function, phone."""


@dataclass(frozen=True)
class Line:
    start: int
    end: int
    text: str


def lines(text: str) -> list[Line]:
    found, at = [], 0
    for raw in text.splitlines(keepends=True):
        bare = raw.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
        found.append(Line(at, at + len(bare), bare))
        at += len(raw)
    return found


def pieces(text: str) -> tuple[Piece, ...]:
    """The text in order as pieces that cover every line with something on it."""
    found: list[Piece] = []
    rows = [row for row in lines(text) if row.text.strip()]
    first, quoted = body_bounds(rows, found)
    body = [row for row in rows[first:quoted]]
    body = take_greeting(text, body, found)
    body = take_ending(body, found)
    for row in body:
        take_line(row, found)
    for row in rows[quoted:]:
        found.append(Piece(row.start, row.end, Part.QUOTE))
    return tuple(sorted(found, key=lambda piece: piece.start))


def body_bounds(rows: list[Line], found: list[Piece]) -> tuple[int, int]:
    """Where the message proper begins (after a forward's headers) and ends (where quotes begin)."""
    first = 0
    for number, row in enumerate(rows):
        if FORWARD.match(row.text):
            above = rows[:number]
            if sum(len(fold(line.text).split()) for line in above) > 60:
                return first, number
            for line in above:
                found.append(Piece(line.start, line.end, Part.HEADER))
            found.append(Piece(row.start, row.end, Part.HEADER))
            first = number + 1
            while first < len(rows) and HEADER_LINE.match(rows[first].text):
                found.append(header_piece(rows[first]))
                first += 1
        elif REPLY.match(row.text) and number >= first:
            if number > first:
                return first, number
            found.append(Piece(row.start, row.end, Part.HEADER))
            first = number + 1
        elif is_header_block(rows, number) and number >= first:
            if number > first:
                return first, number
            while first < len(rows) and HEADER_LINE.match(rows[first].text):
                found.append(header_piece(rows[first]))
                first += 1
        elif row.text.lstrip().startswith(">") and number > first:
            return first, number
    return first, len(rows)


def header_piece(row: Line) -> Piece:
    match = HEADER_LINE.match(row.text)
    label = fold(match[1]) if match else ""
    start = row.start + (match.end() if match and label in {"OBJET", "SUBJECT", "SUJET"} else 0)
    title = label in {"OBJET", "SUBJECT", "SUJET"}
    return Piece(start, row.end, Part.TITLE if title else Part.HEADER, label)


def is_header_block(rows: list[Line], number: int) -> bool:
    """« De : / Envoyé : / À : / Objet : » as Outlook writes it: at least three such lines in a row."""
    window = rows[number : number + 3]
    labels = {match[1].lower() for row in window if (match := HEADER_LINE.match(row.text))}
    return len(window) == 3 and len(labels) == 3 and bool(labels & {"de", "from", "expéditeur"})


def take_greeting(text: str, body: list[Line], found: list[Piece]) -> list[Line]:
    """Greeting lines go whole; a greeting that opens a sentence goes up to its comma."""
    while body:
        row = body[0]
        match = GREETING.match(row.text)
        if not match or not is_greeting(match[0]):
            break
        rest = row.text[match.end() :]
        found.append(Piece(row.start, row.start + match.end(), Part.GREETING))
        body = body[1:]
        if rest.strip():
            start = row.start + match.end()
            body = [Line(start, row.end, text[start : row.end]), *body]
    return body


def is_greeting(text: str) -> bool:
    """« Bonjour Mme la documentaliste, » greets; « Bonjour ça ne marche toujours pas » tells something."""
    words = fold(text).split()
    return len(words) <= 8 and not FINITE.search(text) and (len(words) <= 3 or bool(GREETING_WORDS & set(words[1:])))


def take_ending(body: list[Line], found: list[Piece]) -> list[Line]:
    """Closing formula, signature and disclaimers, from the end upwards."""
    cut = len(body)
    for number, row in enumerate(body):
        if SIGNATURE_MARK.match(row.text) and number:
            cut = number
            break
        if is_closing(row.text) and not any(has_news(line.text) for line in body[number + 1 :]):
            cut = number
            break
    taken = 0
    while cut and (
        DISCLAIMER.search(body[cut - 1].text)
        or (
            taken < SIGNATURE_LINES
            and cut > 1
            and is_name_line(body[cut - 1].text)
            and not is_closing(body[cut - 1].text)
        )
    ):
        taken += not DISCLAIMER.search(body[cut - 1].text)
        cut -= 1
    body, cut = closing_sentence(body, cut)
    for row in body[cut:]:
        part = Part.CLOSING if is_closing(row.text) else Part.SIGNATURE
        found.append(Piece(row.start, row.end, Part.DISCLAIMER if DISCLAIMER.search(row.text) else part))
    return body[:cut]


LAST_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")


def closing_sentence(body: list[Line], cut: int) -> tuple[list[Line], int]:
    """« … que la lecture. bonne journée, Clotilde Ramanantsoa »: the formula that ends the last line is set apart."""
    if not cut:
        return body, cut
    last = body[cut - 1]
    for match in LAST_SENTENCE.finditer(last.text):
        rest = last.text[match.end() :]
        if is_closing(rest):
            head = Line(last.start, last.start + match.start(), last.text[: match.start()])
            tail = Line(last.start + match.end(), last.end, rest)
            return [*body[: cut - 1], head, tail, *body[cut:]], cut
    return body, cut


def is_closing(text: str) -> bool:
    return bool(CLOSING.match(text)) and len(fold(text).split()) <= CLOSING_WORDS


def has_news(text: str) -> bool:
    """Whether a line after a closing formula still tells something (« PS : … »)."""
    words = fold(text).split()
    return (bool(re.match(r"\s*p\.?\s?s\b", text, re.IGNORECASE)) or len(words) > SIGNATURE_LINE_WORDS) and bool(
        FINITE.search(text)
    )


def is_name_line(text: str) -> bool:
    """« Firmin Delacourcelle, proviseur adjoint », « JB », « Vie scolaire », a phone number."""
    words = text.split()
    if PHONE.fullmatch(text.strip()):
        return True
    if BULLETED.match(text):
        return False
    if not words or len(words) > SIGNATURE_LINE_WORDS or FINITE.search(text) or text.rstrip().endswith(("?", "!", ":")):
        return False
    return words[0][:1].isupper()


def take_line(row: Line, found: list[Piece]) -> None:
    """A line of the body: a field of a form gives up its label, and its value is text, title or mere field."""
    match = FIELD.match(row.text)
    if match:
        label = fold(match[1])
        start = row.start + match.end()
        part = field_part(label)
        if part is not None:
            found.append(Piece(row.start, start, Part.FIELD, label))
            if start < row.end:
                take_value(row, start, part, label, found)
            return
    found.append(Piece(row.start, row.end, Part.BODY))


RULE_INSIDE = re.compile(r"\s(?=-{3,}\s)")


def take_value(row: Line, start: int, part: Part, label: str, found: list[Piece]) -> None:
    """A field's value; a title in which people have drawn rules (« … ----- … ») tells matters after the first one."""
    ruled = RULE_INSIDE.search(row.text, start - row.start) if part is Part.TITLE else None
    if ruled is None:
        found.append(Piece(start, row.end, part, label))
        return
    found.append(Piece(start, row.start + ruled.start(), part, label))
    found.append(Piece(row.start + ruled.end(), row.end, Part.BODY, label))


def field_part(label: str) -> Part | None:
    if label in TEXT_FIELDS:
        return Part.BODY
    if label in TITLE_FIELDS:
        return Part.TITLE
    return Part.FIELD if label in PLAIN_FIELDS else None

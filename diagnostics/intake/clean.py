"""Sets apart what is not the message: greetings, signatures, quotes, forward headers, disclaimers. Nothing is lost."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from itertools import pairwise, takewhile

from diagnostics.intake import names
from diagnostics.intake.forms import FIELD, field_part, fields_apart, take_line
from diagnostics.intake.parts import Line, Part, Piece
from diagnostics.intake.roles import AGENT, SUBJECT, TEACHER
from diagnostics.intake.tokens import is_given
from diagnostics.text import fold

GREETING = re.compile(
    r"\s*(?:re[- ]?)?(?:bonjour|bonsoir|salut|slt|bjr|bsr|hello|coucou|cc|hi|yop|madame|monsieur|mesdames|"
    r"messieurs|mme|m\.|"
    r"ch[eè]re?s?|ch[eè]r·e·s)\b(?:[^\n,!.:;?(«\"]{0,60}?)(?:[,!.]\s*|\s*$)",
    re.IGNORECASE,
)
GREETING_WORDS = frozenset({
    "BONJOUR", "BONSOIR", "SALUT", "SLT", "BJR", "BSR", "HELLO", "COUCOU", "CC", "HI", "YOP", "RE", "REBONJOUR",
    "MADAME", "MONSIEUR", "MESDAMES", "MESSIEURS", "MME", "M", "MR", "MLLE", "CHER", "CHERE", "CHERS", "CHERES",
    "COLLEGUE", "COLLEGUES", "TOUS", "TOUTES", "TOUTE", "VOUS", "TOI", "A", "ET", "LE", "LA", "LES", "L", "SERVICE",
    "INFORMATIQUE", "EQUIPE", "SUPPORT", "ASSISTANCE", "PRINCIPAL", "PRINCIPALE", "PROVISEUR", "PROVISEURE",
    "DIRECTEUR", "DIRECTRICE", "DOCUMENTALISTE", "REFERENT", "REFERENTE", "NUMERIQUE", "ENT", "DE", "DU", "AU",
    "AUX", "D", "ADJOINT", "ADJOINTE", "CPE", "SECRETAIRE", "SECRETARIAT", "ADMINISTRATEUR", "ADMINISTRATRICE",
    "COLLEGE", "LYCEE", "DRANE", "DSI", "KOSMOS", "GESTIONNAIRE", "PROFESSEUR", "MAITRE", "MAITRESSE", "INFIRMIERE",
    "PRESIDENT",
})  # fmt: skip
CIVIL = re.compile(r"\s*(?:mme|m\.|mr|madame|monsieur|mlle)\b", re.IGNORECASE)
CLOSING = re.compile(
    r"\s*(?:(?:bien |tr[eè]s )?cordialement|cdt\b|cdlt|bien [aà] (?:vous|toi)|bonne (?:journ[ée]e|soir[ée]e|"
    r"fin de|r[ée]ception|"
    r"semaine|continuation|ann[ée]e|apr[eè]s)|bel(?:le)? (?:journ|soir|apr)|bon(?:ne)? (?:week|we\b|apr[eè]s|courage)|"
    r"merci(?! de\b)|un grand merci|salutations|respectueusement|sinc[eè]res?|avec mes|amicalement|bises|a\+|@\+|"
    r"[aà] (?:bient[oô]t|plus)\b|je vous (?:remercie|prie)|nous vous remerci|veuillez|dans l.attente|"
    r"en vous remerciant|"
    r"par avance|d.avance|vous remerciant)",
    re.IGNORECASE,
)
CLOSING_WORDS = 16
"""A closing formula is short; a longer line that opens with « merci » asks for something."""
REPLY = re.compile(
    r"^\s*(?:>\s*)?(?:Le\b.{4,120}?\ba [ée]crit\s*:?|On\b.{4,120}\bwrote:|-{2,}\s*(?:Message d.origine|"
    r"Original Message)"
    r"\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^\s*(?:>\s*)?(?:-{2,}\s*(?:Message d.origine|Original Message)\s*-{2,}|_{20,})\s*$", re.IGNORECASE
)
"""What some mail programs write above the header of the mail that they answer or pass on."""
FORWARD = re.compile(
    r"^\s*(?:>\s*)?(?:-{2,}\s*)?(?:(?:D[ée]but du )?message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|Forwarded message|"
    r"Begin forwarded message)\b",
    re.IGNORECASE,
)
HEADER_LINE = re.compile(
    r"^\s*(?:>\s*)?\*?(De|From|Exp[ée]diteur|Envoy[ée](?: le)?|Sent|Date|[ÀA]|To|Pour|Cc|Cci|Objet|Subject|Sujet|"
    r"R[ée]pondre [àa])\*?\s*:\s*\*?",
    re.IGNORECASE,
)
QUOTE_MARK = re.compile(r"\s*>[\s>]*")
SUBJECTS = frozenset({"OBJET", "SUBJECT", "SUJET"})
SENDERS = frozenset({"DE", "FROM", "EXPEDITEUR"})
PASSING_ON = re.compile(
    r"\b(?:transf[eéè]r\w*|transmet\w*|pour (?:info\w*|suite|traitement|action|attribution|avis|r[ée]ponse|"
    r"votre)|ci[- ]dessous|"
    r"ci[- ]apr[eè]s|fyi|[àa] traiter|merci de (?:traiter|faire|voir|r[ée]pondre|regarder)|peux[- ]tu|pouvez[- ]vous|"
    r"tu peux|voir (?:le )?(?:mail|message)|suite [àa] donner|re[cç]u (?:ce|de)|demande d)",
    re.IGNORECASE,
)
FEW_WORDS = 40
"""Words of a note above a message that is passed on; above a reply's quote stands the message itself."""
VERY_FEW = 5
"""Words of a note that passes on whatever it says: « A voir svp »."""
DISCLAIMER = re.compile(
    r"ce (?:message|courriel|mail)[^.]{0,80}(?:confidentiel|strictement|destin[ée])|n.imprimez|avant d.imprimer|"
    r"pensez [àa] l.environnement|sauf mention contraire|envoy[ée] (?:de|depuis) mon|provenance : courrier|"
    r"sent from my|t[ée]l[ée]charger outlook|get outlook|absence de virus|virus-free|confidential",
    re.IGNORECASE,
)
SIGNATURE_MARK = re.compile(r"^\s*(?:--|__|—|–|\*{2,})\s*$")
PHONE = re.compile(r"(?:\+33|0)\s?[1-9](?:[\s.-]?\d{2}){4}")
BULLETED = re.compile(r"\s*(?:[-*•–>+]|\d{1,2}\s?[).°/-])\s*\S")
FINITE = re.compile(
    r"\b(?:est|sont|(?-i:a)|ont|ai|avons|avez|avait|avaient|n['’]\w+|ne|pas|plus|peut|peuvent|peux|pouvons|veut|"
    r"doit|faut|fait|voit|"
    r"voient|re[cç]oi\w*|arriv\w+|appara\w+|manqu\w+|affich\w+|refus\w+|fonctionn\w+|marche(?:nt|r)?|dispara\w+|"
    r"[ée]t(?:é|ait|aient)|sera|suis|sommes|reste\w*|impossible|absent\w*|erreur|perdu\w*|bloqu\w+|vide\w*|"
    r"rejet\w*|demand\w+|pouvez|pourriez|"
    r"connect\w+|acc[eè]s|probl[eè]me|souci|import|panne|dans|sur|toujours|aucune?|pour|pareil|idem)\b",
    re.IGNORECASE,
)
CIVIL_END = re.compile(r"\b(?:MM?|Mr|Mmes?|Mlle|[Mm]onsieur|[Mm]adame)\.?\s*$|\bmme\s*$")
CIVIL_REACH = 20
"""Characters before a name in which its civility stands whole."""
OFFICE = re.compile(
    rf"(?:(?:le|la|les|l['’]|votre|notre|pour)\s*)?(?:{AGENT}|{TEACHER}(?: (?:de |d['’]|en )?{SUBJECT})?|{SUBJECT}|PP|"
    r"professeure? principale?|vie scolaire|(?:le )?secr[ée]tariat(?: \w+){0,2}|(?:[ée]quipe de )?direction|intendance|"
    r"(?:service|cellule) \w+|infirmerie|CDI|scolarit[ée]|r[ée]f[ée]rente?(?: num[ée]rique| ENT)?|RUPN|loge|accueil)"
    r"(?:[ ,]+(?:du |de |au |des |d['’])?(?:coll[eè]ge|lyc[ée]e|clg|lyc|cit[ée] scolaire)\b.{0,30})?",
    re.IGNORECASE,
)
"""A function or an office that signs."""
SIGNATURE_LINE_WORDS = 9
CLASS_WORDS = 3
"""Words beside the names of a line of a list: a class, « et »."""
SIGNATURE_LINES = 4
"""Lines without any formula before them that may be a signature: name, function, school, phone."""
LAST_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\S)|(?<=[^\W\d_])\s+(?=(?:cordialement|cdt|cdlt|merci d['’]avance)\b)")


def lines(text: str) -> list[Line]:
    """Lines with their places; a form pasted on one line gives one line for each field."""
    found: list[Line] = []
    at = 0
    for raw in text.splitlines(keepends=True):
        bare = raw.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
        row = Line(at, at + len(bare), bare)
        found.extend(fields_apart(row))
        at += len(raw)
    return found


def pieces(text: str) -> tuple[Piece, ...]:
    """The text in order as pieces that cover every line with something on it."""
    found: list[Piece] = []
    rows = unquoted([row for row in lines(text) if row.text.strip()], found)
    first, quoted = body_bounds(rows, found)
    body = take_greeting(rows[first:quoted], found)
    quote, answer = (rows[quoted:], []) if body else answered_below(rows[quoted:])
    body = take_ending(body or take_greeting(answer, found), found)
    for row in body:
        take_line(row, found)
    found.extend(Piece(row.start, row.end, Part.QUOTE) for row in quote)
    return tuple(sorted(found, key=lambda piece: piece.start))


def body_bounds(rows: Sequence[Line], found: list[Piece]) -> tuple[int, int]:
    """Where the message proper begins (after a forward's headers) and ends (where quotes begin)."""
    first = 0
    for number, row in enumerate(rows):
        if number < first:
            continue
        forwarded = bool(FORWARD.match(row.text))
        ruled = bool(ORIGINAL.match(row.text)) and is_header_block(rows, number + 1)
        block = not forwarded and (ruled or is_header_block(rows, number))
        if forwarded or block or REPLY.match(row.text):
            above = rows[first:number]
            if above and not (forwarded or (block and passed_on(above))):
                return first, number
            if forwarded and len(fold(" ".join(line.text for line in above)).split()) > FEW_WORDS * 2:
                return first, number
            found.extend(Piece(line.start, line.end, Part.HEADER) for line in above)
            first = number
            if ruled or not block:
                found.append(Piece(row.start, row.end, Part.HEADER))
                first += 1
            while first < len(rows) and HEADER_LINE.match(rows[first].text):
                found.append(header_piece(rows[first]))
                first += 1
        elif row.text.lstrip().startswith(">") and (number > first or answered(rows[number:])):
            return first, number
    return first, len(rows)


def unquoted(rows: list[Line], found: list[Piece]) -> list[Line]:
    """The lines of a mail quoted whole under a short note that passes it on (« tu regardes ? > De : … »)."""
    first = next((number for number, row in enumerate(rows) if QUOTE_MARK.match(row.text)), len(rows))
    above, quote = rows[:first], rows[first:]
    marked = [match for row in quote if (match := QUOTE_MARK.match(row.text))]
    if not above or not quote or len(marked) < len(quote):
        return rows
    if not HEADER_LINE.match(quote[0].text) or not passed_on(above):
        return rows
    found.extend(Piece(row.start, row.end, Part.HEADER) for row in above)
    inner = [row.part(match.end(), len(row.text)) for row, match in zip(quote, marked, strict=True)]
    heads = list(takewhile(lambda row: HEADER_LINE.match(row.text), inner))
    found.extend(map(header_piece, heads))
    return [row for row in inner[len(heads) :] if row.text.strip()]


def answered(rows: Sequence[Line]) -> bool:
    """Whether something is written under quoted lines."""
    return any(not row.text.lstrip().startswith(">") and has_letters(row.text) for row in rows)


def has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def answered_below(quote: list[Line]) -> tuple[list[Line], list[Line]]:
    """(quote, answer written under it) when nothing stands above a quote whose lines are all marked."""
    marked = 0
    while marked < len(quote) and quote[marked].text.lstrip().startswith(">"):
        marked += 1
    return (quote[:marked], quote[marked:]) if marked else (quote, [])


def passed_on(above: Sequence[Line]) -> bool:
    """Whether the lines above another mail only pass it on."""
    said = " ".join(line.text for line in above)
    words = len(fold(said).split())
    return words <= VERY_FEW or (words <= FEW_WORDS and bool(PASSING_ON.search(said)))


def header_piece(row: Line) -> Piece:
    match = HEADER_LINE.match(row.text)
    label = fold(match[1]) if match else ""
    if match and label in SUBJECTS:
        return Piece(row.start + match.end(), row.end, Part.TITLE, label)
    return Piece(row.start, row.end, Part.HEADER, label)


def is_header_block(rows: Sequence[Line], number: int) -> bool:
    """« De : / Envoyé : / À : / Objet : » as mail programs write it: at least three such lines in a row."""
    window = rows[number : number + 3]
    labels = [fold(match[1]) for row in window if (match := HEADER_LINE.match(row.text))]
    return len(set(labels)) == 3 and not SENDERS.isdisjoint(labels)


def take_greeting(body: list[Line], found: list[Piece]) -> list[Line]:
    """Greeting lines go whole; a greeting that opens a sentence goes up to its comma."""
    while body:
        row = body[0]
        match = GREETING.match(row.text)
        if not match or not is_greeting(match[0], row.text[match.end() :]):
            break
        found.append(Piece(row.start, row.start + match.end(), Part.GREETING))
        rest = row.part(match.end(), len(row.text))
        body = [rest, *body[1:]] if rest.text.strip() else body[1:]
    return body


def is_greeting(text: str, rest: str) -> bool:
    """« Bonjour Mme la documentaliste, » greets; « Bonjour toujours le même souci » tells something."""
    said = text.split()
    if len(said) > 9 or (CIVIL.match(text) and rest.strip() and len(said) > 1):
        return False
    strange = [w for w in said[1:] if w[:1].islower() and not set(fold(w).split()) <= GREETING_WORDS]
    return not [word for word in strange if not is_given(word.strip(",.!"))]


def take_ending(body: list[Line], found: list[Piece]) -> list[Line]:
    """Closing formula, signature and disclaimers, from the end upwards."""
    cut = len(body)
    for number, row in enumerate(body):
        closes = is_closing(row.text) and not any(has_news(line.text) for line in body[number + 1 :])
        if closes or (number and SIGNATURE_MARK.match(row.text)):
            cut = number
            break
    taken = 0
    while cut > 1 or (cut and DISCLAIMER.search(body[cut - 1].text)):
        last = body[cut - 1].text
        if not DISCLAIMER.search(last):
            if taken == SIGNATURE_LINES or not is_name_line(last) or is_listed(body, cut - 1):
                break
            taken += 1
        cut -= 1
    body, cut = closing_sentence(body, cut)
    for row in body[cut:]:
        part = Part.CLOSING if is_closing(row.text) else Part.SIGNATURE
        found.append(Piece(row.start, row.end, Part.DISCLAIMER if DISCLAIMER.search(row.text) else part))
    return body[:cut]


def is_listed(body: Sequence[Line], place: int) -> bool:
    """Whether a line is a name of a list: such lines follow one another up to one that announces them by a colon."""
    first = place
    while first and names_only(body[first].text):
        first -= 1
    return first < place and body[first].text.rstrip().endswith(":") and not is_closing(body[first].text)


def names_only(text: str) -> bool:
    """« El Khattabi Nour », « Léa Petit et Hugo Blanc 5B »: names and nothing that tells or signs."""
    named = names.names(text)
    if not named:
        return False
    left = text[: named[0].start] + "".join(text[one.end : other.start] for one, other in pairwise(named))
    return len(re.findall(r"\w+", left + text[named[-1].end :])) <= CLASS_WORDS


def closing_sentence(body: list[Line], cut: int) -> tuple[list[Line], int]:
    """« … la lecture. bonne journée, Clotilde Ramanantsoa »: what ends the last line without telling is set apart."""
    if not cut:
        return body, cut
    last = body[cut - 1]
    bullet = BULLETED.match(last.text)
    # What closes is short: the sentences before the last few cannot begin it, however long the line.
    for match in deque(LAST_SENTENCE.finditer(last.text), maxlen=CLOSING_WORDS):
        if CIVIL_END.search(last.text[max(0, match.start() - CIVIL_REACH) : match.start()]):
            continue
        if bullet and match.start() < bullet.end():
            continue
        rest = last.part(match.end(), len(last.text))
        if is_closing(rest.text) or is_signed(rest.text):
            return [*body[: cut - 1], last.part(0, match.start()), rest, *body[cut:]], cut
    return body, cut


def is_signed(text: str) -> bool:
    """« Florence Guyader, documentaliste », « CPE, Mme Rigal », « Vie scolaire »: no verb, a name or a function."""
    if len(text.split()) > SIGNATURE_LINE_WORDS or FINITE.search(text) or text.rstrip().endswith(("?", "!")):
        return False
    if OFFICE.fullmatch(text.strip(" .-–,")):
        return True
    named = names.names(text)
    if not named:
        return False
    before = CIVIL_END.sub("", text[: named[0].start]).strip(" (,.:–—-")
    return not before or bool(OFFICE.fullmatch(before))


def is_closing(text: str) -> bool:
    if not CLOSING.match(text) or len(fold(text).split()) > CLOSING_WORDS:
        return False
    return not re.match(r"\s*merci\b.*\b(?:mais|par contre|sinon)\b", text, re.IGNORECASE)


def has_news(text: str) -> bool:
    """Whether a line after a closing formula still tells something (« PS : … »)."""
    if re.match(r"\s*(?:p\.?\s?s\b|nb\b|post)", text, re.IGNORECASE):
        return True
    return len(fold(text).split()) > SIGNATURE_LINE_WORDS and bool(FINITE.search(text)) and not DISCLAIMER.search(text)


def is_name_line(text: str) -> bool:
    """« Firmin Delacourcelle, proviseur adjoint », « JB », « Vie scolaire », a phone number."""
    words = text.split()
    if PHONE.fullmatch(text.strip()):
        return True
    if BULLETED.match(text) or FINITE.search(text) or "?" in text or text.rstrip().endswith(":"):
        return False
    field = FIELD.match(text)
    if field and field.end() < len(text) and field_part(fold(field[1]), text[field.end() :]) in {Part.BODY, Part.TITLE}:
        return False
    return bool(words) and len(words) <= SIGNATURE_LINE_WORDS and words[0][:1].isupper()

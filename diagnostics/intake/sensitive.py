"""Facts that must not leave for an outside support (knowledge.md §10): health, court, social care, secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from diagnostics.intake.keyed import cues_in, keyed
from diagnostics.intake.secret_words import VEIL, given_away


@dataclass(frozen=True)
class Sensitive:
    """A fact that must not leave for an outside support; half-open range of the text and its kind."""

    start: int
    end: int
    kind: str


_SORTS: tuple[tuple[str, str], ...] = (
    (
        "justice",
        r"\bjugements?\b(?: (?:du|de divorce|rendu)[^.,;\n]{0,40})?|\bordonnances? (?:du juge|de (?:protection|"
        r"placement|non|provisoire))[^.,;\n]{0,30}|\btribunal(?: judiciaire)?\b|"
        r"\bjuge (?:aux affaires familiales|des enfants)|\bJAF\b|\b(?:l['’])?(?:exercice (?:exclusif|conjoint)|"
        r"autorit[ée] parentale)"
        r"(?: (?:conjointe|exclusive|partag[ée]e|retir[ée]e))?|\bgarde (?:altern[ée]e|exclusive|partag[ée]e|"
        r"classique)|\b(?:en )?divorc\w+|\bd[ée]ch(?:u|éance)\w*(?: de l['’]autorit[ée])?|\bmain[- ]courante|"
        r"\b(?:d[ée]p[oô]s[ée]?\w* )?plainte\b|\bgendarmerie|\bcommissariat|\binterdiction "
        r"(?:de contact|d['’]approcher)[^.,;\n]{0,30}|\bmesure d['’][ée]loignement|\bdroit de visite|"
        r"\bincarc[ée]r\w+|\bprison\b|\bd[ée]cision de justice|\bproc[ée]dure (?:judiciaire|p[ée]nale)|"
        r"\bs[ée]par(?:ation|[ée]s?)\b",
    ),
    (
        "santé",
        r"\bhospitalis\w+|\bh[oô]pital\b|\bcancer\b|\bmaladies?\b|\bmalade\b|\bhandicap\w*|\bMDPH\b|\bPAI\b|"
        r"\bPPS\b|\bd[ée]pressi\w+|\bsuicid\w+|\bgrossesse|\benceinte\b|\bcong[ée] (?:maladie|maternit[ée]|"
        r"longue maladie)|\barr[eê]t(?: de travail| maladie)?(?= (?:maladie|jusqu))|\ben arr[eê]t\b|"
        r"\b[ée]pilep\w+|"
        r"\bautis\w+|\bdyslexi\w+|\bdyspraxi\w+|\bTDAH\b|\btraitement m[ée]dical|\ballergi\w+|\bdiab[eè]t\w+|"
        r"\bop[ée]ration chirurgicale|\bphobie scolaire|\banorexi\w+|\bscl[ée]rose|\bcertificat m[ée]dical|"
        r"\bpsychiatr\w+|\bSAPAD\b|\bd[ée]c[eè]s\b|\bd[ée]c[ée]d[ée]\w*",
    ),
    (
        "social",
        r"\baide sociale(?: [àa] l['’]enfance)?|\bASE\b|\bplac[ée]e?s? (?:en|par|chez|au|dans|judiciairement|"
        r"depuis)[^.,;\n]{0,30}|\bplacement\b|\bfamille d['’]accueil|\bassistant(?:e)? familial(?:e)?|"
        r"\bfoyer\b(?: [A-Z]\w+)?|\bMECS\b|\bAEMO\b|\bITEP\b|\binformation pr[ée]occupante|\bmaltrait\w+|"
        r"\bviolences?(?: conjugales| familiales)?|"
        r"\bsignalement(?: au procureur)?|\bassistant(?:e)? social(?:e)?\b|\bharc[eè]l\w+|\bRSA\b|"
        r"\bsurendett\w+|\bfonds social|\bbours(?:e|ier)\w*|\bsans[- ]papiers|\bdemandeurs? d['’]asile|"
        r"\bmineurs? (?:non accompagn[ée]s?|isol[ée]s?)|\bMNA\b|\bCHRS\b|\b115\b|\bimpay[ée]s?|"
        r"\bpupille de l['’][ÉE]tat",
    ),
    (
        "mot de passe",
        r"(?:mots? de passe|mdp|password|code provisoire|code d['’]activation|code confidentiel|"
        r"passe)\s*(?:(?:actuel|provisoire|initial|temporaire|ent|educonnect|pronote|acad[ée]mique)\s*)*(?:est|"
        r"c['’]est|:|=|->|→|\()\s*[«\"'“]?\s*(?P<secret>(?!(?:oubli|perdu|refus|incorrect|bloqu|inconnu|expir|"
        r"faux|toujours|pas|de\b|le\b|la\b|que\b|un\b|en\b|celui|valide|invalide|"
        r"erron|toujours|bon\b|impossible|ne\b|trop|demand|plus\b|bien\b|ok\b|à\b|il\b|elle\b|je\b|j['’]|mais\b|"
        r"rejet|chang|périm|provisoire\b))[^\s»\"”,;)]{4,})",
    ),
    (
        "mot de passe",
        r"(?:mots? de passe|mdp|password|code (?:provisoire|confidentiel|d['’]activation))\s+"
        r"(?:(?:actuel|provisoire|initial|temporaire|ent|educonnect|pronote|acad[ée]mique)\s+)*"
        r"(?:de |du |des |d['’]|pour )(?:[^.,;:\n]|\bM\.){1,60}?\s*(?:\best\b|c['’]est|:|=|->|→)\s*[«\"'“]?\s*"
        r"(?P<secret>(?=[^\s»\"”,;)]*[\d!@#$%&*_•])[^\s»\"”,;)]{4,})",
    ),
    (
        "mot de passe",
        r"(?:mots? de passe|mdp|password|code (?:provisoire|confidentiel|d['’]activation))\s+"
        r"(?:(?:actuel|provisoire|initial|temporaire|ent|educonnect|pronote|acad[ée]mique)\s+)*[«\"“]?"
        r"(?P<secret>(?=[^\s,;.]*\d)(?=[^\s,;.]*[a-zà-ÿ])(?![1-6]\s?[a-zè]{1,3}\b)[^\s»\"”,;]{5,})",
    ),
    (
        # « les codes de Zoé sont zoe.ly / Zly2011! », « son code est Soleil2024 »: letters and digits together.
        "mot de passe",
        r"\b(?:codes?|identifiants?)\b[^.\n:=]{0,40}?(?:\best\b|\bsont\b|:|=)\s*[^\n]{0,24}?[«\"'“]?"
        r"(?<![\w@.])(?P<secret>(?=[^\s,;]*\d)(?=[^\s,;]*[a-zà-ÿ])(?!\d{7}[a-z]\b)(?!\S*@)(?!\S*\.(?:xml|csv|zip|png|jpe?g|pdf)\b)"
        r"(?!\d{1,2}\s?h|[1-6](?:e|è|ème|eme|nde|re)\w{0,3}\b)[\wà-ÿ!@#$%&*+-]{6,})",
    ),
    ("NUMEN", r"\b\d{2}[A-Z]\d{7}[A-Z]{3}\b"),
    ("INE", r"\b(?:\d{9}[A-Z]{2}|\d{10}[A-Z]|\d{4}A\d{5}[A-Z])\b"),
)
SORTS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _SORTS)
PASSWORDS = tuple(pattern for _, pattern in SORTS if "secret" in pattern.groupindex)
WITH_SECRET = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("téléphone", r"(?<!\d)(?:(?:\+33\s?|0)[1-9](?:[\s.-]?\d{2}){4}|0[1-9](?:/\d{2}){4})(?!\d)"),
        ("adresse mail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        (
            "identifiant",
            r"(?:\blogin|\bidentifiant)\b(?:\s+(?!est\b)[^\W\d]+)?\s*(?:est|:|=)?\s*[«\"“]?\s*(?=\S*[\d._])[\w.@-]{3,}",
        ),
        ("identifiant", r"\b(?:login|identifiant)\s*[:=]\s*[\w.@-]{3,}"),
        ("date de naissance", r"\bn[ée]+(?:\(e\))?\s+le\s+\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"),
    )
)
"""What opens an account or tells whose it is, beside the secret: harmless alone, a key together."""
FEW_LEFT = 2
"""Words left beside a secret that tell nothing: « Le […] »."""
SHORT = 12
"""Words left beside a secret in a line that only gives it, when none complains or asks."""
SECRET = "mot de passe"
PRIVATE = frozenset({"justice", "santé", "social"})
STRUCK = "[…]"
CLAUSE_END = re.compile(
    r"[.!?;:,()\n]+|\s[-–]\s|\s(?=n['’]\w|ne\s|car\s|parce\s|en raison|[àa] cause|suite\s|mais\s|"
    r"et (?:n['’]|ne|ça|son|sa)\b)",
    re.IGNORECASE,
)
CASED = frozenset({"ASE", "PAI", "PPS", "RSA", "MNA", "JAF", "MECS", "AEMO", "ITEP", "CHRS"})
"""Acronyms that are common syllables in small letters: only in capitals."""
FUNCTION_ONLY = re.compile(r"assistante? sociale?", re.IGNORECASE)
"""A function of the staff: no fact on a family by itself."""


def sensitive(text: str) -> tuple[Sensitive, ...]:
    """Sensitive facts in order, without overlap; a secret's range is the secret with the words that name it."""
    found: list[Sensitive] = []
    for kind, pattern in SORTS:
        for match in pattern.finditer(text):
            said = match[0]
            if said.upper() in CASED and not said.isupper():
                continue
            if FUNCTION_ONLY.fullmatch(said):
                continue
            found.append(Sensitive(match.start(), match.end(), kind))
    found.extend(Sensitive(first, last, SECRET) for first, last in given_away(text))
    for first, last in {line_of(text, one.start) for one in found if one.kind == SECRET}:
        for kind, pattern in WITH_SECRET:
            found.extend(Sensitive(m.start(), m.end(), kind) for m in pattern.finditer(text, first, last))
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Sensitive] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.end > kept[-1].end and one.kind == SECRET:
            kept.append(Sensitive(kept[-1].end, one.end, SECRET))
    return tuple(kept)


def veiled(text: str) -> str:
    """The text with every password and code hidden, character for character: places stay what they are.

    It is done as a message is read, so that no secret reaches the base, a screen or a ticket.
    """
    ranges = [*given_away(text)]
    ranges += [match.span("secret") for pattern in PASSWORDS for match in pattern.finditer(text)]
    for start, end in ranges:
        hidden = re.sub(r"\S", VEIL, text[start:end])
        text = text[:start] + hidden + text[end:]
    return text


def line_of(text: str, place: int) -> tuple[int, int]:
    """The half-open range of the line around a place."""
    end = text.find("\n", place)
    return text.rfind("\n", 0, place) + 1, end if end >= 0 else len(text)


def is_secret(text: str, start: int, end: int, facts: tuple[Sensitive, ...]) -> bool:
    """Whether a range says a secret and nothing else: « mdp : … » is no complaint."""
    inside = tuple(one for one in facts if one.kind == SECRET and one.start < end and start < one.end)
    if not inside:
        return False
    rest = keyed(without(text, start, end, inside)).keys
    count = len(rest.split())
    return count <= FEW_LEFT or (count <= SHORT and not cues_in(rest) & {"panne", "demande"})


def without(text: str, start: int, end: int, facts: tuple[Sensitive, ...]) -> str:
    """``text[start:end]`` without sensitive facts: a secret is struck out, a private fact goes with its clause."""
    parts, at = [], start
    for one in facts:
        if one.end <= start or one.start >= end:
            continue
        first, last = (one.start, one.end) if one.kind not in PRIVATE else clause_of(text, one, start, end)
        if last <= at:
            continue
        parts += [text[at : max(at, first)], STRUCK]
        at = max(at, min(last, end))
    return "".join([*parts, text[at:end]])


def clause_of(text: str, fact: Sensitive, start: int, end: int) -> tuple[int, int]:
    """The clause around a fact: what stands beside « placé à l'ASE » tells it too."""
    first = max((match.end() for match in CLAUSE_END.finditer(text, start, fact.start)), default=start)
    while first < fact.start and text[first].isspace():
        first += 1
    following = CLAUSE_END.search(text, fact.end, end)
    return first, following.start() if following else end

"""What must not be readable in a ticket: identifiers, birth dates, phones, addresses, passwords, private facts.

Never in a ticket (knowledge.md §10): passwords, full INE, NUMEN, health, court or social facts. Birth date, phone, mail
and address are masked unless the template needs them.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from diagnostics.text import header

KEPT_ENDS = 2
"""Characters kept at each end of a masked identifier: enough to compare, not to use."""

INE_IN_TEXT = re.compile(r"\b(?:\d{9}[A-Z]{2}|\d{10}[A-Z]|\d{4}A\d{5}[A-Z])\b", re.IGNORECASE)
NUMEN_IN_TEXT = re.compile(r"\b\d{2}[A-Z]\d{7}[A-Z]{3}\b", re.IGNORECASE)
"""NUMEN: 13 characters, two digits, a letter, seven digits, three letters."""
PHONE_IN_TEXT = re.compile(r"(?<![\d-])(?:(?:\+33[ .]?|0033[ .]?|0)[1-9](?:[ .-]?\d{2}){4}|0[1-9](?:/\d{2}){4})(?!\d)")
MAIL_IN_TEXT = re.compile(r"[\w.+-]{1,64}@(?P<domain>[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
SECRET_IN_TEXT = re.compile(
    r"\b(?P<what>mot de passe|mdp|password|code provisoire|code d.activation)\b"
    r"(?P<link>[^\n.;:=]{0,12}[:=]\s*)(?P<value>\S+)",
    re.IGNORECASE,
)
GIVEN_AWAY = re.compile(
    r"\b(?:mot de passe|mdp|password)\b[^\n.;]{0,25}?[\s:=«\"]"
    r"(?P<value>(?=\S*[^\W\d_])(?=\S*\d)(?![A-Z]{3}\d{5}\b)(?!\d{1,2}[/hH:]\d)[^\s«»]{6,})",
    re.IGNORECASE,
)
"""« mdp Soleil2013! »: a word of letters and figures beside the word for it, though no colon says so."""
BORN_IN_TEXT = re.compile(
    r"(?P<born>\bn[ée]e?(?:\(e\))?\s+le\s+|\bnaissance\s*(?:du|le|:|=)?\s*)(?P<date>\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
CODE_SOURCE = re.compile(r"([^$;\t\n|]{0,80})\$([^$;\t\n|]{0,80})\$(\d{4}-\d{2}-\d{2})?")
"""Prénom$NOM$AAAA-MM-JJ anywhere in a text (formats.md §0.6), bounded so that a long text is read once."""
ACRONYMS = frozenset({"MDPH", "AEMO", "ASE", "RSA"})
YEAR = re.compile(r"(?:18|19|20)\d{2}")

PRIVATE = re.compile(
    r"\b(?:jugement|tribunal|juge|divorc\w*|garde (?:altern|exclusi|partag)\w*|autorité parentale|ordonnance|plainte|"
    r"gendarm\w*|violen\w*|maltrait\w*|hospitali\w*|hôpital|malad(?:e|ie)\w*|handicap\w*|MDPH|traitement médical|"
    r"dépressi\w*|suicid\w*|épilep\w*|autis\w*|diabét\w*|allergi\w*|"
    r"grossesse|enceinte|décès|décédée?s?|deuil|AEMO|ASE|placement|aide sociale|"
    r"suivie?s? par (?:l['’]|une )assistante sociale|RSA|"
    r"surendett\w*|éloignement|incarcér\w*|prison|religi\w*|sans.papiers)\b",
    re.IGNORECASE,
)
"""Words of health, court and social facts (knowledge.md §10): the sentence stays with the school."""

SORTS = {
    "ine": ("ine", "numeronational", "idnational", "inernie", "inebea", "identifiantnational"),
    "idpn": ("idpn", "identifiantpronote", "idpronote"),
    "birth_date": ("datedenaissance", "naissance", "datenaissance", "datenaiss", "neele", "birthdate"),
    "phone": ("telephone", "tel", "portable", "telportable", "telpersonnel", "telprofessionnel", "mobile", "phone"),
    "mail": ("mail", "mel", "courriel", "email", "adressemail", "adrmail", "adresseelectronique"),
    "address": ("adresse", "address", "ligne1adresse", "adresse1", "rue", "codepostal", "postcode"),
    "educonnect": ("educonnect", "identifianteduconnect", "logineduconnect"),
    "login": ("login", "identifiantdeconnexion", "loginent"),
    "password": ("motdepasse", "mdp", "password", "codedactivation", "motdepasseprovisoire", "motdepasseinitial"),
    "numen": ("numen",),
    "code_source": ("codesource",),
}
"""Sort of datum by folded field name (formats.md §0.5)."""


def sort_of(field: str) -> str:
    """The sort of datum that a field or column holds ("ine", "phone"…), or "" when it needs no mask."""
    key = header(field)
    for sort, names in SORTS.items():
        if key in names:
            return sort
    if "mail" in key or "courriel" in key:
        return "mail"
    if "naiss" in key:
        return "birth_date"
    if "motdepasse" in key or "mdp" in key.split():
        return "password"
    if key.startswith(("tel", "portable", "mobile")):
        return "phone"
    return "address" if key.startswith("adresse") else ""


def ends(value: str) -> str:
    """``123456789AB`` → ``12*******AB``; short values are masked whole."""
    if len(value) <= 2 * KEPT_ENDS + 2:
        return "*" * len(value)
    return value[:KEPT_ENDS] + "*" * (len(value) - 2 * KEPT_ENDS) + value[-KEPT_ENDS:]


def birth_date(value: str) -> str:
    """The year only: ``2013-02-14`` → ``**/**/2013``."""
    year = YEAR.search(value)
    return f"**/**/{year[0]}" if year else "masquée" if value else ""


def phone(value: str) -> str:
    """``06 39 98 41 07`` → ``** ** ** ** 07``."""
    digits = re.sub(r"\D", "", value)
    return f"** ** ** ** {digits[-2:]}" if len(digits) >= 6 else "masqué" if value else ""


def mail(value: str) -> str:
    """The domain only (knowledge.md §4, EDU-09 and MSG-06)."""
    domain = value.rpartition("@")[2].strip()
    return f"***@{domain}" if "@" in value and domain else "masquée" if value else ""


def code_source(value: str) -> str:
    """``Lyes$DELBECQ$1974-10-02`` → ``Lyes$DELBECQ$1974-**-**``."""
    return CODE_SOURCE.sub(lambda m: f"{m[1]}${m[2]}$" + (f"{m[3][:4]}-**-**" if m[3] else ""), value)


def mask(sort: str, value: str, unmasked: Collection[str] = ()) -> str:
    """The value as a ticket may show it; passwords and NUMEN give ""."""
    if sort in ("password", "numen"):
        return ""
    if not value or sort in unmasked:
        return value
    if sort == "code_source" and "birth_date" in unmasked:
        return value
    match sort:
        case "ine" | "idpn" | "educonnect" | "login":
            return ends(value)
        case "birth_date":
            return birth_date(value)
        case "phone":
            return phone(value)
        case "mail":
            return mail(value)
        case "address":
            return "masquée"
        case "code_source":
            return code_source(value)
    return value


def scrub(text: str, unmasked: Collection[str] = ()) -> str:
    """Free text without passwords, INE, NUMEN, and (unless needed) phones, mails and birth dates."""
    text = SECRET_IN_TEXT.sub(lambda m: f"{m['what']}{m['link']}[retiré]", text)
    text = NUMEN_IN_TEXT.sub("[NUMEN retiré]", text)
    text = INE_IN_TEXT.sub(lambda m: ends(m[0]), text)
    if "phone" not in unmasked:
        text = PHONE_IN_TEXT.sub(lambda m: phone(m[0]), text)
    if "mail" not in unmasked:
        text = MAIL_IN_TEXT.sub(lambda m: f"***@{m['domain']}", text)
    if "birth_date" not in unmasked:
        text = BORN_IN_TEXT.sub(lambda m: m["born"] + birth_date(m["date"]), text)
        text = CODE_SOURCE.sub(lambda m: code_source(m[0]), text)
    return text


def exposed(text: str) -> list[str]:
    """What a text shows whole that never leaves in a ticket, in French words."""
    given = (*SECRET_IN_TEXT.finditer(text), *GIVEN_AWAY.finditer(text))
    secrets = [found for found in given if not found["value"].startswith("[")]
    shown = (
        ("mot de passe ou code", secrets),
        ("NUMEN", NUMEN_IN_TEXT.search(text)),
        ("INE", INE_IN_TEXT.search(text)),
    )
    return [name for name, found in shown if found]


def private_facts(text: str) -> list[str]:
    """Words of health, court or social facts in a text; a capital is that of a name (« M. Juge »)."""
    return list(dict.fromkeys(m[0] for m in PRIVATE.finditer(text) if m[0].islower() or m[0] in ACRONYMS))

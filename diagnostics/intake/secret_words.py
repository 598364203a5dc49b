"""Passwords that a text gives away, found by how they look and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnostics.intake.divisions import CLASS

NAMED = re.compile(r"\b(?:mots? de passe|mdp|mpd|password|pwd|pass|passe?\s?:|codes?\s?[:=])", re.IGNORECASE)
"""What names a password."""
REACH = 90
"""Characters of the same line after such a word in which what looks like a password is one."""
WORD = re.compile(r"[^\s«»\"“”]+")
EDGES = "'’(),;:.…→=-/[]{}<>!?"
MARKS = re.compile(r"[@#$%&*_+=§£!?](?=\w)|(?<=\w)[#$%&*_+=§£]")
"""Marks that no word of a sentence holds."""
SHORTEST = 5
VEIL = "•"
"""What a secret that was hidden on reading is made of."""
VEILED = re.compile(rf"{VEIL}{{3,}}")
ORDINARY = re.compile(
    r"(?:[1-6](?:e|è|ème|eme|éme|nde|de|re|ère|ere)s?\w{0,3}|\d{1,2}\s?h\s?\d{0,2}|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|"
    r"\d{7}[a-z]|t[a-z]{0,6}\d{1,2}|[12](?:gt|g|stmg|sti2d|st2s|pro|cap)\w{0,4}|"
    r"(?:iphone|ipad|windows|android|ios|chrome|firefox|edge|version|galaxy)\W?\d+\w*|"
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?:\S+|www\.\S+|\S+\.(?:xml|csv|zip|png|jpe?g|pdf|fr|com|net|org))",
    re.IGNORECASE,
)
"""Classes, hours, dates, school codes, devices, addresses and files: letters, digits and marks, and no secret."""
TROUBLE = re.compile(
    r"\b(?:mots? de passe|oubli|perd|refus|incorrect|bloqu|inconnu|expir|faux|fauss|erron|invalid|rejet|chang|p[ée]rim|"
    r"provisoire|re[çc]u|arriv|envoy|enregistr|accept|valid|modifi|r[ée]initialis|r[ée]ponse|identifi|impossible|demand)",
    re.IGNORECASE,
)
"""What complaints say of a password."""
USUAL = re.compile(
    r"(?:le|la|les|un|une|de|du|des|ce|que|qui|en|pas|ne|n['’]\w+|il|elle|je|mais|toujours|trop|plus|pris|bon|celui|"
    r"comme|dans|sur|pour|\w*(?:é|ée|és|ées))\b",
    re.IGNORECASE,
)
"""Words that go on with a sentence."""
SAID = re.compile(
    r"\b(?:mots? de passe|mdp|password|pwd)\b(?:\s+\w+){0,3}?\s*"
    r"(?:=|→|->|\bc['’ ]?est\b|\best (?:bien|donc|toujours)\b)\s*[«\"“']?\s*(?P<secret>[^\s«»\"”,;()]{4,})",
    re.IGNORECASE,
)
"""« mot de passe utilisé = chaton », « le mdp est bien azerty »: any word."""
QUOTED = re.compile(
    r"\b(?:mots? de passe|mdp|password|pwd)\b(?:\s+\w+){0,2}\s*:?\s*[«\"“]\s*(?P<secret>[^»\"”\n]{4,30}?)\s*[»\"”]",
    re.IGNORECASE,
)
PAIRED = re.compile(
    r"\b(?:login|identifiants?|ids?|codes?|acc[eè]s)\b[^.\n]{0,40}?[\w.@-]{3,}\s*/\s*(?P<secret>[^\s,;)»\"”]{5,})",
    re.IGNORECASE,
)
"""« login lmorel / Toto1234 »."""
SENT = re.compile(
    r"\bcodes?\b[^.\n]{0,60}?\b(?:sms|activation|v[ée]rification|confirmation|validation|provisoire|otp)\b[^.\n]{0,40}?"
    r"(?<![\w/.,-])(?P<secret>(?!20\d\d\b)\d{4,8})(?![\w/,-]|\.\d)",
    re.IGNORECASE,
)
"""« le code reçu par SMS était 482913 »."""


def given_away(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of the passwords and codes that a text tells, in no order."""
    for named in NAMED.finditer(text):
        line = text.find("\n", named.end())
        stop = min(named.end() + REACH, line if line >= 0 else len(text))
        for match in WORD.finditer(text, named.end(), stop):
            # A word that the reach cuts is read to its end.
            whole = WORD.match(text, match.start())
            word = (whole or match)[0]
            bare = word.strip(EDGES)
            if looks_secret(bare):
                first = match.start() + word.index(bare)
                yield first, first + len(bare)
    for match in SAID.finditer(text):
        if not TROUBLE.match(match["secret"]) and not USUAL.match(match["secret"]):
            yield match.span("secret")
    for match in QUOTED.finditer(text):
        if not TROUBLE.search(match["secret"]):
            yield match.span("secret")
    for match in PAIRED.finditer(text):
        if looks_secret(match["secret"].strip(EDGES)):
            yield match.span("secret")
    for match in SENT.finditer(text):
        yield match.span("secret")
    for match in VEILED.finditer(text):
        yield match.span()


def looks_secret(word: str) -> bool:
    """Whether a word mixes letters with digits or marks as only a password does."""
    if len(word) < SHORTEST or not any(letter.isalpha() for letter in word):
        return False
    if all(ORDINARY.fullmatch(part) or CLASS.fullmatch(part) for part in word.split("/")):
        return False
    return any(letter.isdigit() for letter in word) or bool(MARKS.search(word))

"""Classes as people write them: 5C, 5e2, 6emeB, 2GT4, TSTMG1, « 3ème A », « terminale 3 »."""

from __future__ import annotations

import re

ORDINAL = r"(?:e|è|ème|eme|éme|ieme|ième|°|EME|ÈME|IEME)"
SERIES = (
    r"(?:GT|G|STMG|STI2D|STD2A|ST2S|STHR|STAV|STL|S2TMD|ES|S|L|PRO|BP|CAP|MELEC|GATL|AGORA|ASSP|MCV|TCI|MSPC|MEI|SN|"
    r"CIEL|MVA|TU|MS|AMA|ERA|COM)"
)
CLASS = re.compile(
    rf"""(?<![\w/.,-])(?:
      [3-6]{ORDINAL}?[-\s]?(?:SEGPA|ULIS)\s?\d?
    | [3-6]{ORDINAL}[\s-]?[A-Z](?:\s?\d)?
    | [3-6](?:[A-Z]|[A-DF-Za-df-z](?=[\s.,;:)!?]|$))\d?
    | [3-6]{ORDINAL}[\s-]?\d{{1,2}}(?![\d]|\s?(?:h(?:eure|\d|\b)|fois|[ée]l[eè]ve|prof|semaine|cours|classe))
    | [3-6]\s[A-H](?=[\s.,;:)!?]|$)
    | (?:2(?:nde?|de|°)?|[Ss]econde)\s?-?(?:{SERIES}\s?\d{{0,2}}|[A-Z]\d{{0,2}}|\d{{1,2}}(?![\d:h]))
    | (?:1(?:re|ère|ere|°)|[Pp]remi[eè]re)\s?-?(?:{SERIES}\s?-?\d{{0,2}}|[A-Z]\d{{0,2}}|\d{{1,2}}(?![\d:h]))
    | 1\s?{SERIES}\s?\d{{0,2}}
    | (?:T(?:le|erm|ale)?|[Tt]erminale|[Tt]erm|[Tt]le)\.?\s?-?
      (?:{SERIES}\s?-?\d{{0,2}}|[A-Z]\d{{0,2}}|\d{{1,2}}(?![\d:h]))
    )(?![\w])""",
    re.VERBOSE,
)
BARE_NUMBER = re.compile(r"(?<![\w/.,-])[3-6]0\d(?!\w)")
"""« 601 »: a class only where a class is expected."""
NUMBERED = re.compile(
    r"(?:\(|\b(?:en|de|du|des|les?|la|classes?|cl\.?|[ée]l[eè]ves?)\s+|^)(?P<code>[3-6]0\d)(?=[\s).,;:!?]|$)",
    re.IGNORECASE,
)
"""« (503) », « en 503 »: a class in a school that numbers them; « erreur 503 » is none."""
TROUBLED = re.compile(r"(?:erreurs?|error|http|codes?|statut|message|page)\W+(?:\w+\W+){0,2}$", re.IGNORECASE)
TROUBLE_REACH = 80
"""Characters before a number in which such a word is looked for."""
LEVEL = re.compile(
    rf"(?<![\w/.,-])(?:[3-6]\s?{ORDINAL}s?|sixi[eè]me|cinqui[eè]me|quatri[eè]me|troisi[eè]me|(?:2|1)(?:nde?|de|"
    rf"re|ère|ere)s?|[Ss]econde|"
    r"[Pp]remi[eè]re|[Tt]erminale|T(?:le|erm))(?![\w])"
)
BETWEEN = re.compile(
    r"^[\s,(:–-]*(?:(?:[ée]l[eè]ve|scolaris[ée]e?|actuellement|inscrite?|qui est|et|il|elle|est|"
    r"maintenant)\s*,?\s*)*(?:(?:en|de|du|de la|classe(?: de)?|cl\.?)\s*:?\s*)*$",
    re.IGNORECASE,
)
"""What may stand between a name and its class."""


def division_after(text: str, end: int, limit: int) -> str:
    """The class written right after a name, "" when there is none; a level alone when nothing more is said."""
    for pattern in (CLASS, BARE_NUMBER, LEVEL):
        match = pattern.search(text, end, min(limit, end + 45))
        if match and BETWEEN.match(text[end : match.start()]):
            return " ".join(match[0].split())
    return ""


def division_before(text: str, start: int) -> str:
    """« un 4A, Paul Martin », « élève de 6B : … »: the class just before a name."""
    window = text[max(0, start - 24) : start]
    found = list(CLASS.finditer(window))
    match = found[-1] if found else None
    if match and re.fullmatch(r"\s*[:,(–-]?\s*", window[match.end() :]):
        return " ".join(match[0].split())
    return ""

"""Names of persons in a text: any order, any case, initials, particles, with a title or bare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from diagnostics.intake import lexicon
from diagnostics.intake.divisions import CLASS, division_after
from diagnostics.intake.name_order import PARTICLE_WORDS, SURNAME_FIRST, Name, coded, one_order, order
from diagnostics.intake.tokens import TITLE, Token, exists, is_given, not_names, tokens_of
from diagnostics.text import fold

JOINED = re.compile(r"\s*,\s*|\s+(?:et|ou)\s+|\s*,\s*(?:et|ou)\s+")
FAMILY_TITLES = frozenset({"PARENTS", "FAMILLE", "FAMILLES", "FRATRIE", "EPOUX", "COUPLE"})
SCHOOL_WORDS = re.compile(
    r"(?:salles?|b[âa]timents?|gymnase|m[ée]diath[eè]que|biblioth[eè]que|amphi(?:th[eé][âa]tre)?|association|stade|"
    r"th[eé][âa]tre|centre|fondation|internat|pavillon|square|quai|impasse|all[ée]e|chemin|manuel|"
    r"collection|[ée]ditions?|groupe scolaire|ressources?|dictionnaires?|"
    r"coll[eè]ges?|lyc[ée]es?|[ée]coles?|LP|LPO|LGT|LEGTA|CFA|MFR|EREA|cit[ée] scolaire|institutions?|rue|"
    r"avenue|boulevard|place|"
    r"[ée]tablissements?|commune|ville|clg|lyc|coll)(?:\s+(?:de|du|des|la|le|l['’]|d['’]|priv[ée]|professionnel|"
    r"polyvalent|g[ée]n[ée]ral|"
    r"public|technologique|agricole|voisin|num[ée]rique|:))*\s*[(«\"“]?\s*$",
    re.IGNORECASE,
)
SPEAKING = re.compile(
    r"(?:\b(?:je suis|c['’ ]?est|\bc|je m['’ ]?appel+e|moi c['’ ]?est|ici|signé|nomm[ée]e?|pr[ée]nom|nom|"
    r"[ée]l[eè]ve|eleves?|"
    r"fils|fille|enfant|prof|coll[eè]gue|mr?|mme|madame|monsieur|papa d[e']|maman d[e']|m[eè]re d[e']|p[eè]re d[e']|"
    r"parents? d[e']|compte d[e']|pour|et)|[:,(+*-])\s*$",
    re.IGNORECASE,
)
PRESENTED = re.compile(r"(?:\b(?:c|c['’ ]?est|je suis|ici|moi|signé|coll[eè]gue|prof)|^)\s*$", re.IGNORECASE)
KIN_BEFORE = re.compile(
    r"\b(?:fils|fille|enfant|gar[cç]on|gamine?|gosse|neveu|ni[eè]ce|[ée]l[eè]ve|"
    r"fr[eè]re|s(?:œ|oe)ur|maman de|papa de|m[eè]re de|p[eè]re de)\s*:?\s*$",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"\b(?:le|la|les|du|au|aux|un|une)\s$", re.IGNORECASE)
"""« le Robert »: a thing."""
GIVEN_AND = re.compile(r"([A-ZÀ-Ý][\w-]+)(?:,| et| &)\s$")
NEVER_LAST = frozenset({"DE", "DU", "DES", "D"})
"""Particles that end no name: « DUPONT LEA DE 5B »."""
AT = re.compile(r"\b[àÀ]\s$")
CLASS_AFTER = re.compile(rf"\s*\(?\s*(?:en )?{CLASS.pattern}", re.VERBOSE)
SHORT_TITLES = frozenset({"M", "MR", "MME", "MLLE"})
PLURAL_TITLES = frozenset({"MMES", "MM", "MLLES", "MRS", "FAMILLES"})
MAX_TOKENS = 6


def names(text: str, start: int = 0, end: int | None = None) -> list[Name]:
    """Names in order of appearance, without overlap."""
    tokens = list(tokens_of(text, start, len(text) if end is None else end))
    taken: list[Name] = []
    at = 0
    while at < len(tokens):
        found, after = name_at(text, tokens, at)
        if found is not None:
            taken.append(found)
            more, after = coordinated(text, tokens, found, after)
            taken.extend(more)
        at = max(after, at + 1)
    codes = coded(text, start, len(text) if end is None else end)
    if codes:
        taken = [name for name in taken if not any(c.start < name.end and name.start < c.end for c in codes)]
        taken = sorted([*taken, *codes], key=lambda name: name.start)
    return one_order(text, taken)


def coordinated(text: str, tokens: Sequence[Token], first: Name, after: int) -> tuple[list[Name], int]:
    """« Mmes Durand et Petit »: the surnames that a title in the plural goes on with."""
    found: list[Name] = []
    while first.title in PLURAL_TITLES and after < len(tokens):
        here = after + 1 if tokens[after].key in {"ET", "OU"} else after
        last = found[-1] if found else first
        if here >= len(tokens) or not JOINED.fullmatch(text[last.end : tokens[here].start]):
            break
        run = capital_run(text, tokens, here, titled=True, free=True)
        name = understood(text, [tokens[i] for i in run], titled=True) if run else None
        if name is None:
            break
        alone = not name.surname
        found.append(replace(name, surname=name.given if alone else name.surname, given="" if alone else name.given,
                             title=first.title, typed="titre"))  # fmt: skip
        after = run[-1] + 1
    return found, after


def name_at(text: str, tokens: Sequence[Token], at: int) -> tuple[Name | None, int]:
    """The name that begins at a token, and the first token after it."""
    token = tokens[at]
    if TITLE.fullmatch(token.raw) or small_title(text, token):
        found, after = titled(text, tokens, at)
        if found is not None:
            return found, after
        return None, at + 1
    opening = token.opens and token.key in PARTICLE_WORDS and names_follow(text, tokens, at)
    if token.initial or token.capital or opening:
        run = capital_run(text, tokens, at)
        if run:
            found = understood(text, [tokens[i] for i in run])
            if found is not None:
                return found, run[-1] + 1
            if len(run) > 1:
                schooled = SCHOOL_WORDS.search(text[max(0, token.start - 60) : token.start])
                return None, run[-1] + 1 if schooled else at + 1
    if not token.capital:
        return small_name(text, tokens, at)
    return None, at + 1


def small_title(text: str, token: Token) -> bool:
    """« c m payet »: who speaks, in a short message."""
    return token.raw == "m" and bool(PRESENTED.search(text[max(0, token.start - 16) : token.start]))


def titled(text: str, tokens: Sequence[Token], at: int) -> tuple[Name | None, int]:
    """« Mme Faverolle », « M. Q. Hébrard », « Parents Guillemot »: what follows a title, unless it is a function."""
    title = tokens[at].key
    if (
        title in FAMILY_TITLES
        and at + 1 < len(tokens)
        and tokens[at + 1].key in PARTICLE_WORDS
        and not tokens[at + 1].capital
    ):
        return None, at + 1
    run = list(capital_run(text, tokens, at + 1, titled=True)) if at + 1 < len(tokens) else []
    if not run and at + 1 < len(tokens):
        following = tokens[at + 1]
        if (
            title not in FAMILY_TITLES
            and not following.capital
            and not following.plain
            and adjacent(text, tokens[at], following)
            and len(following.raw) > 2
        ):
            second = tokens[at + 2] if at + 2 < len(tokens) else None
            if (
                second is not None and adjacent(text, following, second) and second.given and not second.plain
                and second.raw not in small_common()
            ):  # fmt: skip
                name = Name(following.start, second.end, following.raw, second.raw, title, typed="titre")
                return name, at + 3
            return Name(following.start, following.end, following.raw, "", title, typed="titre"), at + 2
    if not run:
        return None, at + 1
    parts = [tokens[i] for i in run]
    found = understood(text, parts, titled=True, title=title)
    if found is None:
        return None, at + 1
    if not found.surname and found.given:
        found = replace(found, surname=found.given, given="")
    return replace(found, title=title, typed="titre"), run[-1] + 1


def adjacent(text: str, left: Token, right: Token) -> bool:
    between = text[left.end : right.start]
    return len(between) <= 3 and not between.strip(" \u00a0'’") and (bool(between) or "'" in between or left.initial)


def capital_run(
    text: str, tokens: Sequence[Token], at: int, *, titled: bool = False, free: bool = False
) -> tuple[int, ...]:
    """Places of the capitalised words in a row that may make one name; particles between them belong to it.

    ``titled``: after a title, which must touch the first word unless ``free``.
    """
    run: list[int] = []
    place = at
    while place < len(tokens) and len(run) < MAX_TOKENS:
        token = tokens[place]
        if run and not adjacent(text, tokens[run[-1]], token):
            break
        if not run and titled and not free and not adjacent(text, tokens[at - 1], token):
            break
        if (
            token.initial
            or (token.capital and not token.plain and not TITLE.fullmatch(token.raw))
            or (token.capital and token.key in PARTICLE_WORDS and (run or titled or not token.opens))
            or (run and token.key in PARTICLE_WORDS and names_follow(text, tokens, place))
            or (
                run
                and token.capital
                and not token.upper
                and all(tokens[i].upper and not tokens[i].initial for i in run)
            )
            or (run and small_given(tokens, run, token))
            or (token.capital and is_surname_too(tokens, run, place, titled=titled))
            or (titled and not run and not free and names_somebody(tokens, at, token))
            or (
                run and token.capital and not token.upper and tokens[run[0]].key in SURNAME_FIRST and len(token.key) < 7
            )
            or ((titled or token.opens) and not run and opens_surname(text, tokens, place))
        ):
            run.append(place)
        else:
            break
        place += 1
    while (
        run
        and is_particle(tokens[run[-1]])
        and not tokens[run[-1]].upper
        and len(run) > 1
        and len(tokens[run[-1]].key) < 4
    ):
        run.pop()
    while len(run) > 1 and tokens[run[-1]].raw.upper() in NEVER_LAST and not tokens[run[-1]].initial:
        run.pop()
    return tuple(run)


def is_surname_too(tokens: Sequence[Token], run: Sequence[int], at: int, *, titled: bool) -> bool:
    """« Mme Petit », « Léa Blanc », « l'élève Blanc Hugo »: an everyday word that is a surname there."""
    token = tokens[at]
    if token.key.lower() not in lexicon.lexicon().also_surnames:
        return False
    if not run:
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        followed = after is not None and after.capital and after.given and token.paired
        if followed and token.upper:
            # « BLANC Victor »
            return after is not None and not after.upper
        return titled or (followed and not token.opens)
    last = tokens[run[-1]]
    return last.key in PARTICLE_WORDS or (last.given and token.upper >= last.upper)


def names_somebody(tokens: Sequence[Token], at: int, token: Token) -> bool:
    """« Mme Classe »: after a short title, any word with a capital letter is a surname, unless it is an office."""
    short = at > 0 and tokens[at - 1].key in SHORT_TITLES
    return short and token.capital and not token.upper and len(token.key) > 3 and is_no_office(token)


def is_no_office(token: Token) -> bool:
    return token.key.lower() not in lexicon.lexicon().offices and token.key not in PARTICLE_WORDS


def is_particle(token: Token) -> bool:
    """« du »; « Dû » is none."""
    return token.key in PARTICLE_WORDS and token.raw.isascii()


def opens_surname(text: str, tokens: Sequence[Token], place: int) -> bool:
    """« de Kerros Aliénor »: a particle before the rest of a surname."""
    if tokens[place].key not in PARTICLE_WORDS:
        return False
    ahead = tokens[place + 1 : place + 3]
    capitals = len(ahead) == 2 and tokens[place].upper and ahead[0].upper and ahead[1].given and not ahead[1].upper
    return capitals or names_follow(text, tokens, place)


def small_given(tokens: Sequence[Token], run: Sequence[int], token: Token) -> bool:
    """« BEN SALAH yassine »: a given name in small letters after a surname in capitals."""
    if token.capital or token.plain or not token.given or token.raw in small_common():
        return False
    return all(tokens[i].upper and len(tokens[i].key) > 1 for i in run) and not tokens[run[-1]].plain


def names_follow(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Whether a particle in small letters is followed by a capitalised word within two words."""
    for ahead in (place + 1, place + 2):
        if ahead >= len(tokens) or not adjacent(text, tokens[ahead - 1], tokens[ahead]):
            return False
        following = tokens[ahead]
        if following.capital and following.key in PARTICLE_WORDS and ahead == place + 1:
            continue
        if following.capital:
            # « de La Roche » is a surname whatever its last word; « papa de Louane » holds a given name, and so does
            # « Maria de Fátima PEREIRA », whose capitals tell where the surname begins.
            if ahead > place + 1 or (not following.plain and not is_given(following.raw)):
                return True
            last = tokens[ahead + 1] if ahead + 1 < len(tokens) else None
            return last is not None and last.upper and not last.plain and adjacent(text, following, last)
        if following.key not in PARTICLE_WORDS:
            return False
    return False


def understood(text: str, parts: Sequence[Token], *, titled: bool = False, title: str = "") -> Name | None:
    """The name that words in a row make, or None when they name something else (a school, a product, a month)."""
    start, end = parts[0].start, parts[-1].end
    schooled = not titled and SCHOOL_WORDS.search(text[max(0, start - 60) : start])
    if schooled and not CLASS_AFTER.match(text, end):
        return None
    if all(is_particle(part) for part in parts):
        return None
    if len(parts) == 1:
        part = parts[0]
        if part.initial:
            return None
        if titled:
            return Name(start, end, part.raw, "", typed="titre")
        word = part.key.lower()
        cued = bool(KIN_BEFORE.search(text[max(0, start - 24) : start])) or bool(CLASS_AFTER.match(text, end))
        if AT.search(text[max(0, start - 3) : start]) and not all(exists(one) for one in part.key.split()):
            # « à Jean-Macé » is a school; a person is called by a given name whose parts are all given names.
            return None
        if ARTICLE.search(text[max(0, start - 6) : start]):
            return None
        and_given = GIVEN_AND.search(text[max(0, start - 30) : start])
        beside = and_given is not None and is_given(and_given[1])
        cued = cued or beside
        common = (word in not_names() and not (cued and beside)) or (
            word in small_common() and not cued and (part.opens or part.upper)
        )
        if part.given and not common and len(part.key) > 1 and (not part.upper or len(part.key) > 3):
            return Name(start, end, "", part.raw, typed="prénom")
        return None
    bare = not any(p.given or p.initial for p in parts) and not all(p.upper for p in parts[:-1])
    if parts[0].opens and not titled and bare and not looks_like_name(parts[0].raw):
        # Two capitalised words that open a sentence, none a known given name: the first is an ordinary word.
        return None
    surname, given, unsure = order(parts, titled=titled, title=title)
    typed = "initiale" if any(p.initial for p in parts) else "casse"
    return Name(start, end, surname, given, unsure=unsure, typed=typed)


def small_common() -> frozenset[str]:
    """Given names that are everyday words too: no names in small letters on their own."""
    return lexicon.lexicon().also_given


def looks_like_name(raw: str) -> bool:
    return len(raw) > 2 and fold(raw).lower() not in not_names()


def small_name(text: str, tokens: Sequence[Token], at: int) -> tuple[Name | None, int]:
    """« c noa lemarchand »: a known given name in small letters beside an unknown word."""
    token = tokens[at]
    if not token.given or (token.raw not in small_common() and (token.plain or len(token.key) < 3)):
        return surname_first(text, tokens, at)
    after = tokens[at + 1] if at + 1 < len(tokens) and adjacent(text, token, tokens[at + 1]) else None
    before = text[max(0, token.start - 24) : token.start]
    cued = bool(SPEAKING.search(before)) or not before.strip()
    if after is not None and after.initial:
        return Name(token.start, after.end, after.raw, token.raw, typed="minuscules"), at + 2
    third = tokens[at + 2] if after is not None and at + 2 < len(tokens) else None
    if (
        after is not None and third is not None and cued and after.given and after.raw not in small_common()
        and adjacent(text, after, third) and not third.plain and not third.given and len(third.key) > 2
    ):  # fmt: skip
        return Name(token.start, third.end, third.raw, text[token.start : after.end], typed="minuscules"), at + 3
    if after is not None and not after.plain and len(after.key) > 2 and (cued or token.raw not in small_common()):
        last = at + 1
        while (
            tokens[last].key in PARTICLE_WORDS
            and last + 1 < len(tokens)
            and adjacent(text, tokens[last], tokens[last + 1])
            and not tokens[last + 1].plain
        ):
            last += 1
        surname = text[after.start : tokens[last].end]
        return Name(token.start, tokens[last].end, surname, token.raw, typed="minuscules"), last + 1
    if (
        after is not None
        and after.key in PARTICLE_WORDS
        and cued
        and at + 2 < len(tokens)
        and adjacent(text, after, tokens[at + 2])
        and not tokens[at + 2].plain
    ):
        return Name(
            token.start, tokens[at + 2].end, text[after.start : tokens[at + 2].end], token.raw, typed="minuscules"
        ), at + 3
    kin = bool(KIN_BEFORE.search(before)) or (cued and bool(division_after(text, token.end, len(text))))
    if (kin or (cued and token.raw not in small_common())) and len(token.raw) > 3 - bool(SPEAKING.search(before)):
        return Name(token.start, token.end, "", token.raw, typed="minuscules"), at + 1
    return None, at + 1


def surname_first(text: str, tokens: Sequence[Token], at: int) -> tuple[Name | None, int]:
    """« lemarchand noa » in small letters, after a word that announces a person."""
    token = tokens[at]
    if token.plain or token.given or len(token.key) < 3 or at + 1 >= len(tokens):
        return None, at + 1
    after = tokens[at + 1]
    if (
        adjacent(text, token, after)
        and not after.capital
        and after.given
        and after.raw not in small_common()
        and not after.plain
        and SPEAKING.search(text[max(0, token.start - 24) : token.start])
    ):
        return Name(token.start, after.end, token.raw, after.raw, typed="minuscules"), at + 2
    return None, at + 1

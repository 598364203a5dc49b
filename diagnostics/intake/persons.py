"""Who a message speaks of: each name with its profile, class and function, and whether it is only mentioned."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from diagnostics.intake import names as naming
from diagnostics.intake.divisions import BETWEEN, CLASS, division_after, division_before
from diagnostics.intake.name_order import Name
from diagnostics.intake.names import FAMILY_TITLES
from diagnostics.intake.parts import Part, Piece
from diagnostics.intake.roles import (
    ACTED,
    AFTER,
    AGENT,
    ASIDE_BEFORE,
    BEFORE,
    CHILD,
    FUNCTION,
    GAVE,
    LEFT,
    OF_THEMSELVES,
    OPENS_NOTE,
    PARENT,
    PUPIL,
    SPARED,
    SPEAKS,
    TEACHER,
    WISHES,
)
from diagnostics.intake.tokens import TITLE, not_names
from diagnostics.intake.units import CALL
from diagnostics.model import Profile
from diagnostics.text import fold

CALLING = re.compile(r"[^.\n]{0,40}(?::|\n|\s[-–]\s|\)\s*(?:-|–|:|\n))")
"""What follows who calls, in a phone note: a colon, a dash, the end of the line."""
CALL_HEAD = 160
"""Characters at the beginning of a phone note where the caller is named."""


@dataclass(frozen=True)
class Mention:
    """A person where a message names them.

    Attributes:
        aside: why they are not concerned (« relais », « prédécesseur »…), "" when they may be.
        child_of: index of the mention of the parent with whom this child is named, -1 without.
        filed: a form names them as the person it is about.
    """

    name: Name
    profile: Profile = Profile.INCONNU
    division: str = ""
    function: str = ""
    aside: str = ""
    child_of: int = -1
    filed: bool = False

    @property
    def start(self) -> int:
        return self.name.start

    @property
    def end(self) -> int:
        return self.name.end


OF_SURNAME = ("NOM", "NOM DE L ELEVE", "NOM ELEVE", "NOM DE FAMILLE")
OF_GIVEN = ("PRENOM", "PRENOM DE L ELEVE", "PRENOM ELEVE", "PRENOMS")
OF_PROFILE = ("PROFIL", "QUALITE", "FONCTION", "VOUS ETES", "TYPE")
STATED = tuple(
    (profile, re.compile(rf"\b{pattern}\b", re.IGNORECASE))
    for profile, pattern in (
        (Profile.PARENT, PARENT),
        (Profile.ELEVE, PUPIL),
        (Profile.NON_ENSEIGNANT, AGENT),
        (Profile.ENSEIGNANT, TEACHER),
    )
)
OF_CLASS = ("CLASSE", "DIVISION", "CLASSE DE L ELEVE")
BETWEEN_FIELDS = " \t/|;,"
LABEL = re.compile(r"[^:\n]{2,40}:\s*$")
CHILD_SLOT = re.compile(
    rf"(?:\b{PARENT}\s*(?:d[e'’]\s*|de l['’][ée]l[eè]ve\s*)|\b(?:mon|ma|son|sa|notre|"
    rf"leur)\s*(?:\w+\s+)?{CHILD}\s*(?:,|:|s['’]appelle|est|\()?\s*|\b[ée]l[eè]ve\s*:?\s*|\bet d[e'’]\s*|"
    rf"\bcompte d[e'’]\s*)$",
    re.IGNORECASE,
)
HERE = re.compile(r"\b(?:ici|moi)\W*(?:(?:M|Mr|Mme|Mlle)\.?|[Mm]onsieur|[Mm]adame)?\s*$", re.IGNORECASE)
RELATIVE = re.compile(
    rf"\b(?:son|sa|ses|leur|leurs)\s+(?:\w+\s+)?{CHILD}\s*(?:,|:|\()?\s*(?:[A-ZÀ-Ý][\w'’-]+[^.!?\n]{{0,20}}?(?:,|\bet)\s*)?$"
)
"""« Mme Sow a appelé, sa fille … »: the child bears, until someone says otherwise, the name just before."""
ADULT_TITLES = frozenset({"M", "MR", "MME", "MONSIEUR", "MADAME"})
COUPLE = re.compile(r"\b(?:M\.?|Mr|Monsieur)\s+(?:et|&|ou)\s+(?:Mme|Madame)\s*$", re.IGNORECASE)
"""« M. et Mme »: a family that writes or is written to."""
FAMILY_SPAN = 200
"""Characters of one sentence within which a child named by a given name belongs to the parent named before."""
PAIRED = re.compile(r"\s+(?:et|&)\s+")
QUOTED_NAME = re.compile(r"[«\"“]\s?(?:[A-ZÀ-Ý]\w{0,3}\s){0,2}$")
"""A name between quotation marks is what a screen shows, not a person spoken of."""
NAMED_PARENT = re.compile(
    rf"\b(?:M\.?|Mr|Mme|Monsieur|Madame)\s+[A-ZÀ-Ý][\w'’-]+(?:[ -][A-ZÀ-Ý][\w'’-]+)?\s*[(,]\s*(?:la |le )?{PARENT}\s+$"
)
"""« Mme Bonnard (maman Célestin) »: the child of who is named before."""
GUARDIAN_OF = re.compile(rf"\b{PARENT}\s+(?:d[e'’]|du|des)\s*(?:l['’])?\s*(?:[ée]l[eè]ve\s*)?$", re.IGNORECASE)
CHILDREN_OF = re.compile(rf"\b{CHILD}\s+d[e'’]\s*$", re.IGNORECASE)
INSTEAD = re.compile(r"\W*au lieu d[e'’]")
"""« écrit OLIVEIR au lieu de OLIVEIRA »: the wrong name comes first."""
COORDINATED = re.compile(r"\s*(?:,|et|&|/|\+|ainsi que|,\s*et|puis|ou)\s*(?:d[e'’]\s*|M\.|Mme|de\s*)?\s*")
CALLED = re.compile(r"\b[sm]['’ ]?ap{1,2}el{1,2}e?\s+([a-zà-öø-ÿ]{3,}(?:-[a-zà-öø-ÿ]+)?)(?:[ ]([a-zà-öø-ÿ]{3,}))?")
"""« elle s appelle djenna »: a given name that no list knows, in small letters."""
CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Ý][^\W\d_]+(?:[-'’][^\W\d_]+)*")
NEAR = 60


def mentions(
    text: str, start: int = 0, end: int | None = None, known: Sequence[tuple[int, int, str, str]] = ()
) -> list[Mention]:
    """Persons named in ``text[start:end]``, in order, each with what is said of them there.

    ``known`` holds (start, end, surname, given names) of persons whom the loaded exports find in the text.
    """
    stop = len(text) if end is None else end
    read = naming.names(text, start, stop)
    read += [
        Name(first, last, surname, given, typed="exports")
        for first, last, surname, given in known
        if start <= first < stop and not any(name.start < last and first < name.end for name in read)
    ]
    named = with_slots(text, sorted(read, key=lambda name: name.start), start, stop)
    found = [described(text, name, start, stop) for name in named]
    if not start and CALL.match(text):
        found = [relayed(text, mention) for mention in found]
    return with_parents(families(text, shared(text, found)))


def filed(text: str, pieces: Sequence[Piece]) -> Mention | None:
    """The pupil of a form that has a surname, a given name and a class for them: « Nom : … Prénom : … Classe : … »."""
    values = field_values(pieces, text)
    name = written_name(text, values)
    division = next((values[key] for key in OF_CLASS if key in values), None)
    if name is None or division is None or {"FONCTION", "QUALITE"} & values.keys():
        return None
    return Mention(
        name, Profile.ELEVE, " ".join(text[division.start : division.end].strip(BETWEEN_FIELDS).split()), filed=True
    )


def declared(text: str, pieces: Sequence[Piece]) -> Mention | None:
    """Who fills in a form that asks for no class: « Profil : parent », « Nom : … », « Prénom : … »."""
    values = field_values(pieces, text)
    name = written_name(text, values)
    if name is None or any(key in values for key in OF_CLASS):
        return None
    stated = " ".join(text[values[key].start : values[key].end] for key in OF_PROFILE if key in values)
    profiles = [profile for profile, pattern in STATED if pattern.search(stated)]
    return Mention(name, profiles[0] if profiles else Profile.INCONNU)


def field_values(pieces: Sequence[Piece], text: str) -> dict[str, Piece]:
    return {p.label: p for p in pieces if p.part is Part.FIELD and not LABEL.match(text, p.start, p.end)}


def written_name(text: str, values: Mapping[str, Piece]) -> Name | None:
    """The name that two fields of a form give, from the first to the end of the second; None when one is not a name."""
    surname, given = (next((values[key] for key in keys if key in values), None) for keys in (OF_SURNAME, OF_GIVEN))
    if surname is None or given is None:
        return None
    said = text[surname.start : surname.end].strip(BETWEEN_FIELDS), text[given.start : given.end].strip(BETWEEN_FIELDS)
    if not all(said) or any(len(name.split()) > 4 for name in said):
        return None
    return Name(surname.start, surname.end, *said, typed="formulaire")


def relayed(text: str, mention: Mention) -> Mention:
    """In a phone note, a member of the staff named before the matter is the one who calls."""
    opening = mention.start < CALL_HEAD and not re.search(r"\n|(?<!\bM)(?<!\bMr)\.\s", text[: mention.start])
    staff = mention.profile is Profile.NON_ENSEIGNANT and CALLING.match(text[mention.end :])
    return replace(mention, aside="relais") if opening and staff and not mention.aside else mention


def with_slots(text: str, found: list[Name], start: int, stop: int) -> list[Name]:
    """Adds given names that no list knows but whose place tells: « papa de Ewen », « (Ewen, 3C) », « Ewen en 3C »."""
    starts = [name.start for name in found]
    added = list(found)
    for match in CAPITAL.finditer(text, start, stop):
        place = bisect_left(starts, match.end())
        if place and found[place - 1].end > match.start():
            continue
        word, following = match[0], found[place] if place < len(found) else None
        ordinary = all(part in not_names() for part in fold(word).lower().split())
        if ordinary or TITLE.fullmatch(word) or len(word) < 3:
            continue
        before = text[max(start, match.start() - 40) : match.start()]
        full = following is not None and following.given and following.surname
        placed = CHILD_SLOT.search(before) or (
            full and following is not None and PAIRED.fullmatch(text[match.end() : following.start])
        )
        classed = CLASS.search(text, match.end(), min(stop, match.end() + 30))
        if classed and not BETWEEN.match(text[match.end() : classed.start()]):
            classed = None
        if placed or (classed and not naming.SCHOOL_WORDS.search(before)):
            added.append(Name(match.start(), match.end(), "", word, typed="place"))
    for match in CALLED.finditer(text, start, stop):
        taken = any(name.start < match.end(1) and match.start(1) < name.end for name in added)
        if not taken and fold(match[1]).lower() not in not_names():
            surname = match[2] or ""
            named = surname and fold(surname).lower() not in not_names()
            last = match.end(2) if named else match.end(1)
            added.append(Name(match.start(1), last, surname if named else "", match[1], typed="minuscules"))
    return sorted(added, key=lambda name: name.start)


def described(text: str, name: Name, start: int, stop: int) -> Mention:
    """Profile, class, function and part of one name, from the words around it."""
    head = text[max(start, name.start - NEAR) : name.start]
    if name.title:
        head = re.sub(r"\S+\s*$", "", head)
    head = re.split(r"[.!?;]\s|\n", head)[-1]
    tail = text[name.end : min(stop, name.end + NEAR)]
    division = division_after(text, name.end, stop) or division_before(text, name.start)
    profile = Profile.PARENT if name.title in FAMILY_TITLES else Profile.INCONNU
    function = ""
    if profile is Profile.INCONNU and name.title and CHILDREN_OF.search(head):
        profile = Profile.PARENT
    if profile is Profile.INCONNU:
        couple = bool(name.title and COUPLE.search(text[max(start, name.start - 24) : name.start]))
        profile = Profile.PARENT if couple else by_context(head, tail, titled=bool(name.title))
    if profile is Profile.INCONNU and division:
        profile = Profile.ELEVE
    if (
        profile is Profile.PARENT
        and not name.surname
        and NAMED_PARENT.search(text[max(start, name.start - NEAR) : name.start])
    ):
        profile = Profile.ELEVE
        division = division_after(text, name.end, stop)
    if profile in {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.PARENT}:
        near = FUNCTION.search(head[-30:] + " ¦ " + tail[:34])
        function = near[1] if near else ""
        division = ""
    after = text[name.end : min(stop, name.end + FAMILY_SPAN)]
    shown = QUOTED_NAME.search(text[max(start, name.start - 12) : name.start]) or INSTEAD.match(tail)
    aside = "cité" if shown else aside_of(head, tail, after, profile)
    return Mention(name, profile, division, function, aside)


def by_context(head: str, tail: str, *, titled: bool) -> Profile:
    """The profile that the words right before or right after a name give."""
    after = next(((match.end(), profile) for profile, pattern in AFTER if (match := pattern.match(tail))), None)
    for profile, pattern in BEFORE:
        if not (titled and profile is Profile.ELEVE) and pattern.search(head):
            if after and profile is Profile.ENSEIGNANT and after[1] is Profile.NON_ENSEIGNANT:
                return after[1]
            return profile
    return after[1] if after else Profile.INCONNU


def aside_of(head: str, tail: str, after: str, profile: Profile) -> str:
    """Why somebody is only mentioned: who speaks, acts, wishes or passes on; "" for who may be concerned."""
    for why, pattern in ASIDE_BEFORE:
        if pattern.search(head) and not (profile is Profile.PARENT and HERE.search(head)):
            return why
    speaks = SPEAKS.match(tail) and not OF_THEMSELVES.match(tail) and profile is not Profile.ELEVE
    staff = profile is Profile.NON_ENSEIGNANT and ACTED.match(tail) and not OF_THEMSELVES.match(tail)
    if GAVE.match(tail) or speaks or staff or WISHES.match(tail) or OPENS_NOTE.match(tail):
        return "relais"
    if LEFT.match(after):
        return "prédécesseur"
    if SPARED.match(tail):
        return "épargné"
    return ""


def shared(text: str, found: list[Mention]) -> list[Mention]:
    """« A et B (profs) », « élèves A, B et C »: what is said of one of several coordinated names holds for all."""
    runs: list[list[int]] = []
    for place, mention in enumerate(found):
        if runs and COORDINATED.fullmatch(text[found[place - 1].end : mention.start]):
            runs[-1].append(place)
        else:
            runs.append([place])
    result = list(found)
    for run in runs:
        if len(run) < 2:
            continue
        stated = [found[i] for i in run if found[i].profile is not Profile.INCONNU]
        aside = found[run[0]].aside
        for i in run:
            titled = result[i].name.title in ADULT_TITLES and not found[run[0]].name.title
            if titled and stated and stated[0].profile is Profile.ELEVE:
                # « le père de l'élève X, M. Y » names the father; a titled adult beside a pupil is no pupil.
                head = text[max(0, found[run[0]].start - NEAR) : found[run[0]].start]
                profile = Profile.PARENT if GUARDIAN_OF.search(head) else result[i].profile
                result[i] = replace(result[i], profile=profile)
            elif result[i].profile is Profile.INCONNU and stated:
                result[i] = replace(result[i], profile=stated[0].profile, function=stated[0].function)
            if aside and not result[i].aside:
                result[i] = replace(result[i], aside=aside)
            name, last = result[i].name, result[run[-1]].name
            if not name.surname and not name.title and last.surname and last.given:
                result[i] = replace(result[i], name=replace(name, surname=last.surname))
            if result[i].profile is Profile.ELEVE and not result[i].division and result[run[-1]].division:
                result[i] = replace(result[i], division=result[run[-1]].division)
    return result


def with_parents(found: list[Mention]) -> list[Mention]:
    """« M. Lambert » beside the pupil Rose Lambert is a parent of hers, unless something else is said of him."""
    pupils = {fold(m.name.surname) for m in found if m.profile is Profile.ELEVE and m.name.surname and m.name.given}
    return [
        replace(m, profile=Profile.PARENT)
        if m.name.title in ADULT_TITLES and m.profile is Profile.INCONNU and fold(m.name.surname) in pupils
        else m
        for m in found
    ]


def families(text: str, found: list[Mention]) -> list[Mention]:
    """Ties children to the parent named just before them: « M. Ferrando (papa de Louane en 5C et de Timéo en 6D) »."""
    result = list(found)
    parent = -1
    full = {fold(m.name.given) for m in found if m.name.surname and m.name.given}
    for place, mention in enumerate(result):
        if parent < 0 and place and not mention.name.surname and RELATIVE.search(text[: mention.start][-NEAR:]):
            named = place - 1
            between = text[result[named].end : mention.start]
            if result[named].name.surname and len(between) < FAMILY_SPAN and not re.search(r"[.!?]\s|\n", between):
                result[place] = replace(mention, profile=Profile.ELEVE, child_of=named)
                parent = named
                continue
        if fold(mention.name.given) in full and not mention.name.surname and mention.name.given:
            # The message gives this child a surname elsewhere: it may not be the parent's.
            continue
        if parent >= 0 and mention.profile in {Profile.ELEVE, Profile.INCONNU} and not mention.name.surname:
            between = text[result[parent].end : mention.start]
            if len(between) < FAMILY_SPAN and not re.search(r"[.!?]\s|\n", between):
                result[place] = replace(mention, profile=Profile.ELEVE, child_of=parent)
                continue
        if mention.profile is Profile.PARENT and mention.name.surname:
            parent = place
        elif mention.profile is not Profile.ELEVE:
            parent = -1
    return result

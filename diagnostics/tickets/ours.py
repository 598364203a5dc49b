"""A ticket that this program wrote, read back from its text: what it tells, whom, with which documents.

The check of any text reads such a ticket by its blocks: a list of facts is one incident, not one for each line.
"""

from __future__ import annotations

import re

from diagnostics.model import PROFILE_LABELS, Person, Struct
from diagnostics.safety import clean_lines

REFERENCE = re.compile(r"^Notre référence : T-[0-9A-F]{8}\s*$", re.MULTILINE)
WRITTEN = re.compile(r"^À : .+\n(?:Par : .+\n)?Objet : ")
"""Head of the text of a ticket, as ``bundle.text`` writes it."""
RULER = re.compile(r"^-{20,}\s*$", re.MULTILINE)
"""What parts the head of a written ticket, which does not leave, from the ticket."""
GREETING = re.compile(r"^(?:Bonjour|Madame, Monsieur),\s*$", re.MULTILINE)
LABEL = re.compile(r"^[A-ZÀÉÊ][^.:\n]{2,60} :(?:\s|$)")
"""« Portée : une personne. », « Relevé dans les exports : »: where what is told ends."""
CLOSING = re.compile(r"^Cordialement,", re.MULTILINE)
PERSONS = re.compile(r"^Personnes? concernées? :\n((?:- .+\n?)+)", re.MULTILINE)
CHILDREN = re.compile(r" ; enfants? : ")
MORE = re.compile(r"^- et \d+ autres|^- enfant : ")
PIECES = re.compile(r"^Pièces jointes :\n((?:\d+\. .+\n?)+)", re.MULTILINE)
ABSENT = re.compile(r"^Pièce absente : ", re.MULTILINE)
LACKING = re.compile(r"^- (Pièce à joindre : .+)$", re.MULTILINE)
PROFILES = {label: profile for profile, label in PROFILE_LABELS.items()}


class Ours(Struct, frozen=True, kw_only=True):
    """What a ticket of ours says of itself."""

    told: str
    """The sentences that say what happens."""
    body: str
    persons: tuple[Person, ...] = ()
    pieces: int = 0
    lacking: tuple[str, ...] = ()
    """Documents that the head says to be missing."""
    settled: bool = False
    """The head, or the ticket itself, says all there is to say about documents."""


def read_back(text: str) -> Ours | None:
    """The ticket, or None when the text is not one of ours."""
    text = clean_lines(text)
    if not REFERENCE.search(text) and not WRITTEN.match(text):
        return None
    head, ruler, body = text.partition(ruled[0]) if (ruled := RULER.search(text)) else ("", "", text)
    greeting = GREETING.search(body)
    lines = body[greeting.end() :].splitlines() if greeting else []
    told: list[str] = []
    for line in lines:
        if LABEL.match(line) or CLOSING.match(line):
            break
        told.append(line)
    pieces = PIECES.search(body)
    lacking = tuple(LACKING.findall(head))
    return Ours(
        told="\n".join(told).strip(),
        body=body,
        persons=persons_of(body),
        pieces=len(pieces[1].strip().splitlines()) if pieces else 0,
        lacking=lacking,
        settled=bool(ruler) or bool(ABSENT.search(body)),
    )


def persons_of(body: str) -> tuple[Person, ...]:
    """« - NOM Prénom, profil, classe X » of each person concerned."""
    block = PERSONS.search(body)
    found = []
    for line in block[1].splitlines() if block else ():
        if MORE.match(line):
            continue
        name, *rest = CHILDREN.split(line.removeprefix("- "))[0].split(", ")
        surname, given = split_name(name)
        profile = next((PROFILES[part] for part in rest if part in PROFILES), None)
        division = next((part.removeprefix("classe ") for part in rest if part.startswith("classe ")), "")
        if not division and any(part.startswith("sans classe") for part in rest):
            division = "–"
        person = Person(surname=surname, given_names=given, division=division)
        found.append(person if profile is None else Person(
            surname=surname, given_names=given, division=division, profile=profile))  # fmt: skip
    return tuple(found)


def split_name(name: str) -> tuple[str, str]:
    """(SURNAME, given names): the surname is written in capitals."""
    words = name.split()
    count = next((n for n, word in enumerate(words) if word != word.upper()), len(words))
    return " ".join(words[:count]), " ".join(words[count:])

"""A modest reading of raw text for the check of the four rules: sentences, incidents, persons, announced documents.

``intake`` cuts and recognises messages properly; what follows stands alone, so that any text can be checked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from diagnostics.model import Person, Profile
from diagnostics.safety import clean_lines
from diagnostics.text import fold, is_upper
from diagnostics.tickets.vocabulary import (
    ABBREVIATION,
    ANNOUNCED_COUNT,
    BULLET,
    CIVIL,
    CLOSING,
    COUNTS,
    END,
    FINE,
    FORM_HEAD,
    FORM_LABEL,
    FORWARDED,
    GIVEN_AND_CLASS,
    GREETING,
    GROUP,
    INITIAL,
    LINK,
    MAIL_HEADER,
    NOT_CONCERNED,
    NOT_NAMES,
    PLATFORM,
    PROFILE_WORDS,
    QUOTED_MAIL,
    RULE_LINE,
    RUN,
    SCHOOL_BEFORE,
    SERVICES,
    SIGNATURE,
    SYMPTOM,
    TOLD_SELF,
    UPSTREAM,
)

MAX_TEXT = 40_000
"""Characters read of a text: a ticket is never so long, a file given by mistake may be."""
MAX_SENTENCE = 2_000
ABBREVIATION_MAX = 12
FIRST_WORDS = 25
"""Characters in which a sentence says what it is about."""
MAX_SIGNATURE, MAX_SIGNATURE_LINE = 5, 80
"""Lines of a closing block, characters of each."""


@dataclass(frozen=True)
class Mention:
    """A person as a text names one."""

    text: str
    surname: str
    given_names: str
    position: int


def body_of(text: str) -> tuple[str, str]:
    """(what is told, signature): without quoted mail and greetings, cut at the closing words."""
    told: list[str] = []
    rest: list[str] = []
    for line in clean_lines(text[:MAX_TEXT]).splitlines():
        if FORWARDED.match(line.strip()) and not SYMPTOM.search("\n".join(told)):
            told, rest = [], []
            continue
        if QUOTED_MAIL.search(line) and (told or rest):
            break
        if GREETING.match(line) or MAIL_HEADER.match(line):
            continue
        if rest or (any(kept.strip() for kept in told) and CLOSING.match(line)):
            rest.append(line)
        else:
            told.append(line)
    if not rest:
        start = _signature_start(told)
        told, rest = told[:start], told[start:]
    return "\n".join(told).strip(), "\n".join(rest).strip()


def _signature_start(lines: Sequence[str]) -> int:
    """Where the closing block begins: a few short last lines that open with a name and tell no trouble."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and lines[start - 1].strip() and end - start < MAX_SIGNATURE:
        start -= 1
    for first in range(start, end):
        block = lines[first:end]
        if (
            first
            and SIGNATURE.match(block[0])
            and all(
                len(line) <= MAX_SIGNATURE_LINE and not SYMPTOM.search(line) and not BULLET.match(line)
                for line in block
            )
        ):
            return first
    return len(lines)


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, in order; ``M.`` and initials end none."""
    parts: list[str] = []
    for part in END.split(text):
        part = part.strip(" \t\n-")
        if not part:
            continue
        if parts and ABBREVIATION.search(parts[-1][-ABBREVIATION_MAX:]) and len(parts[-1]) < MAX_SENTENCE:
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts


def incidents_in(text: str) -> list[str]:
    """The parts of a text that each tell one incident: listed items, linked sentences, or the whole."""
    told, _ = body_of(text)
    told = FORM_HEAD.sub("", told)
    listed = _listed(told)
    if len(listed) > 1:
        return listed
    parts: list[list[str]] = []
    before: set[str] = set()
    troubled = False
    for line in told.splitlines():
        for number, part in enumerate(sentences(line)):
            trouble = bool(SYMPTOM.search(part)) and not FINE.search(part)
            other = troubled and _other_service(before, part, opens=number == 0)
            if parts and not (trouble and (LINK.match(part) or other)):
                parts[-1].append(part)
            else:
                parts.append([part])
            before.update(label for label, *_ in services_in(part))
            troubled = troubled or trouble
    joined = [" ".join(part) for part in parts]
    return [part for number, part in enumerate(joined) if number or len(joined) == 1 or SYMPTOM.search(part)]


def _listed(told: str) -> list[str]:
    """Items set off by bullets, numbers, ``+`` or rules, those that tell a trouble."""
    if RULE_LINE.search(told):
        items = [part.strip() for part in re.split(r"-{3,}", told) if part.strip()]
        return [item for number, item in enumerate(items) if number or not FORM_LABEL.match(item)]
    items, before = [], ""
    plus = False
    for line in told.splitlines():
        if BULLET.match(line):
            items.append(BULLET.sub("", line).strip())
            plus = plus or line.lstrip().startswith("+")
        elif items:
            items[-1] += f" {line.strip()}"
        else:
            before += f" {line.strip()}"
    kept = [item for item in items if SYMPTOM.search(item)]
    if plus and SYMPTOM.search(before):
        kept.insert(0, before.strip())
    return kept


def _other_service(before: Set[str], part: str, *, opens: bool) -> bool:
    """Whether a trouble is of services that nothing before spoke of: in a new line, or said by its first words."""
    if part.rstrip().endswith("?"):
        return False
    told = part if opens else part[:FIRST_WORDS]
    here = {label for label, *_ in services_in(told)} - (PLATFORM if opens else PLATFORM | UPSTREAM)
    return bool(here) and bool(before) and not here & before


def announced_count(text: str) -> int:
    """How many troubles a text says it tells (« deux soucis »); 0 when it does not say."""
    match = ANNOUNCED_COUNT.search(body_of(text)[0])
    return (COUNTS.get(match["count"].lower()) or int(match["count"])) if match else 0


def services_in(text: str) -> Iterator[tuple[str, str, str]]:
    """(service, who probably handles it, document wanted), the most telling first."""
    for label, support, document, pattern in SERVICES:
        if pattern.search(text):
            yield label, support, document


def mentions(text: str, *, everybody: bool = False) -> list[Mention]:
    """The persons that a text names, in order, complete or not; places, schools and services are none.

    Those whom the text only refers to (« je remplace Mme … », « un certain … ») are given with ``everybody``.
    """
    found: dict[int, Mention] = {}
    taken = bytearray(len(text))

    def take(start: int, end: int) -> None:
        taken[start:end] = b"\1" * (end - start)

    def free(start: int, end: int) -> bool:
        return not any(taken[start:end])

    def add(start: int, end: int, name: str, title: str = "") -> None:
        if not free(start, end) or SCHOOL_BEFORE.search(text[max(0, start - 25) : start]):
            return
        parts = name.split()
        while parts and fold(parts[0]) in NOT_NAMES:
            parts.pop(0)
        for number, part in enumerate(parts):
            if fold(part) in NOT_NAMES:
                parts = parts[:number]
                break
        if not parts or (len(parts) == 1 and not title):
            return
        take(start, end)
        if len(parts) == 1:
            found[start] = Mention(name, parts[0], "", start)
        elif any(re.fullmatch(r"[A-Z]\.", part) for part in parts):
            full = [part for part in parts if not part.endswith(".")]
            last = parts[0].endswith(".")
            found[start] = Mention(name, full[0] if last else "", "" if last else full[0], start)
        elif is_upper(parts[0]) and not is_upper(parts[-1]):
            found[start] = Mention(name, parts[0], " ".join(parts[1:]), start)
        else:
            found[start] = Mention(name, " ".join(parts[1:]), parts[0], start)

    for match in CIVIL.finditer(text):
        if everybody or not NOT_CONCERNED.search(text[max(0, match.start() - 25) : match.start()]):
            add(match.start(2), match.end(2), match[2], match[1])
        else:
            take(*match.span(2))
    for match in INITIAL.finditer(text):
        if not everybody and NOT_CONCERNED.search(text[max(0, match.start() - 25) : match.start()]):
            take(*match.span())
        else:
            add(*match.span(), match[0])
    for match in RUN.finditer(text):
        add(*match.span(), match[0])
    for match in TOLD_SELF.finditer(text):
        if not SYMPTOM.search(match[0]) and not PROFILE_WORDS.search(match[0]) and not GROUP.search(match[0]):
            found[match.start(1)] = Mention(match[0], match[2], match[1], match.start(1))
    if not any(mention.surname and mention.given_names for mention in found.values()):
        for match in GIVEN_AND_CLASS.finditer(text):
            if free(*match.span(1)) and fold(match[1]) not in NOT_NAMES:
                found[match.start(1)] = Mention(match[1], "", match[1], match.start(1))
    return [found[position] for position in sorted(found)]


def strangers_in(text: str) -> tuple[Person, ...]:
    """The persons that a short technical text names beyond doubt: « DURAND Paule », « Paule DURAND », « M. Durand »."""
    return tuple(
        Person(surname=mention.surname, given_names=mention.given_names)
        for mention in mentions(text)
        if len({is_upper(part) for part in mention.text.split()}) > 1
        or re.search(r"\b(?:M\.|Mr\.?|Mme|Mlle)\s*$", text[: mention.position])
    )


def people_in(text: str) -> tuple[Person, ...]:
    """Everybody whom a text names, signature included: whom a ticket must not name unless they are concerned."""
    return tuple(
        Person(surname=mention.surname, given_names=mention.given_names, profile=Profile.INCONNU)
        for mention in mentions(clean_lines(text[:MAX_TEXT]), everybody=True)
    )

"""Who writes: the signature, the form, a forwarded mail's header, a phone note; and what they say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from diagnostics.intake import names as naming
from diagnostics.intake.parts import Part, Piece
from diagnostics.intake.persons import CALL_HEAD, Mention, declared, filed, mentions
from diagnostics.intake.roles import AGENT, CHILD, FUNCTION, PARENT, SUBJECT, TEACHER
from diagnostics.intake.units import CALL
from diagnostics.model import Profile
from diagnostics.text import fold

SIBLING = r"(?:fr[eè]res?|s(?:œ|oe)urs?|jum(?:eau|elle)x?s?)\b"
SELF_PARENT = re.compile(
    rf"\b(?:mon|ma|mes|nos|notre)\s+(?:\w+\s+)?(?!{SIBLING}){CHILD}\b(?!\s+{SIBLING})|"
    rf"\b(?:je suis|nous sommes) (?:la|les?|l['’])?\s*{PARENT}|"
    rf"\b(?:c['’]?(?:est)?|ici|moi)\s+(?:la|le)\s+{PARENT}|"
    rf"(?:[,(]\s*|^\s*(?:bonjour|bjr|bonsoir)\W*)(?:la|le) {PARENT} d[e'’]"
    rf"(?=[^.?!\n]{{2,40}}[,).]?\s*\b(?:je|j['’]|jai|jarrive))|"
    rf"(?:^|[.!?\n][ \t]*|\()(?:la |le )?(?:maman|papa|m[eè]re|"
    rf"p[eè]re) d[e'’][^.,;\n]{{2,40}}(?:,[^.;\n]{{0,12}})?\)?\s*$|"
    rf",\s*(?:la |le )?{PARENT} d[e'’][^.;,\n]{{2,45}}(?=\s*(?:\n|$))|"
    r"\bj['’ ]?ai (?:deux|trois|quatre|\d) (?:enfants?|filles?|fils|gar[cç]ons?)\b|"
    r"\b(?:nous|j['’]) ?(?:accueill|h[ée]berge)\w+",
    re.IGNORECASE,
)
SELF_PUPIL = re.compile(
    r"\bje suis (?:un |une )?(?:[ée]l[eè]ve|en [3-6]|en (?:seconde|premi|term|2|1|t)|dans la classe|scolaris)|"
    r"\b(?:ma|mon) prof\b|\bmes profs\b|\bmes devoirs\b|\bmes notes\b",
    re.IGNORECASE,
)

SELF_TEACHER = re.compile(
    rf"\bje suis (?:une? |le |la |l['’]|votre )?(?:nouvel(?:le)? |ancien(?:ne)? )?{TEACHER}|\bj['’]enseigne\b|"
    rf"^[ \t]*(?:bonjour,?\s*)?{TEACHER} (?:de |d['’]|en ){SUBJECT}, j",
    re.IGNORECASE | re.MULTILINE,
)
SELF_AGENT = re.compile(
    rf"\bje suis (?:une? |le |la |l['’])?(?:nouvel(?:le)? )?{AGENT}|\bj[e'’][^.\n]{{2,40}}\ben tant que {AGENT}\b",
    re.IGNORECASE,
)
SELVES = (
    (Profile.PARENT, SELF_PARENT),
    (Profile.ELEVE, SELF_PUPIL),
    (Profile.ENSEIGNANT, SELF_TEACHER),
    (Profile.NON_ENSEIGNANT, SELF_AGENT),
)
"""What writers say of themselves, by profile."""


def sender_of(text: str, parts: Sequence[Piece], header: str = "") -> Mention | None:
    """Who writes: the name of the signature, else of the form, else of the mail's header."""
    profile = self_profile(text)
    if (filler := declared(text, parts)) is not None:
        return completed(text, filler, parts, profile)
    fields = SENDER_FIELDS if filed(text, parts) is None else SENDER_FIELDS - {"NOM"}
    for wanted in ((Part.SIGNATURE, Part.CLOSING), (Part.FIELD,)):
        for piece in parts:
            if piece.part in wanted and (piece.part is not Part.FIELD or piece.label in fields):
                signed = mentions(text, piece.start, piece.end)
                known = [m for m in signed if m.name.surname or m.name.given]
                if known:
                    return completed(text, spelt_out(text, known[0]), parts, profile)
    if trailing := signed_at_the_end(text, parts):
        return completed(text, spelt_out(text, trailing), parts, profile)
    inner = next((p for p in parts if p.part is Part.HEADER and p.label in {"DE", "FROM", "EXPEDITEUR"}), None)
    if inner is not None:
        header = text[inner.start : inner.end].partition(":")[2]
    if header:
        bare = re.sub(r"<[^>]*>|\"|\S+@\S+", " ", header)
        named = naming.names(bare)
        if named and named[0].surname:
            return Mention(replace(named[0], start=-1, end=-1), profile)
    return None


def caller_of(text: str, named: Sequence[Mention]) -> Mention | None:
    """The family member who called, in a phone note; a caller from the school only relays."""
    if not CALL.match(text):
        return None
    first = next((m for m in named if 0 <= m.start < CALL_HEAD), None)
    return first if first is not None and first.profile is Profile.PARENT else None


THANKED = re.compile(
    r"(?:\b(?:merci(?: d['’]avance| beaucoup)?|svp|stp|cordialement|cdt|cdlt|journ[ée]e|soir[ée]e|avance|"
    r"salutations)|[.!?⋯…])[\s,.!]*$",
    re.IGNORECASE,
)
SIGNED_REST = re.compile(
    rf"(?:[,(–-]?\s*(?:(?:la |le )?{PARENT} .{{0,40}}|{AGENT}.{{0,30}}|{TEACHER}.{{0,30}}|{SUBJECT}|"
    rf"r[ée]f[ée]rente?.{{0,20}}|RUPN|[1-6T].{{0,8}}))?",
    re.IGNORECASE,
)
"""What may follow the name in a signature: nothing, or a function."""
CIVIL_END = re.compile(r"\b(?:(?:M|Mr|Mme|Mlle)\.?|monsieur|madame)\s+$", re.IGNORECASE)


def signed_at_the_end(text: str, parts: Sequence[Piece]) -> Mention | None:
    """« … merci Coralie Delattre » at the very end of a message written in one breath."""
    body = [piece for piece in parts if piece.part is Part.BODY]
    if not body:
        return None
    start, end = max(body[-1].start, body[-1].end - 90), body[-1].end
    for mention in mentions(text, start, end):
        rest = text[mention.end : end].strip(" .!,;)")
        before = CIVIL_END.sub("", text[start : mention.start])
        alone = mention.name.title and not rest and self_profile(text) is Profile.PARENT
        if (THANKED.search(before) or alone) and SIGNED_REST.fullmatch(rest):
            return replace(mention, aside="")
    return None


def spelt_out(text: str, signed: Mention) -> Mention:
    """A signature with an initial (« G. Pasquier ») takes the given name that the message writes elsewhere."""
    if signed.name.given and not signed.name.surname:
        full = [name for name in naming.names(text) if name.surname and fold(name.given) == fold(signed.name.given)]
        if len({fold(name.surname) for name in full}) == 1:
            return replace(signed, name=replace(signed.name, surname=full[0].surname))
    letter = signed.name.given.rstrip(".")
    if len(letter) != 1:
        return signed
    for name in naming.names(text):
        if (
            fold(name.surname) == fold(signed.name.surname)
            and len(name.given) > 2
            and fold(name.given)[:1] == fold(letter)
        ):
            return replace(signed, name=replace(signed.name, given=name.given))
    return signed


SENDER_FIELDS = frozenset(
    {
        "DEMANDEUR",
        "EMETTEUR",
        "AUTEUR",
        "NOM",
        "NOM PRENOM",
        "NOM ET PRENOM",
        "CONTACT",
        "DE",
        "PRENOM NOM",
        "NOM DU DEMANDEUR",
        "SIGNALE PAR",
    }
)


def completed(text: str, signed: Mention, parts: Iterable[Piece], profile: Profile) -> Mention:
    """The signatory with the function that the lines of the signature give."""
    tail = " ".join(
        text[p.start : p.end] for p in parts if p.part in {Part.SIGNATURE, Part.CLOSING} and p.end > signed.start
    )
    if signed.profile is Profile.INCONNU:
        if profile is not Profile.INCONNU:
            return replace(signed, profile=profile)
        if re.search(rf"\b{AGENT}\b", tail) or re.search(
            r"\bsecr[ée]tariat|\bvie scolaire|\bdirection\b", tail, re.IGNORECASE
        ):
            match = FUNCTION.search(tail)
            return replace(signed, profile=Profile.NON_ENSEIGNANT, function=match[1] if match else "")
        if re.search(rf"\b(?:{TEACHER}|{SUBJECT})\b", tail, re.IGNORECASE):
            return replace(signed, profile=Profile.ENSEIGNANT)
    match = FUNCTION.search(tail)
    return replace(signed, function=signed.function or (match[1] if match else ""))


def self_profile(text: str) -> Profile:
    """What the writer says of himself."""
    for profile, pattern in SELVES:
        if pattern.search(text):
            return profile
    return Profile.INCONNU

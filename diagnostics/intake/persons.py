"""Who a message speaks of: each name with its profile, class and function, and whether it is only mentioned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from diagnostics.intake import names as naming
from diagnostics.intake.clean import Part, Piece
from diagnostics.intake.divisions import BETWEEN, CLASS, LEVEL, division_after, division_before
from diagnostics.intake.names import FAMILY_TITLES, Name
from diagnostics.intake.units import CALL
from diagnostics.model import Profile
from diagnostics.text import fold


@dataclass(frozen=True)
class Mention:
    """A person where a message names them.

    Attributes:
        aside: why they are not concerned (« relais », « prédécesseur »…), "" when they may be.
        child_of: index of the mention of the parent with whom this child is named, -1 without.
    """

    name: Name
    profile: Profile = Profile.INCONNU
    division: str = ""
    function: str = ""
    aside: str = ""
    child_of: int = -1

    @property
    def start(self) -> int:
        return self.name.start

    @property
    def end(self) -> int:
        return self.name.end


SUBJECT = (
    r"(?:maths?|math[ée]matiques|SVT|EPS|HG|histoire(?:[- ]g[ée]o\w*)?|g[ée]o\w*|anglais|espagnol|allemand|italien|portugais|arabe|chinois|lettres"
    r"(?: modernes| classiques)?|fran[çc]ais|physique(?:[- ]chimie)?|chimie|PC|SPC|techno(?:logie)?|musique|[ée]ducation musicale|arts? plas\w*|arts|"
    r"SES|NSI|SNT|philo(?:sophie)?|latin|grec|FLE|UPE2A|SEGPA|ULIS|EMC|STI2D|SII|[ée]co[- ]gestion|[ée]conomie|gestion|biologie|PSE|doc(?:umentaliste)?|EPI|LVB|LVA)"
)
PUPIL = r"(?:[ée]l[eè]ves?|lyc[ée]en(?:ne)?s?|coll[ée]gien(?:ne)?s?|camarades?|[ée]tudiante?s?|apprentie?s?)"
CHILD = r"(?:fils|filles?|enfants?|gar[çc]ons?|petite?|fr[eè]res?|s(?:œ|oe)urs?|jumeaux|jumelles?|a[iî]n[ée]e?|cadet(?:te)?|gamine?)"
PARENT = r"(?:parents?|m[eè]res?|p[eè]res?|mamans?|papas?|responsables?(?: l[ée]gal(?:e|es|aux)?)?|repr[ée]sentante?s? l[ée]gal\w*|tut(?:eur|rice)s?|beau-p[eè]re|belle-m[eè]re|grand-m[eè]re|grand-p[eè]re|assistante? familiale?)"
TEACHER = (
    r"(?:prof(?:esseur)?(?:e|s|es)?|enseignante?s?|coll[eè]gues?|TZR|contractuel(?:le)?s?|rempla[çc]ante?s?|suppl[ée]ante?s?|certifi[ée]e?s?|agr[ée]g[ée]e?s?|"
    r"documentalistes?|prof doc|professeure? documentaliste|titulaire|PLP|stagiaire)"
)
AGENT = (
    r"(?:CPE|AED|AESH|AVS|ASSED|CUI|ATSEM|PsyEN|Psy-EN|infirmi[eè]r(?:e)?|secr[ée]taires?|gestionnaire|adjointe? gestionnaire|intendante?|surveillante?s?|agent[e]?(?: comptable| d'accueil| d['’]entretien)?|"
    r"principale?s?(?: adjointe?)?|proviseure?s?(?:[- ]adjointe?)?|chef(?:fe)? d['’][ée]tablissement|directeur(?: adjoint)?|directrice(?: adjointe)?|DDFPT|assistante? sociale?|AS|m[ée]decin(?: scolaire)?|"
    r"technicien(?:ne)?|assistante? d['’][ée]ducation|accompagnante?s?|personnels?|fondée? de pouvoir|apprentie? AED|service civique|EVS)"
)
OUTSIDER = r"(?:intervenante?s?|invit[ée]e?s?|b[ée]n[ée]vole|partenaire|animat(?:eur|rice)|formateur|formatrice|[ée]ducat(?:eur|rice)|tuteur de stage|ma[iî]tre de stage)"
GLUE = r"(?:\s*(?:,|:|\(|-|–|est|c['’ ]?est|nomm[ée]e?|s['’]appelle|qui s['’]appelle|d[e'’]|du|de la|en|au|notre|nouvel(?:le)?|nouveau|l['’]|M\.|Mme)\s*|\s+)"
KIN = r"(?:\s*(?:,|:|\(|est|s['’]appelle|et|,?\s*(?:l['’]|la|le)\s*)\s*|\s+)*"
SUBJECTS_AFTER = rf"(?:\s+(?:de\s+|d['’]|en\s+)?\(?{SUBJECT}\)?)?"

BEFORE: tuple[tuple[Profile, re.Pattern[str]], ...] = tuple(
    (profile, re.compile(pattern + r"\s*$", re.IGNORECASE))
    for profile, pattern in (
        (Profile.ELEVE, rf"\b{PARENT}\s*(?:d[e'’]|du|des)\s*(?:l['’][ée]l[eè]ve\s*|(?:deux|trois)?\s*{CHILD}\s*)?"),
        (
            Profile.ELEVE,
            rf"\b(?:mon|ma|mes|son|sa|ses|nos|notre|leur|leurs|un|une|le|la|les|l['’]|d['’]|aux?)\s*(?:\w+\s+){{0,2}}{CHILD}{KIN}",
        ),
        (
            Profile.ELEVE,
            rf"\b{PUPIL}{SUBJECTS_AFTER}\s*(?:(?:de|en|d['’])\s*(?:la )?[3-6]\S*\s*)?[,:(«–-]?\s*(?:nomm[ée]e?s?\s*)?",
        ),
        (Profile.ELEVE, r"\b(?:AESH|AVS|accompagn(?:e|ante?)|suit|accueille)\s*(?:de|d['’])?"),
        (Profile.ELEVE, r"\b(?:un certain|une certaine|le petit|la petite|le jeune|la jeune)"),
        (Profile.ELEVE, r"\b(?:devoirs|notes|absences|bulletins?|scolarit[ée]) (?:de|d['’])"),
        (Profile.PARENT, rf"\b{PARENT}\s*(?:de (?:mes|ses|nos|leurs|mon|ma|son|sa|cet|cette|l['’])\s*\w+\s*)?[,:(]?\s*(?:M\.|Mme|Mr|Monsieur|Madame)?"),
        (Profile.NON_ENSEIGNANT, rf"\b{AGENT}\s*[,:(]?\s*(?:M\.|Mme|Mr|Monsieur|Madame)?"),
        (Profile.ENSEIGNANT, rf"\b{TEACHER}{SUBJECTS_AFTER}\s*[,:(]?\s*(?:M\.|Mme|Mr|Monsieur|Madame)?"),
        (Profile.AUTRE, rf"\b{OUTSIDER}\s*[,:(]?\s*(?:M\.|Mme|Mr|Monsieur|Madame)?"),
    )
)
AFTER_GLUE = r"^\s*[,(:–-]?\s*(?:(?:est|qui est|c['’]est|notre|nos|la|le|l['’]|un|une|mon|ma|nouvel(?:le)?s?|nouveaux?|ancien(?:ne)?s?|tous|toutes|les|deux|en tant que|comme)\s*)*"
AFTER: tuple[tuple[Profile, re.Pattern[str]], ...] = tuple(
    (profile, re.compile(AFTER_GLUE + pattern, re.IGNORECASE))
    for profile, pattern in (
        (Profile.PARENT, rf"{PARENT}\b"),
        (Profile.NON_ENSEIGNANT, rf"{AGENT}\b"),
        (Profile.ENSEIGNANT, rf"(?:{TEACHER}|{SUBJECT})\b"),
        (Profile.ELEVE, rf"{PUPIL}\b"),
        (Profile.AUTRE, rf"{OUTSIDER}\b"),
    )
)
FUNCTION = re.compile(
    rf"\b({AGENT}|TZR|documentaliste|contractuel(?:le)?|stagiaire|assistante? familiale?|r[ée]f[ée]rente?(?: num[ée]rique| ENT)?)\b",
    re.IGNORECASE,
)

ASIDE_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (why, re.compile(pattern + r"\s*(?:(?:M|Mr|Mme|Mlle|MM)\.?|[Mm]onsieur|[Mm]adame)?\s*$", re.IGNORECASE))
    for why, pattern in (
        (
            "prédécesseur",
            r"\b(?:rempla[cç](?:e|ait|ante? (?:de|d['’])|é)|en remplacement (?:de|d['’])|succ[eè]de [àa]|successeure? de|[àa] la place (?:de|d['’])|suppl[ée]ante? (?:de|d['’])|"
            r"au d[ée]part (?:de|d['’])|depuis le d[ée]part (?:de|d['’])|pr[ée]d[ée]cesseure?,?|ancien(?:ne)? (?:r[ée]f[ée]rente?|principale?|proviseure?|adjointe?|administrat\w+)(?: num[ée]rique| ENT)?,?|"
            r"la suite (?:de|d['’])|absence (?:de|d['’])|cong[ée]\w* (?:de|d['’]))",
        ),
        (
            "relais",
            r"\b(?:par|selon|d['’]apr[eè]s|vu avec|avec l['’]aide (?:de|d['’])|demand[ée]e? (?:[àa]|par)|contact[ée]r?e?s? (?:par)?|transmis(?:e|es)? (?:[àa]|par)|de la part (?:de|d['’])|"
            r"[àa] la demande (?:de|d['’])|merci (?:[àa]|de r[ée]pondre [àa]|de rappeler|de contacter)|en copie|cc|appel (?:de|d['’])|tel(?: de)?|sign[ée]|sous couvert (?:de|d['’])|rappeler|contacter|joindre|"
            r"message (?:de|d['’])|mail (?:de|d['’])|demande (?:de|d['’])|j['’]ai appel[ée]|vu|cf\.?|avec|voir avec|dit [àa]|bonjour|salut|cher|ch[eè]re|merci|dixit|l['’]attention (?:de|d['’]))",
        ),
    )
)
SPEAKS = re.compile(
    r"^\s*(?:\([^)]{0,40}\))?\s*,?\s*(?:(?:le|la|l['’]|notre)\s*[\w' -]{3,30},)?\s*(?:m['’]a|nous a|me|nous|m['’]|a|vient de (?:me|nous))?\s*"
    r"(?:dit|dire|signal\w+|inform\w+|indiqu\w+|pr[ée]cis\w+|transmi\w+|envoy\w+|appel[ée]\w*|contact\w+|expliqu\w+|r[ée]pond\w*|valid\w+|confirm\w+|demand\w+ (?:si|que|qu['’]|de v[ée]rif|pourquoi|comment))"
)
OF_THEMSELVES = re.compile(
    r"^.{0,80}?\b(?:qu['’](?:il|elle|ils|elles)|ne pas|ne plus|avoir (?:perdu|oubli|deux)|son (?:compte|mot|acc[eè]s|identifiant)|sa connexion|ses (?:codes|identifiants)|leurs? )",
    re.IGNORECASE,
)
KIN_LINK = re.compile(
    rf"^\s*[,(–-]?\s*(?:est |c['’]est |qui est )?(?:(?:la|le|les|l['’])\s*)?(?:{PARENT}\s*(?:de|d['’]|des)\s*|{PARENT}\s*[:(]\s*|(?:pour|avec)\s+(?:son|sa|ses|leur|leurs)\s*{CHILD}\s*)?",
    re.IGNORECASE,
)
CHILD_SLOT = re.compile(
    rf"(?:\b{PARENT}\s*(?:d[e'’]\s*|de l['’][ée]l[eè]ve\s*)|\b(?:mon|ma|son|sa|notre|leur)\s*(?:\w+\s+)?{CHILD}\s*(?:,|:|s['’]appelle|est|\()?\s*|\b[ée]l[eè]ve\s*:?\s*|\bet d[e'’]\s*|\bcompte d[e'’]\s*)$",
    re.IGNORECASE,
)
COUPLE = re.compile(r"\b(?:M\.?|Mr|Monsieur)\s+(?:et|&|ou)\s+(?:Mme|Madame)\s*$", re.IGNORECASE)
"""« M. et Mme »: a family that writes or is written to."""
FAMILY_SPAN = 200
"""Characters of one sentence within which a child named by a given name belongs to the parent named before."""
QUOTED_NAME = re.compile(r"[«\"“]\s?$")
"""A name between quotation marks is what a screen shows, not a person spoken of."""
COORDINATED = re.compile(r"\s*(?:,|et|&|/|\+|ainsi que|,\s*et|puis|ou)\s*(?:d[e'’]\s*|M\.|Mme|de\s*)?\s*")
CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Ý][^\W\d_]+(?:[-'’][^\W\d_]+)*")
SMALL = re.compile(r"[a-zà-öø-ÿ]{3,}(?:-[a-zà-öø-ÿ]+)?")
NEAR = 60


def mentions(text: str, start: int = 0, end: int | None = None) -> list[Mention]:
    """Persons named in ``text[start:end]``, in order, each with what is said of them there."""
    stop = len(text) if end is None else end
    found = [
        described(text, name, start, stop) for name in with_slots(text, naming.names(text, start, stop), start, stop)
    ]
    return families(text, shared(text, found))


def with_slots(text: str, found: list[Name], start: int, stop: int) -> list[Name]:
    """Adds given names that no list knows but whose place tells: « papa de Ewen », « (Ewen, 3C) », « Ewen en 3C »."""
    covered = [(name.start, name.end) for name in found]
    added = list(found)
    for match in CAPITAL.finditer(text, start, stop):
        if any(left < match.end() and match.start() < right for left, right in covered):
            continue
        word = match[0]
        if fold(word).lower() in naming.not_names() or naming.TITLE.fullmatch(word) or len(word) < 3:
            continue
        before = text[max(start, match.start() - 40) : match.start()]
        placed = CHILD_SLOT.search(before)
        classed = CLASS.search(text, match.end(), min(stop, match.end() + 30))
        if classed and not BETWEEN.match(text[match.end() : classed.start()]):
            classed = None
        if placed or (classed and not naming.SCHOOL_WORDS.search(before)):
            added.append(Name(match.start(), match.end(), "", word, typed="place"))
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
    if profile is Profile.INCONNU:
        couple = bool(name.title and COUPLE.search(text[max(start, name.start - 24) : name.start]))
        profile = Profile.PARENT if couple else by_context(head, tail, titled=bool(name.title))
    if profile is Profile.INCONNU and division:
        profile = Profile.ELEVE
    if profile in {Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT, Profile.PARENT}:
        near = FUNCTION.search(head[-30:] + " ¦ " + tail[:34])
        function = near[1] if near else ""
        if profile is not Profile.ELEVE:
            division = ""
    aside = "cité" if QUOTED_NAME.search(text[max(start, name.start - 3) : name.start]) else aside_of(head, tail)
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


def aside_of(head: str, tail: str) -> str:
    for why, pattern in ASIDE_BEFORE:
        if pattern.search(head):
            return why
    if SPEAKS.match(tail) and not OF_THEMSELVES.match(tail):
        return "relais"
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
            if result[i].profile is Profile.INCONNU and stated:
                result[i] = replace(result[i], profile=stated[0].profile, function=stated[0].function)
            if aside and not result[i].aside:
                result[i] = replace(result[i], aside=aside)
            name, last = result[i].name, result[run[-1]].name
            if not name.surname and not name.title and last.surname and last.given:
                result[i] = replace(result[i], name=replace(name, surname=last.surname))
            if result[i].profile is Profile.ELEVE and not result[i].division and result[run[-1]].division:
                result[i] = replace(result[i], division=result[run[-1]].division)
    return result


def families(text: str, found: list[Mention]) -> list[Mention]:
    """Ties children to the parent named just before them: « M. Ferrando (papa de Louane en 5C et de Timéo en 6D) »."""
    result = list(found)
    parent = -1
    for place, mention in enumerate(result):
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


SELF_PARENT = re.compile(
    rf"\b(?:mon|ma|mes|nos|notre)\s+(?:\w+\s+)?{CHILD}\b|\bje suis (?:la|le|l['’])?\s*{PARENT}|\b(?:c['’]?(?:est)?|ici|moi)\s+(?:la|le)\s+{PARENT}|\b(?:la|le) {PARENT} d[e'’]|"
    rf"(?:^|[.!?\n]\s*|\()(?:la |le )?(?:maman|papa|m[eè]re|p[eè]re) d[e'’][^.,;\n]{{2,40}}(?:,[^.;\n]{{0,12}})?\)?\s*$|"
    r"\b(?:nous|j['’]) ?(?:accueill|h[ée]berge)\w+",
    re.IGNORECASE,
)
SELF_PUPIL = re.compile(
    r"\bje suis (?:un |une )?(?:[ée]l[eè]ve|en [3-6]|en (?:seconde|premi|term|2|1|t)|dans la classe|scolaris)|\b(?:ma|mon) prof\b|\bmes profs\b|\bmes devoirs\b|\bmes notes\b",
    re.IGNORECASE,
)


def sender_of(text: str, parts: Sequence[Piece], header: str = "") -> Mention | None:
    """Who writes: the name of the signature, else of the form, else of the mail's header."""
    profile = self_profile(text)
    for wanted in ((Part.SIGNATURE, Part.CLOSING), (Part.FIELD,)):
        for piece in parts:
            if piece.part in wanted and (piece.part is not Part.FIELD or piece.label in SENDER_FIELDS):
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


CALL_HEAD = 160
"""Characters at the beginning of a phone note where the caller is named."""


def caller_of(text: str, named: Sequence[Mention]) -> Mention | None:
    """The family member who called, in a phone note; a caller from the school only relays."""
    if not CALL.match(text):
        return None
    first = next((m for m in named if 0 <= m.start < CALL_HEAD), None)
    return first if first is not None and first.profile is Profile.PARENT else None


THANKED = re.compile(r"(?:\b(?:merci(?: d['’]avance| beaucoup)?|svp|stp|cordialement|cdt|cdlt|journ[ée]e|soir[ée]e|avance|salutations)|[.!?⋯…])[\s,.!]*$", re.IGNORECASE)
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
        if (THANKED.search(before) or alone) and len(rest.split()) <= 4 and not re.search(r"\b(?:n['’]|est|a|pas)\b", rest):
            return replace(mention, aside="")
    return None


def spelt_out(text: str, signed: Mention) -> Mention:
    """A signature with an initial (« G. Pasquier ») takes the given name that the message writes elsewhere."""
    letter = signed.name.given.rstrip(".")
    if len(letter) != 1:
        return signed
    for name in naming.names(text):
        if fold(name.surname) == fold(signed.name.surname) and len(name.given) > 2 and fold(name.given)[:1] == fold(letter):
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
    if SELF_PARENT.search(text):
        return Profile.PARENT
    return Profile.ELEVE if SELF_PUPIL.search(text) else Profile.INCONNU


def has_level(text: str) -> bool:
    return bool(CLASS.search(text) or LEVEL.search(text))

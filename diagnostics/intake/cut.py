"""Units to incidents: which sentences tell one symptom, where another begins, which tell none."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from diagnostics.intake.classify import Scored, score
from diagnostics.intake.units import Before, Unit

TOLD = 3.0
"""Points from which a unit with a trouble or a request names a matter."""
SURE = 4.2
"""Points from which a unit opens another matter without any word or line that announces one."""
PLAIN = 5.5
"""Points from which a unit tells even without a word of trouble or request."""
ALONE = 6.0
"""Points from which a sentence in the middle of a paragraph, about nobody new, is another matter."""
CLAUSE_SURE = 5.0
"""Points on both sides for a sentence to be cut in two."""
AKIN = 0.62
"""Share of a group's points that its category must have in a unit for the unit to go on with it."""

OPENER = re.compile(
    r"^\s*[(\"«]?\s*(?:et\s+)?(?:par ailleurs|(?:une? )?autre (?:chose|point|souci|probl[eè]me|sujet|question|demande|pb)|autrement|rien [àa] voir|(?:au|en) passage|en plus|sinon|de plus|"
    r"d['’]autre part|[ée]galement|aussi\b|en outre|deuxi[eè]me(?:ment)?|second(?:ement)?|troisi[eè]me(?:ment)?|ensuite|enfin\b|p\.?\s?s\b|post[- ]scriptum|nb\s*:|tant que j['’]y suis|j['’]en profite|"
    r"pendant que|derni[eè]re? (?:chose|point|question)|pour finir|dans un autre registre|[àa] part [çc]a|sans rapport|autre(?:s)?\s*:|point \d|encore une chose|ah et|et puis|\+|"
    r"accessoirement|concernant|pour ce qui (?:est|concerne)|quant [àa]|c[oô]t[ée]|s['’]agissant)",
    re.IGNORECASE,
)
WEAK_OPENER = re.compile(
    r"^\s*(?:aussi|[ée]galement|en plus|de plus|enfin|ensuite|et puis|c[oô]t[ée]|concernant|quant|et)\b", re.IGNORECASE
)
JOINER = re.compile(
    r"^\s*(?:idem|pareil|m[eê]me (?:chose|souci|probl[eè]me|probl[eé]matique|message|erreur|pb|topo|constat|symptôme)|c['’]est (?:pareil|la m[eê]me|le m[eê]me)|aussi pour|non plus)\b|"
    r"\b(?:non plus|a (?:aussi )?le m[eê]me (?:souci|probl[eè]me|pb)|ont (?:aussi )?le m[eê]me (?:souci|probl[eè]me|pb)|est dans le m[eê]me cas|sont dans le m[eê]me cas|idem)\b",
    re.IGNORECASE,
)
GOES_ON = re.compile(
    r"^\s*[(\"«]?\s*(?:(?:mais|et|or|donc|car|puis|alors|pourtant|cependant|du coup|par cons[ée]quent|en effet|en fait|d[eè]s|depuis|quand|lorsqu\w*|si|apr[eè]s|avant|pour l['’]instant|"
    r"r[ée]sultat|cons[ée]quence|cela|[çc]a|ce(?:la|ci)?|c['’]|cette?|ces|ils?|elles?|on|l['’](?:erreur|import|export|[ée]cran|adresse|assistant)|le (?:message|fichier|bouton|site|lien|compte|probl[eè]me|navigateur|souci)|la (?:page|tuile|manip\w*|fen[eê]tre|personne)|"
    r"son|sa|ses|leurs?|d['’]apr[eè]s|visiblement|apparemment|nous avons (?:bien|d[ée]j[àa])|j['’]ai (?:bien|d[ée]j[àa]|essay|test|v[ée]rifi|vid|tent|refait|regard)|on a (?:bien|d[ée]j[àa]|essay|test|v[ée]rifi)|"
    r"rien|toujours|impossible|m[eê]me (?:apr[eè]s|en|avec|sur|depuis)|sur (?:mon|son|un autre)|avec (?:un|chrome|firefox)|tout le reste|les autres|aucun message|merci de|pouvez|peux|peut|faut|que |qui |quoi|comment|est-ce|o[uù] )\s?)",
    re.IGNORECASE,
)
TROUBLE = re.compile(
    r"\b(?:n['’e]|ne|n)\s?.{0,60}?\b(?:pas|plus|rien|jamais|ni|aucune?|que|personne)\b|\b(?:pas|tjs pas|toujours pas|plus|jamais)\b|\baucune?s?\b|\bimpossib|\babsent|\brefus|\bbloqu|\berreur|\bvides?\b|\bdispar|"
    r"\bperdu|\boubli|\brejet|[ée]cras[ée]|\binconnu|\baffiche|en attente|\bindispo|\binaccess|\bmanqu|\bfaute\b|\bdoubl|\bquota|\bpanne|\b[ée]teint|non reconnu|intempest|\bplant|\blent|\bexpir|s['’]arr[eê]te|\bincorrect|"
    r"\bmauvais|\bfau(?:x|sse)|\bprobl|\bpbs?\b|\bsouci|\b[ée]chou|\b[ée]chec|\bcoup[ée]|\bboucle|au lieu d|[àa] la place d|\bd[ée]pass|\bbug|\bmarche\b|\bcass|\bh\.?s\b|\btourne\b|\bsupprim|\beffac|\bpirat|\bvol[ée]|\binvers|\bsatur|"
    r"\bmanquant|\ben trop\b|\bdouble|\bvoit (?:que|les|tout|encore)|\bvoient (?:que|les|tout|encore|d[ée]j)|\bp[ée]rim|\brenvoie|\bexclu|\binjoign|\bmoulin|\brame\b|\bfig[ée]|\bcarr[ée]s|\bancien",
    re.IGNORECASE,
)
REQUEST = re.compile(
    r"\?|\bcomment\b|\bpouvez|\bpourriez|\bpourrait-on|\bpeut-on|\bpeux-tu|\btu peux|\bpourrais|\bpossible (?:de|d['’])|\bserait-il|\bfaut-il|\bfaudrait|\bil faut|\bbesoin|\bsouhait|\bvoudr|\baimer|\bmerci de (?!votre|ton|tout|me rap|faire)|\bdemande|\b[àa] (?:cr[ée]er|corriger|ajouter|supprimer|"
    r"modifier|faire|rattacher|d[ée]bloquer|r[ée]initialiser|changer|mettre|ouvrir|fusionner|activer|associer|retirer)|\bveu[tx]|\bvoul\w+|\bje cherche|\bo[uù] (?:trouver|est|sont|se)|\bcr[ée](?:er|ation|ez)|\bouverture|\bajout|\bprocédure|\bquel|\brelance|\bdes nouvelles|"
    r"\bchang|\bmodif|\bcorrig|\brenomm|\bd[ée]part|\brempla|\bnouve(?:au|lle|l)|\bnomm[ée]|\barriv",
    re.IGNORECASE,
)
NOTHING = re.compile(
    r"^\s*(?:(?:je )?vous remerci\w*|merci|bonne|bon(?:ne)? |cordialement|cdt|bien [àa]|dans l['’]attente|en vous remerciant|n['’]h[ée]sitez|je reste|je suis [àa] votre|(?:[àa] )?(?:me )?rappeler|rappel(?:ez|er)-?|urgent|tr[eè]s urgent|"
    r"d[ée]sol[ée]|excusez|pj\b|pi[eè]ces? jointes?|ci-joint|copie d['’][ée]cran|capture|voir (?:capture|pj|pi[eè]ce)|cf\.? (?:pj|capture|pi[eè]ce)|je (?:vous )?joins|le fichier est joint|tel\b|t[ée]l[ée]phone|mobile|joignable|bulletins|c['’]est urgent|a\+|vous trouverez)\b",
    re.IGNORECASE,
)
ASIDE_QUESTION = re.compile(
    r"^\s*(?:est-ce qu|que (?:dois|devons|faire|faut|s['’]est)|qui (?:peut|doit|contacter)|faut-il|dois-je|doit-on|pouvez-vous|pourriez-vous|peux-tu|tu peux|peut-on|o[uù] |comment (?:faire|proc[ée]der|corriger|obtenir|r[ée]soudre)\b|quelle? (?:est|solution|proc)|"
    r"c['’]est (?:nous|normal|g[ée]n[ée]ral)|est-il possible|avez-vous|merci de)",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"(?:,|;|\s)\s*(?:et|mais|ainsi que|puis|aussi|par ailleurs|en plus|de plus|et aussi|sinon|\+|//?|alors que)\s+(?=\S)|\s[-–/]\s(?=\S)|,\s(?=(?:la|le|les|l['’]|mon|ma|mes|notre|nos|un|une|[A-Z]))|\s\+\s?(?=\S)|;\s(?=\S)",
    re.IGNORECASE,
)
OWN_SUBJECT = re.compile(
    r"^\s*(?:(?:et|mais|aussi|en plus|par ailleurs|puis|sinon|de plus|ainsi que)\s+)*(?:j['’e]|je\b|mon\b|ma\b|mes\b|notre|nos\b|l[ae]s?\b|l['’]|un\b|une\b|des\b|aucun|plus\b|pas\b|impossible|m\.|mme|[A-ZÀ-Ý]|dans\b|sur\b|pour\b|il (?:me )?(?:faut|faudrait|manque)|comment)",
)


@dataclass(frozen=True)
class Judged:
    """A unit with what it may be about and what it does in the message."""

    unit: Unit
    scored: Scored
    tells: bool
    """It tells a trouble or asks for something that the catalogue knows."""
    settled: bool
    """It says that something works again."""
    people: tuple[int, ...] = ()
    """Places of the persons that it names and who may be concerned."""

    @property
    def start(self) -> int:
        return self.unit.start

    @property
    def end(self) -> int:
        return self.unit.end


def judge(text: str, unit: Unit, names: Collection[int], context: Collection[str], people: Sequence[int]) -> Judged:
    """What one unit says, by itself."""
    said = text[unit.start : unit.end]
    scored = score(text, unit.start, unit.end, names=names, context=context)
    settled = "resolu" in scored.cues and not re.search(r"\b(?:mais|sauf|toujours pas|en revanche|par contre)\b", said)
    trouble = bool(TROUBLE.search(said))
    asked = trouble or bool(REQUEST.search(said)) or scored.top >= PLAIN
    tells = scored.top >= TOLD and not settled and not NOTHING.match(said) and asked
    return Judged(unit, scored, tells, settled, tuple(p for p in people if unit.start <= p < unit.end))


def clauses(text: str, unit: Unit, names: Collection[int], context: Collection[str]) -> list[Unit]:
    """A sentence cut where both sides tell, by themselves, troubles of different kinds."""
    best: tuple[float, int, int] | None = None
    for match in CLAUSE.finditer(text, unit.start, unit.end):
        left, right = unquoted(text[unit.start : match.start()]), unquoted(text[match.end() : unit.end])
        if len(left.split()) < 3 or len(right.split()) < 3 or not OWN_SUBJECT.match(right) or inside(left):
            continue
        if not (TROUBLE.search(left) or REQUEST.search(left)) or not (TROUBLE.search(right) or REQUEST.search(right)):
            continue
        one = score(text, unit.start, match.start(), names=names, context=context)
        two = score(text, match.end(), unit.end, names=names, context=context)
        low = min(one.top, two.top)
        if low < CLAUSE_SURE or related(one, two):
            continue
        if best is None or low > best[0]:
            best = (low, match.start(), match.end())
    if best is None:
        return [unit]
    head = Unit(unit.start, best[1], unit.before)
    tail = Unit(best[2], unit.end, Before.CLAUSE)
    return [*clauses(text, head, names, context), *clauses(text, tail, names, context)]


def unquoted(said: str) -> str:
    """A clause without what it quotes: a message that is quoted is no trouble of its own."""
    return re.sub(r"«[^»]*»|\"[^\"]*\"|“[^”]*”|\([^)]*\)", " ", said)


def inside(left: str) -> bool:
    return left.count("(") > left.count(")") or left.count("«") > left.count("»")


def related(one: Scored, two: Scored) -> bool:
    """Whether two stretches may be about one matter: same category, one family, or each among the other's likely ones."""
    if not one.best or not two.best:
        return True
    if one.best == two.best:
        return True
    if two.points.get(one.best, 0.0) >= AKIN * two.top or one.points.get(two.best, 0.0) >= AKIN * one.top:
        return True
    return one.best[:3] == two.best[:3] and one.best[:3] in {"EDT", "AUT", "SIE", "EDU", "POR"}


def groups(text: str, judged: Sequence[Judged]) -> list[list[Judged]]:
    """Units that tell, gathered by matter, in order; what tells nothing goes with what it explains or is left out."""
    made: list[list[Judged]] = []
    waiting: list[Judged] = []
    several_items = sum(1 for one in judged if one.unit.before >= Before.ITEM) >= 2
    for one in judged:
        said = text[one.start : one.end]
        if one.settled or NOTHING.match(said):
            waiting = []
            continue
        current = made[-1] if made else None
        if current is None:
            if one.tells:
                made.append([*joined_head(text, waiting, one), one])
                waiting = []
            else:
                waiting.append(one)
            continue
        if not one.tells:
            if explains(text, one, current, several_items):
                current.append(one)
            else:
                waiting = [one]
            continue
        if opens_another(text, one, current, waiting):
            made.append([*joined_head(text, waiting, one), one])
        else:
            current.extend([*contiguous(waiting, current, one), one])
        waiting = []
    return made


def joined_head(text: str, waiting: Sequence[Judged], one: Judged) -> list[Judged]:
    """The sentences just before, in the same block, that say who is concerned (« Je suis la mère de… »)."""
    head: list[Judged] = []
    following = one
    for unit in reversed(waiting):
        if following.unit.before is not Before.SENTENCE:
            break
        head.insert(0, unit)
        following = unit
    kept = next((i for i, unit in enumerate(head) if unit.people or PRESENTS.search(text, unit.start, unit.end)), None)
    return [] if kept is None else head[kept:]


PRESENTS = re.compile(
    r"\b(?:je suis|c['’ ]?est (?:la|le)|c (?:la|le)|mon fils|ma fille|mes enfants|accueille)\b", re.IGNORECASE
)


def contiguous(waiting: Sequence[Judged], current: Sequence[Judged], one: Judged) -> list[Judged]:
    return [unit for unit in waiting if current[-1].end <= unit.start < one.start]


def explains(text: str, one: Judged, current: Sequence[Judged], several_items: bool) -> bool:
    """Whether a sentence that tells nothing by itself goes with the matter before it."""
    said = text[one.start : one.end]
    if one.unit.before >= Before.ITEM:
        return not several_items or bool(one.people)
    if one.unit.before >= Before.PARAGRAPH:
        return bool(one.people) and not OPENER.match(said)
    if one.unit.before is Before.LINE and said.endswith("?"):
        return False
    return True


def opens_another(text: str, one: Judged, current: Sequence[Judged], waiting: Sequence[Judged]) -> bool:
    """Whether a unit that tells begins another matter than the current one."""
    said = text[one.start : one.end]
    whole = group_score(current)
    same = related_to_group(one.scored, whole)
    newcomers = bool(one.people)
    if JOINER.search(said):
        return False
    before = one.unit.before
    if before is Before.CLAUSE:
        return True
    if before >= Before.LINE and newcomers and quoted_differ(text, one, current):
        return True
    if before >= Before.ITEM:
        return not (same and one.scored.best == whole.best) or quoted_differ(text, one, current)
    if ASIDE_QUESTION.match(said) and (same or one.scored.top < SURE + 1):
        return False
    opener = bool(OPENER.match(said))
    if opener and not WEAK_OPENER.match(said):
        return not (one.scored.best == whole.best and not newcomers)
    if opener:
        return not same and one.scored.top >= TOLD
    if before >= Before.LINE:
        if GOES_ON.match(said):
            return not same and one.scored.top >= SURE + 1 and newcomers
        return not same and one.scored.top >= SURE - 0.4
    if re.match(r"\s*et\b", said, re.IGNORECASE):
        return not same and one.scored.top >= SURE
    if GOES_ON.match(said):
        return False
    return not same and one.scored.top >= (SURE if newcomers else ALONE)


def group_score(current: Sequence[Judged]) -> Scored:
    """The strongest unit of a group speaks for it."""
    return max((one.scored for one in current if one.tells), key=lambda scored: scored.top)


def related_to_group(one: Scored, whole: Scored) -> bool:
    return related(one, whole)


QUOTED = re.compile(r"[«\"“]\s*([^»\"”]{4,80}?)\s*[»\"”]")


def quoted_differ(text: str, one: Judged, current: Sequence[Judged]) -> bool:
    """Two items of one kind that quote different messages are two matters (two motives of reject, two recipients)."""
    mine = {match[1].lower() for match in QUOTED.finditer(text, one.start, one.end)}
    theirs = {match[1].lower() for unit in current for match in QUOTED.finditer(text, unit.start, unit.end)}
    return bool(mine and theirs and not mine & theirs)

"""Turns of phrase that part two matters of one sentence, or that go on with the same one."""

from __future__ import annotations

import re

from diagnostics.intake.roles import AGENT, CHILD, PARENT, PUPIL, TEACHER

CLAUSE = re.compile(
    r"(?:,|;|\s)\s*(?:et|mais|d['’]autre part|ainsi que|puis|aussi|par ailleurs|en plus|de plus|et aussi|sinon|\+|//?|"
    r"alors que)\s+(?:(?:tant qu['’](?:on|nous|j['’])\s?y (?:est|sommes|suis)|au passage|d['’]ailleurs|par ailleurs|"
    r"en plus|de plus|aussi)\s*,?\s+)?(?=\S)|"
    r"\s[-–/]\s(?=\S)|(?P<comma>,\s(?=(?:la|le|les|l['’]|mon|ma|mes|notre|nos|un|une)\b))|(?P<named>,\s(?=(?-i:M\.|Mme|[A-ZÀ-Ý])))|\s\+\s?(?=\S)|;\s(?=\S)",
    re.IGNORECASE,
)
OWN_SUBJECT = re.compile(
    r"^\s*(?:(?:et|mais|aussi|en plus|par ailleurs|puis|sinon|de plus|ainsi que)\s+)*(?:moi\b|j['’e]|je\b|mon\b|ma\b|"
    r"mes\b|notre|"
    r"nos\b|l[ae]s?\b|l['’]|un\b|une\b|des\b|aucun|plus\b|pas\b|impossible|m\.|mme|[A-ZÀ-Ý]|dans\b|sur\b|pour\b|"
    r"s(?:on|a|es)\b|(?:e-?sidoc|pronote|educonnect|ent|edt|siecle|gar|m[ée]diacentre|pix|arena|webdav)\b|"
    r"il (?:me )?(?:faut|faudrait|manque)|comment)",
)
ANOTHER_THING = re.compile(r"[,;\s]*et\s+(?:l[ae]s?\s|l['’]|une?\s|des\s)", re.IGNORECASE)
"""« … et la classe de 5B… »: what fails besides, told with its own subject."""
BACKWARDS = re.compile(
    r"\s*(?:\S+\s+){0,4}(?:ces?|cet|cette|celui|celle|ça|cela|il|elle|ils|elles|y|"
    r"en(?=\s+(?:a|ai|as|ont|avons|avez|est|sont|re[cç]oi\w*|veut|manque)\b))\b",
    re.IGNORECASE,
)
"""Words that point back: the clause goes on with what was said."""
APART_SAID = re.compile(
    r"\W*(?:par contre|par ailleurs|en revanche|d['’]autre part|sinon|rien [àa] voir)\b", re.IGNORECASE
)
"""What parts two matters by itself."""
OPPOSED = re.compile(r"\b(?:mais|alors que)\b", re.IGNORECASE)
"""« je veux exporter mais le socle manque »: one matter."""
PEOPLE_BACK = re.compile(
    rf"\s*(?:les?|la|l['’]|nos|mes|leurs?|des)\s*(?:{PARENT}|{PUPIL}|{TEACHER}|{AGENT}|familles?)\b[^.;,]*"
    r"\b(?:leur|lui)\s+[^\W\d_]+(?:er|ir|re|oir)\b",
    re.IGNORECASE,
)
"""« … et les professeurs ne peuvent pas leur écrire »: others, about those named before."""
SUBJECT = re.compile(
    r"\s*(?:(?:et|enfin|aussi|par ailleurs|ensuite|puis|sinon|de plus|d['’]autre part|également|mais)\s*,?\s+)*"
    r"(?:(?P<own>son|sa)|le|la|l['’]|un|une|notre|mon|ma|cet|cette)\s*(?:(?:nouve(?:l|lle|au)|jeune|petite?|autre)\s+)?"
    rf"(?:(?P<parent>{PARENT})|(?P<eleve>{PUPIL}|{CHILD})|(?P<prof>{TEACHER})|(?P<agent>{AGENT}))\b",
    re.IGNORECASE,
)
"""One person, by what they are for the school, of whom a sentence speaks."""
CONTRASTED = re.compile(r"\s*[^,.;:!?\n]{2,40},\s*(?:lui|elle|eux|elles)\s*,", re.IGNORECASE)
"""« Son fils, lui, … », « Lorenzo, lui, … »: somebody else's case."""
WRITERS_OWN = re.compile(
    rf"\b(?:mes|nos) (?:(?:deux|trois|quatre|\d) )?{CHILD}\b|\bfratrie|\bjum(?:eaux|elles)\b", re.IGNORECASE
)
"""Several children, whom the next sentence names."""
SELF_NAMED = re.compile(
    r"\s*(?:(?:oui|re|bonjour|bonsoir|allo)\W+)*(?:c['’ ]?est|ici|je suis|je m['’ ]appelle|moi c['’ ]?est)\b",
    re.IGNORECASE,
)
IDEM_BUT = re.compile(
    r"\W*(?:et\s+)?(?:idem|pareil|m[êe]me (?:chose|souci|probl[eè]me))\s+(?:pour|chez)\s+[^:\n]{2,50}:"
    r"\s*(?=(?:\S+\s+){2})",
    re.IGNORECASE,
)
CALL_ONLY = re.compile(r"\W*(?:appel|tel|t[ée]l|t[ée]l[ée]phone)\b[^:\n]{0,24}:\s*$", re.IGNORECASE)
"""« Appel 11h30 : »: when somebody called, and not the roll call."""
ALSO = re.compile(r"\b(?:aussi|[ée]galement|de (?:son|leur) c[ôo]t[ée]|quant [àa]|en plus)\b", re.IGNORECASE)
COUNTED = re.compile(
    r"[^:.!?\n]{0,60}\b(?:deux|trois|quatre|cinq|plusieurs|quelques|\d) (?:petite?s? |autres? )?(?:choses|points|"
    r"soucis|probl[eè]mes|pbs?|questions|demandes|sujets|incidents|remarques|trucs)[^:.!?\n]{0,30}:\s*(?=\S)",
    re.IGNORECASE,
)
"""« trois choses : … »: what follows is a list, even without numbers."""
QUOTED = re.compile(r"[«\"“]\s*([^»\"”]{4,80}?)\s*[»\"”]")
APART = re.compile(r"«[^»]*»|\"[^\"]*\"|“[^”]*”|\([^)]*\)")
PRESENTS = re.compile(
    r"\b(?:je suis|c['’ ]?est (?:la|le)|c (?:la|le)|mon fils|ma fille|mes enfants|accueil)", re.IGNORECASE
)

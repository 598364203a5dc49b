"""What writers say of themselves and of theirs, and the categories whose trouble is whose."""

from __future__ import annotations

import re

from diagnostics.model import Profile

NOT = r"(?:n['’]|ne\s|n\s)?\s*"
MINE = (
    r"(?:compte|mot de passe|mdp|identifiant|acc[eè]s|code|cahier|emploi du temps|espace|adresse|mail|t[ée]l\w*|"
    r"num[ée]ro|profil|nom|"
    r"portable|ent\b|pronote|educonnect|appli\w*|dossier|[ée]tat|bloc|bureau|pr[ée]nom|groupe|service)"
)
SELF = re.compile(
    rf"(?:\b(?:je|j|g)\b\s*|\bj['’]\s*){NOT}(?:arrive|peu[xt]|vois|re[cç]oi|ai\b|avais|trouve|retrouve|suis|"
    rf"me\b|m['’]|parvien|connai|"
    r"poss[eè]d|dispose|dois|veu|perdu|oubli|pas|plus|souhait|voudrai|essa|tent|cliqu|clic|ouvr|tombe|saisi|tap|enseign|travaill|compl[eè]te|[ée]cri|"
    r"utilis)|"
    rf"\bjai\b|\bjarr?ive|\bg (?:perdu|oubli|plus?|pas)|\bmon\s+{MINE}|"
    r"\bmes\s+(?:\w+\s+)?(?:classes|groupes|codes|identifiants|acc[eè]s|cours|mails|notifications|messages|s[ée]ances|"
    r"devoirs|notes|donn[ée]es|documents|fichiers)|\bma\s+(?:messagerie|classe|d[ée]l[ée]gation|session|"
    r"bo[iî]te|page|fiche|cl[ée]|"
    r"connexion|rubrique)|\bm['’](?:affiche|indique|est|a|ont|en|y)\b|"
    r"\bme\s+(?:dit|demande|r[ée]pond|refuse|renvoie|connecter|met|rejette|propose|sort)|\bmoi[- ]m[eê]me\b",
    re.IGNORECASE,
)
PARENTS_OWN = re.compile(
    rf"(?:\bje|\bj['’])\s*{NOT}(?:arrive|peux|vois|re[cç]oi|ai (?:pas|plus|oubli|perdu|deux|chang|aucun|"
    rf"re[cç]u)|suis (?!la |le |l['’])|parviens|"
    rf"me\s|essa|tent|retrouve|cliqu|clic|tombe)|"
    rf"\bnous avons (?:perdu|oubli|chang|deux|re[cç]u deux)|\bnous\s+n['’](?:avons|arrivons|voyons|recevons|y)|"
    rf"\bnos\s+(?:codes|identifiants)|\bjai\b|\bg (?:perdu|oubli)|\bmon\s+{MINE}|\bmes\s+(?:codes|identifiants|"
    rf"acc)|\bmoi[- ]m[eê]me|\bme (?:dit|demande|met|renvoie|refuse|r[ée]pond|propose)|\bj['’]utilis|\bg plu\b",
    re.IGNORECASE,
)
"""A parent's own access, even when the child is named (« je ne vois plus les notes de ma fille »)."""
HINDERED = re.compile(
    r"\b(?:je|j)\b\s*(?:n['’]|ne\s|n\s)?\s*(?:arriv|peu[xt]|vois|re[cç]oi|trouve|retrouve|parvien|connai|poss[eè]d|"
    r"dispose)|\bj['’]\s*arrive|\bj(?:e n)?['’]ai (?:pas|plus|aucun|perdu|oubli|toujours pas|encore pas)|"
    rf"\bmon\s+{MINE}|\bmes\s+(?:\w+\s+)?(?:classes|groupes|codes|identifiants|acc[eè]s|cours)|"
    r"\bm['’](?:affiche|indique)|\bme\s+(?:dit|refuse|renvoie|rejette)|\bmoi[- ]m[eê]me\b",
    re.IGNORECASE,
)
"""What writers say of a trouble that is theirs, even beside somebody they name; « j'ai refait l'import » is none."""
HIMSELF = re.compile(r"^\W*(?:(?:elle|lui)[- ]m[eê]me\b|ne\s|n['’])", re.IGNORECASE)
"""Who called speaks of their own trouble."""
NO_MEANS = re.compile(r"\b(?:plus|pas|aucun) moyen d[e'’]|^\W*impossible (?:pour moi )?d[e'’]", re.IGNORECASE)
WE = re.compile(r"\bnous (?:sommes|avons|n['’]|ne|voyons|recevons)|\bnos\b", re.IGNORECASE)
TOGETHER = re.compile(r"\bmoi[- ]m[eê]me|\bet moi\b|\bnous[- ]m[eê]mes", re.IGNORECASE)
NAMELESS_PARENT = re.compile(
    r"(?:\b(?:la|le|sa) |^\W*|[;:,.\n]\s*)(?:maman|m[eè]re|papa|p[eè]re|responsable(?: l[ée]gale?)?|tut(?:eur|rice)) "
    r"(?:d[e'’]|du (?:jeune|petit)|des)|"
    r"\b(?:leur|sa|son) (?:maman|m[eè]re|papa|p[eè]re) (?:non plus|aussi|[ée]galement|n['’ae]|"
    r"(?:a|est|voit|re[cç]oit|dit|demande|souhaite|voudrait)\b)|"
    r"\b(?:et|ni) (?:d[e'’] ?)?(?:sa|son|leur) (?:maman|m[eè]re|papa|p[eè]re)\b(?! (?-i:[A-ZÀ-Ý]))|"
    r"\b(?:leurs|ses|nos) parents (?:ne|n['’]|ont|sont)",
    re.IGNORECASE,
)
"""« la mère de Soline Arnaud »: somebody whom nobody names."""
TIES = {
    "mère": re.compile(r"\b(?:maman|m[eè]re)\b", re.IGNORECASE),
    "père": re.compile(r"\b(?:papa|p[eè]re)\b", re.IGNORECASE),
}
OWN_OF_PARENTS = frozenset({
    "PRN-01", "PRN-07", "PRN-08", "PRN-11", "EDU-02", "EDU-03", "EDU-04", "EDU-05", "EDU-06", "EDU-09", "EDU-10",
    "SIE-01", "SIE-08", "SEC-01", "ANN-01", "ANN-02", "MSG-06",
})  # fmt: skip
"""Categories where the parent spoken of is the one whom the trouble hits."""
EVERYBODYS = frozenset({"POR-07", "EDU-07", "PRN-09", "BLO-02", "HOR-01", "SUP-02", "POR-08"})
"""Troubles that a family writer only reports: they hit all."""
FOSTER = re.compile(
    r"famille d['’]accueil|accueill|assistante? familiale?|foyer|[ée]ducat|tut(?:eur|rice)", re.IGNORECASE
)
OFFSPRING = re.compile(
    r"\b(?:sa|son) (?:maman|m[eè]re|papa|p[eè]re)\b|\b(?:ses|leurs|son|sa|leur) (?:\w+ )?(?:fils|filles?|enfants?)\b",
    re.IGNORECASE,
)
SIBLING = re.compile(
    r"\b(?:fr[eè]res?|s(?:œ|oe)urs?|jum(?:eau|elle)x?s?|cadet(?:te)?|a[iî]n[ée]e?|benjamine?)\W*(?:[^\W\d_]+\W+){0,2}$",
    re.IGNORECASE,
)
SIBLING_OF = re.compile(
    r"\b(?:fr[eè]re|s(?:œ|oe)ur|jum(?:eau|elle)|cadet(?:te)?|a[iî]n[ée]e?) d[e'’]\s*$", re.IGNORECASE
)
APPOSED = re.compile(r"\s*(?:\([^)]{0,12}\))?\s*,\s*(?:l[ae] (?:petite?|grande?) )?")
"""« la sœur de Kenza Aubert, Lina »."""
MY_CHILD = re.compile(r"\b(?:mon fils|ma fille|mon enfant|notre (?:fils|fille|enfant))\b", re.IGNORECASE)
FAMILY_BEFORE = re.compile(
    r"\b(?:enfants|fr[eè]res|s(?:œ|oe)urs|fratrie|famille|jumeaux|jumelles)\s+"
    r"((?-i:[A-ZÀ-Ý][\w'’-]+(?:[ -][A-ZÀ-Ý][\w'’-]+)?))\s*[(:][^.!?\n]*$",
    re.IGNORECASE,
)
SURNAME_FIELDS = frozenset({
    "NOM DE FAMILLE", "FAMILLE", "NOM DU PARENT", "NOM DES PARENTS", "NOM DU RESPONSABLE", "NOM DE L ELEVE",
    "RESPONSABLE", "RESPONSABLE LEGAL", "PARENT", "NOM",
})  # fmt: skip
"""Fields of a form whose surname a child named by a given name bears."""
OF_LEAVERS = frozenset({"ANN-07", "MSG-04"})
"""Categories about who has left: « l'ancien principal » is the one concerned."""
HOMONYMS = re.compile(
    r"homonym|m[êe]mes? (?:noms?|pr[ée]noms?)|confond|confus|m[ée]lang|l['’]un .{0,80}l['’]autre", re.IGNORECASE
)
"""Two persons of one name."""
OWN_RIGHTS = frozenset({"CON-05", "VSC-01", "POR-04", "CDT-06", "CDT-04"})
"""What a writer who says what they are cannot do, in categories that are else everybody's."""
OF_SIBLINGS = frozenset({"SIE-01", "SIE-02", "EDU-04"})
"""Categories where the children named are those of the guardian named."""
MISSPELT = re.compile(
    r"\bpr[ée]nom\b[^.]{0,90}?[«\"“]?\s*\b([A-ZÀ-Ý][\w'’-]+)\s*[»\"”]?\s*au lieu d[e'’]\s*[«\"“]?\s*([A-ZÀ-Ý][\w'’-]+)"
)
PRONOUN = re.compile(
    rf"^\W*(?:(?:et|mais|de plus|en plus|par ailleurs)\W+)?(?:(?:elle|il)\b(?![- ]m[eê]me)|(?:son|sa|ses)\s+{MINE})|"
    r"\b(?:lui|leur)\s+(?:refus|demand|dit\b|affich|indiqu|r[ée]pond|renvoi|propos|manqu|interdi|bloqu)",
    re.IGNORECASE,
)
"""The person named just before goes on being spoken of."""
TWO_OF = re.compile(r"\b(?:deux|2)\s+(?:[ée]l[eè]ves\s+)?$", re.IGNORECASE)
ONE_OF = re.compile(r"\b(?:celle|celui|l['’]une?|l['’]autre)\s+(?:de|en|est en)\s+(?:la\s+)?$", re.IGNORECASE)
KIN = re.compile(
    r"\b(?:mon (?:\w+ )?fils|ma (?:\w+ )?fille|mon enfant|"
    r"mes (?:deux |trois )?(?:enfants|fils|filles)|notre (?:fils|fille|enfant)|"
    r"nos enfants|papa|maman|m[eè]re|p[eè]re)\b",
    re.IGNORECASE,
)
PROCEDURAL = frozenset({
    "PRN-02", "PRN-03", "PRN-04", "PRN-05", "PRN-06", "PRN-09", "PRN-12", "EDU-07", "EDU-10", "EDU-11", "ANN-07",
    "ANN-08", "ANN-13", "ANN-14", "SIE-02", "SIE-05", "SIE-06", "SIE-09", "STS-02", "STS-03", "STS-04", "EDT-01",
    "EDT-02", "EDT-03", "EDT-04", "EDT-05", "EDT-06", "EDT-09", "EDT-10", "EDT-11", "EDT-12", "EDT-13", "AUT-01",
    "AUT-02", "AUT-03", "AUT-06", "GRP-03", "GRP-04", "CDT-02", "MSG-03", "MSG-04", "BLO-01", "BLO-02", "BLO-03",
    "CON-01", "CON-05", "POR-01", "POR-04", "POR-05", "POR-06", "POR-07", "POR-08", "HOR-01", "SUP-02", "VSC-01",
})  # fmt: skip
"""Categories where « je » works on the school's settings or asks how: the writer is not the one concerned."""
OF_FAMILY = frozenset({
    "EDU-02", "EDU-03", "EDU-04", "EDU-06", "EDU-09", "SIE-01", "SIE-02", "SIE-04", "SIE-08", "SEC-01", "ANN-02",
    "PRN-08", "BLO-01", "MSG-06", "EDU-10",
})  # fmt: skip
"""Categories whose trouble is the guardian's own."""
OF_TEACHERS = frozenset({"MSG-05", "CDT-01", "CDT-03", "CDT-06", "POR-02", "POR-03", "STS-01", "BLO-04"})
"""Categories where a teacher who signs speaks of his own work, even without « je »."""
OF_WRITER = frozenset({"SUP-01", "EDU-08", "EDT-07", "CON-03"})
"""Rights that one asks for oneself unless one names somebody else."""
PROFILE_CUES = {
    "eleve": Profile.ELEVE,
    "parent": Profile.PARENT,
    "prof": Profile.ENSEIGNANT,
    "agent": Profile.NON_ENSEIGNANT,
}

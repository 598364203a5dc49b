"""What writers say of themselves and of theirs."""

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
    r"devoirs|notes|donn[ée]es|documents|fichiers|pi[eè]ces)|\bma\s+(?:messagerie|classe|d[ée]l[ée]gation|session|"
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
SPOUSE = re.compile(
    r"\b(?:ma (?:femme|compagne|conjointe|[ée]pouse|belle-m[eè]re)|mon (?:mari|conjoint|compagnon|[ée]poux)|"
    r"mon ex\b[- ]?\w*|ma ex\b[- ]?\w*|l['’]autre parent|(?:son|sa|leur) (?:p[eè]re|m[eè]re|papa|maman))\s*,?\s*"
    r"(?:elle |il |n['’]|ne |a\b|est\b|re[cç]oit|voit|peut|arrive|veut|voudrait|aussi)",
    re.IGNORECASE,
)
"""« Ma femme a deux comptes »: the trouble is that of the other parent, whom nobody names."""
PUPILS = re.compile(
    r"\b(?:les|mes|nos|des|aucun|certains|plusieurs|ses|ces)\s+(?:\w+\s+)?(?:[ée]l[eè]ves?|parents?|familles?)\b",
    re.IGNORECASE,
)
"""« Les élèves de 3A ne peuvent plus… »: not the teacher who writes."""
GIVES_CODES = re.compile(r"\b(?:mdp|mots? de passe|pass|login|id(?:entifiant)?)\s*[:=]", re.IGNORECASE)
"""Who tells codes, beside a trouble about nobody, tells their own."""
NO_MEANS = re.compile(r"\b(?:plus|pas|aucun) moyen d[e'’]|^\W*impossible (?:pour moi )?d[e'’]", re.IGNORECASE)
WE = re.compile(r"\bnous (?:sommes|avons|n['’]|ne|voyons|recevons)|\bnos\b", re.IGNORECASE)
TOGETHER = re.compile(r"\bmoi[- ]m[eê]me|\bet moi\b|\bpas moi\b|\bmoi non\b|\bnous[- ]m[eê]mes", re.IGNORECASE)
NAMELESS_PARENT = re.compile(
    r"(?:\b(?:la|le|sa) |^\W*|[;:,.\n]\s*)(?:maman|m[eè]re|papa|p[eè]re|responsable(?: l[ée]gale?)?|tut(?:eur|rice)) "
    r"(?:d[e'’](?![ée]l[eè]ves? (?:M|Mme)\b)|du (?:jeune|petit)|des)|"
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
SIBLINGS = re.compile(r"fr[eè]re|s(?:œ|oe)ur|jum(?:eau|elle)|cadet|a[iî]n[ée]|benjamin", re.IGNORECASE)
SIBLING_OF = re.compile(
    r"\b(?:fr[eè]re|s(?:œ|oe)ur|jum(?:eau|elle)|cadet(?:te)?|a[iî]n[ée]e?) d[e'’]\s*$", re.IGNORECASE
)
APPOSED = re.compile(r"\s*(?:\([^)]{0,12}\))?\s*,\s*(?:l[ae] (?:petite?|grande?) )?")
"""« la sœur de Kenza Aubert, Lina »."""
MY_CHILD = re.compile(r"\b(?:mon (?:fils|gar[cç]on)|ma fille|mon enfant|notre (?:fils|fille|enfant))\b", re.IGNORECASE)
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
HOMONYMS = re.compile(
    r"homonym|m[êe]mes? (?:noms?|pr[ée]noms?)|confond|confus|m[ée]lang|l['’]un .{0,80}l['’]autre", re.IGNORECASE
)
"""Two persons of one name."""
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
    r"\b(?:mon (?:\w+ )?(?:fils|gar[cç]on|gamin)|ma (?:\w+ )?(?:fille|gamine)|mon enfant|"
    r"mes (?:deux |trois )?(?:enfants|fils|filles)|notre (?:fils|fille|enfant)|"
    r"nos enfants|(?:deux|trois|quatre|\d) (?:\w+ )?(?:enfants|filles|fils|gar[cç]ons)|papa|maman|m[eè]re|p[eè]re)\b",
    re.IGNORECASE,
)
PROFILE_CUES = {
    "eleve": Profile.ELEVE,
    "parent": Profile.PARENT,
    "prof": Profile.ENSEIGNANT,
    "agent": Profile.NON_ENSEIGNANT,
}

"""The words around a name that tell who the person is for the school, and whether they are only mentioned."""

from __future__ import annotations

import re

from diagnostics.model import Profile

SUBJECT = (
    r"(?:maths?|math[ée]matiques|SVT|EPS|HG|histoire(?:[- ]g[ée]o\w*)?|g[ée]o\w*|anglais|espagnol|allemand|"
    r"italien|portugais|arabe|chinois|lettres"
    r"(?: modernes| classiques)?|fran[çc]ais|physique(?:[- ]chimie)?|chimie|PC|SPC|techno(?:logie)?|musique|"
    r"[ée]ducation musicale|arts? plas\w*|arts|"
    r"SES|NSI|SNT|philo(?:sophie)?|latin|grec|FLE|UPE2A|SEGPA|ULIS|EMC|STI2D|SII|[ée]co[- ]gestion|[ée]conomie|"
    r"gestion|biologie|PSE|doc(?:umentaliste)?|EPI|LVB|LVA)"
)
WITH_PUPILS = r"(?:UPE2A|SEGPA|ULIS|FLE)\b"
"""What is said of a pupil as of a teacher: « Léa (ULIS) »."""
PUPIL = r"(?:[ée]l[eè]ves?|lyc[ée]en(?:ne)?s?|coll[ée]gien(?:ne)?s?|camarades?|[ée]tudiante?s?|apprentie?s?)"
CHILD = (
    r"(?:fils|filles?|enfants?|gar[çc]ons?|petite?|fr[eè]res?|s(?:œ|oe)urs?|jumeaux|jumelles?|a[iî]n[ée]e?|"
    r"cadet(?:te)?|"
    r"gamine?)"
)
PARENT = (
    r"(?:parents?|m[eè]res?|p[eè]res?|mamans?|mama|papas?|responsables?(?: l[ée]gal(?:e|es|aux)?)?|"
    r"repr[ée]sentante?s? l[ée]gal\w*|tut(?:eur|rice)s?|beau-p[eè]re|belle-m[eè]re|grand-m[eè]re|grand-p[eè]re|"
    r"assistante? familiale?)"
)
TEACHER = (
    r"(?:prof(?:esseur)?(?:e|s|es)?|enseignante?s?|coll[eè]gues?|TZR|contractuel(?:le)?s?|rempla[çc]ante?s?|"
    r"suppl[ée]ante?s?|certifi[ée]e?s?|agr[ée]g[ée]e?s?|"
    r"documentalistes?|prof doc|professeure? documentaliste|titulaire|PLP|stagiaire)"
)
AGENT = (
    r"(?:CPE|AED|AESH|AVS|ASSED|CUI|ATSEM|PsyEN|Psy-EN|infirmi[eè]r(?:e)?|secr[ée]taires?|gestionnaire|"
    r"adjointe? gestionnaire|intendante?|surveillante?s?|agent[e]?(?: comptable| d'accueil| d['’]entretien)?|"
    r"principale?s?(?: adjointe?)?|proviseure?s?(?:[- ]adjointe?)?|chef(?:fe)? d['’][ée]tablissement|"
    r"directeur(?: adjoint)?|directrice(?: adjointe)?|DDFPT|assistante? sociale?|AS|m[ée]decin(?: scolaire)?|"
    r"technicien(?:ne)?|assistante? d['’][ée]ducation|accompagnante?s?|personnels?|fondée? de pouvoir|"
    r"apprentie? AED|service civique|EVS)"
)
OUTSIDER = (
    r"(?:intervenante?s?|invit[ée]e?s?|b[ée]n[ée]vole|partenaire|animat(?:eur|rice)|formateur|formatrice|"
    r"[ée]ducat(?:eur|rice)|tuteur de stage|ma[iî]tre de stage)"
)
KIN = r"(?:\s*(?:,|:|\(|est|s['’]appelle|et|,?\s*(?:l['’]|la|le)\s*)\s*|\s+)*"
SUBJECTS_AFTER = rf"(?:\s+(?:de\s+|d['’]|en\s+)?\(?{SUBJECT}\)?)?"

BEFORE: tuple[tuple[Profile, re.Pattern[str]], ...] = tuple(
    (profile, re.compile(pattern + r"\s*$", re.IGNORECASE))
    for profile, pattern in (
        (
            Profile.ELEVE,
            rf"\b(?:{PARENT}|famille d['’]accueil|[ée]ducat(?:eur|rice)s?(?: r[ée]f[ée]rente?)?|foyer)\s*"
            rf"(?:d[e'’]|du|des)\s*(?:l['’][ée]l[eè]ve\s*|(?:deux|trois)?\s*{CHILD}\s*)?",
        ),
        (
            Profile.ELEVE,
            rf"\b(?:mon|ma|mes|son|sa|ses|nos|notre|leur|leurs|un|une|le|la|les|l['’]|d['’]|"
            rf"aux?)\s*(?:\w+\s+){{0,2}}{CHILD}{KIN}",
        ),
        (
            Profile.ELEVE,
            rf"\b{PUPIL}{SUBJECTS_AFTER}\s*(?:(?:de|en|d['’])\s*(?:la )?[3-6]\S*\s*)?[,:(«–-]?\s*(?:nomm[ée]e?s?\s*)?",
        ),
        (Profile.ELEVE, rf"\b{PUPIL}(?:\s+\w+){{0,2}}\s*[(:,]\s*"),
        (Profile.ELEVE, r"\b(?:AESH|AVS|accompagn(?:e|ante?)|suit|accueille)\s*(?:de|d['’])?"),
        (Profile.ELEVE, r"\b(?:un certain|une certaine|le petit|la petite|le jeune|la jeune)"),
        (Profile.ELEVE, r"\b(?:devoirs|notes|absences|bulletins?|scolarit[ée]) (?:de|d['’])"),
        (
            Profile.PARENT,
            rf"\b{PARENT}\s*(?:de (?:mes|ses|nos|leurs|mon|ma|son|sa|cet|cette|l['’])\s*\w+\s*)?[,:(]?\s*(?:M\.|"
            rf"Mme|Mr|Monsieur|Madame)?",
        ),
        (Profile.NON_ENSEIGNANT, rf"\b{AGENT}\s*[,:(]?\s*(?:M\.|Mme|Mr|Monsieur|Madame)?"),
        (Profile.ENSEIGNANT, rf"\b{TEACHER}{SUBJECTS_AFTER}\s*[,:(]?\s*(?:M\.|Mme|Mr|Monsieur|Madame)?"),
        (Profile.AUTRE, rf"\b{OUTSIDER}\s*[,:(]?\s*(?:M\.|Mme|Mr|Monsieur|Madame)?"),
    )
)
AFTER_GLUE = (
    r"^\s*[,(:–-]?\s*(?:(?:est|qui est|c['’]est|notre|nos|la|le|l['’]|un|une|mon|ma|nouvel(?:le)?s?|nouveaux?|"
    r"ancien(?:ne)?s?|tous|toutes|les|deux|en tant que|comme)\s*)*"
)
AFTER: tuple[tuple[Profile, re.Pattern[str]], ...] = tuple(
    (profile, re.compile(AFTER_GLUE + pattern, re.IGNORECASE))
    for profile, pattern in (
        (Profile.PARENT, rf"{PARENT}\b"),
        (Profile.NON_ENSEIGNANT, rf"{AGENT}\b"),
        (Profile.ENSEIGNANT, rf"(?:{TEACHER}|(?!{WITH_PUPILS}){SUBJECT})\b"),
        (Profile.ELEVE, rf"{PUPIL}\b"),
        (Profile.AUTRE, rf"{OUTSIDER}\b"),
    )
)
FUNCTION = re.compile(
    rf"\b({AGENT}|TZR|documentaliste|contractuel(?:le)?|stagiaire|assistante? familiale?|"
    rf"r[ée]f[ée]rente?(?: num[ée]rique| ENT)?)\b",
    re.IGNORECASE,
)

ASIDE_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (why, re.compile(pattern + r"\s*(?:(?:M|Mr|Mme|Mlle|MM)\.?|[Mm]onsieur|[Mm]adame)?\s*$", re.IGNORECASE))
    for why, pattern in (
        (
            "prédécesseur",
            r"\b(?:(?:utilisat\w+|d[ée]clar[ée]e?|habilit[ée]e?|r[ée]f[ée]rente?|titulaire|responsable) "
            r"(?:\w+ )?[ée]tait|"
            r"rempla[cç](?:e|ait|ante? (?:de|d['’])|é)|en remplacement (?:de|d['’])|succ[eè]de [àa]|"
            r"successeure? de|[àa] la place (?:de|d['’])|suppl[ée](?:ante?|ance) (?:de|d['’])|"
            r"au d[ée]part (?:de|d['’])|depuis le d[ée]part (?:de|d['’])|pr[ée]d[ée]cesseure?,?|"
            r"ancien(?:ne)? (?:r[ée]f[ée]rente?|principale?|proviseure?|adjointe?|"
            r"administrat\w+)(?: num[ée]rique| ENT)?,?|"
            r"la suite (?:de|d['’])|absence (?:de|d['’])|cong[ée]\w* (?:de|d['’]))",
        ),
        ("cité", r"\b(?:classes?|celles?|ceux|cours) (?:de|d['’])"),
        (
            "autre nom",
            r"(?:\b(?:et non(?: plus| pas)?|devenue?|n[ée]e|(?<!mon )(?<!son )[ée]pouse|"
            r"anciennement|sous le nom (?:de|d['’])|"
            r"nom (?:d['’][ée]pouse|de (?:jeune fille|naissance|mariage)|marital)[ ,:]*|"
            r"appara[iî]t sous|"
            r"(?:est|sont|[ée]t[ée]) (?:mal )?(?:[ée]crite?s?|orthographi[ée]e?s?|"
            r"not[ée]e?s?|enregistr[ée]e?s?)(?: sous)?))",
        ),
        (
            "relais",
            r"\b(?:par|selon|d['’]apr[eè]s|vu avec|avec l['’]aide (?:de|d['’])|demand[ée]e? (?:[àa]|par)|"
            r"contact[ée]r?e?s? (?:par)?|transmis(?:e|es)? (?:[àa]|par)|de la part (?:de|d['’])|"
            r"[àa] la demande (?:de|d['’])|merci (?:[àa]|de r[ée]pondre [àa]|de rappeler|de contacter)|en copie|"
            r"cc|appel (?:de|d['’])|tel(?: de)?|sign[ée]|sous couvert (?:de|d['’])|rappeler|contacter|joindre|"
            r"(?:en ai )?parl[ée]e? [àa]|copie (?:[àa]|de)|(?:signal|indiqu|confirm)[ée]e? (?:[àa]|par)|"
            r"message (?:de|d['’])|mail (?:de|d['’])|demande (?:de|d['’])|j['’]ai appel[ée]|vu|cf\.?|"
            r"(?:discussion|[ée]change|[ée]chang[ée]|entretien|rdv|rendez-vous|t[ée]l[ée]phone|contact|lien|accord|"
            r"parl[ée]|convenu|"
            r"collaboration|r[ée]union|point|vu|voir|fait|travaille) avec"
            r"(?: (?:le|la|l['’]|notre|mon|ma) ?[\w' -]{3,30},)?|"
            r"(?:c['’ ]?est (?:encore )?(?:moi|nous)|c['’ ]?est encore|ici)\s*,?|"
            r"dit [àa]|bonjour|salut|cher|ch[eè]re|merci|dixit|l['’]attention (?:de|d['’]))",
        ),
    )
)
SPEAKS = re.compile(
    r"^\s*(?:\([^)]{0,40}\))?\s*,?\s*(?:(?:le|la|l['’]|notre|CPE|AED|PP|PsyEN|DDFPT)\b\s*[\w' -]{0,30},)?\s*"
    r"(?:m['’]a|nous a|me|nous|"
    r"m['’]|a|vient de (?:me|nous))?\s*"
    r"(?:dit|dire|signal\w+|inform\w+|indiqu\w+|pr[ée]cis\w+|transmi\w+|envoy\w+|appel[ée]\w*|contact\w+|"
    r"expliqu\w+|r[ée]pond\w*|valid\w+|confirm\w+|demand\w+ (?:si|que|qu['’]|de v[ée]rif|pourquoi|comment))"
)
SPARED = re.compile(
    r"^(?:\s*,[^,.;]{2,25},|[^.;,]{0,30}?\b)\s*(?:tout va bien|n['’](?:a|ont) "
    r"(?:aucun|pas de|pas ce|eux aucun) (?:souci|probl[eè]me)|"
    r"y (?:arrive|acc[eè]de)(?:nt)?\b|"
    r"(?<!ne )(?:fonctionne|marche)nt? (?:bien|tr[eè]s|normalement)|est bon\b|n['’]est pas concern|"
    r"l['’](?:a|ont) bien\b|les (?:a|ont) bien\b|"
    r"(?:est|sont|appara[iî]t|appara[iî]ssent|figurent?) bien [^.;]{2,40}\bmais (?:pas )?(?:sa|son|ses|l['’]autre)\b)",
    re.IGNORECASE,
)
"""What follows somebody whom the trouble spares."""
LEFT = re.compile(
    r"^\s*,?\s*(?:a (?:chang[ée] d['’ ]|quitt[ée]|[ée]t[ée] mut[ée]e?)|est (?:partie?|mut[ée]e?)|nous a quitt[ée]|"
    r"part (?:à|en)|quitt(?:e|era))"
    r"[^\n]{0,160}?\b(?:[àa] sa place|le remplace|la remplace|s(?:on|a) rempla[cç]|son successeu)",
    re.IGNORECASE,
)
"""Who has left, when somebody stands in their place."""
ACTED = re.compile(
    r"^\s*,?\s*(?:[\w' -]{3,34},)?\s*(?:a|ont|vient de|avait)\s+(?:bien |d[ée]j[àa] |pourtant |tout )?"
    r"(?:corrig|re?fait|r[ée]?import|r[ée]?export|relanc|v[ée]rifi|valid|saisi|d[ée]clar|annul|coch|d[ée]coch|trait[ée]|"
    r"rempli|complét|mis à jour|transmis|contrôl|ouvert un|param[ée]tr)"
)
"""What somebody of the staff did before the trouble was seen."""
WISHES = re.compile(
    r"^\s*,?\s*(?:[\w' -]{3,34},)?\s*(?:souhait\w+|veut|voudrait|demand\w+|aimerait|exige|refuse)\s+qu[e'’]"
)
OPENS_NOTE = re.compile(
    rf"^\s*\((?:[^)]*\b)?(?:vie sco\w*|secr\w*|direction|{AGENT}|r[ée]f[ée]rente?)\b[^)]*\)\s*:", re.IGNORECASE
)
"""« Amandine (vie sco) : … »: who writes down the note."""
GAVE = re.compile(
    r"^\s*,[^,.]{3,40},\s*(?:nous |me )?(?:l['’]|m['’]|nous |vous )(?:a|avait)\s+(?:\w+\s+)?(?:donn|accord|"
    r"confi|valid|transmi|demand|dit)",
    re.IGNORECASE,
)
"""« Mme X, principale, l'a pourtant donnée »: who granted or passed on is not concerned."""
OF_THEMSELVES = re.compile(
    r"^.{0,80}?\b(?:qu['’](?:il|elle|ils|elles)|ne pas\b|ne plus\b|avoir (?:perdu|oubli|deux)|son (?:compte|mot|"
    r"acc[eè]s|identifiant)|sa connexion|ses (?:\w+ )?(?:codes|identifiants|classes|[ée]l[eè]ves|"
    r"groupes|T?[1-6T]\w{0,3}\b)|leurs? )",
    re.IGNORECASE,
)

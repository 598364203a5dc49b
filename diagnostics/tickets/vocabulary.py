"""The words by which a message shows its troubles, its persons and its documents: patterns for ``reading``."""

from __future__ import annotations

import re


def any_of(*patterns: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(patterns), flags)


QUOTED_MAIL = any_of(
    r"^\s*>",
    r"^\s*(?:le|on)\b.{5,80}\b(?:a écrit|wrote)\s*:?\s*$",
    r"^-{2,}\s*(?:message|original)",
    r"^\s*de\s*:.{3,80}@.{3,}$",
)
GREETING = any_of(
    r"^\s*(?:re[- ])?(?:bonjour|bonsoir|salut|slt|hello|coucou|madame|monsieur|chers?|chère|urgent|bjr|rebonjour)\b"
    r"[^.!?:]{0,50}[,!.:]*\s*$",
)
CLOSING = any_of(
    r"^\s*(?:bien |très |avec mes )?(?:cordialement|cdt|cdlt|respectueusement|sincèrement|amicalement)",
    r"^\s*(?:salutations|bien à vous|veuillez agréer|dans l['’]attente)",
    r"^\s*(?:par avance |d['’]avance |en vous remerciant|un grand )?merci\b(?! de\b)(?!.*\?)",
    r"^\s*(?:bonne (?:journée|soirée|réception|fin)|a\+|à bientôt|bises?\b)",
)
END = any_of(r"(?<=[.!?…])[ \t]+", r"\n+", r"\s-{3,}\s")
"""Where a sentence or a line ends."""
ABBREVIATION = any_of(
    r"\b(?:M|Mr|Mme|Mlle|St|Ste|etc|cf|tel|tél|ex|env|ens|resp|[A-Z])\.$",
    flags=0,
)
BULLET = any_of(r"^\s*(?:[-*•–]\s+|(?:\d{1,2}|[a-h])\s*[).°/-]\s+|\+\s+)(?=\S)")
RULE_LINE = any_of(r"\s-{3,}\s", r"^-{3,}\s", flags=re.MULTILINE)
FORM_LABEL = any_of(
    r"^\s*(?:action à faire|objet|sujet|description|demande|titre|établissement|pièces? jointes?)\b",
)
FORM_HEAD = any_of(r"^\s*(?:description|objet|sujet|demande|titre)\s*[:\t]\s*", flags=re.IGNORECASE | re.MULTILINE)
LINK = any_of(
    r"^\s*(?:par ailleurs|(?:une )?autre (?:chose|point|souci|problème|sujet|question)|rien à voir|au passage|en plus)",
    r"^\s*(?:sinon|de plus|d['’]autre part|également|aussi|en outre|deuxième|second|ensuite|enfin|p\.?s\.?\b|et\b)",
    r"^\s*(?:le|la) (?:second|deuxième|troisième|2e|3e)e?\b\s*[:,]",
    r"^\s*(?:même fichier|tant que j['’]y suis|j['’]en profite|pendant que|dernière chose|dernier point|encore)",
)
"""Words that open another incident when a trouble follows."""
FORWARDED = any_of(
    r"^-{2,}.{0,5}(?:message (?:d['’]origine|transféré|original)|forwarded)",
    r"^début du message (?:transféré|réexpédié)",
)
MAIL_HEADER = any_of(r"^\s*>?\s*(?:de|à|cc|date|envoyé|objet|from|to|sent|subject|répondre à)\s*:")
ANNOUNCED_COUNT = any_of(
    r"\b(?P<count>deux|trois|quatre|cinq|six|[2-6])\s+(?:petits?\s+|autres\s+|gros\s+)?"
    r"(?:problèmes?|pbs?|soucis?|points?|choses|demandes|questions|trucs|incidents|anomalies|signalements)\b",
)
COUNTS = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
PROCEDURE = any_of(
    r"\b(?:comment|peut-on|est-il possible|serait-il possible|faut-il|où (?:se trouve|trouver)|question\s*:)"
)
"""A question on how to do something: nobody is in trouble."""
SYMPTOM = any_of(
    r"\b(?:n['’e ]|ne\b).{0,60}?\b(?:pas|plus|rien|jamais|ni|aucun)\b",
    r"\bn['’e].{0,30}\bque\b",
    r"\b(?:pas|tjs pas|toujours pas) (?:de|d['’]|accès|autoris)",
    r"\b(?:pas|plus|peu|marche|arrive) (?:moyen|rien|pas)\b",
    r"\bplus (?:de|d['’]|rien|aucun)",
    r"\bimpossib|\baucun|\babsent|\brefus|\bbloqu|\berreur|\bvides?\b|\bdispar|\bperdu|\boubli|\brejet|\b[ée]cras",
    r"\binconnu|\baffiche|\ben attente|\bindisponib|\binaccessib|\bmanqu|\bfaute\b|\bdouble|\bdoublon|\bquota",
    r"\bpanne|\bs['’]éteint|\bnon reconnu|\bintempest|\bplant[eé]|\blenteur|\blent\b|\bcarrés|\bne tient|\bau lieu",
    r"\bà la place|\bexpir|\bs['’]arrête|\bsort(?:ent)? avec|\bcomment\b|\bserait-il possible|\bfaut-il",
    r"\bque (?:dois|devons)",
    r"\bincorrect|\bmauvais|\bfaux\b|\bfausse|\bdeux comptes|\bproblème|\bpb\b|\bsouci|\béchou|\béchec",
    r"\bcoup[ée]|\bboucle",
    r": (?:dans|en|sur) l['’]ent il",
)
FINE = any_of(
    r"\b(?:tout va bien|fonctionne(?:nt)?(?! pas| plus| mal)|sans (?:problème|souci)|est bon|résolu|tout est ok)\b",
)
PLATFORM = frozenset({"l'ENT", "l'annuaire de l'ENT"})
"""Services named in nearly every message: they do not tell two incidents apart."""

UPSTREAM = frozenset({"EDT", "un import", "STS-Web", "SIECLE"})
"""Services that a message names further on as the cause of the trouble it told."""

_SERVICES: tuple[tuple[str, str, str, str], ...] = (
    (
        "un compte rejeté",
        "peut-être une escalade vers Kosmos",
        "le fichier csv des comptes rejetés, qui donne le motif de rejet",
        r"\brejets? d['’e ]\w* ?compte|compte\w* .{0,60}rejet|rejet de\b",
    ),
    (
        "un compte disparu ou écrasé",
        "a priori la DSI académique",
        "une copie d'écran du message qui le dit",
        r"\b[ée]cras|\bdisparu de l['’]annuaire|plus dans l['’]annuaire",
    ),
    (
        "un import",
        "le référent ENT, puis Kosmos",
        "le bilan d'import et le fichier xml",
        r"\bimport(?!ant)\w*|\bbilan|\bséances|\bwebdav",
    ),
    ("Pronote", "probablement Index Éducation", "une copie d'écran du message de Pronote", r"\bpronot"),
    (
        "EduConnect",
        "l'établissement, puis la DSI académique",
        "une copie d'écran du message et l'état du compte EduConnect",
        r"\bedu ?con+ect|\bdelegce",
    ),
    (
        "le compte académique",
        "la DSI académique",
        "une copie d'écran du refus",
        r"\barena\b|\botp\b|mails? acad|compte acad|messagerie acad",
    ),
    (
        "SIECLE",
        "l'établissement, puis la DSI académique",
        "une copie d'écran de la fiche SIECLE",
        r"\bsi[eè]cle|\bnetsynchro|\bresponsable légal|autorité parentale",
    ),
    ("STS-Web", "l'établissement, puis la DSI académique", "une copie d'écran de STS-Web", r"\bsts\b|\bsts-?web"),
    ("EDT", "l'établissement, puis Index Éducation", "une copie d'écran d'EDT", r"\bedt\b|emploi du temps"),
    ("le support", "Kosmos", "le formulaire d'habilitation", r"allo skolengo|ouvrir (?:de |un )?ticket"),
    (
        "le médiacentre ou le GAR",
        "le responsable d'affectation, puis le support du GAR",
        "une copie d'écran de la console",
        r"\bgar\b|m[ée]diacentre|e-?sidoc|\bbcdi",
    ),
    (
        "la messagerie de l'ENT",
        "le référent ENT, puis Kosmos",
        "une copie d'écran du message et la taille du fichier",
        r"messagerie|assistant dest|destinataire",
    ),
    ("le cahier de textes", "le référent ENT, puis Kosmos", "une copie d'écran de la page", r"cahiers? de textes?"),
    (
        "le portail de l'ENT",
        "le référent ENT, puis Kosmos",
        "une copie d'écran de la page",
        r"rubrique|article|\bquota|publier|réservation|formulaire",
    ),
    (
        "le matériel",
        "un autre service",
        "une copie d'écran ou une photo",
        r"vid[ée]oproj|imprimante|\bwifi|tablette|\bposte\b|\bréseau\b|\bcantine",
    ),
    (
        "l'annuaire de l'ENT",
        "l'établissement, puis la DSI académique",
        "une copie d'écran de la recherche dans l'annuaire",
        r"annuaire|\bcomptes?\b|\bident|mot de passe|\bmdp\b|se connect",
    ),
    ("l'ENT", "le référent ENT, puis Kosmos", "une copie d'écran", r"\bent\b|skolengo|module|accès"),
)
SERVICES = tuple((label, support, document, any_of(words)) for label, support, document, words in _SERVICES)
"""(service, who probably handles it, document that allows the diagnosis, words); the first that fits is
the most telling (routing of the worked example: 003:137-139; documents: 003:159-160)."""

NAME = r"(?:[A-ZÀ-ÖØ-ÝŁŚŻČŠŽ][a-zà-öø-ÿłśżčšžœæ]+|[A-ZÀ-ÖØ-ÝŁŚŻČŠŽŒÆ]{2,})"
FULL = rf"{NAME}(?:['’-]{NAME})*"
PARTICLE = r"(?:[Dd]e|[Dd]u|[Dd]es|[Ll]e|[Ll]a|[Vv]an|[Vv]on|[Bb]en|[Ee]l|[Aa]l|d['’])"
RUN = re.compile(rf"(?<![\w'’-]){FULL}(?:[ \t]+(?:{PARTICLE}[ \t]+){{0,2}}{FULL}){{1,3}}(?![\w])")
CIVIL = re.compile(
    r"\b(M\.|Mr\.?|Mme|Mlle|Monsieur|Madame|[Pp]arents|[Ff]amille)[ \t]+"
    rf"((?:[A-Z]\.[ \t]*)?{FULL}(?:[ \t]+(?:{PARTICLE}[ \t]+)?{FULL}){{0,2}})"
)
INITIAL = re.compile(rf"(?<![\w.])(?:{FULL}[ \t]+[A-Z]\.(?!\w)|[A-Z]\.[ \t]*{FULL})")
TOLD_SELF = re.compile(
    r"\b(?:je suis|c['’ ]est|\bc|moi c['’]est|je m['’]appelle|ici)\s+([a-zà-ÿ]{3,})\s+([a-zà-ÿ]{3,})\b"
)
GIVEN_AND_CLASS = re.compile(rf"\b({FULL})[ \t]+(?:(?:est )?en |[(])?([1-6](?:e|è|eme|ème|ème )?[ ]?[A-Z0-9]{{1,2}}\b)")
CLASS = any_of(
    r"\b[3-6](?:e|è|eme|ème)?\s?[A-Z](?:\d)?\b",
    r"\b[3-6]e\d{1,2}\b|\b[3-6]0\d\b",
    r"\b2(?:nde|de|GT)\w*|\b1(?:re|ère|STMG|G|STI)\w*|\bT(?:le|erm|STMG|G)\w*",
    r"\b[3-6](?:e|è|eme|ème)\b|\bterminale|\bseconde\b",
    flags=0,
)
PROFILE_WORDS = any_of(
    r"\b[ée]l[eè]ves?\b|\bparents?\b|\bresponsables?\b|\bm[eè]res?\b|\bp[eè]res?\b|\bmaman|\bpapa\b|\bfils\b|\bfille\b",
    r"\benfants?\b|\bfamilles?\b|\bprof|\benseignant|\bcollègue|\bdocumentaliste|\bTZR\b|\bCPE\b|\bAED\b|\bAESH\b",
    r"\bgestionnaire|\bprincipal|\bprovis|\badjoint|\bsecrét|\bréférent|\binfirm|\bpsy|\bintervenant|\btuteur",
    r"\bstagiaire|\bcontractuel|\bremplaçant|\bremplace|\bnommée?\b|\barrivée?s? |\bagent\b|\bassistante? \w+",
    r"\b(?:maths?|anglais|français|SVT|EPS|HG|lettres|espagnol|allemand|physique|histoire|technologie|musique|arts)\b",
)
UNNAMED = re.compile(
    r"(?<!\bpour )\b(?i:des|un|une|certains?|certaines?|plusieurs|quelques|deux|trois|quatre|cinq|\d+)\s+"
    r"(?:de (?:nos|mes)\s+)?"
    r"(?:parents?|élèves?|familles?|profs?|professeurs?|enseignants?|collègues?|responsables?|personnes|comptes)\b"
    rf"(?!\s+(?:{FULL}|\())(?!\s+enseignant\s+{FULL})",
)
"""« des parents », « un élève »: persons spoken of without a name."""
GROUP = any_of(
    r"\b(?:tous?|toutes?|chaque|aucun|ensemble|tout le monde)\b|\bgroupes? de\b|\btoute? (?:le|la|l['’])",
    r"\bles (?:parents|élèves|profs|professeurs|enseignants|classes|groupes|familles)\b",
    r"\bles (?:6e|5e|4e|3e|secondes?|premières|terminales)\b",
    r"\bnos (?:classes|utilisateurs|élèves|groupes|parents)\b",
)
SIGNATURE = re.compile(rf"\s*(?:(?:M\.|Mme|Mlle|Mr)\s+)?(?:[A-Z]\.\s*)?{FULL}(?:\s+[A-Z]|\s*[,(]|\s*$)")
NOT_CONCERNED = any_of(
    r"\b(?:remplace|succède à|successeur de|à la place de|un certain|une certaine|prédécesseur)\s*$",
)
SCHOOL_BEFORE = any_of(r"\b(?:collège|lycée|école|LP|LPO|cité scolaire|rue|avenue|établissement)\s*:?\s*$")
_NOT_NAMES = """
ENT EDT PRONOTE SIECLE STS WEB EDUCONNECT ARENA KOSMOS SKOLENGO INDEX EDUCATION GAR OTP AED CPE AESH TZR HG EPS SVT NSI
SES URGENT BONJOUR BONSOIR MERCI CORDIALEMENT SALUT HELLO OBJET DESCRIPTION ACTION TITRE DIRECTION ALLO PJ VS DSI DRANE
DANE CSV XML PDF ID IDS CAS SSO BCDI DELEGCE NETSYNCHRO LIEN SMS MEL RNE UAI SPR FLE ULIS SEGPA UPE JE IL ELLE ON NOUS
VOUS ILS ELLES LE LA LES UN UNE DES CE CET CETTE MON MA MES TON SON SA SES NOTRE NOS VOTRE VOS LEUR DANS DEPUIS POUR PAR
AVEC SANS SUR QUE QUI QUOI COMMENT QUAND MAIS OU ET DONC OR NI CAR SI AUSSI PUIS APRES IMPOSSIBLE PROBLEME IMPORT EXPORT
FICHIER PAGE COMPTE COMPTES ELEVE ELEVES PARENT PARENTS CLASSE GROUPE GROUPES RESPONSABLE PROF PROFESSEUR ENSEIGNANT
MADAME MONSIEUR MME MLLE MR PRINCIPAL PROVISEUR REFERENT VIE SCOLAIRE ESPACE RUBRIQUE GENERATION SECRETARIAT APPEL SUITE
POUVEZ PEUT QUESTION POINT FAUT BULLETINS TOUSSAINT NOEL ENVOYE CAPTURE COPIE PIECES JOINTES LUNDI MARDI MERCREDI JEUDI
VENDREDI SAMEDI DIMANCHE JANVIER FEVRIER MARS AVRIL MAI JUIN JUILLET AOUT SEPTEMBRE OCTOBRE NOVEMBRE DECEMBRE BAD
GATEWAY HTTP ERROR SERVICE UNAVAILABLE INTERNET RIEN AUTRE CHOSE LORS NON OUI ICI VOICI ACCUEILLE COLLEGE LYCEE
ETABLISSEMENT SERVEUR CLIENT ORIENTATION NE PAS DOCUMENTALISTE AUCUN TOUS TOUT TOUTES CHAQUE ANCIEN ANCIENNE NOUVEAU
NOUVELLE TECHNOLOGIE ACADEMIE SERAIT DOIS RE FIREFOX CHROME EDGE WINDOWS ANDROID IPHONE GOOGLE OUTLOOK THUNDERBIRD QUEL
QUELLE MEME PREMIER DEUXIEME IMPRIMANTE SALLE CAHIER TEXTES MESSAGERIE ENFANT FRANCE FRANCECONNECT PASSE MOT
ANNUAIRE AAF STATUT MOTIF REJET PROFIL CODE SOURCE NUMERO CLE JOINTURE ORIGINE
"""
NOT_NAMES = frozenset(_NOT_NAMES.split())
"""Capitalised words that are no name, folded."""
ANNOUNCED = any_of(
    r"\bci-?joint|\ben (?:pièces? jointes?|pj)\b|\bpj\s*:|\bpièces? jointes?\s*:|\b(?:est|sont) joint|\bjointe?s? à ce",
    r"\bje (?:vous )?joins|\bnous (?:vous )?joignons",
    r"\bje vous (?:envoie|transmets) (?:la|une|le|les) (?:capture|copie)",
    r"\b(?:copie|capture|fichier|écran|csv|bilan|document)s?\b[^.\n]{0,40}\bjoint",
)
"""A document said to come with the text."""

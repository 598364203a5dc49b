"""The nouns of the domain, immutable, shared by every room.

Data flows one way: ``Export`` → ``Record`` → ``Link`` → ``Identity`` → ``Finding`` → ``Incident`` → ``Route`` →
``Ticket``.
Strings are cleaned (``safety.clean``) before they enter a model object; "" means "not stated". Dates are ISO text
(``YYYY-MM-DD``), because exports state partial and impossible dates and evidence must quote what was read.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence

import msgspec


class Kind(enum.StrEnum):
    """What a file is, recognised by its content (formats.md §0.2)."""

    SIECLE_ELEVES = "siecle_eleves"
    SIECLE_RESPONSABLES = "siecle_responsables"
    SIECLE_STRUCTURES = "siecle_structures"
    SIECLE_NOMENCLATURE = "siecle_nomenclature"
    SIECLE_COMMUNS = "siecle_communs"
    SIECLE_GEOGRAPHIQUE = "siecle_geographique"
    SIECLE_ETABLISSEMENTS = "siecle_etablissements"
    SIECLE_CSV = "siecle_csv"
    STS_EMP = "sts_emp"
    EMP_STS = "emp_sts"
    EDT_CLAIR = "edt_clair"
    EDT_CHIFFRE = "edt_chiffre"
    EDT_COURS = "edt_cours"
    IDPN = "idpn"
    ENT_IDENTIFIANTS = "ent_identifiants"
    ENT_ANNUAIRE = "ent_annuaire"
    ENT_REJETS = "ent_rejets"
    ENT_BILANS = "ent_bilans"
    ENT_BILAN_PRELIMINAIRE = "ent_bilan_preliminaire"
    ENT_RAPPROCHEMENTS = "ent_rapprochements"
    EDUCONNECT_ELEVES = "educonnect_eleves"
    EDUCONNECT_RESPONSABLES = "educonnect_responsables"
    PRONOTE_LISTE = "pronote_liste"
    AAF = "aaf"
    GAR = "gar"
    IMPORT_ELEVES = "import_eleves"
    LSU = "lsu"
    UDT = "udt"
    EDIFICE = "edifice"
    ITOP = "itop"
    ATOS = "atos"
    MESSAGE = "message"
    TABLEAU = "tableau"
    """A table of persons whose columns were understood but whose software was not named."""


KIND_LABELS: Mapping[Kind, str] = {
    Kind.SIECLE_ELEVES: "SIECLE élèves",
    Kind.SIECLE_RESPONSABLES: "SIECLE responsables",
    Kind.SIECLE_STRUCTURES: "SIECLE structures",
    Kind.SIECLE_NOMENCLATURE: "SIECLE nomenclature",
    Kind.SIECLE_COMMUNS: "SIECLE exports communs",
    Kind.SIECLE_GEOGRAPHIQUE: "SIECLE géographique",
    Kind.SIECLE_ETABLISSEMENTS: "SIECLE établissements",
    Kind.SIECLE_CSV: "SIECLE extraction CSV",
    Kind.STS_EMP: "STS-Web → EDT (sts_emp)",
    Kind.EMP_STS: "EDT → STS-Web (emp_sts)",
    Kind.EDT_CLAIR: "EDT → ENT (en clair)",
    Kind.EDT_CHIFFRE: "EDT → ENT (chiffré)",
    Kind.EDT_COURS: "EDT cours (EXP_COURS)",
    Kind.IDPN: "identifiants Pronote (IdPN)",
    Kind.ENT_IDENTIFIANTS: "ENT fichier des identifiants",
    Kind.ENT_ANNUAIRE: "ENT annuaire",
    Kind.ENT_REJETS: "ENT comptes rejetés",
    Kind.ENT_BILANS: "ENT bilans d'import",
    Kind.ENT_BILAN_PRELIMINAIRE: "ENT bilan préliminaire",
    Kind.ENT_RAPPROCHEMENTS: "ENT rapprochements",
    Kind.EDUCONNECT_ELEVES: "EduConnect élèves",
    Kind.EDUCONNECT_RESPONSABLES: "EduConnect responsables",
    Kind.PRONOTE_LISTE: "liste Pronote/EDT",
    Kind.AAF: "AAF",
    Kind.GAR: "GAR",
    Kind.IMPORT_ELEVES: "EDT → SIECLE (élèves-groupes)",
    Kind.LSU: "LSU (lsun-bilans)",
    Kind.UDT: "UDT",
    Kind.EDIFICE: "Edifice (NEO, ONE)",
    Kind.ITOP: "iTOP",
    Kind.ATOS: "Atos",
    Kind.MESSAGE: "message",
    Kind.TABLEAU: "tableau de personnes",
}

ENT_ACCOUNT_KINDS = frozenset({Kind.ENT_IDENTIFIANTS, Kind.ENT_ANNUAIRE, Kind.AAF, Kind.EDIFICE, Kind.ITOP, Kind.ATOS})
"""Exports whose records are accounts of an ENT (an AAF record is the account as it is fed)."""


class Profile(enum.StrEnum):
    """Who a person is for the school (values of the labelled corpus, knowledge.md §11.1)."""

    ELEVE = "eleve"
    PARENT = "parent"
    ENSEIGNANT = "enseignant"
    NON_ENSEIGNANT = "non_enseignant"
    COLLECTIVITE = "collectivite"
    AUTRE = "autre"
    INCONNU = "inconnu"


PROFILE_LABELS: Mapping[Profile, str] = {
    Profile.ELEVE: "élève",
    Profile.PARENT: "responsable",
    Profile.ENSEIGNANT: "enseignant",
    Profile.NON_ENSEIGNANT: "non enseignant",
    Profile.COLLECTIVITE: "personnel de collectivité",
    Profile.AUTRE: "autre",
    Profile.INCONNU: "profil inconnu",
}


class Actor(enum.StrEnum):
    """First actors and recipients (categories.tsv)."""

    ETAB = "ETAB"
    REF = "REF"
    KOSMOS = "KOSMOS"
    INDEX = "INDEX"
    DSI = "DSI"
    DRANE = "DRANE"
    AUTRE = "AUTRE"


ACTOR_LABELS: Mapping[Actor, str] = {
    Actor.ETAB: "établissement",
    Actor.REF: "référent ENT",
    Actor.KOSMOS: "Kosmos",
    Actor.INDEX: "Index Éducation",
    Actor.DSI: "DSI académique",
    Actor.DRANE: "DRANE",
    Actor.AUTRE: "autre service",
}


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the nouns: immutable, compared by value, cheap (a few hundred bytes each)."""


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where a value was read."""

    export: str
    """``Export.id``."""
    line: int
    """Line of the file (1 = first), of the table row or of the XML element; 0 when the format has no lines."""
    path: str = ""
    """Element path or sheet name when the line alone does not say."""


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """One person as one export states it."""

    origin: Origin
    profile: Profile
    surname: str = ""
    """Nom de famille (de naissance); in exports that know one name only, that name."""
    usage_name: str = ""
    """Nom d'usage when the export states one that differs."""
    given_names: str = ""
    """The given name as written, compound or not (``Marie-Lou``)."""
    other_given_names: str = ""
    birth_date: str = ""
    sex: str = ""
    """"M", "F" or ""."""
    division: str = ""
    groups: tuple[str, ...] = ()
    school: str = ""
    """UAI."""
    children: tuple[str, ...] = ()
    """Children as named on a guardian's row when the export gives no identifier for them."""
    ids: Mapping[str, str] = {}
    """Keys: ine, eleve_id, elenoet, etab_id, personne_id, jointure, sts_id, sts_type, idpn, uid, login, educonnect,
    ident (number inside the file), code_source."""
    extra: Mapping[str, str] = {}
    """Other facts under fixed keys: civility, function, discipline, entry_date, exit_date, exit_reason, status, state,
    last_login, last_notice, mail, phone, address, postcode, city, mef, regime, reason (motif), activated, directory
    (annuaire d'origine), level (of responsibility), main_school, raw (the row as read, never a password)."""

    @property
    def mark(self) -> tuple[Origin, Profile, str, str, str]:
        """What tells the record from every other: a row may hold a pupil and guardians."""
        return self.origin, self.profile, self.surname, self.given_names, self.birth_date


class Relation(Struct, frozen=True, kw_only=True, gc=False):
    """A guardian of a pupil as one export states it. References are ``(identifier name, value)``."""

    pupil: tuple[str, str]
    guardian: tuple[str, str]
    level: str = ""
    """"legal", "en_charge", "contact" or ""."""
    rank: str = ""
    """RESP_LEGAL or NIVEAU_RESPONSABILITE as written."""
    kinship: str = ""
    """CODE_PARENTE as written (formats.md §12.4)."""
    origin: Origin


class StructureType(enum.StrEnum):
    DIVISION = "division"
    GROUPE = "groupe"
    PARTIE = "partie"


class Structure(Struct, frozen=True, kw_only=True):
    """A division, a group or a part of a division as one export states it."""

    type: StructureType
    code: str
    label: str = ""
    ident: str = ""
    parents: tuple[str, ...] = ()
    """Codes of the divisions it belongs to; for a division, idents of its parts."""
    parts: tuple[str, ...] = ()
    """Idents of the parts of divisions that it holds (EDT)."""
    headcount: int | None = None
    origin: Origin


class Service(Struct, frozen=True, kw_only=True):
    """Teachers of a subject before a division or group (STS), or a course (EDT)."""

    structures: tuple[str, ...]
    structure_type: StructureType
    subject: str = ""
    teachers: tuple[tuple[str, str], ...] = ()
    """References ``(identifier name, value)``."""
    origin: Origin


class ImportRun(Struct, frozen=True, kw_only=True):
    """A line of « Bilans d'import » (formats.md §6.3)."""

    when: str
    """ISO date and time, or "" when unreadable."""
    status: str
    auto: bool | None = None
    school: str = ""
    file: str = ""
    report: str = ""
    origin: Origin


class Count(Struct, frozen=True, kw_only=True):
    """A line of a « bilan préliminaire » (formats.md §6.3)."""

    group: str
    label: str
    value: int | None = None
    names: tuple[str, ...] = ()
    origin: Origin


class RefusedRow(Struct, frozen=True, kw_only=True):
    """A row or element that could not be used; the rest of the file was."""

    line: int
    column: str = ""
    reason: str


class Note(Struct, frozen=True, kw_only=True):
    """Something odd about a file that did not prevent reading it."""

    code: str
    """Stable slug: "annee", "uai", "perime", "doublon", "plus_recent", "encodage", "excel", "chiffre", "sens"…"""
    text: str
    line: int = 0
    warning: bool = False


class Export(Struct, frozen=True, kw_only=True):
    """One file (or one member of an archive) as read."""

    id: str
    """First 12 hexadecimal digits of the content's SHA-256, plus a suffix when the same content is given twice."""
    file: str
    member: str = ""
    kind: Kind
    school: str = ""
    school_name: str = ""
    school_year: int | None = None
    """First calendar year (2025 for 2025-2026)."""
    made_on: str = ""
    """ISO date or date-time of the export, "" when nothing says it."""
    made_from: str = ""
    """What ``made_on`` was read from: "contenu", "nom" or "fichier" (modification time)."""
    sha256: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    records: Sequence[Record] = ()
    relations: Sequence[Relation] = ()
    structures: Sequence[Structure] = ()
    services: Sequence[Service] = ()
    runs: tuple[ImportRun, ...] = ()
    counts: tuple[Count, ...] = ()
    records_read: int = 0
    """Rows or elements that state a person (or an import run), used or not: ``records_kept + len(refused)``."""
    records_kept: int = 0
    refused: tuple[RefusedRow, ...] = ()
    notes: tuple[Note, ...] = ()
    meta: Mapping[str, str] = {}
    """Facts on the file itself: software, version, partners, academy, mode (Complet/Delta)…"""
    superseded_by: str = ""
    """Id of a newer export of the same kind and school; a superseded export is listed but not analysed."""
    set_aside: bool = False
    """Of another school year or another school than the rest: listed, said, and not analysed."""

    @property
    def analysed(self) -> bool:
        return not self.superseded_by and not self.set_aside

    @property
    def label(self) -> str:
        """The file as people name it: ``archive.zip › membre.xml``."""
        name = self.file.rsplit("/", 1)[-1]
        return f"{name} › {self.member}" if self.member else name


class RefusedFile(Struct, frozen=True, kw_only=True):
    """A file that is not understood or must not be read, with what to do about it."""

    file: str
    reason: str


class Loaded(Struct, frozen=True, kw_only=True):
    """The outcome of a load."""

    exports: tuple[Export, ...] = ()
    refused: tuple[RefusedFile, ...] = ()
    messages: tuple[str, ...] = ()
    """Paths of files recognised as incoming messages."""

    def active(self) -> tuple[Export, ...]:
        """Exports to analyse: those of this year and school that no newer export replaces."""
        return tuple(export for export in self.exports if export.analysed)


class Verdict(enum.StrEnum):
    CERTAIN = "certain"
    REVIEW = "review"
    ABSENT = "absent"


VERDICT_LABELS: Mapping[Verdict, str] = {
    Verdict.CERTAIN: "certain",
    Verdict.REVIEW: "à confirmer",
    Verdict.ABSENT: "absent",
}


class Agreement(enum.StrEnum):
    """How far two values of one field agree."""

    EXACT = "exact"
    CLOSE = "proche"
    DIFFERENT = "différent"
    UNKNOWN = "inconnu"


class FieldComparison(Struct, frozen=True, kw_only=True):
    field: str
    """French name of the field as shown."""
    left: str
    right: str
    agreement: Agreement
    note: str = ""
    """Why it is close or different, in French: « jour et mois inversés », « diminutif »."""
    weight: float = 0.0
    """Evidence in bits: positive for the same person, negative against."""


class Candidate(Struct, frozen=True, kw_only=True):
    account: Record
    score: float
    """0 to 100, to rank and to show; not a probability."""
    why: str
    """One line that a person can check."""
    fields: tuple[FieldComparison, ...] = ()


class Link(Struct, frozen=True, kw_only=True):
    """A record of another export set against the accounts of the ENT."""

    key: str
    """Stable key of the record over reloads (``matching.record_key``)."""
    record: Record
    verdict: Verdict
    account: Record | None = None
    """Only when certain."""
    candidates: tuple[Candidate, ...] = ()
    """Best first, at most five."""
    why: str = ""
    expected: str = ""
    """For an absent: what would be expected instead (newcomer, leaver, shared teacher…)."""
    decided_by: str = "programme"
    """"programme" or the agent's name."""
    decided_at: str = ""


class Decision(Struct, frozen=True, kw_only=True):
    """An agent's decision on a record; outranks the program's."""

    record_key: str
    account_key: str
    """Key of the chosen account, or "" for « aucun compte »."""
    agent: str
    at: str


class Contradiction(Struct, frozen=True, kw_only=True):
    """Records of one person that do not say the same thing."""

    field: str
    values: tuple[tuple[str, Origin], ...]


class Identity(Struct, frozen=True, kw_only=True):
    """The records held to be one human over all loaded exports."""

    id: str
    profile: Profile
    surname: str
    given_names: str
    birth_date: str = ""
    division: str = ""
    records: tuple[Record, ...]
    contradictions: tuple[Contradiction, ...] = ()


class Person(Struct, frozen=True, kw_only=True):
    """A person concerned, as a ticket names them; ``identity`` is "" when no export knows them."""

    surname: str = ""
    given_names: str = ""
    profile: Profile = Profile.INCONNU
    division: str = ""
    function: str = ""
    identity: str = ""


class Evidence(Struct, frozen=True, kw_only=True):
    """A value quoted from an export: the proof of a finding."""

    origin: Origin
    file: str
    """File name as given (and member), for people."""
    field: str
    value: str
    record: Record | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """An anomaly seen in the data; one cause, all the persons it touches."""

    id: str
    """Stable over reloads: hash of category and of the keys of what it is about."""
    category: str
    summary: str
    """One French sentence."""
    persons: tuple[Person, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cause: str = ""
    severity: int = 2
    """1 people locked out now, 2 will break the next import, 3 housekeeping."""
    facts: Mapping[str, str] = {}
    """What the data shows and the route depends on, under the names of ``routing_facts``: ``at_fault`` is the base that
    says otherwise than the others."""


class Span(msgspec.Struct, frozen=True):
    """Half-open range of code points of a message."""

    start: int
    end: int


KINSHIP = "lien"
"""``Evidence.field`` of what a person is to a pupil (« assistant familial »): a social fact, for the school only."""
FROM_DATA = "données"
"""``Incident.source`` of an anomaly seen in the exports."""


class Incident(Struct, frozen=True, kw_only=True):
    """One symptom, one service, one recipient; from data or from a message."""

    id: str
    category: str
    summary: str
    persons: tuple[Person, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cause: str = ""
    severity: int = 2
    facts: Mapping[str, str] = {}
    """Those of the finding."""
    source: str = FROM_DATA
    """``FROM_DATA`` or the message's file."""
    spans: tuple[Span, ...] = ()
    text: str = ""
    alternatives: tuple[str, ...] = ()
    confidence: float = 1.0
    words: tuple[str, ...] = ()
    """Words that led to the category."""
    missing: tuple[str, ...] = ()
    """What a ticket would still need, as French sentences."""
    finding: str = ""
    """Id of the finding that explains the symptom."""
    tried: tuple[str, ...] = ()


class Route(Struct, frozen=True, kw_only=True):
    """Who acts, what first, who gets the ticket, how long to wait and why."""

    first_actor: Actor
    recipient: Actor
    wait_hours: int = 0
    wait_until: str = ""
    """ISO date-time computed from the calendar, "" when nothing to wait for."""
    try_first: tuple[str, ...] = ()
    why: str = ""
    alternatives: tuple[tuple[Actor, str], ...] = ()
    """Other recipients, each with when it would be theirs."""


class RuleCheck(Struct, frozen=True, kw_only=True):
    """Verdict on one of the four writing rules (knowledge.md §2.1)."""

    rule: int
    ok: bool
    why: str


class Attachment(Struct, frozen=True, kw_only=True):
    name: str
    content: bytes
    media_type: str
    about: str
    """What it is, in French."""
    persons: int = 0
    """How many persons a file of the agent shows, as far as names can be counted."""


class Ticket(Struct, frozen=True, kw_only=True):
    """The draft of one incident."""

    id: str
    incident: Incident
    route: Route
    template: str
    recipient: Actor
    subject: str
    body: str
    fields: Mapping[str, str] = {}
    missing: tuple[str, ...] = ()
    """Mandatory fields and attachments that are not there, in French."""
    attachments: tuple[Attachment, ...] = ()
    checks: tuple[RuleCheck, ...] = ()
    state: str = "brouillon"

    @property
    def ready(self) -> bool:
        return not self.missing and all(check.ok for check in self.checks)

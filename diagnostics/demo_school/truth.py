"""What is true of the demo school: to whom every record belongs, and which anomalies its exports show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from diagnostics.demo_school.people import Person
from diagnostics.demo_school.views import Exports, Row, official
from diagnostics.model import Profile
from diagnostics.text import code_source, fold

CERTAIN, REVIEW, ABSENT = "certain", "review", "absent"
"""Values of ``model.Verdict``."""


class TruthPerson(msgspec.Struct, frozen=True, kw_only=True):
    surname: str
    given_names: str
    profile: str
    division: str
    aliases: tuple[tuple[str, str], ...] = ()
    """Every (surname, given names) that an export writes for this person."""
    divisions: tuple[str, ...] = ()
    """Every division that an export writes for this person."""


class TruthLink(msgspec.Struct, frozen=True, kw_only=True):
    """One record of an export against the accounts of the ENT."""

    source: str
    """``model.Kind`` of the export."""
    ids: dict[str, str]
    surname: str
    given_names: str
    profile: str
    division: str
    account_uid: str | None
    """The account that belongs to this person, None when there is none."""
    account_uids: tuple[str, ...] = ()
    """All the accounts of this person, when there are several."""
    acceptable_verdicts: tuple[str, ...]
    trap: str = ""


class TruthFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Persons (or divisions and groups) that a category must name."""

    category: str
    instead: tuple[str, ...] = ()
    """Categories that say the same thing as well: any one of them answers."""
    persons: tuple[TruthPerson, ...] = ()
    any_of: bool = False
    """One of the persons is enough: a link has two ends, and either names it."""
    structures: tuple[str, ...] = ()
    note: str


class TruthFile(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    kind: str
    persons: dict[str, int]
    """Profile → distinct persons stated; empty for files that state none."""


class TruthMessage(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    categories: tuple[str, ...]
    """One per incident, in the order of the text."""
    persons: tuple[TruthPerson, ...] = ()
    needs_clarification: bool = False


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    ent_triage_truth: int = 1
    seed: int
    uai: str
    school: str
    today: str
    defects: bool
    files: tuple[TruthFile, ...]
    links: tuple[TruthLink, ...]
    findings: tuple[TruthFinding, ...]
    tolerated: tuple[TruthFinding, ...]
    """What a program may say too without being wrong: the same fact seen from another side."""
    messages: tuple[TruthMessage, ...]
    settings: dict[str, str] = {}
    """Settings of the school without which some of the findings cannot be seen."""


class Expectation(msgspec.Struct, frozen=True):
    category: str
    persons: tuple[Person, ...]
    structures: tuple[str, ...]
    note: str
    instead: tuple[str, ...] = ()
    any_of: bool = False


class Ledger:
    """What the planting of defects promises."""

    def __init__(self) -> None:
        self.required: list[Expectation] = []
        self.tolerated: list[Expectation] = []
        self.messages: list[tuple[str, tuple[str, ...], tuple[Person, ...], bool]] = []
        self.settings: dict[str, str] = {}

    def expect(
        self,
        category: str,
        persons: Iterable[Person] = (),
        note: str = "",
        *,
        structures: Sequence[str] = (),
        also: Sequence[str] = (),
        instead: Sequence[str] = (),
        any_of: bool = False,
    ) -> None:
        """``category`` must name these persons; ``also`` may name them too; ``instead`` would answer as well."""
        people = tuple(persons)
        if not people and not structures and category not in WITHOUT_PERSONS:
            return
        self.required.append(Expectation(category, people, tuple(structures), note, tuple(instead), any_of))
        for code in also:
            self.tolerate(code, people, note, structures=structures)

    def tolerate(self, category: str, persons: Iterable[Person], note: str, *, structures: Sequence[str] = ()) -> None:
        self.tolerated.append(Expectation(category, tuple(persons), tuple(structures), note))


WITHOUT_PERSONS = frozenset({
    "ANN-13", "AUT-01", "AUT-02", "AUT-03", "BLO-01", "CDT-02", "EDT-04", "EDT-05", "PRN-05",
})  # fmt: skip
"""Categories about files, imports and everyone."""


def spellings(exports: Exports) -> dict[Person, tuple[set[tuple[str, str]], set[str]]]:
    """Person → names and divisions as the exports write them."""
    found: dict[Person, tuple[set[tuple[str, str]], set[str]]] = defaultdict(lambda: (set(), set()))
    for _, row in rows_by_source(exports):
        written, divisions = found[row.person]
        written.add((row.surname, row.given))
        if row.usage:
            written.add((row.usage, row.given))
        if row.division:
            divisions.add(exports.edt_divisions.get(row.division, row.division))
            divisions.add(row.division)
    return found


def rows_by_source(exports: Exports) -> Iterator[tuple[str, Row]]:
    """Every row of every export with the kind of the export."""
    for source, rows in (
        ("siecle_eleves", exports.siecle_pupils),
        ("siecle_responsables", exports.siecle_guardians),
        ("sts_emp", exports.sts_staff),
        ("edt_clair", exports.edt_teachers),
        ("edt_clair", exports.edt_pupils),
        ("edt_clair", edt_guardians(exports)),
        ("ent_rapprochements", exports.unrecognised),
        ("educonnect_eleves", exports.educonnect_pupils),
        ("educonnect_responsables", exports.educonnect_guardians),
        ("pronote_liste", exports.pronote_pupils),
        ("ent_rejets", [row for row, _ in exports.rejected]),
        ("tableau", [row for row, _ in exports.phones]),
        ("ent_annuaire", exports.accounts),
        ("ent_annuaire", exports.vanished),
    ):
        for row in rows:
            yield source, row


def edt_guardians(exports: Exports) -> list[Row]:
    """Distinct guardians of EDT: siblings share the element's Ident."""
    return list({r.ids["ident"]: r for rows in exports.edt_guardians.values() for _, r in rows}.values())


BASE_OF_EDT = frozenset({"edt_clair", "pronote_liste"})
NameKey = tuple[str, str, str]


def name_keys(row: Row) -> set[NameKey]:
    """The names under which a person may be sought: birth and usage surname, as written and as they are."""
    person = row.person
    kind = person.profile.value if person.profile in (Profile.ELEVE, Profile.PARENT) else "staff"
    surnames = {fold(s) for s in (row.surname, row.usage, person.surname, person.usage) if s}
    return {(kind, surname, fold(given)) for surname in surnames for given in (row.given, person.given)}


def link(
    source: str,
    row: Row,
    accounts: dict[Person, list[Row]],
    bearers: dict[NameKey, set[Person]],
    edt_divisions: dict[str, str],
) -> TruthLink:
    own = accounts.get(row.person, [])
    if own and row.ids.get("uid_of_account"):
        own = sorted(own, key=lambda a: a.ids["uid"] != row.ids["uid_of_account"])
    rivals = any(bearers.get(key, set()) - {row.person} for key in name_keys(row))
    ids = {key: value for key, value in row.ids.items() if key != "uid_of_account"}
    if source == "ent_rapprochements":
        ids = {"code_source": code_source(row.given, row.surname, row.birth)}
    if not own:
        verdicts: tuple[str, ...] = (ABSENT, REVIEW) if rivals or row.trap else (ABSENT,)
    elif row.without_own:
        verdicts = (CERTAIN, REVIEW, ABSENT)
    elif row.undecidable:
        verdicts = (REVIEW,)
    elif row.soft or len(own) > 1 or rivals:
        verdicts = (CERTAIN, REVIEW)
    else:
        verdicts = (CERTAIN,)
    return TruthLink(
        source=source,
        ids=ids,
        surname=row.surname,
        given_names=row.given,
        profile=row.person.profile.value,
        division=edt_divisions.get(row.division, row.division) if source in BASE_OF_EDT else row.division,
        account_uid=own[0].ids["uid"] if own else None,
        account_uids=tuple(a.ids["uid"] for a in own),
        acceptable_verdicts=verdicts,
        trap=row.trap or ("homonym" if rivals else ""),
    )


def links(exports: Exports) -> tuple[TruthLink, ...]:
    accounts: dict[Person, list[Row]] = defaultdict(list)
    bearers: dict[NameKey, set[Person]] = defaultdict(set)
    for account in exports.accounts:
        accounts[account.person].append(account)
        for key in name_keys(account):
            bearers[key].add(account.person)
    return tuple(
        link(source, row, accounts, bearers, exports.edt_divisions)
        for source, row in rows_by_source(exports)
        if source != "ent_annuaire"
    )


def people_of(persons: Iterable[Person], exports: Exports, written: Spellings) -> tuple[TruthPerson, ...]:
    divisions = {row.person: row.division for row in exports.siecle_pupils}
    return tuple(
        TruthPerson(
            surname=official(person.shown_surname),
            given_names=person.given,
            profile=person.profile.value,
            division=divisions.get(person, person.division),
            aliases=tuple(sorted(written[person][0])),
            divisions=tuple(sorted(written[person][1])),
        )
        for person in persons
    )


Spellings = dict[Person, tuple[set[tuple[str, str]], set[str]]]


def findings(expectations: list[Expectation], exports: Exports, written: Spellings) -> tuple[TruthFinding, ...]:
    return tuple(
        TruthFinding(
            category=e.category,
            instead=e.instead,
            any_of=e.any_of,
            persons=people_of(e.persons, exports, written),
            structures=e.structures,
            note=e.note,
        )
        for e in expectations
    )


def unrecognised_of(exports: Exports, profile: Profile) -> dict[str, int]:
    return {profile.value: sum(row.person.profile is profile for row in exports.unrecognised)}


def counts(exports: Exports) -> dict[str, tuple[str, dict[str, int]]]:
    """Start of the file's name → (kind, profile → persons)."""
    school = exports.school
    teachers, pupils = len(exports.edt_teachers), len(exports.edt_pupils)

    def by_profile(rows: Iterable[Row]) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for uid_profile in {(r.ids["uid"], r.person.profile.value) for r in rows}:
            found[uid_profile[1]] += 1
        return dict(sorted(found.items()))

    ours = [row for row in exports.accounts if row.extra["uai"] == school.uai][:: exports.listed_every]
    before = exports.accounts + exports.vanished
    today, old = school.today.isoformat(), f"annuaire_{school.uai}_"
    return {
        "ExportXML_ElevesSansAdresses": ("siecle_eleves", {"eleve": len(exports.siecle_pupils)}),
        "ExportXML_ResponsablesAvecAdresses": ("siecle_responsables", {"parent": len(exports.siecle_guardians)}),
        "sts_emp": ("sts_emp", {"personnel": len(exports.sts_staff)}),
        f"EDT_To_KOSMOS_{school.uai}_en_clair": (
            "edt_clair",
            {"enseignant": teachers, "eleve": pupils, "parent": len(edt_guardians(exports))},
        ),
        "EDT_To": ("edt_chiffre", {}),
        "IdPN_To": ("idpn", {}),
        "ENT-Identifiants": ("ent_identifiants", by_profile(ours)),
        f"annuaire_{school.uai}_{today}": ("ent_annuaire", by_profile(exports.accounts)),
        old: ("ent_annuaire", by_profile(before)),
        "educonnect_eleves": ("educonnect_eleves", {"eleve": len(exports.educonnect_pupils)}),
        "educonnect_responsables": ("educonnect_responsables", {"parent": len(exports.educonnect_guardians)}),
        "Liste des élèves": ("pronote_liste", {"eleve": len(exports.pronote_pupils)}),
        "rapprochements_en": ("ent_rapprochements", unrecognised_of(exports, Profile.ENSEIGNANT)),
        "rapprochements_el": ("ent_rapprochements", unrecognised_of(exports, Profile.ELEVE)),
        "telephones": ("tableau", {"parent": len(exports.phones)}),
        "bilan_preliminaire": ("ent_bilan_preliminaire", {}),
        "comptes_rejetes": ("ent_rejets", {"total": len(exports.rejected)}),
        "bilans": ("ent_bilans", {}),
        "message": ("message", {}),
    }


def build(exports: Exports, ledger: Ledger, names: Iterable[str], *, seed: int, defects: bool) -> Truth:
    """The truth file of the exports written under ``names``."""
    school = exports.school
    written = spellings(exports)
    known = counts(exports)
    files = []
    for name in sorted(names):
        start = next(start for start in known if name.startswith(start))
        files.append(TruthFile(file=name, kind=known[start][0], persons=known[start][1]))
    return Truth(
        seed=seed,
        uai=school.uai,
        school=school.name,
        today=school.today.isoformat(),
        defects=defects,
        files=tuple(files),
        links=links(exports),
        findings=findings(ledger.required, exports, written),
        tolerated=findings(ledger.tolerated, exports, written),
        messages=tuple(
            TruthMessage(
                file=file,
                categories=categories,
                persons=people_of(people, exports, written),
                needs_clarification=unclear,
            )
            for file, categories, people, unclear in ledger.messages
        ),
        settings=ledger.settings,
    )

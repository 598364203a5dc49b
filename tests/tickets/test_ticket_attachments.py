"""Attachments made from the exports: these persons, these columns, and nothing of anybody else."""

from __future__ import annotations

import re
from datetime import date

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ticket_makers import (
    ALL,
    GUARDIAN,
    REJECTED,
    SIECLE_PUPIL,
    TEACHER,
    evidence,
    export,
    incident,
    lines,
    person,
    record,
    route,
    ticket,
)

from diagnostics.model import Actor, Evidence, Export, Identity, ImportRun, Kind, Origin, Profile, Record, Relation
from diagnostics.text import PARTICLES, fold, words
from diagnostics.tickets import wording
from diagnostics.tickets.attachments import table
from diagnostics.tickets.register import DOUBLES, NOT_NAMES

TO_DSI = route(Actor.DSI, Actor.DSI)
TO_KOSMOS = route(Actor.KOSMOS, Actor.KOSMOS)


def test_an_extract_holds_the_rows_of_the_person_and_only_them() -> None:
    about = incident("ANN-01", persons=[person(SIECLE_PUPIL)], proof=[evidence(SIECLE_PUPIL, "INE", "")])
    (attachment,) = ticket(about, TO_DSI, ALL).attachments
    rows = lines(attachment)
    assert len(rows) == 2
    assert "KERGUELEN" in rows[1]
    assert "12*******AB" in rows[1]
    assert "**/**/2013" in rows[1]


def test_an_extract_opens_in_excel_without_running_anything() -> None:
    odd = record("eleves", 9, '=HYPERLINK("http://x")', "+33", division="-5B", ids={"eleve_id": "@SUM(1)"})
    about = incident("ANN-01", persons=[person(odd)], proof=[evidence(odd, "Nom", "x")])
    (attachment,) = ticket(about, TO_DSI, [export("eleves", Kind.SIECLE_ELEVES, [odd])]).attachments
    assert attachment.content.startswith(b"\xef\xbb\xbf")
    for cell in attachment.content.decode("utf-8-sig").splitlines()[1].split(";"):
        assert cell.strip('"')[:1] not in {"=", "+", "-", "@"}


def test_the_row_as_read_never_leaves() -> None:
    about = incident("ANN-04", persons=[person(REJECTED)], proof=[evidence(REJECTED, "Motif", "x")])
    (attachment,) = ticket(about, TO_KOSMOS, ALL).attachments
    assert "DIMITRIADIS;Chris;BALMAT" not in attachment.content.decode()


def test_other_guardians_and_children_of_others_are_removed() -> None:
    guardian = record(
        "comptes",
        4,
        "TESTARD",
        "Solène",
        profile=GUARDIAN,
        children=["TESTARD Aurèle", "VOISIN Ulysse"],
        ids={"uid": "QAA00002"},
        extra={"raw": "TESTARD;Solène;VOISIN;Ulysse", "state": "actif, voir VOISIN Ulysse"},
    )
    about = incident("ANN-05", persons=[person(guardian)], proof=[evidence(guardian, "État", "x")])
    (attachment,) = ticket(about, TO_KOSMOS, [export("comptes", Kind.ENT_IDENTIFIANTS, [guardian])]).attachments
    assert "VOISIN" not in attachment.content.decode()
    assert "Ulysse" not in attachment.content.decode()


def test_import_runs_are_quoted_without_anybody() -> None:
    runs = tuple(
        ImportRun(when=f"2025-11-0{n}T06:00", status="Rejet", auto=True, file="EDT.xml", origin=Origin("bilans", n))
        for n in range(1, 6)
    )
    bilans = Export(id="bilans", file="bilans.txt", kind=Kind.ENT_BILANS, runs=runs)
    quoted = Evidence(origin=Origin("bilans", 3), file="bilans.txt", field="Statut", value="Rejet")
    draft = ticket(incident("AUT-02", "Import rejeté", proof=[quoted]), TO_KOSMOS, [bilans])
    rows = lines(draft.attachments[0])
    assert [row[0] for row in rows[1:]] == ["03/11/2025 à 06:00"]
    assert "Import du : 03/11/2025 à 06:00 (automatisé)" in draft.body


def test_an_empty_column_is_not_shown() -> None:
    about = incident("ANN-01", persons=[person(SIECLE_PUPIL)], proof=[evidence(SIECLE_PUPIL, "INE", "")])
    header = lines(ticket(about, TO_DSI, ALL).attachments[0])[0]
    assert "Nom d'usage" not in header
    assert "Classe" in header


def test_a_table_keeps_its_cells_on_one_line() -> None:
    assert table(["=1+1"], []) == table(["A"], [["=1+1"]]).replace(b"A\r\n", b"")
    assert table(["A"], [["un\ndeux;trois"]]).decode("utf-8-sig") == 'A\r\n"un deux;trois"\r\n'


SURNAMES = st.sampled_from(
    [
        "MARTIN",
        "BERNARD",
        "LE-GOFF",
        "D'ALMEIDA",
        "KOZŁOWSKA",
        "DE-LA-TOUR",
        "NGUYEN",
        "BÂ",
        "ŒUVRE",
        "PETIT-JEAN",
        "SY",
    ]
)
GIVEN = st.sampled_from(["Léa", "Jean-Marc", "Zoé", "Aïcha", "Tom", "Ana", "Mathéo", "Noé", "Inès", "Lou", "Eliot"])
NUMBER = st.integers(100_000, 999_999).map(str)
PROFILES = st.sampled_from([Profile.ELEVE, GUARDIAN, TEACHER])
KINDS = {
    "eleves": Kind.SIECLE_ELEVES,
    "resp": Kind.SIECLE_RESPONSABLES,
    "annuaire": Kind.ENT_ANNUAIRE,
    "rejets": Kind.ENT_REJETS,
    "edu": Kind.EDUCONNECT_RESPONSABLES,
    "idents": Kind.ENT_IDENTIFIANTS,
    "edt": Kind.EDT_CLAIR,
    "sts": Kind.STS_EMP,
}


@st.composite
def humans(draw: st.DrawFn) -> list[tuple[Record, ...]]:
    """A small school: a few humans, each with a record in some exports; texts that name the others anywhere."""
    names = draw(st.lists(st.tuples(SURNAMES, GIVEN, PROFILES), min_size=2, max_size=7))
    found: list[tuple[Record, ...]] = []
    line = 1
    numbers = iter(draw(st.lists(NUMBER, min_size=len(names), max_size=len(names), unique=True)))
    for surname, given_names, profile in names:
        other = draw(st.sampled_from(names))
        free_text = draw(
            st.sampled_from(
                [
                    f"déjà utilisé par {other[0]} {other[1]}",
                    f"homonyme de {other[1]} {other[0].title()}",
                    f"doublon avec m. {other[0].lower()} {other[1].lower()}",
                    "date de naissance absente",
                ]
            )
        )
        born = draw(st.dates(min_value=date(2008, 1, 1), max_value=date(2014, 12, 31))).isoformat()[:10]
        number, phone = next(numbers), draw(NUMBER)
        records = []
        for name in draw(st.sets(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4)):
            line += 1
            records.append(
                record(
                    name,
                    line,
                    surname,
                    given_names,
                    profile=profile,
                    division=draw(st.sampled_from(["5A", "5B", ""])) if profile is Profile.ELEVE else "",
                    birth_date=born,
                    children=[f"{other[0]} {other[1]}"] if profile is GUARDIAN else [],
                    groups=[f"GR_{other[0]}"],
                    ids={
                        "uid": f"UID{number}",
                        "ine": f"{number}{number[:3]}ZZ",
                        "login": f"log{number}",
                        "idpn": f"PN{number}{number}",
                        "jointure": f"9{number}",
                        "code_source": f"{given_names}${surname}${born}",
                    },
                    extra={
                        "mail": f"boite{number}@exemple.invalid",
                        "phone": f"06 39 98 {phone[:2]} {phone[2:4]}",
                        "address": f"{number[:2]} rue {number}",
                        "reason": free_text,
                        "raw": f"{other[0]};{other[1]};{number}",
                        "state": free_text,
                        "function": free_text,
                    },
                )
            )
        found.append(tuple(records))
    return found


def tokens(text: str) -> set[str]:
    return set(fold(text).split())


def telling(records: tuple[Record, ...]) -> set[str]:
    """Every word and value that a human's records hold about that human."""
    found: set[str] = set()
    for one in records:
        for name in (one.surname, one.given_names, one.usage_name):
            found |= set(words(name))
        for value in [*one.ids.values(), one.birth_date, *(one.extra.get(k, "") for k in ("mail", "phone", "address"))]:
            found.add(fold(value).replace(" ", ""))
    return {value for value in found if len(value) > 1} - PARTICLES - NOT_NAMES


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(humans(), st.sampled_from(sorted(wording.SYMPTOMS)), st.sampled_from(["", "support"]), st.data())
def test_nothing_that_leaves_holds_a_value_of_somebody_else(
    school: list[tuple[Record, ...]], category: str, stage: str, data: st.DataObject
) -> None:
    exports = [
        export(name, kind, [r for human in school for r in human if r.origin.export == name])
        for name, kind in KINDS.items()
    ]
    identities = [
        Identity(
            id=f"h{n}",
            profile=human[0].profile,
            surname=human[0].surname,
            given_names=human[0].given_names,
            records=human,
        )
        for n, human in enumerate(school)
    ]
    chosen = data.draw(st.sets(st.integers(0, len(school) - 1), min_size=1, max_size=2))
    told = data.draw(st.booleans())
    persons = [person(school[n][0], f"h{n}" if told else "") for n in sorted(chosen)]
    proof = [evidence(r, "Motif", r.extra["reason"]) for n in chosen for r in school[n]]
    if category not in DOUBLES:  # the evidence of a double is, by what it claims, one human's
        proof += [evidence(r, "Nom", f"{r.surname} {r.given_names}") for human in school for r in human]
    about = incident(category, school[0][0].extra["reason"], persons=persons, proof=proof)
    draft = ticket(about, route(Actor.REF, Actor.KOSMOS), exports, identities=identities if told else (), stage=stage)
    own = {value for n in chosen for value in telling(school[n])}
    foreign = {value for n, human in enumerate(school) if n not in chosen for value in telling(human)} - own
    for attachment in draft.attachments:
        text = attachment.content.decode("utf-8-sig")
        whole = {fold(cell).replace(" ", "") for row in text.splitlines() for cell in re.split('[;"]', row)}
        leaked = foreign & (tokens(text) | whole)
        assert not leaked, leaked
    body = f"{draft.subject}\n{draft.body}"
    leaked = foreign & (tokens(body) - tokens(wording.symptom(category)))
    assert not leaked, leaked


def test_the_rejected_line_keeps_its_other_columns_and_drops_those_of_relatives() -> None:
    rejected = record(
        "rejets",
        3,
        "LUPIN",
        "Rose",
        extra={
            "reason": "date absente",
            "raw": "Nom : LUPIN ; Prénom : Rose ; Étape : alimentation ; Mail : rose.lupin@exemple.invalid ; "
            "Nom père : LUPIN Arsène ; Homonyme : DURAND Paule ; Motif : date absente",
        },
    )
    about = incident("ANN-04", persons=[person(rejected)], proof=[evidence(rejected, "Motif", "date absente")])
    draft = ticket(about, TO_KOSMOS, [export("rejets", Kind.ENT_REJETS, [rejected])])
    header, row = lines(draft.attachments[0])
    assert row[header.index("Étape")] == "alimentation"
    assert row[header.index("Mail")] == "***@exemple.invalid"
    assert row[header.index("Homonyme")] == "[…]"
    assert "Nom père" not in header


def test_the_children_of_a_guardian_are_named_in_the_text_and_nowhere_else() -> None:
    child = record("eleves", 7, "TESTARD", "Aurèle", division="6A", ids={"eleve_id": "700001"}, birth_date="2014-03-03")
    stranger = record("eleves", 8, "VOISIN", "Ulysse", division="6A", ids={"eleve_id": "700002"})
    sheets = [
        record("resp", n, "TESTARD", "Solène", profile=GUARDIAN, ids={"personne_id": f"99000{n}"}, extra={"phone": "x"})
        for n in (1, 2)
    ]
    relation = Relation(pupil=("eleve_id", "700001"), guardian=("personne_id", "990001"), origin=Origin("resp", 1))
    guardians = msgspec.structs.replace(export("resp", Kind.SIECLE_RESPONSABLES, sheets), relations=(relation,))
    about = incident(
        "SIE-01",
        "TESTARD Solène a 2 fiches (enfant : Aurèle TESTARD), à ne pas confondre avec Ulysse VOISIN",
        persons=[person(sheets[0], "solene")],
        proof=[evidence(sheets[0], "PERSONNE_ID", "990001"), evidence(sheets[1], "PERSONNE_ID", "990002")],
    )
    known = Identity(id="solene", profile=GUARDIAN, surname="TESTARD", given_names="Solène", records=(sheets[0],))
    exports = [export("eleves", Kind.SIECLE_ELEVES, [child, stranger]), guardians]
    draft = ticket(about, TO_DSI, exports, identities=[known], stage="support")
    assert "- enfant : TESTARD Aurèle, élève, classe 6A" in draft.body
    assert "enfant : Aurèle TESTARD" in draft.body
    assert "990002" in draft.body
    assert "VOISIN" not in draft.body
    content = draft.attachments[0].content.decode()
    assert "990001" in content
    assert "990002" in content
    assert "Aurèle" not in content


def test_what_the_text_cannot_hold_is_joined_as_a_table() -> None:
    pupils = [record("eleves", n, f"NOM{n}", "Ana", division="6A", birth_date="2014-03-03") for n in range(20)]
    proof = [evidence(one, "Date de naissance", one.birth_date) for one in pupils]
    about = incident("ANN-06", persons=[person(one) for one in pupils], proof=proof)
    draft = ticket(about, TO_DSI, [export("eleves", Kind.SIECLE_ELEVES, pupils)])
    table_of_facts = next(a for a in draft.attachments if a.name == "releve.csv")
    assert len(lines(table_of_facts)) == 21
    assert "03/03/2014" not in table_of_facts.content.decode()
    assert "et 8 autres : voir le relevé joint" in draft.body
    assert "NOM3 Ana : SIECLE élèves, ligne 3 : Date de naissance « **/**/2014 »" in draft.body

"""ANN: persons whom the ENT lacks, has lost, rejects, or still places elsewhere (knowledge.md §4.3)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import Evidence, Finding, Kind, Profile, Record, Verdict
from diagnostics.rules.absence import Absence, Why, absences, due, typed_by_hand
from diagnostics.rules.basics import locate
from diagnostics.rules.data import SchoolData
from diagnostics.rules.report import (
    HOUSEKEEPING,
    LOCKED_OUT,
    NEXT_IMPORT,
    by_name,
    finding,
    has_not,
    is_not,
    many,
    mixed,
    people,
    quote,
    quote_line,
    verb,
    widespread,
)
from diagnostics.rules.view import STAFF, Tool, View, same_name

FAMILIES = (Profile.ELEVE, Profile.PARENT)
PERSONAL = re.compile(r"\$|\d{4,}|@")
"""Marks of a word of a reason that names one person: code source, number, mail."""


def evidence_of(found: list[Absence]) -> list[Evidence]:
    order = {id(view): index for index, view in enumerate(by_name(a.view for a in found))}
    return [e for a in sorted(found, key=lambda a: order[id(a.view)]) for e in a.evidence]


def missing_families(data: SchoolData) -> Iterator[Finding]:
    """ANN-01: pupils and guardians of SIECLE whom the ENT does not know."""
    every = data.once(absences)
    for profile in FAMILIES:
        for why, cause, severity in (
            (
                Why.UNKNOWN,
                "La fiche SIECLE paraît complète et le délai de 48 h est passé : la personne n'a pas été transmise à"
                " l'ENT"
                " ou y figure sous une autre identité.",
                LOCKED_OUT,
            ),
            (
                Why.INCOMPLETE,
                "La fiche SIECLE est incomplète : elle ne part pas vers l'annuaire tant qu'elle n'est pas complétée.",
                LOCKED_OUT,
            ),
            (
                Why.RECENT,
                "Arrivée trop récente : moins de 48 h séparent l'entrée dans SIECLE de l'export de l'ENT. Attendre,"
                " puis"
                " recharger un export.",
                HOUSEKEEPING,
            ),
        ):
            if found := every.of(why, profile):
                count = len(found)
                late = " (moins de 48 h)" if why is Why.RECENT else ""
                yield finding(
                    "ANN-01",
                    f"{profile}|{why.value}",
                    summary=f"{people(count, profile)} de SIECLE {has_not(count)} pas de compte dans l'ENT{late}.",
                    cause=cause,
                    severity=severity,
                    views=[a.view for a in found],
                    evidence=evidence_of(found),
                )
        if profile in every.missing and not data.once(short_files).get(profile):
            yield incomplete_directory(data, profile, *every.missing[profile])


def incomplete_directory(data: SchoolData, profile: Profile, count: int, total: int) -> Finding:
    exports = data.of_tool(Tool.ENT)
    return finding(
        "ANN-01",
        f"{profile}|export",
        summary=f"{count} des {people(total, profile)} attendus n'apparaissent pas dans l'export de l'ENT.",
        cause="L'export de l'ENT est sans doute partiel (recherche limitée à quelques personnes) ou l'alimentation de"
        " la"
        " nouvelle année n'est pas faite : exportez l'annuaire entier avant toute autre démarche.",
        severity=NEXT_IMPORT,
        evidence=[
            quote_line(data, export.records[0].origin, "comptes lus", str(len(export.records)))
            for export in exports
            if export.records
        ],
    )


def vanished_accounts(data: SchoolData) -> Iterator[Finding]:
    """ANN-02: accounts of an older export that the newer one no longer has, of persons still due one."""
    every = data.once(absences)
    for profile in Profile:
        if found := every.of(Why.VANISHED, profile):
            count = len(found)
            yield finding(
                "ANN-02",
                profile,
                summary=f"{people(count, profile)} {verb(count, 'a perdu son compte', 'ont perdu leur compte')}"
                " de l'ENT entre deux exports.",
                cause="La personne est toujours dans sa base d'origine : traitement tardif d'un doublon, fusion ou"
                " alimentation de l'annuaire.",
                severity=LOCKED_OUT,
                views=[a.view for a in found],
                evidence=evidence_of(found),
            )


def missing_staff(data: SchoolData) -> Iterator[Finding]:
    """ANN-03: staff of STS-Web, and teachers with courses in EDT, whom the ENT does not know."""
    found = [
        a for a in data.once(absences).found if a.view.profile in STAFF and a.why not in {Why.REJECTED, Why.VANISHED}
    ]
    by_hand = [a for a in found if a.view.sts and typed_by_hand(a.view)]
    # Where staff typed by hand have accounts as a rule, one who has none is missing like any other.
    known = [v for v in data.with_tool(Tool.STS) if typed_by_hand(v)]
    usual = sum(Tool.ENT in v.by_tool for v in known) > len(by_hand)
    declared = [a for a in found if a.view.sts and (usual or a not in by_hand)]
    others = [a for a in found if not a.view.sts]
    if declared:
        count = len(declared)
        yield finding(
            "ANN-03",
            "sts",
            summary=f"{mixed([a.view for a in declared])} de STS-Web {has_not(count)} pas de compte dans l'ENT.",
            cause="Arrivée récente dans STS-Web (compter 48 h), exports « structure » et « services » non faits, ou"
            " affectation pas encore connue de l'annuaire académique.",
            severity=LOCKED_OUT,
            views=[a.view for a in declared],
            evidence=evidence_of(declared),
            facts={"in_sts": "oui"},
        )
    if by_hand and not usual:
        count = len(by_hand)
        yield finding(
            "ANN-03",
            "local",
            summary=f"{mixed([a.view for a in by_hand])}, {verb(count, 'saisi', 'saisis')} à la main dans STS-Web"
            f" (« local »), {has_not(count)} pas de compte dans l'ENT.",
            cause="Un agent « local » de STS-Web n'est pas toujours transmis à l'annuaire : s'il doit accéder à"
            " l'ENT, voir"
            " son affectation avec le rectorat ou créer un compte local.",
            severity=HOUSEKEEPING,
            views=[a.view for a in by_hand],
            evidence=evidence_of(by_hand),
        )
    if others:
        count = len(others)
        yield finding(
            "ANN-03",
            "edt",
            summary=f"{people(count, Profile.ENSEIGNANT)} {verb(count, 'a', 'ont')} des cours dans EDT mais"
            f" {is_not(count)} ni dans STS-Web ni dans l'ENT.",
            cause="Suppléance ou affectation pas encore saisie dans STS-Web : sans elle, aucun compte n'est créé.",
            severity=LOCKED_OUT,
            views=[a.view for a in others],
            evidence=evidence_of(others),
        )


# -- rejected accounts ---------------------------------------------------------------------------------------------


def motive(reason: str) -> str:
    """A reason as a key: what names one person in it is left out."""
    return " ".join(text.fold(word) for word in reason.split() if not PERSONAL.search(word)).strip()


def rejected_accounts(data: SchoolData) -> Iterator[Finding]:
    """ANN-04: one finding a reason, since the reason decides who acts."""
    by_motive: dict[str, list[Record]] = defaultdict(list)
    for record in data.records(Tool.REJECTED):
        by_motive[motive(record.extra.get("reason", ""))].append(record)
    for key, records in sorted(by_motive.items()):
        reason = records[0].extra.get("reason", "") or "motif non indiqué"
        views = [data.view(record) for record in records]
        count = len({id(view) for view in views})
        yield finding(
            "ANN-04",
            key,
            summary=f"{many(count, 'compte est rejeté', 'comptes sont rejetés')} à l'alimentation de"
            f" l'ENT : « {reason} ».",
            cause=rejection_cause(key),
            severity=LOCKED_OUT,
            views=views,
            evidence=[quote(data, record, "motif de rejet", record.extra.get("reason", "")) for record in records],
            facts={"reason": "lu" if records[0].extra.get("reason") else ""},
        )


CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"JOINTURE|DEJA UTILIS\w* .*ETABLISSEMENT|AUTRE.* ETABLISSEMENT",
        "Identifiant déjà connu d'un autre établissement : rattachement ancien à fermer.",
    ),
    (r"NAISSANCE", "Date de naissance absente ou différente de celle d'un compte : corriger la base d'origine."),
    (r"COURRIEL|MAIL|MEL", "Adresse de courriel déjà prise ou inutilisable : corriger la fiche d'origine."),
    (r"SANS ELEVE|ELEVE", "Le compte ne se rattache à aucun élève connu : vérifier le lien avec l'élève dans SIECLE."),
    (r"DOUBLE|DOUBLON|HOMONYM|DEJA", "Doublon ou homonyme : vérifier qu'il s'agit bien de la même personne."),
    (r"PROFIL|FONCTION", "Profil ou fonction non reconnus : compléter la fiche de la personne."),
    (r"CLASSE|DIVISION|UAI|ETABLISSEMENT", "Classe ou établissement inconnus de l'ENT : vérifier les codes transmis."),
)
"""Vocabulary of reasons (formats.md §6.3), first match wins."""


def rejection_cause(key: str) -> str:
    for pattern, cause in CAUSES:
        if re.search(pattern, key):
            return cause
    return "Le motif du fichier des rejets dit ce qui bloque : vérifier d'abord la fiche d'origine de la personne."


# -- another school ------------------------------------------------------------------------------------------------


def still_elsewhere(data: SchoolData) -> Iterator[Finding]:
    """ANN-12: pupils enrolled here whose account still belongs to another school."""
    found: list[tuple[View, Record, str, bool]] = []
    for view in data.pupils:
        account, other = account_elsewhere(data, view)
        if account is not None and view.siecle:
            found.append((view, account, other, data.recent(view.siecle)))
    if widespread(len(found), len(data.pupils)):
        return
    for late in (False, True):
        chosen = sorted((f for f in found if f[3] is late), key=lambda f: by_key(f[0]))
        if not chosen:
            continue
        count = len(chosen)
        yield finding(
            "ANN-12",
            "récent" if late else "élèves",
            summary=f"{people(count, Profile.ELEVE)} de SIECLE"
            f" {verb(count, 'est encore rattaché', 'sont encore rattachés')}"
            f" à un autre établissement dans l'ENT.",
            cause="Entrée de moins de 48 h : attendre, puis recharger un export de l'ENT."
            if late
            else "La sortie n'est pas faite dans l'ancien établissement, ou le changement n'a pas encore été transmis.",
            severity=HOUSEKEEPING if late else LOCKED_OUT,
            views=[f[0] for f in chosen],
            evidence=[
                e
                for view, account, other, _ in chosen
                for e in (
                    quote(data, account, "établissement principal", other),
                    quote(data, view.siecle or account, "établissement", enrolled_at(data, view)),
                )
            ],
        )


def enrolled_at(data: SchoolData, view: View) -> str:
    """The UAI of the export that states the pupil: a cité scolaire has several."""
    export = data.export_of(view.siecle) if view.siecle else None
    return (export.school if export else "") or data.uai


def by_key(view: View) -> tuple[str, str, str]:
    return text.fold(view.best.surname), text.fold(view.best.given_names), view.key


def account_elsewhere(data: SchoolData, view: View) -> tuple[Record | None, str]:
    """The account of another school that is this person's: held for certain, or the only one of that name and birth."""
    if view.ent:
        other = data.elsewhere(view)
        return (next(r for r in view.of(Tool.ENT) if data.other_school(r)), other) if other else (None, "")
    source = view.siecle or view.sts or view.edt or view.first(Tool.UNRECOGNISED)
    link = data.link(source) if source else None
    if source is None or link is None or link.verdict is not Verdict.REVIEW:
        return None, ""
    alike = [
        account
        for candidate in link.candidates
        if (account := data.accounts_at.get(locate(candidate.account)))
        and same_name(account, source)
        and (not account.birth_date or not source.birth_date or account.birth_date == source.birth_date)
    ]
    if len({a.ids.get("uid", "") or str(a.origin) for a in alike}) != 1:
        return None, ""
    other = data.other_school(alike[0])
    return (alike[0], other) if other else (None, "")


# -- file of identifiers -------------------------------------------------------------------------------------------


def short_files(data: SchoolData) -> dict[Profile, tuple[int, int]]:
    """Profiles of which the file of identifiers holds few: profile → (accounts, persons due)."""
    exports = data.of(Kind.ENT_IDENTIFIANTS)
    if not exports:
        return {}
    ids = {export.id for export in exports}
    expected: dict[Profile, int] = defaultdict(int)
    held: dict[Profile, int] = defaultdict(int)
    for view, _ in data.once(due):
        if view.profile in FAMILIES:
            expected[view.profile] += 1
            held[view.profile] += any(record.origin.export in ids for record in view.of(Tool.ENT))
    states_families = any(r.profile in FAMILIES for export in exports for r in export.records)
    return {
        profile: (held[profile], total)
        for profile, total in sorted(expected.items())
        if states_families and widespread(total - held[profile], total)
    }


def identifiers_file(data: SchoolData) -> Iterator[Finding]:
    """ANN-13: the file of identifiers is empty or holds few of a profile."""
    for export in data.of(Kind.ENT_IDENTIFIANTS):
        if not export.records:
            yield finding(
                "ANN-13",
                "vide",
                summary=f"Le fichier des identifiants {export.label} ne contient aucune personne.",
                cause="Export fait avec un filtre de date ou avant l'arrivée des données : valider sans date pour"
                " régénérer un fichier complet.",
                severity=NEXT_IMPORT,
            )
    exports = [export for export in data.of(Kind.ENT_IDENTIFIANTS) if export.records]
    if short := data.once(short_files):
        parts = [f"{count} des {people(total, profile)} attendus" for profile, (count, total) in short.items()]
        yield finding(
            "ANN-13",
            "+".join(short),
            summary=f"Le fichier des identifiants ne contient que {' et '.join(parts)}.",
            cause="Export fait avec un filtre de date ou avant l'arrivée des données : valider sans date pour"
            " régénérer un"
            " fichier complet.",
            severity=NEXT_IMPORT,
            evidence=[
                quote_line(
                    data, export.records[0].origin, "personnes lues", str(export.records_kept or len(export.records))
                )
                for export in exports
            ],
        )

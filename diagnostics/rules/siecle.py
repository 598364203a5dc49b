"""SIE: what is wrong in SIECLE itself and will spread to every tool it feeds (knowledge.md §4.4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.model import KINSHIP, Evidence, Finding, Profile, Record
from diagnostics.rules.absence import gaps_of, stated_fields
from diagnostics.rules.basics import day
from diagnostics.rules.data import RECENT, SchoolData, Tie
from diagnostics.rules.guardians import Double, mail, phone, phones, sheets
from diagnostics.rules.pupils import second_sheets
from diagnostics.rules.report import (
    HOUSEKEEPING,
    LOCKED_OUT,
    NEXT_IMPORT,
    by_name,
    finding,
    listing,
    many,
    name,
    people,
    quote,
    quote_line,
    verb,
    widespread,
)
from diagnostics.rules.view import Tool, View, name_keys, place, same_name

CARERS = {
    "41": "éducateur",
    "42": "assistant familial",
    "50": "tuteur",
    "51": "aide sociale à l'enfance",
}
"""CODE_PARENTE of those for whom « responsable en charge » is made (formats.md §12.4, 003:541-553)."""
MOST_LEGAL = 2
"""Legal guardians of one child (knowledge.md §6.5)."""


def doubled_guardians(data: SchoolData) -> Iterator[Finding]:
    """SIE-01: one guardian under several PERSONNE_ID; SIE-02 when the second sheet came with newcomers."""
    arriving: dict[tuple[str, ...], list[Double]] = defaultdict(list)
    for double in data.once(sheets).doubles:
        if double.joins_siblings:
            arriving[tuple(sorted(double.children))].append(double)
            continue
        views = [sheet.view for sheet in double.sheets]
        yield finding(
            "SIE-01",
            double.key,
            summary=f"{name(views[0])} a {len(double.sheets)} fiches de responsable dans SIECLE"
            f" ({many(len(double.children), 'enfant', 'enfants')} : {children(double)}).",
            cause="Doublon de responsable : autant de comptes et de notifications que de fiches. À traiter dans SIECLE"
            " (Doublons responsables), en gardant la fiche de l'enfant le plus ancien dans l'ENT.",
            severity=NEXT_IMPORT,
            views=one_human(views),
            evidence=double_evidence(data, double),
        )
    for siblings, doubles in sorted(arriving.items()):
        views = [view for double in doubles for view in one_human([sheet.view for sheet in double.sheets])]
        yield finding(
            "SIE-02",
            "+".join(siblings),
            summary=f"Fratrie à rapprocher ({children(doubles[0])}) : {people(len(doubles), Profile.PARENT)}"
            f" {verb(len(doubles), 'a', 'ont')} une seconde fiche dans SIECLE.",
            cause=sibling_cause(doubles),
            severity=NEXT_IMPORT,
            views=views,
            evidence=[e for double in doubles for e in double_evidence(data, double)],
        )


def sibling_cause(doubles: list[Double]) -> str:
    """What keeps the newcomer's sheet from being the elder's."""
    if all({"même nom", "même téléphone", "même courriel"} <= set(double.why) for double in doubles):
        return (
            "La fiche du responsable a été saisie une seconde fois à l'identique pour le nouvel arrivant, au lieu de"
            " reprendre celle de l'aîné : la famille aurait deux comptes."
        )
    return (
        "La fiche du nouvel arrivant ne reprend pas celle de l'aîné (nom, téléphone ou courriel différents) : la"
        " famille aurait deux comptes."
    )


def one_human(views: list[View]) -> list[View]:
    """One view for a human whom the matching left in several: the one that most tools know."""
    return sorted({id(v): v for v in views}.values(), key=lambda v: (-len(v.by_tool), v.key))[:1]


def children(double: Double) -> str:
    return listing(name(view) for view in by_name(double.children.values()))


def double_evidence(data: SchoolData, double: Double) -> list[Evidence]:
    found = []
    for sheet in double.sheets:
        record = sheet.record
        parts = [record.surname, record.given_names, record.extra.get("phone", ""), record.extra.get("mail", "")]
        of = listing(name(view) for view in by_name(sheet.children.values()))
        found.append(quote(data, record, f"PERSONNE_ID {sheet.ident} ({of})", " · ".join(p for p in parts if p)))
    found.append(quote(data, double.sheets[0].record, "ce que les fiches partagent", ", ".join(double.why)))
    views = {id(sheet.view): sheet.view for sheet in double.sheets}.values()
    for tool in (Tool.EDUCONNECT, Tool.ENT):
        accounts = {r.ids.get("educonnect") or r.ids.get("uid") or "": r for view in views for r in view.of(tool)}
        if len(accounts) > 1:
            found += [quote(data, record, f"compte dans {place(tool)}", ident) for ident, record in accounts.items()]
    return found


# -- levels of responsibility --------------------------------------------------------------------------------------


def pupil_ties(data: SchoolData) -> Iterator[tuple[View, list[Tie]]]:
    """Pupils who are there and their guardians; nothing when the two files of SIECLE do not name pupils alike."""
    tied = sum(bool(data.guardians_of.get(id(view))) for view in data.pupils)
    if not data.siecle_ties or widespread(len(data.pupils) - tied, len(data.pupils)):
        return
    for view in data.pupils:
        if id(view) not in data.once(second_sheets):
            yield view, data.guardians_of.get(id(view), [])


def carers(data: SchoolData) -> Iterator[Finding]:
    """SIE-04: foster families and the like declared as « personne à contacter », hence without any access."""
    for pupil, ties in pupil_ties(data):
        for tie in ties:
            if tie.relation.kinship in CARERS and tie.relation.level == "contact":
                yield finding(
                    "SIE-04",
                    f"{pupil.key}|{tie.guardian.key}",
                    summary=f"{name(tie.guardian)} figure dans SIECLE comme personne à contacter de {name(pupil)} :"
                    " aucun accès.",
                    cause="Une famille d'accueil ou un tuteur doit être « responsable en charge » pour avoir un"
                    " compte ; le"
                    " chef d'établissement décide.",
                    severity=LOCKED_OUT,
                    views=[tie.guardian, pupil],
                    evidence=[
                        quote_line(
                            data, tie.relation.origin, "niveau de responsabilité", tie.relation.rank or "contact"
                        ),
                        quote_line(data, tie.relation.origin, KINSHIP, CARERS[tie.relation.kinship]),
                    ],
                )


def contacts(data: SchoolData) -> Iterator[Finding]:
    """SIE-05: a person to call, never a guardian, who has an account and sees the child's record."""
    in_ent = {(id(tie.guardian), id(tie.pupil)) for tie in data.ent_ties}
    hung = {guardian for guardian, _ in in_ent}
    for view in data.with_tool(Tool.SIECLE, Profile.PARENT):
        ties = [t for t in data.children_of.get(id(view), ()) if id(t.pupil) in data.known_pupils]
        if not ties or not view.ent or any(t.relation.level != "contact" for t in ties):
            continue
        if data.once(sheets).doubled(view) or another_guardian(data, view):
            continue
        seen = [t for t in ties if (id(view), id(t.pupil)) in in_ent or names_child(view, t.pupil)]
        if not seen and (id(view) in hung or data.elsewhere(view)):
            continue
        pupils = by_name(t.pupil for t in seen or ties)
        yield finding(
            "SIE-05",
            view.key,
            summary=f"{name(view)}, « personne à contacter » de {listing(name(p) for p in pupils)}, a un compte dans"
            " l'ENT.",
            cause="Une personne à contacter ne doit pas avoir d'accès : niveau de responsabilité faux à un moment, ou"
            " lien"
            " fait à la main dans l'ENT.",
            severity=LOCKED_OUT,
            views=[view, *pupils],
            evidence=[
                quote(data, view.ent, "compte ENT", view.ent.ids.get("uid", "") or view.ent.ids.get("login", "")),
                *(
                    quote_line(data, t.relation.origin, "niveau de responsabilité", t.relation.rank or "contact")
                    for t in ties
                ),
            ],
        )


def names_child(view: View, pupil: View) -> bool:
    """Whether the guardian's account names the pupil as a child."""
    written = {text.code(child) for record in view.of(Tool.ENT) for child in record.children}
    return any(child in {f"{a}{b}", f"{b}{a}"} for child in written for r in pupil.records() for a, b in name_keys(r))


def another_guardian(data: SchoolData, view: View) -> bool:
    """Whether a real guardian bears the same name: the account may be that one's."""
    record = view.siecle
    return record is not None and any(
        tie.guardian is not view
        and tie.expects_account
        and tie.guardian.siecle is not None
        and same_name(record, tie.guardian.siecle)
        for tie in data.siecle_ties
    )


def legal_guardians(data: SchoolData) -> Iterator[Finding]:
    """SIE-07: no guardian at all, or more legal guardians than a child may have."""
    alone: list[View] = []
    doubled = data.once(sheets)
    for pupil, ties in pupil_ties(data):
        if any(t.relation.kinship in CARERS for t in ties):
            continue
        if not any(t.relation.level != "contact" for t in ties):
            alone.append(pupil)
        legal = {
            doubled.person(t.guardian.value("personne_id", Tool.SIECLE)): t for t in ties if t.relation.level == "legal"
        }
        if len(legal) > MOST_LEGAL:
            chosen = sorted(legal.values(), key=lambda t: (t.relation.rank, t.guardian.key))
            yield finding(
                "SIE-07",
                pupil.key,
                summary=f"{name(pupil)} a {len(legal)} responsables légaux dans SIECLE (deux au plus).",
                cause="Un responsable a été ajouté sans que l'ancien soit retiré, ou un beau-parent est saisi comme"
                " responsable légal : le chef d'établissement vérifie la décision.",
                severity=NEXT_IMPORT,
                views=[pupil, *(t.guardian for t in chosen)],
                evidence=[
                    quote_line(
                        data,
                        t.relation.origin,
                        "responsable légal",
                        f"{name(t.guardian)} (rang {t.relation.rank or '?'})",
                    )
                    for t in chosen
                ],
            )
    if alone:
        chosen_pupils = by_name(alone)
        count = len(alone)
        yield finding(
            "SIE-07",
            "sans responsable",
            summary=f"{people(count, Profile.ELEVE)} sans aucun responsable légal ni en charge dans SIECLE.",
            cause="Fiche incomplète à l'inscription ou responsable retiré : personne ne peut suivre l'élève.",
            severity=NEXT_IMPORT,
            views=chosen_pupils,
            evidence=[quote(data, p.siecle, "responsable légal", "") for p in chosen_pupils if p.siecle],
        )


# -- incomplete records --------------------------------------------------------------------------------------------


def incomplete(data: SchoolData) -> Iterator[Finding]:
    """SIE-06: pupils whose record blocks the exchange or gives neither class nor account."""
    stated = data.once(stated_fields)
    lacking: dict[int, tuple[View, Record, list[str]]] = {}
    for view in data.pupils:
        record = view.siecle
        if record is None or id(view) in data.once(second_sheets):
            continue
        gaps = [gap for gap in gaps_of(data, record) if not (gap == "INE" and fresh(data, record))]
        if not record.sex and "sex" in stated:
            gaps.append("sexe")
        if gaps:
            lacking[id(view)] = (view, record, gaps)
    if lacking:
        views = by_name(view for view, _, _ in lacking.values())
        fields = Counter(gap for _, _, gaps in lacking.values() for gap in gaps)
        yield finding(
            "SIE-06",
            "incomplètes",
            summary=f"{many(len(views), 'fiche élève incomplète', 'fiches élèves incomplètes')} dans SIECLE :"
            f" {', '.join(f'{gap} ({count})' for gap, count in sorted(fields.items()))}.",
            cause="Fiche à compléter : sans INE l'échange avec le rectorat bloque, sans division l'élève n'a ni"
            " classe ni"
            " emploi du temps dans l'ENT.",
            severity=NEXT_IMPORT,
            views=views,
            evidence=[quote(data, lacking[id(v)][1], gap, "") for v in views for gap in lacking[id(v)][2]],
        )


def fresh(data: SchoolData, record: Record) -> bool:
    """Whether the pupil entered so lately that the national identifier may still be on its way."""
    entry, export = day(record.extra.get("entry_date", "")), data.export_of(record)
    return bool(entry and export and data.date_of(export) - entry < RECENT)


# -- how to reach guardians ----------------------------------------------------------------------------------------


def legal_sheets(data: SchoolData) -> list[tuple[View, Record]]:
    """Guardians of pupils who are there, who must be reachable."""
    found: dict[int, tuple[View, Record]] = {}
    for tie in data.siecle_ties:
        if tie.expects_account and id(tie.pupil) in data.known_pupils and tie.guardian.siecle:
            found.setdefault(id(tie.guardian), (tie.guardian, tie.guardian.siecle))
    return list(found.values())


def without_any_contact(data: SchoolData) -> list[tuple[View, Record]]:
    """Guardians with neither phone nor mail in SIECLE, when most have one."""
    every = data.once(legal_sheets)
    lacking = [
        (view, record)
        for view, record in every
        if not any(
            known.extra.get("phone") or known.extra.get("mail")
            for one in (view, *data.once(sheets).of(view))
            for known in one.of(Tool.SIECLE)
        )
    ]
    return [] if widespread(len(lacking), len(every)) or len(lacking) == len(every) else lacking


def unreachable(data: SchoolData) -> Iterator[Finding]:
    """SIE-08: guardians with neither phone nor mail in SIECLE."""
    views = by_name(view for view, _ in data.once(without_any_contact))
    if not views:
        return
    yield finding(
        "SIE-08",
        "injoignables",
        summary=f"{people(len(views), Profile.PARENT)} sans téléphone ni courriel dans SIECLE.",
        cause="Coordonnées jamais saisies : ni auto-inscription EduConnect par SMS, ni récupération du mot de passe, ni"
        " notification.",
        severity=HOUSEKEEPING,
        views=views,
        evidence=[quote(data, v.siecle, "téléphone et courriel", "") for v in views if v.siecle],
    )


def changed_contacts(data: SchoolData) -> Iterator[Finding]:
    """SIE-08: mail or phone of SIECLE that another tool does not have yet (or the reverse)."""
    found: dict[int, tuple[View, list[Evidence]]] = {}
    compared = 0
    for view, record in data.once(legal_sheets):
        if data.once(sheets).doubled(view):
            continue
        proofs: list[Evidence] = []
        others = [r for tool in (Tool.EDUCONNECT, Tool.ENT) for r in view.of(tool)]
        compared += any(mail(r) or phone(r) for r in others)
        for other in others:
            if mail(record) and mail(other) and mail(record) != mail(other):
                proofs += [
                    quote(data, record, "courriel", record.extra["mail"]),
                    quote(data, other, "courriel", other.extra["mail"]),
                ]
            if phone(record) and phone(other) and phone(other) not in phones(record):
                proofs += [
                    quote(data, record, "téléphone", record.extra["phone"]),
                    quote(data, other, "téléphone", other.extra["phone"]),
                ]
        if proofs:
            found[id(view)] = (view, proofs)
    if not found or widespread(len(found), compared):
        return
    views = by_name(view for view, _ in found.values())
    count = len(views)
    yield finding(
        "SIE-08",
        "coordonnées",
        summary=f"{people(count, Profile.PARENT)} {verb(count, 'a', 'ont')} des coordonnées différentes dans SIECLE et"
        " dans EduConnect ou l'ENT.",
        cause="Changement fait d'un seul côté : demande pas encore acceptée dans SIECLE, ou délai de transmission.",
        severity=HOUSEKEEPING,
        views=views,
        evidence=[e for view in views for e in found[id(view)][1]],
    )

"""SEC-01: links that put a child, or a child's marks, in a stranger's account (knowledge.md §4.13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from diagnostics import text
from diagnostics.matching.names import SAME, Level
from diagnostics.model import Evidence, Finding, Origin, Profile, Record, Relation
from diagnostics.rules.data import SchoolData, Tie
from diagnostics.rules.guardians import address, mail, phones, sheets
from diagnostics.rules.report import LOCKED_OUT, by_name, finding, listing, name, quote, quote_line, verb
from diagnostics.rules.view import (
    TOOLS,
    WALL,
    Tool,
    View,
    given_level,
    name_keys,
    near_name,
    place,
    strangers,
    surname_level,
)

Crossing = tuple[list[View], list[Evidence]]
UID_LABEL = "identifiant CAS"


def foreign_children(data: SchoolData) -> Iterator[Finding]:
    """Guardians' accounts of the ENT that hang on a child whom SIECLE does not give them.

    The account is a stranger's only when SIECLE gives the guardians of every child it hangs on and no one human is, by
    name, a guardian of them all. A guardian SIECLE does not know is left aside: names change, sheets lag.
    """
    by_account: dict[int, list[Tie]] = defaultdict(list)
    accounts: dict[int, View] = {}
    crossed = data.once(crossed_origins)
    for tie in (*data.ent_ties, *data.once(named_ties)):
        if tie.relation.origin in crossed:
            continue
        if data.guardians_of.get(id(tie.pupil)) and id(tie.pupil) in data.known_pupils and tie.pupil.ent:
            by_account[id(tie.guardian)].append(tie)
            accounts[id(tie.guardian)] = tie.guardian
    for key in sorted(by_account, key=lambda k: accounts[k].key):
        account, ties = accounts[key], by_account[key]
        if all(any(known.guardian is account for known in data.guardians_of[id(tie.pupil)]) for tie in ties):
            continue
        wrong = strange_ties(data, account, ties)
        if wrong:
            yield foreign(data, account, wrong)


def named_ties(data: SchoolData) -> list[Tie]:
    """Children whom a guardian's account names, without any identifier, in the ENT or EduConnect.

    A name is a child only when one pupil alone bears it, and when none of the guardian's own children nearly does: what
    names two, or a slip of the family's own, ties nobody.
    """
    told = {(id(tie.pupil), id(tie.guardian)) for tie in data.ent_ties}
    bearers = data.once(pupils_by_full_name)
    found: list[Tie] = []
    for tool in (Tool.ENT, Tool.EDUCONNECT):
        for account in data.with_tool(tool, Profile.PARENT):
            if account.siecle is None:
                continue
            family = [t.pupil for t in data.children_of.get(id(account), ())]
            for record in account.of(tool):
                for child in record.children:
                    known = bearers.get(text.code(child), {})
                    if len(known) != 1:
                        continue
                    pupil = next(iter(known.values()))
                    if (id(pupil), id(account)) in told or any(alike(pupil, own) for own in family):
                        continue
                    stated = Relation(pupil=("nom", child), guardian=("nom", account.key), origin=record.origin)
                    found.append(Tie(pupil, account, stated))
    return found


def pupils_by_full_name(data: SchoolData) -> dict[str, dict[int, View]]:
    """Surname and given names run together, in both orders → pupils of any export who bear them."""
    found: dict[str, dict[int, View]] = defaultdict(dict)
    for (surname, given), views in data.pupils_by_name.items():
        for view in views:
            for written in (surname + given, given + surname):
                found[written][id(view)] = view
    return found


def alike(pupil: View, own: View) -> bool:
    return pupil is own or near_name(pupil.best, own.best)


def strange_ties(data: SchoolData, account: View, ties: list[Tie]) -> list[Tie]:
    """The ties of an account that SIECLE does not bear out, [] when one guardian explains them all."""
    if account.siecle is None and account.ent is None:
        return []
    bearers = [namesakes(data, account, tie) for tie in ties]
    if set.intersection(*bearers):
        return []
    own = own_person(data, account)
    if own:
        return [
            tie
            for tie, found in zip(ties, bearers, strict=True)
            if own not in found and not is_near(data, account, tie, own)
        ]
    known = set.union(*bearers)
    if not known:
        return []
    # Nobody is sure who holds the account: where its holder lives or is reached says it, else every tie is doubtful.
    holders = likely_holders(data, account, ties, known)
    return [tie for tie, found in zip(ties, bearers, strict=True) if len(holders) != 1 or not holders & found]


def likely_holders(data: SchoolData, account: View, ties: list[Tie], known: set[str]) -> set[str]:
    """Of the namesakes, those whose address, phone or mail is the account's."""
    doubled = data.once(sheets)
    mine = [r for tool in (Tool.ENT, Tool.EDT, Tool.EDUCONNECT) for r in account.of(tool)]
    found = set()
    for tie in ties:
        for other in data.guardians_of[id(tie.pupil)]:
            for record in other.guardian.of(Tool.SIECLE):
                ident = doubled.person(record.ids.get("personne_id", "") or other.guardian.key)
                if ident in known and any(reached_alike(record, one) for one in mine):
                    found.add(ident)
    return found


def reached_alike(one: Record, other: Record) -> bool:
    return bool(
        (address(one) and address(one) == address(other))
        or (mail(one) and mail(one) == mail(other))
        or phones(one) & phones(other)
    )


def namesakes(data: SchoolData, account: View, tie: Tie) -> set[str]:
    """Guardians of the child, by SIECLE, who bear nearly the name of the account (or are its person)."""
    doubled = data.once(sheets)
    found = set()
    for known in data.guardians_of[id(tie.pupil)]:
        for record in known.guardian.of(Tool.SIECLE):
            ident = record.ids.get("personne_id", "")
            sheets_of = doubled.records(ident) or (record,)
            if known.guardian is account or any(near_name(r, mine) for r in sheets_of for mine in accounts_of(account)):
                found.add(doubled.person(ident) or known.guardian.key)
    return found


def accounts_of(view: View) -> list[Record]:
    return [record for tool in (Tool.ENT, Tool.EDUCONNECT) for record in view.of(tool)]


def own_person(data: SchoolData, account: View) -> str:
    """The guardian of SIECLE to whom the account belongs for certain, "" when none."""
    record = account.siecle
    if record is None:
        return ""
    return data.once(sheets).person(record.ids.get("personne_id", "") or account.key)


def is_near(data: SchoolData, account: View, tie: Tie, own: str) -> bool:
    """Whether a guardian of the child shares a given name or a surname that the account may be written under."""
    others = [r for known in data.guardians_of[id(tie.pupil)] for r in known.guardian.of(Tool.SIECLE)]
    named = [r for r in others if data.once(sheets).person(r.ids.get("personne_id", "")) != own]
    family = data.children_of.get(id(account), [])
    if any(t.pupil is tie.pupil for t in family):
        return True
    # A sheet typed otherwise (married name, nickname) is not a stranger's: same given name and a shared surname, or one
    # way to reach both.
    return any(
        given_level(record, mine) in SAME
        and (
            surname_level(record, mine) not in {*SAME, Level.DIFFERENT}
            or any(reached_alike(record, sheet) for sheet in account.of(Tool.SIECLE))
        )
        for record in named
        for mine in accounts_of(account)
    )


def foreign(data: SchoolData, account: View, wrong: list[Tie]) -> Finding:
    pupils = by_name({id(t.pupil): t.pupil for t in wrong}.values())
    proofs: list[Evidence] = []
    tools: set[Tool] = set()
    for tie in wrong:
        export = data.export_by_id.get(tie.relation.origin.export)
        tool = TOOLS.get(export.kind, Tool.ENT) if export else Tool.ENT
        tools.add(tool)
        record = next(iter(account.of(tool)), account.best)
        login = record.ids.get("uid", "") or record.ids.get("educonnect", "") or name(account)
        proofs.append(
            quote_line(data, tie.relation.origin, f"rattachement dans {place(tool)}", f"{name(tie.pupil)} → {login}")
        )
        guardians = listing(name(t.guardian) for t in data.guardians_of[id(tie.pupil)])
        if tie.pupil.siecle:
            proofs.append(quote(data, tie.pupil.siecle, "responsables dans SIECLE", guardians))
    return finding(
        "SEC-01",
        f"{account.key}|" + "+".join(p.key for p in pupils),
        summary=f"Le compte {' et le compte '.join(sorted(tools))} de {name(account)}"
        f" {verb(len(tools), 'est rattaché', 'sont rattachés')} à {listing(name(p) for p in pupils)}, dont cette"
        " personne n'est"
        " pas responsable dans SIECLE.",
        cause="Rattachement à un homonyme ou lien fait à la main : couper l'accès d'abord, corriger le lien ensuite,"
        " prévenir"
        " le chef d'établissement et le délégué à la protection des données.",
        severity=LOCKED_OUT,
        views=[account, *pupils],
        evidence=proofs,
    )


# -- crossed identifiers -------------------------------------------------------------------------------------------


def crossed_identifiers(data: SchoolData) -> list[Crossing]:
    """Persons whose account bears another's Pronote identifier, or whose Pronote record bears another's account."""
    found: dict[frozenset[str], Crossing] = {}
    for name_, label in (("idpn", "identifiant Pronote"), ("uid", UID_LABEL)):
        accounts = holders(data, name_, (Tool.ENT,))
        persons = holders(data, name_, (Tool.EDT, Tool.PRONOTE, Tool.IDPN))
        for value, mine in accounts.items():
            for record in persons.get(value, ()):
                for account in mine:
                    if record.profile is account.profile and two_humans(data, account, record):
                        add(data, found, label, value, account, record)
            for index, one in enumerate(mine):
                for other in mine[index + 1 :]:
                    if name_ == "idpn" and two_humans(data, one, other):
                        add(data, found, label, value, one, other)
    crossings = [(by_name(views), proofs) for views, proofs in found.values()]
    return sorted(crossings, key=lambda crossing: [view.key for view in crossing[0]])


def holders(data: SchoolData, name_: str, tools: tuple[Tool, ...]) -> dict[str, list[Record]]:
    index: dict[str, list[Record]] = defaultdict(list)
    for tool in tools:
        for record in data.records(tool, Profile.ELEVE, Profile.PARENT, Profile.ENSEIGNANT, Profile.NON_ENSEIGNANT):
            if value := record.ids.get(name_):
                index[value.upper()].append(record)
    return index


def two_humans(data: SchoolData, one: Record, other: Record) -> bool:
    """Whether two records that share an identifier cannot be one human: nothing alike, or one name and two births."""
    if one.birth_date and one.birth_date == other.birth_date:
        return False
    if strangers(one, other):
        return (
            data.view(one) is not data.view(other) or not (one.birth_date and other.birth_date) or distant(one, other)
        )
    return bool(one.birth_date and other.birth_date) and near_name(one, other) and owned(data, one, other)


def distant(one: Record, other: Record) -> bool:
    """Whether two birth dates differ by more than a slip."""
    return sum(a != b for a, b in zip(one.birth_date, other.birth_date, strict=False)) > 2


def owned(data: SchoolData, one: Record, other: Record) -> bool:
    """Whether each of two namesakes is known of SIECLE by its own birth date."""
    births = data.once(births_by_name)
    return any(
        {one.birth_date, other.birth_date} <= births.get(key, set())
        for key in ((surname.casefold(), one.given_names.casefold()) for surname in (one.surname, other.surname))
    )


def births_by_name(data: SchoolData) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in data.records(Tool.SIECLE, Profile.ELEVE):
        for surname in (record.surname, record.usage_name):
            if surname and record.birth_date:
                found[surname.casefold(), record.given_names.casefold()].add(record.birth_date)
    return found


def add(
    data: SchoolData, found: dict[frozenset[str], Crossing], label: str, value: str, one: Record, other: Record
) -> None:
    views = [bearer(data, one), bearer(data, other)]
    # Few exports state the birth date: it tells two humans apart only when their names do not.
    key = frozenset(f"{text.fold(r.surname)}|{text.fold(r.given_names)}" for r in (one, other))
    if len(key) < 2:
        key = frozenset(f"{name}|{r.birth_date}" for name in key for r in (one, other))
    known, proofs = found.setdefault(key, ([], []))
    known += [view for view in views if not any(view is v for v in known)]
    for record in (one, other):
        proofs.append(quote(data, record, label, f"{value} — {record.surname} {record.given_names}"))


def bearer(data: SchoolData, record: Record) -> View:
    """Whom a record names: an identifier that is another's has put it among that one's records."""
    view = data.view(record)
    if belongs(data, record):
        return view
    wall = WALL.get(record.profile, "")
    named = {i: v for key in name_keys(record) for i, v in data.once(sources_by_name).get((wall, key), {}).items()}
    return next(iter(named.values())) if len(named) == 1 else view


def sources_by_name(data: SchoolData) -> dict[tuple[str, tuple[str, str]], dict[int, View]]:
    """(wall, name) → views of SIECLE and STS-Web that bear it, by id."""
    found: dict[tuple[str, tuple[str, str]], dict[int, View]] = defaultdict(dict)
    for tool in (Tool.SIECLE, Tool.STS):
        for view in data.with_tool(tool):
            for record in view.of(tool):
                for key in name_keys(record):
                    found[WALL.get(view.profile, ""), key][id(view)] = view
    return found


def humans(views: list[View]) -> list[View]:
    """Those whom the ministry's exports state, then those whose name none of these bears."""
    known = [v for v in views if v.siecle or v.sts]
    return known + [v for v in views if not any(v is k or near_name(v.best, k.best) for k in known)]


def crossed_origins(data: SchoolData) -> frozenset[Origin]:
    """Lines that bear somebody else's identifier: what they say of that person is said once, as a crossing."""
    return frozenset(
        proof.origin
        for _, proofs in data.once(crossed_identifiers)
        for proof in proofs
        if proof.field == UID_LABEL and proof.record is not None and not belongs(data, proof.record)
    )


def belongs(data: SchoolData, record: Record) -> bool:
    """Whether a record bears the name of the person whom the ministry's own exports hold it to be."""
    best = data.view(record).siecle or data.view(record).sts
    return best is None or near_name(record, best)


def crossed(data: SchoolData) -> Iterator[Finding]:
    """SEC-01: each would see the other's Pronote."""
    for views, proofs in data.once(crossed_identifiers):
        yield finding(
            "SEC-01",
            "+".join(view.key for view in views),
            summary=f"Identifiants croisés entre {' et '.join(dict.fromkeys(name(v) for v in views))} : l'un verrait"
            " les données"
            " de l'autre.",
            cause="Mauvais rapprochement fait à la main entre deux personnes : couper l'accès, refaire le"
            " rapprochement.",
            severity=LOCKED_OUT,
            views=humans(views),
            evidence=proofs,
        )

"""Errors born in SIECLE and STS-Web, and links that go astray in the ENT (knowledge.md SIE, STS, EDU-04, SEC-01)."""

from __future__ import annotations

from diagnostics.demo_school import names
from diagnostics.demo_school.people import FOSTER, Family, Person, adult
from diagnostics.demo_school.plan import Plan, siblings
from diagnostics.demo_school.views import AAF, GuardianLink, account, bare, official, row


def plant(plan: Plan) -> None:
    strangers(plan)
    doubled_guardians(plan)
    siblings_to_join(plan)
    split_accounts(plan)
    foster_family(plan)
    without_guardian(plan)
    too_many_guardians(plan)
    neighbour_with_account(plan)
    incomplete_pupils(plan)
    unreachable_guardians(plan)
    old_mail(plan)
    new_phones(plan)
    shared_ine(plan)
    teachers_without_services(plan)


def doubled(plan: Plan, guardian: Person, child: Person, *, accounts: bool) -> None:
    """A second PERSONNE for the guardian, tied to one child; with ``accounts``, also in EduConnect and in the ENT."""
    exports, school = plan.exports, plan.school
    second = plan.siecle[guardian].copy()
    first_id = second.ids["personne_id"]
    second.ids = {"personne_id": str(school.number("personne"))}
    if second.usage:
        second.usage = ""
    else:
        second.given = names.NICKNAMES.get(second.given, second.given.split("-")[0])
    second.extra["phone"] = f"063998{school.number('phone') % 10_000:04d}"
    second.trap, second.soft = "doubled", True
    plan.siecle[guardian].soft = True
    exports.siecle_guardians.append(second)
    for link in exports.siecle_links:
        if link.pupil is child and link.personne_id == first_id:
            link.personne_id = second.ids["personne_id"]
    if not accounts:
        second.without_own = True
        return
    plan.edt[guardian].soft = True
    other = plan.second_account(guardian, AAF)
    other.surname, other.given = second.usage or second.surname, second.given
    other.ids["jointure"] = f"{school.jointure_prefix}{1_000_000 + school.number('jointure')}"
    second.ids["uid_of_account"] = other.ids["uid"]
    mine = plan.accounts[guardian].ids["uid"]
    exports.tutors[child] = [(r, other.ids["uid"] if uid == mine else uid) for r, uid in exports.tutors[child]]
    educonnect = plan.educonnect[guardian].copy()
    educonnect.surname, educonnect.given = other.surname, other.given
    educonnect.ids = {"educonnect": school.unique(f"{plan.educonnect[guardian].ids['educonnect']}0")}
    educonnect.soft = plan.educonnect[guardian].soft = True
    exports.educonnect_guardians.append(educonnect)
    seen = exports.educonnect_children[plan.educonnect[guardian].ids["educonnect"]]
    seen.remove(child)
    exports.educonnect_children[educonnect.ids["educonnect"]] = [child]


def doubled_guardians(plan: Plan) -> None:
    """One guardian, two PERSONNE; for most of them two accounts, each with a part of the children."""
    families = plan.families(
        plan.many(5), lambda f: bool(f.guardians) and not f.in_charge and siblings(f, lambda p: p.level != "6")
    )
    for index, family in enumerate(families):
        guardian, accounts = family.guardians[0], index % 3 != 2
        doubled(plan, guardian, family.pupils[-1], accounts=accounts)
        also = ("SIE-02", "ANN-05", "PRN-01", "ANN-06", "EDU-04")
        plan.ledger.expect("SIE-01", [guardian], "deux PERSONNE_ID pour un responsable", also=also)


def split_accounts(plan: Plan) -> None:
    """One sheet in SIECLE, and in EduConnect two accounts, or one that lacks a child."""
    exports = plan.exports
    families = plan.families(plan.many(5), lambda f: bool(f.guardians) and not f.in_charge and siblings(f))
    for index, family in enumerate(families):
        guardian, child = family.guardians[0], family.pupils[-1]
        account = plan.educonnect[guardian]
        seen = exports.educonnect_children[account.ids["educonnect"]]
        seen.remove(child)
        if index % 2:
            plan.ledger.expect("EDU-04", [guardian], "un enfant manque dans le compte EduConnect")
            continue
        other = account.copy()
        other.ids = {"educonnect": plan.school.unique(f"{account.ids['educonnect']}0")}
        exports.educonnect_guardians.append(other)
        exports.educonnect_children[other.ids["educonnect"]] = [child]
        plan.ledger.expect("EDU-04", [guardian], "deux comptes EduConnect, un par enfant")


def siblings_to_join(plan: Plan) -> None:
    """The younger child arrived in 6e with another sheet for the same parent."""

    def fits(family: Family) -> bool:
        return bool(family.guardians) and not family.in_charge and siblings(family) and newest(family).level == "6"

    for family in plan.families(plan.many(2), fits):
        guardian = family.guardians[0]
        doubled(plan, guardian, newest(family), accounts=True)
        plan.ledger.expect(
            "SIE-02",
            [guardian],
            "fratrie à rapprocher à l’arrivée en 6e",
            instead=("SIE-01",),
            also=("SIE-01", "EDU-04", "ANN-05", "PRN-01", "ANN-06"),
        )


def newest(family: Family) -> Person:
    return max(family.pupils, key=lambda p: p.birth)


def drop_guardians(plan: Plan, family: Family) -> None:
    """Nobody is responsible for the child any more, in any tool."""
    exports = plan.exports
    for guardian in family.guardians:
        plan.remove_account(guardian)
        plan.remove_educonnect(guardian)
        exports.siecle_guardians.remove(plan.siecle.pop(guardian))
    gone = {guardian.personne_id for guardian in family.guardians}
    exports.siecle_links = [link for link in exports.siecle_links if link.personne_id not in gone]
    for pupil in family.pupils:
        exports.edt_guardians.pop(pupil, None)


def one_child(family: Family) -> bool:
    return len(family.pupils) == 1 and not family.in_charge and not family.contacts


def foster_family(plan: Plan) -> None:
    """An « assistante familiale » declared as a person to call: she has no access at all."""
    for family in plan.families(1, one_child):
        drop_guardians(plan, family)
        pupil = family.pupils[0]
        carer = adult(plan.school, names.origin(plan.rng), "F")
        carer.family = family
        made = row(carer, personne_id=carer.personne_id)
        made.birth = ""
        made.extra = {"mail": carer.mail, "phone": carer.phone}
        plan.exports.siecle_guardians.append(made)
        plan.exports.siecle_links.append(GuardianLink(pupil, carer.personne_id, "0", "0", FOSTER))
        plan.ledger.expect("SIE-04", [carer, pupil], "famille d’accueil déclarée « à contacter »", any_of=True)
        for code in ("SIE-04", "SIE-06", "SIE-07", "SIE-05", "ANN-01"):
            plan.ledger.tolerate(code, [carer, pupil], "aucun responsable légal")


def without_guardian(plan: Plan) -> None:
    for family in plan.families(1, one_child):
        drop_guardians(plan, family)
        plan.ledger.expect(
            "SIE-06", family.pupils, "aucun responsable dans SIECLE", instead=("SIE-07", "SIE-04"), also=("SIE-07",)
        )


def too_many_guardians(plan: Plan) -> None:
    """A step-parent entered as a third legal guardian; a child has two at most."""
    for family in plan.families(1, lambda f: one_child(f) and len(f.guardians) == 2):
        pupil = family.pupils[0]
        extra = adult(plan.school, names.origin(plan.rng), plan.rng.choice("MF"))
        extra.family = family
        made = row(extra, personne_id=extra.personne_id)
        made.birth = ""
        made.extra = {"mail": extra.mail, "phone": extra.phone}
        plan.exports.siecle_guardians.append(made)
        plan.exports.siecle_links.append(GuardianLink(pupil, extra.personne_id, "1", "2", "90"))
        plan.exports.accounts.append(account(plan.school, extra))
        plan.exports.tutors[pupil] = [*plan.exports.tutors[pupil], ("tuteur1", extra.uid)]
        educonnect = bare(extra, educonnect=extra.educonnect)
        educonnect.birth = ""
        educonnect.extra = {"mail": extra.mail, "state": "Actif", "last_login": "", "last_notice": ""}
        educonnect.extra["last_login"] = plan.school.start.isoformat()
        plan.exports.educonnect_guardians.append(educonnect)
        plan.exports.educonnect_children[extra.educonnect] = [pupil]
        people = [pupil, extra, *family.guardians]
        plan.ledger.expect("SIE-07", people, "trois responsables légaux", any_of=True)
        plan.ledger.tolerate("SIE-07", people, "trois responsables légaux")


def neighbour_with_account(plan: Plan) -> None:
    """A person to call who was given an account and the child's whole record."""
    for family in plan.families(1, lambda f: len(f.pupils) == 1 and len(f.contacts) == 1):
        contact, pupil = family.contacts[0], family.pupils[0]
        plan.exports.accounts.append(account(plan.school, contact))
        plan.exports.tutors[pupil] = [*plan.exports.tutors[pupil], ("tuteur1", contact.uid)]
        note = "personne à contacter qui a un compte et voit l’élève"
        plan.ledger.expect("SIE-05", [contact, pupil], note, instead=("SEC-01",), any_of=True)
        for code in ("SIE-05", "SEC-01"):
            plan.ledger.tolerate(code, [contact, pupil], note)
        plan.ledger.tolerate("ANN-07", [contact], note)


def strangers(plan: Plan) -> None:
    """In the ENT a child hangs on the account of a namesake of its father (or of anyone, where there is none)."""
    exports = plan.exports
    by_name: dict[tuple[str, str], list[Person]] = {}
    for family in plan.school.families:
        if plan.free(family) and len(family.guardians) == 2:
            father = family.guardians[1]
            by_name.setdefault((official(father.shown_surname), father.given), []).append(father)
    pairs = [(people[0], people[1]) for people in by_name.values() if len(people) == 2]
    if not pairs:
        people = plan.guardians(2)
        pairs = [(people[0], people[1])] if len(people) == 2 else []
    for father, stranger in pairs[:1]:
        plan.touch((father, stranger))
        children = father.family.pupils if father.family else []
        mine, its = plan.accounts[father].ids["uid"], plan.accounts[stranger].ids["uid"]
        for pupil in children:
            exports.tutors[pupil] = [(r, its if uid == mine else uid) for r, uid in exports.tutors[pupil]]
        for person in (father, stranger):
            for made in (plan.siecle[person], plan.edt[person], plan.educonnect[person]):
                made.soft, made.trap = True, "stranger"
        note = "enfant rattaché dans l’ENT au compte d’un inconnu"
        plan.ledger.expect("SEC-01", [stranger, *children], note, any_of=True)
        for code in ("SEC-01", "SIE-07"):
            plan.ledger.tolerate(code, [father, stranger, *children], note)


def incomplete_pupils(plan: Plan) -> None:
    """Without INE: the exchange with the rectorat blocks; without division: nowhere in the ENT."""
    for pupil in plan.pupils(plan.many(3)):
        for made in (plan.siecle[pupil], plan.edt[pupil]):
            made.ids.pop("ine")
        plan.ledger.expect("SIE-06", [pupil], "INE absent")
    for pupil in plan.pupils(plan.many(2)):
        for made in (plan.siecle[pupil], plan.accounts[pupil], plan.educonnect[pupil]):
            made.division, made.groups = "", []
        for made in (plan.siecle[pupil], plan.accounts[pupil]):
            made.soft = True
        note = "aucune division dans SIECLE"
        plan.ledger.expect("SIE-06", [pupil], note, also=("ANN-15", "ANN-07", "GRP-04"))


def unreachable_guardians(plan: Plan) -> None:
    """Neither phone nor mail, or no mail: no way to open EduConnect alone, no notification."""
    for guardian in plan.guardians(plan.many(4)):
        plan.siecle[guardian].extra = {"mail": "", "phone": ""}
        plan.educonnect[guardian].extra["mail"] = ""
        codes = ("SIE-08", "MSG-06", "EDU-03", "EDU-02")
        plan.ledger.expect("SIE-06", [guardian], "ni téléphone ni courriel dans SIECLE", instead=codes, also=codes)
    for guardian in plan.guardians(plan.many(6)):
        plan.siecle[guardian].extra["mail"] = ""
        plan.educonnect[guardian].extra["mail"] = ""
        plan.ledger.expect(
            "MSG-06", [guardian], "aucun courriel", instead=("SIE-06", "SIE-08"), also=("SIE-06", "SIE-08", "EDU-02")
        )


def old_mail(plan: Plan) -> None:
    for guardian in plan.guardians(plan.many(3)):
        plan.siecle[guardian].extra["mail"] = f"nouveau.{guardian.mail}"
        plan.ledger.expect(
            "SIE-08", [guardian], "courriel corrigé dans SIECLE, ancien ailleurs", also=("EDU-09", "MSG-06")
        )


def new_phones(plan: Plan) -> None:
    """Typed by the parents in the ENT, not yet copied into SIECLE."""
    for guardian in plan.guardians(plan.many(3)):
        number = f"063998{plan.school.number('phone') % 10_000:04d}"
        made = plan.accounts[guardian].copy()
        made.ids, made.soft = {}, True
        plan.exports.phones.append((made, number))
        plan.ledger.expect("ANN-14", [guardian], "téléphone changé dans l’ENT", also=("SIE-08",))


def shared_ine(plan: Plan) -> None:
    """Two pupils under one INE: the identifier lies for one of them."""
    people = plan.pupils(2)
    if len(people) < 2:
        return
    right, wrong = people
    for made in (plan.siecle[wrong], plan.edt[wrong]):
        made.ids["ine"] = right.ine
    for person in people:
        for made in (plan.siecle[person], plan.edt[person]):
            made.soft, made.trap = True, "shared_ine"
    plan.ledger.expect("SIE-06", people, "même INE pour deux élèves", any_of=True)
    for code in ("SIE-06", "ANN-06", "SEC-01"):
        plan.ledger.tolerate(code, people, "même INE pour deux élèves")


def teachers_without_services(plan: Plan) -> None:
    """In STS-Web, but before no class."""
    for teacher in plan.teachers(2):
        for service in plan.exports.sts_services:
            if teacher in service.teachers:
                service.teachers.remove(teacher)
        plan.ledger.expect("STS-01", [teacher], "aucun service dans STS-Web", also=("CDT-01", "MSG-01"))

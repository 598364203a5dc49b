"""Accounts: newcomers, leavers, shared, vanished, rejected, doubled or misplaced (knowledge.md ANN, PRN, EDU)."""

from __future__ import annotations

from diagnostics.demo_school import names
from diagnostics.demo_school.people import IDPN_LETTERS, Family, Person, child
from diagnostics.demo_school.plan import Plan, arrived
from diagnostics.demo_school.staff import staff_member
from diagnostics.demo_school.views import LOCAL, Row, account, account_elsewhere, bare
from diagnostics.model import Profile


def plant(plan: Plan) -> None:
    newcomers(plan)
    absent_twin(plan)
    without_account(plan)
    vanished(plan)
    without_pronote(plan)
    stale_pronote(plan)
    local_families(plan)
    states(plan)
    wrong_school(plan)
    wrong_division(plan)
    new_teachers(plan)
    shared_teachers(plan)
    local_doubles(plan)
    functions(plan)
    rejected(plan)
    leavers(plan)
    teachers_gone(plan)


def newcomers(plan: Plan) -> None:
    """Families entered in SIECLE some days ago, not yet sent to the ENT nor to EduConnect."""
    note = "arrivé depuis quelques jours, pas encore dans l’ENT"
    chosen = plan.families(plan.many(6), lambda f: len(f.pupils) == 1 and not f.in_charge)
    for family in chosen:
        pupil = family.pupils[0]
        arrived(plan, pupil)
        people = [pupil, *family.guardians]
        for person in people:
            plan.remove_account(person)
            plan.remove_educonnect(person)
        plan.unrecognise(pupil, note)
        plan.ledger.expect("ANN-01", people, note, also=("EDU-03", "EDU-05", "EDU-06", "EDU-11", "PRN-01", "PRN-03"))


def twins(family: Family) -> bool:
    return len({p.birth for p in family.pupils}) < len(family.pupils)


def absent_twin(plan: Plan) -> None:
    """One twin has no account: the other's must not be given to her."""
    for family in plan.families(1, twins):
        pupil = family.pupils[-1]
        note = "jumeau sans compte, à ne pas confondre avec son frère ou sa sœur"
        plan.remove_account(pupil)
        plan.remove_educonnect(pupil)
        for row in (plan.siecle[pupil], plan.edt[pupil]):
            row.trap = "twin"
        plan.unrecognise(pupil, note)
        plan.ledger.expect("ANN-01", [pupil], note, also=("EDU-03", "EDU-05", "EDU-06", "PRN-01", "PRN-03"))


def without_account(plan: Plan) -> None:
    """EduConnect lets them in, the ENT does not know them."""
    note = "compte EduConnect actif, aucun compte ENT"
    for pupil in plan.pupils(plan.many(3)):
        plan.remove_account(pupil)
        plan.unrecognise(pupil, note)
        plan.ledger.expect("EDU-06", [pupil], note, also=("ANN-01", "PRN-01", "PRN-03"))
    for guardian in plan.guardians(plan.many(3)):
        plan.remove_account(guardian)
        plan.ledger.expect("EDU-06", [guardian], note, also=("ANN-01", "PRN-01"))


def vanished(plan: Plan) -> None:
    note = "compte présent dans l’annuaire précédent, disparu depuis"
    for guardian in plan.guardians(plan.many(4)):
        plan.exports.vanished.append(plan.remove_account(guardian))
        plan.ledger.expect("ANN-02", [guardian], note, also=("ANN-01", "EDU-06", "PRN-01"))


def without_pronote(plan: Plan) -> None:
    note = "aucun identifiant Pronote dans l’ENT"
    people = [*plan.pupils(plan.many(6)), *plan.guardians(plan.many(3)), *plan.teachers(1)]
    for person in people:
        plan.lose_pronote(person, note)


def stale_pronote(plan: Plan) -> None:
    """The directory holds the identifier of last year's base: Pronote does not know these parents."""
    for guardian in plan.guardians(plan.many(3)):
        plan.accounts[guardian].ids["idpn"] = "".join(plan.rng.choices(IDPN_LETTERS, k=16))
        made = plan.edt[guardian]
        made.trap, made.soft = "stale", True
        plan.ledger.expect("PRN-02", [guardian], "identifiant Pronote de l’an dernier dans l’annuaire")


def local_families(plan: Plan) -> None:
    """Accounts of the ENT's own directory, made by hand for families who should come in by EduConnect."""
    for person in (*plan.guardians(plan.many(2)), *plan.pupils(plan.many(2))):
        account_row = plan.accounts[person]
        account_row.extra["directory"] = LOCAL
        account_row.ids.pop("jointure", None)
        plan.ledger.expect("EDU-10", [person], "compte de l’annuaire ENT au lieu d’EduConnect", also=("ANN-08",))


def states(plan: Plan) -> None:
    """Accounts of EduConnect never opened, locked or asleep."""
    people = [*plan.pupils(plan.many(8)), *plan.guardians(plan.many(22))]
    for index, person in enumerate(people):
        row = plan.educonnect[person]
        state = ("À activer", "Bloqué", "Inactif")[index % 3]
        row.extra["state"] = state
        if state == "À activer":
            row.extra["last_login"] = ""
            row.extra["last_notice"] = f"{plan.school.year}-09-02"
        elif state == "Inactif":
            row.extra["last_login"] = f"{plan.school.year - 1}-10-06"
        plan.ledger.expect("EDU-05", [person], f"compte EduConnect « {state} »")


def wrong_school(plan: Plan) -> None:
    note = "élève inscrit ici, compte encore rattaché à l’établissement précédent"
    for index, pupil in enumerate(plan.pupils(plan.many(2))):
        arrived(plan, pupil)
        made = plan.accounts[pupil]
        account_elsewhere(plan.school, made, 2 * index + 1)
        made.division = ""
        for row in (plan.siecle[pupil], plan.edt[pupil]):
            row.soft, row.trap = True, "other_school"
        plan.unrecognise(pupil, note)
        plan.ledger.expect("ANN-12", [pupil], note, also=("ANN-01", "ANN-15", "PRN-01", "PRN-03", "EDU-06"))


def wrong_division(plan: Plan) -> None:
    """SIECLE and EDT agree and the ENT is late; once, SIECLE itself was forgotten."""
    codes = [code for code in plan.school.divisions if code not in plan.kept_away]

    def other_division(pupil: Person) -> str:
        same = [c for c in codes if plan.school.divisions[c] == pupil.level and c != pupil.division]
        return plan.rng.choice(same or [c for c in codes if c != pupil.division])

    if len(codes) < 2:
        return
    for pupil in plan.pupils(plan.many(3)):
        plan.accounts[pupil].division = other_division(pupil)
        plan.ledger.expect("ANN-15", [pupil], "classe de l’ENT différente de SIECLE et d’EDT")
    for pupil in plan.pupils(plan.many(1)):
        old = other_division(pupil)
        plan.siecle[pupil].division = old
        plan.educonnect[pupil].division = old
        plan.ledger.expect("ANN-15", [pupil], "changement de classe fait dans EDT, pas dans SIECLE")


def new_teachers(plan: Plan) -> None:
    note = "nouvel enseignant dans STS-Web, aucun compte ENT"
    for teacher in plan.teachers(2):
        plan.remove_account(teacher)
        plan.unrecognise(teacher, note)
        plan.ledger.expect("ANN-03", [teacher], note, also=("PRN-01", "PRN-03"))


def shared_teachers(plan: Plan) -> None:
    """Attached to another school: found by a search on the whole ENT only."""
    note = "enseignant partagé, compte dans un autre établissement"
    for index, teacher in enumerate(plan.teachers(2)):
        account_elsewhere(plan.school, plan.accounts[teacher], 2 * index)
        teacher.school = plan.accounts[teacher].extra["uai"]
        for row in (plan.sts[teacher], plan.edt[teacher]):
            row.trap, row.soft = "shared", True
        # The screen copied is that of the import of EDT: nothing says that the import of identifiers missed them too.
        plan.unrecognise(teacher, note, also=("PRN-01", "PRN-03", "ANN-12", "ANN-03", "PRN-13"))
    note = "enseignant partagé sans aucun cours dans EDT"
    person = staff_member(plan.school, Profile.ENSEIGNANT, "ENS", "ENSEIGNEMENT")
    plan.school.staff.remove(person)
    person.school = plan.school.others[0].uai
    person.ident = plan.school.number("ident")
    made = account(plan.school, person)
    made.ids.pop("idpn", None)
    plan.exports.accounts.append(made)
    plan.accounts[person] = made
    row = bare(person, ident=str(person.ident), idpn=person.idpn)
    row.trap, row.soft = "shared", True
    plan.exports.edt_teachers.append(row)
    plan.edt[person] = row
    plan.unrecognise(person, note)
    plan.ledger.expect("PRN-13", [person], note, also=("PRN-03", "PRN-01", "ANN-12", "CDT-01", "STS-01", "ANN-07"))


def local_doubles(plan: Plan) -> None:
    """A local account made by hand before the official one arrived."""
    note = "compte local à côté du compte de l’annuaire fédérateur"
    others = plan.staff(1, lambda p: p.profile is Profile.NON_ENSEIGNANT and bool(p.function))
    for person in (*plan.teachers(1), *others):
        double = plan.second_account(person, LOCAL)
        double.birth = ""
        plan.ledger.expect("ANN-05", [person], note, also=("PRN-01", "ANN-08"))


def functions(plan: Plan) -> None:
    note = "aucune fonction : n’apparaît pas dans « Direction » ni dans la messagerie"
    for person in plan.staff(1, lambda p: p.profile is Profile.NON_ENSEIGNANT and not p.function):
        plan.accounts[person].extra["function"] = ""
        plan.ledger.expect("ANN-09", [person], note, also=("MSG-02",))


def rejected(plan: Plan) -> None:
    """Lines of the file that the ENT sends with each feeding."""
    for teacher in plan.teachers(1):
        row = plan.remove_account(teacher)
        plan.exports.rejected.append((row, "Identifiant de jointure déjà utilisé dans un autre établissement"))
        plan.unrecognise(teacher, "compte rejeté à l’alimentation")
        plan.ledger.expect("ANN-04", [teacher], "compte rejeté", also=("ANN-03", "PRN-01", "PRN-03"))
    for pupil in plan.pupils(1):
        row = plan.remove_account(pupil)
        plan.exports.rejected.append((row, "Date de naissance absente ou différente"))
        plan.unrecognise(pupil, "compte rejeté à l’alimentation")
        plan.ledger.expect("ANN-04", [pupil], "compte rejeté", also=("ANN-01", "EDU-06", "PRN-01", "PRN-03"))
    for index, guardian in enumerate(plan.guardians(plan.many(3))):
        reason = ("Adresse de courriel déjà utilisée", "Parent sans élève reconnu dans l'établissement")[index % 2]
        plan.exports.rejected.append((plan.accounts[guardian].copy(), reason))
        plan.ledger.expect("ANN-04", [guardian], "mise à jour rejetée")


def leavers(plan: Plan) -> None:
    """Pupils of last year still in EDT, some of whom keep an account until the autumn."""
    school, rng = plan.school, plan.rng
    left: list[Person] = []
    for index in range(plan.many(47)):
        origin = names.origin(rng)
        level = "3" if rng.random() < 0.8 else rng.choice("654")
        person = child(school, origin, names.surname(rng, origin), level, ())
        person.birth = person.birth.replace(year=person.birth.year - 1, day=min(person.birth.day, 28))
        person.ident = school.number("ident")
        left.append(person)
        row = bare(person, ident=str(person.ident), ine=person.ine, eleve_id=person.eleve_id, idpn=person.idpn)
        row.division, row.trap = "", "leaver"
        plan.exports.edt_pupils.append(row)
        plan.edt[person] = row
        if index % 4 == 0:
            keep_account(plan, person)
        else:
            plan.exports.unrecognised.append(row.copy())
            plan.ledger.tolerate("EDT-01", [person], "élève de l’an dernier")
    plan.ledger.expect("EDT-02", left, "élèves de l’an dernier sans classe dans EDT", also=("ANN-07",))
    gone = [person for person in left if person in plan.accounts]
    for person in school.left[: max(1, len(school.left) // 2)]:
        keep_account(plan, person)
        gone.append(person)
    plan.ledger.expect("ANN-07", gone, "ancien élève, compte encore présent", also=("MSG-04",))


def keep_account(plan: Plan, person: Person) -> None:
    made: Row = account(plan.school, person)
    made.division = ""
    plan.exports.accounts.append(made)
    plan.accounts[person] = made


def teachers_gone(plan: Plan) -> None:
    """Left in July: gone from STS-Web, still in the ENT, one of them still in EDT."""
    note = "ancien enseignant, compte encore présent"
    for index in range(3):
        person = staff_member(plan.school, Profile.ENSEIGNANT, "ENS", "ENSEIGNEMENT")
        plan.school.staff.remove(person)
        plan.exports.accounts.append(account(plan.school, person))
        plan.ledger.expect("ANN-07", [person], note, also=("MSG-04",))
        if index == 0:
            person.ident = plan.school.number("ident")
            row = bare(person, ident=str(person.ident), idpn=person.idpn)
            row.trap = "leaver"
            plan.exports.edt_teachers.append(row)
            plan.ledger.tolerate("CDT-01", [person], "aucun cours dans EDT")
            plan.ledger.tolerate("PRN-13", [person], "aucun cours dans EDT")

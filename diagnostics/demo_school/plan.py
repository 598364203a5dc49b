"""Picking of the persons who bear a defect, and the gestures that defects share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from diagnostics.demo_school.people import Family, Person, School
from diagnostics.demo_school.truth import Ledger
from diagnostics.demo_school.views import Exports, Row
from diagnostics.model import Profile

USUAL_SIZE = 700
"""Pupils of the collège for which the numbers of defects are given."""


def anyone(person: Person) -> bool:
    return True


class Plan:
    """The exports being spoilt; a family is touched by one defect only, so that causes do not mix."""

    def __init__(self, exports: Exports, ledger: Ledger) -> None:
        self.exports = exports
        self.ledger = ledger
        self.school: School = exports.school
        self.rng = exports.school.rng
        self.touched: set[Person] = set()
        self.kept_away: set[str] = set()
        """Divisions that bear a defect of their own."""
        self.edt = {row.person: row for row in (*exports.edt_teachers, *exports.edt_pupils)}
        self.edt |= {row.person: row for rows in exports.edt_guardians.values() for _, row in rows}
        self.siecle = {row.person: row for row in (*exports.siecle_pupils, *exports.siecle_guardians)}
        self.sts = {row.person: row for row in exports.sts_staff}
        self.educonnect = {row.person: row for row in (*exports.educonnect_pupils, *exports.educonnect_guardians)}
        self.accounts = {row.person: row for row in exports.accounts}

    def many(self, usual: int) -> int:
        """How many in this school of what a collège of seven hundred has ``usual`` of."""
        return max(1, round(usual * len(self.school.pupils) / USUAL_SIZE))

    def free(self, family: Family) -> bool:
        people = (*family.pupils, *family.guardians, *family.contacts, *family.in_charge)
        return not any(p in self.touched or p.division in self.kept_away for p in people)

    def touch(self, people: Iterable[Person]) -> None:
        for person in people:
            self.touched.add(person)
            if person.family:
                family = person.family
                self.touched.update((*family.pupils, *family.guardians, *family.contacts, *family.in_charge))

    def families(self, count: int, fits: Callable[[Family], bool]) -> list[Family]:
        """Untouched families that fit, at most ``count``."""
        candidates = [f for f in self.school.families if self.free(f) and fits(f)]
        chosen = self.rng.sample(candidates, min(count, len(candidates)))
        for family in chosen:
            self.touch(family.pupils)
        return chosen

    def pupils(self, count: int, fits: Callable[[Person], bool] = anyone) -> list[Person]:
        """One untouched pupil who fits in each of ``count`` families."""
        families = self.families(count, lambda f: not f.in_charge and any(fits(p) for p in f.pupils))
        return [next(p for p in family.pupils if fits(p)) for family in families]

    def guardians(self, count: int, fits: Callable[[Person], bool] = anyone) -> list[Person]:
        """One untouched legal guardian who fits in each of ``count`` families of two guardians."""
        families = self.families(count, lambda f: len(f.guardians) == 2 and any(fits(g) for g in f.guardians))
        return [self.rng.choice([g for g in family.guardians if fits(g)]) for family in families]

    def staff(self, count: int, fits: Callable[[Person], bool]) -> list[Person]:
        candidates = [p for p in self.school.staff if p not in self.touched and fits(p)]
        chosen = self.rng.sample(candidates, min(count, len(candidates)))
        self.touched.update(chosen)
        return chosen

    def teachers(self, count: int, fits: Callable[[Person], bool] = anyone) -> list[Person]:
        """Untouched teachers who fit; a small school keeps half of its teachers without a defect."""
        busy = sum(p in self.touched for p in self.school.teachers)
        count = min(count, max(0, len(self.school.teachers) // 2 - busy))
        return self.staff(count, lambda p: p.profile is Profile.ENSEIGNANT and fits(p))

    def remove_account(self, person: Person) -> Row:
        """The ENT does not know this person: no account, no link to a child."""
        account = self.accounts.pop(person)
        self.exports.accounts.remove(account)
        for pupil, links in self.exports.tutors.items():
            self.exports.tutors[pupil] = [link for link in links if link[1] != account.ids["uid"]]
        return account

    def remove_educonnect(self, person: Person) -> None:
        row = self.educonnect.pop(person, None)
        if row is None:
            return
        rows = self.exports.educonnect_pupils if person.profile is Profile.ELEVE else self.exports.educonnect_guardians
        rows.remove(row)
        self.exports.educonnect_children.pop(row.ids["educonnect"], None)

    def unrecognise(self, person: Person, note: str, *, also: tuple[str, ...] = ()) -> None:
        """The import of EDT did not find the account: the person is on the screen of « Rapprochements »."""
        self.exports.unrecognised.append(self.edt[person].copy())
        self.ledger.expect("EDT-01", [person], note, also=also)

    def lose_pronote(self, person: Person, note: str) -> None:
        """No Pronote identifier reached the account."""
        self.accounts[person].ids.pop("idpn", None)
        self.ledger.expect("PRN-01", [person], note, also=("PRN-03",))

    def second_account(self, person: Person, directory: str) -> Row:
        """Another account for the same human, without Pronote identifier."""
        model = self.accounts[person]
        row = model.copy()
        row.ids = {
            "uid": f"{self.school.uid_prefix}{self.school.number('uid') % 100_000:05d}",
            "login": self.school.unique(model.ids["login"]),
        }
        while row.ids["uid"] in self.school.used:
            row.ids["uid"] = f"{self.school.uid_prefix}{self.rng.randrange(100_000):05d}"
        self.school.used.add(row.ids["uid"])
        row.extra["directory"] = directory
        self.exports.accounts.append(row)
        return row


def arrived(plan: Plan, pupil: Person) -> None:
    """The pupil arrived some days ago (not before the start of the year)."""
    pupil.entry = max(plan.school.start, plan.school.today - timedelta(days=plan.rng.randrange(2, 5)))


def siblings(family: Family, levels: Callable[[Person], bool] = anyone) -> bool:
    """Several pupils who are not twins."""
    return len({p.birth for p in family.pupils}) > 1 and all(levels(p) for p in family.pupils)

"""Divisions, groups, parts, courses and imports that do not agree (knowledge.md EDT, GRP, STS-03, CDT, AUT)."""

from __future__ import annotations

from collections import Counter

from diagnostics.demo_school.imports import OVER_LIMIT, TWICE, import_file
from diagnostics.demo_school.people import LATIN, Group, Person
from diagnostics.demo_school.plan import Plan
from diagnostics.demo_school.views import Course, Part, Run

PART_SIZE = 12
RENAMED = ("{code}EURO", "{code}BIL", "{code}SPORT")
FEWEST_LEFT = 6
"""Pupils of a group from which one may be moved without emptying it."""


def plant(plan: Plan) -> None:
    """To be planted first: the divisions concerned bear no other defect."""
    renamed_division(plan)
    division_without_courses(plan)
    unknown_group(plan)
    groups_of_one_base(plan)
    empty_group(plan)
    lonely_parts(plan)
    overwritten_group(plan)
    doubled_divisions(plan)
    poor_import(plan)
    plan.exports.wrong_partner = True
    plan.ledger.expect("EDT-05", note="export chiffré fait pour un autre ENT")
    rejected_imports(plan)


def calm_divisions(plan: Plan) -> list[str]:
    """Divisions without a defect, none when the school is too small to spare one."""
    free = [code for code in plan.school.divisions if code not in plan.kept_away]
    return free if len(free) > 2 else []


def renamed_division(plan: Plan) -> None:
    """Renamed in EDT during the year: the ENT shows the division twice."""
    for code in plan.rng.sample(calm_divisions(plan), k=min(1, len(calm_divisions(plan)))):
        plan.kept_away.add(code)
        new = plan.rng.choice(RENAMED).format(code=code)
        plan.exports.edt_divisions[code] = new
        members = [p for p in plan.school.pupils if p.division == code]
        for pupil in members[::3]:
            plan.accounts[pupil].division = new
        plan.ledger.expect("EDT-09", note="division renommée dans EDT", structures=[code, new])
        plan.ledger.expect("CDT-05", note="deux rubriques pour une division", structures=[code, new])
        for category in ("EDT-09", "CDT-05"):
            plan.ledger.tolerate(category, members, "élèves de la division renommée", structures=[code, new])


def division_without_courses(plan: Plan) -> None:
    """None of its courses is exportable: its cahier de textes stays empty."""
    lessons = Counter(t for c in plan.exports.edt_courses for t in c.service.teachers)
    for code in plan.rng.sample(calm_divisions(plan), k=len(calm_divisions(plan))):
        here = [c for c in plan.exports.edt_courses if c.service.structure == code]
        lost = Counter(t for c in here for t in c.service.teachers)
        if all(lessons[teacher] > many for teacher, many in lost.items()):
            plan.kept_away.add(code)
            plan.exports.edt_courses = [c for c in plan.exports.edt_courses if c.service.structure != code]
            members = [p for p in plan.school.pupils if p.division == code]
            plan.ledger.expect("CDT-01", note="division sans aucun cours dans EDT", structures=[code])
            plan.ledger.tolerate("CDT-01", members, "élèves de la division", structures=[code])
            return


def populated(plan: Plan, least: int = 2) -> list[str]:
    return [c for c in plan.school.divisions if sum(p.division == c for p in plan.school.pupils) >= least]


def unknown_group(plan: Plan) -> None:
    """Made in EDT after the structures were declared: STS-Web refuses its services."""
    school, exports = plan.school, plan.exports
    for division in plan.rng.sample(populated(plan), k=min(1, len(populated(plan)))):
        code = school.unique(f"{division[:5]}DNB"[:8])
        members = [p for p in school.pupils if p.division == division][:PART_SIZE]
        exports.edt_groups.append(code)
        exports.edt_parts.append(Part(school.number("ident"), division, code, members))
        for pupil in members:
            plan.edt[pupil].groups.append(code)
        plan.ledger.expect("STS-03", note="groupe d’EDT inconnu de STS-Web", structures=[code], also=("GRP-04",))


def groups_of_one_base(plan: Plan) -> None:
    """One group that only SIECLE knows, one that only STS-Web knows."""
    school, exports = plan.school, plan.exports
    for division in plan.rng.sample(populated(plan), k=min(1, len(populated(plan)))):
        in_siecle = school.unique(f"{division[:5]}CHO"[:8])
        for pupil in [p for p in school.pupils if p.division == division][:PART_SIZE]:
            plan.siecle[pupil].groups.append(in_siecle)
        in_sts = school.unique(f"{division[:5]}THE"[:8])
        exports.sts_groups[in_sts] = Group(in_sts, school.divisions[division], LATIN, (division,))
        plan.ledger.expect(
            "GRP-04", note="groupe de SIECLE inconnu de STS-Web", structures=[in_siecle], also=("GRP-01",)
        )
        plan.ledger.expect(
            "GRP-04", note="groupe de STS-Web inconnu de SIECLE", structures=[in_sts], also=("GRP-01", "STS-01")
        )


def empty_group(plan: Plan) -> None:
    """SIECLE fills it, its parts are empty in EDT; another is not in EDT at all."""
    exports = plan.exports
    lessons = Counter(t for c in exports.edt_courses for t in c.service.teachers)
    alone = {
        course.service.structure
        for course in exports.edt_courses
        for teacher in course.service.teachers
        if lessons[teacher] <= course.service.subject.hours
    }
    codes = [code for code in plan.school.groups if code in exports.edt_groups and code not in alone]
    chosen = plan.rng.sample(codes, k=min(2, len(codes)))
    for code in chosen[:1]:
        for part in exports.edt_parts:
            if part.group == code:
                part.pupils = []
        plan.ledger.expect("GRP-01", note="groupe sans élève dans EDT", structures=[code], also=("GRP-04", "CDT-01"))
    for code in chosen[1:]:
        exports.edt_groups.remove(code)
        exports.edt_parts = [part for part in exports.edt_parts if part.group != code]
        plan.ledger.expect("GRP-01", note="groupe absent d’EDT", structures=[code], also=("GRP-04", "CDT-01", "GRP-02"))
    for row in exports.edt_pupils:
        row.groups = [code for code in row.groups if code not in chosen]


def lonely_parts(plan: Plan) -> None:
    """Half-classes used in courses but never made into groups: their courses do not reach the ENT."""
    school, exports = plan.school, plan.exports
    for division in plan.rng.sample(calm_divisions(plan), k=min(2, len(calm_divisions(plan)))):
        members = [p for p in school.pupils if p.division == division]
        service = next(s for s in school.services if s.structure == division)
        for half in (members[: len(members) // 2], members[len(members) // 2 :]):
            part = Part(school.number("ident"), division, "", half)
            exports.edt_parts.append(part)
            exports.edt_courses.append(Course(service, plan.rng.randrange(1, 6), 4, 2, part))
        plan.ledger.expect(
            "EDT-06", note="parties de classe sans groupe", structures=[division], also=("CDT-01", "GRP-01")
        )
        plan.ledger.tolerate("EDT-06", members, "élèves des parties", structures=[division])


def overwritten_group(plan: Plan) -> None:
    """A group typed in the ENT, gone with the import of the next night."""
    code = plan.school.unique("CHORALE")
    for pupil in plan.rng.sample(plan.school.pupils, k=min(PART_SIZE, len(plan.school.pupils))):
        plan.exports.typed_groups.setdefault(pupil, []).append(code)
    plan.ledger.expect("EDT-08", note="groupe saisi dans l’ENT, effacé par un import", structures=[code])


def old_groups(plan: Plan) -> None:
    """Pupils who changed groups in EDT after the last import."""
    filled = Counter(code for made in plan.exports.edt_pupils for code in made.groups)

    def fits(pupil: Person) -> bool:
        mine = plan.edt[pupil].groups
        return bool(mine) and all(filled[code] > FEWEST_LEFT for code in mine)

    for pupil in plan.pupils(plan.many(4), fits):
        plan.accounts[pupil].groups = []
        plan.ledger.expect("GRP-02", [pupil], "groupes de l’ENT d’avant le changement fait dans EDT")


def doubled_divisions(plan: Plan) -> None:
    """sts_emp was loaded with its classes: EDT made them again beside its own."""
    for code in plan.rng.sample(calm_divisions(plan), k=min(2, len(calm_divisions(plan)))):
        double = f"{code[0]} {code[1:]}"
        plan.exports.edt_doubled.append(double)
        plan.ledger.expect(
            "STS-04",
            note="division en double et vide dans EDT",
            structures=[code, double],
            also=("EDT-09", "CDT-05", "CDT-01"),
        )


def poor_import(plan: Plan) -> None:
    """The report of the last import: sessions lost, one division left out."""
    plan.exports.fewer_sessions = plan.many(412)
    plan.exports.not_imported = [c for c in plan.school.divisions if plan.exports.edt_divisions[c] != c]
    plan.ledger.expect("EDT-04", note="séances en moins, classe et enseignants non importés")


def rejected_imports(plan: Plan) -> None:
    """The second file of the same minute refused as a double; the last night over the limits."""
    exports, school = plan.exports, plan.school
    automatic = [run for run in exports.runs if run.auto]
    if len(automatic) < 3:
        return
    for run in automatic[-3:-1]:
        file = import_file(school, run.when, "PRONOTE")
        exports.runs.append(Run(run.when, TWICE, True, file, ""))
    automatic[-1].status = OVER_LIMIT
    plan.ledger.expect("AUT-01", note="double du fichier refusé")
    plan.ledger.expect("AUT-02", note="import refusé au-delà des seuils")

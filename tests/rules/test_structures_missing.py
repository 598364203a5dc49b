"""Classes without course, twice under one name, or unknown to SIECLE's own structures."""

from __future__ import annotations

import msgspec
from clean_school import changed, of, only

from diagnostics.model import Export, Kind, Origin, Structure, StructureType


def divisions() -> list[Structure]:
    return [s for s in of(Kind.EDT_CLAIR).structures if s.type is StructureType.DIVISION]


def test_an_export_of_edt_without_a_single_course() -> None:
    school = changed((Kind.EDT_CLAIR, lambda export: msgspec.structs.replace(export, services=())))
    finding = only(school)
    assert finding.category == "CDT-01"
    assert "aucun cours" in finding.summary


def test_every_class_twice_under_one_name() -> None:
    def twice(export: Export) -> Export:
        copies = tuple(
            msgspec.structs.replace(s, ident=f"9{s.ident}9", parts=(), parents=(), origin=Origin(export.id, 5000 + n))
            for n, s in enumerate(divisions())
        )
        return msgspec.structs.replace(export, structures=(*export.structures, *copies))

    finding = only(changed((Kind.EDT_CLAIR, twice)))
    assert finding.category == "STS-04"
    assert len(finding.evidence) == 2 * len(divisions())


def test_a_class_with_pupils_that_the_structures_of_siecle_do_not_declare() -> None:
    pupils = of(Kind.SIECLE_ELEVES)
    codes = sorted({r.division for r in pupils.records if r.division and not r.extra.get("exit_date")})

    declared = tuple(
        Structure(type=StructureType.DIVISION, code=code, origin=Origin("structures", n))
        for n, code in enumerate(codes[1:])
    )
    known = Export(
        id="structures", file="Structures.xml", kind=Kind.SIECLE_STRUCTURES, school=pupils.school, structures=declared
    )
    finding = only(changed(more=[known]))
    assert finding.category == "CDT-05"
    assert codes[0] in finding.summary

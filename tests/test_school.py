"""The corridor from files to routed incidents: order of files, broken neighbours, nothing invented."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from diagnostics import demo
from diagnostics.load import load
from diagnostics.model import Decision, Verdict
from diagnostics.school import School, analyse
from diagnostics.settings import Settings
from diagnostics.tickets import draft

NOW = datetime(2026, 9, 14, 9).astimezone()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("school") / "exports"
    demo.generate(place, seed=21, pupils=90, staff=25)
    return place


def analysed(paths: list[Path], decisions: dict[str, Decision] | None = None) -> School:
    loaded = load(paths, today=date(2026, 9, 14))
    return analyse(loaded, settings=Settings(), decisions=decisions or {}, now=NOW)


def told(school: School) -> bytes:
    """Everything a user would read, as one value to compare."""
    routes = [school.routes[incident.id] for incident in school.incidents]
    return msgspec.json.encode([school.findings, routes, school.not_checked, school.links])


def test_the_order_of_the_files_changes_nothing(folder: Path) -> None:
    paths = sorted(folder.iterdir())
    shuffled = paths.copy()
    random.Random(7).shuffle(shuffled)
    assert told(analysed(paths)) == told(analysed(shuffled))


def test_a_broken_file_takes_nothing_from_the_others(folder: Path, tmp_path: Path) -> None:
    whole = analysed([folder])
    (tmp_path / "cassé.xml").write_bytes(b'<?xml version="1.0"?><STS_EDT><DONNEES><INDIV')
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (tmp_path / "vide.csv").write_bytes(b"")
    broken = analysed([folder, tmp_path])
    assert {Path(refused.file).name for refused in broken.loaded.refused} == {"photo.png", "vide.csv"}
    cut = next(export for export in broken.loaded.exports if export.label == "cassé.xml")
    assert "incomplet" in {note.code for note in cut.notes}
    assert [finding.id for finding in broken.findings] == [finding.id for finding in whole.findings]


def test_nothing_is_said_of_what_was_not_loaded(folder: Path) -> None:
    only = [path for path in folder.iterdir() if path.name.startswith("ExportXML_Eleves")]
    school = analysed(only)
    assert {finding.category[:3] for finding in school.findings} <= {"SIE"}
    assert {"PRN-01", "ANN-01", "STS-01"} <= {category for category, _ in school.not_checked}


def test_a_clean_school_has_no_anomaly(tmp_path: Path) -> None:
    demo.generate(tmp_path / "exports", seed=22, pupils=90, staff=25, defects=False)
    assert analysed([tmp_path / "exports"]).findings == ()


def test_an_agent_s_decision_outranks_the_program(folder: Path) -> None:
    before = analysed([folder])
    link = next(link for link in before.links if link.verdict is Verdict.CERTAIN)
    refused = Decision(record_key=link.key, account_key="", agent="claire", at="2026-09-14T10:00:00+02:00")
    after = analysed([folder], {link.key: refused})
    changed = next(found for found in after.links if found.key == link.key)
    assert (changed.verdict, changed.decided_by) == (Verdict.ABSENT, "claire")


def test_every_incident_has_a_route_and_evidence(folder: Path) -> None:
    school = analysed([folder])
    assert school.incidents
    for incident in school.incidents:
        assert school.routes[incident.id].why
        assert incident.evidence


@pytest.mark.parametrize("name", ["annuaire", "ENT-Identifiants", "sts_emp"])
def test_nobody_is_missing_on_the_word_of_a_file_that_is_cut(tmp_path: Path, name: str) -> None:
    demo.generate(tmp_path / "exports", seed=23, pupils=90, staff=25, defects=False)
    for path in (tmp_path / "exports").iterdir():
        if path.name.startswith(name):
            content = path.read_bytes()
            path.write_bytes(content[: int(len(content) * 0.6)])
    school = analysed([tmp_path / "exports"])
    assert any("incomplet" in export.meta for export in school.loaded.exports)
    assert school.findings == ()


def test_settings_of_another_school_neither_condemn_these_exports_nor_sign_their_tickets(folder: Path) -> None:
    elsewhere = Settings(uai="0771991W", school_name="Collège d'à côté", sender_name="Claire")
    loaded = load([folder], today=date(2026, 9, 14))
    school = analyse(loaded, settings=elsewhere, decisions={}, now=NOW)
    plain = analyse(loaded, settings=Settings(), decisions={}, now=NOW)
    assert [finding.id for finding in school.findings] == [finding.id for finding in plain.findings]
    assert (school.uai, school.name) == (plain.uai, plain.name)
    assert "0771991W" in school.warning
    assert plain.uai in school.warning
    incident = school.incidents[0]
    ticket = draft(incident, school.routes[incident.id], exports=loaded.exports, settings=elsewhere, now=NOW)
    assert plain.uai in ticket.body
    assert "à côté" not in ticket.body
    assert not plain.warning

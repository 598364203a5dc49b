"""The demo school: files of the true shapes, the same for a seed, with a truth that its own files bear out."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from lxml import etree

from diagnostics import demo
from diagnostics.demo_school import names
from diagnostics.load import load
from diagnostics.safety import Refusal
from diagnostics.text import fold, uai_is_valid
from tui.cli import main_group

EDT = "{http://www.index-education.com/exportemploidutemps}"
SMALL = 120
FAMILIES_OF_CATEGORIES = {"ANN", "AUT", "CDT", "EDT", "EDU", "GRP", "MSG", "PRN", "SEC", "SIE", "STS"}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, demo.Truth]:
    folder = tmp_path_factory.mktemp("usual")
    return folder, demo.generate(folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, demo.Truth]:
    folder = tmp_path_factory.mktemp("small")
    return folder, demo.generate(folder, seed=41, pupils=SMALL, staff=30)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, demo.Truth]:
    folder = tmp_path_factory.mktemp("clean")
    return folder, demo.generate(folder, seed=17, pupils=260, staff=40, defects=False)


@pytest.fixture(params=["usual", "small", "clean"])
def school(request: pytest.FixtureRequest) -> tuple[Path, demo.Truth]:
    made: tuple[Path, demo.Truth] = request.getfixturevalue(request.param)
    return made


def file(folder: Path, start: str, contains: str = "") -> Path:
    return next(p for p in sorted(folder.iterdir()) if p.name.startswith(start) and contains in p.name)


def rows(path: Path, encoding: str, *, header: int = 0) -> list[dict[str, str]]:
    lines = path.read_bytes().decode(encoding).splitlines()[header:]
    return list(csv.DictReader(lines, delimiter=";"))


def zipped_xml(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        (member,) = archive.namelist()
        content = archive.read(member)
    assert b'encoding="ISO-8859-15"' in content[:60]
    return etree.fromstring(content)


def directory(folder: Path, truth: demo.Truth) -> list[dict[str, str]]:
    return rows(file(folder, f"annuaire_{truth.uai}_{truth.today}"), "utf-8")


def test_a_seed_gives_the_same_files_and_another_seed_another_school(tmp_path: Path) -> None:
    first = demo.generate(tmp_path / "a", seed=5, pupils=40, staff=20)
    demo.generate(tmp_path / "b", seed=5, pupils=40, staff=20)
    other = demo.generate(tmp_path / "c", seed=6, pupils=40, staff=20)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
        assert path.stat().st_mtime == (tmp_path / "b" / path.name).stat().st_mtime
    assert first.uai != other.uai
    mine = {(link.surname, link.given_names) for link in first.links}
    theirs = {(link.surname, link.given_names) for link in other.links}
    assert len(mine & theirs) < len(mine) / 10


def test_the_usual_school_has_the_size_of_a_college(usual: tuple[Path, demo.Truth]) -> None:
    _, truth = usual
    counts = {f.file.split("_0")[0]: f.persons for f in truth.files}
    assert 690 <= counts["educonnect_eleves"]["eleve"] <= 700
    assert 1050 <= counts["ExportXML_ResponsablesAvecAdresses.zip"]["parent"] <= 1250
    assert 40 <= counts["sts_emp"]["personnel"] <= 60


def test_every_uai_has_its_check_letter(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    assert uai_is_valid(truth.uai)
    assert {row["rne"] for row in rows(file(folder, "ENT-Identifiants"), "latin-1")} == {truth.uai}


def test_siecle_states_every_pupil_in_its_encoding(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    tree = zipped_xml(file(folder, "ExportXML_Eleves"))
    pupils = tree.findall(".//ELEVE")
    expected = next(f.persons["eleve"] for f in truth.files if f.kind == "siecle_eleves")
    assert tree.tag == "BEE_ELEVES"
    assert len(pupils) == expected
    assert tree.findtext("PARAMETRES/UAJ") == truth.uai
    assert tree.findtext("PARAMETRES/ANNEE_SCOLAIRE") == truth.today[:4]
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", pupil.findtext("DATE_NAISS") or "") for pupil in pupils)
    assert any(pupil.findtext("DATE_SORTIE") for pupil in pupils)


def test_every_guardian_link_of_siecle_has_both_ends(school: tuple[Path, demo.Truth]) -> None:
    folder, _ = school
    pupils = {e.get("ELEVE_ID") for e in zipped_xml(file(folder, "ExportXML_Eleves")).iter("ELEVE")}
    tree = zipped_xml(file(folder, "ExportXML_Responsables"))
    people = {e.get("PERSONNE_ID") for e in tree.iter("PERSONNE")}
    links = [(e.findtext("ELEVE_ID"), e.findtext("PERSONNE_ID")) for e in tree.iter("RESPONSABLE_ELEVE")]
    assert {eleve for eleve, _ in links} <= pupils
    assert {person for _, person in links} == people
    assert len(set(links)) == len(links)


def test_sts_services_refer_to_declared_people_and_structures(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    tree = etree.fromstring(file(folder, "sts_emp").read_bytes())
    people = {(e.get("TYPE"), e.get("ID")) for e in tree.iter("INDIVIDU")}
    teaching = {(e.get("TYPE"), e.get("ID")) for e in tree.iter("ENSEIGNANT")}
    assert tree.tag == "STS_EDT"
    assert teaching <= people
    assert tree.find("PARAMETRES/UAJ").get("CODE") == truth.uai
    assert all(len(e.get("CODE")) <= 8 for e in (*tree.iter("DIVISION"), *tree.iter("GROUPE")))


def test_references_inside_the_timetable_resolve(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    tree = etree.fromstring(file(folder, "EDT_To_KOSMOS", "en_clair").read_bytes())
    assert tree.get("UAI") == truth.uai
    declared = {
        name: {e.get("Ident") for e in tree.iterfind(f"{EDT}{plural}/{EDT}{name}")}
        for plural, name in (("Classes", "Classe"), ("Groupes", "Groupe"), ("Professeurs", "Professeur"))
    }
    parts = {e.get("Ident") for e in tree.iterfind(f"{EDT}Classes/{EDT}Classe/{EDT}PartieDeClasse")}
    declared["PartieDeClasse"] = parts
    for name, known in declared.items():
        used = {e.get("Ident") for e in tree.iterfind(f"{EDT}Cours/{EDT}Cours/{EDT}{name}")}
        used |= {e.get("Ident") for e in tree.iterfind(f"{EDT}Eleves/{EDT}Eleve/{EDT}{name}")}
        assert used <= known, name
    idents = [e.get("Ident") for e in tree.iterfind(f"{EDT}Eleves/{EDT}Eleve")]
    assert len(set(idents)) == len(idents)


def test_the_envelope_names_two_partners_and_shows_nothing(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    content = (folder / f"EDT_To_KOSMOS_{truth.uai}.xml").read_bytes()
    tree = etree.fromstring(content)
    partners = [e.get("NOM") for e in tree.iter("{*}PARTENAIRE")]
    assert etree.QName(tree).localname == "EXPORT_INDEX_EDUCATION"
    assert len(partners) == 2
    assert tree.findtext("{*}UAI") == truth.uai
    names_inside = [e.surname for e in truth.links[:50] if len(e.surname) > 6]
    assert not any(name.encode() in content for name in names_inside)


def test_identifiers_have_nineteen_columns_and_no_real_password(school: tuple[Path, demo.Truth]) -> None:
    folder, _ = school
    lines = rows(file(folder, "ENT-Identifiants"), "latin-1")
    assert len(lines[0]) == 19
    assert {row["mot de passe"] for row in lines} <= {"DEMO-0000", "Mot de passe déjà modifié par utilisateur"}


def test_the_directory_ends_every_line_with_a_separator(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    for path in (file(folder, f"annuaire_{truth.uai}_{truth.today}"), file(folder, f"annuaire_{truth.uai}")):
        assert all(line.endswith(";") for line in path.read_text("utf-8").splitlines())
    newest = directory(folder, truth)
    uids = [row["Identifiant ENT"] for row in newest]
    logins = [row["Login"] for row in newest]
    assert len(set(uids)) == len(uids)
    assert len(set(logins)) == len(logins)
    assert len({row["Etablissement"] for row in newest}) > 1


def test_lists_hold_what_the_truth_counts(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    by_kind: dict[str, list[int]] = {}
    for entry in truth.files:
        by_kind.setdefault(entry.kind, []).append(sum(entry.persons.values()))
    assert len(rows(file(folder, "educonnect_eleves"), "utf-8-sig")) == by_kind["educonnect_eleves"][0]
    assert len(rows(file(folder, "educonnect_responsables"), "utf-8-sig")) == by_kind["educonnect_responsables"][0]
    pronote = rows(file(folder, "Liste des"), "utf-8-sig", header=1)
    assert len(pronote) - 1 == by_kind["pronote_liste"][0]
    assert pronote[-1]["Élève"].endswith(" élèves")
    assert len(directory(folder, truth)) in by_kind["ent_annuaire"]


def test_true_accounts_are_in_the_directory(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    accounts = {row["Identifiant ENT"]: row for row in directory(folder, truth)}
    for link in truth.links:
        assert set(link.account_uids) <= accounts.keys()
        assert link.account_uid in (link.account_uids or (None,))


def test_the_only_sure_verdict_of_a_person_without_account_is_absent(school: tuple[Path, demo.Truth]) -> None:
    _, truth = school
    for link in truth.links:
        if link.account_uid is None:
            assert "absent" in link.acceptable_verdicts
            assert "certain" not in link.acceptable_verdicts
        else:
            assert "absent" not in link.acceptable_verdicts or link.trap == "doubled"


def test_every_family_of_defects_is_planted(usual: tuple[Path, demo.Truth]) -> None:
    _, truth = usual
    categories = {finding.category for finding in truth.findings}
    assert {category.split("-")[0] for category in categories} >= FAMILIES_OF_CATEGORIES
    assert len(categories) >= 35
    traps = {link.trap for link in truth.links}
    assert traps >= {
        "twin", "homonym", "compound", "inverted", "accents", "swapped_date", "married", "shared", "leaver", "doubled",
    }  # fmt: skip


def test_a_small_school_still_shows_most_categories(small: tuple[Path, demo.Truth]) -> None:
    folder, truth = small
    assert len({finding.category for finding in truth.findings}) >= 30
    assert len(zipped_xml(file(folder, "ExportXML_Eleves")).findall(".//ELEVE")) == SMALL + 1


@pytest.mark.parametrize(("pupils", "staff"), [(1, 1), (9, 3), (45, 60)])
def test_tiny_schools_are_written_too(tmp_path: Path, pupils: int, staff: int) -> None:
    truth = demo.generate(tmp_path / "e", seed=pupils, pupils=pupils, staff=staff)
    written = {path.name for path in (tmp_path / "e").iterdir()}
    assert {entry.file for entry in truth.files} == written


def test_planted_persons_are_named_as_some_export_names_them(usual: tuple[Path, demo.Truth]) -> None:
    _, truth = usual
    for finding in (*truth.findings, *truth.tolerated):
        assert finding.persons or finding.structures or finding.category in {
            "AUT-01", "AUT-02", "EDT-04", "EDT-05",
        }, finding.category  # fmt: skip
        for person in finding.persons:
            spelled = {(fold(surname), fold(given)) for surname, given in person.aliases}
            assert (fold(person.surname), fold(person.given_names)) in spelled, (finding.category, person)


def test_no_person_bears_two_unrelated_required_defects(usual: tuple[Path, demo.Truth]) -> None:
    """Causes that do not mix are what makes counting by category possible."""
    _, truth = usual
    alone = {"EDU-05", "ANN-15", "SIE-08", "ANN-14", "MSG-06", "STS-01", "ANN-02", "ANN-12"}
    borne: dict[tuple[str, str, str, str], set[str]] = {}
    for finding in truth.findings:
        for p in finding.persons:
            borne.setdefault((p.surname, p.given_names, p.profile, p.division), set()).add(finding.category)
    homonyms = {k for k, many in Counter((s, g) for s, g, _, _ in borne).items() if many > 1}
    for (surname, given, _, _), categories in borne.items():
        if (surname, given) not in homonyms and categories & alone:
            assert len(categories - {"EDT-01"}) == 1, (surname, given, categories)


def test_a_clean_school_promises_no_finding(clean: tuple[Path, demo.Truth]) -> None:
    folder, truth = clean
    assert truth.findings == ()
    assert truth.tolerated == ()
    present = {path.name.split("_")[0] for path in folder.iterdir()}
    assert not present & {"rapprochements", "comptes", "message"}


def test_all_tools_of_a_clean_school_agree(clean: tuple[Path, demo.Truth]) -> None:
    folder, truth = clean
    tree = zipped_xml(file(folder, "ExportXML_Eleves"))
    divisions = {
        e.get("ELEVE_ID"): e.findtext("STRUCTURE[TYPE_STRUCTURE='D']/CODE_STRUCTURE")
        for e in tree.iter("STRUCTURES_ELEVE")
    }
    siecle = {
        (fold(e.findtext("NOM_DE_FAMILLE")), fold(e.findtext("PRENOM")), e.findtext("DATE_NAISS"), divisions[eleve_id])
        for e in tree.iter("ELEVE")
        if not e.findtext("DATE_SORTIE") and (eleve_id := e.get("ELEVE_ID"))
    }
    ent = {
        (fold(r["Nom"]), fold(r["Prénom"]), r["Date de naissance"], r["Classe"])
        for r in directory(folder, truth)
        if r["Profil"] == "Élève"
    }
    assert siecle == ent
    timetable = etree.fromstring(file(folder, "EDT_To_KOSMOS", "en_clair").read_bytes())
    classes = {e.get("Ident"): e.get("Nom") for e in timetable.iterfind(f"{EDT}Classes/{EDT}Classe")}
    edt = {
        (
            fold(e.get("Nom")),
            fold(e.get("Prenom")),
            "/".join(reversed(e.get("DateNaissance").split("-"))),
            classes[e.find(f"{EDT}Classe").get("Ident")],
        )
        for e in timetable.iterfind(f"{EDT}Eleves/{EDT}Eleve")
    }
    assert siecle == edt
    states = {r["État du compte"] for r in rows(file(folder, "educonnect_eleves"), "utf-8-sig")}
    assert states == {"Actif"}
    assert all(r["Identifiant CAS"] for r in rows(file(folder, "Liste des"), "utf-8-sig", header=1)[:-1])


def test_only_people_without_rights_have_no_account_in_a_clean_school(clean: tuple[Path, demo.Truth]) -> None:
    _, truth = clean
    absent = Counter(link.source for link in truth.links if link.account_uid is None)
    assert set(absent) == {"siecle_eleves", "siecle_responsables"}
    contacts = next(f.persons["parent"] for f in truth.files if f.kind == "siecle_responsables")
    assert 0 < absent["siecle_responsables"] < contacts / 8


def test_the_worked_example_is_word_for_word(usual: tuple[Path, demo.Truth]) -> None:
    folder, truth = usual
    content = (folder / "message_1_exemple.txt").read_bytes()
    assert hashlib.sha256(content).hexdigest().startswith("f3cbe1174675ac12")
    assert [message.needs_clarification for message in truth.messages] == [False, False, True]
    assert all(person.surname for message in truth.messages for person in message.persons)


def test_a_stopped_automation_is_a_scenario_of_its_own(tmp_path: Path) -> None:
    truth = demo.generate(tmp_path, seed=8, pupils=30, staff=20, defects=False, scenario="arret")
    history = (tmp_path / "bilans_import.txt").read_text("utf-8").splitlines()
    assert [finding.category for finding in truth.findings] == ["AUT-03"]
    assert len(history) > 1
    assert all(line[6:10] == truth.today[:4] and line[3:5] == "06" for line in history[1:])


def test_another_day_is_another_school_year(tmp_path: Path) -> None:
    truth = demo.generate(tmp_path, seed=8, pupils=30, staff=20, today=date(2028, 2, 8))
    tree = zipped_xml(file(tmp_path, "ExportXML_Eleves"))
    assert truth.today == "2028-02-08"
    assert tree.findtext("PARAMETRES/ANNEE_SCOLAIRE") == "2027"
    assert file(tmp_path, "sts_emp").name.endswith("_2027.xml")


def test_generating_again_leaves_nothing_of_the_former_school(tmp_path: Path) -> None:
    former = demo.generate(tmp_path, seed=1, pupils=20, staff=10)
    latter = demo.generate(tmp_path, seed=2, pupils=20, staff=10)
    left = {path.name for path in tmp_path.iterdir()}
    assert former.uai not in "".join(left)
    assert left == {entry.file for entry in latter.files}


def test_files_that_no_generation_made_are_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    truth = demo.generate(folder, seed=1, pupils=20, staff=10)
    (folder / "mien.csv").write_text("à garder", "utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Refusal, match=r"mien\.csv"):
        demo.generate(folder, seed=2, pupils=20, staff=10)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    real = tmp_path / "vrai"
    real.mkdir()
    (real / truth.files[0].file).write_bytes(b"export d'un vrai college")
    with pytest.raises(Refusal):
        demo.generate(real, seed=2, pupils=20, staff=10)
    assert (real / truth.files[0].file).read_bytes() == b"export d'un vrai college"

    demo.truth_path(tmp_path / "neuf").write_text("mes notes", "utf-8")
    with pytest.raises(Refusal, match="neuf-verite"):
        demo.generate(tmp_path / "neuf", seed=2, pupils=20, staff=10)
    assert not (tmp_path / "neuf").exists()


def test_a_generation_cut_short_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diagnostics.demo.day_in", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        demo.generate(tmp_path / "e", seed=1, pupils=20, staff=10)
    assert list((tmp_path / "e").iterdir())
    monkeypatch.undo()
    truth = demo.generate(tmp_path / "e", seed=2, pupils=20, staff=10)
    assert {path.name for path in (tmp_path / "e").iterdir()} == {entry.file for entry in truth.files}


def test_names_come_from_many_origins_and_few_are_frequent(usual: tuple[Path, demo.Truth]) -> None:
    _, truth = usual
    surnames = Counter(link.surname for link in truth.links if link.source == "siecle_eleves")
    assert len(surnames) > 380
    assert 3 <= surnames.most_common(1)[0][1] <= 16
    foreign = {fold(name) for origin in names.ORIGINS[1:] for name in origin.surnames}
    assert sum(many for name, many in surnames.items() if fold(name) in foreign) > 150


def test_the_command_writes_a_school_and_says_so(tmp_path: Path) -> None:
    arguments = ["demo", str(tmp_path / "ecole"), "--seed", "3", "--pupils", "15", "--staff", "8", "--sans-defauts"]
    result = CliRunner().invoke(main_group, arguments)
    assert "0 anomalies placées" in result.output
    assert demo.truth_path(tmp_path / "ecole").exists()


def test_the_truth_file_can_be_read_back(small: tuple[Path, demo.Truth]) -> None:
    folder, truth = small
    content = demo.truth_path(folder).read_bytes()
    assert msgspec.json.decode(content, type=demo.Truth) == truth
    assert msgspec.json.decode(content)["ent_triage_truth"] == 1


def test_pasted_screens_have_the_columns_of_the_ent(usual: tuple[Path, demo.Truth]) -> None:
    folder, truth = usual
    for word in ("enseignants", "eleves"):
        lines = (folder / f"rapprochements_{word}.txt").read_text("utf-8").splitlines()
        table = list(csv.reader(io.StringIO("\n".join(lines[3:])), delimiter="\t"))
        assert table[0] == ["Nom Prénom", "Code source", "Date de naissance", "Identifier"]
        assert all(re.fullmatch(r"[^$]+\$[^$]+\$(\d{4}-\d\d-\d\d)?", row[1]) for row in table[1:])
        assert lines[1].startswith(f"{len(table) - 1} ")
    sources = {link.source for link in truth.links}
    assert "ent_rapprochements" in sources


def test_every_file_loads_with_the_persons_that_the_truth_counts(school: tuple[Path, demo.Truth]) -> None:
    folder, truth = school
    loaded = load([folder])
    exports = {Path(export.file).name: export for export in loaded.exports}
    assert not loaded.refused
    assert {Path(name).name for name in loaded.messages} == {f.file for f in truth.files if f.kind == "message"}
    for expected in truth.files:
        if expected.kind == "message":
            continue
        export = exports[expected.file]
        read = Counter(record.profile.value for record in export.records)
        assert export.kind.value == expected.kind
        assert not export.refused
        assert export.school in ("", truth.uai)
        if set(expected.persons) & {"total", "personnel"}:
            assert read.total() == sum(expected.persons.values()), expected.file
        else:
            assert dict(read) == {p: n for p, n in expected.persons.items() if n}, expected.file
    assert {e.superseded_by != "" for e in loaded.exports if e.kind.value == "ent_annuaire"} == {True, False}


def test_no_password_survives_the_loading(usual: tuple[Path, demo.Truth]) -> None:
    folder, truth = usual
    (export,) = load([folder / f"ENT-Identifiants-{truth.uai}.csv"]).exports
    assert b"DEMO-0000" not in msgspec.json.encode(export)

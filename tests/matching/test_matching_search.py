"""The index of a whole ENT on disk: built once, found as one types, and matched against."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from matching_cases import account, accounts_export, crowd, export, person

from diagnostics.matching import account_keys, match, record_key
from diagnostics.matching.search import (
    Index,
    Region,
    build,
    build_region,
    forget_region,
    gather,
    match_region,
    open_region,
)
from diagnostics.model import Decision, Kind, Link, Profile, Record, Verdict
from diagnostics.safety import Refusal
from diagnostics.sources.source import of_bytes

REGION = [
    account("AAA00001", "DE LA BRELLE", "Hélène", "2013-02-14", "6A", ids={"login": "helene.delabrelle"},
            school="0123456S"),
    account("AAA00002", "CORMET-DASTIER", "Mohammed", "2012-07-08", "5B", ids={"ine": "123456789AB"}),
    account("AAA00003", "CORMET", "Faustine", "1981-05-04", profile=Profile.ENSEIGNANT,
            extra={"main_school": "LYCEE DES ESSAIS"}),
    account("AAA00004", "CORMET", "Faustin", "1979-05-04", profile=Profile.ENSEIGNANT),
    account("AAA00005", "ZOUARI", "Lyes", "2011-10-02"),
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("index") / "region"
    build([*REGION, *(account(f"ZZZ{n:05}", *other) for n, other in enumerate(crowd(300)))], path)
    return Index(path)


def first(index: Index, query: str) -> str:
    found = index.find(query, 5)
    return found[0].account.ids["uid"] if found else ""


@pytest.mark.parametrize(
    ("query", "uid"),
    [
        ("DE LA BRELLE Hélène", "AAA00001"),
        ("helene brelle", "AAA00001"),
        ("delabrelle hel", "AAA00001"),
        ("HÃ©lÃ¨ne BRELEL", "AAA00001"),
        ("brele helenne 14/02/2013", "AAA00001"),
        ("14-02-2013 helene", "AAA00001"),
        ("helene.delabrelle", "AAA00001"),
        ("0123456S helene", "AAA00001"),
        ("mohamed cormet", "AAA00002"),
        ("dastier muhammad 08/07/2012", "AAA00002"),
        ("123456789ab", "AAA00002"),
        ("cormet faustine essais", "AAA00003"),
        ("faustin cormet", "AAA00004"),
        ("aaa00004", "AAA00004"),
        ("zouari ilyes", "AAA00005"),
        ("zouary 10/02/2011", "AAA00005"),
        ("zou", "AAA00005"),
        ("cormet 1979", "AAA00004"),
        ("Cormet 08072012", "AAA00002"),
    ],
)
def test_people_are_found_whatever_the_order_and_the_spelling(index: Index, query: str, uid: str) -> None:
    assert first(index, query) == uid


def test_nothing_is_found_when_nothing_is_near(index: Index) -> None:
    assert index.find("", 5) == ()
    assert index.find("  , ", 5) == ()
    assert index.find("xqwzkj", 5) == ()
    assert index.find("99/99/9999", 5) == ()


def test_an_account_comes_back_as_it_went_in(index: Index) -> None:
    found = index.find("zouari lyes")[0].account
    original = REGION[4]
    assert (found.surname, found.given_names, found.birth_date, found.profile, found.ids) == (
        original.surname, original.given_names, original.birth_date, original.profile, original.ids,
    )  # fmt: skip
    assert record_key(found, Kind.ENT_ANNUAIRE) == record_key(original, Kind.ENT_ANNUAIRE)
    assert len(index) == len(REGION) + 300


def test_the_index_is_readable_by_its_owner_only(index: Index) -> None:
    assert stat.S_IMODE(index.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in index.path.iterdir()} == {0o600}


def test_a_cancelled_building_leaves_the_former_index(tmp_path: Path) -> None:
    path = tmp_path / "region"
    build(REGION[:2], path)
    build(REGION, path, cancelled=lambda: True)
    assert len(Index(path)) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["region"]


def test_an_index_may_be_built_again(tmp_path: Path) -> None:
    path = tmp_path / "region"
    counts: list[int] = []
    build(REGION[:2], path)
    build(REGION, path, progress=counts.append)
    assert counts[-1] == len(Index(path)) == len(REGION)


def test_an_empty_region_finds_nothing(tmp_path: Path) -> None:
    build((), tmp_path / "vide")
    assert Index(tmp_path / "vide").find("cormet") == ()


def test_what_is_no_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"index\.json"):
        Index(tmp_path)
    (tmp_path / "index.json").write_text("{}")
    with pytest.raises(ValueError, match="index"):
        Index(tmp_path)


def matched(index: Index, *records: Record) -> list[tuple[Verdict, str]]:
    links = match_region([Link(key=str(n), record=r, verdict=Verdict.ABSENT) for n, r in enumerate(records)], index)
    return [(k.verdict, k.candidates[0].account.ids["uid"] if k.candidates else "") for k in links]


def test_a_shared_teacher_is_found_in_the_region(index: Index) -> None:
    dated = person("CORMET", "Faustine", "1981-05-04", profile=Profile.ENSEIGNANT)
    undated = person("CORMET", "Faustine", profile=Profile.ENSEIGNANT)
    stranger = person("NOVELLIER", "Zéphyrin", "1981-05-04", profile=Profile.ENSEIGNANT)
    assert matched(index, dated, stranger) == [(Verdict.CERTAIN, "AAA00003"), (Verdict.ABSENT, "")]
    assert matched(index, undated) == [(Verdict.REVIEW, "AAA00003")]


def test_profiles_stay_walls_in_the_region(index: Index) -> None:
    assert matched(index, person("ZOUARI", "Lyes", "2011-10-02", profile=Profile.PARENT)) == [(Verdict.ABSENT, "")]


def test_a_directory_is_opened_when_one_was_built(tmp_path: Path) -> None:
    assert open_region(tmp_path / "annuaire") is None
    build(REGION, tmp_path / "annuaire")
    region = open_region(tmp_path / "annuaire")
    assert region is not None
    assert (region.persons, len(region.made_on)) == (len(REGION), len("2026-01-01T00:00:00"))
    assert [c.account.ids["uid"] for c in region.search("zouari lyes", limit=1)] == ["AAA00005"]
    (tmp_path / "annuaire" / "index.json").write_text("{}")
    with pytest.raises(Refusal, match="annuaire FICHIER"):
        open_region(tmp_path / "annuaire")


def test_a_person_is_compared_with_the_directory_field_by_field(index: Index) -> None:
    first, *_ = Region(index).candidates(person("BRELLE", "Helenne", "2013-02-14"))
    assert first.account.ids["uid"] == "AAA00001"
    assert "prénoms proches (Helenne/Hélène" in first.why
    assert {field.field for field in first.fields} >= {"nom", "prénom", "profil"}


def test_an_account_chosen_in_the_whole_ent_stays_chosen(index: Index) -> None:
    newcomer = person("CORMET", "Faustine", profile=Profile.ENSEIGNANT)
    loaded = [accounts_export(*(account(f"B{n:06}", *other) for n, other in enumerate(crowd(30)))),
              export(Kind.STS_EMP, [newcomer])]  # fmt: skip
    for chosen in REGION:
        for key in account_keys(chosen):
            assert Region(index).account(key) == index.find(chosen.ids["uid"])[0].account
            decision = Decision(record_key=record_key(newcomer, Kind.STS_EMP), account_key=key, agent="A", at="2026")
            (link,) = match(loaded, decisions={decision.record_key: decision}, elsewhere=Region(index).account)
            assert (link.verdict, link.decided_by) == (Verdict.CERTAIN, "A")
            assert link.account is not None
            assert link.account.ids["uid"] == chosen.ids["uid"]
    assert Region(index).account("ent:uid:NOBODY00") is None


HEADER = "Identifiant ENT;Login;Nom;Prénom;Profil;Date de naissance;Classe;UAI\n"


def surname(number: int) -> str:
    return "NOM" + "".join("BCDFGHJKLM"[int(digit)] for digit in f"{number:05}")


def table(path: Path, persons: int, first: int = 0) -> Path:
    lines = [
        f"AAA{n:05};l{n};{surname(n)};Aubin;Élève;0{n % 9 + 1}/02/2013;6A;0123456S\n" for n in range(first, persons)
    ]
    path.write_text("Annuaire de l'essai\n\n" + HEADER + "".join(lines), encoding="cp1252")
    return path


def test_a_directory_is_built_from_files_large_ones_by_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "LARGE_BYTES", 5_000)
    monkeypatch.setattr(gather, "PIECE_LINES", 40)
    table(tmp_path / "a.csv", 300)
    table(tmp_path / "b.csv", 320, 290)
    (tmp_path / "c.csv").write_text("Division;Effectif\n6A;24\n")
    seen: list[tuple[str, int]] = []
    built = build_region(
        [tmp_path], path=tmp_path / "annuaire", progress=lambda file, persons: seen.append((Path(file).name, persons))
    )
    assert (built.persons, built.files) == (330, 2)
    assert [Path(refused.file).name for refused in built.refused] == ["c.csv"]
    assert seen[-1] == ("b.csv", 330)
    region = open_region(tmp_path / "annuaire")
    assert region is not None
    for number in (0, 39, 40, 41, 299, 310):
        [found] = region.search(surname(number), limit=1)
        assert found.account.ids["uid"] == f"AAA{number:05}"
        if number < 300:
            assert found.account.origin.line == number + 4
    # What two files state is one account.
    assert [c.account.ids["uid"] for c in region.search("AAA00295")] == ["AAA00295"]


def test_a_cell_of_several_lines_stays_in_one_piece(tmp_path: Path) -> None:
    rows = "".join(f'AAA{n:05};NOM{n};Aubin;Élève;"rue\ndes\nEssais"\n' for n in range(60))
    content = f"Identifiant ENT;Nom;Prénom;Profil;Adresse\n{rows}".encode()
    found = list(gather.pieces(of_bytes("a.csv", content), None, 50))
    assert len(found) > 1
    assert all(text.count('"') % 2 == 0 and text.startswith("Identifiant ENT;") for _, text in found)
    assert "".join(text.partition("\n")[2] for _, text in found) == rows


def test_files_without_accounts_leave_the_former_directory(tmp_path: Path) -> None:
    path = tmp_path / "annuaire"
    build_region([table(tmp_path / "a.csv", 3)], path=path)
    (tmp_path / "c.csv").write_text("Division;Effectif\n6A;24\n")
    with pytest.raises(Refusal, match="Aucun compte de l’ENT"):
        build_region([tmp_path / "c.csv"], path=path)
    region = open_region(path)
    assert region is not None
    assert region.persons == 3


def test_a_directory_is_forgotten_when_it_is_old(tmp_path: Path) -> None:
    path = tmp_path / "annuaire"
    assert not forget_region(path=path)
    build(REGION, path)
    assert not forget_region(datetime.now(UTC).astimezone() - timedelta(days=1), path=path)
    tomorrow = datetime.now(UTC).astimezone() + timedelta(days=1)
    assert forget_region(tomorrow, path=path, dry_run=True)
    assert path.is_dir()
    assert forget_region(tomorrow, path=path)
    assert not path.exists()

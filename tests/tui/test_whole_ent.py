"""The directory of the whole ENT, made by a command while the program is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_fake import FakeSession
from tui_school import make

from diagnostics.matching.search import build_region, forget_region
from tui.finding import find_accounts


def table(path: Path, *surnames: str) -> Path:
    rows = [
        f"0690999Z;BNG{n:05};;Professeur;Nordine;{surname};n.{surname.lower()}" for n, surname in enumerate(surnames)
    ]
    path.write_text("\n".join(["rne;uid;classe;profil;prenom;nom;login", *rows, ""]), encoding="utf-8")
    return path


def test_a_directory_made_replaced_or_removed_meanwhile_is_the_one_that_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path / "data"))
    school = make(6, 1)
    session = FakeSession(tmp_path, school)
    session.take(school)

    def found(query: str) -> list[str]:
        return [one.account.surname for one in find_accounts(session, school.links[0], query)]

    assert found("meziane") == []
    build_region([table(tmp_path / "un.csv", "MEZIANE", "OULDROUIS")])
    assert found("meziane") == ["MEZIANE"]
    build_region([table(tmp_path / "deux.csv", "TERRAZONI")])
    assert (found("meziane"), found("terrazoni")) == ([], ["TERRAZONI"])
    forget_region()
    assert found("terrazoni") == []

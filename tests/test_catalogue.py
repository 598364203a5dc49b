"""The cards: complete, sourced, readable, and replaceable by a school without touching the program."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from diagnostics import catalogue
from diagnostics.catalogue import Card, gestures
from diagnostics.model import Actor, Profile
from diagnostics.safety import Refusal
from diagnostics.settings import load_settings

ROOT = Path(__file__).parent.parent
CATEGORIES = ROOT.parent / "shared" / "domain" / "categories.tsv"
SEEDS = ROOT.parent / "shared" / "seeds"
TEMPLATES = ROOT / "ticket_templates"
CARDS = tuple(catalogue.cards().values())
ONE_CARD = """
[PRN-01]
label = "Identifiant absent"
"""
NEW_CARD = """
[CAN-01]
label = "Carte de cantine refusée"
symptoms = ["la carte ne passe plus"]
evidence = ["aucun export"]
causes = ["carte à recharger"]
try_first = ["Recharger la carte.", { text = "Appeler l'intendance.", gesture = "attente", decisive = true }]
first_actor = "ETAB"
recipient = "AUTRE"
sources = ["(appréciation)"]
"""


def written(folder: Path, text: str, name: str = "ecole.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(Refusal) as caught:
        catalogue.cards(folder)
    return caught.value.reason


def ids(card: Card) -> str:
    return card.code


def test_there_are_as_many_cards_as_categories() -> None:
    assert len(CARDS) == 109
    assert [card.code for card in CARDS] == sorted((card.code for card in CARDS), key=lambda c: (
        list(catalogue.FAMILIES).index(c[:3]), c))  # fmt: skip


def test_codes_labels_and_owners_are_those_of_the_categories() -> None:
    if not CATEGORIES.exists():
        pytest.skip("categories.tsv is not beside the repository")
    rows = [
        line.split("\t") for line in CATEGORIES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert {card.code: (card.label, card.first_actor.value, card.recipient.value) for card in CARDS} == {
        code: (label, first, recipient) for code, label, first, recipient in rows
    }


@pytest.mark.parametrize("card", CARDS, ids=ids)
def test_every_card_can_be_used(card: Card) -> None:
    assert len(card.symptoms) >= 2, "users say it in several ways"
    assert card.evidence
    assert card.causes
    assert card.try_first
    assert card.sources
    assert card.template
    assert card.template_for(card.recipient) == card.template
    if card.first_actor is Actor.ETAB:
        assert card.source_template or card.template == "D2", "a note to the school needs its template"
    if card.wait_hours:
        assert card.recheck, "after waiting one must know what to look at"
    if any(step.gesture == "attente" for step in card.try_first):
        assert card.wait_hours, "a step that says wait needs the delay"


@pytest.mark.parametrize("card", CARDS, ids=ids)
def test_every_card_reads_in_80_columns(card: Card) -> None:
    text = catalogue.explain_text(card)
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= 80
    assert card.code in text
    assert not re.search(r"(?m)^ *[:;?!»>]", text), "no line starts with a mark that French ties to the word before"
    for title in ("Ce que disent les usagers", "À essayer d'abord", "Qui", "Sources"):
        assert f"\n{title}\n" in text
    assert "@" not in re.sub(r"\S+@\S+\.\S+", "", text), "menus are written out"
    assert ".." not in text.replace("…", "")


def test_no_two_cards_share_a_phrase() -> None:
    phrases = Counter(phrase.casefold() for card in CARDS for phrase in card.symptoms)
    assert [phrase for phrase, count in phrases.items() if count > 1] == []


def test_every_source_names_existing_lines_or_says_it_is_a_judgement() -> None:
    shape = re.compile(r"(00[0-4]):(\d+)(?:-(\d+))?|\[P\d+\]|knowledge\.md §[\d.]+|\(appréciation\).*")
    lengths = {path.name[:3]: len(path.read_text(encoding="utf-8").splitlines()) for path in SEEDS.glob("*.txt")}
    cited = [source for card in CARDS for source in card.sources]
    cited += [source for preset in catalogue.presets().values() for source in preset.sources]
    cited += [
        source for preset in catalogue.presets().values() for c in preset.contacts.values() for source in c.sources
    ]
    cited += [source for paths in catalogue.menus().values() for path in paths for source in path.sources]
    for source in cited:
        match = shape.fullmatch(source)
        assert match, source
        if match[1] in lengths:
            assert int(match[2]) <= int(match[3] or match[2]) <= lengths[match[1]], source
        name = match[1] or match[0].strip("[]").partition(".")[0]
        assert name in catalogue.documents() or "appréciation" in source, "a reader must be able to find it"


def test_templates_go_to_the_card_s_recipient() -> None:
    recipients = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))["recipient"] for path in TEMPLATES.glob("*.toml")
    }
    if not recipients:
        pytest.skip("no ticket templates")
    for card in CARDS:
        if card.template != "R3":
            assert recipients[card.template] == card.recipient, card.code
        if card.source_template:
            assert recipients[card.source_template] == Actor.ETAB, card.code
        for alternative in card.recipient_alternatives:
            if alternative.template not in {"", "R3"}:
                assert recipients[alternative.template] == alternative.to, card.code


def test_cards_say_what_the_documents_disagree_on_with_dates() -> None:
    steps = catalogue.card("PRN-01").try_first
    assert [(step.since, step.until) for step in steps if "mode" in step.text] == [
        ("", "2023-09-01"),
        ("2023-09-01", ""),
    ]
    socles = {(step.edt_from, step.edt_until) for step in catalogue.card("EDT-05").try_first if "socle" in step.text}
    assert socles == {(0, 2021), (2022, 0)}


def test_pupils_and_parents_do_not_have_the_same_first_actor() -> None:
    card = catalogue.card("EDU-05")
    assert card.first_actor is Actor.REF
    assert card.by_profile[Profile.PARENT].first_actor is Actor.ETAB


def test_a_card_is_found_whatever_the_case() -> None:
    assert catalogue.card(" prn-01 ").code == "PRN-01"


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(Refusal) as caught:
        catalogue.card("PRN-99")
    assert "PRN-0" in caught.value.reason


def test_families_hold_every_card_once() -> None:
    families = catalogue.families()
    assert list(families) == list(catalogue.FAMILIES)
    assert sum(len(cards) for cards in families.values()) == len(CARDS)


def test_a_school_replaces_one_key_and_keeps_the_others(tmp_path: Path) -> None:
    folder = written(tmp_path, '[PRN-01]\nrecipient = "KOSMOS"\ntemplate = "K4"\n')
    changed, original = catalogue.cards(folder)["PRN-01"], catalogue.card("PRN-01")
    assert changed.recipient is Actor.KOSMOS
    assert changed.symptoms == original.symptoms
    assert original.recipient is Actor.INDEX, "the program's own card is untouched"


def test_a_school_adds_a_card(tmp_path: Path) -> None:
    cards = catalogue.cards(written(tmp_path, NEW_CARD))
    assert len(cards) == 110
    assert [step.text for step in cards["CAN-01"].try_first] == ["Recharger la carte.", "Appeler l'intendance."]
    assert list(catalogue.families(tmp_path))[-1] == "CAN"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[PRN-01]\nlable = "x"\n', ["PRN-01", "lable", "label"]),
        ("[PRN-01]\nwait_hours = \"48\"\n", ["wait_hours", "un nombre entier"]),
        ('[PRN-01]\nsymptoms = "un seul"\n', ["symptoms", "une liste"]),
        ('[PRN-01]\nrecipient = "KOSMO"\n', ["recipient", "KOSMO"]),
        ('[PRN-01]\ntemplate = "K9"\n', ["template", "K9"]),
        ('[PRN-01]\nseasons = ["noel"]\n', ["seasons", "noel"]),
        ('[PRN-01]\nsee_also = ["PRN-77"]\n', ["PRN-77"]),
        ('[PRN-01]\ntry_first = [{ text = "x", gesture = "atente" }]\n', ["atente", "attente"]),
        ('[PRN-01]\ntry_first = [{ text = "x", until = "septembre" }]\n', ["until", "2023-09-01"]),
        ('[PRN-01]\ntry_first = [{ txt = "x" }]\n', ["try_first", "élément 1", "txt"]),
        ('[PRN-01]\ntry_first = [{ text = "x", menu = "@import_ed" }]\n', ["@import_ed", "import_edt"]),
        ('[PRN-01.by_scope.partout]\nwhy = "x"\n', ["by_scope", "partout"]),
        ("[PRN-01]\nseverity = 7\n", ["severity"]),
        ("[PRN-01]\nsymptoms = []\n", ["symptoms", "vide"]),
        ("[PRN-1]\nlabel = 'x'\n", ["PRN-1", "PRN-01"]),
        ("[CAN-01]\nlabel = 'x'\n", ["CAN-01", "manque"]),
        ('"PRN-01" = 3\n', ["PRN-01", "[PRN-01]"]),
        ("[PRN-01\n", ["ligne 1", "TOML"]),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_french_with_its_file_and_key(tmp_path: Path, text: str, expected: list[str]) -> None:
    reason = refused(written(tmp_path, text))
    assert "ecole.toml" in reason
    for word in expected:
        assert word in reason
    assert "Expected" not in reason
    assert "Object" not in reason


def test_a_school_cites_what_it_likes(tmp_path: Path) -> None:
    folder = written(tmp_path, '[PRN-01]\nsources = ["note interne du 3 mai", "009:12", "[P99]"]\n')
    assert "note interne du 3 mai, 009:12, [P99]" in catalogue.explain_text(catalogue.card("PRN-01", folder))


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "ecole.toml").write_bytes("[PRN-01]\nlabel = 'é'\n".encode("latin-1"))
    assert "UTF-8" in refused(tmp_path)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert "introuvable" in refused(tmp_path / "absent")


def test_hostile_text_in_a_school_s_card_is_made_harmless(tmp_path: Path) -> None:
    folder = written(tmp_path, '[PRN-01]\nlabel = "rouge \\u001b[31m\\u202e"\n')
    assert catalogue.cards(folder)["PRN-01"].label == "rouge ·[31m"


def test_a_card_that_waits_must_say_why(tmp_path: Path) -> None:
    assert "wait_why" in refused(written(tmp_path, "[PRN-01]\nwait_hours = 3\n"))


def test_presets_come_by_slug_name_or_alias() -> None:
    for named in ("lyon", "Lyon", "académie de Lyon", "ac-lyon"):
        assert catalogue.preset(named).slug == "lyon"
    assert catalogue.preset("").slug == catalogue.preset("Rennes").slug == "commun"


def test_presets_hold_the_contacts_of_the_documents() -> None:
    lyon, grenoble = catalogue.preset("lyon"), catalogue.preset("grenoble")
    assert (lyon.contacts[Actor.DSI].phone, lyon.contacts[Actor.DSI].mail) == (
        "04.72.80.64.88",
        "assistance@ac-lyon.fr",
    )
    assert grenoble.contacts[Actor.KOSMOS].phone == "0 805 690 138"
    assert lyon.contacts[Actor.KOSMOS].phone == "", "no document of Lyon gives one"
    assert catalogue.preset("toulouse").contacts[Actor.INDEX] == catalogue.preset("").contacts[Actor.INDEX]


def test_no_contact_is_written_in_the_code() -> None:
    for path in (ROOT / "diagnostics").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "demo" not in str(path):
            assert not re.search(r"0 ?80[05]|04\.72|assistance@", text), path


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("recherche avancée faite sur tout l'ENT", {"recherche_ent"}),
        ("les exports structure et services vers SIECLE ont été relancés le 22/09", {"exports_sts"}),
        ("j'ai réimporté les identifiants Pronote", {"import_identifiants"}),
        ("nous avons réinitialisé son mot de passe", {"reinitialisation"}),
        ("la fiche a été corrigée dans SIECLE", {"correction_siecle"}),
        ("délégation DelegCE validée par le principal", {"delegation"}),
        ("exports_sts", {"exports_sts"}),
        ("bonjour et merci", set()),
    ],
)
def test_gestures_already_made_are_recognised(told: str, expected: set[str]) -> None:
    assert gestures.done([told]) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[PRN-01]\nlabel = "x"\nwait_hour = 3\n', "ligne 3, PRN-01 : clé inconnue « wait_hour »"),
        ('# noté\n[PRN-01]\n\nseverity = 9\n', "ligne 4, PRN-01 : clé « severity »"),
        ('[PRN-01]\ntry_first = [{ text = "a", seasons = ["ete"] }]\n', "ligne 2, PRN-01 : clé « try_first, seasons »"),
        ('[PRN-01]\nsee_also = ["PRN-99"]\n', "ligne 2, PRN-01 : elle renvoie à une fiche qui n'existe pas"),
        ('[PRN-1]\nlabel = "x"\n', "ligne 1, PRN-1 : un code s'écrit"),
        ('[PRN-01\n', "ligne 1, colonne"),
    ],
)  # fmt: skip
def test_a_slip_in_a_school_s_own_cards_is_told_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "fiches.toml").write_text(content, "utf-8")
    with pytest.raises(Refusal) as refused:
        catalogue.cards(tmp_path)
    assert f"fiches.toml, {said}" in refused.value.reason


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('uai = "a"\nauto_import_days = "x"\n', "ligne 2 : un nombre entier attendu"),
        ('[contacts.DSI]\nphon = "x"\n', "ligne 2 : clé inconnue « phon »"),
        ('\n[contacts.KOSMO]\nphone = "x"\n', "ligne 2 : contact inconnu « KOSMO »"),
        ('block_parents_until = "demain"\n', "ligne 1 : « block_parents_until » : date illisible"),
        ('[states]\n"À vérifier" = "peut-être"\n', "ligne 2 : état « À vérifier » : valeur inconnue"),
        ('timetable_diary = "papier"\n', "ligne 1 : « timetable_diary » : valeur inconnue"),
        ("educonnect_since = 2021-09-01\n", "ligne 1 : un texte attendu"),
        ("uai = \n", "ligne 1, colonne 7"),
    ],
)
def test_a_slip_in_the_settings_is_told_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(Refusal) as refused:
        load_settings(path)
    reason = refused.value.reason
    assert f"config.toml, {said}" in reason
    assert "Expected" not in reason


def test_steps_of_a_season_are_checked_and_shown() -> None:
    text = catalogue.explain_text(catalogue.card("CDT-02"))
    assert "en période « fin officielle de l'année »" in " ".join(text.split())

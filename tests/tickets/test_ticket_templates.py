"""Templates: the 21 of the program, and those of a school."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics.model import Actor
from diagnostics.safety import Refusal
from diagnostics.tickets import check_templates, library, template_for, templates, wording

IDS = [f"{letter}{n}" for letter, count in zip("ADEIKR", (2, 4, 4, 2, 6, 3), strict=True) for n in range(1, count + 1)]
VALID = """
id = "K1"
label = "Rejet"
recipient = "KOSMOS"
used_for = ["ANN-04"]
subject = "[{{ service }}] {{ symptome }}"
body = "{{ entete }} Motif : {{ champs.motif }}."
fields = [{ key = "motif", label = "motif", question = "Quel motif ?" }]
"""


def own(folder: Path, text: str, name: str = "mien.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_program_has_its_21_templates_and_they_are_sound() -> None:
    assert sorted(templates()) == IDS
    assert check_templates() == ()


def test_every_category_has_a_short_symptom_and_a_service() -> None:
    assert all(len(symptom) <= 40 for symptom in wording.SYMPTOMS.values())
    assert all(code[:3] in wording.SERVICES for code in wording.SYMPTOMS)


@pytest.mark.parametrize("stage", ["", "support", "source"])
def test_every_category_finds_a_template_whoever_acts(stage: str) -> None:
    for category in wording.SYMPTOMS:
        for recipient in Actor:
            for first in Actor:
                assert template_for(category, recipient, first, stage).id in IDS


def test_the_school_that_must_act_first_gets_the_note_and_the_support_the_ticket() -> None:
    assert template_for("SIE-01", Actor.DSI, Actor.ETAB).id == "E1"
    assert template_for("SIE-01", Actor.DSI, Actor.ETAB, "support").id == "D4"
    assert template_for("STS-01", Actor.DSI, Actor.ETAB).id == "E2"
    assert template_for("EDT-06", Actor.INDEX, Actor.ETAB).id == "E3"
    assert template_for("SEC-01", Actor.DSI, Actor.ETAB).id == "E4"


def test_a_school_that_has_nothing_to_correct_in_a_source_gets_a_plain_answer() -> None:
    assert template_for("EDU-02", Actor.DSI, Actor.ETAB).id == "R1"


def test_the_support_that_acts_first_gets_its_own_template() -> None:
    assert template_for("ANN-04", Actor.KOSMOS, Actor.KOSMOS).id == "K1"
    assert template_for("PRN-01", Actor.INDEX, Actor.REF).id == "I1"
    assert template_for("ANN-11", Actor.DSI, Actor.DSI).id == "D3"
    assert template_for("SUP-01", Actor.KOSMOS, Actor.ETAB).id == "K6"
    assert template_for("SUP-02", Actor.DSI, Actor.DSI).id == "R3"


def test_a_school_replaces_one_template_and_keeps_the_others(tmp_path: Path) -> None:
    found = templates(own(tmp_path, VALID))
    assert found["K1"].label == "Rejet"
    assert found["K2"].label == templates()["K2"].label


def test_an_edited_template_is_read_again(tmp_path: Path) -> None:
    assert templates(own(tmp_path, VALID))["K1"].label == "Rejet"
    own(tmp_path, VALID.replace('"Rejet"', '"Compte rejeté"'))
    assert templates(tmp_path)["K1"].label == "Compte rejeté"


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('recipient = "KOSMOS"', 'recipient = "KOSMO"', "destinataire « KOSMO » inconnu"),
        ('used_for = ["ANN-04"]', 'used_for = ["ANN-99"]', "catégorie « ANN-99 » inconnue"),
        ("champs.motif", "champs.motifs", "le nom « motifs » n'existe pas"),
        ("{{ entete }}", "{{ entete", "écriture non valable"),
        ("{{ entete }}", "{{ mot_de_passe }}", "le nom « mot_de_passe » n'existe pas"),
        ('label = "Rejet"', "", "il manque la clé « label »"),
        ('label = "Rejet"', 'label = "Rejet"\ncouleur = "bleu"', "la clé « couleur » n'est pas connue"),
        ('label = "Rejet"', 'label = "Rejet"\nunmasked = ["ine"]', "l'INE complet ne sort jamais"),
        ('label = "Rejet"', 'label = "Rejet"\ncolumns = ["mot_de_passe"]', "colonne « mot_de_passe » inconnu"),
        ("[{{ service }}]", "[{{ service }}] " + "très long " * 8, "l'objet peut dépasser 80 caractères"),
        ('id = "K1"', "id = K1", "ce n'est pas du TOML valable"),
        ('label = "Rejet"', "label = 3", "valeur d'un type inattendu"),
    ],
)
def test_a_faulty_template_is_refused_with_its_file_and_the_reason(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    assert was in VALID
    problems = check_templates(own(tmp_path, VALID.replace(was, becomes)))
    assert len(problems) == 1
    assert "mien.toml" in problems[0]
    assert said in problems[0]
    with pytest.raises(Refusal, match=r"mien\.toml"):
        templates(tmp_path)


def test_two_files_for_one_template_are_refused(tmp_path: Path) -> None:
    own(own(tmp_path, VALID), VALID, "autre.toml")
    assert "déjà celui de" in check_templates(tmp_path)[0]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert "illisible" in check_templates(tmp_path / "absent")[0]


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "mien.toml").write_bytes(VALID.replace("Rejet", "Rejeté").encode("latin-1"))
    assert "UTF-8" in check_templates(tmp_path)[0]


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ champs.__class__.__base__.__subclasses__() }}",
        "{% for i in range(9) %}x{% endfor %}",
        "{{ champs.update({'motif': 'x'}) }}",
        "{% include 'K2' %}",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_a_template_cannot_reach_the_program(tmp_path: Path, attack: str) -> None:
    assert check_templates(own(tmp_path, VALID.replace("{{ entete }}", attack)))


def test_data_are_values_and_never_templates() -> None:
    assert library.render("{{ a }}", {"a": "{{ b }} {% raw %}"}) == "{{ b }} {% raw %}"

"""The TOML files of the catalogue, read once, checked, and completed by those of a settings folder."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from diagnostics.catalogue import toml
from diagnostics.catalogue.card import BREAKS, HOMES, SCOPES, TEMPLATES, Card, Document, MenuPath, Preset
from diagnostics.catalogue.gestures import GESTURES
from diagnostics.safety import Refusal
from diagnostics.school_year import BEHAVIOUR_SLUGS

HERE = Path(__file__).parent
FAMILIES: Mapping[str, str] = {
    "PRN": "Pronote vu de l'ENT",
    "EDU": "EduConnect",
    "ANN": "comptes de l'annuaire ENT",
    "SIE": "données de SIECLE",
    "STS": "STS-Web",
    "EDT": "import de l'emploi du temps",
    "AUT": "import automatisé",
    "GRP": "groupes",
    "CDT": "cahier de textes et emploi du temps dans l'ENT",
    "MSG": "messagerie de l'ENT",
    "BLO": "blocage des accès et changement d'année",
    "CON": "connecteurs et GAR",
    "POR": "portail, rubriques, formulaires",
    "VSC": "module vie scolaire de l'ENT",
    "SEC": "données personnelles exposées",
    "SUP": "support de Kosmos",
    "HOR": "hors périmètre",
}
"""Families in the order of the knowledge base, with their French titles."""
CODE = re.compile(r"[A-Z]{3}-[0-9]{2}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def cards(folder: str | Path = "") -> Mapping[str, Card]:
    """All cards by code, those of ``folder`` (setting ``catalogue``) replacing or completing the program's.

    Raises:
        Refusal: a file that is not valid; names the file, the card and the key.
    """
    return read_cards(str(folder))


def card(code: str, folder: str | Path = "") -> Card:
    """The card of a code, in capitals or not.

    Raises:
        Refusal: no such card; the nearest code is named.
    """
    known = cards(folder)
    wanted = code.strip().upper()
    if wanted not in known:
        raise Refusal(f"Aucune fiche « {code.strip()} ».{toml.hint(wanted, known) if CODE.fullmatch(wanted) else ''}"
                      " Un code s'écrit comme PRN-01.")  # fmt: skip
    return known[wanted]


def families(folder: str | Path = "") -> Mapping[str, tuple[Card, ...]]:
    """Cards by family, in the order of the knowledge base; families added by a school come last."""
    known = cards(folder).values()
    order = [*FAMILIES, *sorted({one.family for one in known} - set(FAMILIES))]
    return {family: tuple(one for one in known if one.family == family) for family in order}


@functools.lru_cache(maxsize=8)
def read_cards(folder: str) -> Mapping[str, Card]:
    tables: dict[str, dict[str, Any]] = {}
    origins: dict[str, Path] = {}
    for family in FAMILIES:
        path = HERE / f"{family.lower()}.toml"
        for code, table in toml.read_table(path).items():
            tables[code], origins[code] = table, path
    if folder:
        for path in override_files(Path(folder)):
            for code, table in toml.read_table(path).items():
                if not isinstance(table, dict):
                    raise Refusal(f"{path}, {code} : une fiche s'écrit comme une table, par exemple [PRN-01].")
                tables[code] = {**tables.get(code, {}), **table}
                origins[code] = path
    known = {code: build(code, table, origins[code]) for code, table in tables.items()}
    for code, one in known.items():
        check_references(one, known, origins[code])
    return known


def override_files(folder: Path) -> list[Path]:
    """TOML files of a settings folder, in the order of their names.

    Raises:
        Refusal: the folder is not there.
    """
    if not folder.is_dir():
        raise Refusal(f"{folder} : dossier de fiches introuvable. Corrigez le réglage « catalogue ».")
    return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".toml")


def build(code: str, table: Mapping[str, Any], path: Path) -> Card:
    """A checked card.

    Raises:
        Refusal: names the file and the key.
    """
    if not CODE.fullmatch(code):
        line = toml.line_of(path, code)
        where = f"{path}, ligne {line}" if line else str(path)
        raise Refusal(f"{where}, {code} : un code s'écrit avec trois majuscules et deux chiffres, comme PRN-01.", line)
    filled: dict[str, Any] = {**table, "code": code}
    if isinstance(steps := filled.get("try_first"), list):
        filled["try_first"] = [{"text": step} if isinstance(step, str) else step for step in steps]
    one = toml.convert(filled, Card, path, code)
    for problem in problems(one):
        named = re.match(r"clé « (\w+)", problem)
        line = toml.line_of(path, code, *([named[1]] if named else []))
        raise Refusal(f"{path}{f', ligne {line}' if line else ''}, {code} : {problem}", line)
    return one


def problems(one: Card) -> list[str]:
    """What the types alone do not catch, in French, key first."""
    found = [f"clé « {key} » : elle est vide." for key in ("label", "symptoms", "causes", "try_first", "sources")
             if not getattr(one, key)]  # fmt: skip
    if not 1 <= one.severity <= 3:
        found.append("clé « severity » : 1 (bloqués), 2 (prochain import) ou 3 (ménage).")
    if one.wait_hours < 0:
        found.append("clé « wait_hours » : un nombre d'heures positif ou nul.")
    if one.wait_hours and not one.wait_why:
        found.append("clé « wait_why » : dites pourquoi attendre.")
    for step in one.try_first:
        if step.gesture and step.gesture not in GESTURES:
            found.append(f"clé « try_first » : geste inconnu « {step.gesture} ».{toml.hint(step.gesture, GESTURES)}")
        if step.decisive and not step.gesture:
            found.append("clé « try_first » : un geste décisif doit être nommé (gesture).")
        found += [f"clé « try_first, seasons » : valeur inconnue « {slug} ».{toml.hint(slug, BEHAVIOUR_SLUGS)}"
                  for slug in (*step.seasons, *step.off_seasons) if slug not in BEHAVIOUR_SLUGS]  # fmt: skip
        for name, day in (("since", step.since), ("until", step.until)):
            if day and not ISO_DATE.fullmatch(day):
                found.append(f"clé « try_first, {name} » : une date s'écrit 2023-09-01.")
        if step.menu.startswith("@") and step.menu[1:] not in menus():
            found.append(f"clé « try_first, menu » : menu inconnu « {step.menu} ».{toml.hint(step.menu[1:], menus())}")
    for key, name in (("template", one.template), ("source_template", one.source_template)):
        if name and name not in TEMPLATES:
            found.append(f"clé « {key} » : modèle inconnu « {name} ».{toml.hint(name, TEMPLATES)}")
    for key, values, known in (
        ("by_scope", one.by_scope, SCOPES),
        ("by_home", one.by_home, HOMES),
        ("by_break", one.by_break, BREAKS),
        ("seasons", one.seasons, BEHAVIOUR_SLUGS),
    ):
        found += [f"clé « {key} » : valeur inconnue « {value} ».{toml.hint(value, known)}"
                  for value in values if value not in known]  # fmt: skip
    return found


def check_references(one: Card, known: Mapping[str, Card], path: Path) -> None:
    """Every code that a card names exists.

    Raises:
        Refusal: names the file, the card and the missing code.
    """
    turns = (
        *one.by_profile.values(),
        *one.by_home.values(),
        *one.by_break.values(),
        *one.by_scope.values(),
    )
    for code in (*one.see_also, *(turn.see for turn in turns if turn.see)):
        if code not in known:
            line = toml.line_of(path, one.code, "see_also" if code in one.see_also else "see")
            where = f"{path}, ligne {line}" if line else str(path)
            raise Refusal(f"{where}, {one.code} : elle renvoie à une fiche qui n'existe pas, « {code} ».", line)


@functools.lru_cache(maxsize=1)
def menus() -> Mapping[str, tuple[MenuPath, ...]]:
    """Menu paths whose wording varies with the project, the year or the version (knowledge.md §5)."""
    path = HERE / "menus.toml"
    return {
        name: tuple(toml.convert(item, MenuPath, path, name) for item in items)
        for name, items in toml.read_table(path).items()
    }


@functools.lru_cache(maxsize=1)
def documents() -> Mapping[str, Document]:
    """What sources point to: "003" of ``003:123``, "P2" of ``[P2]``, "knowledge" of ``knowledge.md §7``."""
    path = HERE / "sources.toml"
    return {name: toml.convert(table, Document, path, name) for name, table in toml.read_table(path).items()}


@functools.lru_cache(maxsize=1)
def presets() -> Mapping[str, Preset]:
    """Académies of the documents by slug; "commun" holds what is true of all."""
    known = {}
    for path in sorted((HERE / "presets").glob("*.toml")):
        one = toml.convert(toml.read_table(path), Preset, path, path.stem)
        known[one.slug] = one
    return known


@functools.lru_cache(maxsize=32)
def preset(academie: str) -> Preset:
    """The preset of an académie by slug, name or alias, completed by what is common; the common one when unknown."""
    known = presets()
    common = known["commun"]
    wanted = academie.strip().casefold()
    for one in known.values():
        if wanted and wanted in {one.slug, one.name.casefold(), *(alias.casefold() for alias in one.aliases)}:
            contacts = {**common.contacts, **one.contacts}
            return msgspec.structs.replace(one, contacts=contacts, menus={**common.menus, **one.menus})
    return common

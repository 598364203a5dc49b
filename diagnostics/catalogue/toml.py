"""TOML tables to checked structures: every slip is told in French with its file and its key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from diagnostics.safety import Refusal, clean, os_reason

Shape = TypeVar("Shape", bound=msgspec.Struct)

KIND_WORDS: Mapping[str, str] = {
    "str": "un texte",
    "int": "un nombre entier",
    "bool": "true ou false",
    "array": "une liste",
    "object": "une table",
    "float": "un nombre",
    "null": "rien",
    "object | null": "une table",
    "datetime": "une date sans guillemets",
    "date": "une date sans guillemets",
}
WRONG_KIND = re.compile(r"Expected `([a-z| ]+)`, got `([a-z]+)`(?: - at `(?:key in )?\$\.?(.*)`)?")
WRONG_CHOICE = re.compile(r"Invalid enum value '(.*?)'(?: - at `(?:key in )?\$\.?(.*)`)?")
UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$\.?(.*)`)?")
MISSING_FIELD = re.compile(r"Object missing required field `(.*?)`(?: - at `\$\.?(.*)`)?")
TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_table(path: Path) -> dict[str, Any]:
    """The table of a TOML file, its strings cleaned.

    Raises:
        Refusal: the file cannot be read, is not UTF-8 or not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refusal(
            f"{path} : lecture impossible ({os_reason(error)}). Vérifiez le fichier et ses droits."
        ) from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{path} : le fichier n'est pas en UTF-8. Enregistrez-le en UTF-8.") from error
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = TOML_PLACE.search(str(error))
        where = f", ligne {place[1]}, colonne {place[2]}" if place else ""
        line = int(place[1]) if place else 0
        raise Refusal(
            f"{path}{where} : ce n'est pas du TOML valable. Vérifiez guillemets, crochets et clés en double.", line
        ) from error
    return {key: cleaned(value) for key, value in table.items()}


def cleaned(value: Any) -> Any:
    """The value with every string made harmless."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items()}
    return value


def convert(table: Mapping[str, Any], shape: type[Shape], path: Path, key: str) -> Shape:
    """The table as ``shape``.

    Raises:
        Refusal: names the file, the key and what was expected there.
    """
    try:
        return msgspec.convert(table, shape)
    except msgspec.ValidationError as error:
        raise refusal(path, (key,), str(error), shape) from error


def refusal(path: Path, keys: tuple[str, ...], message: str, shape: type[msgspec.Struct]) -> Refusal:
    """msgspec's message as a refusal that names the file, the line and the key."""
    names = [name for name in keys if name != path.stem]
    line = line_of(path, *names, *words_of(message))
    where = f"{path}, ligne {line}" if line else str(path)
    return Refusal(f"{where}{''.join(f', {name}' for name in names)} : {in_french(message, shape)}", line)


def words_of(message: str) -> list[str]:
    """The keys that a message of msgspec names, outermost first."""
    at = re.search(r"at `(?:key in )?\$\.?(.*?)`", message)
    found = re.split(r"[.\[\]]+", at[1]) if at else []
    words = [word for word in found if word and word != "..." and not word.isdigit()]
    field = re.search(r"unknown field `(.*?)`", message)
    return [*words, field[1]] if field else words


def line_of(path: Path, *keys: str) -> int:
    """The line on which the last of nested keys stands, as far as they can be followed; 0 when none is found."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    found = 0
    for key in keys:
        name = rf"(?<![\w-])[\"']?{re.escape(key)}"
        wanted = re.compile(rf"^\s*\[+[^\]]*{name}(?![\w-])|{name}[\"']?\s*=")
        later = next((n for n, line in enumerate(lines, 1) if n >= max(found, 1) and wanted.search(line)), 0)
        found = later or found
    return found


def in_french(message: str, shape: type[msgspec.Struct]) -> str:
    """msgspec's message, told to the person who wrote the file."""
    if match := UNKNOWN_FIELD.match(message):
        known = [field.name for field in msgspec.structs.fields(shape)] if not match[2] else []
        return f"clé inconnue « {match[1]} »{place(match[2])}.{hint(match[1], known)}"
    if match := MISSING_FIELD.match(message):
        return f"la clé « {match[1]} » manque{place(match[2])}. Ajoutez-la."
    if match := WRONG_CHOICE.match(message):
        return f"valeur inconnue « {match[1]} »{place(match[2])}."
    if match := WRONG_KIND.match(message):
        expected = " ou ".join(KIND_WORDS.get(word, word) for word in match[1].split(" | "))
        return f"{expected} attendu{place(match[3])}, et non {KIND_WORDS.get(match[2], match[2])}."
    return "valeur inattendue."


def place(path: str | None) -> str:
    """``try_first[2].menu`` → ``, clé « try_first, élément 3, menu »``."""
    if not path:
        return ""
    words = re.sub(r"\[(\d+)\]", lambda index: f", élément {int(index[1]) + 1}", path.replace("[...]", ""))
    return f", clé « {words.replace('.', ', ')} »"


def hint(word: str, known: Iterable[str]) -> str:
    """The nearest known word, or the list of them."""
    known = sorted(known)
    if near := difflib.get_close_matches(word, known, n=1):
        return f" Vouliez-vous dire « {near[0]} » ?"
    return f" Valeurs connues : {', '.join(known)}." if known else ""

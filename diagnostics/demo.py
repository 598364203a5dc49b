"""The demo school: an invented collège written as the real exports, with known defects and the truth beside them.

Used by the start command, by the tests that count, and by developers (``ent-triage demo FOLDER``).
Everything but the structure changes with the seed; a seed gives the same files everywhere (formats.md §14).
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec

from diagnostics.demo_school import (
    defects as planting,
)
from diagnostics.demo_school import (
    population,
    views,
    writers_edt,
    writers_ent,
    writers_lists,
    writers_siecle,
    writers_sts,
)
from diagnostics.demo_school.imports import history
from diagnostics.demo_school.scenarios import SCENARIOS
from diagnostics.demo_school.truth import Ledger, Truth, TruthFinding, TruthLink, TruthPerson, build
from diagnostics.opening import shown
from diagnostics.safety import Refusal

__all__ = ["TODAY", "Truth", "TruthFinding", "TruthLink", "TruthPerson", "generate", "truth_path"]

TODAY = date(2026, 9, 14)
"""The Monday on which the demo takes place: two weeks after the start of the year."""
DAYS = {"arret": date(2026, 10, 5), "juillet": date(2027, 7, 8)}
"""Days on which a scenario shows: imports are due again, the official end of the year has passed."""
TRUTH_SUFFIX = "-verite.json"
SEED = 2026
PUPILS = 700
STAFF = 60
WRITERS = (writers_siecle, writers_sts, writers_edt, writers_ent, writers_lists)


def generate(
    folder: Path,
    *,
    seed: int = SEED,
    pupils: int = PUPILS,
    staff: int = STAFF,
    defects: bool = True,
    scenario: str = "",
    today: date | None = None,
) -> Truth:
    """Write the exports of a school into ``folder`` (made if need be) and the truth beside the folder.

    ``defects=False`` gives a school where all tools agree. ``scenario`` adds what touches everyone at once:
    ``arret`` (the automated import has stopped), ``juillet`` (pupils out of their classes; the day is then in July),
    ``fichiers`` (identifiers of few persons), ``blocage`` (nobody lifted the block of access).
    Files of a former generation, which its truth names, are removed, so that two schools never mix.

    Raises:
        Refusal: the folder holds other files, or something else stands where the truth goes: exports of a real school
            have the same names, and would be lost.
    """
    refuse_files_of_others(folder)
    day = today or DAYS.get(scenario, TODAY)
    school = population.make_school(seed, pupils=pupils, staff=staff, today=day)
    exports = views.build(school)
    history(exports)
    ledger = Ledger()
    if defects:
        planting.plant(exports, ledger)
    if scenario:
        SCENARIOS[scenario](exports, ledger)
    views.finish(exports)
    files: dict[str, bytes] = dict(exports.messages)
    for writer in WRITERS:
        files |= writer.files(exports)
    truth = build(exports, ledger, files, seed=seed, defects=defects)
    write(folder, files, truth, day)
    return truth


def write(folder: Path, files: dict[str, bytes], truth: Truth, day: date) -> None:
    """Files dated by what their name says, else by ``day``: a CSV has no other date.

    The truth goes first: files of a generation that was cut short are then known as ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    remove_former(folder)
    temporary = truth_path(folder).with_suffix(".tmp")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(truth), indent=1))
    temporary.replace(truth_path(folder))
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        made = next((d for d in (day_in(part) for part in name.replace(".", "_").split("_")) if d), day)
        stamp = datetime.combine(made, time(7, 30), UTC).timestamp()
        os.utime(path, (stamp, stamp))


def truth_path(folder: Path) -> Path:
    """The truth of a generated school: beside its folder, so that loading the folder does not meet it."""
    folder = Path(os.path.abspath(folder))  # « . » has no name
    return folder.with_name(folder.name + TRUTH_SUFFIX)


def day_in(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def refuse_files_of_others(folder: Path) -> None:
    """Nothing is written beside, nor over, what no former generation made; names that begin with a dot do not count."""
    if folder.is_dir():
        ours = former_files(folder)
        others = sorted(p.name for p in folder.iterdir() if p.name not in ours and not p.name.startswith("."))
        if others:
            raise Refusal(
                f"{folder} contient déjà d'autres fichiers ({shown(others[0])}) : donnez un dossier neuf ou vide. "
                "Rien n'a été écrit."
            )
    if truth_path(folder).exists() and former(folder) is None:
        raise Refusal(
            f"{truth_path(folder)} existe et n'est pas la vérité d'un établissement inventé : donnez un autre dossier. "
            "Rien n'a été écrit."
        )


def former(folder: Path) -> Truth | None:
    """The truth of the school that was generated there before."""
    try:
        return msgspec.json.decode(truth_path(folder).read_bytes(), type=Truth)
    except (OSError, msgspec.MsgspecError):
        return None


def former_files(folder: Path) -> frozenset[str]:
    """Names of the files of a former generation."""
    truth = former(folder)
    return frozenset(e.file for e in truth.files if Path(e.file).name == e.file) if truth else frozenset()


def remove_former(folder: Path) -> None:
    for name in former_files(folder):
        (folder / name).unlink(missing_ok=True)

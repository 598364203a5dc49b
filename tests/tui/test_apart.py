"""The analysis in a process of its own: the same outcome, and every way of ending said."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from diagnostics.model import Loaded
from diagnostics.safety import Refusal
from diagnostics.settings import Settings
from tui import analysis, apart
from tui.analysis import Outcome, Partly, Task
from tui.jobs import Cancelled, Report

ROOT = Path(__file__).parents[2]
TABLE = "Nom;Prénom;Né(e) le;Classe\nAMARANTE;Lise;03/02/2012;5A\nBASTIDE;Maël;04/05/2012;5B\n"


class Enough(Exception):
    """The agent asked to stop."""


def nothing(*_: object) -> None:
    pass


def never() -> bool:
    return False


@pytest.fixture
def task(tmp_path: Path) -> Task:
    (tmp_path / "eleves.csv").write_text(TABLE, encoding="utf-8")
    return Task(Settings(), paths=(str(tmp_path / "eleves.csv"),), told=("Lise AMARANTE 5A n'a plus de compte ENT.",))


def test_the_outcome_is_that_of_the_same_work_done_here(task: Task) -> None:
    apart_from_us = apart.carry_out(task, nothing, never, nothing)
    here = analysis.carry_out(task, nothing, never, nothing)
    assert list(apart_from_us.school.identities) == list(here.school.identities)
    assert [r.surname for e in apart_from_us.loaded.exports for r in e.records] == ["AMARANTE", "BASTIDE"]
    assert apart_from_us.school.incidents == here.school.incidents
    assert [m.incidents for m in apart_from_us.messages] == [m.incidents for m in here.messages]
    # The message holds the school that is shown, not a copy of it.
    assert apart_from_us.messages[0].context.school is apart_from_us.school


def test_a_module_that_lies_among_the_exports_is_not_run(
    task: Task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("csv", "tui", "zlib", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(apart.carry_out(task, nothing, never, nothing).school.identities) == 2
    assert not (tmp_path / "run").exists()


def test_stopping_ends_the_child_at_once_and_a_child_that_is_killed_is_said(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[int] = []
    hear = apart.heard

    def stop(*_: object) -> NoReturn:
        raise Enough

    def killed(*given: object) -> Outcome:
        os.kill(children[-1], signal.SIGKILL)
        os.waitid(os.P_PID, children[-1], os.WEXITED | os.WNOWAIT)  # dead before it takes its task
        return hear(*given)  # type: ignore[arg-type]

    popen = apart.subprocess.Popen

    def start(*arguments: object, **options: object) -> object:
        child = popen(*arguments, **options)  # type: ignore[call-overload]
        children.append(child.pid)
        return child

    monkeypatch.setattr(apart.subprocess, "Popen", start)
    with pytest.raises(Enough):
        apart.carry_out(task, stop, never, nothing)
    monkeypatch.setattr(apart, "heard", killed)
    with pytest.raises(apart.Killed):
        apart.carry_out(task, nothing, never, nothing)
    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_without_a_process_the_work_is_done_here(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError("Resource temporarily unavailable")

    monkeypatch.setattr(apart.subprocess, "Popen", refuse)
    assert len(apart.carry_out(task, nothing, never, nothing).school.identities) == 2


@pytest.mark.parametrize(
    ("error", "heard"),
    [(Refusal("Le fichier est vide."), Refusal), (MemoryError(), MemoryError), (ValueError("AMARANTE"), apart.Failure)],
)
def test_an_end_is_told_and_heard_without_anybody_s_name(
    error: Exception, heard: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENT_TRIAGE_DATA", str(tmp_path))

    def fail(task: Task, report: Report, cancelled: Cancelled, partly: Partly) -> Outcome:
        raise error

    monkeypatch.setattr(analysis, "carry_out", fail)
    word = apart.answer(Task(Settings()), nothing, nothing)
    with pytest.raises(heard) as told:
        apart.heard(io.BytesIO(), io.BytesIO(pickle.dumps(word)), Task(Settings()), nothing, nothing)
    if isinstance(told.value, Refusal):
        assert told.value.reason == "Le fichier est vide."
    if isinstance(told.value, apart.Failure):
        written = Path(told.value.log).read_text(encoding="utf-8")
        assert "ValueError" in written
        assert "AMARANTE" not in written


def words(*said: tuple[str, object]) -> io.BytesIO:
    return io.BytesIO(b"".join(pickle.dumps(one) for one in said))


def test_what_is_read_is_shown_when_its_analysis_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = Loaded(messages=("a.txt",))
    said = ((apart.LOADED, loaded), (apart.STEP, apart.AT_FIRST), (apart.STEP, apart.AT_FIRST), (apart.DONE, "all"))
    for patience, expected in ((60.0, []), (-1.0, [loaded])):
        monkeypatch.setattr(apart, "PATIENCE_SECONDS", patience)
        shown: list[Loaded] = []
        assert apart.heard(io.BytesIO(), words(*said), Task(Settings()), nothing, shown.append) == "all"
        assert shown == expected


def test_after_a_load_the_screens_hold_none_of_the_engine(tmp_path: Path) -> None:
    (tmp_path / "eleves.csv").write_text(TABLE, encoding="utf-8")
    program = (
        "import sys\nfrom diagnostics.settings import Settings\nfrom tui import apart\n"
        "from tui.session import Session\n"
        f"held = Session([{str(tmp_path)!r}], settings=Settings(agent='a'), store_path={str(tmp_path / 'b.sqlite')!r},"
        " demo=True, carry_out=apart.carry_out)\n"
        "held.take(held.read(*[lambda *_: None] * 3))\nheld.to_match()\n"
        "heavy = 'numpy rapidfuzz lxml jinja2 alembic diagnostics.load diagnostics.matching diagnostics.tickets'\n"
        "print(len(held.school.identities), [name for name in heavy.split() if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout == "2 []\n"


def test_what_was_read_outlives_an_analysis_that_is_stopped_or_killed() -> None:
    loaded = Loaded(messages=("a.txt",))
    said = ((apart.LOADED, loaded), (apart.STEP, apart.AT_FIRST))

    def stop(*_: object) -> NoReturn:
        raise Enough

    for report, end in ((stop, Enough), (nothing, apart.Killed)):
        shown: list[Loaded] = []
        with pytest.raises(end):
            apart.heard(io.BytesIO(), words(*said), Task(Settings()), report, shown.append)
        assert shown == [loaded]

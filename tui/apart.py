"""The analysis in a process of its own, which ends with it.

The screens then answer while it works, a file that fells the reader fells nothing else, stopping is at once, and the
memory that matching takes goes back to the machine, which agents share.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from diagnostics.safety import Refusal
from tui import analysis, journal

if TYPE_CHECKING:
    from diagnostics.model import Loaded
    from tui.analysis import Outcome, Partly, Task
    from tui.jobs import Cancelled, Report

ROOT = str(Path(__file__).parents[1])
START = "import sys; sys.path[:] = sys.argv[1:]; from tui.apart import main; main()"
"""The modules of the child are ours, wherever the program was started from: never those of a folder of exports."""
PULSE_SECONDS = 0.1
"""Time between two words of the child: how long stopping may take, and an orphan live."""
COLLECT_EVERY = 200_000
"""Objects made between two rounds of the collector: nearly all that a short process makes is used to its end."""
PATIENCE_SECONDS = 5.0
"""Time after which what was read is shown without waiting for its analysis: most schools take less."""
AT_FIRST = ("lecture des fichiers", 0, 1)
STEP, LOADED, DONE, REFUSED, NO_MEMORY, FAILED = "étape", "lu", "fait", "refusé", "mémoire", "erreur"
"""What the child says: each time one of these words and what goes with it."""


class Failure(Exception):
    """The analysis ended by an error of the program.

    Attributes:
        log: path of the log where it is written, "" when it could not be.
    """

    def __init__(self, log: str) -> None:
        super().__init__(log)
        self.log = log


class Killed(Exception):
    """The process of the analysis was ended from outside, most often for want of memory."""


def carry_out(task: Task, report: Report, cancelled: Cancelled, partly: Partly) -> Outcome:
    """Do a task in a process of its own; in this one when the system gives none.

    ``report`` is called at every pulse: what it raises ends the child. ``partly`` is called if the analysis takes long.

    Raises:
        Refusal: what the task refuses.
        MemoryError: the task took more memory than there is.
        Failure: an error of the program.
        Killed: the system or somebody ended the child.
    """
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", START, ROOT, *filter(None, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # the keys and signals of the terminal are not for it
        )
    except OSError:
        return analysis.carry_out(task, report, cancelled, partly)
    told, said = cast(BinaryIO, child.stdin), cast(BinaryIO, child.stdout)
    with child:
        try:
            return heard(told, said, task, report, partly)
        finally:
            child.kill()
            with contextlib.suppress(BrokenPipeError):
                told.close()  # what a dead child did not take is thrown away


def heard(told: BinaryIO, said: BinaryIO, task: Task, report: Report, partly: Partly) -> Outcome:
    """Tell the child its task, and hear it to the end."""
    loaded: Loaded | None = None
    since = 0.0
    try:
        pickle.dump(task, told, pickle.HIGHEST_PROTOCOL)
        told.flush()
        while True:
            word, value = pickle.load(said)  # our own child
            if word == STEP:
                report(*value)
                if loaded is not None and time.monotonic() - since > PATIENCE_SECONDS:
                    partly(loaded)
                    loaded = None
            elif word == LOADED:
                loaded, since = value, time.monotonic()
            elif word == DONE:
                loaded = None
                return cast("Outcome", value)
            elif word == REFUSED:
                raise Refusal(value)
            elif word == NO_MEMORY:
                raise MemoryError
            else:
                raise Failure(journal.write(value))
    except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
        raise Killed from error
    finally:
        if loaded is not None:
            partly(loaded)  # stopped, or failed: what was read is not lost with its analysis


def main() -> None:
    """The child: one task in, words out, and the end."""
    said = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints does not garble our words
    gc.set_threshold(COLLECT_EVERY)
    turn = threading.Lock()
    step = AT_FIRST

    def say(word: str, value: Any) -> None:
        with turn:
            pickle.dump((word, value), said, pickle.HIGHEST_PROTOCOL)
            said.flush()

    def pulse() -> None:
        while True:
            try:
                say(STEP, step)
            except OSError:
                os._exit(1)  # nobody listens any more
            time.sleep(PULSE_SECONDS)

    def report(what: str, done: int, total: int) -> None:
        nonlocal step
        step = what, done, total

    task: Task = pickle.load(sys.stdin.buffer)  # our own parent
    threading.Thread(target=pulse, daemon=True).start()
    say(*answer(task, report, lambda loaded: say(LOADED, loaded)))
    os._exit(0)  # what is left to take down goes with the process


def answer(task: Task, report: Report, partly: Partly) -> tuple[str, Any]:
    """What the child says at its end: a word, and what goes with it."""
    try:
        return DONE, analysis.carry_out(task, report, lambda: False, partly)
    except Refusal as refusal:
        return REFUSED, refusal.reason
    except MemoryError:
        return NO_MEMORY, None
    except Exception as error:
        return FAILED, journal.report(error)

"""How every command ends: a code, and a French sentence when it failed."""

from __future__ import annotations

import contextlib
import errno
import io
import sys
from collections.abc import Callable
from pathlib import Path

from tui.exit_codes import DONE, INTERNAL, REFUSED, USAGE

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What an output that takes no more answers; such an error names no file."""


def guarded(command: Callable[[], int | None]) -> int:
    """Turn every failure into a French sentence and a code; no traceback, no local variable, no personal data."""
    from diagnostics.safety import Refusal, os_reason

    for output in (sys.stdout, sys.stderr):
        if isinstance(output, io.TextIOWrapper):
            output.reconfigure(errors="replace")  # a file's name may hold what the output cannot write
    try:
        return command() or DONE
    except KeyboardInterrupt:
        say("Interrompu.")
        return USAGE
    except Refusal as refusal:
        say(refusal.reason)
        return REFUSED
    except BrokenPipeError:
        # The reader of the pipe has gone (« | head »): nothing more to say, and Python must not say it either.
        sys.stderr.close()
        return DONE
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in FULL:
            say(
                f"Le résultat n'a pas pu être affiché en entier ({os_reason(error)}) : faites de la place, ou "
                "envoyez-le ailleurs. Ce que la commande avait déjà écrit reste en place."
            )
            with contextlib.suppress(OSError):
                sys.stdout.close()  # what could not be written must not be tried again on leaving
            return REFUSED
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
        say(
            f"Erreur interne ({type(error).__name__}, {where}). Ce que la commande avait déjà écrit reste "
            "en place ; signalez ce repère aux auteurs du programme."
        )
        return INTERNAL


def say(text: str) -> None:
    print(text, file=sys.stderr)

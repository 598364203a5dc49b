"""Before the program opens: can this terminal show it?"""

from __future__ import annotations

import os
import sys

from tui import strings
from tui.glyphs import repertoire

HOPELESS = frozenset({"dumb", "unknown"})


def refusal() -> str:
    """Why the program cannot open here, in French; "" when it can."""
    streams = (sys.__stdin__, sys.__stderr__)
    if any(stream is None or stream.closed or not stream.isatty() for stream in streams):
        return strings.NO_TTY
    term = os.environ.get("TERM", "")
    if not term or term in HOPELESS:
        return strings.DUMB_TERMINAL.format(term=term or "vide")
    charset = (getattr(sys.__stderr__, "encoding", "") or "").lower().replace("-", "")
    if charset not in {"utf8", "utf8sig"} and not repertoire.ascii_only:
        return strings.NO_UTF8.format(charset=charset or "inconnu")
    return ""

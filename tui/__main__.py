"""``python -m tui`` is ``ent-triage``."""

from __future__ import annotations

from tui.start import main

main()

"""What the commands answer to the shell."""

from __future__ import annotations

DONE, ANOMALIES, USAGE, REFUSED, INTERNAL = 0, 1, 2, 3, 4
"""Done; anomalies found (``check``); bad usage; an input refused; an error of ours."""

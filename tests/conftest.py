"""What holds for every test."""

from __future__ import annotations

import gc

gc.set_threshold(100_000, 20, 20)
"""Thousands of short-lived schools and screens: collected at the usual pace, they cost a fifth of the suite's time."""

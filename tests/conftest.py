"""What holds for every test."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

gc.set_threshold(100_000, 20, 20)
"""Thousands of short-lived schools and screens: collected at the usual pace, they cost a fifth of the suite's time."""


NOBODY = 65534
"""The user of whom nothing is expected."""


@pytest.fixture
def mere_folder() -> Iterator[Path]:
    """A folder in which rights count, even when the whole check is run by the administrator, whom none stops."""
    folder = Path(tempfile.mkdtemp())
    administrator = os.geteuid() == 0
    if administrator:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if administrator:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)

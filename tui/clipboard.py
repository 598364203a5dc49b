"""Copy: the terminal's clipboard when it has one, and always a file."""

from __future__ import annotations

import os
from pathlib import Path

from diagnostics.safety import Refusal, clean_lines, os_reason
from diagnostics.settings import data_path

FILE = "copie.txt"


def keep_copy(text: str) -> Path:
    """Write the text where only this user reads it; returns the path.

    Raises:
        Refusal: the folder cannot be written.
    """
    path = data_path() / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(clean_lines(text) + "\n")
    except OSError as error:
        raise Refusal(
            f"{path} : copie impossible ({os_reason(error)}). Seul le presse-papiers du terminal l’a, s’il en a un."
        ) from error
    return path

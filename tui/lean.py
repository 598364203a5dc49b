"""What the program of the screens does without: agents share the host, and each of them holds what is imported."""

from __future__ import annotations

import importlib
import sys

OPENSSL = ("ssl", "_hashlib")
"""Modules that bring OpenSSL: 5 MB for each agent and 15 ms of the start."""
TAKERS = ("asyncio", "hashlib", "hmac")
"""Modules of Python that take it when it is there, and do as well without it when no connection is opened."""


def import_without_openssl() -> None:
    """Import the modules that would bring OpenSSL as a Python built without it does.

    The screens open no connection. Whoever imports ``ssl`` later has it.
    """
    if any(name in sys.modules for name in (*OPENSSL, *TAKERS)):
        return
    sys.modules.update(dict.fromkeys(OPENSSL))  # type: ignore[arg-type]  # None: the import fails, and is expected to
    try:
        for name in TAKERS:
            importlib.import_module(name)
    finally:
        for name in OPENSSL:
            del sys.modules[name]

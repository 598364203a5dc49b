"""The walls of the house: which room may know which, and what is imported when."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnostics import __version__

ROOT = Path(__file__).parent.parent
SOURCE_NEIGHBOURS = ("diagnostics.model", "diagnostics.text", "diagnostics.safety", "diagnostics.sources")
HEAVY = ("textual", "sqlalchemy", "alembic", "jinja2", "ftfy", "numpy", "lxml")


def modules(folder: str) -> Iterator[Path]:
    return (ROOT / folder).rglob("*.py")


@functools.cache
def imports(path: Path) -> set[str]:
    """Modules that a file imports, relative ones by their whole name; ``from package import module`` gives both."""
    found: set[str] = set()
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def begins_with(name: str, roots: tuple[str, ...]) -> bool:
    return any(name == root or name.startswith(root + ".") for root in roots)


def test_the_engine_never_knows_the_terminal() -> None:
    guilty = {
        path.relative_to(ROOT)
        for path in modules("diagnostics")
        if any(begins_with(name, ("tui", "textual")) for name in imports(path))
    }
    assert not guilty


def test_sources_know_the_model_texts_and_safety_only() -> None:
    known = {
        (str(path.relative_to(ROOT)), name)
        for path in modules("diagnostics/sources")
        for name in imports(path)
        if name.startswith("diagnostics.")
    }
    assert {"diagnostics.model", "diagnostics.text", "diagnostics.safety"} <= {name for _, name in known}
    assert not {(path, name) for path, name in known if not begins_with(name, SOURCE_NEIGHBOURS)}


def test_rules_never_open_a_file() -> None:
    guilty = set()
    for path in modules("diagnostics/rules"):
        names = imports(path)
        if any(begins_with(name, ("pathlib", "io", "diagnostics.load", "diagnostics.sources")) for name in names):
            guilty.add(str(path.relative_to(ROOT)))
    assert not guilty


def test_only_the_store_knows_a_database() -> None:
    allowed = ("diagnostics/store/", "diagnostics/matching/search/")
    guilty = {
        str(path.relative_to(ROOT))
        for folder in ("diagnostics", "tui")
        for path in modules(folder)
        if any(begins_with(name, ("sqlalchemy", "sqlite3", "alembic")) for name in imports(path))
        and not str(path.relative_to(ROOT)).startswith(allowed)
    }
    assert not guilty


def test_only_the_doors_out_know_the_network() -> None:
    network = (
        "imaplib",
        "smtplib",
        "ftplib",
        "http",
        "urllib.request",
        "ssl",
        "requests",
        "httpx",
        "aiohttp",
    )
    knowing = {
        path.relative_to(ROOT).parent.as_posix()
        for folder in ("diagnostics", "tui")
        for path in modules(folder)
        if any(begins_with(name, network) for name in imports(path))
    }
    assert knowing == {"diagnostics/tickets/outbound"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
def test_the_command_answers_without_heavy_modules(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom tui.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('HEAVY', heavy, code, file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stderr.strip().endswith("HEAVY [] 0")
    assert run.stdout.strip()


def test_the_words_of_the_system_are_never_shown() -> None:
    """They are in any language: ``safety.os_reason`` says them in French."""
    paths = [path for folder in ("diagnostics", "tui") for path in modules(folder)]
    assert not [path.name for path in paths if ".strerror" in path.read_text(encoding="utf-8")]


def test_the_version_is_told_before_anything_is_loaded() -> None:
    program = (
        "import sys\nbefore = set(sys.modules)\nfrom tui.start import main\nmain()\n"
        "print(sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, "--version"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout == f"ent-triage {__version__}\n"
    assert run.stderr.strip() == "['__future__', 'diagnostics', 'tui', 'tui.start']"


def test_the_engine_runs_without_a_terminal_library() -> None:
    program = (
        "import sys, diagnostics.school\nprint([n for n in sys.modules if n.split('.')[0] in ('textual', 'rich')])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"

"""The project's own papers: requirements in step, no host, no path of a machine, nothing unfinished."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.IGNORECASE | re.MULTILINE)
HOST = re.compile(r"https?://(?!www\.w3\.org|creativecommons\.org)[^\s\"'>)]+", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+|opt)/")


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {canonicalize_name(package): version for package, version in PIN.findall(text)}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-test.txt", PROJECT["dependency-groups"]["test"]),
        ("requirements-lint.txt", PROJECT["dependency-groups"]["lint"]),
    ],
)
def test_requirements_are_in_step_with_the_project(name: str, wanted: list[str]) -> None:
    pinned = pins(name)
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in {name}"
        assert requirement.specifier.contains(version), f"{name}: {requirement.name} {version} against {requirement}"


@pytest.mark.parametrize("name", ["requirements-test.txt", "requirements-lint.txt"])
def test_tools_are_pinned_to_the_libraries_of_the_program(name: str) -> None:
    program, tools = pins("requirements.txt"), pins(name)
    assert {package: tools[package] for package in tools if package in program} == {
        package: program[package] for package in tools if package in program
    }


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt", "requirements-lint.txt"])
def test_requirements_have_hashes_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not HOST.search(text)
    assert not re.search(r"^--(?!hash)", text, re.MULTILINE)
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip(), flags=re.IGNORECASE)
    assert all("--hash=sha256:" in block for block in blocks)


def tracked() -> list[Path]:
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if run.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in run.stdout.decode().split("\0") if name]


def test_no_file_names_a_path_of_a_machine() -> None:
    guilty = []
    for path in tracked():
        if path == Path(__file__) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if MACHINE_PATH.search(text):
            guilty.append(str(path.relative_to(ROOT)))
    assert not guilty


DEFINED = re.compile(
    r"^((?: *@.*\n)*)(?: *(?:async )?def (\w+)| *class (\w+)|([A-Z][A-Z_]+)(?:: .+?)? = )", re.MULTILINE
)
"""A definition with its decorators: what one of these was given is known elsewhere."""
CALLED_BY_NAME = re.compile(
    r"__\w+__|(?:on|do|why_not|watch|format)_\w+|seekable|readinto|can_replace|get_default_screen"
)
"""Names that a library or the registry of actions looks for."""


def test_every_name_of_the_program_is_used() -> None:
    texts = {
        path: path.read_text(encoding="utf-8")
        for room in ("diagnostics", "tui", "docs", "benchmarks", "tests")
        for path in (ROOT / room).rglob("*.py")
        if path != Path(__file__)
    }
    data = [path.read_text(encoding="utf-8") for path in (ROOT / "diagnostics").rglob("*.toml")]
    words = Counter(re.findall(r"\w+", "\n".join([*texts.values(), *data])))
    unused = {
        (path.relative_to(ROOT).as_posix(), name)
        for path, text in texts.items()
        if path.relative_to(ROOT).parts[0] in ("diagnostics", "tui")
        for decorators, *names in DEFINED.findall(text)
        for name in filter(None, names)
        if words[name] < 2 and not decorators and not CALLED_BY_NAME.fullmatch(name)
    }
    assert not unused

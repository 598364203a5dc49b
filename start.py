#!/usr/bin/env python3
"""Set up and run ent-triage with nothing but Python: ``python3 start.py`` or ``python3 start.py test``.

Makes a private environment beside this file from requirements pinned by hash, then runs the program on the demo school
(or on the files given), or the tests. Standard library only.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(HERE, ".venv")
PYTHON = os.path.join(ENVIRONMENT, "Scripts" if os.name == "nt" else "bin", "python")


def say(text):
    print(text, file=sys.stderr, flush=True)


def fail(text):
    say(text)
    sys.exit(4)


def prepare(names):
    """Install the requirement files that the environment does not hold yet; a stamp per file says which it holds."""
    wanted = []
    for name in names:
        with open(os.path.join(HERE, name), "rb") as file:
            digest = hashlib.sha256(file.read() + sys.version.encode()).hexdigest()[:16]
        stamp = os.path.join(ENVIRONMENT, f"{name}-{digest}")
        if not os.path.exists(stamp):
            wanted.append((name, stamp))
    if not wanted:
        return
    began = time.monotonic()
    if not os.path.exists(PYTHON) or subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL):
        say("Création de l'environnement privé (.venv)…")
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        if subprocess.call([sys.executable, "-m", "venv", ENVIRONMENT]):
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            fail(
                "Python ne peut pas créer d'environnement privé. Sur Debian ou Ubuntu, installez le paquet "
                "python3-venv (« sudo apt install python3-venv »), puis recommencez."
            )
    for name, stamp in wanted:
        say(f"Installation des bibliothèques de {name} (empreintes vérifiées)…")
        command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary", ":all:", "--require-hashes", "-r", os.path.join(HERE, name)]
        if subprocess.call(command):
            fail(
                "L'installation a échoué. Vérifiez l'accès au réseau (ou au dépôt de paquets de votre académie, réglé "
                "dans pip), puis recommencez : ce qui est fait n'est pas à refaire."
            )
        with open(stamp, "w"):
            pass
    say(f"Environnement prêt en {time.monotonic() - began:.0f} s.")


def main():
    if sys.version_info < (3, 11):
        fail(f"ent-triage demande Python 3.11 ou plus récent ; celui-ci est {sys.version.split()[0]}.")
    arguments = sys.argv[1:]
    if arguments[:1] == ["test"]:
        prepare(["requirements.txt", "requirements-test.txt"])
        say("Tests…")
        command = [PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *arguments[1:]]
    else:
        prepare(["requirements.txt"])
        command = [PYTHON, "-m", "tui.cli", *(arguments or ["ouvrir", "--demo"])]
    environment = dict(os.environ, PYTHONPATH=HERE, PYTHONUTF8="1")
    if arguments[:1] == ["test"]:
        os.chdir(HERE)
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))
    os.execve(PYTHON, command, environment)


if __name__ == "__main__":
    main()

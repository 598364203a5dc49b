#!/usr/bin/env python3
"""Set up and run ent-triage with nothing but Python: ``python3 start.py`` or ``python3 start.py test``.

Makes a private environment beside this file (or in the user's cache when that folder cannot be written) from
requirements pinned by hash, then runs the program on the demo school (or on the files given), or the tests. Standard
library only; the network is used by the installation alone.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RETRIES = "2"
"""Times that pip asks again: more would keep an agent without network waiting for nothing."""


def cache():
    """Folder of the user where what can be made again is kept."""
    return os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")


def environment_folder():
    beside = os.path.join(HERE, ".venv")
    if os.access(beside if os.path.isdir(beside) else HERE, os.W_OK):
        return beside
    return os.path.join(cache(), "ent-triage", hashlib.sha256(os.fsencode(HERE)).hexdigest()[:16])


ENVIRONMENT = environment_folder()
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")


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
        say(f"Création de l'environnement privé ({ENVIRONMENT})…")
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        if subprocess.call([sys.executable, "-m", "venv", ENVIRONMENT]):
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            fail(
                "Python ne peut pas créer d'environnement privé. Sur Debian ou Ubuntu, installez le paquet "
                "python3-venv (« sudo apt install python3-venv »), puis recommencez."
            )
    compiling = []
    for name, stamp in wanted:
        say(f"Installation des bibliothèques de {name} (empreintes vérifiées)…")
        command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--no-compile"]
        command += ["--retries", RETRIES, "--only-binary", ":all:", "--require-hashes", "-r", os.path.join(HERE, name)]
        run = subprocess.run(command, stderr=subprocess.PIPE)
        if run.returncode:
            said = run.stderr.decode(errors="replace").strip().splitlines()
            fail(
                "L'installation a échoué. Vérifiez l'accès au réseau (ou au dépôt de paquets de votre académie, réglé "
                "dans pip), puis recommencez : ce qui est fait n'est pas à refaire.\n"
                f"Dernier mot de pip : {said[-1] if said else 'aucun'}"
            )
        with open(stamp, "w"):
            pass
        # pip compiles one file after the other: all processors do it here, while the next libraries come.
        libraries = os.path.join(ENVIRONMENT, "lib")
        compiling.append(subprocess.Popen([PYTHON, "-m", "compileall", "-qq", "-j", "0", libraries]))
    for process in compiling:
        process.wait()
    say(f"Environnement prêt en {time.monotonic() - began:.0f} s.")


def workers():
    """Processes of tests: one more than processors, for some tests wait for the terminals they open."""
    return max(3, (os.cpu_count() or 1) + 1)


def main():
    if sys.version_info < (3, 11):
        fail(f"ent-triage demande Python 3.11 ou plus récent ; celui-ci est {sys.version.split()[0]}.")
    if os.name != "posix":
        fail("ent-triage s'utilise sous Linux ou macOS ; sous Windows, ouvrez-le dans WSL, ou par SSH sur un serveur.")
    arguments = sys.argv[1:]
    if arguments[:1] == ["test"]:
        prepare(["requirements.txt", "requirements-test.txt"])
        say("Tests…")
        command = [PYTHON, "-m", "pytest", "-n", str(workers()), "--dist", "worksteal", *arguments[1:]]
    else:
        prepare(["requirements.txt"])
        command = [PYTHON, "-m", "tui", *(arguments or ["ouvrir", "--demo"])]
    environment = dict(os.environ, PYTHONPATH=HERE, PYTHONUTF8="1")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # every process would compile the program again
    if arguments[:1] == ["test"]:
        os.chdir(HERE)
    os.execve(PYTHON, command, environment)


if __name__ == "__main__":
    main()

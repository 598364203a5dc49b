"""The border: every string, archive or document that comes from outside passes here first."""

from __future__ import annotations

import errno
import re
import unicodedata

MAX_VALUE = 4_000
"""Characters kept of one value; no field of formats.md comes near it."""
MAX_MARKS = 3
"""Combining marks kept in a row: real names have at most two (Vietnamese), attacks have fifty."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
"""Characters that take no room or change the direction of text: dropped."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U000e0000-\U000e0fff]")
"""C0, C1, DEL, lone surrogates, tags: shown as a middle dot so that the reader sees that something was there."""
MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
MARKS = re.compile(f"({MARK}{{{MAX_MARKS}}}){MARK}+")
SPACES = re.compile(r"\s+")
PLAIN = re.compile(r"[A-Za-z0-9À-ÖØ-öø-ÿ'’.,;:/@_$()+-]+(?: [A-Za-z0-9À-ÖØ-öø-ÿ'’.,;:/@_$()+-]+)*")
"""Values that need no cleaning: nearly all of them, so the common case costs one match."""


OS_REASONS = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "disque plein",
    errno.EDQUOT: "quota de disque atteint",
    errno.EFBIG: "limite de taille atteinte",
    errno.ENOENT: "introuvable",
    errno.ENOTDIR: "le chemin passe par un fichier",
    errno.EISDIR: "c'est un dossier",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EIO: "erreur du disque",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ELOOP: "le chemin tourne en rond",
    errno.EBUSY: "fichier occupé",
    errno.ETIMEDOUT: "le disque du réseau ne répond pas",
    errno.ESTALE: "le disque du réseau a changé",
}
"""The system's own words are in any language, most often English."""


class Refusal(Exception):
    """An input that must not or cannot be read.

    Attributes:
        reason: French sentence that says what is wrong and what to do.
        line: line of the file, 0 when unknown.
        column: name or number of the column, "" when unknown.
    """

    def __init__(self, reason: str, line: int = 0, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


def os_reason(error: OSError) -> str:
    """Why the system refuses a file, in a few words."""
    return OS_REASONS.get(error.errno or 0) or f"erreur {error.errno or 'inconnue'} du système"


def clean(value: str) -> str:
    """One line of harmless text: NFC, no control, no invisible or direction mark, spaces folded, length bounded."""
    if not value or (len(value) <= MAX_VALUE and PLAIN.fullmatch(value)):
        return value
    return SPACES.sub(" ", clean_lines(value[: MAX_VALUE * 2]).replace("\n", " ")).strip()[:MAX_VALUE].rstrip()


def clean_lines(value: str) -> str:
    """Harmless text that keeps its line breaks and tabs (messages, reports); length is kept to the caller."""
    value = INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    value = MARKS.sub(r"\1", unicodedata.normalize("NFC", value))
    return CONTROL.sub("·", value)


def csv_cell(value: str) -> str:
    """A value that a spreadsheet shows as text instead of running it as a formula (OWASP CSV injection)."""
    if value[:1] in {"=", "+", "-", "@", "\t", "\r"} or value.lstrip()[:1] in {"=", "@"}:
        return "'" + value
    return value

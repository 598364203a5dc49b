"""The text of an XML file as the parser may have it: decoded by what the bytes say, repaired where that is certain."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator

from ..model import Note
from ..safety import clean
from .encoding import DOS, FEW_LETTERS, LABELS, MAC, MAX_SNIPPETS, STRAY_BYTES, Damage, best_8bit, without_mojibake
from .prolog import Prolog
from .table_notes import of_text

FORBIDDEN = bytes(c for c in range(32) if c not in (9, 10, 13))
"""Bytes that XML forbids and that some exports contain all the same (formats.md §12.6, INVALID_CHAR_DETECTED)."""
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
C1 = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
C1_SEEN = re.compile("[\x80-\x9f]")
AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(?:[0-9]{1,8}|[xX][0-9a-fA-F]{1,6});|[A-Za-z][A-Za-z0-9]{1,31};)?"
)
LATIN_9_OE = {0xBC: "Œ", 0xBD: "œ", 0xBE: "Ÿ"}
EIGHT_BIT = ("iso8859-", "cp", "mac-roman")
"""Beginnings of Python's names of the 8-bit encodings that a file may declare."""
MAX_TAG = 4_000
"""Characters looked back for the beginning of a tag."""
ENTITY_ROOM = 40
"""Characters kept for the next chunk when they may be the beginning of an entity."""


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are read one by one as Windows-1252, but « ½ » beside a letter is latin-9's « œ »."""
    assert isinstance(error, UnicodeDecodeError)
    out = []
    for at in range(error.start, error.end):
        byte = error.object[at]
        beside = error.object[max(0, at - 1) : at] + error.object[at + 1 : at + 2]
        oe = byte in LATIN_9_OE and any(other > 0x7F or chr(other).isalpha() for other in beside)
        out.append(LATIN_9_OE[byte] if oe else C1.get(byte) or chr(byte))
    return "".join(out), error.end


def _latin_9(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 in a file that declares ISO-8859-15: its « Œ » is the « ¼ » of Windows-1252."""
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return "".join(C1.get(byte) or bytes([byte]).decode("iso8859-15") for byte in wrong), error.end


codecs.register_error("ent-triage-windows-1252", _windows_1252)
codecs.register_error("ent-triage-latin-9", _latin_9)


def _eight_bit(prolog: Prolog) -> str:
    """Python's name of the 8-bit encoding that a file declares, "" when it declares another or its mark excludes it."""
    codec = prolog.codec
    if codec == "utf-8" and prolog.declared:
        try:
            codec = codecs.lookup(prolog.declared).name
        except (LookupError, ValueError):
            return ""
    return codec if codec.startswith(EIGHT_BIT) else ""


def _mostly_utf8(data: bytes) -> bool:
    """Whether most of the accents of a content are in UTF-8."""
    right = data.decode("utf-8", "ignore")
    wrong = len(data) - len(right.encode())
    return sum(c > "\x7f" for c in right) > wrong


def _dot(match: re.Match[str]) -> str:
    """What stands for a forbidden character: a dot in a value, nothing inside the name of a tag."""
    text, at = match.string, match.start()
    begin = text.rfind("<", max(0, at - MAX_TAG), at)
    if begin < 0 or text.find(">", begin, at) >= 0:
        return "·"
    return "·" if text.count('"', begin, at) % 2 or text.count("'", begin, at) % 2 else ""


class Text:
    """Decodes a stream chunk by chunk and keeps account of what had to be mended."""

    def __init__(self, prolog: Prolog) -> None:
        self.prolog = prolog
        self.eight_bit = _eight_bit(prolog)
        self.marked = bool(self.eight_bit) and prolog.codec == "utf-8"
        """The file begins with the mark of UTF-8 and declares an 8-bit encoding (formats.md §0.3)."""
        self.decided = not self.eight_bit
        self.used = self.eight_bit or prolog.codec
        self.wrong = 0
        self.accents = 0
        self.forbidden = 0
        self.ampersands = 0
        self.resaved = ""
        """Encoding of a file that was written again by an old program."""
        self.held = ""
        self.line = 1
        self.damage = Damage()
        self.decoder = self._decoder(self.used)

    def _decoder(self, codec: str) -> codecs.IncrementalDecoder:
        other = "ent-triage-latin-9" if self.eight_bit == "iso8859-15" else "ent-triage-windows-1252"
        errors = other if codec in {"utf-8", "ascii"} else "replace"
        return codecs.getincrementaldecoder("utf-8" if codec == "ascii" else codec)(errors)

    def decode(self, data: bytes, final: bool) -> str:
        if self.marked and not self.decided:
            data = data.removeprefix(codecs.BOM_UTF8)
        if not self.decided and not data.isascii():
            self._decide(data)
        if self.used in {"utf-8", "ascii"} and not data.isascii():
            text = self._utf8(data, final)
        else:
            text = self.decoder.decode(data, final and not self.used.startswith("utf-"))
        if self.eight_bit and self.used.startswith("iso8859") and not text.isascii() and C1_SEEN.search(text):
            self.wrong += len(C1_SEEN.findall(text))
            text = text.translate(C1)
        return text

    def _decide(self, data: bytes) -> None:
        """An 8-bit encoding is declared: is it really? The first chunk with accents tells, UTF-8 has no accident."""
        self.decided = True
        try:
            codecs.getincrementaldecoder("utf-8")("strict").decode(data)
        except UnicodeDecodeError:
            if not (self.marked and _mostly_utf8(data)):
                self._resaved(data)
                return
        self.used = "utf-8"
        self.decoder = self._decoder("utf-8")

    def _resaved(self, data: bytes) -> bool:
        """Whether the letters say that an old Mac or DOS program wrote the file again; it is then read so."""
        stray = [
            match[0].encode("utf-8", "surrogateescape")
            for match in STRAY_BYTES.finditer(data.decode("utf-8", "surrogateescape"))
        ]
        if len(stray) < FEW_LETTERS or (best := best_8bit(stray[:MAX_SNIPPETS])) not in {MAC, DOS}:
            return False
        self.used = self.resaved = best
        self.eight_bit = ""
        self.decoder = self._decoder(best)
        return True

    def _utf8(self, data: bytes, final: bool) -> str:
        state = self.decoder.getstate()
        strict = codecs.getincrementaldecoder("utf-8")("strict")
        strict.setstate(state)
        try:
            text = strict.decode(data)
            self.decoder.setstate(strict.getstate())
            self.accents += 1
        except UnicodeDecodeError:
            if not self.accents and not self.wrong and not state[0] and self._resaved(data):
                return self.decoder.decode(data)
            text = self.decoder.decode(data)
            right = len((state[0] + data).decode("utf-8", "ignore"))
            wrong = len(text) - right
            self.wrong += wrong
            self.accents += sum(c > "\x7f" for c in text) > wrong
        return text

    def mend(self, text: str, final: bool) -> str:
        """Text that the parser accepts: forbidden characters shown as a dot, stray ampersands escaped."""
        if self.held:
            text, self.held = self.held + text, ""
        if not final:
            amp = text.rfind("&", max(0, len(text) - ENTITY_ROOM))
            if amp >= 0 and ";" not in text[amp:]:
                text, self.held = text[:amp], text[amp:]
        if "&" in text and "<![CDATA[" not in text:
            text = AMPERSAND.sub(self._entity, text)
        if not text.isascii():
            text = without_mojibake(text, self.line, self.damage)
        self.line += text.count("\n")
        return text

    def _entity(self, match: re.Match[str]) -> str:
        seen = match[0]
        if seen.startswith("&#"):
            code = int(seen[3:-1], 16) if seen[2] in "xX" else int(seen[2:-1])
            if code < 0x110000 and not NOT_XML.match(chr(code)):
                return seen
            self.forbidden += 1
            return "·"
        self.ampersands += 1
        named = html.unescape(seen) if seen.endswith(";") else seen
        return named if named.isalpha() or named == "\xa0" else "&amp;" + seen[1:]

    def encode(self, text: str) -> bytes:
        data = text.encode("utf-8", "replace")
        if len(data) != len(data.translate(None, FORBIDDEN)) or b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data:
            marked, count = NOT_XML.subn(_dot, text)
            self.forbidden += count
            data = marked.encode("utf-8", "replace")
        return data

    @property
    def label(self) -> str:
        """The encoding that was really used, as people name it."""
        if self.used in {"utf-8", "ascii"} and self.wrong and not self.accents:
            return "cp1252"
        return {"iso8859-15": "iso-8859-15", "iso8859-1": "iso-8859-1", "ascii": "utf-8"}.get(self.used, self.used)

    def notes(self) -> Iterator[Note]:
        declared = clean(self.prolog.declared)
        if self.resaved:
            yield Note(
                code="encodage",
                text=f"Encodage annoncé {declared or 'UTF-8'}, mais le fichier est en {LABELS[self.resaved]}"
                " (réenregistré par un autre logiciel ?) : lu ainsi. Refaites l'export sans l'ouvrir dans un éditeur.",
                warning=True,
            )
        elif self.wrong:
            yield Note(
                code="encodage",
                text=f"Encodage annoncé {declared or 'UTF-8'}, mais {self.wrong} caractère(s) en Windows-1252, lus"
                " comme tels. Vérifiez les accents, et refaites l'export sans l'ouvrir dans un éditeur.",
            )
        elif self.marked and self.used != "utf-8":
            yield Note(
                code="encodage",
                text=f"Le fichier commence par la marque de l'UTF-8, mais il est bien en {declared} comme il"
                " l'annonce : lu ainsi. Refaites l'export sans l'ouvrir dans un éditeur.",
            )
        elif self.eight_bit and self.used == "utf-8" and not self.marked:
            yield Note(
                code="encodage",
                text=f"Encodage annoncé {declared}, mais le fichier est en UTF-8 (réenregistré ?) : lu en UTF-8.",
            )
        if self.forbidden:
            yield Note(
                code="caracteres",
                text=f"{self.forbidden} caractère(s) interdit(s), remplacé(s) par « · » : à corriger à la source.",
            )
        yield from of_text(self.damage)
        if self.ampersands:
            yield Note(code="caracteres", text=f"{self.ampersands} « & » mal écrit(s), lu(s) comme du texte.")

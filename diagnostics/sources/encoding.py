"""From bytes to lines of harmless text: the encoding ladder, mojibake undone where it is certain.

The ladder (design.md §3): byte order mark, then strict UTF-8, then 8-bit encodings scored on French letters. It reads
the whole file before deciding, because the first accent may stand a hundred thousand lines down.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .. import safety
from .source import Source

CHUNK = 1 << 20
MAX_LINE = 8_000_000
"""Characters of one line; beyond, the file is not a table (the longest row of formats.md is under 3 000)."""
MAX_SNIPPETS = 20_000
"""High bytes looked at to tell 8-bit encodings apart."""
SOUND_SHARE = 5
"""A text is mojibake as a whole when it has fewer than one sound accent for five damaged ones; a file mixes two
encodings when it has more than one accent in UTF-8 for five that are not."""
FEW_LETTERS = 5
"""High bytes under which their letters say nothing sure of an encoding."""
BINARY_SHARE = 0.05
"""Share of control bytes above which a file is not text."""

CP1252, LATIN1, LATIN9, MAC, DOS = "cp1252", "iso8859-1", "iso8859-15", "mac_roman", "cp850"
LABELS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 avec BOM",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32-le": "UTF-32 LE",
    "utf-32-be": "UTF-32 BE",
    "ascii": "ASCII",
    CP1252: "Windows-1252",
    LATIN1: "ISO-8859-1",
    LATIN9: "ISO-8859-15",
    MAC: "Mac Roman",
    DOS: "DOS (CP850)",
}
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROL_BYTES = bytes(c for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1a\x1b")
STRAY_BYTES = re.compile("[\x00-\x7f]?[\udc80-\udcff](?:[\x00-\x7f]|(?=[\udc80-\udcff]))?")
"""Bytes that are not UTF-8, decoded with ``surrogateescape``, and their neighbours when these are ASCII."""

STRAY_BYTE = re.compile("[\udc80-\udcff]")

FRENCH = frozenset("àâäçéèêëîïôöùûüÿœæñáíóúãõåøßšž")
FRENCH_UPPER = frozenset("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑÁÍÓÚÃÕÅØŠŽ")
COMMON = frozenset("àâçéèêëîïôùûüœÀÂÇÉÈÊËÎÏÔÙÛÜŒ")
APOSTROPHES = frozenset("’´‘`·-")
TYPOGRAPHY = frozenset("«»°ºª–—…“”„€§²³½¼¾×•\xa0") | APOSTROPHES

FRENCH_LETTERS = re.compile(f"[{''.join(sorted(COMMON))}]")

USUAL = frozenset(map(chr, range(0x20, 0x7F))) | set("\t\n\xa0°ºª«»²³·’‘“”–—…€§") | FRENCH | FRENCH_UPPER
"""Characters of ordinary exports: a block made of them needs no cleaning."""
USUAL_LATIN1 = "".join(c for c in USUAL if ord(c) < 0x100).encode("latin-1")
MARK_SEEN = codecs.BOM_UTF8.decode("cp1252")
"""The mark of UTF-8 read in an 8-bit encoding: files put end to end have one in their middle."""
NEWLINES = re.compile(r"\r+\n|\r")
SPACE_LIKE = re.compile("[\xa0\u2002-\u200a\u202f\u205f\u3000\u2028\u2029\x0b\x0c\x85]")


def _mojibake() -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    """Each accented letter as it looks when its UTF-8 bytes were read in another encoding."""
    letters = "".join(map(chr, [*range(0xA0, 0x180)])) + "’‘“”–—…€«»"
    table: dict[str, tuple[str, str]] = {}
    for codec, alphabet in ((CP1252, letters), (MAC, "".join(COMMON)), (DOS, "".join(COMMON))):
        for letter in alphabet:
            raw = letter.encode("utf-8")
            try:
                seen = raw.decode(codec)
            except UnicodeDecodeError:  # the five bytes that cp1252 leaves undefined are kept as C1 by most programs
                seen = "".join(bytes([b]).decode(CP1252, "ignore") or chr(b) for b in raw)
            table.setdefault(seen, (letter, codec))
    longest_first = sorted(table, key=len, reverse=True)
    return table, re.compile("|".join(map(re.escape, longest_first)))


MOJIBAKE, MOJIBAKE_SEEN = _mojibake()
MOJIBAKE_LEADS = ("Ã", "Â", "Å", "Ä", "â€", "√", "├")
CERTAIN_LEADS = re.compile("Ã[\xa0-¿‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\x80-\x9f]|√[©®†™´®ßªÆâ]|├[®¿áÂ]|â€[™“”˜œ\x9d¦]")
"""Sequences that French text never holds: their presence says that the file is mojibake."""


@dataclass(frozen=True)
class Scan:
    """What a first pass over the bytes says.

    Attributes:
        sha256: of the content as it is on disk.
        codec: Python codec to decode with.
    """

    sha256: str
    size: int
    codec: str
    fallback: str = ""
    """Codec of the lines that are not UTF-8, when the file mixes two encodings."""

    @property
    def label(self) -> str:
        first = LABELS.get(self.codec, self.codec)
        return f"{first} et {LABELS[self.fallback]} mêlés" if self.fallback else first


@dataclass
class Damage:
    """What was odd in the text while it was decoded: line of the first case, number of cases."""

    repaired: dict[str, list[int]] = field(default_factory=dict)
    mojibake: list[int] = field(default_factory=list)
    """Lines left as they are: the value is damaged where it comes from, and evidence must show it."""
    lost: list[int] = field(default_factory=list)
    controls: list[int] = field(default_factory=list)
    other_lines: list[int] = field(default_factory=list)
    unterminated: bool = False
    """The last line has no end of line."""


def codec_of_head(head: bytes) -> str:
    """Codec told by the byte order mark or by alternating NUL bytes, "" when neither tells."""
    for bom, codec in BOMS:
        if head.startswith(bom):
            return codec
    sample = head[:4096]
    if len(sample) >= 4 and b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        if odd > half * 0.6 and even < half * 0.1:
            return "utf-16-le"
        if even > half * 0.6 and odd < half * 0.1:
            return "utf-16-be"
    return ""


def scan(source: Source) -> Scan:
    """Read the bytes once: digest and encoding.

    Raises:
        safety.Refusal: the content is not text.
    """
    digest = hashlib.sha256()
    codec = codec_of_head(source.head)
    decoder = codecs.getincrementaldecoder("utf-8")() if codec in {"", "utf-8-sig"} else None
    size = controls = 0
    utf8 = ascii_only = True
    with source.open() as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if codec in {"", "utf-8-sig"}:
                written = chunk.rstrip(b"\0")
                controls += len(written) - len(written.translate(None, CONTROL_BYTES))
            if decoder is not None and utf8:
                ascii_only = ascii_only and chunk.isascii()
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
    if decoder is not None and utf8:
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            utf8 = False
    if controls > 64 and controls > size * BINARY_SHARE:
        raise safety.Refusal("Ce fichier n'est pas du texte (contenu binaire) : donnez l'export en CSV, XLSX ou ODS.")
    sha256 = digest.hexdigest()
    if decoder is None:
        return Scan(sha256, size, codec)
    if utf8:
        return Scan(sha256, size, codec or ("ascii" if ascii_only else "utf-8"))
    french, stray = _high_bytes(source)
    if codec or french * SOUND_SHARE >= len(stray):
        few = len(stray) < FEW_LETTERS
        return Scan(sha256, size, codec or "utf-8", fallback=CP1252 if few else best_8bit(stray))
    return Scan(sha256, size, best_8bit(stray))


def _high_bytes(source: Source) -> tuple[int, list[bytes]]:
    """(French letters written in UTF-8, bytes that are not UTF-8 with their neighbours).

    No 8-bit French text holds a French letter in UTF-8 by chance: that would take a « Ã » before a sign.
    """
    french = 0
    stray: list[bytes] = []
    carry = ""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with source.open() as stream:
        while chunk := stream.read(CHUNK):
            text = carry + decoder.decode(chunk)
            french += len(FRENCH_LETTERS.findall(text))
            stray += [m[0].encode("utf-8", "surrogateescape") for m in STRAY_BYTES.finditer(text)]
            carry = text[-1:] if text[-1:].isascii() else ""
            if french + len(stray) > MAX_SNIPPETS:
                break
    return french, stray[:MAX_SNIPPETS]


def best_8bit(snippets: list[bytes]) -> str:
    """The 8-bit encoding under which the high bytes make the best French.

    Windows-1252 wins ties: without a byte of 0x80-0x9F or of the eight that ISO-8859-15 changed, all agree.
    """
    candidates = (CP1252, LATIN9, LATIN1, MAC, DOS)
    scores = dict.fromkeys(candidates, 0.0)
    seen: dict[bytes, int] = {}
    for snippet in snippets:
        seen[snippet] = seen.get(snippet, 0) + 1
    for snippet, count in seen.items():
        for codec in candidates:
            scores[codec] += count * _french_score(snippet.decode(codec, "replace"), snippet)
    return max(candidates, key=lambda codec: (scores[codec], -candidates.index(codec)))


def _french_score(text: str, raw: bytes) -> float:
    middle = 1 if len(text) == 3 or (len(text) == 2 and raw[0] < 0x80) else 0
    char = text[middle]
    before = text[middle - 1] if middle else " "
    after = text[middle + 1] if len(text) > middle + 1 else " "
    inside = before.isalpha() and after.isalpha()
    touching = before.isalpha() or after.isalpha()
    if char in FRENCH:
        return (2.0 if char in COMMON else 1.0) * (1.0 if touching else 0.5)
    if char in FRENCH_UPPER:
        if before.islower():
            return -2.0
        return 2.0 if char in COMMON else 1.0
    if char in APOSTROPHES:
        return 0.5
    if char in TYPOGRAPHY:
        return -3.0 if inside else 0.2
    if char.isalpha():
        return -1.0
    return -5.0 if ord(char) < 0xA0 or char == "\ufffd" else -3.0


def lines(source: Source, scanned: Scan, damage: Damage) -> Iterator[list[str]]:
    """Batches of lines without their ends, in harmless text (tabs kept); every physical line is there.

    Lines end with LF, CRLF or CR; ``\\r\\r\\n``, which some copies make, is one end.

    Raises:
        safety.Refusal: the file changed since it was scanned, or a line has no end.
    """
    digest = hashlib.sha256()
    number = 1
    carry = ""
    for text in _decoded(source, scanned, damage, digest):
        text = carry + text
        held = len(text) - len(text.rstrip("\r"))  # a CR at the end of a batch may have its LF in the next
        if held:
            text, tail = text[:-held], text[-held:]
        else:
            tail = ""
        if "\r" in text:
            text = NEWLINES.sub("\n", text.replace("\r\n", "\n"))
        cut = text.rfind("\n") + 1
        if not cut:
            carry = text + tail
            if len(carry) > MAX_LINE:
                raise safety.Refusal("Une ligne n'a pas de fin : ce n'est pas un tableau.", number)
            continue
        carry = text[cut:] + tail
        batch = _harmless(text[: cut - 1], number, damage).split("\n")
        yield batch
        number += len(batch)
    if digest.hexdigest() != scanned.sha256:
        raise safety.Refusal("Le fichier a changé pendant la lecture : refermez-le ailleurs puis rechargez.")
    carry = carry.rstrip("\0")  # blocks of a disk that were never written
    if carry:
        rest = NEWLINES.sub("\n", carry)
        damage.unterminated = not rest.endswith("\n")
        yield _harmless(rest.removesuffix("\n"), number, damage).split("\n")


def _decoded(source: Source, scanned: Scan, damage: Damage, digest: hashlib._Hash) -> Iterator[str]:
    """Chunks of decoded text; the byte order mark is dropped."""
    if scanned.fallback:
        yield from _decoded_by_line(source, scanned.fallback, damage, digest)
        return
    errors = "strict" if scanned.codec in {"utf-8", "utf-8-sig", "ascii"} else "replace"
    decoder = codecs.getincrementaldecoder(scanned.codec)(errors)
    first = True
    with source.open() as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                message = "Le fichier a changé pendant la lecture : refermez-le ailleurs puis rechargez."
                raise safety.Refusal(message) from None
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            yield text
    if not scanned.codec.startswith("utf-8"):
        yield decoder.decode(b"", True)


def _decoded_by_line(source: Source, fallback: str, damage: Damage, digest: hashlib._Hash) -> Iterator[str]:
    number = 1
    with source.open() as stream:
        while True:
            data = stream.readlines(CHUNK)
            if not data:
                return
            out = []
            for line in data:
                digest.update(line)
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                try:
                    out.append(line.decode("utf-8"))
                except UnicodeDecodeError:
                    whole = line.decode("utf-8", "surrogateescape")
                    out.append(STRAY_BYTE.sub(lambda m: bytes([ord(m[0]) - 0xDC00]).decode(fallback, "replace"), whole))
                    damage.other_lines.append(number)
                number += 1
            yield "".join(out)


def _harmless(text: str, first_line: int, damage: Damage) -> str:
    """The same lines without controls, marks of direction, exotic spaces; mojibake undone; counts of lines kept."""
    if text.isascii():
        if safety.CONTROL.search(text):
            _note_lines(text, safety.CONTROL, first_line, damage.controls)
            text = safety.CONTROL.sub("·", SPACE_LIKE.sub(" ", text))
        return text
    if MARK_SEEN in text:
        text = text.replace(MARK_SEEN, "")
    text = without_mojibake(text, first_line, damage)
    if _usual(text):
        return text.replace("\xa0", " ")
    if "\ufffd" in text:
        _note_lines(text, re.compile("\ufffd"), first_line, damage.lost)
    text = SPACE_LIKE.sub(" ", text)
    if safety.CONTROL.search(text):
        _note_lines(text, safety.CONTROL, first_line, damage.controls)
    return safety.clean_lines(text)


def without_mojibake(text: str, first_line: int, damage: Damage) -> str:
    """The text with the accents that the whole file spoils put right; those of a few values are left, and noted."""
    if not any(lead in text for lead in MOJIBAKE_LEADS) or not CERTAIN_LEADS.search(text):
        return text
    if _all_mojibake(text):
        return _repair(text, first_line, damage)
    _note_lines(text, CERTAIN_LEADS, first_line, damage.mojibake)
    return text


def _usual(text: str) -> bool:
    """Whether a text holds nothing but ordinary characters (the byte test is ten times faster than the set)."""
    try:
        return not text.encode("latin-1").translate(None, USUAL_LATIN1)
    except UnicodeEncodeError:
        return set(text) <= USUAL


def _all_mojibake(text: str) -> bool:
    """Whether the damage is the file's (its accents are all like that) and not that of a few values."""
    damaged = len(CERTAIN_LEADS.findall(text))
    rest = MOJIBAKE_SEEN.sub("", text)
    sound = sum(rest.count(letter) for letter in COMMON)
    return sound * SOUND_SHARE <= damaged


def _repair(text: str, first_line: int, damage: Damage) -> str:
    """Undo mojibake line by line, twice for text that was damaged twice."""
    out = []
    for offset, line in enumerate(text.split("\n")):
        causes: set[str] = set()
        for times in range(2):
            if not (CERTAIN_LEADS if times else MOJIBAKE_SEEN).search(line):
                break
            causes.update(MOJIBAKE[m[0]][1] for m in MOJIBAKE_SEEN.finditer(line))
            line = MOJIBAKE_SEEN.sub(lambda m: MOJIBAKE[m[0]][0], line)
        for cause in causes:
            damage.repaired.setdefault(cause, []).append(first_line + offset)
        out.append(line)
    return "\n".join(out)


def _note_lines(text: str, pattern: re.Pattern[str], first_line: int, into: list[int]) -> None:
    into.extend(first_line + offset for offset, line in enumerate(text.split("\n")) if pattern.search(line))

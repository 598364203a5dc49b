"""XML as a stream of records: flat memory, no entity, no document type, no network, and files repaired when certain.

The bytes are decoded here, checked, and handed to the parser in UTF-8; the parser never sees a path, a declaration
or a document type. Complete elements are dropped as soon as they were used, so 500 MB cost no more than 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..safety import Refusal, clean
from .harvest import Harvest
from .prolog import Prolog, local, read_prolog, skip_to_root
from .source import CHUNK, Source
from .xml_text import Text

if TYPE_CHECKING:
    from lxml.etree import XMLPullParser, XMLSyntaxError, _Element

MAX_RECORD = 16 * 1024 * 1024
"""Bytes of one element that states a person; the largest of formats.md (an encrypted content) is ten times smaller."""
MAX_LINE_OF_PARSER = 65_535
"""libxml2 keeps lines on 16 bits; beyond, it gives the line where the text after the tag ends."""
OUT_OF_SCALE = "Un élément du fichier est démesuré : ce n'est pas un export, il n'a pas été lu."
CHANGED = "Le fichier a changé pendant la lecture : attendez que sa copie ou son export soit fini, puis rechargez."
MAX_NAMES = 20_000
"""Names remembered; all the formats together have some six hundred."""
MAX_RESUMED = 50
"""Times that the reading goes on after an error: the end of each section that was opened before it is another one."""
MAX_PASSES = 6
"""Times that a file is read again from the place where a quote that is never closed swallowed what follows."""
MAX_SHARED = 20_000
LONGEST_SHARED = 100
"""Characters of a value that may come back: dates, classes, names, streets."""


class Names(dict[Any, str]):
    """Local upper-case names of tags and attributes, computed once each."""

    def __missing__(self, tag: Any) -> str:
        if len(self) > MAX_NAMES:
            self.clear()
        self[tag] = name = local(tag).upper()
        return name


NAMES = Names()


class Shared(dict[str, str]):
    """Values of the document being read, as written → trimmed and cleaned: each is made and kept once."""

    def __missing__(self, raw: str) -> str:
        value = clean(raw.strip())
        value = self.get(value, value)
        if len(raw) <= LONGEST_SHARED:
            self[raw] = value
        return value


SHARED = Shared()


class Document:
    """One pass over an XML source.

    Attributes:
        prolog: what its beginning says.
        cut: (line, French reason) when the file ends or breaks before its end, else None.
        open_records: (name, line) of the records that were being read then: several of a name when one was not closed.
        after_end: line of what follows the end of the document, 0 when nothing does.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.prolog = read_prolog(source.head)
        self.text = Text(self.prolog)
        self.cut: tuple[int, str] | None = None
        self.open_records: list[tuple[str, int]] = []
        self.after_end = 0
        self._root: _Element | None = None
        self._last: _Element | None = None
        self._closed = False
        self._resumed = 0
        self._passes = 0
        """Readings of the file that may still follow."""
        self._stalled: tuple[int, int] | None = None
        """Line and characters of it where the parser lost the file."""

    def elements(self, tags: Iterable[str]) -> Iterator[_Element]:
        """Complete elements of these names (case and namespace ignored), outermost only, each valid until the next.

        An element of a name inside one of the same name is taken for an item of a list (``Cours/Cours``).

        Raises:
            Refusal: hostile or unreadable content.
        """
        wanted = frozenset(tag.upper() for tag in tags)
        place: tuple[int, int] | None = None
        for self._passes in reversed(range(MAX_PASSES)):
            self._stalled = None
            for element in self._pass(tags, wanted, place):
                if place and self.cut:
                    self.cut = (self.cut[0], "abîmé")
                yield element
            place = self._stalled
            if place is None:
                return
            self.text = Text(self.prolog)

    def _pass(self, tags: Iterable[str], wanted: frozenset[str], place: tuple[int, int] | None) -> Iterator[_Element]:
        """The elements of one reading, from a place (line, characters of it) on or from the beginning."""
        from lxml.etree import XMLSyntaxError

        begins = re.compile(rb"<(?:[\w.-]+:)?(?:" + "|".join(sorted(wanted)).encode() + rb")(?=[\s/>])", re.IGNORECASE)
        parser, line, column, seeking = self._parser(tags), 1, 0, False
        begun, shift = 1, 0  # line on which the parser began, characters of it that it was not given
        opened: list[tuple[str, int]] = []
        size = 0
        for data in self._bytes():
            rest = data
            if place:
                rest, line, column, place = _after(rest, line, column, place)
                seeking = True
            while rest:
                seed = b""
                if seeking:
                    match = begins.search(rest)
                    if not match:
                        break
                    line, column = _moved(rest[: match.start()], line, column)
                    rest, seeking = rest[match.start() :], False
                    parser, seed = self._parser(tags), self.prolog.tag.encode() + b"\n" * (line - 1)
                    begun, shift = line, column - (len(self.prolog.tag) if line == 1 else 0)
                try:
                    parser.feed(seed + rest)
                except XMLSyntaxError as error:
                    yield from self._completed(parser, wanted)
                    if not self._stop(error, wanted, "abîmé"):
                        return
                    at = error.lineno or line
                    offset = (error.offset or 0) + (shift if at == begun else 0)
                    if (at, offset) < (line, column) and self._passes:
                        self._stalled = (at, offset + 1)  # what was read since was swallowed by a quote
                        return
                    skipped = _until(rest, line, column, at, offset)
                    line, column = _moved(skipped, line, column)
                    rest, seeking = rest[len(skipped) :], True
                    continue
                yield from self._completed(parser, wanted)
                previous, opened = opened, self._sweep(wanted)
                size = size + len(data) if opened and opened == previous else 0
                if size > MAX_RECORD:
                    raise Refusal(OUT_OF_SCALE, opened[-1][1])
                break
            line, column = _moved(rest, line, column)
        if seeking:
            return
        try:
            parser.close()
        except XMLSyntaxError as error:
            yield from self._completed(parser, wanted)
            at = error.lineno or line
            offset = (error.offset or 0) + (shift if at == begun else 0)
            if self._stop(error, wanted, "coupé") and (at, offset + 1) < (line, column):
                self._stalled = (at, offset + 1)
        else:
            yield from self._completed(parser, wanted)

    def _parser(self, tags: Iterable[str]) -> XMLPullParser:
        """A new parser that tells the beginning and the end of these elements."""
        from lxml import etree

        self._root = self._last = None
        spelt = {form for tag in tags for form in (tag, tag.upper(), tag.lower(), tag.capitalize())}
        return etree.XMLPullParser(
            events=("start", "end"), tag=[f"{{*}}{tag}" for tag in (self.prolog.root, *sorted(spelt))],
            encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
            huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
        )  # fmt: skip

    def _bytes(self) -> Iterator[bytes]:
        """The document in UTF-8 without its prolog; lines are kept."""
        head = self.source.head
        with self.source.open() as stream:
            if _read(stream.read, len(head)) != head:
                raise Refusal(CHANGED)
            more = stream.read(CHUNK)
            text = self.text.decode(head, not more)
            begin, _ = skip_to_root(text)
            yield self.text.encode(self.text.mend("\n" * text.count("\n", 0, begin) + text[begin:], not more))
            while more:
                data, more = more, stream.read(CHUNK)
                yield self.text.encode(self.text.mend(self.text.decode(data, not more), not more))

    def _completed(self, parser: XMLPullParser, wanted: frozenset[str]) -> Iterator[_Element]:
        for event, element in parser.read_events():
            if event == "start":
                if self._root is None:
                    self._root = element
                continue
            if element is self._root:
                self._closed = True
            name = NAMES[element.tag]
            if name not in wanted or _nested(element, wanted):
                continue
            if not (len(element) and NAMES[element[-1].tag] == name):
                yield element
            element.clear(keep_tail=True)
            self._last = element
            parent = element.getparent()
            if parent is not None:
                while parent[0] is not element:
                    del parent[0]

    def _sweep(self, wanted: frozenset[str]) -> list[tuple[str, int]]:
        """Drop the complete elements that nobody asked for; (name, line) of the records that are still open."""
        opened: list[tuple[str, int]] = []
        node = self._root
        while node is not None and len(node):
            if len(node) > 1:
                del node[:-1]
            node = node[-1]
            if node is self._last:
                break
            if (name := NAMES[node.tag]) in wanted:
                opened.append((name, line_of(node)))
                if not (len(node) and NAMES[node[-1].tag] == name):
                    break
        return opened

    def _stop(self, error: XMLSyntaxError, wanted: frozenset[str], how: str) -> bool:
        """Account for an error of the content; whether what follows may be read, from the next record on.

        Raises:
            Refusal: the error is that of an attack.
        """
        line, message = error.lineno or 0, (error.msg or "").lower()
        if "depth" in message:
            raise Refusal("Trop d'éléments imbriqués : ce n'est pas un export, il n'a pas été lu.", line)
        if "huge" in message or "too long" in message or "too big" in message:
            raise Refusal(OUT_OF_SCALE, line)
        if self._closed:
            if not self.cut:
                self.after_end = line
            return False
        self.open_records += self._sweep(wanted)
        if not self.cut:
            self.cut = (line, how)
        self._resumed += 1
        return self._resumed <= MAX_RESUMED


def read_document(
    source: Source,
    tags: Iterable[str],
    use: Callable[[str, _Element], None],
    harvest: Harvest,
    persons: frozenset[str] = frozenset(),
) -> Prolog:
    """Hand each wanted element to ``use`` with its upper-case name; what was odd becomes notes of the harvest.

    A file that is cut or broken keeps what was read before: its note says so, its export carries
    ``meta["incomplet"]`` so that nobody is called absent on its word, and the person (an element of ``persons``)
    being read then is refused.
    """
    document = Document(source)
    try:
        for element in document.elements(tags):
            use(NAMES[element.tag], element)
            if len(SHARED) > MAX_SHARED:
                SHARED.clear()
    finally:
        SHARED.clear()
    harvest.encoding = document.text.label
    harvest.notes.extend(document.text.notes())
    if document.after_end:
        harvest.note(
            "suite",
            f"Du contenu suit la fin du document (ligne {document.after_end}) et n'a pas été lu : deux exports collés"
            " dans un même fichier ? Donnez-les séparément.",
            line=document.after_end,
            warning=True,
        )
    if document.cut:
        line, how = document.cut
        for name, started in document.open_records:
            if name in persons:
                harvest.refuse(started, f"Fiche incomplète : le fichier est {how} à la ligne {line}.")
        kept = "seul ce qui précède a été lu" if how == "coupé" else "ce qui touche cet endroit n'a pas été lu"
        harvest.meta["incomplet"] = f"ligne {line}"
        harvest.note(
            "incomplet",
            f"Fichier {how} à la ligne {line} : {kept}. Refaites l'export ou la copie avant de conclure à une absence.",
            line=line,
            warning=True,
        )
    return document.prolog


def line_of(element: _Element) -> int:
    """Line on which an element begins (1 = first)."""
    line = element.sourceline or 0
    if line < MAX_LINE_OF_PARSER:
        return line
    node = element
    while not node.text:
        if not len(node):
            return line - (node.tail or "").count("\n")
        node = node[0]
    return line - node.text.count("\n")


def texts(element: _Element) -> dict[str, str]:
    """Clean text of the children by upper-case local name, the first of each; empty ones are left out."""
    found: dict[str, str] = {}
    for child in element:
        if (raw := child.text) and (text := SHARED[raw]):
            name = NAMES[child.tag]
            if name not in found:
                found[name] = text
    return found


def attributes(element: _Element) -> dict[str, str]:
    """Clean attributes by upper-case local name; empty ones are left out."""
    return {NAMES[name]: value for name, raw in element.items() if (value := SHARED[raw])}


def stated(element: _Element) -> dict[str, str]:
    """Attributes and children's texts under one set of names; attributes win."""
    found = texts(element) if len(element) else {}
    return found | attributes(element)


def children(element: _Element, name: str) -> Iterator[_Element]:
    """Descendants of an upper-case local name, at any depth."""
    for node in element.iter():
        if node is not element and NAMES[node.tag] == name:
            yield node


def child(element: _Element, name: str) -> _Element | None:
    """The first child of an upper-case local name."""
    for node in element:
        if NAMES[node.tag] == name:
            return node
    return None


def _moved(data: bytes, line: int, column: int) -> tuple[int, int]:
    """Line and characters of it where a content that begins at such a place ends."""
    last = data.rfind(b"\n") + 1
    characters = len(data[last:].decode("utf-8", "ignore"))
    return line + data.count(b"\n"), characters if last else column + characters


def _until(data: bytes, line: int, column: int, at: int, offset: int) -> bytes:
    """What precedes a place (line, characters of it) in a content that begins at another one; one byte at least."""
    start = 0
    for _ in range(at - line):
        start = data.find(b"\n", start) + 1
        if not start:
            return data
    wanted = max(0, offset - (0 if start else column))
    before = data[start : start + 4 * wanted].decode("utf-8", "ignore")[:wanted]
    return data[: max(1, start + len(before.encode()))]


def _after(
    data: bytes, line: int, column: int, place: tuple[int, int]
) -> tuple[bytes, int, int, tuple[int, int] | None]:
    """(what follows a place in a content, where that begins: line and column, the place when it is not reached)."""
    before = _until(data, line, column, *place)
    line, column = _moved(before, line, column)
    reached = len(before) < len(data) or (line, column) >= place
    return data[len(before) :], line, column, None if reached else place


def _read(read: Callable[[int], bytes], size: int) -> bytes:
    parts = []
    while size > 0 and (part := read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _nested(element: _Element, wanted: frozenset[str]) -> bool:
    name = NAMES[element.tag]
    parent = element.getparent()
    while parent is not None:
        above = NAMES[parent.tag]
        if above in wanted and above != name:
            return True
        parent = parent.getparent()
    return False

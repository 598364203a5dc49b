"""The beginning of an XML file: its true encoding, its root, its comments; a document type is refused.

Exports are written by programs that do not always say the truth about their encoding (formats.md §0.3), so what is
declared is checked against the bytes.
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass, field

from ..safety import Refusal

DECLARATION = re.compile(r"""<\?xml\b[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']""", re.IGNORECASE)
ROOT = re.compile(r"<([^\W\d][\w.:-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
DOCTYPE_NAME = re.compile(r"<!DOCTYPE\s+([^\s\[>]+)", re.IGNORECASE)
AAF_DOCTYPE = re.compile(
    r"""<!DOCTYPE\s+ficAlimMENESR\s+(?:SYSTEM|PUBLIC\s+["'][^"'<>\[\]]*["'])\s+["'](?:[\w./-]*/)?ficAlimMENESR\.dtd["']\s*>""",
    re.IGNORECASE,
)
"""The one document type that real exports carry (formats.md §8); it is skipped, never read."""
CHILD = re.compile(r"<([A-Za-z_][^\s/>]*)")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
READABLE = ("utf-8", "ascii", "iso8859-", "cp", "mac-roman", "utf-16", "utf-32")
"""Beginnings of Python's names of the encodings that a file may declare."""


@dataclass(frozen=True)
class Prolog:
    """What stands before the content.

    Attributes:
        codec: Python's name of the encoding to read with; 8-bit ones are checked again while reading.
        declared: the encoding as the file declares it, "" when it does not.
        root: local name of the root element.
        tag: its start tag as written.
        attributes: of the root, by local name.
        children: local names of the first elements under the root, in order.
        comments: text of the comments before and just after the root.
        text: the decoded head.
    """

    codec: str
    declared: str
    root: str
    tag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: tuple[str, ...] = ()
    comments: str = ""
    text: str = ""


def local(name: str) -> str:
    """A name without its prefix or namespace."""
    return name.rpartition("}")[2].rpartition(":")[2]


def codec_of(head: bytes) -> tuple[str, str]:
    """(codec, encoding declared) of the head of a file.

    Raises:
        Refusal: the declared encoding is unknown.
    """
    bom = next((codec for mark, codec in BOMS if head.startswith(mark)), "")
    if not bom and head[:40].lstrip()[:4] in {b"<\0?\0", b"<\0!\0"}:
        bom = "utf-16-le"
    if not bom and head[:4] in {b"\0<\0?", b"\0<\0!"}:
        bom = "utf-16-be"
    start = head.decode(bom or "latin-1", "replace")[:1_000].lstrip("\ufeff \t\r\n")
    match = DECLARATION.match(start)
    declared = match[1].strip() if match else ""
    if bom:
        return bom, declared
    if not declared:
        return "utf-8", ""
    try:
        codec = codecs.lookup(declared).name
    except (LookupError, ValueError):
        codec = ""
    if not codec.startswith(READABLE):
        raise Refusal(
            f"Le fichier annonce un encodage inconnu (« {declared[:40]} ») : refaites l'export depuis le logiciel"
            " d'origine, ou enregistrez-le en UTF-8.",
            1,
        )
    if codec.startswith(("utf-16", "utf-32")):
        codec = "utf-8"  # the declaration was read as plain ASCII: it is not UTF-16
    return codec, declared


def looks_like_xml(head: bytes) -> bool:
    """Whether a content begins as an XML document (of any kind, HTML included)."""
    start = head[:400]
    codec = next((codec for mark, codec in BOMS if start.startswith(mark)), "")
    if not codec and b"\0" in start[:4]:
        codec = "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
    begin = start.decode(codec or "latin-1", "ignore").lstrip("\ufeffï»¿ \t\r\n\0")
    return bool(re.match(r"<(\?xml\b|!--|!DOCTYPE\b|[A-Za-z_])", begin, re.IGNORECASE))


def read_prolog(head: bytes) -> Prolog:
    """The prolog of a file that looks like XML.

    Raises:
        Refusal: unknown encoding, document type, or no root element in the head.
    """
    codec, declared = codec_of(head)
    body = head.decode(codec, "replace")
    at, comments = skip_to_root(body)
    match = ROOT.match(body, at)
    if not match:
        raise not_an_export(body, at)
    inside = body[match.end() : match.end() + 8_000]
    comments += re.findall(r"<!--(.*?)-->", inside, re.DOTALL)
    bare = re.sub(r"<!--.*?-->", "", inside, flags=re.DOTALL)
    return Prolog(
        codec=codec,
        declared=declared,
        root=local(match[1]),
        tag=match[0],
        attributes={local(name): html.unescape(a or b) for name, a, b in ATTRIBUTE.findall(match[2])},
        children=tuple(local(name) for name in CHILD.findall(bare)[:40]),
        comments="\n".join(comments),
        text=body,
    )


def skip_to_root(body: str) -> tuple[int, list[str]]:
    """(characters before the root element, comments among them).

    Raises:
        Refusal: a document type, or no root element.
    """
    at, comments = 0, []
    while True:
        at += len(body[at:]) - len(body[at:].lstrip("\ufeff \t\r\n\0"))
        if body.startswith("<?", at):
            end, skip = body.find("?>", at), 2
        elif body.startswith("<!--", at):
            end, skip = body.find("-->", at + 4), 3
            comments.append(body[at + 4 : end])
        elif body[at : at + 9].upper() == "<!DOCTYPE":
            match = AAF_DOCTYPE.match(body, at)
            if not match:
                raise refused_doctype(body, at)
            end, skip = match.end(), 0
        else:
            return at, comments
        if end < 0:
            raise not_an_export(body, at)
        at = end + skip


def refused_doctype(body: str, at: int) -> Refusal:
    name = DOCTYPE_NAME.match(body, at)
    line = body.count("\n", 0, at) + 1
    if name and name[1].lower() == "html":
        return Refusal("C'est une page web, pas un export : copiez le tableau de la page et collez-le.", line)
    return Refusal(
        "Le fichier contient une définition de type (DOCTYPE) qu'aucun export connu ne contient : il n'a pas été lu,"
        " par sécurité. Refaites l'export depuis le logiciel d'origine.",
        line,
    )


def not_an_export(body: str, at: int) -> Refusal:
    return Refusal(
        "Le début du fichier n'est pas celui d'un export XML (fichier coupé ou abîmé) : refaites l'export.",
        body.count("\n", 0, at) + 1,
    )

"""What a content is, whatever its name, and which reader takes it (formats.md §0.2)."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from typing import cast

from diagnostics.model import Export
from diagnostics.safety import Refusal, clean
from diagnostics.sources import archives
from diagnostics.sources.prolog import looks_like_xml, read_prolog
from diagnostics.sources.source import Source

Reader = Callable[[Source], Export]

ROOTS: Mapping[str, str] = {
    "STS_EDT": "sts.read",
    "EDT_STS": "sts.read",
    "EXPORTEMPLOIDUTEMPS": "edt.read",
    "EXPORT_INDEX_EDUCATION": "edt.read_envelope",
    "FICALIMMENESR": "aaf.read",
    "IMPORT_ELEVES": "exchanges.read_import_eleves",
    "LSUN-BILANS": "exchanges.read_lsu",
}
"""Module and function in ``sources`` by upper-case local name of the root."""
BINARY: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "Document PDF : ce n'est pas un export. Exportez en CSV ou XML depuis le logiciel, ou copiez le"
     " tableau affiché et collez-le."),
    (b"\x89PNG", "Image : recopiez le texte utile, ou exportez les données depuis le logiciel."),
    (b"\xff\xd8\xff", "Image : recopiez le texte utile, ou exportez les données depuis le logiciel."),
    (b"GIF8", "Image : recopiez le texte utile, ou exportez les données depuis le logiciel."),
    (b"BM", "Image : recopiez le texte utile, ou exportez les données depuis le logiciel."),
    (b"{\\rtf", "Document de traitement de texte (RTF) : enregistrez-le en texte brut (.txt)."),
    (b"7z\xbc\xaf\x27\x1c", "Archive 7-Zip : ouvrez-la et donnez les fichiers qu'elle contient."),
    (b"Rar!", "Archive RAR : ouvrez-la et donnez les fichiers qu'elle contient."),
    (b"SQLite format 3", "Base de données : ce n'est pas un export."),
    (b"MZ", "Programme : ce n'est pas un export, il n'a pas été ouvert."),
    (b"ID;P", "Classeur au format SYLK (.slk) : ouvrez-le, puis enregistrez-le en .xlsx ou en CSV."),
    (b"\x7fELF", "Programme : ce n'est pas un export, il n'a pas été ouvert."),
)  # fmt: skip
"""Beginnings of contents that are never exports, and what to do instead."""
OLE2 = b"\xd0\xcf\x11\xe0"
DTD = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?xml\b[^>]{0,200}\?>|<!--(?:[^-]|-(?!->)){0,4000}-->){0,400}<!(?:ELEMENT|ATTLIST|ENTITY)\b"
)
SINGLE_PAGE = re.compile(
    rb"MIME-Version:(?s:.{0,2000})multipart/related(?s:.{0,4000})Content-Location:\s*file:", re.IGNORECASE
)
"""A web page kept with its pictures, as Excel writes it; a mail names no file of a disk."""
SCHEMA = "SCHEMA"
WEB_PAGE = re.compile(rb"<!doctype\s+html\b|<html\b|<t[dh]\b", re.IGNORECASE)
JSON = re.compile(rb"\s*[\[{]\s*(\"[^\"]*\"\s*:|[\[{\"\d])")
LATE_XML = re.compile(rb"<\?xml\s+version\s*=|<BEE_[A-Z]|<STS_EDT\b|<EDT_STS\b|<ficAlimMENESR\b|<ExportEmploiDuTemps\b")
UNKNOWN = "Contenu non reconnu : ce n'est ni un export, ni un tableau, ni un message."


def xml_reader(source: Source) -> Reader:
    """The reader of an XML content.

    Raises:
        Refusal: unknown root, with what it is when that can be said.
    """
    prolog = read_prolog(source.head)
    root = prolog.root.upper()
    if root in ROOTS:
        return reader(ROOTS[root])
    if root.startswith("BEE_"):
        return reader("siecle.read")
    if root.startswith("GAR-ENT"):
        return reader("gar.read")
    if root == "TABLE" and {"COURS", "COURS_ANNUELS"} & {name.upper() for name in prolog.children}:
        return reader("exchanges.read_courses")
    from diagnostics.sources import edt, udt

    if udt.looks_like_udt(source.head):
        return reader("udt.read")
    if edt.looks_like_idpn(source.head):
        return reader("edt.read")
    raise Refusal(_unknown_root(prolog.root))


def reader(name: str) -> Reader:
    module, function = name.split(".")
    return cast(Reader, getattr(importlib.import_module(f"diagnostics.sources.{module}"), function))


def _unknown_root(root: str) -> str:
    upper = root.upper()
    if upper == "HTML":
        return "C'est une page web, pas un export : copiez le tableau de la page et collez-le."
    if upper == SCHEMA:
        return "Description de format (XSD) : elle ne contient aucune donnée, rien à lire."
    return (
        f"Fichier XML inconnu (racine « {clean(root)[:60]} ») : les exports attendus sont ceux de SIECLE, STS-Web, EDT,"
        " PRONOTE, AAF, GAR, LSU ou UDT."
    )


def refuse_binary(source: Source) -> None:
    """Say what a content that is never an export is.

    Raises:
        Refusal: it is one of them.
    """
    head = source.head
    if not source.size or not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refusal("Fichier vide : refaites l'export.")
    for magic, reason in BINARY:
        if head.startswith(magic) and not (magic == b"BM" and is_text(head)) and not (magic == b"MZ" and is_text(head)):
            raise Refusal(reason)
    if SINGLE_PAGE.match(head):
        raise Refusal(
            "Page web en un seul fichier (.mht) : ouvrez-la dans Excel, puis enregistrez-la en .xlsx ou en CSV."
        )
    if DTD.match(head):
        raise Refusal("Description de format (DTD) : elle ne contient aucune donnée, rien à lire.")


def is_description(source: Source) -> bool:
    """Whether a content describes a format (DTD, XSD), as bundles carry beside their data."""
    if DTD.match(source.head):
        return True
    try:
        return is_xml(source) and read_prolog(source.head).root.upper() == SCHEMA
    except Refusal:
        return False


def is_web_page(source: Source) -> bool:
    """Whether a content that begins with a tag is a page, or a piece of one: its table may be usable."""
    return is_xml(source) and bool(WEB_PAGE.search(source.head.replace(b"\0", b"")))


def refuse_document(source: Source) -> None:
    """Text documents that are zips or OLE2 files.

    Raises:
        Refusal: it is one of them.
    """
    inside = archives.names(source)
    if any(name.startswith(("word/", "ppt/")) for name in inside) or "content.xml" in inside:
        raise Refusal(
            "Document de traitement de texte : enregistrez-le en texte brut (.txt), ou copiez et collez son texte."
        )
    if source.head.startswith(OLE2):
        raise Refusal("Ancien fichier Office (.doc, .xls…) : enregistrez-le en .xlsx, en CSV ou en texte.")


def is_xml(source: Source) -> bool:
    return looks_like_xml(source.head)


def is_text(head: bytes) -> bool:
    """Whether a content is text that a person wrote."""
    sample = head[:8_000]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = sample.decode("utf-16", "ignore")
    elif b"\0" in sample:
        return False
    else:
        try:
            text = sample.decode("utf-8")
        except UnicodeDecodeError as error:
            text = sample.decode("utf-8" if error.start > len(sample) - 4 else "cp1252", "ignore")
    if not text.strip():
        return False
    controls = sum(1 for c in text if ord(c) < 32 and c not in "\t\n\r\f")
    letters = sum(1 for c in text if c.isalpha() or c.isspace())
    return controls * 200 <= len(text) and letters * 2 > len(text)


def refuse_unless_message(source: Source) -> None:
    """A message is a text that is no data.

    Raises:
        Refusal: it is not one.
    """
    if JSON.match(source.head):
        raise Refusal("Fichier JSON : ce n'est pas un export connu.")
    if LATE_XML.search(source.head):
        raise Refusal("Du texte précède le début de l'export XML (« <?xml ») : enlevez-le, ou refaites l'export.")
    if not is_text(source.head):
        raise Refusal(UNKNOWN)
    if source.member:
        raise Refusal("Message dans une archive : sortez-le de l'archive pour le traiter.")

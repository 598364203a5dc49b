"""The text that a reader of HTML sees; nothing is fetched, nothing is run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLOCKS = frozenset(["p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "pre"])
SILENT = frozenset(["script", "style", "head", "title", "template", "noscript"])


class TextOfHtml(HTMLParser):
    """Visible text of HTML: blocks on lines of their own, list items with a dash, nothing run, nothing fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0
        self.quote = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag == "br":
            self.break_line()
        elif tag in BLOCKS:
            self.break_line()
            self.quote += tag == "blockquote"
            if tag == "li":
                self.pieces.append("- ")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self.quote = max(0, self.quote - (tag == "blockquote"))
            self.break_line()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def break_line(self) -> None:
        self.pieces.append("\n" + "> " * self.quote)


def html_to_text(html: str) -> str:
    parser = TextOfHtml()
    parser.feed(html)
    parser.close()
    text = re.sub(r"[ \t]+", " ", "".join(parser.pieces)).replace(" \n", "\n").replace("\n ", "\n")
    return re.sub(r"(?:\n(?:> )*){3,}", "\n\n", text).strip()

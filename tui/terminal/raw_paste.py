"""What is pasted in a terminal that does not mark it: many letters at once, which no hand types.

GNU screen 4, serial consoles and the telnet of Windows send a pasted mail as keys, and each letter would be a command:
a ticket noted as sent, an incident closed. Such a burst is given the marks of a paste.
"""

from __future__ import annotations

import re
from collections.abc import Callable

START, END = "\x1b[200~", "\x1b[201~"
ENOUGH = 24
"""Characters read at once: a hand on a slow line sends a few, a key held down always the same."""
SPACES = 4
"""Spaces of a sentence; fewer than any, and more than a path or a name typed ahead has."""
ANSWER = re.compile(r"\x1b\[[?>][\d;]*c")
"""What a terminal says of itself, to a question of the shell or of tmux that it answers late: its « c » is no key."""
INNER_END = re.compile(r"[\r\n].*\S", re.DOTALL)
"""An end of line with something after it."""


def is_pasted(text: str) -> bool:
    """Whether characters that came together are a text and not keys."""
    if len(text) < ENOUGH or "\x1b" in text:
        return False
    return len(set(text)) > ENOUGH // 4 and (text.count(" ") >= SPACES or "\t" in text or bool(INNER_END.search(text)))


class Bursts:
    """Decodes the input, with the marks of a paste around what was pasted without them.

    Args:
        decode: bytes → text.
        more: the next bytes when they come at once, b"" when nothing more does.
        typing: whether a field takes letters: there a line does no harm, and its end means what it says; of several,
            the second would be commands.
    """

    def __init__(
        self, decode: Callable[[bytes, bool], str], more: Callable[[], bytes], typing: Callable[[], bool]
    ) -> None:
        self._decode = decode
        self._more = more
        self._typing = typing
        self._marked = False
        """Inside a paste that the terminal marks."""

    def decode(self, data: bytes, final: bool = False) -> str:
        text = ANSWER.sub("", self._decode(data, final))
        begun, ended = text.rfind(START), text.rfind(END)
        if self._marked or begun >= 0 or ended >= 0:
            self._marked = begun > ended or (self._marked and ended < 0)
            return text
        if final or not is_pasted(text) or (self._typing() and not INNER_END.search(text)):
            return text
        while following := self._more():
            text += self._decode(following, False)
        return START + text.replace("\x1b", "") + END

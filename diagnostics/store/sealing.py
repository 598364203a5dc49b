"""Decisions on matches without the names of those they are about.

The key of a record may hold a name, a birth date or an INE. The base keeps a keyed digest of it, and the chosen account
sealed by the key itself: whoever has the export finds the decision again, the base alone names nobody. This is
pseudonymisation, not secrecy: who holds the base and guesses a key can check the guess.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator, Mapping

import msgspec

from diagnostics.model import Decision
from diagnostics.store.values import decode, encode

SALT_BYTES = 32
NONCE_BYTES = 12
DIGEST_BYTES = 20


def new_salt() -> str:
    return secrets.token_hex(SALT_BYTES)


def digest(key: str, salt: str) -> str:
    """What stands for a record's key in the base."""
    return hashlib.blake2b(key.encode(), key=bytes.fromhex(salt), digest_size=DIGEST_BYTES).hexdigest()


def seal(text: str, key: str, salt: str) -> str:
    """A text that only the record's key gives back; "" stays ""."""
    if not text:
        return ""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b85encode(nonce + _mixed(text.encode(), key, salt, nonce)).decode()


def unseal(sealed: str, key: str, salt: str) -> str:
    if not sealed:
        return ""
    content = base64.b85decode(sealed)
    return _mixed(content[NONCE_BYTES:], key, salt, content[:NONCE_BYTES]).decode()


def _mixed(content: bytes, key: str, salt: str, nonce: bytes) -> bytes:
    stream = hashlib.shake_256(bytes.fromhex(salt) + nonce + key.encode()).digest(len(content))
    return bytes(left ^ right for left, right in zip(content, stream, strict=True))


def sealed(decision: Decision, salt: str) -> Decision:
    """The decision as it is stored."""
    return msgspec.structs.replace(
        decision,
        record_key=digest(decision.record_key, salt),
        account_key=seal(decision.account_key, decision.record_key, salt),
    )


class Decisions(Mapping[str, Decision]):
    """Decisions by record key, opened one by one with the key that is asked for.

    Iterating gives the digests, under which a decision comes as it is stored: who decided and when, the account sealed.
    """

    def __init__(self, rows: Mapping[str, str], salt: str) -> None:
        self._rows = rows
        self._salt = salt

    def __getitem__(self, key: str) -> Decision:
        if self._rows:
            found = digest(key, self._salt)
            if found in self._rows:
                stored = decode(self._rows[found], Decision)
                account = unseal(stored.account_key, key, self._salt)
                return msgspec.structs.replace(stored, record_key=key, account_key=account)
        return decode(self._rows[key], Decision)

    def __contains__(self, key: object) -> bool:
        return (
            bool(self._rows) and isinstance(key, str) and (digest(key, self._salt) in self._rows or key in self._rows)
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Decisions):
            return self._rows == other._rows and self._salt == other._salt
        return not self._rows and not other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


def sealed_again(text: str, salt: str) -> str:
    """A decision written before keys were sealed, as it is stored since."""
    return encode(sealed(decode(text, Decision), salt))

"""Who is who: records of the exports set against the accounts of the ENT, and the humans behind them.

Importing this package is cheap: numpy and rapidfuzz load with the first name that differs.
"""

from __future__ import annotations

from diagnostics.matching.accounts import accounts
from diagnostics.matching.engine import match
from diagnostics.matching.identities import identities
from diagnostics.matching.keys import account_keys, record_key, unique_keys

__all__ = ["account_keys", "accounts", "identities", "match", "record_key", "unique_keys"]

"""Search of people as one types: in the loaded accounts (``find``) and in the directory of a whole ENT on disk.

For the screens and the commands: ``open_region() -> Region | None`` (None when no directory was built), then
``region.search(text, limit=20) -> tuple[Candidate, …]`` at each character typed and ``region.candidates(record) ->
tuple[Candidate, …]`` for a person whom the loaded accounts do not know. ``region.account(key)`` gives back the account
that a decision names; ``match(…, elsewhere=region.account)`` holds such decisions.
"""

from __future__ import annotations

from diagnostics.matching.search.build import build
from diagnostics.matching.search.index import Index
from diagnostics.matching.search.loaded import Finder, find
from diagnostics.matching.search.region import match_region
from diagnostics.matching.search.whole import Built, Region, build_region, forget_region, open_region, region_path

__all__ = [
    "Built", "Finder", "Index", "Region", "build", "build_region", "find", "forget_region", "match_region",
    "open_region", "region_path",
]  # fmt: skip

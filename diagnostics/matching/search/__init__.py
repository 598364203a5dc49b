"""Search of people as one types: in the loaded accounts (``find``) and in a whole ENT on disk (``Index``)."""

from __future__ import annotations

from diagnostics.matching.search.build import build
from diagnostics.matching.search.index import Index
from diagnostics.matching.search.loaded import Finder, find
from diagnostics.matching.search.region import match_region

__all__ = ["Finder", "Index", "build", "find", "match_region"]

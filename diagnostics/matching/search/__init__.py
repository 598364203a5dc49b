"""Search of people as one types: in the loaded accounts (``find``) and in a whole ENT on disk (``Index``)."""

from __future__ import annotations

from diagnostics.matching.search.loaded import Finder, find

__all__ = ["Finder", "find"]

"""The engine: exports in, incidents and tickets out. Knows nothing of any terminal."""

__version__ = "0.1.0"

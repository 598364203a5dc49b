"""The engine: exports in, incidents and tickets out. Knows nothing of any terminal."""

"""Between Textual and the wire: what the terminal can do, and sending only what changed."""

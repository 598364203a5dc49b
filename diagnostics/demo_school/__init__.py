"""The demo school: an invented collège and its exports, consistent or with known defects (see ``diagnostics.demo``)."""

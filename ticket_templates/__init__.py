"""The ticket templates, as data: one TOML file each (knowledge.md §10); ``diagnostics.tickets.library`` reads them."""

"""The doors that an agent opens one by one: the mailbox's drafts, a GLPI, a Zammad. Nothing here opens by itself.

What leaves is a ticket already written by ``tickets.bundle``, read again and shown before anything is contacted. Every
connection is encrypted (but to this very machine), goes where the settings say and nowhere else, and credentials are
neither kept nor told.
"""

from __future__ import annotations

from diagnostics.tickets.outbound.connection import Doubtful
from diagnostics.tickets.outbound.outgoing import Outgoing, Receipt, preview, read

__all__ = ["Doubtful", "Outgoing", "Receipt", "preview", "read"]

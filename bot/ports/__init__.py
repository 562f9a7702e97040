"""What thinking asks of memory, and of the messenger.

A unit of work belongs to one workspace: everything read and written through it is that workspace's and no
other's. Leaving the `with` block commits; an exception rolls back. Moments are aware and UTC throughout.
"""

from __future__ import annotations

from bot.ports.book import (
    Books,
    Clients,
    Contacts,
    History,
    Merges,
    NewClient,
    NewContact,
    Pictures,
    description_of,
    description_of_contact,
)
from bot.ports.concessions import Concessions
from bot.ports.fit import Burden, Fit, Touched
from bot.ports.gifts import Gifts, Outings, PolicyQuestions, Register, Requests, Rules
from bot.ports.handover import Handovers, Reassignments
from bot.ports.imports import Imports, Packed, Spool
from bot.ports.memory import Memory, UnitOfWork
from bot.ports.meter import Meter
from bot.ports.outbox import Decisions, Deliveries, Drafts, Outbox
from bot.ports.people import Covers, Ladder, Members
from bot.ports.platform import Directory, Failed, Messenger, NotLetIn, Receipt, Refused, TryLater, Unclear
from bot.ports.response import Questions
from bot.ports.touches import Meetings, NewTouch, Occasions, Promises, Touches

__all__ = [
    "Books",
    "Burden",
    "Clients",
    "Concessions",
    "Contacts",
    "Covers",
    "Decisions",
    "Deliveries",
    "Directory",
    "Drafts",
    "Failed",
    "Fit",
    "Gifts",
    "Handovers",
    "History",
    "Imports",
    "Ladder",
    "Meetings",
    "Members",
    "Memory",
    "Merges",
    "Messenger",
    "Meter",
    "NewClient",
    "NewContact",
    "NewTouch",
    "NotLetIn",
    "Occasions",
    "Outbox",
    "Outings",
    "Packed",
    "Pictures",
    "PolicyQuestions",
    "Promises",
    "Questions",
    "Reassignments",
    "Receipt",
    "Refused",
    "Register",
    "Requests",
    "Rules",
    "Spool",
    "Touched",
    "Touches",
    "TryLater",
    "Unclear",
    "UnitOfWork",
    "description_of",
    "description_of_contact",
]

"""Touches: one interaction with a client, and what it does to the client's clock."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """How a touch took place."""

    CALL = "call"
    VISIT = "visit"
    VIDEO = "video"
    MESSAGE = "message"
    EMAIL = "email"
    EVENT = "event"
    GIFT = "gift"
    OTHER = "other"


class Direction(StrEnum):
    """Who spoke: the client to us, we to the client, or both."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    TWO_WAY = "two-way"

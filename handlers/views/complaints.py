"""Complaints: what is said of an open one, and the buttons that open and settle it."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.clients import Client
from bot.domain.touches import Touch
from handlers.answers import Message
from handlers.i18n import Words
from handlers.views import parts


def complaint_line(client: Client, words: Words, zone: ZoneInfo) -> str:
    """One sentence of plain text about the client's open complaint; empty where none is open."""
    if client.complaint_at is None:
        return ""
    day = words.day(client.complaint_at.astimezone(zone).date())
    return words.say(
        "⚠ Complaint open since {day}: speak to them within 3 working days, until it is settled.", day=day
    )


def on_touch(touch: Touch, client: Client, proposed: bool, words: Words) -> Sequence[str]:
    """What the confirmation of a touch says about complaints."""
    if touch.complaint and client.complaint_at is not None:
        return [
            words.say("⚠ Noted as a complaint: a contact is due within 3 working days, until it is settled.")
        ]
    if touch.complaint:
        return [words.say("Noted as a complaint, which is settled.")]
    if proposed:
        return [words.say("It sounds like a complaint. Was it one?")]
    if client.complaint_at is not None:
        return [words.say("⚠ A complaint is open with this client.")]
    return []


def mark(touch: Touch, words: Words, *, primary: bool = False) -> parts.Element:
    """The button that says that a touch was a complaint, or that it was none."""
    if touch.complaint:
        return parts.button(
            words.say("No complaint"), "touch.complaint", parts.value_of(touch=touch.id, complaint=0)
        )
    return parts.button(
        words.say("It was a complaint"),
        "touch.complaint",
        parts.value_of(touch=touch.id, complaint=1),
        primary=primary,
    )


def settle(client: Client, words: Words) -> Sequence[parts.Element]:
    """The button that settles the client's open complaint, where one is open."""
    if client.complaint_at is None:
        return []
    return [
        parts.button(
            words.say("Complaint settled"),
            "touch.settle",
            parts.value_of(client=client.id),
            spoken=words.say("The complaint of {client} is settled", client=parts.one_line(client.name, 40)),
        )
    ]


def settled(client: Client, now_so: bool, words: Words) -> Message:
    """After *Complaint settled*; `now_so` False: it had been settled already."""
    name = parts.one_line(client.name, 150)
    if now_so:
        return parts.stated(
            words.say("The complaint of {client} is settled. Its usual rhythm is back.", client=name)
        )
    return parts.stated(words.say("No complaint of {client} is open.", client=name))

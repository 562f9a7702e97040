"""Complaints: what is said of an open one, and the buttons that open and settle it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.clients import Client
from bot.domain.touches import Touch
from handlers.answers import Message
from handlers.i18n import Words
from handlers.views import parts


def complaint_line(since: date, words: Words) -> str:
    """One sentence of plain text about a complaint that is open since that day."""
    return words.say(
        "⚠ Complaint open since {day}: speak to them within 3 working days, until it is settled.",
        day=words.day(since),
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


def settle(client_id: int, client: str, words: Words) -> parts.Element:
    """The button that settles a client's open complaint."""
    return parts.button(
        words.say("Complaint settled"),
        "touch.settle",
        parts.value_of(client=client_id),
        spoken=words.say("The complaint of {client} is settled", client=parts.one_line(client, 40)),
    )


def settled(client: Client, now_so: bool, words: Words) -> Message:
    """After *Complaint settled*; `now_so` False: it had been settled already."""
    name = parts.one_line(client.name, 150)
    if now_so:
        return parts.stated(
            words.say("The complaint of {client} is settled. Its usual rhythm is back.", client=name)
        )
    return parts.stated(words.say("No complaint of {client} is open.", client=name))

"""What has to be asked before a gift can be judged: which company, which person, or what was meant."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.answers import Message
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.touches import asked_which

_NAME = 120


def which_client(name: str, choices: Sequence[tuple[int, str]], draft_id: int, words: Words) -> Message:
    """Ask which client a typed name means; the draft waits for the answer."""
    if len(choices) == 1:
        asked = asked_which(name, choices, words)
    else:
        asked = words.say(
            "“{name}” could be several companies. Which one do you mean?", name=parts.one_line(name, _NAME)
        )
    buttons = [
        parts.button(
            parts.one_line(client, parts.BUTTON),
            f"gift.client_meant:{client_id}",
            parts.value_of(draft=draft_id, client=client_id),
        )
        for client_id, client in choices
    ]
    none = words.say("None of these")
    spoken = words.say("None of these: judge by the name as typed")
    buttons.append(parts.button(none, "gift.no_client", parts.value_of(draft=draft_id), spoken=spoken))
    return parts.stated(asked, parts.actions(*buttons))


def which_person(
    name: str, client: str, choices: Sequence[tuple[int, str]], draft_id: int, words: Words
) -> Message:
    """Ask which contact a typed name means; the draft waits for the answer."""
    asked = words.say(
        "Who at {client} is “{name}”? Rules and earlier gifts go by the person.",
        client=parts.one_line(client, _NAME),
        name=parts.one_line(name, _NAME),
    )
    buttons = [
        parts.button(
            parts.one_line(person, parts.BUTTON),
            f"gift.person_meant:{contact_id}",
            parts.value_of(draft=draft_id, contact=contact_id),
        )
        for contact_id, person in choices
    ]
    buttons.append(parts.button(words.say("Somebody else"), "gift.stranger", parts.value_of(draft=draft_id)))
    return parts.stated(asked, parts.actions(*buttons))


def unread(complaint: str, typed: str, draft_id: int, words: Words) -> Message:
    """Say what could not be read, repeat what was typed, and offer the form with it."""
    said = words.say(
        "{complaint} You typed: {typed}", complaint=complaint, typed=parts.shortened(typed, 2000)
    )
    button = parts.button(words.say("Open the form"), "gift.resume", parts.value_of(draft=draft_id))
    return parts.stated(said, parts.actions(button))

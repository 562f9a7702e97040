"""What is said of a gift and the register."""

from __future__ import annotations

from bot.domain.clients import Client, Contact
from bot.domain.gifts.register import Fate
from bot.domain.money import Money
from handlers.answers import Message
from handlers.i18n import Words, message
from handlers.views import parts
from handlers.views.gift_words import CATEGORIES
from handlers.views.parts import Element

_WHAT = 200
_NAME = 120


def fate_buttons(value: str, words: Words, *, may_keep: bool, now: Fate | None) -> list[Element]:
    """What may still be said of a gift received: all but what became of it already."""
    buttons = []
    if may_keep and now is not Fate.KEPT:
        buttons.append(parts.button(words.say("I keep it"), "gift.kept", value, primary=True))
    if now is not Fate.RETURNED:
        buttons.append(parts.button(words.say("I gave it back"), "gift.returned", value))
    if now is not Fate.HANDED_IN:
        spoken = words.say("I handed it in to compliance")
        buttons.append(parts.button(words.say("I handed it in"), "gift.handed_in", value, spoken=spoken))
    return buttons


FATES = {
    Fate.KEPT: message("kept"),
    Fate.RETURNED: message("given back"),
    Fate.HANDED_IN: message("handed in"),
}
_NOW = {
    Fate.KEPT: message("You keep it; the next check counts it."),
    Fate.RETURNED: message("You gave it back; it counts nowhere."),
    Fate.HANDED_IN: message("You handed it in; it counts nowhere."),
}


def given(
    description: str,
    category: str,
    client: Client,
    contact: Contact | None,
    value: Money,
    words: Words,
    *,
    check_id: int,
    again: bool,
    added_client: bool,
    added_contact: bool,
    still_allowed: bool = True,
    fate: Fate | None = None,
) -> Message:
    """Say that a gift stands in the register, and how to take it out again.

    `still_allowed` False: something was given since the check that would change its verdict.
    """
    facts = {
        "gift": parts.one_line(description or words.say(CATEGORIES[category]), _WHAT),
        "value": words.money(value),
        "client": parts.one_line(client.name, _NAME),
    }
    if fate is not None:
        said = [
            words.say(
                "In the register: {gift}, {value}, from {person} at {client}.",
                person=parts.one_line(contact.name, _NAME),
                **facts,
            )
            if contact is not None
            else words.say("In the register: {gift}, {value}, from {client}.", **facts)
        ]
    elif contact is not None:
        person = parts.one_line(contact.name, _NAME)
        said = [
            words.say("In the register: {gift}, {value}, for {person} at {client}.", person=person, **facts)
        ]
    else:
        said = [words.say("In the register: {gift}, {value}, for somebody at {client}.", **facts)]
    if fate is not None:
        said.append(words.say(_NOW[fate]))
    elif again:
        said.append(words.say("It stood there already and counts once."))
    else:
        said.append(words.say("The next check counts it."))
    if not still_allowed and fate in (None, Fate.KEPT):
        said.append(
            words.say("With what was given since, a check would no longer allow it: please tell compliance.")
        )
    if added_client:
        said.append(words.say("{client} is now in your book.", client=facts["client"]))
    if added_contact and contact is not None:
        said.append(words.say("{person} is now a contact there.", person=parts.one_line(contact.name, _NAME)))
    undo = parts.button(
        words.say("Take it out again"),
        "gift.cancel",
        parts.value_of(check=check_id),
        spoken=words.say("Take the gift out of the register again"),
    )
    # What was kept may still go back; a gift that was not allowed is never kept, and one that went back is gone.
    carried = parts.value_of(check=check_id)
    more = fate_buttons(carried, words, may_keep=False, now=fate) if fate is Fate.KEPT else []
    return parts.stated(" ".join(said), parts.actions(undo, *more))


def taken_out(description: str, category: str, client: Client, words: Words, *, check_id: int) -> Message:
    """Say that a gift no longer stands in the register."""
    said = words.say(
        "Taken out of the register: {gift}, {client}. It no longer counts.",
        gift=parts.one_line(description or words.say(CATEGORIES[category]), _WHAT),
        client=parts.one_line(client.name, _NAME),
    )
    button = parts.button(words.say("Check it again"), "gift.again", parts.value_of(check=check_id))
    return parts.stated(said, parts.actions(button))


def not_in_book(employer: str, check_id: int, words: Words, fate: Fate | None = None) -> Message:
    """Say that the register counts by client, and offer to add this one."""
    name = parts.one_line(employer, _NAME)
    said = words.say(
        "The register counts gifts by client, and {employer} is not in the book yet.", employer=name
    )
    button = parts.button(
        words.say("Add it and register the gift"),
        "gift.given_add",
        parts.value_of(check=check_id, fate=fate),
        primary=True,
        spoken=words.say("Add {employer} to my clients and register the gift", employer=name),
    )
    return parts.stated(said, parts.actions(button))

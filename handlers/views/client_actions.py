"""What can be done with a client, as one row of buttons below its brief."""

from __future__ import annotations

from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import concessions, fit, parts

CONTACTS, HISTORY, ARCHIVE, MERGE = "contacts", "history", "archive", "merge"
COVER = "cover"
REASSIGN = "reassign"


def buttons(
    client_id: int,
    client: str,
    words: Words,
    *,
    may_edit: bool,
    may_govern: bool = False,
    may_hand_over: bool = False,
    may_give: bool = False,
) -> Block:
    """Edit, people, reminders, a concession, for a lead whom the client would suit, and behind the three dots history,
    another manager, cover, merge and archive, as far as the reader may."""
    value = parts.value_of(client=client_id)
    name = parts.one_line(client, 40)
    more = [parts.choice(words.say("History"), parts.value_of(client=client_id, do=HISTORY))]
    more.append(parts.choice(words.say("Another manager …"), parts.value_of(client=client_id, do=REASSIGN)))
    if may_govern:
        more.append(parts.choice(words.say("Ask for cover …"), parts.value_of(client=client_id, do=COVER)))
        more.append(parts.choice(words.say("Merge …"), parts.value_of(client=client_id, do=MERGE)))
        more.append(parts.choice(words.say("Archive …"), parts.value_of(client=client_id, do=ARCHIVE)))
    shown = [
        parts.button(
            words.say("People"),
            "client.contacts",
            value,
            spoken=words.say("The people at {client}", client=name),
        )
    ]
    reminders = words.say("When I remind you of {client}, and why", client=name)
    shown.append(parts.button(words.say("Reminders"), "gate.why", value, spoken=reminders))
    if may_give:
        shown.append(concessions.give_button(client_id, client, words))
    if may_hand_over:
        shown.append(fit.ask_button(client_id, client, words))
    if may_edit:
        edit = words.say("Edit {client}", client=name)
        shown.insert(0, parts.button(words.say("Edit"), "client.edit", value, spoken=edit))
    shown.append(parts.overflow("client.menu", more))
    return parts.actions(*shown)

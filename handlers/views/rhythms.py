"""The learnt rhythm: proposed with two buttons, taken over, declined."""

from __future__ import annotations

from bot.domain.clients import Client
from bot.domain.rhythm import Rhythm, Taken
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts, reasons

_NAME = 120


def proposal(rhythm: Rhythm, due: int, words: Words) -> str:
    """What was learnt beside what is in force, in two sentences of plain text."""
    spread = words.count("{low} to {n} day", "{low} to {n} days", rhythm.high, low=words.number(rhythm.low))
    if rhythm.low == rhythm.high:
        spread = words.count("{n} day", "{n} days", rhythm.high)
    return words.say(
        "Lately you have talked {learnt} (half of the gaps: {spread}). The rhythm in force is {usual}.",
        learnt=reasons.rhythm(rhythm.days, words),
        spread=spread,
        usual=reasons.rhythm(due, words),
    )


def blocks(client_id: int, rhythm: Rhythm, due: int, words: Words) -> list[Block]:
    """The proposal, with a button to take it over and one to leave it at that."""
    value = parts.value_of(client=client_id, n=rhythm.days)
    return [
        parts.section(parts.plain(proposal(rhythm, due, words))),
        parts.actions(
            parts.button(
                words.say("Take over: {rhythm}", rhythm=reasons.rhythm(rhythm.days, words)),
                "rhythm.take",
                value,
            ),
            parts.button(
                words.say("Leave it: {rhythm}", rhythm=reasons.rhythm(due, words)), "rhythm.decline", value
            ),
        ),
    ]


def taken(done: Taken, words: Words) -> Message:
    """The cadence is that now, with the way back."""
    name = parts.one_line(done.client.name, _NAME)
    if done.days is None:
        said = words.say("{client}: the usual rhythm of its tier again.", client=name)
    else:
        said = words.say(
            "{client}: a contact {rhythm} from now on.", client=name, rhythm=reasons.rhythm(done.days, words)
        )
    if done.before == done.days:
        return parts.stated(said)
    undo = parts.button(
        words.say("Undo"), "rhythm.undo", parts.value_of(client=done.client.id, n=done.before)
    )
    return parts.stated(said, parts.actions(undo))


def declined(client: Client, words: Words) -> Message:
    """It is not proposed again."""
    return parts.stated(
        words.say(
            "{client}: the rhythm stays as it is. You are asked again when the touches say something else.",
            client=parts.one_line(client.name, _NAME),
        )
    )

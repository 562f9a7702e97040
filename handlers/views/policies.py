"""Asking a client for its policy: what to write, that it was asked, reminders, and the answer as it is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.rulebook.writer import ClientPolicy
from handlers import i18n
from handlers.answers import Message, View
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_letter import to_copy
from handlers.views.rule_words import policy as policy_lines

_NAME = 80
_WHO = 200
LANGUAGES: Mapping[str, str] = {"en": i18n.message("English"), "fr": i18n.message("French")}


def verdict_buttons(check_id: int, words: Words) -> list[parts.Element]:
    """What can be done where no rule of the recipient's side is on file."""
    value = parts.value_of(check=check_id)
    return [
        parts.button(words.say("I asked them"), "policy.ask", value, primary=True),
        parts.button(words.say("They answered"), "policy.answered", value),
    ]


def ask_form(draft: str, language: str, who: str, day: date, words: Words, notes: Mapping[str, Any]) -> View:
    """What could be written to the client, in a language to be chosen, and whom one has asked when."""
    choices = [parts.choice(words.say(label), code) for code, label in LANGUAGES.items()]
    chosen = next(choice for choice in choices if choice["value"] == language)
    radio = {**parts.radio("policy.language", choices), "initial_option": chosen}
    blocks = [
        parts.field("language", words.say("Write to them in"), radio, asks_at_once=True),
        to_copy(draft),
        parts.field(
            "who", words.say("Whom did you ask?"), parts.text_input("who", who, limit=_WHO), optional=True
        ),
        parts.field("day", words.say("When?"), parts.day_picker("day", day)),
    ]
    return parts.modal(
        "policy.ask",
        words.say("Ask their policy"),
        blocks,
        submit=words.say("I asked them"),
        close=words.say("Cancel"),
        notes=notes,
    )


def asked(employer: str, reminder_on: date | None, words: Words, *, check_id: int, again: bool) -> Message:
    """That it is noted, and when one is reminded."""
    name = parts.one_line(employer, _NAME)
    said = (
        words.say("It was noted already that you asked {employer}.", employer=name)
        if again
        else words.say("Noted: you asked {employer}.", employer=name)
    )
    if reminder_on is not None:
        said = words.say(
            "{noted} I remind you on {day}, unless the answer comes first.",
            noted=said,
            day=words.weekday(reminder_on),
        )
    value = parts.value_of(check=check_id)
    return parts.stated(
        said, parts.actions(parts.button(words.say("They answered"), "policy.answered", value))
    )


def reminder(facts: Mapping[str, Any], words: Words) -> Message:
    """Has the client answered?"""
    employer = parts.one_line(str(facts["employer"]), _NAME)
    day = words.day(date.fromisoformat(str(facts["on"])))
    who = parts.one_line(str(facts["asked"]), _NAME) if facts["asked"] else ""
    said = (
        words.say(
            "You asked {who} at {employer} on {day} which gifts they may accept. Have they answered?",
            who=who,
            employer=employer,
            day=day,
        )
        if who
        else words.say(
            "You asked {employer} on {day} which gifts they may accept. Have they answered?",
            employer=employer,
            day=day,
        )
    )
    check = parts.value_of(check=facts["check"])
    question = parts.value_of(question=facts["question"])
    return parts.stated(
        said,
        parts.actions(
            parts.button(words.say("They answered"), "policy.answered", check, primary=True),
            parts.button(words.say("Remind me later"), "policy.later", question),
            parts.button(words.say("Not needed any more"), "policy.withdraw", question),
        ),
    )


def put_off(employer: str, day: date, words: Words) -> Message:
    return parts.stated(
        words.say(
            "I ask you about {employer} again on {day}.",
            employer=parts.one_line(employer, _NAME),
            day=words.weekday(day),
        )
    )


def withdrawn(employer: str, words: Words) -> Message:
    return parts.stated(
        words.say("I no longer ask you about {employer}.", employer=parts.one_line(employer, _NAME))
    )


def on_file(known: ClientPolicy | None, client: str, words: Words, notes: Mapping[str, Any]) -> View:
    """What is on file of a client, and whether the new answer takes its place."""
    said = words.say(
        "An answer of {client} is on file already. Should yours take its place, for everybody?",
        client=parts.one_line(client, _NAME),
    )
    lines = (
        policy_lines(known, words)
        if known is not None
        else [words.say("It was written by compliance as a rule file, with more than a form can show.")]
    )
    return parts.modal(
        "policy.replace",
        words.say("An answer is on file"),
        [
            *parts.stated_blocks(said),
            parts.header(words.say("On file")),
            parts.section(parts.plain("\n".join(lines))),
        ],
        submit=words.say("Replace it"),
        close=words.say("Keep it"),
        notes=notes,
    )


def in_force(client: str, told: int, words: Words) -> str:
    """What is said above the check that was judged again."""
    said = words.say(
        "The answer of {client} is on file and holds for everybody at once.",
        client=parts.one_line(client, _NAME),
    )
    if not told:
        return said
    also = words.count("{n} colleague who asked is told.", "{n} colleagues who asked are told.", told)
    return f"{said} {also}"


def told(facts: Mapping[str, Any], policy: ClientPolicy, words: Words, *, waiting: bool) -> Message:
    """A client's answer, to a colleague who was `waiting` for it, or to compliance."""
    client = parts.one_line(policy.client, _NAME)
    by = parts.one_line(str(facts["by"]), _NAME)
    said = (
        words.say(
            "{client} has said which gifts its people may accept. {who} entered it.", client=client, who=by
        )
        if waiting
        else words.say(
            "{who} entered what {client} said about gifts; it holds for everybody at once.",
            client=client,
            who=by,
        )
    )
    lines = policy_lines(policy, words)
    buttons = (
        [parts.button(words.say("Check a gift"), "gift.open_form")]
        if waiting
        else [parts.button(words.say("Rules for gifts"), "rules.page")]
    )
    text = "\n".join([said, *(f"• {line}" for line in lines)])
    return parts.told(
        text,
        [
            *parts.stated_blocks(said),
            parts.section(parts.plain("\n".join(f"• {line}" for line in lines))),
            parts.actions(*buttons),
        ],
    )

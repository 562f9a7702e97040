"""Help, and the settings of who asks."""

from __future__ import annotations

from dataclasses import dataclass

from babel.dates import format_time, get_timezone_name

from bot.domain.members import Member, Role
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that can be typed: the command, a word or two on what it does, and an example."""

    command: str
    does: str
    example: str


TOPICS = (
    Topic(
        "/client-touch",
        i18n.message("Log that you spoke to a client"),
        i18n.message("/client-touch Acme call yesterday: talked about the renewal"),
    ),
    Topic(
        "/gift-check",
        i18n.message("Check whether a gift is allowed before you buy it"),
        i18n.message("/gift-check $45 bottle of wine for Jane Smith at Ford"),
    ),
    Topic(
        "/client",
        i18n.message("Read up on a client before you speak to them"),
        i18n.message("/client Acme"),
    ),
    Topic(
        "/client",
        i18n.message("Note what you promised, until it is kept"),
        i18n.message("/client Acme promise quote by Friday"),
    ),
    Topic(
        "/client",
        i18n.message("Enter a meeting, and get the brief 15 minutes before"),
        i18n.message("/client Acme meeting tomorrow 15:00"),
    ),
    Topic(
        "/client-reassign",
        i18n.message("Ask for another manager for a client"),
        i18n.message("/client-reassign Acme the client asks for it"),
    ),
    Topic(
        "/rapport",
        i18n.message("See your meetings ahead, move or cancel them"),
        i18n.message("/rapport meetings"),
    ),
    Topic(
        "/rapport",
        i18n.message("See how fast your clients were answered"),
        i18n.message("/rapport answers"),
    ),
    Topic(
        "/rapport",
        i18n.message("See what was given to clients, and what came back"),
        i18n.message("/rapport concessions"),
    ),
    Topic(
        "/rapport",
        i18n.message("See how your clients stand, in figures"),
        i18n.message("/rapport figures"),
    ),
    Topic(
        "/rapport",
        i18n.message("Get your clients as a file"),
        i18n.message("/rapport export"),
    ),
    Topic(
        "/rapport",
        i18n.message("Change your hours, leave, language and what I tell you unasked"),
        i18n.message("/rapport settings"),
    ),
    Topic(
        "/rapport",
        i18n.message("Show this help and your settings"),
        i18n.message("/rapport help"),
    ),
)

ROLE_TOPICS = (
    (
        {Role.LEAD, Role.ADMIN},
        Topic(
            "/client-reassign",
            i18n.message("Share out all clients of one person: type it alone, then “Hand over a book …”"),
            i18n.message("/client-reassign"),
        ),
    ),
    (
        {Role.COMPLIANCE, Role.ADMIN},
        Topic("/rapport", i18n.message("Open the register of gifts"), i18n.message("/rapport register")),
    ),
    (
        {Role.COMPLIANCE, Role.ADMIN},
        Topic("/rapport", i18n.message("See and change the gift rules"), i18n.message("/rapport rules")),
    ),
    (
        {Role.ADMIN},
        Topic(
            "/rapport",
            i18n.message("See health, people and defaults of the workspace"),
            i18n.message("/rapport workspace"),
        ),
    ),
)
"""What can be typed by those who have one of the roles."""

ROLES = {
    Role.ACCOUNT_MANAGER: i18n.message("account manager"),
    Role.LEAD: i18n.message("lead"),
    Role.COMPLIANCE: i18n.message("compliance officer"),
    Role.ADMIN: i18n.message("admin"),
}


def topics_of(member: Member) -> list[Topic]:
    """What a member can type."""
    return [*TOPICS, *(topic for roles, topic in ROLE_TOPICS if roles & member.roles)]


def message(member: Member, words: Words, unknown: str = "") -> Message:
    """All that can be typed; `unknown` is what was typed and is none of it."""
    lines = [
        words.say("{does}: {example}", does=words.say(t.does), example=words.say(t.example))
        for t in topics_of(member)
    ]
    opening = words.say("I keep track of your clients with you. This is what you can type:")
    if unknown:
        typed = parts.one_line(unknown, 200)
        opening = words.say("I do not know “{typed}”. This is what you can type:", typed=typed)
    settings_line = " · ".join(
        words.say("{label}: {value}", label=label, value=value) for label, value in settings(member, words)
    )
    text = "\n".join([opening, *(f"• {line}" for line in lines), settings_line])
    blocks: list[Block] = [
        parts.header(words.say("What Rapport can do for you")),
        parts.section(parts.plain(opening)),
        *topic_blocks(member, words),
        parts.context(
            parts.plain(
                words.say(
                    "Left empty, /client-touch and /gift-check open a form. "
                    "In a thread, use “Log as touch” from the menu of a message."
                )
            ),
            parts.plain(
                words.say(
                    "A client waits for an answer? “Client is waiting”, in the menu of a message or in /client, starts "
                    "the clock."
                )
            ),
            parts.plain(
                words.say(
                    "What you give a client, or a no that you held, is noted in /client, under Concession."
                )
            ),
            parts.plain(
                words.say(
                    "Write to me “meeting with Acme tomorrow 15:00”, or drop a CSV or Excel file here to bring clients "
                    "in."
                )
            ),
        ),
        parts.divider(),
        *settings_blocks(member, words),
    ]
    return parts.told(text, blocks)


def topic_blocks(member: Member, words: Words) -> list[Block]:
    """Each thing that can be typed, with its example in a monospaced font."""
    return [
        parts.section(
            parts.marked(
                words.markup("*{does}*\n`{example}`", does=words.say(t.does), example=words.say(t.example))
            )
        )
        for t in topics_of(member)
    ]


def settings_blocks(member: Member, words: Words) -> list[Block]:
    lines = [words.markup("{label}: *{value}*", label=k, value=v) for k, v in settings(member, words)]
    title = words.markup("*Your settings*")
    note = words.say("Change them with /rapport settings, or on my Home tab under Settings.")
    return [parts.section(parts.marked("\n".join([title, *lines]))), parts.context(parts.plain(note))]


def settings(member: Member, words: Words) -> list[tuple[str, str]]:
    """The settings in force for a member, as label and value."""
    locale = words.locale
    zone = get_timezone_name(member.zone, width="long", locale=locale, return_zone=False)
    at = str(format_time(member.digest_time, format="short", locale=locale))
    roles = [words.say(label) for role, label in ROLES.items() if member.is_(role)]
    return [
        (words.say("Time zone"), f"{zone} ({member.zone})"),
        (words.say("Language"), str(locale.get_display_name(locale))),
        (words.say("Morning message"), words.say("{time} on your working days", time=at)),
        (words.say("Your role"), words.listed(roles)),
    ]

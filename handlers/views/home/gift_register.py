"""The tab of who keeps the register of gifts."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.members import Member, Role
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import parts, rules
from handlers.views.register import Shown, entries


def register(member: Member, shown: Shown, zone: ZoneInfo, words: Words) -> list[Block]:
    """The ways into the register and the rules, and the last entries."""
    return [
        parts.header(words.say("Gift register")),
        parts.actions(
            parts.button(words.say("Open the register"), "register.open"),
            parts.button(
                words.say("Export"), "register.export", spoken=words.say("Export the register as a file")
            ),
        ),
        *entries(shown, zone, words),
        *(rules.home_blocks(words) if {Role.COMPLIANCE, Role.ADMIN} & member.roles else ()),
    ]

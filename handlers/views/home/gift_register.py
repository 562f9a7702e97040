"""The tab of who keeps the register of gifts."""

from __future__ import annotations

from bot.domain.members import Member, Role
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import parts, rules


def register(member: Member, words: Words) -> list[Block]:
    return [
        parts.header(words.say("Gift register")),
        parts.actions(
            parts.button(words.say("Open the register"), "register.open"),
            parts.button(
                words.say("Export"), "register.export", spoken=words.say("Export the register as a file")
            ),
        ),
        *(rules.home_blocks(words) if {Role.COMPLIANCE, Role.ADMIN} & member.roles else ()),
    ]

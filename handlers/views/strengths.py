"""What members say of themselves, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.strengths import Declared, Strength
from handlers import i18n
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import parts, places

STRENGTHS: Mapping[Strength, str] = {
    Strength.BLUNT: i18n.message("staying composed with blunt clients"),
    Strength.SAYING_NO: i18n.message("saying no"),
    Strength.CALMING: i18n.message("setting complaints right"),
    Strength.NEGOTIATING: i18n.message("negotiating"),
    Strength.WINNING: i18n.message("winning new clients"),
}
_SAID = 400


def declared_lines(said: Declared, words: Words) -> list[str]:
    """What somebody says of themselves, line by line; empty where they say nothing."""
    lines = []
    if said.strengths:
        named = [words.say(STRENGTHS[each]) for each in Strength if each in said.strengths]
        lines.append(words.say("Good at: {strengths}", strengths=words.listed(named)))
    if said.languages:
        spoken = words.listed([language(code, words) for code in said.languages])
        lines.append(words.say("Languages: {languages}", languages=spoken))
    if said.markets:
        known = words.listed([places.place(code, words) for code in said.markets])
        lines.append(words.say("Markets: {markets}", markets=parts.shortened(known, _SAID)))
    if said.sectors:
        lines.append(
            words.say("Sectors: {sectors}", sectors=parts.one_line(words.listed(list(said.sectors)), _SAID))
        )
    if said.capacity is not None:
        lines.append(
            words.count("Room for {n} client of tier B", "Room for {n} clients of tier B", said.capacity)
        )
    return lines


def settings_block(said: Declared, words: Words) -> Block:
    """The section of the settings."""
    lines = declared_lines(said, words) or [
        words.say("Nothing yet. It helps to give you clients that suit you.")
    ]
    return parts.section(
        parts.marked(
            words.markup("*{label}*\n{said}", label=words.say("What you are good at"), said="\n".join(lines))
        ),
        parts.button(words.say("Change"), "fit.declare", spoken=words.say("Change what you are good at")),
    )


def language(code: str, words: Words) -> str:
    return str(words.locale.languages.get(code, code))

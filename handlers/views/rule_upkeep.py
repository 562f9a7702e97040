"""Rules to be looked at again, as compliance reads of them once a month."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rulebook.told import Expiring
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts

_SHOWN = 10
_TITLE = 120


def message(files: Sequence[Expiring], words: Words, entry_id: int, done: int) -> Message:
    """The files that are left, each with its buttons; `done` were looked at since the message was sent."""
    opening = (
        words.count(
            "{n} rule file should be looked at again: it was checked about a year ago.",
            "{n} rule files should be looked at again: they were checked about a year ago.",
            len(files),
        )
        if files
        else words.say("All of these rules have been looked at. Thank you.")
    )
    lines = [opening]
    blocks: list[Block] = [parts.header(words.say("Rules to look at")), *parts.stated_blocks(opening)]
    for each in files[:_SHOWN]:
        said = _line(each, words)
        lines.append(f"• {said}")
        blocks += [parts.section(parts.plain(said)), parts.actions(*_buttons(each, words, entry_id))]
    rest = len(files) - _SHOWN
    if rest > 0:
        more = words.count("and {n} more", "and {n} more", rest)
        lines.append(more)
        blocks.append(parts.context(parts.plain(more)))
    if done and files:
        noted = words.count("{n} is done already.", "{n} are done already.", done)
        lines.append(noted)
        blocks.append(parts.context(parts.plain(noted)))
    return parts.told("\n".join(lines), blocks)


def _line(each: Expiring, words: Words) -> str:
    sentence = each.french if words.language == "fr" else each.english
    whose = words.say("your own") if each.own else words.say("shipped with Rapport, used by recent checks")
    count = words.count("{n} rule", "{n} rules", each.rules)
    return words.say(
        "{title} ({whose}, {count}). Checked on {checked}, to be checked again by {due}. First: {sentence}",
        title=parts.one_line(each.title, _TITLE),
        whose=whose,
        count=count,
        checked=words.day(each.checked_on),
        due=words.day(each.runs_out),
        sentence=parts.one_line(sentence, 200),
    )


def _buttons(each: Expiring, words: Words, entry_id: int) -> list[parts.Element]:
    value = parts.value_of(file=each.file, digest=each.digest, entry=entry_id)
    title = parts.one_line(each.title, 40)
    buttons = [
        parts.button(
            words.say("Still valid"),
            "upkeep.valid",
            value,
            spoken=words.say("Still valid: {title}", title=title),
        )
    ]
    spoken = words.say("Edit {title}", title=title)
    if each.editable == "policy":
        edit = parts.value_of(file=each.file)
        buttons.append(parts.button(words.say("Edit"), "rules.edit_policy", edit, spoken=spoken))
    elif each.editable == "house":
        buttons.append(parts.button(words.say("Edit"), "rules.page", spoken=spoken))
    return buttons

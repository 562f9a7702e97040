"""A workspace's own rules as compliance sees them: how they stand, what an edit would mean, and that it is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.gifts.rules import Rule
from bot.domain.names import fold
from bot.rulebook.change import RuleChange
from bot.rulebook.edits import Figure
from bot.rulebook.told import Caution, OnFile, Preview, Standing, TurnedCheck
from handlers import i18n
from handlers.answers import Block, View
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_words import CATEGORIES, VERDICTS
from handlers.views.rule_words import policy, statement

_RULES_SHOWN = 8
_CHECKS_SHOWN = 10
_LINE = 280
_NAME = 60
_VALUE = 150
"""Characters of an option's value that Slack takes."""


def page(standing: Standing, words: Words, notes: Mapping[str, Any], saved: str = "") -> View:
    """How the rules stand, with what can be edited. `saved` is said above everything else."""
    blocks: list[Block] = []
    if saved:
        blocks.append(parts.section(parts.plain(saved)))
    blocks += [
        parts.context(parts.plain(_as_of(standing, words))),
        parts.header(words.say("Our own policy")),
        *_figures(standing.figures, words),
        parts.header(words.say("What clients told us")),
        *_policies(standing, words),
        parts.header(words.say("Doubtful sources")),
        _caution(standing, words),
    ]
    note = words.say(
        "Everything else in the rule files is edited as YAML: `rapport rulebook export` and `import`, by your operator."
    )
    blocks += [parts.divider(), parts.context(parts.marked(note))]
    return parts.modal("rules.page", words.say("Rules"), blocks, close=words.say("Close"), notes=notes)


def _as_of(standing: Standing, words: Words) -> str:
    book = standing.rulebook
    said = words.say(
        "{count} rules, version {version} of {date}.",
        count=words.number(len(book.rules)),
        version=book.version,
        date=words.day(book.date),
    )
    if standing.changed_at is None:
        return said
    day = words.day(standing.changed_at.date())
    changed = (
        words.say("Last changed by {who} on {day}.", who=parts.one_line(standing.changed_by, _NAME), day=day)
        if standing.changed_by is not None
        else words.say("Last changed by the operator on {day}.", day=day)
    )
    return f"{said} {changed}"


def _figures(figures: Sequence[Figure], words: Words) -> list[Block]:
    if not figures:
        return parts.stated_blocks(words.say("Our policy has no figure that a form could edit."))
    lines = [f"• {i18n.escape(parts.one_line(_sentence(each, words), _LINE))}" for each in figures[:15]]
    choices = [
        parts.choice(parts.one_line(_sentence(each, words), parts.CHOICE), each.rule) for each in figures
    ]
    select = parts.select("rules.edit_figure", choices, words.say("Edit a figure"))
    return [parts.section(parts.marked("\n".join(lines))), parts.actions(select)]


def _sentence(figure: Figure, words: Words) -> str:
    said = figure.french if words.language == "fr" else figure.english
    if figure.starts is not None:
        said = words.say("from {day}: {rule}", day=words.day(figure.starts, "medium"), rule=said)
    if figure.ends is not None:
        said = words.say("until {day}: {rule}", day=words.day(figure.ends, "medium"), rule=said)
    return said


def _policies(standing: Standing, words: Words) -> list[Block]:
    add = parts.button(words.say("Add a client’s rules"), "rules.add_policy")
    if not standing.policies:
        said = words.say("No client has told us its rules yet.")
        blocks: list[Block] = [*parts.stated_blocks(said), parts.actions(add)]
    else:
        lines = [
            f"• {i18n.escape(parts.one_line(_briefly(each, words), _LINE))}"
            for each in standing.policies[:10]
        ]
        rest = len(standing.policies) - 10
        if rest > 0:
            lines.append(i18n.escape(words.count("and {n} more", "and {n} more", rest)))
        select = parts.asking_select("rules.open_policy", words.say("See or edit one"))
        blocks = [parts.section(parts.marked("\n".join(lines))), parts.actions(select, add)]
    if standing.others:
        named = words.listed([parts.one_line(name, _NAME) for name in standing.others[:10]])
        blocks.append(parts.context(parts.plain(words.say("Written as YAML: {files}.", files=named))))
    return blocks


def policy_choices(policies: Sequence[OnFile], typed: str) -> list[parts.Element]:
    """The clients whose name holds what was typed, by name; as many as a list takes."""
    wanted = fold(typed)
    fitting = sorted(
        (each for each in policies if wanted in fold(each.title)), key=lambda each: fold(each.title)
    )
    return [
        parts.choice(parts.one_line(each.title, parts.CHOICE), each.file)
        for each in fitting
        if len(each.file) <= _VALUE
    ][: parts.CHOICES]


def _briefly(on_file: OnFile, words: Words) -> str:
    assert on_file.policy is not None, "only what a form can edit is listed"
    said = "; ".join(statement(rule, words) for rule in on_file.policy.rules)
    return words.say("{label}: {value}", label=parts.one_line(on_file.title, _NAME), value=said)


def _caution(standing: Standing, words: Words) -> Block:
    said = (
        words.say("What a second-hand, undated or old text allows needs approval here.")
        if standing.cautious
        else words.say("What a second-hand, undated or old text allows is allowed here, with a caveat.")
    )
    label = words.say("Allow it with a caveat") if standing.cautious else words.say("Ask for approval")
    value = parts.value_of(on=not standing.cautious)
    return parts.section(parts.plain(said), parts.button(label, "rules.caution", value))


def policy_page(on_file: OnFile, words: Words, notes: Mapping[str, Any]) -> View:
    """A client's own rules, to be edited or ended."""
    assert on_file.policy is not None, "only what a form can edit is shown"
    lines = policy(on_file.policy, words)
    if on_file.who is not None:
        lines.append(words.say("Entered by {who}.", who=parts.one_line(on_file.who, _NAME)))
    value = parts.value_of(file=on_file.file)
    blocks = [
        parts.header(parts.one_line(on_file.title, parts.HEADER)),
        parts.section(parts.plain("\n".join(lines))),
        parts.actions(
            parts.button(words.say("Edit"), "rules.edit_policy", value),
            parts.button(words.say("End"), "rules.end_policy", value),
            parts.button(words.say("Back"), "rules.page"),
        ),
    ]
    return parts.modal(
        "rules.page", words.say("A client’s rules"), blocks, close=words.say("Close"), notes=notes
    )


# --- What an edit would mean ----------------------------------------------------------------------------------


def confirm(shown: Preview, words: Words, notes: Mapping[str, Any]) -> View:
    """Which rules an edit changes and which recorded checks it would turn, before anything is in force."""
    blocks: list[Block] = []
    if shown.meanwhile:
        said = words.say(
            "Somebody else has changed the rules since you began. This is what your change would mean now."
        )
        blocks.append(parts.section(parts.plain(said)))
    blocks.append(parts.header(words.say("What changes")))
    for each in shown.changes[:_RULES_SHOWN]:
        blocks += _change(each, shown, words)
    rest = len(shown.changes) - _RULES_SHOWN
    if rest > 0:
        blocks.append(
            parts.context(parts.plain(words.count("{n} more rule changes.", "{n} more rules change.", rest)))
        )
    caution = isinstance(shown.edit, Caution)
    if caution:
        blocks += parts.stated_blocks(
            words.say("What a second-hand, undated or old text allows will need approval.")
            if shown.cautious
            else words.say("What a second-hand, undated or old text allows will be allowed, with a caveat.")
        )
    if not shown.changes and not caution:
        blocks += parts.stated_blocks(words.say("Nothing: the rules say that already."))
    if shown.untold:
        names = "\n".join(
            f"• {parts.one_line(_of(rule, words), _LINE)}" for rule in shown.untold[:_RULES_SHOWN]
        )
        said = words.say("The figure does not stand in this sentence; read it once more:")
        blocks.append(parts.section(parts.plain(f"{said}\n{names}")))
    blocks += _checks(shown, words)
    blocks.append(
        parts.actions(
            parts.button(words.say("Change it"), "rules.redo", parts.value_of(draft=shown.draft_id))
        )
    )
    return parts.modal(
        "rules.save",
        words.say("Before it is saved"),
        blocks,
        submit=words.say("Put in force"),
        close=words.say("Cancel"),
        notes={**notes, "draft": shown.draft_id},
    )


def _change(change: RuleChange, shown: Preview, words: Words) -> list[Block]:
    old, new = shown.before.by_id.get(change.rule), shown.after.by_id.get(change.rule)
    labels = {
        "added": words.say("New"),
        "removed": words.say("Gone"),
        "changed": words.say("Changed"),
    }
    rule = new or old
    assert rule is not None, "a change is about a rule of one of the two"
    lines = [f"*{i18n.escape(labels[change.kind])}* {i18n.escape(parts.one_line(_of(rule, words), _LINE))}"]
    if old is not None and new is not None and _of(old, words) != _of(new, words):
        was = words.say("Before: {sentence}", sentence=parts.one_line(_of(old, words), _LINE))
        lines.append(i18n.escape(was))
    validity = _validity(rule, words)
    if validity:
        lines.append(i18n.escape(validity))
    return [parts.section(parts.marked("\n".join(lines)))]


def _of(rule: Rule, words: Words) -> str:
    return rule.summary["fr" if words.language == "fr" else "en"]


def _validity(rule: Rule, words: Words) -> str:
    first, last = rule.effective_from, rule.effective_to
    if first is not None and last is not None:
        return words.say("Valid from {first} to {last}.", first=words.day(first), last=words.day(last))
    if first is not None:
        return words.say("Valid from {day} on.", day=words.day(first))
    return words.say("Valid until {day}.", day=words.day(last)) if last is not None else ""


def _checks(shown: Preview, words: Words) -> list[Block]:
    compared, turned = shown.compared, shown.compared.turned
    blocks: list[Block] = [parts.header(words.say("Recorded checks"))]
    if not compared.compared and not compared.unreadable:
        return [*blocks, *parts.stated_blocks(words.say("No gift has been checked yet."))]
    day = words.day(shown.on)
    said = words.count(
        "{n} of the last {all} recorded checks would come out differently if it were asked on {day}.",
        "{n} of the last {all} recorded checks would come out differently if they were asked on {day}.",
        len(turned),
        all=words.number(compared.compared),
        day=day,
    )
    blocks += parts.stated_blocks(said)
    if turned:
        lines = [f"• {_turned(each, words)}" for each in turned[:_CHECKS_SHOWN]]
        rest = len(turned) - _CHECKS_SHOWN
        if rest > 0:
            lines.append(words.count("and {n} more", "and {n} more", rest))
        blocks.append(parts.section(parts.plain("\n".join(lines))))
    return blocks


def _turned(check: TurnedCheck, words: Words) -> str:
    what = check.description or words.say(CATEGORIES[check.category])
    if check.quantity != 1:
        what = f"{words.number(check.quantity)} × {what}"
    if check.value is not None:
        what = f"{what}, {words.money(check.value)}"
    return words.say(
        "{day}, {client}: {gift}: {before} → {after}",
        day=words.day(check.asked_on, "medium"),
        client=parts.one_line(check.client, _NAME),
        gift=parts.one_line(what, 100),
        before=words.say(VERDICTS[check.before.word]),
        after=words.say(VERDICTS[check.after.word]),
    )


def saved(version: str, count: int, words: Words) -> str:
    """That an edit is in force."""
    return words.count(
        "In force at once for everybody: {n} rule changed, version {version}.",
        "In force at once for everybody: {n} rules changed, version {version}.",
        count,
        version=version,
    )


def home_blocks(words: Words) -> list[Block]:
    """The way to the rules from the Home tab."""
    return [
        parts.header(words.say("Rules for gifts")),
        parts.actions(parts.button(words.say("Open the rules"), "rules.page")),
    ]

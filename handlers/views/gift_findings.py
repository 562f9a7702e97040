"""What one rule says of a gift: its sentence, where it stands, and what its limit leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.domain.gifts.counterparts import side_of
from bot.domain.gifts.judgement import Finding, Judgement
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.register import Side
from bot.domain.gifts.rules import GROUPS, Outcome
from bot.domain.money import Money
from handlers import i18n
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_subject import employer_of
from handlers.views.gift_words import CHECKED, LAYERS, PERIODS

_HIGH_MARKS = re.compile(r" ([;:!?»])")
_OVER_TIME = ("calendar_month", "calendar_year", "rolling_12_months")
_LIMITS = 3


def sentence(finding: Finding, judgement: Judgement, words: Words) -> str:
    """A rule's own sentence, and why it speaks so where that does not follow from its limit."""
    said = [finding.rule.summary[words.language]]
    said += [judgement.phrases[flag][words.language] for flag in finding.flags if flag in judgement.phrases]
    return typeset(" ".join(said), words)


def typeset(text: str, words: Words) -> str:
    """A sentence of a rule file, which is typed plainly, with the apostrophes and spaces of the reader's language."""
    if words.language != "fr":
        return text
    return _HIGH_MARKS.sub("\u202f\\1", text).replace("'", "’")


def silence(judgement: Judgement, proposal: Proposal, words: Words) -> str:
    """The reason where no rule gives one."""
    if judgement.silence == "paid_in_full":
        return words.say("The person pays the whole value, so nothing is given.")
    if judgement.silence == "no_rule_on_file" and side_of(proposal) is Side.RECEIVED:
        return words.say("Our own policy has no rule for this.")
    employer = employer_of(proposal)
    if judgement.silence == "no_rule_on_file":
        return words.say("No rule of {employer} is on file for this.", employer=employer)
    return words.say("No rule speaks against it.")


def source(finding: Finding, words: Words, *, linked: bool) -> str:
    """Where a rule stands, how old the text is and how sure we are; with Slack's markup when `linked`."""
    rule = finding.rule
    return stands(
        words,
        layer=rule.layer,
        own=rule.own_policy,
        title=rule.source.title,
        url=rule.source.url,
        dated=rule.source.text_date,
        checked=rule.source.checked,
        caveats=finding.caveats,
        linked=linked,
    )


def stands(
    words: Words,
    *,
    layer: str,
    own: bool,
    title: str,
    url: str | None,
    dated: str | None,
    checked: str,
    caveats: Sequence[str],
    linked: bool,
) -> str:
    """`source` from plain values, as a recorded rule has them."""
    title = parts.one_line(title, 150)
    others = layer == "house" and not own
    pieces = [words.say("A rule that binds whoever gives") if others else words.say(LAYERS[layer])]
    pieces.append(words.say("source: {title}", title=title))
    if dated:
        pieces.append(words.say("text of {date}", date=parts.one_line(dated, 80)))
    if not own:
        if checked not in caveats:
            pieces.append(words.say(CHECKED[checked]))
        if caveats:
            care = words.listed([words.say(CHECKED[code]) for code in caveats])
            pieces.append(words.say("take care: {caveats}", caveats=care))
    if not linked:
        return " · ".join(pieces)
    safe = [i18n.escape(piece) for piece in pieces]
    url = url or ""
    if url.startswith(("https://", "http://")):
        link = f"<{i18n.escape(url).replace('|', '%7C')}|{i18n.escape(title)}>"
        safe[1] = safe[1].replace(i18n.escape(title), link, 1)
    return " · ".join(safe)


def limits_left(judgement: Judgement, words: Words) -> list[str]:
    """What the limits leave: the first one that decides, then those that count over a time, also where they are kept.

    What is refused whatever its value has nothing left, and no limit is named.
    """
    limited = [f for f in judgement.findings if f.rule.threshold is not None and "lifted" not in f.flags]
    once = [f for f in limited if f.decisive and not _runs_over_time(f)]
    over_time = [f for f in limited if _runs_over_time(f)]
    if judgement.verdict is Outcome.NOT_ALLOWED:
        over_time = [f for f in over_time if f.decisive]
    lines = [line for finding in (*once[:1], *over_time) for line in limits_of(finding, words)]
    return list(dict.fromkeys(lines))[:_LIMITS]


def _runs_over_time(finding: Finding) -> bool:
    limit = finding.rule.threshold
    if limit is None:
        return False
    return limit.per in _OVER_TIME or (limit.times is not None and limit.times_per in _OVER_TIME)


def limits_of(finding: Finding, words: Words) -> Iterable[str]:
    """What a rule's limits allow, in value and in number, and what of it is used."""
    limit = finding.rule.threshold
    if limit is None:
        return
    if limit.amount is not None:
        most = Money(limit.amount, limit.currency)
        bound = (
            words.say(
                "up to {amount} {period}", amount=words.money(most), period=words.say(PERIODS[limit.per])
            )
            if limit.inclusive
            else words.say(
                "less than {amount} {period}", amount=words.money(most), period=words.say(PERIODS[limit.per])
            )
        )
        both = GROUPS["goods"] | GROUPS["hospitality"]
        if finding.rule.layer == "house" and limit.counts and both <= limit.counts:
            bound = words.say("{bound}, gifts and hospitality together", bound=bound)
        if limit.yardstick:
            bound = words.say("{bound} (our cautious reading: the text gives no figure)", bound=bound)
        if finding.used is None or limit.per not in _OVER_TIME:
            yield words.say("Limit: {bound}.", bound=bound)
        elif finding.remaining:
            yield words.say(
                "Limit: {bound}. {used} with this gift, {left} left.",
                bound=bound,
                used=words.money(Money(finding.used, limit.currency)),
                left=words.money(Money(finding.remaining, limit.currency)),
            )
        else:
            yield words.say(
                "Limit: {bound}. {used} with this gift, nothing left.",
                bound=bound,
                used=words.money(Money(finding.used, limit.currency)),
            )
    if limit.times is not None and finding.times_used is not None:
        yield words.count(
            "At most {n} time {period}; this is number {used}.",
            "At most {n} times {period}; this is number {used}.",
            limit.times,
            period=words.say(PERIODS[limit.times_per]),
            used=words.number(finding.times_used),
        )

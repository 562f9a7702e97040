"""The gift check as it is read: the verdict with its reason, what follows from it, and what would pass instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from babel.languages import get_official_languages
from babel.localedata import exists

from bot.domain.clients import Client, Contact
from bot.domain.gifts.judgement import Conversion, Finding, Judgement, TaxNote
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.rules import Outcome
from bot.domain.members import Member
from bot.domain.money import Money
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_variants import alternative, assumed
from handlers.views.gift_words import (
    APPROVERS,
    CATEGORIES,
    CHECKED,
    LAYERS,
    OBLIGATIONS,
    PERIODS,
    VERDICTS,
)

AVERAGE_GIFT = Money(Decimal(48), "USD")
"""What a business gift costs in the United States on the average; shown as orientation."""

_WHAT = 200
_HIGH_MARKS = re.compile(r" ([;:!?»])")
_NAME = 120
_DECIDING = 2
_LIMITS = 3
_RULES_SHOWN = 20
_RATE_SHOWN = Decimal("0.0001")


def verdict(
    judgement: Judgement,
    proposal: Proposal,
    words: Words,
    *,
    check_id: int,
    questions: int,
    client: Client | None,
    contact: Contact | None,
    lead: Member | None,
    compliance: Sequence[Member],
    registered: bool = False,
    note: str = "",
) -> Message:
    """The answer to one check, the verdict first, with the buttons that lead on from it.

    `questions` is how many open questions could still change the verdict; `note` is said above everything else.
    """
    lines, blocks = verdict_blocks(
        judgement, proposal, words, client=client, contact=contact, lead=lead, compliance=compliance
    )
    buttons = _buttons(judgement, words, check_id, questions, registered=registered)
    if note:
        lines, blocks = [note, *lines], [parts.section(parts.plain(note)), *blocks]
    return parts.told("\n".join(lines), [*blocks, buttons])


def verdict_blocks(
    judgement: Judgement,
    proposal: Proposal,
    words: Words,
    *,
    client: Client | None,
    contact: Contact | None,
    lead: Member | None,
    compliance: Sequence[Member],
) -> tuple[list[str], list[Block]]:
    """The answer as lines of plain text, which make sense alone, and as blocks; without buttons."""
    said = words.say(VERDICTS[judgement.verdict.word])
    about = subject(proposal, words)
    lines = [words.say("{label}: {value}", label=said, value=about)]
    blocks: list[Block] = [parts.header(said), parts.section(parts.plain(about))]

    deciding = _deciding(judgement)
    reasons = [_sentence(finding, judgement, words) for finding in deciding] or [
        _silence(judgement, proposal, words)
    ]
    lines += reasons
    for reason, finding in zip(reasons, [*deciding, None], strict=False):
        blocks.append(parts.section(parts.marked(f"*{i18n.escape(reason)}*")))
        if finding is not None:
            lines.append(_source(finding, words, linked=False))
            blocks.append(parts.context(parts.marked(_source(finding, words, linked=True))))

    hangs_on = assumed(judgement, proposal, words)
    for title, points in (
        (words.say("What is left"), _limits(judgement, words)),
        (words.say("Who has to say yes"), _approvers(judgement, words, lead, compliance)),
        (words.say("Also to do"), _duties(judgement, words)),
        (words.say("What would pass"), _alternatives(judgement, proposal, words)),
    ):
        if points:
            lines += [title, *(f"• {point}" for point in points)]
            blocks.append(parts.section(parts.marked(_listed(title, points))))

    if judgement.verdict is Outcome.ASK:
        question = draft_question(proposal, client, contact, words)
        label = words.say("You could ask them like this:")
        lines += [label, question]
        blocks += [parts.section(parts.plain(label)), _to_copy(question)]

    if hangs_on:
        title = words.say("Assumed")
        lines += [title, *(f"• {point}" for point in hangs_on)]
        blocks.append(parts.context(parts.marked(_listed(title, hangs_on))))
    notes = [*_orientation(judgement, proposal, words), *_gaps(proposal, client, words)]
    notes.append(words.say("Rules as of {date}.", date=words.day(judgement.rulebook_date)))
    lines += notes
    blocks.append(parts.context(parts.plain(" ".join(notes))))
    return lines, blocks


def subject(proposal: Proposal, words: Words) -> str:
    """What was asked about, in one line: ``bottle of wine, $45, for Jane Smith at Ford``."""
    employer = parts.one_line(proposal.recipient.employer or "", _NAME)
    person = proposal.recipient.name
    if person:
        return words.say(
            "{gift}, for {person} at {employer}",
            gift=_gift(proposal, words),
            person=parts.one_line(person, _NAME),
            employer=employer,
        )
    return words.say("{gift}, for somebody at {employer}", gift=_gift(proposal, words), employer=employer)


def _gift(proposal: Proposal, words: Words) -> str:
    item = proposal.items[0]
    kind = item.category or "gift"
    pieces = [parts.one_line(item.description or words.say(CATEGORIES[kind]), _WHAT)]
    price = price_of(proposal)
    count = item.quantity or 1
    if price is not None and count > 1:
        pieces.append(
            words.say("{count} at {price} each", count=words.number(count), price=words.money(price))
        )
    elif price is not None:
        pieces.append(words.money(price))
    elif count > 1:
        pieces.append(words.say("{count} pieces", count=words.number(count)))
    return ", ".join(pieces)


def price_of(proposal: Proposal) -> Money | None:
    """The price of one piece, if it is known."""
    item = proposal.items[0]
    if item.unit_value is None:
        return None
    return Money(item.unit_value, item.currency or proposal.currency)


# --- Reasons ----------------------------------------------------------------------------------------------


def _deciding(judgement: Judgement) -> list[Finding]:
    """The rules to be named in the answer: where a gift is allowed one is enough, else each that stands in the way."""
    most = 1 if judgement.verdict is Outcome.ALLOWED else _DECIDING
    return [finding for finding in judgement.findings if finding.decisive][:most]


def _sentence(finding: Finding, judgement: Judgement, words: Words) -> str:
    """A rule's own sentence, and why it speaks so where that does not follow from its limit."""
    said = [finding.rule.summary[words.language]]
    said += [judgement.phrases[flag][words.language] for flag in finding.flags if flag in judgement.phrases]
    return _set(" ".join(said), words)


def _set(text: str, words: Words) -> str:
    """A sentence of a rule file, which is typed plainly, with the apostrophes and spaces of the reader's language."""
    if words.language != "fr":
        return text
    return _HIGH_MARKS.sub("\u202f\\1", text).replace("'", "’")


def _silence(judgement: Judgement, proposal: Proposal, words: Words) -> str:
    if judgement.silence == "paid_in_full":
        return words.say("The person pays the whole value, so nothing is given.")
    employer = parts.one_line(proposal.recipient.employer or "", _NAME)
    if judgement.silence == "no_rule_on_file":
        return words.say("No rule of {employer} is on file for this.", employer=employer)
    return words.say("No rule speaks against it.")


def _source(finding: Finding, words: Words, *, linked: bool) -> str:
    """Where a rule stands, how old the text is and how sure we are; with Slack's markup when `linked`."""
    rule = finding.rule
    title = parts.one_line(rule.source.title, 150)
    others = rule.layer == "house" and not rule.own_policy
    pieces = [words.say("A rule that binds whoever gives") if others else words.say(LAYERS[rule.layer])]
    pieces.append(words.say("source: {title}", title=title))
    if rule.source.text_date:
        pieces.append(words.say("text of {date}", date=parts.one_line(rule.source.text_date, 80)))
    if not rule.own_policy:
        if rule.source.checked not in finding.caveats:
            pieces.append(words.say(CHECKED[rule.source.checked]))
        if finding.caveats:
            caveats = words.listed([words.say(CHECKED[code]) for code in finding.caveats])
            pieces.append(words.say("take care: {caveats}", caveats=caveats))
    if not linked:
        return " · ".join(pieces)
    safe = [i18n.escape(piece) for piece in pieces]
    url = rule.source.url or ""
    if url.startswith(("https://", "http://")):
        link = f"<{i18n.escape(url).replace('|', '%7C')}|{i18n.escape(title)}>"
        safe[1] = safe[1].replace(i18n.escape(title), link, 1)
    return " · ".join(safe)


# --- Limits, duties, approvals ----------------------------------------------------------------------------


def _limits(judgement: Judgement, words: Words) -> list[str]:
    """What the limits leave: the first one that decides, then those that count over a time, also where they are kept.

    What is refused whatever its value has nothing left, and no limit is named.
    """
    limited = [f for f in judgement.findings if f.rule.threshold is not None and "lifted" not in f.flags]
    once = [f for f in limited if f.decisive and not _runs_over_time(f)]
    over_time = [f for f in limited if _runs_over_time(f)]
    if judgement.verdict is Outcome.NOT_ALLOWED:
        over_time = [f for f in over_time if f.decisive]
    lines = [line for finding in (*once[:1], *over_time) for line in _limit(finding, words)]
    return list(dict.fromkeys(lines))[:_LIMITS]


def _runs_over_time(finding: Finding) -> bool:
    limit = finding.rule.threshold
    if limit is None:
        return False
    return limit.per in _OVER_TIME or (limit.times is not None and limit.times_per in _OVER_TIME)


def _alternatives(judgement: Judgement, proposal: Proposal, words: Words) -> list[str]:
    """What would pass instead. A refusal always has something: thanks are forbidden nowhere."""
    said = [alternative(each, proposal, words) for each in judgement.alternatives]
    if not said and judgement.verdict is Outcome.NOT_ALLOWED:
        said.append(words.say("A word of thanks, spoken or written by hand"))
    return said


_OVER_TIME = ("calendar_month", "calendar_year", "rolling_12_months")


def _limit(finding: Finding, words: Words) -> Iterable[str]:
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


def _approvers(
    judgement: Judgement, words: Words, lead: Member | None, compliance: Sequence[Member]
) -> list[str]:
    """Who would have to agree; compliance where the rules name nobody."""
    if judgement.verdict is not Outcome.NEEDS_APPROVAL:
        return []
    codes = dict.fromkeys(each.code for each in judgement.obligations)
    said = [words.say(APPROVERS[code]) for code in codes if code in APPROVERS]
    if "lead_approval" in codes:
        name = parts.one_line(lead.name, _NAME) if lead is not None else ""
        said.append(
            words.say("your lead, {name}", name=name)
            if lead is not None
            else words.say("your lead (none is known yet: ask your admin)")
        )
    if "compliance_approval" in codes or not said:
        names = words.listed([parts.one_line(m.name, _NAME) for m in compliance[:3]], "or")
        said.append(
            words.say("compliance: {names}", names=names)
            if names
            else words.say("compliance (nobody is known yet: ask your admin)")
        )
    return said


_OUR_APPROVERS = frozenset(("lead_approval", "compliance_approval"))


def _duties(judgement: Judgement, words: Words) -> list[str]:
    if judgement.verdict is Outcome.NOT_ALLOWED:
        return []
    asked = judgement.verdict is Outcome.NEEDS_APPROVAL
    codes = dict.fromkeys(each.code for each in judgement.obligations)
    if judgement.verdict is Outcome.ASK:
        codes.pop("ask_recipient_policy", None)  # the verdict itself says so, with a question to send
    said = []
    for code in codes:
        if code in OBLIGATIONS:
            said.append(words.say(OBLIGATIONS[code]))
        elif code in APPROVERS and not asked:
            said.append(words.say("agreed to by: {who}", who=words.say(APPROVERS[code])))
        elif code not in APPROVERS and code not in _OUR_APPROVERS:
            said.append(code.replace("_", " "))  # a workspace's own rule files may bring codes of their own
    return said


# --- The question to them ---------------------------------------------------------------------------------


def client_words(proposal: Proposal, client: Client | None, contact: Contact | None, words: Words) -> Words:
    """The words to write to this recipient in: French where it is the first language of the place, else English."""
    place = proposal.recipient.jurisdiction or (client.market if client is not None else "")
    if not place:
        return words
    country, _, part = place.upper().partition("-")
    languages = get_official_languages(country)
    french = languages[:1] == ("fr",) or (country, part) == ("CA", "QC")
    tag = f"{'fr' if french else 'en'}_{country}"
    return i18n.words_for(tag if exists(tag) else ("fr-FR" if french else "en-US"))


def draft_question(proposal: Proposal, client: Client | None, contact: Contact | None, words: Words) -> str:
    """A question to the recipient, in their language, to be copied."""
    theirs = client_words(proposal, client, contact, words)
    person = proposal.recipient.name or (contact.name if contact is not None else "")
    greeting = (
        theirs.say("Hello {name},", name=parts.one_line(person, _NAME)) if person else theirs.say("Hello,")
    )
    offered = (
        theirs.say("I would like to invite you: {gift}.", gift=_gift(proposal, theirs))
        if proposal.items[0].category in _OUTINGS
        else theirs.say(
            "I would like to thank you with something small: {gift}.", gift=_gift(proposal, theirs)
        )
    )
    asked = theirs.say(
        "Before I do, I want to be sure that it puts you in no awkward position. May you accept it under the rules of "
        "{employer}? Is there a limit in value, or somebody who should agree first?",
        employer=parts.one_line(proposal.recipient.employer or "", _NAME),
    )
    ending = theirs.say("Kind regards")
    return f"{greeting}\n\n{offered} {asked}\n\n{ending}"


def _to_copy(text: str) -> Block:
    """A text set apart so that it can be copied as it stands."""
    element = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [element]}


# --- Notes ------------------------------------------------------------------------------------------------


_OUTINGS = frozenset(("meal", "refreshment", "entertainment", "event_attendance", "travel", "lodging"))


def _orientation(judgement: Judgement, proposal: Proposal, words: Words) -> list[str]:
    """What a gift usually costs, where that helps to choose one."""
    if (proposal.recipient.jurisdiction or "").partition("-")[0] != "US":
        return []
    if judgement.verdict is Outcome.NOT_ALLOWED or proposal.items[0].category in _OUTINGS:
        return []
    price = price_of(proposal)
    if price is not None and (price.currency != AVERAGE_GIFT.currency or price.amount <= AVERAGE_GIFT.amount):
        return []
    average = words.money(AVERAGE_GIFT)
    return [
        words.say(
            "For orientation: the average business gift in the United States is {average}.", average=average
        )
    ]


def _gaps(proposal: Proposal, client: Client | None, words: Words) -> list[str]:
    employer = parts.one_line(proposal.recipient.employer or "", _NAME)
    if client is None:
        return [words.say("{employer} is not in the book: judged by its name alone.", employer=employer)]
    if not proposal.recipient.name:
        return [words.say("Nobody is named, so what one person received before is not counted.")]
    return []


def _listed(title: str, points: Sequence[str]) -> str:
    return "\n".join([f"*{i18n.escape(title)}*", *(f"• {i18n.escape(point)}" for point in points)])


def _buttons(judgement: Judgement, words: Words, check_id: int, questions: int, *, registered: bool) -> Block:
    value = parts.value_of(check=check_id)
    elements = []
    if judgement.verdict is Outcome.ALLOWED and not registered:
        elements.append(parts.button(words.say("I gave it"), "gift.given", value, primary=True))
    if questions:
        label = words.count("Answer {n} question", "Answer {n} questions", questions)
        elements.append(parts.button(label, "gift.questions", value))
    elements.append(
        parts.button(
            words.say("Change"), "gift.change", value, spoken=words.say("Change the gift and check again")
        )
    )
    elements.append(parts.button(words.say("Show all rules"), "gift.rules", value))
    return parts.actions(*elements)


# --- All rules --------------------------------------------------------------------------------------------


def rules(judgement: Judgement, proposal: Proposal, words: Words) -> Message:
    """Every rule that spoke, strictest first, each with its source."""
    title = words.say("All rules that apply")
    about = subject(proposal, words)
    lines = [words.say("{label}: {value}", label=title, value=about)]
    blocks: list[Block] = [parts.header(title), parts.section(parts.plain(about))]
    shown = judgement.findings[:_RULES_SHOWN]
    for finding in shown:
        said = _sentence(finding, judgement, words)
        outcome = _by_itself(finding, words)
        limits = " ".join(_limit(finding, words))
        whole = " ".join(piece for piece in (said, limits) if piece)
        lines.append(words.say("• {label}: {value}", label=outcome, value=whole))
        blocks.append(parts.section(parts.marked(f"*{i18n.escape(outcome)}*\n{i18n.escape(whole)}")))
        blocks.append(parts.context(parts.marked(_source(finding, words, linked=True))))
    rest = len(judgement.findings) - len(shown)
    notes = [words.count("{n} more rule spoke.", "{n} more rules spoke.", rest)] if rest else []
    if not judgement.findings:
        notes.append(_silence(judgement, proposal, words))
    notes += [_rate(each, words) for each in judgement.valuation.conversions]
    notes += [_tax(note, words) for note in judgement.tax]
    notes.append(
        words.say(
            "Rulebook {version} of {date}.",
            version=judgement.rulebook_version,
            date=words.day(judgement.rulebook_date),
        )
    )
    lines += notes
    blocks.append(parts.context(parts.plain(" ".join(notes))))
    return parts.told("\n".join(lines), blocks)


def _by_itself(finding: Finding, words: Words) -> str:
    """What a rule comes to: its own verdict, or that an exception lifts it or that it only informs."""
    if "lifted" in finding.flags:
        return words.say("Lifted by an exception")
    if finding.outcome is None:
        return words.say("To be noted")
    return words.say(VERDICTS[finding.outcome.word])


def _rate(of: Conversion, words: Words) -> str:
    """The exchange rate that was used, or that was wanted and is not known."""
    if of.quote is None:
        return words.say("No rate from {source} to {target} is known.", source=of.source, target=of.target)
    return words.say(
        "Converted at {rate} {target} for one {source}, the rate of {day}.",
        rate=words.number(of.quote.rate.quantize(_RATE_SHOWN)),
        target=of.target,
        source=of.source,
        day=words.day(of.quote.day),
    )


def _tax(note: TaxNote, words: Words) -> str:
    if note.value is None:
        return words.say("Tax: the amount that may be deducted is not known.")
    if isinstance(note.value, Decimal):
        value = words.money(Money(note.value, note.currency or "USD"))
        return words.say("Tax: {value} may be deducted.", value=value)
    return words.say(_TAX[note.name, note.value])


_TAX = {
    ("counts_toward_cap", True): i18n.message("Tax: it counts toward the yearly cap."),
    ("counts_toward_cap", False): i18n.message("Tax: it does not count toward the yearly cap."),
    ("vat_recoverable", True): i18n.message("Tax: the VAT can be recovered."),
    ("vat_recoverable", False): i18n.message("Tax: the VAT cannot be recovered."),
    ("deductible", True): i18n.message("Tax: it may be deducted."),
    ("deductible", False): i18n.message("Tax: it may not be deducted."),
}

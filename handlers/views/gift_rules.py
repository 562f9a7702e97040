"""All rules that spoke in a gift check, with the rates and tax notes that went into it."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.gifts.judgement import Conversion, Finding, Judgement, TaxNote
from bot.domain.gifts.proposal import Proposal
from bot.domain.money import Money
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_findings import limits_of, sentence, silence, source
from handlers.views.gift_subject import subject, verdict_words

_RULES_SHOWN = 20
_RATE_SHOWN = Decimal("0.0001")


def rules(judgement: Judgement, proposal: Proposal, words: Words, *, outdated: bool = False) -> Message:
    """Every rule that spoke, strictest first, each with its source; `outdated`: the rules have changed since."""
    title = words.say("All rules that apply")
    about = subject(proposal, words)
    lines = [words.say("{label}: {value}", label=title, value=about)]
    blocks: list[Block] = [parts.header(title), parts.section(parts.plain(about))]
    shown = judgement.findings[:_RULES_SHOWN]
    for finding in shown:
        said = sentence(finding, judgement, words)
        outcome = _by_itself(finding, proposal, words)
        limits = " ".join(limits_of(finding, words))
        whole = " ".join(piece for piece in (said, limits) if piece)
        lines.append(words.say("• {label}: {value}", label=outcome, value=whole))
        blocks.append(parts.section(parts.marked(f"*{i18n.escape(outcome)}*\n{i18n.escape(whole)}")))
        blocks.append(parts.context(parts.marked(source(finding, words, linked=True))))
    rest = len(judgement.findings) - len(shown)
    notes = [words.count("{n} more rule spoke.", "{n} more rules spoke.", rest)] if rest else []
    if not judgement.findings:
        notes.append(silence(judgement, proposal, words))
    notes += [_rate(each, words) for each in judgement.valuation.conversions]
    notes += [_tax(note, words) for note in judgement.tax]
    notes.append(
        words.say(
            "Rulebook {version} of {date}.",
            version=judgement.rulebook_version,
            date=words.day(judgement.rulebook_date),
        )
    )
    if outdated:
        notes.append(words.say("The rules have changed since; these are the ones that judged it."))
    lines += notes
    blocks.append(parts.context(parts.plain(" ".join(notes))))
    return parts.told("\n".join(lines), blocks)


def _by_itself(finding: Finding, proposal: Proposal, words: Words) -> str:
    """What a rule comes to: its own verdict, or that an exception lifts it or that it only informs."""
    if "lifted" in finding.flags:
        return words.say("Lifted by an exception")
    if finding.outcome is None:
        return words.say("To be noted")
    return verdict_words(finding.outcome.word, proposal, words)


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

"""What a check answers: the verdict, the rules that spoke, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.domain.gifts.rates import Quote
from bot.domain.gifts.rules import Outcome, Rule

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that spoke.

    `outcome` is what the rule by itself comes to (None for a rule that only reports or counts);
    `counts_as` what it contributed to the verdict, None when an exception lifted it or it merely informs.
    `used` counts this gift in the currency of the rule's limit, `remaining` is what is left of it afterwards,
    `times_used` how often, this gift included. `flags` say what made the rule speak so: ``near_limit``
    (decided by a person because a conversion came within 5 % of the limit), ``value_unknown``, ``doubtful``,
    ``lifted``. `caveats` say why the source deserves care: ``secondary``, ``unverified``, ``undated``, ``old``.
    """

    rule: Rule
    outcome: Outcome | None
    counts_as: Outcome | None
    decisive: bool
    items: tuple[int, ...]
    used: Decimal | None = None
    remaining: Decimal | None = None
    times_used: int | None = None
    flags: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that must be done even so, and the rule that asks it."""

    code: str
    rule: str


@dataclass(frozen=True, slots=True)
class Report:
    """Whether a transparency or disclosure rule wants this gift reported, and with what amount."""

    rule: str
    reportable: bool
    amount: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class TaxNote:
    """Information for the books, never a verdict: `name` is deductible, counts_toward_cap or vat_recoverable.

    `value` is an amount for ``deductible``, else true or false; None means that the figure is not known.
    """

    rule: str
    name: str
    value: Decimal | bool | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact that was left out and on which the verdict hangs: with `other` it would be `verdict_if_other`."""

    key: str
    assumed: object
    other: object
    verdict_if_other: Outcome


@dataclass(frozen=True, slots=True)
class Alternative:
    """A near thing that would be allowed, proved by judging it: `changes` maps keys to their new values.

    `kind` is one of ``host_present``, ``no_guests``, ``to_recipient``, ``with_presentation``,
    ``after_decision``, ``fewer_pieces``, ``lower_value``, ``other_category``, ``later_date``,
    ``smaller_category`` (another category and a lower value), ``offer_to_all``, ``recipient_pays``.
    """

    kind: str
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ItemValue:
    """What one item counts for at its public price; None where no value was stated."""

    index: int
    value: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class RegimeValue:
    """What the whole gift counts for under one regime's own way of counting."""

    regime: str
    valued: str
    total: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """An exchange rate that was used, or that was needed and is not on file (`quote` is None)."""

    source: str
    target: str
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Valuation:
    items: tuple[ItemValue, ...]
    total: Decimal | None
    currency: str
    regimes: tuple[RegimeValue, ...]
    conversions: tuple[Conversion, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole answer. `silence` tells why nothing spoke where the verdict rests on the absence of rules:
    ``no_rule_on_file``, ``paid_in_full``, or None.

    `assumptions` and `alternatives` are filled when the judge was asked to explain.
    """

    verdict: Outcome
    findings: tuple[Finding, ...]
    obligations: tuple[Obligation, ...]
    reporting: tuple[Report, ...]
    tax: tuple[TaxNote, ...]
    valuation: Valuation
    rulebook_version: str
    rulebook_date: date
    phrases: Mapping[str, Mapping[str, str]]
    silence: str | None = None
    assumptions: tuple[Assumption, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    def as_json(self, language: str = "en") -> Json:
        """The answer in the fixed interface's words; amounts are strings, dates ISO, reasons in `language`."""
        return {
            "verdict": self.verdict.word,
            "findings": [self._finding(finding, language) for finding in self.findings],
            "obligations": [{"code": each.code, "rule": each.rule} for each in self.obligations],
            "reporting": [
                {
                    "rule": each.rule,
                    "reportable": each.reportable,
                    "amount": _plain(each.amount),
                    "currency": each.currency,
                }
                for each in self.reporting
            ],
            "tax": [_tax_note(each) for each in self.tax],
            "assumptions": [
                {
                    "key": each.key,
                    "assumed": _plain(each.assumed),
                    "other": _plain(each.other),
                    "verdict_if_other": each.verdict_if_other.word,
                }
                for each in self.assumptions
            ],
            "alternatives": [
                {
                    "kind": each.kind,
                    "changes": {key: _plain(value) for key, value in each.changes.items()},
                    "verdict": Outcome.ALLOWED.word,
                }
                for each in self.alternatives
            ],
            "valuation": _valuation(self.valuation),
            "rulebook": {"version": self.rulebook_version, "date": self.rulebook_date.isoformat()},
        }

    def _finding(self, finding: Finding, language: str) -> Json:
        rule = finding.rule
        limit = rule.threshold
        threshold: Json | None = None
        if limit is not None:
            threshold = {
                "amount": _plain(limit.amount if limit.amount is not None else limit.above),
                "currency": None if limit.currency == "XXX" else limit.currency,
                "per": limit.per,
                "inclusive": limit.inclusive,
                "times": limit.times,
            }
        said = [rule.summary[language]]
        said.extend(self.phrases[flag][language] for flag in finding.flags if flag in self.phrases)
        return {
            "rule": rule.id,
            "layer": rule.layer,
            "effect": rule.effect,
            "decisive": finding.decisive,
            "reason": " ".join(said),
            "threshold": threshold,
            "used": _plain(finding.used),
            "remaining": _plain(finding.remaining),
            "source_title": rule.source.title,
            "source_url": rule.source.url,
            "checked": rule.source.checked,
            "text_date": rule.source.text_date,
        }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _tax_note(note: TaxNote) -> Json:
    shown: Json = {"rule": note.rule, note.name: _plain(note.value)}
    if note.name == "deductible":
        shown["currency"] = note.currency
    return shown


def _valuation(valuation: Valuation) -> Json:
    return {
        "items": [
            {"index": each.index, "value": _plain(each.value), "currency": each.currency}
            for each in valuation.items
        ],
        "total": _plain(valuation.total),
        "currency": valuation.currency,
        "regimes": [
            {
                "regime": each.regime,
                "valued": each.valued,
                "total": _plain(each.total),
                "currency": each.currency,
            }
            for each in valuation.regimes
        ],
        "conversions": [
            {
                "from": each.source,
                "to": each.target,
                "rate": None if each.quote is None else format(each.quote.rate.normalize(), "f"),
                "date": None if each.quote is None else each.quote.day.isoformat(),
            }
            for each in valuation.conversions
        ],
    }

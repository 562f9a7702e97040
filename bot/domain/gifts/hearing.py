"""One proposal held against a rulebook.

Regime by regime the rules speak about each item, exceptions first; an exception beats the prohibition that it
belongs to. Between regimes and layers the strictest answer wins. Where no rule of the recipient's side speaks
about an item, and our own policy does not already refuse it, the answer is to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.domain.gifts.book import Docket, Rulebook
from bot.domain.gifts.facts import Situation
from bot.domain.gifts.judgement import (
    Conversion,
    Finding,
    ItemValue,
    Judgement,
    Obligation,
    RegimeValue,
    Report,
    TaxNote,
    Valuation,
)
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.rates import Rates
from bot.domain.gifts.rules import LAYERS, OUTCOMES, PLAIN, Counting, Outcome, Rule
from bot.domain.gifts.valuation import Ledger, Measure, Place, Till, Worth

_CENT = Decimal("0.01")
_NOTHING = Decimal(0)
#: A rule and the places of the items it is about.
Concern = tuple[Rule, Sequence[int]]
_RECIPIENT_LAYERS = frozenset(("employer", "public_official", "healthcare", "financial"))


@dataclass(slots=True)
class Speech:
    """What one rule says about one item; `counts_as` is settled once all rules of the regime have spoken."""

    rule: Rule
    index: int
    outcome: Outcome | None
    measure: Measure | None = None
    flags: tuple[str, ...] = ()
    counts_as: Outcome | None = None
    lifted: bool = False

    @property
    def is_exception(self) -> bool:
        """Whether the rule lifts others here, rather than standing for itself."""
        milder = self.outcome in (Outcome.ALLOWED, Outcome.NEEDS_APPROVAL)
        return milder and (self.rule.lifts_all or bool(self.rule.lifts))

    def lifts(self, other: Rule) -> bool:
        """Whether this is an exception to the other rule."""
        if other.id in self.rule.lifts:
            return True
        return self.rule.lifts_all and not other.absolute and other.id != self.rule.id


@dataclass(slots=True)
class Hearing:
    """All that was said about one proposal."""

    proposal: Proposal
    till: Till
    situations: list[Situation]
    docket: Docket
    categories: frozenset[str]
    speeches: list[Speech] = field(default_factory=list)
    #: What the speeches of each regime were, before one regime gives way to another.
    heard: dict[str, list[Speech]] = field(default_factory=dict)
    #: Which rules of each regime were found to be about some item.
    concerned: dict[str, Sequence[Concern]] = field(default_factory=dict)

    def hear(self, name: str, speeches: list[Speech]) -> None:
        """Take down what the rules of one regime have said."""
        self.heard[name] = speeches
        self.speeches.extend(speeches)

    def of(self, index: int) -> Iterable[Speech]:
        """What was said about one item."""
        return (speech for speech in self.speeches if speech.index == index)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A hearing that is over, its outcome, and what silence means where the outcome rests on that."""

    hearing: Hearing
    outcome: Outcome
    silence: str | None


def verdict(
    proposal: Proposal,
    rulebook: Rulebook,
    *,
    rates: Rates,
    cautious: bool = False,
    ledger: Ledger | None = None,
) -> Outcome:
    """The bare verdict, without findings. Variants of one proposal are judged faster with one `ledger`."""
    hearing = opened(proposal, rulebook, Till(proposal, rates, ledger))
    if hear_side(hearing, hearing.docket.theirs, cautious=cautious):
        return Outcome.NOT_ALLOWED
    remember_whether_on_file(hearing, rulebook)
    if hear_side(hearing, hearing.docket.ours, cautious=cautious):
        return Outcome.NOT_ALLOWED
    return concluded(hearing)[0]


def hear_side(hearing: Hearing, names: Iterable[str], *, cautious: bool) -> bool:
    """Hear these regimes until one refuses for good, and tell whether one did: nothing is stricter than that."""
    for name in names:
        speeches = hear_regime(hearing, name, cautious=cautious)
        if refuses(speeches):
            return True
        hearing.hear(name, speeches)
    return False


def refuses(speeches: Iterable[Speech]) -> bool:
    """Whether somebody refuses who does not give way to anybody else."""
    return any(speech.counts_as is Outcome.NOT_ALLOWED and not speech.rule.yields_to for speech in speeches)


def decide(proposal: Proposal, rulebook: Rulebook, *, rates: Rates, cautious: bool = False) -> Judgement:
    """The verdict with everything that explains it, except assumptions and alternatives."""
    return judgement_of(hear(proposal, rulebook, rates, cautious=cautious), rulebook)


def judgement_of(heard: Verdict, rulebook: Rulebook) -> Judgement:
    """What a hearing that is over comes to."""
    hearing, outcome = heard.hearing, heard.outcome
    return Judgement(
        verdict=outcome,
        findings=_findings(hearing, outcome),
        obligations=_obligations(hearing),
        reporting=_reports(hearing),
        tax=_taxes(hearing),
        valuation=_valuation(hearing),
        rulebook_version=rulebook.version,
        rulebook_date=rulebook.date,
        phrases=rulebook.phrases,
        silence=heard.silence,
    )


def hear(proposal: Proposal, rulebook: Rulebook, rates: Rates, *, cautious: bool) -> Verdict:
    """Hear everybody: the whole hearing, the verdict, and what silence means where it rests on that."""
    hearing = opened(proposal, rulebook, Till(proposal, rates))
    for name in hearing.docket.theirs:
        hearing.hear(name, hear_regime(hearing, name, cautious=cautious))
    remember_whether_on_file(hearing, rulebook)
    for name in hearing.docket.ours:
        hearing.hear(name, hear_regime(hearing, name, cautious=cautious))
    return Verdict(hearing, *concluded(hearing))


def opened(proposal: Proposal, rulebook: Rulebook, till: Till) -> Hearing:
    """A hearing at which nobody has spoken yet. The till may be that of a proposal that counts for the same."""
    official = any(code in rulebook.public_offices for code in proposal.recipient.regimes or ())
    return Hearing(
        proposal,
        till,
        [Situation(proposal, item, official=official) for item in proposal.items],
        rulebook.docket(proposal),
        frozenset(item.category or "gift" for item in proposal.items),
    )


def remember_whether_on_file(hearing: Hearing, rulebook: Rulebook) -> None:
    """Tell our own rules, which speak last, whether the recipient's side has spoken about each item."""
    codes = hearing.proposal.recipient.regimes or ()
    for index, situation in enumerate(hearing.situations):
        situation.recipient_rule_on_file = _on_file(hearing, index, codes, rulebook)


def concluded(hearing: Hearing) -> tuple[Outcome, str | None]:
    """The verdict over all items once every rule has spoken, and what its silence means if it rests on that."""
    _yield(hearing)
    paid = hearing.till.paid_in_full(PLAIN)
    outcome = Outcome.ALLOWED
    silence: str | None = None
    for index, situation in enumerate(hearing.situations):
        strictest = max(
            (speech.counts_as for speech in hearing.of(index) if speech.counts_as is not None),
            default=Outcome.ALLOWED,
        )
        if strictest <= Outcome.ASK and not situation.recipient_rule_on_file:
            if paid:
                silence = silence or "paid_in_full"
            elif not _our_own_person(hearing.proposal, hearing, index):
                strictest = Outcome.ASK
                silence = "no_rule_on_file"
        outcome = max(outcome, strictest)
    # Where somebody wants approval or refuses, the verdict rests on that, whatever no rule says of another item.
    return outcome, silence if outcome in (Outcome.ALLOWED, Outcome.ASK) else None


def _our_own_person(proposal: Proposal, hearing: Hearing, index: int) -> bool:
    """What we receive is judged by our own policy, which is then the recipient's employer's."""
    return proposal.direction == "received" and any(
        speech.rule.own_policy and speech.outcome is not None for speech in hearing.of(index)
    )


def _on_file(hearing: Hearing, index: int, codes: Sequence[str], rulebook: Rulebook) -> bool:
    """Whether the recipient's side has a rule about this item: each public office held, else any of its rules."""
    spoken: set[str] = set()
    anything = False
    for speech in hearing.of(index):
        rule = speech.rule
        if speech.outcome is None or rule.layer not in _RECIPIENT_LAYERS:
            continue
        if rule.within is None and "near_limit" in speech.flags:
            continue  # inside its limit it says nothing, and this may be inside: being near it is no answer
        if rule.scope.regimes or rule.scope.employers:
            anything = True
            spoken.update(rule.scope.regimes)
    must_speak = [
        code for code in codes if code in rulebook.public_offices or code not in rulebook.known_codes
    ]
    return all(code in spoken for code in must_speak) if must_speak else anything


def _whom_it_concerns(hearing: Hearing, name: str) -> Sequence[Concern]:
    """The rules of one regime that are about some item in these circumstances, exceptions first."""
    if name not in hearing.concerned:
        rules = hearing.docket.about(name, hearing.categories)
        places = range(len(hearing.situations))
        found = [(rule, [index for index in places if concerns(rule, hearing, index)]) for rule in rules]
        hearing.concerned[name] = [(rule, concerned) for rule, concerned in found if concerned]
    return hearing.concerned[name]


def hear_regime(hearing: Hearing, name: str, *, cautious: bool) -> list[Speech]:
    """Let each rule of one regime speak, exceptions first, and settle what each speech counts as."""
    concerned = _whom_it_concerns(hearing, name)
    if not concerned:
        return []
    spoken: dict[int, list[Speech]] = {index: [] for index in range(len(hearing.situations))}
    for rule, places in concerned:
        counted = _counted(rule, places, spoken) if len(spoken) > 1 else places
        for index in places:
            speech = _speak(rule, hearing, index, counted if index in counted else [*counted, index])
            if speech is not None:
                if cautious and speech.outcome is Outcome.ALLOWED and not rule.own_policy:
                    _doubt(speech, hearing)
                spoken[index].append(speech)
    heard: list[Speech] = []
    for index, speeches in spoken.items():
        _settle(speeches)
        if any(speech.counts_as is Outcome.NOT_ALLOWED for speech in speeches):
            speeches.extend(_afterwards(hearing.docket.regimes[name], hearing, index))
        heard.extend(speeches)
    return heard


def _counted(rule: Rule, places: Iterable[int], spoken: Mapping[int, Iterable[Speech]]) -> list[int]:
    """The items that count together under the rule's limit: those that no exception to it allows."""
    return [
        index
        for index in places
        if not any(
            speech.outcome is Outcome.ALLOWED and speech.is_exception and speech.lifts(rule)
            for speech in spoken[index]
        )
    ]


def places_of_limits(hearing: Hearing, name: str) -> list[tuple[Place, bool]]:
    """Where the only item of a proposal stands in relation to each limit of a regime that is about it.

    That, and whether it is too small to count, is all that a verdict takes from what the item is worth.
    """
    till = hearing.till
    return [
        (till.measure(rule, 0, (0,)).place, till.ignored(rule, 0))
        for rule, _ in _whom_it_concerns(hearing, name)
        if rule.threshold is not None
    ]


def concerns(rule: Rule, hearing: Hearing, index: int) -> bool:
    """Whether the rule is about this item in these circumstances."""
    situation = hearing.situations[index]
    if (situation.item.category or "gift") not in rule.categories:
        return False
    if hearing.proposal.context.recipient_pays:
        situation.paid_in_full = hearing.till.paid_in_full(rule.counting)
        # What covers the value as this rule counts it, but not the price to the public, leaves something given. Were
        # the rule silent there, a dearer gift about which it speaks could be judged milder than a cheaper one.
        nothing_given = situation.paid_in_full and hearing.till.paid_in_full(PLAIN)
        if nothing_given and not rule.even_if_paid:
            return False
    if rule.when is not None and not rule.when.holds(situation):
        return False
    return rule.unless is None or not rule.unless.holds(situation)


def _speak(rule: Rule, hearing: Hearing, index: int, counted: Sequence[int]) -> Speech | None:
    """What the rule says; None when its limit keeps it silent."""
    situation = hearing.situations[index]
    if rule.effect == "counting" or (rule.exempts and rule.effect != "report"):
        return Speech(rule, index, None)
    satisfied = rule.satisfied_when is not None and rule.satisfied_when.holds(situation)
    if rule.threshold is None:
        if rule.effect == "report":
            return Speech(rule, index, rule.over)
        outcome = Outcome.ALLOWED if satisfied and rule.over is Outcome.NEEDS_APPROVAL else rule.over
        return None if outcome is None else Speech(rule, index, outcome)
    measure = hearing.till.measure(rule, index, counted)
    if hearing.till.ignored(rule, index) and measure.place is Place.OVER and rule.threshold.times is None:
        measure = replace(measure, place=Place.WITHIN)
    if rule.effect == "report":
        outcome = rule.over if measure.place is Place.OVER else rule.within
        if rule.over is not None and measure.place in (Place.NEAR, Place.UNKNOWN, Place.UNRATED):
            outcome = max(Outcome.NEEDS_APPROVAL, outcome or Outcome.NEEDS_APPROVAL)
        return Speech(rule, index, outcome, measure)
    outcome, flags = _outcome(rule, measure.place)
    if outcome is None:
        return None
    if satisfied and outcome is Outcome.NEEDS_APPROVAL and (not flags or (rule.over or 0) <= outcome):
        outcome = Outcome.ALLOWED  # but what may be more than anybody could approve still has to be looked at
    return Speech(rule, index, outcome, measure, flags)


def _outcome(rule: Rule, place: Place) -> tuple[Outcome | None, tuple[str, ...]]:
    if place is Place.SILENT:
        return None, ()
    if place is Place.WITHIN:
        return rule.within, ()
    if place is Place.OVER:
        return rule.over, ()
    # What a rule says of a gift whose value nobody knows does not allow one whose value was told and is not understood.
    if rule.unknown is not None and (
        place is Place.UNKNOWN or (place is Place.UNRATED and rule.unknown != "allow")
    ):
        return OUTCOMES[rule.unknown], ()
    flag = ("near_limit",) if place is Place.NEAR else ("value_unknown",)
    if rule.within is rule.over:
        return rule.within, ()
    if place in (Place.UNKNOWN, Place.UNRATED) and rule.over is None and rule.effect == "allow":
        return None, ()  # an exception has to be shown, not guessed
    return max(Outcome.NEEDS_APPROVAL, rule.within or Outcome.ALLOWED), flag


def _doubt(speech: Speech, hearing: Hearing) -> None:
    if speech.rule.caveats(hearing.proposal.date):
        speech.outcome = Outcome.NEEDS_APPROVAL
        speech.flags = (*speech.flags, "doubtful")


def _settle(speeches: Sequence[Speech]) -> None:
    """Decide what each speech of one regime about one item contributes to the verdict."""
    exceptions = [speech for speech in speeches if speech.is_exception]
    for speech in speeches:
        if speech.outcome is Outcome.ALLOWED:
            speech.counts_as = Outcome.ALLOWED
            continue
        if speech.outcome is None or _merely_a_way_out(speech, speeches):
            continue
        ways_out = [way for way in exceptions if way is not speech and way.lifts(speech.rule)]
        if not ways_out:
            speech.counts_as = speech.outcome
            continue
        speech.lifted = True
        price = min(way.outcome or Outcome.ALLOWED for way in ways_out)
        if price is Outcome.NEEDS_APPROVAL:
            for way in ways_out:
                way.counts_as = Outcome.NEEDS_APPROVAL


def _merely_a_way_out(speech: Speech, speeches: Sequence[Speech]) -> bool:
    """An exception by approval counts only as the price of what it lifts, where there is something to lift."""
    if not speech.is_exception:
        return False
    return any(
        other.outcome in (Outcome.ASK, Outcome.NOT_ALLOWED, Outcome.NEEDS_APPROVAL)
        and speech.lifts(other.rule)
        for other in speeches
        if other is not speech and not other.is_exception
    )


def _afterwards(rules: Sequence[Rule], hearing: Hearing, index: int) -> list[Speech]:
    """Rules that tell what to do once the regime has refused; they add to the answer, not to the verdict."""
    found: list[Speech] = []
    for rule in rules:
        if rule.only_if_forbidden and concerns(rule, hearing, index):
            measure = None
            if rule.threshold is not None:
                measure = hearing.till.measure(rule, index, [index])
            found.append(Speech(rule, index, None, measure))
    return found


def _yield(hearing: Hearing) -> None:
    """A general law gives way where the body of rules made under it has spoken."""
    if not any(speech.rule.yields_to for speech in hearing.speeches):
        return
    spoken = {(speech.rule.regime, speech.index) for speech in hearing.speeches if speech.outcome is not None}
    hearing.speeches = [
        replace(speech, counts_as=None, lifted=True)
        if speech.counts_as is not None
        and any((regime, speech.index) in spoken for regime in speech.rule.yields_to)
        else speech
        for speech in hearing.speeches
    ]


def _findings(hearing: Hearing, outcome: Outcome) -> tuple[Finding, ...]:
    by_rule: dict[str, list[Speech]] = {}
    for speech in hearing.speeches:
        if speech.rule.effect == "report" and not _reportable(speech, hearing):
            continue  # exempt or below the line nothing has to be reported; the reporting list says so
        by_rule.setdefault(speech.rule.id, []).append(speech)
    found = [_finding(speeches, hearing, outcome) for speeches in by_rule.values()]
    return tuple(sorted(found, key=_strictest_first))


def _finding(speeches: Sequence[Speech], hearing: Hearing, outcome: Outcome) -> Finding:
    first = min(speeches, key=lambda each: (-(each.counts_as or 0), -(each.outcome or 0), each.index))
    rule = first.rule
    asks = outcome is Outcome.ASK and rule.over is Outcome.ASK and first.outcome is Outcome.ASK
    return Finding(
        rule=rule,
        outcome=first.outcome,
        counts_as=first.counts_as,
        decisive=asks or (first.counts_as is not None and first.counts_as is outcome),
        items=tuple(sorted({speech.index for speech in speeches})),
        used=first.measure.used if first.measure else None,
        remaining=first.measure.remaining if first.measure else None,
        times_used=first.measure.times_used if first.measure else None,
        flags=(*first.flags, "lifted") if first.lifted else first.flags,
        caveats=() if rule.own_policy else rule.caveats(hearing.proposal.date),
    )


def _strictest_first(finding: Finding) -> tuple[int, int, int, str]:
    return (
        -(finding.counts_as or 0),
        -(finding.outcome or 0),
        LAYERS.index(finding.rule.layer),
        finding.rule.id,
    )


def _obligations(hearing: Hearing) -> tuple[Obligation, ...]:
    found: set[tuple[str, str]] = set()
    for speech in hearing.speeches:
        rule = speech.rule
        if speech.lifted or (speech.is_exception and speech.counts_as is None):
            continue
        codes = list(rule.obligations)
        if speech.measure is None:
            codes.extend(rule.obligations_over)
        elif speech.measure.place is Place.WITHIN:
            codes.extend(rule.obligations_within)
        else:
            codes.extend(rule.obligations_over)
        if rule.effect == "report" and not _reportable(speech, hearing):
            codes = list(rule.obligations_within)
        found.update((code, rule.id) for code in codes)
    return tuple(Obligation(code, rule) for code, rule in sorted(found))


def _reportable(speech: Speech, hearing: Hearing) -> bool:
    """Whether a duty to report falls due; near the line or without a known value it does."""
    due = speech.measure is None or speech.measure.place in (
        Place.OVER,
        Place.NEAR,
        Place.UNKNOWN,
        Place.UNRATED,
    )
    return due and not _exempted(speech, hearing)


def _exempted(speech: Speech, hearing: Hearing) -> bool:
    return any(speech.rule.id in other.rule.exempts for other in hearing.of(speech.index))


def _reports(hearing: Hearing) -> tuple[Report, ...]:
    found: dict[str, Report] = {}
    for speech in hearing.speeches:
        rule = speech.rule
        if rule.effect != "report" or rule.layer == "house" or _exempted(speech, hearing):
            continue
        over = _reportable(speech, hearing)
        item = hearing.proposal.items[speech.index]
        if rule.threshold is not None and rule.threshold.currency != "XXX":
            currency = rule.threshold.currency
        else:
            currency = hearing.till.currency(item)
        before = found.get(rule.id)
        amount = _sum(hearing, rule.counting, currency)
        found[rule.id] = Report(rule.id, over or (before is not None and before.reportable), amount, currency)
    return tuple(found[name] for name in sorted(found))


def _sum(hearing: Hearing, counting: Counting, currency: str) -> Decimal | None:
    total = Worth(_NOTHING)
    for index, item in enumerate(hearing.proposal.items):
        total += hearing.till.into(currency, hearing.till.currency(item), hearing.till.line(index, counting))
    return total.least.quantize(_CENT) if total.exact else None


def _taxes(hearing: Hearing) -> tuple[TaxNote, ...]:
    if hearing.proposal.direction == "received":
        return ()  # what we receive is in the giver's books
    notes: list[TaxNote] = []
    for rules in hearing.docket.regimes.values():
        for rule in rules:
            if rule.tax is None:
                continue
            concerned = [index for index in range(len(hearing.situations)) if concerns(rule, hearing, index)]
            if concerned:
                notes.append(_tax_note(rule, hearing, concerned))
    return tuple(sorted(notes, key=lambda note: note.rule))


def _tax_note(rule: Rule, hearing: Hearing, concerned: Sequence[int]) -> TaxNote:
    tax = rule.tax
    if tax is None:
        raise ValueError(f"rule {rule.id} reports nothing for the books")
    till = hearing.till
    limit = rule.threshold
    item = hearing.proposal.items[concerned[0]]
    currency = limit.currency if limit is not None and limit.amount is not None else till.currency(item)
    worth = Worth(_NOTHING)
    for index in concerned:
        source = till.currency(hearing.proposal.items[index])
        worth += till.into(currency, source, till.line(index, rule.counting))
    measure = till.measure(rule, concerned[0], concerned) if limit is not None else None
    known = tax.known and (measure is None or measure.place not in (Place.UNKNOWN, Place.UNRATED, Place.NEAR))
    if tax.kind == "counts":
        counts = tax.counts if measure is None else measure.place is Place.OVER
        return TaxNote(rule.id, "counts_toward_cap", counts if known else None, None)
    if tax.kind == "vat":
        inside = measure is not None and measure.place is Place.WITHIN
        return TaxNote(rule.id, "vat_recoverable", inside if known else None, None)
    if not worth.exact or not (known if tax.kind == "deductible_cliff" else tax.known):
        return TaxNote(rule.id, "deductible", None, currency)
    amount = _NOTHING
    if tax.kind == "deductible_share" and tax.share is not None:
        situation = hearing.situations[concerned[0]]
        if tax.share_when is None or tax.share_when.holds(situation):
            amount = worth.least * tax.share
    elif tax.kind == "deductible_cliff" and measure is not None:
        amount = worth.least if measure.place is Place.WITHIN else _NOTHING
    elif tax.kind == "deductible_up_to" and measure is not None and measure.used is not None:
        earlier = measure.used - worth.least
        cap = limit.amount if limit is not None and limit.amount is not None else _NOTHING
        amount = max(min(worth.least, cap - earlier), _NOTHING)
    return TaxNote(rule.id, "deductible", amount.quantize(_CENT), currency)


def _valuation(hearing: Hearing) -> Valuation:
    till = hearing.till
    proposal = hearing.proposal
    items = tuple(
        ItemValue(
            index, worth.least if (worth := till.line(index, PLAIN)).exact else None, till.currency(item)
        )
        for index, item in enumerate(proposal.items)
    )
    currency = till.currency(proposal.items[0])
    regimes: dict[tuple[str, Counting], RegimeValue] = {}
    for speech in hearing.speeches:
        rule = speech.rule
        if speech.measure is not None and rule.threshold is not None and rule.threshold.amount is not None:
            key = (rule.regime, rule.counting)
            if key not in regimes:
                money = rule.threshold.currency
                total = _sum(hearing, rule.counting, money)
                regimes[key] = RegimeValue(rule.regime, rule.counting.valued, total, money)
    return Valuation(
        items=items,
        total=_sum(hearing, PLAIN, currency),
        currency=currency,
        regimes=tuple(sorted(regimes.values(), key=lambda each: (each.regime, each.valued, each.currency))),
        conversions=tuple(
            Conversion(source, target, quote) for (source, target), quote in sorted(till.quotes.items())
        ),
    )

"""The gift check as it is read: the verdict with its reason, what follows from it, and what would pass instead."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.domain.clients import Client, Contact
from bot.domain.gifts.counterparts import counterpart, side_of
from bot.domain.gifts.judgement import Finding, Judgement
from bot.domain.gifts.proposal import Proposal
from bot.domain.gifts.register import Fate, Side
from bot.domain.gifts.requests import PENDING, Request, RequestState
from bot.domain.gifts.rules import Outcome
from bot.domain.gifts.windows import Windows
from bot.domain.members import Member
from bot.domain.money import Money
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import gift_register, gift_windows, parts
from handlers.views.gift_findings import limits_left, sentence, silence, source
from handlers.views.gift_letter import draft_question, to_copy
from handlers.views.gift_subject import NAME, OUTINGS, employer_of, price_of, subject, verdict_words
from handlers.views.gift_variants import alternative, assumed
from handlers.views.gift_words import APPROVERS, OBLIGATIONS
from handlers.views.policies import verdict_buttons

AVERAGE_GIFT = Money(Decimal(48), "USD")
"""What a business gift costs in the United States on the average; shown as orientation."""

_DECIDING = 2


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
    request: Request | None = None,
    reopened: bool = False,
    note: str = "",
    fate: Fate | None = None,
    so_far: Windows | None = None,
) -> Message:
    """The answer to one check, the verdict first, with the buttons that lead on from it.

    `questions` is how many open questions could still change the verdict; `note` is said above everything else.
    `request` is the request for approval that stands on the check, and `reopened` that it followed here by a change.
    """
    lines, blocks = verdict_blocks(
        judgement,
        proposal,
        words,
        client=client,
        contact=contact,
        lead=lead,
        compliance=compliance,
        so_far=so_far,
    )
    buttons = _buttons(
        judgement,
        words,
        check_id,
        questions,
        registered=registered,
        request=request,
        side=side_of(proposal),
        fate=fate,
    )
    if request is not None and (said := _asked_for(request, words, reopened=reopened)):
        lines.append(said)
        blocks.append(parts.section(parts.plain(said)))
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
    so_far: Windows | None = None,
) -> tuple[list[str], list[Block]]:
    """The answer as lines of plain text, which make sense alone, and as blocks; without buttons."""
    said = verdict_words(judgement.verdict.word, proposal, words)
    received = side_of(proposal) is Side.RECEIVED
    about = subject(proposal, words)
    lines = [words.say("{label}: {value}", label=said, value=about)]
    blocks: list[Block] = [parts.header(said), parts.section(parts.plain(about))]

    deciding = _deciding(judgement)
    reasons = [sentence(finding, judgement, words) for finding in deciding] or [
        silence(judgement, proposal, words)
    ]
    lines += reasons
    for reason, finding in zip(reasons, [*deciding, None], strict=False):
        blocks.append(parts.section(parts.marked(f"*{i18n.escape(reason)}*")))
        if finding is not None:
            lines.append(source(finding, words, linked=False))
            blocks.append(parts.context(parts.marked(source(finding, words, linked=True))))

    hangs_on = assumed(judgement, proposal, words)
    for title, points in (
        (words.say("What is left"), limits_left(judgement, words)),
        (words.say("So far"), _so_far(so_far, proposal, words)),
        (words.say("Who has to say yes"), approvers(judgement, words, lead, compliance, received=received)),
        (words.say("Also to do"), _duties(judgement, words)),
        (words.say("What would pass"), _alternatives(judgement, proposal, words)),
    ):
        if points:
            lines += [title, *(f"• {point}" for point in points)]
            blocks.append(parts.section(parts.marked(_listed(title, points))))

    if judgement.verdict is Outcome.ASK and not received:
        question = draft_question(proposal, client, contact, words)
        label = words.say("You could ask them like this:")
        lines += [label, question]
        blocks += [parts.section(parts.plain(label)), to_copy(question)]

    if hangs_on:
        title = words.say("Assumed")
        lines += [title, *(f"• {point}" for point in hangs_on)]
        blocks.append(parts.context(parts.marked(_listed(title, hangs_on))))
    notes = [*_orientation(judgement, proposal, words), *_gaps(proposal, client, words)]
    notes.append(words.say("Rules as of {date}.", date=words.day(judgement.rulebook_date)))
    lines += notes
    blocks.append(parts.context(parts.plain(" ".join(notes))))
    return lines, blocks


def _deciding(judgement: Judgement) -> list[Finding]:
    """The rules to be named in the answer: where a gift is allowed one is enough, else each that stands in the way."""
    most = 1 if judgement.verdict is Outcome.ALLOWED else _DECIDING
    return [finding for finding in judgement.findings if finding.decisive][:most]


def _alternatives(judgement: Judgement, proposal: Proposal, words: Words) -> list[str]:
    """What would pass instead. A refusal always has something: thanks are forbidden nowhere.

    What is here already cannot be made smaller: of a gift received it is what may be done with it.
    """
    if side_of(proposal) is Side.RECEIVED:
        if judgement.verdict is Outcome.ALLOWED:
            return []
        return [
            words.say("Give it back, with thanks and a word about our policy"),
            words.say("Hand it in: compliance decides what becomes of it"),
            words.say("Pay the giver what it is worth"),
        ]
    said = [alternative(each, proposal, words) for each in judgement.alternatives]
    if not said and judgement.verdict is Outcome.NOT_ALLOWED:
        said.append(words.say("A word of thanks, spoken or written by hand"))
    return said


def approvers(
    judgement: Judgement,
    words: Words,
    lead: Member | None,
    compliance: Sequence[Member],
    *,
    received: bool = False,
) -> list[str]:
    """Who would have to agree; compliance where the rules name nobody."""
    if judgement.verdict is not Outcome.NEEDS_APPROVAL and not (
        received and judgement.verdict is Outcome.ASK
    ):
        return []
    codes = dict.fromkeys(each.code for each in judgement.obligations)
    said = [words.say(APPROVERS[code]) for code in codes if code in APPROVERS]
    if "lead_approval" in codes:
        name = parts.one_line(lead.name, NAME) if lead is not None else ""
        said.append(
            words.say("your lead, {name}", name=name)
            if lead is not None
            else words.say("your lead (none is known yet: ask your admin)")
        )
    if "compliance_approval" in codes or not said:
        names = words.listed([parts.one_line(m.name, NAME) for m in compliance[:3]], "or")
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


def _orientation(judgement: Judgement, proposal: Proposal, words: Words) -> list[str]:
    """What a gift usually costs, where that helps to choose one."""
    if side_of(proposal) is Side.RECEIVED:
        return []
    if (proposal.recipient.jurisdiction or "").partition("-")[0] != "US":
        return []
    if judgement.verdict is Outcome.NOT_ALLOWED or proposal.items[0].category in OUTINGS:
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
    employer = employer_of(proposal)
    if side_of(proposal) is Side.RECEIVED:
        if client is not None:
            return []
        return [
            words.say(
                "{employer} is not in the book: what came from there before is not counted.",
                employer=employer,
            )
        ]
    if client is None:
        return [words.say("{employer} is not in the book: judged by its name alone.", employer=employer)]
    if not proposal.recipient.name:
        return [words.say("Nobody is named, so what one person received before is not counted.")]
    return []


def _so_far(so_far: Windows | None, proposal: Proposal, words: Words) -> list[str]:
    """What counts between us and them already, this gift aside; nothing where nothing does."""
    if so_far is None or not (so_far.year.number or so_far.rolling.number):
        return []
    side = side_of(proposal)
    person, _ = counterpart(proposal)
    who = employer_of(proposal) if side is Side.RECEIVED or not person else parts.one_line(person, NAME)
    return gift_windows.so_far(so_far, side, who, words)


def _listed(title: str, points: Sequence[str]) -> str:
    return "\n".join([f"*{i18n.escape(title)}*", *(f"• {i18n.escape(point)}" for point in points)])


_ASKED_FOR = {
    RequestState.WAITING: i18n.message(
        "Approval was asked for; you hear of it here as soon as it is decided."
    ),
    RequestState.ASKED_BACK: i18n.message("The reviewer has a question; answer it from my Home tab."),
    RequestState.APPROVED: i18n.message("It was approved as it stands."),
    RequestState.REFUSED: i18n.message("It was refused as it stands. Change it to ask once more."),
}


def _asked_for(request: Request, words: Words, *, reopened: bool) -> str:
    """How the request for approval of this check stands; empty for one that was taken back."""
    if reopened and request.state is RequestState.WAITING:
        return words.say("Your request follows the change: it waits for approval anew.")
    if reopened:
        return words.say("Your request was taken back: as it stands now, there is nothing to approve.")
    return words.say(_ASKED_FOR[request.state]) if request.state in _ASKED_FOR else ""


def _buttons(
    judgement: Judgement,
    words: Words,
    check_id: int,
    questions: int,
    *,
    registered: bool,
    request: Request | None,
    side: Side,
    fate: Fate | None,
) -> Block:
    value = parts.value_of(check=check_id)
    state = request.state if request is not None else None
    elements = []
    approved = state is RequestState.APPROVED
    if side is Side.RECEIVED:
        keeps = judgement.verdict is Outcome.ALLOWED or approved
        elements += gift_register.fate_buttons(value, words, may_keep=keeps, now=fate)
    elif (judgement.verdict is Outcome.ALLOWED or approved) and not registered:
        elements.append(parts.button(words.say("I gave it"), "gift.given", value, primary=True))
    if (
        judgement.verdict is Outcome.NEEDS_APPROVAL
        and state in (None, RequestState.WITHDRAWN)
        and not registered
    ):
        elements.append(parts.button(words.say("Ask for approval"), "approval.ask", value, primary=True))
    if request is not None and state in PENDING:
        back = words.say("Take the request for approval back")
        asked = parts.value_of(request=request.id)
        elements.append(parts.button(words.say("Take back"), "approval.withdraw", asked, spoken=back))
    if judgement.verdict is Outcome.ASK and side is Side.GIVEN:
        elements += verdict_buttons(check_id, words)
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


_TAX = {
    ("counts_toward_cap", True): i18n.message("Tax: it counts toward the yearly cap."),
    ("counts_toward_cap", False): i18n.message("Tax: it does not count toward the yearly cap."),
    ("vat_recoverable", True): i18n.message("Tax: the VAT can be recovered."),
    ("vat_recoverable", False): i18n.message("Tax: the VAT cannot be recovered."),
    ("deductible", True): i18n.message("Tax: it may be deducted."),
    ("deductible", False): i18n.message("Tax: it may not be deducted."),
}

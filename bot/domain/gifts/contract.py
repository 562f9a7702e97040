"""The gift check as other programs call it: JSON in, JSON out, one object or one object a line.

This is the pure part of ``rapport gift-check --json``; the keys are those of docs/gifts.md.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Json
from bot.domain.gifts.proposal import Proposal, ProposalError, read_proposal
from bot.domain.gifts.rates import Rates

_LONGEST_TEXT = 2_000_000
_LONGEST_INTEGER = 30


def read_proposal_text(
    text: str,
    *,
    today: date,
    currency: str | None = None,
    recipient_jurisdiction: str | None = None,
    giver_jurisdiction: str | None = None,
) -> Proposal:
    """Read one proposal from JSON text; raise ProposalError, with key ``$`` where the text is no JSON object.

    Numbers keep their decimal digits; a key that stands twice in one object, NaN and Infinity are refused.
    The other arguments fill what was left out, see :func:`bot.domain.gifts.proposal.read_proposal`;
    `currency` is the workspace's, for amounts where neither the item nor the recipient tells one.
    """
    if len(text) > _LONGEST_TEXT:
        raise ProposalError("$", f"is longer than {_LONGEST_TEXT} characters")
    try:
        data = json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_no_number,
            object_pairs_hook=_each_key_once,
        )
    except RecursionError:
        raise ProposalError("$", "is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ProposalError("$", f"is not JSON: {error.msg} at character {error.pos}") from None
    return read_proposal(
        data,
        today=today,
        fallback_currency=currency,
        recipient_jurisdiction=recipient_jurisdiction,
        giver_jurisdiction=giver_jurisdiction,
    )


def answer(
    text: str,
    rulebook: Rulebook,
    rates: Rates,
    today: date,
    *,
    cautious: bool = False,
    language: str = "en",
    currency: str | None = None,
    recipient_jurisdiction: str | None = None,
    giver_jurisdiction: str | None = None,
) -> Json:
    """The whole answer to one proposal, ready for JSON; raise ProposalError for bad input."""
    proposal = read_proposal_text(
        text,
        today=today,
        currency=currency,
        recipient_jurisdiction=recipient_jurisdiction,
        giver_jurisdiction=giver_jurisdiction,
    )
    return judge(proposal, rulebook, rates=rates, explain=True, cautious=cautious).as_json(language)


def answer_line(
    line: str,
    rulebook: Rulebook,
    rates: Rates,
    today: date,
    *,
    cautious: bool = False,
    language: str = "en",
    currency: str | None = None,
    recipient_jurisdiction: str | None = None,
    giver_jurisdiction: str | None = None,
) -> Json:
    """As `answer`, but bad input becomes ``{"error": {"key": …, "message": …}}`` and never raises."""
    try:
        return answer(
            line,
            rulebook,
            rates,
            today,
            cautious=cautious,
            language=language,
            currency=currency,
            recipient_jurisdiction=recipient_jurisdiction,
            giver_jurisdiction=giver_jurisdiction,
        )
    except ProposalError as error:
        return {"error": {"key": error.key, "message": error.message}}


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Decimal("Infinity")  # an exponent beyond all bounds: refused below, with the key that holds it


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Decimal(digits)


def _no_number(name: str) -> NoReturn:
    raise ProposalError("$", f"{name} is not a number that JSON knows")


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ProposalError(name[:200], "stands twice in one object")
        found[name] = value
    return found

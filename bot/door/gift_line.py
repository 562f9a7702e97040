"""The gift check on the command line: JSON for programs, words for people. It knows the rules, not the register."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO, Any
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.gifts import contract
from bot.domain.gifts.judge import judge
from bot.domain.gifts.judgement import Judgement
from bot.domain.gifts.proposal import Proposal, ProposalError, read_proposal
from bot.domain.refusals import Refusal
from bot.rulebook.rates import EcbRates
from bot.services.rulebooks import Judging
from bot.settings import Settings
from handlers import refusals
from handlers.i18n import words_for
from handlers.parsing import Reader, read_gift
from handlers.views.gifts import verdict_blocks

LONGEST_LINE = 2_000_000


class Unreadable(Exception):
    """Input that cannot be read: the key that is wrong (``$``: all of it), and why."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


def today(clock: Clock, zone: str) -> date:
    """The date in the workspace's zone: the ordinary day of giving."""
    return clock().astimezone(ZoneInfo(zone)).date()


def judged(data: bytes, day: date, settings: Settings, by: Judging) -> str:
    """One proposal as JSON in UTF-8, answered as one line of JSON. Raises Unreadable."""
    try:
        answer = contract.answer(
            _text(data),
            by.rulebook,
            EcbRates(),
            day,
            cautious=by.cautious,
            currency=settings.currency,
            giver_jurisdiction=settings.country,
        )
    except ProposalError as error:
        raise Unreadable(error.key, error.message) from error
    return _line(answer)


def judged_lines(source: IO[bytes], day: date, settings: Settings, by: Judging) -> Iterator[str]:
    """One answer a line for one proposal a line, in the same order; a bad line gets an error, the others go on.

    Empty lines are passed over.
    """
    rates = EcbRates()
    for raw in _lines(source):
        if not raw.strip():
            continue
        try:
            answer = contract.answer_line(
                _text(raw),
                by.rulebook,
                rates,
                day,
                cautious=by.cautious,
                currency=settings.currency,
                giver_jurisdiction=settings.country,
            )
        except Unreadable as error:
            answer = {"error": {"key": error.key, "message": error.message}}
        yield _line(answer)


def typed(words: Sequence[str], day: date, clock: Clock, settings: Settings, by: Judging) -> str:
    """The verdict on what was typed, as text. Raises Unreadable."""
    text = " ".join(words)
    if not _is_text(text):
        raise Unreadable("$", "is not UTF-8")
    speaking = words_for(settings.locale)
    reader = Reader(clock(), ZoneInfo(settings.zone), settings.locale)
    dollar = (
        settings.currency if settings.currency in ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN") else "USD"
    )
    try:
        read = read_gift(text, reader, dollar)
    except Refusal as complaint:
        raise Unreadable(complaint.code, refusals.text(complaint, speaking)) from complaint
    if not read.employer and not read.contact:
        raise Unreadable("recipient", "say for whom: $45 wine for Jane Smith at Ford")
    item: dict[str, Any] = {"description": read.description, "quantity": read.quantity}
    if read.category is not None:
        item["category"] = read.category
    if read.amount is not None:
        item |= {"unit_value": str(read.amount.amount), "currency": read.amount.currency}
    recipient = {"name": read.contact, "employer": read.employer or read.contact}
    try:
        proposal = read_proposal(
            {"items": [item], "recipient": recipient},
            today=day,
            currency=settings.currency,
            giver_jurisdiction=settings.country,
        )
    except ProposalError as error:
        raise Unreadable(error.key, error.message) from error
    judgement = judge(proposal, by.rulebook, rates=EcbRates(), explain=True, cautious=by.cautious)
    return _told(judgement, proposal, settings)


def _told(judgement: Judgement, proposal: Proposal, settings: Settings) -> str:
    lines, _ = verdict_blocks(
        judgement, proposal, words_for(settings.locale), client=None, contact=None, lead=None, compliance=()
    )
    return "\n".join(lines)


def _lines(source: IO[bytes]) -> Iterator[bytes]:
    """Lines of bounded length: a longer one is answered as such, and its rest passed over."""
    while raw := source.readline(LONGEST_LINE + 1):
        yield raw
        while len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            raw = source.readline(LONGEST_LINE + 1)


def _text(data: bytes) -> str:
    if len(data) > LONGEST_LINE:
        raise Unreadable("$", f"is longer than {LONGEST_LINE} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("$", "is not UTF-8") from error


def _line(answer: Any) -> str:
    """One line of JSON. Half a character, which JSON can name and UTF-8 cannot hold, stays an escape."""
    line = json.dumps(answer, ensure_ascii=False)
    return line if _is_text(line) else json.dumps(answer)


def _is_text(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True

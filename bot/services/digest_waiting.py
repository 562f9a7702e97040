"""Clients that wait for an answer, at the head of the daily message; not what its reader is told at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.clients import Client
from bot.domain.members import Member
from bot.domain.outbox import Entry
from bot.domain.response import Question, Rung, State, Waiting, step_now
from bot.ports import UnitOfWork
from bot.services.owners import sees
from bot.services.response_sheets import in_order, is_enforced, sheet, sheets_of_member, steps_of
from bot.services.responses import told_lately


def of(unit: UnitOfWork, member: Member, now: datetime, limit: int) -> tuple[Waiting, ...]:
    """What waits for us of a member's clients and of those they cover for, the nearest deadline first, at most `limit`.

    Without what the ladder tells them at this very time, be it that it did or is about to, and what was asked before
    answers are watched.
    """
    found: list[Waiting] = []
    for row in sheets_of_member(unit, member, now):
        if len(found) == limit:
            break
        if row.state not in (State.OPEN, State.ACKNOWLEDGED):
            continue
        question, client = unit.questions.get(row.question_id), unit.clients.get(row.client_id)
        if question is None or client is None or not is_enforced(unit, question):
            continue
        if not told_lately(unit, question.id, member, now) and not _is_about_to(unit, client, question, now):
            found.append(row)
    return tuple(found)


def _is_about_to(unit: UnitOfWork, client: Client, question: Question, now: datetime) -> bool:
    """Whether the ladder tells the client's manager at this moment."""
    step = step_now(steps_of(unit, client, question), question.told, now)
    return step is not None and step.rung is not Rung.LEAD


def note(unit: UnitOfWork, member: Member, key: str, waiting: Sequence[Waiting], now: datetime) -> None:
    """Note of which questions the digest of that key tells: it is brought up to date as they change."""
    for row in waiting:
        unit.questions.notice(row.question_id, member.id, key, at=now)


def standing(unit: UnitOfWork, member: Member, entry: Entry, now: datetime) -> tuple[Waiting, ...]:
    """The questions of a digest that wait for us still, as its reader may see them."""
    found: list[Waiting] = []
    for question in unit.questions.told_by(entry.key):
        client = unit.clients.get(question.client_id)
        if client is None or client.archived or not question.standing.waits_for_us:
            continue
        if sees(unit, member, client, now):
            found.append(sheet(unit, client, question, now))
    return in_order(found)

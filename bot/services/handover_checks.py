"""Thirty days after a handover the lead is asked how it goes, in one message of the day for ten clients at most."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.handover import CHECKED_AFTER, Handover, Went
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.outbox import Entry, NewEntry
from bot.domain.reassignment import deciders, may_decide
from bot.domain.refusals import Refusal
from bot.ports import UnitOfWork
from bot.services.handover_news import row_of, still
from bot.services.house import Actor, House, present, trouble
from bot.services.owners import owner_of

log = logging.getLogger(__name__)

CHECK = "handover_check"
"""How does it go, after thirty days?"""
SHOWN = 10
"""Clients in one message; the others are asked about on the next working day."""

_BATCH = 500
_TOUCHES = 200
"""Touches that are looked at when it is asked how a handover goes: more than a month ever has."""
_ASIDE = timedelta(hours=1)


def ask_how_it_goes(house: House, workspace_id: int) -> int:
    """Ask leads about handovers of thirty days ago, in one message for each lead and day; returns how many messages.

    Where the client went on, or out of the book, nothing is asked any more. Each is asked about once, by however many
    processes; those of a lead that cannot be asked about step aside for an hour.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        by_reader = _by_reader(unit, unit.handovers.due(now, _BATCH))
    asked = 0
    for (reader_id, day), found in by_reader.items():
        try:
            asked += _ask(house, workspace_id, reader_id, day, found, now)
        except (
            Exception
        ) as error:  # one item of a loop: handovers that cannot be asked about hold up no others
            if trouble(house, error) is not None:
                raise
            log.exception("how handovers %s go cannot be asked", [each.id for each in found])
            with house.memory.write(workspace_id) as unit:
                for each in found:
                    unit.handovers.asked(each, again_at=now + _ASIDE)
    return asked


_Due = dict[tuple[int | None, date], list[Handover]]


def _by_reader(unit: UnitOfWork, due: Sequence[Handover]) -> _Due:
    """What is due, by who is to be asked and the day for which it was planned; by nobody where nothing is asked."""
    everybody = unit.members.all()
    found: _Due = {}
    for each in due:
        assert each.check_at is not None, "what is due has a moment"
        client = unit.clients.get(each.client_id)
        readers: Sequence[Member] = ()
        if client is not None and still(unit, each):
            readers = deciders(owner_of(unit, client), everybody)
        reader = next((one for one in readers if one.id == each.by_id), readers[0] if readers else None)
        if reader is None:
            found.setdefault((None, each.check_at.date()), []).append(each)
        else:
            found.setdefault((reader.id, reader.calendar.local_date(each.check_at)), []).append(each)
    return found


def _ask(
    house: House,
    workspace_id: int,
    reader_id: int | None,
    day: date,
    found: Sequence[Handover],
    now: datetime,
) -> bool:
    with house.memory.write(workspace_id) as unit:
        reader = None if reader_id is None else unit.members.get(reader_id)
        if reader is None:
            for each in found:
                unit.handovers.asked(each)
            return False
        # The same name whenever it is planned: after a restore it is looked up under it.
        key = f"{CHECK}:{reader.id}:{day.isoformat()}"
        room = 0 if unit.outbox.by_key(key) is not None else SHOWN
        calendar = reader.calendar
        later = calendar.at(calendar.add_working_days(day, 1), calendar.hours_from)
        chosen = [each for each in found[:room] if unit.handovers.asked(each)]
        for each in found[room:]:
            unit.handovers.asked(each, again_at=later)
        if not chosen:
            return False  # another process was here first
        return unit.outbox.add(
            NewEntry(
                key,
                CHECK,
                reader.id,
                {"handovers": [each.id for each in chosen]},
                due_at=unit.take_slot(now),
            ),
            now=now,
        )


def recompose_check(
    unit: UnitOfWork, member: Member, entry: Entry, now: datetime
) -> Mapping[str, Any] | None:
    """The questions how it goes; before it is sent those whose client did not go on meanwhile, None for none."""
    ids = entry.facts.get("handovers")
    if not isinstance(ids, list):  # as entries were written when each handover had a message of its own
        ids = [entry.facts["handover"]]
    found = [each for one in ids if (each := unit.handovers.get(int(str(one)))) is not None]
    if entry.body is None:
        found = [each for each in found if still(unit, each)]
    if not found:
        return None
    listed = [each.id for each in found]
    return {**entry.facts, "handovers": listed, "checks": [_facts(unit, each, member, now) for each in found]}


def _facts(unit: UnitOfWork, handover: Handover, member: Member, now: datetime) -> dict[str, Any]:
    client = unit.clients.get(handover.client_id)
    assert client is not None, "a handover is of a client"
    recent = unit.touches.recent(client.id, _TOUCHES)
    # “This morning” may lie before the handover, and be another day where the lead is.
    counted = [max(touch.at, handover.at) for touch in recent if touch.logged_at >= handover.at]
    first = min(counted, default=None)
    return {
        "row": row_of(unit, handover, member, now),
        "on": member.calendar.local_date(handover.at).isoformat(),
        "touches": len(counted),
        "first_touch": None if first is None else member.calendar.local_date(first).isoformat(),
        "went": None if handover.answer is None else handover.answer.value,
    }


def how_it_goes(
    house: House, actor: Actor, handover_id: int, went: str, among: Sequence[int] = ()
) -> Mapping[str, Any]:
    """Keep what a lead says of a handover, for the history of the client; returns the facts of the question anew.

    `among` are the handovers that the same message asks about. Too early to say asks again after another thirty days.
    Raises Refusal ``handover.gone``, ``request.unknown``.
    """
    now = house.clock()
    said = next((each for each in Went if each.value == went), None)
    if said is None:
        raise Refusal("request.unknown")
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        handover = unit.handovers.get(handover_id)
        if handover is None or handover.undone_at is not None or not _answers(unit, member, handover):
            raise Refusal("handover.gone")
        if handover.answer is not said:
            later = now + timedelta(days=CHECKED_AFTER) if said is Went.EARLY else None
            unit.handovers.answer(handover.id, said, by=member.id, at=now, again_at=later)
            client = unit.clients.get(handover.client_id)
            assert client is not None, "a handover is of a client"
            unit.history.add(
                NewChange(
                    Subject.CLIENT,
                    client.id,
                    client.id,
                    ChangeKind.CHECKED,
                    now,
                    member.id,
                    {"went": said.value},
                )
            )
        listed = list(dict.fromkeys((*among, handover_id)))
        found = [each for one in listed if (each := unit.handovers.get(one)) is not None]
        theirs = [each for each in found if _answers(unit, member, each)]
        return {
            "handovers": [each.id for each in theirs],
            "checks": [_facts(unit, each, member, now) for each in theirs],
        }


def _answers(unit: UnitOfWork, member: Member, handover: Handover) -> bool:
    owner = unit.members.get(handover.to_id)
    if may_decide(member, owner):
        return True
    return member.id in {each.id for each in deciders(owner, unit.members.all())}

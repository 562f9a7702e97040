"""Response clocks: what starts one, what becomes of it, and who may say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.domain.clients import Client, may_hand_over
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member
from bot.domain.outbox import OPEN_STATES, NewEntry, edit_of
from bot.domain.outbox import State as Sending
from bot.domain.pacing import Lane
from bot.domain.refusals import Refusal
from bot.domain.response import (
    MOST_MESSAGES,
    OLD,
    Event,
    NewQuestion,
    Question,
    Source,
    Waiting,
    What,
)
from bot.domain.touches import Direction, Touch
from bot.ports import UnitOfWork
from bot.services import missed_clocks
from bot.services.house import Actor, House, present
from bot.services.owners import check_reader, held, owner_of
from bot.services.response_sheets import (
    looked_at,
    manager_of,
    sheet,
    sheets_of_client,
    sheets_of_member,
    show_anew,
)

WAITING = "client_waiting"
"""To whom the ladder leads: clients that wait."""
CAME = "client_came"
"""To a client's manager: the client came to their lead directly."""

APART = timedelta(minutes=5)
"""Nobody is told of the same question twice within that time."""

_CHANGES = {
    What.ANSWERED: ChangeKind.ANSWERED,
    What.NOT_A_QUESTION: ChangeKind.DROPPED,
    What.REOPENED: ChangeKind.REOPENED,
}
"""What of a question stands in the history of its client."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A question after somebody said something of it; `again` says that it was so already."""

    waiting: Waiting
    again: bool = False


# --- Starting ---------------------------------------------------------------------------------------------


def begin(
    unit: UnitOfWork, client: Client, new: NewQuestion, now: datetime, *, by: int | None = None
) -> tuple[Question, bool]:
    """Start the clocks of a question, or let it be a further message of one that waits in the same place.

    The client is held by the caller. A question that lies ahead begins now. Returns the question, and whether it was
    there already.
    """
    new = replace(new, asked_at=min(new.asked_at, now))
    for known in unit.questions.open_of_client(client.id):
        if known.channel_id == new.channel_id and known.root == new.root:
            return joined(unit, client, known, new.messages, new.asked_at, now), True
    number = unit.questions.add(new, look_at=None)
    if number is None:
        before = unit.questions.by_key(new.key)
        assert before is not None, "a question of that key is there"
        return before, True
    question = unit.questions.get(number)
    assert question is not None, "a question does not vanish within a transaction"
    question = written(unit, client, question, question, now)
    unit.history.add(NewChange(Subject.QUESTION, number, client.id, ChangeKind.ADDED, now, by, {}))
    return question, False


def joined(
    unit: UnitOfWork,
    client: Client,
    question: Question,
    messages: Sequence[str],
    at: datetime,
    now: datetime,
) -> Question:
    """A question with further messages in a row; one that waited for the client waits for us again."""
    more = tuple(dict.fromkeys((*question.messages, *messages)))
    if len(more) > MOST_MESSAGES:
        more = (more[0], *more[1 - MOST_MESSAGES :])
    events = question.events
    if question.standing.paused is not None and at > question.standing.paused.at:
        events = (*events, Event(What.RESUMED, at))
    if more == question.messages and events == question.events:
        return question
    return written(unit, client, question, replace(question, messages=more, events=events), now)


def written(unit: UnitOfWork, client: Client, old: Question, new: Question, now: datetime) -> Question:
    """Write a changed question with its next moment, and bring what tells of it up to date.

    Raises Refusal ``waiting.changed`` when somebody was quicker.
    """
    fresh = looked_at(unit, client, new, now)
    if fresh == old:
        return old
    if not unit.questions.change(old, fresh):
        raise Refusal("waiting.changed")
    if fresh.events != old.events:
        show_anew(unit, fresh, now)
    if fresh.missed_at is not None or old.missed_at is not None:
        missed_clocks.follow(unit, client.id, now)
    return replace(fresh, version=old.version + 1)


def start(
    house: House,
    actor: Actor,
    client_id: int,
    key: str,
    *,
    at: datetime | None = None,
    channel_id: str = "",
    root: str = "",
    message: str = "",
    link: str | None = None,
    author: str = "",
    touch_id: int | None = None,
) -> Settled:
    """A member says that a client waits: since `at`, or since now where that is unknown or longer ago than `OLD`.

    `touch_id` is the touch in which the client spoke: it then waits since that. The clock goes when the touch is taken
    back.

    Raises Refusal ``client.gone`` or ``client.not_yours`` (client, owner).
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = held(unit, client_id)
        check_reader(unit, member, client, now)
        touch = None if touch_id is None else unit.touches.get(touch_id)
        if touch is not None and touch.client_id == client.id and touch.withdrawn_at is None:
            at, key, link = _since(member, touch), touch_key(touch.id), touch.link
        since = now if at is None or at < now - OLD else at
        new = NewQuestion(
            client_id=client.id,
            asked_at=since,
            source=Source.SHORTCUT if touch is None else Source.TOUCH,
            key=message_key(client.id, channel_id, message) if message else key,
            channel_id=channel_id,
            root=root,
            messages=(message,) if message else (),
            link=link,
            author=author,
            by=member.id,
        )
        question, again = begin(unit, client, new, now, by=member.id)
        if again and not question.is_open:
            question = _said(unit, client, question, Event(What.REOPENED, now, member.id), now)
            again = False
        return Settled(sheet(unit, client, question, now), again)


def message_key(client_id: int, channel_id: str, ts: str) -> str:
    """The name of the question of a client that begins with a message of a channel."""
    return f"{client_id}:{channel_id}:{ts}"


def touch_key(touch_id: int) -> str:
    """The name of the question that a touch tells of."""
    return f"touch:{touch_id}"


def start_from_touch(house: House, actor: Actor, touch_id: int, *, asks: bool) -> tuple[Waiting, ...]:
    """After a touch was logged: what waits of its client; where the client spoke and `asks`, its question among it.

    Where it turns out that we spoke, what was taken for a question is none. The clock begins at the time that the touch
    tells; one that says no time of day is taken to be of noon, or of now on the day itself. One that is old starts
    nothing. Only who may read the client is told; for others there is nothing.
    """
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        touch, begun = unit.touches.get(touch_id), unit.questions.by_key(touch_key(touch_id))
        inbound = touch is not None and touch.direction is Direction.INBOUND
        begins = inbound and asks and begun is None
        ends = not inbound and begun is not None and begun.is_open
    if begins or ends:
        with house.memory.write(actor.workspace_id) as unit:
            member = present(unit, actor)
            if begins:
                _begin_from(unit, member, touch_id, now)
            else:
                withdrawn(unit, touch_id, member.id, now)
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        touch = unit.touches.get(touch_id)
        client = (
            None if touch is None or touch.withdrawn_at is not None else unit.clients.get(touch.client_id)
        )
        if client is None or not unit.questions.open_of_client(client.id):
            return ()
        try:
            check_reader(unit, member, client, now)
        except Refusal:
            return ()
        return sheets_of_client(unit, client, now)


def _begin_from(unit: UnitOfWork, member: Member, touch_id: int, now: datetime) -> None:
    """Start the clock of the question that a touch tells of; once, however often it is confirmed."""
    touch = unit.touches.get(touch_id)
    if touch is None or touch.withdrawn_at is not None or touch.direction is not Direction.INBOUND:
        return
    client, since = unit.clients.hold(touch.client_id), _since(member, touch)
    if client is None or client.archived or since < now - OLD:
        return
    if unit.questions.by_key(touch_key(touch.id)) is None:
        new = NewQuestion(
            client_id=client.id,
            asked_at=since,
            source=Source.TOUCH,
            key=touch_key(touch.id),
            link=touch.link,
            by=member.id,
        )
        begin(unit, client, new, now, by=member.id)


def _since(member: Member, touch: Touch) -> datetime:
    day = member.calendar.local_date(touch.at)
    if not touch.whole_day or touch.at > member.calendar.starts(day):
        return touch.at  # a time was told, or a part of the day
    if day == member.calendar.local_date(touch.logged_at):
        return touch.logged_at
    return member.calendar.at(day, time(12))


def withdrawn(unit: UnitOfWork, touch_id: int, by: int, now: datetime) -> None:
    """The touch that told of a question was taken back: nobody waits because of it."""
    question = unit.questions.by_key(touch_key(touch_id))
    client = None if question is None else unit.clients.get(question.client_id)
    if question is not None and client is not None and question.is_open:
        _said(unit, client, question, Event(What.NOT_A_QUESTION, now, by), now)


def came_to_lead(house: House, actor: Actor, client_id: int, key: str) -> Settled:
    """A lead says that the client came to them directly: its manager is told at once.

    What waits of the client already is marked so, and what waited for the client waits for us again; otherwise a
    question begins. Raises Refusal ``client.gone``, or ``waiting.not_lead`` (client) for who does not lead the client's
    manager.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        unit.hold_slots()
        member = present(unit, actor)
        client = held(unit, client_id)
        owner = owner_of(unit, client)
        if not may_hand_over(member, owner) or client.owner_id == member.id:
            raise Refusal("waiting.not_lead", client=client.name)
        waiting = unit.questions.open_of_client(client.id)
        if waiting:
            # What waits for us goes before what waits for them.
            question = min(waiting, key=lambda each: (not each.standing.waits_for_us, each.asked_at, each.id))
        else:
            new = NewQuestion(client.id, now, Source.LEAD, key, by=member.id)
            question, _ = begin(unit, client, new, now, by=member.id)
        paused = question.standing.paused is not None
        again = question.standing.came_to_lead is not None and not paused
        if not again:
            if paused:  # who rings the lead plainly waits for us
                question = _said(unit, client, question, Event(What.RESUMED, now, member.id), now)
            question = _said(unit, client, question, Event(What.CAME_TO_LEAD, now, member.id), now)
            manager = manager_of(unit, client, now)
            if manager is not None:
                times = sum(event.what is What.CAME_TO_LEAD for event in question.events)
                name = f"{CAME}:{question.id}:{manager.id}" + (f":{times}" if times > 1 else "")
                tell(unit, question, manager, CAME, name, now)
        return Settled(sheet(unit, client, question, now), again)


def tell(unit: UnitOfWork, question: Question, reader: Member, kind: str, key: str, now: datetime) -> None:
    """Put a message about a question into the outbox under `key`, or tell of it in the one that could not be sent yet.

    Over a night or an outage a reader is owed one message of a kind, however many steps and questions there were: it
    says how all of them stand when it goes out. The moments at which is posted are held by the caller.
    """
    if kind == WAITING and told_lately(unit, question.id, reader, now):
        return
    unsent = unit.outbox.listed((Sending.PENDING,), kind=kind, member_id=reader.id, limit=1)
    known = unsent[0] if unsent else None
    if not unit.questions.notice(question.id, reader.id, key if known is None else known.key, at=now):
        return
    if known is None:
        slot = unit.take_slot(now, lane=Lane.URGENT)
        unit.outbox.add(NewEntry(key, kind, reader.id, {}, due_at=slot, urgent=True), now=now)
        return
    # Should it be on its way at this very moment, or fixed already, the edit brings what it does not tell yet.
    unit.outbox.add(edit_of(known, key=now.isoformat(), due_at=now), now=now)


def told_lately(unit: UnitOfWork, question_id: int, reader: Member, now: datetime) -> bool:
    """Whether a reader is told of a question at this time: by a message on its way, or that arrived just now."""
    for key in unit.questions.messages_about(question_id):
        entry = unit.outbox.by_key(key)
        if entry is None or entry.member_id != reader.id:
            continue
        if entry.state in OPEN_STATES:
            return True
        if entry.state is Sending.SENT and entry.last_try_at is not None and entry.last_try_at > now - APART:
            return True
    return False


# --- Settling ---------------------------------------------------------------------------------------------


def settle(house: House, actor: Actor, question_id: int, what: What) -> Settled:
    """A member says what became of a question: acknowledged, answered, waiting for the client, no question, and back.

    Who was first counts: of a question that is closed already the closing is told (`again`). Raises Refusal
    ``waiting.gone``, ``client.gone`` or ``client.not_yours``.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client, question = _held(unit, member, question_id, now)
        if _is_so(question, what):
            return Settled(sheet(unit, client, question, now), again=True)
        question = _said(unit, client, question, Event(what, now, member.id), now)
        return Settled(sheet(unit, client, question, now))


def _is_so(question: Question, what: What) -> bool:
    """Whether there is nothing to be said any more: it is so, or somebody closed the question meanwhile."""
    standing = question.standing
    match what:
        case What.REOPENED:
            return standing.closed is None
        case _ if standing.closed is not None:
            return True
        case What.ACKNOWLEDGED:
            return standing.acknowledged is not None
        case What.PAUSED:
            return standing.paused is not None
        case What.RESUMED:
            return standing.paused is None
        case _:
            return False


def _said(unit: UnitOfWork, client: Client, question: Question, event: Event, now: datetime) -> Question:
    changed = replace(question, events=(*question.events, event))
    changed = written(unit, client, question, changed, now)
    if event.what in _CHANGES:
        kind = _CHANGES[event.what]
        unit.history.add(NewChange(Subject.QUESTION, question.id, client.id, kind, now, event.by, {}))
    return changed


def happened(unit: UnitOfWork, question: Question, event: Event, now: datetime) -> bool:
    """Something was seen to happen to a question, as in its channel; False where it changes nothing."""
    client = unit.clients.hold(question.client_id)
    fresh = unit.questions.get(question.id)
    if client is None or fresh is None or _is_so(fresh, event.what):
        return False
    _said(unit, client, fresh, event, now)
    return True


def _held(unit: UnitOfWork, member: Member, question_id: int, now: datetime) -> tuple[Client, Question]:
    """The question and its client, held. Raises Refusal ``waiting.gone`` and those of `check_reader`."""
    question = unit.questions.get(question_id)
    if question is None:
        raise Refusal("waiting.gone")
    client = held(unit, question.client_id)
    question = unit.questions.get(question_id)
    assert question is not None, "a question is never removed"
    check_reader(unit, member, client, now)  # who was told of it once may have nothing to do with it any more
    return client, question


def look(house: House, actor: Actor, question_id: int) -> Waiting:
    """A question that the member may see. Raises Refusal ``waiting.gone``, ``client.gone`` or ``client.not_yours``."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        member = present(unit, actor)
        question = unit.questions.get(question_id)
        client = None if question is None else unit.clients.get(question.client_id)
        if question is None or client is None:
            raise Refusal("waiting.gone")
        check_reader(unit, member, client, now)
        return sheet(unit, client, question, now)


def of_member(house: House, actor: Actor) -> tuple[Waiting, ...]:
    """What waits for the member who asks; see `response_sheets.sheets_of_member`."""
    now = house.clock()
    with house.memory.read(actor.workspace_id) as unit:
        return sheets_of_member(unit, present(unit, actor), now)

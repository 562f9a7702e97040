"""What is said in the channels of clients: a question of theirs starts a clock, a reply of ours stops it.

Nothing of what was said is kept: only when, by whom, and where it stands. Most messages change nothing, and are only
read about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.clients import Client
from bot.domain.history import ChangeKind, NewChange, Subject
from bot.domain.members import Member, Profile
from bot.domain.outbox import Entry, NewEntry
from bot.domain.refusals import Refusal
from bot.domain.response import (
    OLD,
    ChannelPerson,
    Event,
    NewQuestion,
    Question,
    Said,
    Source,
    Stranger,
    Waiting,
    What,
    Whose,
    moment_of,
)
from bot.ports import UnitOfWork
from bot.services.house import Actor, House, present
from bot.services.owners import check_editor, check_reader, held, sees
from bot.services.response_sheets import manager_of, sheet
from bot.services.responses import begin, happened, joined, message_key, written
from bot.services.touch_messages import contact_of

CHANNEL = "channel_asked"
"""The question of which client a channel is, to who invited the bot."""
LOOKED_UP_AFTER = timedelta(minutes=3)
"""How long who heard a message tries by itself to learn who wrote it, before the clock does."""
WHOSE = "whose_client"
"""The question whose person somebody is who writes in a channel of several clients."""


def seen_emoji(house: House, workspace_id: int) -> str | None:
    """The reaction that tells a client that its question was seen, without colons; None: there is none."""
    with house.memory.read(workspace_id) as unit:
        return unit.workspace.seen_emoji


def is_of_client(house: House, workspace_id: int, channel_id: str) -> bool:
    """Whether we speak with a client in that channel."""
    with house.memory.read(workspace_id) as unit:
        return bool(unit.clients.of_channel(channel_id))


def heard(
    house: House, workspace_id: int, said: Said, profile: Profile | None = None, *, asked: bool = False
) -> bool:
    """Take note of a message; False where nobody knows who wrote it and the platform has to be `asked` first.

    It is kept until it was (see `response_lookups`): a reply of ours meanwhile answers it.

    `profile` is what it answered; None after asking: it does not know them either.
    """
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        clients = unit.clients.of_channel(said.channel_id)
        if not clients and not asked:
            return True
        person = person_of(unit, said.channel_id, said.user_id)
        unknown = person is None and not asked and not (said.outside and len(clients) == 1)
        if person is not None and not asked and not _changes_anything(unit, clients, person, said, now):
            return True
        may_ask = len(clients) > 1 and (person is None or person.whose is not Whose.OURS)
    if unknown:
        with house.memory.write(workspace_id) as unit:
            unit.questions.keep_unknown(said, look_up_at=now + LOOKED_UP_AFTER, at=now)
        return False
    with house.memory.write(workspace_id) as unit:
        if may_ask:
            unit.hold_slots()  # before any client
        clients = unit.clients.of_channel(said.channel_id)
        _hold(unit, said.channel_id, clients)
        kept = unit.questions.drop_unknown(said.channel_id, said.ts) if asked else None
        if not clients:
            return True
        person = person_of(unit, said.channel_id, said.user_id)
        if person is None:
            person = _introduced(unit, clients, said, profile, now)
        if asked and kept is None:
            return True  # it was taken back, or another process has seen to it
        if person.whose is Whose.OURS:
            _answered(unit, said, now)
        elif kept is not None and kept.answered:
            return True
        elif (client := client_of(unit, clients, person)) is not None:
            _asked(unit, client, said, now)
        elif may_ask and _is_stranger(unit, clients, person, said, now):
            _ask_whose(unit, clients, said, "" if profile is None else profile.name, now)
    return True


def _hold(unit: UnitOfWork, channel_id: str, clients: Sequence[Client] = ()) -> None:
    """Hold the clients of a channel and those whose questions wait there, in the order of their numbers, before
    anything is written of them."""
    asked = {question.client_id for question in unit.questions.open_in_channel(channel_id)}
    if every := sorted(asked | {client.id for client in clients}):
        unit.clients.hold_all(every)


def person_of(unit: UnitOfWork, channel_id: str, user_id: str) -> ChannelPerson | None:
    """What we know of who writes in a channel; members are ours. What was told of somebody there goes before what is
    known of them elsewhere."""
    member = unit.members.by_user(user_id)
    if member is not None:
        return ChannelPerson(user_id, Whose.OURS)
    stranger = unit.questions.stranger(channel_id, user_id)
    if stranger is not None and stranger.told:
        whose = Whose.NOBODY if stranger.client_id is None else Whose.CLIENT
        return ChannelPerson(user_id, whose, stranger.client_id)
    return unit.questions.person(user_id)


def client_of(unit: UnitOfWork, clients: Sequence[Client], person: ChannelPerson) -> Client | None:
    """For which client of a channel somebody writes; in a channel of one, whoever is not ours does.

    Whose client was merged into another one writes for that.
    """
    if person.whose is Whose.CLIENT and person.client_id is not None:
        by_id = {client.id: client for client in clients}
        if person.client_id in by_id:
            return by_id[person.client_id]
        kept = unit.clients.get(person.client_id)
        if kept is not None and kept.id in by_id:
            return by_id[kept.id]
    if person.whose in (Whose.CLIENT, Whose.ASKED) and len(clients) == 1:
        return clients[0]
    return None


def _is_stranger(
    unit: UnitOfWork, clients: Sequence[Client], person: ChannelPerson, said: Said, now: datetime
) -> bool:
    """Whether it is to be asked whose somebody is: of none of the clients that is known, and not asked yet."""
    return (
        len(clients) > 1
        and person.whose in (Whose.ASKED, Whose.CLIENT)
        and not said.courtesy
        and said.at >= now - OLD
        and unit.questions.stranger(said.channel_id, said.user_id) is None
    )


def _changes_anything(
    unit: UnitOfWork, clients: Sequence[Client], person: ChannelPerson, said: Said, now: datetime
) -> bool:
    """Whether a message of somebody known may have to be written down; nearly all of ours need not."""
    match person.whose:
        case Whose.NOBODY:
            return False
        case Whose.OURS:
            stops = stopped_by(unit.questions.open_in_channel(said.channel_id), said)
            return bool(stops) or bool(_unknown(unit, said)) or (len(clients) > 1 and bool(_met(unit, said)))
        case _ if client_of(unit, clients, person) is None:
            return _is_stranger(unit, clients, person, said, now)
        case _:
            return not said.courtesy and said.at >= now - OLD


def _introduced(
    unit: UnitOfWork, clients: Sequence[Client], said: Said, profile: Profile | None, now: datetime
) -> ChannelPerson:
    """Who somebody is, as the platform and the book tell, kept for the next time.

    Whom it does not know, and of whom no event says that they are of another organisation, may be anybody: they are
    asked for again with their next message.
    """
    user_id = said.user_id
    person = ChannelPerson(user_id, Whose.ASKED if said.outside and profile is None else _whose(profile))
    if person.whose is Whose.ASKED:
        contact = None if profile is None else contact_of(unit, clients, profile)
        if contact is not None and any(client.id == contact.client_id for client in clients):
            person = ChannelPerson(user_id, Whose.CLIENT, contact.client_id)
        elif len(clients) == 1:
            person = ChannelPerson(user_id, Whose.CLIENT, clients[0].id)
    if profile is not None or said.outside:
        unit.questions.put_person(person, at=now)
    return person


def _whose(profile: Profile | None) -> Whose:
    if profile is None or profile.bot:
        return Whose.NOBODY
    return Whose.ASKED if profile.external or profile.guest else Whose.OURS


# --- Of ours ----------------------------------------------------------------------------------------------


def stopped_by(waiting: Sequence[Question], said: Said) -> list[Question]:
    """Which of the questions of a channel a message of ours speaks to.

    One in a thread speaks to what was asked there. One in the channel itself speaks to all that waits of one client; of
    several clients to the one that wrote last, for the others may well wait on.
    """
    before = [each for each in waiting if each.asked_at <= said.at]
    named = [each for each in before if said.root and said.root in (each.root, *each.messages)]
    if not said.in_channel:
        return named
    last = max(before, key=lambda each: max(each.messages, default=""), default=None)
    return [
        each for each in before if each in named or (last is not None and each.client_id == last.client_id)
    ]


def _answered(unit: UnitOfWork, said: Said, now: datetime) -> None:
    member = unit.members.by_user(said.user_id)
    what = What.ACKNOWLEDGED if said.seen else What.ANSWERED
    for question in stopped_by(unit.questions.open_in_channel(said.channel_id), said):
        event = Event(what, min(said.at, now), None if member is None else member.id)
        if happened(unit, question, event, now) and what is What.ANSWERED:
            _ask_on(unit, question, said, now)
    if what is What.ANSWERED:
        for stranger in _met(unit, said):
            unit.questions.put_stranger(replace(stranger, settled=True), at=now)
        for each in _unknown(unit, said):
            unit.questions.answer_unknown(each.channel_id, each.ts)


def _unknown(unit: UnitOfWork, said: Said) -> list[Said]:
    """What a message of ours answers of what was written by whom nobody knows yet."""
    return [
        each.said
        for each in unit.questions.unknown_in_channel(said.channel_id)
        if not each.answered
        and each.said.ts != said.ts
        and each.said.at <= said.at
        and (said.in_channel or said.root in (each.said.root, each.said.ts))
    ]


def _ask_on(unit: UnitOfWork, question: Question, said: Said, now: datetime) -> None:
    """What the client wrote after an answer that was told late is a question of its own."""
    later = tuple(each for each in question.messages if moment_of(each) > said.at)
    client, answered = unit.clients.hold(question.client_id), unit.questions.get(question.id)
    if not later or client is None or answered is None:
        return
    before = tuple(each for each in answered.messages if each not in later)
    written(unit, client, answered, replace(answered, messages=before), now)
    new = NewQuestion(
        client_id=client.id,
        asked_at=moment_of(later[0]),
        source=Source.CHANNEL,
        key=message_key(client.id, said.channel_id, later[0]),
        channel_id=said.channel_id,
        root=question.root,
        messages=later,
        author=question.author,
    )
    begin(unit, client, new, now)


def _met(unit: UnitOfWork, said: Said) -> list[Stranger]:
    """The strangers of a channel to whom a message of ours speaks: whoever they are, they were answered."""
    return [
        each
        for each in unit.questions.strangers_waiting(said.channel_id)
        if moment_of(each.ts) <= said.at and (said.in_channel or said.root in (each.root, each.ts))
    ]


def reacted(house: House, workspace_id: int, channel_id: str, ts: str, user_id: str) -> None:
    """Somebody put the reaction that says "seen" to a message: one of ours acknowledges the question it belongs to."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        found = [each for each in unit.questions.open_in_channel(channel_id) if ts in each.messages]
        person = person_of(unit, channel_id, user_id) if found else None
        if person is None or person.whose is not Whose.OURS:
            return
    with house.memory.write(workspace_id) as unit:
        _hold(unit, channel_id)
        member = unit.members.by_user(user_id)
        for question in found:
            happened(
                unit, question, Event(What.ACKNOWLEDGED, now, None if member is None else member.id), now
            )


# --- Of the client ----------------------------------------------------------------------------------------


def _asked(unit: UnitOfWork, client: Client, said: Said, now: datetime) -> None:
    """A question of the client, or one more message of the one that waits in the same place."""
    if said.courtesy or said.at < now - OLD:
        return
    held_client = unit.clients.hold(client.id)
    if held_client is None:
        return
    waiting = [
        each for each in unit.questions.open_in_channel(said.channel_id) if each.client_id == held_client.id
    ]
    same = next((each for each in waiting if _in_same_place(each, said)), None)
    if same is not None:
        joined(unit, held_client, same, (said.ts,), said.at, now)
        return
    if not _is_over(unit, held_client, said):
        begin(unit, held_client, _new(held_client, said), now)


def _is_over(unit: UnitOfWork, client: Client, said: Said) -> bool:
    """Whether what the client wrote was answered before it was told: it is told again, or late.

    An answer is one to what was asked before it in the same place, and to nothing that waits in another thread.
    """
    for question in unit.questions.closed_since(client.id, said.channel_id, said.at):
        if said.ts in question.messages:
            return True
        closed = question.standing.closed
        if closed is not None and closed.what is What.ANSWERED and _in_same_place(question, said):
            return True
    return False


def _in_same_place(question: Question, said: Said) -> bool:
    if said.root:
        return said.root in (question.root, *question.messages)
    return not question.root


def _new(client: Client, said: Said) -> NewQuestion:
    return NewQuestion(
        client_id=client.id,
        asked_at=said.at,
        source=Source.CHANNEL,
        key=message_key(client.id, said.channel_id, said.ts),
        channel_id=said.channel_id,
        root=said.root,
        messages=(said.ts,),
        link=said.link,
        author=said.user_id,
    )


def deleted(house: House, workspace_id: int, channel_id: str, ts: str) -> None:
    """A message was taken back by its author: without any left there is no question."""
    now = house.clock()
    with house.memory.read(workspace_id) as unit:
        found = [each for each in unit.questions.open_in_channel(channel_id) if ts in each.messages]
        strangers = [each for each in unit.questions.strangers_waiting(channel_id) if each.ts == ts]
        unknown = any(each.said.ts == ts for each in unit.questions.unknown_in_channel(channel_id))
    if not found and not strangers and not unknown:
        return
    with house.memory.write(workspace_id) as unit:
        _hold(unit, channel_id)
        unit.questions.drop_unknown(channel_id, ts)
        for stranger in strangers:
            unit.questions.put_stranger(replace(stranger, settled=True), at=now)
        for known in found:
            client = unit.clients.hold(known.client_id)
            question = unit.questions.get(known.id)
            if client is None or question is None or not question.is_open or ts not in question.messages:
                continue
            left = tuple(each for each in question.messages if each != ts)
            if not left:
                happened(unit, question, Event(What.NOT_A_QUESTION, now), now)
            else:
                since = max(question.asked_at, moment_of(left[0]))
                written(unit, client, question, replace(question, messages=left, asked_at=since), now)


# --- Of which client a channel is ------------------------------------------------------------------------


def invited(house: House, workspace_id: int, channel_id: str, inviter: str, at: str) -> bool:
    """The bot was invited into a channel: who did it is asked of which client it is, unless that is known.

    `at` names the invitation. False where nobody is asked: nobody of ours invited it.
    """
    now = house.clock()
    with house.memory.write(workspace_id) as unit:
        member = unit.members.by_user(inviter)
        if member is None or not member.active or unit.clients.of_channel(channel_id):
            return False
        key = f"{CHANNEL}:{channel_id}:{at}"[:128]
        if unit.outbox.by_key(key) is not None:
            return False  # told again by the platform
        new = NewEntry(key, CHANNEL, member.id, {"channel": channel_id}, due_at=unit.take_slot(now))
        return unit.outbox.add(new, now=now)


def link(house: House, actor: Actor, channel_id: str, client_id: int) -> Client:
    """A member says of which client a channel is; from now on its questions there start clocks.

    Raises Refusal ``client.gone`` or ``client.not_to_edit`` (client, owner).
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        client = held(unit, client_id)
        check_editor(unit, member, client)
        before = list(unit.clients.channels(client.id))
        if channel_id not in before:
            after = [*before, channel_id]
            unit.clients.set_channels(client.id, after)
            facts = {"channels": [before, after]}
            unit.history.add(
                NewChange(Subject.CLIENT, client.id, client.id, ChangeKind.EDITED, now, member.id, facts)
            )
        return client


# --- Whose somebody is ------------------------------------------------------------------------------------


def _ask_whose(unit: UnitOfWork, clients: Sequence[Client], said: Said, name: str, now: datetime) -> None:
    """Ask once in a channel whose somebody is: the manager of the first of its clients who has one that is there."""
    managers = [manager_of(unit, client, now) for client in clients]
    asked = next((manager for manager in managers if manager is not None and manager.active), None)
    if asked is None:
        return
    unit.questions.put_stranger(Stranger(said.channel_id, said.user_id, said.ts, said.root), at=now)
    facts = {
        "user": said.user_id,
        "name": name,
        "channel": said.channel_id,
        "ts": said.ts,
        "root": said.root,
        "link": said.link,
        "clients": [[client.id, client.name] for client in clients],
    }
    key = f"{WHOSE}:{said.channel_id}:{said.user_id}"
    unit.outbox.add(NewEntry(key, WHOSE, asked.id, facts, due_at=unit.take_slot(now)), now=now)


@dataclass(frozen=True, slots=True)
class Told:
    """Whose somebody is: a client's (`client` names it), with what waits of it now; or nobody's (empty)."""

    client: str
    waiting: Waiting | None = None


def tell_whose(house: House, actor: Actor, entry_id: int, client_id: int | None) -> Told:
    """A member answers whose person somebody is; what they wrote first starts a clock where nobody has replied since.

    It holds in the channel in which they wrote, and elsewhere where nothing better is known; that they are of none of
    its clients holds there alone. The client may be a colleague's: it then waits for the colleague, and is not shown.
    Raises Refusal ``waiting.gone`` for a question that was put to somebody else, ``client.gone``, or
    ``client.not_yours`` for who sees to none of the channel's clients any more.
    """
    now = house.clock()
    with house.memory.write(actor.workspace_id) as unit:
        member = present(unit, actor)
        entry = unit.outbox.get(entry_id)
        if entry is None or entry.kind != WHOSE or entry.member_id != member.id:
            raise Refusal("waiting.gone")
        said = _said_in(entry)
        clients = unit.clients.of_channel(said.channel_id)
        _hold(unit, said.channel_id, clients)
        _check_any(unit, member, clients, now)
        known = unit.questions.stranger(said.channel_id, said.user_id)
        stranger = known or Stranger(said.channel_id, said.user_id, said.ts, said.root)
        if client_id is None:
            unit.questions.put_stranger(replace(stranger, told=True, client_id=None), at=now)
            return Told("")
        client = held(unit, client_id)
        if client.id not in {each.id for each in clients}:
            raise Refusal("waiting.gone")
        unit.questions.put_stranger(replace(stranger, told=True, client_id=client.id), at=now)
        elsewhere = unit.questions.person(said.user_id)
        if elsewhere is None or elsewhere.whose is not Whose.CLIENT:
            unit.questions.put_person(ChannelPerson(said.user_id, Whose.CLIENT, client.id), at=now)
        if not stranger.settled:
            _asked(unit, client, said, now)
        waiting = unit.questions.by_key(message_key(client.id, said.channel_id, said.ts))
        if waiting is None or not waiting.is_open or not sees(unit, member, client, now):
            return Told(client.name)
        return Told(client.name, sheet(unit, client, waiting, now))


def _check_any(unit: UnitOfWork, member: Member, clients: Sequence[Client], now: datetime) -> None:
    """Raise Refusal ``waiting.gone`` where no client has the channel any more, ``client.not_yours`` for who may read
    none of those that do."""
    if not clients:
        raise Refusal("waiting.gone")
    if not any(sees(unit, member, client, now) for client in clients):
        check_reader(unit, member, clients[0], now)


def _said_in(entry: Entry) -> Said:
    facts = entry.facts
    return Said(
        channel_id=str(facts["channel"]),
        ts=str(facts["ts"]),
        user_id=str(facts["user"]),
        root=str(facts["root"]),
        link=None if facts["link"] is None else str(facts["link"]),
    )

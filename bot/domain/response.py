"""Response clocks: a client's question that waits for us, by when it is to be answered, and who hears of it.

Nothing here is kept: deadlines and the steps of the ladder are reckoned from what happened to a question and from the
client's business time whenever they are asked for. See docs/response.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.answer_terms import Market, Policy, Term, earliest, shortest
from bot.domain.business_time import BusinessTime
from bot.domain.clients import Client

OLD = timedelta(days=3)
"""What was said longer ago starts no clock by itself; started by hand, its clock runs from that moment."""
MOST_MESSAGES = 50
"""How many messages in a row of one question are remembered, so that an answer to each of them is recognised."""


ZONES: Mapping[str, str] = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "FR": "Europe/Paris",
    "BE": "Europe/Brussels",
    "CH": "Europe/Zurich",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LU": "Europe/Luxembourg",
    "NL": "Europe/Amsterdam",
}
"""By whose clock a client works that told no zone of its own and whose manager lives elsewhere: where most people of
its country live (for the United States that of New York, for Canada that of Toronto)."""


def zone_for(client: Client, owner_zone: str, owner_country: str) -> str:
    """The zone of a client: its own; else its manager's where both are of one country; else that of `ZONES`."""
    if client.zone:
        return client.zone
    country = client.market.partition("-")[0].upper()
    if country == owner_country.partition("-")[0].upper():
        return owner_zone
    return ZONES.get(country, owner_zone)


class Whose(StrEnum):
    """What we know of somebody who writes in a client's channel."""

    OURS = "ours"
    CLIENT = "client"
    ASKED = "asked"
    """We asked whose they are, and were not told yet."""
    NOBODY = "nobody"
    """Neither ours nor a client's: a guest of another kind, an app."""


@dataclass(frozen=True, slots=True)
class ChannelPerson:
    """Somebody who writes in channels, by the platform's identifier; `client_id` for a client's person."""

    user_id: str
    whose: Whose
    client_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody of whom we asked whose they are, in a channel of several clients.

    `ts` names the message with which they were met, `root` its thread (empty: none). It is `settled` once one of ours
    replied to it or its author took it back. What was `told` holds in that channel alone: `client_id` is whose person
    they are there, None: of none of its clients.
    """

    channel_id: str
    user_id: str
    ts: str
    root: str = ""
    settled: bool = False
    told: bool = False
    client_id: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message in a channel: `ts` names it there and says when it was written, `root` the thread (empty: none).

    `in_channel` says that it stands in the channel itself, be it as a reply in a thread that was shown there as well.
    `courtesy` says that it asks nothing ("thanks"), `seen` that it only tells that we saw the question, `outside` that
    the platform names another organisation as the author's.
    """

    channel_id: str
    ts: str
    user_id: str
    root: str = ""
    in_channel: bool = True
    courtesy: bool = False
    seen: bool = False
    outside: bool = False
    link: str | None = None

    @property
    def at(self) -> datetime:
        return moment_of(self.ts)


def moment_of(ts: str) -> datetime:
    """When a message of that name was written."""
    return datetime.fromtimestamp(float(ts), UTC)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message of whom nobody knows yet who wrote it, since `heard_at` (UTC); `answered` by one of ours meanwhile."""

    said: Said
    heard_at: datetime
    answered: bool = False


# --- What happened ----------------------------------------------------------------------------------------


class Source(StrEnum):
    """How we learnt of a question."""

    CHANNEL = "channel"
    SHORTCUT = "shortcut"
    TOUCH = "touch"
    LEAD = "lead"
    """The client came to a lead directly."""


class What(StrEnum):
    """What happened to a question after it was asked."""

    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    PAUSED = "paused"
    """We wait for the client."""
    RESUMED = "resumed"
    NOT_A_QUESTION = "not_a_question"
    REOPENED = "reopened"
    """Taken back: it waits as it did before it was closed."""
    CAME_TO_LEAD = "came_to_lead"


CLOSING = frozenset({What.ANSWERED, What.NOT_A_QUESTION})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at a UTC moment, by a member (None: a colleague unknown to us, or the client)."""

    what: What
    at: datetime
    by: int | None = None


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question about to be remembered; see `Question`."""

    client_id: int
    asked_at: datetime
    source: Source
    key: str
    channel_id: str = ""
    root: str = ""
    messages: tuple[str, ...] = ()
    link: str | None = None
    author: str = ""
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A client's question, from `asked_at` (UTC) on.

    `channel_id` is where it was asked on the platform, `root` the thread (empty: none), `messages` those in a row that
    make up the question; all empty where it came another way. `link` leads to the first of them, `author` is who wrote
    it by the platform's identifier, `by` the member who told us of it. What was said is not kept. `key` names what
    started it. `told` is the number of the last step of the ladder that was taken. `look_at` is an index of the next
    moment at which somebody may have to be told, never more; so is `missed_at` of the first deadline that passed
    unheeded (see `missed`). `version` counts changes.
    """

    id: int
    client_id: int
    asked_at: datetime
    source: Source
    key: str
    events: tuple[Event, ...] = ()
    channel_id: str = ""
    root: str = ""
    messages: tuple[str, ...] = ()
    link: str | None = None
    author: str = ""
    by: int | None = None
    told: int = 0
    look_at: datetime | None = None
    missed_at: datetime | None = None
    version: int = 0

    @property
    def standing(self) -> Standing:
        return standing_of(self.asked_at, self.events)

    @property
    def is_open(self) -> bool:
        return self.standing.closed is None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands after all that happened to it.

    `running` are the stretches in which its clocks ran, the last one open (None) while it waits for us.
    """

    running: tuple[tuple[datetime, datetime | None], ...]
    acknowledged: Event | None = None
    closed: Event | None = None
    paused: Event | None = None
    came_to_lead: Event | None = None

    @property
    def waits_for_us(self) -> bool:
        return self.closed is None and self.paused is None


def standing_of(asked_at: datetime, events: Iterable[Event]) -> Standing:
    """Play the events in their order."""
    running: list[tuple[datetime, datetime | None]] = [(asked_at, None)]
    acknowledged: Event | None = None
    closed: Event | None = None
    paused: Event | None = None
    came: Event | None = None
    for event in events:
        match event.what:
            case What.ACKNOWLEDGED:
                acknowledged = acknowledged or event
            case What.ANSWERED | What.NOT_A_QUESTION if closed is None:
                closed = event
                _stop(running, event.at)
            case What.PAUSED if closed is None and paused is None:
                paused = event
                _stop(running, event.at)
            case What.RESUMED if closed is None and paused is not None:
                paused = None
                running.append((event.at, None))
            case What.REOPENED if closed is not None:
                closed = None
                if paused is None:
                    running[-1] = (running[-1][0], None)
            case What.CAME_TO_LEAD:
                came = event
            case _:
                pass
    return Standing(tuple(running), acknowledged, closed, paused, came)


def _stop(running: list[tuple[datetime, datetime | None]], at: datetime) -> None:
    start, end = running[-1]
    if end is None:
        running[-1] = (start, max(start, at))


# --- Deadlines --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when (UTC) a question is to be acknowledged and answered; None while we wait for the client."""

    acknowledge: datetime | None
    answer: datetime | None


def deadlines(standing: Standing, policy: Policy, business: BusinessTime) -> Deadlines:
    """The deadlines of a question. An answer acknowledges as well, so no acknowledgement is due after it.

    Time in which we wait for the client counts for nothing: a span goes on where it stood, and a next business day is
    the next one after we are asked again. Raises NoBusinessTime.
    """
    answer = _ends(standing, policy.answer, business)
    acknowledge = _ends(standing, policy.acknowledge, business)
    if acknowledge is not None and answer is not None:
        acknowledge = min(acknowledge, answer)
    return Deadlines(acknowledge, answer)


def _ends(standing: Standing, terms: Sequence[Term], business: BusinessTime) -> datetime | None:
    """The first end of several terms that all run in the stretches in which the clock runs."""
    ends = [end for term in terms if (end := _end(standing, term, business)) is not None]
    return min(ends) if ends else None


def _end(standing: Standing, term: Term, business: BusinessTime) -> datetime | None:
    left = term
    last = len(standing.running) - 1
    for number, (start, until) in enumerate(standing.running):
        end = left.ends(business, start)
        # Once closed, the deadline that was in force stays the one it is measured by.
        if until is None or end <= until or (number == last and standing.paused is None):
            return end
        if left.span is not None:
            left = Term(span=left.span - business.between(start, until))
    return None


def time_to(standing: Standing, moment: datetime, business: BusinessTime) -> timedelta:
    """Business time from the question to `moment`, without the time in which we waited for the client."""
    return sum(
        (
            business.between(start, moment if until is None else min(until, moment))
            for start, until in standing.running
        ),
        timedelta(),
    )


def missed(standing: Standing, policy: Policy, business: BusinessTime, now: datetime) -> datetime | None:
    """The first deadline of a question that passed before what was due; None while there is none, and for one that
    was no question. Raises NoBusinessTime."""
    closed = standing.closed
    if closed is not None and closed.what is What.NOT_A_QUESTION:
        return None
    due = deadlines(standing, policy, business)
    firsts = [event.at for event in (standing.acknowledged, closed) if event is not None]
    ends = (
        (due.acknowledge, min(firsts, default=None)),
        (due.answer, None if closed is None else closed.at),
    )
    past = [end for end, done in ends if end is not None and (end <= now if done is None else end < done)]
    return min(past, default=None)


# --- The ladder -------------------------------------------------------------------------------------------


class Rung(StrEnum):
    """Who is told at a step of the ladder."""

    MANAGER = "manager"
    AGAIN = "again"
    """The manager a second time."""
    BACKUP = "backup"
    """The manager, and who stands in."""
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its number (a later one is higher), when it is due (UTC), and who is told."""

    number: int
    at: datetime
    rung: Rung


def ladder(standing: Standing, policy: Policy, business: BusinessTime) -> tuple[Step, ...]:
    """The steps of a question that waits for us, in their order; none while it does not.

    Where the answer is due in minutes: half, three quarters and all of the time to acknowledge; once that was done, or
    once we waited for the client and it waits for us again, as long before the answer is due, and when it is.
    Elsewhere four times of the day on which the answer is due; the first is left out once somebody has acknowledged,
    and no step is due before the client's day begins.

    A pause moves what is still to come by as long as it lasted, and to another day where days are counted. What is
    overdue when the client writes again climbs once more from the manager on. Each step has a number of its own.
    Raises NoBusinessTime.
    """
    if not standing.waits_for_us:
        return ()
    return (_by_day if shortest(policy.answer) is None else _by_minutes)(standing, policy, business)


_DAY_RUNGS = (Rung.MANAGER, Rung.AGAIN, Rung.BACKUP, Rung.LEAD)
_DAY_BEGINS = time(9)
_ROOM = time(13)


def times_of_day(end: time) -> tuple[time, ...]:
    """When somebody is told on the day at whose `end` an answer is due, on the client's clock.

    At nine, three hours before the end, an hour before it, and at it; where that is before one, in three equal parts.
    """
    if end >= _ROOM:
        return _DAY_BEGINS, _earlier(end, 180), _earlier(end, 60), end
    third = max(0, _minutes(end) - _minutes(_DAY_BEGINS)) // 3
    return min(_DAY_BEGINS, end), _earlier(end, 2 * third), _earlier(end, third), end


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _earlier(at: time, minutes: int) -> time:
    left = _minutes(at) - minutes
    return time(left // 60, left % 60)


def _by_day(standing: Standing, policy: Policy, business: BusinessTime) -> tuple[Step, ...]:
    end = earliest(policy.answer)
    assert end is not None, "the answer is due at a time of day"
    day = business.next_business_day(standing.running[-1][0])
    opens = business.opens(day)
    assert opens is not None, "a business day begins"
    due = deadlines(standing, policy, business).answer
    before = len(_DAY_RUNGS) * (len(standing.running) - 1)
    steps = []
    for number, (at, rung) in enumerate(zip(times_of_day(end), _DAY_RUNGS, strict=True), start=1):
        if number == 1 and standing.acknowledged is not None:
            continue
        moment = max(business.at(day, at), opens)
        # What was due before the pause is overdue; its day is climbed all the same, one step after the other.
        if rung is Rung.LEAD and due is not None and due >= opens:
            moment = min(moment, due)
        steps.append(Step(before + number, moment, rung))
    latest = steps[-1].at
    return tuple(Step(step.number, min(step.at, latest), step.rung) for step in steps)


_PARTS = ((2, 4), (3, 4), (4, 4))
_RUNGS = (Rung.MANAGER, Rung.BACKUP, Rung.LEAD)


def _by_minutes(standing: Standing, policy: Policy, business: BusinessTime) -> tuple[Step, ...]:
    total = shortest(policy.answer)
    assert total is not None, "the answer is due in minutes"
    whole = min(shortest(policy.acknowledge) or total / 2, total)
    steps = []
    if standing.acknowledged is None:
        steps = [
            Step(number, _due(standing, whole * part / of, business), rung)
            for number, ((part, of), rung) in enumerate(zip(_PARTS, _RUNGS, strict=True), start=1)
        ]
        if len(standing.running) == 1:
            return tuple(steps)
    return (*steps, *_again(standing, total, whole, business))


def _again(standing: Standing, total: timedelta, whole: timedelta, business: BusinessTime) -> list[Step]:
    """The steps before the answer is due, of what was acknowledged or waits for us again."""
    overdue = sum(
        time_to(standing, start, business) >= total for start, _ in standing.running[1:]
    )  # how often it waited for us again when its time was over
    since = standing.running[-1][0] if len(standing.running) > 1 else None
    steps: list[Step] = []
    for number, ((part, of), rung) in enumerate(zip(_PARTS, _RUNGS, strict=True), start=len(_RUNGS) + 1):
        at = _due(standing, total - (whole - whole * part / of), business)
        if since is not None:
            apart = whole / 4 if overdue else whole / 12
            at = max(at, business.add(steps[-1].at, apart) if steps else since)
        elif standing.acknowledged is not None and at < standing.acknowledged.at and rung is not Rung.LEAD:
            continue  # who has just acknowledged knows of it
        steps.append(Step(number + len(_RUNGS) * overdue, at, rung))
    return steps


def _due(standing: Standing, span: timedelta, business: BusinessTime) -> datetime:
    at = _end(standing, Term(span=span), business)
    assert at is not None, "it waits for us"
    return at


def next_look(steps: Sequence[Step], told: int) -> datetime | None:
    """When the ladder is to be looked at next, with the steps up to number `told` behind it; None: never."""
    return min((step.at for step in steps if step.number > told), default=None)


def step_now(steps: Sequence[Step], told: int, now: datetime) -> Step | None:
    """The step that is to be taken at `now`: the last that is due. What was missed in between is left out."""
    due = [step for step in steps if step.number > told and step.at <= now]
    return max(due, key=lambda step: step.number, default=None)


# --- Figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """One question as the figures see it: when it was asked (the client's own date), its market, how long it took.

    `acknowledged_in` and `answered_in` are business time (None: not yet); `acknowledged_met` and `answered_met` say
    whether it was in time, None while neither is decided.
    """

    asked_on: date
    market: Market
    acknowledged_in: timedelta | None
    answered_in: timedelta | None
    acknowledged_met: bool | None
    answered_met: bool | None


def measured(
    question: Question, market: Market, policy: Policy, business: BusinessTime, now: datetime
) -> Measured | None:
    """How a question went; None for one that was none. Raises NoBusinessTime."""
    standing = question.standing
    closed = standing.closed
    if closed is not None and closed.what is What.NOT_A_QUESTION:
        return None
    due = deadlines(standing, policy, business)
    firsts = [event.at for event in (standing.acknowledged, closed) if event is not None]
    first = min(firsts, default=None)
    return Measured(
        business.local_date(question.asked_at),
        market,
        None if first is None else time_to(standing, first, business),
        None if closed is None else time_to(standing, closed.at, business),
        _met(first, due.acknowledge, now),
        _met(None if closed is None else closed.at, due.answer, now),
    )


def _met(done: datetime | None, due: datetime | None, now: datetime) -> bool | None:
    if done is not None:
        return due is None or done <= due
    return False if due is not None and due < now else None


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month of a market: how many questions, shares in time (None: none decided), percentiles of business time."""

    month: date
    market: Market
    questions: int
    acknowledged: float | None
    answered: float | None
    half: timedelta | None
    ninth: timedelta | None


def by_month(questions: Iterable[Measured]) -> tuple[MonthFigures, ...]:
    """Figures by month and market, the latest month first, markets in their own order."""
    groups: dict[tuple[date, Market], list[Measured]] = {}
    for each in questions:
        groups.setdefault((each.asked_on.replace(day=1), each.market), []).append(each)
    order = list(Market)
    keys = sorted(groups, key=lambda key: (-key[0].toordinal(), order.index(key[1])))
    return tuple(_figures(month, market, groups[month, market]) for month, market in keys)


def _figures(month: date, market: Market, several: Sequence[Measured]) -> MonthFigures:
    times = sorted(each.answered_in for each in several if each.answered_in is not None)
    return MonthFigures(
        month,
        market,
        len(several),
        _share([each.acknowledged_met for each in several]),
        _share([each.answered_met for each in several]),
        percentile(times, 50),
        percentile(times, 90),
    )


def _share(met: Iterable[bool | None]) -> float | None:
    decided = [each for each in met if each is not None]
    return sum(decided) / len(decided) if decided else None


def percentile(ordered: Sequence[timedelta], rank: int) -> timedelta | None:
    """The smallest of the ordered values that at least `rank` percent do not exceed; None of none."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * rank // 100) - 1)]


class State(StrEnum):
    """How a question stands, as somebody reads it."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    PAUSED = "paused"
    ANSWERED = "answered"
    NOT_A_QUESTION = "not_a_question"


def state_of(standing: Standing) -> State:
    if standing.closed is not None:
        return State(standing.closed.what.value)
    if standing.paused is not None:
        return State.PAUSED
    return State.OPEN if standing.acknowledged is None else State.ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question as somebody reads it, by names. Moments are UTC.

    `owner` is who looks after the client (empty: nobody), `acknowledge_by` and `answer_by` are None while we wait for
    the client and once it is closed. `spent` are minutes of the client's business time, up to the answer or to now;
    `late` says that the next deadline is past, or that the answer came after it. `closed_by` is who closed it
    (empty: a reply in the channel), `came_to` the lead to whom the client came, `covering` for whom the reader covers.
    `language` is that of the client, as far as it is known (``en``, ``fr``), `zone` by whose clock it works.
    """

    question_id: int
    client_id: int
    client: str
    state: State
    asked_at: datetime
    market: Market
    owner: str = ""
    link: str | None = None
    acknowledge_by: datetime | None = None
    answer_by: datetime | None = None
    spent: int = 0
    late: bool = False
    closed_by: str = ""
    came_to: str = ""
    covering: str = ""
    language: str = "en"
    zone: str = "UTC"

    @property
    def next_by(self) -> datetime | None:
        """The deadline that comes next."""
        return self.acknowledge_by if self.state is State.OPEN else self.answer_by

    def facts(self) -> dict[str, Any]:
        """As JSON values; `waiting_from` reads them."""
        kept: dict[str, Any] = asdict(self)
        for name in _MOMENTS:
            kept[name] = None if kept[name] is None else kept[name].isoformat()
        return {**kept, "state": self.state.value, "market": self.market.value}


_MOMENTS = ("asked_at", "acknowledge_by", "answer_by")


def waiting_from(facts: Mapping[str, Any]) -> Waiting:
    """The question from the JSON values of `Waiting.facts`."""
    moments = {
        name: None if facts[name] is None else datetime.fromisoformat(facts[name]) for name in _MOMENTS
    }
    return Waiting(**{**facts, **moments, "state": State(facts["state"]), "market": Market(facts["market"])})

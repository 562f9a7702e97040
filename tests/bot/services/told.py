"""Who is told what, when, as the documents say it: dates and lists, walked day by day.

Nothing here comes from the product. A client of a weekly rhythm is due five of its owner's working days after both
sides spoke, two after one side alone did, and never earlier for it; it is neglected after eight, or seven in new hands.
Leave does not age it unless somebody covers and is there. Nobody hears more than once a day, on a day off, or during
leave. Who covers hears instead of the owner, and a row that was shown in vain lets others come first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

ROWS = 2
"""Rows of a morning message here, fewer than a book has clients: who comes first matters."""
IN_VAIN = 2
GIVES_WAY_FOR = 4
"""Messages that name a client in vain, and the working days for which it then gives way."""
DUE, DUE_AFTER_ONE_SIDE = 5, 2
NEGLECTED, NEGLECTED_IN_NEW_HANDS, NEGLECTED_AFTER_ONE_SIDE = 8, 7, 4
"""Working days: of a week, of half a week, of one and a half, of ten days, and of half of these two."""
DAY = timedelta(days=1)


@dataclass
class Leave:
    """Days that somebody entered."""

    first: date
    last: date

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass
class Person:
    """Somebody with their leave: what they entered, and the days on which their status told it."""

    entered: list[Leave] = field(default_factory=list)
    by_status: set[date] = field(default_factory=set)
    status_until: date | None = None
    """While a status stands that names its last day; `date.max`: one that names none."""

    def away(self, day: date) -> bool:
        return day in self.by_status or any(leave.on(day) for leave in self.entered)

    def works(self, day: date) -> bool:
        return is_weekday(day) and not self.away(day)

    def away_between(self, first: date, last: date) -> bool:
        return any(self.away(first + DAY * n) for n in range((last - first).days + 1))


@dataclass
class Cover:
    """A colleague sees to clients of an owner, by name, or to the whole book; maybe for a leave."""

    number: int
    owner: str
    colleague: str
    client: str
    """Empty: the whole book."""
    first: date
    last: date
    leave: Leave | None = None
    agreed_on: date | None = None
    settled_on: date | None = None
    """Declined, or ended early."""

    def is_open(self, day: date) -> bool:
        return self.settled_on is None and day <= self.last

    def is_asked(self, day: date) -> bool:
        return self.is_open(day) and self.agreed_on is None

    def holds(self, day: date) -> bool:
        """From the day of the answer until the day before it was ended."""
        if self.agreed_on is None or day < max(self.first, self.agreed_on) or day > self.last:
            return False
        return self.settled_on is None or day < self.settled_on


@dataclass
class Touch:
    number: int
    client: str
    day: date
    both: bool


@dataclass
class Known:
    """A client: whose it is since when, until when nobody is to hear of it, and to whom it was named in vain."""

    owner: str
    since: date
    in_new_hands: bool = False
    handed_on: date | None = None
    """When it was handed over last."""
    quiet_until: date | None = None
    archived: bool = False
    merged: bool = False
    named_to: str = ""
    named_on: date = date.min
    named: int = 0
    place_again_on: date | None = None

    def was_acted_on(self) -> None:
        self.named_to, self.named, self.place_again_on = "", 0, None


@dataclass(frozen=True)
class Line:
    """One row of a morning message: the client, and for whom and until when its reader covers."""

    client: str
    covering: str = ""
    until: str = ""


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


def weekdays_after(day: date, count: int) -> date:
    while count:
        day += DAY
        count -= is_weekday(day)
    return day


@dataclass
class Model:
    people: dict[str, Person] = field(default_factory=dict)
    clients: dict[str, Known] = field(default_factory=dict)
    touches: list[Touch] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)

    # --- How clients age ------------------------------------------------------------------------------------

    def in_force(self, cover: Cover, day: date) -> bool:
        """Who is away sees to nobody, whatever they agreed to before."""
        return cover.holds(day) and not self.people[cover.colleague].away(day)

    def losing(self, who: str, leave: Leave, today: date) -> set[int]:
        """The covers by somebody that would lose days, of today or later, by a leave of theirs."""
        days = [leave.first + DAY * n for n in range((leave.last - leave.first).days + 1)]
        return {
            cover.number
            for cover in self.covers
            if cover.colleague == who
            and cover.settled_on is None
            and any(day >= today and self.in_force(cover, day) for day in days)
        }

    def covers_of(self, name: str, day: date) -> list[Cover]:
        """Those by which a colleague sees to a client on a day. One for this client alone goes before the book's."""
        owner = self.clients[name].owner
        held = [each for each in self.covers if each.owner == owner and self.in_force(each, day)]
        return [each for each in held if each.client == name] or [each for each in held if not each.client]

    def ages(self, name: str, day: date) -> bool:
        owner = self.people[self.clients[name].owner]
        return owner.works(day) or (is_weekday(day) and bool(self.covers_of(name, day)))

    def after(self, name: str, day: date, count: int) -> date:
        while count:
            day += DAY
            count -= self.ages(name, day)
        return day

    def _moment(self, name: str, whole: int, half: int) -> date:
        talks = [each.day for each in self.touches if each.client == name and each.both]
        notes = [each.day for each in self.touches if each.client == name and not each.both]
        ends = [self.after(name, max(talks, default=self.clients[name].since), whole)]
        if notes:
            ends.append(self.after(name, max(notes), half))
        return max(ends)

    def _awaits_since(self, name: str) -> date | None:
        """Since when a new owner has not spoken to the client; all that is done on a day is done at noon."""
        handed = self.clients[name].handed_on
        spoken = [each for each in self.touches if each.client == name and handed and each.day >= handed]
        return None if spoken else handed

    def due_on(self, name: str) -> date:
        if (handed := self._awaits_since(name)) is not None:
            return self.after(name, handed, 1)
        return self._moment(name, DUE, DUE_AFTER_ONE_SIDE)

    def neglected_on(self, name: str) -> date:
        if (handed := self._awaits_since(name)) is not None:
            return self.after(name, handed, 3)
        whole = NEGLECTED_IN_NEW_HANDS if self.clients[name].in_new_hands else NEGLECTED
        return self._moment(name, whole, NEGLECTED_AFTER_ONE_SIDE)

    def is_told(self, name: str, today: date) -> bool:
        """Whether there is something to tell of a client, whoever hears it."""
        known = self.clients[name]
        quiet = known.quiet_until is not None and today < known.quiet_until
        return not known.archived and not quiet and self.due_on(name) <= today

    # --- Who hears of them ----------------------------------------------------------------------------------

    def readers(self, name: str, today: date) -> dict[str, Line]:
        """Who has a client in front of them, and how: who covers it by itself, or else its owner, and who covers for
        the owner's whole book."""
        owner = self.clients[name].owner
        held = sorted(self.covers_of(name, today), key=lambda each: (each.last, each.number))
        lines = {each.colleague: Line(name, owner, each.last.isoformat()) for each in held}
        return lines if held and held[0].client else lines | {owner: Line(name)}

    def lines(self, reader: str, today: date) -> list[Line]:
        """Everything that there is to tell somebody today, in its order; a message has the first `ROWS` of it."""
        found = []
        for name in self.clients:
            line = self.readers(name, today).get(reader)
            if line is not None and self.is_told(name, today):
                found.append(line)
        return sorted(found, key=lambda line: self._order(line.client, reader, today))

    def _order(self, name: str, reader: str, today: date) -> tuple[bool, bool, date, str]:
        return (
            self.gives_way(name, reader, today),
            self.neglected_on(name) > today,
            self.due_on(name),
            name,
        )

    def morning(self, reader: str, today: date) -> list[Line]:
        """The message of a morning; none during leave and on days off."""
        return self.lines(reader, today)[:ROWS] if self.people[reader].works(today) else []

    # --- Giving way -----------------------------------------------------------------------------------------

    def _is_news(self, name: str, today: date) -> bool:
        """Whether the client is due anew, or neglected, since it was named last."""
        known = self.clients[name]
        return known.named_on < self.due_on(name) or known.named_on < self.neglected_on(name) <= today

    def gives_way(self, name: str, reader: str, today: date) -> bool:
        known = self.clients[name]
        if known.named_to != reader or known.place_again_on is None or today >= known.place_again_on:
            return False
        return not self._is_news(name, today)

    def was_named(self, lines: Iterable[Line], reader: str, today: date) -> None:
        """A morning message was sent. It lasts until all who are due of the reader's own have had their mornings."""
        lines = list(lines)
        due = sum(
            known.owner == reader and not known.archived and self.due_on(name) <= today
            for name, known in self.clients.items()
        )
        shown = len(lines)
        rounds = (max(due, shown) + shown - 1) // shown if shown else 0
        days = max(GIVES_WAY_FOR, IN_VAIN * rounds)
        for line in lines:
            known = self.clients[line.client]
            giving = self.gives_way(line.client, reader, today)
            over = known.place_again_on is not None and not giving
            anew = known.named_to != reader or self._is_news(line.client, today) or over
            known.named = 1 if anew else known.named + 1
            known.named_to, known.named_on = reader, today
            if not giving:
                known.place_again_on = weekdays_after(today, days + 1) if known.named >= IN_VAIN else None

"""The brief of a client with a long history, first screen and whole, and promises read out of a note."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from bench.firms import MONDAY, Firm, build, names
from bench.measure import Case, each, interleave, spread
from bench.results import Row
from bench.scale import Bench
from bot.domain.touches import Channel, Direction
from bot.ports import NewContact, NewTouch
from bot.services import briefs, promises
from handlers.i18n import words_for
from handlers.parsing import Reader
from handlers.parsing.promises import promises_in
from handlers.views import briefs as views

_BOOK = 60
_TOUCHES = 500
_PEOPLE = 8
_OPEN = 5
_NOTE = "talked about the renewal, they are happy with the pilot. Promised a quote by Friday and I'll send the deck."
_ACME = 1


def measure(bench: Bench) -> list[Row]:
    firm = build(bench.folder / "briefs.db", names(_BOOK), book=_BOOK)
    _fill(firm)
    actor, zone = firm.actor(0), ZoneInfo("America/New_York")
    words, reader = words_for("en-US"), Reader(MONDAY, zone, "en-US")

    def first(_: int) -> object:
        return views.brief(briefs.brief(firm.house, actor, _ACME), words, zone=zone, now=MONDAY)

    def whole(_: int) -> object:
        found = briefs.brief(firm.house, actor, _ACME, whole=True)
        return views.whole(found, words, zone=zone, now=MONDAY)

    def without(_: int) -> object:
        with firm.house.memory.read(firm.workspace.id) as unit:
            reading, client = unit.members.get(actor.member_id), unit.clients.get(_ACME)
            assert reading is not None
            assert client is not None
            return briefs.without_gifts(unit, reading, client, MONDAY)

    cases = {
        "brief.first": (f"first screen of a brief, {_TOUCHES} touches, {_BOOK} clients", first),
        "brief.whole": ("the whole brief, with what three people may receive", whole),
        "brief.book": ("the same without asking the gift judge", without),
        "brief.note": (
            "promises read out of a note of a hundred letters",
            lambda _: promises_in(_NOTE, reader),
        ),
    }
    times = interleave([Case(key, each(_one, call)) for key, (_, call) in cases.items()], bench.scale.pace)
    firm.engine.dispose()
    return [Row(key, what, spread(times.cpu[key]).scaled(1e6), "µs") for key, (what, _) in cases.items()]


def _one() -> int:
    return _ACME


def _fill(firm: Firm) -> None:
    """One client with people, promises and a touch every eighteen hours."""
    actor = firm.actor(0)
    with firm.house.memory.write(firm.workspace.id) as unit:
        people = [unit.contacts.add(NewContact(_ACME, f"Person {n}")).id for n in range(_PEOPLE)]
        for number in range(_TOUCHES):
            at = MONDAY - timedelta(hours=18 * number)
            unit.touches.add(
                NewTouch(
                    _ACME,
                    actor.member_id,
                    Channel.CALL,
                    Direction.TWO_WAY,
                    at,
                    False,
                    _NOTE,
                    at,
                    f"t{number}",
                    (people[number % len(people)],),
                )
            )
    for number in range(_OPEN):
        day = (MONDAY + timedelta(days=number)).date()
        promises.make(firm.house, actor, _ACME, f"quote {number}", day, f"p{number}")

"""Commands from the signed request to the acknowledgement, against a listener that only acknowledges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from random import Random

from slack_bolt import App

from bench.firms import MONDAY, Firm, build, names
from bench.measure import Case, Pace, Spread, each, interleave, spread
from bench.results import Goal, Row, single
from bench.scale import Bench
from bench.slack import (
    NOTHING,
    Deliveries,
    Delivery,
    answered,
    bare_app,
    bare_app_for_closed_forms,
    whole_app,
)
from bench.slips import slip
from bot.domain.clients import Tier
from bot.domain.lookup import choose
from bot.door.assembly import Bot
from bot.ports import NewClient, NewContact
from bot.services.clients import enter
from handlers.answers import Answer, Message, Nothing, Post
from handlers.ask import Ask

_BOOK = 500
_SMALL_BOOK = 60
_SAID = "call yesterday, talked about the renewal"
_GIFT = "$45 bottle of wine for Jane Smith at Ford"
_FAILURES = 50


def measure(bench: Bench) -> list[Row]:
    firm = _firm(bench)
    bot = whole_app(firm)
    _add_routes(bot)
    rows = [*_costs(bench.scale.pace, firm, bot), *_failures(bench.scale.pace, bot)]
    bot.afterwards.close(10)
    firm.engine.dispose()
    return rows


def _firm(bench: Bench) -> Firm:
    """A member with five hundred clients, Ford with a buyer among them, and a colleague with sixty."""
    book = min(_BOOK, bench.scale.sizes[0])
    firm = build(bench.folder / "commands.db", names(book + _SMALL_BOOK), book=book)
    with firm.house.memory.write(firm.workspace.id) as unit:
        ford = NewClient(name="Ford", owner_id=1, tier=Tier.A, market="US", currency="USD")
        unit.contacts.add(NewContact(enter(unit, ford, MONDAY), "Jane Smith", role="buyer"))
    return firm


def _said_of(names: Iterator[str]) -> Iterator[str]:
    """What is typed of one client after the other; never the same words twice, which would be asked about."""
    return (f"{name} {_SAID} v{number}" for number, name in enumerate(names))


def _add_routes(bot: Bot) -> None:
    """Listeners that do nothing, before and behind all others, and two that fail."""
    routes = bot.desk.routes
    routes.commands = {"/first": _nothing, **routes.commands, NOTHING: _nothing}
    routes.command("/raises", _raises)
    routes.command("/fails-later", _fails_later)


def _nothing(_ask: Ask) -> Answer:
    return Nothing()


def _raises(_ask: Ask) -> Answer:
    raise RuntimeError("a surprise")


def _fails_later(_ask: Ask) -> Answer:
    """Acknowledged; carrying it out then raises, because a command has no conversation to post into."""
    return Post(Message("never posted"))


def _costs(pace: Pace, firm: Firm, bot: Bot) -> list[Row]:
    bare, bare_closed, whole = bare_app(), bare_app_for_closed_forms(), bot.app
    deliveries = Deliveries()
    exact = cycle([name.key.title() for name in firm.names[: firm.book]])
    mistyped = cycle(_mistyped(firm))

    def command(
        app: App, name: str, texts: Iterator[str] | None = None
    ) -> Callable[[int], Callable[[], None]]:
        def make() -> Delivery:
            return deliveries.command(name, next(texts) if texts is not None else "")

        return each(make, lambda delivery: answered(app, delivery))

    def home(delivery: Delivery) -> None:
        answered(whole, delivery)
        bot.afterwards.finish(10)

    times = interleave(
        [
            Case("bare", command(bare, NOTHING)),
            Case("nothing", command(whole, NOTHING)),
            Case("first", command(whole, "/first")),
            Case("unknown", command(whole, "/unknown")),
            Case("closed bare", each(deliveries.closed_form, lambda one: answered(bare_closed, one))),
            Case("closed", each(deliveries.closed_form, lambda one: answered(whole, one))),
            Case("touch", command(whole, "/client-touch", _said_of(exact))),
            Case("touch, typo", command(whole, "/client-touch", _said_of(mistyped))),
            Case("gift", command(whole, "/gift-check", cycle([_GIFT]))),
            Case("home", each(lambda: deliveries.home_opened(member=1), home)),
            Case("home, large", each(lambda: deliveries.home_opened(member=0), home)),
            Case("clients", each(lambda: deliveries.home_tab("clients", member=1), home)),
            Case("clients, large", each(lambda: deliveries.home_tab("clients", member=0), home)),
        ],
        pace,
    )
    microseconds = single(sorted(times.cpu["bare"])[len(times.cpu["bare"]) // 2] * 1e6)
    cpu, wall = times.cpu_ratio, times.wall_ratio
    return [
        Row("bolt.bare", "bare Bolt, one listener that only acknowledges (the base)", microseconds, "µs"),
        Row(
            "bolt.nothing",
            "the same command through the whole app",
            cpu("nothing", "bare"),
            "×",
            Goal(1, 1.35, 1.15),
        ),
        Row(
            "bolt.nothing_wall",
            "the same, wall time to the acknowledgement",
            wall("nothing", "bare"),
            "×",
            Goal(2, 1.5, 1.2),
        ),
        Row("bolt.unknown", "an unknown command, answered with a sentence", cpu("unknown", "bare"), "×"),
        Row(
            "bolt.last_command",
            "last registered command, to the first",
            cpu("nothing", "first"),
            "×",
            Goal(3, 1.5, 1.1),
        ),
        Row(
            "bolt.last_kind",
            "last kind of payload (a form closed), to bare Bolt with that listener",
            cpu("closed", "closed bare"),
            "×",
            Goal(3, 1.5, 1.1),
        ),
        Row(
            "command.gift",
            "/gift-check, judged, explained and recorded",
            cpu("gift", "bare"),
            "×",
            Goal(4, 5, 3.5),
        ),
        Row("command.touch", "/client-touch, name as it is", cpu("touch", "bare"), "×", Goal(5, 4.5, 3)),
        Row(
            "command.touch_typo",
            f"/client-touch, a slip in the name, one's own {firm.book} clients",
            cpu("touch, typo", "bare"),
            "×",
            Goal(5, 9, 5),
        ),
        Row(
            "home",
            f"Home tab of a book of {_SMALL_BOOK}: today's five and the clients, published",
            cpu("home", "bare"),
            "×",
            Goal(6, 3.5, 2.5),
        ),
        Row(
            "home.large",
            f"the same of a book of {firm.book}",
            cpu("home, large", "bare"),
            "×",
        ),
        Row(
            "home.clients",
            f"My clients of a book of {_SMALL_BOOK}, published",
            cpu("clients", "bare"),
            "×",
        ),
        Row(
            "home.clients_large",
            f"the first page of a book of {firm.book}, published",
            cpu("clients, large", "bare"),
            "×",
        ),
        *(
            Row(
                f"{key}_wall",
                f"{what}, wall time to the acknowledgement",
                _milliseconds(times.wall[case]),
                "ms",
            )
            for key, what, case in (
                ("command.gift", "/gift-check", "gift"),
                ("command.touch", "/client-touch", "touch"),
                ("command.touch_typo", "/client-touch with a slip", "touch, typo"),
            )
        ),
    ]


def _milliseconds(seconds: list[float]) -> Spread:
    return spread(seconds).scaled(1000)


def _mistyped(firm: Firm) -> list[str]:
    """Names with one slip, those of them that are clear enough to be acted on."""
    draw = Random(3)
    clear: list[str] = []
    with firm.house.memory.read(firm.workspace.id) as unit:
        for number, name in enumerate(firm.names[: firm.book]):
            typed = slip(name.key, draw)
            found = choose(unit.clients.similar(typed, owner_id=1, limit=12)).client
            if found is not None and found.client_id == number + 1 and not unit.clients.named(typed):
                clear.append(typed.title())
    return clear


def _failures(pace: Pace, bot: Bot) -> list[Row]:
    deliveries = Deliveries()

    def command(name: str) -> Callable[[int], Callable[[], None]]:
        timed = each(lambda: deliveries.command(name), lambda one: answered(bot.app, one))

        def prepare(count: int) -> Callable[[], None]:
            bot.afterwards.finish(10)
            return timed(count)

        return prepare

    acknowledged = sum(
        bot.app.dispatch(one.request()).status == 200
        for name in ("/raises", "/fails-later")
        for one in (deliveries.command(name) for _ in range(_FAILURES))
    )
    times = interleave([Case(name, command(name)) for name in (NOTHING, "/raises", "/fails-later")], pace)
    return [
        Row(
            "failure.acknowledged",
            "failing before or after the acknowledgement: Slack gets its 200",
            single(100 * acknowledged / (2 * _FAILURES)),
            "%",
            Goal(7, 100, at_least=True),
        ),
        Row(
            "failure.after_wall",
            "failing after the acknowledgement: wall time to it, to a no-op",
            times.wall_ratio("/fails-later", NOTHING),
            "×",
            Goal(7, 2),
        ),
        Row(
            "failure.before_wall",
            "a surprise in a listener, logged with a reference, to a no-op",
            times.wall_ratio("/raises", NOTHING),
            "×",
        ),
    ]

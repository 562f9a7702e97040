"""A process that starts as far as it is told and says what that cost: ``python -m bench.started WHAT DATABASE``.

``nothing`` only the interpreter; ``bolt`` imports slack_bolt; ``bot`` is assembled and ready, as in production but
without a connection to Slack; ``names`` also has a large firm's names in memory.
"""

from __future__ import annotations

import sys
from time import process_time


def started(what: str, database: str) -> None:
    match what:
        case "nothing":
            return
        case "bolt":
            import slack_bolt  # noqa: F401 (what it costs is the question)
        case "bot" | "names":
            _bot(database, look_up=what == "names")
        case _:
            raise ValueError(f"cannot start {what!r}")


def _bot(database: str, *, look_up: bool) -> None:
    from bot.door.assembly import Identity, assemble, build_house, clock_of, web_client
    from bot.door.running import check, only_one
    from bot.services.clients import type_ahead
    from bot.services.house import Actor
    from bot.settings import Settings
    from handlers.socket_mode import SocketMode
    from storage.engine import open_engine
    from storage.migrate import migrate

    settings = Settings(
        slack_bot_token="xoxb-bench",
        slack_app_token="xapp-bench",
        database_url=f"sqlite:///{database}",
    )
    check(settings)
    with only_one(settings):
        engine = open_engine(settings.database())
        migrate(engine)
        house = build_house(settings, engine, clock_of(settings))
        identity = Identity("T0BENCH", "Bench", "B0BENCH", "U0BENCH")
        bot = assemble(settings, house, web_client(settings), identity)
        SocketMode(bot.app, "xapp-bench")
        if look_up:
            house.memory.warm(bot.workspace.id)
            type_ahead(house, Actor(bot.workspace.id, 1), "somebody mistyped")


def resident() -> int:
    """Bytes of memory that this process holds now; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (importing pathlib would count)
            pages = int(file.read().split()[1])
    except OSError:
        return 0
    import resource

    return pages * resource.getpagesize()


if __name__ == "__main__":
    started(sys.argv[1], sys.argv[2])
    cpu = process_time()
    memory = resident()
    print(cpu, memory, *sorted({name.partition(".")[0] for name in sys.modules}))
    sys.stdout.flush()

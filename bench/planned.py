"""``python -m bench.planned DATABASE``: start as in production, plan, compose; say as JSON how much memory that took.

The figures are the most that the process has held until then, in MiB: ready to serve, started, and after two ticks of
the planner and the composing of what they planned. Slack is not spoken to, and nothing is delivered.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.firms import MONDAY, Clock
from bot.domain.outbox import State
from bot.services import delivery, digest, leads

_TICKS = 2
_MOST = 1000


def main(database: Path) -> None:
    from bot.door.assembly import Identity, assemble, build_house, web_client
    from bot.settings import Settings
    from handlers.messenger import SlackMessenger
    from storage.engine import open_engine
    from storage.migrate import migrate

    settings = Settings(
        slack_bot_token="xoxb-bench", slack_app_token="xapp-bench", database_url=f"sqlite:///{database}"
    )
    engine = open_engine(settings.database())
    migrate(engine)
    house = build_house(settings, engine, Clock(MONDAY))
    client = web_client(settings)
    bot = assemble(settings, house, client, Identity("T0BENCH", "Bench", "B0BENCH", "U0BENCH"))
    held = {"ready": peak()}
    workspace_id = bot.workspace.id
    # What `Bot.start` does before it starts threads, and the other ticks that read the book.
    delivery.reopen(house, workspace_id)
    digest.start_clocks(house, workspace_id)
    held["started"] = peak()
    for _ in range(_TICKS):
        digest.plan(house, workspace_id)
        leads.plan(house, workspace_id)
    messenger = SlackMessenger(client)
    with house.memory.read(workspace_id) as unit:
        entries = unit.outbox.listed([State.PENDING], kind=digest.KIND, limit=_MOST)
    for entry in entries:
        with house.memory.read(workspace_id) as unit:
            member = unit.members.get(entry.member_id)
            assert member is not None, "planned for a moment ago"
            facts = digest.recompose(unit, member, entry, house.clock())
            if facts is not None:
                messenger.render(entry.kind, facts, member, entry.id)
    held["composed"] = peak()
    print(json.dumps({**held, "digests": len(entries)}))
    engine.dispose()


def peak() -> float:
    """The most memory that this process has held so far, in MiB; what its parent held does not count."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("the system does not tell")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

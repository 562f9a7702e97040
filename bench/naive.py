"""What it would cost to keep no clocks: how each client stands, reckoned from all touches with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.firms import MONDAY, micros

TOUCHES = 10
"""For each client, a fortnight apart and further."""

_FILL = """
insert into apart.touches (client_id, at)
with recursive several(number) as (select 0 union all select number + 1 from several where number < :last)
select client.id, :now - (number * 14 + client.id % 40) * 86400000000
from clients client, several where client.workspace_id = :workspace"""
_STANDING = """
select client.tier, client.market,
  case when :now - last > 90 * 86400000000 then 2 when :now - last > 30 * 86400000000 then 1 else 0 end as state,
  count(*)
from (select client_id, max(at) as last from apart.touches group by client_id) touched
join clients client on client.id = touched.client_id
where client.workspace_id = :workspace and client.archived = 0
group by 1, 2, 3"""


@contextmanager
def touches_apart(raw: sqlite3.Connection, folder: Path, workspace_id: int) -> Iterator[None]:
    """A bare table of touches (whose, when; indexed by both) beside the firm's own, with `TOUCHES` for each client."""
    file = folder / "apart.db"
    raw.execute("attach ? as apart", (str(file),))
    raw.execute("pragma apart.synchronous = off")
    raw.execute("create table apart.touches (client_id integer not null, at integer not null)")
    raw.execute(_FILL, {"now": micros(MONDAY), "workspace": workspace_id, "last": TOUCHES - 1})
    raw.execute("create index apart.by_client on touches (client_id, at)")
    yield
    raw.execute("detach apart")
    file.unlink()


def standing(raw: sqlite3.Connection, workspace_id: int) -> int:
    """Clients counted by tier, state and market, from their touches; returns how many."""
    found = raw.execute(_STANDING, {"now": micros(MONDAY), "workspace": workspace_id}).fetchall()
    return sum(row[-1] for row in found)

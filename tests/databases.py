"""Databases with our schema for tests: made once by the migrations, then copied."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, create_engine, text

from storage.engine import open_engine
from storage.migrate import HEAD, migrate


def open_file(file: Path) -> Engine:
    """A new SQLite database in `file`, with our schema and no row of ours in it."""
    file.write_bytes(_migrated_file())
    return open_engine(f"sqlite:///{file}")


@lru_cache(maxsize=1)
def _migrated_file() -> bytes:
    """What the migrations make of an empty file. Running them for each test took most of its time."""
    with TemporaryDirectory(prefix="rapport-template-") as folder:
        file = Path(folder) / "rapport.db"
        engine = open_engine(f"sqlite:///{file}")
        migrate(engine)
        engine.dispose()
        assert not file.with_name("rapport.db-wal").exists(), "all of it is in the file"
        return file.read_bytes()


_OTHERS_END = """
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()"""

_EMPTY = """
do $$
declare
    it record;
    filled boolean;
begin
    for it in select oid::regclass as name from pg_class
              where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'alembic_version'
    loop
        execute format('select exists (select from %s)', it.name) into filled;
        if filled then execute format('delete from %s', it.name); end if;
    end loop;
    perform setval(format('%I.%I', schemaname, sequencename), start_value, false)
    from pg_sequences where last_value is not null;
end $$"""

_SHAPE = """
select md5(concat_ws('/',
    (select string_agg(format('%s:%s:%s', oid, relname, relfilenode), ',' order by oid)
     from pg_class where relnamespace = 'public'::regnamespace),
    (select count(*) from pg_namespace),
    (select string_agg(format('%s:%s', oid, tgenabled), ',' order by oid) from pg_trigger where not tgisinternal),
    (select string_agg(oid::text, ',' order by oid) from pg_constraint),
    (select string_agg(oid::text, ',' order by oid) from pg_proc where pronamespace = 'public'::regnamespace),
    (select count(*) from pg_attribute where not attisdropped),
    (select count(*) from pg_db_role_setting)))"""


class Databases:
    """Databases with our schema on one PostgreSQL server, lent to tests.

    One that comes back as it was made but for its rows is emptied and lent again: to make one takes longer than most
    tests.
    """

    def __init__(self, server: str) -> None:
        self.server = server
        self._numbers = count(1)
        self._free: list[str] = []
        self._template = f"rapport_template_{os.getpid()}"
        administer(server, f'create database "{self._template}"')
        engine = open_engine(address_of(server, self._template))
        migrate(engine)
        with engine.begin() as connection:
            self._shape = connection.execute(text(_SHAPE)).scalar_one()
        engine.dispose()

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The address of a database without any row of ours, whose ids begin at one."""
        name = self._free.pop() if self._free else self._made()
        yield address_of(self.server, name)
        if self._emptied(name):
            self._free.append(name)
        else:
            administer(self.server, f'drop database "{name}" with (force)')

    def _made(self) -> str:
        name = f"rapport_{os.getpid()}_{next(self._numbers)}"
        administer(self.server, f'create database "{name}" template "{self._template}"')
        return name

    def _emptied(self, name: str) -> bool:
        """Whether it is again what it was; not if a test changed more than rows."""
        engine = create_engine(open_engine(address_of(self.server, name)).url)
        try:
            with engine.begin() as connection:
                return self._may_be_emptied(connection) and _empty(connection)
        finally:
            engine.dispose()

    def _may_be_emptied(self, connection: Connection) -> bool:
        mighty = connection.execute(text("select rolsuper from pg_roles where rolname = current_user"))
        if not mighty.scalar_one() or connection.execute(text(_SHAPE)).scalar_one() != self._shape:
            return False
        revision = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
        return revision == HEAD


def _empty(connection: Connection) -> bool:
    connection.execute(text(_OTHERS_END))
    # Neither the guards of the register nor references hold up who is a replica.
    connection.execute(text("set local session_replication_role = replica"))
    connection.execute(text(_EMPTY))
    return True


def administer(server: str, statement: str) -> None:
    """Run on the server itself what no transaction may hold."""
    address = open_engine(server).url
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def address_of(server: str, name: str) -> str:
    """The address of the database `name` on a server that is known by the address of another."""
    return (
        open_engine(server)
        .url.set(database=name, drivername="postgresql")
        .render_as_string(hide_password=False)
    )

"""Imports: a client list from elsewhere becomes the book, all of it or nothing."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.domain.book_rows import BookRow, RejectedRow, known_columns, read_row
from bot.domain.cadence import CALM_AFTER_IMPORT, NEW_CLIENT_FOR
from bot.domain.clients import Client, Tier
from bot.domain.digest import next_digest
from bot.domain.members import Member, Profile, Role
from bot.domain.names import fold, normalise
from bot.domain.refusals import Refusal
from bot.domain.working_time import WorkingCalendar
from bot.ports import NewClient, NewContact, UnitOfWork, description_of, description_of_contact
from bot.services import workspaces
from bot.services.clients import enter
from bot.services.house import House
from bot.services.owners import calendar_of, workspace_calendar
from bot.services.touches import recount

LARGEST_FILE = 50 * 1024 * 1024
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


@dataclass(slots=True)
class Imported:
    """What an import did, or would do: client names that are new, changed and as they were, and rows refused.

    With any row refused nothing was written. `contacts` counts new contacts.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    contacts: int = 0


class _Undone(Exception):
    """Rolls the transaction back on purpose."""


def import_clients(house: House, workspace_id: int, data: bytes, *, dry_run: bool = False) -> Imported:
    """Read a CSV file into the book: new clients are added, known ones (same name) updated, nothing is removed.

    UTF-16 or UTF-8, with or without a mark, else Windows-1252; comma, semicolon or tab. A client whose last touch the
    file tells counts from there; for ten working days after the import nothing turns red. Owners are members by
    user id, e-mail or name; a user id that is not known yet is taken in. Raises Refusal ``import.too_large``,
    ``import.empty`` or ``import.no_name_column`` (headings).
    """
    now = house.clock()
    result = Imported()
    with suppress(_Undone), house.memory.write(workspace_id) as unit:
        today = now.astimezone(ZoneInfo(unit.workspace.zone)).date()
        rows: list[BookRow] = []
        for row in read_rows(data, today):
            if isinstance(row, RejectedRow):
                result.rejected.append(row)
            else:
                rows.append(row)
        _take_in(unit, rows, now, result)
        if dry_run or result.rejected:
            raise _Undone
    return result


def read_rows(data: bytes, today: date) -> Iterator[BookRow | RejectedRow]:
    """The rows of a CSV file. Raises the refusals of `import_clients`."""
    if len(data) > LARGEST_FILE:
        raise Refusal("import.too_large", limit=LARGEST_FILE // 1024 // 1024)
    text = _decoded(data).replace("\0", "")  # which PostgreSQL cannot keep
    # Strictly: a quotation mark that is never closed would otherwise swallow all that follows without a word.
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns: dict[str, int] | None = None
    try:
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = known_columns(cells)
                if "name" not in columns:
                    raise Refusal("import.no_name_column", headings=tuple(cells))
                continue
            named = {column: cells[at] for column, at in columns.items() if at < len(cells)}
            yield read_row(table.line_num, named, today)
    except csv.Error as broken:
        yield RejectedRow(table.line_num, "row.broken", str(broken))
        return
    if columns is None:
        raise Refusal("import.empty")


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    for encoding, zeros in (("utf-16-le", data[1:200:2]), ("utf-16-be", data[0:200:2])):
        if zeros.count(0) > len(zeros) // 2:  # every second byte is nothing: wide letters without a mark
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("windows-1252", errors="replace")


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max((",", ";", "\t"), key=first.count)


def _take_in(unit: UnitOfWork, rows: Sequence[BookRow], now: datetime, result: Imported) -> None:
    owners = _Owners(unit, now)
    unit.clients.hold_names()
    workspaces.begin(unit, now)
    by_client: dict[str, list[BookRow]] = {}
    for row in rows:
        by_client.setdefault(normalise(row.name), []).append(row)
    for group in by_client.values():
        _take_in_client(unit, group, owners, now, result)


def _take_in_client(
    unit: UnitOfWork, group: Sequence[BookRow], owners: _Owners, now: datetime, result: Imported
) -> None:
    """All rows of one client: the first that says something of the client decides, each may bring a contact."""
    first = group[0]
    held = unit.clients.named(first.name)
    if len(held) > 1:
        result.rejected.append(RejectedRow(first.line, "name.ambiguous", first.name))
        return
    known = unit.clients.get(held[0].client_id) if held else None
    owner_text = next((row.owner for row in group if row.owner), "")
    owner = owners.find(owner_text) if owner_text else None
    if owner_text and owner is None:
        result.rejected.append(RejectedRow(first.line, "owner.unknown", owner_text))
        return
    wanted = _wanted(unit, group, known, owner, now)
    if known is None:
        client_id = enter(unit, wanted, now)
        result.new.append(first.name)
    else:
        client_id = known.id
        if wanted == description_of(known):
            result.same.append(known.name)
        else:
            unit.clients.update(
                known.id, replace(wanted, calm_until=_calm_until(calendar_of(unit, known), now))
            )
            recount(unit, known.id, now)
            result.changed.append(known.name)
    result.contacts += _take_in_contacts(unit, client_id, group)


def _wanted(
    unit: UnitOfWork, group: Sequence[BookRow], known: Client | None, owner: Member | None, now: datetime
) -> NewClient:
    """The client as it should be afterwards; what the file does not say stays as it is."""
    tier = next((row.tier for row in group if row.tier), None)
    market = next((row.market for row in group if row.market), "")
    currency = next((row.currency for row in group if row.currency), "")
    cadence = next((row.cadence_days for row in group if row.cadence_days), None)
    last_touch = max((row.last_touch for row in group if row.last_touch), default=None)
    aliases = dict.fromkeys(alias for row in group for alias in row.aliases)
    calendar = owner.calendar if owner else workspace_calendar(unit)
    spoke = calendar.at(last_touch, time(12)) if last_touch else None
    if known is not None:
        handed_over = owner is not None and known.owner_id is not None and owner.id != known.owner_id
        told = [at for at in (known.spoke_before_at, spoke) if at is not None]
        return replace(
            description_of(known),
            owner_id=owner.id if owner else known.owner_id,
            tier=tier or known.tier,
            market=market or known.market,
            currency=currency or known.currency,
            aliases=tuple(dict.fromkeys((*known.aliases, *aliases))),
            cadence_days=cadence or known.cadence_days,
            spoke_before_at=max(told, default=None),
            new_until=now + NEW_CLIENT_FOR if handed_over else known.new_until,
        )
    return NewClient(
        name=group[0].name,
        owner_id=owner.id if owner else None,
        tier=tier or Tier.B,
        market=market or unit.workspace.country,
        currency=currency or unit.workspace.currency,
        aliases=tuple(aliases),
        cadence_days=cadence,
        spoke_before_at=spoke,
        calm_until=_calm_until(calendar, now),
    )


def _calm_until(calendar: WorkingCalendar, now: datetime) -> datetime:
    """Until when nothing turns red after an import that brought or changed a client."""
    return calendar.starts(calendar.add_working_days(calendar.local_date(now), CALM_AFTER_IMPORT))


def _take_in_contacts(unit: UnitOfWork, client_id: int, group: Sequence[BookRow]) -> int:
    """Add contacts that the client does not have, update those it has; returns how many are new."""
    held = {fold(contact.name): contact for contact in unit.contacts.of_client(client_id)}
    added = 0
    for row in group:
        if not row.contact:
            continue
        known = held.get(fold(row.contact))
        described = NewContact(client_id, row.contact) if known is None else description_of_contact(known)
        wanted = replace(
            described,
            role=row.contact_role or described.role,
            email=row.contact_email or described.email,
            employer=row.contact_employer or described.employer,
            regimes=row.contact_regimes or described.regimes,
            jurisdiction=row.contact_jurisdiction or described.jurisdiction,
        )
        if known is None:
            held[fold(row.contact)] = unit.contacts.add(wanted)
            added += 1
        else:
            unit.contacts.update(known.id, wanted)
    return added


class _Owners:
    """Finds the members that a file names; a user id seen for the first time is taken in."""

    def __init__(self, unit: UnitOfWork, now: datetime) -> None:
        self._unit = unit
        self._now = now
        self._found: dict[str, Member | None] = {}

    def find(self, typed: str) -> Member | None:
        if typed not in self._found:
            self._found[typed] = self._look_up(typed)
        return self._found[typed]

    def _look_up(self, typed: str) -> Member | None:
        members = self._unit.members
        if "@" in typed:
            return members.by_email(typed)
        named = [m for m in members.all() if fold(m.name) == fold(typed)]
        if len(named) == 1:
            return named[0]
        if not _USER_ID.fullmatch(typed):
            return None
        known = members.by_user(typed)
        if known is not None:
            return known
        workspace = self._unit.workspace
        profile = Profile(typed, typed, workspace.zone, workspace.locale, workspace.country)
        added = members.add(profile, frozenset({Role.ACCOUNT_MANAGER}), at=None)
        members.move_digest(added.id, old=None, new=next_digest(added, self._now))
        return members.get(added.id)

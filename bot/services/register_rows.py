"""The entries of the register with all that they tell of, read page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.gifts.chain import EntryKind, RegisterEntry
from bot.domain.gifts.counterparts import recorded_counterpart
from bot.domain.gifts.register import Fate, GiftCheck, Side
from bot.domain.gifts.register_rows import DECISIONS, RegisterRow
from bot.domain.money import Money
from bot.ports import UnitOfWork
from bot.services.house import House

_PAGE = 500
_MOST_NAMES = 20_000
_GIFTS = (EntryKind.GIVEN, EntryKind.RECEIVED, EntryKind.TAKEN_OUT)
_SAID_BY_COLUMNS = frozenset(
    [
        *("client", "contact", "category", "description", "value", "currency", "on", "outcome", "direction"),
        *("verdict", "rulebook", "record", "comment", "reason"),
    ]
)


def rows_between(
    house: House, workspace_id: int, first: datetime, last: datetime, up_to: int
) -> Iterator[RegisterRow]:
    """Entries from `first` on and before `last` up to number `up_to`, each as a row.

    Holds a page at a time, and no transaction while the caller works on a row.
    """
    after, names = 0, Names()
    while True:
        with house.memory.read(workspace_id) as unit:
            page = [entry for entry in unit.register.page(after, _PAGE, first, last) if entry.number <= up_to]
            rows = rows_of(unit, page, names)
        yield from rows
        if not page:
            return
        after = page[-1].number


class Names:
    """Names that were looked up already; forgotten when they become too many."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str] = {}

    def member(self, unit: UnitOfWork, member_id: int | None) -> str:
        return self._found("member", member_id, unit.members.get)

    def client(self, unit: UnitOfWork, client_id: int | None) -> str:
        return self._found("client", client_id, unit.clients.get)

    def contact(self, unit: UnitOfWork, contact_id: int | None) -> str:
        return self._found("contact", contact_id, unit.contacts.get)

    def _found(self, kind: str, number: int | None, look_up: Any) -> str:
        if number is None:
            return ""
        key = (kind, number)
        if key not in self._known:
            if len(self._known) >= _MOST_NAMES:
                self._known.clear()
            found = look_up(number)
            self._known[key] = "" if found is None else found.name
        return self._known[key]


def rows_of(unit: UnitOfWork, page: Sequence[RegisterEntry], names: Names) -> list[RegisterRow]:
    """Some entries as rows."""
    check_ids = {entry.check_id for entry in page if entry.check_id is not None}
    checks = {check.id: check for check in unit.gifts.checks(check_ids)}
    return [_row(unit, entry, checks.get(entry.check_id or 0), names) for entry in page]


def _row(unit: UnitOfWork, entry: RegisterEntry, check: GiftCheck | None, names: Names) -> RegisterRow:
    facts = entry.facts
    # A request tells what it was about at that moment: a changed one is about another gift than its first check.
    gift = facts if entry.kind in _GIFTS or entry.request_id is not None else {}
    proposal: Mapping[str, Any] = check.proposal if check is not None else {}
    item: Mapping[str, Any] = (proposal.get("items") or [{}])[0]
    person, organisation = recorded_counterpart(proposal)
    client_id = _number(facts.get("client")) or (check.client_id if check is not None else None)
    contact_id = _number(facts.get("contact")) or (check.contact_id if check is not None else None)
    decides = entry.kind in DECISIONS
    who = names.member(unit, entry.member_id)
    return RegisterRow(
        number=entry.number,
        kind=entry.kind,
        at=entry.at,
        seal=entry.seal,
        member=who,
        client_id=client_id,
        client=names.client(unit, client_id) or organisation,
        person=names.contact(unit, contact_id) or person,
        category=(_text(gift.get("category")) or item.get("category") or "gift")
        if check is not None
        else None,
        description=_text(gift.get("description")) or _text(item.get("description")),
        value=_value(gift, item),
        direction=Side(str(proposal.get("direction", Side.GIVEN))) if check is not None else None,
        outcome=Fate(str(facts["outcome"])) if facts.get("outcome") in list(Fate) else None,
        on=date.fromisoformat(str(gift["on"])) if gift.get("on") else None,
        verdict=check.verdict if check is not None else None,
        rules=_rules(check) if check is not None else (),
        rulebook=check.rulebook_version if check is not None else "",
        decision=entry.kind if decides else None,
        decider=who if decides else "",
        comment=_text(facts.get("comment") or facts.get("reason")),
        check_id=entry.check_id,
        request_id=entry.request_id,
        details=_details(facts),
    )


def _number(fact: object) -> int | None:
    return fact if isinstance(fact, int) and not isinstance(fact, bool) else None


def _text(fact: object) -> str:
    return fact if isinstance(fact, str) else ""


def _value(gift: Mapping[str, Any], item: Mapping[str, Any]) -> Money | None:
    """What was entered; of a check the price of all pieces together."""
    if gift.get("value"):
        return Money(Decimal(str(gift["value"])), str(gift["currency"]))
    known = ("unit_value", "face_value", "market_value", "cost_to_giver")
    price = next((item[name] for name in known if item.get(name) is not None), None)
    if price is None or not item.get("currency"):
        return None
    return Money(Decimal(str(price)) * int(item.get("quantity") or 1), str(item["currency"]))


def _rules(check: GiftCheck) -> tuple[tuple[str, str], ...]:
    """The deciding rules of a recorded answer, each with where it stands."""
    found: Any = check.answer.get("findings") or ()
    return tuple(
        (
            str(each.get("rule", "")),
            ", ".join(
                str(each[name]) for name in ("source_title", "source_url", "text_date") if each.get(name)
            ),
        )
        for each in found
        if each.get("decisive")
    )


def _details(facts: Mapping[str, object]) -> str:
    """Facts that no column of their own says."""
    return "; ".join(
        f"{name}: {', '.join(map(str, fact)) if isinstance(fact, list) else fact}"
        for name, fact in facts.items()
        if name not in _SAID_BY_COLUMNS and fact not in (None, "", [], {})
    )

"""Rows of a digest as JSON values and back: nothing that is said of a client is lost on the way to the message."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import date

from bot.domain.cadence import ClientState
from bot.domain.digest import Owed, Row, Wrote
from bot.domain.digest_facts import facts_of, rows_from
from bot.domain.occasions import Occasion, OccasionKind

DAY = date(2026, 3, 3)
ROW = Row(
    client_id=1,
    client="Acme",
    tier="A",
    state=ClientState.NEGLECTED,
    days=31,
    usual=14,
    one_way=True,
    never=True,
    complaint=True,
    missed_on=date(2026, 9, 1),
    by="Chloé Caron",
    wrote=Wrote.WE,
    new_owner=True,
    promised=2,
    promised_on=DAY,
    only="Dana Whitfield",
    known=3,
    occasions=(Occasion(OccasionKind.RENEWAL, DAY, 0),),
    due=False,
    covering="Alice Ames",
    covering_until="2026-03-06",
)
OWED = Owed(
    promise_id=5,
    client_id=1,
    client="Acme",
    text="price list",
    due_on=DAY,
    late=2,
    more=(Owed(6, 1, "Acme", "samples", DAY, -1),),
    also=ROW,
    covering="Alice Ames",
    covering_until="2026-03-06",
)


def test_every_field_of_a_row_comes_back() -> None:
    for row in (ROW, OWED):
        plain = [each.name for each in fields(row) if getattr(row, each.name) == each.default]
        assert plain == [], "each field has a value of its own here, so that a lost one shows"
        assert all(each.default_factory is MISSING for each in fields(row))
        (again,) = rows_from(json.loads(json.dumps(facts_of(DAY, [row]))))
        assert again == row


def test_a_row_of_ones_own_says_nothing_of_covering() -> None:
    own = replace(ROW, covering="", covering_until="")
    facts = facts_of(DAY, [own])
    assert "covering" not in facts["rows"][0]
    assert rows_from(facts) == (own,)

"""What the pages on gifts and rules promise is what the code knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.gifts import proposal, rules
from tests.bot.rulebook.test_shipped_rules import OBLIGATIONS

DOCS = Path(__file__).parents[3] / "docs"
GIFTS = (DOCS / "gifts.md").read_text(encoding="utf-8")
RULEBOOK = (DOCS / "rulebook.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "fields",
    [proposal.RECIPIENT_FIELDS, proposal.GIVER_FIELDS, proposal.ITEM_FIELDS, proposal.CONTEXT_FIELDS],
)
def test_every_fact_of_a_proposal_is_on_the_page(fields: dict[str, object]) -> None:
    assert [name for name in fields if f"`{name}`" not in GIFTS] == []


def test_every_obligation_is_on_the_page() -> None:
    assert [code for code in OBLIGATIONS if f"`{code}`" not in GIFTS] == []


def test_every_entry_of_a_rule_is_on_the_page() -> None:
    known = {
        *rules.RULE_KEYS,
        *rules.GROUP_KEYS,
        *rules.LIMIT_KEYS,
        *rules.SCOPE_KEYS,
        *rules.SOURCE_KEYS,
        *rules.EFFECTS,
        *rules.LAYERS,
        *rules.PERIODS,
        *rules.VALUED,
        *rules.TAX_KINDS,
        *rules.GROUPS,
    }

    assert {name for name in known if not re.search(rf"\b{name}\b", RULEBOOK)} == set()

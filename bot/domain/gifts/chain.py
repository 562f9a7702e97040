"""The chain of the register: what was entered, in order, each entry sealed together with the one before it.

An entry's seal is SHA-256 over the seal before it and everything the entry says. Whoever changes, removes or puts in
an entry changes every seal after it; the seal of the last entry, noted elsewhere, fixes all of them. What an entry
tells is sealed through a digest of its own, so that a person can be erased from it one day without breaking the chain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from bot.domain.gifts.register import GiftCheck, GiftGiven, NewGiftCheck, NewGiftGiven, Side

BEGINNING = "0" * 64
"""What stands for the seal before the first entry."""


class EntryKind(StrEnum):
    """What an entry of the register tells."""

    CHECKED = "checked"
    GIVEN = "given"
    RECEIVED = "received"
    TAKEN_OUT = "taken_out"
    REQUESTED = "requested"
    REOPENED = "reopened"
    ASKED_BACK = "asked_back"
    REPLIED = "replied"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"
    DELEGATED = "delegated"
    HANDED_OVER = "handed_over"
    RULES_CHANGED = "rules_changed"
    POLICY_ASKED = "policy_asked"
    POLICY_ANSWERED = "policy_answered"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class NewRegisterEntry:
    """Something about to be entered, at `at` (UTC). `member_id` is who did it, None for the bot or its operator.

    `facts` are JSON values without fractions: amounts are strings.
    """

    kind: EntryKind
    at: datetime
    member_id: int | None
    facts: Mapping[str, object]
    check_id: int | None = None
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """An entry as it stands: the `number`-th of its workspace, counted from 1; see `NewRegisterEntry`."""

    number: int
    kind: str
    at: datetime
    member_id: int | None
    facts: Mapping[str, object]
    check_id: int | None
    request_id: int | None
    facts_digest: str
    seal: str


def digest(facts: object) -> str:
    """SHA-256 over JSON values, written in the one way in which the same values are always written."""
    written = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def seal_of(
    before: str,
    number: int,
    *,
    kind: str,
    at: datetime,
    member_id: int | None,
    check_id: int | None,
    request_id: int | None,
    facts_digest: str,
) -> str:
    """The seal of an entry that follows the one sealed `before`."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return digest([before, number, kind, moment, member_id, check_id, request_id, facts_digest])


def check_facts(check: NewGiftCheck | GiftCheck) -> dict[str, object]:
    """What the entry of a check says: a digest over the whole record, which stands in a table of its own."""
    record = digest(
        [
            check.member_id,
            check.client_id,
            check.contact_id,
            check.proposal,
            check.answer,
            check.verdict,
            check.rulebook_version,
            check.checked_at.astimezone(UTC).isoformat(timespec="microseconds"),
        ]
    )
    return {"verdict": check.verdict, "rulebook": check.rulebook_version, "record": record}


def gift_facts(gift: NewGiftGiven | GiftGiven) -> dict[str, object]:
    """What the entry of a gift given or received says; `outcome` is what became of one received."""
    received = {} if gift.direction is Side.GIVEN else {"outcome": gift.fate.value if gift.fate else ""}
    return {
        **received,
        "client": gift.client_id,
        "contact": gift.contact_id,
        "category": gift.category,
        "description": gift.description,
        "value": format(gift.value.amount.normalize(), "f"),
        "currency": gift.value.currency,
        "on": gift.given_on.isoformat(),
    }

"""Every refusal has a sentence, and every sentence a refusal."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

from bot.domain.money import Money
from bot.domain.refusals import Refusal
from handlers import refusals
from handlers.i18n import words_for
from tests.handlers.conftest import HOSTILE, message_faults, seen

ROOMS = [Path(refusals.__file__).parent.parent / room for room in ("bot", "handlers", "storage")]
CODE = re.compile(r"(?:[a-z]+\.)[a-z_]+")
RAISERS = {"Refusal", "ParseComplaint"}

# What has a code of its own only once two parts are put together.
COMPOSED = {
    "date": ("handlers/dates/found.py", {"DateError"}),
    "amount": ("handlers/amounts.py", {"AmountError"}),
}


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for file in sorted(room.rglob("*.py")):
            if file.name != "refusals.py":
                yield file, ast.parse(file.read_text(encoding="utf-8"))


def raised() -> set[str]:
    """Codes raised anywhere: as they stand, or chosen among the strings of a module that raises what it chose."""
    codes: set[str] = set()
    for _file, tree in trees():
        for call in calls(tree, RAISERS):
            code = call.args[0] if call.args else None
            if isinstance(code, ast.Constant):
                codes.add(str(code.value))
            elif isinstance(code, ast.Name | ast.Call):
                codes |= strings_like_codes(tree)
    return codes | composed() | troubles()


def strings_like_codes(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }


def composed() -> set[str]:
    """``date.`` and ``amount.`` with each code of their errors."""
    codes: set[str] = set()
    for subject, (file, names) in COMPOSED.items():
        tree = ast.parse((ROOMS[0].parent / file).read_text(encoding="utf-8"))
        docs = [
            ast.get_docstring(n) or ""
            for n in ast.walk(tree)
            if isinstance(n, ast.ClassDef) and n.name in names
        ]
        codes |= {f"{subject}.{word}" for doc in docs for word in re.findall(r'"([a-z_]+)"', doc)}
    return codes


def troubles() -> set[str]:
    """What memory itself may suffer."""
    file = ROOMS[2] / "troubles.py"
    return {
        c for c in strings_like_codes(ast.parse(file.read_text(encoding="utf-8"))) if c.startswith("storage.")
    }


def test_codes_are_found_in_the_code() -> None:
    found = raised()
    assert {"client.unknown", "member.guest", "date.impossible", "amount.negative", "storage.busy"} <= found


def test_every_code_has_a_sentence() -> None:
    assert raised() - set(refusals.SENTENCES) == set()


def test_every_sentence_has_a_code() -> None:
    assert set(refusals.SENTENCES) - raised() == set()


FACTS: dict[str, object] = {
    "tier": "A",
    "due": 14,
    "neglected": 21,
    "first": date(2026, 3, 3),
    "last": date(2026, 3, 9),
    **dict.fromkeys(("country", "currency", "emoji", "language", "zone"), HOSTILE),
    "said": HOSTILE,
    "least": "10:00",
    "most": "20:00",
    "minutes": "720m",
    "hour": "12:00",
    "above": "50",
    "amount": "40",
    "at": datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
    "choices": ((1, HOSTILE), (2, "Acme")),
    "to": HOSTILE,
    "client": HOSTILE,
    "count": 21,
    "day": date(2026, 3, 3),
    "employer": HOSTILE,
    "file": HOSTILE,
    "headings": ("Kunde", HOSTILE),
    "key": "recipient.host",
    "known": ("1a2b3c4d5e6f", "f6e5d4c3b2a1"),
    "length": 4000,
    "floor": Money(Decimal(1000), "USD"),
    "limit": 3000,
    "name": HOSTILE,
    "owner": "Bruno Petit",
    "reason": HOSTILE,
    "reference": "a1b2c3",
    "rule": "house-gift",
    "span": (0, 4),
    "state": "sent",
    "value": Money(Decimal("45.50"), "EUR"),
    "verdict": "needs_approval",
    "word": HOSTILE,
}


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("code", sorted(refusals.SENTENCES))
def test_a_refusal_is_said_with_its_facts(code: str, locale: str) -> None:
    words = words_for(locale)
    named = {name for _, name, _, _ in Formatter().parse(refusals.SENTENCES[code]) if name}
    assert named <= set(FACTS), "a fact that this test does not know"
    message = refusals.message(Refusal(code, **FACTS), words, HOSTILE)
    assert message_faults(message) == []
    assert "<!" not in message.text
    assert "{" not in refusals.text(Refusal(code, **FACTS), words)
    assert len(refusals.text(Refusal(code, **FACTS), words)) < 700


@pytest.mark.parametrize("code", sorted(refusals.UNOWNED))
def test_a_client_that_nobody_owns_is_not_said_to_be_nobodys_secret(code: str) -> None:
    said = refusals.text(Refusal(code, client="Acme", owner=None), words_for("en-US"))
    assert "None" not in said
    assert "Acme" in said


def test_what_was_typed_is_repeated_in_full() -> None:
    typed = " ".join(f"word{number}" for number in range(600))
    message = refusals.message(Refusal("client.missing"), words_for("en-US"), typed)
    assert typed in message.text
    assert all(word in seen(message) for word in typed.split())


def test_without_a_typed_text_nothing_is_repeated() -> None:
    message = refusals.message(Refusal("client.missing"), words_for("en-US"))
    assert "You typed" not in message.text

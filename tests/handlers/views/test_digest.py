"""The digest as it looks: in words, at its largest, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.cadence import ClientState
from bot.domain.digest import AnyRow, Owed, Row
from bot.domain.occasions import Occasion, OccasionKind
from handlers.i18n import words_for
from handlers.views import digest
from tests.handlers.conftest import HOSTILE, elements_of, message_faults, seen

DAY = date(2026, 3, 3)


def row(number: int = 1, state: ClientState = ClientState.DUE, **more: Any) -> Row:
    return replace(Row(number, "Acme", "A", state, days=31, usual=14), **more)


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_at_its_largest_it_is_one_that_slack_takes(locale: str) -> None:
    occasion = Occasion(OccasionKind.RELATION, DAY, 5)
    told = {"by": HOSTILE, "only": HOSTILE, "known": 9, "promised": 3, "promised_on": DAY, "new_owner": True}
    several = [
        row(10**12 + n, state, client=f"{n}{HOSTILE}", occasions=(occasion,) * (n % 2), **told)
        for n, state in enumerate(list(ClientState)[1:5])
    ]
    owed = [Owed(n, 10**12 + 9, f"{n}{HOSTILE}", HOSTILE, DAY, n) for n in range(4)]
    first = replace(owed[0], more=tuple(owed[1:]), also=several[0])
    rows: list[AnyRow] = [first, *several]
    message = digest.message(rows, DAY, words_for(locale), 10**12, 4)
    assert message_faults(message) == []
    assert "<!" not in message.text
    assert len(message.text) < 4000
    assert len(message.blocks) <= 15


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("done", [0, 1, 5])
def test_with_nothing_left_it_says_so(locale: str, done: int) -> None:
    message = digest.message([], DAY, words_for(locale), 1, done)
    assert message_faults(message) == []
    assert not list(elements_of(message.blocks))


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (row(), "31 days since you last spoke; you usually talk every 14 days."),
        (row(days=1, usual=1), "1 day since you last spoke; you usually talk every day."),
        (row(state=ClientState.NEGLECTED), "31 days without contact; you usually talk every 14 days."),
        (
            row(missed_on=date(2026, 2, 26)),
            (
                "A question was left waiting too long on Thursday, February 26, and 31 days have passed since the "
                "last contact: speak to them."
            ),
        ),
        (row(by="Chloé Caron"), "31 days without contact; you usually talk every 14 days."),
        (
            row(covering="Chloé Caron", covering_until="2026-03-06"),
            "31 days without contact; a contact is due every 14 days.",
        ),
        (
            row(state=ClientState.NEVER, never=True, days=8, usual=7),
            "In your book for 8 days and not contacted yet; you want to talk every 7 days.",
        ),
        (
            row(one_way=True),
            "31 days since the last contact, in which only one side spoke; you usually talk every 14 days.",
        ),
    ],
)
def test_each_row_says_why_it_is_there(shown: Row, said: str) -> None:
    message = digest.message([shown], DAY, words_for("en-US"), 1, 0)
    assert said in message.text
    assert said in seen(message)


def test_how_a_client_stands_is_said_in_words_and_not_by_a_sign_alone() -> None:
    words = words_for("en-US")
    shown = {state: seen(digest.message([row(state=state)], DAY, words, 1, 0)) for state in ClientState}
    for state, text in shown.items():
        assert digest.state(state, words) in text
        assert digest.signed_state(state, words) in text
    assert len({digest.signed_state(state, words)[0] for state in ClientState}) == len(ClientState)


def test_each_button_names_its_client_to_a_screen_reader() -> None:
    message = digest.message([row(), row(2, client="Globex")], DAY, words_for("en-US"), 1, 0)
    spoken = [e["accessibility_label"] for e in elements_of(message.blocks) if e["type"] == "button"]
    assert spoken == [
        "Log a touch with Acme",
        "Open the brief of Acme",
        "Log a touch with Globex",
        "Open the brief of Globex",
    ]
    ids = [e["action_id"] for e in elements_of(message.blocks)]
    assert len(ids) == len(set(ids))

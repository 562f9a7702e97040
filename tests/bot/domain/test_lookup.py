"""Whether a typed name is clear enough to act on."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lookup import MARGIN, MOST_CHOICES, TAKEN_FROM, WORTH_ASKING, Found, NamedClient, choose

scores = st.floats(0, 100) | st.sampled_from([0.0, WORTH_ASKING, TAKEN_FROM, TAKEN_FROM - 0.01, 92.0, 100.0])
candidates = st.lists(
    st.builds(NamedClient, st.integers(1, 99), st.just("Acme"), st.just("Acme"), scores, st.booleans()),
    max_size=9,
    unique_by=lambda c: c.client_id,
)


def like(client_id: int, score: float, own: bool = False) -> NamedClient:
    return NamedClient(client_id, f"Client {client_id}", f"Client {client_id}", score, own)


@pytest.mark.parametrize(
    ("found", "taken", "asked"),
    [
        ([], None, []),
        ([like(1, 64.9)], None, []),
        ([like(1, 65)], None, [1]),
        ([like(1, 79.9)], None, [1]),
        ([like(1, 80)], 1, []),
        ([like(1, 90), like(2, 82.1)], None, [1, 2]),
        ([like(1, 90), like(2, 82)], 1, []),
        ([like(1, 100), like(2, 99)], 1, []),
        ([like(1, 100), like(2, 100)], None, [1, 2]),
        ([like(1, 100), like(2, 100, own=True)], None, [2, 1]),
        ([like(n, 65 + n) for n in range(1, 8)], None, [7, 6, 5, 4, 3]),
    ],
)
def test_one_clear_name_is_taken_and_all_else_is_asked_about(
    found: list[NamedClient], taken: int | None, asked: list[int]
) -> None:
    decided = choose(found)

    assert (decided.client.client_id if decided.client else None) == taken
    assert [choice.client_id for choice in decided.choices] == asked


@given(candidates)
def test_nothing_is_taken_silently_while_another_is_about_as_near(found: list[NamedClient]) -> None:
    taken = choose(found).client

    if taken is not None:
        assert taken.score >= TAKEN_FROM
        for other in found:
            if other is not taken:
                assert other.score <= taken.score - MARGIN or (other.score < 100 <= taken.score)


@given(candidates)
def test_what_is_asked_about_is_near_the_nearest_first_and_little(found: list[NamedClient]) -> None:
    decided = choose(found)

    assert decided.client is None or not decided.choices
    assert len(decided.choices) <= MOST_CHOICES
    assert [c.score for c in decided.choices] == sorted((c.score for c in decided.choices), reverse=True)
    assert all(c.score >= WORTH_ASKING for c in decided.choices)
    assert (decided == Found(None)) == all(c.score < WORTH_ASKING for c in found)


@given(candidates, st.randoms())
def test_the_order_of_candidates_does_not_matter(found: list[NamedClient], chance: Random) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)

    assert choose(shuffled) == choose(found)

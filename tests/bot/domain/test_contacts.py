"""Which person at a client a few typed words mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clients import Contact
from bot.domain.contacts import meant

DANA = Contact(1, 1, "Dana Whitfield", role="Head of purchasing")
MARIE = Contact(2, 1, "Marie-Hélène Dupont", role="Buyer")
PAUL = Contact(3, 1, "Paul Dupont", role="Chief buyer")
NAMELESS = Contact(4, 1, "Ann", role="")
PEOPLE = [DANA, MARIE, PAUL, NAMELESS]


@pytest.mark.parametrize(
    ("typed", "person"),
    [
        ("Dana Whitfield", DANA),
        ("dana", DANA),
        ("WHITFIELD", DANA),
        ("marie helene dupont", MARIE),
        ("Hélène", MARIE),
        ("Dupont", None),
        ("Paul Dupont", PAUL),
        ("the buyer", MARIE),
        ("our chief buyer", PAUL),
        ("purchasing", DANA),
        ("le buyer", MARIE),
        ("Ann", NAMELESS),
        ("An", None),
        ("", None),
        ("the", None),
        ("somebody else", None),
        ("!?", None),
    ],
)
def test_a_person_is_meant_by_name_part_of_the_name_or_role(typed: str, person: Contact | None) -> None:
    assert meant(PEOPLE, typed) == person


def test_of_two_people_of_one_name_nobody_is_meant() -> None:
    twins = [Contact(1, 1, "Jane Smith"), Contact(2, 1, "jane smith")]

    assert meant(twins, "Jane Smith") is None


@given(st.text(max_size=30))
def test_whatever_is_typed_means_one_of_the_people_or_nobody(typed: str) -> None:
    assert meant(PEOPLE, typed) in [None, *PEOPLE]


@given(st.permutations(PEOPLE), st.sampled_from(["dana", "the buyer", "dupont", "ann"]))
def test_the_order_of_people_does_not_matter(people: list[Contact], typed: str) -> None:
    assert meant(people, typed) == meant(PEOPLE, typed)

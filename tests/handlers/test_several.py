"""Several clients, several people and who spoke, as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import normalise
from bot.domain.touches import Channel, Direction, Restart, restart, usual_direction
from handlers.parsing import guessed_direction, read_touch, sounds_like_complaint
from tests.handlers.test_parsing import JANE, MARIE

BOOK = (
    "Acme",
    "Globex",
    "Marks and Spencer",
    "Smith & Jones",
    "Dupont et Fils",
    "Ernst, Young and Partners",
    "Zoom",
    "Marks",
)
SAID = yaml.safe_load((Path(__file__).parent / "typed_directions.yaml").read_text(encoding="utf-8"))
SPOKE = {
    "told": Direction.OUTBOUND,
    "listened": Direction.INBOUND,
    "answered": Direction.ANSWERED,
    "conversed": Direction.TWO_WAY,
    "usual": None,
}


def in_the_book(words: Sequence[str]) -> int:
    wanted = {normalise(name) for name in BOOK}
    return max((n for n in range(1, len(words) + 1) if normalise(" ".join(words[:n])) in wanted), default=0)


def near(name: str) -> bool:
    return normalise(name) in {"acm", "globx", *(normalise(known) for known in BOOK)}


@pytest.mark.parametrize(
    ("text", "clients", "people", "note"),
    [
        ("Acme and Globex call yesterday with Dana and Bob: pricing", "Acme|Globex", "Dana|Bob", "pricing"),
        ("Acme, Globex: newsletter call", "Acme|Globex", "", "newsletter call"),
        ("Acme & Globex + Marks call", "Acme|Globex|Marks", "", ""),
        ("Acme, Globex and Marks and Spencer call: x", "Acme|Globex|Marks and Spencer", "", "x"),
        ("Marks and Spencer call: x", "Marks and Spencer", "", "x"),
        ("Smith & Jones, Acme call", "Smith & Jones|Acme", "", ""),
        ("Ernst, Young and Partners, Acme call", "Ernst, Young and Partners|Acme", "", ""),
        ("called Acme and Globex: x", "Acme|Globex", "", "x"),
        ("email from Bob at Acme and Globex: x", "Acme|Globex", "Bob", "x"),
        ('"Marks and Spencer", Acme call', "Marks and Spencer|Acme", "", ""),
        ("Acm and Globx call: x", "Acm|Globx", "", "x"),
        ("Acme, Globx: x", "Acme|Globx", "", "x"),
        ("Acme and Initech call: x", "Acme|Initech", "", "x"),
        ("Initech and Acme call: x", "Initech|Acme", "", "x"),
        ("Initech and Hooli call: x", "Initech and Hooli", "", "x"),
        ("Acme, Zoom yesterday: x", "Acme", "", "x"),
        ("Acme, Initech called us", "Acme", "", "Initech called us"),
        ("Acme and we talked about prices", "Acme", "", "and we talked about prices"),
        ("Acme and Dana discussed prices", "Acme", "", "and Dana discussed prices"),
        ("Acme call with Dana, Bob and Carl: x", "Acme", "Dana|Bob|Carl", "x"),
        ("Acme call with Dana and the buyer: x", "Acme", "Dana|the buyer", "x"),
        ("Acme call with Dana, Pricing talk", "Acme", "Dana", "Pricing talk"),
    ],
)
def test_several_clients_and_people_are_read_and_names_with_and_stay_one(
    text: str, clients: str, people: str, note: str
) -> None:
    read = read_touch(text, JANE, in_the_book, near)

    assert "|".join((read.client, *read.also)) == clients
    assert "|".join(read.people) == people
    assert read.note == note


@pytest.mark.parametrize(
    ("text", "clients", "people"),
    [
        ("Acme et Globex appel hier avec Dana et Bob : tarifs", "Acme|Globex", "Dana|Bob"),
        ("Dupont et Fils, Acme : visite", "Dupont et Fils|Acme", ""),
        ("Dupont et Fils appel hier", "Dupont et Fils", ""),
        ("visite chez Acme et Globex lundi", "Acme|Globex", ""),
    ],
)
def test_several_are_read_in_french(text: str, clients: str, people: str) -> None:
    read = read_touch(text, MARIE, in_the_book, near)

    assert "|".join((read.client, *read.also)) == clients
    assert "|".join(read.people) == people


@given(
    st.lists(st.sampled_from([name for name in BOOK if name != "Zoom"]), min_size=1, max_size=5, unique=True),
    st.sampled_from([", ", " and ", " & "]),
)
def test_known_names_are_found_however_they_are_joined(names: list[str], joint: str) -> None:
    read = read_touch(f"{joint.join(names)}: x", JANE, in_the_book, near)

    joined = {normalise(name) for name in (read.client, *read.also)}
    # "Marks and Spencer" may be two names joined; the longest known one is taken, and nothing else appears.
    assert joined <= {normalise(name) for name in BOOK}
    assert read.note == "x"


# --- Who spoke --------------------------------------------------------------------------------------------


def _guess(row: dict[str, Any]) -> Direction | None:
    return guessed_direction(row["note"], Channel(row["channel"]))


def test_who_spoke_is_guessed_right_in_nineteen_of_twenty_notes() -> None:
    right = [row for row in SAID if _guess(row) is SPOKE[row["is"]]]

    assert len(SAID) >= 60
    assert len(right) >= 0.95 * len(SAID), [row for row in SAID if row not in right]


def test_no_guess_halves_an_interval_that_the_words_restart_whole() -> None:
    for row in SAID:
        channel, meant = Channel(row["channel"]), SPOKE[row["is"]]
        should = restart(channel, meant or usual_direction(channel))
        got = restart(channel, _guess(row) or usual_direction(channel))
        assert not (should is Restart.WHOLE and got is Restart.HALF), row


@pytest.mark.parametrize("channel", [Channel.CALL, Channel.VISIT, Channel.VIDEO, Channel.EVENT])
@given(note=st.text(max_size=80))
def test_where_people_speak_only_a_call_that_reached_nobody_is_one_way(channel: Channel, note: str) -> None:
    guess = guessed_direction(f"told them about it, {note}", channel)
    if guess is not None and restart(channel, guess) is Restart.HALF:
        assert guessed_direction(note, channel) is Direction.OUTBOUND


@pytest.mark.parametrize(
    ("channel", "note", "spoke"),
    [
        (Channel.EMAIL, "from their buyer today: when do we deliver?", Direction.INBOUND),
        (Channel.MESSAGE, "from the client: can we move it to June", Direction.INBOUND),
        (Channel.EMAIL, "from their buyer, sent her the offer", Direction.TWO_WAY),
        (Channel.EMAIL, "from the start of the project", None),
        (Channel.CALL, "from their buyer about the renewal", None),
        (Channel.EMAIL, "de leur acheteur : quand livrez-vous ?", Direction.INBOUND),
        (Channel.EMAIL, "du client, pour le contrat", Direction.INBOUND),
        (Channel.EMAIL, "du contrat signé", None),
    ],
)
def test_what_is_written_comes_from_whom_the_note_begins_with(
    channel: Channel, note: str, spoke: Direction | None
) -> None:
    assert guessed_direction(note, channel) is spoke


def test_a_gift_goes_out_whatever_the_note_says() -> None:
    assert guessed_direction("we discussed it", Channel.GIFT) is None


@pytest.mark.parametrize(
    ("note", "sounds"),
    [
        ("complaint about the invoice", True),
        ("they complained twice", True),
        ("se plaint du retard", True),
        ("réclamation sur la livraison", True),
        ("client mécontent", True),
        ("no complaints so far", False),
        ("complaint is settled", False),
        ("aucune réclamation", False),
        ("réclamation réglée", False),
        ("ne se plaint pas", False),
        ("renewal went well", False),
        ("plaint", False),
    ],
)
def test_a_complaint_is_proposed_by_its_words_unless_they_deny_it(note: str, sounds: bool) -> None:
    assert sounds_like_complaint(note) is sounds

"""Figures as messages: of one's own book, and of the team for who leads one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.clients import Tier
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, TouchDraft
from bot.services import touches
from handlers import figures
from handlers.answers import Message
from handlers.ask import Routes
from tests.conftest import Firm
from tests.handlers.conftest import Visitor, said, seen


@pytest.fixture
def lea(small_firm: Firm, routes: Routes) -> Visitor:
    """Lea, who leads Alice and Bruno."""
    return Visitor(small_firm, small_firm.lea, routes)


def logged(firm: Firm, name: str, tier: Tier, days: int) -> None:
    client = firm.client(name, tier=tier)
    at = firm.clock() - timedelta(days=days)
    draft = TouchDraft(client.id, Channel.CALL, at=at)
    touches.log(firm.house, firm.actor(firm.alice), draft, f"key {name}")


def kinds(message: Message) -> list[str]:
    return [str(block["type"]) for block in message.blocks]


def test_an_empty_book_is_told_in_a_sentence(alice: Visitor) -> None:
    message = said(alice.types("/rapport", "figures"))

    assert "There are no clients yet." in message.text
    assert "data_visualization" not in kinds(message)


def test_a_book_is_drawn_said_and_tabled(alice: Visitor, small_firm: Firm) -> None:
    logged(small_firm, "Acme", Tier.A, 2)
    logged(small_firm, "Globex", Tier.B, 300)

    message = said(alice.types("/rapport", "figures"))

    assert kinds(message) == ["header", "section", "data_visualization", "table", "actions"]
    assert "1 of 2 clients on track (50%), 0 due, 1 neglected. Neglected: 1 of tier B." in message.text
    for button, told in (("touches", "Who spoke"), ("age", "over 90 days: 1")):
        shown = said(alice.presses(message, f"figures.show:{button}"))
        assert told in shown.text
        assert "data_visualization" in kinds(shown)


def test_who_leads_sees_the_team_and_goes_back_to_their_own_book(small_firm: Firm, lea: Visitor) -> None:
    logged(small_firm, "Acme", Tier.A, 2)

    team = said(lea.types("/rapport", "figures"))
    own = said(lea.presses(team, "figures.show:whose"))

    assert "Your team" in team.text
    assert "1 of 1 client on track" in team.text
    assert "Your book" in own.text
    assert "There are no clients yet." in own.text


def test_who_leads_nobody_is_not_shown_a_team_by_a_forged_button(alice: Visitor, small_firm: Firm) -> None:
    logged(small_firm, "Acme", Tier.A, 2)
    message = said(alice.types("/rapport", "figures"))
    assert "figures.show:whose" not in seen(message)
    forged = {**message.blocks[-1]["elements"][0], "value": '{"kind":"age","team":true}'}

    with pytest.raises(Refusal, match=r"team\.not_yours"):
        alice.presses(Message("t", [{"type": "actions", "elements": [forged]}]), str(forged["action_id"]))


def test_in_french_the_labels_are_french(bruno: Visitor, small_firm: Firm) -> None:
    small_firm.client("Danone", owner=small_firm.bruno)
    message = said(bruno.types("/rapport", "chiffres"))

    assert "À jour" in message.text
    assert "Catégorie A" in str(message.blocks[2])


def test_the_picture_shows_what_the_sentences_say(alice: Visitor, small_firm: Firm, tmp_path: Path) -> None:
    logged(small_firm, "Acme", Tier.A, 2)
    ask = alice.asking()
    own = figures.own(ask)

    (picture,) = figures.pictures(ask, own, "own")
    (again,) = figures.pictures(ask, own, "own")
    picture.draw(tmp_path / "own.png")

    assert picture.digest == again.digest
    assert "1 of 1 client on track" in picture.alt
    assert (tmp_path / "own.png").read_bytes().startswith(b"\x89PNG")

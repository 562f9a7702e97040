"""Response addresses: whom they reach, how often, and what they may change."""

from __future__ import annotations

import pytest
from slack_sdk.webhook import WebhookClient

from sandbox.driver import Driver
from sandbox.server import Running
from tests.sandbox.conftest import Hand
from tests.sandbox.tiny_app import confirmation, connected

ALICE, BENOIT = "U0ALICE01", "U0BENOIT1"


def address(drive: Driver, kind: str = "slash_commands") -> WebhookClient:
    """The newest response address that the app was given; it is given one though nobody answers."""
    url = drive.deliveries(kind=kind)[-1]["payload"]["response_url"]
    return WebhookClient(url, retry_handlers=[])


def commanded(drive: Driver, channel: str = "C0GENERAL") -> WebhookClient:
    drive.command(ALICE, "/note hello", channel=channel)
    return address(drive)


def test_answers_are_for_the_author_unless_said_otherwise(drive: Driver) -> None:
    url = commanded(drive)
    assert url.send(text="psst").status_code == 200
    assert url.send(text="listen", response_type="in_channel").status_code == 200
    assert [m["text"] for m in drive.messages(**{"as": ALICE})] == ["psst", "listen"]
    assert [m["text"] for m in drive.messages(**{"as": BENOIT})] == ["listen"]


def test_an_address_works_five_times(drive: Driver) -> None:
    url = commanded(drive)
    answers = [url.send(text=f"no {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].body == "used_url"


def test_an_address_is_too_old_after_thirty_minutes(drive: Driver, hand: Hand) -> None:
    url = commanded(drive)
    hand.seconds += 30 * 60 + 1
    answer = url.send(text="late")
    assert (answer.status_code, answer.body) == (404, "expired_url")


def test_an_answer_bypasses_that_the_app_is_no_member(drive: Driver) -> None:
    url = commanded(drive, "C0NOTHERE")
    assert url.send(text="here I am", response_type="in_channel").status_code == 200
    assert [m["text"] for m in drive.messages(channel="C0NOTHERE")] == ["here I am"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
        ({"text": "x" * 40_001}, "msg_too_long"),
    ],
)
def test_a_malformed_answer_is_refused(drive: Driver, body: dict[str, object], code: str) -> None:
    answer = commanded(drive).send_dict(body)
    assert (answer.status_code, answer.body) == (400, code)
    assert drive.messages() == []


def test_a_pressed_message_can_be_replaced_and_deleted(sandbox: Running, drive: Driver) -> None:
    with connected(sandbox) as app:
        posted = app.client.chat_postMessage(channel="C0GENERAL", **confirmation("Ready?"))
        drive.press(BENOIT, "undo", channel="C0GENERAL", ts=posted["ts"])
        (message,) = drive.messages(channel="C0GENERAL")
        assert (message["text"], message["ephemeral_for"]) == ("Undone", None)
        address(drive, "interactive").send(text="", delete_original=True)
    assert drive.messages(channel="C0GENERAL")[0]["deleted"] is True

"""Trouble on demand."""

from __future__ import annotations

from http.client import RemoteDisconnected

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.driver import Driver
from sandbox.faults import Faults
from tests.sandbox.conftest import Hand

ALICE = "U0ALICE01"


def test_posts_are_limited_as_often_as_asked(api: WebClient, drive: Driver) -> None:
    drive.faults(rate_limit=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            api.chat_postMessage(channel=ALICE, text="hello")
        answer = caught.value.response
        assert (answer.status_code, answer["error"]) == (429, "ratelimited")
        assert answer.headers["Retry-After"] == "7"
        api.auth_test()
    api.chat_postMessage(channel=ALICE, text="hello")
    assert len(drive.messages()) == 1


def test_any_method_can_be_limited(api: WebClient, drive: Driver) -> None:
    drive.faults(rate_limit=1, methods=["views.publish", "users.info"])
    api.chat_postMessage(channel=ALICE, text="hello")
    with pytest.raises(SlackApiError):
        api.users_info(user=ALICE)


def test_a_post_is_accepted_and_the_line_then_cut(api: WebClient, drive: Driver) -> None:
    drive.faults(drop_after_accept=1)
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        api.chat_postMessage(channel=ALICE, text="hello")
    assert [m["text"] for m in drive.messages()] == ["hello"]


@pytest.mark.parametrize(
    ("fault", "code", "accepted"),
    [("fatal_after_accept", "fatal_error", 1), ("error_before_accept", "internal_error", 0)],
)
def test_errors_come_before_or_after_acceptance(
    api: WebClient, drive: Driver, fault: str, code: str, accepted: int
) -> None:
    drive.faults(**{fault: 1})
    with pytest.raises(SlackApiError) as caught:
        api.chat_postMessage(channel=ALICE, text="hello")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (500, code)
    assert len(drive.messages()) == accepted


def test_history_lags_behind(api: WebClient, drive: Driver, hand: Hand) -> None:
    drive.faults(history_lag=10)
    api.chat_postMessage(channel=ALICE, text="hello")
    assert api.conversations_history(channel="D0ALICE01")["messages"] == []
    hand.seconds += 10
    assert len(api.conversations_history(channel="D0ALICE01")["messages"]) == 1


def test_slack_is_away_as_a_whole(api: WebClient, drive: Driver) -> None:
    drive.faults(unreachable=True)
    with pytest.raises(SlackApiError) as caught:
        api.auth_test()
    assert caught.value.response.status_code == 503
    drive.good_weather()
    assert api.auth_test()["ok"]


def test_an_uninstalled_app_is_refused(api: WebClient, drive: Driver) -> None:
    drive.ask("POST", "/sandbox/uninstall", {})
    with pytest.raises(SlackApiError) as caught:
        api.auth_test()
    assert caught.value.response["error"] == "invalid_auth"
    assert drive.deliveries()[0]["what"] == "app_uninstalled"


@pytest.mark.parametrize(
    "wanted", [{"rain": 1}, {"rate_limit": -1}, {"rate_limit": True}, {"unreachable": 1}, {"methods": "all"}]
)
def test_faults_that_make_no_sense_are_refused(drive: Driver, wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"rain|cannot be"):
        drive.faults(**wanted)
    assert drive.look("faults") == Faults().as_json() | {"methods": ["chat.postMessage"]}


@given(st.integers(0, 20), st.integers(0, 30))
def test_a_counted_fault_strikes_exactly_as_often_as_set(times: int, calls: int) -> None:
    faults = Faults()
    faults.change({"rate_limit": times})
    assert sum(faults.take("rate_limit") for _ in range(calls)) == min(times, calls)

"""From an outbox entry to one Slack message, and from Slack's answers to what they mean for it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import UTC, date, datetime
from http.client import IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient

from bot.domain.cadence import ClientState
from bot.domain.digest import Row
from bot.domain.outbox import Fault
from bot.services.digest import facts_of
from bot.services.platform import NotLetIn, Receipt, Refused, TryLater, Unclear
from handlers.i18n import words_for
from handlers.messenger import SlackMessenger
from handlers.views import charts, parts
from handlers.views.charts import Chart, Series
from tests.conftest import Firm
from tests.fake_slack import FakeSlack

FACTS = facts_of(date(2026, 11, 16), [Row(1, "Acme", "A", ClientState.DUE, 31, 14)])


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def messenger(slack: FakeSlack) -> SlackMessenger:
    return SlackMessenger(slack)


def test_a_client_that_repeats_posts_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="posts twice"):
        SlackMessenger(WebClient(token="xoxb-1"))


def test_a_digest_is_posted_with_its_key_and_without_unfurling(
    small_firm: Firm, slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.expect("chat.postMessage", {"ok": True, "channel": "D1", "ts": "17.1"})

    body = messenger.render("digest", FACTS, small_firm.alice, 7)
    receipt = messenger.post("D1", body, "digest:1:2026-11-16")

    posted = slack.of("chat.postMessage")[0]
    assert receipt == Receipt("D1", "17.1")
    assert posted["metadata"] == {
        "event_type": "rapport_message",
        "event_payload": {"key": "digest:1:2026-11-16"},
    }
    assert (posted["unfurl_links"], posted["unfurl_media"]) == (False, False)
    assert "Acme" in posted["text"]


def test_each_reader_gets_their_language(small_firm: Firm, messenger: SlackMessenger) -> None:
    english = messenger.render("digest", FACTS, small_firm.alice, 7)
    french = messenger.render("digest", FACTS, small_firm.bruno, 7)

    assert "31 days" in str(english["text"])
    assert "31 jours" in str(french["text"])


def test_a_kind_that_nobody_can_say_is_an_error(small_firm: Firm, messenger: SlackMessenger) -> None:
    with pytest.raises(LookupError, match="riddle"):
        messenger.render("riddle", {}, small_firm.alice, 1)


def page(messages: list[Mapping[str, Any]], cursor: str = "") -> Mapping[str, Any]:
    return {
        "ok": True,
        "messages": messages,
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def ours(key: str, ts: str) -> Mapping[str, Any]:
    return {"ts": ts, "metadata": {"event_type": "rapport_message", "event_payload": {"key": key}}}


def test_a_message_is_found_by_its_key_on_a_later_page(slack: FakeSlack, messenger: SlackMessenger) -> None:
    foreign = {"ts": "1.0", "metadata": {"event_type": "other", "event_payload": {"key": "k"}}}
    slack.expect(
        "conversations.history",
        page([foreign, ours("j", "1.1"), {"ts": "1.2"}], "more"),
        page([ours("k", "1.3")]),
    )

    found = messenger.find("D1", "k", datetime(2026, 11, 16, tzinfo=UTC))

    assert found == Receipt("D1", "1.3")
    first, second = slack.of("conversations.history")
    assert (first["include_all_metadata"], float(first["oldest"]), second["cursor"]) == (
        1,
        datetime(2026, 11, 16, tzinfo=UTC).timestamp(),
        "more",
    )


def test_nothing_is_found_where_nothing_is(slack: FakeSlack, messenger: SlackMessenger) -> None:
    slack.expect("conversations.history", page([]))

    assert messenger.find("D1", "k", datetime(2026, 11, 16, tzinfo=UTC)) is None


@pytest.mark.parametrize("code", ["restricted_action", "invalid_blocks", "msg_too_long"])
def test_what_slack_will_never_take_is_refused_for_good(
    slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    slack.expect("chat.postMessage", slack.refusal(code))

    with pytest.raises(Refused) as refused:
        messenger.post("D1", {"text": "x"}, "k")

    assert (refused.value.reason, refused.value.account_closed) == (code, False)


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived"])
def test_a_conversation_that_is_gone_is_known_as_such(
    slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    slack.expect("chat.postMessage", slack.refusal(code))

    with pytest.raises(Refused) as refused:
        messenger.post("D1", {"text": "x"}, "k")

    assert (refused.value.conversation_gone, refused.value.account_closed) == (True, False)


@pytest.mark.parametrize("code", ["user_disabled", "user_not_found", "cannot_dm_bot"])
def test_a_closed_account_is_known_as_such(
    small_firm: Firm, slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    slack.expect("conversations.open", slack.refusal(code))

    with pytest.raises(Refused) as refused:
        messenger.conversation_with(small_firm.alice)

    assert refused.value.account_closed


@pytest.mark.parametrize(
    ("header", "seconds"),
    [({"Retry-After": "30"}, 30), ({"retry-after": "2"}, 2), ({}, 30), ({"Retry-After": "soon"}, 30)],
)
def test_too_many_requests_wait_as_long_as_slack_says(
    slack: FakeSlack, messenger: SlackMessenger, header: dict[str, str], seconds: float
) -> None:
    slack.expect("chat.postMessage", slack.refusal("ratelimited", 429, **header))

    with pytest.raises(TryLater) as later:
        messenger.post("D1", {"text": "x"}, "k")

    assert later.value.after == seconds


def test_a_refusal_that_nobody_foresaw_is_tried_again(slack: FakeSlack, messenger: SlackMessenger) -> None:
    slack.expect("chat.postMessage", slack.refusal("something_new"))

    with pytest.raises(TryLater) as later:
        messenger.post("D1", {"text": "x"}, "k")

    assert (later.value.reason, later.value.after, later.value.fault) == ("something_new", None, Fault.OTHER)


@pytest.mark.parametrize(
    "code", ["invalid_auth", "token_revoked", "account_inactive", "messages_tab_disabled"]
)
def test_a_workspace_that_is_closed_to_us_is_known_as_such(
    slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    slack.expect("chat.postMessage", slack.refusal(code))

    with pytest.raises(NotLetIn) as closed:
        messenger.post("D1", {"text": "x"}, "k")

    assert (closed.value.reason, closed.value.missing) == (code, "")
    assert closed.value.answer == {"ok": False, "status": 200, "error": code}


def test_a_right_that_is_missing_is_named(slack: FakeSlack, messenger: SlackMessenger) -> None:
    refused: Any = slack.refusal("missing_scope")
    refused.response.data["needed"] = "im:history"
    slack.expect("conversations.history", refused)

    with pytest.raises(NotLetIn) as closed:
        messenger.find("D1", "k", datetime(2026, 11, 16, tzinfo=UTC))

    assert (closed.value.missing, closed.value.answer) == (
        "im:history",
        {"ok": False, "status": 200, "error": "missing_scope", "needed": "im:history"},
    )


@pytest.mark.parametrize(("status", "certain"), [(200, False), (502, False), (403, True), (404, True)])
def test_a_body_that_is_none_of_slacks_is_certain_only_where_the_status_is(
    slack: FakeSlack, messenger: SlackMessenger, status: int, certain: bool
) -> None:
    """The client makes a sentence of such a body, and the sentence holds what was in it."""
    slack.expect(
        "chat.postMessage", slack.refusal("Received a response in a non-JSON format: <html>hi</html>", status)
    )

    with pytest.raises((TryLater, Unclear)) as failed:
        messenger.post("D1", {"text": "x"}, "k")

    assert isinstance(failed.value, TryLater) is certain
    assert "html" not in str(failed.value)
    assert "html" not in str(failed.value.answer)


def test_what_slack_answered_is_kept_without_a_word_of_the_message(
    slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.expect(
        "chat.postMessage",
        {
            "ok": True,
            "channel": "D1",
            "ts": "17.1",
            "warning": "missing_charset,superfluous_charset",
            "message": {"text": "secret"},
        },
    )

    receipt = messenger.post("D1", {"text": "secret"}, "k")

    assert receipt.answer == {
        "ok": True,
        "status": 200,
        "warnings": ["missing_charset", "superfluous_charset"],
    }


@pytest.mark.parametrize(
    ("scopes", "open_again"), [("chat:write,im:history", True), ("im:history", False), ("", True)]
)
def test_a_knock_is_answered_by_the_token_and_the_right_to_post(
    slack: FakeSlack, messenger: SlackMessenger, scopes: str, open_again: bool
) -> None:
    slack.expect("auth.test", {"ok": True})
    slack.headers_given = {"x-oauth-scopes": scopes} if scopes else {}
    if open_again:
        messenger.knock()
        return

    with pytest.raises(NotLetIn, match="missing_scope"):
        messenger.knock()


@pytest.mark.parametrize(
    "failure",
    [
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
        RemoteDisconnected("gone"),
        IncompleteRead(b""),
        URLError(TimeoutError("timed out")),
        URLError(ConnectionResetError("reset")),
    ],
)
def test_a_broken_connection_says_nothing_about_the_message(
    slack: FakeSlack, messenger: SlackMessenger, failure: Exception
) -> None:
    slack.expect("chat.postMessage", failure)

    with pytest.raises(Unclear):
        messenger.post("D1", {"text": "x"}, "k")


@pytest.mark.parametrize(
    "code", ["fatal_error", "internal_error", "some_other_error", "request_timeout", "service_unavailable"]
)
def test_slacks_own_failures_may_have_done_the_work(
    slack: FakeSlack, messenger: SlackMessenger, code: str
) -> None:
    slack.expect("chat.postMessage", slack.refusal(code), slack.refusal("whatever", 502))

    for _ in range(2):
        with pytest.raises(Unclear):
            messenger.post("D1", {"text": "x"}, "k")


@pytest.mark.parametrize("reason", [ConnectionRefusedError("refused"), socket.gaierror("no such host")])
def test_a_connection_that_never_stood_is_certain(
    slack: FakeSlack, messenger: SlackMessenger, reason: OSError
) -> None:
    slack.expect("chat.postMessage", URLError(reason))

    with pytest.raises(TryLater):
        messenger.post("D1", {"text": "x"}, "k")


def with_a_chart(firm: Firm) -> Mapping[str, Any]:
    chart = Chart("Touches", "bar", ("Nov",), (Series("Both", (3,)),), across="Month")
    message = parts.told("Three touches.", charts.blocks(chart, "Three touches.", words_for("en-US")))
    return {"text": message.text, "blocks": list(message.blocks)}


def test_where_slack_takes_no_charts_the_message_goes_out_without(
    small_firm: Firm, slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.expect(
        "chat.postMessage", slack.refusal("invalid_blocks"), {"ok": True, "channel": "D1", "ts": "17.1"}
    )
    slack.expect("chat.update", slack.refusal("invalid_blocks"), {"ok": True})
    body = with_a_chart(small_firm)

    receipt = messenger.post("D1", body, "key")
    messenger.edit(receipt, body)

    for method in ("chat.postMessage", "chat.update"):
        refused, taken = slack.of(method)
        assert [block["type"] for block in refused["blocks"]] == ["section", "data_visualization", "table"]
        assert [block["type"] for block in taken["blocks"]] == ["section", "table"]
        assert taken["text"] == refused["text"]
    assert slack.of("chat.postMessage")[1]["metadata"]["event_payload"] == {"key": "key"}


def test_blocks_that_are_refused_without_a_chart_are_not_sent_again(
    small_firm: Firm, slack: FakeSlack, messenger: SlackMessenger
) -> None:
    slack.expect("chat.postMessage", slack.refusal("invalid_blocks"))

    with pytest.raises(Refused, match="invalid_blocks"):
        messenger.post("D1", {"text": "t", "blocks": []}, "key")

"""The Web API: what it takes, in which styles, and with which of Slack's codes it refuses."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.driver import Driver
from sandbox.server import Running

Json = dict[str, Any]
ALICE, BENOIT, CARLA, EVE, GUS, WEATHER, BOT = (
    "U0ALICE01",
    "U0BENOIT1",
    "U0CARLA01",
    "U0EXTERN1",
    "U0GUEST01",
    "U0OTHERBT",
    "U0RAPPORT",
)
APP_DM = "D0ALICE01"
HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}
MODAL: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "A form"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Read this"}}],
}


def refused(call: Callable[[], Any]) -> str:
    """The code with which a call is refused."""
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def raw(sandbox: Running, method: str, data: bytes | None, headers: dict[str, str]) -> Json:
    """One request as any client might send it."""
    request = urllib.request.Request(f"{sandbox.base_url}/api/{method}", data, headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        answer: Json = json.load(response)
        return answer


def test_the_token_says_who_the_bot_is(api: WebClient) -> None:
    answer = api.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (BOT, "B0RAPPORT", "T0RAPPORT")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("data", "headers", "query"),
    [
        (None, {"Authorization": "Bearer xoxb-sandbox"}, f"?user={ALICE}"),
        (
            f"user={ALICE}&token=xoxb-sandbox".encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
            "",
        ),
        (
            json.dumps({"user": ALICE}).encode(),
            {"Content-Type": "application/json; charset=utf-8", "Authorization": "Bearer xoxb-sandbox"},
            "",
        ),
    ],
    ids=["query", "form", "json"],
)
def test_arguments_come_in_three_styles(
    sandbox: Running, data: bytes | None, headers: dict[str, str], query: str
) -> None:
    assert raw(sandbox, f"users.info{query}", data, headers)["user"]["name"] == "alice"


def test_structures_in_a_form_are_json_in_a_string(sandbox: Running, drive: Driver) -> None:
    blocks = json.dumps([{"type": "divider"}])
    fields = {"token": "xoxb-sandbox", "channel": ALICE, "text": "hello", "blocks": blocks}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert raw(sandbox, "chat.postMessage", urllib.parse.urlencode(fields).encode(), headers)["ok"]
    assert drive.messages()[0]["blocks"][0]["type"] == "divider"
    broken = urllib.parse.urlencode({**fields, "blocks": "[{"}).encode()
    assert raw(sandbox, "chat.postMessage", broken, headers)["error"] == "invalid_blocks_format"


def test_tokens_are_asked_for_and_checked(sandbox: Running, api: WebClient, drive: Driver) -> None:
    assert raw(sandbox, "auth.test", b"", {})["error"] == "not_authed"
    assert refused(lambda: api.auth_test(token="xoxb-other")) == "invalid_auth"
    assert refused(lambda: api.auth_test(token="xapp-sandbox")) == "not_allowed_token_type"
    assert refused(lambda: api.apps_connections_open(app_token="xoxb-sandbox")) == "not_allowed_token_type"
    drive.faults(refuse_tokens=True)
    assert refused(api.auth_test) == "invalid_auth"


def test_what_it_does_not_know_is_an_unknown_method(api: WebClient) -> None:
    assert refused(lambda: api.api_call("chat.teleport")) == "unknown_method"


def test_a_missing_scope_is_named(api: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        api.conversations_history(channel="C0NOTHERE")
    assert caught.value.response["error"] == "not_in_channel"
    with pytest.raises(SlackApiError) as caught:
        api.conversations_open(users=[ALICE, BENOIT])
    answer = caught.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "mpim:write")
    assert "users:read" in answer["provided"].split(",")


def test_people_look_as_slack_shows_them(api: WebClient) -> None:
    carla = api.users_info(user=CARLA, include_locale=True)["user"]
    assert (carla["is_admin"], carla["tz"], carla["locale"]) == (True, "America/Chicago", "en-US")
    assert "locale" not in api.users_info(user=CARLA)["user"]
    assert "email" not in carla["profile"]
    eve = api.users_info(user=EVE, include_locale=True)["user"]
    assert (eve["team_id"], eve["is_stranger"]) == ("T0ELSEWHERE", True)
    assert not {"locale", "tz", "tz_offset"} & eve.keys()
    assert api.users_info(user=GUS)["user"]["is_ultra_restricted"] is True
    assert api.users_info(user=WEATHER)["user"]["is_bot"] is True
    assert refused(lambda: api.users_info(user="U0NOBODY1")) == "user_not_found"


def test_the_list_of_people_comes_page_by_page(api: WebClient) -> None:
    first = api.users_list(limit=4)
    second = api.users_list(limit=4, cursor=first["response_metadata"]["next_cursor"])
    ids = [user["id"] for user in [*first["members"], *second["members"]]]
    assert len(ids) == len(set(ids)) == 8
    assert BOT in ids
    assert EVE not in ids
    assert second["response_metadata"]["next_cursor"] == ""
    assert refused(lambda: api.users_list(cursor="nonsense!")) == "invalid_cursor"


def test_a_persons_id_opens_the_direct_message(api: WebClient) -> None:
    assert api.conversations_open(users=ALICE)["channel"]["id"] == APP_DM
    assert api.chat_postMessage(channel=ALICE, text="hello")["channel"] == APP_DM
    assert api.conversations_info(channel=APP_DM)["channel"]["user"] == ALICE
    assert refused(lambda: api.conversations_open(users=WEATHER)) == "cannot_dm_bot"
    assert refused(lambda: api.conversations_open(users="U0NOBODY1")) == "user_not_found"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "U0NOBODY1", "text": "x"}, "channel_not_found"),
        ({"channel": "C0NOTHERE", "text": "x"}, "not_in_channel"),
        ({"channel": WEATHER, "text": "x"}, "cannot_dm_bot"),
        ({"channel": ALICE, "text": ""}, "no_text"),
        ({"channel": ALICE, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": ALICE, "text": "x", "blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
        (
            {"channel": ALICE, "text": "x", "metadata": {"event_type": "t"}},
            "invalid_metadata_schema",
        ),
    ],
)
def test_a_post_is_refused_with_slacks_code(
    api: WebClient, drive: Driver, arguments: Json, code: str
) -> None:
    assert refused(lambda: api.api_call("chat.postMessage", json=arguments)) == code
    assert drive.messages() == []


def test_a_refused_block_is_named(api: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        api.chat_postMessage(channel=ALICE, text="x", blocks=[{"type": "section", "txt": 1}])
    (message,) = caught.value.response["response_metadata"]["messages"]
    assert message.startswith("[ERROR] blocks[0]")


def test_stamps_of_messages_rise_even_when_the_clock_goes_back(api: WebClient, drive: Driver) -> None:
    stamps = []
    for offset in (86_400, 0, -500, 0):
        drive.move_clock(offset=offset)
        stamps.append(api.chat_postMessage(channel=ALICE, text="tick")["ts"])
    assert stamps == sorted(set(stamps))


def test_history_is_read_backwards_in_pages_and_between_moments(api: WebClient) -> None:
    stamps = [api.chat_postMessage(channel=ALICE, text=f"no {n}")["ts"] for n in range(5)]
    api.chat_postMessage(channel=ALICE, text="a reply", thread_ts=stamps[0])

    first = api.conversations_history(channel=APP_DM, limit=2)
    assert [m["text"] for m in first["messages"]] == ["no 4", "no 3"]
    assert first["has_more"] is True
    cursor = first["response_metadata"]["next_cursor"]
    second = api.conversations_history(channel=APP_DM, limit=10, cursor=cursor)
    assert [m["text"] for m in second["messages"]] == ["no 2", "no 1", "no 0"]

    def between(**how: Any) -> list[str]:
        found = api.conversations_history(channel=APP_DM, oldest=stamps[1], latest=stamps[3], **how)
        return [m["text"] for m in found["messages"]]

    assert between() == ["no 2"]
    assert between(inclusive=True) == ["no 3", "no 2", "no 1"]
    thread = api.conversations_replies(channel=APP_DM, ts=stamps[0])
    assert [m["text"] for m in thread["messages"]] == ["no 0", "a reply"]
    assert refused(lambda: api.conversations_replies(channel=APP_DM, ts="1.0")) == "thread_not_found"


def test_metadata_comes_back_whole_only_when_asked_for(api: WebClient) -> None:
    metadata = {"event_type": "digest", "event_payload": {"id": "42"}}
    api.chat_postMessage(channel=ALICE, text="hello", metadata=metadata)
    whole = api.conversations_history(channel=APP_DM, include_all_metadata=True)
    assert whole["messages"][0]["metadata"] == metadata
    assert api.conversations_history(channel=APP_DM)["messages"][0]["metadata"] == {"event_type": "digest"}


def test_a_message_is_changed_and_deleted(api: WebClient, drive: Driver) -> None:
    posted = api.chat_postMessage(channel=ALICE, text="first", blocks=[{"type": "divider"}])
    api.chat_update(channel=APP_DM, ts=posted["ts"], text="second")
    (message,) = drive.messages()
    assert (message["text"], len(message["blocks"])) == ("second", 1)
    assert message["edited"]["user"] == BOT
    api.chat_update(channel=APP_DM, ts=posted["ts"], text="third", blocks=[])
    assert drive.messages()[0]["blocks"] == []
    api.chat_delete(channel=APP_DM, ts=posted["ts"])
    assert drive.messages()[0]["deleted"] is True
    assert refused(lambda: api.chat_update(channel=APP_DM, ts=posted["ts"], text="x")) == "message_not_found"


def test_others_messages_cannot_be_changed(api: WebClient, drive: Driver) -> None:
    said = drive.act("say", ALICE, text="mine", wait=0)["body"]["ts"]
    assert refused(lambda: api.chat_update(channel=APP_DM, ts=said, text="x")) == "cant_update_message"
    assert refused(lambda: api.chat_delete(channel=APP_DM, ts=said)) == "cant_delete_message"


def test_an_ephemeral_message_is_for_one_reader_and_not_in_history(api: WebClient, drive: Driver) -> None:
    api.chat_postEphemeral(channel="C0GENERAL", user=ALICE, text="psst")
    assert [m["text"] for m in drive.messages(**{"as": ALICE})] == ["psst"]
    assert drive.messages(**{"as": BENOIT}) == []
    assert api.conversations_history(channel="C0GENERAL")["messages"] == []
    outside = refused(lambda: api.chat_postEphemeral(channel="C0GENERAL", user=EVE, text="psst"))
    assert outside == "user_not_in_channel"


def test_a_permalink_leads_to_the_page(api: WebClient) -> None:
    posted = api.chat_postMessage(channel="C0GENERAL", text="hello")
    link = api.chat_getPermalink(channel="C0GENERAL", message_ts=posted["ts"])["permalink"]
    with urllib.request.urlopen(link, timeout=10) as response:
        assert response.url.endswith("/?channel=C0GENERAL")


def test_reactions_are_counted_once(api: WebClient, drive: Driver) -> None:
    posted = api.chat_postMessage(channel="C0GENERAL", text="hello")
    api.reactions_add(channel="C0GENERAL", timestamp=posted["ts"], name="eyes")
    again = refused(lambda: api.reactions_add(channel="C0GENERAL", timestamp=posted["ts"], name="eyes"))
    assert again == "already_reacted"
    assert drive.messages()[0]["reactions"] == [{"name": "eyes", "users": [BOT], "count": 1}]


def test_quiet_hours_follow_the_persons_zone(api: WebClient, drive: Driver) -> None:
    drive.move_clock(to="2026-11-03T22:30:00+01:00")
    info = api.dnd_info(user=BENOIT)
    assert info["dnd_enabled"] is True
    now = drive.look("clock")["timestamp"]
    assert info["next_dnd_start_ts"] < now < info["next_dnd_end_ts"]
    assert info["next_dnd_end_ts"] - info["next_dnd_start_ts"] == 10 * 3600


def test_a_home_tab_is_guarded_by_its_hash(api: WebClient) -> None:
    first = api.views_publish(user_id=ALICE, view=HOME)["view"]
    second = api.views_publish(user_id=ALICE, view=HOME, hash=first["hash"])["view"]
    assert second["id"] == first["id"]
    stale = refused(lambda: api.views_publish(user_id=ALICE, view=HOME, hash=first["hash"]))
    assert stale == "hash_conflict"
    assert refused(lambda: api.views_publish(user_id="U0NOBODY1", view=HOME)) == "user_not_found"
    assert refused(lambda: api.views_publish(user_id=ALICE, view=MODAL)) == "invalid_arguments"


def test_a_form_needs_a_trigger_that_exists(api: WebClient) -> None:
    assert refused(lambda: api.views_open(trigger_id="1.2.3", view=MODAL)) == "invalid_trigger_id"
    assert refused(lambda: api.views_open(trigger_id="1.2.3", view=HOME)) == "invalid_arguments"
    assert refused(lambda: api.views_update(view_id="V0NOTHERE", view=MODAL)) == "not_found"


def test_api_test_gives_back_what_it_got(api: WebClient) -> None:
    assert api.api_test(foo="bar")["args"]["foo"] == "bar"
    assert refused(lambda: api.api_test(error="my_error")) == "my_error"

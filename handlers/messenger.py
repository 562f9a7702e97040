"""One outbox entry becomes one Slack message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.domain.concessions import Sheet as ConcessionSheet
from bot.domain.gifts.sheets import sheet_from
from bot.domain.members import Member
from bot.domain.reassignment import Sheet
from bot.services import (
    channels,
    concession_steps,
    cover_gaps,
    covers,
    digest,
    handover_checks,
    handover_news,
    leads,
    meetings,
    policies,
    reassignment,
    reassignment_steps,
    requests,
    response_channels,
    response_ladder,
    responses,
    reviews,
    rule_upkeep,
)
from bot.services.platform import NotLetIn, Receipt
from handlers.answers import Message
from handlers.charts_refused import plainly_if_refused
from handlers.i18n import Words, words_for
from handlers.scopes import granted_scopes
from handlers.slack_errors import classified, record_of
from handlers.views import approvals as approvals_view
from handlers.views import channels as channel_views
from handlers.views import concessions as concession_views
from handlers.views import cover_gaps as gap_views
from handlers.views import covers as cover_views
from handlers.views import digest as digest_view
from handlers.views import gate as gate_view
from handlers.views import handover as handover_views
from handlers.views import leads as lead_views
from handlers.views import meetings as meeting_views
from handlers.views import policies as policy_views
from handlers.views import reassignment as reassignment_views
from handlers.views import responses as response_views
from handlers.views import rule_upkeep as upkeep_view

EVENT_TYPE = "rapport_message"
"""Marks our messages in Slack's metadata; the key beside it is opaque, for others can read it."""
_PAGE = 100
_POSTING = "chat:write"


Say = Callable[[Mapping[str, Any], Member, Words, int], Message]


def _digest(facts: Mapping[str, Any], reader: Member, words: Words, entry_id: int) -> Message:
    day = date.fromisoformat(str(facts["day"]))
    shown = digest_view.message(
        digest.rows_from(facts),
        day,
        words,
        entry_id,
        int(facts.get("done", 0)),
        int(facts.get("settled", 0)),
        week=digest.week_from(facts),
        zone=ZoneInfo(reader.zone),
        waiting=digest.waiting_of(facts),
    )
    return gate_view.slowed(shown, str(facts["pace"]), words) if "pace" in facts else shown


def _request(facts: Mapping[str, Any], reader: Member, words: Words, entry_id: int) -> Message:
    zone = ZoneInfo(reader.zone)
    return approvals_view.message(sheet_from(facts["sheet"]), words, zone, entry_id)


def _requests(
    facts: Mapping[str, Any], reader: Member, words: Words, entry_id: int, *, reminder: bool = False
) -> Message:
    sheets, zone = [sheet_from(sheet) for sheet in facts["sheets"]], ZoneInfo(reader.zone)
    return approvals_view.several(sheets, facts["more"], words, zone, entry_id, reminder=reminder)


def _policy_reminder(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return policy_views.reminder(facts, words)


def _policy_answered(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return policy_views.told(facts, policies.policy_from(facts["policy"]), words, waiting=True)


def _policy_entered(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return policy_views.told(facts, policies.policy_from(facts["policy"]), words, waiting=False)


def _rule_upkeep(facts: Mapping[str, Any], _reader: Member, words: Words, entry_id: int) -> Message:
    return upkeep_view.message(rule_upkeep.files_from(facts), words, entry_id, 0)


def _meeting(facts: Mapping[str, Any], reader: Member, words: Words, _entry_id: int) -> Message:
    return meeting_views.reminder(meetings.reminder_from(facts), words, zone=ZoneInfo(reader.zone))


def _trouble(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return channel_views.trouble(str(facts["reason"]), facts["members"], words)


def _cover_asked(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return cover_views.question(covers.sheet_from(facts["sheet"]), words)


def _cover_news(facts: Mapping[str, Any], reader: Member, words: Words, _entry_id: int) -> Message:
    return cover_views.news(covers.sheet_from(facts["sheet"]), str(facts["by"]), reader.id, words)


def _cover_gap(facts: Mapping[str, Any], reader: Member, words: Words, _entry_id: int) -> Message:
    return gap_views.message(covers.sheet_from(facts["sheet"]), facts, reader.id, words)


def _lead_page(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return lead_views.page(leads.page_from(facts["page"]), date.fromisoformat(str(facts["day"])), words)


def _lead_neglect(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return lead_views.neglected(leads.rows_from(facts), words)


def _help_offered(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return lead_views.help_offered(facts, words)


def _reassign(
    facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int, *, reminder: bool = False
) -> Message:
    return reassignment_views.question(Sheet(**facts["sheet"]), words, reminder=reminder)


def _reassign_news(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return reassignment_views.news(Sheet(**facts["sheet"]), words)


def _reassign_proposed(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return reassignment_views.proposals([Sheet(**each) for each in facts["sheets"]], words)


def _concession(
    facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int, *, reminder: bool = False
) -> Message:
    return concession_views.question(ConcessionSheet(**facts["sheet"]), words, reminder=reminder)


def _concession_news(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return concession_views.news(ConcessionSheet(**facts["sheet"]), words)


def _handover_in(facts: Mapping[str, Any], reader: Member, words: Words, _entry_id: int) -> Message:
    now = datetime.fromisoformat(str(facts["said_at"]))
    return handover_views.received(facts, words, ZoneInfo(reader.zone), now)


def _handover_out(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return handover_views.given(facts, words)


def _handover_led(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return handover_views.led(facts, words)


def _handover_undone(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return handover_views.undone(facts, words)


def _handover_check(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return handover_views.check(facts, words)


def _waiting(
    facts: Mapping[str, Any], reader: Member, words: Words, entry_id: int, *, came: bool = False
) -> Message:
    rows = response_ladder.rows_from(facts)
    gone = bool(facts.get("gone"))
    return response_views.message(
        rows, words, ZoneInfo(reader.zone), entry_id, reader=reader.name, came=came, gone=gone
    )


def _channel(facts: Mapping[str, Any], _reader: Member, words: Words, _entry_id: int) -> Message:
    return response_views.channel(facts, words)


def _whose(facts: Mapping[str, Any], _reader: Member, words: Words, entry_id: int) -> Message:
    return response_views.whose(facts, words, entry_id)


SAID: Mapping[str, Say] = {
    digest.KIND: _digest,
    requests.ASKED: _request,
    requests.NEWS: _request,
    reviews.BATCH: _requests,
    reviews.REMINDER: partial(_requests, reminder=True),
    policies.REMINDER: _policy_reminder,
    policies.ANSWERED: _policy_answered,
    policies.ENTERED: _policy_entered,
    rule_upkeep.KIND: _rule_upkeep,
    meetings.KIND: _meeting,
    channels.KIND: _trouble,
    covers.ASKED: _cover_asked,
    covers.NEWS: _cover_news,
    cover_gaps.GAP: _cover_gap,
    leads.PAGE: _lead_page,
    leads.NEGLECT: _lead_neglect,
    leads.HELP: _help_offered,
    reassignment_steps.ASKED: _reassign,
    reassignment_steps.REMINDER: partial(_reassign, reminder=True),
    reassignment_steps.NEWS: _reassign_news,
    reassignment.PROPOSAL: _reassign_proposed,
    handover_news.IN: _handover_in,
    handover_news.OUT: _handover_out,
    handover_news.LED: _handover_led,
    handover_news.UNDONE: _handover_undone,
    handover_checks.CHECK: _handover_check,
    concession_steps.ASKED: _concession,
    concession_steps.REMINDER: partial(_concession, reminder=True),
    concession_steps.NEWS: _concession_news,
    response_ladder.KIND: _waiting,
    responses.CAME: partial(_waiting, came=True),
    response_channels.WHOSE: _whose,
    response_channels.CHANNEL: _channel,
}
"""How each kind of message is said: its facts, its reader, the reader's words, and the entry that its buttons name."""


class SlackMessenger:
    """Carries entries to Slack; see `bot.ports.Messenger`.

    `client` must not repeat calls by itself: a repeated post is a second message.
    """

    def __init__(self, client: WebClient) -> None:
        if client.retry_handlers:
            raise ValueError("a client that retries by itself posts twice: use retry_handlers=[]")
        self._client = client

    def render(
        self, kind: str, facts: Mapping[str, object], reader: Member, entry_id: int
    ) -> Mapping[str, object]:
        say = SAID.get(kind)
        if say is None:
            raise LookupError(f"nobody knows how to say {kind!r}")
        message = say(facts, reader, words_for(reader.locale), entry_id)
        return {"text": message.text, "blocks": list(message.blocks)}

    def conversation_with(self, member: Member) -> str:
        with classified():
            answer = self._client.conversations_open(users=member.user_id)
        channel: Mapping[str, Any] = answer["channel"]
        return str(channel["id"])

    def post(self, conversation: str, body: Mapping[str, object], key: str) -> Receipt:
        with classified():
            answer = self._sent(
                "chat.postMessage",
                body,
                channel=conversation,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            )
        return Receipt(str(answer["channel"]), str(answer["ts"]), record_of(answer))

    def edit(self, receipt: Receipt, body: Mapping[str, object]) -> Mapping[str, object]:
        with classified():
            answer = self._sent("chat.update", body, channel=receipt.conversation, ts=receipt.message)
        return record_of(answer)

    def knock(self) -> None:
        with classified():
            answer = self._client.auth_test()
        granted = granted_scopes(answer.headers)
        if granted is not None and _POSTING not in granted:
            raise NotLetIn("missing_scope", missing=_POSTING, answer=record_of(answer))

    def _sent(self, method: str, body: Mapping[str, object], **more: object) -> SlackResponse:
        """What Slack answers to a message; one that is refused for its charts is sent without them."""
        return plainly_if_refused(lambda taken: self._client.api_call(method, json={**taken, **more}), body)

    def find(self, conversation: str, key: str, since: datetime) -> Receipt | None:
        cursor = ""
        while True:
            with classified():
                page = self._client.conversations_history(
                    channel=conversation,
                    oldest=f"{since.timestamp():.6f}",
                    inclusive=True,
                    include_all_metadata=True,
                    limit=_PAGE,
                    cursor=cursor or None,
                )
            messages: list[Mapping[str, Any]] = page.get("messages") or []
            for message in messages:
                if _key_of(message) == key:
                    return Receipt(conversation, str(message["ts"]))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not page.get("has_more") or not cursor:
                return None


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return None if key is None else str(key)

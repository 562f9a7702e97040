"""Builds the Bolt app: one listener for each kind of payload, and a table that knows the rest."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any, TypeVar

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.reference import under
from handlers import (
    approvals,
    book_plans,
    client_contacts,
    client_edits,
    client_merges,
    clients,
    concessions,
    covers,
    disturbance,
    figures,
    fit,
    gate,
    gifts,
    home,
    imports,
    leads,
    meetings,
    nudges,
    occasions,
    offered,
    policies,
    promises,
    reassignment,
    register,
    response_figures,
    responses,
    rhythms,
    rules,
    settings,
    touch_messages,
    touch_presses,
    touches,
    workspace,
)
from handlers import help as helping
from handlers.ask import Routes
from handlers.desk import Desk

log = logging.getLogger(__name__)

_Answered = TypeVar("_Answered", None, BoltResponse | None)

ANYTHING = re.compile("")
SUBSCRIBED_EVENTS = (
    "app_home_opened",
    "dnd_updated_user",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "user_change",
)
"""What the manifest subscribes to. Each is taken, wanted or not: Slack repeats what nobody acknowledges."""


def table_of_contents() -> Routes:
    """Every command, button, form, shortcut, list and event, with the subject that takes it."""
    routes = Routes()
    for subject in (
        touches,
        touch_presses,
        touch_messages,
        gifts,
        approvals,
        register,
        rules,
        policies,
        clients,
        client_edits,
        client_contacts,
        client_merges,
        imports,
        nudges,
        occasions,
        rhythms,
        covers,
        concessions,
        responses,
        response_figures,
        leads,
        reassignment,
        book_plans,
        figures,
        fit,
        promises,
        offered,
        meetings,
        home,
        settings,
        workspace,
        disturbance,
        gate,
        helping,
    ):
        subject.register(routes)
    return routes


def build_app(desk: Desk, authorize: Callable[..., AuthorizeResult], signing_secret: str | None) -> App:
    """The app, ready for Socket Mode (no `signing_secret`) or HTTP.

    A handful of listeners in front of a table, because Bolt walks through its listeners one by one; and
    `process_before_response`, because the other way polls for the acknowledgement every 10 ms.
    """
    app = App(
        name="rapport",
        client=_without_token(desk.client),
        authorize=authorize,
        signing_secret=signing_secret,
        request_verification_enabled=signing_secret is not None,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )

    @app.command(ANYTHING)
    def command(body: dict[str, Any], ack: Ack) -> None:
        _serve(desk, "command", str(body["command"]), desk.command, body, ack)

    @app.action(ANYTHING)
    def action(body: dict[str, Any], ack: Ack) -> None:
        _serve(desk, "action", str(body["actions"][0]["action_id"]), desk.action, body, ack)

    @app.view_submission(ANYTHING)
    def view(body: dict[str, Any], ack: Ack) -> None:
        _serve(desk, "view", str(body["view"]["callback_id"]), desk.view, body, ack)

    @app.shortcut(ANYTHING)
    def shortcut(body: dict[str, Any], ack: Ack) -> None:
        _serve(desk, "shortcut", str(body["callback_id"]), desk.shortcut, body, ack)

    @app.options(ANYTHING)
    def option(body: dict[str, Any], ack: Ack) -> None:
        _serve(desk, "option", str(body["action_id"]), desk.option, body, ack)

    @app.event(ANYTHING)
    def event(body: dict[str, Any], ack: Ack) -> BoltResponse | None:
        return _serve(desk, "event", str(body["event"]["type"]), desk.event, body, ack)

    @app.view_closed(ANYTHING)
    def closed(ack: Ack) -> None:
        ack()

    @app.error
    def error(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
        log.error("outside of the desk: %s", error, exc_info=error, extra={"payload_type": body.get("type")})
        return BoltResponse(status=200, body="")

    return app


def _serve(
    desk: Desk,
    kind: str,
    name: str,
    perform: Callable[[Mapping[str, Any], Ack], _Answered],
    body: Mapping[str, Any],
    ack: Ack,
) -> _Answered:
    """Serve one payload under a reference of its own, and count how long its sender waited.

    Returns what is to be answered in the place of the acknowledgement, if anything."""
    began = perf_counter()
    with under():
        try:
            return perform(body, ack)
        finally:
            desk.house.meter.answered(kind, desk.routes.subject(kind, name), perf_counter() - began)


def _without_token(client: WebClient) -> WebClient:
    """The same address and manners for Bolt itself, which takes its token from the authorization."""
    return WebClient(base_url=client.base_url, timeout=client.timeout, ssl=client.ssl, retry_handlers=[])


def single_team(
    team_id: str, bot_token: str, bot_id: str, bot_user_id: str
) -> Callable[..., AuthorizeResult]:
    """Authorization for one installation, from what `auth.test` said at start: no call for each request."""
    result = AuthorizeResult(
        enterprise_id=None, team_id=team_id, bot_token=bot_token, bot_id=bot_id, bot_user_id=bot_user_id
    )

    def authorize(**_request: Any) -> AuthorizeResult:
        return result

    return authorize

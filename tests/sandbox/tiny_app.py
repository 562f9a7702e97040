"""A small Bolt app that uses what the sandbox plays, connected for real over Socket Mode."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.server import Running

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Json:
    """A choice."""
    return {"text": plain(text), "value": value}


def form(*further: Json) -> Json:
    """A form with a client that is looked up, a kind that changes the form, and a note."""
    return {
        "type": "modal",
        "callback_id": "touch",
        "title": plain("Log a touch"),
        "submit": plain("Save"),
        "notify_on_close": True,
        "blocks": [
            {
                "type": "input",
                "block_id": "client",
                "label": plain("Client"),
                "element": {"type": "external_select", "action_id": "find", "min_query_length": 1},
            },
            {
                "type": "input",
                "block_id": "kind",
                "label": plain("Kind"),
                "dispatch_action": True,
                "element": {
                    "type": "static_select",
                    "action_id": "kind",
                    "options": [option("Call", "call"), option("Gift", "gift")],
                    "initial_option": option("Call", "call"),
                },
            },
            *further,
            {
                "type": "input",
                "block_id": "note",
                "label": plain("Note"),
                "element": {"type": "plain_text_input", "action_id": "note", "multiline": True},
            },
        ],
    }


GIFT_FIELD: Json = {
    "type": "input",
    "block_id": "gift",
    "label": plain("Which gift"),
    "element": {"type": "plain_text_input", "action_id": "gift"},
}


CHART: Json = {
    "type": "data_visualization",
    "title": "One of one",
    "chart": {"type": "pie", "segments": [{"label": "One", "value": 1}]},
}


def confirmation(text: str) -> Json:
    """A message with a button."""
    button = {"type": "button", "action_id": "undo", "text": plain("Undo"), "value": "1"}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return {"text": text, "blocks": [section, {"type": "actions", "elements": [button]}]}


def build_app(client: WebClient) -> App:
    """The app; `client` speaks to the sandbox."""
    app = App(client=client, listener_executor=ThreadPoolExecutor(10))

    @app.command("/note")
    @app.command("/raw")
    def note(ack: Ack, command: Json) -> None:
        if command["text"] == "never answer":
            return
        if command["text"] == "a chart":
            ack(text="One of one", blocks=[CHART])
            return
        ack(**confirmation(f"Noted: {command['text']}"))

    @app.command("/form")
    @app.shortcut("new_form")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=form())
        ack()

    @app.shortcut("keep")
    def keep(ack: Ack, respond: Respond, shortcut: Json) -> None:
        ack()
        respond(text=f"Kept: {shortcut['message']['text']}")

    @app.options("find")
    def find(ack: Ack, payload: Json) -> None:
        names = [name for name in ("Acme", "Acme Europe", "Ford") if payload["value"].lower() in name.lower()]
        ack(options=[option(name, name) for name in names])

    @app.action("kind")
    def kind(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        further = [GIFT_FIELD] if body["actions"][0]["selected_option"]["value"] == "gift" else []
        view = body["view"]
        client.views_update(view_id=view["id"], hash=view["hash"], view=form(*further))

    @app.view("touch")
    def touch(ack: Ack, view: Json, body: Json, client: WebClient) -> None:
        values = view["state"]["values"]
        if "health" in values["note"]["note"]["value"]:
            ack(response_action="errors", errors={"note": "Leave out health: the client may read this."})
            return
        ack()
        kept = values["client"]["find"]["selected_option"]["value"]
        client.chat_postMessage(
            channel=body["user"]["id"],
            **confirmation(f"Logged for {kept}"),
            metadata={"event_type": "touch", "event_payload": {"id": "1"}},
        )

    @app.view_closed("touch")
    def closed(ack: Ack) -> None:
        ack()

    @app.action("undo")
    def undo(ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="Undone", replace_original=True)

    @app.event("app_home_opened")
    def home(event: Json, client: WebClient) -> None:
        if event["tab"] == "home":
            text = {"type": "mrkdwn", "text": f"Welcome, <@{event['user']}>"}
            view = {"type": "home", "blocks": [{"type": "section", "text": text}]}
            client.views_publish(user_id=event["user"], view=view)

    @app.event("message")
    def message(event: Json, client: WebClient) -> None:
        if event.get("subtype") is None and event.get("text", "").startswith("echo "):
            client.chat_postMessage(channel=event["channel"], text=event["text"][5:])

    @app.event("user_change")
    def person(event: Json) -> None:
        assert event["user"]["id"], json.dumps(event)

    return app


@contextlib.contextmanager
def connected(sandbox: Running) -> Iterator[App]:
    """The app, connected to the sandbox as long as the block lasts."""
    client = WebClient("xoxb-sandbox", base_url=f"{sandbox.base_url}/api/", retry_handlers=[])
    app = build_app(client)
    handler = SocketModeHandler(app, "xapp-sandbox", ping_interval=1)
    handler.client.connect()
    try:
        yield app
    finally:
        handler.client.close()
        app.listener_runner.listener_executor.shutdown(wait=True)

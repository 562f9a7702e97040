"""Payloads that Slack takes: one of each block and element, and a manifest. Broken ones are made from them."""

from __future__ import annotations

import copy
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str = "Verizon") -> Json:
    return {"text": plain(text), "value": value}


def button(action_id: str = "log", text: str = "Log") -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": "client-7"}


def rich_text(text: str) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
    }


def section(text: str = "*Acme* is due", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def asking(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Client"), "element": element, **more}


def message(*blocks: Json, **more: Any) -> Json:
    return {"text": "Acme is due", "blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Log a touch"),
        "submit": plain("Log"),
        "callback_id": "touch",
        "blocks": list(blocks),
        **more,
    }


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


PICTURE: Json = {"type": "image", "image_url": "https://example.com/wine.png", "alt_text": "A bottle of wine"}
CARD: Json = {"type": "card", "title": mrkdwn("Acme"), "body": mrkdwn("31 days"), "actions": [button()]}
CONFIRM: Json = {
    "title": plain("Undo?"),
    "text": mrkdwn("The touch is taken back."),
    "confirm": plain("Undo"),
    "deny": plain("Keep"),
}
PIE: Json = {"type": "pie", "segments": [{"label": "calls", "value": 7}, {"label": "visits", "value": 2.5}]}
LINES: Json = {
    "type": "line",
    "series": [{"name": "touches", "data": [{"label": "May", "value": 3}, {"label": "June", "value": -1}]}],
    "axis_config": {"categories": ["May", "June"], "x_label": "Month"},
}
TABLE_ROWS: list[list[Json]] = [
    [{"type": "raw_text", "text": "Client"}, {"type": "raw_text", "text": "Days"}],
    [rich_text("Acme"), {"type": "raw_number", "value": 31, "text": "31"}],
]

BLOCKS: dict[str, Json] = {
    "actions": {"type": "actions", "block_id": "row-1", "elements": [button("log"), button("open", "Open")]},
    "alert": {"type": "alert", "text": plain("No rule on file."), "level": "warning"},
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD, {"type": "card", "hero_image": PICTURE}]},
    "container": {
        "type": "container",
        "title": plain("Details"),
        "child_blocks": [section()],
        "is_collapsible": True,
    },
    "context": {"type": "context", "elements": [PICTURE, mrkdwn("Checked on 3 May"), plain("by Ford")]},
    "context_actions": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "helped",
                "positive_button": {"text": plain("Good"), "value": "yes"},
                "negative_button": {"text": plain("Bad"), "value": "no"},
            },
            {"type": "icon_button", "action_id": "drop", "icon": "trash", "text": plain("Drop")},
        ],
    },
    "data_table": {"type": "data_table", "caption": "Clients due", "rows": TABLE_ROWS, "page_size": 10},
    "data_visualization": {"type": "data_visualization", "title": "Touches", "chart": LINES},
    "divider": {"type": "divider"},
    "header": {"type": "header", "text": plain("Today")},
    "image": {**PICTURE, "title": plain("Wine")},
    "input": asking({"type": "plain_text_input", "action_id": "note", "multiline": True}, optional=True),
    "markdown": {"type": "markdown", "text": "**Acme**"},
    "plan": {
        "type": "plan",
        "title": "Check",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "Read", "status": "complete"}],
    },
    "rich_text": rich_text("Acme"),
    "section": section(fields=[mrkdwn("*Owner*"), plain("Nadia")], accessory=button("open", "Open")),
    "table": {
        "type": "table",
        "rows": TABLE_ROWS,
        "column_settings": [{"align": "left", "is_wrapped": True}],
    },
    "task_card": {"type": "task_card", "task_id": "1", "title": "Read the rules", "status": "in_progress"},
    "video": {
        "type": "video",
        "video_url": "https://example.com/v",
        "thumbnail_url": "https://example.com/t.png",
        "alt_text": "How it works",
        "title": plain("How it works"),
    },
}

# Elements that stand in an actions block, and in what surface they are shown here.
PRESSED: dict[str, Json] = {
    "button": {**button(), "style": "danger", "confirm": CONFIRM, "visible_to_user_ids": ["U1"]},
    "checkboxes": {
        "type": "checkboxes",
        "action_id": "days",
        "options": [option("mon"), {"text": mrkdwn("*Tuesday*"), "value": "tue"}],
        "initial_options": [option("mon")],
    },
    "datepicker": {
        "type": "datepicker",
        "action_id": "on",
        "initial_date": "2026-11-02",
        "placeholder": plain("Day"),
    },
    "datetimepicker": {"type": "datetimepicker", "action_id": "at", "initial_date_time": 1_793_600_000},
    "overflow": {
        "type": "overflow",
        "action_id": "more",
        "options": [{**option("open"), "url": "https://example.com"}],
    },
    "radio_buttons": {"type": "radio_buttons", "action_id": "tier", "options": [option("a"), option("b")]},
    "static_select": {
        "type": "static_select",
        "action_id": "channel",
        "option_groups": [{"label": plain("Spoken"), "options": [option("call"), option("visit")]}],
        "initial_option": option("visit"),
    },
    "external_select": {
        "type": "external_select",
        "action_id": "client",
        "min_query_length": 1,
        "initial_option": option("7"),
    },
    "users_select": {"type": "users_select", "action_id": "who", "initial_user": "U1"},
    "conversations_select": {
        "type": "conversations_select",
        "action_id": "where",
        "filter": {"include": ["im"], "exclude_bot_users": True},
    },
    "channels_select": {"type": "channels_select", "action_id": "room"},
    "multi_static_select": {
        "type": "multi_static_select",
        "action_id": "offers",
        "options": [option("audit"), option("advice")],
        "initial_options": [option("audit")],
        "max_selected_items": 2,
    },
    "multi_external_select": {"type": "multi_external_select", "action_id": "clients"},
    "multi_users_select": {"type": "multi_users_select", "action_id": "people", "initial_users": ["U1"]},
    "multi_conversations_select": {"type": "multi_conversations_select", "action_id": "rooms"},
    "multi_channels_select": {"type": "multi_channels_select", "action_id": "channels"},
    "timepicker": {
        "type": "timepicker",
        "action_id": "time",
        "initial_time": "09:00",
        "timezone": "Europe/Paris",
    },
    "workflow_button": {
        "type": "workflow_button",
        "action_id": "flow",
        "text": plain("Start"),
        "workflow": {"trigger": {"url": "https://example.com/trigger"}},
    },
}

# Elements that stand in an input block only.
ASKED: dict[str, Json] = {
    "email_text_input": {"type": "email_text_input", "action_id": "mail"},
    "file_input": {"type": "file_input", "action_id": "file", "filetypes": ["csv"], "max_files": 1},
    "number_input": {
        "type": "number_input",
        "action_id": "value",
        "is_decimal_allowed": True,
        "min_value": "0",
        "initial_value": "45.50",
        "max_value": "1000",
    },
    "plain_text_input": {
        "type": "plain_text_input",
        "action_id": "note",
        "min_length": 1,
        "max_length": 3000,
        "initial_value": "Renewal",
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        "focus_on_load": True,
    },
    "rich_text_input": {
        "type": "rich_text_input",
        "action_id": "rich",
        "initial_value": rich_text("Hello"),
        "min_lines": 2,
    },
    "url_text_input": {"type": "url_text_input", "action_id": "link", "placeholder": plain("https://")},
}

NOT_SENT_IN_A_MESSAGE = (
    "email_text_input",
    "file_input",
    "number_input",
    "rich_text_input",
    "url_text_input",
)


MANIFEST: Json = {
    "_metadata": {"major_version": 1, "minor_version": 1},
    "display_information": {
        "name": "Rapport",
        "description": "Keeps clients close",
        "background_color": "#2c4a52",
    },
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "rapport", "always_online": True},
        "shortcuts": [
            {"name": "Log as touch", "type": "message", "callback_id": "touch", "description": "Logs it"}
        ],
        "slash_commands": [{"command": "/client-touch", "description": "Log a touch", "should_escape": True}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "users:read", "im:history"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": True,
        "token_rotation_enabled": False,
    },
}


def changed(original: Json, *path: str | int, to: Any) -> Json:
    """A deep copy with one value set, or taken away if `to` is ... (the ellipsis)."""
    copied = copy.deepcopy(original)
    target: Any = copied
    for step in path[:-1]:
        target = target[step]
    if to is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = to
    return copied

"""Says whether Slack would take a payload, and whether one of ours looks like one that Slack sends.

Every `check_…` function takes parsed JSON (dicts, lists, str, int, float, bool, None; no JSON inside of strings) and
returns its faults, each as one line "path: what is wrong", or an empty list. What a single object may hold comes from
the schemas in `sandbox/schemas`, what binds blocks together from its `rules`; the rest is here. Where Slack's pages
contradict each other, the stricter reading counts. Characters are counted as Python counts them (code points).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.schemas import event_fault, fault, shown
from sandbox.schemas.rules import Surface, block_faults, echo_faults, elements, option_faults, with_children

# https://docs.slack.dev/reference/methods/chat.postMessage: longer texts are cut.
LONGEST_TEXT = 40_000

_SAID = ("text", "blocks", "attachments", "markdown_text")


def check_message(payload: Mapping[str, Any]) -> list[str]:
    """Faults of a message: the arguments of chat.postMessage, postEphemeral or update, or what a response_url takes."""
    return list(_message(payload, "RootMessage"))


def check_view(view: Mapping[str, Any]) -> list[str]:
    """Faults of a modal, as views.open, views.push and views.update take it."""
    return list(_view(view, "RootModal", "modal", ""))


def check_home(view: Mapping[str, Any]) -> list[str]:
    """Faults of a Home tab, as views.publish takes it."""
    return list(_view(view, "RootHome", "home", ""))


def check_response(body: object, view: Mapping[str, Any] | None = None) -> list[str]:
    """Faults of the body of an acknowledgement: of a command, a press, a submission or a request for options.

    None, "" and {} acknowledge in silence; any other string is a text. `view` is the modal that was submitted, if
    any: errors may then name only its input blocks.
    """
    if body is None or isinstance(body, str):
        return list(_too_long(body or ""))
    if not isinstance(body, Mapping):
        return [f"payload: must be an object or a text, not {shown(body)}"]
    if not body:
        return []
    if "response_action" in body:
        return list(_response_action(body, view))
    if "options" in body or "option_groups" in body:
        return list(_suggested_options(body))
    return list(_message(body, "RootResponse"))


def check_manifest(manifest: Mapping[str, Any]) -> list[str]:
    """Faults of an app manifest, for Socket Mode or for HTTP."""
    found = fault("manifest", "RootManifest", manifest)
    return [found] if found else list(_manifest(manifest))


def check_command(payload: Mapping[str, Any]) -> list[str]:
    """What a slash command's payload lacks to be one that Slack sends."""
    if found := fault("received", "RootCommand", payload):
        return [found]
    faults = []
    if not payload["command"].startswith("/"):
        faults.append(f"command: {shown(payload['command'])} does not begin with a slash")
    faults += [
        f"{key}: is empty"
        for key in ("response_url", "trigger_id", "user_id", "channel_id")
        if not payload[key]
    ]
    return faults


def check_action(payload: Mapping[str, Any]) -> list[str]:
    """What a block_actions payload lacks to be one that Slack sends: for a message, a modal or the Home tab."""
    if found := fault("received", "RootAction", payload):
        return [found]
    return list(_action(payload))


def check_view_submission(payload: Mapping[str, Any]) -> list[str]:
    """What a view_submission payload lacks to be one that Slack sends."""
    if found := fault("received", "RootSubmission", payload):
        return [found]
    return list(_echoed_view(payload["view"], "view"))


def check_view_closed(payload: Mapping[str, Any]) -> list[str]:
    """What a view_closed payload lacks to be one that Slack sends."""
    if found := fault("received", "RootClosed", payload):
        return [found]
    return list(_echoed_view(payload["view"], "view"))


def check_shortcut(payload: Mapping[str, Any]) -> list[str]:
    """What the payload of a global shortcut or of a message shortcut lacks to be one that Slack sends."""
    root = "RootMessageShortcut" if payload.get("type") == "message_action" else "RootGlobalShortcut"
    found = fault("received", root, payload)
    return [found] if found else []


def check_block_suggestion(payload: Mapping[str, Any]) -> list[str]:
    """What a block_suggestion payload (a request for options) lacks to be one that Slack sends."""
    found = fault("received", "RootSuggestion", payload)
    return [found] if found else []


def check_event(payload: Mapping[str, Any]) -> list[str]:
    """What an Events API envelope and the event in it lack to be such as Slack sends."""
    if found := fault("received", "RootEnvelope", payload):
        return [found]
    found = event_fault(payload["event"], "event")
    if found:
        return [found]
    view = payload["event"].get("view")
    return list(_echoed_view(view, "event.view")) if isinstance(view, Mapping) else []


# --- Messages ---------------------------------------------------------------------------------------------


def _too_long(text: str) -> Iterator[str]:
    if len(text) > LONGEST_TEXT:
        yield f"text: {len(text)} characters, at most {LONGEST_TEXT} allowed"


def _message(payload: Mapping[str, Any], root: str) -> Iterator[str]:
    if found := fault("sent", root, payload):
        yield found
        return
    yield from _too_long(payload.get("text", ""))
    if "markdown_text" in payload and (payload.get("text") or payload.get("blocks")):
        yield "markdown_text: cannot be combined with text or blocks"
    deletes = payload.get("delete_original") is True
    if not any(payload.get(key) for key in _SAID) and not deletes:
        yield "payload: says nothing; needs text, blocks, attachments or markdown_text"
    elif payload.get("blocks") and not payload.get("text"):
        # Slack would take it; a screen reader and a notification would have nothing to say.
        yield "text: is needed beside blocks, for screen readers and notifications"
    metadata = payload.get("metadata", {})
    if ("event_type" in metadata) != ("event_payload" in metadata):
        yield "metadata: event_type and event_payload go together"
    yield from block_faults(payload.get("blocks", []), "message", "blocks")
    for index, attachment in enumerate(payload.get("attachments", [])):
        path = f"attachments[{index}]"
        if found := fault("sent", "RootAttachment", attachment, path):
            yield found
        else:
            yield from block_faults(attachment.get("blocks", []), "message", f"{path}.blocks")


# --- Views ------------------------------------------------------------------------------------------------


def _view(view: Mapping[str, Any], root: str, surface: Surface, path: str) -> Iterator[str]:
    if found := fault("sent", root, view, path):
        yield found
        return
    before = f"{path}." if path else ""
    yield from block_faults(view["blocks"], surface, f"{before}blocks")
    asks = any(isinstance(block, Mapping) and block.get("type") == "input" for block in view["blocks"])
    if surface == "modal" and asks and "submit" not in view:
        yield f"{before}submit: is needed in a modal with an input block"


# --- Acknowledgements -------------------------------------------------------------------------------------


def _response_action(body: Mapping[str, Any], view: Mapping[str, Any] | None) -> Iterator[str]:
    action = body["response_action"]
    member = {"errors": "errors", "update": "view", "push": "view", "clear": None}
    if not isinstance(action, str) or action not in member:
        yield f"response_action: {shown(action)} is not one of 'errors', 'update', 'push', 'clear'"
        return
    wanted = member[action]
    yield from (
        f"{key}: unknown key beside {action!r}" for key in body if key not in ("response_action", wanted)
    )
    if wanted is None:
        return
    value = body.get(wanted)
    if not isinstance(value, Mapping):
        yield f"{wanted}: must be an object, not {shown(value)}"
    elif wanted == "view":
        yield from _view(value, "RootModal", "modal", "view")
    else:
        yield from _errors(value, view)


def _errors(errors: Mapping[str, Any], view: Mapping[str, Any] | None) -> Iterator[str]:
    if not errors:
        yield "errors: is empty"
    inputs = None
    if view is not None:
        inputs = [block.get("block_id") for block in view.get("blocks", []) if block.get("type") == "input"]
    for block_id, sentence in errors.items():
        if not isinstance(sentence, str) or not sentence:
            yield f"errors.{block_id}: must be a sentence, not {shown(sentence)}"
        if inputs is not None and block_id not in inputs:
            yield f"errors.{block_id}: the view has no input block of that id"


def _suggested_options(body: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        f"{key}: unknown key beside options" for key in body if key not in ("options", "option_groups")
    )
    if "options" in body and "option_groups" in body:
        yield "option_groups: cannot be combined with options"
        return
    given = {key: body[key] for key in ("options", "option_groups") if key in body}
    if given in ({"options": []}, {"option_groups": []}):
        # Nothing matches what was typed; a static menu may not be empty, an answer may.
        return
    menu = {"type": "static_select", "action_id": "menu", **given}
    if found := fault("sent", "StaticSelect", menu):
        yield found
        return
    yield from option_faults(menu, "")


# --- The manifest -----------------------------------------------------------------------------------------

# https://docs.slack.dev/reference/events: what a subscription needs; an event without its scope never arrives.
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "channel_left": "channels:read",
    "dnd_updated_user": "dnd:read",
    "file_shared": "files:read",
    "group_left": "groups:read",
    "link_shared": "links:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_join": "users:read",
    "user_change": "users:read",
}


def _manifest(manifest: Mapping[str, Any]) -> Iterator[str]:
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    held = scopes.get("bot", [])
    over_http = not settings.get("socket_mode_enabled", False)
    for path, values in (
        ("features.slash_commands", [command["command"] for command in features.get("slash_commands", [])]),
        ("features.shortcuts", [shortcut["callback_id"] for shortcut in features.get("shortcuts", [])]),
        ("oauth_config.scopes.bot", held),
        (
            "settings.event_subscriptions.bot_events",
            settings.get("event_subscriptions", {}).get("bot_events", []),
        ),
    ):
        yield from (
            f"{path}: {value!r} stands there twice"
            for value in sorted(set(values))
            if values.count(value) > 1
        )
    for name in ("slash_commands", "shortcuts"):
        if features.get(name) and "commands" not in held:
            yield f"oauth_config.scopes.bot: lacks 'commands', which features.{name} needs"
    for kind in ("bot", "user"):
        for scope in scopes.get(f"{kind}_optional", []):
            if scope not in scopes.get(kind, []):
                yield f"oauth_config.scopes.{kind}_optional: {scope!r} must stand in {kind} too"
    if held and "bot_user" not in features:
        yield "features.bot_user: is needed for bot scopes"
    yield from _addresses(features, settings, over_http)
    subscriptions = settings.get("event_subscriptions", {})
    for event in subscriptions.get("bot_events", []):
        if event in EVENT_SCOPES and EVENT_SCOPES[event] not in held:
            yield f"oauth_config.scopes.bot: lacks {EVENT_SCOPES[event]!r}, which the event {event!r} needs"


def _addresses(features: Mapping[str, Any], settings: Mapping[str, Any], over_http: bool) -> Iterator[str]:
    """Addresses that Slack needs when it calls us over HTTP; over Socket Mode it needs none."""
    given: list[tuple[str, str | None]] = []
    for index, command in enumerate(features.get("slash_commands", [])):
        given.append((f"features.slash_commands[{index}].url", command.get("url")))
    for name in ("event_subscriptions", "interactivity"):
        section = settings.get(name, {})
        asks = section.get("is_enabled") or section.get("bot_events") or section.get("user_events")
        if asks:
            given.append((f"settings.{name}.request_url", section.get("request_url")))
    for path, address in given:
        if address is None and over_http:
            yield f"{path}: is needed without Socket Mode"
        elif address is not None and not address.startswith("https://"):
            yield f"{path}: {shown(address)} is no https address"


# --- What Slack sends -------------------------------------------------------------------------------------


def _echoed_view(view: Mapping[str, Any], path: str) -> Iterator[str]:
    surface: Surface = "home" if view["type"] == "home" else "modal"
    yield from echo_faults(view["blocks"], surface, f"{path}.blocks")
    shown_ids = {block.get("block_id") for block in view["blocks"] if isinstance(block, Mapping)}
    for block_id in view["state"]["values"]:
        if block_id not in shown_ids:
            yield f"{path}.state.values.{block_id}: the view has no block of that id"


def _action(payload: Mapping[str, Any]) -> Iterator[str]:
    if not payload["actions"]:
        yield "actions: is empty"
    view, message = payload.get("view"), payload.get("message")
    blocks: list[Any] = []
    if view is not None:
        yield from _echoed_view(view, "view")
        blocks = view["blocks"]
    elif message is not None:
        blocks = message.get("blocks", [])
        yield from echo_faults(blocks, "message", "message.blocks")
        yield from (
            f"{key}: is needed for a press in a message"
            for key in ("channel", "response_url")
            if key not in payload
        )
    elif payload["container"].get("is_ephemeral") is not True:
        # Of an ephemeral message Slack sends the container and not the message.
        yield "payload: needs the view or the message that was pressed"
        return
    yield from _pressed(payload["actions"], blocks)


def _pressed(actions: list[Any], blocks: list[Any]) -> Iterator[str]:
    """Whether each action names an element of the blocks that it came from, where these are known and sound."""
    there: dict[str, set[str]] = {}
    for block in blocks:
        if fault("sent", "RootBlock", block):
            return
        for path, inner in with_children(block, ""):
            there[inner.get("block_id", path)] = {
                element.get("action_id", "") for _, element in elements(inner, "")
            }
    for index, action in enumerate(actions):
        if there and action["block_id"] not in there:
            yield f"actions[{index}].block_id: {shown(action['block_id'])} is no block of what was pressed"
        elif there and action["action_id"] not in there[action["block_id"]]:
            yield f"actions[{index}].action_id: {shown(action['action_id'])} is not in that block"

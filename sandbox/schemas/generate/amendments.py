"""What Slack's types get wrong, leave open or leave out, corrected before and after the other steps.

Each entry says why. Anything that binds two fields or two blocks together is not here but in `sandbox/payloads.py`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]
Definitions: TypeAlias = dict[str, Schema]


def ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


TEXT: Schema = {"type": "string", "minLength": 1}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}


def amend(definitions: Definitions) -> None:
    """Corrections to the raw definitions, before limits are read from comments and unions are rewritten."""
    _blocks(definitions)
    _elements(definitions)
    _messages_and_views(definitions)
    _manifest(definitions)
    _received(definitions)
    _events(definitions)


def amend_settled(definitions: Definitions) -> None:
    """Corrections to what the rewriting of unions has made."""
    # The ways to call chat.postMessage, chat.postEphemeral and chat.update have no key in common that a payload
    # must have; what a message needs is checked as code, which can say it in one sentence.
    for name in ("RootMessage", "RootResponse"):
        definitions[name].pop("oneOf", None)
        definitions[name]["required"] = []
        definitions[name]["properties"]["blocks"] = {"type": "array", "maxItems": 50}
        definitions[name]["properties"]["attachments"] = {"type": "array", "maxItems": 100}
        # A message may carry an event, entities or both; the union of the calls has lost what an event may hold.
        event = definitions["MessageMetadata"]["properties"]
        entities = {"type": "array", "items": ref("EntityMetadata")}
        definitions[name]["properties"]["metadata"] = {
            "type": "object", "properties": {**event, "entities": entities}, "additionalProperties": False,
        }  # fmt: skip
    # An answer to a request is posted where the request came from, with the bot's own name.
    for key in ("channel", "token", "as_user", "icon_emoji", "icon_url", "username"):
        definitions["RootResponse"]["properties"].pop(key, None)


def _blocks(d: Definitions) -> None:
    # Slack refuses empty containers; the comments do not say so.
    for name in ("ActionsBlock", "ContextBlock", "ContextActionsBlock", "RichTextBlock"):
        d[name]["properties"]["elements"]["minItems"] = 1
    d["SectionBlock"]["properties"]["fields"]["minItems"] = 1
    d["ContainerBlock"]["properties"]["child_blocks"]["minItems"] = 1
    # The reference: "a link to the image, at most 3000 characters", and alternative text of at most 2000 everywhere.
    for image in (*d["ImageBlock"]["anyOf"], *d["ImageElement"]["anyOf"]):
        image["properties"]["alt_text"] |= {"minLength": 1, "maxLength": 2000}
        if "image_url" in image["properties"]:
            image["properties"]["image_url"] = {"type": "string", "minLength": 1, "maxLength": 3000}
    d["VideoBlock"]["properties"]["alt_text"] = TEXT
    d["MarkdownBlock"]["properties"]["text"]["minLength"] = 1
    # The reference of the data table: a header and 1 to 100 rows, 1 to 20 columns, a caption for screen readers.
    table = d["DataTableBlock"]["properties"]
    table["caption"] = TEXT
    table["rows"] |= {"minItems": 2, "maxItems": 101}
    table["rows"]["items"] |= {"minItems": 1, "maxItems": 20}
    table["row_header_column_index"] = {"type": "integer", "minimum": 0, "maximum": 19}
    d["TableBlock"]["properties"]["rows"]["minItems"] = 1
    d["TableBlock"]["properties"]["rows"]["items"]["minItems"] = 1
    for name in ("RawTextElement", "RawNumberElement"):
        d[name]["properties"]["text"] = TEXT
    # "or any record" would let everything through.
    d["PlanBlock"]["properties"]["tasks"]["items"] = ref("TaskCardBlock")
    d["DataVisualizationBlock"] = _data_visualization()
    d["KnownBlock"]["anyOf"].append(ref("DataVisualizationBlock"))


def _data_visualization() -> Schema:
    """The chart block, which the types do not know, after its page in Slack's reference (June 2026).

    Newer clients take twelve series; the page says six, and six satisfies both. What series, labels and
    categories owe to each other is checked as code.
    """

    def closed(properties: Schema, required: list[str]) -> Schema:
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    label: Schema = {"type": "string", "minLength": 1, "maxLength": 20}
    axis_label: Schema = {"type": "string", "minLength": 1, "maxLength": 50}
    segment = closed({"label": label, "value": {"type": "number", "exclusiveMinimum": 0}}, ["label", "value"])
    point = closed({"label": label, "value": {"type": "number"}}, ["label", "value"])
    points: Schema = {"type": "array", "items": point, "minItems": 1, "maxItems": 20}
    series = closed({"name": label, "data": points}, ["name", "data"])
    categories: Schema = {"type": "array", "items": label, "minItems": 1, "maxItems": 20}
    axis = closed({"categories": categories, "x_label": axis_label, "y_label": axis_label}, ["categories"])

    def one_to_six(item: Schema) -> Schema:
        return {"type": "array", "items": item, "minItems": 1, "maxItems": 6}

    charts = [closed({"type": {"const": "pie"}, "segments": one_to_six(segment)}, ["type", "segments"])]
    for kind in ("bar", "area", "line"):
        properties: Schema = {"type": {"const": kind}, "series": one_to_six(series), "axis_config": axis}
        charts.append(closed(properties, ["type", "series", "axis_config"]))
    block: Schema = {
        "type": {"const": "data_visualization"},
        "block_id": {"type": "string", "maxLength": 255},
        "title": {"type": "string", "minLength": 1, "maxLength": 50},
        "chart": {"anyOf": charts},
    }
    return closed(block, ["type", "title", "chart"])


def _elements(d: Definitions) -> None:
    for name in ("MrkdwnOption", "PlainTextOption"):
        # The comment still says 75; Slack's reference and its Python SDK say 150, and that a value is needed.
        d[name]["properties"]["value"] = {"type": "string", "minLength": 1, "maxLength": 150}
        d[name]["required"] = ["text", "value"]
    # Only buttons can be shown to some people; both fields are in Slack's Python SDK 3.47 and not yet in the types.
    d["Button"]["properties"]["visible_to_user_ids"] = {"type": "array", "items": TEXT, "minItems": 1}
    d["Button"]["properties"]["agent_prompt"] = {"type": "string", "minLength": 1, "maxLength": 4000}
    for name in ("StaticSelect", "MultiStaticSelect"):
        properties = d[name]["properties"]
        properties["options"]["minItems"] = 1
        properties["option_groups"]["minItems"] = 1
        group = properties["option_groups"]["items"]["properties"]
        group["label"]["description"] = "Maximum length for the `text` in this field is 75 characters."
        group["options"] |= {"minItems": 1, "maxItems": 100}
    for name in ("Checkboxes", "RadioButtons", "Overflow"):
        d[name]["properties"]["options"]["minItems"] = 1
    d["RadioButtons"]["properties"]["options"]["maxItems"] = 10
    for name in ("ExternalSelect", "MultiExternalSelect"):
        d[name]["properties"]["min_query_length"] = {"type": "integer", "minimum": 0}
    # The reference: a plain text input takes 0 to 3000 characters at least, and 1 to 3000 at most.
    d["PlainTextInput"]["properties"]["min_length"] = {"type": "integer", "minimum": 0, "maximum": 3000}
    d["PlainTextInput"]["properties"]["max_length"] = {"type": "integer", "minimum": 1, "maximum": 3000}
    for side in ("positive_button", "negative_button"):
        button = d["FeedbackButtons"]["properties"][side]["properties"]
        button["text"]["description"] = "Maximum length for the text in this field is 75 characters."
        button["value"] = {"type": "string", "maxLength": 2000}
    d["IconButton"]["properties"]["value"] = {"type": "string", "maxLength": 2000}
    for name, schema in d.items():
        # Every way of writing an action_id: the comment that limits it begins with a colon and is lost on the way.
        if name in _INTERACTIVE and "action_id" in schema["properties"]:
            schema["properties"]["action_id"] = {"type": "string", "minLength": 1, "maxLength": 255}


_INTERACTIVE = (
    "Button", "Checkboxes", "Datepicker", "DateTimepicker", "EmailInput", "FeedbackButtons", "FileInput", "IconButton",
    "UsersSelect", "MultiUsersSelect", "StaticSelect", "MultiStaticSelect", "ConversationsSelect",
    "MultiConversationsSelect", "ChannelsSelect", "MultiChannelsSelect", "ExternalSelect", "MultiExternalSelect",
    "NumberInput", "Overflow", "PlainTextInput", "RadioButtons", "RichTextInput", "Timepicker", "URLInput",
    "WorkflowButton",
)  # fmt: skip


def _messages_and_views(d: Definitions) -> None:
    for name in ("RootModal", "RootHome"):
        # The limit stands at the type that entry.ts replaces.
        d[name]["properties"]["blocks"] = {"type": "array", "maxItems": 100}
        d[name]["properties"]["external_id"]["maxLength"] = 255
    d["RootAttachment"]["properties"]["blocks"] = {"type": "array"}
    # The type of an answer drops the keys of messages by way of a conditional type that the generator cannot follow.
    answer = d["RespondArguments"]["properties"]
    d["RootMessage"]["anyOf"].append(ref("RespondArguments"))
    d["RootResponse"] = {"anyOf": [*d["ChatPostMessageArguments"]["anyOf"], d["RespondArguments"]]}
    for key in ("response_type", "replace_original", "delete_original"):
        if key not in answer:
            raise KeyError(key)


def _manifest(d: Definitions) -> None:
    manifest = d["Manifest"]
    # A record of anything in the types; a misspelt section would pass.
    manifest["additionalProperties"] = False
    manifest["properties"]["functions"] = {"type": "object"}
    manifest["properties"]["_metadata"]["properties"]["major_version"] = {
        "type": "integer",
        "minimum": 1,
        "maximum": 2,
    }
    manifest["properties"]["_metadata"]["properties"]["minor_version"] = {"type": "integer", "minimum": 0}
    # Slack's own schema of manifests: a long description has at least 175 characters or is left out.
    manifest["properties"]["display_information"]["properties"]["long_description"]["minLength"] = 175
    shortcut = manifest["properties"]["features"]["properties"]["shortcuts"]["items"]["properties"]
    shortcut["name"] = {"type": "string", "minLength": 1, "maxLength": 24}
    # The documentation of allowed addresses says ten, the comment fifty; ten satisfies both.
    manifest["properties"]["settings"]["properties"]["allowed_ip_address_ranges"] = {
        "type": "array", "items": TEXT, "maxItems": 10,
    }  # fmt: skip


def _received(d: Definitions) -> None:
    names = (
        "BlockAction",
        "ViewSubmitAction",
        "ViewClosedAction",
        "BlockSuggestion",
        "GlobalShortcut",
        "MessageShortcut",
    )
    for name in names:
        # Sent as null outside an enterprise.
        d[name]["properties"]["enterprise"] = {
            "anyOf": [d[name]["properties"]["enterprise"], {"type": "null"}]
        }
        user = d[name]["properties"]["user"]["properties"]
        # Slack sends both spellings; the types know now the one, now the other.
        user |= {"name": {"type": "string"}, "username": {"type": "string"}, "team_id": {"type": "string"}}
    # A press in a modal or on the Home tab has no response_url.
    d["BlockAction"]["required"].remove("response_url")
    # Blocks come back as they were sent; they are checked one by one.
    d["ViewOutput"]["properties"]["blocks"] = {"type": "array", "maxItems": 100}
    state = d["ViewStateValue"]["properties"]
    # Choices may carry markup and a description.
    state["selected_option"] = {"anyOf": [ref("Option"), {"type": "null"}]}
    state["selected_options"] = {"type": "array", "items": ref("Option")}
    state["timezone"] = {"type": "string"}
    state["rich_text_value"] = {"anyOf": [ref("RichTextBlock"), {"type": "null"}]}
    for name, schema in d.items():
        if name.endswith("Action") and "confirm" in schema.get("properties", {}):
            # The dialog of Block Kit, not that of the old attachments.
            schema["properties"]["confirm"] = ref("ConfirmationDialog")
    d["ButtonAction"]["properties"] |= {
        "style": ref("ColorScheme"),
        "accessibility_label": {"type": "string"},
    }
    for name in ("StaticSelectAction", "ExternalSelectAction"):
        d[name]["properties"]["selected_option"] = {"anyOf": [ref("PlainTextOption"), {"type": "null"}]}
    d["MultiStaticSelectAction"]["properties"]["selected_options"] = {
        "type": "array",
        "items": ref("PlainTextOption"),
    }
    d["OverflowAction"]["properties"]["selected_option"] = ref("PlainTextOption")
    d["PlainTextInputAction"]["properties"]["value"] = TEXT_OR_NULL
    for kind, member in (
        ("datetimepicker", {"selected_date_time": {"type": ["integer", "null"]}}),
        ("number_input", {"value": TEXT_OR_NULL}),
        ("email_text_input", {"value": TEXT_OR_NULL}),
        ("url_text_input", {"value": TEXT_OR_NULL}),
    ):
        d["BlockElementAction"]["anyOf"].append(_action(kind, member))
    d["EnvelopedEvent"]["properties"]["event"] = {"type": "object", "required": ["type"]}
    d["EnvelopedEvent"]["properties"]["enterprise_id"] = TEXT_OR_NULL


def _action(kind: str, member: Schema) -> Schema:
    """An action that Slack sends and the union of the types does not list."""
    common: Schema = {name: {"type": "string"} for name in ("block_id", "action_id", "action_ts")}
    extra: Schema = {"placeholder": ref("PlainTextElement"), "confirm": ref("ConfirmationDialog")}
    return {
        "type": "object",
        "properties": {"type": {"const": kind}, **common, **member, **extra},
        "required": ["type", *common, *member],
        "additionalProperties": False,
    }


def _events(d: Definitions) -> None:
    # The Home tab comes with the view as Slack keeps it, not as it was published.
    d["AppHomeOpenedEvent"]["properties"]["view"] = ref("ViewOutput")

    def open_blocks(node: Any) -> None:
        if isinstance(node, list):
            for child in node:
                open_blocks(child)
        elif isinstance(node, dict):
            members = [member.get("$ref") for member in node.get("anyOf", []) if isinstance(member, dict)]
            if sorted(filter(None, members)) == ["#/definitions/Block", "#/definitions/KnownBlock"]:
                # "A known block or anything with a type": the second half makes the first one idle.
                node.pop("anyOf")
                node |= {"type": "object", "required": ["type"]}
            for child in list(node.values()):
                open_blocks(child)

    open_blocks(d)
    d["AnyBlock"] = {"type": "object", "required": ["type"]}

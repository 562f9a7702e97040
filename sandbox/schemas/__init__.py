"""JSON Schemas of what Slack takes and sends, and a sentence for what breaks them.

The schemas are generated (see README.md). A validator is compiled when it is first asked for, and kept.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

import fastjsonschema

Schema: TypeAlias = dict[str, Any]


@cache
def definitions(file: str) -> Schema:
    """The definitions of one schema file, by name."""
    found: Schema = json.loads((resources.files(__name__) / f"{file}.json").read_text("utf-8"))["definitions"]
    return found


@cache
def _validator(file: str, root: str) -> Any:
    return fastjsonschema.compile({"$ref": f"#/definitions/{root}", "definitions": definitions(file)})


@cache
def _event_branches() -> dict[str, Schema]:
    branches = definitions("events")["SlackEvent"]["allOf"]
    return {branch["if"]["properties"]["type"]["const"]: branch["then"] for branch in branches}


@cache
def _event_validator(kind: str) -> Any:
    return fastjsonschema.compile({**_event_branches()[kind], "definitions": definitions("events")})


def fault(file: str, root: str, value: object, path: str = "") -> str | None:
    """The first thing in `value` that the definition `root` of `file` does not allow, or None.

    `value` is parsed JSON (dicts, lists, str, int, float, bool, None). The answer reads "path: what is wrong",
    with `path` put before every place inside the value.
    """
    return _told(_validator(file, root), value, path)


def event_fault(event: Mapping[str, Any], path: str) -> str | None:
    """Like `fault`, for the inner event of an Events API envelope; the schema is chosen by its `type`."""
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in _event_branches():
        return f"{path}.type: {shown(kind)} is no event that Slack sends{meant(kind, _event_branches())}"
    return _told(_event_validator(kind), event, path)


def _told(validate: Any, value: object, path: str) -> str | None:
    try:
        validate(value, name_prefix=path or "payload")
    except fastjsonschema.JsonSchemaValueException as broken:
        place = str(broken.name)
        if not path:
            place = place.removeprefix("payload.")
        return _sentence(place, broken)
    return None


def _sentence(place: str, broken: fastjsonschema.JsonSchemaValueException) -> str:
    rule, limit, value = broken.rule, broken.rule_definition, broken.value
    if isinstance(value, Mapping) and (stranger := _stranger(place, broken)):
        return stranger
    match rule:
        case "required":
            missing = [key for key in limit if key not in value]
            return f"{place}: lacks {_listed(missing)}"
        case "maxLength":
            return f"{place}: {len(value)} characters, at most {limit} allowed"
        case "minLength":
            return (
                f"{place}: {'is empty' if not value else f'{len(value)} characters, at least {limit} needed'}"
            )
        case "maxItems":
            return f"{place}: {len(value)} items, at most {limit} allowed"
        case "minItems":
            return f"{place}: {'is empty' if not value else f'{len(value)} items, at least {limit} needed'}"
        case "minimum":
            return f"{place}: {value} is less than {limit}"
        case "exclusiveMinimum":
            return f"{place}: {value} is not more than {limit}"
        case "maximum":
            return f"{place}: {value} is more than {limit}"
        case "enum":
            return f"{place}: {shown(value)} is not one of {_listed(limit)}{meant(value, limit)}"
        case "const":
            return f"{place}: {shown(value)} stands where {shown(limit)} must"
        case "type":
            return f"{place}: must be {_listed_types(limit)}, not {_type_name(value)}"
        case "pattern":
            return f"{place}: {shown(value)} does not have the form {_FORMS.get(limit, limit)}"
        case "oneOf":
            ways = [" and ".join(way.get("required", ["…"])) for way in limit]
            return f"{place}: needs exactly one of {_listed(ways)}"
    return f"{place}: {broken.message}"


def _stranger(place: str, broken: fastjsonschema.JsonSchemaValueException) -> str | None:
    """A key that a closed object does not know: the likeliest cause of a lacking one, so it is named first."""
    known = broken.definition.get("properties", {})
    if broken.rule not in ("required", "oneOf", "additionalProperties"):
        return None
    if broken.definition.get("additionalProperties") is not False:
        return None
    strangers = [key for key in broken.value if key not in known]
    if not strangers:
        return None
    unused = [key for key in known if key not in broken.value]
    guess = next((meant(key, unused) for key in strangers if meant(key, unused)), "")
    noun = "key" if len(strangers) == 1 else "keys"
    return f"{place}: unknown {noun} {_listed(strangers)}{guess}"


def meant(word: object, known: Sequence[object] | Mapping[str, object]) -> str:
    """`, did you mean 'text'?` where a known word is close, else nothing."""
    close = difflib.get_close_matches(str(word), [str(item) for item in known], n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def shown(value: object) -> str:
    """A value as it is quoted in a sentence, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else text[:57] + "…"


def _listed(words: Sequence[object], most: int = 8) -> str:
    quoted = [repr(word) for word in words[:most]]
    return ", ".join(quoted) + (f" and {len(words) - most} more" if len(words) > most else "")


_FORMS = {
    r"^\d{4}-\d{2}-\d{2}$": "YYYY-MM-DD",
    r"^([01]\d|2[0-3]):[0-5]\d$": "HH:mm",
    r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$": "#rrggbb",
    r"^/\S+$": "/command",
    r"^[a-z0-9._-]+$": "of small letters, digits, '-', '_' and '.'",
}

_TYPES = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _listed_types(limit: str | list[str]) -> str:
    return " or ".join(_TYPES[name] for name in ([limit] if isinstance(limit, str) else limit))


def _type_name(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list | tuple) else "an object"

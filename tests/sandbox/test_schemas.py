"""The generated schemas: closed, without unions that hide a fault, and with the limits that comments state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from sandbox import schemas
from sandbox.schemas.generate.__main__ import (
    UnknownLimit,
    array_limits,
    limited,
    number_limits,
    sentences,
    string_limits,
)

FILES = ("sent", "received", "events", "manifest")


def nodes(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, child in node.items():
            yield from nodes(child, f"{path}/{key}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from nodes(child, f"{path}/{index}")


@pytest.mark.parametrize("file", FILES)
def test_no_union_is_left_that_would_hide_the_real_fault(file: str) -> None:
    hidden = [path for path, node in nodes(schemas.definitions(file), file) if "anyOf" in node]

    assert hidden == []


@pytest.mark.parametrize("file", ["sent", "manifest"])
def test_every_object_that_we_send_is_closed(file: str) -> None:
    tests_of_unions = ("/if", "/allOf")
    open_ones = [
        path
        for path, node in nodes(schemas.definitions(file), file)
        if isinstance(node.get("properties"), dict)
        and node.get("additionalProperties") is not False
        and "allOf" not in node
        and not any(part in path.rsplit("/then", 1)[-1] for part in tests_of_unions)
        and not path.endswith("/properties")
    ]

    assert open_ones == []


@pytest.mark.parametrize("file", FILES)
def test_every_name_that_a_schema_refers_to_is_in_its_file_and_the_source_is_named(file: str) -> None:
    text = (resources.files(schemas) / f"{file}.json").read_text("utf-8")
    known = schemas.definitions(file)
    wanted = {
        node["$ref"].removeprefix("#/definitions/")
        for _, node in nodes(known, file)
        if isinstance(node.get("$ref"), str)
    }

    assert wanted <= set(known)
    assert "MIT licensed" in json.loads(text)["$comment"]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Maximum length for the text in this field is 75 characters.", {"maxLength": 75}),
        (
            "The minimum length is 1 and maximum length is 3000 characters.",
            {"minLength": 1, "maxLength": 3000},
        ),
        ("Must be a title with a maximum length of 24 characters.", {"maxLength": 24}),
        ("Limit 12,000 characters max.", {"maxLength": 12_000}),
        ("Must be less than 50 characters.", {"maxLength": 49}),
        ("`primary` should only be used for one button within a set.", {}),
    ],
)
def test_limits_of_texts_are_read_from_comments(sentence: str, found: dict[str, int]) -> None:
    assert string_limits(sentence) == found


def test_limits_of_lists_and_numbers_are_read_from_comments() -> None:
    assert array_limits("There is a maximum of 25 elements in each action block.") == {"maxItems": 25}
    assert array_limits("Minimum 1, maximum 10 cards.") == {"minItems": 1, "maxItems": 10}
    assert array_limits("Between 1 and 20 subscriptions can be included.") == {"minItems": 1, "maxItems": 20}
    assert number_limits("Min `1`, Max `100`.") == {"minimum": 1, "maximum": 100}
    assert number_limits("Can be a number from `0` (default) to `8`.") == {"minimum": 0, "maximum": 8}


def test_a_link_in_a_comment_does_not_split_or_hide_a_sentence() -> None:
    comment = "A {@link PlainTextElement} of\none line. Max length for {@link https://x.y the text} is 9 characters."

    assert sentences(comment)[1] == "Max length for the text is 9 characters."


def test_a_limit_in_unknown_words_stops_the_run() -> None:
    with pytest.raises(UnknownLimit, match=r"Button\.text: No more than two lines, at most 40 wide"):
        limited(
            {"type": "string", "description": "No more than two lines, at most 40 wide."}, {}, "Button.text"
        )

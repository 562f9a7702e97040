"""Forms: stacks, hashes, external ids, and what stays typed."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from sandbox.people import AppIdentity, Team
from sandbox.views import OpenView, ViewRefused, Views

Json = dict[str, Any]
ALICE = "U0ALICE01"


@pytest.fixture
def views() -> Views:
    numbers = count(1_790_000_000)
    team = Team("T0RAPPORT", "Demo", "demo")
    return Views(
        team, AppIdentity("A0RAPPORT", "B0RAPPORT", "U0RAPPORT", "rapport"), lambda: float(next(numbers))
    )


def given(*block_ids: str, **more: Any) -> Json:
    blocks = [
        {
            "type": "input",
            "block_id": block_id,
            "label": {"type": "plain_text", "text": block_id},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
        for block_id in block_ids
    ]
    return {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": blocks, **more}


def opened(views: Views, *block_ids: str, **more: Any) -> OpenView:
    view = views.new(ALICE, given(*block_ids, **more))
    views.open(view)
    return view


def refusal(caught: pytest.ExceptionInfo[ViewRefused]) -> str:
    return caught.value.code


def test_a_stack_holds_three_and_knows_its_root(views: Views) -> None:
    root = opened(views, "a")
    second, third, fourth = (views.new(ALICE, given("a")) for _ in range(3))
    views.push(second)
    views.push(third)
    with pytest.raises(ViewRefused) as caught:
        views.push(fourth)
    assert refusal(caught) == "push_limit_reached"
    assert (third.previous_id, third.root_id) == (second.id, root.id)
    assert [view.id for view in views.stack(ALICE)] == [root.id, second.id, third.id]
    views.close_top(ALICE)
    assert views.stack(ALICE)[-1] is second
    assert [view.id for view in views.clear(ALICE)] == [second.id, root.id]
    assert views.find(root.id) is None


def test_nothing_is_pushed_where_nothing_is_open(views: Views) -> None:
    with pytest.raises(ViewRefused) as caught:
        views.push(views.new(ALICE, given("a")))
    assert refusal(caught) == "not_found"


def test_a_stale_hash_changes_nothing(views: Views) -> None:
    view = opened(views, "a")
    stale = view.hash
    views.update(view, given("b"), stale)
    with pytest.raises(ViewRefused) as caught:
        views.update(view, given("c"), stale)
    assert refusal(caught) == "hash_conflict"
    assert view.given["blocks"][0]["block_id"] == "b"
    views.update(view, given("d"), None)
    assert view.hash != stale


def test_typed_text_stays_where_the_field_stays(views: Views) -> None:
    view = opened(views, "a", "b")
    view.keep_typed({"a": {"text": "one"}, "b": {"text": "two"}})
    views.update(view, given("b", "c"), None)
    assert view.state() == {
        "b": {"text": {"type": "plain_text_input", "value": "two"}},
        "c": {"text": {"type": "plain_text_input", "value": None}},
    }


def test_external_ids_are_unique_among_open_forms(views: Views) -> None:
    view = opened(views, "a", external_id="touch-1")
    assert views.find_external("touch-1") is view
    with pytest.raises(ViewRefused) as caught:
        views.new(ALICE, given("a", external_id="touch-1"))
    assert refusal(caught) == "duplicate_external_id"
    views.clear(ALICE)
    assert views.new(ALICE, given("a", external_id="touch-1")).given["external_id"] == "touch-1"


def test_blocks_without_a_name_get_one(views: Views) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    raw = {**given(), "blocks": [{"type": "actions", "elements": [button]}]}
    (block,) = views.new(ALICE, raw).given["blocks"]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
    assert block["elements"][0]["text"]["emoji"] is True
    assert "block_id" not in raw["blocks"][0]


def test_a_home_tab_keeps_its_id(views: Views) -> None:
    first = views.publish(ALICE, {"type": "home", "blocks": []})
    second = views.publish(ALICE, {"type": "home", "blocks": [{"type": "divider"}]})
    assert first is second
    assert views.find(first.id) is first
    assert views.as_slack(first)["type"] == "home"

"""What to do where Slack does not take charts: the same message without them.

Charts came to Slack in June 2026 and reach workspaces and clients step by step; until then a message with one is
refused as a whole with ``invalid_blocks``. That refusal is certain (nothing was posted), so the message may be
sent again at once. The sentence and the table beside each chart say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError

CODE = "invalid_blocks"
_CHART = "data_visualization"
Sent = TypeVar("Sent")


class NotTaken(ConnectionError):
    """A response address refused a body; `code` is Slack's word for why, as far as it gave one."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"the response address answered {status}: {code[:200]}")
        self.code = code


def plainly_if_refused(send: Callable[[Mapping[str, Any]], Sent], body: Mapping[str, Any]) -> Sent:
    """What `send` gives for a message; one that Slack refuses for its charts is sent again without them.

    Any other refusal goes on.
    """
    try:
        return send(body)
    except (SlackApiError, NotTaken) as refused:
        said = (
            CODE in refused.code if isinstance(refused, NotTaken) else refused.response.get("error") == CODE
        )
        if not said or not holds_chart(body):
            raise
        return send(without_charts(body))


def holds_chart(body: Mapping[str, Any]) -> bool:
    """Whether a message (with ``blocks``) has a chart in it."""
    return any(block.get("type") == _CHART for block in body.get("blocks") or ())


def without_charts(body: Mapping[str, Any]) -> dict[str, Any]:
    """The message without its charts, all else as it was."""
    return {**body, "blocks": [block for block in body["blocks"] if block.get("type") != _CHART]}

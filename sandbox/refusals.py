"""What Slack refuses in sound blocks for reasons of the moment: files that are not there, charts during a rollout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.stand_in import StandIn

Json = dict[str, Any]


def file_refusals(slack: StandIn, blocks: Any, pointer: str = "/blocks") -> list[str]:
    """A line as Slack words it for each `slack_file` that cannot be shown. `pointer` is the JSON pointer of `blocks`.

    A file can be shown if the app uploaded and completed it, if it is an image by its bytes, and if Slack had the
    time to look at it (the fault `file_processing`).
    """
    return [
        f"invalid slack file [json-pointer:{where}]"
        for where, file in _files_in(blocks, pointer)
        if not _can_be_shown(slack, file)
    ]


def chart_refusals(slack: StandIn, blocks: Any) -> list[str]:
    """A line for the first chart, if the fault `refuse_charts` strikes; it is used up by one."""
    for index, block in enumerate(blocks or []):
        if block.get("type") == "data_visualization" and slack.faults.take("refuse_charts"):
            return [f"unsupported type: data_visualization [json-pointer:/blocks/{index}/type]"]
    return []


def _files_in(node: Any, pointer: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "slack_file" and isinstance(value, dict):
                yield f"{pointer}/{key}", value
            else:
                yield from _files_in(value, f"{pointer}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _files_in(value, f"{pointer}/{index}")


def _can_be_shown(slack: StandIn, file: Json) -> bool:
    files = slack.files
    upload = files.find(str(file["id"])) if "id" in file else files.find_address(str(file.get("url")))
    return (
        upload is not None
        and upload.owner == slack.workspace.bot_user
        and files.image_type(upload) is not None
        and not files.waits(upload, slack.faults.file_processing)
    )

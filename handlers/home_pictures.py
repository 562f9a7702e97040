"""Images of the Home tab: drawn, uploaded, noted; and what to do where Slack does not show them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.pictures import Picture
from bot.services import pictures
from bot.services.house import Actor, House
from handlers.answers import HomePicture, View
from handlers.exports.picture import Abandoned
from handlers.uploads import Put, keep

log = logging.getLogger(__name__)

PAUSES = (1.0, 2.0)
"""Seconds between attempts to show a file that was just uploaded: Slack takes a moment to look at it."""
NOT_SHOWN = frozenset({"invalid_blocks", "invalid_arguments"})
"""What Slack says to a view whose image is not there (yet)."""


def make(house: House, actor: Actor, client: WebClient, put: Put, missing: Sequence[HomePicture]) -> bool:
    """Draw and upload pictures, each by itself; whether there is one now that was not there before.

    The file whose place a picture takes is deleted: it shows what is true no more.
    """
    made = False
    for picture in missing:
        try:
            with TemporaryDirectory(prefix="rapport-") as folder:
                path = Path(folder) / f"{picture.name}.png"
                picture.draw(path)
                file_id = keep(client, put, path, title=picture.title, alt=picture.alt)
            before = pictures.keep(house, actor, picture.name, Picture(picture.digest, file_id))
            made = True
        except Abandoned:
            break
        except Exception:  # one item of a loop: the words tell the same, and the next picture may well arrive
            log.exception("the picture %s was not shown", picture.name)
            continue
        if before is not None:
            _delete(client, before.file_id)
    return made


def _delete(client: WebClient, file_id: str) -> None:
    try:
        client.files_delete(file=file_id)
    except (SlackApiError, OSError) as failed:
        log.warning("the old picture %s was not deleted: %s", file_id, failed)


def holds_picture(view: View) -> bool:
    return any("slack_file" in block for block in view["blocks"])


def without_pictures(view: View) -> Mapping[str, Any]:
    return {**view, "blocks": [block for block in view["blocks"] if "slack_file" not in block]}

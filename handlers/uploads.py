"""Files on their way to somebody's private conversation: asked for a place, put there, and shown.

Slack takes a file in three steps (https://docs.slack.dev/messaging/working-with-files): `files.getUploadURLExternal`
gives an address, the bytes go there, `files.completeUploadExternal` shows the file in a conversation.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

from slack_sdk import WebClient

Put = Callable[[str, Path], None]
"""Sends the bytes of a file to an address. Raises OSError."""

_SECONDS = 120
_ALT = 1000
_TITLE = 255


def putting(certificates: ssl.SSLContext | None) -> Put:
    """Sends files as they lie on the disk: one of any size takes no more memory than another."""

    def put(address: str, path: Path) -> None:
        if not address.startswith(("https://", "http://")):
            raise ConnectionError("the upload address is none of the web")
        with path.open("rb") as file:
            request = Request(
                address,
                data=file,
                method="POST",
                headers={
                    "Content-Type": "application/octet-stream",
                    "Content-Length": str(path.stat().st_size),
                },
            )
            with urlopen(request, timeout=_SECONDS, context=certificates) as answer:
                if answer.status != 200:
                    raise ConnectionError(f"the upload address answered {answer.status}")

    return put


def send(
    client: WebClient, put: Put, user_id: str, path: Path, *, title: str, alt: str, comment: str
) -> None:
    """Show a file in the private conversation with a member; `alt` says what is in it to who cannot see it.

    Raises SlackApiError and OSError.
    """
    conversation = client.conversations_open(users=user_id)["channel"]
    file_id = _uploaded(client, put, path, alt)
    client.files_completeUploadExternal(
        files=[{"id": file_id, "title": title[:_TITLE]}],
        channel_id=str(conversation["id"]),
        initial_comment=comment,
    )


def keep(client: WebClient, put: Put, path: Path, *, title: str, alt: str) -> str:
    """Upload a file that stands in no conversation, to be shown in the Home tab; returns its id.

    Raises SlackApiError and OSError.
    """
    file_id = _uploaded(client, put, path, alt)
    client.files_completeUploadExternal(files=[{"id": file_id, "title": title[:_TITLE]}])
    return file_id


def _uploaded(client: WebClient, put: Put, path: Path, alt: str) -> str:
    place = client.files_getUploadURLExternal(
        filename=path.name, length=path.stat().st_size, alt_txt=alt[:_ALT]
    )
    put(str(place["upload_url"]), path)
    return str(place["file_id"])

"""Files that somebody dropped into the conversation: asked for by id, and brought to the disk.

Slack answers who may not see a file with a page for signing in, and status 200: what comes as a page is no file.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.refusals import Refusal

Get = Callable[[str, str, Path, int], None]
"""Brings what lies at an address, shown a token, to a path; at most so many bytes. Raises OSError and Refusal."""

_SECONDS = 30
_SECONDS_IN_ALL = 180
_CHUNK = 1 << 16
_NOT_OURS = frozenset({"file_not_found", "file_deleted", "not_visible", "missing_scope", "no_permission"})


class _NoRedirects(HTTPRedirectHandler):
    """Slack sends strangers on to a page for signing in; our token must go nowhere else."""

    def redirect_request(self, *_moved: Any) -> None:
        return None


def getting(certificates: ssl.SSLContext | None, home: str) -> Get:
    """Brings files from Slack, or from where its Web API is (`home`) when that is elsewhere."""
    opener = build_opener(_NoRedirects, HTTPSHandler(context=certificates))

    def get(address: str, token: str, path: Path, limit: int) -> None:
        if not _may_know(address, home):
            raise Refusal("import.not_there")
        request = Request(address, headers={"Authorization": f"Bearer {token}"})
        try:
            with opener.open(request, timeout=_SECONDS) as answer, path.open("wb") as file:
                if "text/html" in str(answer.headers.get("Content-Type") or ""):
                    raise Refusal("import.not_there")
                _copy(answer, file, limit)
        except URLError as failed:
            if getattr(failed, "code", 500) < 500:
                raise Refusal("import.not_there") from failed
            raise
        except HTTPException as failed:
            raise ConnectionError(str(failed)) from failed

    return get


def fetch(client: WebClient, get: Get, file_id: str, path: Path, limit: int) -> str:
    """Bring a file to `path`; returns what it is called.

    Raises Refusal ``import.not_there``, ``import.too_large`` (limit in MB) or ``import.not_brought``.
    """
    try:
        file = client.files_info(file=file_id)["file"]
    except SlackApiError as refused:
        if refused.response.get("error") in _NOT_OURS:
            raise Refusal("import.not_there") from refused
        raise Refusal("import.not_brought") from refused
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    if not address or file.get("mode") in ("tombstone", "hidden_by_limit", "external"):
        raise Refusal("import.not_there")
    if int(file.get("size") or 0) > limit:
        raise Refusal("import.too_large", limit=limit // 1024 // 1024)
    try:
        get(address, client.token or "", path, limit)
    except OSError as failed:
        raise Refusal("import.not_brought") from failed
    return str(file.get("name") or "file")


def _copy(answer: IO[bytes], file: IO[bytes], limit: int) -> None:
    until, size = monotonic() + _SECONDS_IN_ALL, 0
    while chunk := answer.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise Refusal("import.too_large", limit=limit // 1024 // 1024)
        if monotonic() > until:
            raise TimeoutError("the file takes too long")
        file.write(chunk)


def _may_know(address: str, home: str) -> bool:
    """Whether our token may be shown there: to Slack, or to the very server that we speak to."""
    to, ours = urlsplit(address), urlsplit(home)
    host = to.hostname or ""
    if to.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")):
        return True
    return (to.scheme, to.netloc) == (ours.scheme, ours.netloc)

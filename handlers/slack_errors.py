"""What Slack's answers mean for a message: taken for certain not, perhaps taken, never to be taken."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.services.platform import Refused, TryLater, Unclear

_PERHAPS_DONE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_ACCOUNT_CLOSED = frozenset(
    {"user_disabled", "user_not_found", "users_not_found", "cannot_dm_bot", "user_not_visible"}
)
_CONVERSATION_GONE = frozenset({"channel_not_found", "is_archived"})
_NEVER = frozenset(
    {
        "not_in_channel",
        "restricted_action",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_metadata_format",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "messages_tab_disabled",
    }
)
_DEFAULT_WAIT = 30.0


@contextmanager
def classified() -> Iterator[None]:
    """Turn what slack_sdk raises into TryLater, Unclear or Refused.

    429 and refusals by name are certain: Slack did not take the request. Time-outs, broken connections, 5xx and
    `fatal_error` are not (Slack documents that the work may have been done in part).
    """
    try:
        yield
    except SlackApiError as error:
        raise _of_answer(error) from error
    except URLError as error:
        if isinstance(error.reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
            raise TryLater(f"Slack cannot be reached: {error.reason}") from error
        raise Unclear(f"no answer from Slack: {error.reason}") from error
    except (OSError, HTTPException, SlackClientError) as error:
        raise Unclear(f"no answer from Slack: {error!r}") from error


def _of_answer(error: SlackApiError) -> TryLater | Unclear | Refused:
    answer = error.response
    status = getattr(answer, "status_code", 200)
    code = str(answer.get("error") or status) if hasattr(answer, "get") else str(status)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return TryLater("ratelimited", _retry_after(getattr(answer, "headers", {})))
    if status >= 500 or code in _PERHAPS_DONE:
        return Unclear(f"Slack answered {code}")
    if code in _ACCOUNT_CLOSED:
        return Refused(code, account_closed=True)
    if code in _CONVERSATION_GONE:
        return Refused(code, conversation_gone=True)
    if code in _NEVER:
        return Refused(code)
    return TryLater(code)


def _retry_after(headers: object) -> float:
    """Seconds to wait; Slack sends whole ones. A missing or odd header means half a minute."""
    if not hasattr(headers, "items"):
        return _DEFAULT_WAIT
    for name, value in headers.items():
        if str(name).lower() == "retry-after":
            first = value[0] if isinstance(value, list) else value
            try:
                return max(1.0, float(first))
            except ValueError:
                return _DEFAULT_WAIT
    return _DEFAULT_WAIT

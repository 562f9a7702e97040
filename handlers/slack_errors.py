"""What Slack's answers mean for a message: taken for certain not, perhaps taken, never to be taken."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.domain.outbox import Fault
from bot.services.platform import Failed, NotLetIn, Refused, TryLater, Unclear

_PERHAPS_DONE = frozenset({"request_timeout", "service_unavailable"})
"""Beside all that end in ``_error``, of which Slack documents that the work may have been done in part."""
_ACCOUNT_CLOSED = frozenset(
    {"user_disabled", "user_not_found", "users_not_found", "cannot_dm_bot", "user_not_visible"}
)
_CONVERSATION_GONE = frozenset({"channel_not_found", "is_archived"})
_NOT_LET_IN = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "messages_tab_disabled",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""The app, its token or the whole workspace: no other message would fare better."""
_CHANNEL = frozenset(
    {
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_is_restricted",
        "user_team_not_in_channel",
    }
)
_CONTENT = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_metadata_format",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
_DEFAULT_WAIT = 30.0
_LONGEST_WORD = 100
_UNNAMED = "?"
_WORD = re.compile(r"[a-z][a-z0-9_:.-]{0,99}")


@contextmanager
def classified() -> Iterator[None]:
    """Turn what slack_sdk raises into one of the failures of `bot.services.platform`.

    429 and refusals by name are certain: Slack did not take the request. Time-outs, broken connections, 5xx, a body
    that is none of Slack's and all that ends in ``_error`` are not.
    """
    try:
        yield
    except SlackApiError as error:
        raise _of_answer(error) from error
    except URLError as error:
        if isinstance(error.reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
            raise TryLater(f"Slack cannot be reached: {error.reason}", fault=Fault.NETWORK) from error
        raise Unclear(f"no answer from Slack: {error.reason}") from error
    except (OSError, HTTPException, UnicodeDecodeError, SlackClientError) as error:
        raise Unclear(f"no answer from Slack: {error!r}") from error


def record_of(answer: SlackResponse) -> dict[str, object]:
    """What Slack answered, short and without a word of the message."""
    return _record(_status(answer), answer.get("warning"), ok=True)


def _of_answer(error: SlackApiError) -> Failed:
    answer = error.response
    status = _status(answer)
    named = _word(answer)
    code = named or f"http_{status}"
    needed = str(answer.get("needed") or "")[:_LONGEST_WORD] if named else ""
    record = _record(status, answer.get("warning") if named else None, error=code, needed=needed)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return TryLater("ratelimited", _retry_after(answer.headers), answer=record)
    if status >= 500 or code in _PERHAPS_DONE or code.endswith("_error"):
        return Unclear(f"Slack answered {code}", fault=Fault.PLATFORM, answer=record)
    if named is None:
        # Whoever answers 4xx without a word of Slack's stands before Slack; a 200 that cannot be read may be its own.
        if 400 <= status < 500:
            return TryLater(code, fault=Fault.NETWORK, answer=record)
        return Unclear(f"Slack answered what cannot be read ({code})", fault=Fault.PLATFORM, answer=record)
    if code in _NOT_LET_IN:
        return NotLetIn(code, missing=needed or _UNNAMED if code == "missing_scope" else "", answer=record)
    if code in _ACCOUNT_CLOSED:
        return Refused(code, account_closed=True, answer=record)
    if code in _CONVERSATION_GONE:
        return Refused(code, conversation_gone=True, answer=record)
    if code in _CHANNEL:
        return Refused(code, fault=Fault.CHANNEL, answer=record)
    if code in _CONTENT:
        return Refused(code, answer=record)
    return TryLater(code, answer=record)


def _word(answer: SlackResponse) -> str | None:
    """Slack's word for a refusal; None for a body that is none of Slack's, of which the client makes a sentence."""
    if not isinstance(answer.data, dict):
        return None
    word = str(answer.data.get("error") or "")
    return word if _WORD.fullmatch(word) else None


def _status(answer: SlackResponse) -> int:
    return int(answer.status_code)


def _record(
    status: int, warning: object, *, ok: bool = False, error: str = "", needed: str = ""
) -> dict[str, object]:
    warnings = [word.strip()[:_LONGEST_WORD] for word in str(warning or "").split(",") if word.strip()]
    said = {"error": error, "needed": needed, "warnings": warnings[:5]}
    return {"ok": ok, "status": status, **{name: word for name, word in said.items() if word}}


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

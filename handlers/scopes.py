"""Which rights Slack gave us, as any answer of its Web API says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def granted_scopes(headers: Mapping[str, Any] | None) -> frozenset[str] | None:
    """The scopes of the token, by the headers of an answer; None where they do not say."""
    told = {str(name).lower(): value for name, value in (headers or {}).items()}.get("x-oauth-scopes")
    granted = str((told[0] if told else "") if isinstance(told, list) else told or "")
    return frozenset(scope.strip() for scope in granted.split(",")) if granted else None

"""Trouble on demand: what Slack does on bad days, switched on by hand or by a test."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

ALWAYS = -1
"""The count of a fault that does not wear off."""


@dataclass(slots=True)
class Faults:
    """The faults in force. The counted ones wear off: each use takes one away."""

    rate_limit: int = 0
    """So many calls are answered 429, none of them accepted."""
    retry_after: int = 1
    """What `Retry-After` then says, in seconds."""
    drop_after_accept: int = 0
    """So many calls are accepted, then the connection is cut without an answer."""
    fatal_after_accept: int = 0
    """So many calls are accepted, then answered 500 `fatal_error`."""
    error_before_accept: int = 0
    """So many calls are answered 500 `internal_error` and not accepted."""
    methods: tuple[str, ...] = ("chat.postMessage",)
    """Which methods the four above are about; `*` means each."""
    history_lag: float = 0.0
    """Seconds (real ones) before a message can be read back."""
    refuse_tokens: bool = False
    """Each token is answered `invalid_auth`."""
    unreachable: bool = False
    """Each request of the bot is answered 503, and no socket can be opened."""
    silent_socket: bool = False
    """Open sockets stay open, but nothing comes: no pings, no answers to pings, no deliveries."""
    deaf_socket: bool = False
    """Open sockets answer pings, but no delivery comes."""
    duplicate_events: int = 0
    """So many events are delivered twice, though acknowledged."""

    file_processing: float = 0.0
    """Seconds (real ones) after its completion in which a file cannot be shown in blocks yet."""
    refuse_charts: int = 0
    """So many messages with a chart are refused as `invalid_blocks`; true, or -1, means each."""

    def concerns(self, method: str) -> bool:
        """Whether the faults of single calls are about `method`."""
        return "*" in self.methods or method in self.methods

    def take(self, name: str) -> bool:
        """Whether the counted fault `name` strikes now; if so it is used up by one."""
        left: int = getattr(self, name)
        if left == ALWAYS:
            return True
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True

    def change(self, wanted: dict[str, Any]) -> None:
        """Sets the named faults. Raises ValueError for a name or a value that makes no sense."""
        defaults = Faults()
        for name, value in wanted.items():
            if name not in {field.name for field in fields(self)}:
                raise ValueError(f"{name} is no fault")
            default = getattr(defaults, name)
            if name == "refuse_charts" and isinstance(value, bool):
                value = ALWAYS if value else 0
            if isinstance(default, bool):
                good = isinstance(value, bool)
            elif isinstance(default, tuple):
                good = isinstance(value, list) and all(isinstance(item, str) for item in value)
            else:
                good = isinstance(value, int | float) and not isinstance(value, bool)
                good = good and (value >= 0 or (name == "refuse_charts" and value == ALWAYS))
            if not good:
                raise ValueError(f"{name} cannot be {value!r}")
            setattr(self, name, tuple(value) if isinstance(default, tuple) else type(default)(value))

    def clear(self) -> None:
        """Back to good weather."""
        for field in fields(self):
            setattr(self, field.name, getattr(Faults(), field.name))

    def as_json(self) -> dict[str, Any]:
        """All of them by name."""
        return asdict(self)

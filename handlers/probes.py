"""Probes: what is told to whoever watches over the machine, over plain HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIEnvironment

PATHS = ("/healthz", "/readyz", "/metrics")
_PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Probes:
    """Answers GET on `PATHS`: 200, or 503 with a reason on each line.

    `dead` says why the process should be started anew, `unready` why it can do nothing just now; `metrics` gives the
    figures and their content type, None where they are not told.
    """

    dead: Callable[[], Sequence[str]]
    unready: Callable[[], Sequence[str]]
    metrics: Callable[[], tuple[bytes, str]] | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO"), environ.get("REQUEST_METHOD")
        if path not in PATHS or (path == "/metrics" and self.metrics is None):
            return told(start_response, "404 Not Found", "not found")
        if method not in ("GET", "HEAD"):
            return told(start_response, "405 Method Not Allowed", "GET only")
        if path == "/metrics" and self.metrics is not None:
            figures, kind = self.metrics()
            return _answered(start_response, "200 OK", figures, kind)
        reasons = self.dead() if path == "/healthz" else [*self.dead(), *self.unready()]
        if reasons:
            return told(start_response, "503 Service Unavailable", "\n".join(reasons))
        return told(start_response, "200 OK", "ok")


def told(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    """Answer with a plain text."""
    return _answered(start_response, status, text.encode(), _PLAIN)


def _answered(start_response: StartResponse, status: str, body: bytes, kind: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]

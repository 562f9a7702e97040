"""Figures for Prometheus: what delivery, the clock and the listeners do, and how the outbox stands.

Counters count in this process; what is read from the database (queue, channels) says the same in every process of a
workspace: take the maximum over them, not the sum.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.domain.outbox import Fault, State
from bot.domain.pacing import Lane
from bot.ports import Meter
from bot.services.health import Queue

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ANSWER_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Slack gives three seconds."""
_LATE_BUCKETS = (0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 1800.0)
_LOOK_SECONDS = 10.0
"""How old what is read from the database may be: several watchers must not count the outbox over and over."""


class Metrics(Meter):
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._sent = Counter(
            "rapport_messages_sent", "Messages that reached the platform.", ["kind"], registry=self.registry
        )
        self._skipped = Counter(
            "rapport_messages_skipped", "Messages not sent, by why.", ["reason"], registry=self.registry
        )
        self._failed = Counter(
            "rapport_delivery_failures", "Calls that failed, by class.", ["fault"], registry=self.registry
        )
        self._claims_lost = Counter(
            "rapport_claims_lost", "Steps somebody else had taken first.", registry=self.registry
        )
        self._late = Histogram(
            "rapport_delivery_lateness_seconds",
            "From the moment a message was planned for to its attempt.",
            ["lane"],
            buckets=_LATE_BUCKETS,
            registry=self.registry,
        )
        self._tick_late = Histogram(
            "rapport_tick_lateness_seconds",
            "By how much ticks begin too late.",
            ["tick"],
            buckets=_LATE_BUCKETS,
            registry=self.registry,
        )
        self._answered = Histogram(
            "rapport_answer_seconds",
            "From the arrival of a payload to its acknowledgement.",
            ["kind", "subject"],
            buckets=_ANSWER_BUCKETS,
            registry=self.registry,
        )
        for fault in Fault:
            self._failed.labels(fault.value)  # a class that never failed is 0, not absent

    def watch(self, look: Callable[[], Queue], unready: Callable[[], list[str]]) -> None:
        """Add what is read at each scrape."""
        self.registry.register(_Looked(look))
        ready = Gauge("rapport_ready", "Whether /readyz says yes.", registry=self.registry)
        ready.set_function(lambda: float(not unready()))

    def text(self) -> bytes:
        """All figures in the text format (`CONTENT_TYPE`)."""
        return generate_latest(self.registry)

    def sent(self, kind: str) -> None:
        self._sent.labels(kind).inc()

    def skipped(self, reason: str) -> None:
        self._skipped.labels(reason).inc()

    def failed(self, fault: Fault) -> None:
        self._failed.labels(fault.value).inc()

    def claim_lost(self) -> None:
        self._claims_lost.inc()

    def late(self, lane: Lane, seconds: float) -> None:
        self._late.labels(lane.value).observe(max(0.0, seconds))

    def ticked(self, tick: str, late: float) -> None:
        self._tick_late.labels(tick).observe(max(0.0, late))

    def answered(self, kind: str, subject: str, seconds: float) -> None:
        self._answered.labels(kind, subject).observe(seconds)


@dataclass(slots=True)
class _Kept:
    queue: Queue
    at: float


class _Looked(Collector):
    """Gauges from the database; without an answer of it they are absent, and the rest is still told."""

    def __init__(self, look: Callable[[], Queue]) -> None:
        self._look = look
        self._kept: _Kept | None = None
        self._lock = Lock()

    def describe(self) -> Iterator[Metric]:
        """Named beforehand, so that registering asks no database."""
        yield from _families(None)

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if self._kept is None or monotonic() - self._kept.at > _LOOK_SECONDS:
                try:
                    self._kept = _Kept(self._look(), monotonic())
                except Exception:  # one scrape of many: the next may find the database again
                    log.exception("the outbox cannot be counted")
                    self._kept = None
        yield from _families(None if self._kept is None else self._kept.queue)


def _families(queue: Queue | None) -> Iterator[Metric]:
    age = GaugeMetricFamily("rapport_queue_age_seconds", "How long the oldest due message has been waiting.")
    entries = GaugeMetricFamily(
        "rapport_outbox_entries", "Open messages, and those settled in seven days.", labels=["state"]
    )
    off = GaugeMetricFamily("rapport_workspace_off", "1 while nothing can be posted.")
    silent = GaugeMetricFamily("rapport_channels_off", "Active members whom nothing is sent to.")
    if queue is not None:
        age.add_metric([], queue.age)
        for state in State:
            entries.add_metric([state.value], queue.entries.get(state, 0))
        off.add_metric([], float(queue.off))
        silent.add_metric([], queue.channels_off)
    yield from (age, entries, off, silent)

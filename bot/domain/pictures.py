"""Pictures: images that stand on the chat platform, and by which facts they were drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """`digest` names the facts that were drawn, `file_id` the platform's file."""

    digest: str
    file_id: str

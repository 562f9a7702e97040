"""The rules by which a workspace's gifts are judged: those that ship, the operator's, the workspace's own on top.

A workspace's rules carry a counter that every change moves on, so that each process takes a change up with the next
thing it does, without being told and without reading rules that are as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.register import GiftCheck
from bot.domain.gifts.versions import RulebookVersion, digest_of, judging
from bot.ports import UnitOfWork
from bot.rulebook.reader import read_rulebook

_BOOKS_KEPT = 24


@dataclass(frozen=True, slots=True)
class Judging:
    """What one check is, or was, judged by."""

    rulebook: Rulebook
    cautious: bool

    @property
    def name(self) -> tuple[str, bool]:
        """The same for two only if they judge alike."""
        return self.rulebook.version, self.cautious


@dataclass(frozen=True, slots=True)
class _Known:
    """The rules of a workspace as they were at one revision."""

    revision: int
    texts: Mapping[str, str]
    book: Rulebook


@dataclass(frozen=True, slots=True)
class Rulebooks:
    """`base` are the rule files that hold for every workspace, by name: the shipped ones with the operator's on top."""

    base: Mapping[str, str]
    _known: dict[int, _Known] = field(default_factory=dict)

    def of(self, unit: UnitOfWork) -> Rulebook:
        """The rules in force for the workspace of `unit`. Raises RulebookError when they cannot be read."""
        return self._at_hand(unit).book

    def judging(self, unit: UnitOfWork) -> Judging:
        """The rules in force, and whether a doubtful one no longer allows."""
        return Judging(self.of(unit), unit.workspace.cautious)

    def texts(self, unit: UnitOfWork) -> Mapping[str, str]:
        """The rule files in force for the workspace of `unit`, by name: those that `of` reads."""
        return self._at_hand(unit).texts

    def _at_hand(self, unit: UnitOfWork) -> _Known:
        workspace = unit.workspace
        known = self._known.get(workspace.id)
        if known is None or known.revision != workspace.rules_revision:
            texts = {**self.base, **{own.name: own.text for own in unit.rules.own()}}
            known = _Known(workspace.rules_revision, texts, rulebook_of(texts))
            self._known[workspace.id] = known
        return known


def rulebook_of(texts: Mapping[str, str]) -> Rulebook:
    """Read rule files; those of the last versions asked for are remembered. Raises RulebookError."""
    return _read(tuple(sorted(texts.items())))


@lru_cache(maxsize=_BOOKS_KEPT)
def _read(texts: tuple[tuple[str, str], ...]) -> Rulebook:
    return read_rulebook(dict(texts))


def keep(rulebooks: Rulebooks, unit: UnitOfWork, judged: Judging, now: datetime) -> None:
    """Keep the rules that a check is judged by, unless the last ones kept are the same: one look at one row then."""
    last = unit.rules.latest_version()
    if last is not None and (last.version, last.cautious) == judged.name:
        return
    keep_texts(unit, judged, rulebooks.texts(unit), now)


def keep_texts(
    unit: UnitOfWork, judged: Judging, texts: Mapping[str, str], now: datetime, member_id: int | None = None
) -> None:
    """Keep `texts`, the rules of `judged`, as in force from `now` on; `member_id` is who put them in force."""
    files = {name: digest_of(text) for name, text in texts.items()}
    unit.rules.keep_version(
        RulebookVersion(judged.rulebook.version, judged.cautious, now, files, member_id), texts
    )


def as_kept(unit: UnitOfWork, version: RulebookVersion) -> Judging | None:
    """The rules of a version that is kept; None when a text is missing. Raises RulebookError when unreadable."""
    texts = unit.rules.texts(tuple(set(version.files.values())))
    if not set(version.files.values()) <= texts.keys():
        return None
    book = rulebook_of({name: texts[digest] for name, digest in version.files.items()})
    return Judging(book, version.cautious)


def of_check(rulebooks: Rulebooks, unit: UnitOfWork, check: GiftCheck) -> Judging | None:
    """What a recorded check was judged by; None when those rules are neither in force nor kept."""
    last, book = unit.rules.latest_version(), rulebooks.of(unit)
    in_force = check.rulebook_version == book.version
    if in_force and last is not None and last.version == book.version and last.since <= check.checked_at:
        return Judging(book, last.cautious)
    kept = judging(unit.rules.versions(), check.rulebook_version, check.checked_at)
    if kept is not None:
        return as_kept(unit, kept)
    return rulebooks.judging(unit) if in_force else None

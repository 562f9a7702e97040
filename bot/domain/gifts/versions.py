"""Versions of the rules: a workspace's own rule files, and which rules were in force from when on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from bot.domain.refusals import Refusal

SHORTEST = 4
"""Characters that the beginning of a version's name has at least where it stands for the whole."""


@dataclass(frozen=True, slots=True)
class OwnRules:
    """One of a workspace's own rule files. `member_id` is who put it in force, None for the operator."""

    name: str
    text: str
    member_id: int | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RulebookVersion:
    """Rules that were in force from `since` (UTC) on, until the next version's `since`.

    `files` are the digests of all rule files by name, `cautious` whether what a doubtful rule allows needed approval.
    `member_id` is who put them in force; None where the operator or a new version of the program did.
    """

    version: str
    cautious: bool
    since: datetime
    files: Mapping[str, str]
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class RuleReview:
    """A rule file that was looked through on `reviewed_on` and found valid, as long as its text has this digest."""

    name: str
    digest: str
    reviewed_on: date
    member_id: int


def digest_of(text: str) -> str:
    """SHA-256 of a rule file, by which its text is kept."""
    return sha256(text.encode()).hexdigest()


def judging(versions: Sequence[RulebookVersion], version: str, at: datetime) -> RulebookVersion | None:
    """The entry of `version` that was in force at `at`; the same rules may have come back later, otherwise cautious.

    `versions` are in their order. A check made while another was the first of its version may be a little older than
    the entry: the earliest counts then. None when nothing is kept of that version.
    """
    named = [each for each in versions if each.version == version]
    before = [each for each in named if each.since <= at]
    return before[-1] if before else next(iter(named), None)


def in_force_at(versions: Sequence[RulebookVersion], end: datetime) -> RulebookVersion:
    """What was in force just before `end`. Raises Refusal ``rules.unknown_then`` (first) where nothing is known."""
    before = [each for each in versions if each.since < end]
    if not before:
        raise Refusal("rules.unknown_then", first=versions[0].since if versions else None)
    return before[-1]


def named_version(versions: Sequence[RulebookVersion], name: str) -> RulebookVersion:
    """The latest entry of the version that `name` begins. Raises Refusal ``rules.unknown_version`` (name, known)."""
    wanted = name.lower()
    found = [each for each in versions if len(wanted) >= SHORTEST and each.version.startswith(wanted)]
    if len({each.version for each in found}) != 1:
        raise Refusal("rules.unknown_version", name=name, known=tuple(each.version for each in versions))
    return found[-1]

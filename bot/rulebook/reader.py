"""Reads the rule files: safe YAML in, a checked rulebook out; a fault names file, rule and key.

A rule file never runs code: only plain scalars, lists and mappings are built, without anchors, aliases or
tags, and size, depth and number of parts are bounded before anything is built. Numbers with a decimal point
become exact decimals; only ``true`` and ``false`` are flags, so that ``NO`` stays Norway.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

import yaml

from bot.domain.gifts.book import Rulebook
from bot.domain.gifts.proposal import ProposalError, read_amount
from bot.domain.gifts.rules import Rule, RuleError, Source, read_group, read_source

MOST_BYTES = 1_000_000
_DEEPEST = 24
_MOST_NODES = 100_000
_FILES_KEPT = 4096
_KEYS = frozenset(("title", "reviewed", "sources", "yardsticks", "phrases", "groups"))
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,6}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LANGUAGES = frozenset(("en", "fr"))


class RulebookError(ValueError):
    """A rule file that cannot be read: `file`, `rule` (or place in the file), `key` and what is wrong."""

    def __init__(self, file: str, rule: str, key: str, message: str) -> None:
        super().__init__(" ".join(f"{file}: {rule}: {key}: {message}".split()))
        self.file = file
        self.rule = rule
        self.key = key
        self.message = message


def load_rulebook(extra: Mapping[str, str] | None = None) -> Rulebook:
    """The rulebook that ships with the bot, with a workspace's own files (name to text) on top.

    A file of `extra` with the name of a shipped one replaces it, so that a workspace can edit its house
    policy. Raises RulebookError for the first fault.
    """
    return read_rulebook({**shipped_files(), **(extra or {})})


def shipped_files() -> dict[str, str]:
    """The rule files that ship with the bot, by name."""
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files("bot.rulebook").iterdir()
        if entry.name.endswith(".yaml")
    }


def read_rulebook(texts: Mapping[str, str]) -> Rulebook:
    """Read rule files given as text by name. The order of the files does not matter.

    `version` of the result is a hash over the contents, `date` the latest day on which a file was reviewed. Raises
    RulebookError for the first fault.
    """
    read = _read(texts)
    if isinstance(read, Rulebook):
        return read
    raise read[0]


def faults(texts: Mapping[str, str]) -> Sequence[RulebookError]:
    """What keeps these files from being read, the first fault of each; nothing when they can be.

    What rules say about one another is looked at only once each file can be read by itself.
    """
    read = _read(texts)
    return () if isinstance(read, Rulebook) else read


def _read(texts: Mapping[str, str]) -> Rulebook | list[RulebookError]:
    """The rulebook, or at least one fault."""
    wrong: list[RulebookError] = []
    documents = _each(sorted(texts), lambda name: _document(name, texts[name]), wrong)
    heads = _each(documents, lambda name: _head(name, documents[name]), wrong)
    if wrong:
        return wrong
    yardsticks = {key: found for head in heads.values() for key, found in head.yardsticks.items()}
    phrases = {key: found for head in heads.values() for key, found in head.phrases.items()}
    small = tuple(sorted(yardsticks.items()))
    rules = _each(documents, lambda name: _rules_of(name, texts[name], small), wrong)
    if wrong:
        return wrong
    origin: dict[str, str] = {}
    for name, held in rules.items():
        for rule in held:
            other = origin.setdefault(rule.id, name)
            if other != name:
                return [RulebookError(name, rule.id, "id", f"is used twice: also in {other}")]
    try:
        return Rulebook(
            (rule for held in rules.values() for rule in held),
            version=_version(texts),
            date=max((head.reviewed for head in heads.values()), default=date.min),
            phrases=phrases,
        )
    except RuleError as error:
        found = RulebookError(origin.get(error.rule, "?"), error.rule, error.key, error.message)
        found.__cause__ = error
        return [found]


_Read = TypeVar("_Read")


def _each(names: Iterable[str], read: Callable[[str], _Read], wrong: list[RulebookError]) -> dict[str, _Read]:
    """What is read of each file; the faults go to `wrong`."""
    done: dict[str, _Read] = {}
    for name in names:
        try:
            done[name] = read(name)
        except RulebookError as fault:
            wrong.append(fault)
    return done


@dataclass(frozen=True, slots=True)
class _Head:
    """What a file says beside its rules."""

    reviewed: date
    yardsticks: Mapping[str, tuple[Decimal, str]]
    phrases: Mapping[str, Mapping[str, str]]


def _head(name: str, document: Mapping[str, object]) -> _Head:
    return _Head(
        _reviewed(name, document),
        _yardsticks(name, document.get("yardsticks")),
        _phrases(name, document.get("phrases")),
    )


def _version(texts: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name].replace("\r\n", "\n")):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big"))
            digest.update(encoded)
    return digest.hexdigest()[:12]


def document_of(name: str, text: str) -> dict[str, object]:
    """A rule file as plain data, to be edited. Raises RulebookError."""
    return deepcopy(dict(_document(name, text)))


def reviewed_on(name: str, text: str) -> date:
    """The day on which a rule file says that it was last reviewed. Raises RulebookError."""
    return _reviewed(name, _document(name, text))


def reads_as_text(text: str) -> bool:
    """Whether a scalar without quotation marks would be read as text, and as the same."""
    try:
        return _scalar("", text) == text and isinstance(_scalar("", text), str)
    except RulebookError:
        return False


@lru_cache(maxsize=_FILES_KEPT)
def _document(name: str, text: str) -> Mapping[str, object]:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise RulebookError(name, "file", "yaml", "holds half a character, which is no text") from None
    if size > MOST_BYTES:
        raise RulebookError(name, "file", "size", f"is larger than {MOST_BYTES} bytes")
    try:
        document = _plain(name, yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise RulebookError(name, "file", "yaml", " ".join(str(error).split())[:300]) from error
    if not isinstance(document, dict):
        raise RulebookError(name, "file", "yaml", "must be a mapping")
    for key in document:
        if key not in _KEYS:
            raise RulebookError(name, "file", key[:100], f"is not a known key; known are {sorted(_KEYS)}")
    return document


def _plain(name: str, events: Iterable[yaml.Event]) -> object:
    """Build lists, mappings and scalars from the events of one document.

    Done by hand because the bounds must be checked before anything is built - libyaml's own composer
    overruns its stack on deep nesting - and because one pass is faster than two.
    """
    root: list[object] = []
    stack: list[list[object]] = [root]
    maps: list[bool] = [False]
    documents = 0
    for count, event in enumerate(events, start=1):
        if count > _MOST_NODES:
            raise RulebookError(name, "file", "yaml", f"has more than {_MOST_NODES} parts")
        if isinstance(event, yaml.ScalarEvent):
            _no_anchor_or_tag(name, event)
            stack[-1].append(event.value if event.style else _scalar(name, event.value))
        elif isinstance(event, yaml.CollectionStartEvent):
            _no_anchor_or_tag(name, event)
            if len(stack) > _DEEPEST:
                raise RulebookError(name, "file", "yaml", f"is nested deeper than {_DEEPEST} levels")
            stack.append([])
            maps.append(isinstance(event, yaml.MappingStartEvent))
        elif isinstance(event, yaml.CollectionEndEvent):
            parts = stack.pop()
            stack[-1].append(_mapping_of(name, parts) if maps.pop() else parts)
        elif isinstance(event, yaml.AliasEvent):
            raise RulebookError(name, "file", "yaml", "anchors and aliases are not allowed in rule files")
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
    if documents != 1:
        raise RulebookError(name, "file", "yaml", "must hold exactly one document")
    return root[0]


def _no_anchor_or_tag(name: str, event: yaml.NodeEvent) -> None:
    if event.anchor is not None:
        raise RulebookError(name, "file", "yaml", "anchors and aliases are not allowed in rule files")
    if getattr(event, "tag", None) is not None:
        raise RulebookError(name, "file", "yaml", "tags are not allowed in rule files")


def _mapping_of(name: str, parts: list[object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if not isinstance(key, str):
            raise RulebookError(name, "file", str(key)[:100], "keys must be words; put others in quotes")
        if key in found:
            raise RulebookError(name, "file", key[:100], "stands twice in one mapping")
        found[key] = value
    return found


def _scalar(name: str, text: str) -> object:
    """A plain scalar: true, false, nothing, a whole number, an exact decimal, a date, or else text."""
    if text in _WORDS:
        return _WORDS[text]
    if not text[0].isdigit() and text[0] != "-":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise RulebookError(name, "file", "yaml", f"{text} is no date") from error
    return text


def _reviewed(name: str, document: Mapping[str, object]) -> date:
    reviewed = document.get("reviewed")
    if type(reviewed) is not date:
        raise RulebookError(name, "file", "reviewed", "must be the day on which the file was last reviewed")
    return reviewed


def _yardsticks(name: str, value: object) -> dict[str, tuple[Decimal, str]]:
    if value is None:
        return {}
    found: dict[str, tuple[Decimal, str]] = {}
    for key, entry in _mapping(name, "yardsticks", value).items():
        data = _mapping(name, f"yardsticks.{key}", entry)
        if set(data) - {"note"} != {"amount", "currency"}:
            raise RulebookError(name, "file", f"yardsticks.{key}", "needs amount, currency and a note")
        try:
            found[key] = (read_amount(data["amount"], key), str(data["currency"]))
        except ProposalError as error:
            raise RulebookError(name, "file", f"yardsticks.{key}.amount", error.message) from error
    return found


def _phrases(name: str, value: object) -> dict[str, Mapping[str, str]]:
    if value is None:
        return {}
    found: dict[str, Mapping[str, str]] = {}
    for key, entry in _mapping(name, "phrases", value).items():
        sentences = _mapping(name, f"phrases.{key}", entry)
        if set(sentences) != _LANGUAGES or not all(isinstance(each, str) for each in sentences.values()):
            raise RulebookError(name, "file", f"phrases.{key}", "needs a sentence in en and one in fr")
        found[key] = {language: str(sentence) for language, sentence in sentences.items()}
    return found


@lru_cache(maxsize=_FILES_KEPT)
def _rules_of(
    name: str, text: str, yardsticks: tuple[tuple[str, tuple[Decimal, str]], ...]
) -> tuple[Rule, ...]:
    """The rules of one file; those of files read before are the same, so that a change reads one file alone."""
    return tuple(_rules(name, _document(name, text), dict(yardsticks)))


def _rules(
    name: str, document: Mapping[str, object], yardsticks: Mapping[str, tuple[Decimal, str]]
) -> list[Rule]:
    groups = document.get("groups", [])
    if not isinstance(groups, list):
        raise RulebookError(name, "file", "groups", "must be a list")
    try:
        sources: dict[str, Source] = {
            key: read_source(entry, f"source {key}", "source")
            for key, entry in _mapping(name, "sources", document.get("sources") or {}).items()
        }
        return [
            rule
            for number, group in enumerate(groups)
            for rule in read_group(group, place=f"group {number + 1}", sources=sources, yardsticks=yardsticks)
        ]
    except RuleError as error:
        raise RulebookError(name, error.rule, error.key, error.message) from error


def _mapping(name: str, key: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value):
        raise RulebookError(name, "file", key, "must be a mapping with words as keys")
    return value

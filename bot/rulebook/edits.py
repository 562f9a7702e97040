"""Edits of rule files as a form asks them: plain data in, plain data out; never the text itself.

A figure that begins on a later day stands beside the old one, which then ends the day before; where one band ends and
another begins, both move together, so that no value falls between two rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.gifts.rules import GROUPS
from bot.domain.refusals import Refusal
from bot.rulebook.reader import document_of
from bot.rulebook.writer import ClientPolicy, ClientRule, write_document

HOUSE = "house.yaml"
"""The file of our own policy."""
_DAY_BEFORE = timedelta(days=1)
_LATER = re.compile(r"-from-[0-9]{8}\Z", re.ASCII)
_ANSWER = "Answer of "
_BEYOND = {"prohibit": "prohibit", "limit": "prohibit", "approval": "approval", "allow": "silent"}
"""What holds beyond a limit where the rule does not say it; see docs/rulebook.md."""
_OUTER = ("when", "unless", "applies_to")


@dataclass(frozen=True, slots=True)
class Figure:
    """A rule with a limit in money or in number, as a form shows it; what it does not have is None.

    `above` is where its band begins, `amount` where it ends, `times` how often; `over` what holds beyond, as rule files
    spell it. An edit leaves a sentence empty that is to stay as it is.
    `source_*` are title, address and date (a year, or year and month) of the text.
    """

    rule: str
    english: str
    french: str
    amount: Decimal | None
    above: Decimal | None
    times: int | None
    currency: str
    per: str | None
    over: str | None
    starts: date | None
    ends: date | None
    source_title: str
    source_url: str | None
    source_dated: str | None


def figures(text: str) -> Sequence[Figure]:
    """The rules of a house policy whose figures can be edited, in the order of the file. Raises RulebookError."""
    document: Mapping[str, Any] = document_of(HOUSE, text)
    sources = document.get("sources") or {}
    return [_figure(rule, group, sources) for group, rule in _rules(document) if _has_figure(rule)]


def with_figure(text: str, new: Figure, today: date) -> str:
    """The file with one figure changed; what the form leaves as it was stays.

    With `starts` after `today` the old figure holds until the day before. Sentences that still tell an old figure get
    the new one. Raises Refusal ``rules.gone`` (rule), ``rules.band`` (field, above, amount) where a band would be
    empty, ``rules.starts`` for a beginning in the past, ``rules.ends`` for an end before the beginning, and
    RulebookError for a file that cannot be read.
    """
    document: dict[str, Any] = document_of(HOUSE, text)
    sources = document.get("sources") or {}
    found = next(((group, rule) for group, rule in _rules(document) if rule["id"] == new.rule), None)
    if found is None or not _has_figure(found[1]):
        raise Refusal("rules.gone", rule=new.rule)
    group, rule = found
    old = _figure(rule, group, sources)
    moved = new.starts if new.starts is not None and new.starts != old.starts else None
    if moved is not None and moved < today:
        raise Refusal("rules.starts")
    if new.ends is not None and new.ends < max(new.starts or today, today):
        raise Refusal("rules.ends")
    begins = moved if moved is not None and moved > today else None
    if moved == today:
        new = replace(new, starts=old.starts)  # in force at once: gifts of earlier days keep a rule, too
    day = begins or max(today, old.starts or today)
    changed = [_own_part(rule, old, new, group)]
    changed += [_joined(each, old, new) for each in _neighbours(group, rule, old, day)]
    for before, after in changed:
        _check_band(after)
        if before == after:
            continue
        if begins is None:
            before.clear()
            before.update(after)
        else:
            _put_beside(document, group, before, after, begins)
    document["reviewed"] = today
    return write_document(document)


def _rules(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for group in document.get("groups") or ():
        for rule in group["rules"]:
            yield group, rule


def _has_figure(rule: Mapping[str, Any]) -> bool:
    limit = rule.get("limit") or {}
    return "yardstick" not in limit and any(key in limit for key in ("amount", "above", "times"))


def _figure(rule: Mapping[str, Any], group: Mapping[str, Any], sources: Mapping[str, Any]) -> Figure:
    limit = rule["limit"]
    source = rule.get("source", group.get("source"))
    source = sources.get(source, {}) if isinstance(source, str) else (source or {})
    return Figure(
        rule=rule["id"],
        english=rule["summary"]["en"],
        french=rule["summary"]["fr"],
        amount=_decimal(limit.get("amount")),
        above=_decimal(limit.get("above")),
        times=limit.get("times"),
        currency=limit.get("currency", "USD"),
        per=limit.get("per"),
        over=rule.get("over", _BEYOND.get(rule["effect"])),
        starts=rule.get("effective_from"),
        ends=rule.get("effective_to"),
        source_title=str(source.get("title", "")),
        source_url=source.get("url"),
        source_dated=None if source.get("dated") is None else str(source["dated"]),
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _own_part(
    rule: dict[str, Any], old: Figure, new: Figure, group: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rule that was edited, before and after."""
    after = deepcopy(rule)
    limit = after["limit"]
    for key, value in (("above", new.above), ("amount", new.amount), ("times", new.times), ("per", new.per)):
        if key in limit and value is not None:
            limit[key] = _number(value) if isinstance(value, Decimal) else value
    if "currency" in limit:
        limit["currency"] = new.currency
    if new.over is not None and new.over != old.over:
        after["over"] = new.over
    for key, day in (("effective_from", new.starts), ("effective_to", new.ends)):
        if day is not None:
            after[key] = day
        else:
            after.pop(key, None)
    told = (new.source_title, new.source_url, new.source_dated)
    if told != (old.source_title, old.source_url, old.source_dated):
        after["source"] = {
            "title": new.source_title,
            "url": new.source_url,
            "checked": "primary",
            "text_date": new.source_dated,
            "dated": new.source_dated,
        }
    for language, before, now in (("en", old.english, new.english), ("fr", old.french, new.french)):
        after["summary"][language] = now if now and now != before else _refigured(before, old, new)
    return rule, after


def _neighbours(
    group: Mapping[str, Any], rule: Mapping[str, Any], old: Figure, day: date
) -> list[dict[str, Any]]:
    """The other rules of the same count and conditions that are in force on `day`: the bands beside this one.

    A band may take in further kinds of gift; so those belong to it that share a kind with one that does.
    """
    candidates = [
        each
        for each in group["rules"]
        if each is not rule
        and _has_figure(each)
        and each["limit"].get("per") == old.per
        and "currency" in each["limit"]
        and each["limit"]["currency"] == old.currency
        and all(each.get(key) == rule.get(key) for key in _OUTER)
        and (each.get("effective_to") is None or each["effective_to"] >= day)
        and (each.get("effective_from") is None or each["effective_from"] <= day)
    ]
    found: list[dict[str, Any]] = []
    kinds = _kinds(rule)
    while beside := [each for each in candidates if each not in found and kinds & _kinds(each)]:
        found += beside
        kinds = kinds.union(*map(_kinds, beside))
    return found


def _kinds(rule: Mapping[str, Any]) -> frozenset[str]:
    """The kinds of gift that a rule is about, its groups written out."""
    left_out = [GROUPS.get(name, {name}) for name in rule.get("except_categories", ())]
    named = [GROUPS.get(name, {name}) for name in rule["categories"]]
    return frozenset[str]().union(*named).difference(*left_out)


def _joined(rule: dict[str, Any], old: Figure, new: Figure) -> tuple[dict[str, Any], dict[str, Any]]:
    """A rule beside the edited one, before and after: where it touched an edge that moved, it moves along."""
    after = deepcopy(rule)
    limit = after["limit"]
    edges = {
        was: now
        for was, now in ((old.amount, new.amount), (old.above, new.above))
        if was is not None and now is not None and was != now
    }
    moved = False
    for key in ("above", "amount"):
        if (was := _decimal(limit.get(key))) in edges and was is not None:
            limit[key] = _number(edges[was])
            moved = True
    if new.currency != old.currency:
        limit["currency"] = new.currency
    if new.per is not None and new.per != old.per:
        limit["per"] = new.per
    if moved:
        for language, sentence in after["summary"].items():
            after["summary"][language] = _refigured(sentence, old, new)
    return rule, after


def _refigured(sentence: str, old: Figure, new: Figure) -> str:
    """The sentence with the new figures in the place of the old ones, as far as they stand in it in digits."""
    for was, now in ((old.amount, new.amount), (old.above, new.above), (old.times, new.times)):
        if was is not None and now is not None and was != now:
            digits = re.escape(format(Decimal(was).normalize(), "f"))
            written = format(Decimal(now).normalize(), "f")
            sentence = re.sub(rf"(?<![\d.,]){digits}(?:[.,]0+)?(?![\d]|[.,]\d)", written, sentence)
    return sentence


def tells(sentence: str, figure: Decimal | int) -> bool:
    """Whether a sentence says this figure in digits."""
    digits = re.escape(format(Decimal(figure).normalize(), "f"))
    return re.search(rf"(?<![\d.,]){digits}(?:[.,]0+)?(?![\d]|[.,]\d)", sentence) is not None


def _check_band(rule: Mapping[str, Any]) -> None:
    above, amount = _decimal(rule["limit"].get("above")), _decimal(rule["limit"].get("amount"))
    if above is not None and amount is not None and amount <= above:
        raise Refusal("rules.band", rule=rule["id"], above=str(above), amount=str(amount))


def _put_beside(
    document: Mapping[str, Any],
    group: dict[str, Any],
    before: dict[str, Any],
    after: dict[str, Any],
    begins: date,
) -> None:
    """Let `after` follow `before` on the day it begins; whatever names the one names the other, too."""
    if (started := before.get("effective_from")) is not None and started >= begins:
        before.clear()
        before.update(after)
        return
    name = f"{_LATER.sub('', before['id'])}-from-{begins:%Y%m%d}"
    ended = before.get("effective_to")
    before["effective_to"] = begins - _DAY_BEFORE if ended is None else min(ended, begins - _DAY_BEFORE)
    after["id"] = name
    after["effective_from"] = begins
    group["rules"] = [rule for rule in group["rules"] if rule["id"] != name]
    group["rules"].insert(group["rules"].index(before) + 1, after)
    for _, rule in _rules(document):
        for key in ("lifts", "exempts"):
            named = rule.get(key)
            if isinstance(named, list) and before["id"] in named and name not in named:
                named.append(name)


def _number(value: Decimal) -> int | Decimal:
    """As people write it into a file: 120, not 120.00."""
    return int(value) if value == value.to_integral_value() else value


# --- What clients told us -----------------------------------------------------------------------------------


def policy_of(name: str, text: str) -> ClientPolicy | None:
    """The client's answer that a rule file holds; None where somebody has written more into it than a form knows."""
    document: Mapping[str, Any] = document_of(name, text)
    groups: Sequence[Any] = document.get("groups") or []
    if len(groups) != 1 or set(document) != {"title", "reviewed", "groups"}:
        return None
    group = groups[0]
    source, applies = group.get("source"), group.get("applies_to") or {}
    if group.get("layer") != "employer" or set(applies) != {"employers"} or not isinstance(source, dict):
        return None
    title = str(source.get("title", ""))
    rules = [_client_rule(rule) for rule in group["rules"]]
    if not title.startswith(_ANSWER) or any(rule is None for rule in rules):
        return None
    first = group["rules"][0]
    names = [str(each) for each in applies["employers"]]
    return ClientPolicy(
        client=names[0],
        told_on=first.get("effective_from") or document["reviewed"],
        told_by=title.removeprefix(_ANSWER),
        rules=[rule for rule in rules if rule is not None],
        aliases=tuple(names[1:]),
        url=source.get("url"),
        valid_until=first.get("effective_to"),
    )


_CLIENT_KEYS = frozenset(
    [
        "id",
        "effect",
        "categories",
        "effective_from",
        "effective_to",
        "summary",
        "limit",
        "within",
        "over",
        "obligations",
    ]
)


def _client_rule(rule: Mapping[str, Any]) -> ClientRule | None:
    limit = rule.get("limit") or {}
    if not set(rule) <= _CLIENT_KEYS or not set(limit) <= {"amount", "currency", "per"}:
        return None
    return ClientRule(
        effect=rule.get("within", "allow") if limit else rule["effect"],
        categories=tuple(rule["categories"]),
        english=rule["summary"]["en"],
        french=rule["summary"]["fr"],
        amount=_decimal(limit.get("amount")),
        currency=limit.get("currency"),
        per=limit.get("per", "item"),
        over=rule.get("over", "prohibit"),
        obligations=tuple(rule.get("obligations", ())),
    )


def ended(name: str, text: str, last_day: date) -> str:
    """The file whose rules hold until `last_day` and no longer. Raises RulebookError."""
    document: dict[str, Any] = document_of(name, text)
    for _, rule in _rules(document):
        known = rule.get("effective_to")
        rule["effective_to"] = last_day if known is None else min(known, last_day)
        if (began := rule.get("effective_from")) is not None and began > last_day:
            raise Refusal("rules.ends")
    return write_document(document)

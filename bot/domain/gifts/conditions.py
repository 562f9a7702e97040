"""Conditions of rules: a small closed language over the facts of a proposal, checked and compiled once.

A condition is a mapping; all its entries must hold::

    giver.capacity: [friend, relative]          # the fact is one of these
    context.host_present: true                  # the fact is this
    context.attendees: {at_least: 25}           # a comparison
    any: [ {...}, {...} ]                       # one of several
    all: [ {...}, {...} ]                       # each of several
    not: {...}                                  # the opposite

The long form ``{fact: context.attendees, at_least: 25}`` means the same. Comparisons are ``is``, ``in``,
``at_least``, ``at_most``, ``above``, ``below``, ``given`` (whether the proposal says anything about the fact),
``mentions`` (a text holds one of these words, whatever their case or accents) and ``lies_in`` (a jurisdiction
is one of these or lies inside one: ``US-MA`` lies in ``US``). A count or text that was
left out fails every comparison. Nothing in a condition is ever evaluated as code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.gifts.facts import FACTS, Fact, Situation, was_given
from bot.domain.names import fold

Test = Callable[[Situation], bool]

_DEEPEST = 12
_MOST_PARTS = 300
_ORDERINGS: Mapping[str, Callable[[int, int], bool]] = {
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "above": lambda value, bound: value > bound,
    "below": lambda value, bound: value < bound,
}
_COMPARISONS = ("is", "in", "given", "mentions", "lies_in", *_ORDERINGS)
_PLACES = frozenset(("recipient.jurisdiction", "giver.jurisdiction"))


class ConditionError(ValueError):
    """A condition that cannot be read. `key` is the path inside the condition; neither is longer than a screen."""

    def __init__(self, key: str, message: str) -> None:
        key, message = key[:200], message[:1000]
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition: `holds` decides it, `facts` are the paths that it reads.

    `probes` names, for each fact that is compared, the values around which the answer turns. `source` is
    the text of what was compiled, for comparing two conditions.
    """

    holds: Test
    facts: frozenset[str]
    probes: Mapping[str, frozenset[object]] = field(hash=False)
    source: str = ""


@dataclass(slots=True)
class _Reading:
    facts: set[str]
    probes: dict[str, set[object]]
    parts: int = 0


def compile_condition(source: object, key: str) -> Condition:
    """Check and compile; raise ConditionError naming the entry that is wrong."""
    reading = _Reading(set(), {})
    test = _compile(source, key, reading, 0)
    return Condition(
        test,
        frozenset(reading.facts),
        {path: frozenset(values) for path, values in reading.probes.items()},
        repr(source),
    )


def _compile(source: object, key: str, reading: _Reading, depth: int) -> Test:
    reading.parts += 1
    if depth > _DEEPEST or reading.parts > _MOST_PARTS:
        raise ConditionError(key, "is nested too deeply or too long")
    if not isinstance(source, Mapping) or not source:
        raise ConditionError(key, "must be a mapping of facts")
    if "fact" in source:
        path = source["fact"]
        comparison = {name: value for name, value in source.items() if name != "fact"}
        return _compare(path, comparison, key, reading)
    tests = [_entry(name, value, f"{key}.{name}", reading, depth) for name, value in source.items()]
    return tests[0] if len(tests) == 1 else _all(tests)


def _entry(name: object, value: object, key: str, reading: _Reading, depth: int) -> Test:
    if name in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise ConditionError(key, "must be a list of conditions")
        tests = [_compile(part, f"{key}[{place}]", reading, depth + 1) for place, part in enumerate(value)]
        return _all(tests) if name == "all" else _any(tests)
    if name == "not":
        inner = _compile(value, key, reading, depth + 1)
        return lambda situation: not inner(situation)
    if isinstance(value, Mapping):
        return _compare(name, value, key, reading)
    return _compare(name, {"in" if isinstance(value, list) else "is": value}, key, reading)


def _compare(path: object, comparison: Mapping[object, object], key: str, reading: _Reading) -> Test:
    fact = FACTS.get(path) if isinstance(path, str) else None
    if fact is None:
        raise ConditionError(key, f"{path!r} is not a fact that a rule can ask about")
    if len(comparison) != 1:
        raise ConditionError(key, f"needs exactly one comparison out of {', '.join(_COMPARISONS)}")
    (operator, operand), *_ = comparison.items()
    reading.facts.add(fact.path)
    probes = reading.probes.setdefault(fact.path, set())
    if operator == "given":
        if not isinstance(operand, bool):
            raise ConditionError(key, "given must be true or false")
        return _given(fact, wanted=operand)
    if operator == "mentions":
        if fact.kind != "text" or not isinstance(operand, list) or not operand:
            raise ConditionError(
                key, f"mentions needs a list of words, and a text; {fact.path} is a {fact.kind}"
            )
        if not all(isinstance(word, str) and fold(word) for word in operand):
            raise ConditionError(key, "mentions needs words")
        probes.update(operand)
        return _mentions(fact, [fold(word) for word in operand])
    if operator == "lies_in":
        if fact.path not in _PLACES or not isinstance(operand, list) or not operand:
            raise ConditionError(key, "lies_in needs a list of codes, and a jurisdiction")
        if not all(isinstance(code, str) and code for code in operand):
            raise ConditionError(key, "lies_in needs codes such as US")
        probes.update(operand)
        return _lies_in(fact, operand)
    if operator in _ORDERINGS:
        if fact.kind != "count" or isinstance(operand, bool) or not isinstance(operand, int):
            raise ConditionError(key, f"{operator} compares a whole number; {fact.path} is a {fact.kind}")
        probes.update({operand - 1, operand, operand + 1})
        return _ordered(fact, _ORDERINGS[str(operator)], operand)
    if operator == "is":
        wanted: list[object] = [operand]
    elif operator == "in":
        if not isinstance(operand, list) or not operand:
            raise ConditionError(key, "in needs a list of values")
        wanted = list(operand)
    else:
        raise ConditionError(key, f"{operator!r} is no comparison; use one of {', '.join(_COMPARISONS)}")
    for value in wanted:
        _check_value(fact, value, key)
    probes.update(wanted)
    return _one_of(fact, wanted)


def _check_value(fact: Fact, value: object, key: str) -> None:
    if fact.kind == "flag":
        fits = isinstance(value, bool)
    elif fact.kind == "count":
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif fact.kind == "amount":
        raise ConditionError(
            key, f"of {fact.path} a rule can only ask whether it is given; amounts belong in a limit"
        )
    else:
        fits = isinstance(value, str) and (not fact.codes or value in fact.codes)
    if not fits:
        known = f"; it is one of {', '.join(fact.codes)}" if fact.codes else ""
        raise ConditionError(key, f"{value!r} is not a value of {fact.path}{known}")


def _all(tests: list[Test]) -> Test:
    def test(situation: Situation) -> bool:
        for each in tests:  # noqa: SIM110 - a plain loop is twice as fast as all() here, and this runs most
            if not each(situation):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    def test(situation: Situation) -> bool:
        for each in tests:  # noqa: SIM110 - see _all
            if each(situation):
                return True
        return False

    return test


def _given(fact: Fact, *, wanted: bool) -> Test:
    return lambda situation: was_given(fact.path, situation) is wanted


def _mentions(fact: Fact, words: list[str]) -> Test:
    read = fact.read

    def test(situation: Situation) -> bool:
        text = read(situation)
        if not isinstance(text, str):
            return False
        folded = f" {fold(text)} "
        return any(f" {word} " in folded for word in words)

    return test


def _lies_in(fact: Fact, places: list[str]) -> Test:
    read = fact.read
    inside = tuple(f"{place}-" for place in places)

    def test(situation: Situation) -> bool:
        place = read(situation)
        return isinstance(place, str) and (place in places or place.startswith(inside))

    return test


def _ordered(fact: Fact, holds: Callable[[int, int], bool], bound: int) -> Test:
    read = fact.read

    def test(situation: Situation) -> bool:
        value = read(situation)
        return isinstance(value, int) and holds(value, bound)

    return test


def _one_of(fact: Fact, wanted: list[object]) -> Test:
    read = fact.read
    values = frozenset(wanted)
    if fact.kind == "codes":

        def test_codes(situation: Situation) -> bool:
            held = read(situation)
            return isinstance(held, tuple) and not values.isdisjoint(held)

        return test_codes
    return lambda situation: read(situation) in values

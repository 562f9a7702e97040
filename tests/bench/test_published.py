"""The published list of what people type: how often it is understood, and that nobody wrong is ever taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import firms, published
from bench.published import ASK, NOBODY, Understood

OTHERS = 10_000
BARS: dict[str, tuple[float, float]] = {
    # kind: the one that was meant comes first, or is among the first three
    "as it is": (1.0, 1.0),
    "case": (1.0, 1.0),
    "accents": (1.0, 1.0),
    "legal": (0.99, 1.0),
    "alias": (1.0, 1.0),
    "shortened": (0.97, 0.99),
    "begun": (0.95, 0.98),
    "order": (0.97, 0.99),
    "particles": (0.98, 0.99),
    "abbreviation": (0.97, 0.98),
    "glued": (0.97, 0.98),
    "initials": (0.85, 0.9),
    "slip": (0.99, 1.0),
    "slip: wrong": (0.98, 0.99),
    "slip: missing": (0.97, 0.99),
    "slip: extra": (0.98, 0.99),
    "slip: swapped": (0.98, 0.99),
    "slip: first letter": (0.97, 0.99),
    "slip: two": (0.95, 0.98),
    "person": (1.0, 1.0),
    "person: slip": (0.95, 0.97),
    "e-mail": (1.0, 1.0),
    "domain": (1.0, 1.0),
}


def looked_up(path: Path, others: int) -> list[Understood]:
    """The whole list, in a book of its own clients and of so many others."""
    firm = firms.build(path, firms.names(others))
    with firm.house.memory.write(firm.workspace.id) as unit:
        published.enter(unit, None, firm.clock())
    firm.house.memory.warm(firm.workspace.id)
    with firm.house.memory.read(firm.workspace.id) as unit:
        found = [published.understood(unit, row) for row in published.typed()]
    firm.engine.dispose()
    return found


@pytest.fixture(scope="module", params=[1, OTHERS], ids=["alone", "among others"])
def understood(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Understood]:
    return looked_up(tmp_path_factory.mktemp("published") / "book.db", request.param)


def share(found: Sequence[Understood], first: int) -> float:
    return sum(each.among(first) for each in found) / len(found)


def test_no_wrong_client_is_ever_taken(understood: list[Understood]) -> None:
    assert [(each.row, each.taken) for each in understood if each.wrong] == []


def test_every_kind_of_typing_finds_who_is_meant_often_enough(understood: list[Understood]) -> None:
    kinds: dict[str, list[Understood]] = defaultdict(list)
    for each in understood:
        kinds[each.row.kind].append(each)

    assert kinds.keys() == {*BARS, ASK, NOBODY}
    too_low = {
        kind: (share(kinds[kind], 1), share(kinds[kind], 3))
        for kind, (first, three) in BARS.items()
        if share(kinds[kind], 1) < first or share(kinds[kind], 3) < three
    }
    assert too_low == {}


def test_four_in_five_are_taken_without_a_question(understood: list[Understood]) -> None:
    meant = [each for each in understood if each.row.kind not in (ASK, NOBODY)]
    assert sum(each.taken is not None for each in meant) / len(meant) > 0.8


def test_who_is_to_be_asked_about_is_offered(understood: list[Understood]) -> None:
    asked = [each for each in understood if each.row.kind == ASK and each.row.meant]
    assert share(asked, 12) > 0.97


def test_the_list_is_as_long_and_as_mixed_as_it_is_said_to_be() -> None:
    rows = published.typed()
    assert len(rows) >= 1500
    assert len({row.typed.casefold() for row in rows}) == len(rows)
    counted = Counter(row.kind for row in rows)
    assert min(counted[ASK], counted[NOBODY]) >= 70
    assert all(row.meant for row in rows if row.kind not in (ASK, NOBODY))
    assert not any(row.meant for row in rows if row.kind == NOBODY)

"""Worked examples of regulations, codes and our own policy, each with the source that works it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot.domain.gifts.shelf import decisive, judged, obliged

CASES = Path(__file__).parent / "cases"


def examples() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", examples())
def test_the_judge_answers_as_the_source_does(case: dict[str, Any]) -> None:
    # The sources speak of their own rules alone, so our policy stays out unless the case asks for it.
    judgement = judged({"house_policy": False, **case["proposal"]})

    assert case["source"]
    assert judgement.verdict.word == case["verdict"]
    if "decisive" in case:
        assert case["decisive"] in decisive(judgement)
    assert set(case.get("obligations", [])) <= obliged(judgement)


def test_there_are_plenty_of_examples() -> None:
    assert len(examples()) >= 150

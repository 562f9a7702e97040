"""Worked examples of regulations, codes and our own policy, each with the source that works it out."""

from __future__ import annotations

from decimal import Decimal
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
    due = {report.rule: report.reportable for report in judgement.reporting}
    for rule, reportable in case.get("reporting", {}).items():
        assert due.get(rule) is reportable
    # A rule that says nothing about the books is "none", a figure not known null, and amounts are text.
    books = {
        note.rule: str(note.value) if isinstance(note.value, Decimal) else note.value
        for note in judgement.tax
    }
    for rule, value in case.get("tax", {}).items():
        assert books.get(rule, "none") == value


def test_there_are_plenty_of_examples() -> None:
    assert len(examples()) >= 450

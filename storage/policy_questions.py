"""Remembers which clients were asked for their policy, by whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from bot.domain.gifts.policy_questions import NewPolicyQuestion, PolicyQuestion, QuestionState
from storage import rows
from storage.repository import Scope
from storage.schema import policy_questions

_OPEN = policy_questions.c.state == QuestionState.OPEN.value


@dataclass(frozen=True, slots=True)
class SqlPolicyQuestions:
    scope: Scope

    def add(self, new: NewPolicyQuestion) -> int:
        statement = (
            insert(policy_questions)
            .values(
                workspace_id=self.scope.workspace_id,
                state=QuestionState.OPEN.value,
                **asdict(new),
            )
            .returning(policy_questions.c.id)
        )
        question_id: int = self.scope.connection.execute(statement).scalar_one()
        return question_id

    def get(self, question_id: int) -> PolicyQuestion | None:
        row = self.scope.connection.execute(
            select(policy_questions).where(
                self.scope.of(policy_questions, policy_questions.c.id == question_id)
            )
        ).first()
        return None if row is None else rows.policy_question(row)

    def open(self) -> Sequence[PolicyQuestion]:
        query = (
            select(policy_questions)
            .where(self.scope.of(policy_questions, _OPEN))
            .order_by(policy_questions.c.id)
        )
        return [rows.policy_question(row) for row in self.scope.connection.execute(query)]

    def due(self, now: datetime, limit: int) -> Sequence[PolicyQuestion]:
        query = (
            select(policy_questions)
            .where(self.scope.of(policy_questions, _OPEN, policy_questions.c.remind_at <= now))
            .order_by(policy_questions.c.remind_at)
            .limit(limit)
        )
        return [rows.policy_question(row) for row in self.scope.connection.execute(query)]

    def remind(self, question: PolicyQuestion, *, again_at: datetime | None) -> bool:
        return self._change(
            question.id,
            policy_questions.c.remind_at == question.remind_at,
            policy_questions.c.reminders == question.reminders,
            reminders=question.reminders + 1,
            remind_at=again_at,
        )

    def put_off(self, question: PolicyQuestion, *, until: datetime) -> bool:
        return self._change(question.id, policy_questions.c.reminders == question.reminders, remind_at=until)

    def close(self, question_id: int, state: QuestionState, *, at: datetime) -> bool:
        return self._change(question_id, state=state.value, closed_at=at, remind_at=None)

    def _change(self, question_id: int, *conditions: ColumnElement[bool], **values: Any) -> bool:
        """Change a question that is open still and meets the conditions."""
        statement = (
            update(policy_questions)
            .where(self.scope.of(policy_questions, policy_questions.c.id == question_id, _OPEN, *conditions))
            .values(**values)
        )
        return self.scope.connection.execute(statement).rowcount == 1

"""Remembers a workspace's own rules, and every version of the rules that ever judged there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from bot.domain.gifts.versions import OwnRules, RulebookVersion, RuleReview, digest_of
from storage import rows
from storage.repository import Scope, within
from storage.schema import own_rules, rule_reviews, rule_texts, rulebook_versions, workspaces

_LATEST = (
    select(rulebook_versions)
    .where(within(rulebook_versions))
    .order_by(rulebook_versions.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class SqlRules:
    scope: Scope

    def own(self) -> Sequence[OwnRules]:
        query = select(own_rules).where(self.scope.of(own_rules)).order_by(own_rules.c.name)
        return [rows.own_rules(row) for row in self.scope.connection.execute(query)]

    def put(self, name: str, text: str, *, member_id: int | None, at: datetime) -> None:
        values = {"text": text, "member_id": member_id, "changed_at": at}
        if self.scope.insert_new(own_rules, ("name",), {"name": name, **values}) is None:
            self.scope.connection.execute(
                update(own_rules).where(self.scope.of(own_rules, own_rules.c.name == name)).values(**values)
            )

    def remove(self, name: str) -> None:
        self.scope.connection.execute(
            delete(own_rules).where(self.scope.of(own_rules, own_rules.c.name == name))
        )

    def advance(self, revision: int, *, cautious: bool | None = None) -> bool:
        values: dict[str, object] = {"rules_revision": revision + 1}
        if cautious is not None:
            values["cautious"] = cautious
        statement = (
            update(workspaces)
            .where(workspaces.c.id == self.scope.workspace_id, workspaces.c.rules_revision == revision)
            .values(**values)
        )
        return self.scope.connection.execute(statement).rowcount == 1

    def latest_version(self) -> RulebookVersion | None:
        row = self.scope.run(_LATEST).first()
        return None if row is None else rows.rulebook_version(row)

    def versions(self) -> Sequence[RulebookVersion]:
        query = (
            select(rulebook_versions)
            .where(self.scope.of(rulebook_versions))
            .order_by(rulebook_versions.c.since, rulebook_versions.c.id)
        )
        return [rows.rulebook_version(row) for row in self.scope.connection.execute(query)]

    def keep_version(self, version: RulebookVersion, texts: Mapping[str, str]) -> None:
        by_digest = {digest_of(text): text for text in texts.values()}
        known = set(
            self.scope.connection.execute(
                select(rule_texts.c.digest).where(
                    self.scope.of(rule_texts, rule_texts.c.digest.in_(by_digest))
                )
            ).scalars()
        )
        for digest, text in by_digest.items():
            if digest not in known:
                self.scope.insert_new(rule_texts, ("digest",), {"digest": digest, "text": text})
        self.scope.connection.execute(
            insert(rulebook_versions).values(
                workspace_id=self.scope.workspace_id,
                version=version.version,
                cautious=version.cautious,
                since=version.since,
                files=dict(version.files),
                member_id=version.member_id,
            )
        )

    def texts(self, digests: Sequence[str]) -> Mapping[str, str]:
        query = select(rule_texts.c.digest, rule_texts.c.text).where(
            self.scope.of(rule_texts, rule_texts.c.digest.in_(digests))
        )
        return {row.digest: row.text for row in self.scope.connection.execute(query)}

    def reviews(self) -> Sequence[RuleReview]:
        query = select(rule_reviews).where(self.scope.of(rule_reviews)).order_by(rule_reviews.c.name)
        return [rows.rule_review(row) for row in self.scope.connection.execute(query)]

    def set_review(self, review: RuleReview) -> None:
        values = {
            "digest": review.digest,
            "reviewed_on": review.reviewed_on,
            "member_id": review.member_id,
        }
        if self.scope.insert_new(rule_reviews, ("name",), {"name": review.name, **values}) is None:
            self.scope.connection.execute(
                update(rule_reviews)
                .where(self.scope.of(rule_reviews, rule_reviews.c.name == review.name))
                .values(**values)
            )

"""Remembers which images were uploaded for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.pictures import Picture
from storage.repository import Scope
from storage.schema import pictures


@dataclass(frozen=True, slots=True)
class SqlPictures:
    scope: Scope

    def of_member(self, member_id: int) -> Mapping[str, Picture]:
        query = select(pictures).where(self.scope.of(pictures, pictures.c.member_id == member_id))
        return {row.name: Picture(row.digest, row.file_id) for row in self.scope.connection.execute(query)}

    def put(self, member_id: int, name: str, picture: Picture, *, at: datetime) -> None:
        self.remove(member_id, name)
        self.scope.insert_new(
            pictures,
            ("member_id", "name"),
            {
                "member_id": member_id,
                "name": name,
                "digest": picture.digest,
                "file_id": picture.file_id,
                "at": at,
            },
        )

    def remove(self, member_id: int, name: str) -> None:
        self.scope.connection.execute(
            delete(pictures).where(
                self.scope.of(pictures, pictures.c.member_id == member_id, pictures.c.name == name)
            )
        )

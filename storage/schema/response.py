"""Clients' questions that wait for us, who was told of them, and who writes in clients' channels."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.schema.base import ID, id_column, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Moment

questions = Table(
    "questions",
    metadata,
    id_column(),
    workspace_column(),
    Column("client_id", ID, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("source", String(16), nullable=False),
    Column("key", String(128), nullable=False),
    Column("events", JSON, nullable=False),
    Column("channel_id", String(32), nullable=False, server_default=""),
    Column("root", String(32), nullable=False, server_default=""),
    Column("messages", JSON, nullable=False),
    Column("link", Text),
    Column("author", String(32), nullable=False, server_default=""),
    Column("member_id", ID),
    Column("told", Integer, nullable=False, server_default=text("0")),
    Column("look_at", Moment),
    Column("missed_at", Moment),
    Column("closed_at", Moment),
    Column("version", Integer, nullable=False, server_default=text("0")),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        same_workspace("client_id", "clients", "questions"),
        same_workspace("member_id", "members", "questions"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a question: its number is never given again
)
"""`closed_at`, `look_at` and `missed_at` are indexes of what `events` say; deadlines are kept nowhere."""
Index(
    "ix_questions_open_client",
    questions.c.workspace_id,
    questions.c.client_id,
    sqlite_where=text("closed_at is null"),
    postgresql_where=text("closed_at is null"),
)
Index(
    "ix_questions_open_channel",
    questions.c.workspace_id,
    questions.c.channel_id,
    sqlite_where=text("closed_at is null"),
    postgresql_where=text("closed_at is null"),
)
Index(
    "ix_questions_missed",
    questions.c.workspace_id,
    questions.c.client_id,
    questions.c.missed_at,
    sqlite_where=text("missed_at is not null"),
    postgresql_where=text("missed_at is not null"),
)
Index("ix_questions_look_at", questions.c.workspace_id, questions.c.look_at)
Index("ix_questions_client", questions.c.workspace_id, questions.c.client_id, questions.c.asked_at)
Index("ix_questions_channel", questions.c.workspace_id, questions.c.channel_id, questions.c.closed_at)


question_notices = Table(
    "question_notices",
    metadata,
    workspace_column(),
    Column("question_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("key", String(128), nullable=False),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "question_id", "key"),
        same_workspace("question_id", "questions", "question_notices"),
        same_workspace("member_id", "members", "question_notices"),
    ),
)
"""Which messages tell of which questions; `key` is that of the message in the outbox."""
Index("ix_question_notices_key", question_notices.c.workspace_id, question_notices.c.key)


channel_people = Table(
    "channel_people",
    metadata,
    workspace_column(),
    Column("user_id", String(32), nullable=False),
    Column("whose", String(8), nullable=False),
    Column("client_id", ID),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "user_id"),
        same_workspace("client_id", "clients", "channel_people"),
    ),
)


channel_unknown = Table(
    "channel_unknown",
    metadata,
    workspace_column(),
    Column("channel_id", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("root", String(32), nullable=False, server_default=""),
    Column("in_channel", Boolean, nullable=False),
    Column("courtesy", Boolean, nullable=False),
    Column("seen", Boolean, nullable=False),
    Column("outside", Boolean, nullable=False),
    Column("link", Text),
    Column("answered", Boolean, nullable=False, server_default=false()),
    Column("look_up_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    *in_workspace(UniqueConstraint("workspace_id", "channel_id", "ts")),
)
"""Messages in clients' channels of which nobody knows yet who wrote them; few at any time."""


channel_strangers = Table(
    "channel_strangers",
    metadata,
    workspace_column(),
    Column("channel_id", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("root", String(32), nullable=False, server_default=""),
    Column("settled", Boolean, nullable=False, server_default=false()),
    Column("told", Boolean, nullable=False, server_default=false()),
    Column("client_id", ID),
    Column("at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "channel_id", "user_id"),
        same_workspace("client_id", "clients", "channel_strangers"),
    ),
)
"""Of whom it was asked whose they are, in which channel of several clients, and what was told there."""

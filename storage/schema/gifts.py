"""Gifts, their register, and the rules they are judged by."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.schema.base import ID, id_column, in_workspace, metadata, same_workspace, workspace_column
from storage.types import Amount, Moment

gift_checks = Table(
    "gift_checks",
    metadata,
    id_column(),
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("client_id", ID),
    Column("contact_id", ID),
    Column("proposal", JSON, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("rulebook_version", String(64), nullable=False),
    Column("checked_at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        same_workspace("member_id", "members", "gift_checks"),
        same_workspace("client_id", "clients", "gift_checks"),
        same_workspace("contact_id", "contacts", "gift_checks"),
    ),
)


gifts_given = Table(
    "gifts_given",
    metadata,
    id_column(),
    workspace_column(),
    Column("check_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("client_id", ID, nullable=False),
    Column("contact_id", ID),
    Column("category", String(32), nullable=False),
    Column("description", Text, nullable=False),
    Column("value", Amount, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("given_on", Date, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("cancelled_at", Moment),
    Column("direction", String(8), nullable=False, server_default="given"),
    Column("fate", String(12)),
    *in_workspace(
        UniqueConstraint("workspace_id", "check_id"),
        same_workspace("check_id", "gift_checks", "gifts_given"),
        same_workspace("member_id", "members", "gifts_given"),
        same_workspace("client_id", "clients", "gifts_given"),
        same_workspace("contact_id", "contacts", "gifts_given"),
    ),
)
Index("ix_gifts_given_contact", gifts_given.c.workspace_id, gifts_given.c.client_id, gifts_given.c.given_on)


gift_outings = Table(
    "gift_outings",
    metadata,
    id_column(),
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("key", String(128), nullable=False),
    Column("description", Text, nullable=False),
    Column("category", String(32), nullable=False),
    Column("cost", Amount),
    Column("currency", String(3), nullable=False),
    Column("day", Date, nullable=False),
    Column("host_present", Boolean, nullable=False),
    Column("host", Text, nullable=False),
    Column("companions", Integer, nullable=False),
    Column("setting", String(32)),
    Column("planned_at", Moment, nullable=False),
    Column("changed_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
        same_workspace("member_id", "members", "gift_outings"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name an outing: its number is never given again
)

Index("ix_gift_outings_day", gift_outings.c.workspace_id, gift_outings.c.member_id, gift_outings.c.day)


gift_outing_people = Table(
    "gift_outing_people",
    metadata,
    workspace_column(),
    Column("outing_id", ID, nullable=False),
    Column("place", Integer, nullable=False),
    Column("check_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "outing_id", "place"),
        UniqueConstraint("workspace_id", "check_id"),
        same_workspace("outing_id", "gift_outings", "gift_outing_people"),
        same_workspace("check_id", "gift_checks", "gift_outing_people"),
    ),
)
"""Who is invited, in order: the check of each."""


delegates = Table(
    "delegates",
    metadata,
    workspace_column(),
    Column("member_id", ID, nullable=False),
    Column("delegate_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "member_id"),
        same_workspace("member_id", "members", "delegates"),
        same_workspace("delegate_id", "members", "delegates"),
    ),
)
"""Who decides when a member has not."""


gift_requests = Table(
    "gift_requests",
    metadata,
    id_column(),
    workspace_column(),
    Column("check_id", ID, nullable=False),
    Column("first_check_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("client_id", ID),
    Column("contact_id", ID),
    Column("category", String(32), nullable=False),
    Column("description", Text, nullable=False),
    Column("value", Amount),
    Column("currency", String(3), nullable=False),
    Column("given_on", Date, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("level", String(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("why", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("comments", JSON, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("next_step_at", Moment),
    Column("reminded_at", Moment),
    Column("delegated_at", Moment),
    Column("decided_at", Moment),
    Column("decided_by", ID),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "check_id"),
        UniqueConstraint("workspace_id", "first_check_id"),
        same_workspace("check_id", "gift_checks", "gift_requests"),
        same_workspace("first_check_id", "gift_checks", "gift_requests"),
        same_workspace("member_id", "members", "gift_requests"),
        same_workspace("client_id", "clients", "gift_requests"),
        same_workspace("contact_id", "contacts", "gift_requests"),
        same_workspace("decided_by", "members", "gift_requests"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a request: its number is never given again
)
Index("ix_gift_requests_state", gift_requests.c.workspace_id, gift_requests.c.state)
Index("ix_gift_requests_client", gift_requests.c.workspace_id, gift_requests.c.client_id)
Index("ix_gift_requests_member", gift_requests.c.workspace_id, gift_requests.c.member_id)


request_messages = Table(
    "request_messages",
    metadata,
    workspace_column(),
    Column("request_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "request_id", "entry_id"),
        same_workspace("request_id", "gift_requests", "request_messages"),
    ),
)
"""In which messages of the outbox a request stands, so that they can be brought up to date. No reference: an entry that
has been settled for long is forgotten, and its number never given again."""


register_entries = Table(
    "register_entries",
    metadata,
    id_column(),
    workspace_column(),
    Column("number", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("member_id", ID),
    Column("check_id", ID),
    Column("request_id", ID),
    Column("facts", JSON, nullable=False),
    Column("facts_digest", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "number"),
        same_workspace("member_id", "members", "register_entries"),
        same_workspace("check_id", "gift_checks", "register_entries"),
        same_workspace("request_id", "gift_requests", "register_entries"),
    ),
)
"""Append-only: the database itself refuses to change or delete a row (triggers of migration 0002)."""
Index("ix_register_entries_check", register_entries.c.workspace_id, register_entries.c.check_id)
Index("ix_register_entries_request", register_entries.c.workspace_id, register_entries.c.request_id)
Index("ix_register_entries_at", register_entries.c.workspace_id, register_entries.c.at)


register_heads = Table(
    "register_heads",
    metadata,
    workspace_column(),
    Column("number", BigInteger, nullable=False),
    Column("seal", String(64), nullable=False),
    *in_workspace(UniqueConstraint("workspace_id")),
)
"""The last entry of each register: held while one is appended, so that two cannot take the same number."""


own_rules = Table(
    "own_rules",
    metadata,
    workspace_column(),
    Column("name", String(255), nullable=False),
    Column("text", Text, nullable=False),
    Column("member_id", ID),
    Column("changed_at", Moment, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "name"),
        same_workspace("member_id", "members", "own_rules"),
    ),
)
"""A workspace's own rule files, over those that ship; `member_id` is who put them in force, null for the operator."""


rule_texts = Table(
    "rule_texts",
    metadata,
    workspace_column(),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    *in_workspace(UniqueConstraint("workspace_id", "digest")),
)
"""Every rule file that ever judged, by the SHA-256 of its text."""


rulebook_versions = Table(
    "rulebook_versions",
    metadata,
    id_column(),
    workspace_column(),
    Column("version", String(64), nullable=False),
    Column("cautious", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
    Column("files", JSON, nullable=False),
    Column("member_id", ID),
    *in_workspace(same_workspace("member_id", "members", "rulebook_versions")),
)
"""Which rules were in force from when on: a new row whenever they are no longer those of the last one."""
Index("ix_rulebook_versions_since", rulebook_versions.c.workspace_id, rulebook_versions.c.since)


rule_reviews = Table(
    "rule_reviews",
    metadata,
    workspace_column(),
    Column("name", String(255), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reviewed_on", Date, nullable=False),
    Column("member_id", ID, nullable=False),
    *in_workspace(
        UniqueConstraint("workspace_id", "name"),
        same_workspace("member_id", "members", "rule_reviews"),
    ),
)
"""Rule files that somebody looked through and found still valid, by name and the SHA-256 of what was looked through."""


policy_questions = Table(
    "policy_questions",
    metadata,
    id_column(),
    workspace_column(),
    Column("check_id", ID, nullable=False),
    Column("member_id", ID, nullable=False),
    Column("client_id", ID),
    Column("employer", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reminders", SmallInteger, nullable=False, server_default=text("0")),
    Column("remind_at", Moment),
    Column("closed_at", Moment),
    *in_workspace(
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("state in ('open', 'answered', 'withdrawn')", name="state"),
        same_workspace("check_id", "gift_checks", "policy_questions"),
        same_workspace("member_id", "members", "policy_questions"),
        same_workspace("client_id", "clients", "policy_questions"),
    ),
    sqlite_autoincrement=True,  # buttons of old messages name a question: its number is never given again
)
"""Clients that were asked for their policy: by whom, whom there, and when their answer is to be asked after."""
Index(
    "ix_policy_questions_open",
    policy_questions.c.workspace_id,
    policy_questions.c.remind_at,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

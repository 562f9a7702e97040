"""The tables. Every one but `workspaces` carries its workspace; references stay inside one workspace.

Moments are UTC. What a nudge waits for (`due_at`, `next_digest_at` …) is a column with an index, written in the
transaction that changed it, so that asking "who is neglected" never reads touches.
"""

from __future__ import annotations

from storage.schema.base import metadata
from storage.schema.book import (
    changes,
    client_channels,
    client_external_ids,
    client_merges,
    client_names,
    client_team,
    clients,
    contact_external_ids,
    contacts,
    imports,
    pictures,
    seen_occasions,
)
from storage.schema.concessions import concessions
from storage.schema.fit import client_exclusions, member_strengths
from storage.schema.gifts import (
    delegates,
    gift_checks,
    gift_outing_people,
    gift_outings,
    gift_requests,
    gifts_given,
    own_rules,
    policy_questions,
    register_entries,
    register_heads,
    request_messages,
    rule_reviews,
    rule_texts,
    rulebook_versions,
)
from storage.schema.handover import handovers, reassignments
from storage.schema.outbox import deliveries, drafts, gate_decisions, gate_said, outbox
from storage.schema.people import (
    absences,
    cover_clients,
    covers,
    lead_watches,
    members,
    neglect_told,
    workspaces,
)
from storage.schema.response import (
    channel_people,
    channel_strangers,
    channel_unknown,
    question_notices,
    questions,
)
from storage.schema.touches import meetings, promises, touch_contacts, touches

__all__ = [
    "absences",
    "changes",
    "channel_people",
    "channel_strangers",
    "channel_unknown",
    "client_channels",
    "client_exclusions",
    "client_external_ids",
    "client_merges",
    "client_names",
    "client_team",
    "clients",
    "concessions",
    "contact_external_ids",
    "contacts",
    "cover_clients",
    "covers",
    "delegates",
    "deliveries",
    "drafts",
    "gate_decisions",
    "gate_said",
    "gift_checks",
    "gift_outing_people",
    "gift_outings",
    "gift_requests",
    "gifts_given",
    "handovers",
    "imports",
    "lead_watches",
    "meetings",
    "member_strengths",
    "members",
    "metadata",
    "neglect_told",
    "outbox",
    "own_rules",
    "pictures",
    "policy_questions",
    "promises",
    "question_notices",
    "questions",
    "reassignments",
    "register_entries",
    "register_heads",
    "request_messages",
    "rule_reviews",
    "rule_texts",
    "rulebook_versions",
    "seen_occasions",
    "touch_contacts",
    "touches",
    "workspaces",
]

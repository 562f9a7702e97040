"""A digest as JSON values, as it waits in the outbox, and back; those of earlier versions can be read as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.domain.cadence import ClientState
from bot.domain.digest import Ahead, AnyRow, Owed, Row, Week, Wrote
from bot.domain.occasions import Occasion, OccasionKind
from bot.domain.response import Waiting, waiting_from


def facts_of(
    day: date,
    rows: Sequence[AnyRow],
    *,
    done: int = 0,
    settled: int = 0,
    week: Week | None = None,
    waiting: Sequence[Waiting] = (),
) -> dict[str, Any]:
    """The digest of one local day: its rows, what was `done` since it was sent, the week ahead, who is `waiting`."""
    facts: dict[str, Any] = {"day": day.isoformat(), "rows": [_row_facts(row) for row in rows]}
    if done:
        facts |= {"done": done, "settled": settled}
    if waiting:
        facts["waiting"] = [row.facts() for row in waiting]
    if week is not None:
        facts["week"] = _week_facts(week)
    return facts


def rows_from(facts: Mapping[str, Any]) -> tuple[AnyRow, ...]:
    """The rows of a digest from the JSON values of `facts_of`; those of earlier days have clients alone."""
    return tuple(owed_from(row) if "promise_id" in row else _row_from(row) for row in facts["rows"])


def waiting_of(facts: Mapping[str, Any]) -> tuple[Waiting, ...]:
    """The clients that wait for an answer from the JSON values of `facts_of`."""
    return tuple(waiting_from(row) for row in facts.get("waiting") or ())


def week_from(facts: Mapping[str, Any]) -> Week | None:
    """The week ahead from the JSON values of `facts_of`."""
    week = facts.get("week")
    if week is None:
        return None
    return Week(
        promises=tuple(_ahead_from(each) for each in week["promises"]),
        due=tuple(_ahead_from(each) for each in week["due"]),
        occasions=tuple(_ahead_from(each) for each in week["occasions"]),
        meetings=tuple((client, datetime.fromisoformat(at)) for client, at in week["meetings"]),
        counts=(week["counts"][0], week["counts"][1], week["counts"][2], week["counts"][3]),
    )


def owed_facts(row: Owed) -> dict[str, Any]:
    """A promise as JSON values."""
    return {
        "promise_id": row.promise_id,
        "client_id": row.client_id,
        "client": row.client,
        "text": row.text,
        "due_on": row.due_on.isoformat(),
        "late": row.late,
        **({"more": [owed_facts(each) for each in row.more]} if row.more else {}),
        **({} if row.also is None else {"also": _row_facts(row.also)}),
        **_covering_facts(row),
    }


def owed_from(facts: Mapping[str, Any]) -> Owed:
    """The promise from the JSON values of `owed_facts`."""
    also = facts.get("also")
    return Owed(
        promise_id=facts["promise_id"],
        client_id=facts["client_id"],
        client=facts["client"],
        text=facts["text"],
        due_on=date.fromisoformat(facts["due_on"]),
        late=facts["late"],
        more=tuple(owed_from(each) for each in facts.get("more") or ()),
        also=None if also is None else _row_from(also),
        covering=facts.get("covering", ""),
        covering_until=facts.get("covering_until", ""),
    )


def _covering_facts(row: AnyRow) -> dict[str, Any]:
    """For whom the reader covers; nothing where the client is their own."""
    return {"covering": row.covering, "covering_until": row.covering_until} if row.covering else {}


def _row_facts(row: AnyRow) -> dict[str, Any]:
    if isinstance(row, Owed):
        return owed_facts(row)
    return {
        "client_id": row.client_id,
        "client": row.client,
        "tier": row.tier,
        "state": row.state.value,
        "days": row.days,
        "usual": row.usual,
        "one_way": row.one_way,
        "never": row.never,
        "complaint": row.complaint,
        "missed_on": None if row.missed_on is None else row.missed_on.isoformat(),
        "by": row.by,
        "wrote": None if row.wrote is None else row.wrote.value,
        "new_owner": row.new_owner,
        "promised": row.promised,
        "promised_on": None if row.promised_on is None else row.promised_on.isoformat(),
        "only": row.only,
        "known": row.known,
        "occasions": [_occasion_facts(each) for each in row.occasions],
        "due": row.due,
        **_covering_facts(row),
    }


def _row_from(row: Mapping[str, Any]) -> Row:
    wrote, promised_on, missed_on = row.get("wrote"), row.get("promised_on"), row.get("missed_on")
    return Row(
        **{
            **row,
            "state": ClientState(row["state"]),
            "wrote": None if wrote is None else Wrote(wrote),
            "promised_on": None if promised_on is None else date.fromisoformat(promised_on),
            "missed_on": None if missed_on is None else date.fromisoformat(missed_on),
            "occasions": tuple(occasion_from(each) for each in row.get("occasions") or ()),
        }
    )


def _occasion_facts(occasion: Occasion) -> dict[str, Any]:
    return {"kind": occasion.kind.value, "on": occasion.on.isoformat(), "years": occasion.years}


def occasion_from(facts: Mapping[str, Any]) -> Occasion:
    """An occasion from its JSON values."""
    return Occasion(OccasionKind(facts["kind"]), date.fromisoformat(facts["on"]), facts["years"])


def _week_facts(week: Week) -> dict[str, Any]:
    return {
        "promises": [_ahead_facts(each) for each in week.promises],
        "due": [_ahead_facts(each) for each in week.due],
        "occasions": [_ahead_facts(each) for each in week.occasions],
        "meetings": [[client, at.isoformat()] for client, at in week.meetings],
        "counts": list(week.counts),
    }


def _ahead_facts(ahead: Ahead) -> dict[str, Any]:
    return {
        "client": ahead.client,
        "on": ahead.on.isoformat(),
        "text": ahead.text,
        "occasion": None if ahead.occasion is None else _occasion_facts(ahead.occasion),
        **({"covering": ahead.covering} if ahead.covering else {}),
    }


def _ahead_from(facts: Mapping[str, Any]) -> Ahead:
    occasion = facts["occasion"]
    return Ahead(
        facts["client"],
        date.fromisoformat(facts["on"]),
        facts["text"],
        None if occasion is None else occasion_from(occasion),
        facts.get("covering", ""),
    )

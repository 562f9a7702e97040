"""`rapport audit verify`: walks the chain of the register and shows the first broken link."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from typing import Any

import click

from bot.door.opened import opened_register, workspaces_of
from bot.door.plainly import plainly
from bot.services.audit import Audited, Fault, audit

_SEAL = re.compile(r"[0-9a-f]{64}")

WRONG = {
    "changed_entry": "this entry was changed",
    "missing_entry": "an entry is missing here",
    "entry_put_in": "this entry was put in",
    "head_cut_off": "the end of the register was cut off: there is nothing from this number on",
    "head_changed": "the register ends with another entry than the last one that was written",
    "record_changed": "the record that this entry tells of was changed",
    "record_missing": "the record that this entry tells of is gone",
    "record_put_in": "no entry tells of this record",
    "seal_not_found": "no entry bears the expected seal: the register is not the one it was noted from",
}


@click.command("verify")
@click.option(
    "--expect", metavar="SEAL", help="A seal noted earlier: prove that the register still contains it."
)
@click.option("--team", help="Slack team id: only this workspace.")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def verify(expect: str | None, team: str | None, as_json: bool) -> None:
    """Walk the register of gifts and recompute every seal. Exit code 1 when a link is broken.

    Note the seal it prints somewhere else, on paper or in a mail to the auditor: with --expect it proves later that
    everything up to that entry is as it was.
    """
    if expect is not None and not _SEAL.fullmatch(expect):
        raise click.UsageError(
            "--expect takes a seal as this command prints it: 64 digits and letters a to f"
        )
    with plainly(), opened_register() as (house, _):
        found = [(workspace, audit(house, workspace.id, expect)) for workspace in workspaces_of(house, team)]
    if expect is not None and any(audited.expected_at for _, audited in found):
        # A seal belongs to one workspace: the others need not have it.
        found = [
            (workspace, audited)
            for workspace, audited in found
            if audited.fault is None or audited.fault.code != "seal_not_found"
        ]
    if as_json:
        click.echo(json.dumps([{"team": w.team_id, "name": w.name, **_json(a)} for w, a in found], indent=2))
    else:
        for workspace, audited in found:
            click.echo(f"{workspace.name} ({workspace.team_id})")
            for line in _lines(audited):
                click.echo(f"  {line}")
    if any(audited.fault is not None for _, audited in found):
        sys.exit(1)


def _lines(audited: Audited) -> list[str]:
    lines = []
    if audited.entries:
        late = f", {audited.late} of them sealed when the chain began" if audited.late else ""
        lines.append(f"{audited.entries} entries hold, {_day(audited.first)} to {_day(audited.last)}{late}")
        lines.append(f"seal of entry {audited.entries}: {audited.head}")
    else:
        lines.append("no entry yet" if audited.fault is None else "no entry holds")
    if audited.expected_at is not None:
        lines.append(f"the expected seal is the one of entry {audited.expected_at}")
    if audited.fault is not None:
        lines.append(f"BROKEN: {broken(audited.fault)}")
    return lines


def broken(fault: Fault) -> str:
    """Where a chain is broken, and how, for people."""
    where = [] if fault.number is None else [f"entry {fault.number}"]
    where += [part for part in (fault.kind, fault.record) if part]
    where += [_day(fault.at)] if fault.at is not None else []
    return ", ".join(where) + (": " if where else "") + WRONG[fault.code]


def _day(moment: datetime | None) -> str:
    return "" if moment is None else moment.date().isoformat()


def _json(audited: Audited) -> dict[str, Any]:
    fault = audited.fault
    return {
        "entries": audited.entries,
        "first": None if audited.first is None else audited.first.isoformat(),
        "last": None if audited.last is None else audited.last.isoformat(),
        "seal": audited.head,
        "sealed_late": audited.late,
        "expected_at": audited.expected_at,
        "fault": None
        if fault is None
        else {
            "what": fault.code,
            "number": fault.number,
            "kind": fault.kind,
            "at": None if fault.at is None else fault.at.isoformat(),
            "record": fault.record,
            "says": WRONG[fault.code],
        },
    }

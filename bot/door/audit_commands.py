"""`rapport audit`: is what stands in the book what was written there?"""

from __future__ import annotations

import click

from bot.door.audit_verify import verify


@click.group("audit")
def audit() -> None:
    """Prove that records are as they were made."""


audit.add_command(verify)

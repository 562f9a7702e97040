"""What is wrong with the set-up, said to whoever typed a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.door.running import CannotStart
from bot.rulebook.reader import RulebookError
from bot.settings import SettingsError
from storage.backup import CannotBackUp, NotABackup
from storage.copying import CannotCopy
from storage.engine import UnusableAddress
from storage.migrate import NewerDatabase


@contextmanager
def plainly() -> Iterator[None]:
    """What is wrong with the set-up is said in one sentence, without a traceback; exit code 1."""
    try:
        yield
    except SettingsError as wrong:
        raise click.ClickException(f"settings are wrong:\n{wrong}") from wrong
    except (CannotStart, NewerDatabase, UnusableAddress, CannotCopy, CannotBackUp, NotABackup) as cannot:
        raise click.ClickException(str(cannot)) from cannot
    except RulebookError as broken:
        raise click.ClickException(
            f"a rule cannot be read: {broken}. `rapport rulebook check` says more"
        ) from broken
    except OSError as failed:
        what = f"{failed.filename}: " if failed.filename else ""
        raise click.ClickException(
            f"{what}{failed.strerror or failed}. `rapport doctor` says more"
        ) from failed
    except SQLAlchemyError as failed:
        cause = str(getattr(failed, "orig", None) or failed).splitlines()[0]
        raise click.ClickException(
            f"the database cannot be used: {cause}. `rapport doctor` says more"
        ) from failed

"""What is written to the log, and what never is."""

from __future__ import annotations

import logging
import re
import sys

from pythonjsonlogger.json import JsonFormatter

from bot.reference import current
from bot.settings import Settings

_TOKENS = re.compile(r"\b(xox[a-z]|xapp|xwfp)-[A-Za-z0-9-]+")


class _NoTokens(logging.Filter):
    """Blots out tokens, whoever logs them."""

    def filter(self, record: logging.LogRecord) -> bool:
        shown = record.getMessage()
        if _TOKENS.search(shown):
            record.msg, record.args = _TOKENS.sub(r"\1-…", shown), ()
        return True


class _Reference(logging.Filter):
    """Names what the line belongs to: one request, delivery or tick (see `bot.reference`)."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "reference"):
            record.reference = current() or "-"
        return True


class _NoTokenUnused(logging.Filter):
    """Leaves out Bolt's warning that its own token is unused: it reads the environment, ours comes authorised."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "`token`" not in record.getMessage()


def set_up_logs(settings: Settings) -> None:
    """Log to standard error, plainly or as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_NoTokens())
    handler.addFilter(_NoTokenUnused())
    handler.addFilter(_Reference())
    if settings.log_format == "json":
        handler.setFormatter(
            JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields={"asctime": "at"})
        )
    else:
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)-7s %(reference)s %(name)s: %(message)s")
        )
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    # Alembic tells of each of its own parts before it tells of the migrations, which are worth reading.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    # A tick that is still running when the next is due is no news: what it has not seen, the one after it will.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    for chatty in ("apscheduler", "procrastinate", "slack_bolt", "slack_sdk", "waitress"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))

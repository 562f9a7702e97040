"""Steps that are due by the clock, one after the other: what cannot be handled steps aside and holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from bot.services.house import House, trouble

log = logging.getLogger(__name__)


def take_each(
    house: House,
    due: Iterable[int],
    take: Callable[[int], bool],
    put_off: Callable[[int], None],
    what: str,
) -> int:
    """Take the step of each number that is due; returns how many were taken. `what` names one in the log.

    A surprise is written down and its item put off; where memory itself is in trouble the error goes on.
    """
    done = 0
    for number in due:
        try:
            done += take(number)
        except Exception as error:  # one item of a loop: one that cannot be handled holds up no other
            if trouble(house, error) is not None:
                raise
            log.exception("the next step of %s %s cannot be taken", what, number)
            put_off(number)
    return done

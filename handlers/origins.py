"""Where a request came from, and so where its answer goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.refusals import Refusal
from bot.services import digest
from handlers import refusals
from handlers.answers import (
    Answer,
    CloseForms,
    Message,
    OpenForm,
    Replace,
    ReplaceAt,
    Say,
    ShowHome,
    UpdateForm,
    View,
)
from handlers.ask import Ask
from handlers.views import digest as digest_views
from handlers.views.notice import notice


@dataclass(frozen=True, slots=True)
class Origin:
    """What a form keeps in its notes so that its submission is answered in the right place.

    `reply_to` is the response address of a command or of the message a button stands on; `replace` says that the answer
    takes that message's place, `digest` that it is the digest of that entry. `home` is the Home tab, `place` where
    on it (see `Ask.place`).
    """

    reply_to: str | None = None
    replace: bool = False
    digest: int | None = None
    home: bool = False
    place: Mapping[str, Any] | None = None

    def notes(self, **more: Any) -> dict[str, Any]:
        """The notes of a form opened from here, together with what else it has to remember."""
        return {
            "reply_to": self.reply_to,
            "replace": self.replace or None,
            "digest": self.digest,
            "home": self.home or None,
            "place": self.place,
            **more,
        }


def from_notes(notes: Mapping[str, Any] | None) -> Origin:
    known = notes or {}
    return Origin(
        reply_to=known.get("reply_to"),
        replace=bool(known.get("replace")),
        digest=known.get("digest"),
        home=bool(known.get("home")),
        place=known.get("place"),
    )


def of_press(ask: Ask, *, replace: bool = False, digest: int | None = None) -> Origin:
    """The origin of a form that a button opens; a button in a modal passes on where that modal came from."""
    if on_home(ask):
        return Origin(home=True, place=ask.place)
    if in_modal(ask):
        return from_notes(ask.notes)
    return Origin(reply_to=ask.reply_to, replace=replace, digest=digest)


def on_home(ask: Ask) -> bool:
    return _view_type(ask) == "home"


def in_modal(ask: Ask) -> bool:
    return _view_type(ask) == "modal"


def _view_type(ask: Ask) -> str:
    view = ask.payload.get("view")
    return str(view.get("type", "")) if isinstance(view, Mapping) else ""


def finish(ask: Ask, message: Message) -> Answer:
    """The answer to a submitted form, in the place from which it was opened."""
    origin = from_notes(ask.notes)
    if origin.home:
        return UpdateForm(notice(message, ask.words, ask.notes), home=True)
    if origin.reply_to is None:
        return UpdateForm(notice(message, ask.words))
    if origin.digest is not None and (shown := current_digest(ask, origin.digest)) is not None:
        return CloseForms(ReplaceAt(origin.reply_to, shown, also=message))
    if origin.replace:
        return CloseForms(ReplaceAt(origin.reply_to, message))
    return CloseForms(Say(message))


def put(ask: Ask, message: Message) -> Answer:
    """The answer to a press that settles what the pressed message, or modal, was about."""
    if in_modal(ask):
        return UpdateForm(notice(message, ask.words, ask.notes), home=from_notes(ask.notes).home)
    return Replace(message)


def moved_on(ask: Ask, refusal: Refusal, shown: Callable[[], Message]) -> Answer:
    """Say what happened in between, and show below it what was pressed as it stands now.

    On Home, and where `shown` refuses to show it, the refusal is raised: it is said, and the page brought up to date.
    """
    if on_home(ask):
        raise refusal
    said = refusals.message(refusal, ask.words)
    try:
        now = shown()
    except Refusal:
        raise refusal from None
    both = Message(f"{said.text}\n{now.text}", [*said.blocks, *now.blocks])
    if ask.action is None or in_modal(ask):
        return UpdateForm(notice(both, ask.words, ask.notes), home=from_notes(ask.notes).home)
    return tell(ask, both)


def tell(ask: Ask, message: Message) -> Answer:
    """The answer to a press that leaves the pressed message as it is."""
    if in_modal(ask) or on_home(ask):
        return OpenForm(notice(message, ask.words, of_press(ask).notes()))
    return Say(message)


def form(ask: Ask, view: View) -> Answer:
    """Show a form: in a modal that has done its part in its place, anywhere else as a new one."""
    return UpdateForm(view) if in_modal(ask) else OpenForm(view)


def refreshed(ask: Ask, entry_id: int | None, message: Message) -> Answer:
    """The answer to a press on a row of the digest or of the Home tab, after which the row may be gone."""
    if on_home(ask):
        return ShowHome()
    shown = None if entry_id is None else current_digest(ask, entry_id)
    return Say(message) if shown is None else Replace(shown, also=message)


def current_digest(ask: Ask, entry_id: int) -> Message | None:
    """A digest as it should stand now; None when it is known no more: what was done counts all the same."""
    try:
        shown = digest.current(ask.house, ask.actor, entry_id)
    except Refusal as refusal:
        if refusal.code != "digest.gone":
            raise
        return None
    return digest_views.message(
        shown.rows,
        shown.day,
        ask.words,
        entry_id,
        shown.done,
        shown.settled,
        week=shown.week,
        zone=ask.zone,
        waiting=shown.waiting,
    )

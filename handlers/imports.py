"""Imports by dropping a file into the conversation with the bot, and the export that can be imported again.

Nothing is kept of a dropped file but what it is called, its id at Slack, its digest, and what was decided of it: when
the import is confirmed the file is brought once more, and has to be the same.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from bot.domain.book_columns import COLUMNS, IGNORED
from bot.domain.imports import Decision
from bot.domain.names import normalise
from bot.domain.refusals import Refusal
from bot.services import book_export, drafts, imports
from bot.services.imports import LARGEST_FILE, Choices, Kind, Noted, Origin, Preview
from handlers import forms, origins
from handlers.answers import (
    Answer,
    Fetch,
    Finished,
    Message,
    Nothing,
    OpenForm,
    Outgoing,
    Place,
    Post,
    Replace,
    SendFiles,
    Show,
    UpdateForm,
    Work,
)
from handlers.ask import Ask, Routes
from handlers.exports.book_file import FORMS, write_book
from handlers.i18n import Words
from handlers.views import import_words
from handlers.views import imports as views
from handlers.views.notice import notice

EXPORT_WORDS = frozenset({"export", "exporter"})
DRAFT = "import"
_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_OLD = (".xls",)
_EVERY_SECONDS = 3.0
_HEADINGS = 300
_KEPT = 20


def register(routes: Routes) -> None:
    routes.action("import.confirm", confirmed)
    routes.action("import.map", map_opened)
    routes.view("import.map", mapped)
    routes.action("import.decide", decide_opened)
    routes.view("import.decide", decided)
    routes.action("import.skip", skipped)
    routes.action("import.dates", dates_said)
    routes.action("import.cancel", cancelled)
    routes.action("import.undo", undone)
    routes.action("book.import", explained)
    routes.action("book.export", exported)


# --- A file arrives ---------------------------------------------------------------------------------------


def is_drop(payload: Mapping[str, Any]) -> bool:
    """Whether a message to the bot brings files."""
    event = payload.get("event", payload)
    return (
        bool(event.get("subtype") == "file_share" and event.get("files"))
        and event.get("channel_type") == "im"
    )


def explained(ask: Ask) -> Answer:
    """A button on the Home tab: how a list of clients comes in."""
    return origins.tell(ask, views.how(ask.words))


def dropped(ask: Ask) -> Answer:
    event = ask.payload.get("event", ask.payload)
    files = [file for file in event.get("files") or () if isinstance(file, Mapping) and file.get("id")]
    lists = [file for file in files if str(file.get("name") or "").casefold().endswith((*_ENDINGS, *_OLD))]
    if not files:
        return Nothing()
    if not lists:
        return Post(views.no_list(ask.words))
    if len(lists) > 1:
        return Post(views.several(ask.words))
    facts = {"file": str(lists[0]["id"]), "name": str(lists[0].get("name") or "")[:200]}
    return _read(ask, facts, None)


def _read(ask: Ask, facts: Mapping[str, Any], place: Place | None) -> Answer:
    """Read the file that the facts name, as they say, and show what would be imported."""
    name = str(facts["name"])
    return Work(
        begun=views.reading(name, ask.words),
        work=partial(_previewed, ask, dict(facts)),
        failed=views.failed(ask.words),
        place=place,
    )


def _previewed(ask: Ask, facts: dict[str, Any], fetch: Fetch, show: Show) -> Finished:
    with TemporaryDirectory(prefix="rapport-import-") as folder:
        path, report = Path(folder) / "list", Path(folder) / "report.csv"
        name = fetch(facts["file"], path, LARGEST_FILE)
        facts["name"] = name[:200]
        choices = _choices(facts)
        survey = imports.look(path, name, choices)
        facts["headings"] = [heading[:100] for heading in survey.headings[:_HEADINGS]]
        facts["columns"] = dict(survey.recognised.columns)
        if not survey.recognised.names_clients:
            draft = drafts.keep(ask.house, ask.actor, DRAFT, facts)
            return Finished(views.unmapped(name, facts["headings"], draft, ask.words))
        with report.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file)
            out.writerow(["kind", "line", "name", "reason", "looks like", "decision"])
            found = imports.preview(
                ask.house,
                Origin.of(ask.actor),
                path,
                name,
                choices,
                report=lambda noted: _report(out, noted, ask.words),
                progress=_slowly(show, partial(views.progress, name, words=ask.words)),
            )
        facts |= _facts_of(found)
        draft = drafts.keep(ask.house, ask.actor, DRAFT, facts)
        files = []
        if found.blocked:
            held = report.read_bytes()
            files = [
                Outgoing(
                    "report.csv", ask.words.say("Rows in the way"), partial(_written, held, found, ask.words)
                )
            ]
        return Finished(views.preview(name, facts, draft, ask.words), files, views.report_comment(ask.words))


def _report(out: Any, noted: Noted, words: Words) -> None:
    if noted.kind in (Kind.REJECTED, Kind.CONFLICT):
        why = import_words.reason(noted.code, noted.found, noted.other, words)
        out.writerow([noted.kind.value, noted.line, noted.name, why, noted.other, ""])


def _written(held: bytes, found: Preview, words: Words, path: Path) -> str:
    path.write_bytes(held)
    count = found.counts[Kind.REJECTED] + found.counts[Kind.CONFLICT]
    return words.count("{n} row that is in the way", "{n} rows that are in the way", count)


def _slowly(show: Show, said: Callable[[int, int], Message]) -> Callable[[int, int], None]:
    """Tell how far it is, but not more often than somebody wants to see it."""
    last = monotonic()

    def progress(done: int, whole: int) -> None:
        nonlocal last
        if monotonic() - last >= _EVERY_SECONDS:
            last = monotonic()
            show(said(done, whole))

    return progress


def _facts_of(found: Preview) -> dict[str, Any]:
    return {
        "digest": found.digest,
        "system": found.recognised.system,
        "things": found.recognised.things,
        "undecided": found.undecided,
        "counts": {
            **{kind.value: count for kind, count in found.counts.items()},
            "contacts": found.contacts,
            "contacts_changed": found.contacts_changed,
        },
        "rejected": [
            [each.line, each.name[:100], each.code, each.found[:200]]
            for each in found.shown[Kind.REJECTED][:_KEPT]
        ],
        "conflict": [[each.line, each.name, each.other] for each in found.shown[Kind.CONFLICT][:_KEPT]],
    }


def _choices(facts: Mapping[str, Any]) -> Choices:
    others = facts.get("others")
    return Choices(
        mapping=facts.get("mapping") or {},
        day_first=facts.get("day_first"),
        decisions={key: Decision(said) for key, said in (facts.get("decisions") or {}).items()},
        skip_wrong=bool(facts.get("skip")),
        others=None if others is None else Decision(others),
    )


# --- What is decided about it -----------------------------------------------------------------------------


def _draft(ask: Ask) -> tuple[int, dict[str, Any]]:
    carried = forms.carried(ask) if ask.value else ask.notes or {}
    draft = forms.number(carried.get("draft"))
    return draft, dict(drafts.kept(ask.house, ask.actor, DRAFT, draft))


def _place(ask: Ask) -> Place:
    """The message that the pressed button stands on, or from which the form was opened."""
    container = ask.payload.get("container") or {}
    notes = ask.notes or {}
    conversation = str(container.get("channel_id") or notes.get("channel") or "")
    message = str(container.get("message_ts") or notes.get("ts") or "")
    if not conversation or not message:
        raise Refusal("request.unknown")
    return Place(conversation, message)


def _notes(ask: Ask, draft: int, page: int = 0) -> dict[str, Any]:
    place = _place(ask)
    return {"draft": draft, "page": page, "channel": place.conversation, "ts": place.message}


def map_opened(ask: Ask) -> Answer:
    draft, facts = _draft(ask)
    return OpenForm(views.mapping_form(facts["headings"], facts["columns"], 0, ask.words, _notes(ask, draft)))


def mapped(ask: Ask) -> Answer:
    """One page of headings was mapped: on to the next, or read the file again."""
    _, facts = _draft(ask)
    page = forms.number((ask.notes or {}).get("page"))
    headings, mapping = facts["headings"], dict(facts.get("mapping") or {})
    first = page * views.HEADINGS_A_PAGE
    for at, heading in list(enumerate(headings))[first : first + views.HEADINGS_A_PAGE]:
        chosen = forms.chosen(ask.state or {}, f"column-{at}")
        if chosen is not None and (chosen in COLUMNS or chosen == IGNORED):
            mapping[heading] = chosen
    facts["mapping"] = mapping
    if first + views.HEADINGS_A_PAGE >= len(headings):
        return _read(ask, facts, _place(ask))
    draft = drafts.keep(ask.house, ask.actor, DRAFT, facts)
    notes = _notes(ask, draft, page + 1)
    return UpdateForm(views.mapping_form(headings, facts["columns"], page + 1, ask.words, notes))


def decide_opened(ask: Ask) -> Answer:
    draft, facts = _draft(ask)
    count = int(facts["counts"].get("conflict", 0))
    return OpenForm(views.decision_form(facts["conflict"], count, ask.words, _notes(ask, draft)))


def decided(ask: Ask) -> Answer:
    _, facts = _draft(ask)
    state, decisions = ask.state or {}, dict(facts.get("decisions") or {})
    for number, (_, name, _) in enumerate(facts["conflict"]):
        chosen = forms.chosen(state, f"near-{number}")
        if chosen in list(Decision):
            decisions[normalise(name)] = chosen
    facts["decisions"] = decisions
    if (others := forms.chosen(state, "others")) in list(Decision):
        facts["others"] = others
    return _read(ask, facts, _place(ask))


def skipped(ask: Ask) -> Answer:
    _, facts = _draft(ask)
    return _read(ask, facts | {"skip": True}, _place(ask))


def dates_said(ask: Ask) -> Answer:
    _, facts = _draft(ask)
    return _read(ask, facts | {"day_first": forms.carried(ask).get("first") == "day"}, _place(ask))


def cancelled(ask: Ask) -> Answer:
    _, facts = _draft(ask)
    return Replace(views.cancelled(str(facts["name"]), ask.words))


def confirmed(ask: Ask) -> Answer:
    _, facts = _draft(ask)
    name = str(facts["name"])
    return Work(
        begun=views.reading(name, ask.words),
        work=partial(_taken_in, ask, facts),
        failed=views.failed(ask.words),
        place=_place(ask),
    )


def _taken_in(ask: Ask, facts: Mapping[str, Any], fetch: Fetch, show: Show) -> Finished:
    words = ask.words
    with TemporaryDirectory(prefix="rapport-import-") as folder:
        path = Path(folder) / "list"
        name = fetch(str(facts["file"]), path, LARGEST_FILE)
        done = imports.take_in(
            ask.house,
            Origin.of(ask.actor),
            path,
            name,
            _choices(facts),
            digest=str(facts["digest"]),
            progress=_slowly(show, partial(views.progress, name, words=words)),
            writing=lambda: show(views.writing(name, words)),
        )
    found = dict(facts) | _facts_of(done.preview)
    if done.import_id is not None:
        return Finished(views.done(name, found["counts"], done.import_id, words))
    if done.preview.blocked:  # the book has changed since it was looked at
        draft = drafts.keep(ask.house, ask.actor, DRAFT, found)
        return Finished(views.preview(name, found, draft, words))
    return Finished(views.nothing(name, words))


def undone(ask: Ask) -> Answer:
    number = forms.number(forms.carried(ask).get("import"))
    return Work(
        begun=views.undoing(ask.words),
        work=partial(_taken_back, ask, number),
        failed=views.failed(ask.words),
        place=_place(ask),
    )


def _taken_back(ask: Ask, import_id: int, _fetch: Fetch, _show: Show) -> Finished:
    done = imports.undo(ask.house, Origin.of(ask.actor), import_id)
    return Finished(
        views.undone(
            done.name,
            done.clients,
            done.contacts,
            done.returned,
            (done.kept, done.kept_count),
            (done.differing, done.differing_count),
            ask.words,
        )
    )


# --- Export -----------------------------------------------------------------------------------------------


def exported(ask: Ask) -> Answer:
    """``/rapport export``, with ``xlsx`` behind it as a workbook; or the button on the Home tab."""
    words_typed = ask.text.casefold().split()
    form = next((each for each in FORMS if each in words_typed), FORMS[0])
    begun = views.export_begun(ask.words)
    name = f"clients_{ask.member.calendar.local_date(ask.now).isoformat()}.{form}"
    return SendFiles(
        view=notice(begun, ask.words),
        files=[Outgoing(name, ask.words.say("Clients and contacts"), partial(_write, ask, form))],
        comment=views.export_comment(ask.words),
        failed=views.export_failed(ask.words),
        begun=begun,
    )


def _write(ask: Ask, form: str, path: Path) -> str:
    count = write_book(book_export.rows(ask.house, book_export.Scope.of(ask.actor)), path, form)
    return ask.words.count("{n} row of clients and contacts", "{n} rows of clients and contacts", count)

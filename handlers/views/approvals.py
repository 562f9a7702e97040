"""Requests for approval as they are read: by who decides, by who asked, in a message, a form and on the Home tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.gifts.judgement import Alternative
from bot.domain.gifts.proposal import read_proposal
from bot.domain.gifts.requests import COMMENT_LIMIT, REASON_LIMIT, Act, RequestState
from bot.domain.gifts.sheets import Sheet
from bot.domain.money import Money
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_findings import stands, typeset
from handlers.views.gift_variants import alternative
from handlers.views.gift_words import APPROVERS, CATEGORIES

ON_HOME = 8
"""Requests of each kind on the Home tab; of more their number is told."""

_NAME = 120
_WHAT = 200
_SAID = 600
_COMMENTS = 6
_RULES = 2
_AMOUNTS = ("unit_value", "face_value", "market_value", "cost_to_giver", "value_above", "recipient_pays")


# --- In one line ------------------------------------------------------------------------------------------


def gift_of(sheet: Sheet, words: Words) -> str:
    """What it is about: ``fruit basket, $80, for Jane Smith at Ford``."""
    gift = _gift(sheet.what, sheet.category, sheet.value, words)
    employer = parts.one_line(sheet.employer, _NAME)
    if not sheet.person.strip() and sheet.received:
        return words.say("{gift}, received from {employer}", gift=gift, employer=employer)
    if not sheet.person.strip():
        return words.say("{gift}, for somebody at {employer}", gift=gift, employer=employer)
    person = parts.one_line(sheet.person, _NAME)
    if sheet.role.strip():
        role = parts.one_line(sheet.role, _NAME)
        person = words.say("{person} ({role})", person=person, role=role)
    if sheet.received:
        return words.say(
            "{gift}, received from {person} at {employer}", gift=gift, person=person, employer=employer
        )
    return words.say("{gift}, for {person} at {employer}", gift=gift, person=person, employer=employer)


def _gift(what: object, category: object, value: object, words: Words) -> str:
    said = parts.one_line(str(what or "") or words.say(CATEGORIES[str(category)]), _WHAT)
    return f"{said}, {_money(value, words)}" if isinstance(value, Sequence) else said


def _money(value: object, words: Words) -> str:
    assert isinstance(value, Sequence), "an amount and its currency"
    return words.money(Money(Decimal(str(value[0])), str(value[1])))


_TITLES: Mapping[str, str] = {
    "waiting": i18n.message("{who} asks for your approval: {gift}"),
    "asked_back": i18n.message("{who} was asked back: {gift}"),
    "approved": i18n.message("Approved by {decider}: {gift}"),
    "refused": i18n.message("Refused by {decider}: {gift}"),
    "withdrawn": i18n.message("Taken back by {who}: {gift}"),
    "given": i18n.message("Approved by {decider} and given: {gift}"),
}
_OWN_TITLES: Mapping[str, str] = {
    "waiting": i18n.message("Waiting for approval: {gift}"),
    "asked_back": i18n.message("A question about your request: {gift}"),
    "approved": i18n.message("Approved by {decider}: {gift}"),
    "refused": i18n.message("Refused by {decider}: {gift}"),
    "withdrawn": i18n.message("You took this request back: {gift}"),
    "given": i18n.message("In the register: {gift}"),
}


def title(sheet: Sheet, words: Words) -> str:
    """Where the request stands and what it is about, as its reader sees it, in one line of plain text."""
    of = _OWN_TITLES if sheet.mine else _TITLES
    return words.say(
        of[sheet.state],
        who=parts.one_line(sheet.requester, _NAME),
        decider=parts.one_line(sheet.decided_by, _NAME),
        gift=gift_of(sheet, words),
    )


# --- The whole request ------------------------------------------------------------------------------------


def card(
    sheet: Sheet, words: Words, zone: ZoneInfo, entry_id: int | None = None
) -> tuple[list[str], list[Block]]:
    """A request as lines of plain text, which make sense alone, and as blocks with its buttons.

    `entry_id` names the message that the buttons stand in.
    """
    head = title(sheet, words)
    lines, marked = [head], [f"*{i18n.escape(head)}*"]
    for label, points in _groups(sheet, words, zone):
        if label:
            lines.append(label)
            marked.append(f"*{i18n.escape(label)}*")
        told = [f"• {point}" for point in points] if label else points
        lines += told
        marked += [i18n.escape(point) for point in told]
    blocks: list[Block] = [parts.section(parts.marked("\n".join(marked)))]
    sources = [_source(each, words, linked=True) for each in sheet.why[:_RULES]]
    if sources and sheet.state in ("waiting", "asked_back"):
        blocks.append(parts.context(*(parts.marked(source) for source in sources)))
    buttons = _own_buttons(sheet, words) if sheet.mine else _buttons(sheet, words, entry_id)
    if buttons:
        blocks.append(parts.actions(*buttons))
    return lines, blocks


def message(
    sheet: Sheet, words: Words, zone: ZoneInfo, entry_id: int | None = None, *, note: str = ""
) -> Message:
    """A message about one request; `note` is said above it."""
    lines, blocks = card(sheet, words, zone, entry_id)
    if note:
        lines, blocks = [note, *lines], [*parts.stated_blocks(note), *blocks]
    return parts.told("\n".join(lines), blocks)


def several(
    sheets: Sequence[Sheet], more: int, words: Words, zone: ZoneInfo, entry_id: int, *, reminder: bool
) -> Message:
    """All that waits for one reviewer, or what still waits; those decided since are shown as decided."""
    waiting = sum(sheet.state == "waiting" for sheet in sheets) + more
    if not waiting:
        head = words.say("Nothing waits for your approval any more")
    elif reminder:
        head = words.count(
            "Still waiting: {n} request for approval", "Still waiting: {n} requests for approval", waiting
        )
    else:
        head = words.count(
            "{n} request waits for your approval", "{n} requests wait for your approval", waiting
        )
    lines, blocks = [head], [parts.header(head)]
    for sheet in sheets:
        told, shown = card(sheet, words, zone, entry_id)
        lines.append(f"• {told[0]}")
        blocks += [parts.divider(), *shown]
    if more:
        rest = words.count("{n} more is on my Home tab.", "{n} more are on my Home tab.", more)
        lines.append(rest)
        blocks += [parts.divider(), parts.context(parts.plain(rest))]
    return parts.told("\n".join(lines), blocks)


def _groups(sheet: Sheet, words: Words, zone: ZoneInfo) -> list[tuple[str, list[str]]]:
    """What is said of a request below its title: points under a label, or lines without one."""
    still_open = sheet.state in ("waiting", "asked_back")
    groups = [("", _occasion(sheet, words) if still_open or not sheet.mine else [])]
    if still_open or not sheet.mine:
        rules = [_rule(rule, words) for rule in sheet.why[:_RULES]]
        groups.append((words.say("Why approval is needed"), [*rules, *_agreement(sheet, words)]))
    if still_open and not sheet.mine:
        title = (
            words.say("What the requester received besides this")
            if sheet.received
            else words.say("What the person receives besides this")
        )
        groups.append((title, [_received(sheet, words)]))
    groups.append((words.say("Said so far"), _said(sheet, words)))
    if sheet.mine and sheet.state == "refused":
        groups.append((words.say("What would pass"), instead(sheet, words)))
    elif sheet.mine:
        groups.append(("", _what_next(sheet, words)))
    elif still_open:
        groups.append(("", _who_else(sheet, words, zone)))
    return [(label, points) for label, points in groups if points]


def _occasion(sheet: Sheet, words: Words) -> list[str]:
    day = date.fromisoformat(sheet.day)
    shown = words.day(day)
    said = [
        words.say("Received by {day}.", day=shown)
        if sheet.received
        else words.say("To be given on {day}.", day=shown)
    ]
    if sheet.value is None:
        said.append(words.say("What it costs is not known yet."))
    if sheet.urgent and sheet.state == "waiting" and not sheet.mine:
        soon = day <= datetime.fromisoformat(sheet.since).date() + timedelta(days=1)
        urgent = (
            words.say("Urgent: it is for today or tomorrow.")
            if soon
            else words.say("Urgent: the person holds a public office.")
        )
        said[0] = f"{said[0]} {urgent}"
    if sheet.reason:
        who, text = parts.one_line(sheet.requester, _NAME), parts.one_line(sheet.reason, _SAID)
        said.append(words.say("{who} says: {text}", who=who, text=text))
    return said


def _rule(rule: Mapping[str, Any], words: Words) -> str:
    said: Mapping[str, str] = rule["said"]
    return typeset(said.get(words.language) or next(iter(said.values())), words)


def _source(rule: Mapping[str, Any], words: Words, *, linked: bool) -> str:
    return stands(
        words,
        layer=rule["layer"],
        own=rule["own"],
        title=rule["source"],
        url=rule["url"],
        dated=rule["dated"],
        checked=rule["checked"],
        caveats=rule["caveats"],
        linked=linked,
    )


def _agreement(sheet: Sheet, words: Words) -> list[str]:
    """Whose agreement on the recipient's side is needed besides ours."""
    theirs = [words.say(APPROVERS[code]) for code in sheet.duties if code in APPROVERS]
    if theirs:
        return [words.say("On their side has to agree: {who}.", who=words.listed(theirs))]
    if sheet.level == "compliance" and not {"compliance_approval", "lead_approval"} & set(sheet.duties):
        return [words.say("Approving confirms that the recipient’s side agrees.")]
    return []


def _received(sheet: Sheet, words: Words) -> str:
    """What the person receives besides this, side by side in the calendar year and in twelve months."""
    if not sheet.known:
        return words.say("The organisation is not in the book: what it received is not counted.")
    year, twelve = sheet.year or {}, sheet.twelve_months or {}
    if not year.get("count") and not twelve.get("count"):
        if sheet.received:
            return words.say("Nothing else in that calendar year, nor within twelve months.")
        return words.say("Nothing else from any of us in that calendar year, nor within twelve months.")
    if sheet.received:
        return words.say(
            "Kept from that organisation: {year} in the calendar year {number}, {rolling} within twelve months.",
            year=_sum(year, words),
            number=date.fromisoformat(sheet.day).year,
            rolling=_sum(twelve, words),
        )
    said = words.say(
        "From all of us besides this: {year} in the calendar year {number}, {rolling} within twelve months.",
        year=_sum(year, words),
        number=date.fromisoformat(sheet.day).year,
        rolling=_sum(twelve, words),
    )
    if twelve.get("open"):
        said += " " + words.count(
            "{n} of these is asked for and not given yet.",
            "{n} of these are asked for and not given yet.",
            twelve["open"],
        )
    return said


def _sum(window: Mapping[str, Any], words: Words) -> str:
    if not window.get("count"):
        return words.say("nothing")
    amounts = words.listed([_money(amount, words) for amount in window["sums"]])
    return words.count("{amounts} ({n} gift)", "{amounts} ({n} gifts)", window["count"], amounts=amounts)


_COMMENTED: Mapping[str, str] = {
    Act.APPROVE: i18n.message("{who} approved: {text}"),
    Act.REFUSE: i18n.message("{who} refused: {text}"),
    Act.ASK_BACK: i18n.message("{who} asks: {text}"),
    Act.REPLY: i18n.message("{who} answers: {text}"),
    Act.HAND_OVER: i18n.message("{who} handed it over to {text}, with the client."),
}


def _said(sheet: Sheet, words: Words) -> list[str]:
    """What was said to the request so far, and what changed in it; the last of it."""
    said = []
    for comment in sheet.comments:
        who = parts.one_line(comment["by"], _NAME)
        sentence = _COMMENTED.get(comment["act"])
        if sentence is not None and comment["text"]:
            said.append(words.say(sentence, who=who, text=parts.one_line(comment["text"], _SAID)))
        elif comment["act"] == Act.CHANGE and comment.get("was"):
            said.append(_changed(comment["was"], who, words))
        elif comment["act"] == Act.WITHDRAW and comment["text"]:
            said.append(words.say("It was changed, and needs no approval any more as it stands now."))
    return said[-_COMMENTS:]


def _changed(was: Mapping[str, Any], who: str, words: Words) -> str:
    return words.say(
        "Changed by {who}. Before: {gift}, for {whom}, on {day}.",
        who=who,
        gift=_gift(was["what"], was["category"], was["value"], words),
        whom=parts.one_line(str(was["for"]), _NAME),
        day=words.day(date.fromisoformat(was["day"])),
    )


def _who_else(sheet: Sheet, words: Words, zone: ZoneInfo) -> list[str]:
    """For a reviewer: since when it waits, and who else may decide."""
    moment = datetime.fromisoformat(sheet.since)
    day, time = words.weekday(moment.astimezone(zone).date()), words.time(moment, zone)
    since = words.say("{day}, {time}", day=day, time=time)
    if sheet.delegates:
        return [
            words.say(
                "Waiting since {since}. As nobody has decided, {delegates} may decide now as well as {asked}.",
                since=since,
                delegates=_names(sheet.delegates, words),
                asked=_names(sheet.asked, words),
            )
        ]
    if len(sheet.asked) > 1:
        return [
            words.say(
                "Waiting since {since}. Any of these decides: {asked}.",
                since=since,
                asked=_names(sheet.asked, words),
            )
        ]
    return [words.say("Waiting since {since}.", since=since)]


def _what_next(sheet: Sheet, words: Words) -> list[str]:
    """For the requester: who decides, or what can be done now."""
    if sheet.state == "waiting":
        names = _names([*sheet.asked, *sheet.delegates], words)
        if not names:
            return [words.say("Nobody is left who could decide: ask your admin to appoint somebody.")]
        said = words.say("{asked} decides.", asked=names)
        if sheet.level == "compliance" and not sheet.urgent:
            said += " " + words.say("Compliance reads requests once a day, at ten.")
        return [said + " " + words.say("You hear of it here as soon as it is decided.")]
    if sheet.state == "asked_back":
        return [words.say("Answer, or change the gift; then it is looked at again.")]
    if sheet.state == "approved":
        if sheet.received:
            return [words.say("Press “I keep it”, so that the register knows.")]
        return [words.say("Press “I gave it” once it is given, so that the register knows.")]
    return []


def _names(names: Sequence[str], words: Words) -> str:
    return words.listed([parts.one_line(name, _NAME) for name in names[:5]], "or")


def instead(sheet: Sheet, words: Words) -> list[str]:
    """What would pass in the place of a refused gift; always something, for thanks are forbidden nowhere."""
    said = []
    if sheet.instead is not None:
        recorded: Mapping[str, Any] = sheet.instead["proposal"]
        proposal = read_proposal(recorded, today=date.fromisoformat(recorded["date"]))
        for each in sheet.instead["alternatives"]:
            changes = {key: _value(key, value) for key, value in each["changes"].items()}
            said.append(alternative(Alternative(each["kind"], changes), proposal, words))
    return said or [words.say("A word of thanks, spoken or written by hand")]


def _value(key: str, value: object) -> object:
    """A recorded change as the value it was."""
    if key == "date":
        return date.fromisoformat(str(value))
    if key.rpartition(".")[2] in _AMOUNTS and isinstance(value, str):
        return Decimal(value)
    return value


# --- Buttons ----------------------------------------------------------------------------------------------


def _buttons(sheet: Sheet, words: Words, entry_id: int | None) -> list[dict[str, Any]]:
    if not sheet.decides or sheet.state not in (RequestState.WAITING, RequestState.ASKED_BACK):
        return []
    value = parts.value_of(request=sheet.request, version=sheet.version, entry=entry_id)
    gift = gift_of(sheet, words)
    return [
        parts.button(
            words.say("Approve"),
            f"approval.approve:{sheet.request}",
            value,
            primary=True,
            spoken=words.say("Approve {gift}", gift=gift),
        ),
        parts.button(
            words.say("Refuse …"),
            f"approval.refuse:{sheet.request}",
            value,
            spoken=words.say("Refuse {gift}", gift=gift),
        ),
        parts.button(
            words.say("Ask back …"),
            f"approval.ask_back:{sheet.request}",
            value,
            spoken=words.say("Ask back about {gift}", gift=gift),
        ),
    ]


def _own_buttons(sheet: Sheet, words: Words) -> list[dict[str, Any]]:
    request, check = parts.value_of(request=sheet.request), parts.value_of(check=sheet.check)
    change = parts.button(
        words.say("Change"), "gift.change", check, spoken=words.say("Change the gift and check again")
    )
    back = parts.button(
        words.say("Take back"),
        "approval.withdraw",
        request,
        spoken=words.say("Take the request for approval back"),
    )
    if sheet.state == "waiting":
        return [change, back]
    if sheet.state == "asked_back":
        return [parts.button(words.say("Answer …"), "approval.reply", request, primary=True), change, back]
    if sheet.state == "approved":
        if sheet.received:
            return [parts.button(words.say("I keep it"), "gift.kept", check, primary=True), change, back]
        return [parts.button(words.say("I gave it"), "gift.given", check, primary=True), change, back]
    if sheet.state == "given":
        return [
            parts.button(
                words.say("Take it out again"),
                "gift.cancel",
                check,
                spoken=words.say("Take the gift out of the register again"),
            )
        ]
    return [change]


# --- Forms ------------------------------------------------------------------------------------------------


def ask_form(about: str, day: date, words: Words, notes: Mapping[str, Any]) -> View:
    """Why, and when it is to be given."""
    return parts.modal(
        "approval.request",
        words.say("Ask for approval"),
        [
            *parts.stated_blocks(about),
            parts.field(
                "day",
                words.say("Day of giving"),
                parts.day_picker("day", day),
                hint=words.say(
                    "What is to be given by tomorrow is asked at once; compliance reads the rest at ten o’clock."
                ),
            ),
            parts.field(
                "reason",
                words.say("What should the reviewer know?"),
                parts.text_input("reason", lines=True, limit=REASON_LIMIT),
                optional=True,
            ),
        ],
        submit=words.say("Ask for approval"),
        close=words.say("Cancel"),
        notes=notes,
    )


_FORMS: Mapping[Act, tuple[str, str, str]] = {
    Act.REFUSE: (
        i18n.message("Refuse"),
        i18n.message("Why? The requester reads it."),
        i18n.message("Refuse"),
    ),
    Act.ASK_BACK: (
        i18n.message("Ask back"),
        i18n.message("What do you want to know before you decide?"),
        i18n.message("Ask"),
    ),
    Act.REPLY: (i18n.message("Answer"), i18n.message("Your answer"), i18n.message("Send")),
}


def comment_form(act: Act, sheet: Sheet, words: Words, notes: Mapping[str, Any]) -> View:
    """The words that go with a refusal, a question back or an answer."""
    name, label, submit = _FORMS[act]
    about = [gift_of(sheet, words), *(_said(sheet, words)[-1:] if act is Act.REPLY else ())]
    return parts.modal(
        "approval.comment",
        words.say(name),
        [
            *parts.stated_blocks("\n".join(about)),
            parts.field(
                "comment",
                words.say(label),
                parts.text_input("comment", lines=True, limit=COMMENT_LIMIT),
            ),
        ],
        submit=words.say(submit),
        close=words.say("Cancel"),
        notes=notes,
    )


# --- The Home tab -----------------------------------------------------------------------------------------


def home_blocks(own: Sequence[Sheet], waiting: Sequence[Sheet], words: Words) -> list[Block]:
    """What lies on a member's desk, one line each; nothing where nothing does."""
    blocks: list[Block] = []
    for head, sheets, label in (
        (words.say("Waiting for your approval"), waiting, words.say("Review")),
        (words.say("Your requests for approval"), own, words.say("Open")),
    ):
        if not sheets:
            continue
        blocks.append(parts.header(head))
        for sheet in sheets[:ON_HOME]:
            line = gift_of(sheet, words)
            if sheet.mine:
                line = title(sheet, words)
            else:
                who = parts.one_line(sheet.requester, _NAME)
                line = words.say("{who} asks: {gift}", who=who, gift=line)
            button = parts.button(
                label,
                f"approval.open:{sheet.request}",
                parts.value_of(request=sheet.request),
                spoken=words.say("{label}: {value}", label=label, value=gift_of(sheet, words)),
            )
            blocks.append(parts.section(parts.plain(line), button))
        if rest := len(sheets[ON_HOME:]):
            blocks.append(parts.context(parts.plain(words.count("And {n} more.", "And {n} more.", rest))))
    return [*blocks, parts.divider()] if blocks else []

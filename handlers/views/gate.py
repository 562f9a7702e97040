"""Why something was said or held back, in words that fit the person themselves and whoever runs the machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.decisions import NEVER, SPEAK, Decision
from bot.domain.gate import A_DAY, AN_HOUR, Answer, Never, Speak, Wait
from bot.domain.outlook import ClientOutlook, Listed, Outlook
from bot.domain.pace import Pace
from handlers import i18n
from handlers.answers import Block, Message
from handlers.i18n import Words
from handlers.views import parts

_NAME = 80

KINDS: Mapping[str, str] = {
    "approval": i18n.message("Request for approval"),
    "approval_news": i18n.message("What became of a request"),
    "approvals": i18n.message("Requests of the day"),
    "approvals_again": i18n.message("Requests that still wait"),
    "channel_asked": i18n.message("Question of which client a channel is"),
    "client_came": i18n.message("A client came to the lead"),
    "client_waiting": i18n.message("A client waits for an answer"),
    "concession_again": i18n.message("Concession that still waits"),
    "concession_asked": i18n.message("Concession to agree to"),
    "concession_news": i18n.message("What became of a concession"),
    "cover_asked": i18n.message("Question whether you cover"),
    "cover_gap": i18n.message("Leave of a covering colleague"),
    "cover_news": i18n.message("News of a cover"),
    "delivery_trouble": i18n.message("Messages that do not arrive"),
    "digest": i18n.message("Morning message"),
    "handover_check": i18n.message("Question how a handover goes"),
    "handover_in": i18n.message("Client that is handed over to you"),
    "handover_led": i18n.message("Clients of your people that were handed over"),
    "handover_out": i18n.message("Client that goes to a colleague"),
    "handover_undone": i18n.message("Handover taken back"),
    "help_offered": i18n.message("Help that was offered"),
    "lead_neglect": i18n.message("Neglected clients of your people"),
    "lead_page": i18n.message("Page of the week for leads"),
    "meeting": i18n.message("Brief before a meeting"),
    "policy_answered": i18n.message("Answer of a client about its policy"),
    "policy_entered": i18n.message("New policy of a client"),
    "policy_reminder": i18n.message("Reminder of a question to a client"),
    "reassign_again": i18n.message("Request for another manager that still waits"),
    "reassign_asked": i18n.message("Request for another manager"),
    "reassign_news": i18n.message("What became of a request for another manager"),
    "reassign_proposed": i18n.message("Clients that may need another manager"),
    "rule_upkeep": i18n.message("Rules to look at again"),
    "whose_client": i18n.message("Question whose person somebody is"),
}
"""What each kind of message is called; one that is not named is a message."""

REASONS: Mapping[str, str] = {
    "quiet_hours": i18n.message("quiet hours"),
    "day_off": i18n.message("a day off"),
    "away": i18n.message("leave"),
    "do_not_disturb": i18n.message("do not disturb, in Slack"),
    "snoozed": i18n.message("the client is snoozed"),
    "budget_hour": i18n.message("three messages an hour are enough"),
    "budget_day": i18n.message("six messages a day are enough"),
    "inactive": i18n.message("the account is closed"),
    "channel_off": i18n.message("messages to this person do not arrive"),
    "role": i18n.message("it is for another role"),
    "noise": i18n.message("the settings ask for less"),
    "nothing_changed": i18n.message("nothing changed since I last said so"),
    "nothing_due": i18n.message("nothing was due"),
    "other_day": i18n.message("it comes on other days of the week"),
}
"""Why something is held back or not said at all, as it stands behind a colon."""

LISTED: Mapping[Listed, str] = {
    Listed.LISTED: i18n.message("On today's list."),
    Listed.ARCHIVED: i18n.message("Not on today's list: it is archived."),
    Listed.UNOWNED: i18n.message("Not on today's list: nobody looks after it."),
    Listed.OTHERS: i18n.message("Not on today's list: {owner} looks after it."),
    Listed.SNOOZED: i18n.message("Not on today's list: it is snoozed until {day}."),
    Listed.NO_RHYTHM: i18n.message("Not on today's list: it is on hold."),
    Listed.NOT_DUE: i18n.message("Not on today's list: next contact by {due}."),
    Listed.COVERED: i18n.message("Not on today's list: {colleague} covers it until {until}."),
    Listed.CROWDED: i18n.message("Not on today's list, though due: others are more urgent."),
    Listed.GIVES_WAY: i18n.message(
        "Not on today's list, though due: it was named in vain, and lets others come first."
    ),
}

PACES: Mapping[Pace, str] = {
    Pace.TWICE: i18n.message(
        "The morning message comes on Monday and Thursday only, because it was not used for a week. "
        "Any press brings it back every day."
    ),
    Pace.WEEKLY: i18n.message(
        "The morning message comes on Monday only, because it was not used for three weeks. "
        "Any press brings it back every day."
    ),
}


def message(outlook: Outlook, words: Words) -> Message:
    """What was said and held back, for the person themselves."""
    title = heading(outlook, words)
    now, past = present(outlook, words), decided(outlook, words)
    blocks: list[Block] = [parts.header(title), parts.section(parts.plain("\n".join(now)))]
    if past:
        label = words.markup("*{label}*", label=words.say("The last decisions"))
        listed = "\n".join(f"• {i18n.escape(line)}" for line in past)
        blocks.append(parts.section(parts.marked(f"{label}\n{listed}")))
    else:
        blocks.append(parts.context(parts.plain(words.say("Nothing was decided in the last thirty days."))))
    return parts.told("\n".join([title, *now, *past]), blocks)


def heading(outlook: Outlook, words: Words) -> str:
    if outlook.client is not None:
        return words.say("Reminders of {client}", client=parts.one_line(outlook.client.name, _NAME))
    return words.say("What I said and held back")


def present(outlook: Outlook, words: Words) -> list[str]:
    """How things stand now, line by line."""
    lines = [] if outlook.client is None else [_listed(outlook.client, words)]
    if (planned := outlook.member.next_digest_at) is not None:
        lines.append(words.say("Next morning message: {moment}.", moment=_moment(planned, outlook, words)))
    if not (isinstance(outlook.daily, Speak) and outlook.had_daily):
        lines.append(_daily(outlook, words))
    lines.append(_answered(words.say("A reminder"), outlook.nudge, outlook, words))
    lines.append(budget(outlook.day, outlook.hour, words))
    if outlook.pace is not Pace.DAILY:
        lines.append(words.say(PACES[outlook.pace]))
    return lines


def budget(day: int, hour: int, words: Words) -> str:
    return words.say(
        "Messages that interrupt: {day} of {most} today, {hour} of {at_once} within the last hour.",
        day=words.number(day),
        most=words.number(A_DAY),
        hour=words.number(hour),
        at_once=words.number(AN_HOUR),
    )


def decided(outlook: Outlook, words: Words) -> list[str]:
    """The last decisions, a line each."""
    return [_decision(each, outlook, words) for each in outlook.decisions]


def _listed(client: ClientOutlook, words: Words) -> str:
    return words.say(
        LISTED[client.listed],
        owner=parts.one_line(client.owner, _NAME),
        day="" if client.snoozed_until is None else words.weekday(client.snoozed_until),
        colleague=parts.one_line(client.colleague, _NAME),
        until="" if client.covered_until is None else words.weekday(client.covered_until),
        due="" if client.due_on is None else words.weekday(client.due_on),
    )


def _daily(outlook: Outlook, words: Words) -> str:
    """Whether the morning message could be sent now; one that waits for its hour names no other hour for it."""
    answer, planned = outlook.daily, outlook.member.next_digest_at
    if isinstance(answer, Wait) and planned is not None and answer.until <= planned:
        return words.say("It would not be sent now: {reason}.", reason=_reason(answer.reason, words))
    return _answered(words.say("The morning message"), answer, outlook, words)


def _answered(what: str, answer: Answer, outlook: Outlook, words: Words) -> str:
    match answer:
        case Speak():
            return words.say("{what} could be sent now.", what=what)
        case Never(reason=reason):
            return words.say("{what} would not be sent: {reason}.", what=what, reason=_reason(reason, words))
        case _:
            return words.say(
                "{what} would have to wait until {moment}: {reason}.",
                what=what,
                moment=_moment(answer.until, outlook, words),
                reason=_reason(answer.reason, words),
            )


def _decision(each: Decision, outlook: Outlook, words: Words) -> str:
    what = words.say(KINDS[each.kind]) if each.kind in KINDS else words.say("Message")
    name = outlook.names.get(each.client_id or 0)
    if name is not None and outlook.client is None:
        what = words.say("{what} ({client})", what=what, client=parts.one_line(name, _NAME))
    at = _moment(each.at, outlook, words)
    if each.decision == SPEAK:
        return words.say("{at}: {what}, sent", at=at, what=what)
    reason = _reason(each.reason, words)
    if each.decision == NEVER or each.until is None:
        return words.say("{at}: {what}, not sent: {reason}", at=at, what=what, reason=reason)
    return words.say(
        "{at}: {what}, held back until {until}: {reason}",
        at=at,
        what=what,
        until=_moment(each.until, outlook, words),
        reason=reason,
    )


def _reason(reason: str, words: Words) -> str:
    return words.say(REASONS[reason]) if reason in REASONS else reason


def _moment(moment: datetime, outlook: Outlook, words: Words) -> str:
    zone = ZoneInfo(outlook.member.zone)
    day, time = moment.astimezone(zone).date(), words.time(moment, zone)
    if day == outlook.now.astimezone(zone).date():
        return words.say("today {time}", time=time)
    return words.say("{day}, {time}", day=words.weekday(day), time=time)


def slowed(shown: Message, pace: str, words: Words) -> Message:
    """A digest with a line that says why it does not come every day."""
    line = words.say(PACES[Pace(pace)])
    return Message(f"{shown.text}\n{i18n.escape(line)}", [*shown.blocks, parts.context(parts.plain(line))])

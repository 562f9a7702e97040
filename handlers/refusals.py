"""Refusals in words: what is in the way, and one next step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.money import Money
from bot.domain.refusals import Refusal
from handlers import i18n
from handlers.answers import Message
from handlers.i18n import Words
from handlers.views import parts

SENTENCES: Mapping[str, str] = {
    # People
    "member.unknown": i18n.message(
        "I do not know this person yet. Ask them to type /rapport once, then try again."
    ),
    "member.inactive": i18n.message(
        "{name} no longer uses Rapport. If that is a mistake, ask an admin of Rapport to look into it."
    ),
    "member.bot": i18n.message("{name} is a bot; Rapport works with people only."),
    "member.external": i18n.message(
        "Client data is closed to people from another organisation. Ask the people you work with here."
    ),
    "member.guest": i18n.message(
        "Client data is for full members of this workspace, not for guests. Ask an admin of the workspace for access."
    ),
    "member.deactivated": i18n.message(
        "The account of {name} is closed. Ask an admin of the workspace if that is a mistake."
    ),
    "member.not_admin": i18n.message("Only an admin of Rapport can do that. Ask one of them."),
    "member.last_admin": i18n.message(
        "This is the last admin of Rapport. Make somebody else an admin first, then try again."
    ),
    "member.own_lead": i18n.message("Nobody leads themselves. Choose somebody else as the lead."),
    "member.own_delegate": i18n.message("Nobody stands in for themselves. Choose somebody else."),
    "member.no_role": i18n.message("Leave at least one role: without any there is nothing to do here."),
    "member.not_lead": i18n.message(
        "{name} has not the role of a lead. Give it to them first, then try again."
    ),
    "member.changed": i18n.message(
        "Somebody else has changed this for {name} since you opened it. Open it again to see it as it is."
    ),
    # Questions that wait
    "waiting.gone": i18n.message(
        "I know nothing of that question any more. Open my Home tab to see what waits."
    ),
    "waiting.changed": i18n.message(
        "Somebody else was quicker with this question. Look again at how it stands."
    ),
    "waiting.not_lead": i18n.message(
        "Only who leads the manager of {client} says so. If the client waits for you, press “Client is waiting”."
    ),
    # Settings and workspace
    "settings.hours": i18n.message("The day has to last at least an hour and end before midnight."),
    "settings.no_work_day": i18n.message("Tick at least one working day."),
    "settings.language": i18n.message("I do not speak that language yet. Choose another one."),
    "leave.backwards": i18n.message("The last day comes before the first one. Choose a later day."),
    "leave.past": i18n.message("That is past already. Choose today or a later day."),
    "leave.too_long": i18n.message("That is more than {limit} days. Enter it in parts."),
    "leave.too_far": i18n.message("That is more than two years ahead. Enter it closer to the day."),
    "leave.overlaps": i18n.message(
        "You are away from {first} to {last} already. Remove that first, or choose other days."
    ),
    "leave.too_many": i18n.message("More than {limit} absences cannot be kept. Remove one of them first."),
    "leave.gone": i18n.message("That leave is no longer there: it was removed or is over."),
    "cadence.due": i18n.message("Tier {tier} becomes due after 1 to {limit} days."),
    "cadence.neglected": i18n.message("Tier {tier} is neglected after 1 to {limit} days."),
    "cadence.order": i18n.message(
        "Tier {tier} would be neglected after {neglected} days and due only after {due}. Choose a larger number."
    ),
    "workspace.changed": i18n.message(
        "Somebody else has changed this since you opened it. Close it and open it again to see it as it is."
    ),
    "workspace.zone": i18n.message("I know no time zone {zone}. Choose one from the list."),
    "workspace.country": i18n.message("{country} is no country code. Write one such as US, US-NY or FR."),
    "workspace.currency": i18n.message("{currency} is no currency. Write a code such as USD."),
    "workspace.language": i18n.message("I do not speak {language} yet. Choose English or French."),
    "workspace.pace": i18n.message("Choose 1 to {limit} messages a minute."),
    "workspace.emoji": i18n.message("“{emoji}” is no name of an emoji. Write one such as :handshake:."),
    "workspace.clocks_on": i18n.message("Choose a day up to {last}, or one that is past to begin at once."),
    "workspace.same_emoji": i18n.message(
        "“{emoji}” logs a touch already or acknowledges a question. Choose another one for one of the two."
    ),
    "workspace.starts_on": i18n.message("Choose a day from today to {last}."),
    # By when clients are answered
    "terms.pair": i18n.message(
        "“{said}” are not two terms. Write to acknowledge and to answer, such as 60m / 120m or 12:00 / 17:00."
    ),
    "terms.unread": i18n.message(
        "“{said}” is no term. Write minutes or hours of their business time, such as 60m or 2h, "
        "or a time of the next business day, such as 12:00."
    ),
    "terms.either": i18n.message(
        "“{said}” may be a time or a length of time. Write {hour} for the time, or {minutes} for the length."
    ),
    "terms.span": i18n.message("“{said}” is out of bounds: choose {least} minutes to {most} hours."),
    "terms.at": i18n.message(
        "“{said}” is out of bounds: choose a time of the next business day from {least} to {most}."
    ),
    "terms.order": i18n.message(
        "They would be answered before they are acknowledged. Choose a later answer."
    ),
    "terms.market": i18n.message("I know no market called {said}."),
    # Whom a client suits
    "fit.weight": i18n.message("Choose 0 to {limit}."),
    "fit.capacity": i18n.message("Choose 1 to {limit} clients."),
    "fit.unknown": i18n.message("There is no weight called {name}."),
    "fit.nothing": i18n.message("Something has to count: choose at least one number above 0."),
    "fit.changed": i18n.message(
        "Somebody else has changed who must not have {client} since you opened this. Open it again to see it as it is."
    ),
    "fit.too_many": i18n.message("Name {limit} people for each reason at most."),
    "split.unknown": i18n.message("Nobody here is the Slack user {name}."),
    "split.empty": i18n.message("{name} looks after no client."),
    "split.too_large": i18n.message(
        "That is more than {limit} clients at once. Hand them over in parts, or on the command line with rapport "
        "reassign."
    ),
    "book.not_yours": i18n.message(
        "Only the lead of {name}, and admins, hand that book over. Ask one of them."
    ),
    "book.nothing": i18n.message("By this plan every client stays where it is: nothing is left to do."),
    "split.not_handed": i18n.message("{client} was not handed over as the plan says, or went on since."),
    "split.faults": i18n.message(
        "{count} lines of the plan do not hold any more. Check it, and nothing was changed."
    ),
    "split.nobody": i18n.message("Nobody is left who keeps clients and could take these over."),
    "split.too_many": i18n.message(
        "That is more than {limit} pairs of a client and a person. Name those who are to take over, with --to."
    ),
    "strengths.language": i18n.message("I know no language {language}. Choose from the list."),
    "strengths.market": i18n.message("{country} is no country or state. Choose from the list."),
    "strengths.sector": i18n.message("A sector has {limit} characters at most."),
    "strengths.too_many": i18n.message("Name {limit} at most."),
    "strengths.capacity": i18n.message("Choose 1 to {limit} clients, or leave it empty."),
    # The outbox, on the command line
    "outbox.unknown": i18n.message("There is no message of that number. rapport outbox lists them."),
    "outbox.not_dead": i18n.message(
        "This message is {state}: only one that was given up (dead) can be tried anew."
    ),
    "outbox.late": i18n.message(
        "This message is of no use any more: its time is over. What was due is still due and comes with the next one."
    ),
    "outbox.unclear": i18n.message(
        "This message may have arrived. If it may come a second time, add --even-twice."
    ),
    # Clients
    "client.missing": i18n.message("Which client is it about? Begin with the name, as in /client Acme."),
    "client.unknown": i18n.message(
        "I know no client called “{name}”. Check the spelling, or add it with the button on my Home tab."
    ),
    "client.ambiguous": i18n.message("“{name}” may be {choices}. Type the whole name of the one you mean."),
    "client.gone": i18n.message("This client is no longer in the book. Type /client to see yours."),
    "client.exists": i18n.message("There is already a client called {client}. Choose another name."),
    "client.name_too_long": i18n.message("A client’s name has at most {limit} characters. Shorten it."),
    "client.not_yours": i18n.message(
        "{client} is looked after by {owner}, and its history is for them and their lead. Ask {owner} about it."
    ),
    "client.not_to_edit": i18n.message(
        "{client} is looked after by {owner}. Ask them to change it, or to name you as the backup."
    ),
    "client.not_to_govern": i18n.message(
        "Only {owner}, their lead and admins archive or merge {client}. Ask one of them."
    ),
    "client.not_to_hand_over": i18n.message(
        "Only the lead of who looks after {client}, and admins, give it to somebody else. Ask one of them."
    ),
    "client.owner_wanted": i18n.message("Somebody has to look after {client}. Choose who gets it."),
    "client.archived": i18n.message("{client} is archived. Type /client archived to bring it back."),
    "client.merged": i18n.message(
        "{name} was merged into {client} meanwhile, and nothing was saved here. Open {client} to go on."
    ),
    "client.changed_meanwhile": i18n.message(
        "Somebody else has just changed {client}, and nothing was saved. Open it again to see it as it is."
    ),
    "client.alias_too_long": i18n.message("Another name has at most {limit} characters. Shorten it."),
    "client.too_many_aliases": i18n.message("At most {limit} other names can be kept. Leave some out."),
    "client.sector_too_long": i18n.message("A sector has at most {limit} characters. Shorten it."),
    "client.offering_too_long": i18n.message(
        "Each thing they buy has at most {limit} characters. Put commas between them."
    ),
    "client.too_many_offerings": i18n.message("At most {limit} things can be kept. Leave some out."),
    "client.cadence": i18n.message("Write a number of days from 1 to {limit}."),
    "hours.day": i18n.message("I know no day “{word}”. Write it as in Mon-Fri 9-12, 14-18."),
    "hours.unreadable": i18n.message(
        "I cannot read “{word}” as opening hours. Write it as in Mon-Fri 9-12, 14-18."
    ),
    "hours.backwards": i18n.message("{word} ends before it begins. Write 9-17, or 9am-5pm."),
    "hours.overlap": i18n.message("{word} overlaps the hours before it. Let one end before the next begins."),
    "hours.too_many": i18n.message("A day has at most {limit} intervals. Join some of them."),
    "holidays.unreadable": i18n.message(
        "I cannot read “{word}” as a day. Write it as in 24 December, or 2026-12-24."
    ),
    "holidays.too_many": i18n.message(
        "At most {limit} days off can be kept. Leave out those that have passed."
    ),
    "contact.nameless": i18n.message("Write what the person is called."),
    "contact.too_long": i18n.message("That is more than {limit} characters. Shorten it."),
    "contact.email": i18n.message(
        "That is no e-mail address. Write it as in jane@acme.com, or leave it out."
    ),
    "contact.exists": i18n.message(
        "{name} is known there already. Edit that entry, or tell the two apart by their e-mail addresses."
    ),
    "contact.changed_meanwhile": i18n.message(
        "Somebody else has just changed {name}, and nothing was saved. Open the entry again to see it as it is."
    ),
    "preference.unknown": i18n.message("Only teams, music, food, drinks, hobbies and refusals can be noted."),
    "preference.too_long": i18n.message("That is more than {limit} characters. Shorten it."),
    "preference.health": i18n.message(
        "“{word}” tells something about health, which is not kept here. Leave it out: they may ask to read this."
    ),
    "preference.religion": i18n.message(
        "“{word}” tells something about religion, which is not kept here. Leave it out: they may ask to read this."
    ),
    "preference.family": i18n.message(
        "“{word}” tells something about the family, which is not kept here. Leave it out: they may ask to read this."
    ),
    "merge.excluded": i18n.message(
        "{name} must not have {client}, and would get it by this. Hand one of the two over to somebody else first."
    ),
    "merge.itself": i18n.message("A client cannot be merged with itself. Choose another one."),
    "merge.gone": i18n.message("I know no such merge. Open the client’s history to see what happened."),
    "merge.undone": i18n.message("This was undone already: {client} is a client of its own again."),
    "merge.too_late": i18n.message(
        "A merge can be undone for one day, and that has passed. Add {client} as a client of its own, if need be."
    ),
    "merge.followed": i18n.message(
        "{client} was itself archived or merged since. Undo that first, then this."
    ),
    "contact.gone": i18n.message("This person is no longer known at that client. Choose another."),
    # Touches
    "touch.future": i18n.message(
        "That moment is still to come, and a touch is something that has happened. Choose an earlier one."
    ),
    "touch.too_old": i18n.message("That is more than three years ago. Choose a later day."),
    "touch.note_too_long": i18n.message(
        "The note has {length} characters, and {limit} are the most it can keep. Shorten it."
    ),
    "touch.too_many": i18n.message(
        "That is {count} clients at once, and one touch takes {limit} at most. Log them in two goes."
    ),
    "touch.same": i18n.message(
        "This may be in the book already: there is one with {client}, logged the same way at the same hour."
    ),
    "touch.changed": i18n.message(
        "This touch was changed while you had it open. Open it again to see what it says now."
    ),
    "touch.gone": i18n.message("This touch was taken back. Log it again if it did happen."),
    "touch.unknown": i18n.message("I cannot find this touch any more. Log it again if it did happen."),
    "touch.not_yours": i18n.message(
        "Somebody else logged this touch: only they, their lead and admins can change it. Ask one of them."
    ),
    # Nudges
    "snooze.past": i18n.message("{day} is not ahead of us. Choose a day from tomorrow on."),
    "snooze.too_far": i18n.message("{day} is too far away. Choose a day within the next {limit} days."),
    "snooze.reason": i18n.message("{client} was snoozed before. Say in a few words why it can wait again."),
    # Covers
    "cover.backwards": i18n.message("{last} comes before {first}. Choose a later last day."),
    "cover.past": i18n.message("{last} has passed. Choose today or a later day."),
    "cover.too_long": i18n.message("A cover lasts {limit} days at most. Choose an earlier last day."),
    "cover.too_far": i18n.message("{first} is too far away. Choose a day within the next {limit} days."),
    "cover.unknown": i18n.message("Choose a colleague who uses Rapport."),
    "cover.inactive": i18n.message("{name} is no longer here. Choose somebody else."),
    "cover.oneself": i18n.message("{name} looks after these clients already. Choose somebody else."),
    "cover.away": i18n.message("{name} is away from {first} to {last}. Choose other days, or somebody else."),
    "cover.known": i18n.message(
        "{name} is asked already, or covers, from {first} to {last}. Take that back in the settings first."
    ),
    "cover.no_gap": i18n.message("{name} is there on these days, or they have passed. Nothing was changed."),
    "cover.beyond": i18n.message("The cover lasts until {last}. Choose that day or an earlier one."),
    "cover.note_too_long": i18n.message("That is more than {limit} characters. Shorten it."),
    "cover.no_reason": i18n.message("Say in a few words why: they read it, and can ask somebody else."),
    "cover.not_yours": i18n.message(
        "{client} is looked after by {owner}: only they, their lead and admins ask for cover. Ask one of them."
    ),
    "cover.unowned": i18n.message(
        "Nobody looks after {client} yet. Ask a lead to give it to somebody first."
    ),
    "cover.gone": i18n.message("I know no such cover of yours any more. The settings on my Home show all."),
    "concession.percent": i18n.message("Write a percentage above 0 and up to 100, as in 2.5%."),
    "concession.amount": i18n.message("Write an amount above nothing, as in 450."),
    "concession.how_much": i18n.message("Say how much: a percentage here, or an amount below."),
    "concession.nothing": i18n.message(
        "Say in a few words what they get: there is no percentage and no amount."
    ),
    "concession.too_long": i18n.message("That is more than {limit} characters. Shorten it."),
    "concession.future": i18n.message("That day is still to come. Choose today or an earlier one."),
    "concession.price": i18n.message(
        "This client has a lowest price of {floor}. Write what they pay afterwards, so that it can be compared."
    ),
    "concession.no_answer": i18n.message("Say in a few words why not: who asked reads it."),
    "concession.nobody": i18n.message(
        "A lead has to agree, and there is nobody but you who could. Ask an admin of Rapport to name a lead, or choose "
        "what comes back and stay within the limits."
    ),
    "concession.gone": i18n.message(
        "I know no such concession of yours. Open the brief of the client to see all."
    ),
    "concession.own": i18n.message("Nobody agrees to their own concession. Somebody else was asked."),
    "concession.not_yours": i18n.message(
        "Somebody else leads the manager of this client by now, and is asked instead of you."
    ),
    "concession.changed": i18n.message("This was changed since you saw it. Look at it as it is now, below."),
    "concession.too_late": i18n.message(
        "A concession is changed or taken back within a day. Enter another one that puts it right."
    ),
    "concession.was_agreed": i18n.message("{name} has agreed to this already."),
    "concession.was_declined": i18n.message("{name} has said no to this already."),
    "concession.was_withdrawn": i18n.message("{name} has taken this back. Nothing is left to decide."),
    "concession.was_recorded": i18n.message("This was changed, and needs nobody's yes any more."),
    "workspace.concession_percent": i18n.message("Write a percentage from 0 to 100, as in 2.5%."),
    "workspace.concession_amount": i18n.message("Write an amount of nothing or more, as in 500."),
    "reassign.no_reason": i18n.message("Choose a reason."),
    "reassign.no_answer": i18n.message("Say in a few words why it stays: who asked reads it."),
    "reassign.too_long": i18n.message("That is more than {limit} characters. Shorten it."),
    "reassign.nobody": i18n.message(
        "Nobody is left who could decide. Ask an admin of Rapport to say who leads whom, then try again."
    ),
    "reassign.gone": i18n.message(
        "I know no such request of yours. Type /client-reassign to see those that wait."
    ),
    "reassign.not_yours": i18n.message(
        "The lead of who looks after this client decides, or an admin. Ask one of them."
    ),
    "reassign.was_approved": i18n.message(
        "{name} has decided already: {to} looks after the client now. Nothing was changed by this press."
    ),
    "reassign.was_declined": i18n.message(
        "{name} has declined already. Nothing was changed by this press; ask them if you see it otherwise."
    ),
    "reassign.was_withdrawn": i18n.message("{name} has taken this back. Nothing is left to decide."),
    "reassign.was_moot": i18n.message(
        "Nothing is left to decide about {client}: it is with somebody else by now, or archived."
    ),
    "reassign.was_replaced": i18n.message(
        "Another proposal for {client} has taken the place of this one. Decide on that one; nothing was changed here."
    ),
    "handover.nobody": i18n.message("Choose a colleague who uses Rapport."),
    "handover.inactive": i18n.message("{name} is no longer here. Choose somebody else."),
    "handover.theirs": i18n.message("{name} looks after this client already. Choose somebody else."),
    "handover.no_keeper": i18n.message(
        "{name} is neither an account manager nor a lead in Rapport, and keeps no clients. Choose somebody else."
    ),
    "handover.excluded": i18n.message("{name} must not have this client. Choose somebody else."),
    "handover.moved": i18n.message(
        "{client} is with {owner} by now: nothing was changed. Open it again to see how it stands."
    ),
    "handover.not_yours": i18n.message(
        "{client} is looked after by {owner}: their lead and admins hand it over. Ask with /client-reassign."
    ),
    "handover.gone": i18n.message(
        "I know no such handover that you decide on. Open the client to see who has it."
    ),
    "handover.too_late": i18n.message(
        "A handover is undone within a day. Hand {client} over again with /client-reassign instead."
    ),
    "handover.followed": i18n.message(
        "{client} went on to {owner} since. Hand it over again with /client-reassign instead."
    ),
    "handover.merged": i18n.message(
        "Another client has been merged into {client} since, and would go along. Undo the merge first, or hand "
        "{client} over again with /client-reassign."
    ),
    "handover.gone_back": i18n.message(
        "{name} is no longer here, so that nothing can go back. Hand the client over to somebody else instead."
    ),
    "cover.not_asked": i18n.message("This is asked of somebody else. Only they can answer."),
    "cover.over": i18n.message("This is settled already, or its days have passed. Nothing was changed."),
    "lead.not_yours": i18n.message(
        "{client} is looked after by {owner}, whom you do not lead. Their lead can offer help."
    ),
    # Promises
    "occasion.gone": i18n.message(
        "This client has no such day any more. Open its brief to see what is known."
    ),
    "promise.gone": i18n.message(
        "I know no such promise any more. Open the brief of the client to see what is open."
    ),
    "promise.not_yours": i18n.message(
        "{name} made this promise. It is for them, who looks after the client, their lead and admins to settle."
    ),
    "promise.was_kept": i18n.message("{name} has called this promise kept already. Nothing was changed."),
    "promise.was_released": i18n.message("{name} has released this promise already. Nothing was changed."),
    "promise.changed": i18n.message(
        "Somebody else moved this promise meanwhile. Open it again to see its day."
    ),
    "promise.no_text": i18n.message("Say in a few words what you promised."),
    "promise.text_too_long": i18n.message(
        "A promise has {length} characters here, and {limit} are the most it can keep. Shorten it."
    ),
    "promise.no_reason": i18n.message("Say in a few words why: it is kept with the promise."),
    "promise.past_day": i18n.message("{day} has passed. Choose today or a later day."),
    "promise.far_day": i18n.message("{day} is too far away. Choose a day within the next {limit} days."),
    # Meetings
    "meeting.gone": i18n.message(
        "I know no such meeting of yours any more. Type /rapport meetings to see yours."
    ),
    "meeting.past": i18n.message("That moment has passed. Choose one that is still to come."),
    "meeting.too_far": i18n.message("{day} is too far away. Choose a day within the next {limit} days."),
    "meeting.note_too_long": i18n.message(
        "The note has {length} characters, and {limit} are the most it can keep. Shorten it."
    ),
    "draft.gone": i18n.message("This question is too old to be answered. Type it once more, please."),
    "digest.gone": i18n.message("This message is out of date. Open my Home tab for what is due today."),
    # What was typed
    "date.impossible": i18n.message("There is no such day or time as “{word}”. Write the date another way."),
    "date.weekday": i18n.message(
        "“{word}” does not fall on that day of the week. Write the date another way."
    ),
    "date.out_of_range": i18n.message("“{word}” is too far away. Choose a nearer date."),
    "client.quote_open": i18n.message(
        "The quotation mark before {word} is never closed. Close it after the name."
    ),
    "amount.negative": i18n.message("“{word}” is below zero. Write what the gift costs, as in $45."),
    "amount.zero": i18n.message(
        "“{word}” is no price. Write what the gift is worth, even if you pay nothing for it."
    ),
    "amount.not_a_number": i18n.message(
        "I cannot read “{word}” as an amount. Write it as in $45 or 45.50 EUR."
    ),
    "amount.words": i18n.message("Write “{word}” in digits, as in $45."),
    "amount.ambiguous": i18n.message(
        "“{word}” can mean more than one amount. Write it as in $45 or 45.50 EUR."
    ),
    "amount.too_large": i18n.message("“{word}” is more than I can reckon with. Check the amount."),
    "amount.unknown_currency": i18n.message(
        "I do not know the currency of “{word}”. Write its code, as in 45 EUR."
    ),
    "amount.several": i18n.message(
        "There is more than one amount, “{word}” among them. Write only the price of one piece."
    ),
    "amount.currency_missing": i18n.message("In which currency is “{word}”? Write it as in $45 or 45 EUR."),
    "quantity.zero": i18n.message("“{word}” is no number of gifts. Write how many there are, as in 2 x $30."),
    "quantity.too_large": i18n.message("“{word}” is more pieces than I can reckon with. Check the number."),
    "import.empty": i18n.message(
        "The file has no row. Put the headings into the first one, then a client in each."
    ),
    "import.too_large": i18n.message(
        "The file is larger than {limit} MB. Split it and import the parts one by one."
    ),
    "import.old_workbook": i18n.message(
        "This is a workbook of an old kind (.xls). Save it as .xlsx or as CSV and try again."
    ),
    "import.broken_workbook": i18n.message(
        "I cannot open this workbook. Save it anew as .xlsx without a password, or as CSV."
    ),
    "import.other_file": i18n.message("This is another file than the one I read before. Start anew with it."),
    "import.busy": i18n.message(
        "The book keeps changing while I write, so nothing was imported. Try again in a while."
    ),
    "import.unknown": i18n.message("I know no such import. Use the button of the message about it."),
    "import.not_yours": i18n.message(
        "Only the person who imported this, or an admin, can take it back. Ask one of them."
    ),
    "import.undone": i18n.message("The import of {file} was taken back already. Import it again to have it."),
    "import.not_there": i18n.message(
        "I cannot get at this file. Drop it here again; if that does not help, ask an admin to reinstall me."
    ),
    "import.not_brought": i18n.message("Slack did not give me the file. Try again in a minute."),
    "import.no_name_column": i18n.message(
        "No column says what the clients are called; the headings are {headings}. Head that column “name”."
    ),
    "request.unknown": i18n.message(
        "I no longer know what this was for. Type /rapport to see what I can do."
    ),
    # Gifts
    "contact.ambiguous": i18n.message(
        "“{name}” may be {choices} at {client}. Type the whole name of the one you mean."
    ),
    "gift.no_employer": i18n.message("Choose a client, or write where the recipient works."),
    "gift.fact": i18n.message(
        "I cannot take this as it stands. Check it, and leave out what you do not know."
    ),
    "gift.gone": i18n.message("I know no such check of yours. Type /gift-check to make a new one."),
    "gift.rules_changed": i18n.message("The rules have changed since this check. Check the gift again."),
    "gift.not_allowed": i18n.message(
        "Only a gift that is allowed or approved goes into the register. Change it and check it again."
    ),
    "gift.not_to_keep": i18n.message(
        "Only a gift that you may keep is entered as kept. Give it back or hand it in, or ask for approval first."
    ),
    "register.period": i18n.message("The last day comes before the first. Choose them the other way round."),
    "register.not_yours": i18n.message(
        "The whole register is for compliance and admins. Ask one of them for what you need from it."
    ),
    "team.not_yours": i18n.message(
        "These are the clients of somebody you do not lead. Leads see those of their own people."
    ),
    "gift.no_client": i18n.message(
        "{employer} is not in the book yet. Add it with the button on my Home tab."
    ),
    "gift.no_value": i18n.message("Say what the gift cost, so that the register can count it."),
    "gift.not_cleared": i18n.message(
        "At {value} the gift is not allowed as it stands, so it is not in the register."
    ),
    "gift.withdrawn": i18n.message(
        "You took this gift out of the register. Check it again to enter it once more."
    ),
    # Outings
    "outing.nobody": i18n.message("Choose whom you invite, or name them line by line below."),
    "outing.too_many": i18n.message("At most {limit} people can be checked at once. Split the invitation."),
    "outing.day": i18n.message("{day} is too far away for the rules I have. Choose a nearer day."),
    "outing.unclear": i18n.message("It is not clear whom you mean by {choices}. Choose in the form."),
    "outing.gone": i18n.message("I know no such invitation of yours. Plan a new one on my Home tab."),
    "outing.changed": i18n.message(
        "This invitation was changed since. Use the newer answer; you find it on my Home tab."
    ),
    "outing.registered": i18n.message(
        "Somebody stands in the register for this invitation. Take them out again before you change it."
    ),
    "outing.too_early": i18n.message(
        "It is on {day}. Enter who came once it has taken place; you find it on my Home tab."
    ),
    "outing.nobody_came": i18n.message("Tick at least one person who came."),
    "outing.nobody_left": i18n.message(
        "Everybody who may come stands in the register already. Check the others again to enter them."
    ),
    # Approvals
    "approval.nobody": i18n.message(
        "Nobody is left who could approve this. Ask your admin to appoint a lead for you, or somebody for compliance."
    ),
    "approval.not_needed": i18n.message(
        "Only a gift that needs approval can be asked for. Check the gift again to see what holds now."
    ),
    "approval.past_day": i18n.message("{day} has passed. Choose today or a later day."),
    "approval.far_day": i18n.message("{day} is too far away. Choose a day within the next {limit} days."),
    "approval.gone": i18n.message("I know no such request for you. Open my Home tab to see what is open."),
    "approval.rules_forbid": i18n.message(
        "The rules have changed since this was asked for and no longer leave it to an approval. "
        "Refuse it, or let the requester check it again."
    ),
    "approval.own": i18n.message("Nobody decides on their own request. Somebody else has to look at it."),
    "approval.not_yours": i18n.message(
        "This request is for others to decide. Ask the requester whom they have asked."
    ),
    "approval.changed": i18n.message(
        "The request has changed since you saw it, so nothing was decided. Look at it as it is now."
    ),
    "approval.was_approved": i18n.message("{name} has approved this before you. Nothing was changed."),
    "approval.was_refused": i18n.message(
        "{name} has refused this already. Changed, it can be asked for once more."
    ),
    "approval.was_withdrawn": i18n.message("{name} has taken this request back. Nothing was changed."),
    "approval.was_given": i18n.message("{name} has given this already. Nothing was changed."),
    "approval.no_reason": i18n.message("Say in a few words why: the requester reads it."),
    "approval.no_question": i18n.message("Write what you want to know."),
    "approval.no_reply": i18n.message("Write your answer."),
    "approval.not_asked": i18n.message("Nothing is asked of you here any more. Open my Home tab to see it."),
    # Rules
    "rules.not_yours": i18n.message(
        "Only compliance officers and admins of Rapport edit the rules. Ask one of them."
    ),
    "rules.gone": i18n.message(
        "The rule {rule} is no longer there. Open the rules again to see them as they are."
    ),
    "rules.changed_meanwhile": i18n.message(
        "Somebody else has changed the rules in the meantime. Open them again to see them as they are."
    ),
    "rules.band": i18n.message(
        "{amount} has to be more than {above}, where the band of the rule {rule} begins."
    ),
    "rules.starts": i18n.message("That day is past. Choose today or a later day."),
    "rules.ends": i18n.message("That is before the rule begins, or before today. Choose a later day."),
    "rules.on_file": i18n.message("Rules of {client} are on file already. Edit those instead."),
    "rules.unreadable": i18n.message("No rule can say this: {key} {reason}"),
    "rules.unknown_then": i18n.message("Nothing is known of the rules of that time."),
    "rules.unknown_version": i18n.message("No version of the rules is called “{name}”. Known are {known}."),
    "policy.on_file": i18n.message("An answer of {client} is on file already."),
    "policy.gone": i18n.message("This question is no longer open: it was answered or withdrawn."),
    # The platform and memory
    "slack.not_shown": i18n.message(
        "Slack did not let me show the form just now, and nothing was lost. Please try again in a moment."
    ),
    "slack.too_late": i18n.message(
        "The form could not be opened in time, and nothing was lost. Please type the command again."
    ),
    "slack.unavailable": i18n.message(
        "Slack cannot tell me right now who you are. Nothing was lost; try again in a minute."
    ),
    "storage.busy": i18n.message("I am very busy right now, and nothing was saved. Try again in a minute."),
    "storage.readonly": i18n.message(
        "I can read but not save right now, and nothing was saved. Ask who looks after Rapport to check its disk."
    ),
    "storage.full": i18n.message(
        "My disk is full, and nothing was saved. Ask who looks after Rapport to make room."
    ),
    "storage.unavailable": i18n.message(
        "I cannot reach what I remember right now, and nothing was saved. Ask who looks after Rapport to check it."
    ),
    "unexpected": i18n.message(
        "Something went wrong on my side. Try again; if it stays, tell who looks after Rapport: reference {reference}."
    ),
}

UNOWNED: Mapping[str, str] = {
    "client.not_yours": i18n.message(
        "Nobody looks after {client} yet, and its history is for leads only. Ask a lead to give it to you."
    ),
    "client.not_to_edit": i18n.message("Nobody looks after {client} yet. Ask a lead to give it to you."),
    "client.not_to_govern": i18n.message(
        "Nobody looks after {client} yet. Ask a lead to archive or merge it."
    ),
}
"""What is said instead when a refusal's owner is nobody."""

_FACT = 150


def sentence(refusal: Refusal, words: Words) -> Message:
    """A refusal as a message. A code without a sentence is a KeyError: a test holds the table complete."""
    return parts.stated(text(refusal, words))


def text(refusal: Refusal, words: Words) -> str:
    """A refusal as plain text, as for a field of a form."""
    facts = {name: _shown(fact, words) for name, fact in refusal.facts.items()}
    said = SENTENCES[refusal.code]
    if refusal.code in UNOWNED and refusal.facts.get("owner") is None:
        said = UNOWNED[refusal.code]
    return words.say(said, **facts)


def message(refusal: Refusal, words: Words, typed: str = "") -> Message:
    """A refusal as a message that repeats what was typed, so that it can be copied and is not lost."""
    return keeping(sentence(refusal, words), typed, words)


def keeping(message: Message, typed: str, words: Words) -> Message:
    """The same message with what was typed repeated below it."""
    if not typed.strip():
        return message
    label = words.say("You typed:")
    return Message(
        text=f"{message.text}\n{i18n.escape(label)}\n{i18n.escape(typed)}",
        blocks=[*message.blocks, parts.context(parts.plain(label)), *parts.quoted(typed)],
    )


def _shown(fact: object, words: Words) -> str:
    match fact:
        case datetime():
            return words.day(fact.date())
        case date():
            return words.day(fact)
        case bool() | None:
            return str(fact)
        case int():
            return words.number(fact)
        case Money():
            return words.money(fact)
        case tuple() | list():
            names = [str(item[1]) if isinstance(item, (tuple, list)) else str(item) for item in fact]
            return words.listed([parts.one_line(name, _FACT) for name in names], "or")
        case _:
            return parts.one_line(str(fact), _FACT)

"""The workspace as its admins see it: set-up, health, people, defaults; and the forms that change it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import get_timezone_name

from bot.domain.answer_terms import Market, Term, name_of, terms_of
from bot.domain.cadence import LONGEST_DUE, LONGEST_NEGLECTED, Cadence, cadences_of
from bot.domain.clients import Tier
from bot.domain.colleagues import Colleague, Colleagues
from bot.domain.health import Health
from bot.domain.members import Member, Role
from bot.domain.set_up import SetUp, SetUpStep
from bot.domain.workspaces import FASTEST, LOCALES, Workspace
from handlers import i18n
from handlers.answers import Block, Message, View
from handlers.i18n import Words
from handlers.views import channels, clients, concession_figures, fit, imports, parts, settings, strengths
from handlers.views.help import ROLES
from handlers.views.responses import MARKETS, lasting

PEOPLE_SHOWN = 20
_NAME = 80
_ZONES_SHOWN = 30
_STEPS = {
    SetUpStep.PEOPLE: (
        i18n.message("People and roles"),
        i18n.message("Name somebody who leads and somebody who watches over gifts."),
    ),
    SetUpStep.CLIENTS: (
        i18n.message("Clients"),
        i18n.message("Bring your client list in, or add the first client by hand."),
    ),
    SetUpStep.RHYTHM: (
        i18n.message("Tiers and rhythm"),
        i18n.message("Say how often a client of each tier wants to hear from you."),
    ),
    SetUpStep.MARKET: (
        i18n.message("Home market"),
        i18n.message("Country, currency, language and public holidays of most of you."),
    ),
    SetUpStep.START: (
        i18n.message("Start date"),
        i18n.message("Before that day no client turns red."),
    ),
}


# --- Set-up -----------------------------------------------------------------------------------------------


def first_visit(words: Words) -> list[Block]:
    """All that an admin sees before anything is set up: one sentence and one button."""
    said = words.say(
        "Welcome. In five short steps Rapport is ready for your team; you can stop at any of them."
    )
    go = parts.button(
        words.say("Set up Rapport"), "home.go:workspace", parts.value_of(tab="workspace"), primary=True
    )
    return [*parts.stated_blocks(said), parts.actions(go)]


def checklist(state: SetUp, words: Words) -> list[Block]:
    """The steps of the set-up, each with what is known and a button."""
    shown: list[Block] = [
        parts.header(words.say("Set-up")),
        parts.context(
            parts.plain(
                words.say(
                    "{done} of {all} done. Stop whenever you like: what is done stays, and any admin can go on.",
                    done=len(state.done),
                    all=len(SetUpStep),
                )
            )
        ),
    ]
    for number, step in enumerate(SetUpStep, 1):
        title, meaning = _STEPS[step]
        done = step in state.done
        mark = words.say("✓ Done") if done else words.say("○ To do")
        said = words.markup(
            "*{number}. {title}* · {mark}\n{said}",
            number=number,
            title=words.say(title),
            mark=mark,
            said=_known(step, state, words) if done else words.say(meaning),
        )
        if not done and step is SetUpStep.MARKET and state.elsewhere is not None:
            country = words.locale.territories.get(state.elsewhere, state.elsewhere)
            said += "\n" + words.markup("Most of your people are in {country}.", country=country)
        label = words.say("Change") if done else words.say("Do it")
        shown.append(
            parts.section(
                parts.marked(said),
                parts.button(
                    label,
                    f"workspace.{step.value}",
                    primary=step is state.next_step,
                    spoken=words.say("{step}: {action}", step=words.say(title), action=label),
                ),
            )
        )
    last = words.say("Finish") if state.next_step is None else words.say("That is enough for now")
    if not state.finished:
        shown.append(parts.actions(parts.button(last, "workspace.finish", primary=state.next_step is None)))
    return shown


def _known(step: SetUpStep, state: SetUp, words: Words) -> str:
    """What a step that is done has brought."""
    workspace = state.workspace
    match step:
        case SetUpStep.PEOPLE:
            leads = words.count("{n} lead", "{n} leads", state.leads)
            officers = words.count("{n} compliance officer", "{n} compliance officers", state.officers)
            return words.listed([leads, officers])
        case SetUpStep.CLIENTS:
            return words.count("{n} client in the book", "{n} clients in the book", state.clients)
        case SetUpStep.RHYTHM:
            return _rhythm(workspace, words)
        case SetUpStep.MARKET:
            return _market(workspace, words)
        case SetUpStep.START:
            return _starts(workspace, words)


def set_up_message(state: SetUp, words: Words) -> Message:
    """The set-up as the answer to `/rapport setup`."""
    text = words.say("Set-up of Rapport: {done} of {all} done.", done=len(state.done), all=len(SetUpStep))
    return parts.told(text, checklist(state, words))


def clients_help(words: Words) -> Message:
    """How clients come in."""
    said = words.say(
        "Drop a CSV or Excel file into our private conversation: one line for each client, with its name, owner and "
        "tier. You see what would change before anything does. Whoever runs the machine can use "
        "rapport import. Or begin with one client by hand."
    )
    return parts.stated(said, parts.actions(clients.add_button(words, primary=True)))


# --- Health, defaults -------------------------------------------------------------------------------------


def overview(
    workspace: Workspace, health: Health, set_up: SetUp | None, words: Words, zone: ZoneInfo
) -> list[Block]:
    """The tab: the set-up while it lasts (`set_up`), else what is to be known and changed."""
    return [
        *([*checklist(set_up, words), parts.divider()] if set_up is not None else ()),
        *_health(health, words, zone),
        parts.divider(),
        _people_section(health, words),
        parts.divider(),
        *_defaults(workspace, words, all_of_them=set_up is None),
        parts.divider(),
        *_files(words),
    ]


def overview_message(
    workspace: Workspace, health: Health, set_up: SetUp | None, words: Words, zone: ZoneInfo
) -> Message:
    lines = _trouble(health, words, zone) or [words.say("Everything is well.")]
    return parts.told("\n".join(lines), overview(workspace, health, set_up, words, zone))


def _health(health: Health, words: Words, zone: ZoneInfo) -> list[Block]:
    trouble = _trouble(health, words, zone)
    opening = words.say("⚠ Something needs a hand:") if trouble else words.say("✓ Everything is well.")
    lines = [words.markup("*{opening}*", opening=opening)]
    lines += [words.markup("• {trouble}", trouble=each) for each in trouble]
    facts = [
        words.count("{n} client", "{n} clients", health.clients),
        words.count("{n} member", "{n} members", health.members),
        words.count("{n} message waiting", "{n} messages waiting", health.waiting),
        words.count("{n} sent in seven days", "{n} sent in seven days", health.sent),
        words.count("{n} skipped in seven days", "{n} skipped in seven days", health.skipped),
    ]
    wave = words.say("No morning message was planned yet.")
    if health.last_wave is not None:
        when, count = health.last_wave
        wave = words.count(
            "Last morning messages: {n}, up to {when}.",
            "Last morning messages: {n}, up to {when}.",
            count,
            when=words.moment(when, zone),
        )
    notes = [
        " · ".join(facts),
        wave,
        words.say(
            "Database at revision {revision}; {count} gift rules, version {version}.",
            revision=health.revision or "–",
            count=words.number(health.rule_count),
            version=health.rules,
        ),
        *_remarks(health, words),
    ]
    return [
        parts.header(words.say("Health")),
        parts.section(parts.marked("\n".join(lines))),
        *channels.silent(health.silent, words),
        parts.context(*(parts.plain(note) for note in notes)),
    ]


def _trouble(health: Health, words: Words, zone: ZoneInfo) -> list[str]:
    """What somebody should do something about, each with what."""
    said: list[str] = []
    if health.revision != health.known_revision:
        said.append(
            words.say(
                "The database is at revision {found}, and this program knows {known}: restart it, or install the "
                "newer version.",
                found=health.revision or "–",
                known=health.known_revision,
            )
        )
    if health.missing_scopes:
        said.append(
            words.say(
                "Slack did not grant {scopes}: paste the output of rapport manifest under “App Manifest” and reinstall "
                "the app.",
                scopes=words.listed(list(health.missing_scopes)),
            )
        )
    if health.off is not None:
        reason, since = health.off
        said.append(
            words.say(
                "Nothing can be posted since {when}: Slack says {reason}. Reinstall the app or copy its token again; "
                "what waits goes out by itself then.",
                when=words.moment(since, zone),
                reason=reason,
            )
        )
    if health.silent:
        said.append(
            words.count(
                "{n} member is not sent anything any more, because it did not arrive:",
                "{n} members are not sent anything any more, because it did not arrive:",
                len(health.silent),
            )
        )
    if health.dead:
        said.append(
            words.count(
                "{n} message was given up in seven days: the log says why.",
                "{n} messages were given up in seven days: the log says why.",
                health.dead,
            )
        )
    if health.lags:
        said.append(
            words.say(
                "Messages pile up: see whether Slack can be reached, or raise the messages a minute below."
            )
        )
    if health.blocked_until is not None:
        said.append(
            words.say(
                "Slack asked for a pause until {when}; messages wait meanwhile.",
                when=words.moment(health.blocked_until, zone),
            )
        )
    return said


def _remarks(health: Health, words: Words) -> list[str]:
    """What is worth knowing and no trouble."""
    remarks = []
    if health.unowned:
        remarks.append(
            words.count(
                "{n} client belongs to nobody: give it an owner in the client list.",
                "{n} clients belong to nobody: give them owners in the client list.",
                health.unowned,
            )
        )
    if health.mailless:
        remarks.append(
            words.count(
                "{n} member has no mail address here: a client list can name them by name or Slack id only.",
                "{n} members have no mail address here: a client list can name them by name or Slack id only.",
                health.mailless,
            )
        )
    if health.unread:
        remarks.append(
            words.count(
                "{n} person is known from a client list only and hears nothing before their first visit.",
                "{n} people are known from a client list only and hear nothing before their first visit.",
                health.unread,
            )
        )
    return remarks


def _people_section(health: Health, words: Words) -> Block:
    counted = words.listed(
        [
            words.count("{n} lead", "{n} leads", health.leads),
            words.count("{n} compliance officer", "{n} compliance officers", health.officers),
            words.count("{n} admin", "{n} admins", health.admins),
        ]
    )
    said = words.markup("*{label}*\n{counted}", label=words.say("People and roles"), counted=counted)
    return parts.section(
        parts.marked(said),
        parts.button(
            words.say("Show all"),
            "home.go:people",
            parts.value_of(tab="workspace", part="people"),
            spoken=words.say("Show all people and roles"),
        ),
    )


def _defaults(workspace: Workspace, words: Words, *, all_of_them: bool) -> list[Block]:
    """The defaults with what changes them; unless `all_of_them`, without those that the steps of the set-up show."""
    emoji = words.say("none") if workspace.touch_emoji is None else f":{workspace.touch_emoji}:"
    delivery = words.say(
        "At most {count} messages a minute; reaction that logs a touch: {emoji}; that acknowledges a question: {seen}",
        count=words.number(workspace.posts_per_minute),
        emoji=emoji,
        seen=words.say("none") if workspace.seen_emoji is None else f":{workspace.seen_emoji}:",
    )
    rows = (
        (words.say("Home market"), _market(workspace, words), "workspace.market"),
        (words.say("Tiers and rhythm"), _rhythm(workspace, words), "workspace.rhythm"),
        (words.say("Start date"), _starts(workspace, words), "workspace.start"),
        (words.say("Answers in time"), _terms(workspace, words), "workspace.clocks"),
        (words.say("Messages and reaction"), delivery, "workspace.delivery"),
        (words.say("Whom clients suit"), fit.weights_line(workspace, words), "workspace.fit"),
        (words.say("Concessions"), concession_figures.limits_line(workspace, words), "workspace.concessions"),
    )
    return [
        parts.header(words.say("Defaults")),
        *(
            parts.section(
                parts.marked(words.markup("*{label}*\n{said}", label=label, said=said)),
                parts.button(words.say("Change"), action, spoken=words.say("Change: {what}", what=label)),
            )
            for label, said, action in (rows if all_of_them else rows[3:])
        ),
    ]


def _market(workspace: Workspace, words: Words) -> str:
    code = workspace.country.partition("-")[0]
    country = words.locale.territories.get(code, code) or "–"
    if "-" in workspace.country:
        country = f"{country} ({workspace.country})"
    zone = get_timezone_name(ZoneInfo(workspace.zone), width="long", locale=words.locale, return_zone=False)
    return " · ".join(
        [str(country), workspace.currency, f"{zone} ({workspace.zone})", _language(workspace.locale)]
    )


def _language(tag: str) -> str:
    locale = Locale.parse(tag.replace("-", "_"))
    return str(locale.get_display_name(locale))


def _rhythm(workspace: Workspace, words: Words) -> str:
    cadences = cadences_of(workspace).by_tier
    return words.say(
        "{tiers} (due / neglected, in days)",
        tiers=" · ".join(f"{tier.value} {cadences[tier].due}/{cadences[tier].neglected}" for tier in Tier),
    )


def _starts(workspace: Workspace, words: Words) -> str:
    if workspace.starts_on is None:
        said = words.say("None: clients turn red when they are neglected.")
    else:
        said = words.say("No client turns red before {day}.", day=words.day(workspace.starts_on))
    if workspace.clocks_on is not None:
        watched = words.say("Answers are watched from {day}.", day=words.day(workspace.clocks_on))
        said = f"{said} {watched}"
    return said


def _terms(workspace: Workspace, words: Words) -> str:
    """By when clients are acknowledged and answered, market by market."""
    said = [
        words.say(
            "{market} {terms}",
            market=words.say(MARKETS[market]),
            terms=" / ".join(
                _said(term, words) for term in terms_of(market, workspace.clock_terms, tight=False)
            ),
        )
        for market in Market
    ]
    return words.say(
        "{terms} (to acknowledge / to answer; a time of day is that of the next business day)",
        terms=" · ".join(said),
    )


def _said(term: Term, words: Words) -> str:
    """A term in words; `Term.written` is what may be typed."""
    return term.written() if term.span is None else lasting(int(term.span.total_seconds()) // 60, words)


def _pair(terms: tuple[Term, Term]) -> str:
    return f"{terms[0].written()} / {terms[1].written()}"


def clocks_form(workspace: Workspace, words: Words, notes: Mapping[str, Any]) -> View:
    """By when clients of each market, and those of tier A among them, are acknowledged and answered."""
    blocks: list[Block] = parts.stated_blocks(
        words.say(
            "By when is a client's question acknowledged, and answered? Write minutes or hours of their business time "
            "(60m, 2h), or a time of the next business day (12:00), with a stroke between: 60m / 120m. "
            "Left empty, it is as shown below the field. All deadlines follow at once."
        )
    )
    for market in Market:
        for tight in (False, True):
            name = name_of(market, tight=tight)
            own = workspace.clock_terms.get(name)
            where = words.say(MARKETS[market])
            usual = _pair(terms_of(market, {} if not tight else _without(workspace, name), tight=tight))
            blocks.append(
                parts.field(
                    name,
                    _capital(words.say("{market}, tier A", market=where) if tight else where),
                    parts.text_input(
                        name, "" if own is None else " / ".join(own), limit=40, placeholder=usual
                    ),
                    optional=True,
                    hint=words.say("Otherwise: {terms}", terms=usual),
                )
            )
    return settings.form("workspace.clocks", words.say("Answers in time"), blocks, words, notes)


def _without(workspace: Workspace, name: str) -> dict[str, tuple[str, str]]:
    return {other: terms for other, terms in workspace.clock_terms.items() if other != name}


def _files(words: Words) -> list[Block]:
    return [
        parts.header(words.say("Import and export")),
        parts.section(
            parts.plain(
                words.say(
                    "Drop a CSV or Excel file into our private conversation to bring clients in or up to date. "
                    "On the command line: rapport import, and rapport --help for the rest."
                )
            ),
            parts.button(words.say("How it works"), "workspace.clients"),
        ),
        parts.actions(imports.import_button(words), imports.export_button(words)),
    ]


# --- People -----------------------------------------------------------------------------------------------


def people(roster: Colleagues, page: int, find: str, words: Words) -> list[Block]:
    """Members page by page, each with roles and lead; `find` is what was looked for."""
    shown: list[Block] = [
        parts.header(words.say("People and roles")),
        parts.actions(
            parts.button(words.say("‹ Workspace"), "home.go:workspace_back", parts.value_of(tab="workspace")),
            parts.button(words.say("Edit somebody …"), "workspace.people", primary=True),
            parts.button(words.say("Search …"), "workspace.find"),
            *(
                [
                    parts.button(
                        words.say("Show all"),
                        "home.go:people_all",
                        parts.value_of(tab="workspace", part="people"),
                    )
                ]
                if find
                else []
            ),
        ),
    ]
    if find:
        found = words.count(
            "{n} person for “{typed}”",
            "{n} people for “{typed}”",
            roster.total,
            typed=parts.one_line(find, _NAME),
        )
        shown.append(parts.context(parts.plain(found)))
    shown += [_person_row(member, roster.leads.get(member.id), words) for member in roster.members]
    turns = []
    if page:
        turns.append(_turn(words.say("‹ Earlier"), page - 1, find))
    if (page + 1) * PEOPLE_SHOWN < roster.total:
        turns.append(_turn(words.say("Later ›"), page + 1, find))
    return [*shown, *([parts.actions(*turns)] if turns else ())]


def _person_row(member: Member, lead: str | None, words: Words) -> Block:
    return parts.section(
        parts.marked(_person(member, lead, words)),
        parts.button(
            words.say("Edit"),
            f"workspace.arrange:{member.id}",
            parts.value_of(member=member.id),
            spoken=words.say("Edit {name}", name=parts.one_line(member.name, 50)),
        ),
    )


def _turn(label: str, page: int, find: str) -> parts.Element:
    place = parts.value_of(tab="workspace", part="people", page=page, find=find or None)
    return parts.button(label, f"home.go:page{page}", place)


def _person(member: Member, lead: str | None, words: Words) -> str:
    said = words.markup(
        "*{name}*\n{roles}",
        name=parts.one_line(member.name, _NAME),
        roles=words.listed([words.say(label) for role, label in ROLES.items() if member.is_(role)]),
    )
    if lead is not None:
        said += " · " + words.markup("led by {name}", name=parts.one_line(lead, _NAME))
    if not member.active:
        said += " · " + words.markup("account closed")
    elif member.refreshed_at is None:
        said += " · " + words.markup("not here yet")
    return said


def find_form(find: str, words: Words, notes: Mapping[str, Any]) -> View:
    blocks = [
        parts.field(
            "find",
            words.say("Name or mail address"),
            parts.text_input("find", find, limit=100),
            optional=True,
        )
    ]
    return settings.form(
        "workspace.find", words.say("Search"), blocks, words, notes, submit=words.say("Search")
    )


def roles_form(person: Colleague | None, words: Words, notes: Mapping[str, Any], note: str = "") -> View:
    """Roles, lead and delegate of a member who is chosen in the form itself, or from the start."""
    chosen = None if person is None else settings.person_choice(person.member)
    blocks: list[Block] = [
        *(parts.stated_blocks(note) if note else ()),
        parts.field(
            "person",
            words.say("Who?"),
            parts.asking_select("workspace.person", words.say("Type a name"), chosen),
            asks_at_once=True,
        ),
    ]
    if person is None:
        intro = words.say(
            "Choose somebody to see their roles. Who has never written to me is not in the list yet."
        )
        shown = [*blocks, *parts.stated_blocks(intro)]
        return settings.form(
            "workspace.roles", words.say("People and roles"), shown, words, notes, submit=words.say("Next")
        )
    member = person.member
    roles = [
        parts.choice(_capital(words.say(label)), role.value, words.say(_MEANT[role]))
        for role, label in ROLES.items()
    ]
    blocks += [
        parts.field(
            f"roles:{member.id}",
            words.say("Roles"),
            parts.checkbox("roles", roles, [role.value for role in member.roles]),
        ),
        parts.field(
            f"lead:{member.id}",
            words.say("Lead"),
            parts.asking_select(
                "people.choose",
                words.say("Type a name"),
                None if person.lead is None else settings.person_choice(person.lead),
            ),
            optional=True,
            hint=words.say("Requests up to a lead's limit go to this person, and so does what is neglected."),
        ),
        parts.field(
            f"delegate:{member.id}",
            words.say("Stand-in"),
            parts.asking_select(
                "people.choose",
                words.say("Type a name"),
                None if person.delegate is None else settings.person_choice(person.delegate),
            ),
            optional=True,
            hint=words.say("Decides on requests when this person has not within a working day."),
        ),
    ]
    if said := strengths.declared_lines(person.declared, words):
        lines = [words.say("{name} says:", name=parts.one_line(member.name, _NAME)), *said]
        blocks.append(parts.context(parts.plain("\n".join(lines))))
    kept = {**notes, "person": member.id, "seen": person.seen}
    return settings.form("workspace.roles", words.say("People and roles"), blocks, words, kept)


_MEANT = {
    Role.ACCOUNT_MANAGER: i18n.message("Keeps clients"),
    Role.LEAD: i18n.message("Sees the clients of their people, decides on requests"),
    Role.COMPLIANCE: i18n.message("Keeps the gift register and the rules"),
    Role.ADMIN: i18n.message("Sets Rapport up"),
}


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


# --- Forms of the defaults --------------------------------------------------------------------------------


def rhythm_form(workspace: Workspace, words: Words, notes: Mapping[str, Any]) -> View:
    cadences = cadences_of(workspace).by_tier
    blocks: list[Block] = parts.stated_blocks(
        words.say(
            "After how many days without a word does a client become due, and from when on is it neglected? The due "
            "moments of all clients follow; a client's own rhythm stays."
        )
    )
    for tier in Tier:
        blocks += _tier_fields(tier, cadences[tier], words)
    return settings.form("workspace.rhythm", words.say("Tiers and rhythm"), blocks, words, notes)


def _tier_fields(tier: Tier, cadence: Cadence, words: Words) -> list[Block]:
    return [
        parts.field(
            f"due_{tier.value}",
            words.say("Tier {tier}: due after (days)", tier=tier.value),
            parts.number_input("days", cadence.due, least=1, most=LONGEST_DUE),
        ),
        parts.field(
            f"neglected_{tier.value}",
            words.say("Tier {tier}: neglected after (days)", tier=tier.value),
            parts.number_input("days", cadence.neglected, least=1, most=LONGEST_NEGLECTED),
        ),
    ]


def market_form(workspace: Workspace, words: Words, notes: Mapping[str, Any]) -> View:
    code = workspace.country.partition("-")[0]
    country = parts.choice(str(words.locale.territories.get(code, code)), workspace.country) if code else None
    codes = dict.fromkeys((workspace.currency, *clients.CURRENCIES))
    currencies = [parts.choice(f"{each} – {words.locale.currencies.get(each, each)}", each) for each in codes]
    tags = dict.fromkeys((workspace.locale, *LOCALES))
    blocks = [
        parts.field(
            "country",
            words.say("Country"),
            parts.asking_select("client.market", words.say("Type a country"), country),
            hint=words.say(
                "Of new clients where nothing else is said; its public holidays hold for what nobody owns."
            ),
        ),
        parts.field(
            "currency",
            words.say("Currency"),
            parts.select("currency", currencies, words.say("Choose one"), workspace.currency),
        ),
        parts.field(
            "zone",
            words.say("Time zone"),
            parts.asking_select(
                "workspace.zone", words.say("Type a city"), parts.choice(workspace.zone, workspace.zone)
            ),
        ),
        parts.field(
            "language",
            words.say("Language"),
            parts.select(
                "language",
                [parts.choice(_capital(_language(tag)), tag) for tag in tags],
                words.say("Choose one"),
                workspace.locale,
            ),
            hint=words.say("For people whose own is not known; everybody else reads theirs."),
        ),
    ]
    return settings.form("workspace.market", words.say("Home market"), blocks, words, notes)


def zones(typed: str) -> list[parts.Element]:
    """Time zones in whose name each typed word occurs."""
    wanted = typed.casefold().replace(" ", "_")
    found = [name for name in sorted(available_timezones()) if wanted in name.casefold() and "/" in name]
    return [parts.choice(name, name) for name in found[:_ZONES_SHOWN]]


def start_form(proposed: date, clocks_on: date | None, words: Words, notes: Mapping[str, Any]) -> View:
    blocks = [
        parts.field(
            "day",
            words.say("Start date"),
            parts.day_picker("day", proposed),
            hint=words.say("Clients become due as usual, and none turns red before that day."),
        ),
        parts.field(
            "clocks",
            words.say("Answers are watched from"),
            parts.day_picker("clocks", clocks_on),
            optional=True,
            hint=words.say(
                "Before that day nobody is told that a client waits for an answer. Left empty, it is the start date."
            ),
        ),
    ]
    return settings.form("workspace.start", words.say("Start date"), blocks, words, notes)


def delivery_form(workspace: Workspace, words: Words, notes: Mapping[str, Any]) -> View:
    blocks = [
        parts.field(
            "pace",
            words.say("Messages a minute, at most"),
            parts.number_input("pace", workspace.posts_per_minute, least=1, most=FASTEST),
            hint=words.say("Morning messages to many people are spread over some minutes."),
        ),
        parts.field(
            "emoji",
            words.say("Reaction that logs a touch"),
            parts.text_input("emoji", workspace.touch_emoji or "", limit=64, placeholder=":handshake:"),
            optional=True,
            hint=words.say("The name of an emoji. Left empty, reactions mean nothing to me."),
        ),
        parts.field(
            "seen",
            words.say("Reaction that acknowledges a question"),
            parts.text_input("seen", workspace.seen_emoji or "", limit=64, placeholder=":eyes:"),
            optional=True,
            hint=words.say("With it one of you tells a client in its channel that the question was seen."),
        ),
    ]
    return settings.form("workspace.delivery", words.say("Messages"), blocks, words, notes)

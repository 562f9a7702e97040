"""The people at a client: the list, and the form of one, with what the gift check has to know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.clients import NAME_LIMIT, Client, Contact
from bot.domain.preferences import PREFERENCE_LIMIT, Preference
from handlers import i18n
from handlers.answers import Block, View
from handlers.folding import fold
from handlers.i18n import Words
from handlers.views import parts, places

PAGE = 40
_NAME = 120
_OFFICES_AT_MOST = 5

OFFICES: Mapping[str, str] = {
    "US-FED": i18n.message("Federal executive branch (United States)"),
    "US-CONGRESS-HOUSE": i18n.message("House of Representatives (United States)"),
    "US-CONGRESS-SENATE": i18n.message("Senate (United States)"),
    "EU": i18n.message("European Union institutions"),
    "UK": i18n.message("Public office in the United Kingdom"),
    "UK-ENG-NHS": i18n.message("National Health Service (England)"),
    "DE-BY-MUC": i18n.message("City of Munich (Germany)"),
}
"""Public offices by the codes that the gift check knows; a country or a state stands for its own code."""

BOUND: Mapping[str, tuple[str, str]] = {
    "HCP": (
        i18n.message("Health-care professional"),
        i18n.message("Prescribes, dispenses or buys medicines or devices"),
    ),
    "LMRDA": (
        i18n.message("Union officer or employee"),
        i18n.message("Labor organization, United States"),
    ),
    "FINRA-3220": (
        i18n.message("Customer’s employee, and we are a FINRA member"),
        i18n.message("Broker-dealers, United States"),
    ),
    "MSRB-G20": (
        i18n.message("Municipal business, and we are a dealer in it"),
        i18n.message("Municipal dealers and advisers, United States"),
    ),
    "ERISA": (
        i18n.message("Decides for an employee benefit plan"),
        i18n.message("Fiduciary under ERISA, United States"),
    ),
    "US-BANK": (i18n.message("Works for a bank"), i18n.message("Bank bribery law, United States")),
    "SEC-ADVISERS": (
        i18n.message("Works for an investment adviser"),
        i18n.message("Registered with the SEC, United States"),
    ),
    "FCA": (
        i18n.message("Works for a financial firm"),
        i18n.message("Supervised by the FCA, United Kingdom"),
    ),
}
"""What else binds a person, by the codes that the gift check knows: what it is called, and where it holds."""

_SAME: Mapping[str, str] = {
    "BANK": "US-BANK",
    "SEC": "SEC-ADVISERS",
    "SEC-ADVISER": "SEC-ADVISERS",
    "UK-FCA": "FCA",
    "FCA-COBS": "FCA",
}
"""Other codes that the rules take for the same."""

PREFERENCES = {
    Preference.TEAMS: i18n.message("Teams they support"),
    Preference.MUSIC: i18n.message("Music"),
    Preference.FOOD: i18n.message("Food"),
    Preference.DRINKS: i18n.message("Drinks"),
    Preference.HOBBIES: i18n.message("Hobbies"),
    Preference.REFUSALS: i18n.message("What they do not want"),
}

NO_LANGUAGE = "none"
"""The value of the choice that empties the language."""
LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ja", "zh", "ar")

LABELS: Mapping[str, str] = {
    "name": i18n.message("Name"),
    "role": i18n.message("Role"),
    "email": i18n.message("E-mail"),
    "employer": i18n.message("Employer"),
    "regimes": i18n.message("Rules that bind them"),
    "jurisdiction": i18n.message("Where they work"),
    "language": i18n.message("Language"),
    "left": i18n.message("Has left"),
    **{f"preference.{kind.value}": label for kind, label in PREFERENCES.items()},
}
"""What each fact of a contact is called in the history."""


def regime(code: str, words: Words) -> str:
    """A code that binds a person, in words; one of a workspace's own rules is told as such."""
    code = _SAME.get(code, code)
    if code in OFFICES:
        return words.say(OFFICES[code])
    if code in BOUND:
        return words.say(BOUND[code][0])
    if (named := places.place(code, words)) and places.is_known(code, words):
        return words.say("Public office: {place}", place=named)
    return words.say("A rule of your own")


def is_office(code: str, words: Words) -> bool:
    return code in OFFICES or places.is_known(code, words)


def offices(typed: str, words: Words, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Codes and names of public offices that fit what was typed; with nothing typed those that rules of ours know."""
    wanted = fold(typed.strip())
    named = [(code, words.say(label)) for code, label in OFFICES.items()]
    if not wanted:
        yield from named
        for code in sorted(known):
            if code not in OFFICES and places.is_known(code, words):
                yield code, regime(code, words)
        return
    yield from ((code, label) for code, label in named if wanted in fold(label))
    for code, _ in places.places(typed, words):
        if code not in OFFICES and code not in ("US", "GB"):
            yield code, regime(code, words)


# --- The list ---------------------------------------------------------------------------------------------


def people_page(
    client: Client,
    contacts: Sequence[Contact],
    page: int,
    words: Words,
    notes: Mapping[str, Any],
    *,
    may_edit: bool,
    said: str = "",
) -> View:
    """The people known at a client, a page of them."""
    last = max(0, (len(contacts) - 1) // PAGE)
    page = min(max(page, 0), last)
    blocks: list[Block] = [parts.context(parts.plain(said))] if said else []
    blocks.append(parts.header(parts.one_line(client.name, _NAME)))
    if not contacts:
        blocks += parts.stated_blocks(words.say("Nobody is known there yet."))
    for person in contacts[page * PAGE : (page + 1) * PAGE]:
        edit = parts.button(
            words.say("Edit"),
            f"contact.edit:{person.id}",
            parts.value_of(contact=person.id),
            spoken=words.say("Edit {person}", person=parts.one_line(person.name, 50)),
        )
        blocks.append(parts.section(parts.marked(_line(person, words)), edit if may_edit else None))
    if last:
        shown = words.say("Page {page} of {pages}", page=page + 1, pages=last + 1)
        blocks.append(parts.context(parts.plain(shown)))
    buttons = [
        parts.button(label, f"client.contacts:{to}", parts.value_of(client=client.id, page=to))
        for label, to in ((words.say("Back"), page - 1), (words.say("Next"), page + 1))
        if 0 <= to <= last
    ]
    if may_edit:
        buttons.insert(
            0, parts.button(words.say("Add a person"), "contact.add", parts.value_of(client=client.id))
        )
    if buttons:
        blocks.append(parts.actions(*buttons))
    return parts.modal("client.people", words.say("People"), blocks, close=words.say("Close"), notes=notes)


def _line(person: Contact, words: Words) -> str:
    name = parts.one_line(person.name, _NAME)
    first = words.markup("*{person}*", person=name)
    if person.role:
        first = words.markup("*{person}* · {role}", person=name, role=parts.one_line(person.role, _NAME))
    if not person.active:
        first = words.markup("{person} · _has left_", person=name)
    lines = [first]
    if person.email:
        lines.append(i18n.escape(parts.one_line(person.email, _NAME)))
    if person.regimes:
        bound = words.listed([regime(code, words) for code in person.regimes])
        lines.append(words.markup("Gift check: {rules}", rules=parts.one_line(bound, 300)))
    if person.preferences:
        lines.append(i18n.escape(preferences_line(person.preferences, words)))
    return "\n".join(lines)


def preferences_line(preferences: Mapping[str, str], words: Words) -> str:
    """What a person likes and refuses, in one line of plain text."""
    said = [
        words.say("{what}: {text}", what=words.say(label), text=parts.one_line(preferences[kind.value], 120))
        for kind, label in PREFERENCES.items()
        if preferences.get(kind.value)
    ]
    return " · ".join(said)


# --- The form ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContactFields:
    """What stands in the form of a person. `offices` and `bound` are codes of the gift check."""

    name: str = ""
    role: str = ""
    email: str = ""
    employer: str = ""
    offices: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()
    jurisdiction: str = ""
    language: str = ""
    preferences: Mapping[str, str] | None = None
    left: bool = False


def fields_of(person: Contact, words: Words) -> ContactFields:
    regimes = [_SAME.get(code, code) for code in person.regimes]
    return ContactFields(
        name=person.name,
        role=person.role,
        email=person.email or "",
        employer=person.employer or "",
        offices=tuple(code for code in regimes if is_office(code, words)),
        bound=tuple(code for code in regimes if code in BOUND),
        jurisdiction=person.jurisdiction or "",
        language=person.language,
        preferences=dict(person.preferences),
        left=not person.active,
    )


def others(person: Contact, words: Words) -> tuple[str, ...]:
    """Codes of a person that the form has no field for: they stay."""
    return tuple(
        code
        for code in person.regimes
        if _SAME.get(code, code) not in BOUND and not is_office(_SAME.get(code, code), words)
    )


def contact_form(
    client: str,
    said: ContactFields,
    words: Words,
    notes: Mapping[str, Any],
    *,
    others: int = 0,
    news: Sequence[str] = (),
) -> View:
    """The form of a person at `client`; `news` says what somebody else changed meanwhile."""
    editing = "contact" in notes
    blocks: list[Block] = []
    if news:
        blocks += [parts.section(parts.plain("\n".join(news))), parts.divider()]
    blocks.append(parts.context(parts.plain(words.say("At {client}", client=parts.one_line(client, _NAME)))))
    turn = f":{notes.get('version')}" if news else ""
    blocks += [_numbered(block, turn) for block in _inputs(said, words, others, editing=editing)]
    return parts.modal(
        "contact.form",
        words.say("Edit a person") if editing else words.say("Add a person"),
        blocks,
        submit=words.say("Save") if editing else words.say("Add"),
        close=words.say("Cancel"),
        notes=notes,
    )


def _numbered(block: Block, turn: str) -> Block:
    """A field under a new name after somebody else's change: Slack keeps what stands in one of the same name."""
    return {**block, "block_id": f"{block['block_id']}{turn}"} if turn and "block_id" in block else block


def _inputs(said: ContactFields, words: Words, others: int, *, editing: bool) -> list[Block]:
    offices = [parts.choice(regime(code, words), code) for code in said.offices[:_OFFICES_AT_MOST]]
    bound = [parts.choice(words.say(label), code, words.say(where)) for code, (label, where) in BOUND.items()]
    tongue = dict.fromkeys((*LANGUAGES, *((said.language,) if said.language else ())))
    languages = [parts.choice(words.say("Not known"), NO_LANGUAGE)]
    languages += [
        parts.choice(str(words.locale.languages.get(code.partition("-")[0], code)).capitalize(), code)
        for code in tongue
    ]
    where = None
    if said.jurisdiction:
        where = parts.choice(places.place(said.jurisdiction, words), said.jurisdiction)
    kept = (
        words.count("{n} rule of your own stays as it is.", "{n} rules of your own stay as they are.", others)
        if others
        else ""
    )
    tastes = said.preferences or {}
    blocks = [
        parts.field("name", words.say("Name"), parts.text_input("name", said.name, limit=NAME_LIMIT)),
        parts.field(
            "role",
            words.say("Role"),
            parts.text_input("role", said.role, limit=NAME_LIMIT),
            optional=True,
        ),
        parts.field(
            "email",
            words.say("E-mail"),
            parts.text_input("email", said.email, limit=NAME_LIMIT),
            optional=True,
        ),
        parts.field(
            "language",
            words.say("Language"),
            parts.select("language", languages, words.say("Choose one"), said.language or None),
            optional=True,
        ),
        parts.section(
            parts.marked(
                words.markup("*For the gift check*\nWhat is set here changes what they may receive.")
            )
        ),
        parts.field(
            "offices",
            words.say("Public office"),
            parts.asking_multi_select(
                "contact.office", words.say("Type a country, state or body"), offices, most=_OFFICES_AT_MOST
            ),
            optional=True,
            hint=words.say("A state or a country stands for its officials, local ones included."),
        ),
        parts.field(
            "bound",
            words.say("Other rules"),
            parts.checkbox("bound", bound, said.bound),
            optional=True,
            hint=kept,
        ),
        parts.field(
            "jurisdiction",
            words.say("Where they work"),
            parts.nothing_or_asking_select("client.market", words.say("Type a country or state"), where),
            optional=True,
            hint=words.say("Only where it is not the client’s own country or state."),
        ),
        parts.field(
            "employer",
            words.say("Employer"),
            parts.text_input("employer", said.employer, limit=NAME_LIMIT),
            optional=True,
            hint=words.say("Only where it is not the client itself."),
        ),
        parts.section(
            parts.marked(
                words.markup(
                    "*What they like*\nShort, and as you would say it to them: they may ask to read it. "
                    "No health, no religion, no family."
                )
            )
        ),
    ]
    blocks += [
        parts.field(
            f"preference_{kind.value}",
            words.say(label),
            parts.text_input(f"preference_{kind.value}", tastes.get(kind.value, ""), limit=PREFERENCE_LIMIT),
            optional=True,
        )
        for kind, label in PREFERENCES.items()
    ]
    if editing:
        box = parts.checkbox(
            "left", [parts.choice(words.say("They have left"), "left")], ["left"] if said.left else []
        )
        blocks.append(parts.field("left", words.say("Still there?"), box, optional=True))
    return blocks


def differing(typed: ContactFields, now: ContactFields, words: Words) -> list[str]:
    """What stands in the book where it differs from what somebody entered, field by field."""
    found = []
    for name in ("name", "role", "email", "employer", "jurisdiction", "language"):
        said = getattr(now, name)
        if said != getattr(typed, name):
            found.append((LABELS[name], _shown(name, said, words)))
    if {*now.offices, *now.bound} != {*typed.offices, *typed.bound}:
        bound = words.listed([regime(code, words) for code in (*now.offices, *now.bound)])
        found.append((LABELS["regimes"], bound))
    for kind, label in PREFERENCES.items():
        said = (now.preferences or {}).get(kind.value, "")
        if said != (typed.preferences or {}).get(kind.value, ""):
            found.append((label, said))
    if now.left != typed.left:
        found.append((LABELS["left"], words.say("yes") if now.left else words.say("no")))
    return [
        words.say(
            "{what}: {text}",
            what=words.say(label),
            text=parts.one_line(said, 150) if said else words.say("nothing"),
        )
        for label, said in found
    ]


def _shown(name: str, said: str, words: Words) -> str:
    if name == "jurisdiction":
        return places.place(said, words) if said else ""
    if name == "language":
        return str(words.locale.languages.get(said.partition("-")[0], said))
    return said

"""Words for what an import finds: why a row is rejected, and what our columns are called."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.preferences import Preference
from handlers import i18n
from handlers.i18n import Words

REASONS: Mapping[str, str] = {
    "name.missing": i18n.message("the client’s name is missing"),
    "name.ambiguous": i18n.message("two clients are called {found} already"),
    "name.taken": i18n.message("another client is called {found} already"),
    "name.near": i18n.message("looks like {other}: the same client, another, or to be left out?"),
    "client.unknown": i18n.message("no client has the id {found}, and the row names none"),
    "client.not_yours": i18n.message("{found} is looked after by somebody else"),
    "owner.unknown": i18n.message(
        "nobody here is called {found}; write a Slack user id, or an e-mail or name of a member"
    ),
    "owner.left": i18n.message("{found} is no longer here"),
    "owner.no_keeper": i18n.message("{found} keeps no clients"),
    "owner.excluded": i18n.message("{found} must not have this client"),
    "owner.too_many": i18n.message(
        "more clients change hands than one list may move; bring in the rest with another list, "
        "or hand a book over with rapport reassign"
    ),
    "owner.not_yours": i18n.message("only an admin or a lead can bring in clients of {found}"),
    "row.broken": i18n.message("quotation marks do not match from here on, or a little before ({found})"),
    "bytes.wrong": i18n.message("a byte ({found}) is no letter; save the file as UTF-8 and try again"),
    "text.too_long": i18n.message("what stands under {found} is too long"),
    "status.unknown": i18n.message("{found} is no status; write prospect, active or on hold"),
    "tier.unknown": i18n.message("{found} is no tier; write A, B, C or D"),
    "market.unknown": i18n.message("{found} is no country or state; write a code such as US, US-NY or FR"),
    "zone.unknown": i18n.message("{found} is no time zone; write it as Europe/Paris"),
    "hours.wrong": i18n.message("{found} are no working hours; write mon-fri 09:00-12:00 14:00-18:00"),
    "currency.unknown": i18n.message("{found} is no currency; write a code such as USD"),
    "amount.wrong": i18n.message("{found} is no amount; write it as 1234.50"),
    "cadence.wrong": i18n.message("{found} is no number of days between 1 and 730"),
    "date.wrong": i18n.message("{found} is no date; write it as 2026-03-31"),
    "date.order": i18n.message(
        "{found} can be read in two ways: say whether the day or the month comes first"
    ),
    "date.future": i18n.message("{found} lies in the future"),
    "channel.unknown": i18n.message("{found} is no channel; write its id, which begins with C"),
    "language.unknown": i18n.message("{found} is no language; write a code such as en or fr-CA"),
    "preference.sensitive": i18n.message(
        "“{found}” tells of health, religion or family, which is not noted: the client may read it"
    ),
    "preference.unknown": i18n.message(
        "{found} is no preference; write one of {preferences}, as in food: vegetarian"
    ),
    "contact.nameless": i18n.message("the contact {found} has no name"),
}
"""Why a row cannot be taken in, as the end of a sentence that begins with the line."""

COLUMN_NAMES: Mapping[str, str] = {
    "name": i18n.message("Client: name"),
    "external_id": i18n.message("Client: id in the other system"),
    "aliases": i18n.message("Client: other names"),
    "owner": i18n.message("Client: owner"),
    "backup": i18n.message("Client: backup"),
    "sponsor": i18n.message("Client: sponsor"),
    "status": i18n.message("Client: status"),
    "kind": i18n.message("Client: type or stage"),
    "tier": i18n.message("Client: tier"),
    "market": i18n.message("Client: market"),
    "country": i18n.message("Client: country"),
    "state": i18n.message("Client: state or province"),
    "zone": i18n.message("Client: time zone"),
    "hours": i18n.message("Client: working hours"),
    "own_holidays": i18n.message("Client: own days off"),
    "sector": i18n.message("Client: sector"),
    "currency": i18n.message("Client: currency"),
    "price_floor": i18n.message("Client: lowest price"),
    "relation_since": i18n.message("Client: since when"),
    "contract_on": i18n.message("Client: day of the contract"),
    "renews_on": i18n.message("Client: day of the renewal"),
    "offerings": i18n.message("Client: what it buys"),
    "channels": i18n.message("Client: Slack channels"),
    "cadence_days": i18n.message("Client: days between contacts"),
    "last_touch": i18n.message("Client: last contact"),
    "contact": i18n.message("Contact: full name"),
    "contact_first": i18n.message("Contact: first name"),
    "contact_last": i18n.message("Contact: last name"),
    "contact_external_id": i18n.message("Contact: id in the other system"),
    "contact_role": i18n.message("Contact: role"),
    "contact_email": i18n.message("Contact: e-mail"),
    "contact_employer": i18n.message("Contact: employer"),
    "contact_regimes": i18n.message("Contact: rules that bind them"),
    "contact_jurisdiction": i18n.message("Contact: jurisdiction"),
    "contact_language": i18n.message("Contact: language"),
    "contact_preferences": i18n.message("Contact: preferences"),
    "contact_left": i18n.message("Contact: left on"),
}

THINGS: Mapping[tuple[str, str], str] = {
    ("Salesforce", "accounts"): i18n.message("accounts of Salesforce"),
    ("Salesforce", "contacts"): i18n.message("contacts of Salesforce"),
    ("HubSpot", "companies"): i18n.message("companies of HubSpot"),
    ("HubSpot", "contacts"): i18n.message("contacts of HubSpot"),
    ("Pipedrive", "organizations"): i18n.message("organizations of Pipedrive"),
    ("Pipedrive", "people"): i18n.message("people of Pipedrive"),
}

_FOUND = 80


def reason(code: str, found: str, other: str, words: Words) -> str:
    """Why a row is rejected, in plain text."""
    shown = found if len(found) <= _FOUND else f"{found[:_FOUND]}…"
    if code == "text.too_long":
        shown = column_name(found, words)
    return words.say(
        REASONS[code],
        found=shown,
        other=other,
        preferences=", ".join(Preference),
    )


def column_name(column: str, words: Words) -> str:
    return words.say(COLUMN_NAMES[column]) if column in COLUMN_NAMES else column


def kind_of_list(system: str, things: str, words: Words) -> str:
    """Whose export a list is; empty for a plain one."""
    said = THINGS.get((system, things))
    return "" if said is None else words.say(said)

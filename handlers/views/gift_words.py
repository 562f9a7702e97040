"""The codes of a gift proposal in words: each is a sentence of the catalogues, to be said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.i18n import message

VERDICTS: Mapping[str, str] = {
    "allowed": message("Allowed"),
    "needs_approval": message("Needs approval first"),
    "not_allowed": message("Not allowed"),
    "ask": message("Ask them first"),
}

RECEIVED_VERDICTS: Mapping[str, str] = {
    "allowed": message("You may keep it"),
    "needs_approval": message("Ask before you keep it"),
    "not_allowed": message("Do not accept it, or give it back"),
    "ask": message("Ask compliance before you keep it"),
}
"""The same of a gift that one of us receives."""

LAYERS: Mapping[str, str] = {
    "employer": message("The recipient's employer"),
    "public_official": message("Law on public officials"),
    "healthcare": message("Law on health care"),
    "financial": message("Financial regulation"),
    "house": message("Our own policy"),
    "tax": message("Tax"),
}

CATEGORIES: Mapping[str, str] = {
    "gift": message("Gift"),
    "promotional_item": message("Promotional item (pen, calendar, mug …)"),
    "alcohol": message("Alcohol"),
    "perishable": message("Food, flowers and the like"),
    "meal": message("Meal"),
    "refreshment": message("Coffee, snacks"),
    "entertainment": message("Entertainment (sports, concert, show …)"),
    "event_attendance": message("Conference, seminar, dinner with a programme"),
    "travel": message("Travel"),
    "lodging": message("Hotel, lodging"),
    "cash": message("Cash"),
    "cash_equivalent": message("Voucher or card as good as cash"),
    "gift_card_retail": message("Gift card of one shop"),
    "discount": message("Discount"),
    "loan": message("Loan"),
    "tip": message("Tip"),
    "club_membership": message("Club membership"),
    "charitable_donation": message("Donation to charity"),
    "award": message("Award"),
    "prize": message("Prize, draw"),
    "greeting_card": message("Greeting card"),
    "educational_item": message("Educational item"),
    "informational_material": message("Information material"),
    "sample": message("Sample"),
    "personal_service": message("Personal service"),
    "investment": message("Investment opportunity"),
}

CHECKED: Mapping[str, str] = {
    "primary": message("read in the original text"),
    "secondary": message("known from another source only"),
    "unverified": message("not verified"),
    "undated": message("without a date"),
    "old": message("more than two years old"),
}
"""How sure we are of a rule, and what makes us less so."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A fact that holds or does not: how to ask about it, and how to state each answer."""

    question: str
    holds: str
    fails: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A fact with several codes: how to ask for it, a short name of it, and the codes in words."""

    question: str
    name: str
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Number:
    """A fact that is a whole number or an amount: how to ask for it, and a short name of it."""

    question: str
    name: str


FLAGS: Mapping[str, Flag] = {
    "recipient.buys_from_giver": Flag(
        message("Does this person deal with us, or influence business with us?"),
        message("this person deals with us or influences business with us"),
        message("this person has no influence on business with us"),
    ),
    "recipient.procurement_role": Flag(
        message("Does this person work in purchasing, contracting or inspection?"),
        message("this person works in purchasing, contracting or inspection"),
        message("this person does not work in purchasing, contracting or inspection"),
    ),
    "recipient.recused": Flag(
        message("Has this person formally withdrawn from all matters that concern us?"),
        message("this person has formally withdrawn from our matters"),
        message("this person has not withdrawn from our matters"),
    ),
    "giver.seeks_official_action": Flag(
        message("Do we do or seek business with the person's organisation, or want a decision from it?"),
        message("we do or seek business with the organisation"),
        message("we want nothing from the organisation"),
    ),
    "giver.has_matter_with_recipient": Flag(
        message("Is a matter of ours before this very person, now or within six months?"),
        message("a matter of ours is before this very person"),
        message("no matter of ours is before this very person"),
    ),
    "giver.registered_lobbyist": Flag(
        message("Are we registered as a lobbyist?"),
        message("we are registered as a lobbyist"),
        message("we are not registered as a lobbyist"),
    ),
    "giver.retains_lobbyist": Flag(
        message("Do we employ or hire a lobbyist?"),
        message("we employ or hire a lobbyist"),
        message("we employ no lobbyist"),
    ),
    "giver.health_products_maker": Flag(
        message("Do we make or distribute drugs or medical devices?"),
        message("we make or distribute drugs or medical devices"),
        message("we make no drugs or medical devices"),
    ),
    "giver.phrma_member": Flag(
        message("Have we signed the drug makers' code of PhRMA?"),
        message("we have signed the PhRMA code"),
        message("we have not signed the PhRMA code"),
    ),
    "giver.finra_member": Flag(
        message("Are we a member firm of FINRA?"),
        message("we are a member firm of FINRA"),
        message("we are not a member firm of FINRA"),
    ),
    "giver.municipal_dealer": Flag(
        message("Do we deal in, or advise on, municipal securities?"),
        message("we deal in or advise on municipal securities"),
        message("we do not deal in municipal securities"),
    ),
    "giver.personal_relationship": Flag(
        message("Is the giver family, or a friend from before the business relation?"),
        message("a family tie or friendship is older than the business"),
        message("there is no older family tie or friendship"),
    ),
    "giver.individual": Flag(
        message("Does a private person give, and not a firm?"),
        message("a private person gives"),
        message("a firm gives"),
    ),
    "item.branded": Flag(
        message("Does it carry our logo?"),
        message("it carries our logo"),
        message("it carries no logo"),
    ),
    "item.inscribed": Flag(
        message("Is it engraved for this person or occasion?"),
        message("it is engraved for the person or occasion"),
        message("it is not engraved"),
    ),
    "item.cash_component": Flag(
        message("Does it contain money?"),
        message("it contains money"),
        message("it contains no money"),
    ),
    "item.lavish": Flag(
        message("Is it above what is modest for its kind?"),
        message("it is above what is modest for its kind"),
        message("it is modest for its kind"),
    ),
    "context.host_present": Flag(
        message("Is somebody of ours present?"),
        message("somebody of ours is present"),
        message("nobody of ours is present"),
    ),
    "context.diversity_of_views": Flag(
        message("Is the audience mixed, from many organisations and views?"),
        message("the audience is mixed"),
        message("the audience is not mixed"),
    ),
    "context.because_of_position": Flag(
        message("Is it offered because of the person's office?"),
        message("it is offered because of the person's office"),
        message("it is not offered because of the person's office"),
    ),
    "context.fee_charged": Flag(
        message("Does anybody who attends pay for it?"),
        message("attendees pay a fee"),
        message("nobody pays to attend"),
    ),
    "context.work_related": Flag(
        message("Has it to do with the work?"),
        message("it has to do with the work"),
        message("it has nothing to do with the work"),
    ),
    "context.pooled": Flag(
        message("Do several givers buy one thing together?"),
        message("several givers buy it together"),
        message("one giver alone buys it"),
    ),
    "context.frequent": Flag(
        message("Is it part of a habit?"),
        message("it is part of a habit"),
        message("it is a single occasion"),
    ),
    "context.speaking": Flag(
        message("Does the person speak or sit on a panel there, for the employer?"),
        message("the person speaks there for the employer"),
        message("the person does not speak there"),
    ),
    "context.presentation": Flag(
        message("Is an educational or scientific presentation held there?"),
        message("an educational or scientific presentation is held there"),
        message("no educational or scientific presentation is held there"),
    ),
    "context.impromptu": Flag(
        message("Does it arise on the spot, unplanned?"),
        message("it arises on the spot"),
        message("it is planned"),
    ),
    "context.open_to_public": Flag(
        message("May the public take part?"),
        message("the public may take part"),
        message("the public may not take part"),
    ),
    "context.required_by_duties": Flag(
        message("Does the person take part as a duty of the job?"),
        message("the person takes part as a duty of the job"),
        message("the person does not take part as a duty"),
    ),
    "context.pending_decision": Flag(
        message("Is a tender, purchase, inspection, negotiation or renewal under way?"),
        message("a tender, negotiation or other decision is under way"),
        message("no tender, negotiation or other decision is under way"),
    ),
    "context.conditional": Flag(
        message("Is anything expected in return?"),
        message("something is expected in return"),
        message("nothing is expected in return"),
    ),
    "context.after_official_act": Flag(
        message("Is it a thank-you for an official act just done?"),
        message("it thanks for an official act"),
        message("it does not thank for an official act"),
    ),
    "context.abroad": Flag(
        message("Is the person on duty abroad?"),
        message("the person is on duty abroad"),
        message("the person is not on duty abroad"),
    ),
    "context.within_per_diem": Flag(
        message("Is it within the official daily allowance of the host country?"),
        message("it is within the official daily allowance"),
        message("it is above the official daily allowance"),
    ),
    "context.bought_with_official_money": Flag(
        message("Is it a bonus for spending the employer's money?"),
        message("it is a bonus for spending the employer's money"),
        message("it is no bonus for spending the employer's money"),
    ),
    "context.presented_in_person": Flag(
        message("Is it handed over in person?"),
        message("it is handed over in person"),
        message("it is not handed over in person"),
    ),
    "context.scarce": Flag(
        message("Is it hard to get, such as tickets that are sold out?"),
        message("it cannot be bought freely"),
        message("it can be bought freely"),
    ),
    "context.convention": Flag(
        message("Is it covered by an agreement filed with the authority (France, health)?"),
        message("a filed agreement covers it"),
        message("no filed agreement covers it"),
    ),
    "context.regift": Flag(
        message("Was it a gift to us before?"),
        message("it was a gift to us before"),
        message("it was not a gift to us before"),
    ),
}

_OFFERED_TO: Mapping[str, str] = {
    "recipient_only": message("this person only"),
    "senior_only": message("senior people only"),
    "role_based": message("holders of the office"),
    "all_employees": message("every employee of the organisation"),
    "broad_group": message("a broad group"),
    "public": message("the public"),
    "spouse_colleagues": message("all staff of the spouse's firm"),
    "former_colleagues": message("former colleagues"),
    "all_attendees": message("everybody who attends"),
    "building_occupants": message("everybody in the building"),
}

CHOICES: Mapping[str, Choice] = {
    "recipient.rank": Choice(
        message("What rank does the person hold?"),
        message("rank of the person"),
        {
            "staff": message("staff"),
            "member": message("elected member"),
            "senior": message("head of the body, or the like"),
        },
    ),
    "giver.capacity": Choice(
        message("In what capacity is it given?"),
        message("capacity of the giver"),
        {
            "business": message("ordinary business"),
            "event_sponsor": message("sponsor of the event"),
            "event_other": message("pays for somebody else's event"),
            "award_body": message("body that grants an award"),
            "university": message("university"),
            "public_body": message("public body"),
            "spouse_employer": message("employer of the spouse"),
            "own_business": message("the person's own business"),
            "former_employer": message("former employer"),
            "prospective_employer": message("prospective employer"),
            "friend": message("friend"),
            "relative": message("relative"),
            "partner": message("partner in life"),
            "private_host": message("host at home"),
            "member_of_public": message("member of the public"),
            "patient": message("patient"),
            "pupil_parent": message("parent of a pupil"),
            "employer": message("employer"),
        },
    ),
    "giver.paid_by": Choice(
        message("Who pays for it?"),
        message("who pays"),
        {"giver": message("the giver, privately"), "firm": message("our firm")},
    ),
    "item.category": Choice(message("What kind of thing is it?"), message("kind"), CATEGORIES),
    "context.occasion": Choice(
        message("What is the occasion?"),
        message("occasion"),
        {
            "birthday": message("birthday"),
            "wedding": message("wedding"),
            "promotion": message("promotion"),
            "holiday": message("holidays, end of the year"),
            "speech": message("speech"),
            "panel": message("panel"),
            "training": message("training"),
            "retirement": message("retirement"),
            "none": message("none in particular"),
        },
    ),
    "context.guest_relation": Choice(
        message("Who comes along with the person?"),
        message("companion"),
        {
            "spouse": message("the spouse"),
            "family": message("other family"),
            "other": message("somebody else"),
        },
    ),
    "context.given_to": Choice(
        message("Who really gets it?"),
        message("who gets it"),
        {
            "recipient": message("the person"),
            "spouse": message("the spouse"),
            "family": message("the family"),
            "charity_named_by_recipient": message("a charity the person names"),
        },
    ),
    "context.setting": Choice(
        message("Where does it take place?"),
        message("place"),
        {
            "workplace": message("at their workplace"),
            "restaurant": message("in a restaurant"),
            "reception": message("at a reception"),
            "one_on_one": message("at a meeting of two"),
            "briefing": message("at a briefing"),
            "conference_booth": message("at a booth of a conference"),
            "conference": message("at a conference"),
            "virtual": message("online"),
            "giver_premises": message("at our offices"),
            "giver_lobbying_office": message("at our lobbying office"),
            "home": message("at home"),
            "trade_show": message("at a trade show"),
        },
    ),
    "context.agency_determination": Choice(
        message("What has the ethics office of the organisation decided in writing?"),
        message("written decision of the ethics office"),
        {"positive": message("it agreed"), "negative": message("it declined")},
    ),
    "context.offered_to": Choice(
        message("Who may have the same?"), message("who may have the same"), _OFFERED_TO
    ),
}

NUMBERS: Mapping[str, Number] = {
    "giver.sources": Number(message("How many unrelated givers are there?"), message("number of givers")),
    "item.quantity": Number(message("How many pieces?"), message("number of pieces")),
    "context.guests": Number(
        message("How many companions of the person receive it too?"), message("number of companions")
    ),
    "context.attendees": Number(message("How many people attend?"), message("number of attendees")),
}

_RECEIVED_FLAGS: Mapping[str, Flag] = {
    "context.host_present": Flag(
        message("Is the giver there as the host?"),
        message("the giver is there as the host"),
        message("the giver is not there"),
    ),
}
_RECEIVED_CHOICES: Mapping[str, Choice] = {
    "context.given_to": Choice(
        message("Who really gets it?"),
        message("who gets it"),
        {
            "recipient": message("I do"),
            "spouse": message("my spouse"),
            "family": message("my family"),
            "charity_named_by_recipient": message("a charity that I name"),
        },
    ),
}
_RECEIVED_NUMBERS: Mapping[str, Number] = {
    "context.guests": Number(
        message("How many people that you bring receive it too?"), message("number of people you bring")
    ),
}


def facts_of(*, received: bool) -> tuple[Mapping[str, Flag], Mapping[str, Choice], Mapping[str, Number]]:
    """How flags, choices and numbers are asked about: of a gift received some are put to who received it."""
    if not received:
        return FLAGS, CHOICES, NUMBERS
    return (
        {**FLAGS, **_RECEIVED_FLAGS},
        {**CHOICES, **_RECEIVED_CHOICES},
        {**NUMBERS, **_RECEIVED_NUMBERS},
    )


AMOUNTS: Mapping[str, Number] = {
    "item.unit_value": Number(message("What does one piece cost?"), message("value")),
    "item.face_value": Number(message("What is printed on the ticket?"), message("face value")),
    "item.market_value": Number(message("What does it sell for today?"), message("market value")),
    "item.cost_to_giver": Number(message("What did it cost us?"), message("cost to us")),
    "context.recipient_pays": Number(
        message("How much of it does the person pay back?"), message("paid back by the person")
    ),
    "context.share_each": Number(message("How large is our share?"), message("our share")),
}

PERIODS: Mapping[str, str] = {
    "unit": message("apiece"),
    "item": message("for the whole gift"),
    "head": message("per person"),
    "occasion": message("on one occasion"),
    "calendar_month": message("in a calendar month"),
    "calendar_year": message("in a calendar year"),
    "rolling_12_months": message("in twelve months"),
}

APPROVERS: Mapping[str, str] = {
    "supervisor_approval": message("the recipient's own manager"),
    "written_determination": message("the ethics office of the recipient's organisation, in writing"),
    "agency_authorisation": message("the recipient's agency"),
    "committee_approval": message("the ethics committee of the recipient's house, in writing"),
}
"""Obligations that are somebody's agreement on the recipient's side; ours are named person by person."""

OBLIGATIONS: Mapping[str, str] = {
    "register": message("enter it into our register"),
    "ask_recipient_policy": message("ask the recipient whether their rules allow it"),
    "recipient_disclosure": message("the recipient has to disclose it to the employer"),
    "giver_report": message("we have to report it to the authority"),
    "return_or_pay": message("the recipient has to return it or pay for it"),
    "supervisor_notice": message("the recipient has to tell their own manager"),
    "donate_to_charity": message("the recipient has to pass it on to a charity"),
    "may_be_destroyed": message("the recipient may destroy it instead of returning it"),
    "ethics_advice": message("the recipient had better ask their ethics office"),
    "declare_agreement": message("the agreement has to be declared to the authority"),
    "authorised_agreement": message("the agreement has to be authorised by the authority"),
    "company_programme": message("check the yearly limit of our own compliance programme"),
}

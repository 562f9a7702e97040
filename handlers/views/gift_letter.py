"""A question to the recipient, where no rule of theirs is on file."""

from __future__ import annotations

from babel.languages import get_official_languages
from babel.localedata import exists

from bot.domain.clients import Client, Contact
from bot.domain.gifts.proposal import Proposal
from handlers import i18n
from handlers.answers import Block
from handlers.i18n import Words
from handlers.views import parts
from handlers.views.gift_subject import NAME, OUTINGS, employer_of, gift


def client_words(proposal: Proposal, client: Client | None, words: Words) -> Words:
    """The words to write to this recipient in: French where it is the first language of the place, else English."""
    place = proposal.recipient.jurisdiction or (client.market if client is not None else "")
    return words_of(place, "", words)


def words_of(place: str, language: str, words: Words) -> Words:
    """The words to write in to somebody at a place (ISO 3166, with or without subdivision) who speaks `language`
    (BCP 47; empty: unknown): what they speak where we do, else by the place; `words` where nothing is known."""
    spoken = language.partition("-")[0].casefold()
    if spoken in i18n.LANGUAGES:
        return i18n.words_for(language if "-" in language else {"fr": "fr-FR"}.get(spoken, "en-US"))
    if not place:
        return words
    country, _, part = place.upper().partition("-")
    languages = get_official_languages(country)
    french = languages[:1] == ("fr",) or (country, part) == ("CA", "QC")
    tag = f"{'fr' if french else 'en'}_{country}"
    return i18n.words_for(tag if exists(tag) else ("fr-FR" if french else "en-US"))


def draft_question(
    proposal: Proposal,
    client: Client | None,
    contact: Contact | None,
    words: Words,
    language: str | None = None,
) -> str:
    """A question to the recipient, to be copied; in their language unless another `language` (en, fr) is chosen."""
    theirs = client_words(proposal, client, words)
    if language is not None and theirs.language != language:
        theirs = i18n.words_for({"fr": "fr-FR"}.get(language, "en-US"))
    person = proposal.recipient.name or (contact.name if contact is not None else "")
    greeting = (
        theirs.say("Hello {name},", name=parts.one_line(person, NAME)) if person else theirs.say("Hello,")
    )
    offered = (
        theirs.say("I would like to invite you: {gift}.", gift=gift(proposal, theirs))
        if proposal.items[0].category in OUTINGS
        else theirs.say(
            "I would like to thank you with something small: {gift}.", gift=gift(proposal, theirs)
        )
    )
    asked = theirs.say(
        "Before I do, I want to be sure that it puts you in no awkward position. May you accept it under the rules of "
        "{employer}? Is there a limit in value, or somebody who should agree first?",
        employer=employer_of(proposal),
    )
    ending = theirs.say("Kind regards")
    return f"{greeting}\n\n{offered} {asked}\n\n{ending}"


def to_copy(text: str) -> Block:
    """A text set apart so that it can be copied as it stands."""
    element = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [element]}

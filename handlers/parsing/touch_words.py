"""The words of a touch in English and French, folded: channels, directions, and what leads to or from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.touches import Channel, Direction
from handlers.folding import any_of

IN, OUT, _BOTH = Direction.INBOUND, Direction.OUTBOUND, Direction.TWO_WAY

_CHANNEL_WORDS: dict[Channel, str] = {
    Channel.CALL: (
        "call|calls|phone call|phonecall|conference call|conf call|phone|by phone|on the phone"
        "|telephone|tel|voicemail|voice mail|appel|appels|appel telephonique|par telephone|au telephone"
        "|coup de fil|coup de telephone|messagerie|called|phoned|rang|appele|appelee|appeles"
        "|telephone a"
    ),
    Channel.VIDEO: (
        "video|video call|video meeting|videocall|visio|en visio|appel visio|call visio|reunion visio"
        "|visioconference|visioconf|zoom|zoom call|zoom meeting|call zoom|appel zoom|reunion zoom"
        "|sur zoom|on zoom|teams|teams call|teams meeting|call teams|appel teams|reunion teams"
        "|point teams|sur teams|on teams|google meet|gmeet|webex|skype|skype call|appel skype|facetime"
        "|video conference|videoconference|appel video"
    ),
    # A meal with somebody is a visit: it is the person one spoke to that counts, and not the table.
    Channel.VISIT: (
        "visit|visits|site visit|onsite|on-site|on site|in person|face to face|visite|visited"
        "|visite de site|meeting|met|met with|rdv|rendez-vous|rendez vous|reunion|rencontre|en personne"
        "|entretien|lunch|dinner|breakfast|coffee|dejeuner|diner|petit-dejeuner|petit dejeuner|cafe"
        "|petit dej"
    ),
    Channel.MESSAGE: (
        "message|messages|text|text message|texted|sms|texto|textos|whatsapp|whats app|whatsapp message"
        "|message whatsapp|slack|slack message|message slack|linkedin|linkedin message|message linkedin"
        "|dm|imessage|wechat|telegram|chat|messaged"
    ),
    Channel.EMAIL: (
        "mail|mails|email|emails|e-mail|e-mails|courriel|courriels|mel|emailed|e-mailed|mailed|par mail"
        "|par email"
    ),
    Channel.EVENT: (
        "event|events|evenement|conference|trade show|tradeshow|salon|seminar|seminaire|webinar"
        "|webinaire|gala|soiree|cocktail|expo|fair|foire|workshop|atelier"
    ),
    Channel.GIFT: "gift|gifts|cadeau|cadeaux",
    Channel.OTHER: "letter|lettre|courrier|postcard|carte postale|fax",
}
_ME = r"(?: (?:to )?(?:me|us))"
_THEM = r"(?: (?:them|him|her|back))?"
_HE = r"(?:they|he|she|ils|elles|il|elle)"
_WE = r"(?:i|we|i've|we've|i have|we have)"
_JE = r"(?:j'ai|on a|nous avons|je l'ai|je les ai|on l'a|on les a)"
_M_A = r"(?:m'a|nous a|m'ont|nous ont)"

# A tag is taken out of the text. What is told in words is taken out only between other facts: at the beginning of
# the note it stays, because it is part of what happened.
TAG, TOLD, KEPT = range(3)
_SPOKEN: tuple[tuple[str, Channel | None, Direction | None, int], ...] = (
    (r"inbound|incoming|entrante?", None, IN, TAG),
    (r"outbound|outgoing|sortante?", None, OUT, TAG),
    (r"two[- ]way|both ways|dans les deux sens", None, _BOTH, TAG),
    (r"received|recue?s?", None, IN, TOLD),
    (r"sent|envoyee?s?", None, OUT, TOLD),
    (r"exchanged?|echanges?|echangee?s?", None, _BOTH, TOLD),
    (rf"{_HE} (?:called|phoned|rang)(?:{_ME}| back)?|(?:called|phoned|rang){_ME}", Channel.CALL, IN, TOLD),
    (rf"{_HE} (?:emailed|e-mailed){_ME}?|(?:emailed|e-mailed){_ME}", Channel.EMAIL, IN, TOLD),
    (rf"{_HE} (?:texted|messaged){_ME}?|(?:texted|messaged){_ME}", Channel.MESSAGE, IN, TOLD),
    (rf"{_HE} (?:wrote|replied|answered){_ME}?|(?:wrote|replied|contacted){_ME}", None, IN, TOLD),
    (rf"{_WE} (?:called|phoned|rang){_THEM}|called (?:them|him|her)", Channel.CALL, OUT, TOLD),
    (rf"{_WE} (?:emailed|e-mailed){_THEM}", Channel.EMAIL, OUT, TOLD),
    (rf"{_WE} (?:texted|messaged){_THEM}", Channel.MESSAGE, OUT, TOLD),
    (rf"{_WE} (?:wrote|replied|answered|sent){_THEM}", None, OUT, TOLD),
    (rf"{_M_A} (?:r?appelee?s?|telephone)|(?:a|ont) (?:r?appele|telephone)", Channel.CALL, IN, TOLD),
    (rf"{_M_A} (?:ecrit|repondu|contactee?s?|envoye)|(?:a|ont) (?:ecrit|repondu)", None, IN, TOLD),
    (rf"{_JE} (?:r?appelee?s?|telephone)", Channel.CALL, OUT, TOLD),
    (rf"{_JE} (?:ecrit|repondu|contactee?s?|envoye)", None, OUT, TOLD),
    (r"left (?:(?:them|him|her) )?an? (?:voice ?mail|vm)", Channel.CALL, OUT, KEPT),
    (r"left (?:(?:them|him|her) )?an? message", None, OUT, KEPT),
    (r"laisse un (?:message (?:vocal|sur (?:le|son) repondeur)|vocal)", Channel.CALL, OUT, KEPT),
    (r"laisse un message", None, OUT, KEPT),
)
# Said of a client that follows ("called Acme"), these are ours to them.
OURS_WHEN_FIRST = frozenset(
    (
        "called",
        "phoned",
        "rang",
        "emailed",
        "e-mailed",
        "texted",
        "messaged",
        "appele",
        "appelee",
        "telephone a",
    )
)
SPEAKING = (Channel.CALL, Channel.VIDEO, Channel.MESSAGE, Channel.EMAIL, Channel.OTHER, None)
_FILLERS = (
    "a|an|un|une|the|le|la|les|on|by|par|via|in|en|at|sur|of|de|du|quick|short|brief|long|good|great|nice|petit|petite"
    "|bref|rapide|bon|bonne|had|did|made|eu|fait|j'ai eu|on a eu|we had|i had|and|et|then|puis|our|my|notre|mon|ma|an"
    "|weekly|monthly|follow-up|follow up|intro|first|unplanned|impromptu"
)
_NOTE_STARTS = (
    "asked|asks|asking|talked|talking|discussed|spoke|speaks|told|said|says|wants|wanted|needs|needed|agreed|signed"
    "|confirmed|complained|about|re|regarding|concerning|wrote|requested|mentioned|is|was|are|were|has|have|will|would"
    "|we|they|he|she|i|demande|demandent|demandait|veut|voulait|parle|discute|signe|confirme|accepte|souhaite|nous|ils"
    "|elles|il|elle|on|j'ai|ont|est|sont|va|vont|concernant|because|parce|qui|who|that|que"
)
BRANDS = frozenset(
    ("zoom", "teams", "whatsapp", "linkedin", "skype", "slack", "sms", "rdv", "webex", "telegram", "dm")
)


@dataclass(frozen=True, slots=True)
class _Words:
    spoken: re.Pattern[str]
    kinds: tuple[tuple[Channel | None, Direction | None, int], ...]
    fillers: re.Pattern[str]
    note_starts: re.Pattern[str]


_AFTER_WORD = r"(?!\w|[-'./@]\w| d'offres?\b)"


@lru_cache(maxsize=1)
def touch_words() -> _Words:
    patterns = [
        *(pattern for pattern, *_ in _SPOKEN),
        *(any_of(words.split("|")) for words in _CHANNEL_WORDS.values()),
    ]
    kinds = (*((c, d, k) for _, c, d, k in _SPOKEN), *((channel, None, TAG) for channel in _CHANNEL_WORDS))
    # A lookahead for each, so that all are tried and the longest wins.
    spoken = "".join(rf"(?=((?:{pattern}){_AFTER_WORD})?)" for pattern in patterns)
    fillers, note_starts = any_of(_FILLERS.split("|")), any_of(_NOTE_STARTS.split("|"))
    return _Words(
        re.compile(spoken),
        kinds,
        re.compile(rf"(?:{fillers} |[ld]')"),
        re.compile(rf"{note_starts}(?!\w|[-./@&]\w)"),
    )

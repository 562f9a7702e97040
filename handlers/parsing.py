"""What people type after a command, turned into domain values.

Nothing here knows a client, a contact or a rule: names come back as they were typed and are looked up elsewhere.
Reading never guesses: a word that does not surely say a channel, a direction, a date or an amount stays in the note
or the description, where its author sees it again; what is surely meant and cannot be is a ParseComplaint.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.names import normalise
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction
from handlers.amounts import AmountError, FoundAmount, find_amount
from handlers.dates import DateError, FoundDate, date_at, fold

LeadingName = Callable[[Sequence[str]], int]
"""Given words of a text, how many of them from the first on are exactly the name or alias of a known client."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who typed: the moment (aware), the zone and the locale ("en-US", "fr-FR" …) by which their words are read."""

    now: datetime
    zone: ZoneInfo
    locale: str


@dataclass(frozen=True, slots=True)
class TypedTouch:
    """A touch as typed; what the text does not say is None, or empty for `client` and `note`.

    `when.span` points into the text that was read.
    """

    client: str
    channel: Channel | None
    direction: Direction | None
    contact: str | None
    when: FoundDate | None
    note: str


@dataclass(frozen=True, slots=True)
class TypedGift:
    """A gift as typed. `amount` is for one of `quantity` (≥ 1), unless the text says "in total": then it is for all,
    and `quantity` is 1. `category` is a code of the gift proposal; None means nothing more special than a gift.
    """

    amount: Money | None
    quantity: int
    description: str
    category: str | None
    contact: str | None
    employer: str | None


class ParseComplaint(Refusal):
    """A word that cannot be what it is meant to be.

    `code` is "date." or "amount." with the code of DateError and AmountError, "amount.several" (two amounts),
    "amount.currency_missing" ("45 wine": dollars or bottles?), "quantity.zero", "quantity.too_large" or
    "client.quote_open". `word` is the piece of text complained of and `span` its place; both are facts as well.
    """

    def __init__(self, code: str, word: str, span: tuple[int, int]) -> None:
        super().__init__(code, word=word, span=span)
        self.word = word
        self.span = span


# --------------------------------------------------------------------------- what Slack sends, as it was seen

_MARKUP = re.compile(r"<([@#!]?)([^<>|\n]{1,3000})(?:\|([^<>\n]{0,3000}))?>|&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)


def _as_seen(match: re.Match[str]) -> str:
    kind, target, label, entity = match.groups()
    if entity:
        return _ENTITIES[entity]
    shown = _unescaped(label or "")
    if kind in ("@", "#"):
        return kind + (shown or target).removeprefix(kind)
    if kind == "!":
        name = target.split("^")[1] if "^" in target else target
        return shown if target.startswith("date^") and shown else "@" + (shown or name).removeprefix("@")
    if _ADDRESS.match(target):
        return shown or _unescaped(target.removeprefix("mailto:").removeprefix("tel:"))
    return match[0]


def plain(text: str) -> str:
    """Slack's typed text as its author saw it: entities undone once, mentions and channels by name, links by label.

    A mention without a name keeps its id ("@U123"), "<!here>" becomes "@here"; letters and accents are composed
    (NFC). The result is for reading and storing: it must be escaped before it is sent anywhere.
    """
    return unicodedata.normalize("NFC", _MARKUP.sub(_as_seen, text))


# --------------------------------------------------------------------------- words of a touch

_IN, _OUT, _BOTH = Direction.INBOUND, Direction.OUTBOUND, Direction.TWO_WAY

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
_TAG, _TOLD, _KEPT = range(3)
_SPOKEN: tuple[tuple[str, Channel | None, Direction | None, int], ...] = (
    (r"inbound|incoming|entrante?", None, _IN, _TAG),
    (r"outbound|outgoing|sortante?", None, _OUT, _TAG),
    (r"two[- ]way|both ways|dans les deux sens", None, _BOTH, _TAG),
    (r"received|recue?s?", None, _IN, _TOLD),
    (r"sent|envoyee?s?", None, _OUT, _TOLD),
    (r"exchanged?|echanges?|echangee?s?", None, _BOTH, _TOLD),
    (rf"{_HE} (?:called|phoned|rang)(?:{_ME}| back)?|(?:called|phoned|rang){_ME}", Channel.CALL, _IN, _TOLD),
    (rf"{_HE} (?:emailed|e-mailed){_ME}?|(?:emailed|e-mailed){_ME}", Channel.EMAIL, _IN, _TOLD),
    (rf"{_HE} (?:texted|messaged){_ME}?|(?:texted|messaged){_ME}", Channel.MESSAGE, _IN, _TOLD),
    (rf"{_HE} (?:wrote|replied|answered){_ME}?|(?:wrote|replied|contacted){_ME}", None, _IN, _TOLD),
    (rf"{_WE} (?:called|phoned|rang){_THEM}|called (?:them|him|her)", Channel.CALL, _OUT, _TOLD),
    (rf"{_WE} (?:emailed|e-mailed){_THEM}", Channel.EMAIL, _OUT, _TOLD),
    (rf"{_WE} (?:texted|messaged){_THEM}", Channel.MESSAGE, _OUT, _TOLD),
    (rf"{_WE} (?:wrote|replied|answered|sent){_THEM}", None, _OUT, _TOLD),
    (rf"{_M_A} (?:r?appelee?s?|telephone)|(?:a|ont) (?:r?appele|telephone)", Channel.CALL, _IN, _TOLD),
    (rf"{_M_A} (?:ecrit|repondu|contactee?s?|envoye)|(?:a|ont) (?:ecrit|repondu)", None, _IN, _TOLD),
    (rf"{_JE} (?:r?appelee?s?|telephone)", Channel.CALL, _OUT, _TOLD),
    (rf"{_JE} (?:ecrit|repondu|contactee?s?|envoye)", None, _OUT, _TOLD),
    (r"left (?:(?:them|him|her) )?an? (?:voice ?mail|vm)", Channel.CALL, _OUT, _KEPT),
    (r"left (?:(?:them|him|her) )?an? message", None, _OUT, _KEPT),
    (r"laisse un (?:message (?:vocal|sur (?:le|son) repondeur)|vocal)", Channel.CALL, _OUT, _KEPT),
    (r"laisse un message", None, _OUT, _KEPT),
)
# Said of a client that follows ("called Acme"), these are ours to them.
_OURS_WHEN_FIRST = frozenset(
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
_SPEAKING = (Channel.CALL, Channel.VIDEO, Channel.MESSAGE, Channel.EMAIL, Channel.OTHER, None)
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
_NAME_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "de du des la le les van von der den of the and et y di da do dos del el al bin ben zu & + fils",
    )
)
# Written with a capital wherever they stand, so that a capital word behind them is no part of their name.
_BRANDS = frozenset(
    ("zoom", "teams", "whatsapp", "linkedin", "skype", "slack", "sms", "rdv", "webex", "telegram", "dm")
)


@dataclass(frozen=True, slots=True)
class _Element:
    """A piece of the head of a touch: `start` after the words that merely lead to it, `end` behind it."""

    start: int
    end: int
    channel: Channel | None = None
    direction: Direction | None = None
    when: FoundDate | None = None
    with_somebody: bool = False
    kind: int = _TAG


@dataclass(frozen=True, slots=True)
class _Words:
    spoken: re.Pattern[str]
    kinds: tuple[tuple[Channel | None, Direction | None, int], ...]
    fillers: re.Pattern[str]
    note_starts: re.Pattern[str]


_AFTER_WORD = r"(?!\w|[-'./@]\w| d'offres?\b)"


def _alternatives(words: str) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words.split("|"), key=len, reverse=True)) + ")"


@lru_cache(maxsize=1)
def _words() -> _Words:
    patterns = [
        *(pattern for pattern, *_ in _SPOKEN),
        *(_alternatives(words) for words in _CHANNEL_WORDS.values()),
    ]
    kinds = (*((c, d, k) for _, c, d, k in _SPOKEN), *((channel, None, _TAG) for channel in _CHANNEL_WORDS))
    # A lookahead for each, so that all are tried and the longest wins.
    spoken = "".join(rf"(?=((?:{pattern}){_AFTER_WORD})?)" for pattern in patterns)
    return _Words(
        re.compile(spoken),
        kinds,
        re.compile(rf"(?:{_alternatives(_FILLERS)} |[ld]')"),
        re.compile(rf"{_alternatives(_NOTE_STARTS)}(?!\w|[-./@&]\w)"),
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """A text, the same folded, and who reads it."""

    raw: str
    folded: str
    reader: Reader

    def date_at(self, pos: int) -> FoundDate | None:
        reader = self.reader
        try:
            return date_at(self.raw, pos, now=reader.now, zone=reader.zone, locale=reader.locale)
        except DateError as error:
            raise ParseComplaint(f"date.{error.code}", error.text, error.span) from error

    def words_from(self, pos: int, most: int = 12) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for match in _WORD.finditer(self.raw, pos):
            found.append(match.span())
            if len(found) == most:
                break
        return found

    def skip_spaces(self, pos: int) -> int:
        match = _SPACES.match(self.folded, pos)
        return match.end() if match else pos


_WORD = re.compile(r"\S+")
_SPACES = re.compile(r" *")
_WITH = re.compile(r"(?:with |avec |w/ ?)")
_STOP = re.compile(r"[:;\n(]|\.(?!\w)")
_SEPARATOR = re.compile(r",|[–—]|-(?= )")
_TRAILING = ",:;"


def _one_element(text: _Text, pos: int) -> _Element | None:
    folded = text.folded
    if match := _WITH.match(folded, pos):
        return _Element(pos, match.end(), with_somebody=True)
    words = _words()
    spoken = words.spoken.match(folded, pos)
    longest, which = 0, -1
    if spoken:
        for number, piece in enumerate(spoken.groups()):
            if piece is not None and len(piece) > longest:
                longest, which = len(piece), number
    when = text.date_at(pos)
    if when is not None and when.span[1] - pos >= longest:
        return _Element(pos, when.span[1], when=when)
    if which < 0:
        return None
    channel, direction, kind = words.kinds[which]
    return _Element(pos, pos + longest, channel, direction, kind=kind)


def _element_at(text: _Text, pos: int) -> _Element | None:
    """The fact that starts here, straight or after a few words that lead to it ("had a quick call")."""
    for _ in range(5):
        if found := _one_element(text, pos):
            return found
        match = _words().fillers.match(text.folded, pos)
        if match is None:
            return None
        pos = match.end()
    return None


# --------------------------------------------------------------------------- names in a text


def _is_legal_form(word: str) -> bool:
    """ "Inc", "SA", "GmbH": a comma before it does not end the name."""
    bare = word.strip(".,:;")
    return bare[:1].isupper() and normalise(f"xyz {bare}") == "xyz"


def _starts_name(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit() or word[:1] in "@&"


def _ends_at(text: _Text, word: tuple[int, int]) -> tuple[int, bool]:
    """Where a name ends in this word, and whether punctuation ends it there."""
    start, end = word
    raw = text.raw[start:end]
    if match := re.search(r"[:;(–—]|\.\.", raw[1:]):
        return start + 1 + match.start(), True
    if raw[-1] == ",":
        following = text.words_from(end, 1)
        return end - 1, not (following and _is_legal_form(text.raw[slice(*following[0])]))
    if raw[-1] in ".!?" and len(raw) > 4 and not _is_legal_form(raw):
        return end - 1, True
    return end, text.raw.startswith(("\n", " -\u0020", " – ", " — ", " ("), end) or text.raw.startswith(
        " :", end
    )


def _name_in_capitals(text: _Text, element_end: int) -> bool:
    """Whether a capital word follows that is no fact: "Sunday Times", "Gift Cards"."""
    following = text.words_from(element_end, 1)
    if not following or text.raw[element_end : following[0][0]].strip(" "):
        return False
    start = following[0][0]
    return text.raw[start].isupper() and _one_element(text, start) is None


def _stops_name(text: _Text, pos: int) -> bool:
    found = _element_at(text, pos)
    if found is not None:
        brand = text.folded[pos : found.end] in _BRANDS
        inside = text.raw[pos].isupper() and found.start == pos and not (found.with_somebody or brand)
        return not (inside and _name_in_capitals(text, found.end))
    return _words().note_starts.match(text.folded, pos) is not None


def _client_end(text: _Text, pos: int, known_end: int | None = None) -> int:
    """Where the client's name that starts at `pos` ends; at least `known_end`."""
    words = text.words_from(pos, 14)
    end, taken, stopped = pos, 0, False
    for word in words:
        if known_end is not None and word[1] <= known_end:
            end = known_end
            continue
        if taken and text.raw[end : word[0]].count("\n"):
            stopped = True
            break
        if (taken or known_end is not None) and (
            _stops_name(text, word[0]) or text.raw[word[0]] in ":;–—(" or text.raw[slice(*word)] in ("-", ",")
        ):
            stopped = True
            break
        end, stopped = _ends_at(text, word)
        taken += 1
        if stopped:
            break
    if taken >= (5 if stopped else 3) and text.raw[pos].isupper():
        return _before_small_words(text, words, end)
    return end


def _before_small_words(text: _Text, words: list[tuple[int, int]], end: int) -> int:
    """A long stretch that begins with a capital: the name ends where the small words begin."""
    last = words[0][1]
    for start, stop in words:
        if start >= end:
            break
        if _starts_name(text.raw[start:stop]):
            last = min(stop, end)
        elif text.folded[start:stop] not in _NAME_PARTICLES:
            return last
    return last


def _read_client(text: _Text, pos: int, leading_name: LeadingName) -> tuple[str, int]:
    """The client named at `pos` and the place behind it; a name known to the house goes first."""
    words = text.words_from(pos)
    if not words:
        return "", pos
    bare = [text.raw[start:end].rstrip(_TRAILING) or text.raw[start:end] for start, end in words]
    known = min(max(leading_name(bare), 0), len(words))
    while known and not any(char.isalnum() for char in bare[known - 1]):
        known -= 1  # a dash behind a known name is no part of it
    if known:
        start, stop = words[known - 1]
        end = start + len(text.raw[start:stop].rstrip(_TRAILING))
        following = words[known : known + 1]
        more = bool(following) and _starts_name(text.raw[following[0][0] :])
        if more and end == stop and _element_at(text, following[0][0]) is None:
            end = max(end, _client_end(text, pos, end))
    else:
        end = _client_end(text, pos)
    return text.raw[pos:end].strip().rstrip(_TRAILING).strip(), end


_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“"}


def _quoted(text: _Text, pos: int) -> tuple[str, int] | None:
    closing = _QUOTES.get(text.raw[pos : pos + 1])
    if closing is None:
        return None
    end = text.raw.find(closing, pos + 1)
    if end < 0:
        word = text.words_from(pos, 1)[0]
        raise ParseComplaint("client.quote_open", text.raw[slice(*word)], word)
    return text.raw[pos + 1 : end].strip(), end + 1


_ARTICLE = re.compile(
    r"(?:the|le|la|les|our|notre|nos|son|sa|ses|their|her|his|leurs?|my|mon|ma|un|une|an?) |l'"
)
_ENDS_CONTACT = re.compile(
    r"(?:about|re|regarding|on|to|sur|pour|for|at|chez|from|because|concernant|@)(?!\w)|de chez(?!\w)|au sujet|a propos"
)


def _read_contact(text: _Text, pos: int) -> tuple[str | None, int]:
    """The person named at `pos`: capital words, or small ones up to where something else begins."""
    article = _ARTICLE.match(text.folded, pos)
    begin = article.end() if article else pos
    words = text.words_from(begin, 8)
    taken: list[int] = []  # where each word taken ends
    open_ended = False
    for number, word in enumerate(words):
        start = word[0]
        if number and ("\n" in text.raw[words[number - 1][1] : start] or _ends_here(text, start)):
            break
        end, stopped = _ends_at(text, word)
        taken.append(end)
        if stopped:
            break
    else:
        open_ended = len(words) == 8
    if not taken:
        return None, pos
    if text.raw[begin].isupper() or text.raw[begin] == "@":
        count = _capital_words(text, words[: len(taken)])
    else:
        most = 4 if article else 3
        count = 1 if open_ended or len(taken) > most else len(taken)
    end = taken[count - 1]
    return text.raw[pos:end].strip().rstrip(_TRAILING) or None, end


def _ends_here(text: _Text, pos: int) -> bool:
    if _ENDS_CONTACT.match(text.folded, pos) or text.raw[pos] in ":;(–—,":
        return True
    if text.raw[pos : pos + 2] == "- ":
        return True
    return _words().note_starts.match(text.folded, pos) is not None or _element_at(text, pos) is not None


def _capital_words(text: _Text, words: list[tuple[int, int]]) -> int:
    """How many of the words are a name; particles count when a capital follows them."""
    count = 0
    for number, (start, end) in enumerate(words, start=1):
        if _starts_name(text.raw[start:end]):
            count = number
        elif text.folded[start:end].rstrip(_TRAILING) not in _NAME_PARTICLES:
            break
    return max(count, 1)


# --------------------------------------------------------------------------- a touch


@dataclass(frozen=True, slots=True)
class _Head:
    """What has been read so far, and where."""

    pos: int
    channel: Channel | None = None
    direction: Direction | None = None
    when: FoundDate | None = None
    contact: str | None = None
    closed: bool = False  # a colon or a new line: what follows is the note and nothing else

    def has_room_for(self, element: _Element) -> bool:
        if element.with_somebody:
            return self.contact is None
        if element.when is not None:
            return self.when is None
        if element.direction is not None:
            return self.direction is None
        return self.channel is None

    def joined(self, element: _Element) -> _Head:
        return replace(
            self,
            pos=element.end,
            channel=self.channel or element.channel,
            direction=self.direction or element.direction,
            when=self.when or element.when,
        )


def read_touch(text: str, reader: Reader, leading_name: LeadingName) -> TypedTouch:
    """A typed touch: client, then channel, direction, date and contact in any order, then the note.

    `text` is as its author saw it (see `plain`). The client is the longest beginning that `leading_name` knows, a
    name in quotes, or the words before the first fact or punctuation; a text may also begin with the facts
    ("called Acme", "visite chez Dupont & Fils lundi"). Nothing behind a colon is read as a fact. In front of it, a
    date that ends the text ("talked about the renewal yesterday") counts if its words leave no doubt.
    Raises ParseComplaint.
    """
    typed = _Text(text, fold(text), reader)
    pos = len(text) - len(text.lstrip())
    client, head = _client_and_head(typed, pos, leading_name)
    head = _read_head(typed, head)
    return _with_note(typed, client, head)


def _client_and_head(text: _Text, pos: int, leading_name: LeadingName) -> tuple[str, _Head]:
    if quoted := _quoted(text, pos):
        return quoted[0], _Head(quoted[1])
    words = text.words_from(pos)
    if words and leading_name([text.raw[a:b].rstrip(_TRAILING) or text.raw[a:b] for a, b in words]) > 0:
        client, end = _read_client(text, pos, leading_name)
        return client, _Head(end)
    first = _element_at(text, pos) if words else None
    if first is not None and first.with_somebody:
        return "", _Head(pos)
    if first is None:
        client, end = _read_client(text, pos, leading_name)
        return client, _Head(end)
    return _facts_before_client(text, pos, leading_name)


_TO_CLIENT = re.compile(
    r"(?P<inbound>from |de la part de |de chez |de |d')|(?P<outbound>to )|(?:with |avec |at |chez |for |in |@ ?)"
)
_OF_CLIENT = re.compile(r" (?:at|from|chez|de chez|of|@) |,? @(?=\w)| \((?=\w)")


def _facts_before_client(text: _Text, pos: int, leading_name: LeadingName) -> tuple[str, _Head]:
    """ "called Acme", "email from Bob at Acme", "hier visite chez Dupont & Fils"."""
    head, ours, maybe_name = _Head(pos), False, False
    while (
        (element := _element_at(text, head.pos)) and not element.with_somebody and head.has_room_for(element)
    ):
        ours = text.folded[element.start : element.end] in _OURS_WHEN_FIRST
        named = text.raw[pos].isupper() and element.channel is not None and element.start == pos
        maybe_name = named and not ours and element.when is None
        head = replace(head.joined(element), pos=_past_comma(text, element.end))
    begin, pos = pos, head.pos
    if pos >= len(text.raw) or _STOP.match(text.folded, pos):
        return "", head
    leads = _TO_CLIENT.match(text.folded, pos)
    outbound = bool(leads and leads["outbound"]) or (
        leads is None and text.raw[pos : pos + 2] in ("à ", "À ")
    )
    if leads:
        pos = leads.end()
    elif outbound:
        pos += 2
    direction = head.direction
    if direction is None and head.channel in _SPEAKING:
        if outbound or (ours and leads is None):
            direction = _OUT
        elif leads and leads["inbound"]:
            direction = _IN
    head = replace(head, direction=direction)
    pos = text.skip_spaces(pos)
    if quoted := _quoted(text, pos):
        return quoted[0], replace(head, pos=quoted[1])
    if person := _person_of_client(text, pos, leading_name):
        contact, start = person
        client, end = _read_client(text, start, leading_name)
        end += text.raw.startswith(")", end)
        return client.rstrip(")"), replace(head, contact=contact, pos=end)
    if leads is None and not outbound and not ours and not _may_be_named_at(text, pos, head, leading_name):
        return "", head
    client, end = _read_client(text, pos, leading_name)
    again = _element_at(text, text.skip_spaces(end)) if end < len(text.raw) else None
    if maybe_name and leads is None and client and again and again.channel:
        return text.raw[begin:end].strip(), _Head(end)  # "Call Center Inc call": the first one is a name
    return client, replace(head, pos=end)


def _past_comma(text: _Text, pos: int) -> int:
    """Behind the spaces, and behind a comma that another fact or the client follows."""
    pos = text.skip_spaces(pos)
    match = _SEPARATOR.match(text.folded, pos)
    return text.skip_spaces(match.end()) if match else pos


def _may_be_named_at(text: _Text, pos: int, head: _Head, leading_name: LeadingName) -> bool:
    """Behind bare facts ("call yesterday …") only something like a name is the client."""
    words = text.words_from(pos)
    if not words or _words().note_starts.match(text.folded, pos):
        return False
    known = leading_name([text.raw[a:b].rstrip(_TRAILING) or text.raw[a:b] for a, b in words])
    return known > 0 or head.channel is not None or _starts_name(text.raw[pos:])


def _person_of_client(text: _Text, pos: int, leading_name: LeadingName) -> tuple[str, int] | None:
    """ "Bob Smith at Acme": the person, and where the client begins."""
    words = text.words_from(pos)
    if not words or leading_name([text.raw[a:b].rstrip(_TRAILING) or text.raw[a:b] for a, b in words]) > 0:
        return None
    contact, end = _read_contact(text, pos)
    match = _OF_CLIENT.match(text.folded, end)
    if contact is None or match is None:
        return None
    start = match.end()
    if not _starts_name(text.raw[start:]):
        following = [text.raw[a:b].rstrip(_TRAILING) for a, b in text.words_from(start)]
        if not following or leading_name(following) <= 0:
            return None
    return contact, start


def _read_head(text: _Text, head: _Head) -> _Head:
    pos, after_comma, first = head.pos, False, True
    while True:
        pos = text.skip_spaces(pos)
        if pos >= len(text.raw):
            return replace(head, pos=pos)
        if match := _STOP.match(text.folded, pos):
            return replace(head, pos=match.end() if match[0] != "(" else pos, closed=match[0] in (":", "\n"))
        if match := _SEPARATOR.match(text.folded, pos):
            pos, after_comma = match.end(), True
            continue
        element = _element_at(text, pos)
        if element is None or not head.has_room_for(element):
            return replace(head, pos=pos)
        if element.with_somebody:
            contact, end = _read_contact(text, element.end)
            if contact is None:
                return replace(head, pos=pos)
            head, pos = replace(head, contact=contact, pos=end), end
        elif element.when is not None and element.when.future and after_comma:
            return replace(head, pos=pos)  # ", tomorrow they sign" is what they will do
        elif element.kind == _KEPT or (element.kind == _TOLD and not _is_complete(text, element.end, head)):
            # "Acme left a voicemail": whose voicemail it was, only the author knows.
            told = replace(element, direction=None) if first and element.kind == _KEPT else element
            return replace(head.joined(told), pos=pos)
        else:
            head = head.joined(element)
            pos = element.end
        first = after_comma = False


def _is_complete(text: _Text, pos: int, head: _Head) -> bool:
    """Whether what was told ends here: at a stop, or because another fact comes."""
    pos = text.skip_spaces(pos)
    if pos >= len(text.raw) or text.raw[pos] in ",:;\n.":
        return True
    element = _element_at(text, pos)
    return element is not None and head.has_room_for(element)


_NOT_ITS_DATE_BEFORE = re.compile(r"(?:\b(?:of|from|de|du|des|than|the|que|until|au) |\bd')\Z")


def _date_at_the_end(text: _Text, begin: int) -> FoundDate | None:
    """A date in the last words of the note, said so that it can only be the day of the touch."""
    end = len(text.raw.rstrip(" .!?\n"))
    tail = max(begin, end - 60)
    for match in re.compile(r"(?<!\S)(?=\w)").finditer(text.folded, tail, end):
        found = text.date_at(match.start())
        if found is None or found.span[1] != end:
            continue
        about = _NOT_ITS_DATE_BEFORE.search(text.folded, max(0, match.start() - 8), match.start())
        return None if found.future or found.assumed or about else found
    return None


def _with_note(text: _Text, client: str, head: _Head) -> TypedTouch:
    when, end = head.when, len(text.raw)
    if when is None and not head.closed:
        when = _date_at_the_end(text, head.pos)
        end = when.span[0] if when else end
    note = _tidy(text.raw[head.pos : end])
    return TypedTouch(client, head.channel, head.direction, head.contact, when, note)


def _tidy(note: str) -> str:
    """Without the punctuation that joined it to the rest, and without doubled spaces; otherwise as typed."""
    note = re.sub(r"[^\S\n]+", " ", note.strip())
    return re.sub(r"\A(?:[,:;–—]|-(?= )|\.(?!\w))\s*", "", note).rstrip(" ,;:")


# --------------------------------------------------------------------------- a gift

# Strictest first: when a text names several, the strictest decides, and among overlapping words the longest.
_CATEGORY_WORDS: dict[str, str] = {
    "cash": (
        "cash|money|especes|argent|argent liquide|liquide|banknote|billets de banque|enveloppe d'argent"
        "|bank transfer"
    ),
    "loan": "loan|pret|lending",
    "cash_equivalent": (
        "prepaid card|visa card|visa gift card|mastercard gift card|amex gift card|prepaid visa|voucher"
        "|gift voucher|cheque|check|carte prepayee|carte visa|cheque cadeau|cheque-cadeau"
        "|cheques-cadeaux|bitcoin|crypto|paypal|gold coin|gold bar|lingot|traveler's check|money order"
        "|mandat"
    ),
    "gift_card_retail": (
        "gift card|giftcard|gift certificate|store card|amazon card|amazon gift card|starbucks card"
        "|starbucks gift card|carte cadeau|carte-cadeau|bon d'achat|bon cadeau|bon-cadeau|e-gift card"
        "|restaurant gift card"
    ),
    "investment": "stock option|stocks|actions en bourse|company shares|actions cotees",
    "discount": "discount|rebate|price reduction|remise|rabais|reduction|promo code|coupon|code promo",
    "tip": "tip|gratuity|pourboire",
    "alcohol": (
        "wine|red wine|white wine|bottle of wine|champagne|prosecco|beer|whisky|whiskey|bourbon|scotch"
        "|gin|rum|vodka|tequila|cognac|armagnac|brandy|liqueur|liquor|spirits|cider|sake|port wine"
        "|mezcal|alcohol|cocktail|vin|vin rouge|vin blanc|bouteille de vin|biere|rhum|cidre|calvados"
        "|eau-de-vie|spiritueux|alcool|pastis|bordeaux|bourgogne|chablis|magnum"
    ),
    "travel": (
        "flight|plane ticket|airfare|airline ticket|train ticket|travel|trip|cruise|voyage|vol"
        "|billet d'avion|billet de train|croisiere|taxi|uber ride|limousine"
    ),
    "lodging": (
        "hotel|hotel stay|hotel night|lodging|accommodation|airbnb|resort|nuit d'hotel|hebergement"
        "|sejour|spa weekend"
    ),
    "club_membership": "club membership|membership|golf membership|gym membership|abonnement|adhesion",
    "entertainment": (
        "ticket|hockey ticket|concert ticket|concert|theatre|theater|opera|game|match|hockey|football"
        "|basketball|baseball|golf|golf round|round of golf|show|movie|cinema|festival|place de concert"
        "|place de match|place de theatre|billet de match|billet de concert|billet|spectacle|rugby"
        "|tennis|loge|escape game|entertainment|divertissement"
    ),
    "event_attendance": (
        "conference|seminar|gala|summit|trade show|conference pass|conference ticket|webinar|seminaire"
        "|salon|colloque|congres|dinner programme|forum|symposium"
    ),
    "meal": (
        "lunch|dinner|breakfast|brunch|meal|restaurant|supper|dejeuner|diner|petit-dejeuner"
        "|petit dejeuner|repas|souper|business lunch|dejeuner d'affaires|buffet|barbecue|bbq"
    ),
    "refreshment": (
        "coffee|tea|snack|doughnut|donut|cookie|pastry|pastries|croissant|juice|soft drink|soda|cafe"
        "|the|viennoiserie|jus|collation|gouter|bagel|muffin"
    ),
    "charitable_donation": "donation|charity|charitable donation|don|don a une association",
    "award": "award|trophy|plaque|trophee|recompense",
    "prize": "prize|raffle|raffle prize|lot de tombola|tombola|tirage au sort",
    "sample": "sample|echantillon|free sample",
    "educational_item": "textbook|training manual|manuel|course material|stethoscope",
    "informational_material": "brochure|report|white paper|catalogue|catalog|livre blanc|leaflet",
    "personal_service": "massage|personal training|babysitting|haircut|spa treatment",
    "greeting_card": (
        "greeting card|birthday card|christmas card|thank-you card|thank you card|carte de voeux|carte de vœux"
        "|carte d'anniversaire"
    ),
    "promotional_item": (
        "branded pen|logo pen|company pen|branded mug|branded notebook|branded t-shirt|calendar"
        "|calendrier|lanyard|stylo publicitaire|goodies|goodie|swag|promotional item|keychain"
        "|porte-cles publicitaire|mug publicitaire|objet publicitaire|branded cap|branded usb key"
        "|branded tote bag|calendrier publicitaire"
    ),
    "perishable": (
        "flower|bouquet|bouquet of flowers|chocolate|box of chocolates|fruit basket|food basket"
        "|gift basket|cake|candy|sweets|cheese|ham|fruit|fleur|bouquet de fleurs|chocolat"
        "|boite de chocolats|panier de fruits|panier garni|panier gourmand|gateau|bonbon|fromage"
        "|macaron|confiserie|jambon|foie gras|miel|honey|jam|confiture|plant|orchid|orchidee"
    ),
    "gift": (
        "wine glass|beer mug|beer glass|wine opener|wine rack|corkscrew|decanter|verre a vin"
        "|tire-bouchon|carafe a vin|ice bucket|root beer|ginger beer|en argent|cash box|coffee mug"
        "|coffee machine|coffee maker|tea set|lunch box|lunchbox|teapot|theiere|tasse a cafe"
        "|machine a cafe|board game|video game|jeu de societe|golf ball|golf umbrella|tennis racket"
        "|football shirt|hockey jersey|hockey stick|movie poster|travel mug|travel pillow|travel bag"
        "|cookbook|livre de cuisine|cheese board|cake stand|chocolate mould|silver pen|money clip"
        "|piggy bank|tirelire"
    ),
}
_CATEGORY_ORDER = tuple(_CATEGORY_WORDS)
_WITHOUT_ALCOHOL = re.compile(
    r"\b(?:non[- ]alcoholic|alcohol[- ]free|dealcoholi[sz]ed)(?: \w+)?|\b\w+ (?:sans alcool|desalcoolise)\b"
)


@lru_cache(maxsize=1)
def _category_words() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {word: code for code, words in _CATEGORY_WORDS.items() for word in words.split("|")}
    longest_first = "|".join(re.escape(word) for word in sorted(codes, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({longest_first})(?:s|x|es)?(?![\w-])"), codes


def _categories(text: str) -> Iterator[re.Match[str]]:
    """Where words of a category stand in the folded text."""
    folded = _WITHOUT_ALCOHOL.sub(lambda match: " " * len(match[0]), fold(text))
    for match in _category_words()[0].finditer(folded):
        if match[1] != "the" or text[match.end(1) - 1] in "éÉ":  # tea in French, an article in English
            yield match


def _category(description: str) -> str | None:
    """The strictest category that the words name; None when they name none."""
    codes = _category_words()[1]
    found = {codes[match[1]] for match in _categories(description)}
    return min(found, key=_CATEGORY_ORDER.index, default=None)


_GAP = "\x1f"  # stands where an amount or a quantity was taken out; no name runs across it
_EACH = re.compile(
    r" ?(?:/ ?(?:each|person|pers|personne|piece|head)|each|apiece"
    r"|per (?:head|person|piece|bottle|ticket)|a head|p\.?p\.?"
    r"|chacune?s?|la piece|piece|l'unite|par (?:personne|tete|piece|billet|bouteille))(?!\w)"
)
_TOTAL = re.compile(r" ?(?:in total|total|altogether|all in|in all|en tout|au total)(?!\w)")
_TOTAL_BEFORE = re.compile(r"(?:total(?: of| de)?|en tout|au total) ?:? ?\Z")
_FEW_ROWS = (
    "one|un|une",
    "two|deux",
    "three|trois",
    "four|quatre",
    "five|cinq",
    "six",
    "seven|sept",
    "eight|huit",
    "nine|neuf",
    "ten|dix",
    "eleven|onze",
    "twelve|douze",
)
_FEW = {word: number for number, row in enumerate(_FEW_ROWS, start=1) for word in row.split("|")}
_FEW_WORDS = "|".join(sorted(_FEW, key=len, reverse=True))
_TIMES = re.compile(r"(?<![\w.,-])(\d+) ?[x×*](?![^\W_])|(?<!\w)[x×] ?(\d+)(?![\w.,])")
_PEOPLE = re.compile(
    rf"(?<!\w)(?:for|pour) (\d+|{_FEW_WORDS})"
    r"(?: (?:people|persons?|personnes?|guests?|convives?|pax|couverts?))?"
    rf"(?= *(?:\Z|[{_GAP},;:.]|(?:at|chez|from|with|avec) ))"
)
_LEADING_COUNT = re.compile(rf"(?:\A|{_GAP})[ ,]*(?:of |de |d'|for |pour )?(\d+|{_FEW_WORDS}) (?=[^\W\d_])")
_A_MEASURE = re.compile(
    r"(?:years?|yrs?|ans?|inch|inches|oz|ml|cl|l|kg|g|lbs?|pack|months?|mois|days?|jours?|hours?|heures?|star|stars|etoiles?|course|courses|k|ct)\b"
)
_BAD_NUMBER_FIRST = re.compile(
    r"\s*([-−] ?\d[\d.,]*|\d[\d.,]*e[+-]?\d+|nan|[-−]?inf(?:inity)?|∞)(?!\w)", re.IGNORECASE
)
_DECIMAL_FIRST = re.compile(r"\s*(\d+[.,]\d{1,2})(?![\d.,%]|\w)")
_BIG_WORDS_FIRST = re.compile(
    r"\s*((?:thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|treize|quatorze|quinze|seize|vingt|trente|quarante|cinquante|soixante|cent|mille|a hundred|one hundred|hundred)"
    r")(?= |-|\Z)"
)
MAX_QUANTITY = 9999


def read_gift(text: str, reader: Reader, dollar: str) -> TypedGift:
    """A typed gift: amount, quantity, what it is, for whom and where they work, in almost any order.

    `text` is as its author saw it (see `plain`); `dollar` is the ISO 4217 code that "$" stands for. The person
    follows "for", "pour", "to", "à"; the employer "at", "chez", "from", "de chez", "@" or stands in brackets.
    Raises ParseComplaint: see there.
    """
    clean = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    try:
        return _gift(clean, reader, dollar)
    except ParseComplaint as found:
        raise ParseComplaint(found.code, text[slice(*found.span)], found.span) from found


def _gift(text: str, reader: Reader, dollar: str) -> TypedGift:
    _refuse_bare_numbers(text, reader, dollar)
    amount, total, rest = _take_amount(text, reader, dollar)
    quantity, rest = _take_quantity(text, rest, amount)
    contact, employer, rest = _take_people(rest, reader)
    description = _described(rest)
    category = _category(description)
    pieces = 1 if total else quantity
    return TypedGift(amount.money if amount else None, pieces, description, category, contact, employer)


def _refuse_bare_numbers(text: str, reader: Reader, dollar: str) -> None:
    """A number without a currency at the beginning that cannot be a count of things."""
    if match := _BAD_NUMBER_FIRST.match(text):
        _amount_in(text[: match.end()], reader, dollar, bare=True)
    if (match := _BIG_WORDS_FIRST.match(fold(text))) and _amount_in(text, reader, dollar) is None:
        raise ParseComplaint("amount.words", text[slice(*match.span(1))], match.span(1))


def _amount_in(
    text: str, reader: Reader, dollar: str, *, bare: bool = False, shift: int = 0
) -> FoundAmount | None:
    try:
        return find_amount(text, locale=reader.locale, dollar=dollar, bare=bare)
    except AmountError as error:
        span = (error.span[0] + shift, error.span[1] + shift)
        raise ParseComplaint(f"amount.{error.code}", error.text, span) from error


def _blanked(text: str, start: int, end: int) -> str:
    """The same length, so that places stay places."""
    return text[:start] + _GAP * (end - start) + text[end:]


def _take_amount(text: str, reader: Reader, dollar: str) -> tuple[FoundAmount | None, bool, str]:
    """The amount, whether it is for all pieces together, and the text without it."""
    found = _amount_in(text, reader, dollar)
    if found is None:
        return None, False, text
    start, end = found.span
    folded = fold(text)
    second = _amount_in(text[end:], reader, dollar, shift=end)
    if second is not None:
        span = (second.span[0] + end, second.span[1] + end)
        raise ParseComplaint("amount.several", text[slice(*span)], span)
    total = False
    if before := _TOTAL_BEFORE.search(folded, max(0, start - 12), start):
        total, start = True, before.start()
    if after := _TOTAL.match(folded, end):
        total, end = True, after.end()
    elif after := _EACH.match(folded, end):
        end = after.end()
    return found, total, _blanked(text, start, end)


def _counted(word: str, span: tuple[int, int]) -> int:
    count = int(word) if len(word) <= 6 and word.isdecimal() else _FEW.get(word, MAX_QUANTITY + 1)
    if count == 0:
        raise ParseComplaint("quantity.zero", word, span)
    if count > MAX_QUANTITY:
        raise ParseComplaint("quantity.too_large", word, span)
    return count


def _take_quantity(text: str, rest: str, amount: FoundAmount | None) -> tuple[int, str]:
    folded = fold(rest)
    for pattern in (_TIMES, _PEOPLE):
        if match := pattern.search(folded):
            number = 1 if match[1] else 2
            return _counted(match[number], match.span(number)), _blanked(rest, *match.span())
    if match := _DECIMAL_FIRST.match(folded):
        if amount is None:
            raise ParseComplaint("amount.currency_missing", text[slice(*match.span(1))], match.span(1))
    elif match := _LEADING_COUNT.search(folded):
        if _A_MEASURE.match(folded, match.end()):
            return 1, rest
        plural = re.compile(r"[^\W\d_]+[sx]\b").match(folded, match.end())
        if amount is None and match[1].isdecimal() and match[1] != "1" and not plural:
            raise ParseComplaint("amount.currency_missing", match[1], match.span(1))
        return _counted(match[1], match.span(1)), _blanked(rest, *match.span())
    elif (match := re.compile(r"\s*(\d+)\s*\Z").match(folded)) and amount is None:
        raise ParseComplaint("amount.currency_missing", match[1], match.span(1))
    return 1, rest


_FOR = re.compile(r"(?<!\w)(?:for|pour|to) (?! )")
_FOR_WITH_ACCENT = re.compile(r"(?<!\w)[àÀ] (?=[^\W\d_])")
_COUNTED = re.compile(rf"(?:\d+|{_FEW_WORDS}) ")
_WITH_PERSON = re.compile(r"(?<!\w)(?:with|avec) (?=\w)")
_AT = re.compile(r"(?<!\w)(?:at|chez|from|de chez) |(?<!\S)@ |(?<=\w )@(?=\w)|(?<=\w )\((?=\w)")
_THEN_COMPANY = re.compile(r", (?=[^\W\d_])(?![a-zà-ÿ])")
_OCCASION = re.compile(
    r"(?:(?:her|his|their|the|an?|son|sa|ses|leur|le|la|une?) |l')?(?:\w+ )?"
    r"(?:birthday|wedding|christmas|xmas|promotion|retirement|anniversary|holidays?|easter|thanksgiving|new year"
    r"|launch|meeting|speech|anniversaire|mariage|noel|paques|retraite|depart|fetes|nouvel an|naissance"
    r"|lancement|reunion|free|lunch|dinner|breakfast|dejeuner|diner|coffee)\b"
)
_ENDS_PERSON = re.compile(
    rf"[{_GAP},;:.(]|(?:at|chez|from|for|pour|to|with|avec|because|as|who|qui|worth|@)(?!\w)|de chez(?!\w)|@"
)


def _take_people(rest: str, reader: Reader) -> tuple[str | None, str | None, str]:
    """Contact, employer and what is left."""
    text = _Text(rest, fold(rest), reader)
    for begin, name_at in _introductions(text):
        contact, end = _gift_name(text, name_at)
        if contact is None:
            continue
        employer = None
        match = _AT.match(text.folded, text.skip_spaces(end)) or _THEN_COMPANY.match(rest, end)
        if match:
            employer, end = _gift_name(text, match.end(), company=True)
            end += rest.startswith(")", end)
        rest = _blanked(rest, begin, end)
        if employer is None:
            employer, rest = _employer_before(rest, reader)
        return contact, employer, rest
    return _person_and_company(text)


def _introductions(text: _Text) -> Iterator[tuple[int, int]]:
    """Where "for …" and its like begin, and where the name after it does."""
    places = [*_FOR.finditer(text.folded), *_FOR_WITH_ACCENT.finditer(text.raw)]
    for match in sorted(places, key=lambda match: match.start()):
        counted = _COUNTED.match(text.folded, match.end())
        if (
            not counted
            and not _OCCASION.match(text.folded, match.end())
            and not _category_starts(text, match.end())
        ):
            yield match.start(), match.end()
    for match in _WITH_PERSON.finditer(text.folded):
        if _starts_name(text.raw[match.end() :]):
            yield match.start(), match.end()
    for match in re.compile(r"(?<!\S)(?=@\w)").finditer(text.raw):
        yield match.start(), match.start()


def _category_starts(text: _Text, pos: int) -> bool:
    if not text.raw[pos : pos + 1].islower():
        return False
    near = next(_categories(text.raw[pos : pos + 40]), None)
    return near is not None and near.start() == 0


def _gift_name(text: _Text, pos: int, *, company: bool = False) -> tuple[str | None, int]:
    """The name at `pos` and the place behind it: capital words, or small ones up to where something else begins."""
    if quoted := _quoted(text, pos):
        name = " ".join(re.split(rf"[{_GAP}\s]+", quoted[0])).strip()
        return name or None, quoted[1]
    article = _ARTICLE.match(text.folded, pos)
    capital = _starts_name(text.raw[pos : pos + 1])
    most = 8 if capital else (4 if article and not company else 3)
    end, last = pos, pos
    for number, match in enumerate(re.compile(rf"[^\s{_GAP}]+").finditer(text.raw, pos)):
        start, stop = match.span()
        word, folded = match[0], text.folded[start:stop]
        if (
            _GAP in text.raw[end:start]
            or (number and _ENDS_PERSON.match(text.folded, start))
            or number >= most
        ):
            break
        if number and not company and text.raw[start] == "@":
            break
        if number and capital and not _starts_name(word) and folded.rstrip(_TRAILING) not in _NAME_PARTICLES:
            break
        if number and not capital and _category_starts(text, start):
            break
        cut = re.search(r"[,;:()]", word)
        end = start + cut.start() if cut else stop
        if _starts_name(word) or not capital or number == 0:
            last = end
        if cut and not (cut[0] == "," and _comma_in_name(text, stop)):
            break
    name = text.raw[pos:last].strip().rstrip(".,;:!?") if last > pos else ""
    return name or None, last


def _comma_in_name(text: _Text, pos: int) -> bool:
    following = text.words_from(pos, 1)
    return bool(following) and _is_legal_form(text.raw[slice(*following[0])])


_A_PLACE = ("meal", "refreshment", "entertainment", "event_attendance", "lodging", "travel", "alcohol")


def _employer_before(rest: str, reader: Reader) -> tuple[str | None, str]:
    """ "pens at Ford for Jane": an employer, unless one eats or stays there."""
    text = _Text(rest, fold(rest), reader)
    match = _AT.search(text.folded)
    if match is None or _category(rest) in _A_PLACE[:6]:
        return None, rest
    employer, end = _gift_name(text, match.end(), company=True)
    return (employer, _blanked(rest, match.start(), end)) if employer else (None, rest)


def _person_and_company(text: _Text) -> tuple[str | None, str | None, str]:
    """ "Bob at Merck", "pen at Ford": without "for", what stands before "at" is a person only if it looks like one."""
    match = _AT.search(text.folded)
    if match is None:
        return None, None, text.raw
    employer, end = _gift_name(text, match.end(), company=True)
    if employer is None:
        return None, None, text.raw
    end += text.raw.startswith(")", end)
    before = text.raw[: match.start()].rsplit(_GAP, 1)[-1]
    words = before.split()
    contact = before.strip(" ,;:")
    is_person = 0 < len(words) <= 4 and all(_starts_name(w) for w in words) and _category(before) is None
    if is_person and contact:
        start = match.start() - len(before)
        return contact, employer, _blanked(text.raw, start, end)
    return None, employer, _blanked(text.raw, match.start(), end)


_JOINING_WORDS = re.compile(
    r"(?:\A| )(?:à|at|for|pour|worth|de|of|costing|around|about|environ|under|max)\Z", re.IGNORECASE
)
_LEADING_WORDS = re.compile(
    r"\A(?:(?:of|de|du|des|an?|un|une|some|worth of|the|and|et|in|en) |d')", re.IGNORECASE
)


def _described(rest: str) -> str:
    """What is left, without the words that only joined it to the amount."""
    pieces = [_tidy(piece) for piece in re.split(rf"{_GAP}+", rest)]
    kept = [_LEADING_WORDS.sub("", _JOINING_WORDS.sub("", piece)).strip(" ,;:.()") for piece in pieces]
    return " ".join(piece for piece in kept if piece and piece not in ("-", "x", "/"))

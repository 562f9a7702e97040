"""A typed touch."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.domain.touches import Channel, Direction
from handlers.dates import FoundDate
from handlers.folding import fold
from handlers.parsing.facts import Element, element_at
from handlers.parsing.names import LeadingName, quoted_at, read_contact, starts_name
from handlers.parsing.several import Near, each_of, more_people, nobody_is_near, read_clients
from handlers.parsing.text import TRAILING, Reader, Text, tidy
from handlers.parsing.touch_words import IN, KEPT, OURS_WHEN_FIRST, OUT, SPEAKING, TOLD, touch_words


@dataclass(frozen=True, slots=True)
class TypedTouch:
    """A touch as typed; what the text does not say is None, or empty for `client` and `note`.

    `also` are further clients, `contact` the words for one person or several (see `people`). `when.span` points into
    the text that was read.
    """

    client: str
    channel: Channel | None
    direction: Direction | None
    contact: str | None
    when: FoundDate | None
    note: str
    also: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        return () if self.contact is None else each_of(self.contact)


_TO_PERSON = (Channel.CALL, Channel.VIDEO, Channel.MESSAGE, Channel.EMAIL)
_STOP = re.compile(r"[:;\n(]|\.(?!\w)")
_SEPARATOR = re.compile(r",|[–—]|-(?= )")


@dataclass(frozen=True, slots=True)
class _Head:
    """What has been read so far, and where."""

    pos: int
    channel: Channel | None = None
    direction: Direction | None = None
    when: FoundDate | None = None
    contact: str | None = None
    closed: bool = False  # a colon or a new line: what follows is the note and nothing else

    def has_room_for(self, element: Element) -> bool:
        if element.with_somebody:
            return self.contact is None
        if element.when is not None:
            return self.when is None
        if element.direction is not None:
            return self.direction is None
        return self.channel is None

    def joined(self, element: Element) -> _Head:
        return replace(
            self,
            pos=element.end,
            channel=self.channel or element.channel,
            direction=self.direction or element.direction,
            when=self.when or element.when,
        )


def read_touch(
    text: str, reader: Reader, leading_name: LeadingName, near: Near = nobody_is_near
) -> TypedTouch:
    """A typed touch: client or clients, then channel, direction, date and contact in any order, then the note.

    `text` is as its author saw it (see `plain`). The client is the longest beginning that `leading_name` knows, a
    name in quotes, or the words before the first fact or punctuation; a text may also begin with the facts
    ("called Acme", "visite chez Dupont & Fils lundi"). Nothing behind a colon is read as a fact. In front of it, a
    date that ends the text ("talked about the renewal yesterday") counts if its words leave no doubt.
    Several clients are joined by commas, "and", "et" or "&" (see `several`); `near` tells of a mistyped one.
    Raises ParseComplaint.
    """
    typed = Text(text, fold(text), reader)
    pos = len(text) - len(text.lstrip())
    clients, head = _clients_and_head(typed, pos, leading_name, near)
    head = _read_head(typed, head)
    return _with_note(typed, clients, head)


def _clients_and_head(
    text: Text, pos: int, leading_name: LeadingName, near: Near
) -> tuple[tuple[str, ...], _Head]:
    words = text.words_from(pos)
    if quoted_at(text, pos) or (words and leading_name(text.written(words)) > 0):
        clients, end = read_clients(text, pos, leading_name, near)
        return clients, _Head(end)
    first = element_at(text, pos) if words else None
    if first is not None and first.with_somebody:
        return ("",), _Head(pos)
    if first is None:
        clients, end = read_clients(text, pos, leading_name, near)
        return clients, _Head(end)
    return _facts_before_client(text, pos, leading_name, near)


_TO_CLIENT = re.compile(
    r"(?P<inbound>from |de la part de |de chez |de |d')|(?P<outbound>to )|(?:with |avec |at |chez |for |in |@ ?)"
)
_OF_CLIENT = re.compile(r" (?:at|from|chez|de chez|of|@) |,? @(?=\w)| \((?=\w)")


def _facts_before_client(
    text: Text, pos: int, leading_name: LeadingName, near: Near
) -> tuple[tuple[str, ...], _Head]:
    """ "called Acme", "email from Bob at Acme", "hier visite chez Dupont & Fils"."""
    head, ours, maybe_name = _Head(pos), False, False
    while (
        (element := element_at(text, head.pos)) and not element.with_somebody and head.has_room_for(element)
    ):
        ours = text.folded[element.start : element.end] in OURS_WHEN_FIRST
        named = text.raw[pos].isupper() and element.channel is not None and element.start == pos
        maybe_name = named and not ours and element.when is None
        head = replace(head.joined(element), pos=_past_comma(text, element.end))
    begin, pos = pos, head.pos
    if pos >= len(text.raw) or _STOP.match(text.folded, pos):
        return ("",), head
    leads = _TO_CLIENT.match(text.folded, pos)
    outbound = bool(leads and leads["outbound"]) or (
        leads is None and text.raw[pos : pos + 2] in ("à ", "À ")
    )
    if leads:
        pos = leads.end()
    elif outbound:
        pos += 2
    direction = head.direction
    if direction is None and head.channel in SPEAKING:
        if outbound or (ours and leads is None):
            direction = OUT
        elif leads and leads["inbound"]:
            direction = IN
    head = replace(head, direction=direction)
    pos = text.skip_spaces(pos)
    if quoted_at(text, pos):
        clients, end = read_clients(text, pos, leading_name, near)
        return clients, replace(head, pos=end)
    if person := _person_of_client(text, pos, leading_name):
        contact, start = person
        clients, end = read_clients(text, start, leading_name, near)
        end += text.raw.startswith(")", end)
        clients = tuple(client.rstrip(")") for client in clients)
        return clients, replace(head, contact=contact, pos=end)
    if leads is None and not outbound and not ours and not _may_be_named_at(text, pos, head, leading_name):
        return ("",), head
    clients, end = read_clients(text, pos, leading_name, near)
    again = element_at(text, text.skip_spaces(end)) if end < len(text.raw) else None
    if maybe_name and leads is None and clients[0] and again and again.channel:
        return (text.raw[begin:end].strip(),), _Head(end)  # "Call Center Inc call": the first one is a name
    return clients, replace(head, pos=end)


def _past_comma(text: Text, pos: int) -> int:
    """Behind the spaces, and behind a comma that another fact or the client follows."""
    pos = text.skip_spaces(pos)
    match = _SEPARATOR.match(text.folded, pos)
    return text.skip_spaces(match.end()) if match else pos


def _may_be_named_at(text: Text, pos: int, head: _Head, leading_name: LeadingName) -> bool:
    """Behind bare facts ("call yesterday …") only something like a name is the client."""
    words = text.words_from(pos)
    if not words or touch_words().note_starts.match(text.folded, pos):
        return False
    known = leading_name(text.written(words))
    return known > 0 or head.channel is not None or starts_name(text.raw[pos:])


def _person_of_client(text: Text, pos: int, leading_name: LeadingName) -> tuple[str, int] | None:
    """ "Bob Smith at Acme": the person, and where the client begins."""
    words = text.words_from(pos)
    if not words or leading_name(text.written(words)) > 0:
        return None
    contact, end = read_contact(text, pos)
    match = _OF_CLIENT.match(text.folded, end)
    if contact is None or match is None:
        return None
    start = match.end()
    if not starts_name(text.raw[start:]):
        following = text.written(text.words_from(start))
        if not following or leading_name(following) <= 0:
            return None
    return contact, start


def _read_head(text: Text, head: _Head) -> _Head:
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
        if person := _person_at(text, pos, head):
            name, direction, pos = person
            head = replace(head, contact=name, direction=head.direction or direction)
            first = after_comma = False
            continue
        element = element_at(text, pos)
        if element is None or not head.has_room_for(element):
            return replace(head, pos=pos)
        if element.with_somebody:
            contact, end = read_contact(text, element.end)
            if contact is None:
                return replace(head, pos=pos)
            until = more_people(text, end)
            contact = text.raw[element.end : until].strip().rstrip(TRAILING) if until > end else contact
            head, pos = replace(head, contact=contact, pos=until), until
        elif element.when is not None and element.when.future and after_comma:
            return replace(head, pos=pos)  # ", tomorrow they sign" is what they will do
        elif element.kind == KEPT or (element.kind == TOLD and not _is_complete(text, element.end, head)):
            # "Acme left a voicemail": whose voicemail it was, only the author knows.
            told = replace(element, direction=None) if first and element.kind == KEPT else element
            return replace(head.joined(told), pos=pos)
        else:
            head = head.joined(element)
            pos = element.end
        first = after_comma = False


_PERSON = re.compile(r"(?P<inbound>from |de la part de |de |d')|to |a ")


def _person_at(text: Text, pos: int, head: _Head) -> tuple[str, Direction | None, int] | None:
    """ "from Dana", "à Marie" behind a channel: the person, who wrote to whom, and the place behind the name.

    Only a name in capitals is one: "call to discuss prices", "mail de relance". Who rang whom makes no call one-sided.
    """
    leads = _PERSON.match(text.folded, pos)
    if leads is None or head.channel not in _TO_PERSON or head.contact is not None:
        return None
    if leads[0] == "a " and text.raw[pos] not in "àÀ":
        return None
    start = leads.end()
    if not text.raw[start : start + 1].isupper() or element_at(text, start) is not None:
        return None
    contact, end = read_contact(text, start)
    if contact is None:
        return None
    written = head.channel in (Channel.EMAIL, Channel.MESSAGE)
    return contact, (IN if leads["inbound"] else OUT) if written else None, end


def _is_complete(text: Text, pos: int, head: _Head) -> bool:
    """Whether what was told ends here: at a stop, or because another fact comes."""
    pos = text.skip_spaces(pos)
    if pos >= len(text.raw) or text.raw[pos] in ",:;\n.":
        return True
    element = element_at(text, pos)
    return element is not None and head.has_room_for(element)


_NOT_ITS_DATE_BEFORE = re.compile(r"(?:\b(?:of|from|de|du|des|than|the|que|until|au) |\bd')\Z")


def _date_at_the_end(text: Text, begin: int) -> FoundDate | None:
    """A date in the last words of the note, said so that it can only be the day of the touch."""
    end = len(text.raw.rstrip(" .!?\n"))
    found = text.date_from(max(begin, end - 60))
    while found is not None and found.span[1] < end:
        found = text.date_from(found.span[1])
    if found is None or found.span[1] != end or found.future or found.assumed:
        return None
    start = found.span[0]
    return None if _NOT_ITS_DATE_BEFORE.search(text.folded, max(0, start - 8), start) else found


def _with_note(text: Text, clients: tuple[str, ...], head: _Head) -> TypedTouch:
    when, end = head.when, len(text.raw)
    if when is None and not head.closed:
        when = _date_at_the_end(text, head.pos)
        end = when.span[0] if when else end
    note = tidy(text.raw[head.pos : end])
    return TypedTouch(clients[0], head.channel, head.direction, head.contact, when, note, also=clients[1:])

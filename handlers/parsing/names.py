"""Names of clients and people in a text: where they end when nothing says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.names import normalise
from handlers.parsing.complaints import ParseComplaint
from handlers.parsing.facts import element_at, one_element
from handlers.parsing.text import TRAILING, Text
from handlers.parsing.touch_words import BRANDS, touch_words

LeadingName = Callable[[Sequence[str]], int]
"""Given words of a text, how many of them from the first on are exactly the name or alias of a known client."""

NAME_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "de du des la le les van von der den of the and et y di da do dos del el al bin ben zu & + fils",
    )
)


def is_legal_form(word: str) -> bool:
    """ "Inc", "SA", "GmbH": a comma before it does not end the name."""
    bare = word.strip(".,:;")
    return bare[:1].isupper() and normalise(f"xyz {bare}") == "xyz"


def starts_name(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit() or word[:1] in "@&"


def _ends_at(text: Text, word: tuple[int, int]) -> tuple[int, bool]:
    """Where a name ends in this word, and whether punctuation ends it there."""
    start, end = word
    raw = text.raw[start:end]
    if match := re.search(r"[:;(–—]|\.\.", raw[1:]):
        return start + 1 + match.start(), True
    if raw[-1] == ",":
        following = text.words_from(end, 1)
        return end - 1, not (following and is_legal_form(text.raw[slice(*following[0])]))
    if raw[-1] in ".!?" and len(raw) > 4 and not is_legal_form(raw):
        return end - 1, True
    return end, text.raw.startswith(("\n", " -\u0020", " – ", " — ", " ("), end) or text.raw.startswith(
        " :", end
    )


def _name_in_capitals(text: Text, element_end: int) -> bool:
    """Whether a capital word follows that is no fact: "Sunday Times", "Gift Cards"."""
    following = text.words_from(element_end, 1)
    if not following or text.raw[element_end : following[0][0]].strip(" "):
        return False
    start = following[0][0]
    return text.raw[start].isupper() and one_element(text, start) is None


def _stops_name(text: Text, pos: int) -> bool:
    found = element_at(text, pos)
    if found is not None:
        brand = text.folded[pos : found.end] in BRANDS
        inside = text.raw[pos].isupper() and found.start == pos and not (found.with_somebody or brand)
        return not (inside and _name_in_capitals(text, found.end))
    return touch_words().note_starts.match(text.folded, pos) is not None


def _client_end(text: Text, pos: int, known_end: int | None = None) -> int:
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


def _before_small_words(text: Text, words: list[tuple[int, int]], end: int) -> int:
    """A long stretch that begins with a capital: the name ends where the small words begin."""
    last = words[0][1]
    for start, stop in words:
        if start >= end:
            break
        if starts_name(text.raw[start:stop]):
            last = min(stop, end)
        elif text.folded[start:stop] not in NAME_PARTICLES:
            return last
    return last


def read_client(text: Text, pos: int, leading_name: LeadingName) -> tuple[str, int]:
    """The client named at `pos` and the place behind it; a name known to the house goes first."""
    words = text.words_from(pos)
    if not words:
        return "", pos
    bare = text.written(words)
    known = min(max(leading_name(bare), 0), len(words))
    while known and not any(char.isalnum() for char in bare[known - 1]):
        known -= 1  # a dash behind a known name is no part of it
    if known:
        start, stop = words[known - 1]
        end = start + len(text.raw[start:stop].rstrip(TRAILING))
        following = words[known : known + 1]
        more = bool(following) and starts_name(text.raw[following[0][0] :])
        if more and end == stop and element_at(text, following[0][0]) is None:
            end = max(end, _client_end(text, pos, end))
    else:
        end = _client_end(text, pos)
    return text.raw[pos:end].strip().rstrip(TRAILING).strip(), end


_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“"}


def quoted_at(text: Text, pos: int) -> tuple[str, int] | None:
    closing = _QUOTES.get(text.raw[pos : pos + 1])
    if closing is None:
        return None
    end = text.raw.find(closing, pos + 1)
    if end < 0:
        word = text.words_from(pos, 1)[0]
        raise ParseComplaint("client.quote_open", text.raw[slice(*word)], word)
    return text.raw[pos + 1 : end].strip(), end + 1


ARTICLE = re.compile(
    r"(?:the|le|la|les|our|notre|nos|son|sa|ses|their|her|his|leurs?|my|mon|ma|un|une|an?) |l'"
)
_ENDS_CONTACT = re.compile(
    r"(?:about|re|regarding|on|to|sur|pour|for|at|chez|from|because|concernant|@)(?!\w)|de chez(?!\w)|au sujet|a propos"
)


def read_contact(text: Text, pos: int) -> tuple[str | None, int]:
    """The person named at `pos`: capital words, or small ones up to where something else begins."""
    article = ARTICLE.match(text.folded, pos)
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
    return text.raw[pos:end].strip().rstrip(TRAILING) or None, end


def _ends_here(text: Text, pos: int) -> bool:
    if _ENDS_CONTACT.match(text.folded, pos) or text.raw[pos] in ":;(–—,":
        return True
    if text.raw[pos : pos + 2] == "- ":
        return True
    return touch_words().note_starts.match(text.folded, pos) is not None or element_at(text, pos) is not None


def _capital_words(text: Text, words: list[tuple[int, int]]) -> int:
    """How many of the words are a name; particles count when a capital follows them."""
    count = 0
    for number, (start, end) in enumerate(words, start=1):
        if starts_name(text.raw[start:end]):
            count = number
        elif text.folded[start:end].rstrip(TRAILING) not in NAME_PARTICLES:
            break
    return max(count, 1)

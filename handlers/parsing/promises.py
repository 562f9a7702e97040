"""What was promised in the note of a touch: what, and by which day.

The rules, with the figures of the list they are tried on, are described in docs/promises.md. Whatever is found is
only offered: nothing is a promise before its author says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.dates import Deadline, find_deadline, fold
from handlers.parsing import promise_words as said
from handlers.parsing.text import Reader, tidy

MOST = 5
"""Promises of one note that are offered; more in one note than anybody wants to be asked about."""
_LONGEST = 300
_SHORT = 20
_OBJECT = re.compile(r" ?: (?P<object>[^.;!?\n]+)")


@dataclass(frozen=True, slots=True)
class FoundPromise:
    """Something that reads like a promise of ours. `due_on` None: the note names no day. `span` is its place."""

    text: str
    due_on: date | None
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Segment:
    """A piece of a sentence with at most one verb of its own; `joined` says that it goes on from the one before."""

    start: int
    end: int
    joined: bool
    due: Deadline | None = None


_SENTENCE = re.compile(r"[^.;!?\n]*(?:\.(?=\w)[^.;!?\n]*)*[.;!?\n]?")
_BREAK = re.compile(r"(?P<and>,? (?:and|et|then|puis|as well as|&) )|, |: | [–—-] ")
_DUE_LEAD = re.compile(
    r"(?:by|before|due|no later|not later|within|until|till|at the latest|pour|avant|d'ici|sous|au plus tard)\b"
)
_FILLERS = re.compile(
    r"(?:(?:but|and|also|so|then|that|therefore|ok|okay|mais|et|puis|donc|aussi|alors|to-?do"
    r"|actions?(?: for us)?|a faire"
    r"|next|de mon cote|de notre cote|on our side|for our part)\b[ :,]*)+"
)

_OURS = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall|'m going to|'re going to| am going to| are going to)(?: also| then"
    r"| just)? (?P<verb>[a-z-]+)"
)
_TOLD = re.compile(
    r"\b(?:told|said|promised|agreed|confirmed|assured|mentioned)\b[^,]{0,40}?\b(?:i|we)(?:'d"
    r"| would) (?P<verb>[a-z-]+)"
)
_HAVE_TO = re.compile(
    rf"\b(?:i|we)(?:'ve got to| have to| need to| must| should| agreed to| committed to"
    rf"| offered to) (?:{said.ANY_VERB})\b"
)
_OWE = re.compile(r"\b(?:i|we) (?:still )?owe\b")
_PROMISED = re.compile(r"(?:(?:i|we)(?:'ve| have| also)? )?(?:promised|committed)\b(?! an answer by them)")
_DOING = re.compile(rf"(?:(?:i'm|we're|i am|we are) )?{said.DOING}\b")
_BARE = re.compile(
    rf"(?:will|shall|going to|need to|have to|must|agreed to|agreed that (?:i|we)(?:'d| would)"
    rf"|offered to) (?P<verb>{said.ANY_VERB})\b"
)
_TO_DO = re.compile(rf"(?:to |please )?{said.VERB}\b")

_WE = r"(?:je |j'|on |nous )"
_FR_WILL = re.compile(
    rf"\b{_WE}{said.CLITICS}(?:{said.FR_FUTURE}|(?:vais|va|allons) {said.CLITICS}{said.FR_INFINITIVE})"
)
_FR_HAVE_TO = re.compile(
    rf"\b{_WE}{said.CLITICS}(?:dois|doit|devons|devra|devrai|devrons) {said.CLITICS}(?:{said.FR_INFINITIVE}"
    rf"|une? |des |le |la |les )"
    rf"|il faut que (?:je |j'|on |nous ){said.CLITICS}{said.FR_VERB}|\bil faut {said.FR_INFINITIVE}"
)
_FR_NOW = re.compile(rf"\b{_WE}{said.CLITICS}{said.FR_PRESENT}")
_FR_TOLD = re.compile(
    rf"\b(?:dit|promis|assure|confirme|convenu) qu(?:e |')(?:je |j'|on |nous ){said.CLITICS}"
    rf"(?:{said.FR_CONDITIONAL}|{said.FR_FUTURE}|{said.FR_PRESENT}|(?:allais|allait|vais|va) )"
)
_FR_PROMISED = re.compile(
    rf"(?:(?:j'|je |on |nous ){said.CLITICS}(?:ai|a|avons) |)promis (?!par)|(?:j'|je |on |nous )(?:m'|s')?engage"
)
_FR_OFFERED = re.compile(rf"\b(?:j'ai|on a|nous avons) propose (?:de |d'){said.CLITICS}{said.FR_INFINITIVE}")
_FR_TO_DO = re.compile(rf"(?:a )?{said.CLITICS}{said.FR_INFINITIVE}|[\w' -]{{2,40}} a {said.FR_INFINITIVE}")


def promises_in(note: str, reader: Reader) -> tuple[FoundPromise, ...]:
    """What the author of a note promised in it, in its order, at most MOST. See docs/promises.md for the rules."""
    folded = fold(note)
    found: list[FoundPromise] = []
    for match in _SENTENCE.finditer(folded):
        if match[0].strip():
            found += _of_sentence(note, folded, match.start(), match.end(), reader)
    return tuple(found[:MOST])


def _of_sentence(note: str, folded: str, start: int, end: int, reader: Reader) -> list[FoundPromise]:
    sentence = folded[start:end].strip()
    if sentence.endswith("?") or said.QUESTION.match(sentence):
        return []
    found: list[FoundPromise] = []
    ours: bool | None = None
    pending: _Segment | None = None  # ours, without a day of its own: the next piece may name it
    blocked = False
    for segment in _segments(note, folded, start, end, reader):
        words = _words(folded, segment)
        if said.CONDITION.match(words):
            blocked = True
        if blocked:
            continue
        verdict = _verdict(note, folded, segment, words, inherited=ours if segment.joined else None)
        if verdict is None:
            ours = None if not segment.joined else ours
            continue
        ours = verdict
        if not verdict:
            continue
        if segment.due is None:
            if pending is None and not segment.joined:
                pending = segment
            elif pending is not None and segment.joined:
                pending = _Segment(pending.start, segment.end, pending.joined)
            continue
        begin = pending.start if pending is not None and segment.joined else segment.start
        if pending is not None and not segment.joined:
            found.append(_promise(note, folded, pending))
        pending = None
        found.append(_promise(note, folded, _Segment(begin, segment.end, False, segment.due)))
    if pending is not None:
        found.append(_promise(note, folded, pending))
    return found


def _segments(note: str, folded: str, start: int, end: int, reader: Reader) -> list[_Segment]:
    """The pieces of a sentence; one whose object follows a colon takes it along."""
    places: list[tuple[int, int, bool]] = []
    pos, joined = start, False
    for match in _BREAK.finditer(folded, start, end):
        if folded[match.end() :].startswith(("by ", "before ", "pour ", "avant ", "d'ici ")):
            continue  # "a quote, by Friday"
        places.append((pos, match.start(), joined))
        pos, joined = match.end(), match["and"] is not None
    places.append((pos, end, joined))
    segments: list[_Segment] = []
    for begin, stop, goes_on in places:
        if not folded[begin:stop].strip(" .;!\n"):
            continue
        due = find_deadline(note[begin:stop], now=reader.now, zone=reader.zone, locale=reader.locale)
        if due is not None:
            due = Deadline((due.span[0] + begin, due.span[1] + begin), due.day, due.when, due.assumed)
        segments.append(_Segment(begin, stop, goes_on, due))
    return segments


def _words(folded: str, segment: _Segment) -> str:
    """The piece without its day and without the words that merely lead to it."""
    text = folded[segment.start : segment.end]
    if segment.due is not None:
        first, last = segment.due.span[0] - segment.start, segment.due.span[1] - segment.start
        text = f"{text[:first]} {text[last:]}"
    text = " ".join(text.split()).strip(" .;!,:")
    filler = _FILLERS.match(text)
    return text[filler.end() :] if filler else text


def _verdict(note: str, folded: str, segment: _Segment, words: str, *, inherited: bool | None) -> bool | None:
    """True: we promise; False: somebody else does, or nobody; None: the piece promises nothing at all."""
    if not words:
        return None
    if said.THEIRS.match(words) or said.ASKED.match(words) or _is_by_name(note, segment):
        return False
    if said.NEGATED.search(words):
        return None
    if _says_we(words, segment.due is not None):
        return True
    if inherited is False:
        return None
    if inherited and (_TO_DO.match(words) or _FR_TO_DO.match(words) or _FR_NOW.match(words)):
        return True
    if segment.due is None or said.PAST.search(words):
        return None
    if _TO_DO.match(words) or _FR_TO_DO.match(words) or _DOING.match(words):
        return True
    lead = folded[segment.due.span[0] : segment.due.span[1]]
    return True if _DUE_LEAD.match(lead) and said.THING.match(words) else None


def _is_by_name(note: str, segment: _Segment) -> bool:
    typed = note[segment.start : segment.end].lstrip()
    first = fold(typed.partition(" ")[0])
    if first in ("i", "we", "je", "on", "nous") or re.fullmatch(said.ANY_VERB, first):
        return False
    named = said.NAMED.match(typed)
    return named is not None


def _says_we(words: str, dated: bool) -> bool:
    """Whether the piece says that we are going to do something."""
    for pattern in (_OURS, _TOLD):
        if match := pattern.search(words):
            return dated or not re.match(said.STAYING, match["verb"])
    if match := _BARE.match(words):
        return dated or not re.match(said.STAYING, match["verb"])
    if _PROMISED.match(words) or _OWE.search(words) or _HAVE_TO.search(words):
        return True
    if (
        _FR_PROMISED.match(words)
        or _FR_TOLD.search(words)
        or _FR_WILL.search(words)
        or _FR_HAVE_TO.search(words)
    ):
        return True
    if not dated:
        return False
    return bool(_FR_OFFERED.search(words) or _FR_NOW.search(words) or (_DOING.match(words)))


_SUBJECT = re.compile(
    r"(?:(?:i|we)(?:'ll| will| shall|'m going to|'re going to| am going to| are going to)|will|shall|going to|to"
    r"|(?:i |we )?(?:have |'ve )?promised(?: (?:to|them|him|her)\b)?|need to|must|have to"
    r"|(?:j'ai |on a |nous avons )?promis(?: (?:de|d')(?=\W))?) +"
)


def _promise(note: str, folded: str, segment: _Segment) -> FoundPromise:
    """What was promised, as it was written, without its day."""
    text = note[segment.start : segment.end]
    if segment.due is not None:
        first, last = segment.due.span[0] - segment.start, segment.due.span[1] - segment.start
        text = f"{text[:first].rstrip(' ,')} {text[last:].lstrip()}"
    text = tidy(" ".join(text.split()).strip(" .;!,"))
    after = _OBJECT.match(note, segment.end)
    if after and len(text) <= _SHORT:
        text = f"{text} {after['object'].strip()}"  # "to send by Friday: the references"
    for pattern in (_FILLERS, _SUBJECT):
        match = pattern.match(fold(text))
        if match and len(text) - match.end() >= 3:
            text = text[match.end() :]
    whole = text or tidy(note[segment.start : segment.end])
    whole = whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1].rstrip() + "…"
    return FoundPromise(whole, None if segment.due is None else segment.due.day, (segment.start, segment.end))

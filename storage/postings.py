"""The names of one workspace in memory: words, what leads to words, and the names that hold them.

A typed name is looked up in stages, each bounded: its words as they are, as beginnings and as abbreviations; then,
unless that gave the very name, words that share rare trigrams with them, and words glued together or parted. Names that
hold the rarest of those words are compared letter by letter, some dozens of them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.domain.short_forms import full_forms, initials
from storage.likeness import Asked

_WORDS_ASKED = 6
_BEGUN_WORDS = 200
"""How many words that begin as typed are looked at."""
_POSTINGS_READ = 6_000
_POSTINGS_SHARE = 12
"""How many entries of trigrams are read for one typed word, the rarest trigrams first: so many, and among many words
one for every so many of them."""
_LEAST_POSTINGS = 3
_NEAR_WORDS = 96
"""How many words that share trigrams are compared with the typed one, and how many of them count."""
_NEAREST_WORDS = 24
_WORD_FROM = 0.5
_NO_TRIGRAM_LEFT = 6
_SLIPS_FROM = 4
"""Letters from which a word is looked up through slips."""
_READ_FOR_PARTS = 200
_MANY_ROWS = 4000
"""A word in more names than this does not lead to names, unless all are so; it only ranks them."""
_COMPARED = 16
_RESCUED = 2_000
_RESCUE_BELOW = 80.0
_INITIALS_AT_MOST = 200
_BY_INITIALS = 88.0
_AS_TYPED_FROM = 90.0
"""A name that is so like words that are all known as they are: then nobody looks for slips."""
_FAR_BEHIND = 25.0
"""What is so much less like than the best is not offered."""
_FRESH_AT_MOST = 1000

_Rows = NDArray[np.uint32]
_NO_ROWS: _Rows = np.empty(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Hit:
    """A name that may be meant: its place, its likeness from 0 to 100, whether a client may be taken for it."""

    row: int
    score: float
    sure: bool = True
    by_initials: bool = False


@dataclass(slots=True)
class Postings:
    """Numbers that each key leads to; the many keys that lead to one only cost four bytes."""

    first: array[int] = field(default_factory=lambda: array("I"))
    more: dict[int, array[int]] = field(default_factory=dict)

    def add(self, key: int, number: int) -> None:
        """Keys are counted up: a new one is the next."""
        if key == len(self.first):
            self.first.append(number)
        elif (held := self.more.get(key)) is None:
            self.more[key] = array("I", (self.first[key], number))
        elif held[-1] != number:
            held.append(number)

    def of(self, key: int) -> Sequence[int]:
        return self.more.get(key) or self.first[key : key + 1]

    def count(self, key: int) -> int:
        held = self.more.get(key)
        return 1 if held is None else len(held)


class Names:
    """Names by row. Rows are only ever added; a name that is gone leaves an empty one."""

    def __init__(self) -> None:
        self.version = -1
        self.name_ids: array[int] = array("q")
        self.client_ids: array[int] = array("q")
        self.keys: list[str] = []
        self._words: list[str] = []
        self._word_ids: dict[str, int] = {}
        self._lengths = bytearray()
        self._rows = Postings()
        self._grams: dict[str, array[int]] = {}
        self._initials: dict[str, array[int]] = {}
        self._sorted: list[str] = []
        self._fresh: list[str] = []
        self._disordered = False  # a row was named anew, so that its number may follow higher ones

    def __len__(self) -> int:
        return len(self.keys)

    def put(self, name_id: int, client_id: int, key: str) -> bool:
        """Enter a name, or replace what the name of that id was; an empty key takes it out.

        Ids come in ascending order. False when an unknown one is lower than one that is known: then everything has to
        be read anew.
        """
        last = not self.name_ids or self.name_ids[-1] < name_id
        row = len(self.name_ids) if last else bisect_left(self.name_ids, name_id)
        if row == len(self.name_ids):
            self.name_ids.append(name_id)
            self.client_ids.append(client_id)
            self.keys.append(key)
        elif self.name_ids[row] == name_id:
            if self.keys[row] == key and self.client_ids[row] == client_id:
                return True
            self.client_ids[row] = client_id
            self.keys[row] = key
            self._disordered |= bool(key)
        else:
            return False
        if key:
            self._index(row, key)
        return True

    def _index(self, row: int, key: str) -> None:
        words = key.split()
        for word in words:
            number = self._word_ids.get(word)
            if number is None:
                number = self._add_word(word)
            self._rows.add(number, row)
        if len(words) > 1 and (letters := initials(words)):
            _append(self._initials, letters, row)

    def _add_word(self, word: str) -> int:
        number = self._word_ids[word] = len(self._words)
        self._words.append(word)
        self._lengths.append(min(len(word), 255))
        self._fresh.append(word)
        padded, grams = f"^{word}$", self._grams
        for start in range(len(word)):
            gram = padded[start : start + 3]
            held = grams.get(gram)
            if held is None:
                grams[gram] = array("I", (number,))
            elif held[-1] != number:
                held.append(number)
        return number

    def find(self, key: str) -> tuple[list[Hit], bool]:
        """Names that a normalised name may mean, each once, best first, and whether more begin so than were read."""
        asked = Asked(key, self._is_known)
        words = list(dict.fromkeys(asked.words))[:_WORDS_ASKED]
        led = [self._led(word, {**self._begun(word), **self._as_typed(word)}) for word in words]
        overflow = any(len(each.words) >= _BEGUN_WORDS for each in led)
        overflow = overflow or (len(words) == 1 and led[0].count > _COMPARED)
        hits: list[Hit] = []
        known = [self._is_known(word) for word in words]
        if all(known):
            hits = self._compared(asked, led)
        if not hits or hits[0].score < _AS_TYPED_FROM:
            led = [each if sure else self._with_slips(each) for each, sure in zip(led, known, strict=True)]
            led += [self._led(run, found) for run in _runs(asked) if (found := self._as_typed(run))]
            parted = np.concatenate([_NO_ROWS, *(self._parted(word) for word in words)])
            hits = self._compared(asked, led, parted)
            if not hits or hits[0].score < _RESCUE_BELOW:
                hits = _best(hits, self._rescued(asked, led))
        hits = _best(hits, self._by_initials(asked))
        floor = hits[0].score - _FAR_BEHIND if hits else 0.0
        return [hit for hit in hits if hit.score >= floor], overflow

    def _is_known(self, word: str) -> bool:
        number = self._word_ids.get(word)
        return number is not None and any(self.keys[row] for row in self._rows.of(number)[:8])

    # What a typed word leads to: numbers of words with their likeness.

    def _as_typed(self, word: str) -> dict[int, float]:
        found = {
            number: 0.98 for full in full_forms(word) if (number := self._word_ids.get(full)) is not None
        }
        if (number := self._word_ids.get(word)) is not None:
            found[number] = 1.0
        return found

    def _begun(self, word: str) -> dict[int, float]:
        """Words that begin so, in alphabetical order."""
        self._sort()
        found: dict[int, float] = {}
        for place in range(bisect_left(self._sorted, word), len(self._sorted)):
            begun = self._sorted[place]
            if not begun.startswith(word) or len(found) >= _BEGUN_WORDS:
                break
            found[self._word_ids[begun]] = 0.9
        return found

    def _sort(self) -> None:
        if len(self._fresh) > _FRESH_AT_MOST or not self._sorted:
            self._sorted += self._fresh
            self._sorted.sort()
        else:
            for word in self._fresh:
                insort(self._sorted, word)
        self._fresh.clear()

    def _slips(self, word: str) -> dict[int, float]:
        """Words that share rare trigrams, the likest ones."""
        if len(word) < _SLIPS_FROM:
            return {}
        held = sorted((p for gram in trigrams(word) if (p := self._grams.get(gram))), key=len)
        most = max(_POSTINGS_READ, len(self._words) // _POSTINGS_SHARE)
        read = 0
        taken: list[_Rows] = []
        for posting in held:
            read += len(posting)
            if len(taken) >= _LEAST_POSTINGS and read > most:
                break
            taken.append(np.frombuffer(posting, dtype=np.uint32))
        found = self._swapped(word)
        if not taken:
            return found
        numbers, shared = np.unique(np.concatenate(taken), return_counts=True)
        # Most words share a trigram or two: they are left out before anything is sorted.
        near = 2 * shared >= shared.max()
        numbers, shared = numbers[near], shared[near]
        lengths = np.frombuffer(self._lengths, dtype=np.uint8)[numbers].astype(np.int32)
        # Two slips leave a word within two letters of its length.
        weight = 2 * shared - np.maximum(np.abs(lengths - len(word)), 1)
        likest = _largest(weight, _NEAR_WORDS)
        words = [self._words[number] for number in numbers[likest]]
        for other, alike, _ in extract(
            word, words, scorer=OSA.normalized_similarity, score_cutoff=_WORD_FROM, limit=_NEAREST_WORDS
        ):
            found[self._word_ids[other]] = alike
        return found

    def _swapped(self, word: str) -> dict[int, float]:
        """Words of which two neighbouring letters were exchanged: short ones share no trigram then."""
        return {
            number: 1 - 1 / len(word)
            for place in range(len(word) - 1)
            if len(word) <= _NO_TRIGRAM_LEFT
            and (number := self._word_ids.get(_exchanged(word, place))) is not None
        }

    def _with_slips(self, led: _Led) -> _Led:
        return self._led(led.typed, {**self._slips(led.typed), **led.words})

    def _parted(self, word: str) -> _Rows:
        """Names that hold a typed word as several: "airfrance" as "Air France"."""
        found: list[_Rows] = []
        for place in range(2, len(word) - 1):
            one, other = self._word_ids.get(word[:place]), self._word_ids.get(word[place:])
            if one is not None and self._rows.count(one) <= _READ_FOR_PARTS:
                rows = [row for row in self._rows.of(one) if word in self.keys[row].replace(" ", "")]
                found.append(np.array(rows, dtype=np.uint32))
            elif one is not None and other is not None:
                fewer, more = sorted((self._held(one), self._held(other)), key=len)
                found.append(fewer[_within(more, fewer)])
        return np.concatenate(found) if found else _NO_ROWS

    # From words to names.

    def _held(self, number: int) -> _Rows:
        held: _Rows = np.array(self._rows.of(number), dtype=np.uint32)
        return np.sort(held) if self._disordered else held

    def _all_held(self, words: dict[int, float]) -> tuple[_Rows, NDArray[np.float64]]:
        """Every name that holds one of the words, and how like the typed one that word is."""
        single = [number for number in words if number not in self._rows.more]
        several = {number: self._held(number) for number in words if number in self._rows.more}
        rows = [np.frombuffer(self._rows.first, dtype=np.uint32)[single] if single else _NO_ROWS]
        alike = [np.array([words[number] for number in single], dtype=np.float64)]
        for number, held in several.items():
            rows.append(held)
            alike.append(np.full(len(held), words[number]))
        return np.concatenate(rows), np.concatenate(alike)

    def _led(self, typed: str, words: dict[int, float]) -> _Led:
        return _Led(typed, words, sum(self._rows.count(number) for number in words))

    def _compared(self, asked: Asked, led: Sequence[_Led], others: _Rows = _NO_ROWS) -> list[Hit]:
        return _best(_hits(asked, self.keys, self._likely(led, others)))

    def _likely(self, led: Sequence[_Led], others: _Rows) -> Iterable[int]:
        """The rows that hold most of what was typed, through the rarest words; common ones only rank them."""
        ranked = sorted((each for each in led if each.count), key=lambda each: each.count)
        rare = [each for each in ranked if each.count <= _MANY_ROWS] or ranked[:1]
        rows, weights = [others], [np.ones(len(others))]
        for each in rare:
            held, alike = self._all_held(each.words)
            rows.append(held)
            weights.append(alike * alike)
        found, places = np.unique(np.concatenate(rows), return_inverse=True)
        if not len(found):
            return ()
        weight = np.bincount(places, np.concatenate(weights), len(found)).astype(np.float64, copy=False)
        for each in ranked:
            if each not in rare:
                for number, likeness in each.words.items():
                    if likeness >= 0.9:
                        weight = weight + likeness * _within(self._held(number), found)
        likest: list[int] = found[_largest(weight, _COMPARED)].tolist()
        return likest

    def _rescued(self, asked: Asked, led: Sequence[_Led]) -> list[Hit]:
        """Where slips have made words unrecognisable: names that hold another typed word as it is, or all in one."""
        slipped = [each for run in _runs(asked) if (each := self._led(run, self._slips(run))).count]
        glued = self._compared(asked, slipped) if slipped else []
        exact = [number for each in led if (number := self._word_ids.get(each.typed)) is not None]
        exact = [number for number in exact if self._rows.count(number) <= _RESCUED]
        if not exact:
            return glued
        rows = self._rows.of(min(exact, key=self._rows.count))
        near = extract(
            asked.key,
            [self.keys[row] for row in rows],
            scorer=OSA.normalized_similarity,
            score_cutoff=0.5,
            limit=10,
        )
        return glued + _hits(asked, self.keys, (rows[place] for _, _, place in near))

    def _by_initials(self, asked: Asked) -> list[Hit]:
        """Names whose words begin with the typed letters: an acronym may stand for them, but only they know."""
        letters = "".join(asked.words)
        if len(asked.words) > 1 and any(len(word) > 1 for word in asked.words):
            return []
        rows = self._initials.get(letters, ())
        if len(rows) > _INITIALS_AT_MOST:
            return []
        hits: list[Hit] = []
        for row in rows:
            words = self.keys[row].split()
            if initials(words) == letters:
                as_many = len(asked.parts) == len(words) > 1  # "p and g" for "procter and gamble"
                hits.append(Hit(row, _BY_INITIALS + as_many, sure=False, by_initials=True))
        return hits


@dataclass(frozen=True, slots=True)
class _Led:
    """The words that a typed one may stand for, with their likeness; `count` is the number of names behind them."""

    typed: str
    words: dict[int, float]
    count: int


def _runs(asked: Asked) -> Iterator[str]:
    """Neighbouring typed words as one: "face book" as "facebook"."""
    if len(asked.parts) > 2:
        yield from (one + other for one, other in pairwise(asked.parts[:_WORDS_ASKED]))
    if len(asked.parts) > 1:
        yield asked.glued


def _exchanged(word: str, place: int) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def trigrams(word: str) -> set[str]:
    """Runs of three letters of a word, its beginning and end marked."""
    padded = f"^{word}$"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _hits(asked: Asked, keys: Sequence[str], rows: Iterable[int]) -> list[Hit]:
    """How like the names of these rows are; names that are gone are left out."""
    return [Hit(row, *asked.like(key)) for row in rows if (key := keys[row])]


def _best(*found: Sequence[Hit]) -> list[Hit]:
    """Each name once, with the best it has, best first."""
    best: dict[int, Hit] = {}
    for hits in found:
        for hit in hits:
            held = best.get(hit.row)
            if held is None or (hit.score, hit.sure) > (held.score, held.sure):
                best[hit.row] = hit
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.row))


def _append(postings: dict[str, array[int]], key: str, number: int) -> None:
    held = postings.get(key)
    if held is None:
        postings[key] = array("I", (number,))
    elif held[-1] != number:
        held.append(number)


def _within(held: _Rows, rows: _Rows) -> NDArray[np.bool_]:
    """Which of `rows` are in `held`; both ascending."""
    if not len(held):
        return np.zeros(len(rows), dtype=np.bool_)
    places = np.searchsorted(held, rows)
    places[places == len(held)] = 0
    found: NDArray[np.bool_] = held[places] == rows
    return found


def _largest(weight: NDArray[np.float64] | NDArray[np.int64], count: int) -> NDArray[np.intp]:
    """Places of the largest weights, in no order."""
    if len(weight) <= count:
        return np.arange(len(weight))
    return np.argpartition(-weight, count)[:count]

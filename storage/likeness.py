"""How much a typed name is like a client's: both as `bot.domain.names.normalise` leaves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.domain.short_forms import GENERIC, full_forms, significant

_PART_OF_NAME = 92.1
"""Likeness of a name of which every typed word is there and others are not."""
_REORDERED = 1.0
_PREFIX, _SHORT_PREFIX, _FULL_FORM, _CONTRACTION = 0.75, 0.76, 0.98, 0.8
_FIRST_WORD, _SHORT_NAME = 0.5, 0.4
"""What makes one name of which a part was typed likelier than another: that it begins so, that little else is in it."""
_GLUED_LETTERS = 5
_WHOLE_FROM = 0.7
"""Which part of a word's letters must have been typed for the word to count."""
_LETTERS_PER_SLIP = (4, 8)
"""From how many letters of the shorter word one slip is a slip and not another word, and from how many two."""


@dataclass(slots=True)
class Asked:
    """A typed name, to be compared with many.

    `is_known` says of a word whether it stands in some client's name as it is: such a word is hardly a slip of
    another.
    """

    key: str
    is_known: Callable[[str], bool] = field(default=lambda word: False)
    parts: list[str] = field(init=False)
    words: list[str] = field(init=False)
    glued: str = field(init=False)
    _alike: dict[tuple[str, str], float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.parts = self.key.split()
        self.words = significant(self.parts)
        if len(self.parts) > 1 and len(self.parts[-1]) == 1 and self.words[-1] != self.parts[-1]:
            self.words.append(self.parts[-1])  # "deutsche l" is on its way to "deutsche lufthansa"
        self.glued = "".join(self.parts)

    def like(self, name: str) -> tuple[float, bool]:
        """Likeness from 0 to 100, and whether it is of a kind that a client may be taken for.

        100 stands for the very same. The best of: every typed word is one of the name's, slips and abbreviations
        allowed; the same letters parted otherwise; and slips in the whole, which only suggest.
        """
        if self.key == name:
            return 100.0, True
        words = significant(name.split())
        matched = self._matched(words)
        if matched is not None:
            return matched
        whole = OSA.normalized_similarity(self.key, name) * 100 - _REORDERED
        glued, same = self._glued(name.split())
        # "general e" is on its way to "general electric", and not "generale" written otherwise.
        parted = all(len(part) > 1 for part in self.parts)
        return max(whole, glued, 0.0), same and parted and len(self.glued) >= _GLUED_LETTERS

    def _matched(self, words: Sequence[str]) -> tuple[float, bool] | None:
        """What it comes to when each typed word stands for another of the name's; None when one does not."""
        if not self.words:
            return None
        left = list(words)
        total, order = 0.0, []
        clear, slipped, told, begun = True, False, False, False
        for word in self.words:
            best, at = 0.0, -1
            for position, candidate in enumerate(left):
                alike = self._word(word, candidate) if candidate else 0.0
                if alike > best:
                    best, at = alike, position
            if at < 0:
                return None
            total += best
            order.append(at)
            likes_itself = best in (1.0, _FULL_FORM)
            clear &= likes_itself
            if not likes_itself and not _whole_enough(word, left[at]):
                slipped = True
            else:
                told |= word not in GENERIC
                slipped |= not likes_itself and self.is_known(word)
            begun |= left[at].startswith(word) and len(word) < len(left[at])
            left[at] = ""
        average = total / len(self.words)
        if begun or len(self.words) < len(words):
            likelier = _FIRST_WORD * (order[0] == 0) + _SHORT_NAME * len(self.words) / len(words)
            return _PART_OF_NAME * average + likelier, told and not slipped
        in_order = order == sorted(order)
        return min(100 * average, 99.5) - (0 if in_order else _REORDERED), clear or (told and not slipped)

    def _word(self, word: str, name: str) -> float:
        """Likeness of two words, 0 to 1; 0 where they are rather two different ones."""
        if word == name:
            return 1.0
        known = self._alike.get((word, name))
        if known is None:
            known = self._alike[word, name] = _alike(word, name)
        return known

    def _glued(self, words: Sequence[str]) -> tuple[float, bool]:
        """Likeness when spaces do not count, and whether all letters are the same.

        "face book" is "Facebook", "jp morgan" begins "JPMorgan Chase".
        """
        whole = OSA.normalized_similarity(self.glued, "".join(words))
        best = whole * 100 - _REORDERED
        if len(words) > 1:
            parts = [*words, *(one + other for one, other in pairwise(words))]
            part = max(OSA.normalized_similarity(self.glued, part) for part in parts)
            return max(best, _PART_OF_NAME * part - _REORDERED), 1 in (whole, part)
        return best, whole == 1


def _alike(word: str, name: str) -> float:
    if name in full_forms(word) or word in full_forms(name):
        return _FULL_FORM
    if name.startswith(word):
        # The more of it has been typed, the likelier.
        return _PREFIX + (0.99 - _PREFIX) * len(word) / len(name) if len(word) >= 3 else _SHORT_PREFIX
    if _contracts(word, name):
        return _CONTRACTION
    shorter = min(len(word), len(name))
    allowed = sum(shorter >= letters for letters in _LETTERS_PER_SLIP)
    if not allowed or OSA.distance(word, name, score_cutoff=allowed) > allowed:
        return 0.0
    return OSA.normalized_similarity(word, name)


def _whole_enough(word: str, name: str) -> bool:
    """Whether a word that differs from a name's is a slip of it, rather than a beginning or a contraction."""
    return len(word) > 1 and len(word) >= _WHOLE_FROM * len(name)


def _contracts(word: str, full: str) -> bool:
    """Whether a short word is a contraction of a longer one: "cie" of "compagnie", "gle" of "generale"."""
    if not 2 <= len(word) <= 4 or len(word) + 1 >= len(full) or word[0] != full[0]:
        return False
    rest = iter(full)
    return all(letter in rest for letter in word)


def likeness(asked: str, name: str) -> float:
    """How much one normalised name is like another, 0 to 100; 100 only for the same."""
    return Asked(asked).like(name)[0]

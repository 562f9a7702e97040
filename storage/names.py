"""Finding clients by name: exact through an index of the database, near misses through trigrams in memory.

The trigrams of a workspace's names are held in memory and brought up to date from the rows that changed since the
last look-up, so that several processes agree without talking to each other.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from rapidfuzz.distance import OSA
from sqlalchemy import Connection, bindparam, select

from bot.domain.lookup import NamedClient
from bot.domain.names import normalise
from storage.repository import within
from storage.schema import client_names, clients, workspaces

_GRAMS_ASKED = 12
_POSTINGS_READ = 60_000
_RERANKED = 150
_PART_OF_NAME = 93.0
"""Likeness of a name of which every typed word is there and others are not."""
_WORD_TAKEN = 0.75

_VERSION = select(workspaces.c.names_version).where(workspaces.c.id == bindparam("workspace"))
_FOUND = select(clients.c.id, clients.c.name, clients.c.owner_id).where(
    within(clients, clients.c.id.in_(bindparam("clients", expanding=True)), ~clients.c.archived)
)


@dataclass(slots=True)
class _Names:
    """Names of one workspace: parallel columns, and for each trigram the rows that hold it."""

    version: int = -1
    row_of: dict[int, int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    client_ids: array[int] = field(default_factory=lambda: array("q"))
    postings: dict[str, array[int]] = field(default_factory=dict)

    def add(self, name_id: int, client_id: int, key: str, name: str) -> None:
        row = len(self.keys)
        self.row_of[name_id] = row
        self.keys.append(key)
        self.shown.append(name)
        self.client_ids.append(client_id)
        for gram in trigrams(key):
            held = self.postings.get(gram)
            if held is None:
                held = self.postings[gram] = array("I")
            held.append(row)

    def drop(self, name_id: int) -> None:
        row = self.row_of.pop(name_id, None)
        if row is not None:
            self.keys[row] = ""

    def candidates(self, key: str) -> Iterable[int]:
        """Rows that share the rarest trigrams of `key`, those that share most of them first."""
        held = sorted((p for gram in trigrams(key) if (p := self.postings.get(gram))), key=len)
        shared: Counter[int] = Counter()
        read = 0
        for rank, posting in enumerate(held[:_GRAMS_ASKED]):
            read += len(posting)
            if rank >= 2 and read > _POSTINGS_READ:
                break
            shared.update(posting)
        return (row for row, _ in shared.most_common(_RERANKED) if self.keys[row])


def trigrams(key: str) -> set[str]:
    """Runs of three letters of each word of a normalised name, the beginning of a word marked."""
    grams: set[str] = set()
    for word in key.split():
        padded = f"^{word}$"
        grams.update(padded[i : i + 3] for i in range(len(padded) - 2))
    return grams


def likeness(asked: str, name: str) -> float:
    """How much one normalised name is like another, 0 to 100.

    The best of: slips in the whole name, the same words in another order, and a shortened name in which each typed
    word stands for one of the name's. One slip is one letter wrong, missing, too many or exchanged with the next.
    """
    if asked == name:
        return 100.0
    whole = OSA.normalized_similarity(asked, name) * 100
    asked_words, words = asked.split(), name.split()
    if len(words) == 1 and len(asked_words) == 1 and not name.startswith(asked):
        return whole
    reordered = OSA.normalized_similarity(" ".join(sorted(asked_words)), " ".join(sorted(words))) * 100 - 1
    return max(whole, reordered, _part(asked_words, words))


def _part(asked: Sequence[str], words: Sequence[str]) -> float:
    left = list(words)
    total = 0.0
    for word in asked:
        best, at = 0.0, -1
        for position, candidate in enumerate(left):
            likely = OSA.normalized_similarity(word, candidate)
            if len(word) >= 3 and candidate.startswith(word):
                likely = max(likely, 0.95)
            elif _abbreviates(word, candidate):
                likely = max(likely, 0.8)
            if likely > best:
                best, at = likely, position
        if best < _WORD_TAKEN:
            return 0.0
        total += best
        left.pop(at)
    return _PART_OF_NAME * total / len(asked) if asked else 0.0


def _abbreviates(word: str, full: str) -> bool:
    """Whether a short word is a contraction of a longer one: "cie" of "compagnie", "gle" of "generale"."""
    if not 2 <= len(word) <= 4 or len(word) >= len(full) or word[0] != full[0]:
        return False
    rest = iter(full)
    return all(letter in rest for letter in word)


class NameIndex:
    """The names of every workspace this process has looked up; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: dict[int, _Names] = {}

    def similar(
        self,
        connection: Connection,
        workspace_id: int,
        name: str,
        *,
        owner_id: int | None,
        limit: int,
        committed: bool,
    ) -> list[NamedClient]:
        """Clients that `name` may mean, best first, each once; archived ones are left out.

        `committed` says that this transaction has changed no names: only then may the index learn from it, for
        what is rolled back must not be remembered.
        """
        key = normalise(name)
        with self._lock:
            names = (
                self._fresh(connection, workspace_id) if committed else self._of.get(workspace_id, _Names())
            )
            best: dict[int, tuple[float, str]] = {}
            for row in names.candidates(key):
                score = likeness(key, names.keys[row])
                client_id = names.client_ids[row]
                if score > best.get(client_id, (0.0, ""))[0]:
                    best[client_id] = (score, names.shown[row])
        ranked = sorted(best.items(), key=lambda item: -item[1][0])[: limit * 3]
        found = {
            row.id: row
            for row in connection.execute(
                _FOUND, {"workspace": workspace_id, "clients": [client_id for client_id, _ in ranked]}
            )
        }
        return [
            NamedClient(
                client_id, held.name, matched, score, own=owner_id is not None and held.owner_id == owner_id
            )
            for client_id, (score, matched) in ranked
            if (held := found.get(client_id)) is not None
        ][:limit]

    def _fresh(self, connection: Connection, workspace_id: int) -> _Names:
        names = self._of.setdefault(workspace_id, _Names())
        version = connection.execute(_VERSION, {"workspace": workspace_id}).scalar_one()
        if version == names.version:
            return names
        changed = select(
            client_names.c.id,
            client_names.c.client_id,
            client_names.c.key,
            client_names.c.name,
            client_names.c.removed,
        ).where(client_names.c.workspace_id == workspace_id, client_names.c.version > names.version)
        for name_id, client_id, key, name, removed in connection.execute(changed):
            names.drop(name_id)
            if not removed:
                names.add(name_id, client_id, key, name)
        names.version = version
        return names

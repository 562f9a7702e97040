"""What the stand-in remembers: people, conversations and messages, kept in a journal so that a restart keeps them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sandbox.clock import ShiftedClock
from sandbox.messages import Conversation, Message, Named
from sandbox.people import People, Person

Json = dict[str, Any]
# The fields of a person that a restart keeps.
CHANGEABLE = (
    "tz", "locale", "is_admin", "real_name", "shows_zone", "deleted",
    "status_text", "status_emoji", "status_expiration",
    "dnd_start", "dnd_end",
)  # fmt: skip


class Workspace:
    """People, conversations, messages and published Home tabs. Every change is appended to the journal first-hand."""

    def __init__(
        self,
        people: People,
        clock: ShiftedClock,
        monotonic: Callable[[], float],
        state_dir: Path | None = None,
    ) -> None:
        self.facts = people
        self.clock = clock
        self.monotonic = monotonic
        self.people: dict[str, Person] = {person.id: person for person in people.people}
        self.conversations: dict[str, Conversation] = {}
        self.homes: dict[str, Json] = {}
        """Published Home tab, as the app gave it, by person."""
        self._last_stamp = 0
        self._journal: Path | None = None
        for channel in people.channels:
            self.conversations[channel.id] = Conversation(
                id=channel.id,
                kind="channel",
                name=channel.name,
                members=list(channel.members),
                topic=channel.topic,
                is_ext_shared=channel.is_ext_shared,
                is_private=channel.is_private,
            )
        for person in people.people:
            if not person.is_bot:
                self.direct(person.id, people.app.bot_user_id)
        if state_dir is not None:
            state_dir.mkdir(parents=True, exist_ok=True)
            journal = state_dir / "journal.jsonl"
            self._replay(journal)
            self._rewrite(journal)
            self._journal = journal

    # -- people ---------------------------------------------------------------------------------------------------

    @property
    def bot_user(self) -> str:
        """The id of the bot under test."""
        return self.facts.app.bot_user_id

    def bot_person(self) -> Person:
        """The bot as a user object's source."""
        app = self.facts.app
        return Person(
            id=app.bot_user_id,
            name=app.name,
            real_name=app.name.capitalize(),
            tz="America/Los_Angeles",
            team_id=self.facts.team.id,
            locale="en-US",
            is_bot=True,
        )

    def person(self, person_id: str) -> Person | None:
        """A person of the file or the bot itself."""
        return self.bot_person() if person_id == self.bot_user else self.people.get(person_id)

    def change_person(self, person_id: str, **changes: Any) -> Person:
        """Changes fields of a person, for good."""
        person = replace(self.people[person_id], **changes)
        self.people[person_id] = person
        self._note({"op": "person", "id": person_id, "changes": changes})
        return person

    def join(self, person: Person) -> Person:
        """Somebody new, who gets a direct message with the app."""
        self._take_in(person)
        self._note({"op": "join", "person": asdict(person)})
        return person

    def _take_in(self, person: Person) -> None:
        self.people[person.id] = person
        if not person.is_bot:
            self.direct(person.id, self.bot_user)

    def named(self, reader: str) -> Callable[[str, str], Named | None]:
        """How `reader`'s typed `@word` and `#word` are understood."""

        def look_up(sign: str, word: str) -> Named | None:
            if sign == "@":
                for person in [*self.people.values(), self.bot_person()]:
                    if person.name.lower() == word.lower():
                        return Named("user", person.id, person.name)
                return None
            for conversation in self.visible_to(reader):
                if conversation.kind == "channel" and conversation.name == word.lower():
                    return Named("channel", conversation.id, conversation.name)
            return None

        return look_up

    # -- conversations --------------------------------------------------------------------------------------------

    def direct(self, one: str, other: str) -> Conversation:
        """The direct message between two, opened if there is none."""
        if self.bot_user in (one, other):
            person = other if one == self.bot_user else one
            channel_id = "D0" + person[2:]
        else:
            pair = "-".join(sorted((one, other)))
            channel_id = "D0" + hashlib.sha256(pair.encode()).hexdigest()[:8].upper()
        if channel_id not in self.conversations:
            members = [one] if one == other else [one, other]
            self.conversations[channel_id] = Conversation(id=channel_id, kind="im", name="", members=members)
            self._note({"op": "direct", "one": one, "other": other})
        return self.conversations[channel_id]

    def set_members(self, channel_id: str, members: list[str]) -> None:
        """Who is in a channel from now on."""
        self.conversations[channel_id].members = members
        self._note({"op": "members", "channel": channel_id, "members": members})

    def visible_to(self, person_id: str) -> list[Conversation]:
        """The conversations that the person is in."""
        return [c for c in self.conversations.values() if person_id in c.members]

    def new_stamp(self) -> str:
        """A message `ts` from the shifted clock, later than each one before, whatever the clock did."""
        self._last_stamp = max(int(self.clock.timestamp() * 1_000_000), self._last_stamp + 1)
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"

    # -- messages -------------------------------------------------------------------------------------------------

    def add(self, message: Message) -> Message:
        """Stores a message whose `ts` came from `new_stamp`."""
        message.accepted_at = self.monotonic()
        self.conversations[message.channel].messages[message.ts] = message
        self.changed(message)
        return message

    def changed(self, message: Message) -> None:
        """Notes the fields of a stored message; an ephemeral one is not kept over a restart."""
        if message.ephemeral_for is None:
            self._note({"op": "message", "message": message.as_json()})

    def all_messages(self) -> Iterator[Message]:
        """Everything accepted, in order of `ts`, deleted and ephemeral ones too."""
        everything = [m for c in self.conversations.values() for m in c.messages.values()]
        return iter(sorted(everything, key=lambda m: m.ts))

    def publish_home(self, person_id: str, view: Json) -> None:
        """Keeps the Home tab of a person."""
        self.homes[person_id] = view
        self._note({"op": "home", "person": person_id, "view": view})

    # -- journal --------------------------------------------------------------------------------------------------

    def _note(self, entry: Json) -> None:
        if self._journal is None:
            return
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def _replay(self, journal: Path) -> None:
        if not journal.exists():
            return
        with journal.open(encoding="utf-8") as file:
            for line in file:
                if not line.endswith("\n"):
                    break  # the last line of a process that was killed while writing it
                self._apply(json.loads(line))

    def _apply(self, entry: Json) -> None:
        match entry["op"]:
            case "direct":
                self.direct(entry["one"], entry["other"])
            case "join":
                self._take_in(Person(**entry["person"]))
            case "members":
                if entry["channel"] in self.conversations:
                    self.conversations[entry["channel"]].members = entry["members"]
            case "person":
                if entry["id"] in self.people:
                    self.people[entry["id"]] = replace(self.people[entry["id"]], **entry["changes"])
            case "home":
                self.homes[entry["person"]] = entry["view"]
            case "message":
                message = Message(**entry["message"])
                message.accepted_at = float("-inf")
                seconds, _, micros = message.ts.partition(".")
                self._last_stamp = max(self._last_stamp, int(seconds) * 1_000_000 + int(micros))
                conversation = self.conversations.get(message.channel)
                if conversation is None:
                    return  # the people file no longer has that channel
                conversation.messages[message.ts] = message

    def _rewrite(self, journal: Path) -> None:
        beside = journal.with_name(journal.name + ".new")
        with beside.open("w", encoding="utf-8") as file:

            def write(entry: Json) -> None:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")

            for person in self.people.values():
                original = next((p for p in self.facts.people if p.id == person.id), None)
                if original is None:
                    write({"op": "join", "person": asdict(person)})
                elif person != original:
                    write(
                        {
                            "op": "person",
                            "id": person.id,
                            "changes": {n: getattr(person, n) for n in CHANGEABLE},
                        }
                    )
            for conversation in self.conversations.values():
                if conversation.kind == "im" and self.bot_user not in conversation.members:
                    one, other = conversation.members[0], conversation.members[-1]
                    write({"op": "direct", "one": one, "other": other})
            for channel in self.facts.channels:
                members = self.conversations[channel.id].members
                if members != list(channel.members):
                    write({"op": "members", "channel": channel.id, "members": members})
            for message in self.all_messages():
                write({"op": "message", "message": {**message.as_json(), "accepted_at": 0.0}})
            for person_id, view in self.homes.items():
                write({"op": "home", "person": person_id, "view": view})
        beside.replace(journal)

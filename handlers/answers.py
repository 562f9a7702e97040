"""What a listener may answer. The desk carries answers out; listeners themselves call no API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Block = Mapping[str, Any]
View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks and the text that alone makes sense to a screen reader, on a watch or in a notification."""

    text: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """Tell only the person who asked.

    To a command the message goes out in the acknowledgement; to a button through the response address of the
    message it stands on, as a message of its own; to a form through `Ask.reply_to`.
    """

    message: Message


@dataclass(frozen=True, slots=True)
class Replace:
    """Put `message` in the place of the one whose button was pressed; `also` is said privately below it."""

    message: Message
    also: Message | None = None


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Open a modal; from within a modal it is laid on top of it."""

    view: View


@dataclass(frozen=True, slots=True)
class UpdateForm:
    """Show `view` in place of the open modal: in the acknowledgement of a submission, or after a press in it.

    `home` says that the Home tab below has changed, too.
    """

    view: View
    home: bool = False


@dataclass(frozen=True, slots=True)
class FormErrors:
    """Keep the modal open and show each sentence at its field (block_id → sentence)."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CloseForms:
    """Close all modals, then do `then` (say, replace or refresh) if there is something to do."""

    then: Say | ReplaceAt | None = None
    home: bool = False


@dataclass(frozen=True, slots=True)
class ReplaceAt:
    """Put `message` in the place of an earlier one, by its response address; `also` is said privately below it."""

    address: str
    message: Message
    also: Message | None = None


@dataclass(frozen=True, slots=True)
class HomePicture:
    """An image for the Home tab, named by the facts that it shows.

    Where an image of that `name` and `digest` stands on Slack already it is shown; else it is made with `draw`, which
    fills a path with a PNG. `title` stands above it, `alt` says all that it shows.
    """

    name: str
    digest: str
    title: str
    alt: str
    draw: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class PublishHome:
    """Show `view` as the person's Home tab, then make the `pictures` it lacks and show it again."""

    view: View
    pictures: Sequence[HomePicture] = ()


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Show the person's Home tab anew, once the acknowledgement is out.

    At `place` (see `handlers.home.tabs.Place.facts`); None: where they are on it.
    """

    place: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """The list for a select that asks while somebody types."""

    options: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file that is made once the acknowledgement is out: `write` fills the path and says what is in the file."""

    name: str
    title: str
    write: Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class SendFiles:
    """Show `view` in place of the submitted form, then make each file and send it to the private conversation.

    `comment` is said with each; `failed` instead of one that could not be made or sent. `begun` is said where there is
    no form: to a command, or to a press.
    """

    view: View
    files: Sequence[Outgoing]
    comment: str
    failed: Message
    begun: Message | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Answer in the conversation with the person, as a message that stays (to a direct message to the bot)."""

    message: Message


@dataclass(frozen=True, slots=True)
class Whisper:
    """Tell only the person who acted in a conversation, there: to a reaction, which brings no response address."""

    message: Message
    conversation: str


@dataclass(frozen=True, slots=True)
class Place:
    """A message of ours: the conversation in which it stands, and its timestamp."""

    conversation: str
    message: str


Show = Callable[[Message], None]
"""Puts a message in the place of the one that says how far the work has come."""
Fetch = Callable[[str, Path, int], str]
"""Brings the file of an id to a path, at most so many bytes; returns what it is called. Raises Refusal."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What the work came to, and files to be sent with it."""

    message: Message
    files: Sequence[Outgoing] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """Say `begun` at once, in a message of its own or in that at `place`, then do what takes long.

    `work` runs outside of the listener's time; it may show how far it is, and what it returns takes the place of that.
    A refusal that it raises is said there, `failed` after a surprise.
    """

    begun: Message
    work: Callable[[Fetch, Show], Finished]
    failed: Message
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """Acknowledge, no more."""


Answer = (
    Say
    | Replace
    | ReplaceAt
    | OpenForm
    | UpdateForm
    | FormErrors
    | CloseForms
    | PublishHome
    | ShowHome
    | Options
    | SendFiles
    | Post
    | Whisper
    | Work
    | Nothing
)

"""What people type after a command, turned into domain values.

Nothing here knows a client, a contact or a rule: names come back as they were typed and are looked up elsewhere.
Reading never guesses: a word that does not surely say a channel, a direction, a date or an amount stays in the note
or the description, where its author sees it again; what is surely meant and cannot be is a ParseComplaint.
"""

from handlers.parsing.complaints import ParseComplaint
from handlers.parsing.gifts import TypedGift, read_gift
from handlers.parsing.names import LeadingName
from handlers.parsing.outings import TypedOuting, read_outing
from handlers.parsing.plain import plain
from handlers.parsing.several import Near
from handlers.parsing.text import Reader
from handlers.parsing.touch_direction import guessed_direction, sounds_like_complaint
from handlers.parsing.touches import TypedTouch, read_touch

__all__ = [
    "LeadingName",
    "Near",
    "ParseComplaint",
    "Reader",
    "TypedGift",
    "TypedOuting",
    "TypedTouch",
    "guessed_direction",
    "plain",
    "read_gift",
    "read_outing",
    "read_touch",
    "sounds_like_complaint",
]

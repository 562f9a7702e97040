"""For whom a typed gift is, and where they work."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.folding import fold
from handlers.parsing.gift_counts import FEW_WORDS, GAP, blanked
from handlers.parsing.gift_words import categories_in, category_of
from handlers.parsing.names import ARTICLE, NAME_PARTICLES, is_legal_form, quoted_at, starts_name
from handlers.parsing.text import TRAILING, Reader, Text

_FOR = re.compile(r"(?<!\w)(?:for|pour|to) (?! )")
_FOR_WITH_ACCENT = re.compile(r"(?<!\w)[àÀ] (?=[^\W\d_])")
_COUNTED = re.compile(rf"(?:\d+|{FEW_WORDS}) ")
_WITH_PERSON = re.compile(r"(?<!\w)(?:with|avec) (?=\w)")
AT = re.compile(r"(?<!\w)(?:at|chez|from|de chez) |(?<!\S)@ |(?<=\w )@(?=\w)|(?<=\w )\((?=\w)")
_THEN_COMPANY = re.compile(r", (?=[^\W\d_])(?![a-zà-ÿ])")
_OCCASION = re.compile(
    r"(?:(?:her|his|their|the|an?|son|sa|ses|leur|le|la|une?) |l')?(?:\w+ )?"
    r"(?:birthday|wedding|christmas|xmas|promotion|retirement|anniversary|holidays?|easter|thanksgiving|new year"
    r"|launch|meeting|speech|anniversaire|mariage|noel|paques|retraite|depart|fetes|nouvel an|naissance"
    r"|lancement|reunion|free|lunch|dinner|breakfast|dejeuner|diner|coffee)\b"
)
_ENDS_PERSON = re.compile(
    rf"[{GAP},;:.(]|(?:at|chez|from|for|pour|to|with|avec|because|as|who|qui|worth|@)(?!\w)|de chez(?!\w)|@"
)


def take_people(rest: str, reader: Reader) -> tuple[str | None, str | None, str]:
    """Contact, employer and what is left."""
    text = Text(rest, fold(rest), reader)
    for begin, name_at in introductions(text):
        contact, end = gift_name(text, name_at)
        if contact is None:
            continue
        employer, end = employer_after(text, end)
        rest = blanked(rest, begin, end)
        if employer is None:
            employer, rest = _employer_before(rest, reader)
        return contact, employer, rest
    return _person_and_company(text)


def employer_after(text: Text, end: int) -> tuple[str | None, int]:
    """Where the person whose name ends here works, and the place behind it."""
    match = AT.match(text.folded, text.skip_spaces(end)) or _THEN_COMPANY.match(text.raw, end)
    if match is None:
        return None, end
    employer, end = gift_name(text, match.end(), company=True)
    return employer, end + text.raw.startswith(")", end)


def introductions(text: Text) -> Iterator[tuple[int, int]]:
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
        if starts_name(text.raw[match.end() :]):
            yield match.start(), match.end()
    for match in re.compile(r"(?<!\S)(?=@\w)").finditer(text.raw):
        yield match.start(), match.start()


def _category_starts(text: Text, pos: int) -> bool:
    if not text.raw[pos : pos + 1].islower():
        return False
    near = next(categories_in(text.raw[pos : pos + 40]), None)
    return near is not None and near.start() == 0


def gift_name(text: Text, pos: int, *, company: bool = False) -> tuple[str | None, int]:
    """The name at `pos` and the place behind it: capital words, or small ones up to where something else begins."""
    if quoted := quoted_at(text, pos):
        name = " ".join(re.split(rf"[{GAP}\s]+", quoted[0])).strip()
        return name or None, quoted[1]
    article = ARTICLE.match(text.folded, pos)
    capital = starts_name(text.raw[pos : pos + 1])
    most = 8 if capital else (4 if article and not company else 3)
    end, last = pos, pos
    for number, match in enumerate(re.compile(rf"[^\s{GAP}]+").finditer(text.raw, pos)):
        start, stop = match.span()
        word, folded = match[0], text.folded[start:stop]
        if (
            GAP in text.raw[end:start]
            or (number and _ENDS_PERSON.match(text.folded, start))
            or number >= most
        ):
            break
        if number and not company and text.raw[start] == "@":
            break
        if number and capital and not starts_name(word) and folded.rstrip(TRAILING) not in NAME_PARTICLES:
            break
        if number and not capital and _category_starts(text, start):
            break
        cut = re.search(r"[,;:()]", word)
        end = start + cut.start() if cut else stop
        if starts_name(word) or not capital or number == 0:
            last = end
        if cut and not (cut[0] == "," and _comma_in_name(text, stop)):
            break
    name = text.raw[pos:last].strip().rstrip(".,;:!?") if last > pos else ""
    return name or None, last


def _comma_in_name(text: Text, pos: int) -> bool:
    following = text.words_from(pos, 1)
    return bool(following) and is_legal_form(text.raw[slice(*following[0])])


_HAD_AT_A_PLACE = ("meal", "refreshment", "entertainment", "event_attendance", "lodging", "travel")


def _employer_before(rest: str, reader: Reader) -> tuple[str | None, str]:
    """ "pens at Ford for Jane": an employer, unless one eats or stays there."""
    text = Text(rest, fold(rest), reader)
    match = AT.search(text.folded)
    if match is None or category_of(rest) in _HAD_AT_A_PLACE:
        return None, rest
    employer, end = gift_name(text, match.end(), company=True)
    return (employer, blanked(rest, match.start(), end)) if employer else (None, rest)


def _person_and_company(text: Text) -> tuple[str | None, str | None, str]:
    """ "Bob at Merck", "pen at Ford": without "for", what stands before "at" is a person only if it looks like one."""
    match = AT.search(text.folded)
    if match is None:
        return None, None, text.raw
    employer, end = gift_name(text, match.end(), company=True)
    if employer is None:
        return None, None, text.raw
    end += text.raw.startswith(")", end)
    before = text.raw[: match.start()].rsplit(GAP, 1)[-1]
    words = before.split()
    contact = before.strip(" ,;:")
    is_person = 0 < len(words) <= 4 and all(starts_name(w) for w in words) and category_of(before) is None
    if is_person and contact:
        start = match.start() - len(before)
        return contact, employer, blanked(text.raw, start, end)
    return None, employer, blanked(text.raw, match.start(), end)

"""Catalogues of sentences: what stands in the code is taken into the template and into each language.

``python -m handlers.locales`` does it. Translations are kept, sentences that are gone leave, new ones come in
untranslated; nothing is guessed and no time is written, so that running it twice changes nothing.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOM = Path(__file__).parent.parent
TEMPLATE = ROOM / "locales" / "rapport.pot"
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "fr": "nplurals=2; plural=(n > 1);"}
KEYWORDS = {"say": None, "markup": None, "message": None, "count": (1, 2)}
"""Functions of `handlers.i18n` that take a sentence, and which of their arguments; None: the first."""


def catalogue_file(language: str) -> Path:
    return ROOM / "locales" / language / "LC_MESSAGES" / "rapport.po"


def sentences() -> Catalog:
    """Every sentence in the code of this room, with the files in which it stands."""
    found = Catalog()
    for file, _line, sentence, comments, _context in extract_from_dir(
        str(ROOM), method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        found.add(sentence, locations=[(f"handlers/{file}", 0)], auto_comments=comments)
    return found


def stored(language: str) -> Catalog:
    """A language's catalogue as it stands in its file."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str) -> Catalog:
    """A language's catalogue with exactly the sentences of the code, and the translations known so far."""
    known = stored(language) if catalogue_file(language).exists() else Catalog(locale=language)
    fresh = Catalog(locale=language)
    for sentence in _own(sentences()):
        before = known.get(sentence.id)
        fresh.add(sentence.id, string=before.string if before else None, locations=sentence.locations)
    return fresh


def renew() -> None:
    """Write the template and all catalogues anew."""
    TEMPLATE.write_bytes(_written(sentences(), "Template for translations of Rapport.", ""))
    for language, plural in PLURALS.items():
        file = catalogue_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        head = f'"Language: {language}\\n"\n"Plural-Forms: {plural}\\n"\n'
        file.write_bytes(_written(renewed(language), f"Sentences of Rapport, language {language!r}.", head))


def untranslated(catalogue: Catalog) -> list[Message]:
    """Sentences without a translation, or with only some of their plural forms."""
    return [sentence for sentence in _own(catalogue) if not _complete(sentence)]


def _own(catalogue: Catalog) -> list[Message]:
    return [sentence for sentence in catalogue if sentence.id]


def _complete(sentence: Message) -> bool:
    string = sentence.string
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _written(catalogue: Catalog, title: str, language_lines: str) -> bytes:
    body = BytesIO()
    write_po(body, catalogue, width=0, sort_output=True, include_lineno=False, omit_header=True)
    head = (
        f'# {title}\nmsgid ""\nmsgstr ""\n"Project-Id-Version: rapport\\n"\n{language_lines}'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return head.encode() + body.getvalue()

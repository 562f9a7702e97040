"""Names of companies and people, brought to a form in which they can be compared."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not decompose into a base letter and an accent.
_SPELT_OUT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
_APOSTROPHES = frozenset("'’‘`´ʼ")
_PLAIN = {
    code: None if chr(code) in _APOSTROPHES else " and " if chr(code) == "&" else " "
    for code in range(128)
    if not chr(code).isalnum()
}
"""What becomes of ASCII: the short way for most names, to the same end."""

# Legal forms written as one run of letters; a form of several words or dotted letters is joined before it is
# looked up, so that "S. à r.l.", "Sp. z o.o." and "S.A. de C.V." are found here as well.
_FORMS = (
    # United States, United Kingdom, Ireland, Canada, Australia, New Zealand, South Africa
    "inc incorporated corp corporation co company companies llc llp lp lllp pllc plc ltd limited ltee "
    "limitee ulc unlimited dac clg cic pty proprietary ptyltd "
    # France, Belgium, Luxembourg, Switzerland
    "sa sas sasu sarl sarlu eurl snc scs sca scop selarl gie scrl srl sprl bvba asbl cie sagl "
    # Germany, Austria, Switzerland
    "gmbh ggmbh mbh ag kg kgaa ohg ug ev eg gbr se ekfm haftungsbeschrankt "
    # Netherlands, Italy, Spain, Portugal, Latin America
    "bv nv cv vof spa srls sapa soccoop sl slu slp sau sll scoop lda unipessoal ltda eireli "
    "sadecv sabdecv sapidecv sderldecv sab saic saci "
    # Nordic and Baltic countries
    "oy oyj ab publ as asa aps ks hf ehf ohf ou uab sia hb kb "
    # Central and eastern Europe, Greece, Turkey
    "spzoo spj spk sro vos doo dd ad kft zrt nyrt ood eood ooo oao zao pao ao jsc pjsc ojsc cjsc llp ae epe "
    "anonimsirketi limitedsirketi ltdsti "
    # Asia, Gulf, Africa
    "kk gk yk kabushikikaisha pte pvt private bhd sdnbhd sdn tbk wll fze fzco fzllc dmcc saog saoc "
    "jointstock"
)
_LEGAL_FORMS = frozenset(_FORMS.split())
# Where the form is usual. Two names with forms of different places are hardly the same company's; forms that are
# usual in several ("SA") or part of names ("Company") tell nothing, and within one place people mix them up.
_PLACES = {
    "us": "inc incorporated corp corporation llc lllp",
    "uk": "ltd limited plc llp",
    "au": "pty ltd",
    "de": "gmbh ggmbh mbh ag kg kgaa ohg ug",
    "fr": "sas sasu sarl eurl",
    "nl": "bv nv",
    "it": "spa srl srls",
    "es": "sl slu",
    "fi": "oy oyj",
    "nordic": "ab as asa aps",
    "jp": "kk",
}
_PLACES_OF: dict[str, set[str]] = {}
for _place, _usual in _PLACES.items():
    for _form in _usual.split():
        _PLACES_OF.setdefault(_form, set()).add(_place)
_LONGEST_FORM_IN_WORDS = 6


def fold(name: str) -> str:
    """Lower-case letters and digits in single spaces: no case, accents or punctuation; legal forms stay.

    "Crédit-Agricole S.A." becomes "credit agricole sa". A name that holds no letter or digit at all comes
    back as it was, lower-cased, so that two different ones stay different.
    """
    if name.isascii() and "." not in name:
        return " ".join(name.lower().translate(_PLAIN).split()) or name.strip().casefold()
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).casefold()
    kept: list[str] = []
    for char in spelt.translate(_SPELT_OUT):
        if char.isalnum():
            kept.append(char)
        elif unicodedata.category(char).startswith("M"):
            if not unicodedata.combining(char):
                kept.append(char)  # a vowel sign of an Indic script carries meaning, an accent does not
        elif char == "&":
            kept.append(" and ")
        elif char not in _APOSTROPHES and char != ".":
            kept.append(" ")
        elif char == ".":
            kept.append(".")
    words = " ".join(_without_dots("".join(kept)).split())
    return unicodedata.normalize("NFC", words) or name.strip().casefold()


def normalise(name: str) -> str:
    """The name without case, accents, punctuation, leading article and trailing legal forms.

    "Ford Motor Company, Inc." and "FORD MOTOR" both give "ford motor". Forms are stripped as long as
    something remains, so the result is empty only for a blank name; normalising twice changes nothing.
    """
    words = fold(name).split()
    while len(words) > 1 and words[0] == "the":
        words = words[1:]
    while True:
        shorter = _without_last_form(words)
        if shorter == words:
            return " ".join(words)
        words = shorter


def contradict(one: str, other: str) -> bool:
    """Whether two names carry legal forms of different places: "Merck KGaA" and "Merck & Co., Inc."."""
    here, there = _places(one), _places(other)
    return bool(here and there) and here.isdisjoint(there)


def _places(name: str) -> set[str]:
    words = fold(name).split()
    rest = normalise(name).split()
    forms = words[len(rest) :] if words[: len(rest)] == rest else words[1:]
    found: set[str] = set()
    for form in forms:
        found |= _PLACES_OF.get(form, set())
    return found


def _without_dots(text: str) -> str:
    """A dot between single letters joins them ("s.a.r.l." is one word); any other dot parts words."""
    out: list[str] = []
    for chunk in text.split():
        pieces = [piece for piece in chunk.split(".") if piece]
        joined = "".join(pieces)
        if len(pieces) > 1 and (joined in _LEGAL_FORMS or all(len(piece) == 1 for piece in pieces)):
            out.append(joined)
        else:
            out.extend(pieces)
    return " ".join(out)


def _without_last_form(words: list[str]) -> list[str]:
    for count in range(min(_LONGEST_FORM_IN_WORDS, len(words) - 1), 0, -1):
        if "".join(words[-count:]) in _LEGAL_FORMS:
            rest = words[:-count]
            while len(rest) > 1 and rest[-1] in {"and", "et", "und", "y", "e"}:
                rest = rest[:-1]  # "Merck & Co." leaves no dangling "and"
            return rest
    return words

"""Preferences: what a contact likes or refuses, a closed list of short texts that the client may read.

No health, no religion, no family: such words are found before anything is kept. The tables hold words as people write
them in English and French; a name that happens to be one of them ("Sister Sledge") has to be written another way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.names import fold
from bot.domain.refusals import Refusal

PREFERENCE_LIMIT = 200


class Preference(StrEnum):
    """What may be noted of a contact's tastes; nothing else is."""

    TEAMS = "teams"
    MUSIC = "music"
    FOOD = "food"
    DRINKS = "drinks"
    HOBBIES = "hobbies"
    REFUSALS = "refusals"


class Sensitive(StrEnum):
    """What is never noted of a person."""

    HEALTH = "health"
    RELIGION = "religion"
    FAMILY = "family"


_WORDS: Mapping[Sensitive, str] = {
    Sensitive.HEALTH: (
        "allergy|allergies|allergic|intolerance|intolerant|diabetes|diabetic|coeliac|celiac|cancer|tumour|tumor|"
        "chemotherapy|chemo|surgery|hospital|hospitalised|hospitalized|illness|disease|disabled|disability|"
        "handicap|handicapped|wheelchair|depression|burnout|burn out|anxiety|therapy|therapist|psychiatrist|"
        "medication|medicine|medical|diagnosis|diagnosed|pregnant|pregnancy|miscarriage|menopause|alcoholic|"
        "alcoholism|addict|addiction|rehab|hiv|epilepsy|epileptic|asthma|asthmatic|dementia|had a stroke|heart attack|"
        "pacemaker|cholesterol|blood pressure|health|overweight|obese|sick leave|sick|"
        "allergie|allergies|allergique|diabete|diabetique|coeliaque|tumeur|chimiotherapie|hopital|"
        "hospitalise|hospitalisee|maladie|malade|handicape|handicapee|fauteuil roulant|depressif|depressive|anxiete|"
        "therapie|psychiatre|psychologue|medicament|medicaments|traitement medical|diagnostic|"
        "enceinte|grossesse|fausse couche|"
        "alcoolique|alcoolisme|toxicomane|sida|seropositif|seropositive|epilepsie|epileptique|asthme|asthmatique|"
        "demence|infarctus|avc|hypertension|surpoids|obese|arret maladie"
    ),
    Sensitive.RELIGION: (
        "religion|religious|church|mosque|synagogue|prayer|prays|catholic|protestant|evangelical|"
        "orthodox|mormon|muslim|islam|islamic|jewish|judaism|hindu|hinduism|buddhist|buddhism|"
        "atheist|agnostic|"
        "ramadan|lent fast|sabbath|shabbat|kosher|halal|baptism|baptised|baptized|bar mitzvah|"
        "bat mitzvah|first communion|"
        "religieux|religieuse|eglise|mosquee|priere|catholique|protestante|evangelique|orthodoxe|"
        "mormone|musulman|musulmane|juif|juive|judaisme|hindoue|hindouisme|bouddhiste|bouddhisme|athee|agnostique|"
        "careme|sabbat|casher|kascher|hallal|bapteme|communion|pratiquant|pratiquante"
    ),
    Sensitive.FAMILY: (
        "wife|husband|spouse|girlfriend|boyfriend|fiance|fiancee|daughter|daughters|children|kids|grandchildren|grandson|"
        "granddaughter|grandmother|grandfather|stepson|stepdaughter|divorce|divorced|widow|widower|"
        "married|wedding|marriage|newborn|baby|babies|mother in law|father in law|"
        "his mother|her mother|their mother|his father|her father|their father|his son|her son|"
        "their son|his sons|her sons|"
        "his brother|her brother|his sister|her sister|his parents|her parents|his family|her family|their family|"
        "epouse|epoux|mari|fiances|sa femme|sa fille|ses filles|son fils|ses fils|sa mere|son pere|son frere|sa soeur|"
        "ses freres|ses soeurs|ses parents|sa famille|leur famille|ses enfants|enfant|enfants|petit fils|petite fille|"
        "petits enfants|grand mere|grand pere|divorce|divorcee|veuf|veuve|est marie|mariee|mariage|bebe|"
        "nouveau ne|belle mere|beau pere|sa copine|son copain|sa compagne|son compagnon|conjoint|conjointe"
    ),
}
_FOUND: Mapping[str, Sensitive] = {
    word: kind for kind, words in _WORDS.items() for word in dict.fromkeys(words.split("|"))
}
_LONGEST = max(len(word.split()) for word in _FOUND)


@dataclass(frozen=True, slots=True)
class Found:
    """A word of a text that tells something of a person that is not to be noted."""

    word: str
    kind: Sensitive


def sensitive_in(text: str) -> Found | None:
    """The first such word in a free text about a person, as it was typed as far as can be told; None without any."""
    typed = text.split()
    words = [(fold(word.replace("’", " ").replace("'", " ")), word) for word in typed]
    # "d'enfants" is two words for us and one for whoever typed it.
    parted = [(piece, word) for folded, word in words for piece in folded.split()]
    for start in range(len(parted)):
        for length in range(min(_LONGEST, len(parted) - start), 0, -1):
            run = parted[start : start + length]
            kind = _FOUND.get(" ".join(piece for piece, _ in run))
            if kind is not None:
                said = " ".join(dict.fromkeys(word for _, word in run))
                return Found(said.strip(".,;:!?()«»“”\"'"), kind)
    return None


def check_preferences(said: Mapping[str, str]) -> dict[str, str]:
    """The preferences to keep: those that say something, each in one line.

    Raises Refusal ``preference.unknown`` (field), ``preference.too_long`` (field, limit), or ``preference.health``,
    ``preference.religion`` or ``preference.family`` (field, word).
    """
    kept: dict[str, str] = {}
    for name, text in said.items():
        if name not in list(Preference):
            raise Refusal("preference.unknown", field=name)
        line = " ".join(text.split())
        if not line:
            continue
        if len(line) > PREFERENCE_LIMIT:
            raise Refusal("preference.too_long", field=name, limit=PREFERENCE_LIMIT)
        found = sensitive_in(line)
        if found is not None:
            raise _refusal(found, name)
        kept[name] = line
    return kept


def _refusal(found: Found, field: str) -> Refusal:
    match found.kind:
        case Sensitive.HEALTH:
            return Refusal("preference.health", field=field, word=found.word)
        case Sensitive.RELIGION:
            return Refusal("preference.religion", field=field, word=found.word)
        case Sensitive.FAMILY:
            return Refusal("preference.family", field=field, word=found.word)

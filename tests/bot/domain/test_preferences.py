"""What may be noted of a person, and what never is."""

from __future__ import annotations

import pytest

from bot.domain.preferences import PREFERENCE_LIMIT, Sensitive, check_preferences, sensitive_in
from bot.domain.refusals import Refusal


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("asks after her daughter Emma", "daughter", Sensitive.FAMILY),
        ("sa femme aime l’opéra", "sa femme", Sensitive.FAMILY),
        ("pas d’enfants à table", "d’enfants", Sensitive.FAMILY),
        ("Kosher, please", "Kosher", Sensitive.RELIGION),
        ("va à l’église le dimanche", "l’église", Sensitive.RELIGION),
        ("no nuts (ALLERGIC)", "ALLERGIC", Sensitive.HEALTH),
        ("en arrêt maladie", "arrêt maladie", Sensitive.HEALTH),
        ("Est enceinte", "enceinte", Sensitive.HEALTH),
    ],
)
def test_health_religion_and_family_are_found_with_the_very_word(
    text: str, word: str, kind: Sensitive
) -> None:
    found = sensitive_in(text)
    assert found is not None
    assert (found.word, found.kind) == (word, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Green Bay Packers, New Orleans Saints",
        "The Cure, Faith No More, Blues Brothers",
        "Marie aime le thé vert, son groupe préféré est Air",
        "no alcohol, vegetarian, healthy food",
        "golf: works on the stroke; sails",
        "",
    ],
)
def test_what_people_like_is_no_secret(text: str) -> None:
    assert sensitive_in(text) is None


def test_only_the_closed_list_is_kept_each_in_one_line() -> None:
    assert check_preferences({"teams": " Packers \n and Bears ", "music": "  "}) == {
        "teams": "Packers and Bears"
    }
    for said, code in (
        ({"gossip": "x"}, "preference.unknown"),
        ({"food": "x" * (PREFERENCE_LIMIT + 1)}, "preference.too_long"),
        ({"food": "halal"}, "preference.religion"),
    ):
        with pytest.raises(Refusal) as refused:
            check_preferences(said)
        assert refused.value.code == code

"""The rule by which a client's words start a clock or do not, in English and French."""

from __future__ import annotations

import pytest

from handlers.parsing.courtesy import asks_something, is_courtesy

COURTESY = [
    "Thanks!", "thank you so much 🙏",
    "Thanks a lot for your help, <@U0ALICE>!", ":thumbsup:", ":+1::skin-tone-3:", "👍",
    "Perfect, thanks again", "Great, sounds good.", "OK", "ok, got it. Have a good weekend!", "Good morning everyone",
    "Thanks for the quick reply – much appreciated", "Yes, that works", "Noted, thank you very much",
    "", "…", "You too!",
    "Merci !", "Merci beaucoup pour votre aide",
    "Parfait, merci à vous", "Bien reçu, bonne journée !", "D'accord",
    "Super, ça marche. Bon week-end à tous", "Bonjour", "C’est noté, je vous remercie", "très bien, merci encore",
    "Merci pour votre réactivité, l’équipe", "Happy New Year to you all",
]  # fmt: skip
QUESTIONS = [
    "When does it ship?", "Thanks, but when does it ship", "Thank you. Could you send the invoice", "ok?", "Any news",
    "Hello, we need the contract today", "The delivery has not arrived", "Thanks for the offer, we want to discuss it",
    "for your help", "Great. Next step is the contract", "please call me", "Quand livrez-vous ?",
    "Merci de me rappeler",
    "Bonjour, nous attendons toujours le devis", "Merci d'envoyer la facture", "Parfait, on vous attend lundi",
    "on ne comprend pas la facture",
    "Oui mais pas avant mardi", "是什么", "Kannst du mich anrufen", "https://example.com/issue",
    "thanks " * 40, "مرحبا؟",
]  # fmt: skip


@pytest.mark.parametrize("text", COURTESY)
def test_a_courtesy_starts_no_clock(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize("text", QUESTIONS)
def test_whatever_may_be_a_question_starts_one(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    ("note", "asks"),
    [
        ("asked for the price list", True),
        ("can we ship before Friday?", True),
        ("veut savoir si le contrat est prêt", True),
        ("attend une réponse sur le devis", True),
        ("talked about the renewal", False),
        ("a confirmé la commande", False),
        ("sent the signed contract", False),
        ("", False),
    ],
)
def test_the_note_of_a_touch_tells_of_a_question(note: str, asks: bool) -> None:
    assert asks_something(note) is asks

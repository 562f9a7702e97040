"""What asks nothing, and what asks something: the rule by which a client's words start a clock or do not.

A message is a courtesy when nothing is left of it but words of thanks, greeting and agreement, mentions, emoji and
signs; whatever else it says may be a question, with or without a question mark. See docs/response.md.
"""

from __future__ import annotations

import re
from functools import lru_cache

from handlers.folding import any_of, fold

LONGEST = 160
"""Characters beyond which a message is no mere courtesy, whatever words it is made of."""

_SAYS_SOMETHING = """
thank you so much|thank you very much|thank you|thanks so much|thanks a lot|thanks a million|many thanks|thanks|thx|ty
tysm|cheers|much appreciated|appreciate it|i appreciate it|we appreciate it|appreciated|you're welcome|no problem
no worries|my pleasure|np|yw|have a great day|have a good day|have a nice day|have a good one|have a great weekend
have a good weekend|have a nice weekend|happy friday|good morning|good afternoon|good evening|good night|hello|hi|hey
see you soon|see you tomorrow|see you|talk soon|talk to you soon|bye|goodbye|take care|you too|same to you|got it|noted
understood|makes sense|sounds good|sounds great|works for me|works for us|that works|will do|perfect|great|awesome
excellent|wonderful|fantastic|brilliant|amazing|lovely|nice|cool|super|ok|okay|kk|alright|all right|all good|all set
yes|yep|yeah|yup|sure|of course|absolutely|agreed|exactly|fine|good|received|well received|haha|lol|wow
congratulations|congrats|happy holidays|happy new year|merry christmas|best regards|kind regards|regards
merci beaucoup|merci bien|mille mercis|un grand merci|grand merci|merci infiniment|merci d'avance|merci|mercis
je vous remercie|je te remercie|nous vous remercions|de rien|je vous en prie|je t'en prie|avec plaisir|pas de souci
pas de soucis|pas de probleme|aucun souci|bonne journee|bonne soiree|bonne apres-midi|bon apres-midi|bon week-end
bon weekend|bonne semaine|bonne continuation|bonnes fetes|bonne annee|joyeux noel|bonjour|bonsoir|salut|coucou
a bientot|a demain|a lundi|a plus tard|a plus|a tout a l'heure|au revoir|cordialement|bien cordialement|bien a vous
bien recu|bien note|c'est note|c'est bien note|note|recu|compris|entendu|c'est entendu|d'accord|dac|parfait
c'est parfait|genial|impeccable|formidable|top|nickel|tres bien|c'est bon|ca marche|ca me va|ca nous va|ca roule|oui
ouais|bien sur|volontiers|exactement|tout a fait|felicitations|bravo|agreable journee|excellente journee
"""
"""What is courtesy by itself."""

_GOES_WITH = """
so much|very much|a lot|again|indeed|very|really|so|all|everyone|everybody|team|folks|both|and|to you|to you all|too
for your help|for the help|for your time|for the update|for the quick reply|for the quick response|for your quick reply
for letting me know|for letting us know|for sharing|for that|for this|for everything|for the info|for the information
for confirming|for checking|for the quick turnaround|that's|that is|this is|it's|very good|from us|from all of us
encore|vraiment|tres|beaucoup|bien|c'est|a vous|a toi|a tous|a vous aussi|a vous tous|vous aussi|tous|toutes|et
pour votre aide|pour ton aide|pour votre retour|pour ton retour|pour votre reponse|pour ta reponse|pour l'info
pour les infos|pour l'information|pour votre temps|pour tout|pour votre reactivite|pour ta reactivite|egalement|aussi
de meme|l'equipe|toute l'equipe|de votre part|de ta part|pour ca|pour cela|pour le suivi|pour la confirmation
"""
"""What stands beside it and asks nothing either."""

_LEFT_OUT = re.compile(r"<[@#!][^>]*>|:[a-z0-9_+'-]+:(?::skin-tone-\d:)?|@\w+")
_QUESTION_MARK = re.compile(r"[?\u061f\uff1f]")


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    says, beside = (_listed(words) for words in (_SAYS_SOMETHING, _GOES_WITH))
    return re.compile(rf"(?<!\w){any_of(says)}(?!\w)"), re.compile(rf"(?<!\w){any_of(says + beside)}(?!\w)")


def _listed(words: str) -> list[str]:
    return [word for line in words.split("\n") for word in line.split("|") if word]


def is_courtesy(text: str) -> bool:
    """Whether a message asks nothing: thanks, a greeting, a yes, an emoji. A question mark always asks.

    A text without a single word (emoji, signs, nothing) asks nothing, but a message of files alone is not asked about.
    """
    if len(text) > LONGEST or _QUESTION_MARK.search(text):
        return False
    folded = _LEFT_OUT.sub(" ", fold(text))
    if not re.search(r"\w", folded):
        return True
    says, any_word = _words()
    return says.search(folded) is not None and re.search(r"\w", any_word.sub(" ", folded)) is None


_ASKS = """
asks|asked|asking|wants to know|want to know|wanted to know|wondering|wonders|would like to know|needs an answer
need an answer|needs a reply|waiting for|waits for|is waiting|are waiting|wants us to|want us to|wants a quote
needs a quote|question about|question on|questions about|questions on|has a question|have a question|requests|requested
requesting|expects an answer|expects a reply|get back to|call back|call them back|call her back|call him back
demande|demandent|a demande|ont demande|veut savoir|veulent savoir|voulait savoir|aimerait savoir|souhaite savoir
attend une reponse|attendent une reponse|attend notre|attend un retour|attend que|attendent|question sur|a une question
ont une question|rappeler|doit-on|peut-on|pouvons-nous|voudrait|voudraient|souhaite|souhaitent|reclame
"""


def asks_something(note: str) -> bool:
    """Whether the note of an inbound touch tells of a question that waits for us."""
    folded = fold(note)
    return _QUESTION_MARK.search(note) is not None or _asking().search(folded) is not None


@lru_cache(maxsize=1)
def _asking() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(_listed(_ASKS))}(?!\w)")

"""Who spoke, guessed from the words of a note in English and French. docs/touches.md tells the rules.

A guess is made from evidence only: what they did, what we did, what both did. Evidence of both sides is a conversation;
evidence of one side alone is one-way, save where people meet or speak: there only a call that reached nobody is. So a
guess never makes a client due earlier than the words allow.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from bot.domain.touches import Channel, Direction
from handlers.folding import fold


class _Sign(Enum):
    UNREACHED = auto()
    ANSWERED_US = auto()
    ANSWERED = auto()
    TOLD = auto()
    LISTENED = auto()
    CONVERSED = auto()


_SAID_TO = r"(?:them|him|her|everyone|everybody|all)"
_QUESTION = r"(?:questions?|requests?|quer(?:y|ies)|[ei]nquir(?:y|ies)|concerns?|e-?mails?|mails?|messages?)"
_WE = r"\b(?:i|we|i've|we've|i have|we have|i had|we had)(?: (?:also|just|then|now|only|finally|already))?"
_THEY = (
    r"\b(?:they|he|she|it|(?:the |our )?(?:client|customer|buyer|cfo|ceo|cto|boss|team|director|manager|contact))"
    r"(?:'ve|'s)?(?: (?:have|has|had|also|just|then|now|finally|already|kindly|since))*"
)
_J_AI = r"(?:\bj'ai|\bon a|\bnous avons|\bon leur a|\bon lui a|\b(?:je|nous) (?:leur|lui|les?|la|l') ?(?:ai|avons))"
_LEUR_AI = r"\b(?:leur|lui) (?:ai|avons)"
_MIDDLE = r"(?: (?:bien|aussi|ensuite|longuement|enfin|deja|juste|simplement))?"
_ILS = (
    r"\b(?:il|elle|ils|elles|(?:le |la |l'|les |leur )?(?:clients?|cliente|acheteu(?:r|se)"
    r"|daf|dg|patron|equipe|directeur"
    r"|directrice))"
)
_AVOIR = rf"(?: (?:l'|nous |m'|y )?(?:a|ont|avait|avaient)){_MIDDLE}"
_M_A = rf"\b(?:m'a|nous a|m'ont|nous ont){_MIDDLE}"
_WORDS = r"(?: [\w'-]+){0,3}"

_RULES: tuple[tuple[_Sign, tuple[str, ...]], ...] = (
    (
        _Sign.UNREACHED,
        (
            r"\bno (?:answer|reply|response|news)\b",
            (
                r"\b(?:did ?n'?t|did not|never|has ?n'?t|have ?n'?t|has not|have not|not)(?: yet)? "
                r"(?:answer|repl|respond|pick(?:ed)? up|get back|got back|come back|call(?:ed)? back)\w*"
            ),
            r"\b(?:could ?n[o']?t|could not|unable to|did ?n'?t|did not) (?:reach|get through|get hold)",
            r"\bunanswered\b|\bunreachable\b|\bwent to voice ?mail\b|\bstraight to voice ?mail\b",
            rf"\bleft{_WORDS} (?:voice ?mail|message|vm)\b",
            r"\b(?:pas|aucune?|sans|toujours pas)(?: encore)?(?: eu)?(?: de)? (?:reponse|retour|nouvelle)s?\b",
            r"\bn'(?:a|ont|avait|avaient) pas (?:encore |re)?(?:repondu|decroche|rappele)",
            (
                r"\binjoignables?\b|\bne (?:repond|decroche)(?:ent)? (?:pas|plus)\b|\bpas (?:reussi"
                r"|pu) (?:a |l[ae]s? )?joindre"
            ),
            (
                rf"\blaisse{_WORDS} (?:message|vocal|repondeur)\b|\btombee?s? sur (?:le|son|sa"
                rf"|leur) (?:repondeur|messagerie)"
            ),
        ),
    ),
    (
        _Sign.ANSWERED_US,
        (
            rf"{_THEY} (?:answer|repli|respond|wrote back|got back|came back|called back|rang back)\w*",
            r"\b(?:answered|replied to|responded to|replied|responded) (?:to )?(?:me|us|our|my)\b",
            r"\b(?:got|had|received)(?: (?:a|an|the|their|his|her))?(?: \w+)? (?:answer|reply|response)\b",
            r"\b(?:reply|answer|response) from\b|\bheard back\b",
            rf"{_M_A} (?:repondu|rappelee?s?)|{_ILS}{_AVOIR} (?:repondu|rappele)|\b(?:a|ont)(?: bien)? repondu\b",
            r"\brepondu a (?:mon|ma|mes|notre|nos)\b",
            (
                r"\b(?:recu|eu)(?: (?:une|sa|leur|la))? reponse\b|\bretour (?:positif|negatif|recu"
                r"|du client|de leur part)"
            ),
        ),
    ),
    (
        _Sign.ANSWERED,
        (
            rf"{_WE} (?:answered|replied|responded|wrote back|got back|came back|called back)\b",
            rf"\b(?:answered|replied|responded)(?: to)?{_WORDS} {_QUESTION}\b",
            (
                rf"\b(?:answered|replied to|responded to|got back to|wrote back to"
                rf"|came back to) (?:{_SAID_TO}|their|his|her)\b"
            ),
            rf"\bgave {_SAID_TO} (?:an|the|our) answer|\bsent(?: {_SAID_TO})?(?: \w+)? (?:answers?|reply|response)\b",
            r"\bcleared up (?:their|his|her|the|a)\b|\bin (?:reply|response|answer) to (?:their|his|her)\b",
            rf"{_J_AI}{_MIDDLE} repondu|{_LEUR_AI}{_MIDDLE} repondu",
            r"\brepondu a (?:leurs?|sa|ses|son|la|l'|une|toutes|tous|d)|\brepondu (?:aux|au)\b",
            r"\breponses? (?:donnee|envoyee|apportee|transmise|faite)|\ben reponse a (?:leurs?|sa|son|ses)",
            r"\b(?:donne|apporte|envoye|transmis)(?: (?:la|une|notre|ma|les))? reponses?\b",
        ),
    ),
    (
        _Sign.TOLD,
        (
            (
                rf"{_WE} (?:asked|emailed|e-mailed|wrote|told|sent|informed|reminded|shared|presented"
                rf"|offered|proposed|invited"
                r"|congratulated|thanked|warned|announced|followed up|chased|pitched|introduced|mailed"
                r"|texted|forwarded)\b"
            ),
            (
                rf"{_J_AI}{_MIDDLE} (?:envoye|transmis|relance|informe|presente|dit|annonce|rappele"
                rf"|propose|invite|felicite"
                r"|remercie|prevenu|partage|demande|ecrit)"
            ),
            rf"{_LEUR_AI}{_MIDDLE} (?:envoye|transmis|dit|annonce|rappele|propose|demande|ecrit|presente|partage)",
        ),
    ),
    (
        _Sign.LISTENED,
        (
            (
                rf"{_THEY} (?:asked?|asks|asking|wants?|wanted|needs?|needed|request|complain|told|said"
                r"|says|wrote|called|emailed|e-mailed|texted|messaged|mention|sent|sends|shared|inform|confirm|report"
                r"|raise|thank|warn|announce"
                r"|would like)"
            ),
            r"\b(?:asked|asks|asking) (?:for|about|whether|if|us|me|when|why|how|to)\b",
            r"\bcomplain(?:ed|s|t|ts|ing)?\b|\brequest(?:ed|s)? (?:a|an|the|more)\b|\brequest for\b",
            r"\bwants? (?:a|an|the|to|us|more)\b|\b(?:told|informed|warned|thanked|reminded) (?:me|us)\b",
            r"\b(?:sent|wrote|wrote to|forwarded) (?:me|us)\b|\blet (?:me|us) know\b",
            r"\bheard from\b|\blistened\b|\bfeedback from\b|\breceived\b|\bvoice ?mail from\b",
            (
                rf"{_M_A} (?:demande|ecrit|appele|dit|envoye|signale|informe|prevenu|confirme|fait part"
                rf"|remercie|transmis)"
            ),
            (
                rf"{_ILS} (?:nous |me |m'|se |s')?(?:demande|veu(?:t|lent)|souhaite|plain(?:t|gnent)"
                rf"|attend|reclame|signale)"
            ),
            rf"{_ILS}{_AVOIR} (?:demande|dit|ecrit|signale|confirme|appele|envoye|reclame|annonce|remercie)",
            r"\b(?:a|ont) (?:demande|reclame|signale)\b|\bs'est plainte?|\bse sont plaint|\bse plai(?:nt|gnent)\b",
            r"\breclamation\b|\bdemande (?:de|d'|du|un|une|le|la|les|si|quand|pourquoi|comment)\b",
            r"\b(?:veut|veulent|souhaite|souhaitent) (?:un|une|le|la|les|savoir|recevoir|des|que)\b",
            r"\brecu (?:un|une|leur|sa|son|le|la)\b|\becoute(?:e|s)?\b|\bretour client\b",
        ),
    ),
    (
        _Sign.CONVERSED,
        (
            (
                r"\bdiscussed\b|\b(?:good|long|short|quick|great|open) (?:discussion|talk|chat"
                r"|exchange)\b|\btalked\b|\bchatted\b"
            ),
            (
                r"\bspoke\b|\bconversation\b|\bexchanged\b|\bback and forth\b|\bnegotiated\b"
                r"|\bwe agreed\b|\bagreed (?:on|to|that)\b"
            ),
            (
                r"\bdebated\b|\bwent (?:over|through)\b|\bcaught up\b|\bbrainstormed\b|\bq&a\b"
                r"|\breviewed .{0,30}together\b"
            ),
            (
                r"(?<!qu'on )(?<!qu'il )(?<!veut )\bparle (?:de|du|des|d'|avec)\b|\bdiscute(?:e|s)?\b"
                r"|\bechanges?\b|\bnegocie\b"
            ),
            r"\bconvenu\b|\bmis d'accord\b|\bd'accord (?:sur|pour)\b|\bbavarde\b|\bfait le point\b|\bdebattu\b",
            r"\bconversation\b|\bpasse en revue\b|\bentretenue?s?\b|\b(?:bonne |longue )discussion\b",
        ),
    ),
    (
        _Sign.TOLD,
        (
            (
                r"\b(?:sent|forwarded|emailed|e-mailed|texted|shared|presented|announced|reminded"
                r"|informed|told|notified|invited"
                r"|congratulated|thanked|offered|proposed|pitched|followed up|chased|introduced|wished"
                r"|updated|pointed out)\b"
            ),
            (
                r"\bnewsletter\b|\bmailing\b|\breminder\b|\bannouncement\b|\binvitation\b"
                r"|\bgreetings\b|\bheads[- ]up\b|\bfyi\b"
            ),
            (
                r"\b(?:envoye|transmis|relance|informe|presente|annonce|partage|prevenu|felicite"
                r"|remercie|invite|rappele)(?:e|s|es)?\b"
            ),
            r"\bv(?:oe|œ)ux\b|\brappel (?:de|du|des|d')\b|\bcommunique\b",
        ),
    ),
)
# All begin with a word: tried there alone, a long note is read in a fraction of the time.
_COMPILED = tuple((sign, re.compile(rf"\b(?=\w)(?:{'|'.join(patterns)})")) for sign, patterns in _RULES)
_BY_THEM = re.compile(
    r"from (?:their [a-z]|(?:the|our|his|her) (?:client|customer|buyer|purchas|procurement|cfo|ceo|cto|boss|team"
    r"|director|manager|contact|assistant|lawyer))"
    r"|(?:de|de la part de) leurs? [a-z]|(?:du|de la|de l'|de la part du) ?(?:client|acheteu|daf\b|dg\b|patron"
    r"|equipe|direct|responsable|assistant|service (?:achats?|comptab|juridi))"
)
"""How a note begins that says by whom what was written came: "(e-mail) from their buyer"."""
_WRITTEN = (Channel.EMAIL, Channel.MESSAGE)
_TOGETHER = (Channel.CALL, Channel.VISIT, Channel.VIDEO, Channel.EVENT)


def guessed_direction(note: str, channel: Channel | None) -> Direction | None:
    """Who spoke, as far as the words of a note tell; None where the channel's usual direction holds."""
    if channel is Channel.GIFT or not note.strip():
        return None
    folded = fold(note)
    signs = _signs(folded)
    if channel in _WRITTEN and _BY_THEM.match(folded.lstrip()):
        signs.add(_Sign.LISTENED)
    theirs = signs & {_Sign.ANSWERED_US, _Sign.LISTENED}
    if _Sign.ANSWERED in signs:
        return Direction.ANSWERED
    if signs & {_Sign.CONVERSED, _Sign.ANSWERED_US} or (theirs and _Sign.TOLD in signs):
        return Direction.TWO_WAY
    if theirs:
        return Direction.INBOUND
    if _Sign.UNREACHED in signs:
        return Direction.OUTBOUND
    if _Sign.TOLD in signs and channel not in _TOGETHER:
        return Direction.OUTBOUND
    return None


def _signs(folded: str) -> set[_Sign]:
    """What the words give evidence of; words that one rule has read are gone for those after it."""
    found: set[_Sign] = set()
    for sign, pattern in _COMPILED:
        rest = pattern.sub(" · ", folded)
        if rest != folded:
            found.add(sign)
            folded = rest
    return found


_COMPLAINT = re.compile(
    r"\bcomplain(?:t|ts|ed|s|ing)?\b|\b(?:very |really )?dissatisfied\b|\breclamations?\b"
    r"|\bse plai(?:nt|gnent)\b|\bs'est plainte?\b"
    r"|\bse sont plaint|\bplaintes?\b|\bmecontente?s?\b|\binsatisfaite?s?\b"
)
_NO_COMPLAINT = re.compile(
    r"\b(?:no|without|any|zero) complaints?\b|\b(?:not|n't|never) (?:\w+ )?(?:complain|dissatisfied)\w*"
    r"|\bcomplaints? (?:is |was |are |were |has been |have been )?(?:settled|resolved|closed|solved|sorted|withdrawn)"
    r"|\b(?:settled|resolved|closed|solved|sorted out) (?:the|their|his|her) complaints?"
    r"|\b(?:aucune|sans|pas de|plus de) (?:reclamation|plainte)s?\b|\bpas (?:mecontent|insatisfait)\w*"
    r"|\bne (?:se plai(?:nt|gnent)|s'est pas plaint|se sont pas plaint)\w*"
    r"|\b(?:reclamation|plainte)s? (?:est |a ete |sont |ont ete )?(?:reglee|resolue|close|cloturee|traitee|retiree)s?"
    r"|\b(?:regle|resolu|clos|cloture|traite) (?:la|leur|sa|cette) (?:reclamation|plainte)"
)


def sounds_like_complaint(note: str) -> bool:
    """Whether the words of a note speak of a complaint that is not over: enough to ask, never to decide."""
    return _COMPLAINT.search(_NO_COMPLAINT.sub(" · ", fold(note))) is not None

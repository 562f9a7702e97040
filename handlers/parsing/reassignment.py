"""Why somebody asks for another manager, as it is typed in English or French."""

from __future__ import annotations

import re

from bot.domain.reassignment import Reason
from handlers.folding import fold

_SIGNS: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    (
        Reason.CLIENT,
        re.compile(
            r"\b(client|customer|they|she|he|ceo|buyer) (asks?|asked|wants?|wanted|insists?|requests?|requested"
            r"|would like|prefers?)\b|\basked (for )?by\b|\bat (the|their) request\b|\bclient'?s (wish|request)\b"
            r"|\b(client|ils|elle|il) (le |la |nous )?(demande(nt)?|veut|veulent|souhaite(nt)?|insiste(nt)?|prefere"
            r"|a demande|ont demande|aimerait)\b|\ba (la|leur|sa) demande\b"
        ),
    ),
    (
        Reason.LEAVE,
        re.compile(
            r"\b((parental|maternity|paternity|sick|long|on) leave|sabbatical|leaves us|leaving|resign(s|ed|ing)?"
            r"|retir(es|ing)|away for|conges?|sabbatique|quitte|demissionne|depart|part en|retraite|absente? pour)\b"
        ),
    ),
    (
        Reason.LOAD,
        re.compile(
            r"\b(load|workload|overload(ed)?|too (much|many)|no time|swamped|stretched|surcharge|debordee?|trop de"
            r"|charge de travail|plus le temps|pas le temps)\b"
        ),
    ),
    (
        Reason.SKILLS,
        re.compile(
            r"\b(speaks?|language|french|english|spanish|german|skills?|experience|expertise|sector|industry|knows"
            r"|time zone|parle|langue|francais|anglais|allemand|espagnol|competences?|secteur|connait|fuseau)\b"
        ),
    ),
)


def reason_of(typed: str) -> Reason:
    """The reason that the words speak of most plainly; another one where they speak of none."""
    said = fold(typed)
    return next((reason for reason, signs in _SIGNS if signs.search(said)), Reason.OTHER)

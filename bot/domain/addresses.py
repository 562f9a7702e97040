"""E-mail addresses and domains as people type them, and which domains say nothing about a company."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PUBLIC = (
    "gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr hotmail.co.uk live.com live.fr msn.com "
    "yahoo.com yahoo.fr yahoo.co.uk yahoo.de yahoo.ca ymail.com rocketmail.com aol.com icloud.com me.com mac.com "
    "proton.me protonmail.com protonmail.ch pm.me tutanota.com fastmail.com hey.com zoho.com mail.com email.com "
    "gmx.com gmx.net gmx.de gmx.fr gmx.at gmx.ch web.de t-online.de freenet.de "
    "orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr numericable.fr bbox.fr club-internet.fr aliceadsl.fr "
    "comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net "
    "btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com rogers.com shaw.ca sympatico.ca videotron.ca "
    "bluewin.ch skynet.be telenet.be libero.it virgilio.it tin.it terra.es telefonica.net mail.ru yandex.ru yandex.com "
    "qq.com 163.com 126.com naver.com hanmail.net rediffmail.com uol.com.br bol.com.br"
)
PUBLIC_DOMAINS = frozenset(_PUBLIC.split())
"""Where anybody may have an address: from the providers' own pages, not complete and not meant to be."""

_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "ac", "gov", "gouv", "edu", "asso"])
_ADDRESS = re.compile(
    r"(?:mailto:|https?://)?(?:www\.)?(?:(?P<person>[^\s@/<>|]+)@)?@?"
    r"(?P<domain>(?:[\w-]+\.)+[a-z][a-z0-9-]+)(?:[/?#]\S*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address in lower case, or with an empty `email` a domain alone.

    `domains` are the domain and those it lies under, the nearest first, as far as a company can own them; empty for a
    provider's, where anybody has an address.
    """

    email: str
    domain: str
    domains: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a company's domain is named after it: "acme" of ``eu.acme.co.uk``; empty for a provider's."""
        return self.domains[-1].partition(".")[0] if self.domains else ""


def read_address(typed: str) -> Address | None:
    """What was typed as an e-mail address or a domain; None for anything else.

    "dana@acme.com", "@acme.com", "https://www.acme.com/about" and "mailto:dana@acme.com" are understood.
    """
    found = _ADDRESS.fullmatch(typed.strip().strip("<>()[],;"))
    if found is None:
        return None
    domain = found["domain"].casefold()
    person = found["person"]
    return Address(f"{person.casefold()}@{domain}" if person else "", domain, _owned(domain))


def _owned(domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    least = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    found = tuple(".".join(labels[start:]) for start in range(len(labels) - least + 1))
    return () if any(each in PUBLIC_DOMAINS for each in found) else found

"""Writes rule files: plain data out as YAML that the reader takes back unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import yaml

from bot.domain.names import normalise
from bot.rulebook.reader import reads_as_text


@dataclass(frozen=True, slots=True)
class ClientRule:
    """One thing that a client told us about its own policy, as a form asks it.

    `effect` is ``allow``, ``approval`` or ``prohibit``; with an `amount` it holds up to and including that
    amount, and `over` (``approval`` or ``prohibit``) beyond. `categories` may name groups such as ``goods``.
    The sentences are what people read as the reason.
    """

    effect: str
    categories: Sequence[str]
    english: str
    french: str
    amount: Decimal | None = None
    currency: str | None = None
    per: str = "item"
    over: str = "prohibit"
    obligations: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ClientPolicy:
    """A client's answer to the question what its people may accept; it holds from the day it was given."""

    client: str
    told_on: date
    told_by: str
    rules: Sequence[ClientRule]
    aliases: Sequence[str] = field(default=())
    url: str | None = None
    valid_until: date | None = None


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which here writes exact decimals as numbers and repeats instead of referring back."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _exact(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    # A plain scalar carries no tag only where YAML itself would read it so: 30 is a whole number, 30.50 is not.
    written = format(value, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in written else 'int'}", written)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # What our reader would take for a number or a day is quoted, though YAML itself would leave it plain.
    style = None if reads_as_text(value) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(Decimal, _exact)
_Dumper.add_representer(str, _text)


def client_file_name(client: str) -> str:
    """The name under which a client's policy is kept: one file for each client."""
    return f"client_{_slug(client).replace('-', '_')}.yaml"


def write_client_policy(policy: ClientPolicy) -> str:
    """A rule file that turns the client's answer into dated rules for all colleagues.

    The result still has to pass the reader, which names what is wrong with an effect, category or amount.
    """
    regime = f"client-{_slug(policy.client)}"
    return write_document(
        {
            "title": f"{policy.client}, as told by {policy.told_by}",
            "reviewed": policy.told_on,
            "groups": [
                {
                    "regime": regime,
                    "layer": "employer",
                    "applies_to": {"employers": [policy.client, *policy.aliases]},
                    "source": {
                        "title": f"Answer of {policy.told_by}",
                        "url": policy.url,
                        "checked": "primary",
                        "text_date": policy.told_on.isoformat(),
                        "dated": f"{policy.told_on:%Y-%m}",
                    },
                    "rules": [
                        _rule(f"{regime}-{number}", rule, policy)
                        for number, rule in enumerate(policy.rules, start=1)
                    ],
                }
            ],
        }
    )


def write_document(document: Mapping[str, object]) -> str:
    """A rule file as text: keys in the order given, one entry a line."""
    return yaml.dump(
        dict(document),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=110,
        default_flow_style=False,
    )


def _rule(name: str, rule: ClientRule, policy: ClientPolicy) -> dict[str, object]:
    written: dict[str, object] = {
        "id": name,
        "effect": "limit" if rule.effect == "allow" and rule.amount is not None else rule.effect,
        "categories": list(rule.categories),
        "effective_from": policy.told_on,
        "summary": {"en": rule.english, "fr": rule.french},
    }
    if policy.valid_until is not None:
        written["effective_to"] = policy.valid_until
    if rule.amount is not None:
        written["limit"] = {"amount": rule.amount, "currency": rule.currency, "per": rule.per}
        written["within"] = rule.effect
        written["over"] = rule.over
    if rule.obligations:
        written["obligations"] = list(rule.obligations)
    return written


def _slug(client: str) -> str:
    """Letters and digits of the name in lower case, joined by hyphens; never empty, nor the same for two clients.

    What does not fit into it (another script, great length) is told apart by a few digits of a hash.
    """
    name = normalise(client)
    whole = "-".join(name.split())
    kept = "-".join("".join(char if char.isascii() and char.isalnum() else " " for char in name).split())[:50]
    if kept == whole:
        return kept
    return "-".join(filter(None, (kept.strip("-"), hashlib.sha256(name.encode()).hexdigest()[:8])))

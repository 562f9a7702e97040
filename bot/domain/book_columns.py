"""Columns of a client list: ours, and the headings under which other systems write them, in English and French.

The headings of Salesforce, HubSpot and Pipedrive are those of their own exports (labels of reports and list views, and
for Salesforce the field names of its data loader) as seen until late 2026; whoever renamed a field maps it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.names import fold

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("client", "company", "company name", "account", "account name", "organization", "customer", "société",
             "entreprise", "raison sociale", "nom", "nom du client", "compte", "nom du compte", "organisation"),
    "external_id": ("client id", "account id", "company id", "organization id", "customer id", "crm id",
                    "identifiant", "id du compte", "id client"),
    "aliases": ("alias", "also known as", "autres noms"),
    "owner": ("account manager", "owner email", "account owner", "company owner", "responsable", "chargé de compte",
              "propriétaire", "propriétaire du compte"),
    "backup": ("backup manager", "deputy", "suppléant", "remplaçant"),
    "sponsor": ("executive sponsor", "parrain"),
    "status": ("client status", "statut"),
    "kind": ("type", "client type", "type de client", "lifecycle stage", "phase du cycle de vie"),
    "tier": ("rating", "niveau", "catégorie"),
    "market": ("marché",),
    "country": ("pays", "billing country", "country/region", "pays/région", "pays de facturation"),
    "state": ("region", "province", "state/province", "billing state/province", "billing state", "état", "région",
              "état/province"),
    "zone": ("time zone", "timezone", "fuseau horaire"),
    "hours": ("working hours", "business hours", "heures d'ouverture"),
    "own_holidays": ("holidays", "days off", "jours fériés", "jours de fermeture"),
    "sector": ("industry", "secteur", "secteur d'activité", "branche"),
    "currency": ("devise", "monnaie", "account currency"),
    "price_floor": ("lowest price", "floor price", "prix plancher"),
    "offerings": ("products", "known offerings", "offres", "produits"),
    "channels": ("slack channels", "canaux"),
    "cadence_days": ("cadence", "contact every days", "fréquence"),
    "relation_since": ("client since", "customer since", "relation since", "relationship since", "client depuis",
                       "relation depuis", "début de la relation"),
    "contract_on": ("contract date", "contract start", "contract start date", "contract signed", "date du contrat",
                    "début du contrat", "date de début du contrat"),
    "renews_on": ("renewal date", "renews on", "contract renewal date", "contract end date", "renewal",
                  "date de renouvellement", "renouvellement", "fin du contrat", "date de fin du contrat"),
    "last_touch": ("last activity", "last activity date", "last contact", "last contacted", "dernier contact",
                   "dernière activité", "date de dernière activité"),
    "contact": ("contact name", "full name", "interlocuteur", "nom du contact"),
    "contact_first": ("first name", "prénom"),
    "contact_last": ("last name", "nom de famille"),
    "contact_external_id": ("contact id", "person id", "id du contact"),
    "contact_role": ("title", "job title", "role", "fonction", "poste", "titre", "intitulé du poste"),
    "contact_email": ("email", "e-mail", "email address", "courriel", "adresse e-mail"),
    "contact_employer": ("employer", "employeur"),
    "contact_regimes": ("regimes",),
    "contact_jurisdiction": ("jurisdiction", "juridiction"),
    "contact_language": ("language", "preferred language", "langue", "langue préférée"),
    "contact_preferences": ("preferences", "préférences"),
    "contact_left": ("left", "left on", "parti le"),
}  # fmt: skip
"""Our columns, and the headings by which they are known elsewhere (case, accents and punctuation aside).

``country`` with ``state`` stand for the market where a list has them apart, ``contact_first`` with ``contact_last``
for the contact; ``kind`` is a status in another system's words, of which only what is clear is taken.
"""

EXPORTED: tuple[str, ...] = tuple(
    column
    for column in COLUMNS
    if column not in ("kind", "country", "state", "contact_first", "contact_last")
)
"""What an export writes, in this order."""

IGNORED = "-"
"""What a mapping says of a heading that is to be left out."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A list as another system exports it: `marks` are headings that only this list has."""

    system: str
    things: str
    marks: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]


_SALESFORCE_PLACE = {
    "country": ("Billing Country", "BillingCountry", "Pays de facturation", "BillingCountryCode"),
    "state": ("Billing State/Province", "BillingState", "État/Province de facturation", "Billing State",
              "BillingStateCode"),
}  # fmt: skip

PRESETS: tuple[Preset, ...] = (
    Preset(
        "Salesforce",
        "contacts",
        ("Contact ID", "AccountId", "ID du contact", "Mailing Country", "MailingCountry", "Pays d'envoi",
         "Pays (adresse postale)", "Reports To"),
        {
            "name": ("Account Name", "Account.Name", "Nom du compte"),
            "external_id": ("Account ID", "AccountId", "ID du compte"),
            "owner": ("Account Owner", "Propriétaire du compte"),
            "contact": ("Full Name", "Name", "Nom complet"),
            "contact_first": ("First Name", "FirstName", "Prénom"),
            "contact_last": ("Last Name", "LastName", "Nom de famille", "Nom"),
            "contact_external_id": ("Contact ID", "Id", "ID du contact"),
            "contact_role": ("Title", "Titre", "Fonction"),
            "contact_email": ("Email", "E-mail", "Adresse e-mail"),
            "last_touch": (),
            **_SALESFORCE_PLACE,
        },
    ),
    Preset(
        "Salesforce",
        "accounts",
        ("Account ID", "Account Owner", "BillingCountry", "Billing Country", "Billing State/Province",
         "ID du compte", "Propriétaire du compte", "Pays de facturation", "AccountNumber", "BillingState"),
        {
            "name": ("Account Name", "Name", "Nom du compte"),
            "external_id": ("Account ID", "Id", "ID du compte"),
            "owner": ("Account Owner", "Owner.Email", "Propriétaire du compte"),
            "tier": ("Rating", "Évaluation", "Customer Priority"),
            "kind": ("Type",),
            "sector": ("Industry", "Secteur d'activité"),
            "currency": ("Account Currency", "CurrencyIsoCode", "Devise du compte"),
            "last_touch": ("Last Activity", "LastActivityDate", "Last Activity Date", "Dernière activité"),
            **_SALESFORCE_PLACE,
        },
    ),
    Preset(
        "HubSpot",
        "companies",
        ("Company owner", "Company Domain Name", "Propriétaire de l'entreprise", "Company name", "Record ID - Company",
         "Nom de l'entreprise", "Nom de domaine de l'entreprise"),
        {
            "name": ("Company name", "Name", "Nom de l'entreprise"),
            "external_id": ("Record ID", "Company ID", "Record ID - Company", "ID de fiche d'informations",
                            "ID de l'enregistrement"),
            "owner": ("Company owner", "Propriétaire de l'entreprise"),
            "tier": ("Target account tier", "Ideal Customer Profile Tier", "Niveau du profil de client idéal"),
            "kind": ("Lifecycle Stage", "Phase du cycle de vie"),
            "country": ("Country/Region", "Country", "Pays/Région", "Pays"),
            "state": ("State/Region", "State", "État/Région", "Région"),
            "sector": ("Industry", "Secteur d'activité"),
            "last_touch": ("Last Contacted", "Last Activity Date", "Dernier contact", "Date de dernière activité"),
        },
    ),
    Preset(
        "HubSpot",
        "contacts",
        ("Contact owner", "Associated Company", "Propriétaire du contact", "Entreprise associée",
         "Associated Company IDs", "Record ID - Contact"),
        {
            "name": ("Associated Company", "Company Name", "Entreprise associée", "Nom de l'entreprise"),
            "external_id": ("Associated Company IDs", "Primary Associated Company ID", "IDs d'entreprise associée"),
            "contact_first": ("First Name", "Prénom"),
            "contact_last": ("Last Name", "Nom", "Nom de famille"),
            "contact_external_id": ("Record ID", "Record ID - Contact", "Contact ID", "ID de fiche d'informations",
                                    "ID de l'enregistrement"),
            "contact_role": ("Job Title", "Intitulé du poste", "Fonction"),
            "contact_email": ("Email", "E-mail"),
            "contact_language": ("Preferred language", "Langue préférée"),
            "country": (),
            "state": (),
            "last_touch": (),
            "kind": (),
        },
    ),
    Preset(
        "Pipedrive",
        "people",
        ("Person - Name", "Person - Organization", "Personne - Nom", "Personne - Organisation"),
        {
            "name": ("Person - Organization", "Organization - Name", "Personne - Organisation", "Organisation - Nom"),
            "external_id": ("Person - Organization ID", "Organization - ID", "Organisation - ID",
                            "Personne - ID de l'organisation"),
            "contact": ("Person - Name", "Personne - Nom"),
            "contact_external_id": ("Person - ID", "Personne - ID"),
            "contact_role": ("Person - Job title", "Personne - Intitulé du poste", "Personne - Fonction"),
            "contact_email": ("Person - Email - Work", "Person - Email", "Personne - E-mail - Travail",
                              "Personne - E-mail"),
        },
    ),
    Preset(
        "Pipedrive",
        "organizations",
        ("Organization - Name", "Organization - Owner", "Organisation - Nom", "Organisation - Propriétaire"),
        {
            "name": ("Organization - Name", "Organisation - Nom"),
            "external_id": ("Organization - ID", "Organisation - ID"),
            "owner": ("Organization - Owner", "Organisation - Propriétaire"),
            "tier": ("Organization - Label", "Organisation - Étiquette"),
            "country": ("Organization - Country of Address", "Organisation - Pays de Adresse",
                        "Organisation - Pays de l'adresse"),
            "state": ("Organization - State/county of Address", "Organisation - État/comté de Adresse",
                      "Organisation - État/région de l'adresse"),
            "sector": ("Organization - Industry", "Organisation - Secteur d'activité"),
            "last_touch": ("Organization - Last activity date", "Organisation - Date de la dernière activité"),
        },
    ),
)  # fmt: skip
"""Lists of other systems. A column of ours without headings is not looked for by synonym either."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Which column of ours stands where, and by whose export (`system` and `things`, empty for a plain list)."""

    columns: Mapping[str, int]
    system: str = ""
    things: str = ""

    @property
    def names_clients(self) -> bool:
        return "name" in self.columns or "external_id" in self.columns


@lru_cache(maxsize=4096)
def plain_heading(heading: str) -> str:
    return fold(heading.replace("_", " ")) if heading.strip() else ""


def recognise(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> Recognised:
    """Find our columns among headings: what `mapping` says (heading → column), else a preset's, else by synonym.

    Of two headings that mean the same the first wins; those that nobody knows are left out.
    """
    plain = [plain_heading(heading) for heading in headings]
    said = {plain_heading(heading): column for heading, column in (mapping or {}).items()}
    columns: dict[str, int] = {}
    for position, heading in enumerate(plain):
        column = said.get(heading)
        if column in COLUMNS:
            columns.setdefault(str(column), position)
    taken = {position for position, heading in enumerate(plain) if heading in said}
    free = {
        heading: position for position, heading in reversed(list(enumerate(plain))) if position not in taken
    }
    preset = _preset(plain)
    shut: set[str] = set()
    if preset is not None:
        for column, known in preset.columns.items():
            shut.add(column)
            for heading in known:
                place = free.get(plain_heading(heading))
                if place is not None and place not in taken and column not in columns:
                    columns[column] = place
                    taken.add(place)
    for position, heading in enumerate(plain):
        for column, others in COLUMNS.items():
            if column in columns or column in shut or position in taken:
                continue
            if heading in _synonyms(column, others):
                columns[column] = position
                taken.add(position)
                break
    if preset is None:
        return Recognised(columns)
    return Recognised(columns, preset.system, preset.things)


@lru_cache(maxsize=64)
def _synonyms(column: str, others: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain_heading(each) for each in (column, *others))


def _preset(plain: Sequence[str]) -> Preset | None:
    """The list whose own headings stand there: at least one mark, and two headings in all; the most headings win."""
    there = set(plain)
    best: tuple[int, Preset] | None = None
    for preset in PRESETS:
        if not any(plain_heading(mark) in there for mark in preset.marks):
            continue
        known = {plain_heading(each) for headings in preset.columns.values() for each in headings}
        count = len(there & known)
        if count >= 2 and _is_whole(preset, there) and (best is None or count > best[0]):
            best = (count, preset)
    return None if best is None else best[1]


def _is_whole(preset: Preset, there: set[str]) -> bool:
    """Whether the client can be told by the preset's own headings."""
    return any(
        plain_heading(each) in there for column in ("name", "external_id") for each in preset.columns[column]
    )

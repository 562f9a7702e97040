"""Words of company names that people shorten, leave out or share: abbreviations, particles, words of a trade."""

from __future__ import annotations

from collections.abc import Sequence

_PARTICLES = (
    "and et und y e the of de du des d la le les l von van der den zu di del della da do dos das en for "
    "pour fur"
)
PARTICLES = frozenset(_PARTICLES.split())
"""Words that people drop, add and exchange: "P and G", "Banque de France", "Robert et fils"."""

_FULL = {
    "cie": "compagnie company",
    "co": "company",
    "ste": "societe",
    "soc": "societe",
    "gle": "generale general",
    "gal": "general generale",
    "gen": "general generale",
    "ets": "etablissements",
    "etabl": "etablissements",
    "intl": "international",
    "int": "international",
    "internat": "international",
    "inter": "international",
    "natl": "national nationale",
    "nat": "national nationale",
    "nle": "nationale",
    "amer": "american america",
    "bros": "brothers",
    "frs": "freres",
    "mfg": "manufacturing",
    "mfr": "manufacturer",
    "mktg": "marketing",
    "svc": "service services",
    "svcs": "services",
    "serv": "services service",
    "mgmt": "management",
    "mgt": "management",
    "grp": "group groupe",
    "gp": "group groupe",
    "hldg": "holding holdings",
    "hldgs": "holdings",
    "ind": "industries industrie",
    "inds": "industries",
    "indus": "industries",
    "tech": "technologies technology",
    "techs": "technologies",
    "comms": "communications",
    "comm": "communications",
    "telecom": "telecommunications",
    "assoc": "associates association",
    "assocs": "associates",
    "assur": "assurance assurances",
    "ass": "assurance assurances",
    "ins": "insurance",
    "pharm": "pharmaceuticals pharma",
    "pharma": "pharmaceuticals",
    "labs": "laboratories",
    "lab": "laboratories laboratoires",
    "labo": "laboratoires",
    "univ": "university universite",
    "hosp": "hospital hopital",
    "dept": "department departement",
    "govt": "government",
    "fin": "financial finance financiere",
    "bk": "bank",
    "bq": "banque",
    "bque": "banque",
    "elec": "electric electronics electrique",
    "eng": "engineering",
    "dist": "distribution",
    "distrib": "distribution",
    "transp": "transport transports",
    "st": "saint",
    "mt": "mount",
    "ctr": "center centre",
    "dr": "doctor",
    "ges": "gesellschaft",
    "versich": "versicherung",
    "vers": "versicherung",
    "masch": "maschinenbau",
    "gebr": "gebruder",
    "deut": "deutsche",
    "dt": "deutsche",
    "sys": "systems systemes",
    "solns": "solutions",
    "prods": "products produits",
    "chem": "chemicals chemical",
    "auto": "automotive automobiles",
    "aero": "aerospace",
    "fed": "federal",
    "inst": "institute institut",
    "corp": "corporation",
}
_FULL_OF = {short: frozenset(full.split()) for short, full in _FULL.items()}

_GENERIC = (
    "airlines airways america american assurance assurances bank banque caisse capital chemicals city "
    "communications compagnie company conseil construction constructions consulting credit deutsche "
    "deutschland development distribution east eaux el electric electronics energie energy engineering "
    "enterprise enterprises entreprise entreprises est estate europe european finance financial first "
    "fondation fonds food foods foundation france french fund general generale germany global grand group "
    "groupe gruppe health holding holdings hopital hospital immobilier industrie industries industry "
    "institut institute insurance international invest investment investments life logistics logistique "
    "los management marketing media motor motors national nationale new nord north ouest partner partners "
    "pharma products produits real retail royal saint san sante service services societe software "
    "solutions south st standard store stores sud systemes systems tech technologies technology telecom "
    "trade trading transport transports trust uk union united universite university usa versicherung vie "
    "water west world"
)
GENERIC = frozenset(_GENERIC.split())
"""Words that many names share: one of them alone says too little for a client to be taken."""


def significant(words: Sequence[str]) -> list[str]:
    """The words without particles; all of them where nothing else remains."""
    return [word for word in words if word not in PARTICLES] or list(words)


def full_forms(word: str) -> frozenset[str]:
    """What a customary abbreviation stands for; empty for any other word."""
    return _FULL_OF.get(word, frozenset())


def initials(words: Sequence[str]) -> str:
    """The first letters of the significant words of a name, "ibm"; empty where fewer than two have any."""
    letters = "".join(word[0] for word in significant(words))
    return letters if len(letters) >= 2 else ""

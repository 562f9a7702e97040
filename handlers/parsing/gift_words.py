"""The words of gifts in English and French, folded, by category of the gift proposal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from handlers.folding import fold

# Strictest first: when a text names several, the strictest decides, and among overlapping words the longest.
_CATEGORY_WORDS: dict[str, str] = {
    "cash": (
        "cash|money|bribe|kickback|commission|cash bonus|refund|small notes|bank note"
        "|pot-de-vin|dessous-de-table|dollar bill|small bills|wire transfer|virement"
        "|venmo|zelle|western union|especes|argent|argent liquide|liquide|banknote|billets de banque|enveloppe d'argent"
        "|bank transfer"
    ),
    "loan": "loan|pret|lending",
    "cash_equivalent": (
        "prepaid|prepaid card|visa|mastercard|amex|debit card|credit|store credit|phone credit"
        "|phone top-up|top-up|ethereum|cryptocurrency|cryptomonnaie|dogecoin|stablecoin|nft|silver coin"
        "|casino chip|ticket restaurant|ticket resto|titre-restaurant|cheque-vacances|visa card|visa gift card"
        "|mastercard gift card|amex gift card|prepaid visa|voucher"
        "|gift voucher|cheque|check|carte prepayee|carte visa|cheque cadeau|cheque-cadeau"
        "|cheques-cadeaux|bitcoin|crypto|paypal|gold coin|gold bar|lingot|traveler's check|money order"
        "|mandat"
    ),
    "gift_card_retail": (
        "gift card|giftcard|egift|e-gift|egift card|gift code|gift token|book token|itunes code|amazon code"
        "|gift certificate|store card|amazon card|amazon gift card|starbucks card"
        "|starbucks gift card|carte cadeau|carte-cadeau|bon d'achat|bon cadeau|bon-cadeau|e-gift card"
        "|restaurant gift card"
    ),
    "investment": (
        "stock option|shares|stock of|savings bond|government bond|stocks|actions en bourse|company shares"
        "|actions cotees"
    ),
    "discount": "discount|rebate|price reduction|remise|rabais|reduction|promo code|coupon|code promo",
    "tip": "tip|gratuity|pourboire",
    "alcohol": (
        "wine|red wine|white wine|bottle of wine|champagne|prosecco|beer|whisky|whiskey|bourbon|scotch"
        "|gin|rum|vodka|tequila|cognac|armagnac|brandy|liqueur|liquor|spirits|cider|sake|port wine"
        "|mezcal|alcohol|cocktail|vin|vin rouge|vin blanc|bouteille de vin|biere|rhum|cidre|calvados"
        "|eau-de-vie|spiritueux|alcool|pastis|bordeaux|bourgogne|chablis|magnum"
    ),
    "travel": (
        "flight|plane ticket|airfare|airline ticket|train ticket|travel|trip|cruise|voyage|vol"
        "|billet d'avion|billet de train|croisiere|taxi|uber ride|limousine"
    ),
    "lodging": (
        "hotel|hotel stay|hotel night|lodging|accommodation|airbnb|resort|nuit d'hotel|hebergement"
        "|sejour|spa weekend"
    ),
    "club_membership": "club membership|membership|golf membership|gym membership|abonnement|adhesion",
    "entertainment": (
        "ticket|hockey ticket|concert ticket|concert|theatre|theater|opera|game|match|hockey|football"
        "|basketball|baseball|golf|golf round|round of golf|show|movie|cinema|festival|place de concert"
        "|place de match|place de theatre|billet de match|billet de concert|billet|spectacle|rugby"
        "|tennis|loge|escape game|entertainment|divertissement"
    ),
    "event_attendance": (
        "conference|seminar|gala|summit|trade show|conference pass|conference ticket|webinar|seminaire"
        "|salon|colloque|congres|dinner programme|forum|symposium"
    ),
    "meal": (
        "lunch|dinner|breakfast|brunch|meal|restaurant|supper|dejeuner|diner|petit-dejeuner"
        "|petit dejeuner|repas|souper|business lunch|dejeuner d'affaires|buffet|barbecue|bbq"
    ),
    "refreshment": (
        "coffee|tea|snack|doughnut|donut|cookie|pastry|pastries|croissant|juice|soft drink|soda|cafe"
        "|the|viennoiserie|jus|collation|gouter|bagel|muffin"
    ),
    "charitable_donation": "donation|charity|charitable donation|don|don a une association",
    "award": "award|trophy|plaque|trophee|recompense",
    "prize": "prize|raffle|raffle prize|lot de tombola|tombola|tirage au sort",
    "sample": "sample|echantillon|free sample",
    "educational_item": "textbook|training manual|manuel|course material|stethoscope",
    "informational_material": "brochure|report|white paper|catalogue|catalog|livre blanc|leaflet",
    "personal_service": "massage|personal training|babysitting|haircut|spa treatment",
    "greeting_card": (
        "greeting card|birthday card|christmas card|thank-you card|thank you card|carte de voeux|carte de vœux"
        "|carte d'anniversaire"
    ),
    "promotional_item": (
        "branded pen|logo pen|company pen|branded mug|branded notebook|branded t-shirt|calendar"
        "|calendrier|lanyard|stylo publicitaire|goodies|goodie|swag|promotional item|keychain"
        "|porte-cles publicitaire|mug publicitaire|objet publicitaire|branded cap|branded usb key"
        "|branded tote bag|calendrier publicitaire"
    ),
    "perishable": (
        "flower|bouquet|bouquet of flowers|chocolate|box of chocolates|fruit basket|food basket"
        "|gift basket|cake|candy|sweets|cheese|ham|fruit|fleur|bouquet de fleurs|chocolat"
        "|boite de chocolats|panier de fruits|panier garni|panier gourmand|gateau|bonbon|fromage"
        "|macaron|confiserie|jambon|foie gras|miel|honey|jam|confiture|plant|orchid|orchidee"
    ),
    "gift": (
        "wine glass|beer mug|beer glass|wine opener|wine rack|corkscrew|decanter|verre a vin"
        "|tire-bouchon|carafe a vin|ice bucket|root beer|ginger beer|en argent|cash box|coffee mug"
        "|coffee machine|coffee maker|tea set|lunch box|lunchbox|teapot|theiere|tasse a cafe"
        "|machine a cafe|board game|video game|jeu de societe|golf ball|golf umbrella|tennis racket"
        "|football shirt|hockey jersey|hockey stick|movie poster|travel mug|travel pillow|travel bag"
        "|cookbook|livre de cuisine|cheese board|cake stand|chocolate mould|silver pen|money clip"
        "|piggy bank|tirelire"
    ),
}
_STRICTEST_FIRST = tuple(_CATEGORY_WORDS)
_WITHOUT_ALCOHOL = re.compile(
    r"\b(?:non[- ]alcoholic|alcohol[- ]free|dealcoholi[sz]ed)(?: \w+)?|\b\w+ (?:sans alcool|desalcoolise)\b"
)


_JOINT = "(?: ?[-–_] ?| )"  # "gift card", "gift-card"


def _spaced(word: str) -> str:
    return re.sub(_JOINT, " ", word)


@lru_cache(maxsize=1)
def _category_words() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {_spaced(word): code for code, words in _CATEGORY_WORDS.items() for word in words.split("|")}
    longest_first = "|".join(
        re.escape(word).replace(r"\ ", _JOINT) for word in sorted(codes, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])({longest_first})(?:s|x|es)?(?![\w-])"), codes


def categories_in(text: str) -> Iterator[re.Match[str]]:
    """Where words of a category stand in the folded text, their parts joined by spaces or hyphens."""
    folded = _WITHOUT_ALCOHOL.sub(lambda match: " " * len(match[0]), fold(text))
    for match in _category_words()[0].finditer(folded):
        if match[1] != "the" or text[match.end(1) - 1] in "éÉ":  # tea in French, an article in English
            yield match


def categories_of(description: str) -> set[str]:
    """Every category that the words name."""
    codes = _category_words()[1]
    return {codes[_spaced(match[1])] for match in categories_in(description)}


def category_of(description: str) -> str | None:
    """The strictest category that the words name; None when they name none."""
    found = categories_of(description)
    return min(found, key=_STRICTEST_FIRST.index, default=None)

"""What people type after a command."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.names import normalise
from bot.domain.refusals import Refusal
from bot.domain.touches import Channel, Direction
from handlers.parsing import ParseComplaint, Reader, TypedGift, TypedTouch, plain, read_gift, read_touch

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)  # a Wednesday
JANE = Reader(NOW, ZoneInfo("America/New_York"), "en-US")
MARIE = Reader(NOW, ZoneInfo("Europe/Paris"), "fr-FR")
BOOK = ("Acme", "Call Center Inc", "Verizon", "Zoom", "Crédit Agricole", "Sunday Times")
YESTERDAY = date(2026, 11, 17)

CALL, VISIT, VIDEO, MESSAGE, EMAIL, EVENT, GIFT, OTHER = (
    Channel.CALL,
    Channel.VISIT,
    Channel.VIDEO,
    Channel.MESSAGE,
    Channel.EMAIL,
    Channel.EVENT,
    Channel.GIFT,
    Channel.OTHER,
)
IN, OUT, BOTH = Direction.INBOUND, Direction.OUTBOUND, Direction.TWO_WAY


def in_the_book(words: Sequence[str]) -> int:
    """How many leading words are exactly a client of the book."""
    wanted = {normalise(name) for name in BOOK}
    return max((n for n in range(1, len(words) + 1) if normalise(" ".join(words[:n])) in wanted), default=0)


def nobody(_words: Sequence[str]) -> int:
    return 0


def touch(text: str, reader: Reader = JANE) -> TypedTouch:
    return read_touch(text, reader, in_the_book)


def facts(read: TypedTouch) -> tuple[str, Channel | None, Direction | None, str | None, date | None, str]:
    day = read.when.when.start.date() if read.when else None
    return read.client, read.channel, read.direction, read.contact, day, read.note


def complaint(text: str, reader: Reader = JANE) -> ParseComplaint:
    with pytest.raises(ParseComplaint) as caught:
        read_gift(text, reader, "USD")
    assert text[slice(*caught.value.span)] == caught.value.word
    return caught.value


@pytest.mark.parametrize(
    ("text", "reader", "channel", "direction", "contact", "note"),
    [
        ("Acme email from Dana: wants a quote", JANE, EMAIL, IN, "Dana", "wants a quote"),
        (
            "Acme email yesterday to Dana Whitfield about prices",
            JANE,
            EMAIL,
            OUT,
            "Dana Whitfield",
            "about prices",
        ),
        (
            "Acme message from Jean de la Tour, all is well",
            JANE,
            MESSAGE,
            IN,
            "Jean de la Tour",
            "all is well",
        ),
        ("Acme call from Dana yesterday", JANE, CALL, None, "Dana", ""),
        ("Acme mail à Marie: devis", MARIE, EMAIL, OUT, "Marie", "devis"),
        ("Acme courriel de Marie Dupont avant-hier", MARIE, EMAIL, IN, "Marie Dupont", ""),
        ("Acme mail d'Inès Caron: merci", MARIE, EMAIL, IN, "Inès Caron", "merci"),
        ("Acme call to discuss prices", JANE, CALL, None, None, "to discuss prices"),
        ("Acme email from the buyer", JANE, EMAIL, None, None, "from the buyer"),
        ("Acme email from Monday", JANE, EMAIL, None, None, "from Monday"),
        ("Acme visit to Paris", JANE, VISIT, None, None, "to Paris"),
    ],
)
def test_who_wrote_to_whom_is_read_behind_the_channel(
    text: str,
    reader: Reader,
    channel: Channel,
    direction: Direction | None,
    contact: str | None,
    note: str,
) -> None:
    read = touch(text, reader)

    assert (read.client, read.channel, read.direction) == ("Acme", channel, direction)
    assert (read.contact, read.note) == (contact, note)


# --------------------------------------------------------------------------- touches


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Acme call yesterday, talked about the renewal",
            ("Acme", CALL, None, None, YESTERDAY, "talked about the renewal"),
        ),
        (
            "Acme call yesterday with the buyer: renewal, went well, promised a quote by Friday",
            ("Acme", CALL, None, "the buyer", YESTERDAY, "renewal, went well, promised a quote by Friday"),
        ),
        ("called Acme", ("Acme", CALL, OUT, None, None, "")),
        ("Acme", ("Acme", None, None, None, None, "")),
        ("Acme had a quick call yesterday", ("Acme", CALL, None, None, YESTERDAY, "")),
        ("Acme - call - yesterday - price ok", ("Acme", CALL, None, None, YESTERDAY, "price ok")),
        ("yesterday, call Acme with Bob: price", ("Acme", CALL, None, "Bob", YESTERDAY, "price")),
        (
            "Verizon email inbound asked for the quote",
            ("Verizon", EMAIL, IN, None, None, "asked for the quote"),
        ),
        (
            "Acme quick call with Bob and Alice about prices",
            ("Acme", CALL, None, "Bob and Alice", None, "about prices"),
        ),
        (
            "call with Bob Smith at Acme yesterday: pricing",
            ("Acme", CALL, None, "Bob Smith", YESTERDAY, "pricing"),
        ),
        ("met Bob from Acme yesterday", ("Acme", VISIT, None, "Bob", YESTERDAY, "")),
        ("Acme visit with @bob yesterday", ("Acme", VISIT, None, "@bob", YESTERDAY, "")),
        ("Acme video 11/17 3pm", ("Acme", VIDEO, None, None, YESTERDAY, "")),
        ("Acme WhatsApp Bob liked it 🙂", ("Acme", MESSAGE, None, None, None, "Bob liked it 🙂")),
        ("Acme lunch yesterday", ("Acme", VISIT, None, None, YESTERDAY, "")),
        ("Acme trade show yesterday", ("Acme", EVENT, None, None, YESTERDAY, "")),
        ("Acme gift yesterday", ("Acme", GIFT, None, None, YESTERDAY, "")),
        ("Acme letter sent", ("Acme", OTHER, OUT, None, None, "")),
        ("Acme\ncall yesterday", ("Acme", None, None, None, None, "call yesterday")),
        ("with Bob", ("", None, None, "Bob", None, "")),
        ("call yesterday", ("", CALL, None, None, YESTERDAY, "")),
        ("", ("", None, None, None, None, "")),
    ],
)
def test_a_touch_typed_in_english(text: str, expected: tuple[object, ...]) -> None:
    assert facts(touch(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Crédit Agricole appel hier avec Marie Dupont : contrat",
            ("Crédit Agricole", CALL, None, "Marie Dupont", YESTERDAY, "contrat"),
        ),
        ("visite chez Dupont & Fils lundi", ("Dupont & Fils", VISIT, None, None, date(2026, 11, 16), "")),
        ("hier, visite Dupont & Fils", ("Dupont & Fils", VISIT, None, None, YESTERDAY, "")),
        ("Acme m'a appelé hier: contrat", ("Acme", CALL, IN, None, YESTERDAY, "contrat")),
        (
            "J’ai appelé Acme hier, ils veulent un devis",
            ("Acme", CALL, OUT, None, YESTERDAY, "ils veulent un devis"),
        ),
        ("appel de Acme ce matin", ("Acme", CALL, IN, None, NOW.date(), "")),
        ("mail à Acme: devis", ("Acme", EMAIL, OUT, None, None, "devis")),
        ("Acme courriel entrant il y a 2 jours", ("Acme", EMAIL, IN, None, date(2026, 11, 16), "")),
        (
            "Acme réunion teams hier à 15h avec Paul : budget",
            ("Acme", VIDEO, None, "Paul", YESTERDAY, "budget"),
        ),
        (
            "Jean-Pierre & Cie visio hier avec le directeur",
            ("Jean-Pierre & Cie", VIDEO, None, "le directeur", YESTERDAY, ""),
        ),
        (
            "L'Oréal déjeuner hier avec Anne de La Tour",
            ("L'Oréal", VISIT, None, "Anne de La Tour", YESTERDAY, ""),
        ),
        ("Dupont, SA texto hier", ("Dupont, SA", MESSAGE, None, None, YESTERDAY, "")),
        ("Acme salon hier", ("Acme", EVENT, None, None, YESTERDAY, "")),
        ("Acme cadeau envoyé hier", ("Acme", GIFT, OUT, None, YESTERDAY, "")),
        ("crédit lyonnais appel hier", ("crédit lyonnais", CALL, None, None, YESTERDAY, "")),
    ],
)
def test_a_touch_typed_in_french(text: str, expected: tuple[object, ...]) -> None:
    assert facts(touch(text, MARIE)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "AT&T",
        "3M",
        "L'Oréal",
        "Dupont & Fils",
        "Jean-Pierre Conseil",
        "March Industries",
        "May Company",
        "Mars Inc",
        "7-Eleven",
        "1-800-Flowers",
        "20 Minutes",
        "The Home Depot",
        "Banque de France",
        "Orange Business Services",
        "Globex Corp.",
        "Call Center Inc",
        "日本電気",
    ],
)
def test_a_name_that_nobody_knows_is_still_read_whole(name: str) -> None:
    read = read_touch(f"{name} call yesterday: ok", JANE, nobody)
    assert facts(read) == (name, CALL, None, None, YESTERDAY, "ok")


@pytest.mark.parametrize("name", BOOK)
def test_a_known_name_goes_before_the_words_in_it(name: str) -> None:
    assert facts(touch(f"{name} email yesterday")) == (name, EMAIL, None, None, YESTERDAY, "")


def test_a_known_name_is_not_taken_out_of_a_longer_one() -> None:
    assert touch("Acme Foods call yesterday").client == "Acme Foods"


@pytest.mark.parametrize("quotes", ['""', "“”", "«»"])
def test_quotes_say_where_a_name_ends(quotes: str) -> None:
    read = read_touch(f"{quotes[0]}Yesterday Call{quotes[1]} call", JANE, nobody)
    assert (read.client, read.channel, read.when) == ("Yesterday Call", CALL, None)


def test_quotes_left_open_are_pointed_at() -> None:
    with pytest.raises(ParseComplaint) as caught:
        touch('  "Acme call')
    assert (caught.value.code, caught.value.word, caught.value.span) == ("client.quote_open", '"Acme', (2, 7))


def test_nothing_behind_a_colon_is_a_fact() -> None:
    read = touch("Acme: email yesterday with Bob, inbound")
    assert facts(read) == ("Acme", None, None, None, None, "email yesterday with Bob, inbound")


def test_a_note_keeps_case_accents_and_emoji() -> None:
    assert touch("Acme call yesterday:  ÉTÉ   à  revoir 🙂 <3 & co").note == "ÉTÉ à revoir 🙂 <3 & co"


@pytest.mark.parametrize(
    ("text", "day", "note"),
    [
        ("Acme talked about the renewal yesterday", YESTERDAY, "talked about the renewal"),
        ("Acme talked about the renewal, 2 days ago.", date(2026, 11, 16), "talked about the renewal"),
        ("Acme talked about the delivery on Monday", None, "talked about the delivery on Monday"),
        ("Acme talked about the delivery tomorrow", None, "talked about the delivery tomorrow"),
        ("Acme talked about the incident of yesterday", None, "talked about the incident of yesterday"),
        ("Acme asked for the quote by Friday", None, "asked for the quote by Friday"),
        ("Acme asked for the quote by Friday 3pm", None, "asked for the quote by Friday 3pm"),
        ("Acme promis le devis avant lundi 15h", None, "promis le devis avant lundi 15h"),
        ("Acme call, tomorrow they sign", None, "tomorrow they sign"),
    ],
)
def test_a_date_at_the_end_counts_only_if_it_can_be_no_other(text: str, day: date | None, note: str) -> None:
    read = touch(text)
    assert (read.when.when.start.date() if read.when else None, read.note) == (day, note)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Acme called", None),
        ("Acme called us", IN),
        ("they called", IN),
        ("called Acme", OUT),
        ("email from Acme", IN),
        ("email to Acme", OUT),
        ("Acme email outbound", OUT),
        ("Acme email two-way", BOTH),
        ("Acme call, left a voicemail", OUT),
        ("Acme left a voicemail", None),
        ("Acme a répondu hier", IN),
        ("Acme call", None),
        ("visit to Acme", None),
    ],
)
def test_the_direction_is_taken_only_where_the_words_say_it(text: str, direction: Direction | None) -> None:
    assert touch(text).direction == direction


def test_what_was_told_stays_in_the_note() -> None:
    assert touch("Acme sent the quote by email yesterday").note == "sent the quote by email"
    assert touch("Acme call yesterday, left a voicemail for Bob").note == "left a voicemail for Bob"


def test_a_call_for_tenders_is_no_call() -> None:
    assert touch("Acme appel d'offres", MARIE).channel is None


def test_an_impossible_date_in_a_touch_is_pointed_at() -> None:
    with pytest.raises(ParseComplaint) as caught:
        touch("Acme appel 31/02 avec Paul", MARIE)
    assert isinstance(caught.value, Refusal)
    assert (caught.value.code, caught.value.word, caught.value.span) == ("date.impossible", "31/02", (11, 16))
    assert caught.value.facts == {"word": "31/02", "span": (11, 16)}


def test_an_impossible_date_in_the_note_is_nobody_s_business() -> None:
    assert touch("Acme call: ref 31/02 closed").note == "ref 31/02 closed"


def test_a_future_date_is_marked_and_not_changed() -> None:
    when = touch("Acme call tomorrow: prepare").when
    assert when is not None
    assert when.future


# --------------------------------------------------------------------------- gifts


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "$45 bottle of wine for Jane Smith at Ford",
            (usd("45"), 1, "bottle of wine", "alcohol", "Jane Smith", "Ford"),
        ),
        ("$45 wine for <contact> at Ford", (usd("45"), 1, "wine", "alcohol", "<contact>", "Ford")),
        (
            "45,50 € de chocolats pour Marie Dupont chez Danone",
            (Money(Decimal("45.50"), "EUR"), 1, "chocolats", "perishable", "Marie Dupont", "Danone"),
        ),
        (
            "2 x $30 tickets hockey for Bob at Verizon",
            (usd("30"), 2, "tickets hockey", "entertainment", "Bob", "Verizon"),
        ),
        ("$30 each, 3 tickets for Bob at Ford", (usd("30"), 3, "tickets", "entertainment", "Bob", "Ford")),
        (
            "two bottles of wine $60 for Bob at Ford",
            (usd("60"), 2, "bottles of wine", "alcohol", "Bob", "Ford"),
        ),
        (
            "$60 in total for 2 bottles of wine for Bob",
            (usd("60"), 1, "bottles of wine", "alcohol", "Bob", None),
        ),
        ("two $30 pens for Bob at Ford", (usd("30"), 2, "pens", None, "Bob", "Ford")),
        ("a dozen $10 pens for Bob at Ford", (usd("10"), 12, "pens", None, "Bob", "Ford")),
        ("a mug and two $30 pens for Bob", (usd("30"), 2, "mug and pens", None, "Bob", None)),
        ("lunch for Bob at Merck", (None, 1, "lunch", "meal", "Bob", "Merck")),
        ("lunch with Bob at Merck", (None, 1, "lunch", "meal", "Bob", "Merck")),
        ("$90 lunch for 3 at Merck", (usd("90"), 3, "lunch", "meal", None, "Merck")),
        (
            "lunch at Le Bernardin for Bob at Merck $80",
            (usd("80"), 1, "lunch at Le Bernardin", "meal", "Bob", "Merck"),
        ),
        ("Bob at Merck", (None, 1, "", None, "Bob", "Merck")),
        ("pen", (None, 1, "pen", None, None, None)),
        ("$45", (usd("45"), 1, "", None, None, None)),
        ("", (None, 1, "", None, None, None)),
        ("for Jane Smith at Ford: wine, $45", (usd("45"), 1, "wine", "alcohol", "Jane Smith", "Ford")),
        ("wine for Jane Smith at Ford - $45", (usd("45"), 1, "wine", "alcohol", "Jane Smith", "Ford")),
        (
            "bouteille de champagne à 60 € pour Jean-Pierre Martin de chez Total",
            (
                Money(Decimal(60), "EUR"),
                1,
                "bouteille de champagne",
                "alcohol",
                "Jean-Pierre Martin",
                "Total",
            ),
        ),
        (
            "déjeuner à 45 € avec Marie chez Danone",
            (Money(Decimal(45), "EUR"), 1, "déjeuner", "meal", "Marie", "Danone"),
        ),
        ("vin à Marie chez Danone", (None, 1, "vin", "alcohol", "Marie", "Danone")),
        ("$45 birthday gift for Bob @ Ford", (usd("45"), 1, "birthday gift", None, "Bob", "Ford")),
        (
            "$45 flowers for her birthday for Bob (Ford)",
            (usd("45"), 1, "flowers for her birthday", "perishable", "Bob", "Ford"),
        ),
        (
            "$25 gift card for @bob at Google",
            (usd("25"), 1, "gift card", "gift_card_retail", "@bob", "Google"),
        ),
        ("12 year old whisky $90 for Bob", (usd("90"), 1, "12 year old whisky", "alcohol", "Bob", None)),
        ("$45 wine for Bob at Ford, Inc.", (usd("45"), 1, "wine", "alcohol", "Bob", "Ford, Inc")),
        ("wine for Jane Smith, Ford", (None, 1, "wine", "alcohol", "Jane Smith", "Ford")),
        ("calendar for the team at Google", (None, 1, "calendar", "promotional_item", "the team", "Google")),
        ("wine for bob at ford motor company", (None, 1, "wine", "alcohol", "bob", "ford motor company")),
    ],
)
def test_a_typed_gift(text: str, expected: tuple[object, ...]) -> None:
    read = read_gift(text, JANE, "USD")
    assert read == TypedGift(*expected)  # type: ignore[arg-type]  # a row of the table, in the order of the fields


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("100 € en espèces", "cash"),
        ("prepaid Visa", "cash_equivalent"),
        ("chèque cadeau", "cash_equivalent"),
        ("Amazon gift card", "gift_card_retail"),
        ("carte cadeau", "gift_card_retail"),
        ("gift-card", "gift_card_retail"),
        ("gift_card", "gift_card_retail"),
        ("Gift – Cards", "gift_card_retail"),
        ("Starbucks eGift", "gift_card_retail"),
        ("store credit", "cash_equivalent"),
        ("Uber credits", "cash_equivalent"),
        ("Visa", "cash_equivalent"),
        ("Venmo", "cash"),
        ("virement", "cash"),
        ("ten shares of Apple", "investment"),
        ("Wine-glasses", "gift"),
        ("10 % discount", "discount"),
        ("remise", "discount"),
        ("bottles of red wine", "alcohol"),
        ("caisse de vin rouge", "alcohol"),
        ("dinner with wine", "alcohol"),
        ("billet d'avion", "travel"),
        ("nuit d'hôtel", "lodging"),
        ("golf membership", "club_membership"),
        ("places de concert", "entertainment"),
        ("conference ticket", "event_attendance"),
        ("déjeuner d'affaires", "meal"),
        ("coffee and croissants", "refreshment"),
        ("boîte de thé", "refreshment"),
        ("donation", "charitable_donation"),
        ("carte de vœux", "greeting_card"),
        ("branded pens", "promotional_item"),
        ("panier garni", "perishable"),
        ("wine glasses", "gift"),
        ("stylo en argent", "gift"),
        ("coffee mug", "gift"),
        ("non-alcoholic wine", None),
        ("vin sans alcool", None),
        ("the pen", None),
        ("scarf", None),
    ],
)
def test_the_category_is_the_strictest_that_the_words_name(words: str, category: str | None) -> None:
    assert read_gift(f"{words} for Bob at Ford", JANE, "USD").category == category


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("-5 wine for Bob at Ford", "amount.negative", "-5"),
        ("-$45 wine", "amount.negative", "-$45"),
        ("1e9 wine", "amount.not_a_number", "1e9"),
        ("$1,00,0 wine", "amount.not_a_number", "$1,00,0"),
        ("fifty dollars of wine", "amount.words", "fifty dollars"),
        ("fifty wine", "amount.words", "fifty"),
        ("fifty", "amount.words", "fifty"),
        ("45 wine for Bob", "amount.currency_missing", "45"),
        ("45,50 wine for Bob", "amount.currency_missing", "45,50"),
        ("45", "amount.currency_missing", "45"),
        ("over $50 of wine", "amount.ambiguous", "$50"),
        ("₿2 wine", "amount.unknown_currency", "₿2"),
        ("$9999999999999 watch", "amount.too_large", "$9999999999999"),
        ("$45 wine and $30 flowers for Bob", "amount.several", "$30"),
        ("$45 wine and over $30 of flowers", "amount.ambiguous", "$30"),
        ("$20 (worth 900) watch for Bob", "amount.several", "900"),
        ("watch worth 900, for $20, for Bob", "amount.several", "900"),
        ("$0 watch for Bob", "amount.zero", "$0"),
        ("10 $20 pens for Bob", "amount.ambiguous", "10 $20"),
        ("$2 hundred watch for Bob", "amount.not_a_number", "$2"),
        ("0 x $5 pens", "quantity.zero", "0"),
        ("99999 x $5 pens", "quantity.too_large", "99999"),
        ('wine for "Bob', "client.quote_open", '"Bob'),
    ],
)
def test_a_gift_that_cannot_be_read_is_complained_of_at_the_word(text: str, code: str, word: str) -> None:
    found = complaint(text)
    assert (found.code, found.word) == (code, word)


def test_a_number_taken_out_of_a_quoted_name_leaves_no_mark_in_it() -> None:
    read = read_gift('wine for "Bob 2 x Smith" at Ford', JANE, "USD")
    assert (read.quantity, read.contact, read.employer) == (2, "Bob Smith", "Ford")


def test_a_plain_dollar_of_a_gift_is_the_dollar_given() -> None:
    assert read_gift("$45 wine", MARIE, "CAD").amount == Money(Decimal(45), "CAD")


# --------------------------------------------------------------------------- what Slack sends


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("AT&amp;T &lt;3 &gt;", "AT&T <3 >"),
        ("&amp;lt;", "&lt;"),
        ("<@U123|bob> <@U456>", "@bob @U456"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!channel> <!here|here> <!subteam^S1|@sales> <!subteam^S2>", "@channel @here @sales @S2"),
        ("<https://a.example/x?y=1&amp;z=2>", "https://a.example/x?y=1&z=2"),
        ("<https://a.example|our &amp; page>", "our & page"),
        ("<mailto:bob@a.example|bob@a.example> <mailto:al@a.example>", "bob@a.example al@a.example"),
        ("<!date^1700000000^{date}|14 November>", "14 November"),
        ("a < b > c <b>", "a < b > c <b>"),
        ("e\u0301te\u0301", "été"),
        ("a\0b", "ab"),
        ("a\ud800b", "ab"),
        ("", ""),
    ],
)
def test_plain_text_is_what_the_person_saw(sent: str, seen: str) -> None:
    assert plain(sent) == seen


# --------------------------------------------------------------------------- properties

_PIECES = st.sampled_from(
    re.split(
        r"\|",
        "Acme|call|Call|hier|yesterday|31/02|with|avec|for|pour|at|chez|from|$45|45,50 €|-5|1e9|fifty|2 x|wine|vin"
        '|"|“|«|(|)|:|,|;| - |—|\n|\t|\x1f|@|@bob|<@U1ab>|<@U1>|<!channel>|&amp;|&lt;|🙂|👩‍💻'
        "|שלום|مرحبا|\u202e|\u202f|é|É|Inc|,|.|…|l'|d'|left a voicemail|they called|m'a appelé|the|tomorrow"
        "|lundi à 15h|Dupont & Fils|0|99999|x|each|in total|birthday|Ford|%|İ|ß|ﬁ|١٢",
    )
)
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(_PIECES, max_size=30).map(" ".join),
    st.lists(_PIECES, max_size=30).map("".join),
    st.lists(_PIECES, min_size=1, max_size=6).map(lambda pieces: ((" ".join(pieces) + " ") * 4000)[:4000]),
    st.text(min_size=1, max_size=5).map(lambda piece: (piece * 4000)[:4000]),
)
_READERS = st.sampled_from((JANE, MARIE))


def _touch_or_complaint(text: str, reader: Reader, known: int) -> TypedTouch | ParseComplaint:
    try:
        return read_touch(text, reader, lambda _words: known)
    except ParseComplaint as found:
        return found


def _gift_or_complaint(text: str, reader: Reader) -> TypedGift | ParseComplaint:
    try:
        return read_gift(text, reader, "USD")
    except ParseComplaint as found:
        return found


@given(_TEXTS, _READERS, st.sampled_from((0, 0, 1, 3, -1, 99)))
def test_any_text_gives_a_touch_or_a_complaint_that_points_into_it(
    text: str, reader: Reader, known: int
) -> None:
    read = _touch_or_complaint(text, reader, known)
    if isinstance(read, ParseComplaint):
        assert text[slice(*read.span)] == read.word != ""
        return
    assert read.client in text
    assert read.contact is None or (read.contact and read.contact in text)
    assert set(read.note) <= set(text) | {" "}
    assert len(read.note) <= len(text)
    if read.when:
        start, end = read.when.span
        assert 0 <= start < end <= len(text)


@given(_TEXTS, _READERS)
def test_any_text_gives_a_gift_or_a_complaint_that_points_into_it(text: str, reader: Reader) -> None:
    read = _gift_or_complaint(text, reader)
    if isinstance(read, ParseComplaint):
        assert text[slice(*read.span)] == read.word != ""
        return
    assert read.quantity >= 1
    assert len(read.description) <= len(text)
    for piece in (read.description, read.contact or "", read.employer or ""):
        assert "\x1f" not in piece
        assert set(piece) <= set(text) | {" "}


@given(_TEXTS.filter(lambda text: "&" not in text))
def test_no_mention_is_left_in_a_text_as_it_was_seen(text: str) -> None:
    assert not {"<!channel>", "<@U1>"} & set(re.findall(r"<[^<>]*>", plain(text)))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="<>&", exclude_categories=["Cs"])))
def test_text_without_markup_only_gets_its_letters_composed(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert len(plain(text)) <= 3 * max(1, len(text))


_NAMES = st.sampled_from(("Acme", "AT&T", "3M", "L'Oréal", "Dupont & Fils", "Jean-Pierre", "Crédit Agricole"))
_ORDERS = st.permutations(("call", "yesterday", "with Bob"))


@given(_NAMES, _ORDERS, st.sampled_from((": ", " - ", ", ")))
def test_facts_may_come_in_any_order_before_the_note(name: str, order: list[str], joint: str) -> None:
    read = read_touch(f"{name} {' '.join(order)}{joint}renewal signed", JANE, nobody)
    assert facts(read) == (name, CALL, None, "Bob", YESTERDAY, "renewal signed")


@given(_NAMES, st.integers(1, 9999), st.permutations(("amount", "what", "who")))
def test_pieces_of_a_gift_may_come_in_any_order(name: str, dollars: int, order: list[str]) -> None:
    pieces = {"amount": f"${dollars}", "what": "box of chocolates", "who": f"for Jane Smith at {name}"}
    read = read_gift(", ".join(pieces[key] for key in order), JANE, "USD")
    assert read == TypedGift(usd(str(dollars)), 1, "box of chocolates", "perishable", "Jane Smith", name)

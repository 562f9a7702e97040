"""Which currency codes exist, and which currency a country uses."""

from __future__ import annotations

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR "
    "LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN "
    "PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)

#: Every ISO 4217 code of money in circulation.
CURRENCIES = frozenset(_CODES.split())

_EURO_COUNTRIES = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK EU MC SM VA AD ME XK"
_OTHERS = {
    "US": "USD", "CA": "CAD", "GB": "GBP", "UK": "GBP", "AU": "AUD", "NZ": "NZD", "CH": "CHF", "LI": "CHF",
    "JP": "JPY", "CN": "CNY", "HK": "HKD", "SG": "SGD", "IN": "INR", "KR": "KRW", "TW": "TWD", "MX": "MXN",
    "BR": "BRL", "AR": "ARS", "CL": "CLP", "CO": "COP", "PE": "PEN", "SE": "SEK", "NO": "NOK", "DK": "DKK",
    "PL": "PLN", "CZ": "CZK", "HU": "HUF", "RO": "RON", "TR": "TRY", "IL": "ILS", "ZA": "ZAR", "AE": "AED",
    "SA": "SAR", "QA": "QAR", "KW": "KWD", "TH": "THB", "MY": "MYR", "ID": "IDR", "PH": "PHP", "VN": "VND",
    "IS": "ISK", "UA": "UAH", "MA": "MAD", "EG": "EGP", "NG": "NGN", "KE": "KES",
}  # fmt: skip

_BY_COUNTRY = {**dict.fromkeys(_EURO_COUNTRIES.split(), "EUR"), **_OTHERS}


def currency_of(jurisdiction: str) -> str | None:
    """The currency used in a jurisdiction such as ``FR``, ``US-VT`` or ``EU``; None where this list ends."""
    return _BY_COUNTRY.get(jurisdiction.split("-", 1)[0])

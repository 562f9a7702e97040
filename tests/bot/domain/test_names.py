"""How company names are brought to a form in which they can be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import fold, normalise


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("Ford Motor Company", "FORD MOTOR"),
        ("Verizon Communications Inc.", "verizon communications"),
        ("The Coca-Cola Company", "coca cola"),
        ("Société Générale S.A.", "societe generale"),
        ("Dupont S. à r. l.", "dupont"),
        ("Dupont S.à.r.l", "dupont"),
        ("Müller & Söhne GmbH & Co. KG", "Muller and Sohne"),
        ("Merck & Co., Inc.", "Merck"),
        ("Novo Nordisk A/S", "novo nordisk"),
        ("Ørsted AS", "orsted"),
        ("Barilla S.p.A.", "barilla"),
        ("Orlen Sp. z o.o.", "orlen"),
        ("Grupo Bimbo S.A.B. de C.V.", "grupo bimbo"),
        ("BHP Group Pty. Ltd.", "bhp group"),
        ("Philips B.V.", "philips"),
        ("Nokia Oyj", "nokia"),
        ("Telia Company AB (publ)", "telia"),
        ("McDonald’s", "McDonald's"),
        ("Wistron Sdn. Bhd.", "wistron"),
    ],
)
def test_two_ways_of_writing_one_company_meet(written: str, same_as: str) -> None:
    assert normalise(written) == normalise(same_as)


@pytest.mark.parametrize("name", ["AG", "Limited", "The Limited", "S.A.", "Co", "S A", "The"])
def test_a_name_made_of_a_legal_form_alone_is_kept(name: str) -> None:
    assert normalise(name)


def test_a_legal_form_in_the_middle_is_part_of_the_name() -> None:
    assert normalise("AB Electrolux Trading") == "ab electrolux trading"


def test_folding_keeps_the_legal_form_so_that_two_mercks_stay_apart() -> None:
    assert normalise("Merck KGaA") == normalise("Merck & Co.")
    assert fold("Merck KGaA") == "merck kgaa"
    assert fold("Merck & Co.") == "merck and co"


def test_names_in_other_scripts_survive() -> None:
    assert normalise("トヨタ自動車")
    assert normalise("हिन्दुस्तान यूनिलीवर") == "हिन्दुस्तान यूनिलीवर".replace("\u094d", "")


def test_a_name_of_signs_only_is_not_lost() -> None:
    assert normalise("!!!") == "!!!"


@given(st.text(min_size=1, max_size=60))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


@given(st.text(min_size=1, max_size=60).filter(lambda name: bool(name.strip())))
def test_no_name_becomes_empty(name: str) -> None:
    assert normalise(name)


@given(
    st.text(alphabet="abcdefgh", min_size=3, max_size=10),
    st.sampled_from(["Inc.", "GmbH", "SARL", "Ltd", "S.A."]),
)
def test_a_legal_form_never_matters(stem: str, form: str) -> None:
    assert normalise(f"{stem.upper()} {form}") == normalise(stem)

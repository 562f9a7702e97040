"""Who somebody is: zone, language and country from Slack, with the workspace's where Slack knows none."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.directory import SlackDirectory, country_of, profile_of
from tests.conftest import Firm
from tests.fake_slack import FakeSlack, user


def test_zone_and_language_come_from_slack(small_firm: Firm) -> None:
    profile = profile_of(user("U1", "Ann Au", tz="Australia/Lord_Howe", locale="en-AU"), small_firm.workspace)

    assert (profile.name, profile.zone, profile.locale, profile.country) == (
        "Ann Au",
        "Australia/Lord_Howe",
        "en-AU",
        "AU",
    )


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../etc/passwd", 7])
def test_a_missing_or_unknown_zone_is_the_workspaces(small_firm: Firm, zone: Any) -> None:
    profile = profile_of(user("U1", "Ann Au", tz=zone, locale=None), small_firm.workspace)

    assert (profile.zone, profile.locale) == ("America/New_York", "en-US")


def test_a_zone_of_no_country_has_the_holidays_of_the_workspace(small_firm: Firm) -> None:
    assert profile_of(user("U1", "Ann Au", tz="Etc/UTC"), small_firm.workspace).country == "US"


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Paris", "FR"), ("America/Montreal", "CA"), ("America/Toronto", "CA"), ("Etc/UTC", "")],
)
def test_a_zone_lies_in_a_country(zone: str, country: str) -> None:
    assert country_of(zone) == country


def test_somebody_slack_does_not_know_is_nobody(small_firm: Firm) -> None:
    slack = FakeSlack()

    assert SlackDirectory(slack, lambda: small_firm.workspace).profile("U0NOBODY") is None


def test_the_nameless_are_called_by_their_id(small_firm: Firm) -> None:
    nameless = {"id": "U1", "team_id": "T0FIRM", "profile": {}}

    assert profile_of(nameless, small_firm.workspace).name == "U1"

"""Help: for the command, for unknown words, and for whoever writes to the bot."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.answers import Nothing, Post, Say
from handlers.ask import Routes
from handlers.i18n import words_for
from handlers.views.help import ROLE_TOPICS, TOPICS
from tests.conftest import Firm
from tests.handlers.conftest import HOSTILE, Visitor, said, seen

WRITTEN: dict[str, Any] = {
    "type": "message",
    "channel_type": "im",
    "channel": "D0ALICE",
    "user": "U0ALICE",
    "text": "hello",
}


@pytest.mark.parametrize("text", ["", "help", "Aide", "?"])
def test_help_names_each_command_with_an_example_and_the_settings(alice: Visitor, text: str) -> None:
    message = said(alice.types("/rapport", text))
    for topic in TOPICS:
        assert topic.example in message.text
        assert topic.example in seen(message)
    for setting in ("America/New_York", "9:00", "account manager", "English"):
        assert setting in message.text
    assert "do not know" not in message.text


def test_help_names_to_each_role_what_it_may_do(alice: Visitor, small_firm: Firm, routes: Routes) -> None:
    carla = Visitor(small_firm, small_firm.carla, routes)
    for _, topic in ROLE_TOPICS:
        assert topic.does not in seen(said(alice.types("/rapport", "help")))
        assert topic.does in seen(said(carla.types("/rapport", "help")))


def test_help_names_what_is_pressed_and_not_typed(alice: Visitor, bruno: Visitor) -> None:
    shown = seen(said(alice.types("/rapport", "help")))
    assert "“Client is waiting”, in the menu of a message or in /client" in shown
    assert "a no that you held, is noted in /client, under Concession" in shown
    assert "Le client attend" in seen(said(bruno.types("/rapport", "aide")))


def examples() -> list[tuple[str, str]]:
    topics = [*TOPICS, *(topic for _, topic in ROLE_TOPICS)]
    return [
        (lang, topic.example)
        for lang in ("en-US", "fr-FR")
        for topic in topics
        if topic.command == "/rapport"
    ]


@pytest.mark.parametrize(("locale", "example"), examples())
def test_each_example_of_rapport_is_understood(
    small_firm: Firm, routes: Routes, locale: str, example: str
) -> None:
    text = words_for(locale).say(example).removeprefix("/rapport ")
    answer = Visitor(small_firm, small_firm.carla, routes).types("/rapport", text)
    assert not isinstance(answer, Say) or "I do not know" not in answer.message.text


@pytest.mark.parametrize("text", ["frobnicate", HOSTILE])
def test_an_unknown_word_is_named_and_answered_with_help(alice: Visitor, text: str) -> None:
    answer = alice.types("/rapport", text)
    assert isinstance(answer, Say)
    assert "I do not know" in answer.message.text
    assert "<!" not in answer.message.text


def test_each_topic_is_a_command_of_the_bot_and_each_command_a_topic(routes: Routes) -> None:
    assert {topic.command for topic in TOPICS} == set(routes.commands) | {"/gift-check"}


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_an_example_begins_with_its_command_in_every_language(locale: str) -> None:
    words = words_for(locale)
    for topic in TOPICS:
        assert words.say(topic.example).startswith(f"{topic.command} ")


def test_whoever_writes_to_the_bot_is_answered_where_they_wrote(bruno: Visitor) -> None:
    answer = bruno.sends(WRITTEN)
    assert isinstance(answer, Post)
    assert "Ce que Rapport peut faire pour vous" in seen(answer.message)


@pytest.mark.parametrize(
    "event",
    [
        {**WRITTEN, "subtype": "message_changed"},
        {**WRITTEN, "bot_id": "B0BOT"},
        {**WRITTEN, "user": None},
        {**WRITTEN, "channel_type": "channel"},
    ],
)
def test_edits_bots_and_channels_are_not_answered(alice: Visitor, event: dict[str, Any]) -> None:
    assert alice.sends(event) == Nothing()

"""Workspace: health, people, defaults and the first set-up, for admins."""

from __future__ import annotations

from bot.domain.members import Member, Role
from bot.services import health, members, set_up, workspaces
from handlers import i18n
from handlers.answers import Block
from handlers.ask import Ask
from handlers.home.tabs import Contents, First, Place, Tab
from handlers.views import workspace as views


def render(ask: Ask, place: Place) -> Contents:
    return Contents(_people(ask, place) if place.chosen.get("part") == "people" else _overview(ask))


def _overview(ask: Ask) -> list[Block]:
    state = set_up.state(ask.house, ask.actor)
    return views.overview(
        workspaces.of_admin(ask.house, ask.actor),
        health.look(ask.house, ask.actor),
        None if state.finished else state,
        ask.words,
        ask.zone,
    )


def _people(ask: Ask, place: Place) -> list[Block]:
    page, find = place.chosen.get("page"), str(place.chosen.get("find") or "")
    page = page if isinstance(page, int) and 0 <= page < 10_000 else 0
    roster = members.roster(
        ask.house, ask.actor, typed=find, skip=page * views.PEOPLE_SHOWN, limit=views.PEOPLE_SHOWN
    )
    return views.people(roster, page, find, ask.words)


def first(ask: Ask) -> list[Block]:
    """For an admin before anything is set up."""
    wanted = may(ask.member) and set_up.is_wanted(ask.house, ask.actor)
    return views.first_visit(ask.words) if wanted else []


def may(member: Member) -> bool:
    return member.is_(Role.ADMIN)


TAB = Tab("workspace", i18n.message("Workspace"), may, render)
FIRST = First(first)

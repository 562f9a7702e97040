"""All the parts of the stand-in, put together once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.clock import ShiftedClock
from sandbox.delivery import Deliveries
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.http_mode import HttpDelivery
from sandbox.live import Hub
from sandbox.messages import Conversation
from sandbox.options import Options
from sandbox.people import Person, read_people
from sandbox.posting import Posting
from sandbox.socket_mode import Sockets
from sandbox.tickets import ResponseAddress, Tickets
from sandbox.views import OpenView, Views
from sandbox.workspace import Workspace

Json = dict[str, Any]


class StandIn:
    """Slack on this machine. `monotonic` and `wall` are injected by tests; both give seconds."""

    def __init__(
        self,
        options: Options,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.options = options
        self.facts = read_people(options.people_file)
        self.monotonic = monotonic
        self.clock = ShiftedClock(options.clock_file, wall)
        self.workspace = Workspace(self.facts, self.clock, monotonic, options.state_dir)
        self.tickets = Tickets(monotonic)
        self.faults = Faults()
        self.hub = Hub()
        self.views = Views(self.facts.team, self.facts.app, self.clock.timestamp)
        for person_id, given in self.workspace.homes.items():
            self.views.publish(person_id, given)
        self.transport: Sockets | HttpDelivery
        if options.request_url:
            self.transport = HttpDelivery(
                options.request_url,
                options.signing_secret,
                options.ack_limit,
                options.event_retry_delays,
                wall,
            )
        else:
            self.transport = Sockets(
                self.facts.app.id,
                self.faults,
                options.ack_limit,
                options.event_retry_delays,
                options.ping_seconds,
            )
        self.deliveries = Deliveries(self.transport, self.faults, self.clock.timestamp)
        self.events = Events(self.workspace, self.deliveries, options.events, frozenset(options.scopes))
        self.posting = Posting(self.workspace, self.hub, self.events)
        self.files = Files(
            None if options.state_dir is None else options.state_dir / "files",
            self.facts.team.id,
            options.base_url,
            self.clock.timestamp,
            monotonic,
        )
        self.complaints: list[Json] = []

    # -- what persons see -----------------------------------------------------------------------------------------

    def show_views(self, person_id: str) -> None:
        """Tells a person's screen which forms are open."""
        stack = [self.views.for_page(view) for view in self.views.stack(person_id)]
        self.hub.tell([person_id], "views", {"views": stack})

    def show_home(self, person_id: str) -> None:
        """Tells a person's screen what the Home tab has."""
        home = self.views.homes.get(person_id)
        self.hub.tell([person_id], "home", {"view": self.views.for_page(home) if home else None})

    def complain(self, where: str, faults: list[str]) -> None:
        """Notes what Slack would have refused without telling the app, and shows it on every screen."""
        complaint = {"where": where, "faults": faults}
        self.complaints.append(complaint)
        self.hub.tell(None, "complaint", complaint)

    # -- parts that many payloads share ---------------------------------------------------------------------------

    def team_of(self, person: Person) -> Json:
        """The `team` of an interaction: the team of who acted."""
        return {"id": person.team_id, "domain": self.facts.domain_of(person.team_id)}

    def user_of(self, person: Person) -> Json:
        """The `user` of an interaction."""
        return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}

    def view_of(self, view: OpenView) -> Json:
        """The `view` of an interaction."""
        return self.views.as_slack(view)

    def response_url(self, address: ResponseAddress, kind: str) -> str:
        """A working response address; `kind` is "commands" or "actions"."""
        secret = self.tickets.new_response_address(address)
        return f"{self.options.base_url}/{kind}/{self.facts.team.id}/{secret}"

    def conversation_for(self, person: Person, channel: str) -> Conversation | None:
        """The conversation of that id that the person is in; "app" means the direct message with the bot."""
        if channel == "app":
            return self.workspace.direct(person.id, self.workspace.bot_user)
        conversation = self.workspace.conversations.get(channel)
        return conversation if conversation is not None and person.id in conversation.members else None

    async def stop(self) -> None:
        """Ends what runs in the background and closes all connections."""
        await self.deliveries.stop()
        await self.transport.stop()
        self.files.close()

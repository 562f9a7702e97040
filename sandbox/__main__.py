"""`python -m sandbox`: runs the stand-in for Slack until it is interrupted."""

from __future__ import annotations

import argparse
import json
import logging
import socket
import sys
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from sandbox.options import (
    APP_TOKEN,
    BOT_TOKEN,
    DEFAULT_EVENTS,
    DEFAULT_SCOPES,
    DEMO_PEOPLE,
    ManifestFacts,
    Options,
    read_commands,
    read_manifest,
)
from sandbox.server import build


def parse(arguments: list[str]) -> Options:
    """Reads the command line. What it does not say comes from the manifest, then from the defaults."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A stand-in for Slack on this machine."
    )
    parser.add_argument("--port", type=int, default=4390)
    parser.add_argument("--people", type=Path, default=DEMO_PEOPLE, metavar="FILE.json")
    parser.add_argument(
        "--state-dir", type=Path, metavar="DIR", help="keeps messages from one start to the next"
    )
    parser.add_argument("--clock-file", type=Path, metavar="FILE", help="where the clock's offset is written")
    parser.add_argument("--bot-token", default=BOT_TOKEN, metavar="xoxb-…")
    parser.add_argument("--app-token", default=APP_TOKEN, metavar="xapp-…")
    parser.add_argument(
        "--manifest", type=Path, metavar="manifest.yml", help="commands, shortcuts, scopes, events"
    )
    parser.add_argument(
        "--commands", type=Path, metavar="FILE.json", help="commands, as the manifest lists them"
    )
    parser.add_argument("--scopes", metavar="a,b,c", help="granted scopes")
    parser.add_argument("--events", metavar="a,b,c", help="subscribed events")
    parser.add_argument(
        "--request-url", metavar="URL", help="speak to the bot over HTTP instead of Socket Mode"
    )
    parser.add_argument(
        "--signing-secret", default="", metavar="S", help="signs the requests to --request-url"
    )
    asked = parser.parse_args(arguments)
    if asked.request_url and not asked.signing_secret:
        parser.error("--request-url needs --signing-secret")
    facts = read_manifest(asked.manifest) if asked.manifest else ManifestFacts((), frozenset(), (), ())
    commands = facts.commands
    if asked.commands:
        commands = read_commands(json.loads(asked.commands.read_text(encoding="utf-8")))
    scopes = facts.scopes if asked.manifest else DEFAULT_SCOPES
    events = facts.events if asked.manifest else DEFAULT_EVENTS
    return Options(
        people_file=asked.people,
        state_dir=asked.state_dir,
        clock_file=asked.clock_file,
        port=asked.port,
        bot_token=asked.bot_token,
        app_token=asked.app_token,
        scopes=scopes if asked.scopes is None else _words(asked.scopes),
        events=events if asked.events is None else frozenset(_words(asked.events)),
        commands=commands,
        shortcuts=facts.shortcuts,
        request_url=asked.request_url,
        signing_secret=asked.signing_secret,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def main() -> None:
    """Runs until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    options = parse(sys.argv[1:])
    try:
        listening = socket.create_server((options.host, options.port))
    except OSError as error:
        sys.exit(f"The sandbox cannot listen on port {options.port}: {error.strerror}. Try another --port.")
    options = replace(options, port=listening.getsockname()[1])
    sys.stdout.write(f"Sandbox: {options.base_url}/\nWeb API: {options.base_url}/api/\n")
    sys.stdout.flush()
    web.run_app(build(options), sock=listening, print=None, access_log=None, shutdown_timeout=1.0)


if __name__ == "__main__":
    main()

"""The three rooms and their arrows, as docs/architecture.md draws them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "handlers", "storage")


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def test_no_import_goes_against_the_arrows() -> None:
    # In a process of its own: the linter configures logging anew, which would silence the loggers of later tests.
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    checked = subprocess.run(
        [sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout


def test_only_the_clock_asks_what_time_it_is() -> None:
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in ("now", "utcnow", "today"))
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
        and path != ROOT / "bot" / "clock.py"
    ]

    assert asked == []


def test_thinking_has_no_words_of_slack_or_sql() -> None:
    """Names, not prose: no identifier or literal of `bot` (the door aside) speaks of the platform or the database."""
    spoken = [
        f"{path.relative_to(ROOT)} {name}"
        for path in sources("bot/domain", "bot/services")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _names(node)
        if any(word in name.lower() for word in ("slack", "sqlalchemy", "sqlite", "postgres", "block_kit"))
    ]

    assert spoken == []


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.Name(id=name)
            | ast.Attribute(attr=name)
            | ast.FunctionDef(name=name)
            | ast.ClassDef(name=name)
        ):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.name for alias in node.names)


def test_importing_does_nothing() -> None:
    """No engine, client, thread, file or environment variable is touched by importing any module of ours."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sources(*ROOMS)
        if "migrations" not in path.parts and path.name != "__main__.py"
    ]
    probe = f"""
import sys, threading, os
opened = []
def watch(event, args):
    if event == "open" and isinstance(args[0], str) and not args[0].endswith((".py", ".pyc", ".so")):
        if "/site-packages/" not in args[0] and "/lib/python" not in args[0] and "/proc/" not in args[0]:
            opened.append(args[0])
    if event in ("socket.connect", "sqlite3.connect", "subprocess.Popen"):
        opened.append(event)
sys.addaudithook(watch)
for module in {modules!r}:
    __import__(module)
ours = [name for name in opened if name.startswith({str(ROOT)!r}) or "." in name and "/" not in name]
assert not ours, ours
assert threading.active_count() == 1, threading.enumerate()
"""
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr


def test_services_reckon_due_moments_by_the_cadences_of_the_workspace() -> None:
    """These fall back on our own intervals, and nobody who has a workspace may."""
    wanted = {"cadence_of": 3, "moments": 4, "compose": 5, "row_of": 4}
    forgotten = [
        f"{file}:{call.lineno}"
        for file in sorted((ROOT / "bot" / "services").rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in wanted
        if len(call.args) < wanted[call.func.id] and not any(word.arg == "cadences" for word in call.keywords)
    ]

    assert forgotten == []

"""`python -m bot`, and the console script `rapport`."""

from __future__ import annotations

from bot.door.commands import main

if __name__ == "__main__":
    main()

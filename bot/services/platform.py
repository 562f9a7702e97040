"""How the room that talks tells what became of a call: the failures of the ports, for those who may not import them."""

from __future__ import annotations

from bot.ports import Failed, NotLetIn, Receipt, Refused, TryLater, Unclear

__all__ = ["Failed", "NotLetIn", "Receipt", "Refused", "TryLater", "Unclear"]

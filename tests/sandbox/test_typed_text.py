"""What becomes of typed text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sandbox.messages import Named, typed_to_blocks, typed_to_markup


def names(sign: str, word: str) -> Named | None:
    """Knows @benoit and #general."""
    known = {("@", "benoit"): ("user", "U0BENOIT1"), ("#", "general"): ("channel", "C0GENERAL")}
    found = known.get((sign, word.lower()))
    return Named(found[0], found[1], word) if found else None


def test_mentions_addresses_and_entities_are_marked_up() -> None:
    typed = "Hi @benoit, see #general & https://a.example/x?y=1&z=<2>. @nobody a@benoit.example"
    assert typed_to_markup(typed, names) == (
        "Hi <@U0BENOIT1>, see <#C0GENERAL|general> &amp; <https://a.example/x?y=1&amp;z=>&lt;2&gt;. "
        "@nobody a@benoit.example"
    )


def test_a_command_names_people_by_id_and_label() -> None:
    assert typed_to_markup("for @benoit.", names, with_label=True) == "for <@U0BENOIT1|benoit>."


def test_a_typed_broadcast_is_only_text() -> None:
    assert typed_to_markup("<!channel> <@U0BENOIT1>", names) == "&lt;!channel&gt; &lt;@U0BENOIT1&gt;"


@given(st.text(max_size=400))
def test_no_typed_text_brings_its_own_markup(text: str) -> None:
    marked = typed_to_markup(text, names)
    left = re.sub(r"<(?:https?://[^<>]*|@U0BENOIT1|#C0GENERAL\|general)>", "", marked, flags=re.IGNORECASE)
    assert "<" not in left
    assert ">" not in left
    assert not re.search(r"&(?!amp;|lt;|gt;)", left)


@given(st.text(alphabet="ab@#&<> benoit.general:/hp\n", max_size=200))
def test_the_blocks_hold_every_character_that_is_no_mention(text: str) -> None:
    blocks = typed_to_blocks(text, names, "b")
    leaves = blocks[0]["elements"][0]["elements"] if blocks else []
    said = "".join(
        leaf.get("text") or leaf.get("url") or ("@benoit" if leaf["type"] == "user" else "#general")
        for leaf in leaves
    )
    assert said == text

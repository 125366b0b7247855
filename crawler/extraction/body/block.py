"""One line or paragraph of a page."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Block:
    """One line or paragraph. ``link_chars`` counts characters inside links, ``links`` are (address, anchor)."""

    text: str
    tag: str = "p"
    link_chars: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    bold: bool = False
    broken: bool = False  # ended by a <br>, not by the border of an element
    pictured: bool = False  # the first text behind a picture

    @property
    def link_share(self) -> float:
        """Share of the block's characters that are link text, 0 to 1."""
        return min(1.0, self.link_chars / len(self.text)) if self.text else 0.0

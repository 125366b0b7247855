"""Output for programs: one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from crawler.cli.printing import say


def print_json(record: Any) -> None:
    """Print a dataclass, a mapping or a list as one line of JSON; days and the like as text."""
    plain = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
    say(json.dumps(dict(plain) if isinstance(plain, Mapping) else plain, ensure_ascii=False, default=str))

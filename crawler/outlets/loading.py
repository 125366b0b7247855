"""Outlet files read and validated: the built-in registry, or what a user names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from crawler.outlets.model import Outlet
from storage.errors import OutletError

REGISTRY = Path(__file__).parent / "registry"


def read_file(path: Path) -> list[Outlet]:
    """The outlets of one TOML file. Raises ``OutletError`` naming file, outlet and key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OutletError(f"outlet file {path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise OutletError(f"outlet file {path}: is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise OutletError(f"outlet file {path}: is not TOML: {error}") from error
    tables = data["outlet"] if set(data) == {"outlet"} and isinstance(data["outlet"], list) else [data]
    outlets = []
    for number, table in enumerate(tables, 1):
        try:
            outlets.append(Outlet.model_validate(table))
        except ValidationError as error:
            label = table.get("id", f"number {number}") if isinstance(table, dict) else f"number {number}"
            raise OutletError(f"outlet file {path}, outlet {label}: {_explain(error)}") from error
    return outlets


def _explain(error: ValidationError) -> str:
    parts = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            known = ", ".join(sorted(Outlet.model_fields))
            parts.append(f"unknown key {key!r} (known keys: {known})")
        elif item["type"] == "missing":
            parts.append(f"key {key!r} is missing")
        elif not key:  # of the outlet as a whole
            parts.append(f"key {item['msg'].removeprefix('Value error, ')}")
        else:
            parts.append(f"key {key!r}: {item['msg']}")
    return "; ".join(parts)


def load(choice: str | None = None) -> list[Outlet]:
    """Outlets by a choice as given to ``-a outlets=``: ids with commas between, a TOML file, or a folder of them.

    None means the whole built-in registry. Ids are looked up in the registry. Raises ``OutletError``.
    """
    if choice is None or not choice.strip():
        return _unique(outlet for path in sorted(REGISTRY.glob("*.toml")) for outlet in read_file(path))
    path = Path(choice)
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise OutletError(f"outlets folder {path}: holds no .toml file")
        return _unique(outlet for file in files for outlet in read_file(file))
    if path.is_file() or choice.endswith(".toml"):
        return _unique(iter(read_file(path)))
    registry = {outlet.id: outlet for outlet in load()}
    wanted = [part.strip() for part in choice.split(",") if part.strip()]
    unknown = [part for part in wanted if part not in registry]
    if unknown:
        raise OutletError(
            f"unknown outlet id {', '.join(map(repr, unknown))}: neither in the registry (`scrapy outlets` lists it)"
            " nor a TOML file or folder"
        )
    return [registry[part] for part in dict.fromkeys(wanted)]


def _unique(outlets: Iterable[Outlet]) -> list[Outlet]:
    seen: dict[str, Outlet] = {}
    for outlet in outlets:
        if outlet.id in seen:
            raise OutletError(f"outlet id {outlet.id!r} is defined twice")
        seen[outlet.id] = outlet
    return list(seen.values())

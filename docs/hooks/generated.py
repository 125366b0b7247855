"""Pages of the site that are written elsewhere: README, measurements, each command's ``-h``, the fields of a record."""

from __future__ import annotations

import argparse
import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from scrapy.cmdline import ScrapyArgumentParser
from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(path.stem for path in (ROOT / "crawler" / "commands").glob("*.py") if path.stem != "__init__")
# Where a file of the project stands in the site; docs/x.md is x.md.
ELSEWHERE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
} | {f"bench/{path.name}": f"bench/{path.name}" for path in (ROOT / "bench").glob("*.md")}

_LINK = re.compile(r"(?<!!)\[([^\]\n]*(?:\n[^\]\n]*)?)\]\(([^)\s#]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Name the commands' pages in the navigation."""
    assert config.nav is not None
    for entry in config.nav:
        if "Commands" in entry:
            entry["Commands"] = [{f"scrapy {name}": f"commands/{name}.md"} for name in COMMANDS]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for source, place in ELSEWHERE.items():
        files.append(File.generated(config, place, content=(ROOT / source).read_text(encoding="utf-8")))
    for name in COMMANDS:
        files.append(File.generated(config, f"commands/{name}.md", content=_command_page(name)))
    files.append(File.generated(config, "fields.md", content=_fields_page()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Have links between files of the project lead to their pages; what has no page is named without a link."""
    place = page.file.src_uri
    source = next((source for source, other in ELSEWHERE.items() if other == place), f"docs/{place}")

    def led(found: re.Match[str]) -> str:
        words, target, anchor = found[1], found[2], found[3] or ""
        if ":" in target or place.startswith("commands/") or place == "fields.md":
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        there = ELSEWHERE.get(path, path.removeprefix("docs/") if path.startswith("docs/") else None)
        if path == "bench":
            there = "bench/README.md"
        if there is None:
            return words
        return f"[{words}]({posixpath.relpath(there, posixpath.dirname(place) or '.')}{anchor})"

    return _LINK.sub(led, markdown)


def _command_page(name: str) -> str:
    command: ScrapyCommand = load_object(f"crawler.commands.{name}.Command")()
    command.settings = Settings()
    parser = ScrapyArgumentParser(
        formatter_class=ScrapyHelpFormatter, conflict_handler="resolve", usage="", description=""
    )
    command.add_options(parser)
    description, _, example = command.long_desc().partition(" Example: ")
    lines = [f"# scrapy {name}", command.short_desc() + ".", "```sh", example, "```", _plain(description)]
    lines += ["", "```text", f"scrapy {name} {command.syntax()}", "```", ""]
    for group in parser._action_groups:
        rows = list(_options(group._group_actions))
        if rows:
            lines += [f"## {(group.title or 'options').capitalize()}", "", "| option | means |", "|---|---|", *rows, ""]
    return "\n".join(_spaced(lines))


def _spaced(lines: list[str]) -> Iterator[str]:
    """A blank line round what is no row of a table or of code."""
    for line in lines:
        yield line
        if line.startswith("# ") or line == "```" or (line.endswith(".") and not line.startswith("|")):
            yield ""


def _options(actions: list[argparse.Action]) -> Iterator[str]:
    for action in actions:
        if action.help is argparse.SUPPRESS:
            continue
        names = ", ".join(action.option_strings) or action.dest
        values = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
        value = f" {values}" if action.nargs != 0 else ""
        told = (action.help or "").replace("%default", str(action.default)).replace("%%", "%")
        yield f"| `{names}{value}` | {_plain(told)} |"


def _plain(text: str) -> str:
    """Words of a help text as Markdown: no element of HTML, no column of a table."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([<>*_|\[\]])", r"\\\1", part) for part in parts)


def _fields_page() -> str:
    schema = json.loads((ROOT / "storage" / "article.schema.json").read_text(encoding="utf-8"))
    lines = ["# The fields of a record", "", schema["description"], "", *_table(schema["properties"])]
    for name, given in schema["properties"].items():
        if inner := given.get("properties"):
            lines += ["", f"## `{name}`", "", *_table(inner)]
    return "\n".join(lines) + "\n"


def _table(properties: dict[str, Any]) -> list[str]:
    rows = ["| field | holds | means |", "|---|---|---|"]
    for name, given in properties.items():
        kinds = given.get("type", "any")
        holds = " or ".join([kinds] if isinstance(kinds, str) else kinds)
        if "enum" in given:
            holds = ", ".join("null" if value is None else f"`{value}`" for value in given["enum"])
        elif "pattern" in given:
            holds += f" like `{given['pattern']}`"
        rows.append(f"| `{name}` | {holds} | {_plain(given.get('description', ''))} |")
    return rows

"""What a person at a terminal sees of long work, and what a log gets of it: on a terminal of its own (a pty)."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from crawler.demo import Newsroom
from crawler.demo.outlets import PenaPesisir
from tests.spiders.running import ROOT, Place

ORDERS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
BAR = """
from crawler.cli.base import progress
with progress("articles judged", 200) as report:
    for number in range(0, 201, 50):
        report(number)
"""


def on_a_terminal(*command: str, columns: int = 120, **environment: str) -> tuple[int, str, str]:
    """Run a command whose standard error is a terminal; its exit code, standard output, and what the terminal got."""
    master, slave = pty.openpty()
    screen = {"TERM": "xterm", "COLUMNS": str(columns), "LINES": "30"}
    given = os.environ | screen | environment
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave, cwd=ROOT, env=given
    ) as process:
        os.close(slave)
        got = b""
        with contextlib.suppress(OSError):  # Linux tells the end of a terminal as an error
            while piece := os.read(master, 65536):
                got += piece
        os.close(master)
        assert process.stdout is not None
        out = process.stdout.read().decode()
    return process.returncode, out, got.decode(errors="replace")


def test_a_bar_says_how_long_it_will_take() -> None:
    code, _, screen = on_a_terminal(sys.executable, "-c", BAR)
    assert code == 0
    assert "articles judged" in screen
    assert re.search(r"\d+/200 .* left: (-|\d)", ORDERS.sub("", screen))


def test_without_a_terminal_there_is_no_bar() -> None:
    done = subprocess.run([sys.executable, "-c", BAR], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_crawl_is_a_table_on_a_terminal(tmp_path: Path) -> None:
    place, toml = Place.below(tmp_path), tmp_path / "outlets.toml"
    with Newsroom(sites=[PenaPesisir("127.0.0.99")], toml=toml):
        code, out, screen = on_a_terminal(*place.command(toml, "CONTACT="), CORPUS_URL=place.url)
    assert code == 0
    plain = ORDERS.sub("", screen)
    heads = [re.split(r"\s*┃\s*", line.strip("┃ \r")) for line in plain.splitlines() if "pages/min" in line]
    assert heads[0] == ["outlet", "queue", "in hand", "pages/min", "kept", "errors", "next due"]
    lines = [re.split(r"\s*│\s*", line.strip("│ \r")) for line in plain.splitlines() if "│ pena-pesisir" in line]
    assert [cells[0] for cells in lines] == ["pena-pesisir"] * len(lines)
    assert int(lines[-1][4]) == len(place.articles())
    assert "Crawling" not in out
    assert "articles kept in this run" in out


def test_a_terminal_of_few_columns_is_enough(tmp_path: Path) -> None:
    code, _, screen = on_a_terminal(sys.executable, "-c", BAR, columns=30)
    assert code == 0
    assert "articles" in screen

"""`scrapy browse`: it listens on this machine alone, and says what is wrong in a line."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request

from tests.commands.calling import call
from tests.spiders.running import ROOT, Place


def test_it_serves_until_it_is_stopped(small: Place) -> None:
    words = ["browse", "--port", "0", "-s", f"CORPUS_URL={small.url}", "-s", f"ARCHIVE_DIR={small.archive}"]
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.fullmatch(r"(http://127\.0\.0\.1:\d+/) \(Ctrl-C ends it\)\n", line)
            assert found, line
            with urllib.request.urlopen(f"{found[1]}?q=bentrokan") as answer:
                assert b"<b>5</b>" in answer.read()
        finally:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_port_that_is_taken(small: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = call("browse", "--port", str(port), place=small)
    assert said.code == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in said.error
    assert "--port" in said.error


def test_without_a_corpus(nowhere: Place) -> None:
    said = call("browse", place=nowhere)
    assert said.code == 3
    assert "there is no corpus at " in said.error


def test_it_takes_no_arguments(small: Place) -> None:
    assert call("browse", "perang", place=small).usage == "unexpected argument perang"

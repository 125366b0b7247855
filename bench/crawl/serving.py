"""Hosts on loopback that serve files: nginx where it is installed, else the demo's own server."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.demo.server import Answer, Asked, Server, Site

IN_HOUSE = "the demo's server (nginx is not installed): a limit of some 300 pages a second"


@dataclass(frozen=True, slots=True)
class Host:
    """One address and the folder it serves."""

    address: str
    port: int
    folder: Path

    @property
    def base(self) -> str:
        """Its address as URLs begin."""
        return f"http://{self.address}:{self.port}"


def hosts(folder: Path, number: int) -> list[Host]:
    """So many hosts on a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.61", 0))
        port: int = probe.getsockname()[1]
    return [Host(f"127.0.0.{61 + at}", port, folder / f"host-{at}") for at in range(number)]


@contextmanager
def serving(served: list[Host], folder: Path) -> Iterator[str]:
    """Serve for the length of the block; the server's name."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        with Server([_Files(host) for host in served], served[0].port):
            yield IN_HOUSE
        return
    conf = folder / "nginx.conf"
    conf.write_text(_configuration(served, folder), encoding="utf-8")
    process = subprocess.Popen([nginx, "-c", str(conf), "-e", str(folder / "nginx.log")])
    try:
        _wait(served[-1])
        yield "nginx"
    finally:
        process.terminate()
        process.wait()


def _wait(host: Host) -> None:
    for _ in range(100):
        try:
            socket.create_connection((host.address, host.port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nginx does not answer on {host.base}")


def _configuration(served: list[Host], folder: Path) -> str:
    temporary = " ".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    servers = "\n".join(
        f"server {{ listen {host.address}:{host.port}; root {host.folder}; gzip_static on; }}" for host in served
    )
    return (
        f"daemon off; master_process off; pid {folder}/nginx.pid; events {{ worker_connections 512; }}\n"
        f"http {{ types {{ text/html html; application/xml xml; }} charset utf-8; access_log off; {temporary}\n"
        f"keepalive_requests 100000;\n{servers}\n}}\n"
    )


class _Files(Site):
    def __init__(self, host: Host) -> None:
        super().__init__(host.address, host.address)
        self._folder = host.folder

    def answer(self, asked: Asked) -> Answer:
        path = self._folder / asked.path[1:]
        if ".." in asked.path or not path.is_file():
            return Answer(404)
        kind = "application/xml" if path.suffix == ".xml" else "text/html; charset=utf-8"
        return Answer(200, path.read_bytes(), kind=kind, encoding="gzip")

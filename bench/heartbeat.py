"""How late heartbeats come, and how much memory a crawl takes, while sitemaps of 100,000 articles are read.

    python -m bench.heartbeat [--database sqlite|postgresql] [--sitemaps N] [--project FOLDER]

Two hosts on loopback name N sitemaps of 25,000 articles each; the crawl reads them and 20 articles. The latest
heartbeat is the longest time between two changes of ``heartbeat_at``, looked at from another process; the memory is the
peak of the main process of the crawl. ``--project`` runs the code of another checkout, to compare with.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import sqlalchemy as sa

from bench.durability.work import server_database
from crawler.demo.server import Answer, Asked, Server, Site
from storage.database import Database
from storage.database.frontier_tables import urls
from storage.errors import StorageError

HERE = Path(__file__).resolve().parents[1]
PER_SITEMAP = 25_000
PAGE = "<html><head><title>Halaman</title></head><body><p>Tidak ada apa-apa di sini.</p></body></html>"


class Large(Site):
    """Sitemaps of addresses that look like articles, each with its day."""

    def __init__(self, name: str, address: str, sitemaps: int) -> None:
        super().__init__(name, address)
        self.sitemaps = sitemaps

    def answer(self, asked: Asked) -> Answer:
        if not asked.path.startswith("/peta-"):
            return Answer(404 if asked.path == "/robots.txt" else 200, PAGE.encode())
        number = asked.path.removeprefix("/peta-").removesuffix(".xml")
        lines = (
            f"<url><loc>{self.base}/2023/10/{row % 28 + 1:02}/pasukan-{number}-{row}-menyerang-kota-di-perbatasan</loc>"
            f"<lastmod>2023-10-{row % 28 + 1:02}T08:00:00+07:00</lastmod></url>\n"
            for row in range(PER_SITEMAP)
        )
        head = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        return Answer(200, f"{head}{''.join(lines)}</urlset>".encode(), kind="application/xml")

    def table(self) -> str:
        """The outlet file's table."""
        named = ", ".join(f'"{self.base}/peta-{number}.xml"' for number in range(self.sitemaps))
        return f'[[outlet]]\nid = "{self.name}"\nname = "Besar"\ndomains = ["{self.address}"]\nsitemaps = [{named}]\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--sitemaps", type=int, default=4)
    parser.add_argument("--project", type=Path, default=HERE)
    args = parser.parse_args()
    sites = [Large("satu", "127.0.0.41", args.sitemaps // 2), Large("dua", "127.0.0.42", args.sitemaps // 2)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'corpus.db'}"
        if args.database == "postgresql":
            url = stack.enter_context(server_database("heartbeat"))
        stack.enter_context(Server(sites, 0))
        toml = folder / "outlets.toml"
        toml.write_text("\n".join(site.table() for site in sites), encoding="utf-8")
        latest, peak, seconds, code = _crawl(url, toml, folder, args.project.resolve())
        db = Database.open(url)
        with db.read() as conn:
            known = conn.scalar(sa.select(sa.func.count()).select_from(urls).where(urls.c.kind == "article"))
        db.close()
    print(
        f"{args.database}: {known} articles known after {seconds:.0f} s, exit code {code}; latest heartbeat after"
        f" {latest:.1f} s; peak memory {peak:.0f} MB"
    )


def _crawl(url: str, toml: Path, folder: Path, project: Path) -> tuple[float, float, float, int]:
    command = [sys.executable, "-m", "scrapy", "crawl", "conflict_news", "-a", f"outlets={toml}", "-a", "max_pages=20"]
    environment = {**os.environ, "CORPUS_URL": url, "ARCHIVE_DIR": str(folder / "archive"), "PAGE_PROCESSES": "1"}
    with (folder / "log").open("wb") as log:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=project, env=environment, stdout=log, stderr=log)
        beat, since, latest, peak = None, began, 0.0, 0.0
        while process.poll() is None:
            time.sleep(0.1)
            peak = max(peak, _peak(process.pid))
            now = _heartbeat(url)
            if now is not None:
                if beat is not None:
                    latest = max(latest, time.monotonic() - since)
                if now != beat:
                    beat, since = now, time.monotonic()
    return latest, peak, time.monotonic() - began, process.returncode


def _heartbeat(url: str) -> float | None:
    try:
        if url.startswith("postgresql"):
            with psycopg.connect(url) as connection:
                row = connection.execute("SELECT heartbeat_at FROM runs").fetchone()
        else:
            engine = Database.connect(url, create=False)
            with engine.connect() as conn:
                row = conn.exec_driver_sql("SELECT heartbeat_at FROM runs").fetchone()
            engine.dispose()
    except (StorageError, sa.exc.DatabaseError, psycopg.Error):
        return None  # not made yet
    return None if row is None else float(row[0])


def _peak(pid: int) -> float:
    """MB, the most the process ever held."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    main()

"""What is in deploy/, as far as it can be tried without a machine to put it on."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.calling import call
from tests.spiders.running import Place

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
SECRET = re.compile(r"password|secret|token|://[^\s/]*:[^\s/]*@", re.IGNORECASE)


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def instructions() -> list[tuple[str, str]]:
    """Of the Containerfile: names and words, lines put together."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name.upper(), " ".join(words.split())) for name, _, words in (line.partition(" ") for line in lines)]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_units_are_understood_by_systemd(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text(encoding="utf-8")
        program = shutil.which("true") or "/bin/true"  # ours is not installed where the unit has it
        (tmp_path / path.name).write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={program}", text, flags=re.MULTILINE))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())], capture_output=True, text=True
    )
    ours = [line for line in said.stderr.splitlines() if "conflict-news" in line]
    assert (said.returncode, ours) == (0, [])


def test_the_service_calls_a_command_that_there_is() -> None:
    text = (DEPLOY / "systemd" / "conflict-news.service").read_text(encoding="utf-8")
    [line] = re.findall(r"^ExecStart=\S+/scrapy (.*)$", text, re.MULTILINE)
    assert line == "crawl conflict_news"
    assert "User=conflict-news" in text
    assert "EnvironmentFile=/etc/conflict-news.env" in text


def test_the_image_is_built_as_it_should_be() -> None:
    done = instructions()
    names = [name for name, _ in done]
    assert {"FROM", "USER", "HEALTHCHECK", "ENTRYPOINT", "CMD", "VOLUME"} <= set(names)
    assert "ADD" not in names  # of addresses: COPY says what it does
    assert all(re.search(r":[\w.-]+( AS \w+)?$", words) and ":latest" not in words for n, words in done if n == "FROM")
    assert [words for name, words in done if name == "USER"] == ["10001:10001"]
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    assert not [words for name, words in done if name in ("ENV", "ARG") and SECRET.search(words)]
    for name, words in done:
        if name == "COPY" and "--from" not in words:
            assert all((DEPLOY.parent / source).exists() for source in words.split()[:-1]), words
    allowed = (DEPLOY.parent / ".dockerignore").read_text(encoding="utf-8").split()
    copied = {
        source for name, words in done if name == "COPY" and "--from" not in words for source in words.split()[:-1]
    }
    assert copied == {line[1:] for line in allowed if line.startswith("!")}


def test_the_commands_of_the_image_do_what_they_say(tmp_path: Path) -> None:
    """From an empty folder and with the image's environment, as far as it is not about paths of the image."""
    [check] = [words for name, words in instructions() if name == "HEALTHCHECK"]
    line = json.loads(check.partition("CMD ")[2])
    place = Place.below(tmp_path)
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "CORPUS_URL": place.url}
    environment |= {"SCRAPY_SETTINGS_MODULE": "crawler.settings", "ARCHIVE_DIR": str(place.archive)}

    def run() -> int:
        return subprocess.run(line, env=environment, cwd=tmp_path, capture_output=True, check=False).returncode

    assert run() == 3  # there is no corpus yet
    assert call("judge", "--queue", "1", place=place).code == 3
    from storage.database import Database

    Database.open(place.url).close()
    assert run() == 0


def test_compose_starts_what_is_there() -> None:
    [compose] = documents(DEPLOY / "compose.yaml")
    crawl, database = compose["services"]["crawl"], compose["services"]["database"]
    assert (DEPLOY / crawl["build"]["context"] / crawl["build"]["dockerfile"]).is_file()
    assert crawl["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in database
    assert crawl["env_file"] == database["env_file"] == "conflict-news.env"
    known = (DEPLOY / "conflict-news.env.example").read_text(encoding="utf-8")
    assert {"CORPUS_URL", "CONTACT", "POSTGRES_PASSWORD"} == set(re.findall(r"^(\w+)=", known, re.MULTILINE))
    shell = crawl["entrypoint"][2]
    assert subprocess.run(["sh", "-n", "-c", shell]).returncode == 0
    assert shlex.split(shell)[3:6] == ["scrapy", "crawl", "conflict_news;"]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_fit_the_schema_of_kubernetes(path: Path) -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="the extra [deploy] is not installed")
    for document in documents(path):
        validate.validate(document, "1.31", strict=True)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_pods_may_do_little_and_hold_no_secret(path: Path) -> None:
    pods = [
        spec["template"]["spec"]
        for spec in (document["spec"].get("jobTemplate", document).get("spec") for document in documents(path))
        if "template" in spec
    ]
    assert pods
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert "limits" in container["resources"]
            assert "env" not in container


def test_the_cluster_s_commands_are_dask_s() -> None:
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    from click.testing import CliRunner
    from distributed.cli.dask_scheduler import main as scheduler
    from distributed.cli.dask_worker import main as worker

    for document in documents(DEPLOY / "kubernetes" / "workers.yaml"):
        for container in document["spec"].get("template", {"spec": {"containers": []}})["spec"]["containers"]:
            program, what, *words = container["command"]
            assert program == "dask"
            said = CliRunner().invoke({"scheduler": scheduler, "worker": worker}[what], [*words, "--help"])
            assert said.exit_code == 0, said.output


@pytest.mark.parametrize("path", sorted(path for path in DEPLOY.rglob("*") if path.is_file()), ids=lambda p: p.name)
def test_no_secret_is_written_down(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for _, password in re.findall(r"://([^\s/:]*):([^\s/@]*)@", text):
        assert password == "CHANGE-ME"

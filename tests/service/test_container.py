"""The container file and the compose file, as far as they can be checked without a builder; the probe."""

import json
import re
import subprocess
import sys

import pytest

pytest.importorskip("starlette", reason="starlette is not installed (extra serve)")
yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

from grooming_risk.service import probe
from grooming_risk.service.probe import is_ready
from tests.support.documents import ROOT
from tests.support.service_process import serving

TEXT = (ROOT / "Containerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def instructions():
    lines = [line for line in TEXT.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def last_stage():
    rows = instructions()
    begin = max(number for number, (name, _) in enumerate(rows) if name == "FROM")
    return rows[begin:]


def test_it_runs_as_nobody_and_writes_nowhere_else():
    stage = dict(last_stage())
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", stage["USER"])  # a number: Kubernetes checks that it is not root
    assert stage["VOLUME"] == stage["WORKDIR"] == "/data"
    assert "GROOMING_RISK_STATE=/data/" in stage["ENV"]
    assert "PYTHONDONTWRITEBYTECODE=1" in stage["ENV"]
    assert json.loads(stage["ENTRYPOINT"]) == ["grooming-risk", "serve"]
    assert stage["STOPSIGNAL"] == "SIGTERM"
    assert "HEALTHCHECK" in stage


def test_it_fetches_only_pinned_packages():
    names = [name for name, _ in instructions()]
    assert "ADD" not in names
    steps = [what for name, what in instructions() if name == "RUN"]
    assert [step for step in steps if re.search(r"curl|wget|https?:", step)] == []
    assert all("-c /src/constraints.txt" in step for step in steps if "pip install" in step)
    assert all(":latest" not in what for name, what in instructions() if name == "FROM")


def test_what_it_copies_exists_and_is_not_ignored():
    kept = [line[1:] for line in (ROOT / ".containerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    for name, what in instructions():
        if name == "COPY" and not what.startswith("--from"):
            for source in what.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(source == name or source.startswith(f"{name}/") for name in kept)
    assert (ROOT / ".dockerignore").read_bytes() == (ROOT / ".containerignore").read_bytes()


def test_compose_gives_no_more_than_is_needed():
    service, database = COMPOSE["services"]["service"], COMPOSE["services"]["database"]
    assert service["read_only"] is database["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == database["security_opt"] == ["no-new-privileges:true"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert database["networks"] == ["inside"]
    assert "ports" not in database
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert not re.search(r"PASSWORD: +[^$\s]", (ROOT / "compose.yaml").read_text("utf-8"))


def test_compose_asks_for_options_that_exist():
    from grooming_risk.cli import _parser

    command = ["serve", *COMPOSE["services"]["service"]["command"]]
    assert _parser().parse_args(command).host == "0.0.0.0"
    for line in re.findall(r"grooming-risk ((?:--[\w-]+ \S+ ?)+)$", TEXT.replace("\\\n#  ", ""), re.MULTILINE):
        _parser().parse_args(["serve", *line.split()])


def test_the_probe_imports_little():
    code = "import sys, runpy; runpy.run_path(sys.argv[1], run_name='probe'); print('grooming_risk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, probe.__file__], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.skipif("not hasattr(__import__('socket'), 'AF_UNIX')")
def test_the_probe_tells_whether_the_service_is_ready(tmp_path):
    with serving(None) as process:
        assert is_ready(str(process.path))
        process.kill()
        assert not is_ready(str(process.path))
    assert not is_ready(str(tmp_path / "nothing"))

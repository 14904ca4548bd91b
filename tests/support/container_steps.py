"""The steps of the Containerfile as a script, where there is no builder.

`python -m tests.support.container_steps FOLDER` copies and runs what the file says, below FOLDER instead of the root,
then starts the entry point as the file's user in a folder of its own, waits for the health check, scores a
conversation, and stops the service.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORT = "18437"
CHAT = {"messages": [["ana", "are you coming to the game tonight?"], ["ben", "yes, mum drives us"]]}


class Steps:
    """What a Containerfile says, below a folder."""

    def __init__(self, folder):
        self.folder = folder
        lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
        self.rows = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
        self.last = dict(self.rows)
        self.environment = dict(os.environ)

    def placed(self, text):
        """A text whose paths lie below the folder."""
        for name in ("/opt/service", "/src", "/data"):
            text = text.replace(name, str(self.folder) + name)
        return text

    def build(self):
        for name, what in self.rows:
            if name == "COPY" and not what.startswith("--from"):
                *sources, target = what.split()
                self._copy(sources, Path(self.placed(target)))
            elif name == "RUN":
                print("==", what, flush=True)
                subprocess.run(["sh", "-euc", self.placed(what)], check=True, cwd=self.folder)
            elif name == "ENV":
                for pair in shlex.split(self.placed(what)):
                    key, _, value = pair.partition("=")
                    self.environment[key] = value.replace("${PATH}", os.environ["PATH"])

    def _copy(self, sources, target):
        (target.parent if target.suffix else target).mkdir(parents=True, exist_ok=True)
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, target)

    def serve(self):
        user, group = self.last["USER"].split(":")
        as_user = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs"]
        python = self.folder / "opt" / "service" / "bin" / "python"
        if os.geteuid() or subprocess.run([*as_user, python, "-c", "pass"], capture_output=True).returncode:
            print("== the interpreter is not readable to another user: the service runs as this one")
            as_user = []
        data = self.folder / "data"
        entry = json.loads(self.last["ENTRYPOINT"])
        options = {"cwd": data, "env": {**self.environment, "GROOMING_RISK_PROBE": PORT}}
        service = subprocess.Popen([*as_user, *entry, "--port", PORT], **options)
        probe = json.loads(self.placed(self.last["HEALTHCHECK"]).partition("CMD")[2])
        until = time.monotonic() + 120
        while subprocess.run([*as_user, *probe], **options).returncode:
            assert service.poll() is None and time.monotonic() < until, "the service did not start"
            time.sleep(0.5)
        headers = {"Content-Type": "application/json"}
        address = f"http://127.0.0.1:{PORT}/v1/score"
        with urllib.request.urlopen(urllib.request.Request(address, json.dumps(CHAT).encode(), headers)) as answer:
            print("answer:", json.loads(answer.read())["results"][0]["outcome"])
        service.send_signal(getattr(signal, self.last["STOPSIGNAL"]))
        assert service.wait(60) == 0
        print("files written:", sorted(path.name for path in data.iterdir()))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    steps = Steps(folder.resolve())
    steps.build()
    steps.serve()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Ray does what the tests look at, in one process; run by tests/engines/test_ray.py."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import pyarrow
import ray
import ray.data

from grooming_risk.engines import ray as engine
from tests.support.engines import examples


def dataset(rows):
    return ray.data.from_arrow(pyarrow.Table.from_pylist(rows)).repartition(4)


def start(folder):
    """Start Ray. Its agents have fifteen seconds for it, which is too little on a very busy machine: then once more."""
    for left in range(5, -1, -1):
        try:
            ray.init(
                num_cpus=5,
                include_dashboard=False,
                log_to_driver=False,
                object_store_memory=200_000_000,
                _node_ip_address="127.0.0.1",
                _temp_dir=folder,
            )
            return
        except Exception:  # Ray raises this very class
            if not left:
                raise
            ray.shutdown()


def main(out):
    short = tempfile.mkdtemp(prefix="ray", dir="/tmp")  # paths of sockets must be short
    start(short)
    options = examples.options()
    whole = engine.score_conversations(dataset(examples.with_bad_rows()), options, actors=2)
    table = engine.score_messages(dataset(examples.messages()), options, actors=2)
    result = {"conversations": whole.take_all(), "messages": table.take_all()}
    out.write_text(json.dumps(result), encoding="utf-8")
    ray.shutdown()
    shutil.rmtree(short, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

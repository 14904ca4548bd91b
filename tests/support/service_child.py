"""A service in a process of its own, without the model: `python service_child.py SOCKET STATE [LIMITS]`.

LIMITS is a JSON object of limits; "scoring_seconds" makes every batch take that long.
"""

import json
import logging
import sys
import time
from pathlib import Path

from grooming_risk.service.application import create_application
from grooming_risk.service.options import ServiceLimits, ServiceOptions
from grooming_risk.service.server import Address, serve
from grooming_risk.service.tokens import Tokens
from grooming_risk.testing import StandInScorer


class Slow(StandInScorer):
    """Takes its time."""

    seconds = 0.0

    def encode(self, conversations):
        time.sleep(self.seconds)
        return super().encode(conversations)


def main(path, state, limits="{}"):
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    asked = json.loads(limits)
    scorer = Slow()
    seconds = asked.pop("scoring_seconds", 0.0)
    options = ServiceOptions(state=state, limits=ServiceLimits(**asked))
    application = create_application(scorer, options, Tokens([]))
    scorer.seconds = seconds
    sys.exit(0 if serve(application, Address(socket=Path(path)), options.limits) else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])

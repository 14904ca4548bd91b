"""Push a model: artefact, manifest, card and the rules of its use, into a folder or to the Hugging Face Hub.

    python -m training push ./my_repository --artifact my_artifact --card my_card/grooming-risk-v2.md
    python -m training push OWNER/NAME --artifact my_artifact --card my_card/grooming-risk-v2.md

OWNER/NAME is a repository of the Hub unless such a folder exists; a path that begins with "." or "/" is a folder. A new
repository is private unless --public is given. Nothing else is sent: no text, no path of this machine.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grooming_risk.model.artifact import BUNDLED
from training.errors import TrainingError
from training.options import UsageError, add_artifact
from training.paths import CARDS
from training.publishing.repository import write_repository

HELP = "put model, card and manifest into a folder or a repository of the Hub"
MESSAGE = "Upload model, card and manifest"
PACKAGED_CARD = CARDS / "grooming-risk-v2.md"
_HUB_ID = re.compile(r"[\w-][\w.-]{0,95}/[\w-][\w.-]{0,95}")


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What to push, and where to.

    Attributes:
        target: Folder, or identifier of a repository of the Hub.
        artifact: Folder of the artefact.
        card: File of its model card.
        public: Whether a new repository is public.
        message: Message of the commit.
    """

    target: str
    artifact: Path
    card: Path
    public: bool = False
    message: str = MESSAGE

    @property
    def folder(self) -> Path | None:
        """Folder that is written, None for the Hub."""
        path = Path(self.target).expanduser()
        is_hub = _HUB_ID.fullmatch(self.target) and not path.is_dir()
        return None if is_hub else path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("target", metavar="FOLDER-OR-HUB-ID", help="folder, or OWNER/NAME of a repository of the Hub")
    add_artifact(parser)
    parser.add_argument("--card", type=Path, help="model card of the artefact (default: the packaged model's own)")
    parser.add_argument("--public", action="store_true", help="make a new repository public")
    parser.add_argument("--message", default=MESSAGE, help="message of the commit (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Write or upload the repository, and print where it is; exit status 0."""
    card = arguments.card or (PACKAGED_CARD if arguments.artifact.resolve() == BUNDLED.resolve() else None)
    if card is None:
        raise UsageError("--card is needed: make one with `python -m training render --results FILE --into FOLDER`")
    options = PushOptions(arguments.target, arguments.artifact, card, arguments.public, arguments.message)
    print(push(options))
    return 0


def push(options: PushOptions) -> str:
    """Write the folder or upload it, and return where it is."""
    if options.folder is not None:
        write_repository(options.artifact, options.card, options.folder)
        return str(options.folder)
    with tempfile.TemporaryDirectory() as draft:
        write_repository(options.artifact, options.card, Path(draft))
        return _upload(options, Path(draft))


def _upload(options: PushOptions, folder: Path) -> str:
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled

    api = HfApi()
    try:
        api.create_repo(options.target, private=not options.public, exist_ok=True)
        done = api.upload_folder(repo_id=options.target, folder_path=folder, commit_message=options.message)
    except (HfHubHTTPError, LocalTokenNotFoundError, OfflineModeIsEnabled, httpx.HTTPError, OSError) as error:
        reason = type(error).__name__
    else:
        return str(done.commit_url)
    raise TrainingError(
        f"{options.target} could not be pushed ({reason}); check the connection, log in with `hf auth login`, and see "
        "that you may write to this repository; or push to a folder and upload that"
    )

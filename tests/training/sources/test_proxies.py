"""Public conversations: splits by person, dialogue and source, and the packaged ones of a fresh clone."""

import json
import zipfile

from training.sources.proxies import benign_lines, load_lines, load_proxies


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


def test_lines_are_spread_evenly_over_the_file_order(tmp_path):
    for source in ("tatoeba_lines", "xed_subtitle_lines"):
        (tmp_path / source).mkdir()
        messages = [{"author": "A", "text": f"{source} {n}", "timestamp": None} for n in range(10)]
        (tmp_path / source / "data.jsonl").write_text(json.dumps({"lang": "es-Latn", "messages": messages}))
    found = load_lines(tmp_path, 5)
    assert [text for _, text in found] == [
        "tatoeba_lines 0",
        "tatoeba_lines 4",
        "tatoeba_lines 8",
        "xed_subtitle_lines 2",
        "xed_subtitle_lines 6",
    ]
    assert {language for language, _ in found} == {"es"}
    assert load_lines(tmp_path, 0) == load_lines(None, 5) == []


def test_single_lines_are_in_one_split_each(tmp_path):
    for source in ("tatoeba_lines", "xed_subtitle_lines"):
        (tmp_path / source).mkdir()
        messages = [{"author": "A", "text": f"line {n}", "timestamp": None} for n in range(500)]
        rows = [json.dumps({"lang": language, "messages": messages}) for language in ("es-Latn", "de")]
        (tmp_path / source / "data.jsonl").write_text("\n".join(rows))
    parts = [benign_lines(tmp_path, split, ["es"]) for split in ("train", "calibration", "test")]
    assert [language for part in parts for language, _ in part] == ["es"] * 500
    assert sorted(text for part in parts for _, text in part) == sorted(f"line {n}" for n in range(500))
    assert 300 < len(parts[0]) < 400 and all(50 < len(part) < 100 for part in parts[1:])
    assert benign_lines(None, "train", ["es"]) == []

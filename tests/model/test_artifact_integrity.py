"""Every way to change an artefact is refused before anything but its manifest is parsed.

Most tests damage copies of the tiny artefact, which the library reads by the same code as the shipped one.
"""

import builtins
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys

import onnxruntime
import pytest
import tokenizers

from grooming_risk import RiskScorer
from grooming_risk.cli import main
from grooming_risk.errors import ArtifactIntegrityError
from grooming_risk.model import artifact as artifact_module
from grooming_risk.model.artifact import BUNDLED, Artifact
from grooming_risk.model.manifest import FILES, NAME, canonical, read_verified, write_manifest
from grooming_risk.model.onnx_session import open_session

onnx = pytest.importorskip("onnx")
KEY = b"a key of the tests only"
CHAT = [("a", "see you at practice tomorrow"), ("b", "yes, bring the ball please")] * 4
FLIPS = 12  # byte positions tried in each file, besides its first and last
PATIENCE = 60  # seconds after which something hangs
PROCESSES = 8


class NoParser:
    """Stands where a parser was; whoever reaches for it has read what was not verified."""

    def __getattr__(self, name):
        raise AssertionError("a parser was called before the artefact was refused")

    __call__ = __getattr__


@pytest.fixture
def no_parser(monkeypatch):
    """Every parser but that of the manifest fails the test when it is called."""
    monkeypatch.setattr(artifact_module, "json", NoParser())
    monkeypatch.setattr(onnxruntime, "InferenceSession", NoParser())
    monkeypatch.setattr(tokenizers, "Tokenizer", NoParser())


@pytest.fixture
def opened(monkeypatch):
    """Names of the files that are opened, in order; what is put into `before` happens first."""
    names, really_open = [], builtins.open

    def recorded(path, *arguments, **options):
        name = getattr(path, "name", None)
        if name in (*FILES, NAME):
            names.append(name)
            before.pop(name, lambda: None)()
        return really_open(path, *arguments, **options)

    before = {}
    monkeypatch.setattr(builtins, "open", recorded)
    return names, before


@pytest.fixture
def no_hanging():
    if not hasattr(signal, "SIGALRM"):  # Windows, which has no pipe or device to hang on either
        yield
        return

    def hangs(*_):
        raise AssertionError("reading the artefact hangs")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def flip(path, position, bit):
    with path.open("r+b") as stream:
        stream.seek(position)
        (byte,) = stream.read(1)
        stream.seek(position)
        stream.write(bytes([byte ^ bit]))


def manifest_of(folder):
    return json.loads((folder / NAME).read_bytes())


def rewrite(folder, **changes):
    """A manifest that agrees with itself, as somebody who knows its format would write it."""
    (folder / NAME).write_bytes(canonical({**manifest_of(folder), **changes}))


def test_the_bundled_artefact_is_whole():
    content, files, digest = read_verified(BUNDLED)
    assert set(files) == set(FILES) == set(content["files"])
    assert {path.name for path in BUNDLED.iterdir()} == {*FILES, NAME}
    assert len(digest) == 64


def test_the_parsers_are_the_ones_that_an_artefact_needs(no_parser):
    """Else the tests below would prove nothing."""
    with pytest.raises(AssertionError, match="parser"):
        Artifact()


@pytest.mark.parametrize("copy", ["artifact_copy", pytest.param("bundled_copy", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", [*FILES, NAME])
def test_every_flipped_byte_is_refused(request, no_parser, copy, name):
    folder = request.getfixturevalue(copy)
    path, digest = folder / name, read_verified(folder)[2]
    size = path.stat().st_size
    source = random.Random(name)
    for position in [0, size - 1, *(source.randrange(size) for _ in range(FLIPS))]:
        bit = 1 << source.randrange(8)
        flip(path, position, bit)
        with pytest.raises(ArtifactIntegrityError):
            Artifact(folder)
        flip(path, position, bit)
    assert read_verified(folder)[2] == digest


@pytest.mark.parametrize("name", [*FILES, NAME])
def test_a_file_that_is_missing_renamed_longer_shorter_or_empty_is_refused(artifact_copy, no_parser, name):
    path, data = artifact_copy / name, (artifact_copy / name).read_bytes()
    for content in (b"", data[:-1], data[: len(data) // 2], data + b"\0", data + data[-1:]):
        path.write_bytes(content)
        with pytest.raises(ArtifactIntegrityError, match=name.replace(".", r"\.")):
            Artifact(artifact_copy)
    path.unlink()
    with pytest.raises(ArtifactIntegrityError, match="cannot be read"):
        Artifact(artifact_copy)
    for other in (name.upper(), f"{name} ", f"{name}.bak", f".{name}"):
        path.with_name(other).write_bytes(data)
        with pytest.raises(ArtifactIntegrityError, match="does not belong"):
            Artifact(artifact_copy)
        path.with_name(other).unlink()


def test_two_files_that_changed_places_are_refused(artifact_copy, no_parser):
    one, other = artifact_copy / "encoder.onnx", artifact_copy / "window_model.onnx"
    one.rename(artifact_copy / "aside")
    other.rename(one)
    (artifact_copy / "aside").rename(other)
    with pytest.raises(ArtifactIntegrityError, match="onnx"):
        Artifact(artifact_copy)


def link_to_a_file(path):
    path.symlink_to(BUNDLED / FILES[0])


def link_to_a_folder(path):
    path.symlink_to(BUNDLED)


def link_to_nothing(path):
    path.symlink_to(path.parent / "nothing")


def link_to_itself(path):
    path.symlink_to(path)


def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as opened:
        here = os.open(".", os.O_RDONLY)
        try:  # the name of a socket is short, and pytest's folders are long
            os.chdir(path.parent)
            opened.bind(path.name)
        finally:
            os.fchdir(here)
            os.close(here)


def endless_device(path):
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("only the system's administrator makes devices")


STRANGE = [
    link_to_a_file,
    link_to_a_folder,
    link_to_nothing,
    link_to_itself,
    os.mkdir,
    *([os.mkfifo, unix_socket, endless_device] if os.name == "posix" else []),
]


@pytest.mark.parametrize("make", STRANGE, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["extra", FILES[0], NAME])
def test_what_is_no_plain_file_is_refused(artifact_copy, no_parser, no_hanging, make, name):
    path = artifact_copy / name
    path.unlink(missing_ok=True)
    make(path)
    with pytest.raises(ArtifactIntegrityError, match="not a regular file"):
        Artifact(artifact_copy)


@pytest.mark.parametrize("make", STRANGE, ids=lambda make: make.__name__)
def test_what_takes_the_place_of_a_file_after_it_was_looked_at_is_refused(
    artifact_copy, no_parser, no_hanging, opened, make
):
    def swap():
        (artifact_copy / FILES[0]).unlink()
        make(artifact_copy / FILES[0])

    opened[1][NAME] = swap  # the folder has been looked at by then
    with pytest.raises(ArtifactIntegrityError, match=FILES[0]):
        Artifact(artifact_copy)


def test_a_folder_may_be_reached_through_a_link(tmp_path):
    """Its content is what counts: installations keep `current` beside their versions."""
    (tmp_path / "current").symlink_to(BUNDLED)
    assert Artifact(tmp_path / "current").digest == Artifact().digest


def test_each_file_is_read_once_and_what_is_parsed_is_what_was_verified(artifact_copy, opened):
    expected = RiskScorer(artifact_copy, digest_key=KEY).score(CHAT)
    scorer = RiskScorer(artifact_copy, digest_key=KEY)
    opened[0].clear()
    _ = scorer.artifact
    assert sorted(opened[0]) == sorted([*FILES, NAME])
    for name in FILES:
        (artifact_copy / name).write_bytes(b"changed after it was verified")
    shutil.rmtree(artifact_copy)
    assert scorer.score(CHAT) == expected


ENTRY = {"bytes": 1, "sha256": "0" * 64}
PATHS = [
    "../encoder.onnx",
    "../../etc/passwd",
    "/etc/passwd",
    "..\\encoder.onnx",
    "C:\\encoder.onnx",
    "c:encoder.onnx",
    "\\\\host\\share\\encoder.onnx",
    "encoder.onnx\0.json",
    "./encoder.onnx",
    "sub/encoder.onnx",
    "Encoder.onnx",
    "encoder.onnx ",
    "encoder.onnx.",
    "encoder.onnx::$DATA",
    "",
    ".",
    "manifest.json",
    "ｅncoder.onnx",
]


@pytest.mark.parametrize("path", PATHS, ids=ascii)
@pytest.mark.parametrize("instead", [False, True], ids=["added", "instead"])
def test_no_name_in_a_manifest_becomes_a_path(artifact_copy, no_parser, opened, path, instead):
    files = manifest_of(artifact_copy)["files"]
    if instead:
        files[path] = files.pop("encoder.onnx")
    else:
        files[path] = ENTRY
    rewrite(artifact_copy, files=files)
    with pytest.raises(ArtifactIntegrityError, match=r"manifest\.json was changed"):
        Artifact(artifact_copy)
    assert opened[0] == [NAME]


@pytest.mark.parametrize(
    "files",
    [
        {},
        None,
        [],
        "x",
        dict.fromkeys(FILES),
        {name: {} for name in FILES},
        dict.fromkeys(FILES, 7),
        *({name: {**ENTRY, "bytes": size} for name in FILES} for size in (-1, True, 1.0, "1", None, 10**18)),
    ],
    ids=ascii,
)
def test_files_that_no_manifest_names_so_are_refused(artifact_copy, no_parser, files):
    rewrite(artifact_copy, files=files)
    with pytest.raises(ArtifactIntegrityError):
        Artifact(artifact_copy)


@pytest.mark.parametrize("number", [1, 2, 4, 10**30, 0, -1])
def test_another_format_is_refused_with_what_to_do(artifact_copy, no_parser, number):
    rewrite(artifact_copy, format=number)
    with pytest.raises(ArtifactIntegrityError, match="install the version that matches"):
        Artifact(artifact_copy)


@pytest.mark.parametrize("number", ["1", 1.0, True, None, [1], {"1": 1}, float("nan")], ids=repr)
def test_a_format_that_is_no_number_is_refused(artifact_copy, no_parser, number):
    rewrite(artifact_copy, format=number)
    with pytest.raises(ArtifactIntegrityError, match="reinstall"):
        Artifact(artifact_copy)


@pytest.mark.parametrize(
    "changes",
    [
        {"extra": 1},
        {"provenance": {"loss": float("nan")}},
        {"provenance": {"loss": float("-inf")}},
        {"model_version": "1\x1b[2J"},
        {"model_version": "1\n2"},
        {"model_version": "1 \u202e2"},
        {"model_version": ""},
        {"model_version": "1" * 65},
        {"model_version": 1},
        {"model_version": None},
    ],
    ids=repr,
)
def test_a_manifest_holds_what_it_should_and_nothing_else(artifact_copy, no_parser, changes):
    rewrite(artifact_copy, **changes)
    with pytest.raises(ArtifactIntegrityError, match=r"manifest\.json (was changed|is damaged)"):
        Artifact(artifact_copy)


def test_an_entry_of_a_manifest_has_a_size_and_a_digest_only(artifact_copy, no_parser):
    files = manifest_of(artifact_copy)["files"]
    rewrite(artifact_copy, files={**files, "masking.json": {**files["masking.json"], "url": "elsewhere"}})
    with pytest.raises(ArtifactIntegrityError, match=r"manifest\.json was changed"):
        Artifact(artifact_copy)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda text: text.replace('"format": 3,', '"format": 1,\n  "format": 3,'),
        lambda text: text.replace('"format": 3,', '"format": 3,\n  "format": 3,'),
        lambda text: text.replace('"encoder.onnx": {', '"encoder.onnx": {},\n    "encoder.onnx": {'),
        lambda text: text.replace('"encoder.onnx"', '"\\u0065ncoder.onnx"'),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n",
        lambda text: text + "{}",
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: json.dumps(json.loads(text)),
        lambda text: text.replace('"format": 3', f'"format": {"1" * 5000}'),
        lambda text: text.replace('"format": 3', f'"format": 3, "padding": "{"x" * 500_000}"'),
    ],
    ids=range(12),
)
def test_a_manifest_has_one_spelling(artifact_copy, no_parser, spelling):
    text = (artifact_copy / NAME).read_text("utf-8")
    changed = spelling(text)
    assert changed != text
    (artifact_copy / NAME).write_text(changed, "utf-8", newline="")
    with pytest.raises(ArtifactIntegrityError, match=r"manifest\.json"):
        Artifact(artifact_copy)


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b"7", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"format": 3}'])
def test_a_manifest_that_is_none_is_refused(artifact_copy, no_parser, data):
    (artifact_copy / NAME).write_bytes(data)
    with pytest.raises(ArtifactIntegrityError, match="damaged"):
        Artifact(artifact_copy)


@pytest.mark.parametrize("name", ["encoder.onnx", "window_model.onnx", "tokenizer.json"])
def test_a_swapped_part_that_fits_its_manifest_but_no_runtime_is_refused(artifact_copy, name):
    (artifact_copy / name).write_bytes(b"neither a network nor JSON")
    write_manifest(artifact_copy, "1", {})
    with pytest.raises(ArtifactIntegrityError, match="cannot read"):
        _ = RiskScorer(artifact_copy).artifact


def network_with_weights_in(name):
    weights = onnx.TensorProto(name="w", data_type=onnx.TensorProto.UINT8, dims=[4], data_location="EXTERNAL")
    weights.external_data.add(key="location", value=name)
    output = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.UINT8, [4])
    graph = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["w"], ["y"])], "g", [], [output], [weights])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def test_a_network_reads_no_file_of_its_own(tmp_path, monkeypatch):
    """The manifest would not know of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights").write_bytes(b"here")
    model = network_with_weights_in("weights")
    (found,) = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {})
    assert found.tobytes() == b"here"  # as onnxruntime does when it is left alone
    for name in ("weights", str(tmp_path / "weights"), "../weights", f"../{tmp_path.name}/weights"):
        with pytest.raises(ArtifactIntegrityError, match="cannot read"):
            open_session(network_with_weights_in(name))


@pytest.mark.parametrize("name", ["encoder.onnx", "window_model.onnx"])
def test_the_networks_are_whole_and_hold_nothing_but_known_operations(name):
    model = onnx.load(BUNDLED / name, load_external_data=False)
    assert not any(onnx.external_data_helper.uses_external_data(tensor) for tensor in model.graph.initializer)
    assert {node.domain for node in model.graph.node} <= {"", "ai.onnx", "com.microsoft"}  # all in onnxruntime itself


def test_numbers_that_make_no_sense_are_refused(artifact_copy):
    path = artifact_copy / "taxonomy.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "labels": content["labels"][::-1]}))
    write_manifest(artifact_copy, "1", {})
    with pytest.raises(ArtifactIntegrityError, match="install the version"):
        Artifact(artifact_copy)


def test_a_changed_artefact_scores_nothing_and_verify_names_the_file(artifact_copy, no_parser, capsys):
    flip(artifact_copy / "window_model.onnx", 100, 1)
    with pytest.raises(ArtifactIntegrityError, match=r"window_model\.onnx"):
        RiskScorer(artifact_copy).score(CHAT)
    assert main(["verify", "--artifact", str(artifact_copy)]) == 3
    assert "window_model.onnx" in capsys.readouterr().err


def test_a_folder_that_is_missing_or_closed_is_refused(tmp_path, artifact_copy, monkeypatch):
    for folder in (tmp_path / "nowhere", tmp_path / "nul\0", artifact_copy / NAME):
        with pytest.raises(ArtifactIntegrityError, match="does not exist"):
            Artifact(folder)

    def closed(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", closed)
    with pytest.raises(ArtifactIntegrityError, match="Permission denied"):
        Artifact(artifact_copy)


def test_processes_that_load_it_at_once_report_the_same(tiny_artifact):
    code = (
        "import json, pathlib, sys\n"
        "from grooming_risk import RiskScorer\n"
        "sys.stdin.readline()\n"
        f"scorer = RiskScorer(pathlib.Path(sys.argv[1]), digest_key={KEY})\n"
        "print(scorer.score(json.loads(sys.argv[2])).to_json())\n"
    )
    command = [sys.executable, "-c", code, str(tiny_artifact), json.dumps(CHAT)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    for process in started:  # they wait for this line, and then load all at once
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0] * PROCESSES
    assert answers == {RiskScorer(tiny_artifact, digest_key=KEY).score(CHAT).to_json() + "\n"}

"""Files, folders and zips that mean harm: each is a named error or is read within its limits, and nothing hangs."""

import io
import os
import signal
import socket
import stat
import struct
import tempfile
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grooming_risk.errors import GroomingRiskError, InputTooLargeError, UnsupportedFormatError
from grooming_risk.readers import read_file
from grooming_risk.readers.base import stores
from grooming_risk.readers.base.export import Export
from grooming_risk.readers.base.work import ExportLimits
from tests.support.examples import examples
from tests.support.export_damage import CANARY, check_error, check_reading

LINE = f'{{"messages": [["a", "{CANARY}"]]}}\n'
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def in_time():
    """What waits for a writer of a pipe would wait for ever."""

    def late(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.chdir(folder)
    yield
    assert list(folder.iterdir()) == []


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def changed_zip(path, change, members=None):
    """A zip whose list of members is changed: `change` takes and gives bytes of the list."""
    data = zipped(path, members or {"x.jsonl": LINE}).read_bytes()
    end = data.rindex(b"PK\5\6")
    size, start = struct.unpack("<II", data[end + 12 : end + 20])
    listed = change(data[start : start + size])
    count = listed.count(b"PK\1\2")
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, min(count, 65_535), min(count, 65_535), len(listed), start, 0)
    path.write_bytes(data[:start] + listed + tail)
    return path


def peak_megabytes(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


def refused(call, says, error=UnsupportedFormatError):
    with pytest.raises(error, match=says) as caught:
        call()
    check_error(caught.value)


# Sizes.


@pytest.mark.parametrize("shape", ["file", "zip"])
@pytest.mark.parametrize("read", [lambda export: export.read(), lambda export: list(export.lines())])
def test_bytes_are_counted_to_the_last_one(tmp_path, shape, read):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"x" * 9_999 + b"\n")
    if shape == "zip":
        path = zipped(tmp_path / "x.zip", {"x.jsonl": path.read_bytes()})
    read(Export(path, ExportLimits(member_bytes=10_000, streamed_bytes=10_000, total_bytes=10_000)))
    refused(
        lambda: read(Export(path, ExportLimits(member_bytes=9_999, streamed_bytes=9_999))),
        "9,999 bytes",
        InputTooLargeError,
    )
    refused(lambda: read(Export(path, ExportLimits(total_bytes=9_999))), "9,999 bytes", InputTooLargeError)


def test_bytes_of_all_members_are_counted(tmp_path):
    export = Export(zipped(tmp_path / "x.zip", {"a": "x" * 600, "b": "x" * 600}), ExportLimits(total_bytes=1_000))
    export.read("a")
    refused(lambda: export.read("b"), "1,000 bytes", InputTooLargeError)


def test_a_bomb_is_refused_within_little_memory(tmp_path):
    path = zipped(tmp_path / "x.zip", {"x.jsonl": b"\0" * 100 * MEGABYTE})
    assert path.stat().st_size < MEGABYTE
    limits = ExportLimits(member_bytes=2 * MEGABYTE, streamed_bytes=2 * MEGABYTE)

    def attempt():
        refused(lambda: Export(path, limits).read(), "over", InputTooLargeError)
        refused(lambda: list(Export(path, limits).lines()), "over", InputTooLargeError)

    assert peak_megabytes(attempt) < 30


def test_a_bomb_in_a_bomb_is_a_member_like_others(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"x.jsonl": LINE}).read_bytes()
    refused(lambda: list(read_file(zipped(tmp_path / "x.zip", {"inner.zip": inner}))), "no known format")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_zipfile_unpacks_without_bound_are_refused(tmp_path, method):
    path = zipped(tmp_path / "x.zip", {"x.jsonl": b"\0" * 20 * MEGABYTE}, method)
    assert peak_megabytes(lambda: refused(lambda: list(read_file(path)), "unsupported compression")) < 5


def test_an_unknown_method_is_refused(tmp_path):
    path = changed_zip(tmp_path / "x.zip", lambda listed: listed[:10] + b"\x61\0" + listed[12:])
    refused(lambda: list(read_file(path)), "unsupported compression")


@pytest.mark.parametrize("size", [0, 1, 5, 10**6, 2**32 - 2])
@pytest.mark.parametrize("field", [20, 24])
def test_sizes_that_lie(tmp_path, size, field):
    path = changed_zip(
        tmp_path / "x.zip",
        lambda listed: listed[:field] + struct.pack("<I", size) + listed[field + 4 :],
        {"x.jsonl": LINE * 100},
    )
    assert peak_megabytes(lambda: check_reading(path)) < 30


def test_overlapping_members_cost_no_more_than_the_limit(tmp_path):
    """As in David Fifield's zip bombs: a thousand members share one kernel of 5 MB."""

    def many(listed):
        entries = []
        for number in range(1_000):
            name = f"{number:07d}".encode()
            entries.append(listed[:28] + struct.pack("<H", len(name)) + listed[30:46] + name + listed[46 + 7 :])
        return b"".join(entries)

    path = changed_zip(tmp_path / "x.zip", many, {"0000000": LINE * 100_000})
    limits = ExportLimits(total_bytes=20 * MEGABYTE)
    export = Export(path, limits)
    assert len(export.names) == 1_000
    read = 0
    for name in export.names:
        try:
            read += len(export.read(name))
        except GroomingRiskError as error:
            check_error(error)
    assert read <= 20 * MEGABYTE


def test_a_list_of_too_many_members_is_refused_before_it_takes_memory(tmp_path):
    path = changed_zip(tmp_path / "x.zip", lambda listed: listed * 300_000)
    assert path.stat().st_size > 10 * MEGABYTE
    limits = ExportLimits(members=1_000)
    assert peak_megabytes(lambda: refused(lambda: Export(path, limits), "more than 1,000", InputTooLargeError)) < 25


def test_a_list_that_claims_to_be_long_is_refused_before_it_takes_memory(tmp_path):
    path = zipped(tmp_path / "x.zip", {"x.jsonl": LINE})
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\5\6")
    for size in (2**31, 2**32 - 1):
        data[end + 12 : end + 16] = struct.pack("<I", size)
        path.write_bytes(data)
        assert peak_megabytes(lambda: refused(lambda: Export(path), "zip|files", GroomingRiskError)) < 5


@pytest.mark.slow
def test_a_hundred_thousand_members(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.bin"), b"")
    path = tmp_path / "x.zip"
    path.write_bytes(stream.getvalue())
    assert len(Export(path).names) == 100_000
    refused(lambda: Export(path, ExportLimits(members=99_999)), "99,999", InputTooLargeError)
    refused(lambda: read_file(path), "no known format")


def test_a_folder_of_too_many_files(tmp_path):
    for number in range(11):
        (tmp_path / f"{number}.txt").touch()
    assert len(Export(tmp_path, ExportLimits(members=11)).names) == 11
    refused(lambda: Export(tmp_path, ExportLimits(members=10)), "more than 10", InputTooLargeError)


# Names.


@pytest.mark.parametrize(
    "name",
    [
        "../x.jsonl",
        "a/../../x.jsonl",
        "/x.jsonl",
        "//x/y.jsonl",
        "C:/x.jsonl",
        "C:x.jsonl",
        "..\\x.jsonl",
        "\\x.jsonl",
        "a\\..\\..\\x.jsonl",
        "\\\\?\\C:\\x.jsonl",
    ],
)
def test_names_that_lead_out(tmp_path, name):
    refused(lambda: Export(zipped(tmp_path / "x.zip", {name: LINE})), "points outside")


ODD_NAMES = ["con", "NUL.jsonl", "x" * 60_000, "\u00fc\U0001f600/\u202ex.jsonl", "a//b.jsonl", "./x.jsonl", "x\n.jsonl"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_only_names(tmp_path, name):
    (item,) = read_file(zipped(tmp_path / "x.zip", {name: LINE}))
    assert len(item.conversation) == 1


def test_a_nul_in_a_name(tmp_path):
    path = zipped(tmp_path / "x.zip", {"xZ../y": LINE})
    path.write_bytes(path.read_bytes().replace(b"xZ../y", b"x\0../y"))
    check_reading(path)
    refused(lambda: Export(tmp_path / "x\0y"), "NUL")


def test_a_member_without_a_name(tmp_path):
    path = zipped(tmp_path / "x.zip", {"y": LINE})
    path.write_bytes(path.read_bytes().replace(b"y", b"\0"))
    refused(lambda: Export(path), "points outside")


def test_links_in_a_zip(tmp_path):
    info = zipfile.ZipInfo("x.jsonl")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    refused(lambda: Export(zipped(tmp_path / "x.zip", {info: "/etc/passwd"})), "points outside")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("x.jsonl", LINE)
        archive.writestr("x.jsonl", LINE)
    refused(lambda: Export(tmp_path / "x.zip"), "two members")


def test_what_systems_leave_beside_files_is_left_out(tmp_path):
    members = {"x.jsonl": LINE, "__MACOSX/._x.jsonl": LINE, ".DS_Store": "x", "a/.git/config": "x"}
    assert Export(zipped(tmp_path / "x.zip", members)).names == ("x.jsonl",)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        archive.extractall(tmp_path / "folder")
    assert Export(tmp_path / "folder").names == ("x.jsonl",)


@pytest.mark.parametrize(
    ("names", "root"),
    [
        (["a.json"], "."),
        (["x/a.json", "x/y/b.json", "__MACOSX/x/._a.json", ".DS_Store"], "x"),
        (["x/y/a.json", "x/y/b.json"], "x/y"),
        (["x/a.json", "y/b.json"], "."),
        ([".hidden"], "."),
    ],
)
def test_the_folder_that_holds_an_export(tmp_path, names, root):
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert str(Export(tmp_path).root()) == root


# Damage.


def test_a_locked_zip(tmp_path):
    path = changed_zip(tmp_path / "x.zip", lambda listed: listed[:8] + b"\1\0" + listed[10:])
    refused(lambda: Export(path), "password")


def test_a_wrong_checksum(tmp_path):
    path = changed_zip(tmp_path / "x.zip", lambda listed: listed[:16] + b"\0\0\0\0" + listed[20:])
    refused(lambda: list(read_file(path, "jsonl")), "damaged")


def test_a_zip_cut_off_anywhere(tmp_path):
    data = zipped(tmp_path / "good.zip", {"x.jsonl": LINE, "y.bin": "x"}).read_bytes()
    for length in range(len(data)):
        path = tmp_path / "x.zip"
        path.write_bytes(data[:length])
        refused(lambda path=path: list(read_file(path)), r"x\.zip")


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_zip_with_any_bytes_changed(tmp_path, changes):
    data = bytearray(zipped(tmp_path / "good.zip", {"x.jsonl": LINE, "y.bin": "x"}).read_bytes())
    for at, byte in changes:
        data[at % len(data)] = byte
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    check_reading(path)
    check_reading(path, "jsonl")


# Folders and things that are no files.


def special(path, kind):
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
    else:
        path.symlink_to(kind)
    return path


SPECIAL = ["fifo", "socket", "/dev/zero", "/dev/stdin"]


@pytest.mark.parametrize("kind", SPECIAL)
def test_a_path_that_is_no_file(tmp_path, kind, monkeypatch):
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    refused(lambda: Export(special(tmp_path / "x", kind)), "neither|cannot be opened")
    (tmp_path / "x").unlink()


@pytest.mark.parametrize("kind", [*SPECIAL, "x.jsonl", "..", "nowhere"])
def test_a_folder_with_what_is_no_file(tmp_path, kind):
    (tmp_path / "x.jsonl").write_text(LINE)
    special(tmp_path / "y", kind)
    export = Export(tmp_path)
    assert export.names == ("x.jsonl",)
    assert export.read() == LINE.encode()


def test_a_folder_that_holds_itself(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "a" / "x.jsonl").write_text(LINE)
    assert Export(tmp_path).names == ("a/x.jsonl",)


def test_a_link_as_the_path_is_followed(tmp_path):
    (tmp_path / "x.jsonl").write_text(LINE)
    (tmp_path / "y").symlink_to("x.jsonl")
    assert len(list(read_file(tmp_path / "y"))) == 1
    (tmp_path / "loop").symlink_to("loop")
    refused(lambda: Export(tmp_path / "loop"), "cannot be opened")


@pytest.mark.parametrize("kind", [None, *SPECIAL, "../secret"])
def test_a_file_that_becomes_something_else(tmp_path, kind):
    (tmp_path / "secret").write_text(LINE)
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "x.jsonl"
    path.write_text(LINE)
    export = Export(folder)
    path.unlink()
    if kind:
        special(path, kind)
    for call in (export.read, export.head, lambda: list(export.lines())):
        refused(call, "cannot be opened")


def test_a_file_that_shrinks_and_one_that_grows(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(LINE * 10_000)
    lines = Export(path).lines()
    next(lines)
    os.truncate(path, 0)
    assert len(list(lines)) < 10_000
    path.write_text(LINE)
    lines = Export(path, ExportLimits(streamed_bytes=MEGABYTE)).lines()
    path.write_text(LINE * 30_000)
    refused(lambda: list(lines), "over", InputTooLargeError)


def test_what_may_not_be_read(tmp_path, monkeypatch):
    """By a file system that refuses: these tests may run as root, whom permissions do not stop."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.jsonl").write_text(LINE)
    export = Export(tmp_path)

    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(stores.os, "open", refuse)
    refused(export.read, "Permission denied")
    refused(lambda: Export(tmp_path / "a" / "x.jsonl"), "Permission denied")
    listed = os.scandir
    monkeypatch.setattr(stores.os, "scandir", lambda path: refuse(path) if str(path).endswith("a") else listed(path))
    refused(lambda: Export(tmp_path), "a folder that cannot be opened")


def test_a_device_that_fails_while_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "x.jsonl"
    path.write_text(LINE)
    export = Export(path)

    class Failing(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(stores, "_regular", lambda path, follow: Failing())
    for call in (export.read, export.head, lambda: list(export.lines())):
        refused(call, "damaged|cannot be opened")


# Lines.


def lines_of(tmp_path, data):
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    return list(Export(path).lines())


def test_mixed_ends(tmp_path):
    data = "a\r\nb\n\r\n\nc\rd\x0be\x85f g\r\r\nh".encode()
    assert lines_of(tmp_path, data) == ["a", "b", "", "", "c\rd\x0be\x85f g\r", "h"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert lines_of(tmp_path, mark + "ä😀\r\nb\n".encode(encoding)) == ["ä😀", "b"]


@pytest.mark.parametrize(
    "data",
    [
        f"{CANARY}\nä".encode("utf-16")[:-1],
        f"{CANARY}\n😀".encode("utf-16")[:-2],
        b"\xff\xfe\0\xdcx\0",
        CANARY.encode() + b"\n\xff",
        CANARY.encode() + b"\xed\xa0\x80",
        "😀".encode()[:-1],
    ],
)
def test_halves_of_characters(tmp_path, data):
    refused(lambda: lines_of(tmp_path, data), "line [12] is not UTF-8")
    refused(lambda: list(read_file(tmp_path / "x.txt", "jsonl")), "not UTF-8")


def test_a_line_without_end(tmp_path):
    data = b"x" * 20_000_000
    assert len(lines_of(tmp_path, data[:-1])[0]) == 19_999_999
    refused(lambda: lines_of(tmp_path, data), "line 1 has over", InputTooLargeError)

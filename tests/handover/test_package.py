"""The package: its files, its seals, and that it is there whole or not at all."""

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grooming_risk.errors import InvalidOptionError, PackageError, UnknownCountryError
from grooming_risk.handover import PackageOptions, TextScope, package_files, read_case, verify_bag, write_package
from grooming_risk.handover.bag import digest_of
from grooming_risk.handover.readme import readme
from tests.support.handover_fixture import MINIMUM, SOURCE, TEXTS, case

PAYLOAD = {
    "summary.html",
    "summary.txt",
    "messages.csv",
    "case.json",
    "cybertip-draft.xml",
    "cybertip-file-details.xml",
}
BESIDE = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "README.txt"}


@pytest.fixture
def package(tmp_path):
    return write_package(case(), tmp_path / "package", PackageOptions(country="ES", zipped=True))


def test_it_holds_what_it_should(package):
    assert set(package.files) == {*BESIDE, *(f"data/{name}" for name in PAYLOAD)}
    assert {path.relative_to(package.folder).as_posix() for path in package.folder.rglob("*") if path.is_file()} == set(
        package.files
    )
    assert read_case(package.folder) == read_case(package.archive) == case()


def test_bagit_validates_it(package):
    found = bagit.Bag(str(package.folder))
    found.validate()
    assert found.info["External-Identifier"] == "2026-17"
    assert found.info["Bagging-Date"] == "2026-03-02"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_sha256sum_checks_it(package):
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(["sha256sum", "-c", "--strict", manifest], cwd=package.folder, capture_output=True)
        assert done.returncode == 0, done.stderr


def test_the_same_input_gives_the_same_bytes(package, tmp_path):
    (tmp_path / "again").mkdir()
    again = write_package(case(), tmp_path / "again" / "package", PackageOptions(country="spain", zipped=True))
    assert again.digest == package.digest
    assert again.archive.read_bytes() == package.archive.read_bytes()
    assert package_files(case(), PackageOptions(country="ES")) == {
        name: (package.folder / name).read_bytes() for name in package.files
    }


def test_it_is_for_its_owner_only(package):
    for path in (package.folder, package.archive, *package.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    with zipfile.ZipFile(package.archive) as archive:
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100600}


def test_the_digest_is_that_of_the_tag_manifest(package):
    sealed = (package.folder / "tagmanifest-sha256.txt").read_bytes()
    assert package.digest == hashlib.sha256(sealed).hexdigest()
    assert package.digest == digest_of(package_files(case(), PackageOptions(country="ES")))
    for path in (package.folder, package.archive):
        check = verify_bag(path)
        assert check.valid and check.digest == package.digest and check.files == 11


def test_no_draft_where_something_required_is_missing():
    assert "data/cybertip-draft.xml" not in package_files(case(MINIMUM))
    assert "data/cybertip-file-details.xml" not in package_files(case(scope=TextScope.NONE))


def test_names_that_somebody_chose_stay_on_their_line():
    from dataclasses import replace

    hostile = "Ltd\nPayload-Oxum: 1.1\u202e"
    answers = {**MINIMUM, "reporter": {"organization": hostile}}
    source = replace(SOURCE, name="../../<b>\u202efdp.json")
    files = package_files(case(answers, source=source))
    lines = files["bag-info.txt"].decode().splitlines()
    assert lines[0] == "Source-Organization: Ltd Payload-Oxum: 1.1[U+202E]" and len(lines) == 6
    assert "<b>" not in files["data/summary.html"].decode() and "[U+202E]" in files["data/summary.txt"].decode()
    assert all(name.startswith("data/") or "/" not in name for name in files)


# Verification


@pytest.mark.parametrize("name", sorted({*BESIDE, *(f"data/{name}" for name in PAYLOAD)}))
def test_a_flipped_byte_is_found(package, name):
    path = package.folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    check = verify_bag(package.folder)
    assert not check.valid
    assert check.digest == package.digest or name == "tagmanifest-sha256.txt"


@pytest.mark.parametrize("name", sorted({*BESIDE, *(f"data/{name}" for name in PAYLOAD)}))
def test_a_removed_or_renamed_file_is_found(package, name):
    path = package.folder / name
    moved = path.with_name("renamed.txt")
    path.rename(moved)
    renamed = verify_bag(package.folder)
    moved.unlink()
    removed = verify_bag(package.folder)
    assert not renamed.valid and not removed.valid
    assert any(Path(name).name in problem for problem in removed.problems)


@pytest.mark.parametrize("name", ["data/extra.txt", ".hidden", "data/.hidden", "data/deep/er.txt", "note.txt"])
def test_an_added_file_is_found(package, name):
    path = package.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert any("added or renamed" in problem for problem in verify_bag(package.folder).problems)


def test_files_that_change_places_are_found(package):
    one, other = (package.folder / "data" / name for name in ("summary.html", "summary.txt"))
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    assert len(verify_bag(package.folder).problems) == 2


def test_links_and_other_archives_are_refused(package, tmp_path):
    (package.folder / "data" / "link").symlink_to("/etc/passwd")
    with pytest.raises(PackageError, match="link or a special file"):
        verify_bag(package.folder)
    odd = tmp_path / "odd.zip"
    with zipfile.ZipFile(odd, "w") as archive:
        archive.writestr("one/a", "x")
        archive.writestr("two/b", "x")
    with pytest.raises(PackageError, match="does not contain exactly one folder"):
        verify_bag(odd)
    odd.write_bytes(b"PK\x03\x04 nothing more")
    with pytest.raises(PackageError, match="cannot be read"):
        verify_bag(odd)
    with pytest.raises(PackageError, match="cannot be read"):
        verify_bag(tmp_path / "absent")


def test_a_changed_zip_is_found(package):
    content = package.archive.read_bytes()
    place = content.index(b"do not tell your mum")
    package.archive.write_bytes(content[:place] + b"D" + content[place + 1 :])
    with pytest.raises(PackageError, match="damaged"):
        verify_bag(package.archive)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=40), max_size=6))
def test_any_folder_is_checked_without_a_crash(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("any")
    for number, (name, content) in enumerate(files.items()):
        try:
            (folder / name).write_bytes(content)
        except (OSError, ValueError):
            (folder / f"f{number}").write_bytes(content)
    assert not verify_bag(folder).valid
    for problem in verify_bag(folder).problems:
        assert problem.isascii()


# Written whole or not at all


def test_what_exists_is_not_touched(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "mine").write_text("mine")
    with pytest.raises(PackageError, match="package exists already"):
        write_package(case(), folder)
    assert [path.name for path in tmp_path.rglob("*")] == ["package", "mine"]
    (tmp_path / "other.zip").write_text("mine")
    with pytest.raises(PackageError, match=r"other\.zip exists already"):
        write_package(case(), tmp_path / "other", PackageOptions(zipped=True))
    assert not (tmp_path / "other").exists()
    with pytest.raises(PackageError, match="make the folder first"):
        write_package(case(), tmp_path / "absent" / "package")


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("failing", range(14))
def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, failing, zipped):
    count = 0
    real = os.fsync

    def full(number):
        nonlocal count
        count += 1
        if count == failing + 1 and stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(number)

    monkeypatch.setattr(os, "fsync", full)
    try:
        write_package(case(), tmp_path / "package", PackageOptions(zipped=zipped))
    except PackageError as error:
        assert "No space left on device" in str(error) and "free space" in str(error)
        assert list(tmp_path.iterdir()) == []
    else:
        assert verify_bag(tmp_path / "package").valid


def test_a_full_disk_is_met_in_that_test(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PackageError, match="No space left"):
        write_package(case(), tmp_path / "package")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_package(case(), tmp_path / "package", PackageOptions(zipped=True))
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_named(tmp_path):
    (tmp_path / "package.incomplete").mkdir()
    with pytest.raises(PackageError, match=r"package\.incomplete was left by an interrupted run; delete it"):
        write_package(case(), tmp_path / "package")


def test_unknown_languages_and_countries_are_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InvalidOptionError, match="use one of en, es"):
        write_package(case(), tmp_path / "package", PackageOptions(language="xx"))
    with pytest.raises(UnknownCountryError, match="grooming-risk channels"):
        write_package(case(), tmp_path / "package", PackageOptions(country="Atlantis"))
    assert list(tmp_path.iterdir()) == []


def test_the_readme_speaks_at_least_ten_languages():
    text = readme()
    assert text.count("== ") >= 10 and text.count("sha256sum -c manifest-sha256.txt") >= 10
    for name in ("English", "español", "العربية", "हिन्दी", "русский"):
        assert name in text


def test_a_package_without_text_holds_none():
    files = package_files(case(scope=TextScope.NONE), PackageOptions(language="ar"))
    whole = b"\n".join(files.values()).decode()
    for word in (*(text for text in TEXTS if len(text) > 6), "Anna", "anna_x", "anna.other", "chat.json"):
        assert word not in whole, word

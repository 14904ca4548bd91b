"""Workflows, issue forms and the check of releases."""

import importlib.util
import re
import shutil

import pytest

from tests.support.documents import ROOT

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted((GITHUB / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))


def name_of(path):
    return path.name


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_actions_are_pinned_by_digest_and_name_their_version(path):
    used = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_workflows_have_few_rights_and_end(path):
    workflow = read(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 180, name
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), f"{name}: pass values to a shell by its environment"
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


def test_every_supported_python_is_tested_on_every_system():
    test = read(GITHUB / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert test["python"] == re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    assert f'requires-python = ">={test["python"][0]}"' in project
    assert {system.split("-")[0] for system in test["system"]} == {"ubuntu", "macos", "windows"}


def test_only_the_publishing_job_may_publish():
    jobs = read(GITHUB / "workflows" / "release.yml")["jobs"]
    assert [name for name, job in jobs.items() if job["permissions"].get("id-token") == "write"] == ["publish"]
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert "password" not in (GITHUB / "workflows" / "release.yml").read_text(encoding="utf-8").split("no password")[1]


@pytest.mark.parametrize("path", FORMS, ids=name_of)
def test_forms_ask_for_a_promise(path):
    form = read(path)
    promises = [part for part in form["body"] if part["type"] == "checkboxes"]
    options = [option for part in promises for option in part["attributes"]["options"]]
    assert options and all(option["required"] for option in options)
    assert len({part["id"] for part in form["body"] if "id" in part}) == len(form["body"]) - 1


def test_the_form_for_misdetections_forbids_real_chats():
    form = read(GITHUB / "ISSUE_TEMPLATE" / "3_misdetection.yml")
    assert "Do not paste a real chat" in form["body"][0]["attributes"]["value"]
    parts = {part.get("id"): part for part in form["body"]}
    assert parts["example"]["attributes"]["label"] == "Made-up minimal example"
    assert parts["example"]["validations"]["required"]


def test_nobody_opens_an_issue_without_a_form():
    config = read(GITHUB / "ISSUE_TEMPLATE" / "config.yml")
    assert config["blank_issues_enabled"] is False
    assert config["contact_links"][0]["url"].endswith("/security/advisories/new")


def test_code_owners_own_what_exists():
    for line in (GITHUB / "CODEOWNERS").read_text(encoding="utf-8").splitlines():
        pattern = line.split()[0] if line and not line.startswith("#") else "*"
        assert pattern == "*" or (ROOT / pattern.strip("/")).exists(), pattern


@pytest.fixture
def release_check():
    spec = importlib.util.spec_from_file_location("release_check", GITHUB / "release_check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path):
    """What the check reads, ready for release 1.2.3."""
    for name in ("grooming_risk/artifact_v3/manifest.json", "model_cards/CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "grooming_risk" / "version.py").write_text('__version__ = "1.2.3"\n', encoding="utf-8")
    (tmp_path / "CITATION.cff").write_text("version: 1.2.3\n", encoding="utf-8")
    changelog = "# Changelog\n\n## 1.2.3 (2027-01-31)\n\n- A change.\n\n## 1.2.2 (2027-01-01)\n\n- Another.\n"
    (tmp_path / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    return tmp_path


def test_a_release_that_agrees_with_itself(release_check, tree, artifact):
    assert release_check.problems("v1.2.3", tree) == []
    notes = release_check.notes("1.2.3", tree)
    assert notes.startswith("- A change.\n") and "Another" not in notes
    assert artifact.digest in notes and artifact.model_version in notes


@pytest.mark.parametrize(
    ("tag", "name", "content", "said"),
    [
        ("1.2.3", "CITATION.cff", "version: 1.2.3\n", "form vX.Y.Z"),
        ("v1.2.4", "CITATION.cff", "version: 1.2.4\n", "version.py says 1.2.3"),
        ("v1.2.3", "CITATION.cff", "version: 1.2.2\n", "CITATION.cff"),
        ("v1.2.3", "CHANGELOG.md", "## 1.2.3 (unreleased)\n\n- A change.\n", "CHANGELOG.md"),
        ("v1.2.3", "CHANGELOG.md", "## 1.2.3 (2027-01-31)\n\n## 1.2.2 (2027-01-01)\n", "CHANGELOG.md"),
        ("v1.2.3", "model_cards/CHANGELOG.md", "", "section of model"),
    ],
)  # fmt: skip
def test_a_release_that_does_not(release_check, tree, tag, name, content, said):
    (tree / name).write_text(content, encoding="utf-8")
    assert any(said in problem for problem in release_check.problems(tag, tree))


def test_library_and_citation_have_one_version(release_check):
    assert f"\nversion: {release_check.library_version()}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {release_check.library_version()} (" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

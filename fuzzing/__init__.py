"""Fuzzing with atheris (libFuzzer): `python -m fuzzing [NAME...] --seconds N --workers W`.

It is a package beside `training/`, not part of `tests/`, because it is a program that runs for hours and has its own
dependency (`pip install -e ".[fuzz]"`). The inputs that showed a fault are kept in `tests/fuzz_cases/`; the tests
replay them without atheris.

| step | module | what it holds |
|---|---|---|
| judge | `oracle` | which errors are allowed, and where message text must not appear |
| check | `targets` (`reader_targets`, `core_targets`) | one check for each target; it raises when a promise is broken |
| pack | `members` | one input as a file, a folder or a zip |
| start | `seeds`, `words` | first inputs, and words to insert into them |
| mutate | `mutation` | inputs changed as JSON, lines or members, to get past the parser |
| collect | `findings` | one case for each fault, minimized |
| run | `worker` | atheris on one target; the only module that imports it |
| manage | `runs`, `__main__` | several workers, restarted after a hang; the summary |
"""

"""Fuzzing with atheris (libFuzzer): `python -m fuzzing [NAME...] --seconds N --workers W`.

It stands beside `training/` and not below `tests/`: it is a program that runs for hours and needs a dependency of its
own (`pip install -e ".[fuzz]"`). What it found stays in `tests/fuzz_cases/` and is replayed by the tests without it.

| step | module | what it holds |
|---|---|---|
| judge | `oracle` | which errors are allowed, where text must not be |
| try | `targets` (`reader_targets`, `core_targets`) | one check a target: raises where a promise is broken |
| pack | `members` | one input as a file, a folder or a zip |
| begin | `seeds`, `words` | inputs to begin with, words to put into them |
| change | `mutation` | inputs changed as JSON, lines or members, to get past the parser |
| catch | `findings` | one case for each fault, made small |
| run | `worker` | atheris on one target; the only module that imports it |
| manage | `runs`, `__main__` | workers side by side, started again after a hang; summary |
"""

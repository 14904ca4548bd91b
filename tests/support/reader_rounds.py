"""What the tests of many readers share: round trips through the writers, and damage of the fixtures."""

import shutil

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from grooming_risk.conversation import speaker_name
from grooming_risk.readers import read_file
from tests.support.export_damage import check_reading, damaged, files_below, on_disk
from tests.support.exported_conversations import conversations, times_by
from tests.support.writers import writer_of

ON_DISK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
ANY_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)
LINES = (
    st.text("abcdefg 😀.,!?'\"-é<&>", min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(str.strip)
)


def said(item):
    """The name, kind and text of each message."""
    return [(item.speakers[message.speaker], message.kind.value, message.text) for message in item.conversation]


def at(item):
    """The times of the messages, to the minute."""
    return [message.sent_at and f"{message.sent_at:%Y-%m-%d %H:%M}" for message in item.conversation]


def check_round_trip(data, name, path, texts, step, kinds, chosen=None, options=None, speakers=8):
    """A conversation that a writer wrote is read as it was."""
    conversation = data.draw(
        conversations(
            texts,
            times=times_by(step, most=10**6),
            kinds=kinds,
            in_order=True,
            distinct=True,
            most=6,
            speakers=speakers,
        )
    )
    names = {speaker_name(number): f"Person {number}" for number in range(8)}
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    writer_of(name)(conversation, path, names, "17")
    (item,) = read_file(path, chosen, options)
    assert item.conversation == conversation
    assert item.speakers == {speaker: names[speaker] for speaker in item.speakers}


def check_damage(data, name, root, *words):
    """A damaged fixture gives results that hold together, or a named error without text."""
    path = data.draw(st.sampled_from(sorted((root / "tests" / "exports" / name).iterdir())))
    files = files_below(path, *words)
    with on_disk(data.draw(damaged(files)), path.name) as damaged_path:
        check_reading(damaged_path)
        check_reading(damaged_path, name)

"""Damage to exports made of lines, and what must hold of whatever a reader makes of them."""

import json
from copy import deepcopy

from hypothesis import strategies as st

from grooming_risk.errors import GroomingRiskError
from grooming_risk.readers import ExportedConversation, UnreadableConversation, read_file
from grooming_risk.report import speaker_name

CANARY = "KANARIENVOGEL"


@st.composite
def damaged_lines(draw, export):
    """Bytes of an export with some lines dropped, doubled, swapped or broken, and some bytes changed or cut off."""
    lines = export.split(b"\n")
    for _ in range(draw(st.integers(0, 4))):
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        change = draw(st.sampled_from(["drop", "double", "swap", "break", "insert"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[other])
        elif change == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "break":
            cut = draw(st.integers(0, len(lines[at])))
            lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
        else:
            lines.insert(
                at,
                draw(
                    st.one_of(
                        st.binary(max_size=40), st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
                    )
                ),
            )
    data = bytearray(b"\n".join(lines))
    for _ in range(draw(st.integers(0, 4))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))]) if draw(st.booleans()) else bytes(data)


_ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**400), st.floats(), st.text(max_size=5), st.just("9" * 5_000),
    st.just([]), st.just({}), st.just([[CANARY]]), st.just({"text": {"body": {"x": CANARY}}}),
)  # fmt: skip


@st.composite
def damaged_json_lines(draw, rows):
    """Bytes of JSON lines with some nodes dropped, replaced or of another type."""
    rows = json.loads(json.dumps(rows))
    for _ in range(draw(st.integers(1, 4))):
        holder, key = draw(st.sampled_from(list(_places(rows))))
        if draw(st.booleans()):
            holder[key] = deepcopy(draw(_ODD))
        else:
            del holder[key]
        if not rows:
            break
    return "\n".join(json.dumps(row) for row in rows).encode()


def _places(node):
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], (dict, list)):
            yield from _places(node[key])


def check_named_errors(path, data, format_name):
    """Whatever the file holds: conversations that keep their invariants, or the library's errors without its text."""
    path.write_bytes(data)
    try:
        found = list(read_file(path, format_name))
    except GroomingRiskError as error:
        _without_text(error)
        return
    for item in found:
        if isinstance(item, UnreadableConversation):
            _without_text(item.error)
            continue
        assert isinstance(item, ExportedConversation)
        assert CANARY not in repr(item) and not any(CANARY in warning for warning in item.warnings)
        assert set(item.speakers) == {speaker_name(number) for number in range(len(item.speakers))}
        for message in item.conversation:
            assert message.speaker in item.speakers
            assert bool(message.text.strip()) == message.kind.carries_text
            assert message.sent_at is None or message.sent_at.tzinfo is not None


def _without_text(error):
    chain, seen = error, []
    while chain is not None:
        seen.append(str(chain))
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    assert not any(CANARY in text for text in seen)

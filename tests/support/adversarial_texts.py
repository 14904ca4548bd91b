"""Long texts made from a pattern's own syntax, and how long the pattern takes over them.

It imports nothing but the standard library, since each child imports it.
"""

import functools
import operator
import re
import time
from re import _constants, _parser


def samples(tree):
    """Return one short text for each branch of a parsed pattern, as far as it can be spelled."""
    texts = [""]
    for operation, argument in tree:
        parts = parts_of(operation, argument)
        texts = [text + part for text in texts[:6] for part in parts[:6]] if parts else texts
    return texts


def parts_of(operation, argument):
    name = str(operation)
    if name == "LITERAL":
        return [chr(argument)]
    if name == "NOT_LITERAL":
        return ["a" if argument != ord("a") else "b"]
    if name == "IN":
        return [text for kind, value in argument for text in members(str(kind), value)] or ["a"]
    if name == "ANY":
        return ["a"]
    if name == "BRANCH":
        return [text for branch in argument[1] for text in samples(branch)]
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = argument
        counts = {least, min(max(least, 1), 40), 3 if most is _constants.MAXREPEAT or most >= 3 else most}
        return [text * count for count in sorted(counts) for text in samples(inner)]
    if name == "SUBPATTERN":
        return samples(argument[3])
    if name == "ATOMIC_GROUP":
        return samples(argument)
    if name == "GROUPREF":
        return [" ", "a"]
    return []


def members(kind, value):
    if kind == "LITERAL":
        return [chr(value)]
    if kind == "RANGE":
        return [chr(value[0]), chr(value[1])]
    return {
        "CATEGORY_DIGIT": ["1"],
        "CATEGORY_SPACE": [" ", "\n"],
        "CATEGORY_WORD": ["a", "_"],
        "CATEGORY_NOT_WORD": [":"],
        "CATEGORY_NOT_SPACE": ["a"],
        "CATEGORY_NOT_DIGIT": ["a"],
    }.get(str(value), ["a", " ", "1", "."])


def adversarial(pattern, flags, length):
    spelled = samples(_parser.parse(pattern, flags & ~re.DEBUG))
    as_text = [text for text in spelled if text]
    letters = sorted({character for text in as_text for character in text})
    nearly = [text[:-1] for text in as_text if len(text) > 1] + [text[0] + text[-1] for text in as_text]
    pieces = ["a", " ", ":", "1", "1 ", "\n", "a.", "@a", *as_text[:16], *nearly[:12], *letters[:12]]
    for piece in dict.fromkeys(pieces):
        for tail in ("", "\x00"):
            yield (piece * (length // len(piece))) + tail


def run_all(patterns, length, limit, results):
    """Put (place, processor seconds of the slowest text) of each pattern into a queue; leave one at the limit."""
    for place, (pattern, flags) in patterns.items():
        compiled_pattern = re.compile(pattern, flags)
        replacing = functools.partial(compiled_pattern.subn, operator.methodcaller("group"))
        worst = 0.0
        for text in adversarial(pattern, flags, length):
            subject = text.encode("latin-1", "replace") if isinstance(pattern, bytes) else text
            worst = max(worst, *(seconds(act, subject, limit) for act in (compiled_pattern.fullmatch, replacing)))
            if worst > limit:
                break
        results.put((place, worst))


def seconds(act, subject, limit):
    """Return the processor time, the shorter of two where the first was over the limit."""
    taken = []
    while len(taken) < 2 and (not taken or taken[0] > limit):
        started = time.process_time()
        act(subject)
        taken.append(time.process_time() - started)
    return min(taken)

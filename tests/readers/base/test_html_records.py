"""The quick way of reading common tags gives what the standard library's gives."""

import re

from hypothesis import given
from hypothesis import strategies as st

from grooming_risk.readers.base import html_records as module
from grooming_risk.readers.base.html_records import Node, html_records

NEVER = re.compile(r"(?!)")
PIECES = st.sampled_from(
    [
        *("<div>", '<div class="a b">', "</div>", "<DIV>", '<div class="a&amp;b">', "<div class=a>", '<div id="x">'),
        *("<br>", "<br/>", "</br>", "<tr>", "<td>", "</td>", "</tr>", "</ td>", "</td >", "<td", "</td", "<", ">"),
        *("<script>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>"),
        *("<!-- x -->", "<!doctype html>", "text", " ", "\n", "é", '"', "<svg>", "</svg>", "<p>", "</p>", "&lt;"),
    ]
)


def tree(node):
    if isinstance(node, str):
        return node
    return node.tag, node.attributes, node.classes, [tree(child) for child in node.children]


def trees(page, size):
    data = page.encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    found = html_records(chunks, "x", lambda tag, _: tag == "div")
    return [tree(node) for node in found]


@given(st.lists(PIECES, max_size=30), st.sampled_from([3, 1_000]))
def test_common_tags_are_read_as_the_standard_library_reads_them(pieces, size):
    page = "<div>" + "".join(pieces)
    quick = trees(page, size)
    start, end = module._START, module._END
    module._START = module._END = NEVER
    try:
        assert trees(page, size) == quick
    finally:
        module._START, module._END = start, end


def test_common_tags_take_the_quick_way(monkeypatch):
    monkeypatch.setattr("html.parser.HTMLParser.parse_starttag", None)
    monkeypatch.setattr("html.parser.HTMLParser.parse_endtag", None)
    (record,) = html_records([b'<div class="pam _a6-g"><div>hi</div></div>'], "x", lambda tag, _: tag == "div")
    assert isinstance(record, Node) and record.classes == ("pam", "_a6-g") and record.text() == "hi"

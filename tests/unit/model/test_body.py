"""Bodies: what a person reads, and what is harmless to write; hostile, huge and broken HTML included."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calpair.model.body import MAX_CHARACTERS, Body


def html(content: str) -> Body:
    return Body(content, html=True)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", ""),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("<b>bo</b>ld", "bold"),
        ("a\n  b", "a b"),
        ("a&nbsp;b &amp; c &lt; d &#8364; &eacute;", "a b & c < d € é"),
        ("<p>one</p>\n\n\n\n<p>&nbsp;</p><p></p><p>two</p>", "one\n\ntwo"),
        ("<html><head><title>not this</title><style>p{}</style></head><body>this</body></html>", "this"),
        ("before<script>alert('x')</script>after", "beforeafter"),
        ("<a href='https://a.test/'>link</a>", "link"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<!-- comment --><!DOCTYPE html>words", "words"),
        ("<b>never closed", "never closed"),
        ("</p></div>closed first", "closed first"),
    ],
)
def test_what_a_person_reads_of_html(content: str, text: str) -> None:
    assert html(content).text() == text


@pytest.mark.parametrize(
    ("content", "text"), [("a\r\nb", "a\nb"), ("  a  ", "a"), ("<b>", "<b>"), ("a  b\n\n\n\nc", "a  b\n\n\n\nc")]
)
def test_text_is_read_as_it_stands(content: str, text: str) -> None:
    assert Body(content).text() == text


@pytest.mark.parametrize(
    ("content", "is_html"),
    [
        ("plain words", False),
        ("1 < 2 and 3 > 2", False),
        ("mail <ana@a.test>", False),
        ("AT&T", False),
        ("a &amp; b", True),
        ("&#39;", True),
        ("line<br>line", True),
        ("<P CLASS='x'>words</P>", True),
        ('<a href="https://a.test">link</a>', True),
    ],
)
def test_a_field_that_may_hold_either_is_told_apart(content: str, is_html: bool) -> None:
    assert Body.guess(content) == Body(content, is_html)


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        (Body("a < b & c\nd"), "a &lt; b &amp; c<br>d"),
        (Body('"quoted"'), '"quoted"'),
        (html("<p>kept <b>bold</b></p>"), "<p>kept <b>bold</b></p>"),
        (html("<h1>title</h1><table><tr><td>cell</td></tr></table>"), "titlecell"),
        (html('<p style="color:red" onclick="x()" class="y">words</p>'), "<p>words</p>"),
        (html('<a href="https://a.test/" target="_blank">link</a>'), '<a href="https://a.test/">link</a>'),
        (html('<a href="javascript:alert(1)">link</a>'), "<a>link</a>"),
        (html('<a href="JaVaScRiPt:alert(1)">link</a>'), "<a>link</a>"),
        (html('<a href="data:text/html,x">link</a>'), "<a>link</a>"),
        (html('<a href="mailto:ana@a.test">mail</a>'), '<a href="mailto:ana@a.test">mail</a>'),
        (html("<img src=x onerror=alert(1)>after"), "after"),
        (html("<svg><script>alert(1)</script></svg>after"), "after"),
        (html("<script>alert(1)</script>after"), "after"),
        (html("<iframe src='https://evil.test'></iframe>after"), "after"),
        (html("<meta http-equiv=refresh content=0><base href='//evil.test'>after"), "after"),
        (html("<!--[if IE]><script>x</script><![endif]-->after"), "after"),
    ],
)
def test_what_is_written_is_harmless_and_says_the_same(body: Body, markup: str) -> None:
    assert body.markup() == markup


def test_two_spellings_of_the_same_words_are_alike() -> None:
    assert html("<p>one  two</p><p>three</p>").alike() == Body("one two\n\nthree").alike() == "one two three"


HOSTILE = {
    "deep": "<div>" * 20_000 + "x",
    "unclosed": "<p" * 20_000,
    "entities": "&amp;" * 20_000,
    "bad entities": "&#xfffffff;&#0;&bogus;&" * 2_000,
    "comments": "<!--" * 20_000,
    "quotes": '<a href="' * 5_000,
    "silent": "<script>" * 5_000 + "x",
    "silent closed": "</script>" * 5_000 + "x",
    "newlines": "\n" * 50_000 + "<br>" * 5_000,
    "null": "a\x00<b>b\x00</b>",
    "cdata": "<![CDATA[" * 2_000 + "x",
    "declaration": "<!DOCTYPE x [<!ENTITY a 'b'>]>" * 500 + "&a;",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_html_costs_little_and_breaks_nothing(name: str) -> None:
    started = time.process_time()
    body = html(HOSTILE[name])
    assert "<script" not in body.markup()
    body.text()
    body.alike()
    assert time.process_time() - started < 5


def test_a_huge_body_is_cut_before_it_is_parsed() -> None:
    body = html("x" * MAX_CHARACTERS + "never read")
    assert len(body.text()) == MAX_CHARACTERS
    assert "never read" not in body.markup()


def test_an_unclosed_style_swallows_what_a_browser_would_swallow() -> None:
    assert html("<style>p {} visible?").text() == ""


@given(st.text(alphabet="<>/&;ab \n!-\"'=px#", max_size=60))
def test_no_input_is_too_strange(content: str) -> None:
    body = html(content)
    again = html(body.markup())
    assert again.markup() == body.markup()
    assert body.alike() == " ".join(body.text().split())
    assert Body.guess(content).content == content

"""Bodies in Google's one field for text and HTML."""

import pytest

from calpair.google.mapping.description import LIMIT, MARKER, written
from calpair.model.body import Body


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (Body(""), ""),
        (Body("  Two\r\nlines  "), "Two\nlines"),
        (Body("a < b and c > d & so on"), "a < b and c > d & so on"),
        (Body("The tag <b> is bold"), "The tag &lt;b&gt; is bold"),
        (Body("Write &amp; for &\nand on"), "Write &amp;amp; for &amp;<br>and on"),
        (Body("<html><body>Just words</body></html>", html=True), "Just words"),
        (Body("<p>One</p>\r\n\r\n<p>Two\r\n  three</p>", html=True), "<p>One</p> <p>Two three</p>"),
        (Body("<b>Bold</b><script>alert(1)</script>", html=True), "<b>Bold</b>"),
        (Body("a&nbsp;b", html=True), "a&nbsp;b"),
        (Body("<img src=x>", html=True), ""),
    ],
)
def test_a_body_is_spelled_so_that_it_is_read_the_same(body: Body, content: str) -> None:
    found = written(body)
    assert (found.content, found.shortened) == (content, False)
    assert found.body.alike() == body.alike()


def test_up_to_the_limit_nothing_is_cut() -> None:
    assert written(Body("x" * LIMIT)).content == "x" * LIMIT


def test_a_long_text_is_cut_at_a_word_with_a_marker_line() -> None:
    found = written(Body("alpha beta gamma\n" * 600))
    assert found.shortened
    assert LIMIT - 20 < len(found.content) <= LIMIT
    *lines, marker = found.content.split("\n")
    assert marker == MARKER
    assert set(lines[:-1]) == {"alpha beta gamma"}
    assert lines[-1] in ("alpha", "alpha beta", "alpha beta gamma")


def test_a_word_without_end_is_cut_anywhere() -> None:
    found = written(Body("x" * 10_000))
    assert found.content == "x" * (LIMIT - len(MARKER) - 1) + "\n" + MARKER


def test_long_html_is_cut_between_words_with_every_element_whole() -> None:
    found = written(Body("<div><b>" + "alpha &amp; beta<br>" * 800 + "</b></div>", html=True))
    assert found.shortened
    assert LIMIT - 40 < len(found.content) <= LIMIT
    assert found.content.startswith("<div><b>alpha &amp; beta<br>alpha")
    assert found.content.endswith(f"</b></div><br>{MARKER}")
    *lines, last, blank, marker = found.body.text().splitlines()
    assert (last, blank, marker) == ("alpha", "", MARKER)
    assert set(lines) == {"alpha & beta"}


@pytest.mark.parametrize("shift", range(24))
def test_wherever_the_cut_falls_no_half_tag_or_entity_is_left(shift: int) -> None:
    found = written(Body("x" * shift + ' <a href="https://x.test/y">here</a> &amp; there' * 300, html=True))
    assert len(found.content) <= LIMIT
    words = (
        found.body.text().replace(MARKER, "").split()[1:] if shift else found.body.text().replace(MARKER, "").split()
    )
    assert set(words) <= {"here", "&", "there"}


def test_deeply_nested_html_is_cut_until_its_ends_fit() -> None:
    found = written(Body("<b><i>" * 1500 + "deep" + "</i></b>" * 1500, html=True))
    assert len(found.content) <= LIMIT
    assert found.content.endswith(f"<br>{MARKER}")


def test_text_that_would_be_taken_for_html_is_cut_as_html() -> None:
    found = written(Body("<b> & " * 2000))
    assert len(found.content) <= LIMIT
    assert found.content.startswith("&lt;b&gt; &amp; &lt;b&gt;")
    assert found.content.endswith(f"<br>{MARKER}")
    assert set(found.body.text().splitlines()[0].split()) == {"<b>", "&"}

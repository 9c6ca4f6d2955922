"""XML from strangers: which charset it is in, and how much of it is read. Source: RFC 7303, XML 1.0 appendix F."""

import pytest
from lxml import etree

from calpair.errors import RefusedRequestError
from calpair.exchange.posted import DEEPEST, LARGEST, MOST_TAGS, named, parts, read, word

TEXT = "<a>Bén</a>"
DECLARED = '<?xml version="1.0" encoding="{}"?>' + TEXT


def told(body: bytes, content_type: str = "text/xml") -> str | None:
    return read(body, content_type, reason="no").text


def refused(body: bytes, content_type: str = "") -> str:
    with pytest.raises(RefusedRequestError) as found:
        read(body, content_type, reason="no")
    assert found.value.reason == "no"
    return str(found.value)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode(), "text/xml"),
        (TEXT.encode(), "text/xml; charset=utf-8"),
        (TEXT.encode(), 'text/xml;charset="UTF-8"; action="x"'),
        (TEXT.encode("utf-8-sig"), "text/xml; charset=utf-8"),
        (DECLARED.format("utf-8").encode(), "text/xml; charset=utf-8"),
        (DECLARED.format("UTF-8").encode(), ""),
        ((" \r\n" + DECLARED.format("utf-8") + "\n").encode(), ""),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("utf-16"), "text/xml; charset=utf-16"),
        (DECLARED.format("utf-16").encode("utf-16"), "text/xml"),
        (DECLARED.format("utf-16").encode("utf-16-le"), "text/xml; charset=utf-16"),
        (DECLARED.format("utf-16").encode("utf-16-be"), "text/xml; charset=UTF-16"),
        (DECLARED.format("utf-16").encode("utf-16-be"), ""),
        (TEXT.encode("utf-16-le"), "text/xml; charset=utf-16le"),
        # The mark counts before what is said, and the Content-Type before the declaration.
        (TEXT.encode("utf-16"), "text/xml; charset=utf-8"),
        (DECLARED.format("utf-16").encode(), "text/xml; charset=utf-8"),
        (DECLARED.format("iso-8859-1").encode(), "text/xml; charset=utf-8"),
        ("<a>B&#xe9;n</a>".encode("ascii"), "text/xml; charset=us-ascii"),
    ],
)
def test_what_is_in_utf_8_or_utf_16_and_says_so_is_read(body: bytes, content_type: str) -> None:
    assert told(body, content_type) == "Bén"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode("latin-1"), ""),
        (TEXT.encode("latin-1"), "text/xml; charset=iso-8859-1"),
        (DECLARED.format("iso-8859-1").encode("latin-1"), ""),
        (DECLARED.format("utf-16").encode(), ""),
        (TEXT.encode(), "text/xml; charset=utf-16"),
        (TEXT.encode("utf-16-le"), "text/xml; charset=utf-8"),
        (TEXT.encode("utf-16-le"), "text/xml; charset=utf-16be"),
        (TEXT.encode("utf-32"), ""),
        (TEXT.encode("utf-7"), "text/xml; charset=utf-7"),
        (TEXT.encode("cp500"), "text/xml; charset=cp500"),
        (TEXT.encode(), "text/xml; charset=klingon"),
        (TEXT.encode(), "text/xml; charset=rot13"),
        (b"\xff\xfe<", ""),
        (b"<a>\xed\xa0\x80</a>", ""),
        ("<a>\ud800</a>".encode("utf-16", "surrogatepass"), ""),
        (b"", ""),
        (b"\xef\xbb\xbf", ""),
    ],
)
def test_whatever_else_it_is_in_is_refused(body: bytes, content_type: str) -> None:
    assert refused(body, content_type)


def test_a_document_type_is_found_in_every_charset() -> None:
    bomb = "<!DOCTYPE a [<!ENTITY b 'ha'>]><a>&b;</a>"
    for charset in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert "document type" in refused(bomb.encode(charset))
    assert "document type" in refused(b"<a><![CDATA[<!DOCTYPE]]></a>")


@pytest.mark.parametrize("blanks", [0, 150, 250, 5_000])
@pytest.mark.parametrize(
    "hidden", ["<!DOCTYPE a [<!ENTITY b 'ha'>]><a>&b;</a>", "<a>" + "<b/>" * MOST_TAGS + "</a>", "<a>Ben</a>"]
)
def test_nothing_hides_in_a_charset_that_a_long_declaration_names(hidden: str, blanks: int) -> None:
    """In UTF-7 (RFC 2152) even what XML is made of may be spelled in other letters."""
    spelled = hidden.replace("<", "+ADw-").replace(">", "+AD4-").replace("&", "+ACY-")
    declared = f'<?xml version="1.0"{" " * blanks}encoding="UTF-7"?>'
    assert refused((declared + spelled).encode())
    assert refused((declared + spelled).encode(), "text/xml; charset=utf-8")


def test_a_declaration_too_long_to_be_read_is_refused_whatever_it_names() -> None:
    declared = DECLARED.format("iso-8859-1").replace(" encoding", " " * 250 + "encoding")
    assert "declaration" in refused(declared.encode())
    assert "declaration" in refused(declared.encode("utf-16"))
    assert told(DECLARED.format("utf-8").replace(" encoding", " " * 150 + "encoding").encode()) == "Bén"


@pytest.mark.parametrize(
    "spelled",
    ["<a>B<!-- -->én</a>", "<a>B<?x?>én</a>", "<a><![CDATA[Bé]]>n</a>", "<a><![CDATA[B]]><!----><![CDATA[én]]></a>"],
)
def test_a_text_is_whole_whatever_stands_in_between(spelled: str) -> None:
    assert told(spelled.encode()) == "Bén"


def test_size_tags_and_depth_have_a_limit_each() -> None:
    assert told(TEXT.encode() + b" " * (LARGEST - len(TEXT.encode()))) == "Bén"
    assert "bytes" in refused(TEXT.encode() + b" " * (LARGEST - len(TEXT.encode()) + 1))
    assert len(read(b"<a>" + b"<b/>" * (MOST_TAGS - 2) + b"</a>", reason="no")) == MOST_TAGS - 2
    assert "tags" in refused(b"<a>" + b"<b/>" * (MOST_TAGS - 1) + b"</a>")
    assert told(b"<a>" * DEEPEST + b"</a>" * DEEPEST) is None
    assert "within each other" in refused(b"<a>" * (DEEPEST + 1) + b"</a>" * (DEEPEST + 1))


def test_forty_thousand_attributes_are_no_burden() -> None:
    many = b" ".join(b'a%d=""' % n for n in range(25_000))
    assert told(b"<a " + many + b"/>") is None


def test_parts_are_those_of_their_namespace_each_once() -> None:
    names = named("urn:a", "One", "Two")
    assert names == ("{urn:a}One", "{urn:a}Two")
    both = etree.fromstring(b"<x xmlns='urn:a'><Two>2</Two><One> 1 </One></x>")
    found = parts(both, names, reason="no")
    assert {name: word(part) for name, part in found.items()} == {"One": "1", "Two": "2"}
    assert parts(etree.fromstring(b"<x/>"), names, reason="no") == {}
    for wrong in (b"<x xmlns='urn:a'><One/><One/></x>", b"<x xmlns='urn:a'><Three/></x>", b"<x><One/></x>"):
        with pytest.raises(RefusedRequestError):
            parts(etree.fromstring(wrong), names, reason="no")


def test_a_word_is_a_text_and_nothing_else() -> None:
    spelled = [b"<x/>", b"<x>  </x>", b"<x> a b </x>", b"<x>a<b/></x>"]
    assert [word(etree.fromstring(one)) for one in spelled] == ["", "", "a b", None]
    assert word(None) is None

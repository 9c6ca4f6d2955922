"""Addresses: what could be somebody's, and what could not. Source: RFC 5321 4.1.2; RFC 3696, erratum 1690, for the length."""

import pytest

from calpair.model.address import possible, printable


@pytest.mark.parametrize("text", ["ana@a.test", "名前@a.test", "a@b", "a" * 318 + "@b"])
def test_what_may_be_somebody_s(text: str) -> None:
    assert possible(text)
    assert printable(text)


@pytest.mark.parametrize("text", ["ana", "ana@", "@a.test", "ana@a@b", "a na@a.test", " ana@a.test"])
def test_a_name_without_the_form_of_an_address_is_nobody_s_and_can_be_repeated(text: str) -> None:
    assert not possible(text)
    assert printable(text)


@pytest.mark.parametrize(
    "text", ["", "a\nb@a.test", "a\u202eb@a.test", "a\ud800@a.test", "a" * 319 + "@b", None, 5, []]
)
def test_what_is_not_even_repeated(text: object) -> None:
    assert not possible(text)
    assert not printable(text)

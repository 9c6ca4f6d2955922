"""NTLM's messages and its arithmetic, by the examples of the standards."""

import struct
from datetime import UTC, datetime

import pytest
import spnego

from simulators.exchange import ntlm
from simulators.exchange.md4 import md4

NONCE = bytes.fromhex("0123456789abcdef")
NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
# MS-NLMP 4.2.4.3: User of Domain, whose password is Password, answers the nonce above.
EXAMPLE = bytes.fromhex(
    "4e544c4d5353500003000000180018006c00000054005400840000000c000c00"
    "480000000800080054000000100010005c00000010001000d8000000358288e2"
    "0501280a0000000f44006f006d00610069006e00550073006500720043004f00"
    "4d005000550054004500520086c35097ac9cec102554764a57cccc19aaaaaaaa"
    "aaaaaaaa68cd0ab851e51c96aabc927bebef6a1c010100000000000000000000"
    "00000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e00"
    "01000c005300650072007600650072000000000000000000c5dad2544fc97990"
    "94ce1ce90bc9d03e"
)


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        ("a", "bde52cb31de33e46245e05fbdbd6fb24"),
        ("abc", "a448017aaf21d8525fc10ae87aa6729d"),
        ("message digest", "d9130a8164549fe818874806e1c7014b"),
        ("abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "043f8582f241db351ce627e153e7f0e4"),
        ("1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
    ],
)
def test_md4_is_that_of_its_standard(text: str, digest: str) -> None:
    """RFC 1320 A.5."""
    assert md4(text.encode()).hex() == digest


def test_the_hashes_of_the_standards_example_come_out() -> None:
    """MS-NLMP 4.2.2.1.2 (NTOWFv1) and 4.2.4.1.1 (NTOWFv2)."""
    assert md4("Password".encode("utf-16-le")).hex() == "a4f49c406510bdcab6824ee7c30fd852"
    assert ntlm.response_key("User", "Domain", "Password").hex() == "0c868a403bfd7a93a3001ef22ef02e3f"


def test_the_standards_example_proves_its_password_and_no_other() -> None:
    """MS-NLMP 4.2.4.3."""
    claim = ntlm.read(EXAMPLE)
    assert (claim.user, claim.domain) == ("User", "Domain")
    assert claim.proof.hex() == "68cd0ab851e51c96aabc927bebef6a1c"
    assert ntlm.proves(claim, "Password", NONCE, (b"", b""))
    assert not ntlm.proves(claim, "password", NONCE, (b"", b""))
    assert not ntlm.proves(claim, "Password", bytes(8), (b"", b""))


@pytest.mark.parametrize(
    "message",
    [
        b"",
        EXAMPLE[:40],
        EXAMPLE[:200],
        EXAMPLE.replace(b"NTLMSSP", b"NTLMSSX"),
        EXAMPLE.replace(
            bytes.fromhex("5400540084000000"), bytes.fromhex("1800180084000000")
        ),  # an NTLMv1 answer's size
        EXAMPLE.replace(bytes.fromhex("0800080054000000"), bytes.fromhex("080008005400ffff")),  # a name beyond the end
        EXAMPLE.replace(b"U\0s\0e\0r\0", b"\0\xd8s\0e\0r\0"),  # half a surrogate pair for a name
    ],
)
def test_a_message_that_is_none_is_told_from_a_wrong_password(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"NTLM|AUTHENTICATE|codec"):
        ntlm.read(message)


def test_the_challenge_says_who_the_server_is_and_what_time_it_is() -> None:
    """MS-NLMP 2.2.1.2 and 2.2.2.1: offsets and AV pairs, taken apart by hand."""
    asked = ntlm.SIGNATURE + struct.pack("<II", 1, 0xA2088207) + bytes(16)
    told = ntlm.challenge(asked, NONCE, "A", "a.test", NOW)
    assert told[:12] == b"NTLMSSP\0\x02\0\0\0"
    assert told[24:32] == NONCE
    assert told[56:58] == b"A\0"
    info = told[58:]
    assert struct.unpack_from("<HHI", told, 40) == (len(info), len(info), 58)
    assert info[:6] == b"\x02\0\x02\0A\0"
    assert info[6:22] == b"\x04\0\x0c\0" + "a.test".encode("utf-16-le")
    assert info[22:26] == b"\x07\0\x08\0"
    # Seconds from 1601 to 1970, and from there to the second of November 2026, eight o'clock.
    assert struct.unpack("<Q", info[26:34]) == ((11_644_473_600 + 1_793_606_400) * 10_000_000,)
    assert info[34:] == bytes(4)


@pytest.mark.parametrize("flags", [b"", struct.pack("<I", 0x00000206)])
def test_a_client_without_unicode_is_not_challenged(flags: bytes) -> None:
    with pytest.raises(ValueError, match="Unicode"):
        ntlm.challenge(ntlm.SIGNATURE + struct.pack("<I", 1) + flags, NONCE, "A", "a.test", NOW)


def test_a_message_whose_integrity_code_is_wrong_proves_nothing() -> None:
    """MS-NLMP 3.1.5.1.2 and 3.2.5.1.2: a client that saw the time signs all three messages, and says so."""
    client = spnego.client("ana@a.test", "secret", protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    asked = client.step() or b""
    told = ntlm.challenge(asked, NONCE, "A", "a.test", NOW)
    answer = client.step(told) or b""
    assert ntlm.proves(ntlm.read(answer), "secret", NONCE, (asked, told))
    assert not ntlm.proves(ntlm.read(answer), "secret", NONCE, (asked + b"\0", told))
    changed = answer[:72] + bytes([answer[72] ^ 1]) + answer[73:]
    assert not ntlm.proves(ntlm.read(changed), "secret", NONCE, (asked, told))

"""NTLM's three messages from the server's side: what was asked, the challenge, and whether the proof is right.

    told = challenge(asked, nonce, "A", "a.test", now)  # the CHALLENGE_MESSAGE to a NEGOTIATE_MESSAGE
    claim = read(answered)  # who the AUTHENTICATE_MESSAGE says it is
    proves(claim, "secret", nonce, (asked, told))  # whether the password was known

NTLMv2 only: a server that takes LM or NTLMv1 answers is misconfigured. Signing and sealing are not negotiated, since HTTP
has no use for them; so the session key is the base key, and the MIC can be checked without a key exchange.
Source: MS-NLMP 2.2.1 (messages), 2.2.2.1 (AV_PAIR), 2.2.2.7 (NTLMv2 client challenge), 3.3.2 (proof), 3.1.5.1.2 (MIC).
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from simulators.exchange.md4 import md4

SIGNATURE = b"NTLMSSP\0"
NEGOTIATE, CHALLENGE, AUTHENTICATE = 1, 2, 3
_UNICODE = 0x00000001
# Unicode, request target, NTLM, always sign, target is a domain, extended session security, target info, version, 128 and
# 56 bit. Without the version clients write the MIC elsewhere.
_FLAGS = 0xA2898205
_VERSION = bytes.fromhex("0a007c4f0000000f")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MIC = slice(72, 88)
_END, _DOMAIN, _DNS_DOMAIN, _AV_FLAGS, _TIMESTAMP = 0, 2, 4, 6, 7
_HAS_MIC = 2
_PROOF = 16
_TEMP_HEAD = 28


@dataclass(frozen=True)
class Claim:
    """An AUTHENTICATE_MESSAGE taken apart: the names as sent, NTProofStr, what it proves (`temp`), and the message."""

    user: str
    domain: str
    proof: bytes
    temp: bytes
    message: bytes


def kind(message: bytes) -> int:
    """The number of a message, 1 to 3; ValueError for what is none of NTLM's."""
    if len(message) < 12 or not message.startswith(SIGNATURE):
        raise ValueError("no NTLM message")
    return int(struct.unpack_from("<I", message, 8)[0])


def challenge(asked: bytes, nonce: bytes, domain: str, dns_domain: str, now: datetime) -> bytes:
    """The CHALLENGE_MESSAGE to a NEGOTIATE_MESSAGE, with the server's 8 bytes; ValueError for a client without Unicode."""
    if len(asked) < 16 or not struct.unpack_from("<I", asked, 12)[0] & _UNICODE:
        raise ValueError("an NTLM client that knows no Unicode")
    name = domain.encode("utf-16-le")
    filetime = (now - _EPOCH) // (_EPOCH.resolution) * 10
    info = b"".join(
        struct.pack("<HH", number, len(value)) + value
        for number, value in (
            (_DOMAIN, name),
            (_DNS_DOMAIN, dns_domain.encode("utf-16-le")),
            (_TIMESTAMP, struct.pack("<Q", filetime)),
            (_END, b""),
        )
    )
    head = 56
    return (
        SIGNATURE
        + struct.pack("<I", CHALLENGE)
        + struct.pack("<HHI", len(name), len(name), head)
        + struct.pack("<I", _FLAGS)
        + nonce
        + bytes(8)
        + struct.pack("<HHI", len(info), len(info), head + len(name))
        + _VERSION
        + name
        + info
    )


def read(message: bytes) -> Claim:
    """Take an AUTHENTICATE_MESSAGE apart; ValueError for one that is none, is cut, or answers with less than NTLMv2."""
    if kind(message) != AUTHENTICATE or len(message) < 64:
        raise ValueError("no AUTHENTICATE_MESSAGE")
    answer = _field(message, 20)
    if len(answer) <= _PROOF + _TEMP_HEAD:
        raise ValueError("the answer to the challenge is no NTLMv2 response")
    user, domain = (_field(message, place).decode("utf-16-le") for place in (36, 28))
    return Claim(user, domain, answer[:_PROOF], answer[_PROOF:], message)


def response_key(user: str, domain: str, password: str) -> bytes:
    """NTOWFv2: the key a password becomes for one user of one domain."""
    return _mac(md4(password.encode("utf-16-le")), (user.upper() + domain).encode("utf-16-le"))


def proves(claim: Claim, password: str, nonce: bytes, before: tuple[bytes, bytes]) -> bool:
    """Tell whether a claim was made with this password and for this nonce.

    `before` are the two messages that went before it: a client that says it signed all three has to have done so.
    """
    key = response_key(claim.user, claim.domain, password)
    if not hmac.compare_digest(claim.proof, _mac(key, nonce + claim.temp)):
        return False
    flags = dict(_pairs(claim.temp[_TEMP_HEAD:])).get(_AV_FLAGS, bytes(4))
    if not int.from_bytes(flags, "little") & _HAS_MIC:
        return True
    unsigned = claim.message[: _MIC.start] + bytes(16) + claim.message[_MIC.stop :]
    return hmac.compare_digest(claim.message[_MIC], _mac(_mac(key, claim.proof), b"".join((*before, unsigned))))


def _field(message: bytes, place: int) -> bytes:
    length, _, start = struct.unpack_from("<HHI", message, place)
    if start + length > len(message):
        raise ValueError("an NTLM message that is cut short")
    return message[start : start + length]


def _pairs(info: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(info):
        number, length = struct.unpack_from("<HH", info, place)
        if number == _END:
            return
        yield number, info[place + 4 : place + 4 + length]
        place += 4 + length


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, text, hashlib.md5)

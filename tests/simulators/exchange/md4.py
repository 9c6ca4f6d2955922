"""MD4, which NTLM's password hash is made with and which OpenSSL 3 no longer offers. Source: RFC 1320."""

import struct
from collections.abc import Callable

_WORD = 0xFFFFFFFF
_Mix = Callable[[int, int, int], int]
# Of each of the three rounds: its function, its constant, its shifts, and the order it takes the sixteen words in.
_ROUNDS: tuple[tuple[_Mix, int, tuple[int, ...], tuple[int, ...]], ...] = (
    (lambda x, y, z: (x & y) | (~x & z), 0, (3, 7, 11, 19), (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)),
    (
        lambda x, y, z: (x & y) | (x & z) | (y & z),
        0x5A827999,
        (3, 5, 9, 13),
        (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15),
    ),
    (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1, (3, 9, 11, 15), (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15)),
)


def md4(message: bytes) -> bytes:
    """The digest of a message, 16 bytes."""
    padding = b"\x80" + bytes((55 - len(message)) % 64)
    padded = message + padding + struct.pack("<Q", 8 * len(message))
    state = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
    for start in range(0, len(padded), 64):
        before, words = state, struct.unpack_from("<16I", padded, start)
        for mix, constant, shifts, order in _ROUNDS:
            for step, place in enumerate(order):
                a, b, c, d = state
                turned = (a + mix(b, c, d) + words[place] + constant) & _WORD
                shift = shifts[step % 4]
                state = (d, (turned << shift | turned >> (32 - shift)) & _WORD, b, c)
        state = tuple((old + new) & _WORD for old, new in zip(before, state, strict=True))  # type: ignore[assignment]  # four remain four
    return struct.pack("<4I", *state)

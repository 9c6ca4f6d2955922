"""The digest key as a deployed function reads it."""

from calpair.errors import UsageError


def digest_key(text: str) -> bytes:
    """Read the digest key out of its secret. UsageError: it is none."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError("CALPAIR_DIGEST_KEY names a secret that is no key: 64 digits of 0 to 9 and a to f")
    return key


KEY_BYTES = 32

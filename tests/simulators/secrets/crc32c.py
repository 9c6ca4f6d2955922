"""CRC-32C, the checksum Secret Manager gives with a payload. Source: RFC 3720, appendix B.4 (Castagnoli, reflected)."""

_POLYNOMIAL = 0x82F63B78
_ALL = 0xFFFFFFFF


def _row(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return value


_TABLE = tuple(_row(byte) for byte in range(256))


def crc32c(data: bytes) -> int:
    """The checksum of some bytes, as an unsigned number of 32 bits."""
    rest = _ALL
    for byte in data:
        rest = rest >> 8 ^ _TABLE[(rest ^ byte) & 0xFF]
    return rest ^ _ALL

"""Item ids, ChangeKeys, UIDs: opaque, issued in a fixed order so that two runs are alike.

Item ids are base64 and case-sensitive (facts 2.2); to prove the latter, ids come in pairs that differ by the case of one
letter only. ChangeKeys carry a mark of this server, so one made up by a client is told from a stale one. UIDs have
Exchange's own form (MS-OXOCAL 2.2.1.27, facts 2.3); a foreign UID is wrapped as `vCal-Uid` in the global object id.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import UTC, date, datetime

_GOID = bytes.fromhex("040000008200E00074C5B7101A82E008")
_FILETIME_ZERO = datetime(1601, 1, 1, tzinfo=UTC)


class Mint:
    """Issues ids for one server, and knows its own marks; one of another `secret` has neither in common with it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._count = 0
        self._items = 0

    def item_id(self, owner: str) -> str:
        """A new id; the `2k+1`th differs from the `2k`th in the case of its last letter alone."""
        pair, odd = divmod(self._items, 2)
        self._items += 1
        body = (
            b"\x00\x02\x64"
            + hashlib.sha512(self._secret + owner.encode() + struct.pack(">Q", pair)).digest()
            + b"\x00" * 23
        )
        return base64.b64encode(body).decode()[:-1] + ("a" if odd else "A")

    def occurrence_id(self, master_id: str, day: date) -> str:
        """The id of the occurrence a series has on a day: always the same, exception or not (facts 2.2)."""
        payload = base64.b64decode(master_id) + struct.pack(">I", day.toordinal())
        return base64.b64encode(payload + self.seal("occurrence", payload)[:8]).decode()

    def read_occurrence_id(self, text: str) -> tuple[str, date] | None:
        """The series and the day of an occurrence's id; None for any other id."""
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
        payload, mark = data[:-8], data[-8:]
        if len(data) <= 12 or not hmac.compare_digest(mark, self.seal("occurrence", payload)[:8]):
            return None
        return base64.b64encode(payload[:-4]).decode(), date.fromordinal(struct.unpack(">I", payload[-4:])[0])

    def change_key(self) -> str:
        """A new ChangeKey."""
        payload = struct.pack(">Q", self._next())
        return base64.b64encode(b"\x0f\x00\x00\x00" + payload + self.seal("key", payload)).decode()

    def is_change_key(self, text: str) -> bool:
        """Tell whether a ChangeKey was issued by this server, whether stale or not."""
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return False
        return len(data) == 24 and hmac.compare_digest(data[12:], self.seal("key", data[4:12]))

    def seal(self, kind: str, payload: bytes) -> bytes:
        """A short mark that only this server makes."""
        return hmac.new(self._secret, kind.encode() + b"\0" + payload, hashlib.sha256).digest()[:12]

    def uid(self, owner: str, now: datetime) -> str:
        """A new UID in the server's own form: the hex of a global object id."""
        data = hashlib.sha256(self._secret + owner.encode() + struct.pack(">Q", self._next())).digest()[:16]
        return _wrap(data, _filetime(now)).hex().upper()

    def _next(self) -> int:
        self._count += 1
        return self._count


def looks_like_id(text: str) -> bool:
    """Tell whether an id could be one at all: base64, at most 512 bytes."""
    if len(text) > 512:
        return False
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


def global_object_id(uid: str, created: datetime, day: date | None = None) -> str:
    """PidLidGlobalObjectId of an item, in base64: of an occurrence with its original date, else the clean one."""
    try:
        data = bytes.fromhex(uid)
    except ValueError:
        data = b""
    if not data.startswith(_GOID):
        data = _wrap(b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00", _filetime(created))
    if day is not None:
        data = data[:16] + struct.pack(">HBB", day.year, day.month, day.day) + data[20:]
    return base64.b64encode(data).decode()


def _wrap(data: bytes, filetime: int) -> bytes:
    return _GOID + bytes(4) + struct.pack("<Q", filetime) + bytes(8) + struct.pack("<I", len(data)) + data


def _filetime(moment: datetime) -> int:
    return int((moment - _FILETIME_ZERO).total_seconds()) * 10_000_000

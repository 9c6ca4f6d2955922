"""Secrets on one machine: found, or refused in a line that never holds them."""

import logging
import stat
from pathlib import Path

import pytest

from calpair.errors import UsageError
from calpair.local.secrets import digest_key, make_digest_key, read_digest_key, resolve

KEY = bytes(range(32))


def refusal(reference: str, folder: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(UsageError) as refused:
        resolve(reference, folder, environment or {})
    return str(refused.value)


def private(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(0o600)
    return path


def test_a_variable_gives_its_value(tmp_path: Path) -> None:
    assert resolve("env:EWS", tmp_path, {"EWS": " hunter2 "}) == " hunter2 "


@pytest.mark.parametrize(
    ("content", "secret"),
    [("hunter2\n", "hunter2"), ("hunter2\r\n", "hunter2"), ("\ufeffhünter2", "hünter2"), ("a\nb\n", "a\nb")],
)
def test_a_file_gives_its_text_without_the_last_line_end(tmp_path: Path, content: str, secret: str) -> None:
    private(tmp_path / "ews.txt", content)
    assert resolve("file:ews.txt", tmp_path, {}) == secret
    assert resolve(f"file:{tmp_path}/ews.txt", Path("/elsewhere"), {}) == secret


def test_a_file_others_can_read_is_used_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = private(tmp_path / "ews.txt", "hunter2")
    assert resolve("file:ews.txt", tmp_path, {}) == "hunter2"
    assert caplog.messages == []
    path.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert resolve("file:ews.txt", tmp_path, {}) == "hunter2"
    assert caplog.messages == [f"{path} can be read by other users of this machine; chmod 600 closes it"]


def test_what_cannot_be_used_is_named_with_the_cure(tmp_path: Path) -> None:
    private(tmp_path / "empty", "\n")
    private(tmp_path / "binary", b"\xff\xfehunter2")
    private(tmp_path / "large", "x" * (2**20 + 1))
    at = tmp_path
    assert refusal("env:EWS", at) == "env:EWS: the variable EWS is not set; set it where calpair is started"
    assert refusal("env:EWS", at, {"EWS": ""}) == (
        "env:EWS: the variable EWS is empty; set it where calpair is started"
    )
    assert refusal("file:none", at) == f"file:none: {at}/none is not there; make it, or name another file"
    assert refusal("file:empty", at) == f"file:empty: {at}/empty is empty; write the secret into it"
    assert refusal("file:binary", at) == f"file:binary: {at}/binary is not text in UTF-8; save it as UTF-8"
    assert refusal("file:large", at) == f"file:large: {at}/large is too large for a secret; name another file"
    assert refusal("file:.", at) == f"file:.: {at} cannot be read (IsADirectoryError); look at its rights"
    assert refusal("secret-manager:ews", at) == (
        "secret-manager:ews stands for a secret on Google Cloud; on one machine write env:NAME or file:PATH"
    )
    assert refusal("hunter2", at) == "a secret is named by env:NAME or file:PATH; what is written instead is neither"


def test_a_digest_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "calpair.key"
    make_digest_key(path, lambda count: KEY[:count])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
    assert read_digest_key(path) == KEY
    with pytest.raises(UsageError) as refused:
        make_digest_key(path)
    assert str(refused.value) == f"{path} is there already; it is kept, for another key costs a relist of every pair"
    assert read_digest_key(path) == KEY


def test_two_digest_keys_differ(tmp_path: Path) -> None:
    make_digest_key(tmp_path / "a")
    make_digest_key(tmp_path / "b")
    assert read_digest_key(tmp_path / "a") != read_digest_key(tmp_path / "b")


def test_a_digest_key_without_a_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        make_digest_key(tmp_path / "none" / "calpair.key")
    assert str(refused.value) == (
        f"{tmp_path}/none/calpair.key cannot be made (FileNotFoundError); look at its folder's rights"
    )


def test_a_digest_key_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calpair.key"
    make_digest_key(path)
    path.chmod(0o640)
    with pytest.raises(UsageError) as refused:
        read_digest_key(path)
    assert str(refused.value) == f"digest key {path} can be read by other users of this machine; chmod 600 {path}"


@pytest.mark.parametrize("content", ["", "hunter2", "00" * 31, "00" * 33])
def test_what_is_no_digest_key_is_refused_and_not_repeated(tmp_path: Path, content: str) -> None:
    path = private(tmp_path / "calpair.key", content)
    with pytest.raises(UsageError) as refused:
        read_digest_key(path)
    assert str(refused.value) == (
        f"digest key {path} is not a key; move it away and let `calpair init` make one (that costs one relist)"
    )


def test_a_digest_key_is_found_by_its_reference(tmp_path: Path) -> None:
    make_digest_key(tmp_path / "calpair.key", lambda _: KEY)
    assert digest_key("file:calpair.key", tmp_path, {}) == KEY
    assert digest_key("env:KEY", tmp_path, {"KEY": KEY.hex().upper()}) == KEY
    with pytest.raises(UsageError, match=r"^digest key env:KEY is not a key"):
        digest_key("env:KEY", tmp_path, {"KEY": "hunter2"})
    with pytest.raises(UsageError, match=r"calpair.key is not there"):
        digest_key("file:calpair.key", tmp_path / "none", {})

"""Which version of Exchange a request is written for: the one that answered last, or one guess after another."""

import pytest

from calpair.errors import AccessLostError, UsageError
from unit.exchange.ground import Script
from unit.exchange.scripted import answer, ask, connected, fault, refusal


def told(major: str, minor: str, build: str = "83") -> str:
    return (
        f'<s:Header><t:ServerVersionInfo MajorVersion="{major}" MinorVersion="{minor}" MajorBuildNumber="{build}" '
        'MinorBuildNumber="0"/></s:Header>'
    )


def asked_as(script: Script) -> list[str]:
    return [request.body.decode().partition('Version="')[2].partition('"')[0] for request in script.asked]


def test_an_unknown_server_is_asked_in_the_schema_of_2013_and_then_in_its_own(script: Script) -> None:
    script.say(answer())
    script.say(answer())
    connection = connected(script)
    assert connection.version == ""
    ask(connection)
    assert connection.version == "15.2.2562.17"
    ask(connection)
    assert [b'Version="Exchange2013_SP1"' in request.body for request in script.asked] == [True, False]
    assert b'Version="Exchange2016"' in script.asked[1].body


def test_a_remembered_version_is_used_at_once_and_kept_up_to_date(script: Script) -> None:
    script.say(answer(build="15.2.3000.1"))
    connection = connected(script, version="15.2.2562.17")
    assert connection.version == "15.2.2562.17"
    ask(connection)
    assert b'Version="Exchange2016"' in script.asked[0].body
    assert connection.version == "15.2.3000.1"


def test_an_answer_without_a_version_changes_nothing(script: Script) -> None:
    script.say(answer().replace("ServerVersionInfo", "Nothing"))
    connection = connected(script)
    ask(connection)
    assert connection.version == ""


@pytest.mark.parametrize("code", ["ErrorInvalidServerVersion", "ErrorInvalidSchemaVersionForMailboxVersion"])
@pytest.mark.parametrize("writing", [False, True])
def test_an_older_server_did_nothing_yet_and_is_asked_again_in_its_own_schema(
    script: Script, code: str, writing: bool
) -> None:
    script.say(fault(code), 500)
    script.say(answer(build="14.3.123.4"))
    connection = connected(script)
    ask(connection, writing=writing)
    assert len(script.asked) == 2
    assert b'Version="Exchange2010_SP2"' in script.asked[1].body
    assert connection.version == "14.3.123.4"


def test_a_server_that_refuses_its_own_version_too_is_lost(script: Script) -> None:
    script.say(fault("ErrorInvalidServerVersion"), 500)
    error = refusal(connected(script, version="14.3"))
    assert isinstance(error, AccessLostError)
    assert "exchange.version" in error.sentence


def test_a_refusal_that_tells_the_build_teaches_it(script: Script) -> None:
    script.say(fault("ErrorInvalidServerVersion", told("15", "0", "516")), 500)
    script.say(fault("ErrorInvalidServerVersion", told("15", "0", "516")), 500)
    connection = connected(script, version="15.2")
    assert isinstance(refusal(connection), AccessLostError)
    assert connection.version == "15.0.516.0"
    assert len(script.asked) == 2


def test_exchange_before_2007_sp1_is_said_to_be_too_old(script: Script) -> None:
    script.say(answer(build="8.0.685.24"))
    error = refusal(connected(script))
    assert isinstance(error, AccessLostError)
    assert "2007 SP1" in error.sentence


@pytest.mark.parametrize("writing", [False, True])
def test_exchange_2007_to_which_a_newer_version_is_no_word_at_all_is_asked_in_its_own(
    script: Script, writing: bool
) -> None:
    script.say(fault("ErrorSchemaValidation"), 500)
    script.say(fault("ErrorSchemaValidation"), 500)
    script.say(answer(build="8.3.83.4"))
    connection = connected(script)
    ask(connection, writing=writing)
    assert asked_as(script) == ["Exchange2013_SP1", "Exchange2010_SP2", "Exchange2007_SP1"]
    assert connection.version == "8.3.83.4"


def test_exchange_2007_that_tells_its_build_with_the_refusal_is_asked_once_more(script: Script) -> None:
    script.say(fault("ErrorSchemaValidation", told("8", "3")), 500)
    script.say(answer(build="8.3.83.4"))
    ask(connected(script))
    assert asked_as(script) == ["Exchange2013_SP1", "Exchange2007_SP1"]


@pytest.mark.parametrize("code", ["ErrorSchemaValidation", "ErrorInvalidServerVersion"])
def test_a_server_that_takes_no_version_is_given_up_and_asked_from_the_start_the_next_time(
    script: Script, code: str
) -> None:
    for _ in range(4):
        script.say(fault(code), 500)
    connection = connected(script)
    assert refusal(connection).code == code
    assert asked_as(script) == ["Exchange2013_SP1", "Exchange2010_SP2", "Exchange2007_SP1"]
    script.say(answer())
    ask(connection)
    assert asked_as(script)[3:] == ["Exchange2013_SP1", "Exchange2010_SP2"]


@pytest.mark.parametrize(
    ("code", "known", "build"),
    [
        ("ErrorInvalidRequest", "", ("15", "2")),
        ("ErrorInvalidRequest", "", None),
        ("ErrorInvalidRequest", "15.2", ("15", "2")),
        ("ErrorSchemaValidation", "", ("15", "2")),
        ("ErrorSchemaValidation", "15.2", ("15", "2")),
        ("ErrorSchemaValidation", "15.2", None),
        ("ErrorSchemaValidation", "8.3", None),
    ],
)
@pytest.mark.parametrize("writing", [False, True])
def test_a_fault_of_a_server_that_is_no_older_is_never_answered_with_a_second_request(
    script: Script, code: str, known: str, build: tuple[str, str] | None, writing: bool
) -> None:
    script.say(fault(code, told(*build) if build else ""), 500)
    assert refusal(connected(script, version=known), writing=writing).code == code
    assert len(script.asked) == 1


@pytest.mark.parametrize("version", ["newest", "Exchange2007", "8.0.685.24"])
def test_a_version_that_cannot_be_is_said_at_once(script: Script, version: str) -> None:
    with pytest.raises(UsageError, match=r"exchange\.version"):
        connected(script, version=version)

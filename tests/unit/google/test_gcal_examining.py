"""What an examination finds, and what cures it."""

import pytest

from calpair.google.calendar import GoogleCalendar
from calpair.google.delegation import Delegation
from calpair.google.tokens import Token
from calpair.model.pair import GoogleAuth, GoogleService
from calpair.ports import Finding
from simulators.clock import ManualClock
from unit.google.ground import ANA, BASE, Script, World, scripted, world


def found(here: World, *, writing: bool = True) -> list[tuple[str, bool]]:
    return [(one.check, one.ok) for one in here.calendar.examine(writing=writing)]


def test_all_is_well() -> None:
    here = world()
    assert list(here.calendar.examine(writing=True)) == [
        Finding("google sign-in", ok=True, found="accepted; Google does not tell whose it is"),
        Finding("google calendar", ok=True, found="ana@g.test answers; its time zone is Europe/Berlin"),
        Finding("google rights", ok=True, found="the right is owner"),
    ]
    assert here.requests() == {"events.list": 1}


def test_a_token_of_somebody_else_is_not_told_as_the_users() -> None:
    here = world(user="bo@g.test")
    first, *_ = here.calendar.examine(writing=True)
    assert first == Finding("google sign-in", ok=True, found="accepted; Google does not tell whose it is")


def test_nothing_is_asked_before_the_first_finding_is_wanted() -> None:
    here = world(secret="")
    findings = here.calendar.examine(writing=True)
    assert here.requests() == {}
    assert not next(findings).ok


@pytest.mark.parametrize(
    ("role", "writing", "ok"),
    [("writer", True, True), ("reader", True, False), ("reader", False, True), ("freeBusyReader", False, False)],
)
def test_the_right_must_suffice(role: str, writing: bool, ok: bool) -> None:
    here = world(calendar_id="team@g.test")
    here.simulator.add_calendar("team@g.test", "bo@g.test", acl={"ana@g.test": role})
    *_, last = here.calendar.examine(writing=writing)
    assert last.ok is ok
    assert bool(last.cure) is not ok


def test_a_lesser_right_is_named_with_the_one_that_is_needed() -> None:
    here = world(calendar_id="team@g.test")
    here.simulator.add_calendar("team@g.test", "bo@g.test", acl={"ana@g.test": "reader"})
    *_, last = here.calendar.examine(writing=True)
    assert last == Finding(
        "google rights",
        ok=False,
        found="the right is only reader",
        cure="share team@g.test with ana@g.test, with the right to make changes to events",
    )


@pytest.mark.parametrize(("role", "ok"), [("owner", True), ("writer", False), ("reader", False)])
def test_who_has_a_lesser_right_to_a_users_own_calendar_is_not_that_user(role: str, ok: bool) -> None:
    """Domain-wide delegation that lost its user acts as the service account, with whom the calendar may be shared."""
    blob, token = '{"signedBlob": "c2lnbmVk"}', '{"access_token": "T", "expires_in": 3600}'
    script = Script([(200, blob), (200, token), (200, f'{{"accessRole": "{role}", "items": []}}')])
    way = Delegation("sync@p.iam.gserviceaccount.com", lambda: Token("own"), ManualClock().now)
    settings = GoogleService(GoogleAuth.DELEGATED, "", BASE)
    calendar = GoogleCalendar(settings, ANA, ANA.upper(), lambda: "", ManualClock().now, http=script, delegation=way)
    *_, last = calendar.examine(writing=False)
    assert last.ok is ok
    if not ok:
        assert last.found == "signed in, but not as ANA@G.TEST"


def test_a_calendar_without_a_role_or_zone_is_not_ours() -> None:
    calendar, _ = scripted((200, "{}"))
    *_, calendar_found, rights = calendar.examine(writing=False)
    assert calendar_found.found == "ana@g.test answers; its time zone is unknown"
    assert (rights.ok, rights.found) == (False, "the right is only none")
    assert rights.cure == "share ana@g.test with ana@g.test, with the right to see all event details"


def test_a_calendar_that_is_not_there() -> None:
    here = world(calendar_id="nobody@g.test")
    assert found(here) == [("google sign-in", True), ("google calendar", False)]
    *_, last = here.calendar.examine(writing=True)
    assert (last.found, last.cure) == (
        "notFound",
        "no such calendar, or it is hidden from google_user: correct `calendar`, or share it",
    )


def test_a_token_that_is_refused_is_a_sign_in_that_is_not_good_and_nothing_else() -> None:
    (only,) = world(secret="WRONG").calendar.examine(writing=True)
    assert (only.check, only.ok, only.found) == ("google sign-in", False, "authError")
    assert "check google.auth, google.secret and google_user" in only.cure


@pytest.mark.parametrize(
    ("status", "text"), [(404, "<html>not here</html>"), (302, ""), (503, "busy"), (200, "<html>It works!</html>")]
)
def test_what_is_not_googles_own_word_proves_no_sign_in(status: int, text: str) -> None:
    calendar, _ = scripted((status, text))
    assert [(one.check, one.ok) for one in calendar.examine(writing=True)] == [("google calendar", False)]


def test_a_calendar_google_itself_refuses_proves_the_sign_in() -> None:
    calendar, _ = scripted((403, '{"error": {"errors": [{"reason": "forbidden"}]}}'))
    assert [(one.check, one.ok) for one in calendar.examine(writing=True)] == [
        ("google sign-in", True),
        ("google calendar", False),
    ]


def test_a_secret_that_is_empty() -> None:
    (only,) = world(secret=" ").calendar.examine(writing=True)
    assert only == Finding("google sign-in", ok=False, found="noToken", cure="google.secret holds no token")


def test_delegation_without_an_account_to_act_through() -> None:
    (only,) = world(settings=GoogleService(GoogleAuth.DELEGATED)).calendar.examine(writing=True)
    assert only == Finding(
        "google sign-in",
        ok=False,
        found='google.auth "delegated" has no service account to act through',
        cure='set sync_identity (CALPAIR_SYNC_IDENTITY on Google Cloud), or use "key"',
    )


def test_an_address_that_is_none() -> None:
    (last,) = world(settings=GoogleService(GoogleAuth.TOKEN, "env:X", "http://g.test/")).calendar.examine(writing=True)
    assert (last.check, last.ok) == ("google calendar", False)
    assert last.found == "google.url 'http://g.test/' is not usable"
    assert last.cure == "write an https address (http only on this machine)"


def test_a_busy_server_is_tried_again_later() -> None:
    here = world()
    here.plant("backend_503", "events.list")
    *_, last = here.calendar.examine(writing=True)
    assert (last.ok, last.found, last.cure) == (False, "backendError", "try again later")

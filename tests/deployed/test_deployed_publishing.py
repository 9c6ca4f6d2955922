"""Publishing as it is deployed: from a document that somebody writes to a message in Exchange's public folder."""

from datetime import UTC, datetime, timedelta

import pytest

from deployed.company import ACCOUNT, EYES, PASSWORD_NAME, Company

pytestmark = pytest.mark.needs("firestore", "wheels")

GROUP = "/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)"
BATCH = "folders.test:0"


def publishes(office: Company) -> None:
    """Have a domain publish at an Exchange 2010, whose folder its account owns."""
    office.old_exchange.public_folders.add_administrative_group(GROUP)
    office.old_exchange.public_folders.grant(ACCOUNT, "Owner", GROUP)
    office.domain(
        "folders.test",
        exchange={
            "url": f"{office.old_exchange_url}/EWS/Exchange.asmx",
            "auth": "basic",
            "username": ACCOUNT,
            "secret": f"secret-manager:{PASSWORD_NAME}",
        },
        google={"auth": "delegated", "url": office.places.google, "free_busy_account": EYES},
        public_folder={
            "enabled": True,
            "interval": "24h",
            "legacy_dn_template": f"{GROUP}/cn=Recipients/cn={{local}}",
        },
        limits={
            "hosts": ["127.0.0.1"],
            "secrets": [PASSWORD_NAME],
            "mailbox_domains": ["folders.test"],
            "calendar_domains": ["g.test"],
        },
    )


def test_who_is_written_into_the_directory_is_published_after_the_next_tick(office: Company) -> None:
    office.web("walt", "Nobody's business", days=4)
    publishes(office)
    assert office.written("domains/folders.test").said == {"asked": 0}
    office.write("directory", "walt@folders.test", {"domain": "folders.test", "google": "walt@g.test"})
    assert office.written("directory/walt@folders.test").said == {"asked": 0}
    assert office.tick().status == 200
    assert [task for task in office.queue.waiting() if BATCH in task]

    attempts = office.queue.deliver()
    assert {attempt.status for attempt in attempts} == {200}
    [done] = [answer for answer in office.queue.answers if answer.get("batch") == BATCH]
    assert (done["outcome"], done["written"]) == ("ok", 1)
    published = office.old_exchange.public_folders.read(f"{GROUP}/cn=Recipients/cn=walt")
    ten = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=4)
    assert published is not None
    assert list(published.busy) == [(ten, ten + timedelta(hours=1))]
    assert {call.user for call in office.google.record.calls if "freebusy" in call.operation.lower()} == {EYES}

    office.queue.renew()
    office.tick()
    assert office.status("free-busy folders.test")["state"] == "ok"
    assert not [task for task in office.queue.waiting() if BATCH in task]


def test_a_task_for_a_batch_that_is_gone_is_done(office: Company) -> None:
    answer = office.task({"batch": "gone.test:0"}, row="publish_free_busy")
    assert (answer.status, answer.said) == (200, {"outcome": "nobody"})

"""What functions write: JSON lines that can be found again, and nothing that is anybody's own."""

import json

import pytest

from deployed.company import KEY, LOOK_UP_PASSWORD, PASSWORD, TRACE, Company
from simulators.record import Fault

pytestmark = pytest.mark.needs("firestore", "wheels")

TITLE = "Pregnancy test, do not tell"


@pytest.fixture(scope="module")
def eventful(opened: Company) -> Company:
    """A pair in step, an edit, a server that fails, a pair that is refused, a call that is."""
    office = opened
    office.queue.renew()
    office.outlook("sam", TITLE)
    office.domain("unlucky.test")  # a server that fails is left alone for a while, by the whole domain
    office.pair("sam", domain="unlucky.test")
    office.written("pairs/sam")
    office.queue.deliver()
    office.web("sam", f"{TITLE} either")
    office.task({"pair": "sam"})
    office.exchange.record.plant(
        Fault("soap_fault", "SyncFolderItems", user="sam@a.test", detail="ErrorInternalServerError")
    )
    office.task({"pair": "sam"})
    office.pair("wrong", mailbox="nobody", interval="often")
    office.written("pairs/wrong")
    office.task(b"rubbish")
    assert office.titles("sam") == ([TITLE, f"{TITLE} either"], [TITLE, f"{TITLE} either"])
    return office


def test_every_line_is_json_with_a_severity_and_the_trace_of_its_request(eventful: Company) -> None:
    records = eventful.functions["sync_pair"].records()
    assert {record["severity"] for record in records} <= {"INFO", "WARNING"}
    traced = [record for record in records if "logging.googleapis.com/trace" in record]
    assert traced
    for record in traced:
        assert record["logging.googleapis.com/trace"] == f"projects/{eventful.project}/traces/{TRACE}"
        assert record["logging.googleapis.com/labels"]["execution_id"]
    assert [record for record in traced if record.get("pair") == "sam" and record["message"] == "looked"]


def test_no_line_and_no_document_tells_a_subject_or_a_secret(eventful: Company) -> None:
    told = "".join(function.log.read_text() for function in eventful.functions.values()) + eventful.stored()
    assert "sam" in told
    for secret in ("Pregnancy", "business", PASSWORD, LOOK_UP_PASSWORD, KEY, "ya29", "token of", "Bearer"):
        assert secret not in told
    assert json.loads(eventful.stored())

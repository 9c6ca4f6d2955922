"""Once an hour: a pair with a series that is carried singly is asked for when a month is over, whatever else happens."""

import pytest

from deployed.company import Company
from deployed.database import month_is_over

pytestmark = pytest.mark.needs("firestore", "wheels")


def test_a_series_that_is_carried_singly_has_its_pair_asked_for_when_a_month_is_over(office: Company) -> None:
    office.web("rosa", "Every second Tuesday or Thursday", recurrence=["RRULE:FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2"])
    office.pair("rosa")
    assert office.hour().said == {"asked": 0}
    office.follow("pairs/rosa")
    assert len(office.titles("rosa")[0]) >= 23
    assert office.hour().said == {"asked": 0}
    month_is_over(office.database)
    assert office.hour().said == {"asked": 1}
    office.queue.deliver()
    assert office.status("rosa")["state"] == "ok"

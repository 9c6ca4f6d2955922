"""The look-up as it is deployed: who is busy on Exchange, for a program that the domain names."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from deployed.company import Company
from deployed.environment import LOOK_UP

pytestmark = pytest.mark.needs("firestore", "wheels")


def test_a_program_that_the_domain_names_is_told_when_people_are_busy(office: Company) -> None:
    office.domain("looked.test", availability={"callers": [LOOK_UP]})
    office.outlook("tom", "Nobody's business")
    function = office.functions["exchange_free_busy"]
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=3)
    asked = {
        "timeMin": day.isoformat(),
        "timeMax": (day + timedelta(days=1)).isoformat(),
        "items": [{"id": "tom@a.test"}, {"id": "tom@elsewhere.test"}],
    }
    answer = function.call(office.queue.token(LOOK_UP, function.url), json.dumps(asked).encode())
    assert answer.status == 200, answer
    busy = answer.said["calendars"]["tom@a.test"]["busy"]
    assert [datetime.fromisoformat(one[name]) for one in busy for name in ("start", "end")] == [
        day + timedelta(hours=10),
        day + timedelta(hours=11),
    ]
    assert answer.said["calendars"]["tom@elsewhere.test"]["errors"]
    assert "business" not in json.dumps(answer.said)

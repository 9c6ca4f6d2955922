"""The deployment of the add-on that administrators copy leads to the door that is there, and asks for no more than it uses.

Its form is `Deployment` of the Google Workspace add-ons API (gsuiteaddons v1).
"""

import json

from calpair.app.ground import ADDON
from house.tree import ROOT

TOLD = json.loads((ROOT / "docs" / "addon-deployment.json").read_text())
AUTH = "https://www.googleapis.com/auth/"


def test_every_trigger_leads_to_the_door() -> None:
    common, calendar = TOLD["addOns"]["common"], TOLD["addOns"]["calendar"]
    triggers = [common["homepageTrigger"], calendar["eventOpenTrigger"]]
    assert triggers == [{"runFunction": f"https://ADDRESS{ADDON}"}] * 2


def test_workspace_proves_itself_and_nothing_can_be_written() -> None:
    assert TOLD["addOns"]["httpOptions"] == {"authorizationHeader": "SYSTEM_ID_TOKEN"}
    assert TOLD["addOns"]["calendar"]["currentEventAccess"] == "READ"
    assert TOLD["oauthScopes"] == [
        f"{AUTH}{scope}"
        for scope in (
            "calendar.addons.execute",
            "calendar.addons.current.event.read",
            "calendar.events.readonly",
            "script.locale",
        )
    ]

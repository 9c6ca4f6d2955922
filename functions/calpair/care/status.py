"""The status of a pair: what a person sees without reading a log.

`status/{pair}` is written when something changed, not at every quiet run; when the pair was last looked at stands in
its cursors. It holds identifiers, times, counts and short words, never what a calendar says (G9, G12).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from calpair.care.held import summary
from calpair.care.words import reason
from calpair.errors import (
    AccessLostError,
    BackOffError,
    CalpairError,
    SignInError,
    StoreError,
    UnknownOutcomeError,
)
from calpair.model.link import PORTION, place_of, series_of
from calpair.model.side import Side
from calpair.ports import Doc, Store

STATUS = "status"
SCHEMA = 1
_LINKS = "links"
_CURSORS = "cursors"
_EYE = ("parked", "orphan", "twin", "left", "lossy")
"""Keys of links a person may want to hear of (see `sync/records.py`)."""
_RECENT = 20
"""Changes whose time-to-visible is kept."""
_SHOWN = 50
"""Parked events, those that lost something, and zones nobody knows, that are named one by one; the rest is counted."""
_ZONE = "zone="
"""Begins the word of a loss that names the zone nobody knows."""

_HELD = {
    "deletions": "{n} deletions wait: `calpair pairs {pair}` names them, `calpair approve {pair}` carries them out.",
    "emptied": "A calendar that had {n} events came back empty: look at it, then `calpair approve {pair}` if that is meant.",
    "two_way": "The pair now runs both ways and would write {n} events on Exchange: `calpair approve {pair}` if that is meant.",
}
_MISSING = (
    "{n} events are not found on {where} since {since}Z. They are looked for again ten minutes later, and nothing is "
    "deleted before: if they should be there, see to that server, or `calpair pause {pair}` until they are back."
)


@dataclass(frozen=True, slots=True)
class State:
    """How a pair stands: `state` is waiting, first_sync, ok, behind, paused or failing; `sentence` says what to do.

    `progress`: of a first sync, how many are done and of about how many.
    """

    state: str
    sentence: str = ""
    progress: tuple[int, int] | None = None


def after_run(pair: str, outcome: str, held_kind: str, held_links: int) -> State | None:
    """Give the state after a run that ended by itself; None: somebody else is at it, nothing is known.

    `held_kind` and `held_links`: what the run holds back for a person, if anything.
    """
    if outcome in ("busy", "unfinished"):
        return None
    if held_kind:
        return State("paused", _HELD[held_kind].format(n=held_links, pair=pair))
    return State("ok")


def first_sync(done: int, total: int) -> State:
    """Give the state in the midst of a first sync."""
    return State("first_sync", f"{done} of about {total} carried so far; nearest dates first.", (done, total))


def was_listed(store: Store, pair_key: str) -> bool:
    """Tell whether the pair was ever brought in step."""
    return last_success(store, pair_key) is not None


def after_error(error: CalpairError, *, doctor: bool = True) -> State:
    """Give the state after a run that could not be finished. `doctor`: this ground has one who can be asked."""
    match error:
        case BackOffError(scope="gate"):
            return State("behind", f"{error}.")
        case BackOffError(scope="refused"):
            return State("failing", f"{error}.")
        case BackOffError() | UnknownOutcomeError():
            return State(
                "behind", f"{error}. It is tried again by itself; if it stays so, look at that server and its address."
            )
        case AccessLostError() | SignInError() if doctor:
            return State("failing", f"{error}. `calpair doctor` names the cure.")
        case StoreError():
            return State("failing", str(error))
        case _:
            return State("failing", f"{error}.")


def last_success(store: Store, pair_key: str) -> datetime | None:
    """Tell when both sides were last listed and brought in step."""
    cursors = store.get(_CURSORS, pair_key)
    return datetime.fromisoformat(cursors.data["listed"]) if cursors and cursors.data["listed"] else None


def record(
    store: Store,
    pair_key: str,
    name: str,
    state: State,
    said: Mapping[str, int],
    now: datetime,
    visible: Sequence[float] = (),
) -> None:
    """Write the pair's status anew, with what its links have to tell.

    `pair_key`: empty for a document with mistakes. `visible`: the seconds it took until changes of this run were to be
    seen on the other side.
    """
    there = store.get(STATUS, name)
    old = _known(there, pair_key)
    since = old["since"] if old and old["state"] == state.state else now.isoformat()
    links = store.find(_LINKS, pair_key, _EYE) if pair_key else ()
    totals = Counter(old["totals"] if old else {})
    # That a parked event was tried once more in vain is no further event.
    totals.update({word: count for word, count in said.items() if word != "still_parked"})
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "of": pair_key or (old.get("of", "") if old else ""),
        "state": state.state,
        "sentence": state.sentence,
        "progress": state.progress and {"done": state.progress[0], "of_about": state.progress[1]},
        "since": since,
        "written": now.isoformat(),
        "totals": dict(sorted(totals.items())),
        "visible": [*(old.get("visible", ()) if old else ()), *visible][-_RECENT:],
        **_told(links),
    }
    store.put(Doc(STATUS, name, data, version=there.version if there else ""))


def told(store: Store, pair_key: str, name: str) -> State | None:
    """Give the state as it was last written of this pair; None: nothing was."""
    known = _known(store.get(STATUS, name), pair_key)
    return State(known["state"], known["sentence"]) if known else None


def _known(status: Doc | None, pair_key: str) -> Mapping[str, Any] | None:
    """Give what a status tells of this pair; None: nothing, or of another mailbox or calendar that had the name before.

    A document with mistakes (`pair_key` empty) is whatever pair it was before. A status into which somebody wrote by hand,
    so that it cannot be read, is none.
    """
    if status is None or not _readable(status.data):
        return None
    of = status.data.get("of")
    return status.data if not of or not pair_key or of == pair_key else None


def _readable(data: Mapping[str, Any]) -> bool:
    totals, visible = data.get("totals"), data.get("visible", [])
    return (
        all(isinstance(data.get(name), str) for name in ("state", "sentence", "since"))
        and isinstance(totals, Mapping)
        and all(isinstance(count, int) for count in totals.values())
        and isinstance(visible, list)
        and all(isinstance(seconds, int | float) for seconds in visible)
    )


def forget(store: Store, name: str) -> None:
    """Take away the status of a pair that is no more."""
    old = store.get(STATUS, name)
    if old:
        store.delete(old)


def _told(links: Sequence[Doc]) -> Mapping[str, Any]:
    parked = [_parked(doc) for doc in links if doc.data["state"] == "parked"]
    lossy = _lossy(links)
    losses = Counter(loss for event in lossy for loss in event["losses"])
    left = {(_event(doc), doc.data["why"]) for doc in links if doc.data["why"] and doc.data["state"] != "orphan"}
    return {
        "parked": parked[:_SHOWN],
        "parked_count": len(parked),
        "missing": _missing(links),
        "parked_reasons": dict(Counter(event["reason"] for event in parked).most_common()),
        "losses": dict(sorted(losses.items())),
        "lossy": lossy[:_SHOWN],
        "lossy_count": len(lossy),
        "unknown_zones": _unknown_zones(links),
        "left": dict(sorted(Counter(why for _, why in left).items())),
        "twins": sum(1 for doc in links if doc.data["state"] == "twin"),
        "orphans": sum(1 for doc in links if doc.data["state"] == "orphan"),
    }


def _lossy(links: Sequence[Doc]) -> list[Mapping[str, Any]]:
    """Name the events that lost something, each with what it lost; a series that stands in parts is its first one."""
    found: dict[str, dict[str, Any]] = {}
    for doc in sorted(links, key=_place):
        losses = [loss for loss in doc.data["losses"] if not loss.startswith(_ZONE)]
        if losses:
            google_id = next((series_of(part["id"]) for part in doc.data["google"]), "")
            names = {"link": doc.key, "home": doc.data["home"], "uid": doc.data["uid"], "google_id": google_id}
            event = found.setdefault(_event(doc), {**names, "losses": []})
            event["losses"] = sorted({*event["losses"], *losses})
    return list(found.values())


def _unknown_zones(links: Sequence[Doc]) -> Sequence[Mapping[str, Any]]:
    """Give the zones nobody knows, each with the number of its events, those of most events first.

    A list, because a name may be one that no store takes for a field.
    """
    told = {(_event(doc), loss) for doc in links for loss in doc.data["losses"] if loss.startswith(_ZONE)}
    named = Counter(loss.removeprefix(_ZONE) for _, loss in told)
    ranked = sorted(named.items(), key=lambda one: (-one[1], one[0]))
    return [{"name": name, "events": events} for name, events in ranked[:_SHOWN]]


def _event(doc: Doc) -> str:
    """Tell the event of a link, which several may have."""
    ids = [part["id"] for side in Side for part in doc.data[side.value]]
    shown = (series_of(id_) for id_ in ids if PORTION in id_)
    return next(shown, next((part["id"] for part in doc.data["google"]), doc.key))


def _place(doc: Doc) -> str:
    return max((place_of(part["id"]) for side in Side for part in doc.data[side.value]), default="")


def _missing(links: Sequence[Doc]) -> Mapping[str, Any] | None:
    """Give how many events are not found without a word of their deletion, where, and since when; None: none are."""
    missing = [
        doc.data for doc in links if doc.data["state"] == "parked" and doc.data["parking"]["reason"] == "missing"
    ]
    if not missing:
        return None
    return {
        "events": len(missing),
        "sides": sorted({side for data in missing for side in data["missing"]}),
        "since": min(data["parking"]["since"] for data in missing),
    }


def _parked(doc: Doc) -> Mapping[str, Any]:
    parking = doc.data["parking"]
    return {
        "link": doc.key,
        "home": doc.data["home"],
        "uid": doc.data["uid"],
        "google_id": next((part["id"] for part in doc.data["google"]), ""),
        "reason": parking["reason"],
        "meaning": reason(parking["reason"]),
        "since": parking["since"],
        "tries": parking["tries"],
        "retry": parking["retry"],
    }


def places(store: Store, links: Sequence[str]) -> Mapping[str, Mapping[Side, str]]:
    """Give the ids of the items of links, for those who look the events up."""
    docs = {key: store.get(_LINKS, key) for key in links}
    return {key: {side: doc.data[side][0]["id"] for side in Side if doc.data[side]} for key, doc in docs.items() if doc}


def orphans(store: Store, pair_key: str) -> Mapping[str, datetime]:
    """Give the links of copies whose original is gone, each with the time it was first missed."""
    return {
        doc.key: datetime.fromisoformat(min(doc.data["missing"].values()))
        for doc in store.find(_LINKS, pair_key, ["orphan"])
    }


def _time_to_visible(seconds: Sequence[float]) -> Mapping[str, float] | None:
    """Give the last and the typical time, and of how many it is the middle one."""
    return {"last": seconds[-1], "typical": median(seconds), "measured": len(seconds)} if seconds else None


def nothing_yet() -> dict[str, Any]:
    """Give the status of a pair of which nothing is known."""
    return {
        "schema": SCHEMA,
        "state": "waiting",
        "sentence": "Not looked at yet.",
        "last_success": None,
        "held": False,
        "holds": None,
        "time_to_visible": None,
    }


def read(store: Store, pair_key: str, name: str) -> dict[str, Any]:
    """Give the status as people see it: the document, and when the pair was last found in step.

    `held`: something is held back for a person who has not approved it yet, `holds` what. A pair whose last run went well is behind
    all the same while events are missing: what becomes of them is not known yet.
    """
    known, cursors = _known(store.get(STATUS, name), pair_key), store.get(_CURSORS, pair_key)
    shown = dict(known) if known else nothing_yet()
    shown.pop("of", None)
    held = cursors.data["held"] if cursors else None
    shown["last_success"] = cursors.data["listed"] if cursors else None
    shown["holds"] = summary(cursors.data if cursors else None)
    shown["held"] = shown["holds"] is not None
    shown["time_to_visible"] = _time_to_visible(shown.pop("visible", ()))
    if held and held["approved"] and shown["state"] == "paused":
        shown["sentence"] = "Approved; the next sync carries it out."
    missing = shown.get("missing")
    if missing:
        where, since = " and ".join(map(str.capitalize, missing["sides"])), missing["since"]
        sentence = _MISSING.format(n=missing["events"], where=where, since=since[:19], pair=name)
        shown["missing"] = {**missing, "sentence": sentence}
        if shown["state"] == "ok":
            shown |= {"state": "behind", "sentence": sentence, "since": since}
    return shown

"""Where everything is joined: builds the real parts once for each process, lazily. No decisions are made here.

    machine.py              one machine: SQLite, the loop, a file; `serving.py` answers there, `free_busy.py` asks,
                            `doctoring.py` examines
    deployment.py           what the environment of a function says; `ground.py`: what every function stands on
    dispatching.py          the functions that ask for pairs and batches: `dispatch`, `renew`, `document_written`
    syncing.py              the function that keeps a pair in step: `sync_pair`; `runner.py` has one run of it
    publishing.py           the function that publishes: `publish_free_busy`; `publisher.py` has one round of it
    looking_up.py           the function that tells of Exchange users: `exchange_free_busy`; `exchange_rooms.py` has what is
                            behind its doors, `servers.py` whom it asks
    looking_up_google.py    the function that tells of Google users: `google_free_busy`; `google_servers.py` the same
    doors.py                how a caller is proven, read, answered and refused; a `..._door.py` for each that is special

Only these modules know both sides, a store, the engine and the care of pairs; where an adapter does not fit its port, the
type checker says so here. They are apart because a function imports one of them and should not pay for the rest.
"""

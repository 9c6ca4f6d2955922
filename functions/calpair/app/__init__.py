"""Where everything is joined: builds the real parts once for each process, lazily. No decisions are made here.

    machine.py        one machine: SQLite, the loop, a file
    deployment.py     what the environment of a function says
    dispatching.py    the functions that ask for pairs: `dispatch`, `document_written`
    syncing.py        the function that keeps a pair in step: `sync_pair`
    looking_up.py     the function that tells free/busy: `exchange_free_busy`; `servers.py` has whom it asks,
                      `register.py` what is stored about whose an address is

Only these modules know both sides, a store, the engine and the care of pairs; where an adapter does not fit its port, the
type checker says so here. They are apart because a function imports one of them and should not pay for the rest.
"""

"""The demo: two servers, `calpair run` beside them, a working day of edits, and a reader who asks both servers.

    make demo                    # two simulated servers, on this machine
    make demo STORE=firestore    # the same through the deployed functions, with Google Cloud simulated around them
    make live                    # the same story on a mailbox and a calendar of your own

Nothing here knows calpair but as what is started, killed and started again: what became of an edit is asked of the
servers, over their own protocols, after the fact.
"""

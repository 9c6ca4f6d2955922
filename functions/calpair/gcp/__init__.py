"""All that is known of Google Cloud: the store (Firestore), the queue (Cloud Tasks), secrets (Secret Manager), who calls.

Its modules are strangers to each other's libraries: a function pays for what it uses.
"""

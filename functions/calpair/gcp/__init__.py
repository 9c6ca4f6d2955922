"""All that is known of Google Cloud: the store (Firestore) and secrets (Secret Manager). Its modules are strangers to each other's libraries."""

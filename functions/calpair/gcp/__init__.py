"""All that is known of the platform: Firestore, Cloud Tasks, Secret Manager, and who calls."""

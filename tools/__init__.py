"""What the Makefile's words call when one line is not enough. Nothing here is deployed."""

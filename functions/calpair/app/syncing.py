"""The parts of the function that keeps a pair in step."""

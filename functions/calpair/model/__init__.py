"""Values only: what an event, a link, a pair is. No clock, network, chance or environment."""

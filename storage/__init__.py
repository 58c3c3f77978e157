"""How things are remembered: SQL and nothing else. ``database`` is the door, ``schema`` the tables."""

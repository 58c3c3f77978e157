"""Loaded once by the process from which calls of the program are forked."""

from tests.support.forked import load_everything

load_everything()

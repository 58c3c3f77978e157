"""Make one file: ``python -m liaisonbot.reports MAKER LANGUAGE TIMEZONE``, from standard input to standard output."""

from __future__ import annotations

import os
import sys

from liaisonbot import reports
from liaisonbot.texts import catalogue

if __name__ == "__main__":
    os.nice(10)  # whoever waits for an answer comes first
    maker, language, timezone = sys.argv[1:]
    made = reports.MAKERS[maker](sys.stdin.buffer.read(), catalogue(language, timezone))
    sys.stdout.buffer.write(made)

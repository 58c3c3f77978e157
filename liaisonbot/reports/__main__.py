"""Make one file, from input to output: ``python -m liaisonbot.reports MAKER LANGUAGE TIMEZONE NOW``."""

from __future__ import annotations

import os
import sys
from datetime import datetime

from liaisonbot import reports, texts
from liaisonbot.clock import MovableClock
from liaisonbot.texts import catalogue

if __name__ == "__main__":
    os.nice(10)  # whoever waits for an answer comes first
    maker, language, timezone, now = sys.argv[1:]
    clock = MovableClock()
    clock.set(datetime.fromisoformat(now))
    texts.go_by(clock)
    made = reports.MAKERS[maker](sys.stdin.buffer.read(), catalogue(language, timezone))
    sys.stdout.buffer.write(made)

"""Where an error came from, without the words that an exception's text may hold."""

from __future__ import annotations

import traceback
from pathlib import Path


def place_of(error: BaseException) -> str:
    """``Type at module:line``: the innermost line of ours, else the innermost of all."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    ours = [frame for frame in frames if "site-packages" not in frame.filename]
    frame = (ours or frames)[-1]
    path = Path(frame.filename)
    return f"{type(error).__name__} at {path.parent.name}.{path.stem}:{frame.lineno}"

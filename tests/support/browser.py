"""A real browser, headless, that looks at the sandbox's page."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 10_000

expect.set_options(timeout=PATIENCE_MS)


def executable() -> str:
    """The browser on this machine. Without one the test is skipped; under CI it fails."""
    found = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        why = "no Chromium: install it, or name one with CHROMIUM=/path/to/it"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return found


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        # No sandbox of its own: as root in a container it cannot make one, and it sees only our page.
        browser = await play.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            await browser.close()


class Screen:
    """The page as somebody sees it. ``errors`` collects what the page itself complains about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)

    def column(self, name: str) -> Locator:
        """The column of that group, or of that person's phone."""
        return self.page.locator("section.column").filter(has=self.page.locator(".title", has_text=name))

    async def tab(self, role: str) -> None:
        """On a phone: go to another column."""
        await self.page.locator("#tabs button", has_text=role).click()

    async def write(self, name: str, text: str) -> None:
        """Write a message in a column and send it with Enter."""
        field = self.column(name).locator("textarea")
        await field.fill(text)
        await field.press("Enter")

    def bubble(self, name: str, words: str) -> Locator:
        """The newest message in a column that contains the words, with its buttons."""
        return self.column(name).locator(".message", has_text=words).last

    async def press(self, name: str, label: str, *, under: str = "") -> None:
        """Press the newest inline button with that label; ``under`` a message with those words, if they are given."""
        place = self.bubble(name, under) if under else self.column(name)
        # At a word's beginning: 受理 is not 不予受理.
        await place.locator(".key", has_text=re.compile(rf"(^|\s){re.escape(label)}")).last.click()

    async def sees(self, name: str, words: str) -> Locator:
        """Wait until a column shows the words."""
        bubble = self.bubble(name, words)
        await expect(bubble).to_be_visible()
        return bubble


@asynccontextmanager
async def a_screen(
    browser: Browser, url: str, *, size: dict[str, int] = WIDE, language: str = "zh-CN", guide: bool = False
) -> AsyncIterator[Screen]:
    """The page opened afresh, as by somebody who was never there; it must not complain about anything."""
    context = await browser.new_context(viewport=size, locale=language, reduced_motion="reduce")
    if not guide:
        await context.add_init_script("localStorage.setItem('liaison.guide', 'yes')")
    screen = Screen(await context.new_page())
    await screen.page.goto(url)
    try:
        yield screen
        assert screen.errors == []
    finally:
        await context.close()

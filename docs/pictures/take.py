"""Takes the README's pictures of the demo's page: ``make pictures``.

Needs a Chromium (named by CHROMIUM, or found on the path) and a Chinese font.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
REPORT = "/report 3号楼门口的路灯坏了三天，晚上看不清，容易摔跤"


async def main() -> None:
    """Start a demo of its own, let a case begin in it, and take the pictures."""
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "bot.py", "demo", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        url = await address(demo)
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
            await wide(browser, url)
            await phone(browser, url)
            await what_people_see(browser, url)
            await result(browser, url)
            await browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        await demo.wait()


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return found or sys.exit("no Chromium: install it, or name one with CHROMIUM=/path/to/it")


async def address(demo: asyncio.subprocess.Process) -> str:
    """Where the demo says it is."""
    assert demo.stdout is not None
    async for line in demo.stdout:
        if found := re.search(rb"http://127\.0\.0\.1:\d+", line):
            return found[0].decode()
    sys.exit("the demo did not start")


async def opened(browser: Browser, url: str, width: int, height: int) -> Page:
    page = await browser.new_page(
        viewport={"width": width, "height": height}, locale="zh-CN", color_scheme="light", reduced_motion="reduce"
    )
    await page.goto(url)
    await page.locator(".message").first.wait_for()
    return page


async def wide(browser: Browser, url: str) -> None:
    """Four columns, with a case that has just been accepted."""
    page = await opened(browser, url, 1280, 800)
    field = page.locator("section.column textarea").first
    await field.fill(REPORT)
    await field.press("Enter")
    deputy = page.locator("section.column").nth(2)
    await deputy.locator(".message", has_text="#9").locator(".key", has_text=re.compile(r"^\S+ 受理")).click()
    await page.locator("section.column").nth(1).locator(".message", has_text="#9 已受理").wait_for()
    await deputy.locator(".toast").wait_for(state="hidden")
    await page.locator("#top").hover()
    await page.screenshot(path=HERE / "demo.png")
    await page.close()


async def phone(browser: Browser, url: str) -> None:
    """The same as the constituent sees it on a phone."""
    page = await opened(browser, url, 390, 780)
    await page.locator("#guide .round").click()
    await page.locator("#tabs button").nth(0).click()
    await page.screenshot(path=HERE / "phone.png")
    await page.close()


async def what_people_see(browser: Browser, url: str) -> None:
    """On a phone: a poll's result and a case's card in the group, the deputy's inbox, the card a deputy works from."""
    page = await opened(browser, url, 390, 780)
    await page.locator("#guide .round").click()
    await tab(page, 0)
    result = newest(page, "投票结果")
    await result.scroll_into_view_if_needed()
    await result.locator("img").evaluate("img => img.decode()")
    await result.screenshot(path=HERE / "poll-result.png")
    await newest(page, "#9").screenshot(path=HERE / "group-card.png")
    await tab(page, 2)
    card = newest(page, "3号楼门口的路灯坏了三天")
    await card.screenshot(path=HERE / "case-card.png")
    field = page.locator("section.column:visible textarea")
    await field.fill("/inbox")
    await field.press("Enter")
    await page.locator("section.column:visible .message", has_text=re.compile(r"待办民情[\s\S]*#9")).last.wait_for()
    await page.locator("section.column:visible .toast").wait_for(state="hidden")
    await page.screenshot(path=HERE / "inbox.png")
    await page.close()


async def result(browser: Browser, url: str) -> None:
    """The announcement of a deputies' vote, as the group reads it."""
    page = await opened(browser, url, 390, 2000)
    await page.locator("#guide .round").click()
    await tab(page, 0)
    card = newest(page, "票决结果公告")
    await card.scroll_into_view_if_needed()
    await card.locator("img").last.wait_for()
    await page.wait_for_timeout(500)
    await card.screenshot(path=HERE / "vote-result.png")
    await page.close()


async def tab(page: Page, place: int) -> None:
    await page.locator("#tabs button").nth(place).click()


def newest(page: Page, words: str) -> Locator:
    """The last message with these words in the column that is shown."""
    return page.locator("section.column:visible .message", has_text=words).last


if __name__ == "__main__":
    asyncio.run(main())

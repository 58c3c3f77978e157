"""How the bot gets its updates: long polling and webhooks."""

from sandbox import webhook
from sandbox.methods import Params, Raw, serves
from sandbox.model import Wire
from sandbox.world import World


@serves("getUpdates")
async def get_updates(world: World, p: Params) -> Raw:
    world.updates.allow(p.get("allowed_updates"))
    timeout = max(0, p.get("timeout", 0))
    updates = await world.updates.get(offset=p.get("offset", 0), limit=p.get("limit", 100), seconds=timeout)
    return Raw("[" + ",".join(updates) + "]")


@serves("setWebhook")
async def set_webhook(world: World, p: Params) -> bool:
    url, secret = p["url"], p.get("secret_token", "")
    if url:
        webhook.check(url, secret)
    if p.get("drop_pending_updates"):
        world.updates.clear()
    world.updates.allow(p.get("allowed_updates"))
    await world.webhook.set(url, secret, p.get("max_connections", 40))
    return True


@serves("deleteWebhook")
async def delete_webhook(world: World, p: Params) -> bool:
    if p.get("drop_pending_updates"):
        world.updates.clear()
    await world.webhook.set("")
    return True


@serves("getWebhookInfo")
def get_webhook_info(world: World, p: Params) -> Wire:
    return world.webhook.wire()

"""Measurements of the bot as it runs: own processes, real HTTP, a real file on the disk. See README.md."""

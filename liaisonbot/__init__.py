"""What the office does: people, stations, cases, rights and texts. It knows neither Telegram's library nor SQL."""

__version__ = "0.1.0"

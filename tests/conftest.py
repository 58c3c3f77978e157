pytest_plugins = [
    "tests.support.databases",
    "tests.support.units",
    "tests.support.terminal",
    "tests.support.town",
    "tests.support.cities",
    "tests.support.spoken",
]

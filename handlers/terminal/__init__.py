"""The other edge of the office: whoever sits at the machine, with ``python bot.py …``.

A call is read by ``bot.py`` and carried out by one module here. These modules see both sides, the office and its
storage, as ``bot.py`` itself does and for the same reason: somebody has to put the parts together. They stand under
``handlers/`` because they do what a handler does: translate, call one service inside one unit of work, and return.
"""

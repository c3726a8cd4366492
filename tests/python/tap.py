# SPDX-License-Identifier: GPL-3.0-or-later
"""TAP lines for the tests of the Python package."""
import sys

_count = _bad = 0


def verdict(holds, name, detail=""):
    global _count, _bad
    _count += 1
    _bad += not holds
    print(f"{'ok' if holds else 'not ok'} {_count} - {name}")
    if not holds and detail:
        print("# " + str(detail).replace("\n", "\n# "))


def refuses(kind, what, name, function, *arguments, **options):
    """The call raises an exception of that kind whose message contains `what`."""
    try:
        function(*arguments, **options)
    except kind as why:
        verdict(what in str(why), name, why)
    else:
        verdict(False, name, "was not refused")


def finish():
    print(f"1..{_count}")
    sys.exit(_bad > 0)

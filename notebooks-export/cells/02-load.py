import os

try:
    import matplotlib.pyplot as plt
    import numpy as np
    import pandas as pd
    from goagap import tables
    from goagap.tables import INSTANCE, interval, ratio
except ImportError as missing:
    raise ImportError(f"this notebook needs matplotlib, pandas and the Python package of goagap (`make install`): {missing}") from missing

if not os.path.exists(RESULTS):
    raise FileNotFoundError(f"no results at {RESULTS!r}, seen from {os.getcwd()}: set RESULTS above")
runs = tables.load(RESULTS)
runs.head()

# The folder that `goagap batch` wrote, or one results file, as seen from this notebook's folder.
RESULTS = "@RESULTS@"

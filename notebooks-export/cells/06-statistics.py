def measure(by):
    """One line for each group of rows that agree in the columns `by`."""
    return tables.measure(runs, by)


def in_order(table, by):
    return tables.in_order(runs, table, by)

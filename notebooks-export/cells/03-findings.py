print(tables.findings(runs))

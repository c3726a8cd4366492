decided = runs.kind != "none"
instances = runs.groupby(INSTANCE, observed=True, sort=False)
print(f"{instances.ngroups} instances, {int((instances.kind.first() != 'interval').sum())} with a proven optimum "
      "or without a decision")

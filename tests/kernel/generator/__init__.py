"""Random hosts, rulesets and packets. The same seed makes the same choices, as far as the kernel does."""

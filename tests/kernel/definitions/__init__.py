"""Our own scenarios, one idea each, by what they are about."""

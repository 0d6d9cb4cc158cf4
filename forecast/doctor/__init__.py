"""What may keep laadvraag from working: programs, database, sources and places to write."""

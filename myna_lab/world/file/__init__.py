"""A lab in one SQLite file: names, header, rows with chained checksums, and the journal that writes them."""

"""Response sets as pure tables: rows in, rows out."""

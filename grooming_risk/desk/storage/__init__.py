"""One SQLite data base and the folder around it: everything that the desk keeps."""

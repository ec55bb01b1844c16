"""Django's PostgreSQL backend with a pool that looks at a connection only after it has rested."""

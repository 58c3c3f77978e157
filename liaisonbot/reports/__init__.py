"""What the office gives out: files, tables, charts."""

"""The declaration: what a park is made of, read from one file and checked."""

"""Pages of the documentation that are made from the code; one file a page, a function that returns Markdown."""

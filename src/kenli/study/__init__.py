"""The use cases, each a recipe that one reads first."""

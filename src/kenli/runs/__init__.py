"""The run folder: immutable Parquet tables with a manifest, the only hand-over from the engine upward."""

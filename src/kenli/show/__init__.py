"""What people look at: terminal, report, exports. Shows what a run says and recomputes nothing."""

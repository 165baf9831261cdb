"""What goes on inside a loaded model while it works."""

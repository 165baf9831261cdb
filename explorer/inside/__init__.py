"""What goes on inside a model while it works: plain values, apart from the code that looks."""

"""What goes on inside a model, drawn: one file a view, each of a value of ``explorer.inside``."""

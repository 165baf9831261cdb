"""What is inside any Hugging Face transformers model, without its weights."""

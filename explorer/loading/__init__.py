"""What needs torch and transformers; imported only inside worker processes and by tests."""

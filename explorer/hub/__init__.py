"""What is read of a model's repository, on the Hub or in a folder: facts and headers, no weights."""

"""Where the work on models runs: worker processes that hold torch, apart from the server."""

"""Sessions, tokens and checks of every request: other sites and other users of the machine get nothing."""

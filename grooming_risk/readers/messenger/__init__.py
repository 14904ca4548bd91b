"""Facebook Messenger and Instagram downloads."""

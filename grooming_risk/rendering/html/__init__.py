"""The review page, the queue page and the notebook view."""

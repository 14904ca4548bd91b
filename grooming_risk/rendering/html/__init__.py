"""The review page, the queue page and the notebook view, as HTML."""

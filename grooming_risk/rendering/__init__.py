"""Reports, operating points and records for people: wording, numbers and what all views share."""

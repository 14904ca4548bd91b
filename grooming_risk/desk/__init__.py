"""The review desk: a local web application in which a team brings exports in, reads, decides and hands over."""

"""`bench --engine`: how many messages a worker of Spark, Ray or Kafka reads, beside the library's own speed."""

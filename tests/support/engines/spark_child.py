"""Spark does what the tests look at, in one process; run by tests/engines/test_spark.py."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from grooming_risk.engines import spark
from tests.support.engines import examples

MESSAGE = "message_id string, speaker string, text string, sent_at string"
ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def session():
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.default.parallelism", "2")
    builder = builder.config("spark.python.authenticate.socketTimeout", "300s")  # a busy machine starts workers slowly
    # With a time to live, a query would otherwise run batches without data for ever, and availableNow never end.
    builder = builder.config("spark.sql.streaming.noDataMicroBatches.enabled", "false")
    return builder.config("spark.sql.streaming.stateStore.providerClass", ROCKSDB).getOrCreate()


def rows(frame):
    return [row.asDict() for row in frame.collect()]


def follow(sql, folder, lines, options):
    """Read more messages of the stream of this folder, from where the last call stopped."""
    source, results = folder / "stream", folder / "rows"
    source.mkdir(exist_ok=True)
    results.mkdir(exist_ok=True)
    number = len(list(source.glob("*.json")))
    (source / f"{number}.json").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    given = sql.readStream.schema(f"conversation string, sequence long, {MESSAGE}").json(str(source))
    followed = spark.follow_messages(given, options, forget_after=timedelta(days=30))
    writer = followed.writeStream.format("json").outputMode("append").trigger(availableNow=True)
    query = writer.option("checkpointLocation", str(folder / "checkpoint")).start(str(results))
    query.awaitTermination()
    found = [line for path in results.glob("*.json") for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in found]


def main(out, folder):
    sql = session()
    sql.sparkContext.setLogLevel("ERROR")
    options = examples.options()
    whole = sql.createDataFrame(
        [(row["conversation"], row["messages"]) for row in examples.with_bad_rows()],
        f"conversation string, messages array<struct<{MESSAGE.replace(' ', ':').replace(',:', ', ')}>>",
    ).repartition(3)
    table = sql.createDataFrame(examples.messages(), f"conversation string, sequence long, {MESSAGE}").repartition(3)
    stream = examples.messages()
    half = [row for row in stream if row["sequence"] < 4], [row for row in stream if row["sequence"] >= 4]
    live = examples.options(steps=True)
    result = {
        "conversations": rows(spark.score_conversations(whole, options)),
        "messages": rows(spark.score_messages(table, options)),
        "live": follow(sql, folder, half[0], live),
        "live_again": follow(sql, folder, half[1], live),
        "live_repeated": follow(sql, folder, half[1][-20:], live),
    }
    out.write_text(json.dumps(result), encoding="utf-8")
    sql.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Runs `richter_spark.score` on a real Spark cluster of two worker processes and compares it, row by row, with one plain
`richter batch`. Needs Java, pyspark and git. usage: test_richter_spark.py RICHTER_BINARY"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
os.environ["PYTHONPATH"] = os.pathsep.join([sys.path[0], os.environ.get("PYTHONPATH", "")])

import richter_spark  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

RICHTER = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "richter"


def git(folder, *words):
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def repository(root, name, commits):
    folder = os.path.join(root, name)
    os.makedirs(folder)
    git(folder, "init", "-q", "-b", "main")
    for at in range(commits):
        with open(os.path.join(folder, "price.py"), "a", encoding="utf-8") as file:
            file.write(f"def price_{at}(cart):\n    return sum(cart) + {at}\n\n")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"Price {at}")
    return folder


class OnACluster(unittest.TestCase):
    def test_rows_are_those_of_one_batch_whatever_the_cluster_does(self):
        with tempfile.TemporaryDirectory() as root:
            repos = [repository(root, "shop", 7), repository(root, "desk", 4), os.path.join(root, "gone")]
            spark = (
                SparkSession.builder.master("local-cluster[2,1,1024]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"])
                .config("spark.local.dir", root)
                .getOrCreate()
            )
            try:
                out = os.path.join(root, "out.parquet")
                richter_spark.score(spark, repos, RICHTER, chunk=3).write.parquet(out)
                rows = {(row.repo, row.commit): row for row in spark.read.parquet(out).collect()}
            finally:
                spark.stop()
            asked = [pair[1][1] for repo in repos[:2] for pair in richter_spark.requests(repo, 1_000, 3)]
            plain = subprocess.run(
                [RICHTER, "batch", "--no-graph"], input="\n".join(asked) + "\n", capture_output=True, text=True, check=True
            )
            wanted = [json.loads(line) for line in plain.stdout.splitlines()]
            self.assertEqual(len(rows), 11)
            self.assertEqual(len(wanted), 11)
            for line, report in zip(plain.stdout.splitlines(), wanted):
                row = rows[(report["id"], report["commit"])]
                self.assertEqual(row.report, line)
                self.assertEqual((row.score, row.level), (report["assessment"]["score"], report["assessment"]["level"]))

    def test_a_request_that_fails_is_a_row_with_its_error(self):
        failed = subprocess.run(
            [RICHTER, "batch"], input='{"id":"/gone","repo":"/gone","commit":"HEAD"}\n', capture_output=True, text=True, check=True
        )
        row = richter_spark.row(failed.stdout.strip())
        self.assertEqual((row["repo"], row["commit"]), ("/gone", "HEAD"))
        self.assertTrue(row["error"].startswith("not-a-repository: "))


if __name__ == "__main__":
    unittest.main()

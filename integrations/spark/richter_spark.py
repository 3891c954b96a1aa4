"""Scores the commits of many repositories with `richter batch` on Spark, and writes the outcome as Parquet.

The idea: `richter batch` is a stateless line filter, one request in, one report out, so Spark's own `pipe` is all the engine
that is needed: Spark splits, retries and places the work. Requests of one repository are kept together, in chunks of
consecutive commits, because a process that judges neighbours shares what it has read. A partition that Spark runs again gives
the same bytes. What this leaves out: getting the repositories to the executors. Each must stand under the same path on every
machine (a shared file system, or a copy made before); nothing is fetched here.

usage: richter_spark.py --repos FILE|DIR --out DIR [--richter BIN] [--commits N] [--chunk N] [--graph]
"""

import argparse
import json
import os
import shlex
import subprocess
import sys

SCHEMA = (
    "repo string, commit string, score int, level string, level_from string, complete boolean, probability double, "
    "percentile int, likelihood_points int, impact_points int, files int, lines_added int, lines_deleted int, "
    "involvement string, signals array<string>, zones array<string>, error string, report string"
)


def repositories(path):
    """Directories named by a file (one a line, `#` starts a comment), or the folders of a folder."""
    if os.path.isdir(path):
        found = (os.path.join(path, name) for name in sorted(os.listdir(path)))
        return [os.path.abspath(folder) for folder in found if os.path.isdir(folder)]
    with open(path, encoding="utf-8") as lines:
        named = (line.split("#")[0].strip() for line in lines)
        return [os.path.abspath(line) for line in named if line]


def commits(repo, most):
    """The latest `most` non-merge commits of a repository, oldest first; none and a word on standard error if git fails."""
    command = ["git", "-C", repo, "rev-list", "--no-merges", f"--max-count={most}", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{repo}: {done.stderr.strip()}", file=sys.stderr)
    return done.stdout.split()[::-1]


def requests(repo, most, chunk):
    """`((repository, number of the chunk), (place, request))` for every commit."""
    for at, commit in enumerate(commits(repo, most)):
        # the repository rides along as `id`, which richter echoes also where it fails
        yield (repo, at // chunk), (at, json.dumps({"id": repo, "repo": repo, "commit": commit}))


def row(line):
    """One line of richter's output as one row of the table; an error fills `error` and leaves the figures empty."""
    report = json.loads(line)
    if report["schema"].startswith("richter.error/"):
        error = report["error"]
        named = {"repo": report.get("id"), "commit": report.get("commit")}
        return {**named, "error": f"{error['kind']}: {error['message']}", "report": line}
    assessment, change = report["assessment"], report["change"]
    likelihood = assessment["likelihood"]
    return {
        "repo": report["id"],
        "commit": report["commit"],
        "score": assessment["score"],
        "level": assessment["level"],
        "level_from": assessment["level_from"],
        "complete": assessment["complete"],
        "probability": likelihood["probability"],
        "percentile": likelihood["percentile"],
        "likelihood_points": likelihood["points"],
        "impact_points": assessment["impact"]["points"],
        "files": change["files"],
        "lines_added": change["lines_added"],
        "lines_deleted": change["lines_deleted"],
        "involvement": report["provenance"]["involvement"],
        "signals": sorted({signal["rule"] for signal in report["signals"]}),
        "zones": sorted({zone["zone"] for zone in report["blast_radius"]["zones"]}),
        "report": line,
    }


def score(spark, repos, richter="richter", most=1_000, chunk=500, graph=False):
    """A data frame with one row a commit (columns: `SCHEMA`)."""
    context = spark.sparkContext
    asked = context.parallelize(repos, max(1, len(repos))).flatMap(lambda repo: requests(repo, most, chunk))
    chunks = asked.groupByKey(numPartitions=max(1, asked.keys().distinct().count()))
    lines = chunks.sortByKey().flatMap(lambda pair: (line for _, line in sorted(pair[1])))
    command = [richter, "batch", "--threads", "1"] + ([] if graph else ["--no-graph"])
    # checkCode: a process that dies fails its task, so Spark tries again instead of losing what was left
    reports = lines.pipe(shlex.join(command), checkCode=True)
    return spark.createDataFrame(reports.map(row), SCHEMA)


def main():
    parser = argparse.ArgumentParser(description="Score many repositories with richter on Spark")
    parser.add_argument("--repos", required=True, help="a file with one repository a line, or a folder of repositories")
    parser.add_argument("--out", required=True, help="folder for the Parquet files; must not exist")
    parser.add_argument("--richter", default="richter", help="the binary, on every executor (default: from PATH)")
    parser.add_argument("--commits", type=int, default=1_000, help="latest non-merge commits of each repository")
    parser.add_argument("--chunk", type=int, default=500, help="consecutive commits that one process judges")
    parser.add_argument("--graph", action="store_true", help="also trace who depends on each change (slower)")
    given = parser.parse_args()

    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("richter").getOrCreate()
    repos = repositories(given.repos)
    if not repos:
        sys.exit(f"richter_spark: {given.repos} names no repository")
    frame = score(spark, repos, given.richter, given.commits, given.chunk, given.graph)
    frame.write.parquet(given.out)
    table = spark.read.parquet(given.out)
    table.groupBy("level").count().orderBy("level").show()
    failed = table.where("error is not null").count()
    if failed:
        print(f"{failed} commits could not be judged: see the column `error`", file=sys.stderr)
    spark.stop()


if __name__ == "__main__":
    main()

//! The fleet integration on a real local Spark cluster, where Java and pyspark are at hand; elsewhere there is nothing to run
//! it on, and the test says so.

use std::path::Path;
use std::process::{Command, Stdio};

fn at_hand(program: &str, arguments: &[&str]) -> bool {
    let silent = || Stdio::null();
    let status = Command::new(program).args(arguments).stdin(silent()).stdout(silent()).stderr(silent()).status();
    status.is_ok_and(|status| status.success())
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that does not run has to say so")]
fn a_spark_cluster_gives_the_rows_of_one_batch() {
    if !at_hand("java", &["-version"]) || !at_hand("python3", &["-c", "import pyspark"]) {
        eprintln!("not run: java and pyspark are not at hand");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("integrations/spark/test_richter_spark.py");
    let output = Command::new("python3").arg(script).arg(env!("CARGO_BIN_EXE_richter")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

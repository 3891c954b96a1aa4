//! Small git repositories for tests, made by git itself with fixed names and dates, so that object ids never change.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub struct Repository {
    _folder: TempDir,
    path: PathBuf,
}

impl Repository {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("repository");
        fs::create_dir(&path).unwrap();
        let repository = Self { _folder: folder, path };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    /// Three commits of a small Rust library: the last one changes a function that another file calls.
    pub fn sample() -> Self {
        let repository = Self::new();
        repository.write("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\n");
        repository.write("src/lib.rs", "pub mod cart;\npub mod price;\n");
        repository.write("src/price.rs", "pub fn net(gross: u64) -> u64 {\n    gross * 100 / 119\n}\n");
        repository
            .write("src/cart.rs", "use crate::price::net;\n\npub fn total(gross: u64) -> u64 {\n    net(gross)\n}\n");
        repository.commit("Begin");
        repository.write("deploy/app.yaml", "http:\n  timeout: 30s\n  retries: 3\n");
        repository.commit("Add the deployment");
        repository
            .write("src/price.rs", "pub fn net(gross: u64, rate: u64) -> u64 {\n    gross * 100 / (100 + rate)\n}\n");
        repository.write("deploy/app.yaml", "http:\n  timeout: 3s\n  retries: 3\n");
        repository.commit("Take the rate from outside");
        repository
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn write(&self, path: &str, content: &str) {
        let file = self.path.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// A commit with an author and times of its own (seconds since 1970).
    pub fn commit_by(&self, who: &str, seconds: i64, message: &str) {
        self.git(&["add", "-A"]);
        let tree = String::from_utf8(self.git(&["write-tree"])).unwrap();
        let parent = String::from_utf8(self.git(&["rev-parse", "-q", "--verify", "HEAD"])).unwrap();
        let person = |role: &str| format!("{role} {who} {seconds} +0000\n");
        let object = format!(
            "tree {}\nparent {}\n{}{}\n{message}\n",
            tree.trim(),
            parent.trim(),
            person("author"),
            person("committer")
        );
        self.write(".git/new-commit", &object);
        let commit = String::from_utf8(self.git(&["hash-object", "-t", "commit", "-w", ".git/new-commit"])).unwrap();
        self.git(&["reset", "-q", "--hard", commit.trim()]);
    }

    pub fn head(&self) -> String {
        String::from_utf8(self.git(&["rev-parse", "HEAD"])).unwrap().trim().to_owned()
    }

    pub fn bare_clone(&self) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("bare.git");
        let (from, to) = (self.path.to_string_lossy().into_owned(), path.to_string_lossy().into_owned());
        self.git(&["clone", "-q", "--bare", &from, &to]);
        Self { _folder: folder, path }
    }

    /// Runs git here, without anybody's configuration, and returns what it printed.
    pub fn git(&self, arguments: &[&str]) -> Vec<u8> {
        self.git_in(arguments, "")
    }

    /// The same with a text on standard input.
    pub fn git_in(&self, arguments: &[&str], input: &str) -> Vec<u8> {
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(&self.path)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.path)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_AUTHOR_NAME", "Ann")
            .env("GIT_AUTHOR_EMAIL", "ann@example.com")
            .env("GIT_AUTHOR_DATE", "1700000000 +0000")
            .env("GIT_COMMITTER_NAME", "Ann")
            .env("GIT_COMMITTER_EMAIL", "ann@example.com")
            .env("GIT_COMMITTER_DATE", "1700000000 +0000")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

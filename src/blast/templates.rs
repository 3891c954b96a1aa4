//! Environment variables in files that are no code: compose files, Dockerfiles, workflows, unit files name one as `${NAME}`,
//! `$NAME`, `env.NAME` or `secrets.NAME`. Such files are in no graph, so they are read when a variable changed, and only
//! then. Names that are put together are not seen.

use super::Tier;
use super::key_names::is_environment;
use super::keys::{Named, Reader};
use crate::input::{Snapshot, TreeEntry};
use crate::limits::{GRAPH_TEMPLATE_BYTES_MAX, GRAPH_TEMPLATES_MAX};
use crate::roles::{Role, roles};
use crate::syntax::Languages;

/// What stands before a name that is read.
const BEFORE: &[&str] =
    &["${", "$", "$(", "$env:", "env.", "secrets.", "vars.", "env(", "env(\"", "env('", "ENV[\"", "ENV['"];

/// Adds the readers of variables to what is named.
pub(super) fn add_readers(head: &Snapshot, named: &mut [Named]) {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let wanted: Vec<(usize, String)> = named
        .iter()
        .enumerate()
        .map(|(at, one)| (at, last(&one.name)))
        .filter(|(_, name)| is_environment(name))
        .collect();
    if wanted.is_empty() {
        return;
    }
    for entry in head.entries().iter().filter(|entry| is_template(entry)).take(GRAPH_TEMPLATES_MAX) {
        let Ok(bytes) = head.blob(entry) else { continue };
        if bytes.len() > GRAPH_TEMPLATE_BYTES_MAX {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        let test = roles(&entry.path, &[]).contains(Role::Test);
        for (at, name) in &wanted {
            let line = first_read(&text, name).filter(|_| named[*at].path != entry.path);
            let reader = |line| Reader { path: entry.path.clone(), line, tier: Tier::Likely, test };
            named[*at].elsewhere.extend(line.map(reader));
        }
    }
}

/// A file of settings, or one that is neither code nor documentation.
fn is_template(entry: &TreeEntry) -> bool {
    let file = roles(&entry.path, &[]);
    let language = Languages::get().detect(&entry.path, &[]);
    let plain =
        || file.contains(Role::Container) || file.contains(Role::Workflow) || file.contains(Role::Configuration);
    let skipped =
        [Role::Documentation, Role::Vendored, Role::Lock, Role::Minified].iter().any(|role| file.contains(*role));
    entry.mode.is_file() && !skipped && language.map_or_else(plain, |language| language.data)
}

/// The line of the first place where a name is read (from 1).
fn first_read(text: &str, name: &str) -> Option<u32> {
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let reads = |at: &usize| {
        !word(text.as_bytes().get(at + name.len())) && BEFORE.iter().any(|before| text[..*at].ends_with(before))
    };
    let at = text.match_indices(name).map(|(at, _)| at).find(reads)?;
    Some(text[..at].matches('\n').count() as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Files, change};
    use super::*;

    #[test]
    fn a_variable_is_read_behind_the_usual_marks() {
        assert_eq!(first_read("a: 1\nb: ${DB_URL:-x}\n", "DB_URL"), Some(2));
        assert_eq!(first_read("RUN echo $DB_URL", "DB_URL"), Some(1));
        assert_eq!(first_read("${{ secrets.DB_URL }}", "DB_URL"), Some(1));
        assert_eq!(first_read("${DB_URL_OLD} DB_URL=3", "DB_URL"), None);
    }

    const DEPLOY: Files = &[
        (".env", "DATABASE_URL=a\n"),
        ("compose.yaml", "services:\n  web:\n    command: run ${DATABASE_URL}\n"),
        ("Dockerfile", "FROM x\nRUN migrate $DATABASE_URL\n"),
        ("run.sh", "psql \"$DATABASE_URL\"\n"),
        ("other.yaml", "a: DATABASE\n"),
    ];

    #[test]
    fn who_reads_a_variable_outside_the_code_is_told() {
        let radius = change(DEPLOY, ".env", "DATABASE_URL=a", "DATABASE_URL=b");
        let paths: Vec<String> =
            radius.named.iter().flat_map(|one| &one.readers).map(|one| one.path.to_text()).collect();
        for path in ["compose.yaml", "Dockerfile", "run.sh"] {
            assert!(paths.contains(&path.to_owned()), "{path}: {paths:?}");
        }
        assert!(!paths.contains(&"other.yaml".to_owned()), "{paths:?}");
    }
}

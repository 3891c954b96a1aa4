//! Words that mean the same in every language (`grammars/words.toml`): a query says `"$lock"` where the pattern of that
//! name is to stand. Text for text, before the query is compiled; what a predicate does with the pattern is its affair.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The query with all names of patterns replaced. Err names one that is not there.
pub(super) fn fill_in(query: &str) -> Result<String, String> {
    let mut parts = query.split("\"$");
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('"').ok_or("a string without an end")?;
        let pattern = words().get(name).ok_or_else(|| format!("words.toml has no `{name}`"))?;
        all.push('"');
        all.push_str(&pattern.replace('\\', "\\\\").replace('"', "\\\""));
        all.push('"');
        all.push_str(rest);
    }
    Ok(all)
}

fn words() -> &'static BTreeMap<String, String> {
    static WORDS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let file = crate::embedded::grammar_files().iter().find(|(path, _)| *path == "words.toml");
        let text = file.map_or("", |(_, text)| *text);
        crate::data::parse("grammars/words.toml", text).expect("a test compiles every language")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_patterns_and_unknown_ones_an_error() {
        let filled = fill_in("(#match? @a \"$retry\") (#eq? @b \"x$\")").expect("known");
        assert!(filled.contains("backoff") && filled.contains("(#eq? @b \"x$\")") && !filled.contains("$retry"));
        assert!(fill_in("(#match? @a \"$no\")").is_err_and(|why| why.contains("`no`")));
    }
}

//! `package.json` and `tsconfig.json`, as far as they say where a module specifier leads: the entry files, the maps of
//! `exports` and `imports` with every condition, and `paths`, `baseUrl` and `extends`. Which file a specifier
//! means is decided in `families/ecmascript`; here nothing is looked up, and versions and build options are left out.

use serde_json::Value;
use std::sync::Arc;

/// One line of `paths`, `exports` or `imports`: a specifier, perhaps with a `*`, stands for these files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PathAlias {
    /// Directory that the targets are relative to.
    pub(super) directory: String,
    pub(super) pattern: String,
    pub(super) targets: Vec<String>,
}

/// What a `package.json` says about modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NodePackage {
    pub(super) name: String,
    pub(super) dependencies: Vec<Arc<str>>,
    /// Paths of entry files.
    pub(super) roots: Vec<String>,
    /// Patterns begin with `.`.
    pub(super) exports: Vec<PathAlias>,
    /// Patterns begin with `#`.
    pub(super) imports: Vec<PathAlias>,
}

/// What a `tsconfig.json` says about modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TsConfig {
    pub(super) path: String,
    /// Specifiers of the configurations it builds on, as written, the weakest first.
    pub(super) extends: Vec<String>,
    /// Directory in which bare specifiers are looked for.
    pub(super) base: Option<String>,
    pub(super) paths: Vec<PathAlias>,
}

/// Reads a `package.json`; none if it is no object with a name.
pub(super) fn node_package(directory: &str, text: &str) -> Option<NodePackage> {
    let manifest: Value = serde_json::from_str(text).ok()?;
    let keys = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    let tables = keys.iter().filter_map(|key| manifest.get(*key)?.as_object());
    let entries = ["source", "module", "main", "types"].iter().filter_map(|key| manifest.get(*key)?.as_str());
    Some(NodePackage {
        name: manifest.get("name")?.as_str()?.to_owned(),
        dependencies: tables.flat_map(|table| table.keys()).map(|key| Arc::from(key.as_str())).collect(),
        roots: entries.map(|path| below(directory, path)).collect(),
        exports: manifest.get("exports").map_or_else(Vec::new, |value| subpaths(directory, value, ".")),
        imports: manifest.get("imports").map_or_else(Vec::new, |value| subpaths(directory, value, "#")),
    })
}

/// A map of subpaths; a map without any (`{"import": ...}`, `"./x.js"`) is that of the package itself.
fn subpaths(directory: &str, value: &Value, mark: &str) -> Vec<PathAlias> {
    let alias = |pattern: &str, value: &Value| {
        let mut targets = Vec::new();
        files(value, &mut targets);
        PathAlias { directory: directory.to_owned(), pattern: pattern.to_owned(), targets }
    };
    match value.as_object() {
        Some(table) if table.keys().any(|key| key.starts_with(mark)) => {
            table.iter().filter(|(key, _)| key.starts_with(mark)).map(|(key, value)| alias(key, value)).collect()
        }
        _ if mark == "." => vec![alias(".", value)],
        _ => Vec::new(),
    }
}

/// The files of every condition, by the condition's name. Manifests nest by conditions; a list holds fallbacks.
fn files(value: &Value, found: &mut Vec<String>) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::String(path) => found.push(path.clone()),
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(table) => open.extend(table.values().rev()),
            _ => {}
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
}

/// Reads a `tsconfig.json` with its comments and trailing commas; none if it says nothing about modules.
pub(super) fn ts_config(path: &str, text: &str) -> Option<TsConfig> {
    let manifest: Value = serde_json::from_str(&without_comments(text)).ok()?;
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let options = manifest.get("compilerOptions");
    let base = options.and_then(|options| options.get("baseUrl")?.as_str()).map(|base| below(directory, base));
    let extends = match manifest.get("extends") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect(),
        _ => Vec::new(),
    };
    let alias = |(pattern, targets): (&String, &Value)| PathAlias {
        directory: base.clone().unwrap_or_else(|| directory.to_owned()),
        pattern: pattern.clone(),
        targets: targets.as_array().into_iter().flatten().filter_map(|to| Some(to.as_str()?.to_owned())).collect(),
    };
    let paths = options.and_then(|options| options.get("paths")?.as_object());
    let paths: Vec<PathAlias> = paths.into_iter().flatten().map(alias).collect();
    let says = base.is_some() || !extends.is_empty() || !paths.is_empty();
    says.then(|| TsConfig { path: path.to_owned(), extends, base, paths })
}

fn below(directory: &str, path: &str) -> String {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    match (directory, path) {
        (directory, "" | ".") => directory.to_owned(),
        ("", path) => path.to_owned(),
        (directory, path) => format!("{directory}/{path}"),
    }
}

/// Drops `//` and `/* */` comments and trailing commas outside strings.
fn without_comments(text: &str) -> String {
    let (mut out, mut chars, mut quoted) = (String::with_capacity(text.len()), text.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(_)) if quoted => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            ('"', _) => quoted = !quoted,
            ('/', Some('/')) if !quoted => {
                chars.by_ref().take_while(|c| *c != '\n').for_each(drop);
                continue;
            }
            ('/', Some('*')) if !quoted => {
                let mut last = ' ';
                chars.next();
                chars.by_ref().take_while(|c| !(std::mem::replace(&mut last, *c) == '*' && *c == '/')).for_each(drop);
                continue;
            }
            ('}' | ']', _) if !quoted && out.trim_end().ends_with(',') => {
                let end = out.trim_end().len() - 1;
                out.truncate(end);
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_of_a_tsconfig_are_no_obstacle() {
        let text =
            "{ // a\n \"compilerOptions\": { /* b */ \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"src/*\",], }, } }";
        let config = ts_config("web/tsconfig.json", text).expect("reads");
        let alias = PathAlias { directory: "web".into(), pattern: "@/*".into(), targets: vec!["src/*".into()] };
        assert_eq!(config.paths, [alias]);
        assert_eq!(config.base.as_deref(), Some("web"));
        assert!(ts_config("tsconfig.json", "{\"files\": []}").is_none());
    }

    #[test]
    fn every_condition_of_an_exports_map_is_kept() {
        let text = r##"{"name": "shop", "exports": {".": {"types": "./a.d.ts", "import": {"node": "./n.js",
            "default": "./a.js"}}, "./x/*": ["./x/*.js", null]}, "imports": {"#db": "./db.js", "odd": "./o.js"}}"##;
        let package = node_package("p", text).expect("reads");
        let rows: Vec<(&str, &[String])> =
            package.exports.iter().map(|alias| (alias.pattern.as_str(), alias.targets.as_slice())).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].0, ".");
        assert_eq!(rows[0].1, ["./a.js", "./n.js", "./a.d.ts"].map(str::to_owned));
        assert_eq!(rows[1].1, ["./x/*.js".to_owned()]);
        assert_eq!(package.imports.len(), 1);
        let short = node_package("", r#"{"name": "a", "exports": {"import": "./i.js"}}"#).expect("reads");
        assert_eq!(short.exports[0].pattern, ".");
    }
}

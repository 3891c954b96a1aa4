//! The page a twin stands on: Markdown with a title, a list of `- key: value` lines, and sections whose body is one
//! fenced block. Only this much of Markdown is read; everything else is prose for people.

/// A heading of the second level and the fenced block below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub heading: String,
    pub body: String,
}

/// What stands on one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub title: String,
    pub keys: Vec<(String, String)>,
    pub sections: Vec<Section>,
}

impl Page {
    /// Reads a page; an error is one clause for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut page = Page::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if let Some(heading) = line.strip_prefix("## ") {
                let body = fenced(&mut lines).ok_or_else(|| format!("no fenced block follows `## {heading}`"))?;
                page.sections.push(Section { heading: heading.trim().to_owned(), body });
            } else if let Some(title) = line.strip_prefix("# ") {
                page.title = title.trim().to_owned();
            } else if let Some((key, value)) = line.strip_prefix("- ").and_then(|rest| rest.split_once(": ")) {
                page.keys.push((key.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Ok(page)
    }

    pub fn key(&self, name: &str) -> Option<&str> {
        self.keys.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The next fenced block. A fence may be longer than three backticks where the content has some of its own.
fn fenced(lines: &mut std::str::Lines) -> Option<String> {
    let opening = lines.by_ref().find(|line| line.starts_with("```"))?;
    let fence: String = opening.chars().take_while(|c| *c == '`').collect();
    let mut body = String::new();
    for line in lines {
        if line == fence {
            return Some(body);
        }
        body.push_str(line);
        body.push('\n');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_title_keys_and_blocks() {
        let page = Page::parse("# T\nprose\n- family: guard\n## base: a.py\n````\n```\nx\n````\n").expect("a page");
        assert_eq!((page.title.as_str(), page.key("family")), ("T", Some("guard")));
        assert_eq!(page.sections[0], Section { heading: "base: a.py".into(), body: "```\nx\n".into() });
        assert!(Page::parse("## base: a\n```\nnever closed\n").is_err());
    }
}

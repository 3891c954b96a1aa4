//! Which texts can name a setting: environment variables, dotted paths, several words in one. A plain word is none, for it
//! says nothing about where it is from.

/// `DATABASE_URL`: capitals, and at least three of them.
pub(super) fn is_environment(text: &str) -> bool {
    let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
    let word = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    capitals >= 3 && text.bytes().all(word)
}

/// Several words in one: `new-checkout`, `newCheckout`, `new_checkout`.
pub(super) fn is_telling(text: &str) -> bool {
    let humps = text.as_bytes().windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    text.len() >= 6 && (humps || text.contains(['-', '_']))
}

/// True for a literal that a key could be looked up with.
pub(super) fn could_be_key(text: &str) -> bool {
    is_environment(text)
        || text.contains('.')
        || is_telling(text)
        || text.starts_with(QUERY)
        || text.starts_with(crate::syntax::PATH_LITERAL)
}

/// Marks names that stand in a query: no key of a configuration looks like that.
pub(crate) const QUERY: &str = "sql:";

/// How a name of a table or a column stands among the literals of a file.
pub(super) fn query_name(name: &str) -> String {
    format!("{QUERY}{}", name.to_lowercase())
}

//! Names as commits and forges write them: the addresses that a trailer holds, the login that a forge's private address
//! stands for, and addresses under which a forge itself commits. Reading too many names out of a trailer is the safe side:
//! a name can keep an approval away, never bring one.

/// Who wrote a change when nothing says so: no people file knows this name, so the policy takes its strict end.
pub const NOBODY: &str = "unknown";
/// Trailers that name somebody as having written part of a change, without their colon.
const CO_AUTHOR_KEYS: [&str; 2] = ["co-authored-by", "co-developed-by"];
/// Signs that stand before a trailer in quotes, lists and tables.
const MARKS: &str = ">-*+|`";

/// The account that a private address of a forge stands for, in lower case: `1234+ann@users.noreply.github.com` and the
/// older `ann@users.noreply.github.com` are `gh:ann`, `1234-ann@users.noreply.gitlab.com` is `gl:ann`. None for any other
/// address. Source: the forges' documentation of private commit addresses.
pub(super) fn login_of(address: &str) -> Option<String> {
    let address = address.trim().to_lowercase();
    let after_number = |local: &str, sign: char| {
        let (number, login) = local.split_once(sign)?;
        let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        (digits && !login.is_empty()).then(|| login.to_owned())
    };
    if let Some(local) = address.strip_suffix("@users.noreply.github.com") {
        let login = if local.contains('+') { after_number(local, '+') } else { Some(local.to_owned()) };
        return login.filter(|login| !login.is_empty()).map(|login| format!("gh:{login}"));
    }
    let local = address.strip_suffix("@users.noreply.gitlab.com")?;
    after_number(local, '-').map(|login| format!("gl:{login}"))
}

/// True for an address under which a forge commits by itself (an edit or a merge in the browser), and for one of a forge's
/// apps: nobody who could approve.
pub fn is_service(address: &str) -> bool {
    let of_forge = |login: String| login == "gh:web-flow" || login.ends_with("[bot]");
    address.trim().eq_ignore_ascii_case("noreply@github.com") || login_of(address).is_some_and(of_forge)
}

/// Everybody whom trailers of a message name as a co-author, wherever they stand in it, each once: their addresses, or
/// what stands there where it holds none.
pub fn co_authors(message: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut lines = message.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(value) = claim(line) else { continue };
        let mut value = value.to_owned();
        // a long value may be folded: it goes on in lines that begin with white space
        let folded = |line: &&str| line.starts_with([' ', '\t', '<']) && claim(line).is_none();
        while !value.contains('@')
            && let Some(more) = lines.next_if(folded)
        {
            value.push_str(more);
        }
        for who in named(&value) {
            if !found.contains(&who) {
                found.push(who);
            }
        }
    }
    found
}

/// What stands behind the key of a trailer that names a co-author.
fn claim(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || MARKS.contains(c));
    let value = |key: &&str| line.get(..key.len()).filter(|start| start.eq_ignore_ascii_case(key)).map(|_| key.len());
    let length = CO_AUTHOR_KEYS.iter().find_map(value)?;
    line[length..].trim_start().strip_prefix(':')
}

/// The addresses in the value of a trailer; the logins where there is none; else the whole of it.
fn named(value: &str) -> Vec<String> {
    let words = || {
        let words = value.split(|c: char| c.is_whitespace() || "<>,;()\"'".contains(c));
        words.map(|word| {
            let mail = word.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
            if mail { &word[7..] } else { word }
        })
    };
    let is_address =
        |word: &&str| word.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    let mut found: Vec<String> = words().filter(is_address).map(str::to_owned).collect();
    if found.is_empty() {
        found = words().filter(|word| word.len() > 1 && word.starts_with('@')).map(str::to_owned).collect();
    }
    let whole = mailbox(value);
    if found.is_empty() && !whole.is_empty() {
        found.push(whole.to_owned());
    }
    found
}

/// The address of `Name <address>`, or the whole text.
pub(super) fn mailbox(text: &str) -> &str {
    let inner = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(inner, _)| inner);
    inner.unwrap_or(text).trim()
}

/// True for an account of a forge (`gh:ann`, `@ann`), which only the forge gives away; an address stands in commits, where
/// anybody can write it.
pub(super) fn is_account(name: &str) -> bool {
    let parts = name.split_once(':').filter(|(forge, login)| !forge.is_empty() && !login.is_empty());
    match name.strip_prefix('@') {
        Some(login) => !login.is_empty(),
        None => parts.is_some() && !name.contains('@'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_logins() {
        let login = |address: &str| login_of(address).unwrap_or_default();
        assert_eq!(login("123456+Bo@users.noreply.github.com"), "gh:bo");
        assert_eq!(login("bo@users.noreply.github.com"), "gh:bo");
        assert_eq!(login("12-bo-b@users.noreply.gitlab.com"), "gl:bo-b");
        let others =
            ["bo@example.com", "@users.noreply.github.com", "x+bo@users.noreply.github.com", "noreply@github.com"];
        assert!(others.iter().all(|address| login_of(address).is_none()), "{others:?}");
    }

    #[test]
    fn forges_and_their_apps_are_no_people() {
        for address in ["noreply@github.com", "41898282+github-actions[bot]@users.noreply.github.com"] {
            assert!(is_service(address), "{address}");
        }
        assert!(!is_service("noreply@example.com") && !is_service("1+bo@users.noreply.github.com"));
    }

    #[test]
    fn a_co_author_is_found_however_the_trailer_is_written() {
        for trailer in [
            "Co-authored-by: Bo <bo@shop.test>",
            "co-authored-by : Bo bo@shop.test",
            "Co-authored-by: Bo\n <bo@shop.test>",
            "Co-authored-by:\n\tBo of the\n\tshop <bo@shop.test>",
            "> - Co-Authored-By: Bo <mailto:bo@shop.test>",
            "Co-authored-by:\u{a0}Bo <bo@shop.test>\r",
            "Co-developed-by: Bo <bo@shop.test>",
        ] {
            assert_eq!(
                co_authors(&format!("x\n\n{trailer}\nSigned-off-by: Di <di@shop.test>\n")),
                ["bo@shop.test"],
                "{trailer}"
            );
        }
        let two = co_authors("Co-authored-by: Jim <jim@shop.test>, Bo @ Shop <bo@shop.test>\n");
        assert_eq!(two, ["jim@shop.test", "bo@shop.test"]);
        assert_eq!(co_authors("Co-authored-by: @bo\nCo-authored-by: Bo the Great\n"), ["@bo", "Bo the Great"]);
        assert!(co_authors("He was Co-authored-by: nobody\n").is_empty());
    }

    #[test]
    fn accounts_are_told_from_addresses() {
        assert!(["gh:ann", "@ann", "gl:a.b"].into_iter().all(is_account));
        assert!(!["ann@example.com", "unknown", "", "@", "gh:", "mailto:a@b"].into_iter().any(is_account));
    }
}

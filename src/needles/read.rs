//! Reads off a regular expression which texts one of which stands in whatever it matches. Knows nothing of the rest of the
//! program, because the build reads the shipped rules with it, too.

/// Shorter needles are everywhere (bytes).
const BYTES_MIN: usize = 2;
/// Beyond this a longer needle is not rarer (bytes).
const BYTES_ENOUGH: usize = 5;
/// Groups inside groups that are looked into (count).
const DEPTH_MAX: usize = 24;

/// The needles of an expression in the syntax of the `regex` crate, and whether they stand for texts in any case (then they
/// are in lower case); none if there are none, if there are more than `alternatives`, or if it is written in a way that
/// this does not follow. They hold for texts in ASCII, in which no letter folds into another alphabet.
pub fn needles_of(expression: &str, alternatives: usize) -> Option<(Vec<String>, bool)> {
    if !expression.is_ascii() {
        return None;
    }
    let mut reader = Reader { text: expression.as_bytes(), at: 0, any_case: false, depth: 0, alternatives };
    let any = reader.alternatives().ok().flatten().filter(|_| reader.at == reader.text.len())?;
    let any_case = reader.any_case;
    let lower = |needle: String| if any_case { needle.to_ascii_lowercase() } else { needle };
    Some((any.into_iter().map(lower).collect(), any_case))
}

/// Texts one of which is needed; none if nothing is known to be.
type Any = Option<Vec<String>>;

/// Something that this does not follow.
struct Unclear;

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    any_case: bool,
    depth: usize,
    /// Alternatives that are told apart at most (count).
    alternatives: usize,
}

/// What may follow an atom.
#[derive(PartialEq, Eq)]
enum Times {
    Once,
    More,
    MaybeNone,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, sign: u8) -> bool {
        let there = self.peek() == Some(sign);
        self.at += usize::from(there);
        there
    }

    /// Alternatives up to the end of the group: all of their needles, if each has some.
    fn alternatives(&mut self) -> Result<Any, Unclear> {
        let mut all: Any = Some(Vec::new());
        loop {
            let one = self.sequence()?;
            all = all.zip(one).map(|(mut all, one)| {
                all.extend(one);
                all
            });
            if !self.take(b'|') {
                return Ok(all.filter(|all| !all.is_empty() && all.len() <= self.alternatives));
            }
        }
    }

    /// One alternative: its best needles.
    fn sequence(&mut self) -> Result<Any, Unclear> {
        let mut best: Any = None;
        let mut run = String::new();
        while let Some(sign) = self.peek().filter(|sign| !matches!(sign, b'|' | b')')) {
            self.at += 1;
            match sign {
                b'^' | b'$' => {}
                b'(' => {
                    let inside = self.group()?;
                    if let Some(inside) = inside {
                        better(&mut best, std::mem::take(&mut run));
                        if self.times()? != Times::MaybeNone {
                            better_of(&mut best, inside);
                        }
                    }
                }
                b'[' => {
                    self.class()?;
                    better(&mut best, std::mem::take(&mut run));
                    self.times()?;
                }
                b'.' => {
                    better(&mut best, std::mem::take(&mut run));
                    self.times()?;
                }
                b'*' | b'+' | b'?' | b'{' => return Err(Unclear),
                b'\\' => match self.escape()? {
                    Escape::Nothing => {}
                    Escape::Class => {
                        better(&mut best, std::mem::take(&mut run));
                        self.times()?;
                    }
                    Escape::Sign(sign) => self.literal(sign, &mut run, &mut best)?,
                },
                sign => self.literal(sign, &mut run, &mut best)?,
            }
        }
        better(&mut best, run);
        Ok(best)
    }

    fn literal(&mut self, sign: u8, run: &mut String, best: &mut Any) -> Result<(), Unclear> {
        match self.times()? {
            Times::Once => run.push(char::from(sign)),
            Times::More => {
                run.push(char::from(sign));
                better(best, std::mem::take(run));
            }
            Times::MaybeNone => better(best, std::mem::take(run)),
        }
        Ok(())
    }

    /// What stands in a group after its opening; none for flags alone, which hold no text.
    fn group(&mut self) -> Result<Option<Any>, Unclear> {
        if self.take(b'?') {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let end = rest.iter().position(|sign| matches!(sign, b':' | b'>' | b')')).ok_or(Unclear)?;
            let (flags, sign) = (&rest[..end], rest[end]);
            self.at += end + 1;
            if sign != b'>' {
                // in any case somewhere is in any case everywhere: more may match, none less
                if !flags.iter().all(|flag| matches!(flag, b'i' | b's' | b'm' | b'u')) {
                    return Err(Unclear);
                }
                self.any_case |= flags.contains(&b'i');
            }
            if sign == b')' {
                return Ok(None);
            }
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Unclear);
        }
        let inside = self.alternatives()?;
        self.depth -= 1;
        if self.take(b')') { Ok(Some(inside)) } else { Err(Unclear) }
    }

    /// Passes over a class after its opening bracket.
    fn class(&mut self) -> Result<(), Unclear> {
        self.take(b'^');
        self.take(b']');
        let mut open = 1;
        while open > 0 {
            match self.peek().ok_or(Unclear)? {
                b'\\' => self.at += 1,
                b'[' => open += 1,
                b']' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<Escape, Unclear> {
        let sign = self.peek().ok_or(Unclear)?;
        self.at += 1;
        match sign {
            b'b' | b'B' | b'A' | b'z' if self.peek() != Some(b'{') => Ok(Escape::Nothing),
            b'd' | b'D' | b's' | b'S' | b'w' | b'W' | b'n' | b'r' | b't' => Ok(Escape::Class),
            b'x' if self.text.get(self.at..self.at + 2).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => {
                self.at += 2;
                Ok(Escape::Class)
            }
            sign if sign.is_ascii_punctuation() => Ok(Escape::Sign(sign)),
            _ => Err(Unclear),
        }
    }

    /// How often the atom before must be there.
    fn times(&mut self) -> Result<Times, Unclear> {
        let times = match self.peek() {
            Some(b'?' | b'*') => Times::MaybeNone,
            Some(b'+') => Times::More,
            Some(b'{') => {
                let rest = &self.text[self.at..];
                self.at += rest.iter().position(|sign| *sign == b'}').ok_or(Unclear)?;
                Times::MaybeNone
            }
            _ => return Ok(Times::Once),
        };
        self.at += 1;
        self.take(b'?');
        Ok(times)
    }
}

enum Escape {
    /// A place, no text.
    Nothing,
    Class,
    Sign(u8),
}

fn better(best: &mut Any, run: String) {
    better_of(best, Some(vec![run]));
}

/// Keeps the needles that are rarer by their length, then the fewer.
fn better_of(best: &mut Any, other: Any) {
    let worth = |any: &Vec<String>| {
        let shortest = any.iter().map(String::len).min().unwrap_or(0);
        (shortest.min(BYTES_ENOUGH), std::cmp::Reverse(any.len()))
    };
    let Some(other) = other.filter(|other| other.iter().all(|one| one.len() >= BYTES_MIN)) else { return };
    if best.as_ref().is_none_or(|best| worth(&other) > worth(best)) {
        *best = Some(other);
    }
}

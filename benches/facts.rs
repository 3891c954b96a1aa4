//! What reading one file costs, in bytes of source a second on one core: everything a change asks for, what the graph
//! keeps, and the grammar's own parse in the same run as the reference. Sources are made up here, one module in each of
//! five languages, repeated under other names; `RICHTER_BENCH_SOURCES=DIR` takes the files below a folder instead (those
//! with the extension of the language). Run with `cargo bench --bench facts`; compare rows, not machines.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use richter::location::RepoPath;
use richter::syntax::{Languages, facts_outline, graph_outline};
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    divan::main();
}

/// Extensions of the languages that are measured.
const LANGUAGES: [&str; 5] = ["rs", "py", "ts", "java", "go"];
/// Copies of a made-up module, and how often its body is repeated in each.
const FILES: usize = 16;
const PARTS: usize = 24;

type Sources = Vec<(RepoPath, Vec<u8>)>;

fn sources(extension: &str) -> Sources {
    match std::env::var_os("RICHTER_BENCH_SOURCES") {
        Some(folder) => below(Path::new(&folder), extension),
        None => (0..FILES).map(|at| (RepoPath::from(&*format!("m{at}.{extension}")), module(extension, at))).collect(),
    }
}

/// Files below a folder, sorted, so that two runs read the same.
fn below(folder: &Path, extension: &str) -> Sources {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = open.pop() {
        let entries = fs::read_dir(&next).expect("a folder that can be read").flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == extension) {
                let bytes = fs::read(&path).expect("a file that can be read");
                found.push((RepoPath::from(&*path.to_string_lossy()), bytes));
            }
        }
    }
    found
}

fn module(extension: &str, at: usize) -> Vec<u8> {
    let (head, part, tail) = match extension {
        "rs" => (RUST_HEAD, RUST, "}\n"),
        "py" => (PYTHON_HEAD, PYTHON, ""),
        "ts" => (TYPESCRIPT_HEAD, TYPESCRIPT, "}\n"),
        "java" => (JAVA_HEAD, JAVA, "}\n"),
        _ => (GO_HEAD, GO, ""),
    };
    let parts = (0..PARTS).map(|part_at| part.replace("NN", &format!("{at}x{part_at}")));
    std::iter::once(head.replace("NN", &at.to_string()))
        .chain(parts)
        .chain([tail.to_owned()])
        .collect::<String>()
        .into()
}

fn bytes(sources: &Sources) -> BytesCount {
    BytesCount::new(sources.iter().map(|(_, bytes)| bytes.len()).sum::<usize>())
}

#[divan::bench(args = LANGUAGES)]
fn facts(bencher: Bencher, extension: &str) {
    let sources = sources(extension);
    bencher.counter(bytes(&sources)).bench(|| {
        let outlines = sources.iter().map(|(path, bytes)| facts_outline(black_box(path), bytes));
        outlines.map(|outline| outline.entities.len() + outline.marks.len()).sum::<usize>()
    });
}

#[divan::bench(args = LANGUAGES)]
fn for_the_graph(bencher: Bencher, extension: &str) {
    let sources = sources(extension);
    bencher.counter(bytes(&sources)).bench(|| {
        let outlines = sources.iter().map(|(path, bytes)| graph_outline(black_box(path), bytes));
        outlines.map(|outline| outline.entities.len() + outline.references.len()).sum::<usize>()
    });
}

#[divan::bench(args = LANGUAGES)]
fn reference_parse(bencher: Bencher, extension: &str) {
    let sources = sources(extension);
    let mut parsers: Vec<_> = sources.iter().map(|(path, bytes)| parser(path, bytes)).collect();
    bencher.counter(bytes(&sources)).bench_local(|| {
        let files = sources.iter().zip(&mut parsers);
        files.map(|((_, bytes), parser)| usize::from(parser.parse(black_box(bytes), None).is_some())).sum::<usize>()
    });
}

fn parser(path: &RepoPath, bytes: &[u8]) -> tree_sitter::Parser {
    let language = Languages::get().detect(path, bytes).expect("a language that is shipped");
    let mut parser = tree_sitter::Parser::new();
    let grammar = richter::embedded::grammar(&language.name).expect("its grammar");
    parser.set_language(&grammar).expect("a grammar that fits");
    parser
}

const RUST_HEAD: &str = "use crate::price::{Money, Rate};\nuse std::collections::HashMap;\n\npub struct CartNN {\n    lines: HashMap<String, Money>,\n}\n\nimpl CartNN {\n";
const RUST: &str = r#"
    /// Adds one line; a line that is there already grows.
    pub fn add_line_NN(&mut self, name: &str, amount: Money, rate: Rate) -> Result<Money, CartError> {
        if amount.is_zero() || name.is_empty() {
            return Err(CartError::Empty);
        }
        let taxed = match rate {
            Rate::Reduced => amount.times(107).divided(100),
            Rate::Full { percent } => amount.times(100 + percent).divided(100),
            _ => amount,
        };
        let line = self.lines.entry(name.to_owned()).or_default();
        *line = line.plus(taxed).ok_or(CartError::Overflow)?;
        log::debug!("cart: {} is now {:?}", name, line);
        self.notify_watchers(name, &taxed);
        for watcher in self.watchers.iter().filter(|watcher| watcher.wants(name)) {
            watcher.sender.send(taxed.clone()).unwrap();
        }
        Ok(taxed)
    }
"#;
const PYTHON_HEAD: &str = "import logging\nfrom shop.price import Money, rate_of\n\nlog = logging.getLogger(__name__)\n\n\nclass CartNN:\n    \"\"\"What a customer is about to buy.\"\"\"\n";
const PYTHON: &str = r#"
    def add_line_NN(self, name, amount, rate=None):
        """Adds one line; a line that is there already grows."""
        if amount.is_zero() or not name:
            raise ValueError("an empty line")
        rate = rate or rate_of(name, default=self.default_rate)
        try:
            taxed = amount * (100 + rate.percent) // 100
        except ArithmeticError as error:
            log.warning("cart: %s", error)
            return None
        line = self.lines.setdefault(name, Money(0))
        self.lines[name] = line + taxed
        for watcher in [one for one in self.watchers if one.wants(name)]:
            watcher.sender.send(taxed.copy(), timeout=30)
        return self.lines[name]
"#;
const TYPESCRIPT_HEAD: &str = "import { Money, rateOf } from './price'\nimport type { Rate, Watcher } from '../watch'\n\nexport class CartNN {\n  private lines: Map<string, Money> = new Map()\n";
const TYPESCRIPT: &str = r#"
  /** Adds one line; a line that is there already grows. */
  async addLine_NN(name: string, amount: Money, rate?: Rate): Promise<Money | undefined> {
    if (amount.isZero() || name.length === 0) {
      throw new RangeError(`an empty line: ${name}`)
    }
    const percent = (rate ?? rateOf(name, { fallback: this.defaultRate })).percent
    const taxed = amount.times(100 + percent).divided(100)
    const line = this.lines.get(name) ?? new Money(0)
    this.lines.set(name, line.plus(taxed))
    try {
      await Promise.all(this.watchers.filter((one: Watcher) => one.wants(name)).map((one) => one.send(taxed)))
    } catch (error) {
      console.warn('cart', error)
      return undefined
    }
    return this.lines.get(name)
  }
"#;
const JAVA_HEAD: &str = "package shop.cart;\n\nimport java.util.HashMap;\nimport java.util.Map;\nimport shop.price.Money;\nimport shop.price.Rate;\n\npublic class CartNN {\n    private final Map<String, Money> lines = new HashMap<>();\n";
const JAVA: &str = r#"
    /** Adds one line; a line that is there already grows. */
    public Money addLineNN(String name, Money amount, Rate rate) throws CartException {
        if (amount.isZero() || name.isEmpty()) {
            throw new IllegalArgumentException("an empty line: " + name);
        }
        Money taxed = amount.times(100 + rate.getPercent()).divided(100);
        synchronized (lines) {
            Money line = lines.getOrDefault(name, Money.ZERO);
            lines.put(name, line.plus(taxed));
        }
        for (Watcher watcher : watchers) {
            try {
                if (watcher.wants(name)) {
                    watcher.getSender().send(taxed, 30);
                }
            } catch (SendException e) {
                LOG.warn("cart: {}", name, e);
            }
        }
        return lines.get(name);
    }
"#;
const GO_HEAD: &str = "package cart\n\nimport (\n\t\"errors\"\n\t\"fmt\"\n\n\t\"example.com/shop/price\"\n)\n\ntype CartNN struct {\n\tlines map[string]price.Money\n}\n";
const GO: &str = r#"
// AddLine adds one line; a line that is there already grows.
func (c *Cart) AddLineNN(name string, amount price.Money, rate *price.Rate) (price.Money, error) {
	if amount.IsZero() || name == "" {
		return price.Money{}, errors.New("an empty line")
	}
	taxed := amount.Times(100 + rate.Percent).Divided(100)
	c.mu.Lock()
	defer c.mu.Unlock()
	line, ok := c.lines[name]
	if !ok {
		line = price.Zero
	}
	c.lines[name] = line.Plus(taxed)
	for _, watcher := range c.watchers {
		if err := watcher.Send(taxed, 30); err != nil {
			return price.Money{}, fmt.Errorf("cart %s: %w", name, err)
		}
	}
	return c.lines[name], nil
}
"#;

//! Code that parses, in three languages.

use super::text::{Rng, Words};

/// A language: its name, its file ending, how each file begins, and pieces that may follow one another in any order
/// and number. In them `@a` to `@f` stand for names, the same letter for the same name, `@1` to `@3` for numbers and
/// `@w` for a few words.
pub struct Language {
    pub name: &'static str,
    pub ending: &'static str,
    head: &'static str,
    pieces: [&'static str; 4],
}

pub const LANGUAGES: [Language; 3] = [
    Language {
        name: "python",
        ending: "py",
        head: "\"\"\"@w.\"\"\"\n\nimport os\nfrom dataclasses import dataclass, field",
        pieces: [
            "@dataclass\nclass @a:\n    # @w\n    @b: int = @1\n    @c: list[str] = field(default_factory=list)\n\n    \
             def @d(self, @e):\n        self.@c.append(f\"{@e}: {self.@b}\")\n        return self",
            "def @a(@b, *, @c=@1):\n    \"\"\"@w.\"\"\"\n    @d = {}\n    for @e, @f in sorted(@b.items()):\n        \
             if @f > @c and not @e.startswith(\"@w\"):\n            @d[@e] = @f % @2\n    return @d",
            "async def @a(@b):\n    async with @b.@c(timeout=@1) as @d:\n        @e = [@f async for @f in @d if @f]\n    \
             return sum(@e) or None  # @w",
            "@a = os.environ.get(\"@w\", \"@2\")\ntry:\n    @b = [int(@c) for @c in @a.split(\",\") if @c.strip()]\nexcept \
             ValueError as @d:\n    raise SystemExit(f\"@w: {@d}\") from @d\nprint(len(@b), max(@b, default=@3))",
        ],
    },
    Language {
        name: "javascript",
        ending: "js",
        head: "// @w.\n\"use strict\";",
        pieces: [
            "class @a {\n  #@b = new Set([@1, @2]);\n\n  /** @w */\n  @c(@d) {\n    this.#@b.add(@d?.@e ?? @3);\n    return \
             [...this.#@b].toSorted((left, right) => left - right);\n  }\n}",
            "function @a(@b, { @c = @1, @d } = {}) {\n  const @e = @b.filter((@f) => @f.length > @c); // @w\n  if \
             (@e.length === 0) throw new RangeError(`@w ${@d}`);\n  return Object.fromEntries(@e.entries());\n}",
            "const @a = async (@b) => {\n  for await (const @c of @b) {\n    const { @d, ...@e } = await @c.json();\n    \
             if (/^@w$/u.test(@d)) console.warn(\"@w\", @e, @1);\n  }\n};",
            "let @a = @1;\nwhile (@a > @2) {\n  switch (@a % 3) {\n    case 0: @a -= @3; break;\n    default: @a = Math.floor(@a \
             / 2) - 1; // @w\n  }\n}",
        ],
    },
    Language {
        name: "rust",
        ending: "rs",
        head: "//! @w.\n\nuse std::collections::BTreeMap;\nuse std::fmt;",
        pieces: [
            "/// @w.\npub fn @a(@b: &[u32], @c: u32) -> Option<u32> {\n    let mut @d = BTreeMap::new();\n    for (@e, @f) in \
             @b.iter().enumerate() {\n        *@d.entry(@f % @1).or_insert(0) += @e;\n    }\n    @d.get(&@c).map(|@f| *@f as u32)\n}",
            "#[derive(Debug, Clone, Default)]\nstruct @a<T> {\n    @b: Vec<T>,\n    /// @w\n    @c: Option<String>,\n}\n\n\
             impl<T: fmt::Display> fmt::Display for @a<T> {\n    fn fmt(&self, @d: &mut fmt::Formatter<'_>) -> fmt::Result \
             {\n        self.@b.iter().try_for_each(|@e| write!(@d, \"{@e} \"))\n    }\n}",
            "pub enum @a {\n    Started { @b: usize },\n    Stopped(String),\n}\n\nimpl @a {\n    fn @c(&self) -> bool {\n        \
             // @w\n        match self {\n            Self::Started { @b } if *@b > @1 => true,\n            Self::Stopped(@d) => \
             @d == \"@w\",\n            Self::Started { .. } => false,\n        }\n    }\n}",
            "async fn @a(@b: impl Future<Output = Result<u64, String>>) -> Result<u64, String> {\n    let @c = \
             @b.await?;\n    if @c < @1 {\n        return Err(format!(\"@w: {@c}\"));\n    }\n    Ok(@c.saturating_mul(@2))\n}",
        ],
    },
];

impl Language {
    /// A file of at least so many lines, and not many more than drawn between the two numbers.
    pub fn file(&self, rng: &mut Rng, words: &Words, least: usize, most: usize) -> String {
        let mut out = filled(self.head, rng, words, self.name);
        let lines = rng.between(least, most);
        while out.lines().count() < lines {
            out.push_str("\n\n");
            out.push_str(&filled(rng.pick(&self.pieces), rng, words, self.name));
        }
        out + "\n"
    }
}

/// A name of two made-up words, which is no keyword anywhere, as the language writes it.
fn name(rng: &mut Rng, words: &Words, language: &str) -> String {
    let (first, second) = (words.content(rng), words.content(rng));
    match language {
        "javascript" => first.to_owned() + &super::text::capitalised(second),
        _ => format!("{first}_{second}"),
    }
}

fn filled(piece: &str, rng: &mut Rng, words: &Words, language: &str) -> String {
    let names: Vec<String> = (0..6).map(|_| name(rng, words, language)).collect();
    let numbers: Vec<usize> = (0..3).map(|_| rng.between(2, 999)).collect();
    let mut parts = piece.split('@');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.get(1..).unwrap_or_default();
        let filler = match part.as_bytes().first() {
            // `@dataclass`, which is Python's own.
            Some(b'd') if rest.starts_with("ataclass") => "@d".to_owned(),
            Some(letter @ b'a'..=b'f') => names[usize::from(letter - b'a')].clone(),
            Some(digit @ b'1'..=b'3') => numbers[usize::from(digit - b'1')].to_string(),
            _ => (0..rng.between(2, 5)).map(|_| words.content(rng)).collect::<Vec<_>>().join(" "),
        };
        out.push_str(&filler);
        out.push_str(rest);
    }
    out
}

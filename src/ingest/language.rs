//! Which programming language a text is in, by its look.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// A language, the patterns that speak for it, and how much each weighs.
type Look = (&'static str, &'static [(&'static str, u32)]);

const LOOKS: &[Look] = &[
    (
        "python",
        &[
            (r"(?m)^\s*(async\s+)?def\s+(async\s+)?\w+\s*\(.*\)\s*(->\s*[^:]+)?:", 6),
            (r"(?m)^\s*class\s+\w+(\([^)]*\))?:\s*$", 5),
            (r"(?m)^\s*from\s+[\w.]+\s+import\s+\w", 6),
            (r"(?m)^import\s+[\w.]+(\s+as\s+\w+)?(\s*,\s*[\w.]+)*\s*$", 4),
            (r"(?m)^\s*(if|elif|for|while|with|async with|async for|try|except|finally|else)\b[^{}]*:\s*(#.*)?$", 4),
            (r"(?m)^\s*(elif\b|except\b|raise\s+\w|pass$|yield\b|lambda\b)", 3),
            (r"\b(None|True|False|self\.\w+|__\w+__)\b", 2),
            (r"(?m)^\s*print\(|\bprint\(f?['\x22]", 2),
            (r"(?m)^\s*@\w+(\.\w+)*(\(.*\))?\s*$", 2),
            (r"(?m)^\s*#\s", 1),
            (r"(?m)^\s*\w+\s*=\s*(await\s+)?[\w.]+\(.*\)\s*$", 1),
            (r"(?m)^\s*await\s+[\w.]+\(", 1),
            (r"(?m)^>>> ", 6),
        ],
    ),
    (
        "typescript",
        &[
            (r"(?m)^\s*(export\s+)?(interface|type)\s+\w+(<[^>]*>)?\s*(=|\{)", 5),
            (r"\b(const|let|function)\b[^\n]*:\s*(string|number|boolean|void|Promise<|any|unknown|\w+\[\])", 5),
            (r"\)\s*:\s*(Promise<|string|number|boolean|void)[^\n]*\{", 4),
            (r"\b(readonly|implements|as const|private\s+\w+:)", 2),
        ],
    ),
    (
        "javascript",
        &[
            (r"(?m)^\s*(const|let|var)\s+[\w{\[][^\n]*=", 4),
            (r"=>\s*[{(\w]", 3),
            (r"\b(async\s+)?function\s*\*?\s*\w*\s*\([^)]*\)\s*\{", 5),
            (r"\bconsole\.(log|error)\(", 5),
            (r"\b(require\(['\x22]|module\.exports|document\.|window\.|setTimeout\(|Promise\.)", 4),
            (r"(?m)^\s*import\s+[^\n]*\bfrom\s+['\x22]", 5),
            (r"(===|!==)", 3),
            (r"(?m)^\s*export\s+(default|const|function|class)\b", 4),
            (r"(?m);\s*$", 1),
        ],
    ),
    (
        "rust",
        &[
            (r"\b(pub(\([^)]*\))?\s+)?(async\s+)?fn\s+\w+\s*(<[^>]*>)?\s*\(", 6),
            (r"(?m)^\s*let\s+(mut\s+)?\w+(\s*:\s*[^=]+)?\s*=", 3),
            (r"\b(impl|trait|enum|struct|mod)\s+\w+[^\n]*\{", 3),
            (r"(?m)^\s*use\s+[\w:]+(::\{[^}]*\}|::\w+|::\*)?;", 5),
            (r"\w!\(|\.unwrap\(\)|\.await\b|&mut\s|#\[\w+", 3),
            (r"->\s*(Result|Option|impl|Self|\(\)|Box)\b", 4),
            (r"\b(println|vec|format|assert(_eq)?)!", 4),
            (r"\bmatch\s+[^\n]+\{", 2),
        ],
    ),
    (
        "go",
        &[
            (r"(?m)^package\s+\w+\s*$", 6),
            (r"(?m)^func\s+(\([^)]*\)\s*)?\w+\s*\([^)]*\)[^{\n]*\{", 6),
            (r":=", 3),
            (r"\b(go\s+func\(|chan\s+\w+|<-\s*\w+|defer\s+\w+|make\(chan|fmt\.\w+\(|err\s*!=\s*nil)", 5),
            (r"(?m)^import\s+(\(|\x22)", 4),
        ],
    ),
    (
        "java",
        &[
            (r"\b(public|private|protected)\s+(static\s+)?(final\s+)?[\w<>\[\], ]+\s+\w+\s*\([^)]*\)[^{;\n]*[{;]", 5),
            (r"\b(public\s+)?(final\s+|abstract\s+)?class\s+\w+[^{:\n]*\{", 3),
            (r"\bSystem\.(out|err)\.print", 6),
            (r"(?m)^import\s+(static\s+)?(java|javax|org|com)\.[\w.*]+;", 6),
            (r"\bnew\s+\w+(<[^>]*>)?\(|@Override\b|\bthrows\s+\w+", 2),
            (r"\b(String|Integer|List<|Map<|ExecutorService|CompletableFuture)\b", 2),
            (r"(?m)^package\s+[\w.]+;", 5),
        ],
    ),
    (
        "csharp",
        &[
            (r"(?m)^\s*using\s+(System|Microsoft|\w+\.\w+)[\w.]*;", 6),
            (r"(?m)^\s*namespace\s+[\w.]+\s*[{;]", 4),
            (r"\b(public|private|internal)\s+(static\s+)?async\s+(Task|ValueTask|void)", 7),
            (r"\bConsole\.Write(Line)?\(", 6),
            (r"\bTask(<[^>]+>)?\s+\w+|\bawait\s+Task\.|\bvar\s+\w+\s*=\s*(await|new)\b", 3),
            (r"\{\s*get;\s*(set;)?\s*\}", 5),
            (r"\b(string|int|bool)\s+\w+\s*[;=)]", 1),
        ],
    ),
    (
        "cpp",
        &[
            (r"\bstd::\w+", 5),
            (r"(?m)^\s*#include\s*<(iostream|vector|string|thread|future|memory|map|algorithm|chrono)>", 7),
            (r"\b(co_await|co_return|co_yield|constexpr|nullptr|template\s*<|auto\s*&)", 4),
            (r"\b(cout|cin|cerr)\s*(<<|>>)|\w+::\w+\(", 3),
            (r"(?m)^\s*using\s+namespace\s+\w+;", 6),
        ],
    ),
    (
        "c",
        &[
            (r"(?m)^\s*#include\s*[<\x22][\w/]+\.h[>\x22]", 6),
            (r"(?m)^\s*#(define|ifdef|ifndef|endif)\b", 3),
            (r"\b(int|void|char|size_t|struct\s+\w+)\s+\*?\w+\s*\([^)]*\)\s*\{?", 3),
            (r"\b(printf|malloc|free|sizeof|memcpy|strlen)\s*\(", 4),
            (r"\b\w+->\w+", 1),
        ],
    ),
    (
        "ruby",
        &[
            (r"(?m)^\s*def\s+[\w.?!]+(\([^)]*\))?\s*$", 5),
            (r"(?m)^\s*end\s*$", 3),
            (r"\bdo\s*\|[^|]*\||\.each\b|\bputs\s|\battr_\w+", 4),
            (r"(?m)^\s*require(_relative)?\s+['\x22]", 5),
            (r"(?m)^\s*(module|class)\s+[A-Z]\w*(\s*<\s*\w+)?\s*$", 3),
            (r"(?m)^\s*(elsif|unless)\b|\bnil\b", 3),
        ],
    ),
    ("php", &[(r"<\?php", 9), (r"(?m)^\s*\$\w+\s*=", 4), (r"\$this->|\becho\s+['\x22$]", 4)]),
    (
        "kotlin",
        &[
            (r"\b(suspend\s+)?fun\s+(<[^>]*>\s*)?[\w.]+\s*\([^)]*\)[^\n]*[{=]", 6),
            (r"(?m)^\s*va[lr]\s+\w+(\s*:\s*\w+)?\s*=", 3),
            (r"\b(println\(|launch\s*\{|runBlocking|data class)", 3),
        ],
    ),
    (
        "swift",
        &[
            (r"\bfunc\s+\w+\s*\([^)]*\)\s*(async\s*)?(throws\s*)?(->\s*\w+)?\s*\{", 5),
            (r"\b(guard\s+let|if\s+let|@escaping|import\s+(Foundation|UIKit|SwiftUI))", 5),
        ],
    ),
    (
        "elixir",
        &[
            (r"(?m)^\s*defmodule\s+[\w.]+\s+do\s*$", 8),
            (r"(?m)^\s*defp?\s+\w+[^\n]*\bdo\s*$", 5),
            (r"\|>\s*\w+|\b(spawn|send|receive)\b.*(->|do)|Task\.async", 3),
        ],
    ),
    (
        "haskell",
        &[
            (r"(?m)^\w+\s*::\s*[^\n]*->", 5),
            (r"(?m)^(module\s+[\w.]+.*where|import\s+(qualified\s+)?[A-Z][\w.]+)", 4),
            (r"(?m)^\s*\w+\s*<-\s*\w+|>>=", 2),
        ],
    ),
    (
        "sql",
        &[
            (r"(?im)^\s*select\s+[^\n]+(\n?\s*from\s)", 6),
            (r"(?im)^\s*(insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(table|index)|alter\s+table)\b", 6),
            (r"(?im)^\s*(where|group by|order by|left join|inner join)\b", 3),
        ],
    ),
    (
        "bash",
        &[
            (r"(?m)\A#!.*\b(ba|z|da)?sh\b", 9),
            (r"(?m)^\s*\$ \S", 5),
            (
                r"(?m)^\s*(sudo|apt(-get)?|pip3?|npm|yarn|cargo|git|docker|curl|wget|cd|mkdir|export|echo|chmod|brew|kubectl|source|uv|go (get|run|build))\s+[\w./$'\x22-]",
                4,
            ),
            (r"(?m)^\s*(if \[|fi$|done$|esac$|then$)|\$\{?\w+\}?|\s&&\s", 2),
            (r"(?m)^\s*(for|while)\s[^\n]*;\s*do\b", 4),
        ],
    ),
    ("html", &[(r"(?i)<(!doctype html|html|head|body|div|script|p|span|a|ul|form)\b[^>]*>", 4), (r"(?i)</\w+>", 3)]),
    (
        "css",
        &[
            (r"(?m)^\s*[.#]?[\w-]+(\s*[,>:.#][\w\s.#:>-]*)?\s*\{\s*$", 2),
            (r"(?m)^\s*[\w-]+:\s*[^;{}]+;\s*$", 2),
            (r"@media\b", 5),
        ],
    ),
    (
        "yaml",
        &[
            (r"(?m)^---\s*$", 3),
            (r"(?m)^[\w-]+:\s*$\n(\s+-\s|\s+[\w-]+:)", 4),
            (r"(?m)^\s*[\w-]+:\s+[\w'\x22./-]+\s*$", 1),
        ],
    ),
    ("toml", &[(r"(?m)^\[+[\w.-]+\]+\s*$", 4), (r#"(?m)^[\w-]+\s*=\s*("|\d|true|false|\[)"#, 2)]),
];

/// The fewest points by which a language is told.
const ENOUGH: u32 = 4;

static SETS: LazyLock<Vec<RegexSet>> = LazyLock::new(|| {
    let set =
        |(_, patterns): &Look| RegexSet::new(patterns.iter().map(|(pattern, _)| pattern)).expect("constant patterns");
    LOOKS.iter().map(set).collect()
});

static DIFF: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)\A(diff --git |--- \S.*\n\+\+\+ |@@ -\d)").expect("a constant pattern"));

/// The most of a text that is looked at.
const LOOKED_AT: usize = 16 << 10;

/// The language of code, or `None` where nothing speaks for one.
pub fn guess(code: &str) -> Option<&'static str> {
    let code = &code[..code.floor_char_boundary(code.len().min(LOOKED_AT))];
    if DIFF.is_match(code) {
        return Some("diff");
    }
    let trimmed = code.trim();
    if trimmed.starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_ok()
        && trimmed.len() > 4
    {
        return Some("json");
    }
    let score = |at: usize| -> u32 { SETS[at].matches(code).iter().map(|pattern| LOOKS[at].1[pattern].1).sum() };
    let mut scores: Vec<_> = (0..LOOKS.len()).map(|at| (score(at), at)).collect();
    // TypeScript is JavaScript with more: what speaks for the one speaks for the other.
    let place = |name| LOOKS.iter().position(|(other, _)| *other == name).unwrap_or(0);
    let (typed, script) = (place("typescript"), place("javascript"));
    if scores[typed].0 > 0 {
        scores[typed].0 += scores[script].0;
    }
    let (c, cpp) = (place("c"), place("cpp"));
    if scores[cpp].0 > 0 {
        scores[cpp].0 += scores[c].0;
    }
    // Of equals the first of the list.
    let (best, at) = scores.into_iter().max_by_key(|(score, at)| (*score, usize::MAX - at))?;
    (best >= ENOUGH).then(|| LOOKS[at].0)
}

/// The name that a page gives a language, as the archive knows it.
pub fn known(name: &str) -> Option<String> {
    let name = name.trim().to_ascii_lowercase();
    let name = match name.as_str() {
        "py" | "python3" | "python2" | "python-repl" | "pycon" | "ipython" | "py3" => "python",
        "js" | "jscript" | "node" | "jsx" | "mjs" | "nodejs" => "javascript",
        "ts" | "tsx" => "typescript",
        "rs" => "rust",
        "golang" => "go",
        "cs" | "c#" => "csharp",
        "c++" | "cc" | "cxx" => "cpp",
        "rb" => "ruby",
        "sh" | "shell" | "console" | "zsh" | "shell-session" | "sh-session" | "bash-session" | "terminal" => "bash",
        "yml" => "yaml",
        "kt" => "kotlin",
        "plaintext" | "plain" | "text" | "txt" | "none" | "nohighlight" | "default" => "text",
        name => name,
    };
    let good =
        !name.is_empty() && name.len() < 24 && name.chars().all(|c| c.is_ascii_alphanumeric() || "+#-.".contains(c));
    (good && crate::syntax::is_known(name)).then(|| name.to_owned())
}

/// The ending of a file in a language.
pub fn extension(language: &str) -> &'static str {
    match language {
        "python" => "py",
        "javascript" => "js",
        "typescript" => "ts",
        "rust" => "rs",
        "go" => "go",
        "java" => "java",
        "csharp" => "cs",
        "cpp" => "cpp",
        "c" => "c",
        "ruby" => "rb",
        "php" => "php",
        "kotlin" => "kt",
        "swift" => "swift",
        "elixir" => "ex",
        "haskell" => "hs",
        "sql" => "sql",
        "bash" => "sh",
        "css" => "css",
        "yaml" => "yaml",
        "toml" => "toml",
        "json" => "json",
        "diff" => "diff",
        _ => "txt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        for (wanted, code) in [
            ("python", "async def go(n):\n    return await n"),
            ("python", "for row in rows:\n    await save(row)"),
            ("javascript", "const a = await fetch(url);\nconsole.log(a);"),
            ("typescript", "interface Job { id: string }\nconst run = async (j: Job): Promise<void> => { };"),
            ("rust", "fn main() {\n    let x = vec![1];\n    println!(\"{x:?}\");\n}"),
            ("go", "func main() {\n\tch := make(chan int)\n\tgo func() { ch <- 1 }()\n}"),
            ("java", "public class A {\n  public static void main(String[] a) { System.out.println(1); }\n}"),
            ("csharp", "using System;\npublic async Task<int> Run() { Console.WriteLine(1); return 1; }"),
            ("cpp", "#include <iostream>\nint main() { std::cout << 1; }"),
            ("c", "#include <stdio.h>\nint main(void) { printf(\"x\"); }"),
            ("ruby", "def go\n  puts 1\nend"),
            ("bash", "$ pip install thing\n$ ls"),
            ("sql", "SELECT a FROM b\nWHERE c = 1;"),
            ("json", "{\"a\": [1, 2]}"),
        ] {
            assert_eq!(guess(code), Some(wanted), "{code}");
        }
        assert_eq!(guess("Nothing but a line of words."), None);
    }

    #[test]
    fn every_language_is_known_to_the_highlighter() {
        for (name, _) in LOOKS {
            assert!(crate::syntax::is_known(name), "{name}");
        }
        assert_eq!(known("C++").as_deref(), Some("cpp"));
        assert_eq!(known("<script>"), None);
    }
}

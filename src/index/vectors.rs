//! Golden vectors: what the parts of this reader make of given inputs, for `tests/browser/agreement.mjs` to hold the
//! parts of the browser's reader to. `BLESS=1 cargo nextest run vectors` writes them anew.

use std::path::Path;

use serde_json::{Value, json};

use super::analyze::Analyzer;
use super::score::{bm25, idf};
use super::shard::forms_script;

const FILE: &str = "tests/browser/vectors.json";

/// As JavaScript counts places.
fn utf16(text: &str, at: usize) -> usize {
    text[..at].encode_utf16().count()
}

fn words(text: &str) -> Value {
    let words = Analyzer::new("en").words(text).into_iter().map(|word| {
        let (start, end) = (utf16(text, word.span.start), utf16(text, word.span.end));
        json!([start, end, word.terms.whole, word.terms.parts, word.terms.alone])
    });
    words.collect()
}

/// Every beginning with every end that the stemmer knows of, and some that it does not.
fn stems() -> Value {
    const BEGINNINGS: [&str; 24] = [
        "a", "be", "by", "ski", "hop", "hopp", "fall", "agre", "commun", "gener", "arsen", "past", "univers", "inn",
        "sens", "relat", "condit", "vis", "dy", "hypothet", "y", "synch", "sayy", "proc",
    ];
    const ENDS: [&str; 48] = [
        "", "s", "es", "sses", "ied", "ies", "us", "ss", "eed", "eedly", "ed", "edly", "ing", "ingly", "ings", "at",
        "ated", "bled", "izing", "ll", "e", "y", "ely", "tional", "enci", "ency", "anci", "abli", "ably", "entli",
        "izer", "ization", "ational", "alism", "aliti", "fulness", "ousli", "iveness", "biliti", "logi", "logist",
        "icate", "ative", "ement", "ance", "sion", "ism", "yer",
    ];
    const ODD: [&str; 24] = [
        "skis", "skies", "dying", "lying", "tying", "idly", "gently", "ugly", "early", "only", "singly", "news",
        "howe", "atlas", "cosmos", "bias", "andes", "inning", "outing", "canning", "herring", "earring", "proceed",
        "exceed",
    ];
    let analyzer = Analyzer::new("en");
    let made = BEGINNINGS.iter().flat_map(|start| ENDS.iter().map(move |end| format!("{start}{end}")));
    let all = made.chain(ODD.iter().map(|word| (*word).to_owned()));
    all.map(|word| json!([word, analyzer.stem(word.clone())])).collect()
}

fn vectors() -> Value {
    let queries = include_str!("../../tests/queries.txt");
    let texts = queries.lines().filter(|line| !line.starts_with("# ") && line.len() > 3).step_by(3);
    let counts = [1.0, 2.0, 3.0, 10.0, 89.0, 1000.0, 11_004.0, 100_000.0];
    let idfs = counts.iter().flat_map(|&count| {
        let some = [0.0, 1.0, 2.0, count / 3.0, count - 1.0, count].map(f64::floor);
        some.map(|frequency| json!([count, frequency, idf(count, frequency)]))
    });
    let gains = [(4.0, 1.25, 1, 1, 5.3), (0.5, 7.031_25, 40, 2312, 811.25), (1.0, 0.015_625, 3, 0, 0.125)];
    let gains = gains
        .map(|(boost, idf, n, length, mean)| json!([boost, idf, n, length, mean, bm25(boost, idf, n, length, mean)]));
    let forms = ["async", "asyncio", "await", "été", "日本", "𐐀", "𐐀x"].map(str::to_owned);
    json!({
        "words": texts.map(|text| json!([text, words(text)])).collect::<Value>(),
        "stems": stems(),
        "idf": idfs.collect::<Value>(),
        "gains": gains,
        "list": { "script": forms_script(&forms), "texts": forms },
    })
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may write what it expects")]
fn vectors_are_those_of_this_program() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let now = format!("{}\n", vectors());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &now).expect("the vectors can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == now, "{FILE} is not up to date: BLESS=1 cargo nextest run vectors");
}

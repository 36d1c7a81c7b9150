//! The query language: words, "phrases", -exclusions and name:value.

use std::fmt;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::schema::FACTS;
use crate::diagnostic::did_you_mean;
use crate::model::component;

/// A query as it was meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub clauses: Vec<Clause>,
    pub filters: Vec<Filter>,
    /// As it was written.
    pub text: String,
    /// Whether the last clause is a word at the very end of the query, which somebody may still be writing.
    pub open: bool,
}

/// Words that must be there, next to one another, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub text: String,
    pub phrase: bool,
    pub excluded: bool,
    /// Bytes of the query.
    pub span: Range<usize>,
}

/// A fact that must hold, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub fact: Fact,
    pub excluded: bool,
    /// Bytes of the query.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A field and the value that it must have, as an address component.
    Is(&'static str, String),
    /// Both ends count.
    Year(u64, u64),
}

/// Why a query can't be read; the place is in bytes of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    pub start: usize,
    pub end: usize,
    pub message: String,
    pub help: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)
    }
}

impl std::error::Error for QueryError {}

/// Marks that begin and end a phrase: what telephones make of `"` as well.
const QUOTES: [char; 5] = ['"', '“', '”', '„', '‟'];

/// More words than this add nothing but time.
const MOST: usize = 64;

impl Query {
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut query = Self { text: text.to_owned(), ..Self::default() };
        let mut at = 0;
        while let Some(next) = text[at..].find(|c: char| !c.is_whitespace()) {
            let start = at + next;
            let words = query.clauses.len();
            at = query.item(text, start)?;
            let word = query.clauses.get(words).is_some_and(|clause| !clause.phrase && !clause.excluded);
            query.open = word && at == text.len();
        }
        if query.clauses.len() + query.filters.len() > MOST {
            let message = format!("the query has more than {MOST} parts");
            return Err(QueryError { start: 0, end: text.len(), message, help: "leave some out".to_owned() });
        }
        Ok(query)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty() && self.clauses.iter().all(|clause| clause.excluded)
    }

    /// Reads one part, which begins at `start`, and returns where it ends.
    fn item(&mut self, text: &str, start: usize) -> Result<usize, QueryError> {
        let excluded =
            text[start..].starts_with('-') && text[start + 1..].starts_with(|c: char| !c.is_whitespace() && c != '-');
        let from = start + usize::from(excluded);
        if text[from..].starts_with(QUOTES) {
            let (phrase, end) = quoted(text, from)?;
            self.clause(phrase, true, excluded, start..end);
            return Ok(end);
        }
        let end = text[from..].find(char::is_whitespace).map_or(text.len(), |at| from + at);
        let word = &text[from..end];
        // A name is letters only, so that `std::fs` or `http://x` stay words.
        let named = word.split_once(':').filter(|(name, value)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase()) && !value.starts_with([':', '/'])
        });
        let Some((name, value)) = named else {
            self.clause(word, false, excluded, start..end);
            return Ok(end);
        };
        let value_at = from + name.len() + 1;
        let (value, end) = if value.starts_with(QUOTES) { quoted(text, value_at)? } else { (value, end) };
        let place = |message: String, help: String| QueryError { start: from, end, message, help };
        if value.trim().is_empty() {
            return Err(place(format!("`{name}:` has no value"), format!("write `{name}:value` without a space")));
        }
        let fact = if name == "year" {
            let help = "write `year:2016` or `year:2016..2020`".to_owned();
            years(value).ok_or_else(|| place(format!("`{value}` is not a year or a range of years"), help))?
        } else {
            let field = FACTS.into_iter().find(|field| *field == name).ok_or_else(|| {
                let help = did_you_mean(name, FACTS).map(|help| help.replace('`', ""));
                place(
                    format!("there is no field `{name}`"),
                    help.unwrap_or_else(|| "search for the word alone".to_owned()),
                )
            })?;
            Fact::Is(field, fact_value(field, value))
        };
        self.filters.push(Filter { fact, excluded, span: start..end });
        Ok(end)
    }

    fn clause(&mut self, text: &str, phrase: bool, excluded: bool, span: Range<usize>) {
        // As the texts in the index are.
        self.clauses.push(Clause { text: text.nfc().collect(), phrase, excluded, span });
    }
}

/// A stance may name its argument: `performance:against`.
fn fact_value(field: &str, value: &str) -> String {
    match value.split_once(':') {
        Some((argument, stance)) if field == "stance" => format!("{}:{}", component(argument), component(stance)),
        _ => component(
            value
                .rsplit_once('/')
                .filter(|_| matches!(field, "claim" | "argument" | "source"))
                .map_or(value, |(_, id)| id),
        ),
    }
}

/// What stands between quotation marks, and where it ends.
fn quoted(text: &str, at: usize) -> Result<(&str, usize), QueryError> {
    let inner = at + text[at..].chars().next().map_or(0, char::len_utf8);
    match text[inner..].char_indices().find(|(_, c)| QUOTES.contains(c)) {
        Some((end, mark)) => Ok((&text[inner..inner + end], inner + end + mark.len_utf8())),
        None => Err(QueryError {
            start: at,
            end: text.len(),
            message: "the quotation has no end".to_owned(),
            help: "add a quotation mark where it ends".to_owned(),
        }),
    }
}

fn years(value: &str) -> Option<Fact> {
    let year = |text: &str| {
        let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u64>().ok().filter(|_| digits)
    };
    let (from, to) = match value.split_once("..") {
        Some((from, to)) => {
            let from = if from.is_empty() { 0 } else { year(from)? };
            (from, if to.is_empty() { 9999 } else { year(to)? })
        }
        None => (year(value)?, year(value)?),
    };
    (from <= to).then_some(Fact::Year(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_query() {
        let query =
            Query::parse(r#"event "thread pool" -rust author:"Jason Brownlee" year:2016..2020 std::fs - --x"#).unwrap();
        let texts: Vec<_> = query.clauses.iter().map(|c| (c.text.as_str(), c.phrase, c.excluded)).collect();
        assert_eq!(
            texts,
            [
                ("event", false, false),
                ("thread pool", true, false),
                ("rust", false, true),
                ("std::fs", false, false),
                ("-", false, false),
                ("--x", false, false)
            ]
        );
        assert_eq!(query.filters[0].fact, Fact::Is("author", "jason-brownlee".into()));
        assert_eq!(query.filters[1].fact, Fact::Year(2016, 2020));
        assert_eq!(
            Query::parse("stance:performance:against").unwrap().filters[0].fact,
            Fact::Is("stance", "performance:against".into())
        );
    }

    #[test]
    fn mistakes_point_into_the_query() {
        let error = Query::parse("a sorce:x").unwrap_err();
        assert_eq!((error.start, error.end, error.help.as_str()), (2, 9, "did you mean source?"));
        for bad in ["\"", "year:x", "kind:", "year:2020..2016", "-\"x"] {
            assert!(Query::parse(bad).is_err(), "{bad}");
        }
        for odd in ["", "   ", "-", ":", "::", "é", "-é", "a:\u{0}", "\u{202e}", "http://x", "🦀:🦀"] {
            let _ = Query::parse(odd);
        }
        assert!(Query::parse("").unwrap().is_empty() && Query::parse("-x").unwrap().is_empty());
    }
}

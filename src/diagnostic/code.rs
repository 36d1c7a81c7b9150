//! The stable codes of findings. A code, once given, keeps its meaning.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $severity:ident, $summary:literal;)*) => {
        /// What kind of finding it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $summary] $name,)* }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as printed, such as `E002`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What the code says, in a few words.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => $summary,)* }
            }

            /// The page on it in `docs/diagnostics/`: what, why, an example and the mend, as Markdown.
            pub fn page(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../../docs/diagnostics/", $code, ".md")),)*
                }
            }

            /// The code that is printed so; case does not count.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text))
            }
        }
    };
}

codes! {
    Syntax = "E001", Error, "front matter or settings that do not parse";
    UnknownKey = "E002", Error, "a key that is not in the model";
    WrongType = "E003", Error, "a value of the wrong type";
    MissingKey = "E004", Error, "a required key is missing";
    InvalidValue = "E005", Error, "a value that is not one of those allowed";
    UnknownReference = "E006", Error, "a reference to something that is not in the archive";
    BrokenLink = "E007", Error, "a link to a page or file that is not there";
    BrokenAnchor = "E008", Error, "a link to a heading or passage that is not there";
    BrokenImage = "E009", Error, "an image that is not there";
    DuplicateId = "E010", Error, "two things with one name";
    ReplyCircle = "E011", Error, "replies that go round in a circle";
    NotUtf8 = "E012", Error, "text or code that is not UTF-8";
    ReservedAddress = "E013", Error, "an address that the site needs itself";
    DangerousAddress = "E014", Error, "an address that could run code";
    OutsideArchive = "E015", Error, "a path that leaves the archive";
    FileName = "E016", Error, "a file name that no host can serve";
    MissingFile = "E017", Error, "a file that is not there";
    QuoteNotFound = "E018", Error, "a verbatim quote that is not in its capture";
    MalformedResults = "E019", Error, "a results.json that is not as `casebook run` writes it";
    Template = "E020", Error, "a template that does not parse or render";
    Theme = "E021", Error, "a theme that is not complete";
    NoArchive = "E022", Error, "a folder that is not an archive";
    Format = "E023", Error, "an archive that needs another casebook";
    Misplaced = "E024", Error, "a Markdown file where no kind lives";
    Unreadable = "E025", Error, "a file or folder that can't be read";
    NameCollision = "E026", Error, "names that differ only in case or Unicode form";
    KeyBelowTable = "E027", Error, "a key of the file that stands below a table's header";
    ExcerptTooLong = "E028", Error, "an excerpt longer than its source allows";
    MissingRights = "W001", Warning, "a source without rights";
    FutureDate = "W002", Warning, "a date in the future";
    AmbiguousReference = "W003", Warning, "a bare reference that several entries answer to";
    UnknownLanguage = "W004", Warning, "a programming language that the highlighter does not know";
    FootnoteWithoutNote = "W005", Warning, "a footnote reference without a note";
    NoteWithoutReference = "W006", Warning, "a footnote without a reference";
    MissingResult = "W007", Warning, "a sample that was not measured yet";
    StaleResult = "W008", Warning, "a result of code that has changed since";
    EqualOrder = "W009", Warning, "two arguments with the same order";
    ClaimOfUnnamedArgument = "W010", Warning, "a claim of an argument that the entry does not name";
    LeftOut = "W011", Warning, "a file that is not published";
    MathSyntax = "W012", Warning, "mathematics that does not parse";
    ImageWithoutAlt = "W013", Warning, "an image without alternative text";
    UnusedFile = "W014", Warning, "a file beside an entry that nothing uses";
    NearDuplicate = "W015", Warning, "two entries with nearly the same text";
    CodeSyntax = "W016", Warning, "a sample's code that does not parse";
    DateOrder = "W017", Warning, "dates that contradict each other";
    GoldenQuery = "W018", Warning, "a golden query that is answered worse than it must be";
    UnusableModel = "W021", Warning, "a model of tags that can't be used";
    LostPassage = "W022", Warning, "a decision on a passage that is no longer there";
    OrphanClaim = "N001", Note, "a claim without evidence";
    OneSidedClaim = "N002", Note, "a claim with evidence on one side only";
    OneSidedArgument = "N003", Note, "an argument with one side only";
    MissingLocator = "N004", Note, "a quote that does not say where in its source it stands";
    FoundAfterAll = "N005", Note, "a side that was not found, and has evidence";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_say_their_severity() {
        let seen: BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(seen.len(), Code::ALL.len());
        for code in Code::ALL {
            let letter = match code.severity() {
                Severity::Error => 'E',
                Severity::Warning => 'W',
                Severity::Note => 'N',
            };
            assert!(code.as_str().starts_with(letter), "{code:?}");
        }
    }
}

//! The kinds of things in an archive, and their names.

use std::fmt;

use serde::Serialize;

/// What a thing is. Ordered as a bare reference is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Essay,
    Quote,
    Sample,
    Claim,
    Argument,
    Source,
    Page,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Essay, Self::Quote, Self::Sample, Self::Claim, Self::Argument, Self::Source, Self::Page];

    /// The singular: the value of `kind` in JSON and in queries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Essay => "essay",
            Self::Quote => "quote",
            Self::Sample => "sample",
            Self::Claim => "claim",
            Self::Argument => "argument",
            Self::Source => "source",
            Self::Page => "page",
        }
    }

    /// The plural: the folder, and the first part of an id.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Essay => "essays",
            Self::Quote => "quotes",
            Self::Sample => "samples",
            Self::Claim => "claims",
            Self::Argument => "arguments",
            Self::Source => "sources",
            Self::Page => "pages",
        }
    }

    /// With its article, for messages.
    pub fn article(self) -> &'static str {
        match self {
            Self::Essay => "an essay",
            Self::Argument => "an argument",
            Self::Quote => "a quote",
            Self::Sample => "a sample",
            Self::Claim => "a claim",
            Self::Source => "a source",
            Self::Page => "a page",
        }
    }

    pub fn from_folder(folder: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.folder() == folder)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

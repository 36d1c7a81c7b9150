//! Forms of words that begin or nearly are what somebody typed.

/// The prefixes of a word that is being written have so many forms at most, and a misspelt word.
pub const PREFIX_FORMS: usize = 8;
pub const TYPO_FORMS: usize = 5;

/// What a form is worth beside the word that was typed: for the end that it adds, and for each step of difference.
pub const PREFIX_WEIGHT: f64 = 0.7;
pub const TYPO_WEIGHT: f64 = 0.5;

/// A form with the number of documents that hold it.
pub type Form = (String, u64);

/// A prefix is completed from this length on, in characters.
pub const SHORTEST_PREFIX: usize = 2;

/// How far a form may be from a word that nothing matches; 0 where the word is too short to tell. In characters.
pub fn tolerance(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// As [`tolerance`], for a suggestion where there is no hit at all.
pub fn patience(length: usize) -> usize {
    match length {
        0..3 => 0,
        3..8 => 2,
        _ => 3,
    }
}

/// The forms, none of them `word` itself, that go on where the word ends: those in most documents first.
pub fn completions(word: &str, forms: impl Iterator<Item = Form>) -> Vec<Form> {
    let mut found: Vec<Form> = forms.filter(|(form, _)| form != word && form.starts_with(word)).collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(PREFIX_FORMS);
    found
}

/// The forms within a distance, each with its own: the nearest first, then those in most documents.
pub fn corrections(word: &str, bound: usize, forms: impl Iterator<Item = Form>) -> Vec<(String, usize)> {
    let length = word.chars().count();
    let mut found: Vec<(usize, Form)> = forms
        .filter(|(form, _)| form.chars().next() == word.chars().next())
        .filter(|(form, _)| form.chars().count().abs_diff(length) <= bound)
        .map(|form| (strsim::osa_distance(word, &form.0), form))
        .filter(|(distance, _)| (1..=bound).contains(distance))
        .collect();
    found.sort_by(|(near, a), (far, b)| near.cmp(far).then_with(|| b.1.cmp(&a.1)).then_with(|| a.0.cmp(&b.0)));
    found.truncate(TYPO_FORMS);
    found.into_iter().map(|(distance, (form, _))| (form, distance)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms() -> impl Iterator<Item = Form> {
        [("thread", 5), ("threads", 9), ("threaded", 1), ("tread", 7), ("three", 9), ("read", 20)]
            .into_iter()
            .map(|(form, count)| (form.to_owned(), count))
    }

    #[test]
    fn what_most_documents_hold_comes_first() {
        let found: Vec<_> = completions("thread", forms()).into_iter().map(|(form, _)| form).collect();
        assert_eq!(found, ["threads", "threaded"]);
        assert_eq!(completions("x", forms()), []);
    }

    #[test]
    fn what_is_nearest_comes_first() {
        let found = corrections("thraed", 2, forms());
        assert_eq!(
            found,
            [("thread", 1), ("threads", 2), ("three", 2), ("tread", 2), ("threaded", 2)]
                .map(|(form, d)| (form.to_owned(), d))
        );
        assert_eq!(corrections("thread", 1, forms()), [("threads".to_owned(), 1), ("tread".to_owned(), 1)]);
    }
}

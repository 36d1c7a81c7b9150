//! "Did you mean": the nearest of the names that would have been right.

/// The known name nearest to `written`, if one is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase();
    // A third of the word may differ: more would be guessing.
    let length = folded.chars().count();
    let bound = (length / 3).max(1);
    known
        .into_iter()
        // The distance is never less than the difference in length, and costs the product of both.
        .filter(|name| name.chars().count().abs_diff(length) <= bound)
        .map(|name| (strsim::damerau_levenshtein(&folded, &name.to_lowercase()), name))
        .filter(|&(distance, _)| distance <= bound)
        .min()
        .map(|(_, name)| name)
}

/// A mend that names the nearest known name, or else all of them where they are few.
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    const FEW: usize = 24;
    if let Some(name) = nearest(written, known.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let names: Vec<_> = known.into_iter().take(FEW + 1).map(|name| format!("`{name}`")).collect();
    (!names.is_empty() && names.len() <= FEW).then(|| format!("use one of {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_found_and_far_ones_are_not() {
        let known = ["authors", "arguments", "source"];
        assert_eq!(nearest("autors", known), Some("authors"));
        assert_eq!(nearest("Source", known), Some("source"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(did_you_mean("colour", known).unwrap(), "use one of `authors`, `arguments`, `source`");
    }
}

//! "Did you mean": the nearest of the names that would have been right.

/// The known name nearest to `written`, if one is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(written, known).map(|(name, _)| name)
}

/// As [`nearest`], where nothing else can be meant: no other name is as near, and what differs is no digit.
pub fn meant<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (name, alone) = near(written, known)?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    (alone && digits(written) == digits(name)).then_some(name)
}

/// The nearest name, and whether it is alone at its distance.
fn near<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, bool)> {
    let folded = written.to_lowercase();
    // A third of the word may differ: more would be guessing.
    let length = folded.chars().count();
    let bound = (length / 3).max(1);
    let mut best: Option<(usize, &str, bool)> = None;
    for name in known {
        // The distance is never less than the difference in length, and costs the product of both.
        if name.chars().count().abs_diff(length) > bound {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded, &name.to_lowercase());
        best = match best {
            _ if distance > bound => best,
            Some((least, _, _)) if distance > least => best,
            Some((least, other, _)) if distance == least => Some((least, other.min(name), other == name)),
            _ => Some((distance, name, true)),
        };
    }
    best.map(|(_, name, alone)| (name, alone))
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
        assert_eq!((meant("autors", known), meant("Source", known)), (Some("authors"), Some("source")));
        assert_eq!((nearest("cost", ["cast", "post"]), meant("cost", ["cast", "post"])), (Some("cast"), None));
        assert_eq!(meant("talk-2016", ["talk-2017"]), None);
        assert_eq!(did_you_mean("colour", known).unwrap(), "use one of `authors`, `arguments`, `source`");
    }
}

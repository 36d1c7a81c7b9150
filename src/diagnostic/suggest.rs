//! "Did you mean": the nearest of the names that would have been right.

use std::cell::Cell;

/// The known name nearest to `written`, if one is near enough to be meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(written, known, &Patience::default()).map(|near| near.name)
}

/// How much may still be spent on finding near names. A flood of wrong names must not cost its product with the names
/// of the archive: when patience is at an end, the later ones get no suggestion.
#[derive(Debug)]
pub struct Patience(Cell<usize>);

impl Default for Patience {
    /// A few seconds at most.
    fn default() -> Self {
        Self(Cell::new(60_000_000))
    }
}

impl Patience {
    /// That of who will not wait: nothing is found.
    pub fn none() -> Self {
        Self(Cell::new(0))
    }

    /// As [`nearest`], while patience lasts.
    pub fn nearest<'a>(&self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        near(written, known, self).map(|near| near.name)
    }

    /// `None` once patience is at an end. A look at a name costs 1.
    pub fn spend(&self, cost: usize) -> Option<()> {
        self.0.set(self.0.get().checked_sub(cost)?);
        Some(())
    }
}

/// As [`nearest`], where nothing else can be meant: no other name is as near, no more than a third of the word differs,
/// and what differs is no digit.
pub fn meant<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = near(written, known, &Patience::default())?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let sure = near.alone && near.distance <= (written.chars().count() / 3).max(1);
    (sure && digits(written) == digits(near.name)).then_some(near.name)
}

/// Nobody misspells a longer name; its distance from others would cost their product.
const LONGEST: usize = 120;

struct Near<'a> {
    name: &'a str,
    distance: usize,
    /// Whether no other name is as near.
    alone: bool,
}

/// The nearest name: one at a distance of two fifths of the word at most, or one that goes on where the word ends.
fn near<'a>(written: &str, known: impl IntoIterator<Item = &'a str>, patience: &Patience) -> Option<Near<'a>> {
    // What a look at a name and a distance cost beside each other.
    const LOOK: usize = 1;
    const DISTANCE: usize = 40;
    let folded = written.to_lowercase();
    let length = folded.chars().count();
    if length > LONGEST {
        return None;
    }
    let bound = (length * 2 / 5).max(1);
    let mut best: Option<Near<'a>> = None;
    for name in known {
        patience.spend(LOOK)?;
        let longer = name.chars().count();
        let goes_on = length >= 3 && longer <= 2 * length + 3 && name.to_lowercase().starts_with(&folded);
        // The distance is never less than the difference in length, and costs the product of both.
        if !goes_on && (longer.abs_diff(length) > bound || letters_apart(&folded, name) > 2 * bound) {
            continue;
        }
        patience.spend(DISTANCE)?;
        let distance = strsim::damerau_levenshtein(&folded, &name.to_lowercase());
        best = match best {
            _ if distance > bound && !goes_on => best,
            Some(near) if distance > near.distance => Some(near),
            Some(near) if distance == near.distance => {
                Some(Near { name: near.name.min(name), distance, alone: near.alone && near.name == name })
            }
            _ => Some(Near { name, distance, alone: true }),
        };
    }
    best
}

/// How many letters one of two words has and the other has not: each edit changes two at most. Only for ASCII, where a
/// letter is a byte.
fn letters_apart(folded: &str, name: &str) -> usize {
    if !folded.is_ascii() || !name.is_ascii() {
        return 0;
    }
    let mut counts = [0_i16; 128];
    folded.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    name.bytes().for_each(|byte| counts[usize::from(byte.to_ascii_lowercase())] -= 1);
    counts.iter().map(|count| usize::from(count.unsigned_abs())).sum()
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
        assert_eq!(
            (nearest("autor", known), nearest("arg", known), meant("arg", known)),
            (Some("authors"), Some("arguments"), None)
        );
        assert_eq!((nearest("cost", ["cast", "post"]), meant("cost", ["cast", "post"])), (Some("cast"), None));
        assert_eq!(meant("talk-2016", ["talk-2017"]), None);
        assert_eq!(did_you_mean("colour", known).unwrap(), "use one of `authors`, `arguments`, `source`");
    }
}

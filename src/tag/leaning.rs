//! Which way a passage leans, as two chances, and what that comes to.

use super::regression::sigmoid;
use crate::read::Stance;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaning {
    /// The chance that it is in favour, if it is of one side.
    pub favour: f64,
    /// The chance that it is of neither.
    pub mixed: f64,
}

impl Leaning {
    /// By the logarithms of the odds.
    pub fn of(favour: f64, mixed: f64) -> Self {
        Self { favour: sigmoid(favour), mixed: sigmoid(mixed) }
    }

    /// The likeliest of the three.
    pub fn stance(self) -> Stance {
        let one_side = 1.0 - self.mixed;
        let (stance, chance) =
            if self.favour >= 0.5 { (Stance::For, self.favour) } else { (Stance::Against, 1.0 - self.favour) };
        if self.mixed > one_side * chance { Stance::Mixed } else { stance }
    }

    /// The stance of an entry whose passages lean so.
    #[expect(clippy::cast_precision_loss, reason = "an entry has fewer passages than that")]
    pub fn together(all: &[Self]) -> Option<Stance> {
        /// Beyond these a passage is plainly of one side.
        const PLAIN: (f64, f64) = (0.35, 0.65);
        if all.is_empty() {
            return None;
        }
        if all.iter().any(|one| one.favour < PLAIN.0) && all.iter().any(|one| one.favour > PLAIN.1) {
            return Some(Stance::Mixed);
        }
        let mean = |of: fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        Some(Self { favour: mean(|one| one.favour), mixed: mean(|one| one.mixed) }.stance())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_is_said() {
        let stance = |favour, mixed| Leaning { favour, mixed }.stance();
        assert_eq!(stance(0.9, 0.1), Stance::For);
        assert_eq!(stance(0.2, 0.1), Stance::Against);
        assert_eq!(stance(0.5, 0.3), Stance::For, "0.35 of 1");
        assert_eq!(stance(0.5, 0.4), Stance::Mixed, "0.4, where either side has 0.3");
        assert_eq!(stance(0.95, 0.45), Stance::For);
    }

    #[test]
    fn passages_on_both_sides_make_a_mixed_entry() {
        let all = |favours: &[f64]| {
            Leaning::together(&favours.iter().map(|&favour| Leaning { favour, mixed: 0.1 }).collect::<Vec<_>>())
        };
        assert_eq!(all(&[]), None);
        assert_eq!(all(&[0.9, 0.2]), Some(Stance::Mixed));
        assert_eq!(all(&[0.9, 0.4]), Some(Stance::For));
        assert_eq!(all(&[0.6, 0.2]), Some(Stance::Against));
    }
}

//! Code in stretches that are one thing: what its colours come to, in two bytes each.

/// What each stretch is, as the letter of a class or 0 for none, and how many bytes it has. A longer one goes on in the
/// next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runs(Vec<[u8; 2]>);

impl Runs {
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks().0.to_vec())
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.as_flattened().to_vec()
    }

    /// What comes next. White space looks the same in every class, and stays with what is before it.
    pub fn push(&mut self, text: &str, class: u8) {
        let before = self.0.last().map_or(0, |[class, _]| *class);
        let class = if text.trim_start().is_empty() { before } else { class };
        let mut bytes = text.len();
        if let Some([last, length]) = self.0.last_mut()
            && *last == class
        {
            let more = bytes.min(usize::from(u8::MAX - *length));
            *length += u8::try_from(more).expect("a byte has room for it");
            bytes -= more;
        }
        while bytes > 0 {
            let length = u8::try_from(bytes).unwrap_or(u8::MAX);
            self.0.push([class, length]);
            bytes -= usize::from(length);
        }
    }

    /// The code with its classes, each as far as it goes. `None` where the runs are of other code.
    pub fn over<'a>(&self, code: &'a str) -> Option<Vec<(u8, &'a str)>> {
        let mut rest = code;
        let runs = self.0.chunk_by(|a, b| a[0] == b[0]).map(|run| {
            let (text, after) = rest.split_at_checked(run.iter().map(|[_, length]| usize::from(*length)).sum())?;
            rest = after;
            Some((run[0][0], text))
        });
        let runs = runs.collect::<Option<_>>()?;
        rest.is_empty().then_some(runs)
    }
}

//! Breaks a text into lines that fit, as large as they can be.

#![expect(clippy::cast_precision_loss, reason = "a text on a picture has few lines")]

use unicode_normalization::UnicodeNormalization;

use super::fonts::Fonts;

/// From one line's foot to the next, for a letter of height 1.
const LEADING: f32 = 1.16;
/// From a line's top to its foot.
const ASCENT: f32 = 0.86;
/// Nobody reads more on a picture; what is longer is not even measured.
const LONGEST: usize = 600;

/// How a text may be set: in the first of the sizes in which it fits.
pub struct Setting<'a> {
    pub weight: u16,
    sizes: &'a [f32],
    most: usize,
    height: f32,
}

/// A text in lines.
#[derive(Debug, PartialEq)]
pub struct Set {
    pub size: f32,
    pub weight: u16,
    pub lines: Vec<String>,
    /// Of the longest line.
    pub width: f32,
    /// Whether the text is written from right to left.
    pub rtl: bool,
}

impl Set {
    pub fn height(&self) -> f32 {
        self.lines.len() as f32 * self.size * LEADING
    }

    /// How far the foot of a line stands below the top of all.
    pub fn baseline(&self, line: usize) -> f32 {
        (line as f32 * LEADING + ASCENT) * self.size
    }
}

/// A stretch without a space, with the width of each character.
type Word = Vec<(char, f32)>;

fn ems(word: &[(char, f32)]) -> f32 {
    word.iter().map(|(_, width)| width).sum()
}

impl<'a> Setting<'a> {
    pub fn new(weight: u16, sizes: &'a [f32], most: usize) -> Self {
        Self { weight, sizes, most, height: f32::INFINITY }
    }

    pub fn within(weight: u16, sizes: &'a [f32], height: f32) -> Self {
        Self { weight, sizes, most: usize::MAX, height }
    }

    /// The text in lines of at most this width. In the smallest size what does not fit is cut.
    pub fn fit(&self, fonts: &Fonts, text: &str, width: f32) -> Set {
        let text: String = text.chars().take(LONGEST).collect();
        let widths = fonts.widths(&text, self.weight);
        let letters: Word = text.chars().zip(widths).collect();
        let words: Vec<&[(char, f32)]> = letters.split(|(c, _)| *c == ' ').filter(|word| !word.is_empty()).collect();
        let space = fonts.widths(" …", self.weight);
        let mut set = Set { size: 0.0, weight: self.weight, lines: Vec::new(), width: 0.0, rtl: is_rtl(&text) };
        for &size in self.sizes {
            let room = width / size;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole lines; any number goes")]
            let most = self.most.min((self.height / (size * LEADING)) as usize).max(1);
            let mut lines = wrap(&words, space[0], room);
            let fits = lines.len() <= most;
            let whole = words.iter().all(|word| ems(word) <= room || word.iter().any(|(c, _)| breaks(*c)));
            if !(fits && whole) && Some(&size) != self.sizes.last() {
                continue;
            }
            if fits {
                lines = balanced(&words, space[0], room, lines);
            } else {
                lines.truncate(most);
                lines.last_mut().into_iter().for_each(|line| cut(line, room - space[1]));
            }
            set.size = size;
            set.width = lines.iter().map(|line| ems(line) * size).fold(0.0, f32::max);
            set.lines = lines.iter().map(|line| line.iter().map(|(c, _)| c).collect()).collect();
            break;
        }
        set
    }
}

/// Whether a line may end after such a letter: scripts of the Far East have no spaces.
fn breaks(c: char) -> bool {
    c >= '\u{2e80}'
}

/// Puts as many words into each line as go there. A word that is longer than a line is broken.
fn wrap(words: &[&[(char, f32)]], space: f32, room: f32) -> Vec<Word> {
    let mut lines: Vec<Word> = Vec::new();
    let mut used = f32::INFINITY;
    for word in words {
        let width = ems(word);
        if used + space + width <= room {
            let line = lines.last_mut().expect("a line is in use");
            line.push((' ', space));
            line.extend_from_slice(word);
            used += space + width;
            continue;
        }
        lines.push(Word::new());
        used = 0.0;
        for &(c, width) in *word {
            if used + width > room && used > 0.0 {
                lines.push(Word::new());
                used = 0.0;
            }
            lines.last_mut().expect("one was just pushed").push((c, width));
            used += width;
        }
    }
    lines
}

/// As many lines, of about one length.
fn balanced(words: &[&[(char, f32)]], space: f32, room: f32, mut lines: Vec<Word>) -> Vec<Word> {
    let longest = words.iter().map(|word| ems(word)).fold(0.0, f32::max);
    let mut narrow = room * 0.98;
    while lines.len() > 1 && narrow > longest {
        let tried = wrap(words, space, narrow);
        if tried.len() > lines.len() {
            break;
        }
        lines = tried;
        narrow *= 0.98;
    }
    lines
}

/// Ends a line with an ellipsis.
fn cut(line: &mut Word, room: f32) {
    while ems(line) > room || line.last().is_some_and(|(c, _)| matches!(c, ' ' | ',' | '.' | ';' | ':')) {
        line.pop();
    }
    line.push(('…', 0.0));
}

/// A text as it can be drawn: composed, its spaces single, without what has no shape or turns the text around.
pub fn clean(text: &str) -> String {
    let shown = |c: char| match c {
        '\u{2011}' => Some('-'),
        '\u{00a0}' | '\u{202f}' => Some('\u{00a0}'),
        c if c.is_whitespace() => Some(' '),
        '\u{00ad}'
        | '\u{200b}'
        | '\u{2060}'..='\u{206f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'
        | '\u{ffff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    };
    let text: String = text.nfc().filter_map(shown).collect();
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a text is in a script that is written from right to left, by its first letter.
pub fn is_rtl(text: &str) -> bool {
    let first = text.chars().find(|c| c.is_alphabetic());
    first.is_some_and(|c| {
        matches!(u32::from(c), 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefc | 0x10800..=0x10fff | 0x1e800..=0x1eeff)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fonts() -> Fonts {
        let mut fonts = Fonts::default();
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/themes/default/fonts/Literata-Regular.ttf");
        assert!(fonts.add(std::fs::read(file).unwrap()));
        fonts
    }

    #[test]
    fn a_text_is_set_as_large_as_it_fits_and_cut_at_last() {
        let fonts = fonts();
        let setting = Setting::within(400, &[60.0, 40.0, 20.0], 130.0);
        let set = |text: &str| setting.fit(&fonts, text, 400.0);
        assert_eq!((set("Short").size, set("Short").lines), (60.0, vec!["Short".to_owned()]));
        assert_eq!(set("").lines, Vec::<String>::new());
        let two = set("These words take two lines");
        assert_eq!((two.size, two.lines.len()), (40.0, 2));
        for text in ["word, ".repeat(90), "x".repeat(900), "Wort ".repeat(20) + &"y".repeat(80)] {
            let set = set(&text);
            assert!(set.width <= 400.0 && set.height() <= 130.0, "{set:?}");
            let whole: usize = set.lines.iter().map(|line| line.chars().count()).sum();
            assert!(set.lines.concat().ends_with('…') && whole < text.len(), "{set:?}");
            assert!(!set.lines.concat().ends_with([',', ' ']), "{set:?}");
        }
    }

    #[test]
    fn lines_are_of_about_one_length() {
        let set = Setting::new(400, &[20.0], 3).fit(&fonts(), "One line and then a single word", 280.0);
        assert_eq!(set.lines, ["One line and then", "a single word"]);
    }

    #[test]
    fn what_has_no_shape_is_not_drawn() {
        assert_eq!(clean(" a\u{0}\u{7f}\t b\u{202e}c\u{200b}\u{fffe}\u{ad} e\u{301} x\u{2011}y "), "a bc é x-y");
        assert!(is_rtl("«שלום» abc") && is_rtl("مرحبا") && !is_rtl("1 a שלום") && !is_rtl("…"));
    }
}

//! How wide a text will be, without its font: a drawing that is made at build can't ask the browser.

use unicode_width::UnicodeWidthChar;

/// What a character takes, in about thousandths of the size of the font, by groups: those of a font as
/// wide as any that readers usually have. In others a line ends a little early.
fn advance(c: char) -> usize {
    match c {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' | 'i' | 'j' | 'l' | '·' => 345,
        't' | 'f' | '(' | ')' | '[' | ']' | '-' | '/' | '\\' | 'I' => 410,
        'r' | 's' | 'z' | 'J' | '"' | '“' | '”' | '„' | '*' | '?' => 530,
        'c' | 'v' | 'x' | 'y' | '–' => 570,
        'a' | 'e' | 'k' | 'o' => 608,
        'w' => 860,
        'm' | '%' | '&' => 960,
        'M' | 'W' | '@' | '—' | '…' => 1040,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | 'U' => 880,
        'a'..='z' | '0'..='9' => 648,
        'A'..='Z' => 770,
        '\u{21}'..='\u{7e}' => 850,
        // A few characters are whole words, or drawn over several places.
        '\u{fdf0}'..='\u{fdfd}' => 6000,
        '\u{2e3a}' | '\u{2e3b}' => 3000,
        '\u{12000}'..='\u{1254f}' | '\u{a9c0}'..='\u{a9cf}' => 2500,
        // Latin, Greek, Cyrillic, Armenian; Hebrew and Arabic.
        '\u{a0}'..='\u{58f}' | '\u{1e00}'..='\u{1fff}' if c.width() == Some(1) => {
            if c.is_uppercase() || matches!(c, 'ж' | 'ш' | 'щ' | 'ю' | 'ф' | 'ы' | 'æ' | 'œ') {
                960
            } else {
                700
            }
        }
        '\u{590}'..='\u{6ff}' if c.width() == Some(1) => 700,
        c => match c.width() {
            None | Some(0) => 0,
            // Pictures are wider than letters of the same class.
            Some(2) if c >= '\u{1f000}' => 1400,
            _ => 1000,
        },
    }
}

fn advances(text: &str) -> usize {
    text.chars().map(advance).sum()
}

/// A word that may be broken begins on a line where there is room for so much of it.
const WIDE: usize = 2000;

/// So many make the size of the font.
const UNIT: usize = 1000;

/// The width of a text in a font of `size`, or a little more.
pub fn width(text: &str, size: i32) -> i32 {
    int((advances(text) * usize::try_from(size).unwrap_or(0)).div_ceil(UNIT))
}

/// How much of a font of `size` there is room for.
fn in_advances(room: i32, size: i32) -> usize {
    usize::try_from(room).unwrap_or(0) * UNIT / usize::try_from(size).unwrap_or(1).max(1)
}

/// A count as a coordinate.
pub fn int(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The text in lines that are no wider than `room`, at most `lines` of them; what is left out leaves an ellipsis.
pub fn wrap(text: &str, room: i32, size: i32, lines: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let (whole, gap) = (in_advances(room, size), advance(' '));
    let mut used = 0;
    'words: for word in text.split_whitespace() {
        let long = advances(word);
        let breaks = long > whole || word.chars().any(|c| c.width() == Some(2));
        if used > 0 && used + gap + if breaks { long.min(WIDE) } else { long } <= whole {
            out.last_mut().expect("there is one line").push(' ');
            used += gap;
        } else if used > 0 {
            out.push(String::new());
            used = 0;
        }
        // A word longer than a line, and words of scripts that put no space between them, go on in the next.
        for c in word.chars() {
            let wide = advance(c);
            if breaks && used > 0 && wide > 0 && used + wide > whole {
                if out.len() > lines {
                    break 'words;
                }
                out.push(String::new());
                used = 0;
            }
            out.last_mut().expect("there is one line").push(c);
            used += wide;
        }
        if out.len() > lines {
            break;
        }
    }
    if out.len() > lines {
        out.truncate(lines);
        let last = out.last_mut().expect("a label has a line");
        *last = shorten(&format!("{last}…"), room, size);
    }
    out.retain(|line| !line.is_empty());
    out
}

/// One line, with an ellipsis where it is too long; one that it has at its end stays at its end.
pub fn shorten(text: &str, room: i32, size: i32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = in_advances(room, size).saturating_sub(advance('…'));
    let mut out = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(advance(c)) else { break };
        left = rest;
        out.push(c);
    }
    format!("{}…", out.trim_end_matches([' ', ',', '.', ';', ':', '…', '\u{200d}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_room() {
        let hostile = [
            "An ordinary title, of some length, with a colon: and more",
            &"W".repeat(500),
            "אסינכרוניות איננה מקביליות ואין לה עלות אפס",
            "非同期処理は並行処理であり並列処理ではないという主張について",
            "👩‍👩‍👧‍👦 🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉 family",
            "<script>alert(1)</script> & \"more\"",
            "﷽ ﷽ ﷽ a 𒐫𒐫𒐫𒐫𒐫𒐫𒐫𒐫𒐫𒐫",
            "a\u{301}\u{301}\u{301}\u{301} e\u{202e}x",
        ];
        for text in hostile {
            for (room, lines) in [(90, 1), (150, 3), (300, 2)] {
                let wrapped = wrap(text, room, 14, lines);
                assert!(!wrapped.is_empty() && wrapped.len() <= lines, "{text}: {wrapped:?}");
                assert!(wrapped.iter().all(|line| width(line, 14) <= room), "{text}: {wrapped:?}");
                let plain = |text: &str| text.split_whitespace().collect::<String>();
                let said = plain(&wrapped.concat());
                let whole = said == plain(text);
                assert!(whole || said.ends_with('…'), "what is cut says so: {wrapped:?}");
                assert!(whole || plain(text).starts_with(said.trim_end_matches('…')), "{wrapped:?}");
            }
        }
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("one two three four", width("one two", 14), 14, 9), ["one two", "three", "four"]);
        assert_eq!(wrap("  ", 100, 14, 2), Vec::<String>::new());
        assert_eq!(wrap("ab cd", width("ab…", 14), 14, 1), ["ab…"]);
        assert_eq!(wrap("並行 処理", width("並行", 14), 14, 2), ["並行", "処理"]);
    }
}

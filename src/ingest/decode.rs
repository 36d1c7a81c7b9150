//! From bytes to text: what is no text is refused, and the encoding is found.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use super::{Refusal, Unsure, links};
use crate::span::normalise;

/// The longest capture, in bytes. A page that somebody wrote is a hundredth of it.
pub const MOST: u64 = 8 << 20;

#[derive(Debug)]
pub struct Decoded {
    /// With line feeds only, and without a byte order mark.
    pub text: String,
    pub doubt: Option<Unsure>,
}

/// What the first bytes of common files are, which nobody should read as text.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3\0", "a database"),
];

pub fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    if bytes.len() as u64 > MOST {
        return Err(too_long(bytes.len() as u64));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new("the file is empty", "save the page or the text into it"));
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        let help = "save its text as plain text, HTML or Markdown";
        return Err(Refusal::new(format!("it is {what}, not text"), help));
    }
    let (text, doubt) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (by(encoding, &bytes[length..])?, None),
        None => without_mark(bytes)?,
    };
    if is_binary(&text) {
        return Err(Refusal::new("it is binary, not text", "save its text as plain text, HTML or Markdown"));
    }
    let text = links::unmarked(&normalise(&text)).into_owned();
    if text.trim().is_empty() {
        return Err(Refusal::new("the file is empty", "save the page or the text into it"));
    }
    Ok(Decoded { text, doubt })
}

pub fn too_long(length: u64) -> Refusal {
    let why = format!("it is {} MiB long, more than {} MiB", length >> 20, MOST >> 20);
    Refusal::new(why, "cut out the part that matters, or split it")
}

/// No writer puts so many control characters into a text.
fn is_binary(text: &str) -> bool {
    let odd = |c: &char| *c == '\0' || (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}'));
    let start: Vec<char> = text.chars().take(64 << 10).collect();
    let count = start.iter().filter(|c| odd(c)).count();
    start.contains(&'\0') || count * 20 > start.len()
}

fn without_mark(bytes: &[u8]) -> Result<(String, Option<Unsure>), Refusal> {
    let declared = declared(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let other = declared.filter(|encoding| *encoding != UTF_8 && !text.is_ascii());
        let doubt = other.map(|other| {
            Unsure::whole(format!("it says that it is {}, and was read as UTF-8, which it is", other.name()))
        });
        return Ok((text.to_owned(), doubt));
    }
    if let Some(encoding) = declared {
        return Ok((by(encoding, bytes)?, None));
    }
    if bytes.contains(&0) {
        return Err(Refusal::new("it is binary, not text", "save its text as plain text, HTML or Markdown"));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    let doubt = Unsure::whole(format!("it does not say its encoding, and was read as {}", encoding.name()));
    Ok((by(encoding, bytes)?, Some(doubt)))
}

/// The text in an encoding; an error says where it is not of it.
fn by(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Refusal> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text.into_owned());
    }
    let decoded = encoding.decode_without_bom_handling(bytes).0;
    let at = decoded.find('\u{fffd}').unwrap_or(0);
    let line = decoded[..at].matches('\n').count() + 1;
    let why = format!("it is not the {} that it says it is: line {line} has something else", encoding.name());
    Err(Refusal::new(why, "save it as UTF-8, or mend the encoding that it names"))
}

/// The encoding that an HTML or XML file names near its start.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let after = |name: &str| start.find(name).map(|at| start[at + name.len()..].trim_start());
    let after = match after("<?xml").and_then(|xml| xml.split_once("?>")?.0.split_once("encoding=")) {
        Some((_, value)) => value,
        None => after("<meta").and_then(|_| after("charset"))?.strip_prefix('=')?,
    };
    let value = after.trim_start().trim_start_matches(['"', '\'', ' ']);
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).unwrap_or(value.len());
    // A file that can be read for its `meta` is no UTF-16, whatever it says.
    Encoding::for_label(&value.as_bytes()[..end])
        .map(|found| if found.name().starts_with("UTF-16") { UTF_8 } else { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes).map_or_else(|refusal| format!("! {}", refusal.why), |decoded| decoded.text)
    }

    #[test]
    fn encodings_are_found() {
        assert_eq!(text("\u{feff}é\r\nb".as_bytes()), "é\nb");
        assert_eq!(text(b"\xff\xfeh\0i\0"), "hi");
        assert_eq!(
            text(b"<meta charset='windows-1252'><p>caf\xe9 \x93x\x94"),
            "<meta charset='windows-1252'><p>café “x”"
        );
        assert_eq!(
            text(b"<meta http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">\x93\xfa"),
            "<meta http-equiv=Content-Type content=\"text/html; charset=Shift_JIS\">日"
        );
        let russian = encoding_rs::WINDOWS_1251.encode("Асинхронность нужна не всегда, говорит он.").0.into_owned();
        assert_eq!(text(&russian), "Асинхронность нужна не всегда, говорит он.");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for (bytes, why) in [
            (&b"  \n\t"[..], "empty"),
            (b"%PDF-1.7 text", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "picture"),
            (b"ab\0cd\x01\x02", "binary"),
            (b"\xfe\xff", "empty"),
            (b"<meta charset=utf-8>\n<p>caf\xe9</p>", "not the UTF-8 that it says it is: line 2"),
        ] {
            assert!(text(bytes).starts_with('!') && text(bytes).contains(why), "{why}: {}", text(bytes));
        }
        assert!(text(&vec![b'a'; 9 << 20]).contains("9 MiB"));
    }
}

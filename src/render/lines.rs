//! Code as numbered lines, and the lines in which two programs differ.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::highlight::COMMENT;

/// Longer programs are not compared: nobody reads the marks, and a comparison takes the product of the lengths.
const LONGEST: usize = 3000;

/// A program as a page shows it.
pub struct Lines {
    /// Each line in an element of its own, with its newline after it, so that the text of the whole is the program.
    /// The style sheet numbers them: what it writes is neither copied nor read out nor found.
    pub html: String,
    pub count: usize,
    /// How many hold more than white space and comments.
    pub code: usize,
}

/// Cuts highlighted code into lines. `marked` are the places of those that get the mark, in order.
pub fn cut(html: &str, marked: &[usize]) -> Lines {
    let mut lines = Lines { html: String::with_capacity(html.len() * 3 / 2), count: 0, code: 0 };
    let mut open = None;
    // What is closed after the last newline makes no line.
    for line in html.split_inclusive('\n').filter(|line| *line != "</span>") {
        let mark = marked.binary_search(&lines.count).is_ok();
        lines.html.push_str(if mark { "<span class=\"l differs\">" } else { "<span class=\"l\">" });
        let is_code = runs(line.trim_end_matches('\n'), &mut open, &mut lines.html);
        lines.html.push_str("</span>");
        if line.ends_with('\n') {
            lines.html.push('\n');
        }
        lines.count += 1;
        lines.code += usize::from(is_code);
    }
    lines
}

/// Writes the runs of a line, each in its own element. `open` is the tag in force, over the ends of lines.
fn runs<'a>(line: &'a str, open: &mut Option<&'a str>, out: &mut String) -> bool {
    let mut is_code = false;
    let mut rest = line;
    while !rest.is_empty() {
        if rest.starts_with('<') {
            let (tag, after) = rest.split_at(rest.find('>').map_or(rest.len(), |end| end + 1));
            *open = (tag != "</span>").then_some(tag);
            rest = after;
            continue;
        }
        let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let blank = text.trim().is_empty();
        is_code |= !blank && *open != Some(COMMENT);
        match *open {
            // White space looks the same in every style.
            Some(tag) if !blank => out.extend([tag, text, "</span>"]),
            _ => out.push_str(text),
        }
        rest = after;
    }
    is_code
}

/// The lines that each of two programs has alone, by their places; blank ones are never among them. `None` where they
/// are more than two thirds of either program: marks on nearly everything tell nobody anything.
pub fn differing(one: &str, other: &str) -> Option<[Vec<usize>; 2]> {
    let split = |text: &'_ str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (one, other) = (split(one), split(other));
    if one.len().max(other.len()) > LONGEST {
        return None;
    }
    let mut alone = [Vec::new(), Vec::new()];
    for change in capture_diff_slices(Algorithm::Patience, &one, &other) {
        if !matches!(change, DiffOp::Equal { .. }) {
            alone[0].extend(change.old_range().filter(|&at| !one[at].is_empty()));
            alone[1].extend(change.new_range().filter(|&at| !other[at].is_empty()));
        }
    }
    let too_many =
        |alone: &[usize], lines: &[String]| alone.len() * 3 > lines.iter().filter(|line| !line.is_empty()).count() * 2;
    (!too_many(&alone[0], &one) && !too_many(&alone[1], &other)).then_some(alone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Highlights;
    use crate::render::highlight::tests::text;

    #[test]
    fn lines_are_whole_and_their_text_is_the_program() {
        let highlights = Highlights::new(1 << 20);
        for (code, count, of_code) in [
            ("", 0, 0),
            ("\n", 1, 0),
            ("\n\n  \n", 3, 0),
            ("x = 1", 1, 1),
            ("x = 1\n", 1, 1),
            ("# x\n", 1, 0),
            ("x = \"<a>&\"\n\n\ny = 2", 4, 2),
            ("\"\"\"One\n\nthree\n\"\"\"\n# four\nx = 1  # five\n", 6, 1),
            ("s = '''a\n  b\n'''\n", 3, 3),
        ] {
            for language in ["python", "text"] {
                let lines = cut(&highlights.html(Some(language), code), &[]);
                assert_eq!(text(&lines.html), code, "{}", lines.html);
                assert_eq!(lines.count, count, "{code}");
                if language == "python" {
                    assert_eq!(lines.code, of_code, "{}", lines.html);
                }
                for line in lines.html.lines() {
                    assert_eq!(line.matches("<span").count(), line.matches("</span>").count(), "{line}");
                    assert!(line.starts_with("<span class=\"l\">") && line.ends_with("</span>"), "{line}");
                    assert!(!line.contains("\"></span></span>"), "{line}");
                }
            }
        }
    }

    #[test]
    fn a_span_goes_on_in_the_next_line() {
        let lines = cut("a <span class=\"s\">b\n\n c</span>\nd<span class=\"k\">\ne</span>", &[0, 4]);
        assert_eq!(
            lines.html,
            "<span class=\"l differs\">a <span class=\"s\">b</span></span>\n<span class=\"l\"></span>\n\
             <span class=\"l\"><span class=\"s\"> c</span></span>\n<span class=\"l\">d</span>\n\
             <span class=\"l differs\"><span class=\"k\">e</span></span>"
        );
        let many = cut(&"<span class=\"c\">x\n</span>y\n".repeat(5_000), &[]);
        assert_eq!((many.count, many.code), (10_000, 5_000));
    }

    #[test]
    fn lines_of_one_program_alone_are_found() {
        let one = "import a\n\ndef f():\n    return 1\n\nprint(f())\n";
        assert_eq!(differing(one, one), Some([vec![], vec![]]));
        assert_eq!(differing(one, &one.replace('\n', " \n")), Some([vec![], vec![]]), "white space at the end");
        let other = "import a\nimport b\n\n\ndef f():\n    return b\n\nprint(f())";
        assert_eq!(differing(one, other), Some([vec![3], vec![1, 5]]));
        assert_eq!(differing("", ""), Some([vec![], vec![]]));
    }

    #[test]
    fn what_shares_too_little_has_no_marks() {
        let numbered = |range: std::ops::Range<usize>| range.map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        assert!(differing(&numbered(0..30), &numbered(20..50)).is_some(), "two thirds may be marked");
        assert_eq!(differing(&numbered(0..30), &numbered(21..51)), None);
        assert_eq!(differing(&numbered(0..30), &numbered(0..9)), None, "most of the first is missing");
        assert_eq!(differing("a\n", ""), None);
        assert_eq!(differing(&numbered(0..5_000), &numbered(0..5_000)), None);
        assert_eq!(differing(&numbered(0..3_000), &numbered(3_000..6_000)), None);
    }
}

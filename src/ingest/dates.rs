//! Dates as pages write them.

use std::sync::LazyLock;

use regex::Regex;

use crate::date::Date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const MONTH: &str = r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?";

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b((?:19|20)\d\d)[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:\b|T)").expect("a constant pattern")
});
static MONTH_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)\b{MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b"))
        .expect("a constant pattern")
});
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)\b(\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?{MONTH},?\s+((?:19|20)\d\d)\b"))
        .expect("a constant pattern")
});
/// `Tue Mar 14 09:21:33 CET 2017`
static PRINTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)\b{MONTH}\s+(\d{{1,2}})\s+\d\d:\d\d(?::\d\d)?\s+(?:[A-Z]{{2,5}}\s+|[+-]\d{{4}}\s+)?((?:19|20)\d\d)\b"
    ))
    .expect("a constant pattern")
});
static MONTH_ONLY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?i)\b{MONTH},?\s+((?:19|20)\d\d)\b")).expect("a constant pattern"));
static IN_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"/((?:19|20)\d\d)/(\d{1,2})(?:/(\d{1,2}))?(?:/|$|-)").expect("a constant pattern"));

fn made(year: &str, month: Option<u32>, day: Option<&str>) -> Option<Date> {
    let day = day.and_then(|day| day.parse::<u32>().ok());
    let text = match (month, day) {
        (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
        (Some(month), None) => format!("{year}-{month:02}"),
        _ => year.to_owned(),
    };
    Date::parse(&text)
}

fn month(name: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|short| name.to_ascii_lowercase().starts_with(short))?;
    u32::try_from(at + 1).ok()
}

/// The first date that a text states, with a month at least.
pub fn stated(text: &str) -> Option<Date> {
    let text = &text[..text.floor_char_boundary(text.len().min(400))];
    let iso = || {
        let found = ISO.captures(text)?;
        made(&found[1], found[2].parse().ok(), found.get(3).map(|day| day.as_str()))
    };
    let month_first = || {
        let found = MONTH_FIRST.captures(text).or_else(|| PRINTED.captures(text))?;
        made(&found[3], month(&found[1]), Some(&found[2]))
    };
    let day_first = || {
        let found = DAY_FIRST.captures(text)?;
        made(&found[3], month(&found[2]), Some(&found[1]))
    };
    let month_only = || {
        let found = MONTH_ONLY.captures(text)?;
        made(&found[2], month(&found[1]), None)
    };
    iso().or_else(month_first).or_else(day_first).or_else(month_only)
}

/// A date that is written for programs, or else as people write it; a year alone will do.
pub fn written(text: &str) -> Option<Date> {
    let text = text.trim();
    let ten = text.get(..10).and_then(Date::parse);
    ten.or_else(|| Date::parse(text)).or_else(|| stated(text))
}

/// The date that an address holds in its path.
pub fn in_address(url: &str) -> Option<Date> {
    let found = IN_PATH.captures(url)?;
    made(&found[1], found[2].parse().ok(), found.get(3).map(|day| day.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let date = |text| stated(text).map(|date| date.to_string());
        for (text, wanted) in [
            ("Published June 4, 2016 in Programming", "2016-06-04"),
            ("Posted on 3rd of Sept. 2019 by", "2019-09-03"),
            ("4 May 2021", "2021-05-04"),
            ("Oct 2020", "2020-10"),
            ("Tue Mar 14 09:21:33 CET 2017", "2017-03-14"),
            ("2021-3-4T10:00", "2021-03-04"),
            ("2021/03/04", "2021-03-04"),
        ] {
            assert_eq!(date(text).as_deref(), Some(wanted), "{text}");
        }
        for none in ["version 3.11.4", "in 2016", "June 31, 2016", "may be 2016", "Marching 3, 2016"] {
            assert_eq!(date(none), None, "{none}");
        }
        assert_eq!(in_address("https://a.example/2019/07/30/x").map(|d| d.to_string()).as_deref(), Some("2019-07-30"));
        assert_eq!(written("2019").map(|d| d.to_string()).as_deref(), Some("2019"));
    }
}

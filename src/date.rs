//! Dates as people know them: a year, a month or a day.

use std::borrow::Cow;
use std::fmt;

use jiff::civil;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A date of the precision that is known. An earlier date sorts first; of two that begin alike, the coarser one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl Date {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `None` for anything else, and for days that no calendar has.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |part: &str, digits: usize| {
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok())?
        };
        let mut parts = text.split('-');
        let year = number(parts.next()?, 4)?;
        let month = parts.next().map(|part| number(part, 2)).map_or(Some(None), |m| m.map(Some))?;
        let day = parts.next().map(|part| number(part, 2)).map_or(Some(None), |d| d.map(Some))?;
        if parts.next().is_some() {
            return None;
        }
        let small = |value: Option<i16>| value.and_then(|v| i8::try_from(v).ok());
        let date = Self { year, month: small(month), day: small(day) };
        civil::Date::new(year, date.month.unwrap_or(1), date.day.unwrap_or(1)).ok().map(|_| date)
    }

    pub fn year(self) -> i16 {
        self.year
    }

    /// The month and the day, 0 where they are not known.
    pub fn month_and_day(self) -> (u8, u8) {
        let number = |part: Option<i8>| part.and_then(|part| u8::try_from(part).ok()).unwrap_or(0);
        (number(self.month), number(self.day))
    }

    /// The first day that the date may mean.
    pub fn first_day(self) -> civil::Date {
        civil::date(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day that the date may mean.
    pub fn last_day(self) -> civil::Date {
        match (self.month, self.day) {
            (_, Some(_)) => self.first_day(),
            (Some(_), None) => self.first_day().last_of_month(),
            (None, None) => self.first_day().last_of_year(),
        }
    }

    /// RFC 3339, as feeds want it: midnight UTC of the first day that the date may mean.
    pub fn rfc3339(self) -> String {
        format!("{}T00:00:00Z", self.first_day())
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$" })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_precisions_and_nothing_else() {
        for text in ["2016", "2016-06", "2016-06-04", "0001"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
        for text in ["16", "2016-6", "2016-13", "2016-02-30", "2016-06-04T10:00", "2016-06-04-01", "", "-2016", "20１6"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert!(Date::parse("2016") < Date::parse("2016-01"));
    }
}

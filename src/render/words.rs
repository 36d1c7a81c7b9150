//! The words of the interface, from the theme's `strings/LANG.toml`.

use std::sync::Arc;

use super::view::DateView;
use crate::config::Sides;
use crate::date::Date;
use crate::fields::Choice;
use crate::read::Stance;
use crate::value::{Data, Table, Value};

/// Strings of the archive's language; what is missing there is taken from the fallback language.
#[derive(Debug, Clone, Default)]
pub struct Words {
    tables: Vec<Arc<Table>>,
    /// What the question calls its sides, which goes before what a theme does.
    sides: Sides,
}

impl Words {
    /// Tables in the order in which they are asked.
    pub fn new(tables: Vec<Arc<Table>>, sides: Sides) -> Self {
        Self { tables, sides }
    }

    fn find<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
        table.0.iter().find(|(k, _)| k.value == key).map(|(_, value)| value)
    }

    /// A string in a table of strings; the key itself where the theme does not have it.
    pub fn get(&self, table: &str, key: &str) -> String {
        let found = self.tables.iter().find_map(|strings| match &Self::find(strings, table)?.data {
            Data::Table(inner) => match &Self::find(inner, key)?.data {
                Data::String(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        });
        found.unwrap_or_else(|| key.to_owned())
    }

    /// A string at the top level.
    pub fn top(&self, key: &str) -> String {
        let found = self.tables.iter().find_map(|strings| match &Self::find(strings, key)?.data {
            Data::String(text) => Some(text.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| key.to_owned())
    }

    /// What a stance is called: the question's own word, or the theme's.
    pub fn side(&self, stance: Option<Stance>) -> String {
        let own = match stance {
            Some(Stance::For) => self.sides.in_favour.clone(),
            Some(Stance::Against) => self.sides.against.clone(),
            _ => None,
        };
        own.unwrap_or_else(|| self.get("stance", stance.map_or("none", Choice::word)))
    }

    fn month(&self, month: i8) -> String {
        let found = self.tables.iter().find_map(|strings| match &Self::find(strings, "months")?.data {
            Data::Array(names) => match &names.get(usize::try_from(month - 1).ok()?)?.data {
                Data::String(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        });
        found.unwrap_or_else(|| format!("{month:02}"))
    }

    pub fn date(&self, date: Date) -> DateView {
        let iso = date.to_string();
        let parts: Vec<i8> = iso.split('-').skip(1).filter_map(|part| part.parse().ok()).collect();
        let year = date.year().to_string();
        let text = match parts[..] {
            [] => year,
            [month] => self.top("date_month").replace("{month}", &self.month(month)).replace("{year}", &year),
            [month, day, ..] => self
                .top("date_day")
                .replace("{day}", &day.to_string())
                .replace("{month}", &self.month(month))
                .replace("{year}", &year),
        };
        DateView { iso, text }
    }

    /// A number as the language writes it: its decimal mark, and its mark between groups of three digits.
    pub fn number(&self, value: f64, decimals: usize) -> String {
        if value.abs() >= 1e15 {
            return format!("{value:.2e}").replace('.', &self.top("decimal"));
        }
        let written = format!("{value:.decimals$}");
        let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
        let mut out = String::new();
        for (at, digit) in whole.char_indices() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) && out != "-" {
                out.push_str(&self.top("thousands"));
            }
            out.push(digit);
        }
        if !rest.is_empty() {
            out.push_str(&self.top("decimal"));
            out.push_str(rest);
        }
        out
    }

    /// Everything, for templates: what the language has over what the fallback has.
    pub fn to_json(&self) -> serde_json::Value {
        let mut all = serde_json::Map::new();
        for table in self.tables.iter().rev() {
            merge(&mut all, table);
        }
        if let Some(serde_json::Value::Object(stances)) = all.get_mut("stance") {
            for stance in [Stance::For, Stance::Against] {
                stances.insert(stance.word().to_owned(), self.side(Some(stance)).into());
            }
        }
        serde_json::Value::Object(all)
    }
}

fn merge(into: &mut serde_json::Map<String, serde_json::Value>, table: &Table) {
    for (key, value) in &table.0 {
        match &value.data {
            Data::Table(inner) => {
                let slot =
                    into.entry(key.value.clone()).or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
                if let serde_json::Value::Object(map) = slot {
                    merge(map, inner);
                }
            }
            Data::String(text) => {
                into.insert(key.value.clone(), text.clone().into());
            }
            Data::Array(items) => {
                let texts = items.iter().filter_map(|item| match &item.data {
                    Data::String(text) => Some(serde_json::Value::from(text.clone())),
                    _ => None,
                });
                into.insert(key.value.clone(), texts.collect());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::span::Files;
    use crate::value::{Syntax, parse};

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        let text = "decimal = \",\"\nthousands = \".\"\n";
        let (mut files, mut sink) = (Files::default(), Diagnostics::default());
        let file = files.add("de.toml", text);
        let table = parse(text, Syntax::Toml, file, 0, &mut sink).into_parts().0;
        let words = Words::new(vec![Arc::new(table)], Sides::default());
        for (value, decimals, expected) in [
            (0.0, 0, "0"),
            (0.5, 2, "0,50"),
            (999.6, 0, "1.000"),
            (123_456.0, 0, "123.456"),
            (1_234_567.25, 1, "1.234.567,2"),
            (-123.0, 0, "-123"),
            (-1234.5, 1, "-1.234,5"),
            (1e300, 3, "1,00e300"),
        ] {
            assert_eq!(words.number(value, decimals), expected);
        }
    }
}

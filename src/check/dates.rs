//! Dates that are still to come, and such as contradict each other.

use super::{is_live, items};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::model::Archive;
use crate::read::Front;

/// `today` turns on the rule on dates in the future.
pub fn check(archive: &Archive, today: Option<Date>, sink: &mut Diagnostics) {
    for item in items(archive).filter(|item| is_live(item)) {
        let document = &item.document;
        if let (Some(added), Some(updated)) = (&document.common.added, &document.common.updated)
            && updated.value.last_day() < added.value.first_day()
        {
            let message = format!("it was updated on {}, before it was added on {}", updated.value, added.value);
            let diagnostic = Diagnostic::new(Code::DateOrder, updated.span, message).help("mend one of the two");
            sink.push(diagnostic.related(added.span, "it was added here"));
        }
        let Some(today) = today else { continue };
        let own = match &document.front {
            Front::Source(source) => source.date.as_ref(),
            Front::Essay(essay) => essay.checked.as_ref(),
            _ => None,
        };
        let said = document.entry().and_then(|entry| entry.date.as_ref());
        let kept = [document.common.added.as_ref(), document.common.updated.as_ref(), own, said];
        for date in kept.into_iter().flatten().filter(|date| date.value.first_day() > today.first_day()) {
            let message = format!("{} is in the future", date.value);
            let help = format!("today is {today}: mend the date");
            sink.push(Diagnostic::new(Code::FutureDate, date.span, message).help(help));
        }
    }
}

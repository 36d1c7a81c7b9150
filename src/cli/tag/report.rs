//! `casebook tag --evaluate`: how good suggestions are.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::{Global, Result};
use crate::fs;
use crate::model::Archive;
use crate::tag::{self, Data, Evaluation, Measure, macro_f1, share, stances};

pub fn evaluate(global: &Global, archive: &Archive, file: Option<&Path>) -> Result<ExitCode> {
    let made = match file {
        Some(path) => {
            let labelled = tag::parse_labelled(&path.display().to_string(), &fs::read(path)?)?;
            let examples: std::result::Result<Vec<_>, _> =
                labelled.iter().map(|(one, place)| tag::example(archive, one, place)).collect();
            let examples = examples?;
            if examples.is_empty() {
                return Err(format!("`{}` holds no labelled passage", path.display()).into());
            }
            tag::evaluated(archive, &examples)
        }
        None => {
            let examples = tag::examples(archive, &tag::labelled(&global.root)?)?;
            enough(&Data::new(archive, &examples))?;
            tag::cross_validated(archive, &examples)
        }
    };
    let ids: Vec<_> = archive.arguments.iter().map(|argument| argument.item.id.slug.as_str()).collect();
    if global.json() {
        global.print(object(&made, &ids));
    } else {
        global.print(table(&made, &ids).trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// What can't be learned from is refused.
pub fn enough(data: &Data) -> Result<()> {
    if data.documents() < 2 {
        let help = "label passages of two or more documents in tagging/passages/, or curate entries of two sources";
        return Err(format!("there is too little to learn from\n  help: {help}").into());
    }
    Ok(())
}

fn object(made: &Evaluation, ids: &[&str]) -> Value {
    let measures = |all: &[Measure]| {
        let each = ids.iter().zip(all).map(|(id, measure)| {
            let value = json!({
                "precision": measure.precision(),
                "recall": measure.recall(),
                "f1": measure.f1(),
                "passages": measure.true_ones,
                "suggested": measure.suggested,
                "stances_right": share(measure.stances.0, measure.stances.1),
            });
            ((*id).to_owned(), value)
        });
        let (right, of) = stances(all);
        json!({
            "arguments": each.collect::<serde_json::Map<_, _>>(),
            "macro_f1": macro_f1(all),
            "stances_right": share(right, of),
            "stances": of,
        })
    };
    let tenths = made.calibration.iter().enumerate().filter(|(_, (count, ..))| *count > 0);
    let tenths = tenths.map(|(tenth, (count, right, sum))| {
        json!({"from": tenth, "suggested": count, "score": share_of(*sum, *count), "right": share(*right, *count)})
    });
    json!({
        "passages": made.passages,
        "documents": made.documents,
        "model": measures(&made.model),
        "keywords": measures(&made.keywords),
        "cues_needed": made.cues_needed,
        "calibration": tenths.collect::<Vec<_>>(),
    })
}

fn share_of(sum: f64, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "there are fewer passages than that")]
    let count = count.max(1) as f64;
    sum / count
}

fn table(made: &Evaluation, ids: &[&str]) -> String {
    let width = ids.iter().map(|id| id.chars().count()).chain(["argument".len()]).max().unwrap_or_default();
    let mut out = format!("{} passages of {} documents\n\n", made.passages, made.documents);
    let _ = writeln!(out, "{:width$}   model                          keywords ({} or more)", "", made.cues_needed);
    let head = "precision recall   f1  stance";
    let _ = writeln!(out, "{:width$}   {head}  {head}  passages", "argument");
    for ((id, model), keywords) in ids.iter().zip(&made.model).zip(&made.keywords) {
        let row = |measure: &Measure| {
            let stance = share(measure.stances.0, measure.stances.1);
            format!("{:9.2} {:6.2} {:4.2} {stance:7.2}", measure.precision(), measure.recall(), measure.f1())
        };
        let _ = writeln!(out, "{id:width$}   {}  {}  {:8}", row(model), row(keywords), model.true_ones);
    }
    let row = |measures: &[Measure]| {
        let (right, of) = stances(measures);
        format!("{:9} {:6} {:4.2} {:7.2}", "", "", macro_f1(measures), share(right, of))
    };
    let _ = writeln!(out, "{:width$}   {}  {}\n", "all", row(&made.model), row(&made.keywords));
    out += "score      suggested  mean score  right\n";
    for (tenth, (count, right, sum)) in made.calibration.iter().enumerate().filter(|(_, (count, ..))| *count > 0) {
        let (from, to) = (f64::from(u8::try_from(tenth).unwrap_or(9)) / 10.0, share_of(*sum, *count));
        let _ = writeln!(out, "{from:.1} to {:.1} {count:9} {to:11.2} {:6.2}", from + 0.1, share(*right, *count));
    }
    out
}

//! Files beside entries: images are published, drawings are cleaned first, anything that could run is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::image::{Format, Image, measure, measure_drawing};
use super::{CONTENT, Tree};
use crate::config::Limits;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::span::{FileId, Files, Span};

/// What may be published as it is. None of these runs anything in a browser.
const PLAIN: [&str; 7] = ["pdf", "txt", "csv", "mp3", "ogg", "mp4", "webm"];
const PIXELED: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "avif"];

/// A file beside an entry.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Relative to `content/`.
    pub path: String,
    /// What is published; empty until the file is found fit.
    pub bytes: Arc<Vec<u8>>,
    /// How large it is shown; `None` for what is no image, and for drawings that don't say.
    pub image: Option<Image>,
    /// For findings: its text is empty there.
    pub file: FileId,
}

impl Asset {
    pub fn new(path: String, files: &mut Files) -> Self {
        let file = files.add(format!("{CONTENT}/{path}"), "");
        Self { path, bytes: Arc::default(), image: None, file }
    }

    /// The folders of arguments and the like are not published; a page's files lie where the page does.
    pub fn address(&self) -> &str {
        self.path.strip_prefix("pages/").unwrap_or(&self.path)
    }
}

/// Reads the assets that are published, and drops the others: code and results silently (`known`, relative to the
/// archive's root), the rest with a warning. Those of `kept` were read already.
pub fn settle(
    assets: &mut Vec<Asset>,
    tree: Tree<'_>,
    known: &BTreeSet<String>,
    limits: Limits,
    kept: &BTreeMap<&str, &Asset>,
    sink: &mut Diagnostics,
) {
    assets.retain(|asset| !known.contains(&format!("{CONTENT}/{}", asset.path)));
    let load = |asset: &Asset| match kept.get(asset.path.as_str()) {
        Some(kept) => Ok((Arc::clone(&kept.bytes), kept.image)),
        None => load(asset, tree, limits.image_pixels).map(|(bytes, image)| (Arc::new(bytes), image)),
    };
    let read: Vec<Result<_, String>> = assets.par_iter().map(load).collect();
    let mut kept = Vec::with_capacity(assets.len());
    for (mut asset, bytes) in assets.drain(..).zip(read) {
        match bytes {
            Ok((bytes, image)) => {
                asset.bytes = bytes;
                asset.image = image;
                kept.push(asset);
            }
            Err(why) => {
                let span = Span::start_of(asset.file);
                let help = "remove it, or publish it as an image, PDF, text or recording";
                sink.push(
                    Diagnostic::new(Code::LeftOut, span, format!("this file is not published: {why}")).help(help),
                );
            }
        }
    }
    *assets = kept;
}

/// Whether a file of this name may be published.
pub fn may_be_published(path: &str) -> bool {
    is_picture(path) || PLAIN.contains(&ending(path).as_str())
}

fn load(asset: &Asset, tree: Tree<'_>, pixels: u64) -> Result<(Vec<u8>, Option<Image>), String> {
    let read = || tree.read(&format!("{CONTENT}/{}", asset.path)).map_err(|error| error.cause().to_owned());
    match ending(&asset.path).as_str() {
        "svg" => {
            let clean = clean_svg(&read()?).ok_or(UNSAFE)?;
            let image = measure_drawing(&clean, pixels)?;
            Ok((clean, image))
        }
        pixeled if PIXELED.contains(&pixeled) => {
            let bytes = read()?;
            let image = measure(&bytes, pixels)?;
            Ok((bytes, Some(image)))
        }
        plain if PLAIN.contains(&plain) => Ok((read()?, None)),
        "" => Err("it has no extension".to_owned()),
        other => Err(format!("a .{other} file could run or be mistaken for a page")),
    }
}

/// Whether a file is a picture by its name.
pub fn is_picture(name: &str) -> bool {
    let ending = ending(name);
    ending == "svg" || PIXELED.contains(&ending.as_str())
}

/// A picture as it may lie beside an entry, and what its name should end with: what it holds decides, and a drawing is
/// cleaned. The error says why it may not.
pub fn picture(name: &str, bytes: Vec<u8>, pixels: u64) -> Result<(Vec<u8>, &'static str), String> {
    if ending(name) == "svg" {
        let clean = clean_svg(&bytes).ok_or(UNSAFE)?;
        measure_drawing(&clean, pixels)?;
        return Ok((clean, Format::Svg.ending()));
    }
    let image = measure(&bytes, pixels)?;
    Ok((bytes, image.format.ending()))
}

const UNSAFE: &str = "it is no drawing that can be made safe";

fn ending(name: &str) -> String {
    Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase()
}

/// A drawing without scripts, foreign content, outside references and styles; `None` where none is left.
fn clean_svg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut clean = Vec::new();
    svg_hush::Filter::new().filter(bytes, &mut clean).ok()?;
    let text = String::from_utf8(clean).ok()?;
    // The published site has no style elements, style attributes or data addresses, in drawings as in pages.
    let lower = text.to_ascii_lowercase();
    let refused = ["<style", " style=", "data:", "<script", "<foreignobject", "javascript:"];
    (lower.contains("<svg") && !refused.iter().any(|bad| lower.contains(bad))).then(|| text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_cleaned_or_left_out() {
        let good = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><circle r="4"/></svg>"#;
        let clean = String::from_utf8(clean_svg(good).unwrap()).unwrap();
        assert!(clean.contains("circle") && !clean.contains("onload") && !clean.contains("script"), "{clean}");
        assert!(clean_svg(b"<html><script>x()</script></html>").is_none());
        assert!(clean_svg(b"\xff\xfe\x00").is_none());
    }
}

//! A theme: its templates, its static files, its words. The default one is part of the program; a folder
//! `themes/NAME/` lies over the embedded theme of that name, or stands for itself, or names a parent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use regex::Regex;
use rust_embed::RustEmbed;
use tera::{ErrorKind, Tera};

use super::fonts::Fonts;
use super::words::Words;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::Fields;
use crate::fs::{self, FoundKind};
use crate::read::add_text;
use crate::span::{FileId, Files, Span};
use crate::value::{self, Syntax};

#[derive(RustEmbed)]
#[folder = "themes/"]
struct Embedded;

/// Every template that a page or feed needs.
pub const TEMPLATES: [&str; 22] = [
    "base.html",
    "home.html",
    "arguments.html",
    "argument.html",
    "claims.html",
    "claim.html",
    "list.html",
    "terms.html",
    "matrix.html",
    "timeline.html",
    "intersections.html",
    "essay.html",
    "quote.html",
    "sample.html",
    "source.html",
    "page.html",
    "withdrawn.html",
    "search.html",
    "map.html",
    "404.html",
    "redirect.html",
    "components.html",
];

#[derive(Clone)]
pub struct Theme {
    pub tera: Tera,
    pub statics: Vec<Static>,
    pub words: Words,
    /// Stands for the files that the words come from.
    said: blake3::Hash,
    /// For pictures.
    pub fonts: Arc<Fonts>,
    /// Where each template was read, for errors.
    templates: BTreeMap<String, FileId>,
    texts: BTreeMap<String, Arc<str>>,
}

/// A file of the theme's `static/`.
#[derive(Clone)]
pub struct Static {
    pub name: String,
    /// With a part of its hash in its name, so that it may be cached for ever.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// The files of a theme by their path in it.
type Layer = BTreeMap<String, Vec<u8>>;

/// Loads the archive's theme. What is wrong with it is reported; `None` if it can't be used.
pub fn load(root: &Path, config: &Config, files: &mut Files, sink: &mut Diagnostics) -> fs::Result<Option<Theme>> {
    let name = &config.theme;
    let mut seen = Vec::new();
    let Some(layers) = layers(root, &name.value, name.span, &mut seen, files, sink)? else { return Ok(None) };
    let errors = sink.count(crate::diagnostic::Severity::Error);
    let mut theme = Theme {
        tera: Tera::new(),
        statics: Vec::new(),
        words: Words::default(),
        said: blake3::hash(&[]),
        fonts: Arc::default(),
        templates: BTreeMap::new(),
        texts: BTreeMap::new(),
    };
    let mut fonts = Fonts::default();
    let mut said = blake3::Hasher::new();
    let mut strings: BTreeMap<String, Vec<Arc<value::Table>>> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (path, bytes) in layers.iter().flatten() {
        let shown = format!("themes/{}/{path}", name.value);
        if let Some(language) = path.strip_prefix("strings/").and_then(|name| name.strip_suffix(".toml")) {
            // Words that a theme does not have are those of the theme below; any other file is taken whole.
            said.update(language.as_bytes()).update(blake3::hash(bytes).as_bytes());
            let file = add_text(&shown, bytes, files, sink);
            let table = value::parse(&files.get(file).text.clone(), Syntax::Toml, file, 0, sink).table;
            strings.entry(language.to_owned()).or_default().push(Arc::new(table));
            continue;
        }
        if !taken.insert(path) {
            continue;
        }
        if let Some(template) = path.strip_prefix("templates/") {
            let file = add_text(&shown, bytes, files, sink);
            theme.templates.insert(template.to_owned(), file);
            theme.texts.insert(template.to_owned(), Arc::clone(&files.get(file).text));
        } else if let Some(name) = path.strip_prefix("static/") {
            theme.statics.push(Static { name: name.to_owned(), path: fingerprint(name, bytes), bytes: bytes.clone() });
        } else if path.strip_prefix("fonts/").is_some_and(is_font) && !fonts.add(bytes.clone()) {
            let message = format!("`{shown}` is no font that can be read");
            sink.push(Diagnostic::new(Code::Theme, name.span, message).help("replace it, or remove it"));
        }
    }
    theme.fonts = Arc::new(fonts);
    for side in [&config.sides.in_favour, &config.sides.against] {
        said.update(blake3::hash(side.as_deref().unwrap_or_default().as_bytes()).as_bytes());
    }
    theme.said = said.finalize();
    let primary = config.language.split('-').next().unwrap_or_default();
    let wanted = [config.language.as_str(), primary, "en"];
    let words = wanted.iter().flat_map(|language| strings.remove(*language).unwrap_or_default()).collect();
    theme.words = Words::new(words, config.sides.clone());
    for missing in TEMPLATES.iter().filter(|name| !theme.templates.contains_key(**name)) {
        let message = format!("the theme `{}` has no template `{missing}`", name.value);
        let help = format!("add `themes/{}/templates/{missing}`, or name a parent in its theme.toml", name.value);
        sink.push(Diagnostic::new(Code::Theme, name.span, message).help(help));
    }
    theme.compile(files, sink);
    Ok((sink.count(crate::diagnostic::Severity::Error) == errors).then_some(theme))
}

/// The files of the theme `name` and of those that it stands on, from the top down.
fn layers(
    root: &Path,
    name: &str,
    named: Span,
    seen: &mut Vec<String>,
    files: &mut Files,
    sink: &mut Diagnostics,
) -> fs::Result<Option<Vec<Layer>>> {
    let mut report = |message: String, help: String| sink.push(Diagnostic::new(Code::Theme, named, message).help(help));
    let folder = root.join("themes").join(name);
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    let embedded: Layer = Embedded::iter()
        .filter_map(|path| {
            let inner = path.strip_prefix(name)?.strip_prefix('/')?.to_owned();
            let bytes = Embedded::get(&path)?.data.into_owned();
            let script = Path::new(path.as_ref()).extension().is_some_and(|extension| extension == "js");
            Some((inner, if script { slim(&bytes) } else { bytes }))
        })
        .collect();
    if !plain || (embedded.is_empty() && !folder.is_dir()) {
        let themes: Vec<_> = Embedded::iter().filter_map(|p| Some(p.split_once('/')?.0.to_owned())).collect();
        let help = did_you_mean(name, themes.iter().map(String::as_str).collect::<BTreeSet<_>>());
        report(
            format!("there is no theme `{name}`"),
            help.unwrap_or_else(|| format!("make the folder `themes/{name}/`")),
        );
        return Ok(None);
    }
    if seen.iter().any(|other| other == name) {
        report(format!("the theme `{name}` is its own parent"), "mend `parent` in its theme.toml".to_owned());
        return Ok(None);
    }
    seen.push(name.to_owned());
    if !folder.is_dir() {
        return Ok(Some(vec![embedded]));
    }
    let mut own = Layer::new();
    for found in fs::walk(&folder, root, false)?.into_iter().filter(|found| found.kind == FoundKind::File) {
        let bytes = fs::read(&folder.join(&found.path))?;
        own.insert(found.path, bytes);
    }
    let mut layers = Vec::new();
    if !embedded.is_empty() {
        layers.push(embedded);
    } else if let Some(bytes) = own.get("theme.toml") {
        let file = add_text(&format!("themes/{name}/theme.toml"), bytes, files, sink);
        let table = value::parse(&files.get(file).text.clone(), Syntax::Toml, file, 0, sink).table;
        let mut fields = Fields::new(table, Span::start_of(file), "theme.toml", sink);
        fields.string("name");
        let parent = fields.string("parent");
        fields.finish();
        if let Some(parent) = parent {
            match self::layers(root, &parent.value, parent.span, seen, files, sink)? {
                Some(below) => layers = below,
                None => return Ok(None),
            }
        }
    }
    layers.insert(0, own);
    Ok(Some(layers))
}

/// One of our own scripts without what only its writers need: indentation, and lines that are comments. Where a text in
/// it went over several lines, this would be wrong; a test sees to it that none does.
fn slim(script: &[u8]) -> Vec<u8> {
    let script = String::from_utf8_lossy(script);
    let lines = script.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

fn is_font(path: &str) -> bool {
    let extension = Path::new(path).extension().map(std::ffi::OsStr::to_ascii_lowercase);
    extension.is_some_and(|extension| extension == "ttf" || extension == "otf")
}

/// `site.css` becomes `static/site.0123456789.css`.
fn fingerprint(name: &str, bytes: &[u8]) -> String {
    let hash = blake3::hash(bytes).to_hex();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("static/{stem}.{}.{extension}", &hash[..10]),
        None => format!("static/{name}.{}", &hash[..10]),
    }
}

impl Theme {
    /// What findings about it stand in.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.templates.values().copied()
    }

    /// Whether another theme has the same words and writes them in the same fonts.
    pub fn writes_as(&self, other: &Self) -> bool {
        self.said == other.said && self.fonts.digest == other.fonts.digest
    }

    /// Gives the templates to Tera. Every one that does not parse is reported, not the first alone.
    fn compile(&mut self, files: &Files, sink: &mut Diagnostics) {
        let texts: Vec<_> =
            self.templates.iter().map(|(name, file)| (name.clone(), files.get(*file).text.to_string())).collect();
        let mut broken = false;
        for (name, text) in &texts {
            if let Err(error) = Tera::new().add_raw_template(name, text)
                && matches!(error.kind(), ErrorKind::SyntaxError(_))
                && !is_unknown_component(&error)
            {
                broken = true;
                sink.push(self.diagnostic(&error, name));
            }
        }
        self.tera.set_escape_fn(escape_into);
        if !broken && let Err(error) = self.tera.add_raw_templates(texts) {
            sink.extend(self.unlinked(&error, files));
        }
    }

    /// For each template the texts that decide what it makes: its own, and those of the templates that it needs.
    pub fn closures(&self) -> BTreeMap<String, Vec<&str>> {
        let needs = |text: &str| -> Vec<&str> {
            let needed = self.texts.iter().filter(|(name, other)| text.contains(name.as_str()) || uses(text, other));
            needed.map(|(name, _)| name.as_str()).collect()
        };
        let needs: BTreeMap<&str, Vec<&str>> =
            self.texts.iter().map(|(name, text)| (name.as_str(), needs(text))).collect();
        let closure = |name: &str| {
            let mut all = BTreeSet::from([name]);
            let mut open = vec![name];
            while let Some(name) = open.pop() {
                open.extend(needs[name].iter().filter(|other| all.insert(other)));
            }
            all.into_iter().map(|name| &*self.texts[name]).collect()
        };
        self.texts.keys().map(|name| (name.clone(), closure(name))).collect()
    }

    /// What templates name that is not there, or names them in turn. Tera tells of all in one text.
    fn unlinked(&self, error: &tera::Error, files: &Files) -> Vec<Diagnostic> {
        static REPORT: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(?m)^error: (.*)\n *--> (.+):(\d+):(\d+)$").expect("a constant pattern"));
        let text = error.to_string();
        let mut found = Vec::new();
        for report in REPORT.captures_iter(&text) {
            let [line, column] = [&report[3], &report[4]].map(|number| number.parse().unwrap_or(1));
            let Some(&file) = self.templates.get(&report[2]) else { continue };
            let at = files.get(file).offset(line, column);
            found.push(in_a_template(Span::new(file, at..at), &report[1]));
        }
        if found.is_empty() {
            let (name, word) = match error.kind() {
                ErrorKind::MissingParent { current, .. } | ErrorKind::CircularExtend { tpl: current, .. } => {
                    (current.as_str(), "extends")
                }
                ErrorKind::CircularInclude { tpl, .. } => (tpl.as_str(), "include"),
                _ => ("", ""),
            };
            // A component that is defined twice is named with both places.
            let quoted = || text.split('`').find(|part| self.templates.contains_key(*part));
            let name = if name.is_empty() { quoted().unwrap_or("base.html") } else { name };
            let file = self.templates.get(name).or_else(|| self.templates.values().next());
            found.extend(file.map(|&file| {
                let at = files.get(file).text.find(word).unwrap_or(0);
                in_a_template(Span::new(file, at..at + word.len()), &text)
            }));
        }
        found
    }

    /// What Tera found, where it stands in the theme.
    pub fn diagnostic(&self, error: &tera::Error, template: &str) -> Diagnostic {
        let (name, range, message) = match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                (report.filename(), report.span().range.clone(), report.message().to_owned())
            }
            _ => (template, 0..0, error.to_string()),
        };
        let known = self.templates.get(name).or_else(|| self.templates.get(template));
        let file = known.or_else(|| self.templates.values().next());
        let span = file.map(|file| Span::new(*file, range)).expect("an error needs a template to stand in");
        in_a_template(span, &message)
    }
}

/// What Tera's own function writes, which writes byte by byte.
fn escape_into(text: &str, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\'' => b"&#39;",
            _ => continue,
        };
        out.write_all(&text.as_bytes()[done..at])?;
        out.write_all(escaped)?;
        done = at + 1;
    }
    out.write_all(&text.as_bytes()[done..])
}

/// Whether a template uses a component that the other one defines.
fn uses(text: &str, other: &str) -> bool {
    static COMPONENT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\{%-?\s*component\s+([\w.:-]+)").expect("a constant pattern"));
    COMPONENT.captures_iter(other).any(|found| text.contains(&found[1]))
}

fn in_a_template(span: Span, message: &str) -> Diagnostic {
    let message = format!("in a template: {}", message.lines().next().unwrap_or_default());
    Diagnostic::new(Code::Template, span, message).help("mend the template; docs of the language: Tera 2")
}

/// Alone, a template does not know the components of the others.
fn is_unknown_component(error: &tera::Error) -> bool {
    error.to_string().to_lowercase().contains("component")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_as_tera_does() {
        for text in ["", "plain", "<a href=\"x\">it's & more</a>", "''", "é<", ">日本"] {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            escape_into(text, &mut ours).unwrap();
            tera::escape_html(text, &mut theirs).unwrap();
            assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
        }
    }

    #[test]
    fn no_text_in_our_scripts_goes_over_several_lines() {
        let scripts = Embedded::iter().filter(|path| path.ends_with(".js"));
        for path in scripts {
            let bytes = Embedded::get(&path).expect("it was just listed").data;
            for line in String::from_utf8_lossy(&bytes).lines().filter(|line| !line.trim_start().starts_with("//")) {
                assert!(line.matches('`').count() % 2 == 0 && !line.ends_with('\\'), "{path}: {line}");
                assert!(!line.contains("/*") || line.contains("*/"), "{path}: {line}");
            }
        }
        assert_eq!(slim(b"  a;\n\n  // b\n\tc; // d\n"), b"a;\nc; // d\n");
    }
}

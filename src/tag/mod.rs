//! stub
use crate::model::Archive;
use crate::read::Stance;

#[derive(Debug, Clone)]
pub struct Suggestion {
    pub argument: usize,
    pub stance: Option<Stance>,
    pub score: f64,
    pub evidence: Vec<Evidence>,
}
#[derive(Debug, Clone)]
pub struct Evidence {
    pub passage: usize,
    pub anchor: Option<String>,
    pub start: usize,
    pub end: usize,
    pub text: String,
}
#[derive(Debug, Default)]
pub struct Suggestions(std::collections::BTreeMap<usize, Vec<Suggestion>>);
impl Suggestions {
    pub fn of(&self, entry: usize) -> &[Suggestion] {
        self.0.get(&entry).map_or(&[], Vec::as_slice)
    }
}
pub fn suggest(_: &Archive) -> Suggestions {
    Suggestions::default()
}

//! stub
use crate::fs;
use crate::render::Artifact;
use std::path::Path;
pub struct Publisher(std::path::PathBuf);
#[derive(Debug, Default)]
pub struct Published {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
}
impl Publisher {
    pub fn open(root: &Path) -> fs::Result<Self> {
        Ok(Self(root.join("public")))
    }
    pub fn add(&self, a: Artifact) -> fs::Result<()> {
        let p = self.0.join(&a.path);
        fs::create_dir_all(p.parent().unwrap())?;
        fs::write_new(&p, &a.bytes)
    }
    pub fn finish(self) -> fs::Result<Published> {
        Ok(Published::default())
    }
}

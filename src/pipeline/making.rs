//! Every file of the site, made anew unless it is what the last build made of the same.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use blake3::Hash;
use rayon::prelude::*;

use super::build::Progress;
use super::timings::Stopwatch;
use crate::cache::{Cache, Key, Pack};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fs;
use crate::publish::Publisher;
use crate::render::{Artifact, Outline, Site};

pub struct Making<'a> {
    pub site: &'a Site,
    pub outline: Outline,
    /// What the last build made, as [`Record`]s by path.
    pub kept: &'a Pack,
    pub pictures: &'a Cache,
    pub publisher: &'a Publisher,
    pub watch: &'a Stopwatch,
}

/// What is kept of a file.
struct Record {
    /// As bytes, of all that decides the file's.
    key: [u8; Key::LENGTH],
    /// Of its bytes.
    hash: Hash,
    /// Of more than decides them, where that is found out sooner.
    early: Option<[u8; Key::LENGTH]>,
}

impl Record {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = bytes.split_first_chunk()?;
        let (hash, rest) = rest.split_first_chunk()?;
        Some(Self { key: *key, hash: Hash::from_bytes(*hash), early: rest.try_into().ok() })
    }

    fn to_bytes(&self) -> Vec<u8> {
        [self.key.as_slice(), self.hash.as_bytes(), self.early.as_ref().map_or(&[], |early| early.as_slice())].concat()
    }
}

impl Making<'_> {
    /// Makes what is to be made, and hands all over; what templates got wrong is returned.
    pub fn all(&self, progress: Progress<'_>) -> fs::Result<Diagnostics> {
        let paths: Vec<_> = self.site.paths().collect();
        let (made, wrong) = (AtomicUsize::new(0), Mutex::new(Diagnostics::default()));
        paths.par_iter().try_for_each(|path| {
            if let Err(diagnostic) = self.one(path)? {
                wrong.lock().unwrap_or_else(PoisonError::into_inner).push(diagnostic);
            }
            progress(made.fetch_add(1, Ordering::Relaxed) + 1, paths.len());
            Ok::<_, fs::Error>(())
        })?;
        Ok(wrong.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn one(&self, path: &str) -> fs::Result<Result<(), Diagnostic>> {
        let start = Instant::now();
        let name = Key::new("file", &[path.as_bytes()]);
        let last = self.kept.get(name).and_then(Record::read);
        let early = self.site.early_key(&self.outline, path).map(Key::to_bytes);
        if let Some(last) = &last
            && early.is_some()
            && early == last.early
            && self.publisher.keep(path, last.hash)?
        {
            debug_assert!(self.key(path) == Some(last.key), "{path} shows more than its early key says");
            self.kept.keep(name);
            self.watch.kept();
            return Ok(Ok(()));
        }
        let Some(file) = self.site.file(path) else { return Ok(Ok(())) };
        let key = file.key();
        if let (Some(key), Some(last)) = (key, last)
            && key.is(&last.key)
            && self.publisher.keep(path, last.hash)?
        {
            self.kept.put(name, Record { early, ..last }.to_bytes());
            if file.is_picture() {
                self.pictures.spare(key);
            }
            self.watch.kept();
            return Ok(Ok(()));
        }
        let picture = key.filter(|_| file.is_picture());
        let bytes = match picture.and_then(|key| self.pictures.get(key)) {
            Some(bytes) => bytes,
            None => match file.bytes() {
                None => return Ok(Ok(())),
                Some(Err(diagnostic)) => return Ok(Err(diagnostic)),
                Some(Ok(bytes)) => {
                    picture.iter().for_each(|&key| self.pictures.put(key, &bytes));
                    bytes
                }
            },
        };
        self.watch.made(path, file.template(), start.elapsed());
        let hash = self.publisher.add(Artifact { path: path.to_owned(), bytes })?;
        if let Some(key) = key {
            self.kept.put(name, Record { key: key.to_bytes(), hash, early }.to_bytes());
        }
        Ok(Ok(()))
    }

    fn key(&self, path: &str) -> Option<[u8; Key::LENGTH]> {
        Some(self.site.file(path)?.key()?.to_bytes())
    }
}

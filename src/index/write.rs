//! Writes the index: one document for each entry, claim, argument, source and plain page. What has changed since comes
//! into a part of its own, and the whole is written anew when much has.

use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tantivy::directory::{Directory, MmapDirectory, TerminatingWrite};
use tantivy::fastfield::{FastFieldsWriter, write_alive_bitset};
use tantivy::index::{IndexMeta, SegmentComponent, SegmentMeta};
use tantivy::schema::Schema;
use tantivy::store::{Compressor, StoreWriter};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{BitSet, IndexBuilder, TantivyDocument};

use super::analyze::{Analyzer, STEMMER};
use super::document::{Document, Key, Searched, key, published};
use super::invert::Inverter;
use super::number::number;
use super::open::{DEAD, Index, Part, State};
use super::schema::{KEY, LENGTHS, field, schema};
use crate::fs;
use crate::model::Archive;

/// Changes with what searches find and what the browser gets; docs/search.md describes it.
pub const FORMAT: u32 = 1;
/// Changes with what lies in the index's folder.
const LAYOUT: u32 = 2;
pub const FOLDER: &str = "tantivy";
/// tantivy's list of what an index is made of. It is replaced at once, and an index is what it says.
const META: &str = "meta.json";

/// What an index says of itself, in that list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    format: u32,
    layout: u32,
    /// Its stems are in the index.
    stemmer: String,
    /// Of everything that the index was made of.
    pub digest: String,
    pub language: String,
}

impl Label {
    pub fn new(archive: &Archive, digest: &str) -> Self {
        let (stemmer, language) = (STEMMER.to_owned(), archive.config.language.clone());
        Self { format: FORMAT, layout: LAYOUT, stemmer, digest: digest.to_owned(), language }
    }

    /// Whether the same document has the same postings in both.
    pub fn is_kin(&self, other: &Self) -> bool {
        Self { digest: other.digest.clone(), ..self.clone() } == *other
    }

    /// Of the index in a folder; `None` where there is none that can be read.
    pub fn read(folder: &Path) -> Option<Self> {
        #[derive(Deserialize)]
        struct Meta {
            payload: String,
        }
        let meta: Meta = serde_json::from_slice(&fs::read_if_there(&folder.join(META)).ok()??).ok()?;
        Self::parse(&meta.payload)
    }

    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether this program would write it so.
    pub fn is_current(&self) -> bool {
        (self.format, self.layout) == (FORMAT, LAYOUT) && self.stemmer == STEMMER
    }
}

/// Brings the index in `folder` up to date, and opens it. What was there is replaced at once, whenever this ends.
pub fn update(archive: &Archive, folder: &Path, digest: &str) -> fs::Result<Box<Index>> {
    fs::create_dir_all(folder)?;
    let _lock = fs::lock_folder(folder)?;
    let label = Label::new(archive, digest);
    if let State::Fresh(mut index) = Index::open_if(folder, |kept| kept.is_kin(&label)) {
        if index.label.digest == digest {
            return Ok(index);
        }
        match index.catch_up(archive, &label) {
            Ok(true) => return Ok(index),
            Ok(false) => {}
            Err(error) => tracing::warn!("the index can't be brought up to date: {error}"),
        }
    }
    tracing::info!("writing the index to {}", folder.display());
    write(archive, folder, digest)?;
    match Index::open(folder, digest) {
        State::Fresh(index) => Ok(index),
        _ => {
            let error = "it can't be read as it was written";
            Err(fs::Error::new("open the index", folder, error).mend("delete the folder: it is made anew"))
        }
    }
}

/// Writes the index of an archive into `folder`, in place of the one that is there.
fn write(archive: &Archive, folder: &Path, digest: &str) -> fs::Result<()> {
    let beside = folder.join(format!("{FOLDER}.new"));
    fs::remove_dir_all(&beside)?;
    fs::create_dir_all(&beside)?;
    let filled = MmapDirectory::open(&beside).map_err(tantivy::TantivyError::from);
    filled
        .and_then(|directory| fill(archive, digest, directory))
        .map_err(|error| fs::Error::new("write the index", &beside, error))?;
    let place = folder.join(FOLDER);
    if !place.exists() {
        return fs::rename(&beside, &place);
    }
    if !fs::exchange(&beside, &place)? {
        fs::remove_dir_all(&place)?;
        return fs::rename(&beside, &place);
    }
    fs::remove_dir_all(&beside)
}

/// One part, in the order of the documents' numbers, which keeps those of a group together.
pub fn fill(
    archive: &Archive,
    digest: &str,
    directory: impl Into<Box<dyn Directory>>,
) -> tantivy::Result<tantivy::Index> {
    let index = IndexBuilder::new().schema(schema()).open_or_create(directory)?;
    let searched = published(archive);
    let (_, numbers) = number(searched.iter().map(|thing| &*thing.text));
    let mut order: Vec<_> = numbers.into_iter().zip(&searched).collect();
    order.sort_by_key(|(number, _)| *number);
    let segment = segment(&index, archive, order.into_iter().map(|(_, thing)| (thing, key(archive, thing))))?;
    commit(&index, vec![segment], 0, &Label::new(archive, digest))?;
    Ok(index)
}

/// Makes `segments` all that is in the index.
fn commit(index: &tantivy::Index, segments: Vec<SegmentMeta>, opstamp: u64, label: &Label) -> tantivy::Result<()> {
    let payload = Some(serde_json::to_string(label)?);
    let meta = IndexMeta { segments, opstamp, payload, ..IndexMeta::with_schema(index.schema()) };
    index.directory().sync_directory()?;
    Ok(index.directory().atomic_write(Path::new(META), &serde_json::to_vec(&meta)?)?)
}

/// Where the dead are more than so many, and more than this part of the living, the whole is written anew.
const FEW: usize = 32;
const SHARE: usize = 8;

impl Index {
    /// Brings it up to date with an archive; `false` where so much has changed that it had better be made anew.
    pub(super) fn catch_up(&mut self, archive: &Archive, label: &Label) -> tantivy::Result<bool> {
        let searched = published(archive);
        let keys: Vec<Key> = searched.par_iter().map(|thing| key(archive, thing)).collect();
        // Of each slot what stands there still, and of each thing whether it does.
        let (mut still, mut fresh) = (vec![DEAD; self.ranks.len()], vec![true; searched.len()]);
        let mut before = self.ids.iter().zip(&self.slots).peekable();
        for (at, (thing, key)) in searched.iter().zip(&keys).enumerate() {
            while before.next_if(|(id, _)| **id < thing.text).is_some() {}
            let same = before.next_if(|(id, slot)| **id == thing.text && self.key(**slot as usize) == *key);
            if let Some((_, slot)) = same {
                still[*slot as usize] = u32::try_from(at).unwrap_or(DEAD);
                fresh[at] = false;
            }
        }
        let kept = self.absorb(&mut still, &mut fresh);
        let dead = still[..kept.iter().map(|part| self.parts[*part].segment.max_doc() as usize).sum()].iter();
        let dead = dead.filter(|at| **at == DEAD).count();
        if dead > FEW.max(searched.len() / SHARE) || kept.is_empty() {
            return Ok(false);
        }
        let gone = self.parts[kept.len()..].iter().flat_map(Part::range);
        let gone = gone.map(|slot| Ok((self.key(slot), self.document(slot)?))).collect::<tantivy::Result<_>>()?;
        let meta = self.kept.load_metas()?;
        let opstamp = meta.opstamp + 1;
        let mut segments = Vec::new();
        for part in kept {
            segments.push(self.alive(part, meta.segments[part].clone(), &still, opstamp)?);
        }
        if fresh.contains(&true) {
            let things = searched.iter().zip(keys).zip(fresh).filter_map(|(thing, fresh)| fresh.then_some(thing));
            segments.push(segment(&self.kept, archive, things)?);
        }
        commit(&self.kept, segments, opstamp, label)?;
        let files = self.kept.load_metas()?.list_segment_files().into_iter().chain([META.into()]).collect();
        if let Err(error) = self.kept.directory_mut().garbage_collect(|| files) {
            tracing::debug!("files of the index that are of no use stay: {error}");
        }
        *self = Self { gone, ..Self::read(self.kept.clone())? };
        Ok(true)
    }

    /// Takes the last parts into what is written now, where they are no larger, so that there are never many; tells
    /// which parts stay: the first ones.
    fn absorb(&self, still: &mut [u32], fresh: &mut [bool]) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..self.parts.len()).collect();
        while let Some(&last) = kept.last().filter(|last| **last > 0) {
            let part = &mut still[self.parts[last].range()];
            let living: Vec<u32> = part.iter().copied().filter(|at| *at != DEAD).collect();
            if living.len() > fresh.iter().filter(|fresh| **fresh).count() {
                break;
            }
            part.fill(DEAD);
            living.into_iter().for_each(|at| fresh[at as usize] = true);
            kept.pop();
        }
        kept
    }

    /// A part without those of its documents that are no more.
    fn alive(&self, part: usize, meta: SegmentMeta, still: &[u32], opstamp: u64) -> tantivy::Result<SegmentMeta> {
        let range = self.parts[part].range();
        let mut alive = BitSet::with_max_value(meta.max_doc());
        for (doc, _) in (0..).zip(&still[range.clone()]).filter(|(_, at)| **at != DEAD) {
            alive.insert(doc);
        }
        if alive.len() == self.ranks[range].iter().filter(|rank| **rank != DEAD).count() {
            return Ok(meta);
        }
        let dead = meta.max_doc() - u32::try_from(alive.len()).unwrap_or(0);
        let segment = self.kept.segment(meta).with_delete_meta(dead, opstamp);
        let mut file = segment.open_write(SegmentComponent::Delete)?;
        write_alive_bitset(&alive, &mut file)?;
        file.terminate()?;
        Ok(segment.meta().clone())
    }
}

/// Writes documents as a part that is not in the index yet. Its files are written here, not by tantivy's writer: that
/// one would look up each word of each text once more.
fn segment<'a>(
    index: &tantivy::Index,
    archive: &Archive,
    things: impl Iterator<Item = (&'a Searched<'a>, Key)>,
) -> tantivy::Result<SegmentMeta> {
    /// As large as tantivy's own blocks.
    const BLOCK: usize = 16 << 10;
    let (segment, schema) = (index.new_segment(), index.schema());
    let mut inverter = Inverter::new(Analyzer::new(&archive.config.language));
    let mut columns = FastFieldsWriter::from_schema_and_tokenizer_manager(&schema, TokenizerManager::default())?;
    let store = segment.open_write(SegmentComponent::Store)?;
    let mut store = StoreWriter::new(store, Compressor::default(), BLOCK, false)?;
    let mut count = 0;
    for (thing, key) in things {
        let document = Document::new(archive, thing);
        let lengths = inverter.add(&document);
        let mut kept = for_tantivy(&schema, document);
        let numbers = LENGTHS.into_iter().zip(lengths.map(u64::from)).chain(KEY.into_iter().zip(key));
        numbers.for_each(|(name, number)| kept.add_u64(field(&schema, name), number));
        columns.add_document(&kept)?;
        store.store(&kept, &schema)?;
        count += 1;
    }
    store.close()?;
    let mut file = segment.open_write(SegmentComponent::FastFields)?;
    columns.serialize(&mut file, None)?;
    file.terminate()?;
    inverter.write(&segment, &schema)?;
    Ok(segment.with_max_doc(count).meta().clone())
}

/// What tantivy keeps of a document beside its postings.
fn for_tantivy(schema: &Schema, document: Document) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    let card = serde_json::to_string(&document.card).expect("strings and numbers always serialise");
    let texts = [("id", document.card.id), ("file", document.file), ("card", card)];
    for (name, text) in
        texts.iter().map(|(name, text)| (*name, text)).chain(document.texts.iter().map(|(n, t)| (*n, t)))
    {
        out.add_text(field(schema, name), text);
    }
    for (name, value) in &document.facts {
        out.add_text(field(schema, name), value);
    }
    out.add_u64(field(schema, "date"), document.date);
    out
}

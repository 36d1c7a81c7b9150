//! The files of the browser's index, byte by byte, as docs/search.md describes them.

use std::io::Write;
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::characters;
use super::cut::Hash;

/// The folder of the shards below the site's root.
pub const SHARDS: &str = "search/";

/// A file of the site.
#[derive(Debug)]
pub struct Shard {
    /// Below the site's root, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
}

static TABLE: OnceLock<Vec<u8>> = OnceLock::new();

/// The classes and folds of all characters, in the form that the browser reads; made once.
pub fn character_table() -> &'static [u8] {
    TABLE.get_or_init(written_table)
}

/// Takes the table that this program wrote before.
pub fn remember_characters(table: &[u8]) {
    TABLE.get_or_init(|| table.to_vec());
}

fn written_table() -> Vec<u8> {
    let mut bytes = Vec::new();
    let out = &mut bytes;
    let table = characters::table();
    let gap = |end: &mut u32, range: characters::Range, out: &mut Vec<u8>| {
        varint(u64::from(range.start - *end), out);
        varint(range.length.into(), out);
        *end = range.start + range.length;
    };
    for ranges in [&table.bigrams, &table.words] {
        varint(ranges.len() as u64, out);
        let mut end = 0;
        ranges.iter().for_each(|range| gap(&mut end, *range, out));
    }
    varint(table.folds.len() as u64, out);
    let mut end = 0;
    for fold in &table.folds {
        gap(&mut end, fold.range, out);
        varint(fold.grows.into(), out);
        text(&fold.to, out);
    }
    bytes
}

pub fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn text(text: &str, out: &mut Vec<u8>) {
    varint(text.len() as u64, out);
    out.extend(text.as_bytes());
}

/// Texts, each without what it shares with the one before.
pub fn sorted_list<'a>(texts: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    let mut before = "";
    for next in texts {
        let shared = before.char_indices().zip(next.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
        let shared = shared.unwrap_or(before.len().min(next.len()));
        varint(shared as u64, out);
        text(&next[shared..], out);
        before = next;
    }
}

/// A shard of one sorted list.
#[cfg(test)]
pub(super) fn forms_script(texts: &[String]) -> String {
    let mut out = Vec::new();
    varint(texts.len() as u64, &mut out);
    sorted_list(texts.iter().map(String::as_str), &mut out);
    String::from_utf8(script("vector", &deflate(&[&out])).bytes).expect("a script is text")
}

/// A shard that is named by what it holds.
pub fn named(folder: &str, sections: &[&[u8]]) -> (Hash, Shard) {
    let data = deflate(sections);
    let hash = leading::<6>(&blake3::hash(&data));
    (hash, script(&key(folder, hash), &data))
}

/// The key of such a shard.
pub fn key(folder: &str, hash: Hash) -> String {
    format!("{folder}/{}", hex::encode(hash))
}

/// Where a shard lies, below the site's root.
pub fn path(key: &str) -> String {
    format!("{SHARDS}{key}.js")
}

pub fn leading<const N: usize>(hash: &blake3::Hash) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&hash.as_bytes()[..N]);
    out
}

/// Raw deflate, two levels below the usual: fifteen bytes in ten thousand more. Each section has codes of its own, since
/// one holds gaps and another counts. An encoder is not used again: what zlib-rs makes after a reset depends on what it
/// had before.
pub fn deflate(sections: &[&[u8]]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(4));
    let mut write = || -> std::io::Result<()> {
        for (at, section) in sections.iter().enumerate() {
            if at > 0 {
                encoder.flush()?;
            }
            encoder.write_all(section)?;
        }
        Ok(())
    };
    write().and_then(|()| encoder.finish()).expect("memory takes every byte")
}

pub fn script(key: &str, data: &[u8]) -> Shard {
    let mut text = format!("casebookShard(\"{key}\",\"{:08x}\",\"", sum(data));
    BASE64_STANDARD.encode_string(data, &mut text);
    text.push_str("\")\n");
    Shard { path: path(key), bytes: text.into_bytes() }
}

/// FNV-1a, in 32 bits.
fn sum(data: &[u8]) -> u32 {
    data.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_fnv() {
        assert_eq!(sum(b""), 0x811c_9dc5);
        assert_eq!(sum(b"foobar"), 0xbf9c_f968);
    }
}

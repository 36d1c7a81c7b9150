//! Images at smaller widths, for readers who don't see them at their full size: in their own format, turned as they are
//! shown, with their colour profile and without the rest of what a camera wrote. A version that is hardly smaller is not
//! published; an image that moves, or that can't be unpacked, is published as it is alone.
//!
//! Which versions are worth it is known when they are made. They are made when the first page or file needs one, or
//! come from whoever kept them.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use image::codecs::{gif::GifDecoder, gif::GifEncoder, jpeg::JpegEncoder, png, webp::WebPDecoder, webp::WebPEncoder};
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageEncoder, ImageResult, Rgba};

use crate::cache::Key;
use crate::read::{Asset, Format, Image, decoder};

/// Changes with whatever makes the bytes: this file, or the version of image.
const MAKER: &str = "smaller 1, image 0.25";

/// A text is 41 rem wide: on small, on usual and on dense screens.
const WIDTHS: [u32; 3] = [1440, 960, 480];

/// Unpacked, more pixels than these take much memory: one such image at a time.
const LARGE: u64 = 6_000_000;

/// The images of an archive by their addresses.
#[derive(Debug, Default)]
pub struct Images {
    by_address: BTreeMap<String, (Image, Option<Arc<Smaller>>)>,
}

impl Images {
    pub fn new(assets: &[Asset]) -> Self {
        let taken: std::collections::BTreeSet<_> = assets.iter().map(|asset| asset.address().to_lowercase()).collect();
        let free = |path: &str| !taken.contains(&path.to_lowercase());
        let images = assets.iter().filter_map(|asset| {
            let image = asset.image?;
            let smaller = Smaller::new(asset, image, &free).map(Arc::new);
            Some((asset.address().to_owned(), (image, smaller)))
        });
        Self { by_address: images.collect() }
    }

    pub fn get(&self, address: &str) -> Option<(Image, Option<&Smaller>)> {
        self.by_address.get(address).map(|(image, smaller)| (*image, smaller.as_deref()))
    }

    pub fn smaller(&self) -> impl Iterator<Item = &Smaller> {
        self.by_address.values().filter_map(|(_, smaller)| smaller.as_deref())
    }

    /// Takes over what another has made of the same images.
    pub fn carry_over(&mut self, from: &Self) {
        for (address, (_, smaller)) in &mut self.by_address {
            let old = from.by_address.get(address).and_then(|(_, smaller)| smaller.as_ref());
            if let (Some(new), Some(old)) = (smaller, old)
                && new.key == old.key
            {
                *new = Arc::clone(old);
            }
        }
    }
}

/// The smaller versions that an image may have.
#[derive(Debug)]
pub struct Smaller {
    original: Arc<Vec<u8>>,
    format: Format,
    /// From the widest, each with where it would lie.
    widths: Vec<(u32, String)>,
    key: Key,
    /// In that order; empty where a version is not worth it.
    made: OnceLock<Vec<Vec<u8>>>,
}

impl Smaller {
    fn new(asset: &Asset, image: Image, free: &dyn Fn(&str) -> bool) -> Option<Self> {
        if matches!(image.format, Format::Avif | Format::Svg) {
            return None;
        }
        let (stem, extension) = asset.address().rsplit_once('.')?;
        let widths = WIDTHS.into_iter().filter(|width| *width < image.width);
        let widths = widths.map(|width| (width, format!("{stem}.{width}w.{extension}")));
        let widths: Vec<_> = widths.filter(|(_, path)| free(path)).collect();
        let sizes: Vec<u8> = widths.iter().flat_map(|(width, _)| width.to_le_bytes()).collect();
        let key = Key::new(MAKER, &[&sizes, &asset.bytes]);
        let made = OnceLock::new();
        let original = Arc::clone(&asset.bytes);
        (!widths.is_empty()).then_some(Self { original, format: image.format, widths, key, made })
    }

    /// Where each version would lie, from the widest.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.widths.iter().map(|(_, path)| path.as_str())
    }

    /// Stands for all that decides the bytes of all versions.
    pub fn key(&self) -> Key {
        self.key
    }

    /// Those that are worth it, the narrowest first: width and path.
    pub fn versions(&self) -> impl Iterator<Item = (u32, &str)> {
        let all = self.widths.iter().zip(self.made()).rev();
        all.filter(|(_, bytes)| !bytes.is_empty()).map(|((width, path), _)| (*width, path.as_str()))
    }

    /// The file at one of the paths; `None` where it is not worth it.
    pub fn version(&self, at: usize) -> Option<&[u8]> {
        self.made().get(at).map(Vec::as_slice).filter(|bytes| !bytes.is_empty())
    }

    fn made(&self) -> &[Vec<u8>] {
        self.made.get_or_init(|| self.make())
    }

    /// All versions in one piece, to be kept.
    pub fn packed(&self) -> Vec<u8> {
        let parts =
            self.made().iter().flat_map(|bytes| [&(bytes.len() as u64).to_le_bytes(), bytes.as_slice()].concat());
        parts.collect()
    }

    /// Takes what was packed; `false` if it is not of this image.
    pub fn supply(&self, packed: &[u8]) -> bool {
        let mut rest = packed;
        let mut part = || {
            let (length, after) = rest.split_first_chunk()?;
            let (bytes, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
            rest = after;
            Some(bytes.to_vec())
        };
        let made: Option<Vec<_>> = self.widths.iter().map(|_| part()).collect();
        made.is_some_and(|made| rest.is_empty() && self.made.set(made).is_ok())
    }

    fn make(&self) -> Vec<Vec<u8>> {
        let widths: Vec<u32> = self.widths.iter().map(|(width, _)| *width).collect();
        let made = shrink(&self.original, self.format, &widths).unwrap_or_else(|error| {
            tracing::info!("no smaller versions of {}: {error}", self.widths[0].1);
            Vec::new()
        });
        let worth = |bytes: Vec<u8>| if bytes.len() * 10 <= self.original.len() * 9 { bytes } else { Vec::new() };
        made.into_iter().map(worth).chain(std::iter::repeat(Vec::new())).take(widths.len()).collect()
    }
}

/// An image at each of the widths, which fall. None where it should stay as it is.
fn shrink(original: &[u8], format: Format, widths: &[u32]) -> ImageResult<Vec<Vec<u8>>> {
    static ALONE: Mutex<()> = Mutex::new(());
    if moves(original, format)? {
        return Ok(Vec::new());
    }
    let Some(mut decoder) = decoder(original, format) else { return Ok(Vec::new()) };
    let (width, height) = decoder.dimensions();
    let large = u64::from(width) * u64::from(height) > LARGE;
    let _alone = large.then(|| ALONE.lock().unwrap_or_else(PoisonError::into_inner));
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let mut image = flat(DynamicImage::from_decoder(decoder)?);
    // A profile counts for the colours that it was made for: those of print were turned into others.
    let space: &[u8] = if matches!(image, DynamicImage::ImageLuma8(_)) { b"GRAY" } else { b"RGB " };
    if profile.as_ref().is_some_and(|profile| profile.get(16..20) != Some(space)) {
        return Ok(Vec::new());
    }
    image.apply_orientation(orientation);
    premultiply(&mut image);
    let (full, high) = (u64::from(image.width()), u64::from(image.height()));
    let mut made = Vec::new();
    for &width in widths {
        let height = (high * u64::from(width) + full / 2) / full;
        let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
        image = image.resize_exact(width, height, FilterType::CatmullRom);
        made.push(encode(&image, format, profile.clone())?);
    }
    Ok(made)
}

/// Whether an image is more than one picture.
fn moves(original: &[u8], format: Format) -> ImageResult<bool> {
    let cursor = Cursor::new(original);
    Ok(match format {
        Format::Png => png::PngDecoder::new(cursor)?.is_apng()?,
        Format::Webp => WebPDecoder::new(cursor)?.has_animation(),
        Format::Gif => GifDecoder::new(cursor)?.into_frames().nth(1).is_some(),
        Format::Jpeg | Format::Avif | Format::Svg => false,
    })
}

/// Eight bits a channel: grey, colours, or colours with an opacity.
fn flat(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        image.into_rgba8().into()
    } else if image.color().has_color() {
        image.into_rgb8().into()
    } else {
        image.into_luma8().into()
    }
}

/// What is transparent has a colour that nobody sees, which must not bleed into its neighbours.
fn premultiply(image: &mut DynamicImage) {
    if let DynamicImage::ImageRgba8(pixels) = image {
        pixels.pixels_mut().for_each(|Rgba([r, g, b, a])| {
            [r, g, b].into_iter().for_each(|channel| *channel = scale(*channel, *a, 255));
        });
    }
}

fn unpremultiply(image: &DynamicImage) -> DynamicImage {
    let mut image = image.clone();
    if let DynamicImage::ImageRgba8(pixels) = &mut image {
        pixels.pixels_mut().filter(|Rgba([.., a])| *a > 0).for_each(|Rgba([r, g, b, a])| {
            [r, g, b].into_iter().for_each(|channel| *channel = scale(*channel, 255, *a));
        });
    }
    image
}

fn scale(channel: u8, by: u8, of: u8) -> u8 {
    let (channel, by, of) = (u32::from(channel), u32::from(by), u32::from(of));
    u8::try_from((channel * by + of / 2) / of).unwrap_or(u8::MAX)
}

fn encode(image: &DynamicImage, format: Format, profile: Option<Vec<u8>>) -> ImageResult<Vec<u8>> {
    const QUALITY: u8 = 82;
    let (mut out, image) = (Vec::new(), unpremultiply(image));
    let (bytes, width, height, colour) = (image.as_bytes(), image.width(), image.height(), image.color().into());
    match format {
        Format::Png => {
            let (compression, filter) = (png::CompressionType::Default, png::FilterType::Adaptive);
            write(png::PngEncoder::new_with_quality(&mut out, compression, filter), &image, profile)?;
        }
        Format::Jpeg => write(JpegEncoder::new_with_quality(&mut out, QUALITY), &image, profile)?,
        Format::Webp => write(WebPEncoder::new_lossless(&mut out), &image, profile)?,
        Format::Gif => GifEncoder::new_with_speed(&mut out, 10).encode(bytes, width, height, colour)?,
        Format::Avif | Format::Svg => {}
    }
    Ok(out)
}

fn write(mut encoder: impl ImageEncoder, image: &DynamicImage, profile: Option<Vec<u8>>) -> ImageResult<()> {
    if let Some(profile) = profile {
        // Every format that comes here has a place for one.
        encoder.set_icc_profile(profile).map_err(image::ImageError::Unsupported)?;
    }
    encoder.write_image(image.as_bytes(), image.width(), image.height(), image.color().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{RgbImage, RgbaImage};

    fn png(image: &DynamicImage, profile: Option<&[u8]>) -> Vec<u8> {
        encode(image, Format::Png, profile.map(<[u8]>::to_vec)).unwrap()
    }

    #[test]
    fn what_is_transparent_does_not_bleed() {
        let half = |x, _| if x < 50 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 255, 0, 0]) };
        let mut original = Vec::new();
        let image = DynamicImage::from(RgbaImage::from_fn(100, 10, half));
        write(png::PngEncoder::new(&mut original), &image, None).unwrap();
        let made = shrink(&original, Format::Png, &[33]).unwrap();
        let made = image::load_from_memory(&made[0]).unwrap().into_rgba8();
        assert_eq!(made.dimensions(), (33, 3));
        let seen: Vec<_> = made.pixels().filter(|pixel| pixel.0[3] > 8).collect();
        assert!(seen.iter().any(|pixel| pixel.0[3] < 255), "an edge is soft");
        assert!(seen.iter().all(|pixel| pixel.0[0] > 240 && pixel.0[1] < 15), "{seen:?}");
    }

    #[test]
    fn a_profile_is_kept_where_it_counts_for_the_colours() {
        let profile = |space: &[u8; 4]| [&[0; 16], space.as_slice(), &[0; 108]].concat();
        let image = DynamicImage::from(RgbImage::new(40, 20));
        let kept = shrink(&png(&image, Some(&profile(b"RGB "))), Format::Png, &[20]).unwrap();
        let mut made = decoder(&kept[0], Format::Png).unwrap();
        assert_eq!(made.icc_profile().unwrap(), Some(profile(b"RGB ")));
        assert!(shrink(&png(&image, Some(&profile(b"CMYK"))), Format::Png, &[20]).unwrap().is_empty());
    }

    #[test]
    fn what_was_packed_is_taken_and_nothing_else() {
        let smaller = || Smaller {
            original: Arc::default(),
            format: Format::Png,
            widths: vec![(960, "a.960w.png".to_owned()), (480, "a.480w.png".to_owned())],
            key: Key::new(MAKER, &[]),
            made: OnceLock::new(),
        };
        let made = smaller();
        made.made.set(vec![Vec::new(), b"small".to_vec()]).unwrap();
        let packed = made.packed();
        let other = smaller();
        assert!(other.supply(&packed));
        assert_eq!(other.versions().collect::<Vec<_>>(), [(480, "a.480w.png")]);
        assert_eq!((other.version(0), other.version(1), other.version(2)), (None, Some(&b"small"[..]), None));
        for bad in [&b""[..], &packed[1..], &packed[..packed.len() - 1], &[&packed, &b"more"[..]].concat(), &[0xff; 16]]
        {
            assert!(!smaller().supply(bad));
        }
    }
}

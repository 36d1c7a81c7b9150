//! What an image says of itself, whatever its file is called: its format, and how wide and high it is shown. Its head is
//! read and nothing is unpacked, since a small file may claim to be larger than any memory.

use std::io::Cursor;

use ::image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use ::image::metadata::Orientation;
use ::image::{ImageDecoder, Limits};
use imagesize::ImageType;
use resvg::usvg::roxmltree;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Png,
    Jpeg,
    Gif,
    Webp,
    Avif,
    Svg,
}

impl Format {
    /// What the name of such a file ends with.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Svg => "svg",
        }
    }
}

/// An image as it is shown: a photograph that was taken sideways is turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    pub format: Format,
    pub width: u32,
    pub height: u32,
}

/// Reads the head of an image of pixels. The error says what is wrong with it.
pub fn measure(bytes: &[u8], most: u64) -> Result<Image, String> {
    let format = format(bytes).ok_or("it is no image of a format that browsers show")?;
    let (width, height) = size(bytes, format).ok_or("it is damaged: its head can't be read")?;
    let image = bounded(Image { format, width, height }, most)?;
    if !is_whole(bytes, format) {
        return Err("it is cut short".to_owned());
    }
    Ok(image)
}

fn bounded(image: Image, most: u64) -> Result<Image, String> {
    let Image { width, height, .. } = image;
    if u64::from(width) * u64::from(height) <= most {
        return Ok(image);
    }
    Err(format!(
        "it has {width} × {height} pixels, more than `image_pixels` in `[limits]` of casebook.toml allows ({most})"
    ))
}

fn format(bytes: &[u8]) -> Option<Format> {
    Some(match imagesize::image_type(bytes).ok()? {
        ImageType::Png => Format::Png,
        ImageType::Jpeg => Format::Jpeg,
        ImageType::Gif => Format::Gif,
        ImageType::Webp => Format::Webp,
        ImageType::Heif(imagesize::Compression::Av1) => Format::Avif,
        _ => return None,
    })
}

fn size(bytes: &[u8], format: Format) -> Option<(u32, u32)> {
    let (width, height) = match decoder(bytes, format) {
        Some(mut decoder) => {
            let (width, height) = decoder.dimensions();
            if is_sideways(decoder.orientation().ok()?) { (height, width) } else { (width, height) }
        }
        None if format == Format::Avif => {
            let size = imagesize::blob_size(bytes).ok()?;
            (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)
        }
        None => return None,
    };
    (width > 0 && height > 0).then_some((width, height))
}

/// What unpacks an image of a format that we can read.
pub fn decoder(bytes: &[u8], format: Format) -> Option<Box<dyn ImageDecoder + '_>> {
    let cursor = Cursor::new(bytes);
    Some(match format {
        Format::Png => Box::new(PngDecoder::with_limits(cursor, Limits::default()).ok()?),
        Format::Jpeg => Box::new(JpegDecoder::new(cursor).ok()?),
        Format::Gif => Box::new(GifDecoder::new(cursor).ok()?),
        Format::Webp => Box::new(WebPDecoder::new(cursor).ok()?),
        Format::Avif | Format::Svg => return None,
    })
}

fn is_sideways(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Whether a file ends where its format says that it does: what was uploaded in part shows in part.
fn is_whole(bytes: &[u8], format: Format) -> bool {
    match format {
        Format::Png => ends_well(bytes),
        Format::Jpeg => scan(bytes).is_some_and(|at| bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9])),
        Format::Gif => bytes.iter().rev().find(|byte| **byte != 0) == Some(&0x3b),
        Format::Webp => bytes.get(4..8).is_some_and(|size| {
            size.iter().rev().fold(0, |size, byte| size << 8 | usize::from(*byte)) <= bytes.len() - 8
        }),
        Format::Avif | Format::Svg => true,
    }
}

/// Whether a PNG has its last chunk.
fn ends_well(bytes: &[u8]) -> bool {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        if &head[4..] == b"IEND" {
            return at + 12 <= bytes.len();
        }
        let length = head[..4].iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        at += length + 12;
    }
    false
}

/// Where the pixels of a JPEG begin: a preview in its head has a beginning and an end of its own.
fn scan(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let [0xff, marker] = bytes.get(at..at + 2)? else { return None };
        at += match marker {
            0xff => 1,
            0x01 | 0xd0..=0xd7 => 2,
            _ => 2 + usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?)),
        };
        if *marker == 0xda {
            return bytes.len().checked_sub(at).map(|_| at);
        }
    }
}

/// The size of a drawing. One that has proportions alone is as wide as there is room. `None` where it has neither.
pub fn measure_drawing(bytes: &[u8], most: u64) -> Result<Option<Image>, String> {
    let Some((width, height)) = std::str::from_utf8(bytes).ok().and_then(drawing_size) else { return Ok(None) };
    bounded(Image { format: Format::Svg, width, height }, most).map(Some)
}

/// More than any text is wide.
const ROOM: f64 = 1440.0;

fn drawing_size(text: &str) -> Option<(u32, u32)> {
    let document = roxmltree::Document::parse(text).ok()?;
    let root = document.root_element();
    let length = |name| {
        let text = root.attribute(name)?.trim();
        text.strip_suffix("px").unwrap_or(text).trim().parse::<f64>().ok()
    };
    let shown: Vec<f64> = root
        .attribute("viewBox")
        .into_iter()
        .flat_map(|shown| shown.split([' ', ',', '\t', '\n']))
        .filter_map(|number| number.parse().ok())
        .collect();
    let shown = match shown[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
        _ => None,
    };
    let (width, height) = match (length("width"), length("height"), shown) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some((w, h))) => (ROOM, ROOM * h / w),
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just seen to be in range")]
    let pixels = |length: f64| (length >= 0.5 && length <= f64::from(u32::MAX)).then(|| length.round() as u32);
    Some((pixels(width)?, pixels(height)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::image::{DynamicImage, ImageFormat};

    const MOST: u64 = 1_000_000;

    fn encoded(format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(20, 10).write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn every_format_is_measured_and_held_to_the_bound() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let bytes = encoded(format);
            let image = measure(&bytes, MOST).unwrap();
            assert_eq!((image.width, image.height), (20, 10), "{format:?}");
            assert!(measure(&bytes, 200).is_ok() && measure(&bytes, 199).is_err());
            let cut = measure(&bytes[..bytes.len() - 4], MOST);
            assert_eq!(cut, Err("it is cut short".to_owned()), "{format:?}");
        }
        assert!(measure(b"", MOST).is_err() && measure(b"PNG", MOST).is_err());
    }

    #[test]
    fn no_damage_makes_the_reading_fail() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let good = encoded(format);
            for at in 0..good.len() {
                let _ = measure(&good[..at], MOST);
                for byte in [0, 0xff, good[at].wrapping_add(1)] {
                    let mut bad = good.clone();
                    bad[at] = byte;
                    let _ = measure(&bad, MOST);
                }
            }
        }
        let avif = [b"\0\0\0\x14ftypavif\0\0\0\0avif", &[0xff; 64][..]].concat();
        (0..avif.len()).for_each(|at| assert!(measure(&avif[..at], MOST).is_err()));
    }

    #[test]
    fn drawings_say_their_size_in_several_ways() {
        let size = |attributes: &str| {
            let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}/>");
            measure_drawing(text.as_bytes(), MOST).unwrap().map(|image| (image.width, image.height))
        };
        assert_eq!(size("width='30' height='20px'"), Some((30, 20)));
        assert_eq!(size("width='30' viewBox='0 0 60 20'"), Some((30, 10)));
        assert_eq!(size("height='30' viewBox='0,0,60,20'"), Some((90, 30)));
        assert_eq!(size("viewBox='-5 -5 60.4 20'"), Some((1440, 477)));
        assert_eq!(size("width='100%' viewBox='0 0 6 2'"), Some((1440, 480)));
        for none in [
            "",
            "width='10'",
            "width='-4' height='3'",
            "viewBox='0 0 0 0'",
            "width='NaN' height='1'",
            "width='inf' height='1'",
        ] {
            assert_eq!(size(none), None, "{none}");
        }
        assert!(measure_drawing(b"<svg width='2000' height='2000'/>", MOST).is_err());
    }
}

//! Pictures for link previews, images at smaller widths, and the cache of both, seen from outside.

#![expect(clippy::disallowed_methods, reason = "a test damages what was kept, and runs the program")]

mod common;

use std::collections::BTreeMap;
use std::io::Cursor;

use common::{Archive, tree};
use image::codecs::{gif::GifEncoder, jpeg::JpegEncoder};
use image::{DynamicImage, Frame, ImageEncoder, ImageFormat, RgbImage, RgbaImage};

const SETTINGS: &str = "title = \"Test\"\nquestion = \"Is it?\"\nbase_url = \"https://example.org/sub/\"\n";

/// What is published in a folder, by path.
fn below(archive: &Archive, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let all = tree(&archive.path("public"));
    all.into_iter().filter(|(path, _)| path.starts_with(folder)).collect()
}

fn paths(archive: &Archive, folder: &str) -> Vec<String> {
    below(archive, folder).into_keys().collect()
}

#[test]
fn the_setting_says_which_pages_get_a_picture_and_every_page_refers_to_one() {
    let archive = Archive::new();
    archive.essay("open", "Text.");
    archive.put("content/essays/gone.md", "+++\ntitle = \"Gone\"\nwithdrawn = \"Why.\"\narguments = []\n+++\n");
    archive.put(
        "content/arguments/old.md",
        "+++\ntitle = \"Old\"\nwithdrawn = \"Why.\"\n[[claims]]\nid = \"was\"\ntext = \"It was.\"\n+++\n",
    );
    archive.build();
    let own = ["cards/arguments/cost.png", "cards/claims/cheap.png", "cards/claims/dear.png", "cards/home.png"];
    assert_eq!(paths(&archive, "cards/"), own);
    for (page, picture) in [
        ("claims/dear", "claims/dear"),
        ("arguments/cost", "arguments/cost"),
        ("essays/open", "home"),
        ("essays/gone", "home"),
        ("claims/was", "home"),
    ] {
        let html = archive.read(&format!("public/{page}/index.html"));
        let image = format!("<meta property=\"og:image\" content=\"https://example.org/sub/cards/{picture}.png\">");
        assert!(html.contains(&image), "{page}: {html}");
        assert!(html.contains("<meta name=\"twitter:card\" content=\"summary_large_image\">"), "{page}");
    }
    let claim = archive.read("public/claims/dear/index.html");
    assert!(claim.contains("<meta property=\"og:image:alt\" content=\"Claim in Cost. It is dear. Test.\">"), "{claim}");
    for bytes in below(&archive, "cards/").values() {
        let size = imagesize::blob_size(bytes).unwrap();
        assert_eq!((size.width, size.height), (1200, 630));
        assert!(bytes.len() < 40_000);
    }
    archive.put("casebook.toml", format!("{SETTINGS}cards = \"all\"\n")).build();
    let all = paths(&archive, "cards/");
    assert_eq!(all.len(), own.len() + 2, "{all:?}");
    assert!(all.contains(&"cards/essays/open.png".into()) && all.contains(&"cards/sources/book.png".into()), "{all:?}");
    archive.put("casebook.toml", format!("{SETTINGS}cards = \"none\"\n")).build();
    assert!(paths(&archive, "cards/").is_empty());
    // Nothing could refer to a picture without the site's address.
    archive.put("casebook.toml", "title = \"Test\"\nquestion = \"Is it?\"\n").build();
    assert!(paths(&archive, "cards/").is_empty());
    let html = archive.read("public/claims/dear/index.html");
    assert!(!html.contains("og:image") && html.contains("<meta name=\"twitter:card\" content=\"summary\">"), "{html}");
}

#[test]
fn what_the_fonts_cannot_write_has_no_picture() {
    let archive = Archive::new();
    let argument = |title: &str| format!("+++\ntitle = \"{title}\"\n+++\n");
    archive.put("content/arguments/chinese.md", argument("代价"));
    archive.put("content/arguments/russian.md", argument("Цена и «ёлка»"));
    archive.put("content/arguments/greek.md", argument("Κόστος ἀρχή"));
    archive.build();
    let drawn = paths(&archive, "cards/arguments/");
    assert_eq!(drawn, ["cards/arguments/cost.png", "cards/arguments/greek.png", "cards/arguments/russian.png"]);
    let html = archive.read("public/arguments/chinese/index.html");
    assert!(html.contains("https://example.org/sub/cards/home.png"), "{html}");
    archive.put("casebook.toml", SETTINGS.replace("Is it?", "值得吗？")).build();
    let html = archive.read("public/arguments/chinese/index.html");
    assert!(!html.contains("og:image") && !archive.path("public/cards/home.png").exists());
}

#[test]
fn hostile_titles_are_drawn_as_text() {
    let archive = Archive::new();
    let titles = [
        r#"</text><image href='file:///etc/passwd'/> & \"x\" ]]>"#.to_owned(),
        "a\\u0000\\u0001\\u001f\\u007f\\u202eb\\u200b\\ufeff\\ufffe c".to_owned(),
        "word ".repeat(1000),
        "x".repeat(5000),
        "\\u0301".repeat(3000),
        "&#x0; &amp; &lt;".to_owned(),
    ];
    for (at, title) in titles.iter().enumerate() {
        archive.put(&format!("content/arguments/h{at}.md"), format!("+++\ntitle = \"{title}\"\n+++\n"));
    }
    let run = archive.run(["build"]);
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    for (path, bytes) in below(&archive, "cards/") {
        assert!(image::load_from_memory(&bytes).is_ok(), "{path}");
    }
    assert!(archive.path("public/cards/arguments/h0.png").exists());
    assert!(archive.path("public/cards/arguments/h3.png").exists());
}

/// An archive with pictures and an image.
fn pictured() -> Archive {
    let archive = Archive::new();
    archive.put("content/essays/a.md", "+++\ntitle = \"A\"\narguments = []\n+++\n\n![What it shows](photo.png)\n");
    archive.put("content/essays/photo.png", encoded(&photo(1700, 400), ImageFormat::Png));
    archive
}

/// Nothing that packs well.
fn photo(width: u32, height: u32) -> DynamicImage {
    let noise = |x: u32, y: u32| {
        let mixed = (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
        [mixed, mixed >> 8, mixed >> 16].map(|part| (part & 0xff) as u8)
    };
    RgbImage::from_fn(width, height, |x, y| image::Rgb(noise(x, y))).into()
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).expect("memory can be written to");
    out.into_inner()
}

fn kept(archive: &Archive) -> BTreeMap<String, Vec<u8>> {
    // Beside them lie the packs of what is small.
    tree(&archive.path("index/cache")).into_iter().filter(|(name, _)| name.len() == 64).collect()
}

#[test]
fn a_warm_cache_a_cold_one_and_any_number_of_threads_give_the_same_bytes() {
    let archive = pictured();
    archive.build();
    let cold = tree(&archive.path("public"));
    assert_eq!(kept(&archive).len(), 5, "four pictures, one image");
    std::fs::remove_dir_all(archive.path("public")).unwrap();
    archive.build();
    assert!(tree(&archive.path("public")) == cold);
    for threads in ["1", "7"] {
        let other = pictured();
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(["build", "--quiet"])
            .current_dir(other.root())
            .env("RAYON_NUM_THREADS", threads)
            .status();
        assert!(status.unwrap().success());
        assert!(tree(&other.path("public")) == cold);
    }
}

#[test]
fn what_is_kept_is_used_and_what_is_damaged_or_unused_is_not() {
    let archive = pictured();
    archive.build();
    let (good, site) = (kept(&archive), tree(&archive.path("public")));
    for name in good.keys() {
        archive.put(&format!("index/cache/{name}"), &good[name][..good[name].len() / 2]);
    }
    // What lies in the site is not even asked for.
    let again = || {
        std::fs::remove_dir_all(archive.path("public")).unwrap();
        archive.build();
    };
    again();
    assert!(tree(&archive.path("public")) == site && kept(&archive) == good, "what is torn is made anew");
    let (name, old) = good.iter().find(|(_, bytes)| bytes[32..].starts_with(b"\x89PNG")).unwrap();
    let key: [u8; 32] = hex::decode(name).unwrap().try_into().unwrap();
    let planted = b"planted";
    archive.put(&format!("index/cache/{name}"), [blake3::keyed_hash(&key, planted).as_bytes(), &planted[..]].concat());
    again();
    let used: Vec<_> = below(&archive, "cards/").into_iter().filter(|(_, bytes)| bytes == planted).collect();
    assert_eq!(used.len(), 1, "what is kept is not drawn");
    assert!(!below(&archive, "cards/").values().any(|bytes| *bytes == old[32..]));
    archive.put("casebook.toml", format!("{SETTINGS}cards = \"none\"\n")).build();
    assert_eq!(kept(&archive).len(), 1, "what a build did not use goes");
    // Without a place to keep it, it is made.
    let other = pictured();
    other.put("index/cache", "no folder").build();
    assert!(tree(&other.path("public")) == site);
}

/// The first image of a page.
fn img(archive: &Archive, page: &str) -> String {
    let html = archive.read(&format!("public/{page}/index.html"));
    let at = html.find("<img ").unwrap_or_else(|| panic!("no image: {html}"));
    html[at..].split_inclusive('>').next().expect("an element ends").to_owned()
}

#[test]
fn images_have_their_size_and_smaller_versions() {
    let archive = pictured();
    archive.build();
    assert_eq!(
        img(&archive, "essays/a"),
        "<img src=\"../../essays/photo.png\" alt=\"What it shows\" width=\"1700\" height=\"400\" \
         srcset=\"../../essays/photo.480w.png 480w, ../../essays/photo.960w.png 960w, ../../essays/photo.1440w.png 1440w, \
         ../../essays/photo.png 1700w\" sizes=\"(max-width: 44rem) 100vw, 41rem\">"
    );
    let mut last = 0;
    for (width, height) in [(480, 113), (960, 226), (1440, 339)] {
        let bytes = std::fs::read(archive.path(&format!("public/essays/photo.{width}w.png"))).unwrap();
        let size = imagesize::blob_size(&bytes).unwrap();
        assert_eq!((size.width, size.height), (width, height));
        assert!(bytes.len() > last);
        last = bytes.len();
    }
    // An author's own file of that name stays, and is not taken for ours.
    archive.put("content/essays/photo.960w.png", encoded(&photo(9, 9), ImageFormat::Png));
    archive.put(
        "content/essays/a.md",
        "+++\ntitle = \"A\"\narguments = []\n+++\n\nOne.\n\nTwo.\n\n![Small](photo.960w.png)\n\n![Large](photo.png)\n",
    );
    archive.build();
    let small = img(&archive, "essays/a");
    assert!(small.contains("width=\"9\" height=\"9\" loading=\"lazy\"") && !small.contains("srcset"));
    let html = archive.read("public/essays/a/index.html");
    assert!(html.contains("photo.480w.png 480w, ../../essays/photo.1440w.png 1440w"), "{html}");
    assert_eq!(imagesize::size(archive.path("public/essays/photo.960w.png")).unwrap().width, 9);
    // In black and white alone an image packs so well that most of its smaller versions would be larger.
    archive.put("content/essays/photo.png", black_and_white(2000, 1000)).build();
    let published = paths(&archive, "essays/photo");
    assert_eq!(published, ["essays/photo.480w.png", "essays/photo.960w.png", "essays/photo.png"]);
    let html = archive.read("public/essays/a/index.html");
    assert!(html.contains("photo.480w.png 480w, ../../essays/photo.png 2000w"), "{html}");
}

/// Noise of one bit for each pixel.
fn black_and_white(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let bits = photo(width / 8, height).into_luma8().into_raw();
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&bits));
    written.expect("memory can be written to");
    out
}

/// A JPEG that says how it was held.
fn turned(image: &DynamicImage, orientation: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, 95);
    let exif =
        [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]].concat();
    encoder.set_exif_metadata(exif).expect("a JPEG has a place for it");
    let written = encoder.write_image(image.as_bytes(), image.width(), image.height(), image.color().into());
    written.expect("memory can be written to");
    out
}

#[test]
fn images_are_read_by_what_they_hold() {
    let archive = Archive::new();
    let essay = |slug: &str, file: &str| {
        let text = format!("+++\ntitle = \"{slug}\"\narguments = []\n+++\n\n![What it shows]({file})\n");
        archive.put(&format!("content/essays/{slug}.md"), text);
    };
    essay("sideways", "sideways.jpg");
    let (red, blue) = (image::Rgb([250, 0, 0]), image::Rgb([0, 0, 250]));
    let half = RgbImage::from_fn(600, 1200, |x, y| {
        if y < 600 {
            red
        } else if x % 2 == 0 {
            blue
        } else {
            image::Rgb([0, 9, 240])
        }
    });
    archive.put("content/essays/sideways.jpg", turned(&half.into(), 6));
    essay("misnamed", "misnamed.jpg");
    archive.put("content/essays/misnamed.jpg", encoded(&photo(700, 300), ImageFormat::Png));
    essay("drawing", "drawing.svg");
    archive.put(
        "content/essays/drawing.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"300px\" viewBox=\"0 0 20 10\"><path d=\"M0 0h9\"/></svg>",
    );
    essay("film", "film.gif");
    let mut film = Vec::new();
    let frame = |shade| {
        Frame::new(RgbaImage::from_fn(600, 90, |x, y| {
            image::Rgba([x.to_le_bytes()[0] ^ y.to_le_bytes()[0], shade, 0, 255])
        }))
    };
    GifEncoder::new(&mut film).encode_frames([frame(1), frame(200)]).unwrap();
    archive.put("content/essays/film.gif", film);
    archive.build();
    let sideways = img(&archive, "essays/sideways");
    assert!(sideways.contains("width=\"1200\" height=\"600\""), "{sideways}");
    let smaller = image::open(archive.path("public/essays/sideways.480w.jpg")).unwrap().into_rgb8();
    assert_eq!(smaller.dimensions(), (480, 240));
    // Turned by a quarter: its top is on the right.
    assert!(smaller.get_pixel(470, 120).0[0] > 200 && smaller.get_pixel(10, 120).0[2] > 200);
    let misnamed = img(&archive, "essays/misnamed");
    assert!(
        misnamed.contains("width=\"700\" height=\"300\" srcset=\"../../essays/misnamed.480w.jpg 480w"),
        "{misnamed}"
    );
    let bytes = std::fs::read(archive.path("public/essays/misnamed.480w.jpg")).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    let drawing = img(&archive, "essays/drawing");
    assert!(drawing.contains("width=\"300\" height=\"150\""), "{drawing}");
    let film = img(&archive, "essays/film");
    assert!(film.contains("width=\"600\" height=\"90\""), "{film}");
}

#[test]
fn bombs_and_damaged_images_are_left_out() {
    let archive = Archive::new();
    let good = encoded(&photo(64, 64), ImageFormat::Png);
    let mut bomb = good.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let sum = check_sum(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    archive.put("content/essays/bomb.png", bomb);
    archive.put("content/essays/cut.png", &good[..good.len() - 20]);
    archive.put("content/essays/cut.jpg", &turned(&photo(64, 64), 1)[..2000]);
    archive.put("content/essays/none.gif", "<script>alert(1)</script>");
    archive
        .put("content/essays/wide.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90000\" height=\"90000\"/>");
    let found = archive.findings();
    let left_out = |name: &str, why: &str| {
        let line = format!("W011 content/essays/{name}:1:1 this file is not published: {why}");
        assert!(found.iter().any(|finding| finding.starts_with(&line)), "{line}: {found:#?}");
    };
    left_out("bomb.png", "it has 65535 × 65535 pixels, more than `image_pixels`");
    left_out("cut.png", "it is cut short");
    left_out("cut.jpg", "it is cut short");
    left_out("none.gif", "it is no image of a format that browsers show");
    left_out("wide.svg", "it has 90000 × 90000 pixels");
    archive.build();
    assert_eq!(paths(&archive, "essays/"), ["essays/index.html"]);
    archive.put("casebook.toml", format!("{SETTINGS}[limits]\nimage_pixels = 4095\n"));
    archive.put("content/essays/cut.png", good);
    let found = archive.findings();
    assert!(found.iter().any(|finding| finding.contains("cut.png") && finding.contains("64 × 64")), "{found:?}");
}

/// The check sum of a chunk of a PNG.
fn check_sum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn what_cannot_be_unpacked_is_published_as_it_is() {
    let archive = pictured();
    let mut damaged = encoded(&photo(700, 300), ImageFormat::Png);
    let middle = damaged.len() / 2;
    damaged[middle..middle + 40].fill(0);
    archive.put("content/essays/photo.png", &damaged).build();
    assert_eq!(paths(&archive, "essays/photo"), ["essays/photo.png"]);
    let image = img(&archive, "essays/a");
    assert!(image.contains("width=\"700\" height=\"300\"") && !image.contains("srcset"), "{image}");
}

#[test]
fn an_alias_never_stands_in_the_way_of_an_image() {
    let archive = pictured();
    archive.put(
        "content/essays/b.md",
        "+++\ntitle = \"B\"\narguments = []\naliases = [\"/essays/photo.480w.png/\"]\n+++\n",
    );
    archive.build();
    assert!(archive.path("public/essays/photo.480w.png").is_file());
    archive.put("content/essays/b.md", "+++\ntitle = \"B\"\narguments = []\naliases = [\"/cards/home.png/\"]\n+++\n");
    assert!(archive.findings()[0].starts_with("E0"), "{:?}", archive.findings());
}

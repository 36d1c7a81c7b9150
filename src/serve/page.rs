//! What `serve` adds to pages, and the pages of its own.

use super::Problem;

pub const SCRIPT: &str = include_str!("reload.js");
pub const STYLE: &str = include_str!("reload.css");

/// Puts the script that follows changes before the end of a page's body. `token` names what the page was made from.
pub fn inject(mut html: Vec<u8>, token: &str) -> Vec<u8> {
    let end = b"</body>";
    let at = html.windows(end.len()).rposition(|window| window.eq_ignore_ascii_case(end)).unwrap_or(html.len());
    let added = format!(
        "<link rel=\"stylesheet\" href=\"/__casebook/reload.css\">\
         <script src=\"/__casebook/reload.js\" data-at=\"{token}\" defer></script>"
    );
    html.splice(at..at, added.into_bytes());
    html
}

/// The page that stands in for one that can't be made. It gives way as soon as anything changes.
pub fn report(title: &str, problem: &Problem, token: &str) -> Vec<u8> {
    let (title, text) = (escape(title), escape(&problem.text));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/__casebook/reload.css\">\n</head>\n<body class=\"casebook-report\">\n\
         <main class=\"casebook-problem\">\n<h1>{title}</h1>\n<pre tabindex=\"0\">{text}</pre>\n\
         <p>As soon as this is mended, the site appears here.</p>\n</main>\n\
         <script src=\"/__casebook/reload.js\" data-at=\"{token}\" data-report defer></script>\n</body>\n</html>\n"
    )
    .into_bytes()
}

/// For a site that has no `404.html`.
pub fn not_found() -> Vec<u8> {
    b"<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Not found</title></head>\n\
      <body>\n<h1>Not found</h1>\n<p><a href=\"/\">To the start</a></p>\n</body>\n</html>\n"
        .to_vec()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What a file is, by its name. Unknown kinds are offered for download, never guessed at.
pub fn media_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase());
    match extension.as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" | "toml" | "bib" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_goes_before_the_last_end_of_a_body() {
        let page = |html: &str| String::from_utf8(inject(html.into(), "t")).unwrap();
        let script = "data-at=\"t\" defer></script>";
        assert!(page("<pre>&lt;/body></pre>x</BODY></html>").ends_with(&format!("{script}</BODY></html>")));
        assert!(page("<p>no end").ends_with(script));
    }

    #[test]
    fn findings_are_text() {
        let problem = Problem { text: "<script>&".to_owned(), json: None };
        let page = String::from_utf8(report("<b>", &problem, "t")).unwrap();
        assert!(page.contains("<pre tabindex=\"0\">&lt;script&gt;&amp;</pre>") && page.contains("<h1>&lt;b&gt;</h1>"));
    }

    #[test]
    fn kinds_are_known_by_their_names() {
        assert_eq!(media_type("a.b/c.HTML"), "text/html; charset=utf-8");
        assert_eq!(media_type("a.html/c"), "application/octet-stream");
    }
}

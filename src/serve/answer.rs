//! Answers requests.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;
use tower_http::set_header::SetResponseHeaderLayer;

use super::Stage;
use crate::escape::{escape, href};
use crate::live::Problem;
use crate::render::{Artifact, Site};

const HTML: &str = "text/html; charset=utf-8";
const RELOAD_SCRIPT: &str = include_str!("reload.js");
const RELOAD_STYLE: &str = include_str!("reload.css");

pub fn router(stage: Arc<Stage>) -> Router {
    let fixed = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/__casebook/events", get(events))
        .route("/__casebook/findings.json", get(findings))
        .route("/__casebook/reload.js", get(async || text("text/javascript; charset=utf-8", RELOAD_SCRIPT)))
        .route("/__casebook/reload.css", get(async || text("text/css; charset=utf-8", RELOAD_STYLE)))
        .fallback(page)
        .with_state(stage)
        .layer(from_fn(only_here))
        // The policy that the published site keeps to.
        .layer(fixed(header::CONTENT_SECURITY_POLICY, "default-src 'self'"))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
}

/// Refuses requests that came here by another name: a page elsewhere could have pointed its own name at this machine.
async fn only_here(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    if !["localhost", "127.0.0.1", "[::1]"].contains(&name) {
        return (StatusCode::FORBIDDEN, "this server answers to localhost only\n").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, "this server can only be read\n").into_response();
    }
    next.run(request).await
}

fn text(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// The page that a browser shows, as its script tells it.
#[derive(Clone, Deserialize)]
struct Shown {
    /// Its address, without what comes after `?`.
    page: String,
    /// Stands for what the browser got.
    digest: String,
}

/// What a browser is told.
#[derive(Default, Serialize)]
struct News {
    /// What is wrong with the archive now.
    problem: Option<String>,
    /// Whether the page is another now than the browser shows.
    changed: bool,
    /// The theme's style sheets by their names, and where they are now.
    styles: BTreeMap<String, String>,
}

/// What a browser must know of its page, now and after every edit.
async fn events(Shared(stage): Shared<Arc<Stage>>, Query(shown): Query<Shown>) -> impl IntoResponse {
    let problems = WatchStream::new(stage.subscribe());
    let events = problems.then(move |problem| {
        let (stage, shown) = (Arc::clone(&stage), shown.clone());
        async move {
            let news = tokio::task::spawn_blocking(move || news(&stage, problem, &shown)).await.unwrap_or_default();
            Ok::<_, Infallible>(Event::default().json_data(news).unwrap_or_default())
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

fn news(stage: &Stage, problem: Option<Problem>, shown: &Shown) -> News {
    if let Some(problem) = problem {
        return News { problem: Some(problem.text), ..News::default() };
    }
    let changed = answer(stage, &shown.page).digest != shown.digest;
    let site = stage.live.site();
    let styles = site.iter().flat_map(styles).map(|(name, path)| (name.to_owned(), path.to_owned())).collect();
    News { problem: None, changed, styles }
}

fn styles(site: &Site) -> impl Iterator<Item = (&str, &str)> {
    site.statics().filter(|(name, _)| media_type(name).starts_with("text/css"))
}

async fn findings(Shared(stage): Shared<Arc<Stage>>) -> impl IntoResponse {
    let none = r#"{"diagnostics":[],"errors":0,"warnings":0}"#;
    let json = stage.problem().and_then(|problem| problem.json).unwrap_or_else(|| none.to_owned());
    ([(header::CONTENT_TYPE, "application/json")], json)
}

async fn page(Shared(stage): Shared<Arc<Stage>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    // Rendering may take a while, and must not hold up the other answers.
    let answer = tokio::task::spawn_blocking(move || answer(&stage, &path).response()).await;
    answer.unwrap_or_else(|error| (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response())
}

/// What is answered to a request.
struct Answer {
    status: StatusCode,
    media_type: &'static str,
    bytes: Vec<u8>,
    location: Option<String>,
    /// Of a page: stands for all that its readers see, but for style sheets, which are exchanged in place.
    digest: String,
}

impl Answer {
    fn file(media_type: &'static str, bytes: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, media_type, bytes, location: None, digest: String::new() }
    }

    /// A page with the script that reloads it. `path` is that of its file in the site.
    fn page(status: StatusCode, page: &str, of: Option<(&Site, &str)>) -> Self {
        let digest = digest(status, page, of);
        let script = format!("<script src=\"/__casebook/reload.js\" data-page=\"{digest}\" defer></script>\n");
        let page = match page.rfind("</body>") {
            Some(at) => format!("{}{script}{}", &page[..at], &page[at..]),
            None => format!("{page}{script}"),
        };
        Self { status, digest, ..Self::file(HTML, page.into_bytes()) }
    }

    fn response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if let Some(location) = self.location {
            headers.insert(header::LOCATION, HeaderValue::try_from(location).unwrap_or(HeaderValue::from_static("/")));
        }
        (self.status, headers, Body::from(self.bytes)).into_response()
    }
}

fn digest(status: StatusCode, page: &str, of: Option<(&Site, &str)>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut page = Cow::from(page);
    if let Some((site, path)) = of {
        for (name, path) in styles(site) {
            page = page.replace(path, name).into();
        }
        for asset in site.assets_of(path) {
            hasher.update(&asset.bytes);
        }
    }
    hasher.update(page.as_bytes()).update(status.as_str().as_bytes()).finalize().to_hex().to_string()
}

/// What is answered to a request for an address, as it is sent.
fn answer(stage: &Stage, address: &str) -> Answer {
    let path = percent_decode_str(address).decode_utf8_lossy();
    let path = path.trim_start_matches('/');
    // The page for missing addresses links from the root of `base_url`, which has a path of its own perhaps.
    let base = stage.live.site().as_ref().map_or("/".to_owned(), Site::base_path);
    let path = path.strip_prefix(base.trim_start_matches('/')).filter(|_| base != "/").unwrap_or(path);
    // A shard may take a while: it waits without the site, so that edits need not.
    if let Some(bytes) = stage.search.shard(&stage.live, path) {
        return Answer::file(media_type(path), bytes);
    }
    let guard = stage.live.site();
    let Some(site) = &*guard else {
        let problem = stage.problem().map_or_else(|| "the archive is being read".to_owned(), |problem| problem.text);
        let page = bare_page("The archive has errors", &problem);
        return Answer::page(StatusCode::SERVICE_UNAVAILABLE, &page, None);
    };
    let file = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    match site.render(&file) {
        Some(Ok(Artifact { path, bytes })) if media_type(&path) == HTML => {
            Answer::page(StatusCode::OK, &String::from_utf8_lossy(&bytes), Some((site, &path)))
        }
        Some(Ok(artifact)) => Answer::file(media_type(&artifact.path), artifact.bytes),
        Some(Err(diagnostic)) => {
            let page = bare_page("A template failed", &diagnostic.message);
            Answer::page(StatusCode::INTERNAL_SERVER_ERROR, &page, None)
        }
        None if site.has(&format!("{path}/index.html")) => {
            let location = Some(format!("/{}/", href(path)));
            Answer { status: StatusCode::TEMPORARY_REDIRECT, location, ..Answer::file(HTML, Vec::new()) }
        }
        None => not_found(site),
    }
}

fn not_found(site: &Site) -> Answer {
    const NOT_FOUND: &str = "404.html";
    let page = match site.render(NOT_FOUND) {
        Some(Ok(artifact)) => String::from_utf8_lossy(&artifact.bytes).into_owned(),
        _ => bare_page("There is no such page", ""),
    };
    Answer::page(StatusCode::NOT_FOUND, &page, Some((site, NOT_FOUND)))
}

fn bare_page(title: &str, text: &str) -> String {
    let (title, text) = (escape(title), escape(text));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/__casebook/reload.css\"></head>\n\
         <body><main><h1>{title}</h1><pre>{text}</pre></main></body>\n</html>\n"
    )
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase().as_str() {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "pdf" => "application/pdf",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

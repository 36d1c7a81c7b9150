//! Answers requests.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use percent_encoding::percent_decode_str;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;
use tower_http::set_header::SetResponseHeaderLayer;

use super::Stage;
use crate::escape::{escape, href};
use crate::render::Site;

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

/// The state, now and whenever it changes.
async fn events(Shared(stage): Shared<Arc<Stage>>) -> impl IntoResponse {
    let states = WatchStream::new(stage.subscribe());
    let events = states.map(|state| Ok::<_, Infallible>(Event::default().json_data(state).unwrap_or_default()));
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn findings(Shared(stage): Shared<Arc<Stage>>) -> impl IntoResponse {
    let none = r#"{"diagnostics":[],"errors":0,"warnings":0}"#;
    let json = stage.state().json.unwrap_or_else(|| none.to_owned());
    ([(header::CONTENT_TYPE, "application/json")], json)
}

async fn page(Shared(stage): Shared<Arc<Stage>>, request: Request) -> Response {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    // Rendering may take a while, and must not hold up the other answers.
    let answer = tokio::task::spawn_blocking(move || respond(&stage, &path)).await;
    answer.unwrap_or_else(|error| (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response())
}

fn respond(stage: &Stage, path: &str) -> Response {
    let now = stage.state();
    let Some(shown) = stage.shown() else {
        let problem = now.problem.unwrap_or_else(|| "the archive is being read".to_owned());
        return html(StatusCode::SERVICE_UNAVAILABLE, &bare_page("The archive has errors", &problem), now.version);
    };
    let site = &shown.site;
    let path = path.trim_start_matches('/');
    // The page for missing addresses links from the root of `base_url`, which has a path of its own perhaps.
    let base = site.base_path();
    let path = path.strip_prefix(base.trim_start_matches('/')).filter(|_| base != "/").unwrap_or(path);
    let file = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    if let Some(bytes) = shown.shard(&file) {
        return file_answer(StatusCode::OK, &file, bytes.to_vec(), now.version);
    }
    match site.render(&file) {
        Some(Ok(artifact)) => file_answer(StatusCode::OK, &artifact.path, artifact.bytes, now.version),
        Some(Err(diagnostic)) => {
            html(StatusCode::INTERNAL_SERVER_ERROR, &bare_page("A template failed", &diagnostic.message), now.version)
        }
        None if site.has(&format!("{path}/index.html")) => {
            let location = HeaderValue::try_from(format!("/{}/", href(path))).unwrap_or(HeaderValue::from_static("/"));
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
        }
        None => not_found(site, now.version),
    }
}

fn not_found(site: &Site, version: u64) -> Response {
    match site.render("404.html") {
        Some(Ok(artifact)) => file_answer(StatusCode::NOT_FOUND, "404.html", artifact.bytes, version),
        _ => html(StatusCode::NOT_FOUND, &bare_page("There is no such page", ""), version),
    }
}

fn file_answer(status: StatusCode, path: &str, bytes: Vec<u8>, version: u64) -> Response {
    if std::path::Path::new(path).extension().is_some_and(|extension| extension == "html") {
        return html(status, &String::from_utf8_lossy(&bytes), version);
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    (status, headers, Body::from(bytes)).into_response()
}

/// A page with the script that reloads it.
fn html(status: StatusCode, page: &str, version: u64) -> Response {
    let script = format!("<script src=\"/__casebook/reload.js\" data-version=\"{version}\" defer></script>\n");
    let page = match page.rfind("</body>") {
        Some(at) => format!("{}{script}{}", &page[..at], &page[at..]),
        None => format!("{page}{script}"),
    };
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
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

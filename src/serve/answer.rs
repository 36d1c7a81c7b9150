//! Requests to answers.
//!
//! A path is looked up in the site, never on the disk. Only who asks for this machine by its own name is answered:
//! another site that has its name lead here can't read an unpublished archive.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::live::{Live, Moment};
use super::page::{self, media_type};
use super::{Pages, Problem};

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
/// Sent with every answer. The pages are held to the policy that a published site is made for.
const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, "default-src 'self'"),
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

pub fn router<P: Pages>(live: Live<P>) -> Router {
    Router::new().fallback(answer::<P>).with_state(live)
}

async fn answer<P: Pages>(State(live): State<Live<P>>, request: Request) -> Response {
    let refused = refusal(&request);
    // The body, which nobody reads, can't wait on another thread.
    let uri = request.into_parts().0.uri;
    let mut response = match refused {
        Some(refusal) => refusal,
        None => route(&live, &uri).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Why a request is not answered, if it isn't.
fn refusal(request: &Request) -> Option<Response> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let named = request.uri().authority().is_none_or(|authority| is_loopback(authority.as_str()));
    if !(named && host.is_some_and(is_loopback) && hosts.next().is_none()) {
        let why = "This server answers only to `localhost`, `127.0.0.1` and `[::1]`.\n";
        return Some(plain(StatusCode::FORBIDDEN, TEXT, why));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, TEXT, "Pages can only be read.\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Some(response);
    }
    None
}

/// Whether a host, with or without a port, is this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        // The colons of an address in brackets are no port's.
        Some((name, port)) if !port.contains(']') && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

async fn route<P: Pages>(live: &Live<P>, uri: &Uri) -> Response {
    match uri.path() {
        "/__casebook/events" => events(live, uri.query().unwrap_or_default()).await,
        "/__casebook/reload.js" => plain(StatusCode::OK, media_type("reload.js"), page::SCRIPT),
        "/__casebook/reload.css" => plain(StatusCode::OK, media_type("reload.css"), page::STYLE),
        _ => file(live, uri).await,
    }
}

/// Answers when the site is another than the one that `?at=` names, with its name and what is wrong with it.
async fn events<P: Pages>(live: &Live<P>, query: &str) -> Response {
    let known = query.split('&').find_map(|pair| pair.strip_prefix("at=")).unwrap_or_default();
    let moment = live.after(known).await;
    let problem = moment.problem.as_ref().map(|problem| {
        let report: Option<Value> = problem.json.as_ref().and_then(|text| serde_json::from_str(text).ok());
        json!({ "text": problem.text, "report": report })
    });
    let news = json!({ "at": live.token_of(&moment), "problem": problem });
    plain(StatusCode::OK, "application/json", news.to_string())
}

async fn file<P: Pages>(live: &Live<P>, uri: &Uri) -> Response {
    let moment = live.now().await;
    let Some(pages) = moment.pages.clone() else { return no_site(live, &moment) };
    let (shown, now) = (live.token_shown(&moment), live.token_of(&moment));
    let uri = uri.clone();
    // Rendering takes a processor's time: it must not hold up who waits for another file.
    let made = spawn_blocking(move || make(&*pages, &uri, &shown)).await.unwrap_or_else(|_| {
        let text = "casebook failed while it made this page: this is a mistake in casebook itself".to_owned();
        Err(Problem { text, json: None })
    });
    // The report of a page is as new as can be, whatever site the page is of: its script waits for another moment.
    made.unwrap_or_else(|problem| report("This page cannot be made", &problem, &now))
}

/// Nothing was loaded yet that could be shown.
fn no_site<P: Pages>(live: &Live<P>, moment: &Moment<P>) -> Response {
    let none = || Arc::new(Problem { text: String::new(), json: None });
    let problem = moment.problem.clone().unwrap_or_else(none);
    report("The archive has errors", &problem, &live.token_of(moment))
}

fn report(title: &str, problem: &Problem, token: &str) -> Response {
    plain(StatusCode::INTERNAL_SERVER_ERROR, HTML, page::report(title, problem, token))
}

fn make(pages: &impl Pages, uri: &Uri, token: &str) -> Result<Response, Problem> {
    let written = uri.path().strip_prefix('/').unwrap_or_default();
    let Ok(path) = percent_decode_str(written).decode_utf8() else { return missing(pages, token) };
    let index = if path.is_empty() || path.ends_with('/') { "index.html" } else { "" };
    let path = format!("{path}{index}");
    match pages.render(&path) {
        Some(made) => Ok(found(StatusCode::OK, &path, made?.bytes, token)),
        None if index.is_empty() && pages.has(&format!("{path}/index.html")) => Ok(to_folder(uri)),
        None => missing(pages, token),
    }
}

fn found(status: StatusCode, path: &str, bytes: Vec<u8>, token: &str) -> Response {
    let kind = media_type(path);
    let body = if kind == HTML { page::inject(bytes, token) } else { bytes };
    plain(status, kind, body)
}

fn missing(pages: &impl Pages, token: &str) -> Result<Response, Problem> {
    let bytes = pages.render("404.html").transpose()?.map_or_else(page::not_found, |artifact| artifact.bytes);
    Ok(found(StatusCode::NOT_FOUND, "404.html", bytes, token))
}

/// Links on a page are relative, so its address must end with a slash. Not for good: the page may move tomorrow.
fn to_folder(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = plain(StatusCode::TEMPORARY_REDIRECT, TEXT, "");
    // What stood in a request line can stand in a header.
    if let Ok(to) = HeaderValue::from_str(&format!("{}/{query}", uri.path())) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

fn plain(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LOCALHOST:4400", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:4400"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:4400",
            "::1",
            "localhost:x",
            "a@localhost",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}

//! The schemas of `casebook.toml` and of each kind's front matter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use schemars::Schema;
use serde_json::{Value, json};

use super::front::{
    ArgumentFront, Captured, ClaimDefinition, Common, EssayFront, PageFront, QuoteFront, SampleFront, SourceFront,
    VariantFront,
};
use super::{Kind, SETTINGS};
use crate::config::Config;
use crate::schema::{keys, schema_of};

/// The kinds that are written as files.
pub const WRITTEN: [Kind; 6] = [Kind::Argument, Kind::Source, Kind::Essay, Kind::Quote, Kind::Sample, Kind::Page];

/// Every schema, by what it is of.
pub fn schemas() -> Vec<(&'static str, Schema)> {
    let kinds = WRITTEN.into_iter().map(|kind| (kind.word(), schema(kind)));
    std::iter::once((SETTINGS, Config::schema())).chain(kinds).collect()
}

/// The schema of a kind's front matter.
pub fn schema(kind: Kind) -> Schema {
    let own = match kind {
        Kind::Argument | Kind::Claim => schema_of::<ArgumentFront>(),
        Kind::Source => schema_of::<SourceFront>(),
        Kind::Essay => schema_of::<EssayFront>(),
        Kind::Quote => schema_of::<QuoteFront>(),
        Kind::Sample => schema_of::<SampleFront>(),
        Kind::Page => schema_of::<PageFront>(),
    };
    let mut schema = schema_of::<Common>();
    schema.insert("title".to_owned(), json!(format!("The front matter of {}", kind.article())));
    schema.remove("description");
    let part = |schema: &Schema, key: &str| schema.get(key).cloned().unwrap_or(Value::Null);
    let (mut properties, added) = (part(&schema, "properties"), part(&own, "properties"));
    if let (Value::Object(all), Value::Object(added)) = (&mut properties, added) {
        all.extend(added);
    }
    let own_required = part(&own, "required");
    let mut required: Vec<_> = own_required.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // The types leave these open, since they serve several kinds.
    required.push(if kind == Kind::Quote { "source" } else { "title" });
    schema.insert("properties".to_owned(), properties);
    schema.insert("required".to_owned(), json!(required));
    schema
}

/// The keys of a kind's front matter.
pub fn keys_of(kind: Kind) -> &'static BTreeSet<String> {
    static KEYS: LazyLock<BTreeMap<Kind, BTreeSet<String>>> =
        LazyLock::new(|| WRITTEN.into_iter().map(|kind| (kind, keys(&schema(kind)))).collect());
    &KEYS[&kind]
}

/// The keys of a claim where it is defined.
pub fn claim_keys() -> &'static BTreeSet<String> {
    static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| keys(&schema_of::<ClaimDefinition>()));
    &KEYS
}

/// The keys of a sample's variant.
pub fn variant_keys() -> &'static BTreeSet<String> {
    static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| keys(&schema_of::<VariantFront>()));
    &KEYS
}

/// The keys of what says where a draft was found.
pub fn captured_keys() -> &'static BTreeSet<String> {
    static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| keys(&schema_of::<Captured>()));
    &KEYS
}

//! JSON Schemas of what people write, made of the types that it is read into, for editors and for the key reference.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// The schema of a type that is written as a table. A key that it does not have is an error.
pub fn schema_of<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    Written.transform(&mut schema);
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

/// A key that may be missing has no value `null`: it is left out. Numbers have no width that a writer could see.
struct Written;

impl Transform for Written {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|name| name != "null");
            if let [one] = &types[..] {
                let one = one.clone();
                schema.insert("type".to_owned(), one);
            }
        }
        if let Some(Value::Array(options)) = schema.get_mut("anyOf") {
            options.retain(|option| option["type"] != "null");
            if let [one] = &mut options[..] {
                let Value::Object(mut one) = one.take() else { return };
                schema.remove("anyOf");
                // What the key says of itself goes before what its type says.
                one.remove("description")
                    .filter(|_| schema.get("description").is_none())
                    .map(|description| schema.insert("description".to_owned(), description));
                schema.ensure_object().extend(one);
            }
        }
        // A comment is wrapped where its line ends; a description has no lines.
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = description.replace('\n', " ");
        }
        schema.remove("format");
        schema.remove("default");
        transform_subschemas(self, schema);
    }
}

/// The keys of a table.
pub fn keys(schema: &Schema) -> BTreeSet<String> {
    properties(schema.as_value()).into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema["properties"].as_object()
}

fn required_of(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The keys of every schema as Markdown: a table each, and one more for each table that a key holds.
pub fn reference(schemas: &[(&str, Schema)]) -> String {
    let mut out = "# The keys\n\nEvery key of `casebook.toml` and of the front matter of each kind. Any other key is an error. **Bold** ones \
                   must be there. `casebook schema` prints the same as JSON Schemas, for editors; this page is made of \
                   them by `casebook schema --reference`.\n"
        .to_owned();
    for (name, schema) in schemas {
        out.push_str(&format!("\n## {name}\n\n"));
        table(schema.as_value(), &mut out);
        for (key, value) in properties(schema.as_value()).into_iter().flatten() {
            let list = &value["items"];
            if properties(value).is_some() {
                out.push_str(&format!("\n`[{key}]`:\n\n"));
                table(value, &mut out);
            } else if properties(list).is_some() {
                out.push_str(&format!("\nEach `[[{key}]]`:\n\n"));
                table(list, &mut out);
            }
        }
    }
    out
}

fn table(schema: &Value, out: &mut String) {
    out.push_str("| key | value | says |\n| --- | --- | --- |\n");
    let required: BTreeSet<_> = required_of(schema).collect();
    let mut keys: Vec<_> = properties(schema).into_iter().flatten().collect();
    keys.sort_by_key(|(key, _)| !required.contains(key.as_str()));
    for (key, value) in keys {
        let name = if required.contains(key.as_str()) { format!("**`{key}`**") } else { format!("`{key}`") };
        let says = value["description"].as_str().unwrap_or_default();
        out.push_str(&format!("| {name} | {} | {says} |\n", kind_of(value)));
    }
}

/// What a value may be, in a few words.
fn kind_of(schema: &Value) -> String {
    let words: Vec<_> = words(schema).map(|word| format!("`{word}`")).collect();
    if !words.is_empty() {
        return words.join(", ");
    }
    if let Some(options) = schema["anyOf"].as_array() {
        return options.iter().map(kind_of).collect::<Vec<_>>().join("; or ");
    }
    match schema["type"].as_str() {
        Some("string") if schema["pattern"].is_string() => "a date: YYYY, YYYY-MM or YYYY-MM-DD".to_owned(),
        Some("string") => "a string".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => "a number".to_owned(),
        Some("array") if properties(&schema["items"]).is_some() => "tables".to_owned(),
        Some("array") => "a list of strings".to_owned(),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("a table of names, each with {}", kind_of(&schema["additionalProperties"]))
        }
        Some("object") => match properties(schema) {
            Some(keys) => {
                let keys: Vec<_> = keys.keys().map(|key| format!("`{key}`")).collect();
                format!("a table of {}", keys.join(" and "))
            }
            None => "a table".to_owned(),
        },
        _ => "any value".to_owned(),
    }
}

/// The words that a value is one of.
fn words(schema: &Value) -> impl Iterator<Item = &str> {
    let listed = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let described = schema["oneOf"].as_array().into_iter().flatten().filter_map(|option| option["const"].as_str());
    listed.chain(described)
}

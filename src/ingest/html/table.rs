//! Tables: of data, of code with its line numbers, and of a page's layout.

use dom_query::NodeRef;
use url::Url;

use super::{inline, part};
use crate::ingest::block::Text;

pub enum Table {
    Data(Vec<Vec<Text>>),
    /// The cell that holds code, beside one with numbers.
    Code,
    Layout,
}

pub fn read(node: &NodeRef<'_>, base: Option<&Url>) -> Table {
    const MOST_COLUMNS: usize = 24;
    let tokens = part::tokens(node);
    let code = [
        "highlight",
        "crayon",
        "rouge",
        "linenos",
        "syntaxhighlighter",
        "hljs",
        "codehilite",
        "code-table",
        "blob-code",
        "js-file-line",
    ];
    let has_pre =
        node.descendants_it().any(|inner| part::name(&inner) == "pre" || part::tokens(&inner).contains("crayon-code"));
    if code.iter().any(|sign| tokens.contains(sign)) || has_pre && node.descendants_it().any(|inner| is_gutter(&inner))
    {
        return Table::Code;
    }
    let rows: Vec<NodeRef<'_>> = node.descendants_it().filter(|inner| part::name(inner) == "tr").collect();
    let blocks = ["p", "div", "ul", "ol", "pre", "table", "blockquote", "h1", "h2", "h3", "h4", "form"];
    let flow = node.descendants_it().filter(|inner| blocks.contains(&part::name(inner).as_str())).count();
    let is_cell = |inner: &NodeRef<'_>| matches!(part::name(inner).as_str(), "td" | "th");
    let cells: Vec<Vec<Text>> = rows
        .iter()
        .map(|row| row.children_it(false).filter(is_cell).map(|cell| inline::of_children(&cell, base)).collect())
        .collect();
    let columns = cells.iter().map(Vec::len).max().unwrap_or(0);
    let heads = node.descendants_it().any(|inner| part::name(&inner) == "th");
    let shown = tokens.contains(" presentation ") || tokens.contains(" none ");
    let is_data = columns > 1
        && columns <= MOST_COLUMNS
        && rows.len() > 1
        && !shown
        && (heads || flow == 0)
        && flow <= rows.len() * columns;
    let cells: Vec<_> = cells.into_iter().filter(|row| row.iter().any(|cell| !cell.plain.is_empty())).collect();
    if is_data && cells.len() > 1 { Table::Data(cells) } else { Table::Layout }
}

/// Whether an element holds the numbers of lines.
pub fn is_gutter(node: &NodeRef<'_>) -> bool {
    let tokens = part::tokens(node);
    [
        "gutter",
        "lineno",
        "linenos",
        "line-numbers-rows",
        "crayon-nums",
        "hljs-ln-numbers",
        "hljs-ln-n",
        "linenumber",
        "line-number",
        "blob-num",
        "ln-num",
        "rouge-gutter",
        "linenodiv",
    ]
    .iter()
    .any(|sign| {
        tokens.split_whitespace().any(|token| token == *sign || token.starts_with(&format!("{sign}-")) && *sign != "ln")
    }) || node.has_attr("data-line-number") && node.text().trim().parse::<u32>().is_ok()
}

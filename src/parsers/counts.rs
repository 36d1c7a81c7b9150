//! How much of a program is coloured: functions that suspend, functions that can't, and the places that wait.

use serde::{Deserialize, Serialize};
use tree_sitter::{Node, Tree};

/// What a program holds. Functions have a body, so a declaration alone is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Async functions, and Rust's async blocks.
    pub asynchronous: usize,
    /// Those with a name, their own or that of what they are bound to: callbacks would drown the rest.
    pub plain: usize,
    /// `await`, and what awaits without saying so: `async for` and `async with`.
    pub awaits: usize,
}

/// `None` where the code does not parse.
pub fn counts(tree: &Tree, code: &str) -> Option<Counts> {
    let mut cursor = tree.walk();
    if cursor.node().has_error() {
        return None;
    }
    let mut counts = Counts::default();
    loop {
        counts.add(cursor.node(), code);
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Some(counts);
            }
        }
    }
}

impl Counts {
    /// The kinds of all grammars, which mean the same wherever two of them share one.
    fn add(&mut self, node: Node<'_>, code: &str) {
        match node.kind() {
            _ if is_function(node) && is_async(node) => self.asynchronous += 1,
            _ if is_function(node) && node.child_by_field_name("name").is_some() => self.plain += 1,
            "async_block" => self.asynchronous += 1,
            "await_expression" => self.awaits += 1,
            // The keyword has the name of Python's expression.
            "await" if node.is_named() => self.awaits += 1,
            "for_statement" | "for_in_clause" | "with_statement" if has(node, "async").is_some() => self.awaits += 1,
            "for_in_statement" if has(node, "await").is_some() => self.awaits += 1,
            // What Rust's macros hold is not parsed, only read as words.
            "token_tree" => self.add_words(node, code),
            // What gives a name to a function without one.
            "variable_declarator" | "let_declaration" | "assignment_expression" | "pair" | "field_definition" => {
                let value = node.child_by_field_name("value").or_else(|| node.child_by_field_name("right"));
                let nameless = |value: &Node<'_>| value.child_by_field_name("name").is_none();
                let plain = value.filter(nameless).is_some_and(|value| is_function(value) && !is_async(value));
                self.plain += usize::from(plain);
            }
            _ => {}
        }
    }

    fn add_words(&mut self, tree: Node<'_>, code: &str) {
        let mut cursor = tree.walk();
        let words: Vec<&str> = tree.children(&mut cursor).filter_map(|node| code.get(node.byte_range())).collect();
        self.awaits += words.windows(2).filter(|pair| pair[0] == "." && pair[1] == "await").count();
        self.asynchronous += words.iter().filter(|word| **word == "async").count();
    }
}

fn is_function(node: Node<'_>) -> bool {
    let kind = matches!(
        node.kind(),
        "function_definition"
            | "function_declaration"
            | "function_expression"
            | "function_item"
            | "generator_function"
            | "generator_function_declaration"
            | "arrow_function"
            | "closure_expression"
            | "lambda_expression"
            | "method_definition"
            | "method_declaration"
            | "constructor_declaration"
            | "compact_constructor_declaration"
    );
    kind && node.child_by_field_name("body").is_some()
}

fn is_async(function: Node<'_>) -> bool {
    let of_rust = has(function, "function_modifiers").and_then(|modifiers| has(modifiers, "async"));
    of_rust.or_else(|| has(function, "async")).is_some()
}

fn has<'tree>(node: Node<'tree>, kind: &str) -> Option<Node<'tree>> {
    node.children(&mut node.walk()).find(|child| child.kind() == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsers::study;

    fn counts(language: &str, code: &str) -> Option<Counts> {
        study(language, code).counts
    }

    fn of(language: &str, code: &str) -> (usize, usize, usize) {
        let counts = counts(language, code).unwrap_or_else(|| panic!("{language}: {code}"));
        (counts.asynchronous, counts.plain, counts.awaits)
    }

    #[test]
    fn python() {
        assert_eq!(of("python", ""), (0, 0, 0));
        assert_eq!(of("python", "def f():\n    return lambda: 1\n"), (0, 1, 0));
        let code = "class A:\n    async def f(self):\n        async with x as y, z:\n            await y\n        \
                    async for a in b:\n            pass\n        return [await c async for c in d]\n    def g(self): ...\n";
        assert_eq!(of("py", code), (1, 1, 5));
        assert_eq!(of("python", "# await async def f()\ns = 'await x'\nfor a in b:\n    with c: pass\n"), (0, 0, 0));
    }

    #[test]
    fn javascript() {
        let code = "async function f() { await x; for await (const y of z) {} for (const y of z) {} }\n\
                    const g = async () => await f(), h = x => x, i = async function* () {};\n\
                    class A { async m() {} n() {} get o() { return 1 } async *p() {} }\nfunction* q() {}\nawait f();\n\
                    [].map(x => x); x.r = function () {}; const s = { t: () => 1, u() {} };";
        assert_eq!(of("javascript", code), (5, 7, 4));
        assert_eq!(of("js", "const async = 1, o = { async: 2 }; // await\n`await ${async}`;"), (0, 0, 0));
    }

    #[test]
    fn rust() {
        let code = "pub async unsafe fn f() { g(|x| x, async |y| y.await).await; async move { 1 }.await }\n\
                    trait T { async fn declared(); async fn given() {} }\nconst fn h() { x.map(|y| y); }\n";
        assert_eq!(of("rust", code), (4, 1, 3));
        let code = "fn f() { join!(a().await, async { vec![b.await] }); println!(\"async .await {}\", await_); }";
        assert_eq!(of("rust", code), (1, 1, 2));
    }

    #[test]
    fn languages_without_colours() {
        assert_eq!(of("go", "package a\nfunc f() { go func() {}() }\nfunc (a A) g() {}\n"), (0, 2, 0));
        let code = "class A { A() {} void f() { x(() -> 1); } abstract void g(); record R(int a) { R {} } }";
        assert_eq!(of("java", code), (0, 3, 0));
    }

    #[test]
    fn what_can_not_be_counted_is_not() {
        assert_eq!(counts("text", "await"), None);
        assert_eq!(counts("haskell", "main = pure ()"), None);
        assert_eq!(counts("python", "async def f(:\n"), None);
        assert_eq!(counts("rust", &"fn f() {}\n".repeat(1 << 13)), None);
        for part in ["(", "[", "async () => ", "f(await ", "{", "a;"] {
            let _ = counts("javascript", &part.repeat((60 << 10) / part.len()));
        }
        assert!(
            counts("rust", &format!("fn f() {{ vec![{}] }}", "a.await,".repeat(7_000)))
                .is_some_and(|c| c.awaits == 7_000)
        );
    }
}

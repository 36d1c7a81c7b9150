use proptest::prelude::*;

use super::*;

/// The text of markup, as a browser copies it.
pub fn text(html: &str) -> String {
    let mut out = String::new();
    for part in html.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// `expected` has each span as its class and its text in `‹ ›`.
#[track_caller]
fn assert_marked(language: &str, expected: &str) {
    let mut code = expected.replace('›', "");
    for (class, _) in CLASSES {
        code = code.replace(&format!("‹{class} "), "");
    }
    let html = Highlights::new(1 << 20).html(Some(language), &code);
    assert_eq!(text(&html), code);
    let html = html.replace("<span class=\"", "‹").replace("\">", " ").replace("</span>", "›");
    let marked = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    assert_eq!(marked, expected, "as it is:\n{marked}");
}

#[test]
fn python() {
    assert_marked(
        "python",
        r#"‹k async def ›‹f f›(‹v self›, ‹v a›, ‹v b›: ‹t int ›‹o = ›‹n 3›, ‹o *›‹v c›, ‹v d›‹o =›‹n None›, ‹o **›‹v e›) ‹o -> ›‹t dict›[‹t str›, ‹t T›]:
    ‹k return await ›‹f g›(a, ‹v key›‹o =›b)
‹c """Doc."""
›‹a @a.b›(‹s "x"›, ‹v c›‹o =›‹n 1›)
‹a @dataclass
›‹k class ›‹t A›(‹t B›, ‹v metaclass›‹o =›‹t C›):
    ‹c 'doc'
    ›‹n MAX›: ‹t Optional›[‹t x›] ‹o = ›‹n 0x1F
›s ‹o = ›‹s f"a›{b‹s !r:>›{w}}‹s \n{{" ›‹o + ›‹s rb'\d' ›‹o % ›‹s 'x'  ›‹c # why
›‹k if ›a ‹k is not ›‹n None ›‹k and ›b ‹k not in ›c ‹k or not ›‹v self›.‹f set›(‹n 1.5j›): ‹k raise ›‹t ValueError›(‹n ...›) ‹k from ›e
‹k lambda ›‹v x›, ‹v y›‹o =›‹n 1›: x ‹o @ ›y ‹o ** -›z
‹k match ›x:
    ‹k case ›[‹n 1›, ‹o *›_]: ‹k pass
›‹f print›(‹t list›, x.list)
‹k from ›__future__ ‹k import ›annotations
‹k import ›a.b ‹k as ›c
‹k def ›‹f f›(:
    x ‹o = ›‹k await ›‹f g›(‹s "›open
"#,
    );
}

#[test]
fn javascript() {
    assert_marked(
        "javascript",
        r#"‹k import ›fs, { a ‹k as ›b } ‹k from ›‹s 'x'›;
‹s 'use strict'›;
‹k export default class ›‹t A ›‹k extends ›‹t B ›{
  #p ‹o = ›‹n 1n›;
  ‹k static ›‹f h ›‹o = ›‹k async ›(‹v e›) ‹o => ›{ ‹v this›.x ‹o = ›e; };
  ‹f constructor›(‹v a›, { ‹v b›, ‹v c ›‹o = ›‹n 2›, ‹v d›: [‹v e›] }, ‹o ...›‹v rest›) { ‹v super›(a); }
}
‹k const ›‹f f ›‹o = ›‹v x ›‹o => ›x?.‹f y›(), ‹n MAX_LEN ›‹o = ›‹s /a+[b]/g›, o ‹o = ›{ a: ‹n 1›, ‹f b›() {}, ‹f c›: ‹k function ›() {} };
‹s `a ›${b.c ‹o + ›‹f f›(‹s `d ›${e}‹s `›)}‹s \n`›; ‹c // why
›‹k for ›(‹k const ›k ‹k of ›‹t Object›.‹f keys›(o)) { ‹k if ›(‹k typeof ›k ‹o === ›‹s "s" ›‹o && !›k) ‹k continue›; }
‹k async function›‹o * ›‹f main›() { ‹k await new ›‹t Promise›((‹v r›) ‹o => ›‹f setTimeout›(r, ‹n 1›)); ‹k yield›‹o * ›‹t JSON›.‹f parse›(‹n undefined›); }
<‹t A ›‹a b›‹o =›‹s "1"›><‹g div ›‹a c›‹o =›{d}>text</‹g div›></‹t A›>;
‹k async function ›‹f f›( {
  ‹k let ›x ‹o = ›‹k await ›‹f g›(‹s "›open
"#,
    );
}

#[test]
fn rust() {
    assert_marked(
        "rust",
        r##"‹a #[derive(Debug)]
#[cfg(feature = ›‹s "x"›‹a )]
›‹k pub struct ›‹t A›<‹k 'a›, ‹t T›: ‹t B ›‹o + ›‹k 'static›> { ‹k pub›(‹k crate›) a: ‹o &›‹k 'a ›‹t str›, b: ‹t Vec›<‹t u8›> }
‹k async fn ›‹f f›<‹t T›>(‹o &›‹k mut ›‹v self›, ‹k mut ›‹v a›: ‹t i32›, (‹v b›, ‹v c›): (‹t u8›, ‹t T›)) ‹o -> ›‹t Result›<‹t Self›, io::‹t Error›> { ‹f g›(a).‹k await›‹o ? ›}
‹k let ›v ‹o = ›x.‹f map›(‹o |›‹v y›‹o | ›y ‹k as ›‹t u64 ›‹o + ›‹t i32›::‹n MAX›).‹f collect›::<‹t Vec›<‹t _›>>(); ‹c // why
›‹f println!›(‹s "{}\n"›, ‹f vec›‹o !›[‹n 1›, ‹f f›(‹s b'a'›)], ‹n MAX_SIZE›, ‹s r#"x"#›); tokio::‹f select! ›{ _ ‹o = ›a.‹k await ›‹o => ›‹f g›() }
‹k match ›x { ‹n 0›‹o ..=›‹n 9 ›‹k if ›a ‹o != ›b ‹o => ›‹t Some›(‹n 1›), ‹t E›::‹t A ›{ c } ‹o => ›‹t None›, _ ‹o => ›‹k 'o›: ‹k loop ›{ ‹k break 'o›; } }
‹k macro_rules! ›‹f m ›{ (‹v $x›:‹t expr›) ‹o => ›{ ‹v $x ›‹o + ›‹n 1 ›}; }
‹c /// doc
›‹k const ›‹t A›: ‹t bool ›‹o = ›‹n true›;
‹k async fn ›‹f f›( { ‹k let ›x ‹o = ›‹f g›(‹s "›open; }
"##,
    );
}

#[test]
fn go() {
    assert_marked(
        "go",
        r#"‹k package ›main

‹k import ›f ‹s "fmt"

›‹c // why
›‹k const ›‹n Size ›‹o = ›‹n 10
›‹k type ›‹t A›[‹t T any›] ‹k struct ›{
	Name ‹t string ›‹s `json:"x"`
	›‹o *›‹t B
›}
‹k func ›(‹v a ›‹o *›‹t A›[‹t T›]) ‹f Get›(‹v c ›ctx.‹t C›, ‹v xs ›‹o ...›‹t int›) (‹v n ›‹t int›, ‹v err ›‹t error›) { ‹k go func›() { c ‹o <- ›‹s 'x' ›}(); ‹k return ›f.‹f Println›(‹s "a\n"›, ‹n nil›, ‹n true›), ‹t string›(n) }
‹k for ›i, x ‹o := ›‹k range ›xs { x ‹o = ›‹f make›([]‹t byte›, ‹f len›(xs)) }
‹k func ›‹f f›( { x ‹o := ›‹f g›(‹s "›open
"#,
    );
}

#[test]
fn java() {
    assert_marked(
        "java",
        r#"‹k import ›a.b.‹t C›;
‹c /** doc */
›‹a @E›(‹v name ›‹o = ›‹s "x"›, ‹v v ›‹o = ›‹n 3›)
‹k public final class ›‹t A›<‹t T ›‹k extends ›‹t B›> ‹k implements ›‹t C ›{ ‹k private static final ›‹t int ›‹n MAX ›‹o = ›‹n 10›; }
‹k class ›‹t A ›{ ‹a @Override ›‹t void ›‹f run›(‹k final ›‹t int ›‹v a›, ‹t List›<‹t String›> ‹v b›, ‹t String›‹o ... ›‹v c›) ‹k throws ›‹t E ›{ ‹k var ›x ‹o = ›b.‹f map›(‹v s ›‹o -> ›s.‹f f›()).‹f g›(‹t O›::‹f h›); } }
‹k class ›‹t A ›{ ‹t A›() { ‹v super›(‹n null›); ‹v this›.x ‹o = ›‹k new ›‹t B›<>(‹s 'c'›, ‹n 1.5f›, ‹n true›) { }; } }
‹k switch ›(x) { ‹k case ›‹n 1 ›‹o -> ›{ ‹k return›; } ‹k default ›‹o -> ›‹k throw new ›‹t E›(‹s "a\n"›); } ‹c // why
›‹k class ›‹t A ›{ ‹t void ›‹f f›( { ‹t String ›x ‹o = ›‹f g›(‹s "›open; }
"#,
    );
}

#[test]
fn languages_without_a_syntax_tree() {
    assert_marked("toml", "‹c # why\n›‹g a ›= ‹s \"<b>\"\n›");
    assert_marked("nolang", "if <x> & \"y\"");
    assert_marked("text", "if x");
    assert_marked("toml", &format!("a = {}", "1".repeat(LONGEST_LINE)));
}

#[test]
fn long_code_is_plain() {
    let highlights = Highlights::new(10);
    assert_eq!(&*highlights.html(Some("python"), "None"), "<span class=\"n\">None</span>");
    assert_eq!(&*highlights.html(Some("python"), "None # twelve"), "None # twelve");
}

#[test]
fn what_a_tree_is_not_made_of_has_colours_nonetheless() {
    let long = "x = None\n".repeat(10_000);
    assert!(runs("python", &long).is_none());
    assert!(Highlights::new(1 << 20).html(Some("python"), &long[..66_000]).contains("<span class=\"n\">None"));
}

#[test]
fn hostile_code_is_still_there() {
    let highlights = Highlights::new(1 << 20);
    for language in ["python", "javascript", "rust", "go", "java"] {
        for (part, times) in
            [("(", 60_000), ("[", 100_000), ("\"", 20_001), ("{`${", 10_000), ("<a", 60), ("é(", 15_000)]
        {
            let code = part.repeat(times);
            assert_eq!(text(&highlights.html(Some(language), &code)), code, "{language}: {part}");
        }
    }
}

#[test]
fn only_the_latest_blocks_are_kept() {
    let mut kept = Kept::default();
    let key = |n: usize| Key::new("test", &[&n.to_le_bytes()]);
    let html: Arc<str> = "x".repeat(GENERATION / 10).into();
    for n in 0..100 {
        kept.keep(key(n), Arc::clone(&html));
        assert!(kept.get(&key(0)).is_some(), "what is used stays: {n}");
        assert!(kept.young.len() + kept.old.len() <= 22);
    }
    assert!(kept.get(&key(99)).is_some() && kept.get(&key(50)).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_text_of_highlighted_code_is_the_code(
        language in prop::sample::select(vec!["python", "js", "rust", "go", "java"]),
        parts in prop::collection::vec(
            prop_oneof![
                "\\PC{0,6}",
                "[ \n\t\0\u{feff}é🦀]{1,3}",
                prop::sample::select(vec![
                    "def f(x):\n", "fn f<'a>(", "function ", "class A ", "\"", "'", "`", "${", "{", "}", "(", ")", "f\"{", "r#\"", "/*", "*/",
                    "//", "#[", "]", "@a", "=> ", "import ", "a.b(", "1e", "\\", "<A ", "/>", "x!(", "\"\"\"", "async ", "-> ", "::<",
                ]).prop_map(str::to_owned),
            ],
            0..40,
        ),
    ) {
        let code = parts.concat();
        let html = Highlights::new(1 << 20).html(Some(language), &code);
        prop_assert_eq!(text(&html), &*code);
        let lines = crate::render::lines::cut(&html, &[]);
        prop_assert_eq!(text(&lines.html), &*code);
    }
}

#[test]
fn what_is_remembered_gives_the_same_html() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(Pack::open(folder.path().join("code")));
    let long = format!("x = \"{}\"\n", "é".repeat(400));
    let blocks = [
        ("python", "\n  \ndef f(x):  # a comment\n\treturn x + 1\n"),
        ("python", &*long),
        ("ruby", "puts \"a <b>\" # done\n\n"),
        ("text", "plain & simple"),
        ("rust", ""),
    ];
    let html = |known: &Arc<Pack>| {
        let mut highlights = Highlights::new(1 << 20);
        highlights.remember(Arc::clone(known));
        blocks.map(|(language, code)| highlights.html(Some(language), code))
    };
    let plain = blocks.map(|(language, code)| Highlights::new(1 << 20).html(Some(language), code));
    let first = open();
    assert_eq!(html(&first), plain);
    assert!(first.has_new());
    first.save();
    let second = open();
    assert_eq!(html(&second), plain);
    assert!(!second.has_new(), "nothing was found out again");
    let runs = runs("python", blocks[0].1).unwrap();
    assert_eq!(by_runs(&runs, &blocks[0].1[1..]), None, "of other code");
    assert_eq!(by_runs(&runs, "é".repeat(blocks[0].1.len() / 2).as_str()), None);
}

#[test]
fn a_program_is_coloured_alike_wherever_it_stands() {
    let names = [
        "python",
        "python3",
        "py",
        "javascript",
        "js",
        "mjs",
        "cjs",
        "node",
        "jsx",
        "rust",
        "rs",
        "go",
        "golang",
        "java",
    ];
    for name in names {
        let code = "import a; // b\nclass C { f(x = 1) { return `y` } }\n";
        let grammar = syntax::find(name).unwrap_or_else(|| panic!("{name}"));
        let studied = crate::parsers::study(name, code).runs;
        assert!(studied.is_some(), "{name}");
        assert_eq!(studied, runs(&grammar.name, code), "{name}");
    }
}

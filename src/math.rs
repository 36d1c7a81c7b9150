//! TeX mathematics to MathML, made at build so that a reader needs no script.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

/// Longer formulas are refused: nobody reads them.
const LONGEST: usize = 4 << 10;
/// The converter recurses once a command or brace: below this many a usual stack does.
const FEW: usize = 100;
/// Room for the deepest formula of [`LONGEST`] bytes; the system gives it only as far as it is used.
const STACK: usize = 256 << 20;

/// MathML of `tex`, or why it does not parse.
pub fn to_mathml(tex: &str, display: bool) -> Result<String, String> {
    if tex.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if tex.matches(['\\', '{', '[', '^', '_', '(']).count() <= FEW {
        return convert(tex, display);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || convert(tex, display));
        thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(|| Err("it is too deeply nested".to_owned()))
    })
}

fn convert(tex: &str, display: bool) -> Result<String, String> {
    let display = if display { MathDisplay::Block } else { MathDisplay::Inline };
    let converter =
        LatexToMathML::new(MathCoreConfig::default()).map_err(|_| "the converter can't be set up".to_owned())?;
    match converter.convert_with_local_state(tex, display) {
        Ok(made) => Ok(CLEANER.clean(&made.mathml).to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// The converter writes `style` attributes, which the site's security policy forbids; only known markup passes.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "math",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "mrow",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
        "mtable",
        "mtr",
        "mtd",
        "mpadded",
        "mphantom",
        "menclose",
        "mstyle",
        "merror",
        "semantics",
    ];
    let attributes = [
        "display",
        "displaystyle",
        "scriptlevel",
        "mathvariant",
        "stretchy",
        "symmetric",
        "largeop",
        "movablelimits",
        "lspace",
        "rspace",
        "fence",
        "separator",
        "form",
        "minsize",
        "maxsize",
        "width",
        "height",
        "depth",
        "voffset",
        "accent",
        "accentunder",
        "linethickness",
        "columnalign",
        "rowspan",
        "columnspan",
        "dir",
    ];
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::new())
        .generic_attributes(HashSet::from(attributes))
        .url_schemes(HashSet::new());
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml_without_styles() {
        let made = to_mathml(r"\frac{1}{2} \color{red} x \begin{matrix} a & b \end{matrix}", true).unwrap();
        assert!(made.starts_with("<math display=\"block\""), "{made}");
        assert!(made.contains("<mfrac>") && !made.contains(" style="), "{made}");
        assert!(to_mathml(r"\frac{1", false).is_err());
        for hostile in ["{", r"\sqrt", r"\frac1", "x^{", r"\left("] {
            eprintln!("{hostile}");
            let _ = to_mathml(&hostile.repeat(LONGEST / hostile.len()), false);
        }
    }
}

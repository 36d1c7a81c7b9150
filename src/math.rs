//! TeX mathematics to MathML, made at build so that a reader needs no script.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

/// Longer formulas are refused: the converter recurses, and nobody reads a formula of this length.
const LONGEST: usize = 8 << 10;
const DEEPEST: usize = 60;

/// MathML of `tex`, or why it does not parse.
pub fn to_mathml(tex: &str, display: bool) -> Result<String, String> {
    if tex.len() > LONGEST || nesting(tex) > DEEPEST {
        return Err("it is too long or too deeply nested".to_owned());
    }
    let display = if display { MathDisplay::Block } else { MathDisplay::Inline };
    let converter =
        LatexToMathML::new(MathCoreConfig::default()).map_err(|_| "the converter can't be set up".to_owned())?;
    match converter.convert_with_local_state(tex, display) {
        Ok(made) => Ok(CLEANER.clean(&made.mathml).to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// A bound on how deep the converter can recurse.
fn nesting(tex: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    for (at, _) in tex.match_indices(['{', '}', '^', '_', '\\']) {
        let opens = tex[at..].starts_with('{') || tex[at..].starts_with("\\left") || tex[at..].starts_with("\\begin");
        let closes = tex[at..].starts_with('}') || tex[at..].starts_with("\\right") || tex[at..].starts_with("\\end");
        depth = if opens { depth + 1 } else { depth.saturating_sub(usize::from(closes)) };
        deepest = deepest.max(depth);
    }
    deepest
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
        assert!(to_mathml(&"{".repeat(100_000), false).is_err());
        assert!(to_mathml(&r"\sqrt".repeat(1500), false).is_err());
    }
}

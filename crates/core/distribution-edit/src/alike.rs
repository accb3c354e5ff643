use crate::xml::Element;

/// Lists in which the order of the elements means something.
const ORDERED: [&str; 2] = ["CacheBehaviors", "Members"];
/// A value that means the same as no value (page `LambdaFunctionAssociation` of CloudFront's API).
const DEFAULT: (&str, &str) = ("IncludeBody", "false");

/// An element without what CloudFront may write in another way: spaces, comments, the order of most lists, and
/// lists and texts that are empty.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    name: String,
    text: String,
    children: Vec<Meaning>,
}

/// Whether two elements mean the same to CloudFront.
pub(crate) fn is_alike(one: &Element, other: &Element) -> bool {
    meaning(one, false) == meaning(other, false)
}

fn meaning(element: &Element, is_ordered: bool) -> Meaning {
    let in_order = ORDERED.contains(&element.name()) || (is_ordered && element.name() == "Items");
    let children = element.children().map(|child| meaning(child, in_order));
    let mut children: Vec<Meaning> = children.filter(|child| !child.is_empty()).collect();
    if !in_order {
        children.sort();
    }
    let text = if children.is_empty() { element.text() } else { String::new() };
    Meaning { name: element.name().into(), text, children }
}

impl Meaning {
    fn is_empty(&self) -> bool {
        let is_zero = |child: &Self| child.name == "Quantity" && child.text == "0";
        match self.children.as_slice() {
            [] => self.text.is_empty() || (self.name.as_str(), self.text.as_str()) == DEFAULT,
            [only] => is_zero(only),
            _ => false,
        }
    }
}

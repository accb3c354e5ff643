use std::fmt;

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesRef, Event};
use thiserror::Error;

/// Deeper than any configuration of a distribution.
const MAX_DEPTH: usize = 32;

/// The answer is not XML that can be edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XmlError {
    #[error("{0}")]
    Syntax(String),
    #[error("elements are nested more than {MAX_DEPTH} deep")]
    TooDeep,
    #[error("there is no element")]
    Empty,
    #[error("there is more than one outermost element")]
    Several,
    #[error("the entity `{0}` is not known")]
    Entity(String),
}

/// A document that displays as exactly the bytes that it was read from, but for what was edited.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    before: String,
    pub(crate) root: Element,
    after: String,
}

/// A part of an element.
#[derive(Debug, Clone)]
enum Node {
    Element(Element),
    /// Text as it was written, and the characters that it stands for.
    Text {
        raw: String,
        value: String,
    },
    /// A comment or a processing instruction.
    Other(String),
}

/// An element with its tags as they were written.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    name: String,
    open: String,
    nodes: Vec<Node>,
    /// Empty if `open` is the whole element: `<Items/>`.
    close: String,
}

impl Document {
    pub(crate) fn parse(source: &str) -> Result<Self, XmlError> {
        let mut reader = Reader::from_str(source);
        let (mut open, mut done) = (Vec::<Element>::new(), Outside::default());
        loop {
            let start = reader.buffer_position();
            let event = reader.read_event().map_err(|error| syntax(&error))?;
            let raw = written(source, start, reader.buffer_position());
            let node = match event {
                Event::Eof => break,
                Event::Start(tag) => {
                    if open.len() == MAX_DEPTH {
                        return Err(XmlError::TooDeep);
                    }
                    open.push(Element::written(tag.name().as_ref(), raw));
                    continue;
                }
                Event::Empty(tag) => Node::Element(Element::written(tag.name().as_ref(), raw)),
                Event::End(_) => {
                    let Some(mut element) = open.pop() else { return Err(XmlError::Empty) };
                    element.close = raw;
                    Node::Element(element)
                }
                Event::Text(text) => Node::Text { raw, value: text.xml10_content().into_owned() },
                Event::CData(text) => Node::Text { raw, value: text.xml10_content().into_owned() },
                Event::GeneralRef(entity) => Node::Text { raw, value: character(&entity)? },
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {
                    Node::Other(raw)
                }
            };
            match open.last_mut() {
                Some(element) => element.nodes.push(node),
                None => done.push(node)?,
            }
        }
        match (open.pop(), done.root) {
            (None, Some(root)) => Ok(Self { before: done.before, root, after: done.after }),
            (Some(unclosed), _) => Err(XmlError::Syntax(format!("`{}` has no end", unclosed.name))),
            (None, None) => Err(XmlError::Empty),
        }
    }
}

/// What is outside of all open elements.
#[derive(Default)]
struct Outside {
    before: String,
    root: Option<Element>,
    after: String,
}

impl Outside {
    fn push(&mut self, node: Node) -> Result<(), XmlError> {
        match node {
            Node::Element(_) if self.root.is_some() => return Err(XmlError::Several),
            Node::Element(element) => self.root = Some(element),
            Node::Text { raw, .. } | Node::Other(raw) => match self.root {
                Some(_) => self.after.push_str(&raw),
                None => self.before.push_str(&raw),
            },
        }
        Ok(())
    }
}

fn syntax(error: &quick_xml::Error) -> XmlError {
    XmlError::Syntax(error.to_string())
}

fn written(source: &str, start: u64, end: u64) -> String {
    let offset = |position: u64| usize::try_from(position).unwrap_or(usize::MAX);
    source.get(offset(start)..offset(end)).unwrap_or_default().to_owned()
}

fn character(entity: &BytesRef<'_>) -> Result<String, XmlError> {
    let unknown = || XmlError::Entity(entity.xml10_content().into_owned());
    match entity.resolve_char_ref().map_err(|error| syntax(&error))? {
        Some(character) => Ok(character.to_string()),
        None => resolve_predefined_entity(&entity.xml10_content())
            .map(ToOwned::to_owned)
            .ok_or_else(unknown),
    }
}

impl Element {
    fn written(name: &str, open: String) -> Self {
        Self { name: name.to_owned(), open, nodes: Vec::new(), close: String::new() }
    }

    /// A new element without anything in it.
    pub(crate) fn new(name: &str) -> Self {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        Self { name: name.to_owned(), open, nodes: Vec::new(), close }
    }

    pub(crate) fn with_text(name: &str, text: &str) -> Self {
        let mut element = Self::new(name);
        element.set_text(text);
        element
    }

    pub(crate) fn with(name: &str, children: impl IntoIterator<Item = Self>) -> Self {
        let nodes = children.into_iter().map(Node::Element).collect();
        Self { nodes, ..Self::new(name) }
    }

    /// One of CloudFront's lists: `Quantity` and, unless it is empty, `Items`.
    pub(crate) fn list(name: &str, items: Vec<Self>) -> Self {
        let mut children = vec![Self::with_text("Quantity", &items.len().to_string())];
        if !items.is_empty() {
            children.push(Self::with("Items", items));
        }
        Self::with(name, children)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(Node::element)
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    pub(crate) fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.nodes.iter_mut().filter_map(Node::element_mut).find(|child| child.name == name)
    }

    /// The characters of the element, without those of its children and without the spaces around them.
    pub(crate) fn text(&self) -> String {
        let text = self.nodes.iter().map(|node| match node {
            Node::Text { value, .. } => value.as_str(),
            Node::Element(_) | Node::Other(_) => "",
        });
        text.collect::<String>().trim().to_owned()
    }

    /// The text of a child; empty if there is none.
    pub(crate) fn text_of(&self, name: &str) -> String {
        self.child(name).map(Self::text).unwrap_or_default()
    }

    /// The elements of a list that is a child.
    pub(crate) fn items_of(&self, name: &str) -> Vec<&Self> {
        self.child(name).map(Self::items).unwrap_or_default()
    }

    pub(crate) fn items(&self) -> Vec<&Self> {
        self.child("Items").map(|items| items.children().collect()).unwrap_or_default()
    }

    /// Replaces the text. An element that has it already keeps its bytes.
    pub(crate) fn set_text(&mut self, text: &str) {
        if self.text() != text || self.children().next().is_some() {
            self.unfold();
            self.nodes = vec![Node::Text { raw: escape(text).into_owned(), value: text.into() }];
        }
    }

    /// Sets the text of a child, which is inserted where `order` has it if there is none.
    pub(crate) fn set_child(&mut self, name: &str, text: &str, order: &[&str]) {
        match self.child_mut(name) {
            Some(child) => child.set_text(text),
            None => self.put(Self::with_text(name, text), order),
        }
    }

    /// Replaces the child of the same name, or inserts the child where `order` has it.
    pub(crate) fn put(&mut self, child: Self, order: &[&str]) {
        if let Some(present) = self.child_mut(&child.name) {
            *present = child;
            return;
        }
        let rank = |name: &str| order.iter().position(|one| *one == name);
        let wanted = rank(&child.name);
        let is_earlier = |node: &Node| {
            node.element().is_some_and(|one| {
                rank(&one.name).is_some_and(|rank| wanted.is_none_or(|wanted| rank < wanted))
            })
        };
        let at = self.nodes.iter().rposition(is_earlier).map_or(0, |index| index + 1);
        self.unfold();
        self.nodes.insert(at, Node::Element(child));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.nodes.retain(|node| node.element().is_none_or(|child| child.name != name));
    }

    /// Inserts an element into a list as its `at`th, and counts.
    pub(crate) fn insert_item(&mut self, at: usize, item: Self) {
        if self.child("Items").is_none() {
            self.put(Self::new("Items"), &["Quantity", "Items"]);
        }
        if let Some(items) = self.child_mut("Items") {
            items.insert(at, item);
        }
        self.count();
    }

    fn insert(&mut self, at: usize, child: Self) {
        self.unfold();
        let elements = |(index, node): (usize, &Node)| node.element().map(|_| index);
        let positions: Vec<usize> = self.nodes.iter().enumerate().filter_map(elements).collect();
        let after_last = positions.last().map_or(0, |last| last + 1);
        let index = positions.get(at).copied().unwrap_or(after_last);
        self.nodes.insert(index, Node::Element(child));
    }

    /// Removes elements of a list, and counts. An empty list has no `Items`.
    pub(crate) fn retain_items(&mut self, keep: impl Fn(&Self) -> bool) {
        let Some(items) = self.child_mut("Items") else { return };
        let before = items.nodes.len();
        items.nodes.retain(|node| node.element().is_none_or(&keep));
        if items.nodes.len() == before {
            return;
        }
        if items.children().next().is_none() {
            self.remove("Items");
        }
        self.count();
    }

    pub(crate) fn item_mut(&mut self, at: usize) -> Option<&mut Self> {
        let items = self.child_mut("Items")?;
        items.nodes.iter_mut().filter_map(Node::element_mut).nth(at)
    }

    fn count(&mut self) {
        let quantity = self.items().len().to_string();
        self.set_child("Quantity", &quantity, &["Quantity", "Items"]);
    }

    /// Gives `<Items/>` an end, so that something can be in it.
    fn unfold(&mut self) {
        if let Some(open) = self.open.strip_suffix("/>").filter(|_| self.close.is_empty()) {
            self.open = format!("{}>", open.trim_end());
            self.close = format!("</{}>", self.name);
        }
    }
}

impl Node {
    fn element(&self) -> Option<&Element> {
        match self {
            Self::Element(element) => Some(element),
            Self::Text { .. } | Self::Other(_) => None,
        }
    }

    fn element_mut(&mut self) -> Option<&mut Element> {
        match self {
            Self::Element(element) => Some(element),
            Self::Text { .. } | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.before, self.root, self.after)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.open)?;
        for node in &self.nodes {
            match node {
                Node::Element(element) => write!(f, "{element}")?,
                Node::Text { raw, .. } | Node::Other(raw) => f.write_str(raw)?,
            }
        }
        f.write_str(&self.close)
    }
}

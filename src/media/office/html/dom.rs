//! The tree of an HTML file: nodes in one row, tied by their numbers, of bounded number and depth.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, ExpandedName, QualName, local_name, ns};

use super::super::{Limits, OfficeError};
use super::feed::feed;

/// A parsed file.
#[derive(Debug)]
pub(super) struct Dom {
    nodes: Vec<Node>,
}

/// The place of a node in its [`Dom`]; the document is 0.
pub(super) type Id = usize;

#[derive(Debug, Default)]
struct Node {
    data: Data,
    parent: Option<Id>,
    before: Option<Id>,
    after: Option<Id>,
    first: Option<Id>,
    last: Option<Id>,
    depth: usize,
}

/// What a node is.
#[derive(Debug, Default)]
pub(super) enum Data {
    Element(Element),
    Text(StrTendril),
    Comment(StrTendril),
    /// The document itself, or what does not matter.
    #[default]
    Other,
}

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    name: Rc<QualName>,
    attrs: Vec<Attribute>,
}

impl Element {
    /// Its name in lower case.
    pub(super) fn name(&self) -> &str {
        &self.name.local
    }

    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        let found = self.attrs.iter().find(|attr| &*attr.name.local == name)?;
        Some(&found.value)
    }

    /// Whether it runs a script when something happens to it.
    pub(super) fn has_handler(&self) -> bool {
        self.attrs.iter().any(|attr| attr.name.local.starts_with("on"))
    }
}

impl Dom {
    pub(super) fn data(&self, id: Id) -> &Data {
        self.nodes.get(id).map_or(&Data::Other, |node| &node.data)
    }

    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        let next = |id: &Id| self.nodes.get(*id).and_then(|node| node.after);
        std::iter::successors(self.nodes.get(id).and_then(|node| node.first), next)
    }

    /// All nodes in no order.
    pub(super) fn ids(&self) -> std::ops::Range<Id> {
        0..self.nodes.len()
    }

    /// All text below a node, `most` bytes of it, about.
    pub(super) fn text(&self, id: Id, most: usize) -> String {
        let mut text = String::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            if let Data::Text(more) = self.data(id) {
                text.push_str(more);
            }
            if most < text.len() {
                break;
            }
            let children: Vec<Id> = self.children(id).collect();
            next.extend(children.into_iter().rev());
        }
        text
    }
}

/// Parses a file.
///
/// # Errors
/// [`OfficeError::TooMuch`] where it has too many nodes, too deep ones, or a tag with too many
/// attributes.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Dom, OfficeError> {
    let sink = feed(Sink::new(limits), text, |sink| match sink.over.get() {
        Some(what) => Err(OfficeError::TooMuch(what)),
        None => Ok(()),
    })?;
    Ok(Dom { nodes: sink.nodes.into_inner() })
}

/// What the parser builds.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    /// The bound that was passed.
    over: Cell<Option<&'static str>>,
    nameless: QualName,
    most: usize,
    deepest: usize,
}

/// A node with its name, which the parser asks for often.
#[derive(Clone)]
struct Handle {
    id: Id,
    name: Option<Rc<QualName>>,
}

impl Sink {
    fn new(limits: &Limits) -> Self {
        Self {
            nodes: RefCell::new(vec![Node::default()]),
            over: Cell::new(None),
            nameless: QualName::new(None, ns!(), local_name!("")),
            most: limits.nodes,
            deepest: limits.depth,
        }
    }

    fn add(&self, data: Data) -> Handle {
        let name = match &data {
            Data::Element(element) => Some(Rc::clone(&element.name)),
            _ => None,
        };
        let mut nodes = self.nodes.borrow_mut();
        let id = nodes.len();
        if self.most < id {
            self.over.set(Some("elements"));
        }
        nodes.push(Node { data, ..Node::default() });
        Handle { id, name }
    }

    /// The child as a node; none where its text went to the text before it.
    fn child(&self, before: Option<Id>, child: NodeOrText<Handle>) -> Option<Id> {
        match child {
            NodeOrText::AppendNode(node) => Some(node.id),
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                if let Some(Data::Text(last)) =
                    before.and_then(|id| nodes.get_mut(id)).map(|node| &mut node.data)
                {
                    last.push_tendril(&text);
                    return None;
                }
                drop(nodes);
                Some(self.add(Data::Text(text)).id)
            }
        }
    }

    /// Ties a node in below `parent`, before `next` or at the end.
    fn tie(&self, id: Id, parent: Id, next: Option<Id>) {
        let mut nodes = self.nodes.borrow_mut();
        untie(&mut nodes, id);
        let (depth, last) =
            nodes.get(parent).map_or((0, None), |node| (node.depth.saturating_add(1), node.last));
        let before = match next {
            Some(next) => nodes.get(next).and_then(|node| node.before),
            None => last,
        };
        if self.deepest < depth {
            self.over.set(Some("elements within elements"));
        }
        if let Some(node) = nodes.get_mut(id) {
            (node.parent, node.before, node.after, node.depth) =
                (Some(parent), before, next, depth);
        }
        match before.and_then(|before| nodes.get_mut(before)) {
            Some(before) => before.after = Some(id),
            None => {
                if let Some(parent) = nodes.get_mut(parent) {
                    parent.first = Some(id);
                }
            }
        }
        match next.and_then(|next| nodes.get_mut(next)) {
            Some(next) => next.before = Some(id),
            None => {
                if let Some(parent) = nodes.get_mut(parent) {
                    parent.last = Some(id);
                }
            }
        }
    }

    fn parent(&self, id: Id) -> Option<Id> {
        self.nodes.borrow().get(id).and_then(|node| node.parent)
    }
}

/// Takes a node out of its place.
fn untie(nodes: &mut [Node], id: Id) {
    let Some(node) = nodes.get_mut(id) else { return };
    let (parent, before, after) = (node.parent.take(), node.before.take(), node.after.take());
    let Some(parent) = parent else { return };
    match before.and_then(|before| nodes.get_mut(before)) {
        Some(before) => before.after = after,
        None => {
            if let Some(parent) = nodes.get_mut(parent) {
                parent.first = after;
            }
        }
    }
    match after.and_then(|after| nodes.get_mut(after)) {
        Some(after) => after.before = before,
        None => {
            if let Some(parent) = nodes.get_mut(parent) {
                parent.last = before;
            }
        }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { id: 0, name: None }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.as_deref().unwrap_or(&self.nameless).expanded()
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Handle {
        self.add(Data::Element(Element { name: Rc::new(name), attrs }))
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.add(Data::Comment(text))
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        self.add(Data::Other)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let last = self.nodes.borrow().get(parent.id).and_then(|node| node.last);
        if let Some(id) = self.child(last, child) {
            self.tie(id, parent.id, None);
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        before: &Handle,
        child: NodeOrText<Handle>,
    ) {
        if self.parent(element.id).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(before, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, _target: &Handle) -> Handle {
        // What stands in a template is shown by scripts only: a node that hangs nowhere.
        self.add(Data::Other)
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new: NodeOrText<Handle>) {
        let Some(parent) = self.parent(sibling.id) else { return };
        let before = self.nodes.borrow().get(sibling.id).and_then(|node| node.before);
        if let Some(id) = self.child(before, new) {
            self.tie(id, parent, Some(sibling.id));
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(Data::Element(element)) = nodes.get_mut(target.id).map(|node| &mut node.data) {
            for attr in attrs {
                if element.attr(&attr.name.local).is_none() {
                    element.attrs.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        untie(&mut self.nodes.borrow_mut(), target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        loop {
            let first = self.nodes.borrow().get(node.id).and_then(|node| node.first);
            let Some(first) = first else { return };
            self.tie(first, new_parent.id, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(dom: &Dom, id: Id, out: &mut String) {
        match dom.data(id) {
            Data::Element(element) => out.push_str(&format!("<{}", element.name())),
            Data::Text(text) => out.push_str(text),
            Data::Comment(_) | Data::Other => {}
        }
        for child in dom.children(id) {
            shape(dom, child, out);
        }
        if matches!(dom.data(id), Data::Element(_)) {
            out.push('>');
        }
    }

    fn parsed(html: &str) -> String {
        let dom = parse(html, &Limits::default()).unwrap();
        let mut out = String::new();
        shape(&dom, 0, &mut out);
        out
    }

    #[test]
    fn bad_nesting_is_mended_as_browsers_do() {
        assert_eq!(parsed("<p>a<b>b<p>c</b>d"), "<html<head><body<pa<bb>><p<bc>d>>>");
        assert_eq!(
            parsed("<table>x<tr><td>1</table>y"),
            "<html<head><bodyx<table<tbody<tr<td1>>>>y>>"
        );
        assert_eq!(parsed("<template><p>a</template>b"), "<html<head<template>><bodyb>>");
    }

    #[test]
    fn text_of_scripts_is_no_tag() {
        let words = "a ".repeat(1_000);
        let script = format!("<script>if (x<y {words})</script>b<!-- <p {words} -->");
        assert_eq!(parsed(&script), format!("<html<head<scriptif (x<y {words})>><bodyb>>"));
        let refused = parse(&format!("<svg><style><p {words}>"), &Limits::default());
        // All of these attributes are one.
        assert!(matches!(refused, Err(OfficeError::TooMuch(_))));
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let limits = Limits { nodes: 1_000, ..Limits::default() };
        let deep = "<div>".repeat(100_000);
        let wide = "<br>".repeat(100_000);
        let again = "<b><p>".repeat(10_000);
        let names: Vec<String> = (0..1_000).map(|n| format!("a{n}")).collect();
        let attributes = format!("<p {}>", names.join(" "));
        let behind =
            format!("<script><!--<script></script><b a='--></script><i {}'", names.join("/"));
        for html in [deep, wide, again, attributes, behind] {
            let refused = parse(&html, &limits);
            assert!(matches!(refused, Err(OfficeError::TooMuch(_))));
        }
    }
}

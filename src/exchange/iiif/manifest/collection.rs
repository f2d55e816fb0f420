//! A list of manifests (section 5.1).
//!
//! The standard has no pages of a collection. A long list is a collection of collections, each of
//! them a page that is part of the whole.

use serde_json::Value;

use super::{
    super::{Url, http::Api},
    links::{Homepage, Image, PartOf, Provider},
    object::Object,
    text::{LangText, RichText},
};

/// A list of works, or of parts of a longer list.
#[derive(Clone, Debug)]
pub struct Collection {
    /// The address of the document, where it must be found.
    pub id: Url,
    /// Its name.
    pub label: LangText,
    /// What it is about, in short.
    pub summary: Option<RichText>,
    /// Who provides it.
    pub providers: Vec<Provider>,
    /// Its pages for people.
    pub homepages: Vec<Homepage>,
    /// The collections that it is a part of.
    pub part_of: Vec<PartOf>,
    /// What is in it; it may be empty.
    pub items: Vec<Member>,
}

/// A manifest or a collection in a list.
#[derive(Clone, Debug)]
pub struct Member {
    /// Which of the two it is.
    pub kind: MemberKind,
    /// The address of its document.
    pub id: Url,
    /// Its name.
    pub label: LangText,
    /// A small picture of it.
    pub thumbnail: Option<Image>,
}

/// What a list can have in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A work.
    Manifest,
    /// Another list.
    Collection,
}

impl Collection {
    /// The document.
    #[must_use]
    pub fn json(&self) -> Value {
        let items: Vec<Value> = self.items.iter().map(Member::json).collect();
        Object::bare()
            .with("@context", Api::Presentation.context())
            .with("id", self.id.as_str())
            .with("type", "Collection")
            .with("label", self.label.json())
            .maybe("summary", self.summary.as_ref().map(RichText::json))
            .list("provider", self.providers.iter().map(Provider::json))
            .list("homepage", self.homepages.iter().map(Homepage::json))
            .list("partOf", self.part_of.iter().map(PartOf::json))
            // Required, even when there is nothing in it.
            .with("items", items)
            .into()
    }
}

impl Member {
    fn json(&self) -> Value {
        let kind = match self.kind {
            MemberKind::Manifest => "Manifest",
            MemberKind::Collection => "Collection",
        };
        Object::new(self.id.as_str(), kind)
            .with("label", self.label.json())
            .list("thumbnail", self.thumbnail.as_ref().map(Image::json))
            .into()
    }
}

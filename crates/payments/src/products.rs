//! Products. A caller may choose the id; a product that is deleted is forgotten.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::call::{Answer, Call, Stub};
use crate::fault::{Fault, ParamError};
use crate::metadata::{self, Metadata};
use crate::page::{Filter, Page};
use crate::params::{Change, Params, TEXT};
use crate::problem::Problem;
use crate::store::{self, Resource, Store};

/// A product, as it is kept and shown.
#[derive(Serialize, Deserialize)]
pub(crate) struct Product {
    id: String,
    object: String,
    active: bool,
    created: i64,
    default_price: Option<String>,
    description: Option<String>,
    images: Vec<String>,
    livemode: bool,
    marketing_features: Vec<Feature>,
    metadata: Metadata,
    name: String,
    package_dimensions: Option<Dimensions>,
    shippable: Option<bool>,
    statement_descriptor: Option<String>,
    tax_code: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    unit_label: Option<String>,
    updated: i64,
    url: Option<String>,
}

impl Resource for Product {
    const NOUN: &'static str = "product";

    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Serialize, Deserialize)]
struct Feature {
    name: String,
}

/// The size of a package in inches, and its weight in ounces.
#[derive(Serialize, Deserialize)]
struct Dimensions {
    height: f64,
    length: f64,
    weight: f64,
    width: f64,
}

/// `POST /v1/products`
pub(crate) async fn create(mut call: Call, on: &mut SqliteConnection) -> Result<Answer, Problem> {
    let mut params = call.take_params();
    let id = take_id(&mut params)?.unwrap_or_else(|| call.world.id("prod_", 14));
    let name = params.needed_text("name", NAME)?;
    let kind = params.choice("type", &[SERVICE, "good"])?.unwrap_or(SERVICE);
    let mut product = blank(&call, id, name, kind);
    product.change(params)?;
    if !store::insert(on, call.place(), &product).await? {
        return Err(Problem::Exists { noun: Product::NOUN, id: product.id });
    }
    Answer::of(&product)
}

/// `GET /v1/products/{id}`
pub(crate) async fn retrieve(mut call: Call, store: &Store) -> Result<Answer, Problem> {
    call.take_params().finish()?;
    Answer::of(&call.object::<Product>(&mut *store.read().await?).await?)
}

/// `POST /v1/products/{id}`
pub(crate) async fn update(mut call: Call, on: &mut SqliteConnection) -> Result<Answer, Problem> {
    let mut product: Product = call.object(&mut *on).await?;
    let mut params = call.take_params();
    if let Some(name) = params.full_text("name", NAME)? {
        product.name = name;
    }
    product.change(params)?;
    product.updated = call.world.now_s();
    store::replace(on, call.place(), &product).await?;
    Answer::of(&product)
}

/// `DELETE /v1/products/{id}`
pub(crate) async fn delete(mut call: Call, on: &mut SqliteConnection) -> Result<Answer, Problem> {
    call.take_params().finish()?;
    let product: Product = call.object(&mut *on).await?;
    store::forget::<Product>(on, call.place(), &product.id).await?;
    Answer::of(&Stub::of::<Product>(&product.id))
}

/// `GET /v1/products`
pub(crate) async fn list(mut call: Call, store: &Store) -> Result<Answer, Problem> {
    let mut params = call.take_params();
    let page = Page::take(&mut params)?;
    let filter = params.flag("active")?.map_or(Filter::All, Filter::Active);
    params.finish()?;
    let on = &mut *store.read().await?;
    Answer::of(&page.list::<Product>(on, call.place(), filter, "/v1/products").await?)
}

/// The type of a product that is not shipped.
const SERVICE: &str = "service";
/// How many characters the name of a product can have.
const NAME: usize = 250;

fn blank(call: &Call, id: String, name: String, kind: &str) -> Product {
    let now = call.world.now_s();
    Product {
        id,
        object: Product::NOUN.to_owned(),
        active: true,
        created: now,
        default_price: None,
        description: None,
        images: Vec::new(),
        livemode: call.place().is_live(),
        marketing_features: Vec::new(),
        metadata: Metadata::new(),
        name,
        package_dimensions: None,
        shippable: None,
        statement_descriptor: None,
        tax_code: None,
        kind: kind.to_owned(),
        unit_label: None,
        updated: now,
        url: None,
    }
}

impl Product {
    /// Takes what can be given at first and changed later.
    fn change(&mut self, mut params: Params) -> Result<(), ParamError> {
        if let Some(active) = params.flag("active")? {
            self.active = active;
        }
        if let Some(shippable) = params.flag("shippable")? {
            self.shippable = Some(shippable);
        }
        params.text("description", 40_000)?.apply(&mut self.description);
        params.texts("images", 8)?.apply_or_empty(&mut self.images);
        let features = params.hashes("marketing_features", 15)?;
        features.try_map(take_features)?.apply_or_empty(&mut self.marketing_features);
        metadata::take(&mut params, &mut self.metadata)?;
        let dimensions = params.hash("package_dimensions")?.try_map(Dimensions::take)?;
        dimensions.apply(&mut self.package_dimensions);
        take_statement_descriptor(&mut params)?.apply(&mut self.statement_descriptor);
        params.text("tax_code", TEXT)?.apply(&mut self.tax_code);
        params.text("unit_label", 12)?.apply(&mut self.unit_label);
        take_url(&mut params)?.apply(&mut self.url);
        params.finish()
    }
}

impl Dimensions {
    fn take(mut params: Params) -> Result<Self, ParamError> {
        let dimensions = Self {
            height: params.measure("height")?,
            length: params.measure("length")?,
            weight: params.measure("weight")?,
            width: params.measure("width")?,
        };
        params.finish()?;
        Ok(dimensions)
    }
}

fn take_features(features: Vec<Params>) -> Result<Vec<Feature>, ParamError> {
    let features = features.into_iter().map(|mut params| {
        let name = params.needed_text("name", 80)?;
        params.finish()?;
        Ok(Feature { name })
    });
    features.collect()
}

/// Takes an id of the caller's own. It must be fit to stand in a path.
fn take_id(params: &mut Params) -> Result<Option<String>, ParamError> {
    let Some(id) = params.full_text("id", 255)? else { return Ok(None) };
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if is_plain && id.bytes().any(|byte| byte != b'.') {
        return Ok(Some(id));
    }
    Err(params.error("id", Fault::Malformed { wanted: "of letters, digits, '_', '-' and '.'" }))
}

fn take_statement_descriptor(params: &mut Params) -> Result<Change<String>, ParamError> {
    const NAME: &str = "statement_descriptor";
    params.text(NAME, 22)?.try_map(|text| {
        let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        if has_letter && !text.contains(['<', '>', '\\', '"', '\'', '*']) {
            return Ok(text);
        }
        let wanted = "of at least one letter, without any of < > \\ \" ' *";
        Err(params.error(NAME, Fault::Malformed { wanted }))
    })
}

fn take_url(params: &mut Params) -> Result<Change<String>, ParamError> {
    params.text("url", TEXT)?.try_map(|url| {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_plain = !url.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        match rest {
            Some(rest) if is_plain && !rest.is_empty() && !rest.starts_with('/') => Ok(url),
            Some(_) | None => Err(params.error("url", Fault::NotUrl)),
        }
    })
}

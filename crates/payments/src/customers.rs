//! Customers. One that is deleted is still known by its id.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::address::{Address, take_email};
use crate::call::{Answer, Call, Stub};
use crate::fault::{Fault, ParamError};
use crate::metadata::{self, Metadata};
use crate::page::{Filter, Page};
use crate::params::{Change, Params, TEXT};
use crate::problem::Problem;
use crate::store::{self, Found, Resource, Store};

/// A customer, as it is kept and shown.
#[derive(Serialize, Deserialize)]
pub(crate) struct Customer {
    id: String,
    object: String,
    address: Option<Address>,
    balance: i64,
    created: i64,
    currency: Option<String>,
    default_source: Option<String>,
    delinquent: bool,
    description: Option<String>,
    discount: Option<String>,
    email: Option<String>,
    invoice_prefix: String,
    invoice_settings: InvoiceSettings,
    livemode: bool,
    metadata: Metadata,
    name: Option<String>,
    next_invoice_sequence: i64,
    phone: Option<String>,
    preferred_locales: Vec<String>,
    shipping: Option<Shipping>,
    tax_exempt: String,
    test_clock: Option<String>,
}

impl Resource for Customer {
    const NOUN: &'static str = "customer";

    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Default, Serialize, Deserialize)]
struct InvoiceSettings {
    custom_fields: Option<Vec<String>>,
    default_payment_method: Option<String>,
    footer: Option<String>,
    rendering_options: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Shipping {
    address: Address,
    name: String,
    phone: Option<String>,
}

/// `POST /v1/customers`
pub(crate) async fn create(mut call: Call, on: &mut SqliteConnection) -> Result<Answer, Problem> {
    let mut customer = blank(&call);
    customer.change(call.take_params())?;
    if !store::insert(on, call.place(), &customer).await? {
        return Err(Problem::Exists { noun: Customer::NOUN, id: customer.id });
    }
    Answer::of(&customer)
}

/// `GET /v1/customers/{customer}`
pub(crate) async fn retrieve(mut call: Call, store: &Store) -> Result<Answer, Problem> {
    call.take_params().finish()?;
    match call.found::<Customer>(&mut *store.read().await?).await? {
        Found::Here(customer) => Answer::of(&customer),
        Found::Deleted => Answer::of(&Stub::of::<Customer>(&call.id)),
    }
}

/// `POST /v1/customers/{customer}`
pub(crate) async fn update(mut call: Call, on: &mut SqliteConnection) -> Result<Answer, Problem> {
    let mut customer: Customer = call.object(&mut *on).await?;
    customer.change(call.take_params())?;
    store::replace(on, call.place(), &customer).await?;
    Answer::of(&customer)
}

/// `DELETE /v1/customers/{customer}`
pub(crate) async fn delete(mut call: Call, on: &mut SqliteConnection) -> Result<Answer, Problem> {
    call.take_params().finish()?;
    let customer: Customer = call.object(&mut *on).await?;
    store::erase::<Customer>(on, call.place(), &customer.id).await?;
    Answer::of(&Stub::of::<Customer>(&customer.id))
}

/// `GET /v1/customers`
pub(crate) async fn list(mut call: Call, store: &Store) -> Result<Answer, Problem> {
    let mut params = call.take_params();
    let page = Page::take(&mut params)?;
    let filter = params.full_text("email", 512)?.map_or(Filter::All, Filter::Email);
    params.finish()?;
    let on = &mut *store.read().await?;
    Answer::of(&page.list::<Customer>(on, call.place(), filter, "/v1/customers").await?)
}

fn blank(call: &Call) -> Customer {
    Customer {
        id: call.world.id("cus_", 14),
        object: Customer::NOUN.to_owned(),
        address: None,
        balance: 0,
        created: call.world.now_s(),
        currency: None,
        default_source: None,
        delinquent: false,
        description: None,
        discount: None,
        email: None,
        invoice_prefix: call.world.invoice_prefix(),
        invoice_settings: InvoiceSettings::default(),
        livemode: call.place().is_live(),
        metadata: Metadata::new(),
        name: None,
        next_invoice_sequence: 1,
        phone: None,
        preferred_locales: Vec::new(),
        shipping: None,
        tax_exempt: NOT_EXEMPT.to_owned(),
        test_clock: None,
    }
}

/// What a new customer has.
const NOT_EXEMPT: &str = "none";
/// Whether a customer pays tax.
const TAX_EXEMPT: &[&str] = &[NOT_EXEMPT, "exempt", "reverse"];

impl Customer {
    fn change(&mut self, mut params: Params) -> Result<(), ParamError> {
        let address = params.hash("address")?.try_map(Address::take)?;
        address.apply(&mut self.address);
        params.text("description", TEXT)?.apply(&mut self.description);
        take_email(&mut params)?.apply(&mut self.email);
        params.text("name", 256)?.apply(&mut self.name);
        params.text("phone", 20)?.apply(&mut self.phone);
        params.texts("preferred_locales", 20)?.apply_or_empty(&mut self.preferred_locales);
        params.hash("shipping")?.try_map(Shipping::take)?.apply(&mut self.shipping);
        metadata::take(&mut params, &mut self.metadata)?;
        if let Some(balance) = params.integer("balance", -LARGEST..=LARGEST)? {
            self.balance = balance;
        }
        if let Some(next) = params.integer("next_invoice_sequence", 1..=LARGEST)? {
            self.next_invoice_sequence = next;
        }
        if let Some(tax_exempt) = params.choice("tax_exempt", TAX_EXEMPT)? {
            tax_exempt.clone_into(&mut self.tax_exempt);
        }
        if let Some(prefix) = take_invoice_prefix(&mut params)? {
            self.invoice_prefix = prefix;
        }
        if let Change::Set(mut settings) = params.hash("invoice_settings")? {
            settings.text("footer", TEXT)?.apply(&mut self.invoice_settings.footer);
            settings.finish()?;
        }
        params.finish()
    }
}

/// The largest amount, and the largest number of an invoice: what every client can hold exactly.
const LARGEST: i64 = 999_999_999_999;

impl Shipping {
    fn take(mut params: Params) -> Result<Self, ParamError> {
        let address = match params.hash("address")? {
            Change::Set(address) => Address::take(address)?,
            Change::Keep | Change::Clear => return Err(params.error("address", Fault::Missing)),
        };
        let name = params.needed_text("name", 256)?;
        let mut phone = None;
        params.text("phone", 20)?.apply(&mut phone);
        params.finish()?;
        Ok(Self { address, name, phone })
    }
}

fn take_invoice_prefix(params: &mut Params) -> Result<Option<String>, ParamError> {
    let Some(prefix) = params.full_text("invoice_prefix", TEXT)? else { return Ok(None) };
    let is_prefix = (3..=12).contains(&prefix.len())
        && prefix.bytes().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
    if is_prefix {
        return Ok(Some(prefix));
    }
    let wanted = "3 to 12 capital letters or digits";
    Err(params.error("invoice_prefix", Fault::Malformed { wanted }))
}

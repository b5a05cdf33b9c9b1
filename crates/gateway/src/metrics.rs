//! What operators watch, as Prometheus text. Each worker counts for itself, so that counting on a
//! request's way touches no memory of another core; sums are left to whoever reads.

use std::sync::Mutex;
use std::time::Duration;

use http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of the latency buckets, in seconds.
const LATENCIES: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// All metrics of the process.
pub struct Metrics {
    registry: Mutex<Registry>,
    pub(crate) directory_keys: Gauge,
    pub(crate) directory_sequence: Gauge,
}

impl Metrics {
    /// Metrics of a gateway without workers yet.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("keyway");
        let (directory_keys, directory_sequence) = (Gauge::default(), Gauge::default());
        registry.register(
            "directory_keys",
            "Keys in memory, dead ones included",
            directory_keys.clone(),
        );
        registry.register(
            "directory_sequence",
            "The last change that is in force",
            directory_sequence.clone(),
        );
        Self { registry: Mutex::new(registry), directory_keys, directory_sequence }
    }

    /// The counters of a new worker.
    pub(crate) fn worker(&self, number: usize) -> Counters {
        let counters = Counters::new();
        let mut registry = self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let label = ("worker".into(), number.to_string().into());
        counters.register(registry.sub_registry_with_label(label));
        counters
    }

    /// The text for a scrape.
    #[must_use]
    pub fn text(&self) -> String {
        let registry = self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut text = String::new();
        match encode(&mut text, &registry) {
            Ok(()) => text,
            Err(std::fmt::Error) => String::new(),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Class {
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What one worker counts.
pub(crate) struct Counters {
    by_class: [Counter; CLASSES.len()],
    requests: Family<Class, Counter>,
    denials: Family<Code, Counter>,
    latency: Histogram,
    pub(crate) connections: Gauge,
    pub(crate) journal_dropped: Counter,
}

impl Counters {
    fn new() -> Self {
        let requests = Family::<Class, Counter>::default();
        // Looked up once: a request's way only adds to them.
        let by_class = CLASSES.map(|status| requests.get_or_create(&Class { status }).clone());
        Self {
            by_class,
            requests,
            denials: Family::default(),
            latency: Histogram::new(LATENCIES),
            connections: Gauge::default(),
            journal_dropped: Counter::default(),
        }
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("requests", "Requests by class of their status", self.requests.clone());
        registry.register(
            "denials",
            "Requests without an answer of the API, or without its end, by code",
            self.denials.clone(),
        );
        registry.register(
            "request_duration_seconds",
            "From the head of a request to the end of its answer",
            self.latency.clone(),
        );
        registry.register("connections", "Open connections of clients", self.connections.clone());
        registry.register(
            "journal_dropped_buffers",
            "Buffers of journal lines lost to a slow disk",
            self.journal_dropped.clone(),
        );
    }

    /// Counts a request that has ended.
    pub(crate) fn request(&self, status: StatusCode, code: Option<&'static str>, total: Duration) {
        let class = usize::from(status.as_u16() / 100).wrapping_sub(1);
        if let Some(counter) = self.by_class.get(class) {
            counter.inc();
        }
        if let Some(code) = code {
            self.denials.get_or_create(&Code { code }).inc();
        }
        self.latency.observe(total.as_secs_f64());
    }
}

//! How long a request may take, and what holds when it takes longer, or its client goes away.
//!
//! A change that has begun ends: one that is given up halfway may have been made, and its mail not sent.
//! So the client's patience ends, and not the change, unless what it waits for hangs. A request whose
//! body never came has not begun, and one that only looks at something may look again: both are given
//! up, and let go of what they hold.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::timeout;

/// Why there is no answer in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Late {
    /// The body did not arrive, so that nothing was begun.
    NotArrived,
    /// It looked at something, and may look again.
    Reading,
    /// It goes on, and what becomes of it is not known.
    InDoubt,
    /// It fell.
    Fell,
}

/// Has a request answered, in a task of its own; a change goes on for a while when that is over.
pub(crate) async fn within(
    (longest, goes_on): (Duration, Duration),
    request: Request,
    next: Next,
) -> Result<Response, Late> {
    let changes_nothing = matches!(*request.method(), Method::GET | Method::HEAD);
    let arrival = Arc::new(Arrival(AtomicU8::new(Arrival::UNREAD)));
    let of_body = Arc::clone(&arrival);
    let request = request.map(|body| Body::new(Watched { body, arrival: of_body }));
    let goes_on = if changes_nothing { Duration::ZERO } else { goes_on };
    let at_most = longest.saturating_add(goes_on);
    let mut answering = tokio::spawn(timeout(at_most, next.run(request)));
    match timeout(longest, &mut answering).await {
        Ok(Ok(Ok(response))) => return Ok(response),
        Ok(Err(_fallen)) => return Err(Late::Fell),
        Ok(Ok(Err(_elapsed))) | Err(_elapsed) => {}
    }
    let late = if arrival.give_up() {
        Late::NotArrived
    } else if changes_nothing {
        Late::Reading
    } else {
        return Err(Late::InDoubt);
    };
    answering.abort();
    Err(late)
}

/// How far the body of a request has come.
struct Arrival(AtomicU8);

impl Arrival {
    /// Nobody has asked for it: whatever is done is done without it.
    const UNREAD: u8 = 0;
    /// It is waited for.
    const AWAITED: u8 = 1;
    /// All of it is there.
    const WHOLE: u8 = 2;
    /// It is not waited for any more.
    const GIVEN_UP: u8 = 3;

    /// Whether it was waited for, and is not any more.
    fn give_up(&self) -> bool {
        self.change(Self::AWAITED, Self::GIVEN_UP)
    }

    fn change(&self, from: u8, to: u8) -> bool {
        self.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A body of which it is known whether it has arrived.
struct Watched {
    body: Body,
    arrival: Arc<Arrival>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.arrival.change(Arrival::UNREAD, Arrival::AWAITED);
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let ends = matches!(polled, Poll::Ready(None)) || self.body.is_end_stream();
        // Whoever is told that it did not arrive must not have it.
        let is_too_late = ends
            && !self.arrival.change(Arrival::AWAITED, Arrival::WHOLE)
            && self.arrival.0.load(Ordering::Acquire) == Arrival::GIVEN_UP;
        if is_too_late {
            let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
            return Poll::Ready(Some(Err(axum::Error::new(late))));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::response::IntoResponse;
    use axum::routing::any;
    use hyper::service::Service;
    use hyper_util::service::TowerToHyperService;
    use tokio::sync::{mpsc, watch};

    use super::*;

    /// A server whose one handler reads the body, says so, waits until it may, and says that it is
    /// done.
    struct Slow {
        may: watch::Sender<bool>,
        told: mpsc::UnboundedReceiver<&'static str>,
        service: TowerToHyperService<Router>,
    }

    /// What nothing takes.
    const LONG: Duration = Duration::from_mins(1);

    fn slow(longest: Duration, goes_on: Duration) -> Slow {
        let (may, allowed) = watch::channel(false);
        let (tell, told) = mpsc::unbounded_channel();
        let handler = async move |body: Result<Bytes, _>| {
            tell.send(if body.is_ok() { "begun" } else { "no body" }).unwrap();
            allowed.clone().wait_for(|may| *may).await.unwrap();
            tell.send("done").unwrap();
            "done"
        };
        let layer = move |request: Request, next: Next| async move {
            match within((longest, goes_on), request, next).await {
                Ok(response) => response,
                Err(late) => format!("{late:?}").into_response(),
            }
        };
        let router = Router::new().route("/", any(handler)).layer(from_fn(layer));
        Slow { may, told, service: TowerToHyperService::new(router) }
    }

    fn request(method: Method, body: Body) -> Request {
        Request::builder().method(method).uri("/").body(body).unwrap()
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_change_that_has_begun_ends_though_nobody_waits_for_it_any_more() {
        for method in [Method::POST, Method::DELETE] {
            let mut slow = slow(Duration::from_millis(1), LONG);
            let answer = slow.service.call(request(method, Body::from("{}"))).await.unwrap();
            assert_eq!(text(answer).await, "InDoubt");
            assert_eq!(slow.told.recv().await, Some("begun"));
            slow.may.send_replace(true);
            assert_eq!(slow.told.recv().await, Some("done"));
        }
    }

    #[tokio::test]
    async fn a_change_that_has_begun_ends_though_its_client_goes_away() {
        let mut slow = slow(LONG, LONG);
        let mut call = Box::pin(slow.service.call(request(Method::POST, Body::from("{}"))));
        tokio::select! {
            _answer = &mut call => panic!("it waits"),
            begun = slow.told.recv() => assert_eq!(begun, Some("begun")),
        }
        drop(call);
        slow.may.send_replace(true);
        assert_eq!(slow.told.recv().await, Some("done"));
    }

    #[tokio::test]
    async fn what_only_looks_at_something_is_given_up_and_holds_nothing_any_more() {
        let mut slow = slow(Duration::from_millis(50), LONG);
        let answer = slow.service.call(request(Method::GET, Body::empty())).await.unwrap();
        assert_eq!(text(answer).await, "Reading");
        assert_eq!(slow.told.recv().await, Some("begun"));
        drop(slow.service);
        assert_eq!(slow.told.recv().await, None, "and it is not done");
    }

    #[tokio::test]
    async fn a_change_that_hangs_is_given_up_in_the_end() {
        let mut slow = slow(Duration::from_millis(50), Duration::from_millis(1));
        let answer = slow.service.call(request(Method::POST, Body::from("{}"))).await.unwrap();
        assert_eq!(text(answer).await, "InDoubt");
        assert_eq!(slow.told.recv().await, Some("begun"));
        drop(slow.service);
        assert_eq!(slow.told.recv().await, None, "and it is not done");
    }

    #[tokio::test]
    async fn what_never_arrives_is_not_begun() {
        let mut slow = slow(Duration::from_millis(50), LONG);
        slow.may.send_replace(true);
        let (sender, frames) = mpsc::channel::<Result<Bytes, std::io::Error>>(1);
        let body = Body::new(Trickle(frames));
        let answer = slow.service.call(request(Method::POST, body)).await.unwrap();
        assert_eq!(text(answer).await, "NotArrived");
        sender.closed().await;
        drop(slow.service);
        assert_eq!(slow.told.recv().await, None, "nothing was begun");
    }

    /// A body that comes when somebody sends it.
    struct Trickle(mpsc::Receiver<Result<Bytes, std::io::Error>>);

    impl HttpBody for Trickle {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
            self.0.poll_recv(context).map(|frame| frame.map(|data| data.map(Frame::data)))
        }
    }
}

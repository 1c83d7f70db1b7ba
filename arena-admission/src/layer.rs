//! The layer for `tower` services (axum, tonic, hyper with `tower`).
//!
//! A request that finds credit costs no clone of the service and no allocation. A request that
//! waits takes the service along, as `tower`'s `Service::call` wants it.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, OnceLock};

use http::header::{HeaderName, HeaderValue};
use http::{Request, Response};
use pin_project_lite::pin_project;
use request_arena_core::Site;
use tower_layer::Layer;
use tower_service::Service;

use crate::admission::Admission;
use crate::gate::{Asking, Begun};
use crate::order::Priority;
use crate::permit::{Admit, Admitted};
use crate::refused::Refused;

/// The header by which a call to oneself shows that it comes from inside.
static OWN_CALL: HeaderName = HeaderName::from_static("request-arena-own-call");

/// What only this process knows, once [`Admission::own_call`] was called. Until then no request can
/// have it, and none is searched for it.
static SECRET: OnceLock<HeaderValue> = OnceLock::new();

/// A secret. The keys of the standard library's hasher are random.
fn secret() -> HeaderValue {
    let parts = [0, 1].map(|part: u8| RandomState::new().hash_one(part));
    let secret = format!("{:016x}{:016x}", parts[0], parts[1]);
    let mut secret = HeaderValue::try_from(secret).expect("hexadecimal digits are a value");
    secret.set_sensitive(true);
    secret
}

/// Marks a request of this process: the header itself does not reach the handler.
#[derive(Clone, Copy, Debug)]
struct OwnCall;

/// Takes the secret out of a request before the handler sees it. A handler that answers with the
/// headers it got, logs them, or passes them on, would give the secret away.
#[inline(always)]
fn hide_secret<B>(request: &mut Request<B>) {
    if !request.headers().is_empty() {
        if let Some(secret) = SECRET.get() {
            hide(secret, request);
        }
    }
}

#[inline(never)]
fn hide<B>(secret: &HeaderValue, request: &mut Request<B>) {
    if request.headers_mut().remove(&OWN_CALL).is_some_and(|value| value == *secret) {
        request.extensions_mut().insert(OwnCall);
    }
}

/// Whether the request comes from this process.
fn is_own<B>(request: &Request<B>) -> bool {
    let value = request.headers().get(&OWN_CALL);
    value.is_some_and(|value| SECRET.get() == Some(value))
        || request.extensions().get::<OwnCall>().is_some()
}

/// A box within an `Arc`: to find a value of unknown type in an `Arc` takes five instructions.
type By<B, T> = Arc<Box<dyn Fn(&Request<B>) -> T + Send + Sync>>;
type Answer<A> = Arc<dyn Fn(&Refused) -> Response<A> + Send + Sync>;

impl Admission {
    /// A layer for a handler with this name, see [`handler`](Admission::handler). `A` is the body
    /// of the service's responses, and `B` that of its requests.
    ///
    /// ```
    /// use axum::{Router, body::Body, http::Request, routing::get};
    /// use request_arena_admission::{Admission, Options, Priority};
    ///
    /// # fn router(admission: Admission) -> Router {
    /// let router = Router::new()
    ///     .route("/search", get(async || "found").layer(admission.layer("search")))
    ///     .route("/import", get(async || "done").layer(
    ///         admission.layer("import").with_priority(|_: &Request<Body>| Priority::Low),
    ///     ))
    ///     .route("/health", get(async || "ok"));
    /// # router
    /// # }
    /// ```
    ///
    /// A layer around a whole router finds the handler itself, and exempts some requests:
    ///
    /// ```
    /// use axum::{Router, body::Body, http::Request, routing::get};
    /// use request_arena_admission::{Admission, AdmissionLayer};
    ///
    /// # fn router(admission: Admission) -> Router {
    /// let (search, other) = (admission.handler("search"), admission.handler("other"));
    /// let layer: AdmissionLayer<Body, Body> = admission
    ///     .layer("other")
    ///     .with_handler(move |request| {
    ///         if request.uri().path().starts_with("/search") { search } else { other }
    ///     })
    ///     .with_exempt(|request| request.uri().path() == "/health");
    /// let router = Router::new().route("/search", get(async || "found")).layer(layer);
    /// # router
    /// # }
    /// ```
    ///
    /// A refused request is answered by `503 Service Unavailable` with `Retry-After` in seconds,
    /// and the default body.
    ///
    /// The layer holds the permit until the handler has returned its response, and not until the
    /// body is sent. A handler that streams calls [`admit`](Admission::admit) itself, and moves the
    /// permit into the stream.
    #[must_use]
    pub fn layer<B, A: Default + 'static>(&self, name: &'static str) -> AdmissionLayer<B, A> {
        AdmissionLayer {
            admission: *self,
            site: self.handler(name),
            rules: Arc::new(Rules {
                handler: None,
                exempt: None,
                priority: None,
                deadline: None,
                answer: Arc::new(Refused::response),
            }),
        }
    }

    /// A header for calls of a handler to its own service. A request with it is admitted without a
    /// wait, because the handler that calls holds memory that it may wait for.
    ///
    /// The value is a secret of the process. Clients that know it pass every gate, so send it to
    /// no other service. The layer takes the header out of the request, so handlers do not see it.
    #[must_use]
    pub fn own_call(&self) -> (HeaderName, HeaderValue) {
        (OWN_CALL.clone(), SECRET.get_or_init(secret).clone())
    }
}

/// A layer that admits requests, made by [`Admission::layer`].
pub struct AdmissionLayer<B, A> {
    admission: Admission,
    site: &'static Site,
    rules: Arc<Rules<B, A>>,
}

/// What differs from the defaults.
struct Rules<B, A> {
    handler: Option<By<B, &'static Site>>,
    exempt: Option<By<B, bool>>,
    priority: Option<By<B, Priority>>,
    deadline: Option<Duration>,
    answer: Answer<A>,
}

impl<B, A> Clone for Rules<B, A> {
    fn clone(&self) -> Self {
        Self {
            handler: self.handler.clone(),
            exempt: self.exempt.clone(),
            priority: self.priority.clone(),
            deadline: self.deadline,
            answer: Arc::clone(&self.answer),
        }
    }
}

impl<B, A> AdmissionLayer<B, A> {
    fn change(mut self, change: impl FnOnce(&mut Rules<B, A>)) -> Self {
        change(Arc::make_mut(&mut self.rules));
        self
    }

    /// Finds the handler of each request. The function runs for each request, so make the sites
    /// before by [`Admission::handler`].
    #[must_use]
    pub fn with_handler(
        self,
        handler: impl Fn(&Request<B>) -> &'static Site + Send + Sync + 'static,
    ) -> Self {
        self.change(|rules| rules.handler = Some(Arc::new(Box::new(handler))))
    }

    /// Admits these requests without a reservation: health checks, metrics, calls to oneself.
    #[must_use]
    pub fn with_exempt(
        self,
        is_exempt: impl Fn(&Request<B>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.change(|rules| rules.exempt = Some(Arc::new(Box::new(is_exempt))))
    }

    /// Sets the class of each request. The function runs only if the request cannot pass at once.
    #[must_use]
    pub fn with_priority(
        self,
        priority: impl Fn(&Request<B>) -> Priority + Send + Sync + 'static,
    ) -> Self {
        self.change(|rules| rules.priority = Some(Arc::new(Box::new(priority))))
    }

    /// Sets how long requests wait at most, instead of [`Options::deadline`](crate::Options).
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        self.change(|rules| rules.deadline = Some(deadline))
    }

    /// Answers a refused request. `refused.response()` is the usual answer:
    ///
    /// ```
    /// use axum::body::Body;
    /// use request_arena_admission::{Admission, AdmissionLayer};
    ///
    /// # fn layer(admission: Admission) -> AdmissionLayer<Body, Body> {
    /// admission.layer("search").with_answer(|refused| {
    ///     refused.response().map(|_: Body| Body::from("try again later"))
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn with_answer(
        self,
        answer: impl Fn(&Refused) -> Response<A> + Send + Sync + 'static,
    ) -> Self {
        self.change(|rules| rules.answer = Arc::new(answer))
    }
}

impl<S, B, A> Layer<S> for AdmissionLayer<B, A> {
    type Service = AdmissionService<S, B, A>;

    fn layer(&self, inner: S) -> Self::Service {
        AdmissionService { inner, layer: self.clone() }
    }
}

impl<B, A> Clone for AdmissionLayer<B, A> {
    fn clone(&self) -> Self {
        Self { admission: self.admission, site: self.site, rules: Arc::clone(&self.rules) }
    }
}

impl<B, A> fmt::Debug for AdmissionLayer<B, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdmissionLayer").field("site", &self.site).finish_non_exhaustive()
    }
}

/// A service within an [`AdmissionLayer`].
pub struct AdmissionService<S, B, A> {
    inner: S,
    layer: AdmissionLayer<B, A>,
}

impl<S: Clone, B, A> Clone for AdmissionService<S, B, A> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<S: fmt::Debug, B, A> fmt::Debug for AdmissionService<S, B, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdmissionService")
            .field("inner", &self.inner)
            .field("layer", &self.layer)
            .finish()
    }
}

impl<S, B, A> Service<Request<B>> for AdmissionService<S, B, A>
where
    S: Service<Request<B>, Response = Response<A>> + Clone,
{
    type Response = Response<A>;
    type Error = S::Error;
    type Future = AdmissionFuture<S, B, A>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    #[inline]
    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let rules = &*self.layer.rules;
        let admission = self.layer.admission;
        if rules.exempt.as_ref().is_some_and(|is_exempt| is_exempt(&request)) {
            admission.count_exempt();
            hide_secret(&mut request);
            return AdmissionFuture { state: State::Exempt { future: self.inner.call(request) } };
        }
        let site = rules.handler.as_ref().map_or(self.layer.site, |handler| handler(&request));
        match admission.gate.begin_fast(site) {
            Some(permit) => {
                hide_secret(&mut request);
                let future = permit.around_call(|| self.inner.call(request));
                AdmissionFuture { state: State::Running { future } }
            }
            None => self.call_slowly(site, request),
        }
    }
}

impl<S, B, A> AdmissionService<S, B, A>
where
    S: Service<Request<B>, Response = Response<A>> + Clone,
{
    #[cold]
    #[inline(never)]
    fn call_slowly(
        &mut self,
        site: &'static Site,
        mut request: Request<B>,
    ) -> AdmissionFuture<S, B, A> {
        let rules = &self.layer.rules;
        let gate = self.layer.admission.gate;
        let priority = rules.priority.as_ref().map_or(Priority::Normal, |of| of(&request));
        let asking = Asking { site, priority, deadline: rules.deadline };
        let begun = gate.begin_slowly(&asking, || is_own(&request));
        hide_secret(&mut request);
        let state = match begun {
            Begun::Admitted(permit) => {
                State::Running { future: permit.around_call(|| self.inner.call(request)) }
            }
            Begun::Refused(refused) => State::Refused { response: Some((rules.answer)(&refused)) },
            Begun::Waiting(wait) => {
                // The service that is ready goes along, and a fresh one takes its place.
                let fresh = self.inner.clone();
                let inner = core::mem::replace(&mut self.inner, fresh);
                State::Waiting {
                    admit: Admit::waiting(gate, asking, wait),
                    call: Some((inner, request)),
                    answer: Arc::clone(&rules.answer),
                }
            }
        };
        AdmissionFuture { state }
    }
}

pin_project! {
    /// The future of a service within an [`AdmissionLayer`].
    #[must_use = "futures do nothing unless polled"]
    pub struct AdmissionFuture<S, B, A>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S, B, A, S::Future>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, B, A, F> {
        Running { #[pin] future: Admitted<F> },
        Exempt { #[pin] future: F },
        Refused { response: Option<Response<A>> },
        Waiting { #[pin] admit: Admit, call: Option<(S, Request<B>)>, answer: Answer<A> },
    }
}

impl<S, B, A> fmt::Debug for AdmissionFuture<S, B, A>
where
    S: Service<Request<B>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Running { .. } => "running",
            State::Exempt { .. } => "exempt",
            State::Refused { .. } => "refused",
            State::Waiting { .. } => "waiting",
        };
        f.debug_tuple("AdmissionFuture").field(&state).finish()
    }
}

impl<S, B, A> Future for AdmissionFuture<S, B, A>
where
    S: Service<Request<B>, Response = Response<A>>,
{
    type Output = Result<Response<A>, S::Error>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Running { future } => return future.poll(context),
                StateProjection::Exempt { future } => return future.poll(context),
                StateProjection::Refused { response } => {
                    let response = response.take().expect("polled after it was ready");
                    return Poll::Ready(Ok(response));
                }
                StateProjection::Waiting { admit, call, answer } => {
                    match ready!(admit.poll(context)) {
                        Ok(permit) => {
                            let (mut inner, request) =
                                call.take().expect("a request that waited is called once");
                            let future = permit.around_call(|| inner.call(request));
                            State::Running { future }
                        }
                        Err(refused) => State::Refused { response: Some(answer(&refused)) },
                    }
                }
            };
            this.state.set(next);
        }
    }
}

//! Single flight: of the readers that ask for the same text at the same time, one renders it, and
//! all get it.
//!
//! There is one [`Flights`] for each kind of text, such as the page. It renders one text at a time,
//! also if the kind has several, as the page has one for each order of its table.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use super::{RenderError, Rendered};

type Outcome<T> = Result<Rendered<T>, RenderError>;

/// The most texts that are kept for reuse: a page in several orders.
const MOST_KEPT: usize = 4;

/// The texts of one kind. Clones share them.
#[derive(Debug)]
pub(crate) struct Flights<K, T = String>(Arc<Mutex<State<K, T>>>);

#[derive(Debug)]
struct State<K, T> {
    /// The last texts, the newest last.
    kept: VecDeque<(K, Rendered<T>)>,
    /// The text that is being rendered.
    flying: Option<(K, Arc<Flight<T>>)>,
}

/// A rendering in progress.
#[derive(Debug)]
struct Flight<T> {
    state: Mutex<FlightState<T>>,
    landed: Condvar,
}

#[derive(Debug)]
struct FlightState<T> {
    outcome: Option<Outcome<T>>,
    /// The tasks that wait. A future has a place of its own.
    waiting: Vec<Waker>,
}

/// The right and the duty to render. If it is dropped before, the readers get an error.
struct Pilot<K: PartialEq, T> {
    flights: Flights<K, T>,
    flight: Arc<Flight<T>>,
    key: Option<K>,
}

/// What a reader has to do.
enum Turn<K: PartialEq, T> {
    /// It gets this text.
    Take(Rendered<T>),
    /// It waits for this rendering, which may be the one of another key.
    Wait(Arc<Flight<T>>, bool),
    /// It renders.
    Render(Pilot<K, T>),
}

impl<K, T> Clone for Flights<K, T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, T> Default for Flights<K, T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State { kept: VecDeque::new(), flying: None })))
    }
}

impl<K: Clone + PartialEq, T: AsRef<[u8]>> Flights<K, T> {
    /// Returns the text of `key`. It renders on this thread, or waits for the thread that does.
    #[cfg(any(feature = "debug-page", feature = "prometheus"))]
    pub(crate) fn here(
        &self,
        key: &K,
        render: impl FnOnce() -> Result<T, RenderError>,
    ) -> Outcome<T> {
        loop {
            match self.turn(key) {
                Turn::Take(rendered) => return Ok(rendered),
                Turn::Wait(flight, is_same) => {
                    let outcome = flight.wait();
                    if is_same {
                        return outcome;
                    }
                }
                Turn::Render(pilot) => return pilot.fly(render),
            }
        }
    }

    fn turn(&self, key: &K) -> Turn<K, T> {
        let mut state = self.lock();
        let (now, is_rendering) = (Instant::now(), state.flying.is_some());
        let serves = |rendered: &Rendered<T>| {
            rendered.serves(now.saturating_duration_since(rendered.0.began), is_rendering)
        };
        let newest = state.kept.iter().rev().find(|(known, _)| known == key);
        if let Some((_, rendered)) = newest.filter(|(_, rendered)| serves(rendered)) {
            return Turn::Take(rendered.clone());
        }
        if let Some((known, flight)) = &state.flying {
            return Turn::Wait(Arc::clone(flight), known == key);
        }
        let flight = Arc::new(Flight::default());
        state.flying = Some((key.clone(), Arc::clone(&flight)));
        drop(state);
        Turn::Render(Pilot { flights: self.clone(), flight, key: Some(key.clone()) })
    }

    /// Drops texts that are too old to be reused.
    fn prune(&self) {
        let now = Instant::now();
        let serves = |rendered: &Rendered<T>| {
            rendered.serves(now.saturating_duration_since(rendered.0.began), true)
        };
        self.lock().kept.retain(|(_, rendered)| serves(rendered));
    }
}

impl<K, T> Flights<K, T>
where
    K: Clone + PartialEq + Send + 'static,
    T: AsRef<[u8]> + Send + Sync + 'static,
{
    /// Returns the text of `key`, rendered on a thread of its own. It needs no runtime, and the
    /// rendering goes on if the future is dropped.
    pub(crate) async fn elsewhere<R>(&self, key: K, render: R) -> Outcome<T>
    where
        R: FnOnce() -> Result<T, RenderError> + Send + 'static,
    {
        loop {
            match self.turn(&key) {
                Turn::Take(rendered) => return Ok(rendered),
                Turn::Wait(flight, is_same) => {
                    let outcome = Landing { flight: &flight, place: None }.await;
                    if is_same {
                        return outcome;
                    }
                }
                Turn::Render(pilot) => {
                    let flight = Arc::clone(&pilot.flight);
                    pilot.fly_elsewhere(render);
                    return Landing { flight: &flight, place: None }.await;
                }
            }
        }
    }
}

/// Renders for one reader, on a thread of its own. No other reader gets the text, and it is not
/// kept. It needs no runtime, and the rendering goes on if the future is dropped.
///
/// The rendering may wait for minutes, so it never runs on the thread of the reader.
#[cfg(feature = "heap-profile")]
pub(crate) async fn apart<T, R>(render: R) -> Outcome<T>
where
    T: AsRef<[u8]> + Send + Sync + 'static,
    R: FnOnce() -> Result<T, RenderError> + Send + 'static,
{
    let flight = Arc::new(Flight::default());
    let pilot = Pilot { flights: Flights::default(), flight: Arc::clone(&flight), key: Some(()) };
    let thread = thread::Builder::new().name("arena-render".into());
    let spawned = thread.spawn(move || drop(pilot.fly(render)));
    spawned.map_err(|error| RenderError::new(format_args!("no thread can be started: {error}")))?;
    Landing { flight: &flight, place: None }.await
}

impl<K, T> Flights<K, T> {
    fn lock(&self) -> MutexGuard<'_, State<K, T>> {
        // No code that can panic runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: PartialEq, T: AsRef<[u8]>> Pilot<K, T> {
    fn fly(mut self, render: impl FnOnce() -> Result<T, RenderError>) -> Outcome<T> {
        let began = Instant::now();
        let outcome = render().map(|text| Rendered::new(text, began));
        self.land(outcome.clone());
        outcome
    }
}

impl<K: PartialEq, T> Pilot<K, T> {
    fn land(&mut self, outcome: Outcome<T>) {
        let Some(key) = self.key.take() else { return };
        let mut state = self.flights.lock();
        state.flying = None;
        if let Ok(rendered) = &outcome {
            state.kept.retain(|(known, _)| *known != key);
            if state.kept.len() == MOST_KEPT {
                state.kept.pop_front();
            }
            state.kept.push_back((key, rendered.clone()));
        }
        drop(state);
        self.flight.land(outcome);
    }
}

impl<K, T> Pilot<K, T>
where
    K: Clone + PartialEq + Send + 'static,
    T: AsRef<[u8]> + Send + Sync + 'static,
{
    fn fly_elsewhere<R>(self, render: R)
    where
        R: FnOnce() -> Result<T, RenderError> + Send + 'static,
    {
        let flights = self.flights.clone();
        // If the system refuses the thread, the work is still here.
        let work = Arc::new(Mutex::new(Some((self, render))));
        let theirs = Arc::clone(&work);
        let thread = thread::Builder::new().name("arena-render".into()).spawn(move || {
            let outcome = fly(&theirs);
            drop(theirs);
            // The text's memory goes when no reader has it any more.
            if let Some(Ok(rendered)) = outcome {
                let lasts = rendered.lasts() * 2;
                drop(rendered);
                thread::sleep(lasts);
                flights.prune();
            }
        });
        if thread.is_err() {
            fly(&work);
        }
    }
}

/// Renders, unless another thread has taken the work.
fn fly<K, T, R>(work: &Mutex<Option<(Pilot<K, T>, R)>>) -> Option<Outcome<T>>
where
    K: PartialEq,
    T: AsRef<[u8]>,
    R: FnOnce() -> Result<T, RenderError>,
{
    let (pilot, render) = work.lock().unwrap_or_else(PoisonError::into_inner).take()?;
    Some(pilot.fly(render))
}

impl<K: PartialEq, T> Drop for Pilot<K, T> {
    fn drop(&mut self) {
        if self.key.is_some() {
            self.land(Err(RenderError::new("the code that renders panicked")));
        }
    }
}

impl<T> Default for Flight<T> {
    fn default() -> Self {
        let state = FlightState { outcome: None, waiting: Vec::new() };
        Self { state: Mutex::new(state), landed: Condvar::new() }
    }
}

impl<T> Flight<T> {
    fn lock(&self) -> MutexGuard<'_, FlightState<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn land(&self, outcome: Outcome<T>) {
        let mut state = self.lock();
        state.outcome = Some(outcome);
        let waiting = core::mem::take(&mut state.waiting);
        drop(state);
        self.landed.notify_all();
        waiting.into_iter().for_each(Waker::wake);
    }

    #[cfg(any(feature = "debug-page", feature = "prometheus"))]
    fn wait(&self) -> Outcome<T> {
        let mut state = self.lock();
        loop {
            if let Some(outcome) = &state.outcome {
                return outcome.clone();
            }
            state = self.landed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Waits for a rendering.
struct Landing<'f, T> {
    flight: &'f Flight<T>,
    /// Its place among the tasks that wait.
    place: Option<usize>,
}

impl<T> Future for Landing<'_, T> {
    type Output = Outcome<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome<T>> {
        let mut state = self.flight.lock();
        if let Some(outcome) = &state.outcome {
            return Poll::Ready(outcome.clone());
        }
        match self.place.and_then(|place| state.waiting.get_mut(place)) {
            Some(known) => known.clone_from(cx.waker()),
            None => {
                let place = state.waiting.len();
                state.waiting.push(cx.waker().clone());
                drop(state);
                self.place = Some(place);
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;

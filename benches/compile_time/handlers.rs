// Ten handlers, as a module of a service has them. `compile_time` makes crates of this source.
//
// The source here is annotated. The other crates leave out the lines with the attribute and the
// parameter, and replace the line `// arena` with one that makes a `Bump`. Modules differ in
// `NUMBER` alone.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use allocator_api2::vec::Vec as ArenaVec;
use ARENA;

use crate::{Error, Request, Response, fetch};

pub struct Service {
    names: HashMap<u32, String>,
    weights: Vec<f32>,
    next: Option<Arc<Service>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Hit<'a> {
    name: &'a str,
    id: u32,
    score: f32,
}

#[derive(Clone, Copy, Default)]
struct Totals {
    hits: usize,
    bytes: usize,
}

/// Three awaits, with text and hits in the arena across them, and `?`.
#[request_arena]
pub async fn search(
    arena: Arena<'_>,
    service: Arc<Service>,
    request: Request,
) -> Result<Response, Error> {
    // arena
    let query = arena.alloc_str(request.query.trim());
    query.make_ascii_lowercase();
    let candidates = fetch(NUMBER, query.len()).await?;
    let hits = arena.alloc_slice_fill_with(candidates.len(), |index| Hit {
        name: arena.alloc_str(service.name(candidates[index])),
        id: candidates[index],
        score: service.weight(candidates[index]),
    });
    let boosts = fetch(hits.len() as u32, request.limit).await?;
    for (hit, boost) in hits.iter_mut().zip(&boosts) {
        hit.score *= 1.0 + (*boost % 7) as f32;
    }
    hits.sort_unstable_by(|left, right| right.score.total_cmp(&left.score));
    if hits.is_empty() {
        return Err(Error::NotFound(NUMBER));
    }
    let best = arena.alloc_slice_copy(&hits[..request.limit.min(hits.len())]);
    fetch(best[0].id, 1).await?;
    let mut body = String::new();
    for hit in best.iter().filter(|hit| hit.name.contains(&*query)) {
        writeln!(body, "{} {} {:.2}", hit.id, hit.name, hit.score)
            .map_err(|_| Error::Internal("format"))?;
    }
    Ok(Response { status: 200, body })
}

/// One await, and an early answer.
#[request_arena]
pub async fn lookup(
    arena: Arena<'_>,
    service: Arc<Service>,
    request: Request,
) -> Response {
    // arena
    let key = arena.alloc_str(&request.path);
    let Some((prefix, id)) = key.rsplit_once('/') else {
        return Response { status: 400, body: String::from("no id") };
    };
    match id.parse::<u32>() {
        Ok(id) => match fetch(id, prefix.len()).await {
            Ok(rows) => {
                let row = arena.alloc_slice_copy(&rows);
                row.reverse();
                Response { status: 200, body: format!("{prefix}: {} of {row:?}", service.name(id)) }
            }
            Err(error) => Response { status: 502, body: error.to_string() },
        },
        Err(error) => Response { status: 400, body: error.to_string() },
    }
}

/// A loop with an await in it.
#[request_arena]
pub async fn import(
    arena: Arena<'_>,
    service: Arc<Service>,
    request: Request,
) -> Result<Response, Error> {
    // arena
    let totals = arena.alloc(Totals::default());
    for line in request.body.lines() {
        let (id, text) = line.split_once(',').ok_or(Error::Invalid("a line has a comma"))?;
        let text = arena.alloc_str(text.trim());
        let id: u32 = id.trim().parse().map_err(|_| Error::Invalid("an id is a number"))?;
        let rows = fetch(id ^ NUMBER, text.len()).await?;
        totals.hits += rows.len();
        totals.bytes += text.len();
    }
    let known = service.names.len();
    let body = format!("{} hits, {} bytes, {known} names", totals.hits, totals.bytes);
    Ok(Response { status: 201, body })
}

/// The smallest: an await before and after an allocation.
#[request_arena]
pub async fn health(
    arena: Arena<'_>,
    service: Arc<Service>,
) -> Response {
    // arena
    let rows = fetch(NUMBER, 4).await.unwrap_or_default();
    let load = arena.alloc_slice_copy(&rows);
    ready(()).await;
    let status = if load.is_empty() { 503 } else { 200 };
    Response { status, body: service.names.len().to_string() }
}

fn route(service: &Service, request: &Request) -> u32 {
    let depth = request.path.split('/').count() as u32;
    depth.wrapping_mul(NUMBER) ^ service.names.len() as u32
}

/// A synchronous function with a collection.
#[request_arena]
pub fn rank(
    arena: Arena<'_>,
    service: &Service,
    request: &Request,
) -> usize {
    // arena
    let mut scores = ArenaVec::new_in(&arena);
    for (place, word) in request.query.split_whitespace().enumerate() {
        scores.push((arena.alloc_str(word), service.weight(place as u32 ^ NUMBER)));
    }
    scores.sort_by(|left, right| left.1.total_cmp(&right.1));
    scores.iter().take_while(|(word, score)| word.len() > 2 && *score > 0.5).count()
}

/// A synchronous function that fails.
#[request_arena]
pub fn parse(
    arena: Arena<'_>,
    request: &Request,
) -> Result<(u32, f32), Error> {
    // arena
    let text = arena.alloc_str(&request.query);
    text.make_ascii_uppercase();
    let (left, right) = text.split_once('=').ok_or(Error::Invalid("a filter has a value"))?;
    let fields = arena.alloc_slice_fill_iter(left.bytes().map(u32::from));
    let value: f32 = right.parse().map_err(|_| Error::Invalid("a value is a number"))?;
    Ok((fields.iter().sum::<u32>() % NUMBER, value))
}

impl Service {
    pub fn new(next: Option<Arc<Service>>) -> Self {
        let names = (0..NUMBER).map(|id| (id, format!("name {id}"))).collect();
        Self { names, weights: vec![1.0; NUMBER as usize], next }
    }

    fn name(&self, id: u32) -> &str {
        self.names.get(&id).map_or("unknown", String::as_str)
    }

    fn weight(&self, id: u32) -> f32 {
        self.weights.get(id as usize).copied().unwrap_or_default()
    }

    /// A method with two awaits.
    #[request_arena]
    pub async fn suggest(
        &self,
        arena: Arena<'_>,
        request: &Request,
    ) -> Result<Vec<String>, Error> {
        // arena
        let prefix = arena.alloc_str(&request.query);
        let ids = fetch(NUMBER, prefix.len()).await?;
        let names = arena.alloc_slice_fill_iter(ids.iter().map(|id| self.name(*id)));
        names.sort_unstable();
        let more = fetch(names.len() as u32, request.limit).await?;
        let more = arena.alloc_slice_copy(&more);
        Ok(names
            .iter()
            .filter(|name| name.starts_with(&*prefix))
            .take(more.len())
            .map(|name| (*name).to_owned())
            .collect())
    }

    /// A method that owns its `self`.
    #[request_arena]
    pub async fn describe(
        self: Arc<Self>,
        arena: Arena<'_>,
        request: Request,
    ) -> Response {
        // arena
        let title = arena.alloc_str(&request.path);
        ready(()).await;
        let first = arena.alloc(Hit { name: title, id: NUMBER, score: self.weight(NUMBER) });
        let body = match &self.next {
            Some(next) => format!("{first:?}, then {}", next.name(NUMBER)),
            None => format!("{first:?}"),
        };
        Response { status: 200, body }
    }

    /// A synchronous method with a result that borrows from its parameters.
    #[request_arena]
    pub fn best<'s>(
        &'s self,
        arena: Arena<'_>,
        request: &Request,
    ) -> Option<&'s str> {
        // arena
        let digits = arena.alloc_slice_copy(request.query.as_bytes());
        digits.reverse();
        let id = digits
            .iter()
            .fold(NUMBER, |id, digit| id.wrapping_mul(10).wrapping_add(u32::from(*digit)));
        self.names.get(&id).map(String::as_str)
    }

    /// A synchronous method over a mutable parameter.
    #[request_arena]
    pub fn learn(
        &mut self,
        arena: Arena<'_>,
        request: &Request,
    ) -> usize {
        // arena
        let counts = arena.alloc_slice_fill_copy(16, 0_u32);
        for byte in request.body.bytes() {
            counts[usize::from(byte % 16)] += 1;
        }
        for (weight, count) in self.weights.iter_mut().zip(&*counts) {
            *weight += *count as f32;
        }
        counts.iter().filter(|count| **count > NUMBER).count()
    }
}

/// A router's table: every future is boxed and `Send`.
pub type Answer<'r> = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send + 'r>>;

pub fn answer(service: Arc<Service>, request: Request) -> Answer<'static> {
    let plain = |status, body| Response { status, body };
    match route(&service, &request) % 9 {
        0 => Box::pin(search(service, request)),
        1 => Box::pin(async { Ok(lookup(service, request).await) }),
        2 => Box::pin(import(service, request)),
        3 => Box::pin(async { Ok(service.describe(request).await) }),
        4 => Box::pin(async move { Ok(plain(200, service.suggest(&request).await?.join(", "))) }),
        5 => Box::pin(ready(
            parse(&request).map(|(field, value)| plain(200, format!("{field}: {value}"))),
        )),
        6 => Box::pin(ready(Ok(plain(200, service.best(&request).unwrap_or_default().to_owned())))),
        7 => Box::pin(async { Ok(health(service).await) }),
        _ => Box::pin(ready(Ok(plain(
            200,
            (rank(&service, &request) + Service::new(None).learn(&request)).to_string(),
        )))),
    }
}

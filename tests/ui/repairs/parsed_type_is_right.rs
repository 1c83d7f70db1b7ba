use request_arena::collections::SortedMap;
use request_arena::{Arena, DeserializeIn, request_arena};

#[derive(DeserializeIn)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order<'a> {
    customer_name: &'a str,
    tags: &'a [&'a str],
    parent: Option<&'a Order<'a>>,
    prices: SortedMap<'a, &'a str, u32>,
    #[serde(default)]
    state: State,
    #[deserialize_in(serde)]
    timeout: std::time::Duration,
}

#[derive(Default, DeserializeIn)]
enum State {
    #[default]
    Open,
    Closed,
}

#[request_arena]
fn create(arena: Arena<'_>, body: &str) -> Result<String, String> {
    let order: Order<'_> = arena
        .deserialize(&mut serde_json::Deserializer::from_str(body))
        .map_err(|error| error.to_string())?;
    Ok(order.customer_name.to_owned())
}

fn main() {
    let _ = create("{}");
}

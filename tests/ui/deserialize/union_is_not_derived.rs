use request_arena::DeserializeIn;

#[derive(DeserializeIn)]
union Bits {
    float: f32,
    bits: u32,
}

fn main() {}

//! Types that own no memory, with serde's own implementation: numbers, `bool`, `char`, times,
//! addresses.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use core::num;
use core::time::Duration;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer};

use crate::deserialize::{DeserializeIn, Destination, lists};

macro_rules! as_serde_does {
    ($($type:ty),+ $(,)?; $key:expr) => {$(
        impl<'a> DeserializeIn<'a> for $type {
            #[inline]
            fn deserialize_in<'de, D>(
                _: Destination<'_, 'a>,
                deserializer: D,
            ) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                Self::deserialize(deserializer)
            }

            fn as_key(&self) -> Option<String> {
                let key: fn(&Self) -> Option<String> = $key;
                key(self)
            }
        }
    )+};
}

as_serde_does! {
    bool, char, i8, i16, i32, i64, i128, isize, u16, u32, u64, u128, usize, num::NonZeroI8,
    num::NonZeroI16, num::NonZeroI32, num::NonZeroI64, num::NonZeroI128, num::NonZeroIsize,
    num::NonZeroU8, num::NonZeroU16, num::NonZeroU32, num::NonZeroU64, num::NonZeroU128,
    num::NonZeroUsize, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6;
    |key| Some(key.to_string())
}

as_serde_does! { (), f32, f64, Duration, SystemTime, serde::de::IgnoredAny; |_| None }

impl<'a> DeserializeIn<'a> for u8 {
    #[inline]
    fn deserialize_in<'de, D>(_: Destination<'_, 'a>, deserializer: D) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        Self::deserialize(deserializer)
    }

    #[inline]
    fn list_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<&'a mut [u8], D::Error>
    where
        D: Deserializer<'de>,
    {
        lists::bytes(destination, deserializer)
    }

    fn as_key(&self) -> Option<String> {
        Some(self.to_string())
    }
}

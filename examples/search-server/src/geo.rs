//! Points on the globe, and their distances.

use serde::{Deserialize, Serialize};

const PER_DEGREE: f64 = 1e7;
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point, in whole ten-millionths of a degree (about a centimetre). Integers make it equal after
/// every round trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    lat: i32,
    lng: i32,
}

impl Point {
    /// The point at these degrees.
    ///
    /// # Errors
    /// If they are not on the globe.
    pub fn new(lat: f64, lng: f64) -> Result<Self, String> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(format!("`lat` must be between -90 and 90, not {lat}"));
        }
        if !(-180.0..=180.0).contains(&lng) {
            return Err(format!("`lng` must be between -180 and 180, not {lng}"));
        }
        let fixed = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
        Ok(Self { lat: fixed(lat), lng: fixed(lng) })
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        f64::from(self.lat) / PER_DEGREE
    }

    /// Degrees east.
    pub fn lng(self) -> f64 {
        f64::from(self.lng) / PER_DEGREE
    }

    /// Metres to `other` along the surface (haversine).
    pub fn distance_m(self, other: Self) -> u32 {
        let (a, b) = (self.lat().to_radians(), other.lat().to_radians());
        let dlat = ((b - a) / 2.0).sin();
        let dlng = ((other.lng() - self.lng()).to_radians() / 2.0).sin();
        let h = dlat * dlat + a.cos() * b.cos() * dlng * dlng;
        (2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()).round() as u32
    }

    pub(crate) fn to_bytes(self) -> [u8; 8] {
        ((u64::from(self.lat as u32) << 32) | u64::from(self.lng as u32)).to_le_bytes()
    }

    pub(crate) fn from_bytes(bytes: [u8; 8]) -> Self {
        let both = u64::from_le_bytes(bytes);
        Self { lat: (both >> 32) as u32 as i32, lng: both as u32 as i32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paris_to_london_is_344_km() {
        let paris = Point::new(48.85341, 2.3488).unwrap();
        let london = Point::new(51.50853, -0.12574).unwrap();
        assert!(
            (343_000..345_000).contains(&paris.distance_m(london)),
            "{}",
            paris.distance_m(london)
        );
        assert_eq!(paris.distance_m(london), london.distance_m(paris));
        assert_eq!(paris.distance_m(paris), 0);
    }

    #[test]
    fn a_point_survives_a_round_trip() {
        let point = Point::new(-42.53176, -179.99999).unwrap();
        assert_eq!(Point::from_bytes(point.to_bytes()), point);
        assert_eq!((point.lat(), point.lng()), (-42.53176, -179.99999));
    }

    #[test]
    fn points_outside_of_the_globe_are_refused() {
        assert!(Point::new(90.1, 0.0).unwrap_err().contains("`lat`"));
        assert!(Point::new(0.0, -180.5).unwrap_err().contains("`lng`"));
        assert!(Point::new(f64::NAN, 0.0).is_err());
    }
}

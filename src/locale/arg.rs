//! What can stand in a text: words and whole numbers.

use fluent_bundle::FluentValue;

/// An argument of a text. Made from text or a number, by value or through one or two references
/// (compiled templates hand over references).
#[derive(Debug, Clone)]
pub struct Arg<'a>(FluentValue<'a>);

impl<'a> Arg<'a> {
    pub(super) fn into_value(self) -> FluentValue<'a> {
        self.0
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self(FluentValue::from(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self(FluentValue::from(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self(FluentValue::from(text.as_str()))
    }
}

// Loops in templates add a reference of their own.
impl<'a> From<&&'a str> for Arg<'a> {
    fn from(text: &&'a str) -> Self {
        Self(FluentValue::from(*text))
    }
}

impl<'a> From<&&'a String> for Arg<'a> {
    fn from(text: &&'a String) -> Self {
        Self(FluentValue::from(text.as_str()))
    }
}

macro_rules! from_numbers {
    ($($number:ty),*) => {$(
        impl From<$number> for Arg<'_> {
            fn from(number: $number) -> Self {
                Self(FluentValue::from(number))
            }
        }

        impl From<&$number> for Arg<'_> {
            fn from(number: &$number) -> Self {
                Self(FluentValue::from(*number))
            }
        }

        impl From<&&$number> for Arg<'_> {
            fn from(number: &&$number) -> Self {
                Self(FluentValue::from(**number))
            }
        }
    )*};
}

// Exact up to 2^53, as Fluent counts in floating point.
from_numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers_pass_by_value_and_by_reference() {
        let name = String::from("Ada");
        let slice: &str = &name;
        for arg in [Arg::from("Ada"), Arg::from(&name), Arg::from(&slice), Arg::from(name.clone())] {
            assert_eq!(arg.into_value(), FluentValue::from("Ada"));
        }
        let count = &3_u64;
        for arg in [Arg::from(3_usize), Arg::from(count), Arg::from(&count), Arg::from(3_i64)] {
            assert_eq!(arg.into_value(), FluentValue::from(3));
        }
    }
}

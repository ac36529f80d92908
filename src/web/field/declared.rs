//! Forms, declared once: each field with its name, what it is called, and the script's problems that belong to it. Names and
//! ids of inputs, refilling, the list of problems, what is given back of a refused form, and what the script marks all come
//! from here.

use super::Field;
use crate::locale::Locale;

/// What is said of a field in its form's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Its name on the wire, and the id of its input; `s-` and the name where the script's form has it.
    pub name: &'static str,
    /// How it is shown where a refused form is given back.
    pub kind: Kind,
    /// The problems of the script that are shown beside it, separated by spaces.
    pub script_problems: &'static str,
}

/// What becomes of a field on the page that gives a form back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Shown in a line, with this label.
    Line(Label),
    /// Shown in several lines.
    Block(Label),
    /// Asked for again, empty.
    Secret(Label),
    /// Sent again, not shown: a choice, a number of the page's own.
    Hidden,
}

/// A field's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    id: &'static str,
    /// Of which contract, counted from 0.
    contract: Option<usize>,
}

impl Label {
    /// The label with this message id.
    #[must_use]
    pub const fn new(id: &'static str) -> Self {
        Self { id, contract: None }
    }

    /// The label with this message id, of a contract counted from 0.
    #[must_use]
    pub const fn of_contract(id: &'static str, contract: usize) -> Self {
        Self { id, contract: Some(contract) }
    }

    /// In words.
    #[must_use]
    pub fn words(self, t: &Locale) -> String {
        let label = t.text(self.id);
        match self.contract {
            Some(place) => {
                let contract = t.with1("contracts-number", "n", place.saturating_add(1));
                t.with2("kept-of-contract", "contract", contract, "label", label)
            }
            None => label,
        }
    }
}

/// A field with what its declaration says of it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The declaration.
    pub spec: &'static Spec,
    /// The field.
    pub field: &'a Field,
}

impl Named<'_> {
    /// Its name on the wire, and the id of its input.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.spec.name
    }

    /// Its label. Empty for fields that are not shown in words.
    #[must_use]
    pub fn label(&self, t: &Locale) -> String {
        match self.spec.kind {
            Kind::Line(label) | Kind::Block(label) | Kind::Secret(label) => label.words(t),
            Kind::Hidden => String::new(),
        }
    }

    /// The name and id of its input in the script's form.
    #[must_use]
    pub fn script_id(&self) -> String {
        format!("s-{}", self.spec.name)
    }

    /// The attributes of its input in the script's form: the given ones, and that by which the script finds the input that a
    /// problem belongs to.
    #[must_use]
    pub fn script_attributes(&self, others: &str) -> String {
        match self.spec.script_problems {
            "" => String::from(others),
            problems => format!("data-problems=\"{problems}\" {others}"),
        }
    }
}

/// A field as it was sent. A secret is not given back.
#[must_use]
pub fn sent(kind: Kind, value: &str) -> Field {
    match kind {
        Kind::Line(_) | Kind::Block(_) | Kind::Hidden => Field::new(value),
        Kind::Secret(_) => Field::default(),
    }
}

/// Declares the fields of a form, in the order of the page:
///
/// ```ignore
/// form_fields! {
///     /// What is typed to sign.
///     pub struct SignFields {
///         /// Where the code goes.
///         address: Kind::Line(Label::new("sign-address")), problems: "address-empty address";
///     }
/// }
/// ```
///
/// gives a struct of [`Field`]s with `NAMES`, `SPECS`, `read` (filled in with what was sent), `problems` (for the summary), and
/// for each field a method of its name that gives it [`Named`].
/// [`super::super::labels`] lists the form, for the page that gives it back.
macro_rules! form_fields {
    (
        $(#[$doc:meta])*
        pub struct $form:ident {
            $($(#[$field_doc:meta])* $field:ident: $kind:expr $(, problems: $problems:literal)?;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq)]
        pub struct $form {
            $($(#[$field_doc])* pub $field: $crate::web::field::Field,)*
        }

        impl $form {
            /// The names that the form takes.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
            /// What is said of each field, in the order of the page.
            pub const SPECS: &'static [$crate::web::field::Spec] = &[$($crate::web::field::Spec {
                name: stringify!($field),
                kind: $kind,
                script_problems: concat!($($problems)?),
            }),*];

            /// The form as it was sent, without secrets: those are typed again.
            #[must_use]
            pub fn read(fields: &$crate::web::Fields) -> Self {
                Self { $($field: $crate::web::field::sent($kind, fields.get(stringify!($field))),)* }
            }

            /// What is wrong with it, in the order of the page.
            #[must_use]
            pub fn problems(&self) -> Vec<$crate::web::field::ProblemLink> {
                $crate::web::field::problems([$((stringify!($field), &self.$field)),*])
            }

            /// Every field with its declaration, in the order of the page.
            #[cfg(test)]
            pub fn each(&mut self) -> Vec<(&'static $crate::web::field::Spec, &mut $crate::web::field::Field)> {
                Self::SPECS.iter().zip([$(&mut self.$field),*]).collect()
            }

            $(
                $(#[$field_doc])*
                #[must_use]
                pub const fn $field(&self) -> $crate::web::field::Named<'_> {
                    const SPEC: &$crate::web::field::Spec = &$crate::web::field::Spec {
                        name: stringify!($field),
                        kind: $kind,
                        script_problems: concat!($($problems)?),
                    };
                    $crate::web::field::Named { spec: SPEC, field: &self.$field }
                }
            )*
        }
    };
}

pub(in crate::web) use form_fields;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_asked_for_again_and_all_else_is_given_back() {
        let label = Label::new("sign-up-passphrase");
        assert!(sent(Kind::Secret(label), "seven quiet herons").value.is_empty());
        for kind in [Kind::Line(label), Kind::Block(label), Kind::Hidden] {
            assert_eq!(sent(kind, "Robin").value, "Robin");
        }
    }
}

//! Organizers: accounts under a pseudonym, what role a member has in a petition, and what each role may do.

/// What a member is in a petition. Only owners are made today; helpers are invited with a later issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Owner,
    /// Writes with the owner, and keeps the list of names fit to read.
    Editor,
    /// Reads along.
    Viewer,
}

/// What can be done with a petition by those who organize it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// See its dashboard, its preview and its public names.
    View,
    /// Change its text, as long as it may be changed.
    Write,
    /// Send it in, start signing, open a quiet start to the public.
    Launch,
    /// Close it early, or extend it.
    MoveClosing,
    /// Make invitations: whoever holds one can sign.
    Invite,
    /// Hide a name that is shown.
    HideNames,
    /// Bring the trustee's openings, so that sealed names are shown.
    OpenNames,
}

impl Capability {
    /// Every capability there is.
    pub const ALL: [Self; 7] = [
        Self::View,
        Self::Write,
        Self::Launch,
        Self::MoveClosing,
        Self::Invite,
        Self::HideNames,
        Self::OpenNames,
    ];

    /// Which roles have it: the one table of who may do what.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::View => &[Role::Owner, Role::Editor, Role::Viewer],
            Self::Write | Self::HideNames => &[Role::Owner, Role::Editor],
            Self::Launch | Self::MoveClosing | Self::Invite | Self::OpenNames => &[Role::Owner],
        }
    }
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Editor, Self::Viewer];

    /// Whether a member in this role may do that.
    #[must_use]
    pub fn may(self, capability: Capability) -> bool {
        capability.roles().contains(&self)
    }

    /// The name used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown role.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_everything_and_a_viewer_changes_nothing() {
        assert!(Capability::ALL.into_iter().all(|capability| Role::Owner.may(capability)));
        let of_viewer = Capability::ALL.into_iter().filter(|capability| Role::Viewer.may(*capability));
        assert!(of_viewer.eq([Capability::View]));
    }

    #[test]
    fn a_role_reads_back_by_its_name() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.as_str()) == Some(role)));
        assert_eq!(Role::parse("boss"), None);
    }
}

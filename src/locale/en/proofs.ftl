## Each kind of proof: what is said of it, in one place

# Work address
proof-work-mail-by = by work address
proof-work-mail-by-at = by work address at { $employer }
proof-work-mail-name = work address
proof-work-mail-count = { $n ->
    [one] signature by work address
   *[other] signatures by work address
}
proof-work-mail-and-count = { $n } by work address
proof-work-mail-figure = { $n ->
    [one] signature by work address
   *[other] signatures by work address
}
proof-work-mail-day = Work
proof-work-mail-goal = On the way to { $goal } by work address
proof-work-mail-goal-reached = Goal reached: { $goal } by work address
proof-work-mail-none-yet = the number by work address appears with its first group
proof-work-mail-none-now = none by work address now
proof-work-mail-take = By work address
proof-work-mail-take-hint = A code is mailed to the work address. The employer can list everyone who got one. Only these signatures count for the share of the staff.
proof-work-mail-verified = Signers by work address have read a code that we sent to a mailbox at { $employers }: staff, contractors, interns. Shared mailboxes such as info@ or all@ are not taken.
proof-work-mail-once = One mailbox can sign once. We keep a keyed mark of the address for that, never the address beside the signature.
proof-work-mail-choice = By my work address
proof-work-mail-choice-hint = An address at { $domains }. Counted as staff.
proof-work-mail-mailbox = Work email address
proof-work-mail-mailbox-hint = An address at { $domains }. We send one code to it. It is never shown to anyone.
proof-work-mail-offer = A code by mail to your work address. Your employer can list everyone who got our code, with the minute: assume that this list is read as the list of signers.

# Invitation
proof-invite-by = by invitation
proof-invite-name = invitation
proof-invite-count = { $n ->
    [one] signature by invitation
   *[other] signatures by invitation
}
proof-invite-and-count = { $n } by invitation
proof-invite-figure = { $n ->
    [one] signature by invitation
   *[other] signatures by invitation
}
proof-invite-day = Invited
proof-invite-goal = On the way to { $goal } by invitation
proof-invite-goal-reached = Goal reached: { $goal } by invitation
proof-invite-take = By invitation
proof-invite-take-hint = You make single-use invitations and hand them over on paper or in a private chat. No mail is sent, so nothing stands at the employer’s mail system: the safest way for those who sign. Readers are told that you could use them yourself.
proof-invite-too = People with an invitation can sign without any mail and are counted apart.
proof-invite-verified = Signers by invitation have typed in a code that the organizers made and handed over, on paper or in a chat. Each works once. No mail is sent, so no mail system sees anything. { $made ->
    [0] None has been made so far.
    [one] One has been made so far.
   *[other] { $made } have been made so far.
}
proof-invite-once = An invitation can be used once. Which ones were used is not written down; whoever made or finds one can try it out, and learns whether it was used.
proof-invite-offer = An invitation from an organizer: no mail is sent at all. The safest way.

# Any other address
proof-any-mail-by = by another address
proof-any-mail-name = another address
proof-any-mail-count = { $n ->
    [one] signature by another address
   *[other] signatures by other addresses
}
proof-any-mail-and-count = { $n ->
    [one] { $n } by another address
   *[other] { $n } by other addresses
}
proof-any-mail-figure = { $n ->
    [one] signature by another address, counted apart
   *[other] signatures by other addresses, counted apart
}
proof-any-mail-day = Others
proof-any-mail-take = Former staff and supporters may sign too
proof-any-mail-take-hint = By any mail address. They are counted apart, always.
proof-any-mail-too = Former staff and supporters can sign too and are counted apart.
proof-any-mail-verified = Former staff and supporters have read a code that we sent to any other mailbox. They are counted apart, always.
proof-any-mail-once = One mailbox can sign once. We keep a keyed mark of the address for that, never the address beside the signature.
proof-any-mail-choice = By another address
proof-any-mail-choice-hint = For former staff and supporters. Counted apart, and your employer’s mail system does not see the mail.
proof-any-mail-mailbox = Email address
proof-any-mail-mailbox-hint = We send one code to it. It is never shown to anyone.
proof-any-mail-offer = A code by mail to another address: for former staff and supporters, counted apart.

# A kind that is newer than the program that reads the log
proof-unknown-by = by a kind of proof that this program does not know ({ $name })
proof-unknown-name = { $name } (unknown here)
proof-unknown-note = This program does not know the kind of proof “{ $name }” and cannot say what it asks for. Signatures by it were checked and counted like all others.

//! What the jobs in the background keep: mail, leases, witnessing, search.

diesel::table! {
    witnessed (petition_id, size) {
        petition_id -> Text,
        size -> BigInt,
        turn -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    cosignature (petition_id, size, witness) {
        petition_id -> Text,
        size -> BigInt,
        witness -> Text,
        turn -> BigInt,
        line -> Text,
    }
}

diesel::table! {
    outbox (id) {
        id -> Binary,
        sealed -> Binary,
    }
}

diesel::table! {
    lease (name) {
        name -> Text,
        holder -> Text,
        beat -> BigInt,
    }
}

diesel::table! {
    mail_health (id) {
        id -> Integer,
        turn -> BigInt,
        state -> Text,
        since -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        refused_domain -> Nullable<Text>,
        refused_reason -> Nullable<Text>,
    }
}

diesel::table! {
    petition_search (petition_id) {
        petition_id -> Text,
        folded -> Text,
        version -> Integer,
    }
}

diesel::table! {
    employer_search (employer_id) {
        employer_id -> Text,
        name -> Text,
        domains -> Text,
        version -> Integer,
    }
}

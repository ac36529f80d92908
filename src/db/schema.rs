//! The tables, written by hand; a test reads every column of each on both databases.

mod jobs;

pub use jobs::*;

diesel::table! {
    organizer (id) {
        id -> Text,
        pseudonym -> Text,
        pseudonym_folded -> Text,
        passphrase_hash -> Text,
        mail_sealed -> Nullable<Binary>,
        is_admin -> Bool,
        created_day -> Integer,
    }
}

diesel::table! {
    recovery_code (organizer_id, code_hash) {
        organizer_id -> Text,
        code_hash -> Binary,
    }
}

diesel::table! {
    session (token_hash) {
        token_hash -> Binary,
        id -> Text,
        organizer_id -> Text,
        label -> Text,
        created_day -> Integer,
        last_used_day -> Integer,
    }
}

diesel::table! {
    employer (id) {
        id -> Text,
        name -> Text,
        name_folded -> Text,
        listed -> Bool,
        head_count -> Nullable<BigInt>,
        head_count_source -> Nullable<Text>,
    }
}

diesel::table! {
    employer_domain (employer_id, domain) {
        employer_id -> Text,
        domain -> Text,
    }
}

diesel::table! {
    petition (id) {
        id -> Text,
        slug -> Text,
        quiet_slug -> Nullable<Text>,
        state -> Text,
        draft -> Text,
        start_wanted -> Nullable<Text>,
        title -> Text,
        addressed_to -> Text,
        summary -> Text,
        body -> Text,
        started_by -> Text,
        goal -> Nullable<BigInt>,
        counting -> Text,
        opens -> Nullable<BigInt>,
        closes -> Nullable<BigInt>,
        cast_until -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        example -> Bool,
        created_day -> Integer,
        log_origin -> Nullable<Text>,
        genesis_hash -> Nullable<Binary>,
        invitations_made -> BigInt,
        traces_until -> Nullable<BigInt>,
        unlisted -> Bool,
        closes_early -> Bool,
        edited_day -> Nullable<Integer>,
    }
}

diesel::table! {
    invitation (petition_id, hash) {
        petition_id -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    petition_demand (petition_id, position) {
        petition_id -> Text,
        position -> Integer,
        text -> Text,
        state -> Text,
    }
}

diesel::table! {
    petition_employer (petition_id, position) {
        petition_id -> Text,
        position -> Integer,
        employer_id -> Text,
    }
}

diesel::table! {
    petition_domain (petition_id, domain) {
        petition_id -> Text,
        domain -> Text,
        employer_id -> Text,
    }
}

diesel::table! {
    petition_proof (petition_id, kind) {
        petition_id -> Text,
        kind -> Text,
    }
}

diesel::table! {
    petition_member (petition_id, organizer_id) {
        petition_id -> Text,
        organizer_id -> Text,
        role -> Text,
    }
}

diesel::table! {
    petition_crowd (petition_id, crowd) {
        petition_id -> Text,
        crowd -> Integer,
        proof -> Text,
        employer_id -> Nullable<Text>,
        spki -> Binary,
    }
}

diesel::table! {
    contract (id) {
        id -> Text,
        supplier_id -> Text,
        customer -> Text,
        title -> Text,
        provides -> Text,
        value_amount -> Nullable<BigInt>,
        value_currency -> Nullable<Text>,
        status -> Text,
        starts_day -> Nullable<Integer>,
        ends_day -> Nullable<Integer>,
    }
}

diesel::table! {
    contract_source (contract_id, position) {
        contract_id -> Text,
        position -> Integer,
        url -> Text,
        publisher -> Text,
        published_day -> Nullable<Integer>,
        shows -> Text,
    }
}

diesel::table! {
    petition_contract (petition_id, position) {
        petition_id -> Text,
        position -> Integer,
        contract_id -> Text,
    }
}

diesel::table! {
    participation (petition_id, tag) {
        petition_id -> Text,
        tag -> Binary,
        proof -> Text,
        request_hash -> Binary,
    }
}

diesel::table! {
    issuing_counter (petition_id, crowd) {
        petition_id -> Text,
        crowd -> Integer,
        issued -> BigInt,
    }
}

diesel::table! {
    pending_signature (ticket_hash) {
        ticket_hash -> Binary,
        link_hash -> Binary,
        tries -> Integer,
        sealed -> Binary,
    }
}

diesel::table! {
    mail_code (lookup, id) {
        lookup -> Binary,
        id -> Binary,
        sealed -> Binary,
    }
}

diesel::table! {
    address_limit (lookup) {
        lookup -> Binary,
        mails -> Integer,
    }
}

diesel::table! {
    log_head (petition_id) {
        petition_id -> Text,
        size -> BigInt,
        frontier -> Nullable<Binary>,
        checkpoint -> Nullable<Text>,
    }
}

diesel::table! {
    log_tile (petition_id, level, idx) {
        petition_id -> Text,
        level -> Integer,
        idx -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    log_entry (petition_id, idx) {
        petition_id -> Text,
        idx -> BigInt,
        leaf -> Binary,
    }
}

diesel::table! {
    published_cast (nonce) {
        nonce -> Binary,
        petition_id -> Text,
        idx -> BigInt,
        crowd -> Integer,
        retracted -> Bool,
        batched -> Bool,
        voided -> Nullable<BigInt>,
    }
}

diesel::table! {
    opening (petition_id, idx) {
        petition_id -> Text,
        idx -> BigInt,
        salt -> Binary,
        extension -> Binary,
        hidden -> Bool,
    }
}

diesel::table! {
    published_number (petition_id, crowd) {
        petition_id -> Text,
        crowd -> Integer,
        number -> BigInt,
        issued_floor -> BigInt,
        as_of_day -> Nullable<Integer>,
    }
}

diesel::table! {
    published_day (petition_id, crowd, day) {
        petition_id -> Text,
        crowd -> Integer,
        day -> Integer,
        number -> BigInt,
    }
}

diesel::table! {
    spool (petition_id, lookup) {
        petition_id -> Text,
        lookup -> Binary,
        sealed -> Binary,
    }
}

diesel::table! {
    spool_head (petition_id) {
        petition_id -> Text,
        generation -> Text,
        held -> BigInt,
        looked_at -> BigInt,
        closed -> Bool,
        intake -> BigInt,
        store -> BigInt,
    }
}

diesel::table! {
    spool_intake (petition_id) {
        petition_id -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    sealed_name (petition_id, idx) {
        petition_id -> Text,
        idx -> BigInt,
        sealed -> Binary,
    }
}

diesel::table! {
    sealing (petition_id) {
        petition_id -> Text,
        trustee -> Text,
        sealing_key -> Text,
        reveal_at -> BigInt,
        notice_until -> Nullable<Integer>,
        notice_over -> Bool,
        opened_day -> Nullable<Integer>,
        deleted -> Bool,
    }
}

diesel::table! {
    client_release (petition_id) {
        petition_id -> Text,
        script -> Binary,
    }
}

diesel::table! {
    client_release_page (petition_id, language) {
        petition_id -> Text,
        language -> Text,
        page -> Binary,
    }
}

diesel::table! {
    served_at (petition_id) {
        petition_id -> Text,
        host -> Text,
    }
}

diesel::table! {
    amended (petition_id, ext_commit) {
        petition_id -> Text,
        ext_commit -> Binary,
    }
}

diesel::table! {
    published_batch (petition_id, first_idx) {
        petition_id -> Text,
        first_idx -> BigInt,
        casts -> BigInt,
    }
}

diesel::table! {
    cast_void (petition_id, first_idx) {
        petition_id -> Text,
        first_idx -> BigInt,
        reason -> Text,
        chosen_by -> Text,
        day -> Integer,
        done_by -> Text,
        reversed_day -> Nullable<Integer>,
        reversed_by -> Nullable<Text>,
    }
}

diesel::table! {
    cast_void_crowd (petition_id, first_idx, crowd) {
        petition_id -> Text,
        first_idx -> BigInt,
        crowd -> Integer,
        casts -> BigInt,
    }
}

diesel::table! {
    dispute (petition_id, idx) {
        petition_id -> Text,
        idx -> BigInt,
        day -> Nullable<Integer>,
        done_by -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organizer,
    recovery_code,
    session,
    employer,
    employer_domain,
    petition,
    petition_demand,
    petition_employer,
    petition_domain,
    petition_proof,
    petition_member,
    petition_crowd,
    contract,
    contract_source,
    petition_contract,
    participation,
    issuing_counter,
    pending_signature,
    mail_code,
    address_limit,
    log_head,
    log_tile,
    log_entry,
    published_cast,
    opening,
    published_number,
    published_day,
    spool,
    spool_head,
    spool_intake,
    sealed_name,
    sealing,
    client_release,
    client_release_page,
    witnessed,
    cosignature,
    served_at,
    amended,
    published_batch,
    cast_void,
    cast_void_crowd,
    dispute,
    outbox,
    lease,
    mail_health,
    petition_search,
    employer_search,
);

use super::*;

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let base = [("SMTP_URL", "file:mail"), ("MAIL_FROM", "Verification <code@example.org>")];
    base.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    Settings::parse(&environment(pairs)).unwrap()
}

/// The names of the settings that are found wrong.
fn wrong(pairs: &[(&str, &str)]) -> Vec<String> {
    match Settings::parse(&environment(pairs)) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(|mistake| mistake.setting().to_owned()).collect(),
    }
}

#[test]
fn what_is_not_set_has_its_documented_default() {
    let settings = settings(&[]);
    assert_eq!(settings.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.base_url.origin(), "http://localhost:8080");
    assert_eq!(settings.database_url.expose(), "sqlite:data/undersigned.db");
    assert_eq!(settings.secrets_dir, PathBuf::from("data/secrets"));
    assert!(settings.review_required && settings.mail.mailed_links);
    assert_eq!((settings.batch_min, settings.min_cell), (10, 10));
    assert_eq!(settings.operator_name, None);
}

#[test]
fn all_mistakes_are_reported_together_with_their_setting() {
    let pairs = [
        ("BIND", "somewhere"),
        ("BASE_URL", "http://petitions.example.org"),
        ("DATABASE_URL", "mysql://x"),
        ("SMTP_URL", "smtp://user:hunter2@mail.example.org"),
        ("MAIL_FROM", "nobody"),
        ("BATCH_MIN", "4"),
        ("MIN_CELL", "many"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("REVIEW_REQUIRED", "perhaps"),
        ("CAST_URL", "https://casts.example.org/path"),
        ("ONION_LOCATION", "https://example.org"),
        ("PAGES_DIR", "/does/not/exist"),
        ("SMTP_CA_FILE", "/does/not/exist.pem"),
        ("SMTP_HELO", "here"),
        ("LOG", "info,=,="),
        ("CRASH_AT", "nowhere"),
    ];
    let mistakes = Settings::parse(&environment(&pairs)).unwrap_err();
    let said = mistakes.to_string();
    for (name, _) in pairs {
        assert!(said.contains(&format!("- {name} ")), "{name} is missing in:\n{said}");
    }
    assert_eq!(mistakes.iter().count(), pairs.len());
    assert!(!said.contains("hunter2"), "a mistake repeats a password");
}

#[test]
fn mail_must_be_set_up() {
    let mistakes = Settings::parse(&BTreeMap::new()).unwrap_err();
    let names: Vec<_> = mistakes.iter().map(Mistake::setting).collect();
    assert_eq!(names, ["SMTP_URL", "MAIL_FROM"]);
}

#[test]
fn plain_http_is_for_this_machine_and_onion_hosts_alone() {
    for url in [
        "https://example.org",
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://[::1]:1",
        "http://abc.onion",
    ] {
        assert_eq!(wrong(&[("BASE_URL", url)]), Vec::<String>::new(), "{url}");
    }
    for url in [
        "http://example.org",
        "http://10.0.0.1",
        "https://example.org/petitions",
        "https://u:p@example.org",
        "https://example.org/?a=b",
        "ftp://example.org",
        "example.org",
    ] {
        assert_eq!(wrong(&[("BASE_URL", url)]), ["BASE_URL"], "{url}");
    }
    assert_eq!(
        settings(&[("BASE_URL", "https://Example.org:443/")]).base_url.origin(),
        "https://example.org"
    );
}

#[test]
fn a_password_never_goes_to_another_mail_server_in_clear() {
    for url in
        ["smtp://u:p@mail.example.org", "smtp://u:p@mail.example.org:25?tls=none", "smtp://u:p@10.0.0.1"]
    {
        assert_eq!(wrong(&[("SMTP_URL", url)]), ["SMTP_URL"], "{url}");
    }
    let encryption = |url: &str| match settings(&[("SMTP_URL", url)]).mail.target {
        MailTarget::Smtp(server) => (server.encryption, server.port),
        MailTarget::Folder(_) => panic!("{url} is a server"),
    };
    assert_eq!(encryption("smtp://u:p@mail.example.org?tls=required"), (Encryption::StartTls, 587));
    assert_eq!(encryption("smtps://u:p@mail.example.org"), (Encryption::Implicit, 465));
    assert_eq!(encryption("smtp://u:p@localhost"), (Encryption::None, 25));
    assert_eq!(encryption("smtp://mail.example.org"), (Encryption::StartTls, 587));
    assert_eq!(encryption("smtp://mail:2525?tls=none"), (Encryption::None, 2525));
}

#[test]
fn a_mail_servers_password_is_decoded_and_never_shown() {
    let settings = settings(&[("SMTP_URL", "smtps://user%40example.org:p%3Ass@mail.example.org")]);
    let MailTarget::Smtp(server) = &settings.mail.target else { panic!("a server") };
    let login = server.login.as_ref().unwrap();
    assert_eq!((login.user.expose(), login.password.expose()), ("user@example.org", "p:ss"));
    let shown = format!("{settings:?}");
    assert!(!shown.contains("p:ss") && !shown.contains("p%3Ass") && !shown.contains("user@example.org"));
}

#[test]
fn nonsense_is_no_mail_server() {
    for url in [
        "file:",
        "mail.example.org",
        "smtp://",
        "http://example.org",
        "smtp://h?tls=maybe",
        "smtp://h?x=y",
        "smtps://h?tls=none",
        "smtp://user@h?tls=required",
        "smtp://h/name",
    ] {
        assert_eq!(wrong(&[("SMTP_URL", url)]), ["SMTP_URL"], "{url}");
    }
}

/// What is said of a setting that is wrong.
fn said_of(name: &str, value: &str) -> String {
    let mistakes = Settings::parse(&environment(&[(name, value)])).unwrap_err();
    let [mistake] = mistakes.iter().collect::<Vec<_>>()[..] else { panic!("{mistakes}") };
    assert_eq!(mistake.setting(), name);
    mistake.to_string()
}

#[test]
fn a_password_that_breaks_its_address_is_explained_and_not_repeated() {
    for url in [
        "smtps://clerk:hun/ter@mail.example.org",
        "smtps://clerk:hun#ter@mail.example.org",
        "smtps://clerk:hun?ter@mail.example.org",
        "smtps://clerk:4747/hunter@mail.example.org",
        "smtps://clerk:4747#hunter@mail.example.org",
        "smtps://clerk:4747?hunter@mail.example.org",
        "smtps://clerk:/hunter@mail.example.org:465",
        "smtps://cl/hunter:x@mail.example.org",
        "smtp://clerk:#hunter/@mail.example.org?tls=required",
        "smtps://clerk:hun%ter@mail.example.org",
        "smtps://clerk:hunter%@mail.example.org",
        "smtps://clerk:hunter%4@mail.example.org",
        "smtps://clerk:hun@ter/@mail.example.org",
        "smtps://clerk:hunter",
    ] {
        let said = said_of("SMTP_URL", url);
        assert!(said.contains("%2F") && said.contains("%23"), "{url}: {said}");
        for part in ["hun", "ter@", "4747", "clerk", "mail.example.org"] {
            assert!(!said.contains(part), "{part} is repeated: {said}");
        }
    }
    for url in [
        "postgres://clerk:hun/ter@localhost/n",
        "postgres://clerk:5432/hunter@localhost/n",
        "postgres://clerk:hun@ter@localhost/n",
        "postgres://clerk:hun%ter@localhost/n",
        "postgres://clerk:hunter%00@localhost/n",
        "postgres://clerk:hun?t/er@localhost/n",
        "postgres://clerk:5432?hunt/er@localhost/n",
        "postgres://clerk:hunter",
    ] {
        let said = said_of("DATABASE_URL", url);
        assert!(said.contains("%2F") && said.contains("%40"), "{url}: {said}");
        for part in ["hun", "ter@", "clerk", "5432"] {
            assert!(!said.contains(part), "{part} is repeated: {said}");
        }
    }
}

#[test]
fn a_password_that_does_not_break_its_address_is_taken_as_it_is() {
    let login = |url: &str| match settings(&[("SMTP_URL", url)]).mail.target {
        MailTarget::Smtp(SmtpServer { login: Some(login), host, .. }) => {
            (login.password.expose().to_owned(), host)
        }
        _ => panic!("{url} has a login"),
    };
    for (written, password) in [
        ("p@ss", "p@ss"),
        ("p:ss", "p:ss"),
        ("p%2Fs%23s%3F%25", "p/s#s?%"),
        ("pä\\s$&!*'()[]^`{|}~", "pä\\s$&!*'()[]^`{|}~"),
    ] {
        let url = format!("smtps://clerk:{written}@mail.example.org");
        assert_eq!(login(&url), (String::from(password), String::from("mail.example.org")), "{written}");
    }
    // libpq reads these as they are meant.
    for url in ["postgres://u:p?s#s@localhost/n", "postgres://u:a=b&c?d@localhost/n?connect_timeout=5"] {
        assert_eq!(wrong(&[("DATABASE_URL", url)]), Vec::<String>::new(), "{url}");
    }
    // And what stands behind such a password is still looked at.
    assert_eq!(
        wrong(&[("DATABASE_URL", "postgres://u:p?host=localhost@db.example.org/n")]),
        ["DATABASE_URL"]
    );
}

#[test]
fn a_port_or_a_host_that_is_none_is_named() {
    for (url, words) in [
        ("smtp://mail.example.org:smtp", "port"),
        ("smtp://mail.example.org:99999", "port"),
        ("smtp://mail.example.org:0", "port"),
        ("smtp://mail%2Eexample.org", "host name"),
        ("smtp://exämple.org", "host name"),
    ] {
        assert!(said_of("SMTP_URL", url).contains(words), "{}", said_of("SMTP_URL", url));
    }
    assert_eq!(wrong(&[("SMTP_URL", "smtp://[::1]:2525")]), Vec::<String>::new());
    assert_eq!(wrong(&[("SMTP_URL", "smtp://mail_relay:2525?tls=none")]), Vec::<String>::new());
}

#[test]
fn the_name_in_ehlo_is_the_senders_domain_or_what_was_chosen() {
    let helo = |pairs: &[(&str, &str)]| settings(pairs).mail.helo.as_str().to_owned();
    assert_eq!(helo(&[]), "example.org");
    for (written, said) in [
        ("Mail.Example.NET", "mail.example.net"),
        ("mail.example.net.", "mail.example.net"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("[ipv6:2001:DB8::1]", "[IPv6:2001:db8::1]"),
    ] {
        assert_eq!(helo(&[("SMTP_HELO", written)]), said);
    }
    for text in [
        "mail",
        "192.0.2.1",
        "2001:db8::1",
        "[2001:db8::1]",
        "[mail.example.net]",
        "[192.0.2.256]",
        "mail..example.net",
        "-mail.example.net",
        "mail_1.example.net",
        "mail.example.net\r\nMAIL FROM:<x@y>",
        "mail example.net",
        "bücher.example",
        "mail.example.1",
        &format!("{}.example", "a".repeat(64)),
    ] {
        assert_eq!(wrong(&[("SMTP_HELO", text)]), ["SMTP_HELO"], "{text}");
    }
}

#[test]
fn a_remote_postgresql_without_tls_is_refused_unless_told_otherwise() {
    for url in [
        "postgres://u:p@db.example.org/n",
        "postgres://u:p@db.example.org/n?sslmode=prefer",
        "postgres://u:p@db.example.org/n?sslmode=require&sslmode=disable",
        "postgres://u@localhost,db.example.org/n",
        "postgres:///n?host=db.example.org",
        "postgres://localhost/n?hostaddr=192.0.2.1",
        "postgresql://[2001:db8::1]:5432/n",
    ] {
        assert_eq!(wrong(&[("DATABASE_URL", url)]), ["DATABASE_URL"], "{url}");
        assert_eq!(
            wrong(&[("DATABASE_URL", url), ("DATABASE_PLAINTEXT", "yes")]),
            Vec::<String>::new(),
            "{url}"
        );
    }
    for url in [
        "sqlite:/tmp/x.db",
        "postgres://u:p@localhost:5433/n",
        "postgres:///n?host=/var/run/postgresql",
        "postgres://u@%2Frun%2Fpg/n",
        "postgres://[::1]:5432/n",
        "postgresql://127.0.0.1/n",
    ] {
        assert_eq!(wrong(&[("DATABASE_URL", url)]), Vec::<String>::new(), "{url}");
    }
}

#[test]
fn a_remote_postgresql_whose_certificate_is_not_checked_needs_a_setting_that_says_what_is_lost() {
    for mode in ["require", "verify-ca"] {
        let url = format!("postgres://u:p@db.example.org/n?sslmode={mode}");
        let refused = Settings::parse(&environment(&[("DATABASE_URL", &url)])).unwrap_err().to_string();
        assert!(refused.contains("verify-full") && refused.contains("DATABASE_UNVERIFIED=yes"), "{refused}");
        let taken = Settings::parse(&environment(&[("DATABASE_URL", &url), ("DATABASE_UNVERIFIED", "yes")]));
        if cfg!(feature = "pq-tls") {
            assert!(taken.is_ok());
        } else {
            assert!(taken.unwrap_err().to_string().contains("--features pq-tls"));
        }
    }
    let plain = [("DATABASE_URL", "postgres://u:p@db.example.org/n"), ("DATABASE_UNVERIFIED", "yes")];
    assert_eq!(wrong(&plain), ["DATABASE_URL"], "without TLS it is not enough");
}

#[test]
fn a_password_that_ends_the_address_early_is_explained_and_not_repeated() {
    for url in [
        "postgres://u:hunter2@x@localhost/n",
        "postgres://u:hunter2/x@localhost/n",
        "postgres://u:hunter2%x@localhost/n",
    ] {
        let refused = Settings::parse(&environment(&[("DATABASE_URL", url)])).unwrap_err().to_string();
        assert!(refused.contains("@ as %40") && !refused.contains("hunter2"), "{url}: {refused}");
    }
    for url in [
        "postgres://u:a%40b%2Fc@localhost:5432/n",
        "postgres://u:a#b@[::1]/n",
        "postgres://u:a:b@localhost/n",
    ] {
        assert_eq!(wrong(&[("DATABASE_URL", url)]), Vec::<String>::new(), "{url}");
    }
}

#[test]
fn the_server_stops_at_once_unless_told_for_how_long_to_say_that_it_will() {
    assert_eq!(settings(&[]).shutdown_delay, std::time::Duration::ZERO);
    assert_eq!(settings(&[("SHUTDOWN_DELAY", "10s")]).shutdown_delay, std::time::Duration::from_secs(10));
    for text in ["10", "3m", "-1s", "s", "1 s", "a lot"] {
        assert_eq!(wrong(&[("SHUTDOWN_DELAY", text)]), ["SHUTDOWN_DELAY"], "{text}");
    }
}

#[test]
fn tls_to_the_database_needs_a_build_that_has_it() {
    let pairs = [("DATABASE_URL", "postgres://u:p@db.example.org/n?sslmode=verify-full")];
    let result = Settings::parse(&environment(&pairs));
    if cfg!(feature = "pq-tls") {
        assert!(result.is_ok());
    } else {
        assert!(result.unwrap_err().to_string().contains("--features pq-tls"));
    }
}

#[test]
fn a_database_password_is_never_shown() {
    let settings = settings(&[("DATABASE_URL", "postgres://u:hunter2@localhost/n")]);
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn the_sender_may_have_a_name() {
    let from = settings(&[]).mail.from;
    assert_eq!((from.name.as_deref(), from.address.as_str()), (Some("Verification"), "code@example.org"));
    assert_eq!(from.domain(), "example.org");
    for text in ["code@", "@example.org", "a b@example.org", "x <y>", "x <a@b..c>", "a@b\u{7}"] {
        assert_eq!(wrong(&[("MAIL_FROM", text)]), ["MAIL_FROM"], "{text}");
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("undersigned-config-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_toml_file_sets_what_the_environment_leaves_open() {
    let folder = Folder::new("toml");
    let file = folder.file(
        "undersigned.toml",
        "bind = \"127.0.0.1:9000\"\nbatch_min = 20\nreview_required = false\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\noperator_name = \"A union\"\n",
    );
    let settings = settings(&[("CONFIG_FILE", &file), ("OPERATOR_NAME", "Another")]);
    assert_eq!(settings.bind.port(), 9000);
    assert_eq!(settings.batch_min, 20);
    assert!(!settings.review_required);
    assert_eq!(settings.trusted_proxies.len(), 2);
    assert_eq!(settings.operator_name.as_deref(), Some("Another"));
}

#[test]
fn an_unknown_key_in_the_toml_file_is_a_mistake() {
    let folder = Folder::new("unknown");
    let file = folder.file(
        "undersigned.toml",
        "bnid = \"x\"\nBIND = \"x\"\nbind_file = \"x\"\nlog = 1.5\nconfig_file = \"x\"\n",
    );
    let mut found = wrong(&[("CONFIG_FILE", &file)]);
    found.sort();
    let expected =
        ["BIND", "bind_file", "bnid", "config_file", "log"].map(|key| format!("CONFIG_FILE: {key}"));
    assert_eq!(found, expected);
}

#[test]
fn broken_toml_is_reported_without_quoting_it() {
    let folder = Folder::new("broken");
    let file = folder.file("undersigned.toml", "log = \"info\"\nsmtp_url = \"smtps://u:hunter2@h\n");
    let said = Settings::parse(&environment(&[("CONFIG_FILE", &file)])).unwrap_err().to_string();
    assert!(said.contains("line 2") && !said.contains("hunter2"), "{said}");
    assert_eq!(wrong(&[("CONFIG_FILE", "/does/not/exist")]), ["CONFIG_FILE"]);
}

#[test]
fn a_secret_may_stand_in_a_file_of_its_own() {
    let folder = Folder::new("secret");
    let file = folder.file("db", "postgres://u:p@localhost/n\n");
    assert_eq!(settings(&[("DATABASE_URL_FILE", &file)]).database_url.expose(), "postgres://u:p@localhost/n");
    assert_eq!(wrong(&[("DATABASE_URL_FILE", &file), ("DATABASE_URL", "sqlite:x")]), ["DATABASE_URL"]);
    assert_eq!(wrong(&[("DATABASE_URL_FILE", "/does/not/exist")]), ["DATABASE_URL_FILE"]);
}

#[test]
fn the_page_holds_the_table_of_all_settings() {
    let page = include_str!("../../docs/configuration.md");
    let (_, rest) = page.split_once("<!-- settings -->\n").expect("the marker before the table");
    let (written, _) = rest.split_once("<!-- /settings -->").expect("the marker after the table");
    assert_eq!(
        written.trim(),
        table().trim(),
        "copy the table of `undersigned --help`'s source into docs/configuration.md"
    );
}

//! One way to a server. Each has connections of its own, through Tor a circuit of its own, and says nothing about the
//! program: two of them cannot be told to be one person's by anything that is sent.

use std::{fmt, io::Read, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ureq::{
    Agent, Proxy, ProxyProtocol,
    http::{Response, header},
};
use url::Url;

use super::{
    bounds::ANSWER_MAX_BYTES,
    failure::{Failure, Untrusted},
};
use crate::{entropy::Entropy, protocol::work};

/// What many programs say, without a version.
const USER_AGENT: &str = "Mozilla/5.0";
/// Tor may take so long to build a circuit.
const CONNECT_TIMEOUT: Duration = Duration::from_mins(1);
const WHOLE_TIMEOUT: Duration = Duration::from_mins(3);

/// How servers are reached.
#[derive(Clone, PartialEq, Eq)]
pub enum Route {
    /// As this machine reaches them.
    Direct,
    /// Through a SOCKS proxy, which looks names up as well.
    Socks {
        /// Its host.
        host: String,
        /// Its port.
        port: u16,
        /// What it wants to know before it serves.
        credentials: Option<(String, String)>,
    },
}

/// The text is not `socks5h://host:port`: with other kinds of proxy, this machine would ask for the server's name
/// itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a proxy of the form socks5h://host:port")]
pub struct NotAProxy;

impl Route {
    /// Reads `socks5h://127.0.0.1:9050`.
    ///
    /// # Errors
    /// [`NotAProxy`].
    pub fn parse(text: &str) -> Result<Self, NotAProxy> {
        let url = Url::parse(text.trim()).or(Err(NotAProxy))?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let (Some(host), true, "socks5h") = (url.host_str(), is_bare, url.scheme()) else {
            return Err(NotAProxy);
        };
        let credentials = match (percent_decoded(url.username())?, url.password()) {
            (name, Some(password)) => Some((name, percent_decoded(password)?)),
            (name, None) if !name.is_empty() => Some((name, String::new())),
            _ => None,
        };
        Ok(Self::Socks { host: host.to_owned(), port: url.port().unwrap_or(1080), credentials })
    }

    fn proxy(&self, entropy: &dyn Entropy) -> Result<Option<Proxy>, Failure> {
        let Self::Socks { host, port, credentials } = self else { return Ok(None) };
        // Tor keeps streams of different credentials on different circuits, and knows no others.
        let drawn =
            || (URL_SAFE_NO_PAD.encode(entropy.bytes::<12>()), URL_SAFE_NO_PAD.encode(entropy.bytes::<12>()));
        let (name, password) = credentials.clone().unwrap_or_else(drawn);
        Proxy::builder(ProxyProtocol::Socks5h)
            .host(host)
            .port(*port)
            .username(&name)
            .password(&password)
            .resolve_target(false)
            .build()
            .map(Some)
            .map_err(Failure::Lost)
    }
}

fn percent_decoded(text: &str) -> Result<String, NotAProxy> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8().or(Err(NotAProxy))?;
    Ok(decoded.into_owned())
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Direct => "Direct",
            Self::Socks { .. } => "Socks(…)",
        })
    }
}

/// Connections to one server, shared with nothing.
pub struct Connection {
    agent: Agent,
}

/// What comes back, its body still to be read, however long it is.
pub(super) struct Opened {
    pub(super) status: u16,
    pub(super) retry_after_secs: Option<u64>,
    pub(super) body: Box<dyn Read>,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    /// In how many seconds to come again, if the server says so.
    pub(super) retry_after_secs: Option<u64>,
    pub(super) body: Vec<u8>,
}

impl Connection {
    /// A fresh one.
    ///
    /// # Errors
    /// [`Failure::Lost`] where the proxy's address is none.
    pub fn open(route: &Route, entropy: &dyn Entropy) -> Result<Self, Failure> {
        Self::open_within(route, entropy, CONNECT_TIMEOUT, WHOLE_TIMEOUT)
    }

    /// A fresh one that waits no longer than this for a connection, and for an answer in all.
    pub(super) fn open_within(
        route: &Route,
        entropy: &dyn Entropy,
        connect: Duration,
        whole: Duration,
    ) -> Result<Self, Failure> {
        let config = Agent::config_builder()
            // Set in any case: else the environment's proxies would be taken.
            .proxy(route.proxy(entropy)?)
            .user_agent(USER_AGENT)
            .http_status_as_error(false)
            // Never led to another host; a redirect is an answer like any other, and not a good one.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(connect))
            .timeout_global(Some(whole))
            .build();
        Ok(Self { agent: config.new_agent() })
    }

    /// An answer that is no longer than this.
    pub(super) fn get_within(&self, url: &str, max_bytes: u64) -> Result<Reply, Failure> {
        Self::read(self.agent.get(url).call(), max_bytes)
    }

    /// `work`: a proof of work, where the server asked for one.
    pub(super) fn post(&self, url: &str, json: &str, work: Option<&str>) -> Result<Reply, Failure> {
        let mut request = self.agent.post(url).header(header::CONTENT_TYPE, "application/json");
        if let Some(work) = work {
            request = request.header(work::HEADER, work);
        }
        Self::read(request.send(json), ANSWER_MAX_BYTES)
    }

    /// Text, for an answer that is no longer than this.
    pub(super) fn post_text(&self, url: &str, text: &str, max_bytes: u64) -> Result<Reply, Failure> {
        let request = self.agent.post(url).header(header::CONTENT_TYPE, "text/plain; charset=utf-8");
        Self::read(request.send(text), max_bytes)
    }

    /// For answers that are read piece by piece: whoever reads bounds how much.
    pub(super) fn open_body(&self, url: &str) -> Result<Opened, Failure> {
        let answer = self.agent.get(url).call().map_err(Failure::Lost)?;
        let (status, retry_after_secs) = (answer.status().as_u16(), retry_after(&answer));
        let body = Box::new(answer.into_body().into_with_config().limit(u64::MAX).reader());
        Ok(Opened { status, retry_after_secs, body })
    }

    fn read(answer: Result<Response<ureq::Body>, ureq::Error>, max_bytes: u64) -> Result<Reply, Failure> {
        let mut answer = answer.map_err(Failure::Lost)?;
        let retry_after_secs = retry_after(&answer);
        let status = answer.status().as_u16();
        let body =
            answer.body_mut().with_config().limit(max_bytes).read_to_vec().map_err(|error| match error {
                // To ask again would bring the same.
                ureq::Error::BodyExceedsLimit(_) => Failure::Untrusted(Untrusted::TooMuch),
                error => Failure::Lost(error),
            })?;
        Ok(Reply { status, retry_after_secs, body })
    }
}

fn retry_after(answer: &Response<ureq::Body>) -> Option<u64> {
    let value = answer.headers().get(header::RETRY_AFTER)?;
    value.to_str().ok()?.trim().parse().ok()
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write as _},
        net::TcpListener,
        thread,
    };

    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn only_a_proxy_that_looks_names_up_itself_is_taken() {
        assert!(matches!(Route::parse("socks5h://127.0.0.1:9050"), Ok(Route::Socks { port: 9050, .. })));
        for text in [
            "",
            "127.0.0.1:9050",
            "socks5://127.0.0.1:9050",
            "http://127.0.0.1:8118",
            "socks5h://",
            "socks5h://h/x",
        ] {
            assert_eq!(Route::parse(text), Err(NotAProxy), "{text}");
        }
    }

    /// A server that sends a byte now and then, and never ends.
    fn dripping(head: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let mut sent = stream.write_all(head.as_bytes());
                while sent.is_ok() {
                    thread::park_timeout(Duration::from_millis(20));
                    sent = stream.write_all(b"a");
                }
            }
        });
        format!("http://{address}/")
    }

    #[test]
    fn an_answer_that_drips_for_ever_is_given_up_in_the_end() {
        let entropy = SeededEntropy::new(1);
        let within = Duration::from_millis(300);
        let connection = Connection::open_within(&Route::Direct, &entropy, within, within).unwrap();
        for head in ["HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\n\r\n"] {
            let url = dripping(head);
            assert!(matches!(connection.get_within(&url, 1 << 30), Err(Failure::Lost(_))), "{head:?}");
            assert!(connection.post(&url, "{}", None).is_err(), "{head:?}");
            let read =
                connection.open_body(&url).map(|mut opened| io::copy(&mut opened.body, &mut io::sink()));
            assert!(matches!(read, Ok(Err(_)) | Err(Failure::Lost(_))), "{head:?}");
        }
    }

    #[test]
    fn each_connection_through_tor_asks_for_a_circuit_of_its_own() {
        let (route, entropy) = (Route::parse("socks5h://127.0.0.1:9050").unwrap(), SeededEntropy::new(1));
        let one = route.proxy(&entropy).unwrap().unwrap();
        let other = route.proxy(&entropy).unwrap().unwrap();
        assert_ne!(one.username(), other.username());
        assert!(!one.resolve_target());
        let own =
            Route::parse("socks5h://me:a%20b@127.0.0.1:9050").unwrap().proxy(&entropy).unwrap().unwrap();
        assert_eq!((own.username(), own.password()), (Some("me"), Some("a b")));
        assert!(Route::Direct.proxy(&entropy).unwrap().is_none());
    }
}

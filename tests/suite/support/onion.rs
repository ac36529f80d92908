//! A SOCKS proxy as Tor is one: takes names as well as addresses, and tells its streams apart by their credentials.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A stream that was asked for: where to, and by which credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The host's name, as it was sent.
    pub name: String,
    /// The user name.
    pub user: String,
}

/// A proxy behind which every name is the server at one address.
pub struct Onion {
    address: SocketAddr,
    streams: Arc<Mutex<Vec<Stream>>>,
}

impl Onion {
    /// Starts it; it ends with the test's process.
    pub fn before(host: &str) -> Self {
        let server: SocketAddr = host.parse().expect("a host");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let streams = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&streams);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let notes = Arc::clone(&notes);
                // A stream that breaks is the client's business.
                thread::spawn(move || drop(carry(client, server, &notes)));
            }
        });
        Self { address, streams }
    }

    /// `socks5h://…`
    pub fn url(&self) -> String {
        format!("socks5h://{}", self.address)
    }

    /// All streams so far.
    pub fn streams(&self) -> Vec<Stream> {
        self.streams.lock().expect("no thread panicked").clone()
    }
}

fn counted(client: &mut TcpStream) -> io::Result<String> {
    let mut length = [0];
    client.read_exact(&mut length)?;
    let mut text = vec![0; usize::from(length[0])];
    client.read_exact(&mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// RFC 1928 and 1929: greeting, credentials, CONNECT to a name; then both ways at once.
fn carry(mut client: TcpStream, server: SocketAddr, notes: &Mutex<Vec<Stream>>) -> io::Result<()> {
    client.read_exact(&mut [0])?;
    let methods = counted(&mut client)?;
    assert!(methods.contains('\u{2}'), "credentials are offered");
    client.write_all(&[5, 2])?;
    client.read_exact(&mut [0])?;
    let user = counted(&mut client)?;
    counted(&mut client)?;
    client.write_all(&[1, 0])?;
    let mut request = [0; 4];
    client.read_exact(&mut request)?;
    assert_eq!(request, [5, 1, 0, 3], "CONNECT to a name");
    let name = counted(&mut client)?;
    client.read_exact(&mut [0; 2])?;
    notes.lock().expect("no thread panicked").push(Stream { name, user });
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let mut there = TcpStream::connect(server)?;
    let (mut back, mut out) = (there.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        drop(io::copy(&mut back, &mut out));
        drop(out.shutdown(std::net::Shutdown::Both));
    });
    io::copy(&mut client, &mut there)?;
    there.shutdown(std::net::Shutdown::Write)
}

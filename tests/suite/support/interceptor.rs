//! Someone in the middle: passes requests on to the real server, notes them, and may drop or replace an answer. So
//! connections break at a chosen place, and servers lie.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

/// A request as it came.
#[derive(Clone)]
pub struct Heard {
    /// `GET`, `POST`
    pub method: String,
    /// `/p/…`
    pub path: String,
    /// The lines of its head.
    pub head: String,
    /// Its body.
    pub body: String,
}

/// What goes back instead of the server's answer.
pub enum Instead {
    /// The answer as it is.
    Pass,
    /// Nothing: the connection breaks.
    Drop,
    /// This status, this line of the head, and this body.
    Say(u16, &'static str, Vec<u8>),
}

type Decide = Box<dyn FnMut(&Heard, &[u8]) -> Instead + Send>;

/// A running middleman.
pub struct Interceptor {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Interceptor {
    /// Stands before the server at `host`. `decide` sees each request and the body of the server's answer.
    pub fn before(host: &str, decide: impl FnMut(&Heard, &[u8]) -> Instead + Send + 'static) -> Self {
        let server: SocketAddr = host.parse().expect("a host");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let (notes, over) = (Arc::clone(&heard), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            let mut decide: Decide = Box::new(decide);
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                serve(stream, server, &notes, &mut decide);
            }
        });
        Self { address, heard, is_over, thread: Some(thread) }
    }

    /// Scheme, host and port.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far, below a call's name.
    pub fn heard(&self, ending: &str) -> Vec<Heard> {
        let heard = self.heard.lock().expect("no thread panicked");
        heard.iter().filter(|one| one.path.ends_with(ending)).cloned().collect()
    }
}

impl Drop for Interceptor {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(mut stream: TcpStream, server: SocketAddr, notes: &Mutex<Vec<Heard>>, decide: &mut Decide) {
    let Some(request) = hear(&mut stream) else { return };
    notes.lock().expect("no thread panicked").push(request.clone());
    let (head, body) = pass_on(&request, server);
    let answer = match decide(&request, &body) {
        Instead::Pass => [head.as_bytes(), &body].concat(),
        Instead::Drop => return,
        Instead::Say(status, line, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\nConnection: close\r\n{line}\r\n\r\n"
            );
            [head.as_bytes(), &body].concat()
        }
    };
    // Whoever went away has not heard it.
    drop(stream.write_all(&answer));
}

fn hear(stream: &mut TcpStream) -> Option<Heard> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 8_192]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                let mut words = head.split(' ');
                return Some(Heard {
                    method: words.next()?.to_owned(),
                    path: words.next()?.to_owned(),
                    head: head.to_owned(),
                    body: body.to_owned(),
                });
            }
        }
        match stream.read(&mut chunk) {
            Ok(count @ 1..) => bytes.extend_from_slice(&chunk[..count]),
            _ => return None,
        }
    }
}

fn pass_on(heard: &Heard, server: SocketAddr) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(server).expect("the server listens");
    let (method, path, length) = (&heard.method, &heard.path, heard.body.len());
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{}",
        heard.body
    )
    .expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let body = answer.split_off(end);
    (String::from_utf8(answer).expect("a head of text"), body)
}

//! A visitor's connection, with a time limit for writing: whoever does not read what was asked for keeps neither the
//! connection nor the memory of the answer.
//!
//! The limit is a rate: somebody on a slow line gets everything, somebody who reads a byte now and then does not. What is
//! in the kernel's buffers already is limited by `TCP_USER_TIMEOUT`.

use std::{
    future::Future,
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::rt::net::{ActixStream, Ready, TcpStream};
use nix::sys::socket::{setsockopt, sockopt::TcpUserTimeout};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// How long a visitor may read nothing at all.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Less than the slowest line on which a page can be read.
const LEAST_BYTES_PER_SEC: u32 = 2_048;

/// The connection.
pub struct VisitorStream {
    stream: TcpStream,
    patience: Duration,
    /// Set while something waits to be written.
    stalled: Option<Stalled>,
}

struct Stalled {
    /// When patience ends.
    timer: Pin<Box<Sleep>>,
    /// When the last bytes were taken, unless something waits now: what lies between is none of the visitor's.
    written: Option<Instant>,
}

impl VisitorStream {
    /// `patience`: how long nothing at all may be read.
    #[must_use]
    pub fn new(stream: TcpStream, patience: Duration) -> Self {
        let millis = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
        if let Err(error) = setsockopt(&stream, TcpUserTimeout, &millis) {
            tracing::debug!(%error, "this system knows no such limit");
        }
        Self { stream, patience, stalled: None }
    }

    /// After each attempt to write: counts what was taken, and what waits against the visitor's time.
    fn judge(
        &mut self,
        attempt: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match attempt {
            Poll::Ready(Ok(bytes)) => {
                if let Some(stalled) = &mut self.stalled {
                    let now = Instant::now();
                    stalled.grant(time_for(bytes), now, self.patience);
                    stalled.written = Some(now);
                }
                attempt
            }
            Poll::Ready(Err(_)) => attempt,
            Poll::Pending => {
                let now = Instant::now();
                let patience = self.patience;
                let stalled = self.stalled.get_or_insert_with(|| Stalled {
                    timer: Box::pin(sleep_until(now + patience)),
                    written: None,
                });
                if let Some(written) = stalled.written.take() {
                    stalled.grant(now.saturating_duration_since(written), now, patience);
                }
                match stalled.timer.as_mut().poll(context) {
                    Poll::Ready(()) => Poll::Ready(Err(io::Error::from(ErrorKind::TimedOut))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
}

/// How long so many bytes may take.
fn time_for(bytes: usize) -> Duration {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    Duration::from_secs(1).saturating_mul(bytes) / LEAST_BYTES_PER_SEC
}

impl Stalled {
    /// More time, but never more than patience has from now on.
    fn grant(&mut self, more: Duration, now: Instant, patience: Duration) {
        let deadline = self.timer.deadline() + more;
        self.timer.as_mut().reset(deadline.min(now + patience));
    }
}

impl AsyncRead for VisitorStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for VisitorStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(attempt, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.judge(attempt, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl ActixStream for VisitorStream {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, context)
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_buys_time_by_a_rate_and_never_more_than_patience_from_now_on() {
        actix_web::rt::System::new().block_on(async {
            let now = Instant::now();
            let mut stalled = Stalled { timer: Box::pin(sleep_until(now + PATIENCE)), written: None };
            let later = now + Duration::from_secs(20);
            stalled.grant(Duration::from_secs(5), later, PATIENCE);
            assert_eq!(stalled.timer.deadline(), now + Duration::from_secs(35));
            stalled.grant(Duration::from_hours(1), later, PATIENCE);
            assert_eq!(stalled.timer.deadline(), later + PATIENCE);
        });
    }

    #[test]
    fn a_slow_line_is_fast_enough_and_a_byte_now_and_then_is_not() {
        assert_eq!(time_for(LEAST_BYTES_PER_SEC.try_into().unwrap()), Duration::from_secs(1));
        assert!(time_for(1) < Duration::from_millis(1));
    }
}

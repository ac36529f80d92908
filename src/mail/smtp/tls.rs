//! TLS towards the mail server, and the names of what can be wrong with it.

use std::{io, path::Path, sync::Arc};

use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, CertificateError, ClientConfig, ProtocolVersion, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use crate::{
    domain::sending::{CertificateFault, Phase, SendFailure},
    mail::SetupError,
};

/// How TLS is spoken with one host. Nothing goes on without a certificate that is trusted and names the host.
#[derive(Clone)]
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// With the built-in authorities, and those in `ca_file`.
    pub(super) fn new(host: &str, ca_file: Option<&Path>) -> Result<Self, SetupError> {
        let mut authorities = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = ca_file {
            let pem = std::fs::read(path).or(Err(SetupError::CaFile))?;
            let own: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(&pem).collect();
            let own = own.or(Err(SetupError::CaFile))?;
            // A file without any certificate reads as an empty list.
            if own.is_empty() {
                return Err(SetupError::CaFile);
            }
            for certificate in own {
                authorities.add(certificate).or(Err(SetupError::CaFile))?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .or(Err(SetupError::Host))?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).or(Err(SetupError::Host))?;
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// The handshake.
    pub(super) async fn handshake(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, SendFailure> {
        let connected = self.connector.connect(self.name.clone(), stream).await;
        connected.map_err(|error| named(&error, Phase::Tls))
    }
}

/// The version in use: `TLS 1.3`.
pub(super) fn version(stream: &TlsStream<TcpStream>) -> &'static str {
    match stream.get_ref().1.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    }
}

/// What an error of the connection means in `phase`. TLS hides its own errors inside those of the connection.
pub(super) fn named(error: &io::Error, phase: Phase) -> SendFailure {
    use io::ErrorKind as Kind;
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (tls, error.kind()) {
        (Some(rustls::Error::InvalidCertificate(fault)), _) => {
            SendFailure::Certificate(of_certificate(fault))
        }
        // What comes is no TLS record: mostly SMTP in clear, at a port for STARTTLS.
        (Some(rustls::Error::InvalidMessage(_)), _) if phase == Phase::Tls => SendFailure::NotTls,
        (Some(_), _) => SendFailure::NoHandshake,
        (None, Kind::TimedOut) => SendFailure::TimedOut(phase),
        (None, Kind::ConnectionRefused) => SendFailure::ConnectionRefused,
        (None, Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::AddrNotAvailable) => {
            SendFailure::Unreachable
        }
        // While connecting, a firewall's "no" comes in many kinds.
        (None, _) if phase == Phase::Connect => SendFailure::Unreachable,
        (None, _) => SendFailure::Closed(phase),
    }
}

const fn of_certificate(fault: &CertificateError) -> CertificateFault {
    match fault {
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateFault::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::WrongName
        }
        _ => CertificateFault::Unusable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(error: rustls::Error) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }

    #[test]
    fn what_is_wrong_with_tls_is_found_inside_the_error_of_the_connection() {
        use CertificateFault as Fault;
        for (error, fault) in [
            (CertificateError::UnknownIssuer, Fault::UnknownIssuer),
            (CertificateError::Expired, Fault::Expired),
            (CertificateError::NotValidYet, Fault::NotYetValid),
            (CertificateError::NotValidForName, Fault::WrongName),
            (CertificateError::BadSignature, Fault::Unusable),
        ] {
            let error = wrapped(rustls::Error::InvalidCertificate(error));
            assert_eq!(named(&error, Phase::Tls), SendFailure::Certificate(fault));
        }
        let alert = wrapped(rustls::Error::AlertReceived(rustls::AlertDescription::HandshakeFailure));
        assert_eq!(named(&alert, Phase::Tls), SendFailure::NoHandshake);
        let no_record = wrapped(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType));
        assert_eq!(named(&no_record, Phase::Tls), SendFailure::NotTls);
    }

    #[test]
    fn errors_of_the_connection_have_names_too() {
        use io::ErrorKind as Kind;
        for (kind, phase, failure) in [
            (Kind::ConnectionRefused, Phase::Connect, SendFailure::ConnectionRefused),
            (Kind::NetworkUnreachable, Phase::Connect, SendFailure::Unreachable),
            (Kind::PermissionDenied, Phase::Connect, SendFailure::Unreachable),
            (Kind::TimedOut, Phase::Connect, SendFailure::TimedOut(Phase::Connect)),
            (Kind::ConnectionReset, Phase::Data, SendFailure::Closed(Phase::Data)),
            (Kind::BrokenPipe, Phase::RcptTo, SendFailure::Closed(Phase::RcptTo)),
            (Kind::UnexpectedEof, Phase::Tls, SendFailure::Closed(Phase::Tls)),
        ] {
            assert_eq!(named(&io::Error::from(kind), phase), failure);
        }
    }
}
